<?xml version="1.0" encoding="UTF-8"?>
<!-- model-card.xsl: a model card in the manner of Hugging Face: a YAML head and Markdown. Long lists are cut: the report has the rest. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" exclude-result-prefixes="r v">
<xsl:output method="text" encoding="UTF-8"/>
<xsl:param name="stamp"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="signer" match="r:signer" use="@id"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="metric" match="r:series/r:series[@type = 'metrics']/r:point[@value]" use="@label"/>
<!-- Characters that YAML does not print, or takes for the end of a line. -->
<xsl:variable name="odd" select="'&#x7F;&#x80;&#x81;&#x82;&#x83;&#x84;&#x85;&#x86;&#x87;&#x88;&#x89;&#x8A;&#x8B;&#x8C;&#x8D;&#x8E;&#x8F;&#x90;&#x91;&#x92;&#x93;&#x94;&#x95;&#x96;&#x97;&#x98;&#x99;&#x9A;&#x9B;&#x9C;&#x9D;&#x9E;&#x9F;&#x2028;&#x2029;&#xFEFF;'"/>
<xsl:variable name="nl" select="'&#10;'"/>
<xsl:variable name="scope" select="/r:report/r:cover/r:scope"/>
<xsl:variable name="about" select="/r:report/r:subjects/r:subject[not($scope/@subject) or @id = $scope/@subject]"/>
<xsl:variable name="entities" select="/r:report/r:entities/r:entity"/>
<xsl:variable name="metrics" select="/r:report/r:series/r:series[@type = 'metrics'][r:point/@value]"/>

<xsl:template name="yaml"><xsl:param name="text"/><xsl:value-of select="v:yaml(translate(substring($text, 1, 120), $odd, ''))"/></xsl:template>
<xsl:template name="md"><xsl:param name="text"/><xsl:param name="most" select="300"/><xsl:value-of select="v:md(normalize-space(translate(substring($text, 1, $most), $odd, ' ')))"/><xsl:if test="string-length($text) &gt; $most">…</xsl:if></xsl:template>
<!-- A number that YAML 1.1 too takes for one: 1e-05 is a text there. -->
<xsl:template name="number"><xsl:param name="text"/>
  <xsl:variable name="low" select="translate($text, 'E', 'e')"/>
  <xsl:choose>
    <xsl:when test="not(contains($low, 'e')) or contains($low, '.')"><xsl:value-of select="$low"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="concat(substring-before($low, 'e'), '.0e', substring-after($low, 'e'))"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template name="item"><xsl:param name="name"/><xsl:param name="text"/>
  <xsl:if test="string($text)"><xsl:value-of select="concat('- **', $name, ':** ')"/><xsl:call-template name="md"><xsl:with-param name="text" select="$text"/></xsl:call-template><xsl:value-of select="$nl"/></xsl:if>
</xsl:template>
<!-- What is too long is left out, so that the card stays small whatever is on record. -->
<xsl:template name="bound"><xsl:param name="text"/><xsl:param name="most" select="7000"/>
  <xsl:choose><xsl:when test="string-length($text) &lt;= $most"><xsl:value-of select="$text"/></xsl:when><xsl:otherwise><xsl:value-of select="concat($nl, 'A part that is too long for a card is left out here: see the report.', $nl)"/></xsl:otherwise></xsl:choose>
</xsl:template>
<xsl:template name="more"><xsl:param name="all"/><xsl:param name="most"/><xsl:if test="$all &gt; $most"><xsl:value-of select="concat($nl, 'And ', $all - $most, ' more: see the report.', $nl)"/></xsl:if></xsl:template>
<xsl:template name="head"><xsl:param name="text"/><xsl:value-of select="concat($nl, $text, $nl, $nl)"/></xsl:template>
<xsl:template match="r:fact"><xsl:text>  - </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="concat(@name, ': ', .)"/><xsl:with-param name="most" select="240"/></xsl:call-template><xsl:value-of select="$nl"/></xsl:template>
<xsl:template name="made-of"><xsl:param name="all"/><xsl:param name="none"/>
  <xsl:call-template name="bound"><xsl:with-param name="most" select="7000"/><xsl:with-param name="text"><xsl:for-each select="$all[position() &lt;= 8]">
    <xsl:text>- **</xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="@name"/></xsl:call-template><xsl:value-of select="concat('** (SHA-256 ', substring(@digest, 1, 12), ')', $nl)"/>
    <xsl:apply-templates select="r:fact[position() &lt;= 16]"/>
  </xsl:for-each></xsl:with-param></xsl:call-template>
  <xsl:if test="not($all)"><xsl:value-of select="concat($none, $nl)"/></xsl:if>
  <xsl:call-template name="more"><xsl:with-param name="all" select="count($all)"/><xsl:with-param name="most" select="8"/></xsl:call-template>
