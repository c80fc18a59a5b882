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
    <xsl:when test="$days = 0">today</xsl:when>
    <xsl:when test="$days = 1">1 day</xsl:when>
    <xsl:otherwise><xsl:value-of select="$days"/> days</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="signer">
  <xsl:param name="id" select="@signer"/>
  <xsl:for-each select="key('signer', $id)">
    <xsl:value-of select="@name"/>
    <xsl:if test="@subject"> (<xsl:value-of select="@subject"/>, certified by <xsl:value-of select="@issuer"/><xsl:if test="@certified">, since entry <xsl:value-of select="@certified"/></xsl:if><xsl:if test="@certificate">; certificate <xsl:value-of select="@certificate"/></xsl:if>)</xsl:if>
  </xsl:for-each>
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

<!-- "39 of 41 checks pass; 2 fail, 1 is waived." What there is none of is not said. -->
<xsl:template name="counted">
  <xsl:param name="id"/><xsl:param name="one"/><xsl:param name="many"/><xsl:param name="first"/>
  <xsl:variable name="value" select="key('figure', $id)/@value"/>
  <xsl:if test="$value &gt; 0">
    <xsl:choose><xsl:when test="$first">; </xsl:when><xsl:otherwise>, </xsl:otherwise></xsl:choose>
    <xsl:call-template name="fig"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <xsl:text> </xsl:text>
    <xsl:choose><xsl:when test="$value = 1"><xsl:value-of select="$one"/></xsl:when><xsl:otherwise><xsl:value-of select="$many"/></xsl:otherwise></xsl:choose>
  </xsl:if>
</xsl:template>
<xsl:template name="counts">
  <xsl:variable name="pass" select="key('figure', 'checks-pass')/@value"/>
  <xsl:variable name="fail" select="key('figure', 'checks-fail')/@value"/>
  <xsl:variable name="waived" select="key('figure', 'checks-waived')/@value"/>
  <xsl:variable name="none" select="key('figure', 'checks-no-evidence')/@value"/>
  <xsl:variable name="error" select="key('figure', 'checks-error')/@value"/>
  <xsl:variable name="apart" select="key('figure', 'checks-not-applicable')/@value"/>
  <xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-pass'"/></xsl:call-template>
  <xsl:text> of </xsl:text><xsl:value-of select="v:number(string($pass + $fail + $waived + $none + $error))"/>
  <xsl:text> checks pass</xsl:text>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'checks-fail'"/><xsl:with-param name="one" select="'fails'"/><xsl:with-param name="many" select="'fail'"/><xsl:with-param name="first" select="true()"/></xsl:call-template>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'checks-waived'"/><xsl:with-param name="one" select="'is waived'"/><xsl:with-param name="many" select="'are waived'"/><xsl:with-param name="first" select="$fail = 0"/></xsl:call-template>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'checks-no-evidence'"/><xsl:with-param name="one" select="'lacks evidence'"/><xsl:with-param name="many" select="'lack evidence'"/><xsl:with-param name="first" select="$fail + $waived = 0"/></xsl:call-template>
  <xsl:call-template name="counted"><xsl:with-param name="id" select="'checks-error'"/><xsl:with-param name="one" select="'is a fault of a rule'"/><xsl:with-param name="many" select="'are faults of rules'"/><xsl:with-param name="first" select="$fail + $waived + $none = 0"/></xsl:call-template>
  <xsl:text>.</xsl:text>
  <xsl:if test="$apart &gt; 0"><xsl:text> A further </xsl:text><xsl:call-template name="fig"><xsl:with-param name="id" select="'checks-not-applicable'"/></xsl:call-template>
    <xsl:choose><xsl:when test="$apart = 1"> does not apply.</xsl:when><xsl:otherwise> do not apply.</xsl:otherwise></xsl:choose></xsl:if>
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
            <xsl:when test="key('figure', 'checks-no-evidence')/@value &gt; 0 or key('figure', 'in-use-unjudged')/@value &gt; 0">no evidence</xsl:when>
            <xsl:when test="key('figure', 'checks-waived')/@value &gt; 0">waived</xsl:when>
            <xsl:otherwise>pass</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:call-template name="counts"/>
        <xsl:variable name="unjudged" select="key('figure', 'in-use-unjudged')/@value"/>
        <xsl:if test="$unjudged &gt; 0"><xsl:text> </xsl:text><xsl:call-template name="fig"><xsl:with-param name="id" select="'in-use-unjudged'"/></xsl:call-template>
          <xsl:choose><xsl:when test="$unjudged = 1"> deployment in use was never judged: it is</xsl:when><xsl:otherwise> deployments in use were never judged: they are</xsl:otherwise></xsl:choose> older than the rules.</xsl:if>
      </verdict>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- What is counted and not shown. -->
