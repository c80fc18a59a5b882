<?xml version="1.0" encoding="UTF-8"?>
<!-- release.xsl: go or no-go, for the engineer who signs off. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="model.xsl"/>
<xsl:template match="/r:report">
  <xsl:variable name="blocking" select="r:verdicts/r:verdict[@denies = 'true']"/>
  <page>
    <xsl:call-template name="head"/>
    <section id="verdict" title="Go or no-go">
      <xsl:choose>
        <xsl:when test="not($judged)"><verdict w="not applicable"><xsl:value-of select="$cover/r:remark"/></verdict></xsl:when>
        <xsl:when test="$blocking[@result = 'fail']"><verdict w="fail">No-go. Rules that stand against it: <xsl:value-of select="count($blocking)"/>.</verdict></xsl:when>
        <xsl:when test="$blocking"><verdict w="no evidence">It cannot be decided. Rules that lack evidence: <xsl:value-of select="count($blocking)"/>.</verdict></xsl:when>
        <xsl:otherwise><verdict w="pass">Go: no rule stands against it.</verdict></xsl:otherwise>
      </xsl:choose>
      <p><xsl:value-of select="$cover/r:scope/@name"/> to <xsl:value-of select="$cover/r:scope/@environment"/>.</p>
      <xsl:if test="$judged"><p><xsl:call-template name="counts"/> Rules that only warn stop nothing: <xsl:value-of select="count(r:verdicts/r:verdict[@denies = 'false' and (@result = 'fail' or @result = 'no evidence' or @result = 'error')])"/> of them do not hold.</p></xsl:if>
    </section>
    <section id="blocking" title="What stands against it, and how to mend it">
      <xsl:choose><xsl:when test="r:actions/r:action[@type = 'blocker']"><xsl:apply-templates select="r:actions/r:action[@type = 'blocker']" mode="finding"/></xsl:when><xsl:otherwise><p>Nothing.</p></xsl:otherwise></xsl:choose>
    </section>
    <section id="candidate" title="Candidate"><xsl:call-template name="identity"/></section>
    <section id="gate" title="Gate"><xsl:choose><xsl:when test="$judged"><xsl:call-template name="verdict-table"/></xsl:when><xsl:otherwise><p>No policy is in force.</p></xsl:otherwise></xsl:choose></section>
    <section id="evaluation" title="Measured"><xsl:call-template name="evaluation"/></section>
    <section id="waivers" title="Exceptions"><xsl:call-template name="waiver-table"/></section>
    <section id="approvals" title="Proposals and approvals"><xsl:call-template name="decision-table"/></section>
    <section id="signoff" title="Sign-off">
      <p>A signature counts when it is in the ledger: <code>vouch approve PROPOSAL --because TEXT</code></p>
      <table name="signoff" caption="For paper"><col label="Name"/><col label="Role"/><col label="Date"/><col label="Signature"/>
        <row><c>&#160;</c><c>&#160;</c><c>&#160;</c><c>&#160;</c></row><row><c>&#160;</c><c>&#160;</c><c>&#160;</c><c>&#160;</c></row>
      </table>
    </section>
    <section id="integrity" title="Integrity"><xsl:call-template name="integrity"/></section>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