</xsl:template>

<xsl:template match="/r:report">
  <xsl:variable name="cover" select="r:cover"/>
  <xsl:variable name="data" select="$entities[@type = 'dataset'][@use = 'made from']"/>
  <xsl:variable name="runs" select="$entities[@type = 'run']"/>
  <xsl:call-template name="yaml-head"/>
  <xsl:value-of select="concat('&lt;!-- ', translate($stamp, '&lt;&gt;&#10;&#13; ', ''), ' --&gt;', $nl, $nl, '# ')"/>
  <xsl:call-template name="md"><xsl:with-param name="text" select="concat(substring('Model card: ', 1, 99 * boolean($scope/@subject)), substring('Models of ', 1, 99 * not($scope/@subject)), $scope/@name)"/></xsl:call-template>
  <xsl:value-of select="$nl"/>
  <xsl:choose>
    <xsl:when test="$scope/@subject">
      <xsl:call-template name="bound"><xsl:with-param name="most" select="7000"/><xsl:with-param name="text"><xsl:for-each select="$about[1]"><xsl:call-template name="subject"/></xsl:for-each></xsl:with-param></xsl:call-template>
      <xsl:call-template name="head"><xsl:with-param name="text" select="'## Training data'"/></xsl:call-template>
      <xsl:call-template name="made-of"><xsl:with-param name="all" select="$data"/><xsl:with-param name="none" select="'No data set is on record.'"/></xsl:call-template>
      <xsl:call-template name="head"><xsl:with-param name="text" select="'## Training procedure'"/></xsl:call-template>
      <xsl:call-template name="made-of"><xsl:with-param name="all" select="$runs"/><xsl:with-param name="none" select="'No run is on record.'"/></xsl:call-template>
      <xsl:call-template name="bound"><xsl:with-param name="most" select="16000"/><xsl:with-param name="text"><xsl:call-template name="evaluation"/></xsl:with-param></xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="$about[position() &lt;= 12]">
        <xsl:value-of select="concat($nl, '## ')"/><xsl:call-template name="md"><xsl:with-param name="text" select="@name"/></xsl:call-template><xsl:value-of select="$nl"/>
        <xsl:call-template name="bound"><xsl:with-param name="most" select="2500"/><xsl:with-param name="text"><xsl:call-template name="subject"><xsl:with-param name="level" select="'###'"/></xsl:call-template></xsl:with-param></xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="more"><xsl:with-param name="all" select="count($about)"/><xsl:with-param name="most" select="12"/></xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="$entities/r:fact[@name = 'cost']">
    <xsl:call-template name="head"><xsl:with-param name="text" select="'## Environmental cost'"/></xsl:call-template>
    <xsl:for-each select="$entities[r:fact/@name = 'cost'][position() &lt;= 8]">
      <xsl:text>- **</xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="@name"/></xsl:call-template><xsl:text>:** </xsl:text>
      <xsl:call-template name="md"><xsl:with-param name="text" select="r:fact[@name = 'cost']"/></xsl:call-template><xsl:value-of select="$nl"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:call-template name="bound"><xsl:with-param name="most" select="9000"/><xsl:with-param name="text"><xsl:call-template name="decisions"/></xsl:with-param></xsl:call-template>
  <xsl:call-template name="head"><xsl:with-param name="text" select="'## How to verify'"/></xsl:call-template>
  <xsl:text>This card was made from a report of the ledger </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="$cover/r:checkpoint/@origin"/></xsl:call-template>
  <xsl:value-of select="concat(' at the checkpoint of ', $cover/r:checkpoint/@size, ' entries, ', v:date(string($cover/r:checkpoint/@time)), ', root hash `', $cover/r:checkpoint/@root, '`.', $nl, $nl)"/>
  <xsl:text>With a copy of the ledger: `vouch verify` reads it all again, `vouch audit` asks its rules again, `vouch show ENTRY` shows an entry. Compare the root hash with one that you have from elsewhere.&#10;</xsl:text>
  <xsl:for-each select="r:integrity/r:statement[position() &lt;= 12]">
    <xsl:if test="position() = 1"><xsl:value-of select="$nl"/></xsl:if>
    <xsl:call-template name="item"><xsl:with-param name="name"><xsl:choose><xsl:when test="@type = 'proves'">Proves</xsl:when><xsl:otherwise>Does not prove</xsl:otherwise></xsl:choose></xsl:with-param><xsl:with-param name="text" select="."/></xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="yaml-head">
  <xsl:variable name="one" select="$about[$scope/@subject][1]"/>
  <xsl:variable name="kwh" select="$entities/r:fact[@name = 'cost'][contains(., 'co2_kg ')][1]"/>
  <xsl:variable name="kg" select="number(substring-before(concat(substring-after($kwh, 'co2_kg '), ','), ','))"/>
  <xsl:text>---&#10;license: other&#10;license_name: </xsl:text>
  <xsl:call-template name="yaml"><xsl:with-param name="text" select="concat($one/@licence, substring('not recorded', 1 + 99 * boolean($one/@licence)))"/></xsl:call-template>
  <xsl:if test="$one/@framework"><xsl:text>&#10;library_name: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="$one/@framework"/></xsl:call-template></xsl:if>
  <xsl:text>&#10;tags:&#10;- vouchbook&#10;</xsl:text>
  <xsl:if test="$one/@risk-class"><xsl:text>- </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="concat('risk-class:', $one/@risk-class)"/></xsl:call-template><xsl:value-of select="$nl"/></xsl:if>
  <xsl:if test="$one/@in-use"><xsl:text>- </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="concat('in-use:', $one/@in-use)"/></xsl:call-template><xsl:value-of select="$nl"/></xsl:if>
  <xsl:for-each select="$entities[@type = 'dataset'][@use = 'made from'][position() &lt;= 12]">
    <xsl:if test="position() = 1"><xsl:text>datasets:&#10;</xsl:text></xsl:if>
    <xsl:text>- </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="@name"/></xsl:call-template><xsl:value-of select="$nl"/>
  </xsl:for-each>
  <xsl:for-each select="$metrics/r:point[@value][count(. | key('metric', @label)[1]) = 1][position() &lt;= 24]">
    <xsl:if test="position() = 1"><xsl:text>metrics:&#10;</xsl:text></xsl:if>
    <xsl:text>- </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="@label"/></xsl:call-template><xsl:value-of select="$nl"/>
  </xsl:for-each>
  <!-- The registry there asks for grams. -->
  <xsl:if test="$kg &gt;= 0 and $kg &lt; 1000000000000"><xsl:value-of select="concat('co2_eq_emissions:', $nl, '  emissions: ', format-number($kg * 1000, '0.######'), $nl, '  source: ')"/><xsl:call-template name="yaml"><xsl:with-param name="text" select="$kwh/../@name"/></xsl:call-template><xsl:value-of select="$nl"/></xsl:if>
  <xsl:if test="$one and $metrics">
    <xsl:variable name="index">
    <xsl:text>model-index:&#10;- name: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="$one/@name"/></xsl:call-template><xsl:text>&#10;  results:&#10;</xsl:text>
    <xsl:for-each select="$metrics[position() &lt;= 6]">
      <xsl:variable name="set" select="concat(@of, substring('not recorded', 1 + 99 * boolean(string(@of))))"/>
      <xsl:text>  - task:&#10;      type: other&#10;      name: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="concat($one/r:intended-use, substring('not recorded', 1 + 99 * boolean($one/r:intended-use)))"/></xsl:call-template>
      <xsl:text>&#10;    dataset:&#10;      type: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="$set"/></xsl:call-template>
      <xsl:text>&#10;      name: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="$set"/></xsl:call-template>
      <xsl:text>&#10;    metrics:&#10;</xsl:text>
      <xsl:for-each select="r:point[@value][position() &lt;= 16]">
        <xsl:text>    - type: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="@label"/></xsl:call-template>
        <xsl:text>&#10;      name: </xsl:text><xsl:call-template name="yaml"><xsl:with-param name="text" select="concat(@label, ' (', ../@name, ')')"/></xsl:call-template>
        <xsl:text>&#10;      value: </xsl:text><xsl:call-template name="number"><xsl:with-param name="text" select="@value"/></xsl:call-template><xsl:value-of select="$nl"/>
      </xsl:for-each>
    </xsl:for-each>
    </xsl:variable>
    <xsl:if test="string-length($index) &lt;= 12000"><xsl:value-of select="$index"/></xsl:if>
  </xsl:if>
  <xsl:text>checks:&#10;</xsl:text>
  <xsl:for-each select="/r:report/r:figures/r:figure[starts-with(@id, 'checks-')]"><xsl:value-of select="concat('  ', substring-after(@id, 'checks-'), ': ', @value, $nl)"/></xsl:for-each>
  <xsl:text>---&#10;</xsl:text>
