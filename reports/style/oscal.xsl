<?xml version="1.0" encoding="UTF-8"?>
<!-- oscal.xsl: OSCAL Assessment Results 1.2.1 (NIST): controls reviewed, what was observed, what follows. oscal-json.xsl says the same in JSON. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="http://csrc.nist.gov/ns/oscal/1.0" exclude-result-prefixes="r v">
<xsl:output method="xml" encoding="UTF-8" indent="yes"/>
<xsl:param name="stamp"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="signer" match="r:signer" use="@id"/>
<xsl:key name="entry" match="r:entry" use="@id"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="rule-by-name" match="r:policy/r:rule" use="@name"/>
<xsl:key name="rule-by-name" match="r:policy/r:rule" use="concat(../@name, '/', @name)"/>
<xsl:key name="implements" match="r:rule/r:implements" use="string(.)"/>
<xsl:key name="framework" match="r:framework" use="@id"/>
<xsl:key name="use" match="r:use" use="@rule"/>
<xsl:key name="waiver-by-rule" match="r:waiver[@status = 'open' or @status = 'ends soon']" use="@rule"/>
<xsl:key name="verdict-by-rule" match="r:verdict" use="@rule"/>
<xsl:key name="action-by-rule" match="r:action" use="@rule"/>
<xsl:variable name="oscal-cover" select="/r:report/r:cover"/>
<xsl:variable name="oscal-now" select="string($oscal-cover/r:checkpoint/@time)"/>
<xsl:variable name="oscal-ledger" select="concat('ledger/', $oscal-cover/r:checkpoint/@origin)"/>
<xsl:variable name="oscal-tool" select="concat('program/', $oscal-cover/r:generator/@program)"/>
<xsl:variable name="oscal-plan" select="concat('plan/', $stamp)"/>
<xsl:variable name="oscal-ours" select="'urn:vouchbook:oscal:v1'"/>
<xsl:variable name="oscal-controls" select="/r:report/r:controls/r:framework/r:control"/>
<xsl:template match="/r:report"><xsl:call-template name="oscal"/></xsl:template>

<!-- What identifies something: by content where it has one, so that reports of one ledger agree. -->
<xsl:template match="r:subject" mode="uuid"><xsl:value-of select="v:uuid(concat('subject/', @digest, '/', @name))"/></xsl:template>
<xsl:template match="r:signer" mode="uuid"><xsl:value-of select="v:uuid(concat('signer/', @id, '/', @key))"/></xsl:template>
<xsl:template match="r:entry" mode="uuid"><xsl:value-of select="v:uuid(concat('entry/', @leaf))"/></xsl:template>
<xsl:template match="r:rule" mode="uuid"><xsl:value-of select="v:uuid(concat('rule/', ../@name, '/', ../@digest, '/', @name))"/></xsl:template>
<xsl:template match="*" mode="uuid"><xsl:param name="as" select="local-name()"/><xsl:value-of select="v:uuid(concat($stamp, '/', $as, '/', local-name(..), '/', count(preceding-sibling::*) + 1))"/></xsl:template>

<!-- Tokens: a control as OSCAL names it, and the objective that findings are about. -->
<xsl:template match="r:control" mode="id"><xsl:call-template name="token"><xsl:with-param name="text" select="concat(../@id, '/', @number)"/></xsl:call-template></xsl:template>
<xsl:template match="r:implements" mode="id"><xsl:call-template name="token"><xsl:with-param name="text" select="string(.)"/></xsl:call-template></xsl:template>
<xsl:template match="r:rule" mode="id">rule_<xsl:call-template name="token"><xsl:with-param name="text" select="concat(../@name, '/', @name)"/></xsl:call-template></xsl:template>
<!-- "a/b" is a_b; where something else could become the same, a digest tells them apart. -->
<xsl:template name="token"><xsl:param name="text"/>
  <xsl:value-of select="v:name($text)"/>
  <xsl:if test="contains($text, '_') or contains(substring-after($text, '/'), '/') or v:name($text) != translate($text, '/', '_')">_<xsl:value-of select="substring(v:sha256($text), 1, 12)"/></xsl:if>
</xsl:template>

<xsl:template name="prop"><xsl:param name="name"/><xsl:param name="value" select="."/>
  <xsl:if test="string($value)"><prop name="{$name}" ns="{$oscal-ours}" value="{v:line(string($value))}"/></xsl:if>
</xsl:template>
<xsl:template match="@*" mode="prop"><xsl:call-template name="prop"><xsl:with-param name="name" select="local-name()"/></xsl:call-template></xsl:template>
<xsl:template match="r:cite" mode="prop"><xsl:for-each select="key('entry', @entry)"><xsl:apply-templates select="@seq | @leaf" mode="prop"/></xsl:for-each></xsl:template>
<xsl:template match="r:cite" mode="link"><xsl:for-each select="key('entry', @entry)"><link rel="evidence"><xsl:attribute name="href">#<xsl:apply-templates select="." mode="uuid"/></xsl:attribute></link></xsl:for-each></xsl:template>
<xsl:template match="r:cite" mode="evidence">
  <xsl:for-each select="key('entry', @entry)">
    <relevant-evidence><xsl:attribute name="href">#<xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
      <description><p>Entry <xsl:value-of select="@seq"/>: <xsl:value-of select="@title"/></p></description>
      <xsl:apply-templates select="@seq | @leaf" mode="prop"/>
    </relevant-evidence>
  </xsl:for-each>
