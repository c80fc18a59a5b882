<?xml version="1.0" encoding="UTF-8"?>
<!-- common.xsl: what the four reports share, from the report document to a page (docs/reports.md, "Pages"). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:output method="xml" encoding="UTF-8"/>
<xsl:key name="figure" match="r:figure" use="@id"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="signer" match="r:signer" use="@id"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="entry" match="r:entry" use="@id"/>
<xsl:key name="definition" match="r:definition" use="@id"/>
<xsl:key name="verdict-by-rule" match="r:verdict" use="@rule"/>

<xsl:variable name="cover" select="/r:report/r:cover"/>
<xsl:variable name="now" select="$cover/r:checkpoint/@time"/>
<xsl:variable name="judged" select="boolean(/r:report/r:rules/r:policy)"/>

<!-- A figure in a sentence. -->
<xsl:template name="fig">
  <xsl:param name="id"/>
  <xsl:variable name="one" select="key('figure', $id)"/>
  <fig id="{$id}" value="{$one/@value}"><xsl:value-of select="v:number(string($one/@value))"/></fig>
</xsl:template>

<!-- Entries cited by the element we are at. -->
<xsl:template name="cites">
  <xsl:param name="from" select="r:cite"/>
  <xsl:for-each select="$from[position() &lt;= 16]">
    <cite e="{substring(@entry, 2)}"/>
  </xsl:for-each>
  <xsl:if test="count($from) &gt; 16"> and <xsl:value-of select="count($from) - 16"/> more</xsl:if>
</xsl:template>

<xsl:template name="age">
  <xsl:param name="from"/>
  <xsl:param name="to" select="$now"/>
  <xsl:variable name="days" select="v:days(concat($from, ' ', $to))"/>
  <xsl:choose>
    <xsl:when test="$days = ''">not known</xsl:when>
    <xsl:when test="$days = 1">1 day</xsl:when>
    <xsl:otherwise><xsl:value-of select="$days"/> days</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="signer">
  <xsl:param name="id" select="@signer"/>
  <xsl:value-of select="key('signer', $id)/@name"/>
</xsl:template>

<xsl:template name="head">
  <xsl:attribute name="kind"><xsl:value-of select="/r:report/@kind"/></xsl:attribute>
  <xsl:attribute name="title"><xsl:value-of select="$cover/r:title"/></xsl:attribute>
  <xsl:attribute name="about"><xsl:value-of select="$cover/r:scope/@name"/></xsl:attribute>
  <xsl:attribute name="reader"><xsl:value-of select="$cover/r:reader"/></xsl:attribute>
  <xsl:attribute name="origin"><xsl:value-of select="$cover/r:checkpoint/@origin"/></xsl:attribute>
  <xsl:attribute name="size"><xsl:value-of select="$cover/r:checkpoint/@size"/></xsl:attribute>
  <xsl:attribute name="root"><xsl:value-of select="$cover/r:checkpoint/@root"/></xsl:attribute>
  <xsl:attribute name="time"><xsl:value-of select="$now"/></xsl:attribute>
  <xsl:attribute name="program"><xsl:value-of select="$cover/r:generator/@program"/></xsl:attribute>
</xsl:template>

<!-- "39 of 41 checks pass; …" -->
<xsl:template name="counts">
  <xsl:variable name="of" select="key('figure', 'checks-pass')/@value + key('figure', 'checks-fail')/@value
      + key('figure', 'checks-waived')/@value + key('figure', 'checks-no-evidence')/@value + key('figure', 'checks-error')/@value"/>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-pass'"/></xsl:call-template>
        <xsl:text> of </xsl:text><xsl:value-of select="v:number(string($of))"/>
        <xsl:text> checks pass; </xsl:text>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-fail'"/></xsl:call-template>
        <xsl:text> fail, </xsl:text>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-waived'"/></xsl:call-template>
        <xsl:text> are waived, </xsl:text>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-no-evidence'"/></xsl:call-template>
        <xsl:text> lack evidence, </xsl:text>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-error'"/></xsl:call-template>
        <xsl:text> are faults of a rule. A further </xsl:text>
        <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-not-applicable'"/></xsl:call-template>
        <xsl:text> do not apply.</xsl:text>
</xsl:template>

<!-- The line that a report begins with: how rules came out. -->
<xsl:template name="verdict-line">
  <xsl:choose>
    <xsl:when test="not($judged)">
      <verdict w="not applicable"><xsl:value-of select="$cover/r:remark"/></verdict>
    </xsl:when>
    <xsl:otherwise>
      <verdict>
        <xsl:attribute name="w">
          <xsl:choose>
            <xsl:when test="key('figure', 'checks-fail')/@value + key('figure', 'checks-error')/@value &gt; 0">fail</xsl:when>
            <xsl:when test="key('figure', 'checks-no-evidence')/@value &gt; 0">no evidence</xsl:when>
            <xsl:when test="key('figure', 'checks-waived')/@value &gt; 0">waived</xsl:when>
            <xsl:otherwise>pass</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:call-template name="counts"/>
      </verdict>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:for-each select="$cover/r:summarised">
    <p><xsl:value-of select="."/>
      <xsl:if test="@all"> Shown: <xsl:value-of select="v:number(string(@shown))"/> of <xsl:value-of select="v:number(string(@all))"/>.</xsl:if>
    </p>
  </xsl:for-each>