</xsl:template>

<xsl:template name="subject"><xsl:param name="level" select="'##'"/>
  <xsl:call-template name="head"><xsl:with-param name="text" select="concat($level, ' Model details')"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Name'"/><xsl:with-param name="text" select="@name"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Description'"/><xsl:with-param name="text" select="r:description"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Owner'"/><xsl:with-param name="text" select="@owner"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Risk class'"/><xsl:with-param name="text" select="@risk-class"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Framework'"/><xsl:with-param name="text" select="@framework"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'Licence'"/><xsl:with-param name="text" select="@licence"/></xsl:call-template>
  <xsl:call-template name="item"><xsl:with-param name="name" select="'In use in'"/><xsl:with-param name="text" select="@in-use"/></xsl:call-template>
  <xsl:value-of select="concat('- **SHA-256:** `', @digest, '`', $nl)"/>
  <xsl:call-template name="head"><xsl:with-param name="text" select="concat($level, ' Uses')"/></xsl:call-template>
  <xsl:for-each select="r:intended-use[position() &lt;= 8]"><xsl:call-template name="item"><xsl:with-param name="name" select="'Intended use'"/><xsl:with-param name="text" select="."/></xsl:call-template></xsl:for-each>
  <xsl:if test="not(r:intended-use)"><xsl:text>No intended use is on record.&#10;</xsl:text></xsl:if>
  <xsl:call-template name="head"><xsl:with-param name="text" select="concat($level, ' Out of scope, and limitations')"/></xsl:call-template>
  <xsl:for-each select="r:limitation[position() &lt;= 8]"><xsl:call-template name="item"><xsl:with-param name="name" select="'Limitation'"/><xsl:with-param name="text" select="."/></xsl:call-template></xsl:for-each>
  <xsl:if test="not(r:limitation)"><xsl:text>No limitation is on record.&#10;</xsl:text></xsl:if>
  <xsl:call-template name="more"><xsl:with-param name="all" select="count(r:limitation)"/><xsl:with-param name="most" select="8"/></xsl:call-template>