</xsl:template>
<xsl:template name="p"><xsl:param name="text" select="."/><p><xsl:value-of select="v:line(string($text))"/></p></xsl:template>
<xsl:template name="tool"><origin><actor type="tool" actor-uuid="{v:uuid($oscal-tool)}"/></origin></xsl:template>
<xsl:template name="person"><xsl:param name="id" select="@signer"/><xsl:for-each select="key('signer', $id)"><origin><actor type="party"><xsl:attribute name="actor-uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute></actor></origin></xsl:for-each></xsl:template>
<!-- What a result is about: a model, or the ledger. -->
<xsl:template name="about"><xsl:param name="subject" select="@subject"/>
  <subject type="component"><xsl:attribute name="subject-uuid"><xsl:choose><xsl:when test="$subject"><xsl:apply-templates select="key('subject', $subject)" mode="uuid"/></xsl:when><xsl:otherwise><xsl:value-of select="v:uuid($oscal-ledger)"/></xsl:otherwise></xsl:choose></xsl:attribute></subject>
</xsl:template>

<!-- How rules came out, as one word: the worst first, as for controls. -->
<xsl:template name="worst"><xsl:param name="rules" select="."/>
  <xsl:choose>
    <xsl:when test="sum($rules/@fail) &gt; 0">fail</xsl:when>
    <xsl:when test="sum($rules/@error) &gt; 0">error</xsl:when>
    <xsl:when test="sum($rules/@no-evidence) &gt; 0">no evidence</xsl:when>
    <xsl:when test="sum($rules/@waived) &gt; 0">waived</xsl:when>
    <xsl:when test="sum($rules/@pass) &gt; 0">pass</xsl:when>
    <xsl:otherwise>not applicable</xsl:otherwise>
  </xsl:choose>
</xsl:template>
<!-- Only a pass is satisfied; OSCAL has no third state. -->
<xsl:template name="status"><xsl:param name="is"/>
  <xsl:choose>
    <xsl:when test="$is = 'pass'"><status state="satisfied" reason="pass"><remarks><p>Each rule that was asked passes.</p></remarks></status></xsl:when>
    <xsl:when test="$is = 'fail'"><status state="not-satisfied" reason="fail"><remarks><p>What is on record does not meet a rule.</p></remarks></status></xsl:when>
    <xsl:when test="$is = 'waived'"><status state="not-satisfied" reason="other"><remarks><p>Waived: a rule does not hold, and somebody took responsibility for the exception.</p></remarks></status></xsl:when>
    <xsl:when test="$is = 'no evidence'"><status state="not-satisfied" reason="other"><remarks><p>No evidence: what a rule asks about is not on record, so neither yes nor no can be said.</p></remarks></status></xsl:when>
    <xsl:when test="$is = 'not applicable'"><status state="not-satisfied" reason="other"><remarks><p>Not judged: rules implement it, and none had anything to judge.</p></remarks></status></xsl:when>
    <xsl:otherwise><status state="not-satisfied" reason="other"><remarks><p>Error: a rule has no value here, which is a fault of the rule.</p></remarks></status></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:template name="tally"><xsl:param name="rules" select="."/>
  <xsl:value-of select="concat(sum($rules/@pass), ' pass, ', sum($rules/@fail), ' fail, ', sum($rules/@waived), ' waived, ', sum($rules/@no-evidence), ' without evidence, ', sum($rules/@error), ' in error, ', sum($rules/@not-applicable), ' not applicable')"/>
</xsl:template>
<xsl:template name="finding"><xsl:param name="id"/><xsl:param name="title"/><xsl:param name="says"/><xsl:param name="is"/><xsl:param name="rules"/><xsl:param name="cites" select="/.."/><xsl:param name="props" select="/.."/>
  <finding uuid="{v:uuid(concat($stamp, '/finding/', $id))}">
    <title><xsl:value-of select="v:line(string($title))"/></title>
    <description><xsl:call-template name="p"><xsl:with-param name="text" select="$says"/></xsl:call-template></description>
    <xsl:call-template name="prop"><xsl:with-param name="name" select="'result'"/><xsl:with-param name="value" select="$is"/></xsl:call-template>
    <xsl:apply-templates select="$props" mode="prop"/>
    <xsl:apply-templates select="$cites" mode="link"/>
    <xsl:call-template name="tool"/>
    <target type="objective-id" target-id="{$id}_obj"><xsl:call-template name="status"><xsl:with-param name="is" select="$is"/></xsl:call-template></target>
    <xsl:for-each select="$rules"><related-observation><xsl:attribute name="observation-uuid"><xsl:call-template name="observed"/></xsl:attribute></related-observation></xsl:for-each>
    <xsl:for-each select="$rules[self::r:rule]"><xsl:for-each select="key('verdict-by-rule', @id)"><related-observation><xsl:attribute name="observation-uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute></related-observation></xsl:for-each></xsl:for-each>
    <xsl:for-each select="key('action-by-rule', $rules/@id)[@type != 'decision']"><associated-risk><xsl:attribute name="risk-uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute></associated-risk></xsl:for-each>
    <xsl:for-each select="$rules[self::r:rule]"><xsl:for-each select="key('waiver-by-rule', @name) | key('waiver-by-rule', concat(../@name, '/', @name))"><associated-risk><xsl:attribute name="risk-uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute></associated-risk></xsl:for-each></xsl:for-each>
  </finding>