</xsl:template>

<xsl:template match="r:action" mode="finding">
  <finding id="{@id}" status="{@status}" title="{@title}" owner="{@owner}">
    <xsl:if test="@since"><xsl:attribute name="age"><xsl:call-template name="age"><xsl:with-param name="from" select="@since"/></xsl:call-template></xsl:attribute></xsl:if>
    <xsl:if test="r:criteria"><part name="What should be"><xsl:value-of select="r:criteria"/></part></xsl:if>
    <xsl:if test="r:condition"><part name="What is"><xsl:value-of select="r:condition"/></part></xsl:if>
    <xsl:if test="r:cause"><part name="Why"><xsl:value-of select="r:cause"/></part></xsl:if>
    <xsl:if test="r:consequence"><part name="What follows"><xsl:value-of select="r:consequence"/></part></xsl:if>
    <xsl:if test="r:recommendation"><part name="What to do"><xsl:value-of select="r:recommendation"/></part></xsl:if>
    <xsl:if test="r:command"><part name="How"><code><xsl:value-of select="r:command"/></code></part></xsl:if>
    <xsl:if test="r:cite"><part name="Entries"><xsl:call-template name="cites"/></part></xsl:if>
  </finding>
</xsl:template>

<!-- Rule by rule: what was said of the model, with the values that decided. -->
<xsl:template name="verdict-table">
  <xsl:param name="all" select="/r:report/r:verdicts/r:verdict"/>
  <xsl:param name="caption" select="'Each rule, with what was found'"/>
  <table name="verdicts" caption="{$caption}">
    <col label="Result"/><col label="Rule"/><col label="About"/><col label="What was found"/><col label="Entries"/>
    <xsl:for-each select="$all">
      <xsl:variable name="rule" select="key('rule', @rule)"/>
      <row>
        <c><st w="{@result}"/><xsl:if test="@result = 'waived'"> (itself: <xsl:value-of select="@own"/>)</xsl:if></c>
        <c><b><xsl:value-of select="$rule/@name"/></b><xsl:text> </xsl:text><xsl:value-of select="$rule/r:because"/>
          <xsl:text> (</xsl:text><xsl:value-of select="$rule/../@name"/>, version <xsl:value-of select="$rule/../@version"/>
          <xsl:if test="$rule/@otherwise = 'warn'">, warns only</xsl:if><xsl:text>)</xsl:text></c>
        <c><xsl:choose><xsl:when test="@subject"><xsl:value-of select="key('subject', @subject)/@name"/></xsl:when><xsl:otherwise>the ledger</xsl:otherwise></xsl:choose>
          <xsl:if test="@environment"> in <xsl:value-of select="@environment"/></xsl:if></c>
        <c><xsl:value-of select="r:message"/>
          <xsl:for-each select="r:value"><xsl:if test="position() &gt; 1 or ../r:message"><br/></xsl:if><code><xsl:value-of select="@expression"/> = <xsl:value-of select="."/></code></xsl:for-each>
          <xsl:if test="@source = 'recorded'"><xsl:if test="r:message or r:value"><br/></xsl:if>As it was signed when it went into use.</xsl:if></c>
        <c><xsl:call-template name="cites"><xsl:with-param name="from" select="r:record/r:cite | r:lifted/r:cite | r:rests-on/r:cite"/></xsl:call-template></c>
      </row>
    </xsl:for-each>
  </table>
</xsl:template>

<xsl:template name="waiver-table">
  <xsl:variable name="all" select="/r:report/r:waivers/r:waiver"/>
  <xsl:choose>
    <xsl:when test="not($all)"><p>No exception has been granted.</p></xsl:when>
    <xsl:otherwise>
      <table name="waivers" caption="Exceptions that were granted, by age">
        <col label="State"/><col label="Rule"/><col label="Model"/><col label="Granted by"/><col label="Age" type="number"/><col label="Until"/><col label="Why"/><col label="Entries"/>
        <xsl:for-each select="$all">
          <xsl:sort select="@from"/>
          <row>
            <c><xsl:value-of select="@status"/></c>
            <c><xsl:value-of select="@rule"/></c>
            <c><xsl:value-of select="key('subject', @subject)/@name"/></c>
            <c><xsl:call-template name="signer"/></c>
            <c><xsl:call-template name="age"><xsl:with-param name="from" select="@from"/></xsl:call-template></c>
            <c><xsl:choose><xsl:when test="@until"><xsl:value-of select="substring(@until, 1, 10)"/></xsl:when><xsl:otherwise>no end</xsl:otherwise></xsl:choose></c>
            <c><xsl:value-of select="r:because"/><xsl:if test="r:compensating"> Instead: <xsl:value-of select="r:compensating"/></xsl:if></c>
            <c><xsl:call-template name="cites"/></c>
          </row>
        </xsl:for-each>
      </table>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="integrity">
  <table name="integrity" caption="What was verified when this report was made">
    <col label="Result"/><col label="What"/><col label="Found"/>
    <xsl:for-each select="/r:report/r:integrity/r:check">
      <row><c><st w="{@result}"/></c><c><xsl:value-of select="@name"/></c>
        <c><xsl:value-of select="@says"/><xsl:for-each select="r:problem"><br/><xsl:if test="@seq">entry <xsl:value-of select="@seq"/>: </xsl:if><xsl:value-of select="."/></xsl:for-each></c></row>
    </xsl:for-each>
  </table>
