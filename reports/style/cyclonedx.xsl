<?xml version="1.0" encoding="UTF-8"?>
<!-- cyclonedx.xsl: an ML-BOM in CycloneDX 1.6: models, data, how they were made, and what is claimed of them. cyclonedx-json.xsl says the same in JSON. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="http://cyclonedx.org/schema/bom/1.6" exclude-result-prefixes="r v">
<xsl:output method="xml" encoding="UTF-8" indent="yes"/>
<xsl:param name="stamp"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="subject-by-digest" match="r:subject" use="@digest"/>
<xsl:key name="signer" match="r:signer" use="@id"/>
<xsl:key name="entry" match="r:entry" use="@id"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="framework" match="r:framework" use="@id"/>
<xsl:key name="use" match="r:use" use="@rule"/>
<xsl:key name="verdict-by-rule" match="r:verdict" use="@rule"/>
<xsl:key name="implements" match="r:rule/r:implements" use="string(.)"/>
<xsl:key name="catalogue" match="r:rule/r:implements" use="substring-before(concat(., '/'), '/')"/>
<xsl:key name="data-by-digest" match="r:entity[@type = 'dataset']" use="@digest"/>
<xsl:key name="run-by-digest" match="r:entity[@type = 'run']" use="@digest"/>
<xsl:key name="test-by-digest" match="r:series/r:series[@type = 'metrics'][@data]" use="@data"/>
<xsl:key name="file-by-digest" match="r:node[@sha256]" use="@sha256"/>
<xsl:key name="personal" match="r:member[@of = 'personal-data']" use="string(.)"/>
<xsl:key name="slice" match="r:series/r:series[@type = 'slices']/r:point" use="@label"/>
<xsl:key name="node-by-entry" match="r:node" use="r:cite/@entry"/>
<xsl:key name="node" match="r:node" use="@id"/>
<xsl:key name="edge-to" match="r:edge" use="@to"/>
<xsl:key name="edge-from" match="r:edge" use="@from"/>
<xsl:variable name="bom-cover" select="/r:report/r:cover"/>
<xsl:variable name="bom-now" select="string($bom-cover/r:checkpoint/@time)"/>
<xsl:variable name="bom-model" select="key('subject', $bom-cover/r:scope/@subject)"/>
<xsl:variable name="bom-target" select="concat(substring('sha256:', 1, 99 * boolean($bom-model)), $bom-model/@digest, substring('ledger', 1, 99 * not($bom-model)))"/>
<!-- Licences that have a name in SPDX's list, as data and models have them; any other is given by the name that the ledger has. -->
<xsl:variable name="bom-spdx"> 0BSD AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 C-UDA-1.0 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0 CC-BY-ND-3.0 CC-BY-ND-4.0 CC-BY-SA-2.0 CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 DL-DE-BY-2.0 DL-DE-ZERO-2.0 EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 GFDL-1.3-only GFDL-1.3-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0 NIST-PD NLOD-1.0 NLOD-2.0 O-UDA-1.0 ODbL-1.0 ODC-By-1.0 OGL-Canada-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 PDDL-1.0 PSF-2.0 Unlicense UPL-1.0 WTFPL Zlib </xsl:variable>
<xsl:template match="/r:report"><xsl:call-template name="bom"/></xsl:template>

<!-- What things are called within the document. -->
<xsl:template match="r:signer" mode="ref"><xsl:value-of select="concat('signer:', @id, ':', @key)"/></xsl:template>
<xsl:template match="r:entry" mode="ref"><xsl:value-of select="concat('entry:', @leaf)"/></xsl:template>
<xsl:template match="r:rule" mode="ref"><xsl:value-of select="concat('rule:', ../@name, '@', ../@version, '/', @name)"/></xsl:template>
<xsl:template match="r:control" mode="ref"><xsl:value-of select="concat('control:', ../@id, '/', @number)"/></xsl:template>
<xsl:template match="r:implements" mode="ref"><xsl:value-of select="concat('control:', .)"/></xsl:template>
<xsl:template match="r:rule" mode="claim"><xsl:text>claim:</xsl:text><xsl:apply-templates select="." mode="ref"/></xsl:template>

<xsl:template name="property"><xsl:param name="name"/><xsl:param name="value" select="."/>
  <xsl:if test="string($value)"><property name="vouchbook:{v:line(string($name))}"><xsl:value-of select="v:line(string($value))"/></property></xsl:if>