<xsl:template name="summarised">
  <xsl:for-each select="$cover/r:summarised">
    <p><xsl:value-of select="."/>
      <xsl:if test="@all"> Shown: <xsl:value-of select="v:number(string(@shown))"/> of <xsl:value-of select="v:number(string(@all))"/>.</xsl:if>
    </p>
  </xsl:for-each>
</xsl:template>

<xsl:template match="r:action" mode="finding">
  <finding id="{@id}" status="{@status}" title="{@title}" owner="{@owner}">
    <xsl:if test="@since"><xsl:attribute name="age"><xsl:choose><xsl:when test="v:days(concat(@since, ' ', $now)) &gt; 0">open for <xsl:call-template name="age"><xsl:with-param name="from" select="@since"/></xsl:call-template></xsl:when><xsl:otherwise>open since today</xsl:otherwise></xsl:choose></xsl:attribute></xsl:if>
    <xsl:if test="r:criteria"><part name="Criteria"><xsl:value-of select="r:criteria"/></part></xsl:if>
    <xsl:if test="r:condition"><part name="Condition"><xsl:value-of select="r:condition"/></part></xsl:if>
    <xsl:if test="r:cause"><part name="Cause"><xsl:value-of select="r:cause"/></part></xsl:if>
    <xsl:if test="r:consequence"><part name="Consequence"><xsl:value-of select="r:consequence"/></part></xsl:if>
    <xsl:if test="r:recommendation"><part name="Recommendation"><xsl:value-of select="r:recommendation"/></part></xsl:if>
    <xsl:if test="r:command"><part name="Command"><code><xsl:value-of select="r:command"/></code></part></xsl:if>
    <xsl:if test="r:cite"><part name="Entries"><xsl:call-template name="cites"/></part></xsl:if>
  </finding>
</xsl:template>

<!-- Rule by rule: what was said of the model, with the values that decided. -->
<xsl:template name="verdict-table">
  <xsl:param name="all" select="/r:report/r:verdicts/r:verdict"/>
  <xsl:param name="caption" select="'Each rule, with what was found'"/>
  <table name="verdicts" caption="{$caption}">
    <col label="Result"/><col label="Rule" type="wide"/><col label="About"/><col label="What was found" type="wide"/><col label="Said"/><col label="Entries"/>
    <xsl:for-each select="$all">
      <xsl:variable name="rule" select="key('rule', @rule)"/>
      <row>
        <c><st w="{@result}"/><xsl:if test="@result = 'waived'"> (itself: <xsl:value-of select="@own"/>)</xsl:if></c>
        <c><b><xsl:value-of select="$rule/@name"/></b><xsl:text> </xsl:text><xsl:value-of select="$rule/r:because"/>
          <xsl:text> (</xsl:text><xsl:value-of select="$rule/../@name"/>, version <xsl:value-of select="$rule/../@version"/>
          <xsl:if test="$rule/@otherwise = 'warn'">, warns only</xsl:if><xsl:text>)</xsl:text></c>
        <c><xsl:choose><xsl:when test="@subject"><xsl:value-of select="key('subject', @subject)/@name"/></xsl:when><xsl:otherwise>the ledger</xsl:otherwise></xsl:choose>
          <xsl:if test="@environment"> in <xsl:value-of select="@environment"/></xsl:if></c>
        <c><xsl:call-template name="found"><xsl:with-param name="rule" select="$rule"/></xsl:call-template></c>
        <c><xsl:choose><xsl:when test="@source = 'recorded'">signed then</xsl:when><xsl:otherwise>asked now</xsl:otherwise></xsl:choose>
          <xsl:if test="@source = 'recorded'"><xsl:for-each select="key('entry', r:rests-on/r:cite/@entry)[@corrected-by]"><br/>rests on <cite e="{@seq}"/>, corrected since by entry <xsl:value-of select="@corrected-by"/></xsl:for-each></xsl:if></c>
        <c><xsl:call-template name="cites"><xsl:with-param name="from" select="r:record/r:cite | r:lifted/r:cite | r:rests-on/r:cite"/></xsl:call-template></c>
      </row>
    </xsl:for-each>
  </table>
