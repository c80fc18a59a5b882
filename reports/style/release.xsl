<?xml version="1.0" encoding="UTF-8"?>
<!-- release.xsl: go or no-go, for the engineer who signs off. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="model.xsl"/>
<xsl:key name="action-by-rule" match="r:action" use="@rule"/>

<!-- What a rule measured, in words where the expression is long. -->
<xsl:template name="measure">
  <xsl:choose>
    <xsl:when test="contains(@measure, 'lineage.approvals')">approvals by different people</xsl:when>
    <xsl:when test="starts-with(@measure, 'e.metrics.')"><xsl:value-of select="substring-after(@measure, 'e.metrics.')"/></xsl:when>
    <xsl:when test="@measure = 'e.n'">examples evaluated</xsl:when>
    <xsl:when test="@measure = 'size(lineage.runs)'">runs on record</xsl:when>
    <xsl:when test="contains(@measure, '.slices.filter')">groups that are large enough</xsl:when>
    <xsl:otherwise><code><xsl:value-of select="@measure"/></code></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="gate-table">
  <table name="gate" caption="Each rule on the deployment, the worst first">
    <col label="Result"/><col label="Rule" type="wide"/><col label="Asked for" type="mid"/><col label="Measured"/><col label="Margin" type="number"/><col label="How to fix" type="wide"/><col label="Entries"/>
    <xsl:for-each select="r:verdicts/r:verdict">
      <xsl:variable name="rule" select="key('rule', @rule)"/>
      <row>
        <c><st w="{@result}"/><xsl:if test="@result = 'waived'"> (itself: <xsl:value-of select="@own"/>)</xsl:if></c>
        <c><b><xsl:value-of select="$rule/@name"/></b><xsl:text> </xsl:text><xsl:value-of select="$rule/r:because"/>
          <xsl:text> (</xsl:text><xsl:value-of select="$rule/../@name"/><xsl:choose><xsl:when test="$rule/@otherwise = 'warn'">, warns only</xsl:when><xsl:otherwise>, stops it</xsl:otherwise></xsl:choose><xsl:text>)</xsl:text>
          <xsl:if test="r:message and string(r:message) != string($rule/r:because)"><br/><xsl:value-of select="r:message"/></xsl:if></c>
        <c><xsl:for-each select="r:threshold"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:call-template name="measure"/><xsl:text> </xsl:text><xsl:value-of select="@order"/><xsl:text> </xsl:text><xsl:value-of select="@limit"/></xsl:for-each></c>
        <c><xsl:for-each select="r:threshold"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:value-of select="@measured"/></xsl:for-each></c>
        <c><xsl:for-each select="r:threshold"><xsl:if test="position() &gt; 1"><br/></xsl:if><xsl:if test="@margin &gt; 0">+</xsl:if><xsl:value-of select="@margin"/></xsl:for-each></c>
        <c><xsl:if test="@result != 'pass' and @result != 'not applicable' and @result != 'waived'"><xsl:variable name="action" select="key('action-by-rule', @rule)[1]"/><xsl:choose><xsl:when test="$action/r:command"><code><xsl:value-of select="$action/r:command"/></code></xsl:when><xsl:otherwise><xsl:value-of select="$action/r:recommendation"/></xsl:otherwise></xsl:choose></xsl:if></c>
        <c><xsl:call-template name="cites"><xsl:with-param name="from" select="r:record/r:cite | r:lifted/r:cite | r:rests-on/r:cite"/></xsl:call-template></c>
      </row>
    </xsl:for-each>
  </table>
  <table name="found" caption="What each rule looked at, as its author wrote it">
    <col label="Rule"/><col label="Result"/><col label="Values" type="wide"/>
    <xsl:for-each select="r:verdicts/r:verdict[r:value]">
      <row><c><xsl:value-of select="key('rule', @rule)/../@name"/>/<xsl:value-of select="key('rule', @rule)/@name"/></c><c><st w="{@result}"/></c>
        <c><xsl:for-each select="r:value"><xsl:if test="position() &gt; 1"><br/></xsl:if><code><xsl:value-of select="@expression"/> = <xsl:call-template name="value"/></code></xsl:for-each></c></row>
    </xsl:for-each>
  </table>
</xsl:template>