</xsl:template>

<xsl:template name="evaluation">
  <xsl:variable name="slices" select="r:series/r:series[@type = 'slices'][r:point/@value]"/>
  <xsl:call-template name="head"><xsl:with-param name="text" select="'## Evaluation'"/></xsl:call-template>
  <xsl:if test="not($metrics)"><xsl:text>No evaluation is on record.&#10;</xsl:text></xsl:if>
  <xsl:for-each select="$metrics[position() &lt;= 6]">
    <xsl:if test="position() &gt; 1"><xsl:value-of select="$nl"/></xsl:if>
    <xsl:text>### </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="concat(@name, substring(' on ', 1, 99 * boolean(string(@of))), @of)"/></xsl:call-template>
    <xsl:text>&#10;&#10;| metric | value | interval | threshold | n |&#10;| --- | ---: | --- | --- | ---: |&#10;</xsl:text>
    <xsl:for-each select="r:point[@value][position() &lt;= 16]">
      <xsl:text>| </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="@label"/><xsl:with-param name="most" select="80"/></xsl:call-template>
      <xsl:value-of select="concat(' | ', @value, ' | ')"/><xsl:if test="@low and @high"><xsl:value-of select="concat(@low, ' to ', @high)"/></xsl:if>
      <xsl:text> | </xsl:text><xsl:if test="@min"><xsl:value-of select="concat('at least ', @min)"/></xsl:if><xsl:if test="@max"><xsl:value-of select="concat(' at most ', @max)"/></xsl:if>
      <xsl:value-of select="concat(' | ', @n, ' |', $nl)"/>
    </xsl:for-each>
    <xsl:call-template name="more"><xsl:with-param name="all" select="count(r:point[@value])"/><xsl:with-param name="most" select="16"/></xsl:call-template>
  </xsl:for-each>
  <xsl:call-template name="more"><xsl:with-param name="all" select="count($metrics)"/><xsl:with-param name="most" select="6"/></xsl:call-template>
  <xsl:if test="$slices">
    <xsl:text>&#10;### By group&#10;&#10;| metric | evaluation | group | value | n |&#10;| --- | --- | --- | ---: | ---: |&#10;</xsl:text>
    <xsl:for-each select="$slices[position() &lt;= 16]/r:point[@value][position() &lt;= 6]">
      <xsl:text>| </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="../@name"/><xsl:with-param name="most" select="40"/></xsl:call-template>
      <xsl:text> | </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="../@of"/><xsl:with-param name="most" select="40"/></xsl:call-template>
      <xsl:text> | </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="@label"/><xsl:with-param name="most" select="60"/></xsl:call-template>
      <xsl:value-of select="concat(' | ', @value, ' | ', @n, ' |', $nl)"/>
    </xsl:for-each>
    <xsl:if test="count($slices) &gt; 16 or $slices[count(r:point[@value]) &gt; 6]"><xsl:text>&#10;And more: see the report.&#10;</xsl:text></xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="decisions">
  <xsl:variable name="acts" select="r:approvals/r:decision"/>
  <xsl:variable name="open" select="r:verdicts/r:verdict[@result != 'pass' and @result != 'not applicable']"/>
  <xsl:call-template name="head"><xsl:with-param name="text" select="'## Decisions and rules'"/></xsl:call-template>
  <xsl:text>| result | checks |&#10;| --- | ---: |&#10;</xsl:text>
  <xsl:value-of select="concat('| pass | ', v:number(string(r:figures/r:figure[@id = 'checks-pass']/@value)), ' |', $nl, '| fail | ', v:number(string(r:figures/r:figure[@id = 'checks-fail']/@value)), ' |', $nl)"/>
  <xsl:value-of select="concat('| waived | ', v:number(string(r:figures/r:figure[@id = 'checks-waived']/@value)), ' |', $nl, '| no evidence | ', v:number(string(r:figures/r:figure[@id = 'checks-no-evidence']/@value)), ' |', $nl)"/>
  <xsl:for-each select="$open[position() &lt;= 16]">
    <xsl:if test="position() = 1"><xsl:value-of select="$nl"/></xsl:if>
    <xsl:value-of select="concat('- **', @result, ':** ')"/>
    <xsl:call-template name="md"><xsl:with-param name="text" select="concat(key('rule', @rule)/../@name, '/', key('rule', @rule)/@name, ', ', key('subject', @subject)/@name, substring(' in ', 1, 99 * boolean(@environment)), @environment, ': ', r:message, substring(key('rule', @rule)/r:because, 1 + 100000 * boolean(r:message)))"/></xsl:call-template>
    <xsl:value-of select="$nl"/>
  </xsl:for-each>
  <xsl:call-template name="more"><xsl:with-param name="all" select="count($open)"/><xsl:with-param name="most" select="16"/></xsl:call-template>
  <xsl:if test="$acts">
    <xsl:text>&#10;| decision | of | in | by | when | because |&#10;| --- | --- | --- | --- | --- | --- |&#10;</xsl:text>
    <xsl:for-each select="$acts[position() &lt;= 16]">
      <xsl:value-of select="concat('| ', @type, ' | ')"/><xsl:call-template name="md"><xsl:with-param name="text" select="key('subject', @subject)/@name"/><xsl:with-param name="most" select="80"/></xsl:call-template>
      <xsl:text> | </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="@environment"/><xsl:with-param name="most" select="80"/></xsl:call-template>
      <xsl:text> | </xsl:text><xsl:call-template name="md"><xsl:with-param name="text" select="key('signer', @signer)/@name"/><xsl:with-param name="most" select="80"/></xsl:call-template>
      <xsl:value-of select="concat(' | ', v:date(string(@time)), ' | ')"/><xsl:call-template name="md"><xsl:with-param name="text" select="r:because"/><xsl:with-param name="most" select="160"/></xsl:call-template>
      <xsl:value-of select="concat(' |', $nl)"/>
    </xsl:for-each>
    <xsl:call-template name="more"><xsl:with-param name="all" select="count($acts)"/><xsl:with-param name="most" select="16"/></xsl:call-template>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