</xsl:template>
<xsl:template match="@*" mode="property"><xsl:call-template name="property"><xsl:with-param name="name" select="local-name()"/></xsl:call-template></xsl:template>
<xsl:template match="r:fact" mode="property"><xsl:call-template name="property"><xsl:with-param name="name" select="@name"/></xsl:call-template></xsl:template>
<xsl:template match="r:member" mode="property"><xsl:call-template name="property"><xsl:with-param name="name" select="concat(@of, '.', @name)"/></xsl:call-template></xsl:template>
<xsl:template name="hash"><xsl:param name="digest"/><hashes><hash alg="SHA-256"><xsl:value-of select="$digest"/></hash></hashes></xsl:template>
<!-- "dataset/train@1" is name and version. -->
<xsl:template name="name-version"><xsl:param name="name" select="@name"/>
  <xsl:variable name="short" select="substring-after($name, '/')"/>
  <xsl:choose>
    <xsl:when test="contains($short, '@')"><name><xsl:value-of select="v:line(substring-before($short, '@'))"/></name><version><xsl:value-of select="v:line(substring-after($short, '@'))"/></version></xsl:when>
    <xsl:otherwise><name><xsl:value-of select="v:line(string($name))"/></name></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template name="licence"><xsl:param name="of"/>
  <xsl:if test="string($of)">
    <licenses><license><xsl:choose><xsl:when test="not(contains($of, ' ')) and contains($bom-spdx, concat(' ', $of, ' '))"><id><xsl:value-of select="$of"/></id></xsl:when><xsl:otherwise><name><xsl:value-of select="v:line(string($of))"/></name></xsl:otherwise></xsl:choose></license></licenses>
  </xsl:if>