<xsl:template name="difference">
  <xsl:variable name="changes" select="r:changes"/>
  <xsl:choose>
    <xsl:when test="not($changes/r:deployed)"><p>No version of it is in use there: it would take the place of none.</p></xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="$changes/r:deployed">
        <p>In use there since <xsl:value-of select="v:date(string(@time))"/>: <b><xsl:value-of select="key('subject', @subject)/@name"/></b><xsl:if test="@same = 'true'">, which is the candidate itself</xsl:if>. <xsl:call-template name="cites"/></p>
      </xsl:for-each>
      <xsl:choose>
        <xsl:when test="$changes/r:difference">
          <table name="difference">
            <xsl:attribute name="caption"><xsl:choose><xsl:when test="$changes/r:deployed/@same = 'true'">How it differs from what was in use before</xsl:when><xsl:otherwise>How the candidate differs from what is in use</xsl:otherwise></xsl:choose></xsl:attribute>
            <col label="What"/><col label="{substring('In use Before', 1 + 7 * ($changes/r:deployed/@same = 'true'), 6)}"/><col label="Candidate"/>
            <xsl:for-each select="$changes/r:difference">
              <row><c><xsl:value-of select="translate(@what, '_', ' ')"/></c>
                <c><xsl:choose><xsl:when test="@what = 'artefact' or @what = 'code commit'"><code><xsl:value-of select="substring(r:was, 1, 16)"/></code></xsl:when><xsl:when test="r:was"><xsl:value-of select="r:was"/></xsl:when><xsl:otherwise>not on record</xsl:otherwise></xsl:choose></c>
                <c><xsl:choose><xsl:when test="@what = 'artefact' or @what = 'code commit'"><code><xsl:value-of select="substring(r:now, 1, 16)"/></code></xsl:when><xsl:when test="r:now"><xsl:value-of select="r:now"/></xsl:when><xsl:otherwise>not on record</xsl:otherwise></xsl:choose></c></row>
            </xsl:for-each>
          </table>
        </xsl:when>
        <xsl:when test="$changes/r:deployed/@same = 'true'"><p>No other version was in use there before.</p></xsl:when>
        <xsl:otherwise><p>Nothing that is on record differs.</p></xsl:otherwise>
      </xsl:choose>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="pairs">
  <xsl:variable name="all" select="r:series/r:series[@type = 'paired']"/>
  <xsl:choose>
    <xsl:when test="$all/r:point">
      <table name="pairs" caption="Group by group, beside the version in use (on {$all[1]/@of})">
        <col label="Metric"/><col label="Group"/><col label="In use" type="number"/><col label="Candidate" type="number"/><col label="Change" type="number"/><col label="n" type="number"/><col label="Entries"/>
        <xsl:for-each select="$all/r:point">
          <row><c><xsl:value-of select="../@name"/></c><c><xsl:value-of select="@label"/></c><c><xsl:value-of select="@was"/></c><c><xsl:value-of select="@value"/></c>
            <c><xsl:value-of select="format-number(@value - @was, '+0.######;-0.######')"/></c>
            <c><xsl:value-of select="v:number(string(@n))"/><xsl:if test="@was-n and @was-n != @n"> (then <xsl:value-of select="v:number(string(@was-n))"/>)</xsl:if></c>
            <c><xsl:call-template name="cites"><xsl:with-param name="from" select="../r:cite"/></xsl:call-template></c></row>
        </xsl:for-each>
      </table>
    </xsl:when>
    <xsl:otherwise><p>There are no groups to compare: the candidate or what is in use was not evaluated by group, or nothing is in use.</p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="/r:report">
  <xsl:variable name="blocking" select="r:verdicts/r:verdict[@denies = 'true']"/>
  <xsl:variable name="have" select="key('figure', 'approvals')"/>
  <page>
    <xsl:call-template name="head"/>
    <section id="verdict" title="Go or no-go">
      <xsl:choose>
        <xsl:when test="not($judged)"><verdict w="not applicable"><xsl:value-of select="$cover/r:remark"/></verdict></xsl:when>
        <xsl:when test="$blocking[@result = 'fail' or @result = 'error']"><verdict w="fail">No-go: <xsl:value-of select="count($blocking)"/> rule<xsl:if test="count($blocking) != 1">s</xsl:if> stand<xsl:if test="count($blocking) = 1">s</xsl:if> against it.</verdict></xsl:when>
        <xsl:when test="$blocking"><verdict w="no evidence">It cannot be decided: <xsl:value-of select="count($blocking)"/> rule<xsl:if test="count($blocking) != 1">s</xsl:if> lack<xsl:if test="count($blocking) = 1">s</xsl:if> evidence.</verdict></xsl:when>
        <xsl:otherwise><verdict w="pass">Go: no rule stands against it.</verdict></xsl:otherwise>
      </xsl:choose>
      <p><xsl:value-of select="$cover/r:scope/@name"/> to <xsl:value-of select="$cover/r:scope/@environment"/>.
      <xsl:if test="$judged"><xsl:call-template name="counts"/><xsl:variable name="warn" select="count(r:verdicts/r:verdict[@denies = 'false' and (@result = 'fail' or @result = 'no evidence' or @result = 'error')])"/>
        <xsl:if test="$warn &gt; 0"> Of those that do not hold, <xsl:value-of select="$warn"/> only warn.</xsl:if></xsl:if></p>
    </section>
    <section id="blocking" title="What stands against it, and how to mend it">
      <xsl:choose><xsl:when test="r:actions/r:action[@type = 'blocker']"><xsl:apply-templates select="r:actions/r:action[@type = 'blocker']" mode="finding"/></xsl:when><xsl:otherwise><p>Nothing.</p></xsl:otherwise></xsl:choose>
    </section>
    <section id="candidate" title="Candidate, and what is in use"><xsl:call-template name="identity"/><xsl:call-template name="difference"/></section>
    <section id="gate" title="Gate"><xsl:choose><xsl:when test="$judged"><xsl:call-template name="gate-table"/></xsl:when><xsl:otherwise><p>No policy is in force.</p></xsl:otherwise></xsl:choose></section>
    <section id="pairs" title="By group, beside the version in use"><xsl:call-template name="pairs"/></section>
    <section id="evaluation" title="Measured"><xsl:call-template name="evaluation"/></section>
    <section id="waivers" title="Exceptions"><xsl:call-template name="waiver-table"/></section>
    <section id="approvals" title="Approvals, given and still needed">
      <p><xsl:call-template name="fig"><xsl:with-param name="id" select="'approvals'"/></xsl:call-template>
        <xsl:choose>
          <xsl:when test="$have/@of"> of <xsl:value-of select="$have/@of"/> approvals that the rules ask for have been given<xsl:if test="$have/@of &gt; $have/@value">; <xsl:value-of select="$have/@of - $have/@value"/> still needed</xsl:if>.</xsl:when>
          <xsl:when test="not(r:approvals/r:decision[@type = 'proposal'])"> approvals. Nothing has been proposed: <code>vouch propose <xsl:value-of select="substring-after($cover/r:scope/@name, '/')"/> --to <xsl:value-of select="$cover/r:scope/@environment"/></code></xsl:when>
          <xsl:otherwise> approval<xsl:if test="$have/@value != 1">s</xsl:if> of the newest proposal; no rule in force says how many it takes.</xsl:otherwise>
        </xsl:choose></p>
      <xsl:if test="r:approvals/r:awaited"><p>Who may still approve: <xsl:for-each select="r:approvals/r:awaited[position() &lt;= 20]"><xsl:if test="position() &gt; 1">, </xsl:if><b><xsl:call-template name="signer"/></b></xsl:for-each>. The command: <code>vouch approve <xsl:value-of select="substring-after($cover/r:scope/@name, '/')"/> --because TEXT</code></p></xsl:if>
      <xsl:call-template name="decision-table"/>
    </section>
    <section id="rollback" title="The way back">
      <xsl:choose>
        <xsl:when test="r:changes/r:fallback"><xsl:for-each select="r:changes/r:fallback"><p>A rollback leads to <b><xsl:value-of select="key('subject', @subject)/@name"/></b>, put there on <xsl:value-of select="v:date(string(@time))"/><xsl:text> </xsl:text><xsl:call-template name="cites"/>: <code><xsl:value-of select="r:command"/></code></p></xsl:for-each></xsl:when>
        <xsl:otherwise><p>There is no version to go back to: <code>vouch retire</code> takes it out of use.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="signoff" title="Sign-off">
      <p>A signature counts when it is in the ledger: <code>vouch approve PROPOSAL --because TEXT</code></p>
      <table name="signoff" caption="For paper"><col label="Name"/><col label="Role"/><col label="Date"/><col label="Signature" type="wide"/>
        <row><c>&#160;</c><c>&#160;</c><c>&#160;</c><c>&#160;</c></row><row><c>&#160;</c><c>&#160;</c><c>&#160;</c><c>&#160;</c></row>
      </table>
    </section>
    <section id="integrity" title="Integrity"><xsl:call-template name="integrity"/></section>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