</xsl:template>

<!-- The end of every report: where its numbers come from, and what they rest on. -->
<xsl:template name="appendix">
  <section id="integrity-limits" title="What this shows, and what it does not">
    <table name="statements" caption="What the ledger proves">
      <col label=""/><col label="Statement"/>
      <xsl:for-each select="/r:report/r:integrity/r:statement">
        <row><c><xsl:value-of select="@type"/></c><c><xsl:value-of select="."/></c></row>
      </xsl:for-each>
    </table>
    <list><xsl:for-each select="$cover/r:limit"><item>Not covered: <xsl:value-of select="."/></item></xsl:for-each></list>
  </section>
  <section id="figures" title="Figures, and how each was counted">
    <p>Every figure can be computed again: <code>vouch report --check FILE</code></p>
    <table name="figures" caption="All figures of this report">
      <col label="Figure"/><col label="Value" type="number"/><col label="Of" type="number"/><col label="Counts"/><col label="Entries"/>
      <xsl:for-each select="/r:report/r:figures/r:figure">
        <row>
          <c><code><xsl:value-of select="@id"/></code></c>
          <c><fig id="{@id}" value="{@value}"><xsl:value-of select="v:number(string(@value))"/></fig></c>
          <c><xsl:value-of select="v:number(string(@of))"/></c>
          <c><xsl:value-of select="key('definition', @definition)/r:says"/> (<xsl:value-of select="@definition"/>)</c>
          <c><xsl:call-template name="cites"/></c>
        </row>
      </xsl:for-each>
    </table>
    <table name="definitions" caption="Definitions">
      <col label="Id"/><col label="How to repeat it"/><col label="Digest"/>
      <xsl:for-each select="/r:report/r:definitions/r:definition[@id = /r:report/r:figures/r:figure/@definition]">
        <row><c><xsl:value-of select="@id"/></c><c><code><xsl:value-of select="r:query"/></code></c><c><code><xsl:value-of select="substring(@digest, 1, 16)"/></code></c></row>
      </xsl:for-each>
    </table>
  </section>
  <section id="evidence" title="Evidence register">
    <table name="evidence" caption="Every entry that this report cites">
      <col label="Entry" type="number"/><col label="What it is"/><col label="Signed by"/><col label="Time"/><col label="Leaf hash"/><col label="Checked"/>
      <xsl:for-each select="/r:report/r:evidence/r:entry">
        <row anchor="e{@seq}">
          <c><xsl:value-of select="@seq"/></c>
          <c><xsl:value-of select="@title"/><xsl:if test="@summary">: <xsl:value-of select="@summary"/></xsl:if>
            <xsl:if test="@corrected-by"> (corrected by entry <xsl:value-of select="@corrected-by"/>)</xsl:if></c>
          <c><xsl:call-template name="signer"/></c>
          <c><xsl:value-of select="v:date(string(@time))"/></c>
          <c><code><xsl:value-of select="@leaf"/></code></c>
          <c><xsl:choose><xsl:when test="@checked = 'sound'"><st w="pass"/></xsl:when><xsl:otherwise><st w="fail"/><xsl:text> </xsl:text><xsl:value-of select="@checked"/></xsl:otherwise></xsl:choose></c>
        </row>
      </xsl:for-each>
    </table>
  </section>
  <section id="verify" title="How to verify it yourself">
    <list>
      <item>Compare the checkpoint with one that you have from elsewhere: <xsl:value-of select="v:number(string($cover/r:checkpoint/@size))"/> entries, root <code><xsl:value-of select="$cover/r:checkpoint/@root"/></code></item>
      <item>Verify the whole ledger, offline: <code>vouch verify --replay</code></item>
      <item>Compute the figures of this report again: <code>vouch report --check FILE</code></item>
      <item>Read any entry with its signatures: <code>vouch show ENTRY</code></item>
    </list>
  </section>
</xsl:template>
</xsl:stylesheet>