</xsl:template>
<!-- Records about it, as references that `vouch show LEAF' takes. -->
<xsl:template name="records"><xsl:param name="from" select="r:cite"/>
  <xsl:variable name="all" select="key('entry', $from/@entry)"/>
  <xsl:if test="$all"><externalReferences><xsl:for-each select="$all"><reference type="evidence"><url>urn:vouchbook:leaf:<xsl:value-of select="@leaf"/></url><comment>entry <xsl:value-of select="@seq"/></comment></reference></xsl:for-each></externalReferences></xsl:if>
</xsl:template>

<xsl:template match="r:subject" mode="component">
  <component bom-ref="sha256:{@digest}"><xsl:attribute name="type"><xsl:choose><xsl:when test="starts-with(@name, 'model/')">machine-learning-model</xsl:when><xsl:when test="starts-with(@name, 'dataset/')">data</xsl:when><xsl:otherwise>file</xsl:otherwise></xsl:choose></xsl:attribute>
    <xsl:call-template name="name-version"/>
    <xsl:for-each select="r:description[1]"><description><xsl:value-of select="v:line(string(.))"/></description></xsl:for-each>
    <xsl:call-template name="hash"><xsl:with-param name="digest" select="@digest"/></xsl:call-template>
    <xsl:call-template name="licence"><xsl:with-param name="of" select="@licence"/></xsl:call-template>
    <xsl:call-template name="records"/>
    <xsl:if test="@in-use | @owner | @risk-class | @framework | @location"><properties><xsl:apply-templates select="@in-use | @owner | @risk-class | @framework | @location" mode="property"/></properties></xsl:if>
    <xsl:if test="starts-with(@name, 'model/')"><xsl:call-template name="card"/></xsl:if>
  </component>
</xsl:template>

<xsl:template name="card">
  <xsl:variable name="scope" select="count(. | $bom-model) = 1"/>
  <xsl:variable name="series" select="/r:report/r:series/r:series[$scope]"/>
  <xsl:variable name="data" select="/r:report/r:entities/r:entity[$scope][@type = 'dataset'][count(. | key('data-by-digest', @digest)[1]) = 1]"/>
  <xsl:variable name="tests" select="$series[@type = 'metrics'][@data][count(. | key('test-by-digest', @data)[1]) = 1][not(key('data-by-digest', @data))]"/>
  <xsl:variable name="metrics" select="$series[@type = 'metrics' or @type = 'slices']/r:point[@value]"/>
  <!-- Groups of people: slices by what the data names as personal. -->
  <xsl:variable name="groups" select="$series[@type = 'slices']/r:point[key('personal', substring-before(@label, ' = '))]"/>
  <xsl:if test="$data | $tests | $metrics | r:intended-use | r:limitation">
    <modelCard bom-ref="card:{@digest}">
      <xsl:if test="$data | $tests"><modelParameters><datasets><xsl:for-each select="$data"><ref>sha256:<xsl:value-of select="@digest"/></ref></xsl:for-each><xsl:for-each select="$tests"><ref>sha256:<xsl:value-of select="@data"/></ref></xsl:for-each></datasets></modelParameters></xsl:if>
      <xsl:if test="$metrics">
        <quantitativeAnalysis><performanceMetrics>
          <xsl:for-each select="$metrics">
            <performanceMetric>
              <type><xsl:value-of select="concat(@label[../../@type = 'metrics'], ../@name[../@type = 'slices'])"/></type>
              <value><xsl:value-of select="@value"/></value>
              <xsl:call-template name="slice"><xsl:with-param name="several" select="count($series[@type = 'metrics']) &gt; 1"/></xsl:call-template>
              <xsl:if test="@low"><confidenceInterval><lowerBound><xsl:value-of select="@low"/></lowerBound><upperBound><xsl:value-of select="@high"/></upperBound></confidenceInterval></xsl:if>
            </performanceMetric>
          </xsl:for-each>
        </performanceMetrics></quantitativeAnalysis>
      </xsl:if>
      <xsl:if test="r:intended-use | r:limitation | $groups">
        <considerations>
          <xsl:if test="r:intended-use"><useCases><xsl:for-each select="r:intended-use"><useCase><xsl:value-of select="."/></useCase></xsl:for-each></useCases></xsl:if>
          <xsl:if test="r:limitation"><technicalLimitations><xsl:for-each select="r:limitation"><technicalLimitation><xsl:value-of select="."/></technicalLimitation></xsl:for-each></technicalLimitations></xsl:if>
          <xsl:if test="$groups"><fairnessAssessments><xsl:for-each select="$groups[count(. | key('slice', @label)[1]) = 1]"><fairnessAssessment><groupAtRisk><xsl:value-of select="@label"/></groupAtRisk></fairnessAssessment></xsl:for-each></fairnessAssessments></xsl:if>
        </considerations>
      </xsl:if>
    </modelCard>
  </xsl:if>
</xsl:template>
<!-- Where there are several evaluations, a slice says of which it is. -->
<xsl:template name="slice"><xsl:param name="several"/>
  <xsl:variable name="sliced" select="../@type = 'slices'"/>
  <xsl:variable name="in" select="concat(../@name[not($sliced)], ../@of[$sliced])"/>
  <xsl:if test="$sliced or $several"><slice><xsl:if test="$several"><xsl:value-of select="$in"/></xsl:if><xsl:if test="$several and $sliced">: </xsl:if><xsl:if test="$sliced"><xsl:value-of select="@label"/></xsl:if></slice></xsl:if>
</xsl:template>

<xsl:template match="r:entity" mode="component">
  <component type="data" bom-ref="sha256:{@digest}">
    <xsl:call-template name="name-version"/>
    <xsl:for-each select="r:fact[@name = 'description'][1]"><description><xsl:value-of select="v:line(string(.))"/></description></xsl:for-each>
    <xsl:call-template name="hash"><xsl:with-param name="digest" select="@digest"/></xsl:call-template>
    <xsl:call-template name="licence"><xsl:with-param name="of" select="r:fact[@name = 'licence'][1]"/></xsl:call-template>
    <xsl:call-template name="records"/>
    <xsl:variable name="others" select="r:fact[@name != 'description' and @name != 'licence' and @name != 'personal data']"/>
    <xsl:if test="$others"><properties><xsl:apply-templates select="$others" mode="property"/></properties></xsl:if>
    <data bom-ref="data:{@digest}">
      <type>dataset</type>
      <name><xsl:value-of select="v:line(string(@name))"/></name>
      <xsl:call-template name="contents"><xsl:with-param name="at" select="string(r:fact[@name = 'location'][1])"/></xsl:call-template>
      <xsl:choose><xsl:when test="r:member[@of = 'personal-data']"><classification>personal data</classification></xsl:when><xsl:when test="r:fact[@name = 'personal data'] = 'none'"><classification>no personal data</classification></xsl:when></xsl:choose>
      <xsl:for-each select="r:member[@of = 'personal-data']"><sensitiveData><xsl:value-of select="."/></sensitiveData></xsl:for-each>
      <xsl:for-each select="key('signer', key('entry', r:cite[1]/@entry)/@signer)"><governance><stewards><steward><individual><name><xsl:value-of select="v:line(string(@name))"/></name></individual></steward></stewards></governance></xsl:for-each>
    </data>
  </component>
</xsl:template>
<!-- An address is given as one only where nothing in it could be taken for something else; a property has it always. -->
<xsl:template name="contents"><xsl:param name="at"/>
  <xsl:if test="starts-with($at, 'https://') and not(translate(substring-after($at, 'https://'), 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/', ''))"><contents><url><xsl:value-of select="$at"/></url></contents></xsl:if>
</xsl:template>
<xsl:template match="r:series" mode="component">
  <component type="data" bom-ref="sha256:{@data}">
    <xsl:call-template name="name-version"><xsl:with-param name="name" select="concat(@of, substring('(unnamed)', 1, 99 * not(string(@of))))"/></xsl:call-template>
    <xsl:call-template name="hash"><xsl:with-param name="digest" select="@data"/></xsl:call-template>
    <properties><xsl:call-template name="property"><xsl:with-param name="name" select="'use'"/><xsl:with-param name="value" select="'evaluation'"/></xsl:call-template></properties>
  </component>
</xsl:template>
<xsl:template match="r:node" mode="component">
  <component type="file" bom-ref="sha256:{@sha256}"><name><xsl:value-of select="v:line(string(@label))"/></name><xsl:call-template name="hash"><xsl:with-param name="digest" select="@sha256"/></xsl:call-template></component>
</xsl:template>

<!-- What bytes were made from: the inputs of what made them, and what the record about them names as parents. -->
<xsl:template name="depends"><xsl:param name="digest"/><xsl:param name="also" select="/.."/>
  <xsl:variable name="makers" select="key('edge-to', key('file-by-digest', $digest)/@id)[@role = 'subject' or @role = 'output']/@from"/>
  <xsl:variable name="before" select="key('edge-to', $makers)[@role = 'entry']/@from"/>
  <xsl:variable name="from" select="key('node', key('edge-to', $makers | $before)[@role != 'entry' and @role != 'subject']/@from)[@sha256 and @sha256 != $digest]"/>
  <dependency ref="sha256:{$digest}"><xsl:for-each select="$from[count(. | key('file-by-digest', @sha256)[1]) = 1]"><dependency ref="sha256:{@sha256}"/></xsl:for-each></dependency>
</xsl:template>

<xsl:template match="r:entity" mode="workflow">
  <xsl:variable name="all" select="key('run-by-digest', @digest)"/>
  <xsl:variable name="nodes" select="key('node-by-entry', $all/r:cite/@entry)[@type = 'run']"/>
  <xsl:variable name="in" select="key('node', key('edge-to', $nodes/@id)[@role != 'entry' and @role != 'subject']/@from)[@sha256]"/>
  <xsl:variable name="out" select="key('node', key('edge-from', $nodes/@id)[@role = 'subject' or @role = 'output']/@to)[@sha256]"/>
  <xsl:variable name="chosen" select="$all/r:member[@of = 'parameter' or @of = 'seed']"/>
  <xsl:variable name="entries" select="key('entry', $all/r:cite/@entry)"/>
  <xsl:variable name="others" select="$all/r:member[@of != 'parameter' and @of != 'seed' and @of != 'command' and @of != 'personal-data']"/>
  <workflow bom-ref="run:{@digest}">
    <uid><xsl:value-of select="@name"/></uid>
    <name><xsl:value-of select="@name"/></name>
    <tasks>
      <task bom-ref="task:{@digest}">
        <uid><xsl:value-of select="concat(@name, '/command')"/></uid>
        <taskTypes><taskType>build</taskType></taskTypes>
        <xsl:if test="$all/r:member[@of = 'command']"><steps><xsl:for-each select="$all/r:member[@of = 'command'][1]"><step><commands><command><executed><xsl:value-of select="."/></executed></command></commands></step></xsl:for-each></steps></xsl:if>
        <xsl:if test="$in | $chosen">
          <inputs>
            <xsl:for-each select="$in"><input><resource><ref>sha256:<xsl:value-of select="@sha256"/></ref></resource></input></xsl:for-each>
            <xsl:if test="$chosen"><input><parameters><xsl:for-each select="$chosen"><parameter><name><xsl:value-of select="concat(substring('seed ', 1, 9 * (@of = 'seed')), @name)"/></name><value><xsl:value-of select="."/></value></parameter></xsl:for-each></parameters></input></xsl:if>
          </inputs>
        </xsl:if>
        <xsl:if test="$out"><outputs><xsl:for-each select="$out"><output><resource><ref>sha256:<xsl:value-of select="@sha256"/></ref></resource><type>artifact</type></output></xsl:for-each></outputs></xsl:if>
        <xsl:if test="$others"><properties><xsl:apply-templates select="$others" mode="property"/></properties></xsl:if>
      </task>
    </tasks>
    <taskTypes><taskType>build</taskType></taskTypes>
    <xsl:for-each select="$entries"><xsl:sort select="@seq" data-type="number"/><xsl:if test="position() = 1 and last() &gt; 1"><timeStart><xsl:value-of select="@time"/></timeStart></xsl:if></xsl:for-each>
    <xsl:for-each select="$entries"><xsl:sort select="@seq" data-type="number"/><xsl:if test="position() = last() and last() &gt; 1"><timeEnd><xsl:value-of select="@time"/></timeEnd></xsl:if></xsl:for-each>
    <properties>
      <xsl:for-each select="$all/r:fact[@name = 'status'][1]"><xsl:apply-templates select="." mode="property"/></xsl:for-each>
      <xsl:for-each select="$entries"><xsl:call-template name="property"><xsl:with-param name="name" select="'entry'"/><xsl:with-param name="value" select="concat(@seq, ' ', @leaf)"/></xsl:call-template></xsl:for-each>
    </properties>
  </workflow>
</xsl:template>

<xsl:template name="bom-worst"><xsl:param name="rules" select="."/>
  <xsl:choose>
    <xsl:when test="sum($rules/@fail) &gt; 0">fail</xsl:when>
    <xsl:when test="sum($rules/@error) &gt; 0">error</xsl:when>
    <xsl:when test="sum($rules/@no-evidence) &gt; 0">no evidence</xsl:when>
    <xsl:when test="sum($rules/@waived) &gt; 0">waived</xsl:when>
    <xsl:when test="sum($rules/@pass) &gt; 0">pass</xsl:when>
    <xsl:otherwise>not applicable</xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template name="bom-tally"><xsl:param name="rules" select="."/>
  <xsl:value-of select="concat(sum($rules/@pass), ' pass, ', sum($rules/@fail), ' fail, ', sum($rules/@waived), ' waived, ', sum($rules/@no-evidence), ' without evidence, ', sum($rules/@error), ' in error, ', sum($rules/@not-applicable), ' not applicable')"/>
</xsl:template>
<!-- A rule that was asked: it holds, or something speaks against it; what lacks evidence is not shown. -->
<xsl:template match="r:rule" mode="claimed">
  <xsl:variable name="is"><xsl:call-template name="bom-worst"/></xsl:variable>
  <xsl:if test="$is != 'not applicable'">
    <xsl:variable name="tally"><xsl:call-template name="bom-tally"/></xsl:variable>
    <xsl:variable name="found" select="key('verdict-by-rule', @id)"/>
    <claim><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="claim"/></xsl:attribute>
      <target><xsl:value-of select="$bom-target"/></target>
      <predicate><xsl:choose><xsl:when test="$is = 'fail'">Does not hold: </xsl:when><xsl:when test="$is = 'waived'">Excepted: </xsl:when><xsl:when test="$is != 'pass'">Not shown: </xsl:when></xsl:choose><xsl:value-of select="r:because"/><xsl:if test="not(r:because)">A policy that cannot be read.</xsl:if></predicate>
      <xsl:variable name="lifted" select="key('entry', $found/r:lifted/r:cite/@entry)"/>
      <xsl:if test="$lifted"><mitigationStrategies><xsl:for-each select="$lifted"><mitigationStrategy><xsl:apply-templates select="." mode="ref"/></mitigationStrategy></xsl:for-each></mitigationStrategies></xsl:if>
      <reasoning><xsl:value-of select="concat('rule ', ../@name, '/', @name, ', version ', ../@version, ': ', $tally)"/></reasoning>
      <xsl:for-each select="key('entry', ../r:cite/@entry | $found/r:record/r:cite/@entry | $found/r:rests-on/r:cite/@entry)"><evidence><xsl:apply-templates select="." mode="ref"/></evidence></xsl:for-each>
    </claim>
  </xsl:if>
</xsl:template>
<xsl:template name="claims"><xsl:param name="rules"/><xsl:param name="for" select="true()"/>
  <xsl:for-each select="$rules[@fail + @error + @no-evidence = 0 and @pass + @waived &gt; 0][$for] | $rules[@fail + @error + @no-evidence &gt; 0][not($for)]">
    <xsl:choose>
      <xsl:when test="$for"><claim><xsl:apply-templates select="." mode="claim"/></claim></xsl:when>
      <xsl:otherwise><counterClaim><xsl:apply-templates select="." mode="claim"/></counterClaim></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>
<!-- How far a requirement is met: the part of its rules' results that pass, so 1 only where all do. -->
<xsl:template name="map"><xsl:param name="requirement"/><xsl:param name="rules"/><xsl:param name="is"/>
  <xsl:variable name="tally"><xsl:call-template name="bom-tally"><xsl:with-param name="rules" select="$rules"/></xsl:call-template></xsl:variable>
  <xsl:variable name="of" select="sum($rules/@pass) + sum($rules/@fail) + sum($rules/@waived) + sum($rules/@no-evidence) + sum($rules/@error)"/>
  <map>
    <requirement><xsl:value-of select="$requirement"/></requirement>
    <xsl:if test="$rules[@fail + @error + @no-evidence = 0 and @pass + @waived &gt; 0]"><claims><xsl:call-template name="claims"><xsl:with-param name="rules" select="$rules"/></xsl:call-template></claims></xsl:if>
    <xsl:if test="$rules[@fail + @error + @no-evidence &gt; 0]"><counterClaims><xsl:call-template name="claims"><xsl:with-param name="rules" select="$rules"/><xsl:with-param name="for" select="false()"/></xsl:call-template></counterClaims></xsl:if>
    <xsl:if test="$of &gt; 0"><conformance><score><xsl:value-of select="floor(100 * sum($rules/@pass) div $of) div 100"/></score><rationale><xsl:value-of select="concat($is, ': ', $tally)"/></rationale></conformance></xsl:if>
  </map>
</xsl:template>
<xsl:template name="keeper">Who keeps the ledger <xsl:value-of select="v:line(string($bom-cover/r:checkpoint/@origin))"/></xsl:template>

<xsl:template name="bom">
  <xsl:variable name="judged" select="boolean(r:rules/r:policy)"/>
  <xsl:variable name="models" select="r:subjects/r:subject[$bom-model or @in-use][not(@digest = $bom-model/@digest)]"/>
  <xsl:variable name="subjects" select="$models[count(. | key('subject-by-digest', @digest)[1]) = 1]"/>
  <xsl:variable name="data" select="r:entities/r:entity[@type = 'dataset'][count(. | key('data-by-digest', @digest)[1]) = 1][not(@digest = $subjects/@digest or @digest = $bom-model/@digest)]"/>
  <xsl:variable name="tests" select="r:series/r:series[@type = 'metrics'][@data][count(. | key('test-by-digest', @data)[1]) = 1][not(key('data-by-digest', @data))][not(@data = $subjects/@digest or @data = $bom-model/@digest)]"/>
  <xsl:variable name="files" select="r:graph/r:node[@sha256][count(. | key('file-by-digest', @sha256)[1]) = 1][not(key('data-by-digest', @sha256) or key('test-by-digest', @sha256))][not(@sha256 = $subjects/@digest or @sha256 = $bom-model/@digest)]"/>
  <xsl:variable name="runs" select="r:entities/r:entity[@type = 'run'][count(. | key('run-by-digest', @digest)[1]) = 1]"/>
  <xsl:variable name="rules" select="r:rules/r:policy/r:rule"/>
  <xsl:variable name="frameworks" select="r:controls/r:framework"/>
  <!-- Controls that are in none of the frameworks listed, by the name that rules give them; and the first of each catalogue. -->
  <xsl:variable name="named" select="$rules/r:implements[not(key('framework', substring-before(., '/')) and key('use', ../@id))][count(. | key('implements', string(.))[not(key('framework', substring-before(., '/')) and key('use', ../@id))][1]) = 1]"/>
  <xsl:variable name="catalogues" select="$named[count(. | key('catalogue', substring-before(concat(., '/'), '/'))[not(key('framework', substring-before(., '/')) and key('use', ../@id))][1]) = 1]"/>
  <xsl:variable name="free" select="$rules[not(r:implements)]"/>
  <xsl:variable name="approvals" select="r:approvals/r:decision[@type = 'approval']"/>
  <bom serialNumber="urn:uuid:{v:uuid(concat($stamp, '/bom'))}" version="1">
    <metadata>
      <timestamp><xsl:value-of select="$bom-now"/></timestamp>
      <tools><components><component type="application"><name>vouch</name><version><xsl:value-of select="v:line(substring-after($bom-cover/r:generator/@program, ' '))"/></version></component></components></tools>
      <xsl:choose>
        <xsl:when test="$bom-model"><xsl:apply-templates select="$bom-model" mode="component"/></xsl:when>
        <xsl:otherwise><component type="application" bom-ref="ledger"><name><xsl:value-of select="v:line(string($bom-cover/r:checkpoint/@origin))"/></name><description>The models in use, of which the ledger has records.</description></component></xsl:otherwise>
      </xsl:choose>
      <properties>
        <xsl:call-template name="property"><xsl:with-param name="name" select="'report'"/><xsl:with-param name="value" select="$stamp"/></xsl:call-template>
        <xsl:apply-templates select="@kind" mode="property"/>
        <xsl:for-each select="$bom-cover/r:checkpoint/@*"><xsl:call-template name="property"><xsl:with-param name="name" select="concat('checkpoint-', local-name())"/></xsl:call-template></xsl:for-each>
        <xsl:if test="not($judged)"><xsl:call-template name="property"><xsl:with-param name="name" select="'remark'"/><xsl:with-param name="value" select="'No policy in force: no rule was asked.'"/></xsl:call-template></xsl:if>
        <xsl:for-each select="r:figures/r:figure[not(starts-with(@id, 'metric-'))]"><xsl:call-template name="property"><xsl:with-param name="name" select="@id"/><xsl:with-param name="value" select="@value"/></xsl:call-template></xsl:for-each>
        <xsl:for-each select="r:integrity/r:check"><xsl:call-template name="property"><xsl:with-param name="name" select="concat('integrity ', @name)"/><xsl:with-param name="value" select="concat(@result, ': ', @says)"/></xsl:call-template></xsl:for-each>
      </properties>
    </metadata>
    <xsl:if test="$subjects | $data | $tests | $files">
      <components>
        <xsl:apply-templates select="$subjects" mode="component"/>
        <xsl:apply-templates select="$data" mode="component"/>
        <xsl:apply-templates select="$tests" mode="component"/>
        <xsl:apply-templates select="$files" mode="component"/>
      </components>
    </xsl:if>
    <dependencies>
      <xsl:choose>
        <xsl:when test="$bom-model"><xsl:call-template name="depends"><xsl:with-param name="digest" select="$bom-model/@digest"/></xsl:call-template></xsl:when>
        <xsl:otherwise><dependency ref="ledger"><xsl:for-each select="$subjects"><dependency ref="sha256:{@digest}"/></xsl:for-each></dependency></xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="$data[key('file-by-digest', @digest)]"><xsl:call-template name="depends"><xsl:with-param name="digest" select="@digest"/></xsl:call-template></xsl:for-each>
      <xsl:for-each select="$files"><xsl:call-template name="depends"><xsl:with-param name="digest" select="@sha256"/></xsl:call-template></xsl:for-each>
    </dependencies>
    <xsl:if test="$runs"><formulation><formula><workflows><xsl:apply-templates select="$runs" mode="workflow"/></workflows></formula></formulation></xsl:if>
    <declarations>
      <assessors>
        <assessor bom-ref="keeper"><organization><name><xsl:call-template name="keeper"/></name></organization></assessor>
        <xsl:for-each select="r:signers/r:signer"><assessor><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="ref"/></xsl:attribute><organization><name><xsl:value-of select="v:line(string(@name))"/></name></organization></assessor></xsl:for-each>
      </assessors>
      <xsl:if test="$rules or r:approvals/r:decision">
        <attestations>
          <xsl:for-each select="$frameworks">
            <xsl:variable name="in" select="r:control[@applicable = 'true'][@status != 'unmapped']"/>
            <xsl:if test="$in">
              <attestation>
                <summary><xsl:value-of select="concat(@title, ': ', @met, ' of ', @all, ' controls are met, ', @open, ' are open, ', @unmapped, ' have no rule in force, ', @not-applicable, ' do not apply')"/></summary>
                <assessor>keeper</assessor>
                <xsl:for-each select="$in">
                  <xsl:call-template name="map"><xsl:with-param name="requirement"><xsl:apply-templates select="." mode="ref"/></xsl:with-param><xsl:with-param name="rules" select="key('rule', r:use/@rule)"/><xsl:with-param name="is" select="@status"/></xsl:call-template>
                </xsl:for-each>
              </attestation>
            </xsl:if>
          </xsl:for-each>
          <xsl:for-each select="$catalogues">
            <xsl:variable name="catalogue" select="substring-before(concat(., '/'), '/')"/>
            <attestation>
              <summary><xsl:value-of select="concat($catalogue, ': controls that the rules asked here name')"/></summary>
              <assessor>keeper</assessor>
              <xsl:for-each select="$named[substring-before(concat(., '/'), '/') = $catalogue]">
                <xsl:variable name="its" select="key('implements', string(.))/.."/>
                <xsl:call-template name="map"><xsl:with-param name="requirement"><xsl:apply-templates select="." mode="ref"/></xsl:with-param><xsl:with-param name="rules" select="$its"/><xsl:with-param name="is"><xsl:call-template name="bom-worst"><xsl:with-param name="rules" select="$its"/></xsl:call-template></xsl:with-param></xsl:call-template>
              </xsl:for-each>
            </attestation>
          </xsl:for-each>
          <xsl:for-each select="r:rules/r:policy[r:rule[not(r:implements)]]">
            <attestation>
              <summary><xsl:value-of select="concat('policy ', @name, ', version ', @version, ': rules that name no control')"/></summary>
              <assessor>keeper</assessor>
              <xsl:for-each select="r:rule[not(r:implements)]">
                <xsl:call-template name="map"><xsl:with-param name="requirement"><xsl:apply-templates select="." mode="ref"/></xsl:with-param><xsl:with-param name="rules" select="."/><xsl:with-param name="is"><xsl:call-template name="bom-worst"/></xsl:with-param></xsl:call-template>
              </xsl:for-each>
            </attestation>
          </xsl:for-each>
          <xsl:for-each select="r:approvals/r:decision">
            <attestation>
              <summary><xsl:value-of select="concat(@type, ' of ', key('subject', @subject)/@name, substring(' for ', 1, 9 * boolean(@environment)), @environment, ', ', @time, substring(': ', 1, 9 * boolean(r:because)), r:because)"/></summary>
              <assessor><xsl:apply-templates select="key('signer', @signer)" mode="ref"/></assessor>
            </attestation>
          </xsl:for-each>
        </attestations>
      </xsl:if>
      <xsl:if test="$rules[@pass + @fail + @waived + @no-evidence + @error &gt; 0]"><claims><xsl:apply-templates select="$rules" mode="claimed"/></claims></xsl:if>
      <xsl:if test="r:evidence/r:entry">
        <evidence>
          <xsl:for-each select="r:evidence/r:entry">
            <evidence><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="ref"/></xsl:attribute>
              <propertyName>vouchbook:<xsl:value-of select="v:line(string(@kind))"/></propertyName>
              <description><xsl:value-of select="concat(@title, substring(': ', 1, 9 * boolean(@summary)), @summary, substring(' (does not verify)', 1, 99 * (@checked != 'sound' and @checked != 'erased')))"/></description>
              <data><name>entry <xsl:value-of select="@seq"/></name><contents><url>urn:vouchbook:leaf:<xsl:value-of select="@leaf"/></url></contents></data>
              <created><xsl:value-of select="@time"/></created>
              <author><name><xsl:value-of select="v:line(string(key('signer', @signer)/@name))"/></name></author>
            </evidence>
          </xsl:for-each>
        </evidence>
      </xsl:if>
      <xsl:if test="$approvals">
        <affirmation>
          <statement>Each of these approved it, for what they were asked; their reasons are in the attestations.</statement>
          <signatories>
            <xsl:for-each select="$approvals">
              <signatory>
                <name><xsl:value-of select="v:line(string(key('signer', @signer)/@name))"/></name>
                <role>approver</role>
                <organization><name><xsl:call-template name="keeper"/></name></organization>
                <externalReference type="electronic-signature"><url>urn:vouchbook:leaf:<xsl:value-of select="key('entry', r:cite[1]/@entry)/@leaf"/></url></externalReference>
              </signatory>
            </xsl:for-each>
          </signatories>
        </affirmation>
      </xsl:if>
    </declarations>
    <xsl:if test="$rules or $frameworks">
      <definitions>
        <standards>
          <xsl:for-each select="$frameworks">
            <standard bom-ref="standard:{@id}">
              <name><xsl:value-of select="@title"/></name><version><xsl:value-of select="@version"/></version><description><xsl:value-of select="@note"/></description><owner>Not stated in the ledger's catalogue</owner>
              <requirements>
                <xsl:for-each select="r:control">
                  <requirement><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="ref"/></xsl:attribute>
                    <identifier><xsl:value-of select="@number"/></identifier><title><xsl:value-of select="@title"/></title>
                    <xsl:if test="r:asks"><text><xsl:value-of select="r:asks"/></text></xsl:if>
                    <properties><xsl:apply-templates select="@status | @reason | @tested | @in-scope | @owner | @due | @fresh" mode="property"/></properties>
                  </requirement>
                </xsl:for-each>
              </requirements>
            </standard>
          </xsl:for-each>
          <xsl:for-each select="$catalogues">
            <xsl:variable name="catalogue" select="substring-before(concat(., '/'), '/')"/>
            <standard bom-ref="named:{$catalogue}">
              <name><xsl:value-of select="$catalogue"/></name><version>Not stated here</version><description>Controls that the rules asked here name.</description><owner>Not stated here</owner>
              <requirements><xsl:for-each select="$named[substring-before(concat(., '/'), '/') = $catalogue]"><requirement><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="ref"/></xsl:attribute><identifier><xsl:value-of select="substring-after(., '/')"/></identifier></requirement></xsl:for-each></requirements>
            </standard>
          </xsl:for-each>
          <xsl:for-each select="r:rules/r:policy[r:rule[not(r:implements)]]">
            <standard bom-ref="policy:{@name}@{@version}">
              <name><xsl:value-of select="@name"/></name><version><xsl:value-of select="@version"/></version><description><xsl:value-of select="concat(@title, ' (policy, SHA-256 ', @digest, ')')"/></description><owner><xsl:call-template name="keeper"/></owner>
              <requirements><xsl:for-each select="r:rule[not(r:implements)]"><requirement><xsl:attribute name="bom-ref"><xsl:apply-templates select="." mode="ref"/></xsl:attribute><identifier><xsl:value-of select="@name"/></identifier><xsl:if test="r:because"><text><xsl:value-of select="r:because"/></text></xsl:if></requirement></xsl:for-each></requirements>
            </standard>
          </xsl:for-each>
        </standards>
      </definitions>
    </xsl:if>
  </bom>
</xsl:template>
</xsl:stylesheet>