</xsl:template>
<xsl:template name="objective"><xsl:param name="id"/><xsl:param name="title"/><xsl:param name="says"/>
  <objectives-and-methods control-id="{$id}">
    <part id="{$id}_obj" name="assessment-objective"><title><xsl:value-of select="v:line(string($title))"/></title><xsl:for-each select="$says"><xsl:call-template name="p"/></xsl:for-each></part>
  </objectives-and-methods>
</xsl:template>
<xsl:template name="role"><xsl:param name="id"/><xsl:param name="title"/><role id="{$id}"><title><xsl:value-of select="$title"/></title></role></xsl:template>
<xsl:template name="holders"><xsl:param name="role"/>
  <xsl:variable name="all" select="/r:report/r:signers/r:signer[contains(concat(', ', @roles, ', '), concat(', ', $role, ', '))]"/>
  <xsl:if test="$all"><responsible-party role-id="{$role}"><xsl:for-each select="$all"><party-uuid><xsl:apply-templates select="." mode="uuid"/></party-uuid></xsl:for-each></responsible-party></xsl:if>
</xsl:template>

<xsl:template name="oscal">
  <xsl:variable name="judged" select="boolean(r:rules/r:policy)"/>
  <xsl:variable name="rules" select="r:rules/r:policy/r:rule"/>
  <!-- Controls that are in none of the frameworks listed, by the name that rules give them. -->
  <xsl:variable name="named" select="$rules/r:implements[not(key('framework', substring-before(., '/')) and key('use', ../@id))][count(. | key('implements', string(.))[not(key('framework', substring-before(., '/')) and key('use', ../@id))][1]) = 1]"/>
  <xsl:variable name="reviewed" select="$oscal-controls[@applicable = 'true'][@status != 'unmapped']"/>
  <xsl:variable name="free" select="$rules[not(r:implements)]"/>
  <xsl:variable name="checks" select="r:integrity/r:check"/>
  <xsl:variable name="risks" select="r:actions/r:action[@type != 'decision']"/>
  <xsl:variable name="exceptions" select="r:waivers/r:waiver[@status = 'open' or @status = 'ends soon']"/>
  <xsl:variable name="recorded"><xsl:for-each select="key('entry', r:verdicts/r:verdict/r:record/r:cite/@entry)"><xsl:sort select="@time"/><xsl:if test="position() = 1"><xsl:value-of select="@time"/></xsl:if></xsl:for-each></xsl:variable>
  <assessment-results uuid="{v:uuid(concat($stamp, '/assessment-results'))}">
    <metadata>
      <title><xsl:value-of select="v:line(concat($oscal-cover/r:title, ': ', $oscal-cover/r:scope/@name))"/></title>
      <last-modified><xsl:value-of select="$oscal-now"/></last-modified>
      <version><xsl:value-of select="$oscal-cover/r:checkpoint/@size"/></version>
      <oscal-version>1.2.1</oscal-version>
      <xsl:call-template name="prop"><xsl:with-param name="name" select="'report'"/><xsl:with-param name="value" select="$stamp"/></xsl:call-template>
      <xsl:apply-templates select="@kind" mode="prop"/>
      <xsl:for-each select="$oscal-cover/r:checkpoint/@*"><xsl:call-template name="prop"><xsl:with-param name="name" select="concat('checkpoint-', local-name())"/></xsl:call-template></xsl:for-each>
      <role id="prepared-by"><title>Prepared by</title></role>
      <role id="owner"><title>Enrols, rotates and revokes keys</title></role>
      <role id="engineer"><title>Records data, runs, models and evaluations</title></role>
      <role id="approver"><title>Signs decisions about what goes into use</title></role>
      <role id="compliance"><title>Writes rules and waivers</title></role>
      <role id="service"><title>A machine: a pipeline, a monitor or a server</title></role>
      <party uuid="{v:uuid(concat('keeper/', $oscal-cover/r:checkpoint/@origin))}" type="organization"><name><xsl:value-of select="v:line(concat('Who keeps the ledger ', $oscal-cover/r:checkpoint/@origin))"/></name></party>
      <xsl:for-each select="r:signers/r:signer">
        <party><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute><xsl:attribute name="type"><xsl:choose><xsl:when test="@roles = 'service' or @id = 's0'">organization</xsl:when><xsl:otherwise>person</xsl:otherwise></xsl:choose></xsl:attribute>
          <name><xsl:value-of select="v:line(string(@name))"/></name>
          <external-id scheme="urn:vouchbook:key"><xsl:value-of select="v:line(string(@key))"/></external-id>
          <xsl:apply-templates select="@roles | @ended | @subject | @issuer | @certified | @certificate" mode="prop"/>
          <xsl:apply-templates select="r:cite[1]" mode="link"/>
        </party>
      </xsl:for-each>
      <responsible-party role-id="prepared-by"><party-uuid><xsl:value-of select="v:uuid(concat('keeper/', $oscal-cover/r:checkpoint/@origin))"/></party-uuid></responsible-party>
      <xsl:call-template name="holders"><xsl:with-param name="role" select="'owner'"/></xsl:call-template>
      <xsl:call-template name="holders"><xsl:with-param name="role" select="'engineer'"/></xsl:call-template>
      <xsl:call-template name="holders"><xsl:with-param name="role" select="'approver'"/></xsl:call-template>
      <xsl:call-template name="holders"><xsl:with-param name="role" select="'compliance'"/></xsl:call-template>
      <xsl:call-template name="holders"><xsl:with-param name="role" select="'service'"/></xsl:call-template>
      <remarks><p>A party is known by its key. The ledger itself, and who has no role but service, are machines, for which OSCAL has no type: they are organizations here.</p><xsl:for-each select="$oscal-cover/r:limit"><p>Not covered: <xsl:value-of select="."/></p></xsl:for-each></remarks>
    </metadata>
    <import-ap href="#{v:uuid($oscal-plan)}"><remarks><p>The plan is the rules in force at the checkpoint.</p></remarks></import-ap>
    <local-definitions>
      <xsl:for-each select="$reviewed">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:call-template name="objective"><xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="concat(../@id, '/', @number, ' ', @title)"/><xsl:with-param name="says" select="r:asks"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$named">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:call-template name="objective"><xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="."/><xsl:with-param name="says" select="key('implements', string(.))/../r:because"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$free">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:call-template name="objective"><xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="concat(../@name, '/', @name)"/><xsl:with-param name="says" select="r:because"/></xsl:call-template>
      </xsl:for-each>
      <objectives-and-methods control-id="ledger-integrity"><part id="ledger-integrity_obj" name="assessment-objective"><title>The ledger holds together</title><xsl:for-each select="r:integrity/r:statement"><p><xsl:value-of select="concat(translate(substring(@type, 1, 1), 'pd', 'PD'), substring(@type, 2), ': ', .)"/></p></xsl:for-each></part></objectives-and-methods>
      <xsl:for-each select="$rules">
        <activity><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat(../@name, '/', @name))"/></title>
          <description><xsl:call-template name="p"><xsl:with-param name="text" select="concat(r:because, substring('A policy that cannot be read.', 1 + 99 * boolean(r:because)))"/></xsl:call-template></description>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'policy-version'"/><xsl:with-param name="value" select="../@version"/></xsl:call-template>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'policy-digest'"/><xsl:with-param name="value" select="../@digest"/></xsl:call-template>
          <xsl:apply-templates select="@otherwise" mode="prop"/>
          <xsl:apply-templates select="../r:cite" mode="link"/>
          <xsl:if test="r:implements"><related-controls><control-selection><xsl:for-each select="r:implements"><include-control><xsl:attribute name="control-id"><xsl:apply-templates select="." mode="id"/></xsl:attribute></include-control></xsl:for-each></control-selection></related-controls></xsl:if>
          <xsl:if test="r:remedy"><remarks><xsl:call-template name="p"><xsl:with-param name="text" select="concat('What would record what is missing: ', r:remedy)"/></xsl:call-template></remarks></xsl:if>
        </activity>
      </xsl:for-each>
    </local-definitions>
    <result uuid="{v:uuid(concat($stamp, '/result'))}">
      <title><xsl:value-of select="v:line(concat($oscal-cover/r:title, ': ', $oscal-cover/r:scope/@name))"/></title>
      <description>
        <xsl:choose>
          <xsl:when test="$judged"><p>Rule results: <xsl:call-template name="tally"><xsl:with-param name="rules" select="$rules"/></xsl:call-template>.</p></xsl:when>
          <xsl:otherwise><p>No policy in force: no rule was asked, and no control was reviewed.</p></xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="$oscal-cover/r:remark"><p><xsl:value-of select="."/></p></xsl:for-each>
        <xsl:for-each select="$oscal-cover/r:summarised"><p><xsl:value-of select="."/><xsl:if test="@all"> Shown: <xsl:value-of select="@shown"/> of <xsl:value-of select="@all"/>.</xsl:if></p></xsl:for-each>
      </description>
      <start><xsl:value-of select="concat($recorded, substring($oscal-now, 1, 99 * not(string($recorded))))"/></start>
      <end><xsl:value-of select="$oscal-now"/></end>
      <xsl:for-each select="r:figures/r:figure[not(starts-with(@id, 'metric-'))]">
        <xsl:call-template name="prop"><xsl:with-param name="name" select="v:name(string(@id))"/><xsl:with-param name="value" select="@value"/></xsl:call-template>
      </xsl:for-each>
      <local-definitions>
        <component uuid="{v:uuid($oscal-ledger)}" type="this-system">
          <title><xsl:value-of select="v:line(string($oscal-cover/r:checkpoint/@origin))"/></title>
          <description><p>The ledger: signed records of data, runs, models, evaluations and decisions.</p></description>
          <xsl:apply-templates select="$oscal-cover/r:checkpoint/@size | $oscal-cover/r:checkpoint/@root" mode="prop"/>
          <status state="operational"/>
        </component>
        <xsl:for-each select="r:subjects/r:subject">
          <component type="software"><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
            <title><xsl:value-of select="v:line(string(@name))"/></title>
            <description><xsl:for-each select="r:description"><xsl:call-template name="p"/></xsl:for-each><xsl:if test="not(r:description)"><p>A model on record.</p></xsl:if></description>
            <xsl:for-each select="r:intended-use[1]"><purpose><xsl:value-of select="v:line(string(.))"/></purpose></xsl:for-each>
            <xsl:apply-templates select="@*[local-name() != 'id' and local-name() != 'name']" mode="prop"/>
            <xsl:for-each select="r:limitation"><xsl:call-template name="prop"><xsl:with-param name="name" select="'limitation'"/></xsl:call-template></xsl:for-each>
            <xsl:apply-templates select="r:cite" mode="link"/>
            <xsl:choose><xsl:when test="@in-use"><status state="operational"/></xsl:when><xsl:otherwise><status state="other"><remarks><p>Not in use.</p></remarks></status></xsl:otherwise></xsl:choose>
          </component>
        </xsl:for-each>
        <xsl:for-each select="r:entities/r:entity">
          <inventory-item><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
            <description><xsl:call-template name="p"><xsl:with-param name="text" select="@name"/></xsl:call-template></description>
            <xsl:apply-templates select="@type | @digest" mode="prop"/>
            <xsl:for-each select="r:fact"><xsl:call-template name="prop"><xsl:with-param name="name" select="v:name(string(@name))"/></xsl:call-template></xsl:for-each>
            <xsl:apply-templates select="r:cite" mode="link"/>
          </inventory-item>
        </xsl:for-each>
        <assessment-assets>
          <component uuid="{v:uuid($oscal-tool)}" type="software">
            <title><xsl:value-of select="v:line(string($oscal-cover/r:generator/@program))"/></title>
            <description><p>Reads the ledger, verifies it, asks the rules.</p></description>
            <xsl:apply-templates select="$oscal-cover/r:generator/@evaluator" mode="prop"/>
            <status state="operational"/>
          </component>
          <assessment-platform uuid="{v:uuid(concat($oscal-tool, '/platform'))}"><title>Vouchbook</title><uses-component component-uuid="{v:uuid($oscal-tool)}"/></assessment-platform>
        </assessment-assets>
      </local-definitions>
      <reviewed-controls>
        <description><xsl:choose><xsl:when test="$judged"><p>Controls that a rule in force implements. A record supports a control; people judge whether it is met.</p></xsl:when><xsl:otherwise><p>No policy in force: nothing but the ledger itself was looked at.</p></xsl:otherwise></xsl:choose></description>
        <control-selection><description><p>That the ledger holds together.</p></description><include-control control-id="ledger-integrity"/></control-selection>
        <xsl:for-each select="r:controls/r:framework">
          <xsl:variable name="in" select="r:control[@applicable = 'true'][@status != 'unmapped']"/>
          <xsl:variable name="out" select="r:control[@applicable = 'false']"/>
          <xsl:if test="$in">
            <control-selection>
              <description><xsl:call-template name="p"><xsl:with-param name="text" select="concat(@title, ': ', @version)"/></xsl:call-template><xsl:call-template name="p"><xsl:with-param name="text" select="@note"/></xsl:call-template></description>
              <xsl:call-template name="prop"><xsl:with-param name="name" select="'framework'"/><xsl:with-param name="value" select="@id"/></xsl:call-template>
              <xsl:apply-templates select="@met | @open | @unmapped | @not-applicable | @all" mode="prop"/>
              <xsl:for-each select="$in"><include-control><xsl:attribute name="control-id"><xsl:apply-templates select="." mode="id"/></xsl:attribute></include-control></xsl:for-each>
              <xsl:for-each select="$out"><exclude-control><xsl:attribute name="control-id"><xsl:apply-templates select="." mode="id"/></xsl:attribute></exclude-control></xsl:for-each>
              <remarks>
                <xsl:for-each select="$out"><p><xsl:value-of select="@number"/> does not apply: <xsl:value-of select="@reason"/></p></xsl:for-each>
                <xsl:call-template name="unmapped"/>
              </remarks>
            </control-selection>
          </xsl:if>
        </xsl:for-each>
        <xsl:if test="$named"><control-selection><description><p>Controls that the rules asked here name.</p></description><xsl:for-each select="$named"><include-control><xsl:attribute name="control-id"><xsl:apply-templates select="." mode="id"/></xsl:attribute></include-control></xsl:for-each></control-selection></xsl:if>
        <xsl:if test="$free"><control-selection><description><p>Rules that name no control, each as an objective of its own.</p></description><xsl:for-each select="$free"><include-control><xsl:attribute name="control-id"><xsl:apply-templates select="." mode="id"/></xsl:attribute></include-control></xsl:for-each></control-selection></xsl:if>
        <xsl:variable name="none" select="r:controls/r:framework[not(r:control[@applicable = 'true'][@status != 'unmapped'])]"/>
        <xsl:if test="$none"><remarks><xsl:for-each select="$none"><p><xsl:value-of select="concat(@title, ': none of its ', @all, ' controls was reviewed (', @unmapped, ' have no rule in force, ', @not-applicable, ' do not apply).')"/></p></xsl:for-each></remarks></xsl:if>
      </reviewed-controls>
      <xsl:for-each select="r:approvals/r:decision[@type = 'approval' or @type = 'rejection' or @type = 'review']">
        <attestation>
          <responsible-party role-id="approver"><party-uuid><xsl:apply-templates select="key('signer', @signer)" mode="uuid"/></party-uuid></responsible-party>
          <part name="{@type}" ns="{$oscal-ours}"><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"><xsl:with-param name="as" select="'attestation'"/></xsl:apply-templates></xsl:attribute>
            <title><xsl:call-template name="decided"/></title>
            <xsl:apply-templates select="@time | @environment | @outcome | @until | @separate" mode="prop"/>
            <xsl:apply-templates select="r:cite" mode="prop"/>
            <xsl:for-each select="r:because"><xsl:call-template name="p"/></xsl:for-each>
            <xsl:for-each select="r:condition"><p>On condition: <xsl:value-of select="."/></p></xsl:for-each>
            <xsl:apply-templates select="r:cite" mode="link"/>
          </part>
        </attestation>
      </xsl:for-each>
      <xsl:if test="r:approvals/*[not(self::r:awaited)]">
        <assessment-log>
          <xsl:for-each select="r:approvals/*[not(self::r:awaited)]">
            <entry><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
              <title><xsl:call-template name="decided"/></title>
              <start><xsl:value-of select="@time"/></start>
              <xsl:apply-templates select="@environment | @action | @outcome | @emergency | @severity | @status" mode="prop"/>
              <xsl:apply-templates select="r:cite" mode="link"/>
              <xsl:for-each select="key('signer', concat(@signer, substring(key('entry', r:cite[1]/@entry)/@signer, 1, 99 * not(@signer))))"><logged-by><xsl:attribute name="party-uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute></logged-by></xsl:for-each>
            </entry>
          </xsl:for-each>
        </assessment-log>
      </xsl:if>
      <xsl:for-each select="$rules">
        <xsl:variable name="found" select="key('verdict-by-rule', @id)"/>
        <xsl:variable name="is"><xsl:call-template name="worst"/></xsl:variable>
        <observation><xsl:attribute name="uuid"><xsl:call-template name="observed"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat(../@name, '/', @name))"/></title>
          <description><xsl:call-template name="p"><xsl:with-param name="text" select="concat(r:because, substring('A policy that cannot be read.', 1 + 99 * boolean(r:because)))"/></xsl:call-template><p>Results: <xsl:call-template name="tally"/>.</p></description>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'worst'"/><xsl:with-param name="value" select="$is"/></xsl:call-template>
          <xsl:apply-templates select="@pass | @fail | @waived | @no-evidence | @not-applicable | @error" mode="prop"/>
          <link rel="activity"><xsl:attribute name="href">#<xsl:apply-templates select="." mode="uuid"/></xsl:attribute></link>
          <method>TEST</method>
          <type>control-objective</type>
          <xsl:call-template name="tool"/>
          <xsl:for-each select="../r:cite"><xsl:apply-templates select="." mode="evidence"/></xsl:for-each>
          <collected><xsl:value-of select="$oscal-now"/></collected>
        </observation>
      </xsl:for-each>
      <xsl:for-each select="r:verdicts/r:verdict">
        <xsl:variable name="rule" select="key('rule', @rule)"/>
        <observation><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat($rule/../@name, '/', $rule/@name, ': ', @result))"/></title>
          <description>
            <xsl:call-template name="p"><xsl:with-param name="text" select="concat(@result, ': ', r:message, substring($rule/r:because, 1 + 100000 * boolean(r:message)))"/></xsl:call-template>
            <xsl:for-each select="r:value"><xsl:call-template name="p"><xsl:with-param name="text" select="concat(@expression, ' = ', .)"/></xsl:call-template></xsl:for-each>
          </description>
          <xsl:apply-templates select="@result | @own | @denies | @source | @environment" mode="prop"/>
          <xsl:choose><xsl:when test="@source = 'recorded'"><method>EXAMINE</method></xsl:when><xsl:otherwise><method>TEST</method></xsl:otherwise></xsl:choose>
          <xsl:choose><xsl:when test="@result = 'pass' or @result = 'not applicable'"><type>control-objective</type></xsl:when><xsl:otherwise><type>finding</type></xsl:otherwise></xsl:choose>
          <xsl:call-template name="tool"/>
          <xsl:call-template name="about"/>
          <xsl:apply-templates select="r:record/r:cite | r:lifted/r:cite | r:rests-on/r:cite" mode="evidence"/>
          <collected><xsl:value-of select="concat(key('entry', r:record/r:cite[1]/@entry)/@time, substring($oscal-now, 1, 99 * not(key('entry', r:record/r:cite[1]/@entry))))"/></collected>
        </observation>
      </xsl:for-each>
      <xsl:for-each select="$checks">
        <observation><xsl:attribute name="uuid"><xsl:call-template name="observed"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat('Integrity: ', @name))"/></title>
          <description><xsl:call-template name="p"><xsl:with-param name="text" select="@says"/></xsl:call-template><xsl:for-each select="r:problem"><xsl:call-template name="p"><xsl:with-param name="text" select="concat(@check, ' ', @seq, ': ', .)"/></xsl:call-template></xsl:for-each></description>
          <xsl:apply-templates select="@result" mode="prop"/>
          <method>TEST</method>
          <type>control-objective</type>
          <xsl:call-template name="tool"/>
          <xsl:call-template name="about"/>
          <collected><xsl:value-of select="$oscal-now"/></collected>
        </observation>
      </xsl:for-each>
      <xsl:for-each select="$risks">
        <risk><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
          <title><xsl:value-of select="v:line(string(@title))"/></title>
          <description><xsl:for-each select="r:condition | r:cause"><xsl:call-template name="p"/></xsl:for-each><xsl:if test="not(r:condition | r:cause)"><xsl:call-template name="p"><xsl:with-param name="text" select="@title"/></xsl:call-template></xsl:if></description>
          <statement><xsl:choose><xsl:when test="r:consequence"><xsl:for-each select="r:consequence"><xsl:call-template name="p"/></xsl:for-each></xsl:when><xsl:otherwise><p>What follows is not on record.</p></xsl:otherwise></xsl:choose></statement>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'result'"/><xsl:with-param name="value" select="@status"/></xsl:call-template>
          <xsl:apply-templates select="@type | @owner | @since" mode="prop"/>
          <xsl:for-each select="r:criteria"><xsl:call-template name="prop"><xsl:with-param name="name" select="'criteria'"/></xsl:call-template></xsl:for-each>
          <xsl:apply-templates select="r:cite" mode="link"/>
          <status><xsl:choose><xsl:when test="@status = 'waived' and @rule">deviation-approved</xsl:when><xsl:otherwise>open</xsl:otherwise></xsl:choose></status>
          <xsl:call-template name="tool"/>
          <xsl:if test="@due"><deadline><xsl:value-of select="@due"/></deadline></xsl:if>
          <xsl:if test="r:recommendation | r:command">
            <response lifecycle="recommendation"><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"><xsl:with-param name="as" select="'response'"/></xsl:apply-templates></xsl:attribute>
              <title>What to do</title>
              <description><xsl:for-each select="r:recommendation | r:command"><xsl:call-template name="p"/></xsl:for-each></description>
            </response>
          </xsl:if>
          <xsl:for-each select="key('rule', @rule)"><related-observation><xsl:attribute name="observation-uuid"><xsl:call-template name="observed"/></xsl:attribute></related-observation></xsl:for-each>
        </risk>
      </xsl:for-each>
      <xsl:for-each select="$exceptions">
        <risk><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat('Exception to ', @rule, ' for ', key('subject', @subject)/@name))"/></title>
          <description><xsl:for-each select="r:because"><xsl:call-template name="p"/></xsl:for-each><xsl:if test="not(r:because)"><p>No reason is on record.</p></xsl:if></description>
          <statement><p>The rule need not hold while the exception lasts.</p></statement>
          <xsl:apply-templates select="@environment | @from | @until" mode="prop"/>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'waiver'"/><xsl:with-param name="value" select="@status"/></xsl:call-template>
          <xsl:apply-templates select="r:cite" mode="link"/>
          <status>deviation-approved</status>
          <xsl:call-template name="person"/>
          <xsl:for-each select="r:compensating"><mitigating-factor><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"><xsl:with-param name="as" select="concat('compensating-', count(../preceding-sibling::*))"/></xsl:apply-templates></xsl:attribute><description><xsl:call-template name="p"/></description></mitigating-factor></xsl:for-each>
          <xsl:if test="@until"><deadline><xsl:value-of select="@until"/></deadline></xsl:if>
          <xsl:for-each select="key('rule-by-name', @rule)"><related-observation><xsl:attribute name="observation-uuid"><xsl:call-template name="observed"/></xsl:attribute></related-observation></xsl:for-each>
        </risk>
      </xsl:for-each>
      <xsl:for-each select="$reviewed">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:variable name="its" select="key('rule', r:use/@rule)"/>
        <xsl:variable name="says"><xsl:call-template name="tally"><xsl:with-param name="rules" select="$its"/></xsl:call-template></xsl:variable>
        <xsl:call-template name="finding">
          <xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="concat(../@id, '/', @number, ' ', @title)"/><xsl:with-param name="says" select="concat('Rule results: ', $says, '.')"/>
          <xsl:with-param name="is" select="@status"/><xsl:with-param name="rules" select="$its"/><xsl:with-param name="cites" select="r:cite"/><xsl:with-param name="props" select="@tested | @in-scope | @owner | @due | @fresh"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$named">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:variable name="its" select="key('implements', string(.))/.."/>
        <xsl:variable name="is"><xsl:call-template name="worst"><xsl:with-param name="rules" select="$its"/></xsl:call-template></xsl:variable>
        <xsl:variable name="says"><xsl:call-template name="tally"><xsl:with-param name="rules" select="$its"/></xsl:call-template></xsl:variable>
        <xsl:if test="$is != 'not applicable'"><xsl:call-template name="finding"><xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="."/><xsl:with-param name="says" select="concat('Rule results: ', $says, '.')"/><xsl:with-param name="is" select="$is"/><xsl:with-param name="rules" select="$its"/></xsl:call-template></xsl:if>
      </xsl:for-each>
      <xsl:for-each select="$free">
        <xsl:variable name="id"><xsl:apply-templates select="." mode="id"/></xsl:variable>
        <xsl:variable name="is"><xsl:call-template name="worst"/></xsl:variable>
        <xsl:variable name="says"><xsl:call-template name="tally"/></xsl:variable>
        <xsl:if test="$is != 'not applicable'"><xsl:call-template name="finding"><xsl:with-param name="id" select="$id"/><xsl:with-param name="title" select="concat(../@name, '/', @name)"/><xsl:with-param name="says" select="concat('Rule results: ', $says, '.')"/><xsl:with-param name="is" select="$is"/><xsl:with-param name="rules" select="."/></xsl:call-template></xsl:if>
      </xsl:for-each>
      <xsl:call-template name="finding">
        <xsl:with-param name="id" select="'ledger-integrity'"/><xsl:with-param name="title" select="'The ledger holds together'"/><xsl:with-param name="says" select="'What was verified when this was made; each check is an observation.'"/>
        <xsl:with-param name="is"><xsl:choose><xsl:when test="$checks[@result = 'fail']">fail</xsl:when><xsl:when test="$checks[@result = 'error']">error</xsl:when><xsl:when test="$checks[@result = 'pass']">pass</xsl:when><xsl:otherwise>no evidence</xsl:otherwise></xsl:choose></xsl:with-param>
        <xsl:with-param name="rules" select="$checks"/>
      </xsl:call-template>
      <remarks>
        <p>How results are told: pass is satisfied (pass); fail is not-satisfied (fail); waived, no evidence and error are not-satisfied (other), each with the word in the prop `result'; so is a control that applies and whose rules had nothing to judge. Controls that do not apply, and those that no rule in force implements, have no finding: neither satisfied nor not. The count `met' of a framework counts what is waived, too.</p>
      </remarks>
    </result>
    <back-matter>
      <resource uuid="{v:uuid($oscal-plan)}">
        <title>The rules in force</title>
        <description>
          <xsl:for-each select="r:rules/r:policy"><xsl:call-template name="p"><xsl:with-param name="text" select="concat(@name, ', version ', @version, ': ', @title, ' (', count(r:rule), ' rules, SHA-256 ', @digest, ')')"/></xsl:call-template></xsl:for-each>
          <xsl:if test="not($judged)"><p>No policy in force.</p></xsl:if>
        </description>
        <xsl:for-each select="r:rules/r:policy"><xsl:call-template name="prop"><xsl:with-param name="name" select="'policy'"/><xsl:with-param name="value" select="concat(@name, '@', @version, ' sha256:', @digest)"/></xsl:call-template></xsl:for-each>
      </resource>
      <xsl:for-each select="r:evidence/r:entry">
        <resource><xsl:attribute name="uuid"><xsl:apply-templates select="." mode="uuid"/></xsl:attribute>
          <title><xsl:value-of select="v:line(concat('Entry ', @seq, ': ', @title))"/></title>
          <xsl:if test="@summary"><description><xsl:call-template name="p"><xsl:with-param name="text" select="@summary"/></xsl:call-template></description></xsl:if>
          <xsl:apply-templates select="@seq | @leaf | @kind | @time | @checked | @corrected-by" mode="prop"/>
          <xsl:call-template name="prop"><xsl:with-param name="name" select="'signed-by'"/><xsl:with-param name="value" select="key('signer', @signer)/@name"/></xsl:call-template>
          <document-id scheme="urn:vouchbook:leaf"><xsl:value-of select="@leaf"/></document-id>
        </resource>
      </xsl:for-each>
    </back-matter>
  </assessment-results>
</xsl:template>

<!-- The observation of a rule or a check: apart from the rule itself, which is an activity. -->
<xsl:template name="observed"><xsl:apply-templates select="." mode="observed"/></xsl:template>
<xsl:template match="r:rule" mode="observed"><xsl:value-of select="v:uuid(concat($stamp, '/observation/', ../@name, '/', ../@digest, '/', @name))"/></xsl:template>
<xsl:template match="*" mode="observed"><xsl:apply-templates select="." mode="uuid"><xsl:with-param name="as" select="'observation'"/></xsl:apply-templates></xsl:template>
<xsl:template name="decided"><xsl:value-of select="v:line(concat(@type, substring('incident', 1 + 99 * boolean(@type)), ': ', key('subject', @subject)/@name, @title, substring(' in ', 1, 9 * boolean(@environment)), @environment))"/></xsl:template>
<xsl:template name="unmapped">
  <xsl:variable name="open" select="r:control[@status = 'unmapped']"/>
  <xsl:choose>
    <xsl:when test="$open"><p>No rule in force implements: <xsl:for-each select="$open"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="@number"/></xsl:for-each>. They are neither met nor open.</p></xsl:when>
    <xsl:otherwise><p>A rule in force implements each control that applies.</p></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