</xsl:template>

<!-- What a rule found: its message, unless it is the rule's own words, and the values that decided. -->
<xsl:template name="found">
  <xsl:param name="rule"/>
  <xsl:variable name="says" select="r:message and string(r:message) != string($rule/r:because)"/>
  <xsl:if test="$says"><xsl:value-of select="r:message"/></xsl:if>
  <xsl:for-each select="r:value"><xsl:if test="position() &gt; 1 or $says"><br/></xsl:if><code><xsl:value-of select="@expression"/> = <xsl:call-template name="value"/></code></xsl:for-each>
</xsl:template>
<!-- A digest by its first characters: the entry has it whole. -->
<xsl:template name="value">
  <xsl:choose>
    <xsl:when test="string-length(.) = 66 and translate(., '0123456789abcdef', '') = '&quot;&quot;'"><xsl:value-of select="concat(substring(., 2, 12), '…')"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="waiver-table">
  <xsl:variable name="all" select="/r:report/r:waivers/r:waiver"/>
  <xsl:choose>
    <xsl:when test="not($all)"><p>No exception has been granted.</p></xsl:when>
    <xsl:otherwise>
      <table name="waivers" caption="Exceptions that were granted, by age">
        <col label="State"/><col label="Rule"/><col label="Model"/><col label="Granted by"/><col label="Age"/><col label="Until" type="date"/><col label="Why"/><col label="Entries"/>
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
  <section id="integrity-limits" title="What this shows, and what it does not" annex="yes">
    <p>What the ledger proves:</p>
    <list><xsl:for-each select="/r:report/r:integrity/r:statement[@type = 'proves']"><item><xsl:value-of select="."/></item></xsl:for-each></list>
    <p>What it does not prove, and this report does not cover:</p>
    <list><xsl:for-each select="/r:report/r:integrity/r:statement[@type != 'proves'] | $cover/r:limit"><item><xsl:value-of select="."/></item></xsl:for-each></list>
    <xsl:call-template name="summarised"/>
    <p>It covers <xsl:value-of select="v:date(string($cover/r:period/@from))"/> to <xsl:value-of select="v:date(string($cover/r:period/@to))"/><xsl:if test="not($cover/r:in-force)">; no policy was in force</xsl:if>.</p>
    <xsl:if test="$cover/r:in-force">
      <table name="policies" caption="Policies in force">
        <col label="Policy"/><col label="Version"/><col label="SHA-256 of its text"/><col label="Entries"/>
        <xsl:for-each select="/r:report/r:rules/r:policy">
          <row><c><xsl:value-of select="@name"/><xsl:if test="@title">: <xsl:value-of select="@title"/></xsl:if></c><c><xsl:value-of select="@version"/></c><c><code><xsl:value-of select="@digest"/></code></c><c><xsl:call-template name="cites"/></c></row>
        </xsl:for-each>
      </table>
    </xsl:if>
  </section>
  <section id="figures" title="Figures, and how each was counted" annex="yes">
    <p>Every figure can be computed again from the ledger: <code>vouch report --check FILE</code>. Or by hand, as the definitions say; LAST is the number of the checkpoint's last entry. Counted by <xsl:value-of select="$cover/r:generator/@program"/>, whose version is in each definition's digest.</p>
    <table name="figures" caption="All figures of this report">
      <col label="Figure"/><col label="Value" type="number"/><col label="Of" type="number"/><col label="Unit"/><col label="What it counts"/><col label="Asked with"/><col label="Entries"/>
      <xsl:for-each select="/r:report/r:figures/r:figure">
        <row>
          <c><code><xsl:value-of select="@id"/></code></c>
          <c><fig id="{@id}" value="{@value}"><xsl:value-of select="v:number(string(@value))"/></fig></c>
          <c><xsl:value-of select="v:number(string(@of))"/></c>
          <c><xsl:value-of select="@unit"/><xsl:if test="@n"> (n <xsl:value-of select="v:number(string(@n))"/>)</xsl:if></c>
          <c><xsl:value-of select="key('definition', @definition)/r:says"/> (<link to="{@definition}"><xsl:value-of select="@definition"/></link>)</c>
          <c><xsl:value-of select="@parameters"/></c>
          <c><xsl:call-template name="cites"/></c>
        </row>
      </xsl:for-each>
    </table>
    <table name="definitions" caption="Definitions">
      <col label="Definition"/><col label="How to repeat it"/><col label="Digest of the definition"/>
      <xsl:for-each select="/r:report/r:definitions/r:definition[@id = /r:report/r:figures/r:figure/@definition]">
        <row anchor="{@id}"><c><xsl:value-of select="@id"/></c><c><code><xsl:value-of select="r:query"/></code></c><c><code><xsl:value-of select="substring(@digest, 1, 16)"/></code></c></row>
      </xsl:for-each>
    </table>
  </section>
  <section id="evidence" title="Evidence register" annex="yes">
    <table name="evidence" caption="Every entry that this report cites">
      <col label="Entry" type="number"/><col label="What it is"/><col label="Signed by"/><col label="Time"/><col label="Leaf hash"/><col label="Checked"/>
      <xsl:for-each select="/r:report/r:evidence/r:entry">
        <row anchor="e{@seq}">
          <c><xsl:value-of select="@seq"/></c>
          <c><xsl:value-of select="@title"/><xsl:if test="@summary">: <xsl:value-of select="@summary"/></xsl:if>
            <xsl:if test="@corrected-by"> (corrected by entry <xsl:value-of select="@corrected-by"/>)</xsl:if></c>
          <c><xsl:call-template name="signer"/></c>
          <c><xsl:value-of select="v:date(string(@time))"/>
            <xsl:if test="@after">, proved after <xsl:value-of select="@after"/> (<xsl:value-of select="@after-by"/>)</xsl:if>
            <xsl:if test="@before">, proved before <xsl:value-of select="@before"/> (<xsl:value-of select="@before-by"/>)</xsl:if></c>
          <c><code><xsl:value-of select="@leaf"/></code></c>
          <c><xsl:choose><xsl:when test="@checked = 'sound'"><st w="pass"/></xsl:when><xsl:when test="@checked = 'erased'">its leaf hash</xsl:when><xsl:otherwise><st w="fail"/><xsl:text> </xsl:text><xsl:value-of select="@checked"/></xsl:otherwise></xsl:choose></c>
        </row>
      </xsl:for-each>
    </table>
  </section>
  <section id="verify" title="How to verify it yourself, offline" annex="yes">
    <list>
      <item>Compare the checkpoint with one that you have from elsewhere: <xsl:value-of select="v:number(string($cover/r:checkpoint/@size))"/> entries, root <code><xsl:value-of select="$cover/r:checkpoint/@root"/></code></item>
      <item>Verify the whole ledger, with no network: <code>vouch verify --replay</code></item>
      <item>Without this program: <code>docs/format.md</code> says how an entry is hashed, chained and signed; <code>jq</code> and <code>sha256sum</code> walk the chain, Go's <code>sumdb/tlog</code> checks the tree.</item>
      <item>Compute the figures of this report again: <code>vouch report --check FILE</code></item>
      <item>Read any entry with its signatures: <code>vouch show ENTRY</code></item>
    </list>
  </section>
</xsl:template>
</xsl:stylesheet>
