<?xml version="1.0" encoding="UTF-8"?>
<!-- provenance.xsl: one model, for an auditor. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="model.xsl"/>
<xsl:template match="/r:report">
  <page>
    <xsl:call-template name="head"/>
    <section id="identity" title="Identity"><xsl:call-template name="identity"/></section>
    <section id="verdict" title="Decision">
      <xsl:call-template name="verdict-line"/>
      <xsl:if test="r:verdicts/r:verdict/r:record"><p>The verdict that the ledger signed when it went into use: <xsl:call-template name="cites"><xsl:with-param name="from" select="(r:verdicts/r:verdict/r:record)[1]/r:cite"/></xsl:call-template></p></xsl:if>
      <xsl:call-template name="decision-table"/>
    </section>
    <section id="provenance" title="What it was made from"><xsl:call-template name="graph"/></section>
    <section id="data" title="Data sheets"><xsl:call-template name="entities"><xsl:with-param name="type" select="'dataset'"/></xsl:call-template></section>
    <section id="training" title="Training">
      <xsl:call-template name="entities"><xsl:with-param name="type" select="'run'"/></xsl:call-template>
      <xsl:for-each select="r:series/r:series[@type = 'training']"><xsl:call-template name="lines"/></xsl:for-each>
    </section>
    <section id="evaluation" title="Evaluation"><xsl:call-template name="evaluation"/></section>
    <section id="rules" title="Rule by rule"><xsl:choose><xsl:when test="$judged"><xsl:call-template name="verdict-table"/></xsl:when><xsl:otherwise><p>No policy is in force.</p></xsl:otherwise></xsl:choose></section>
    <section id="waivers" title="Exceptions"><xsl:call-template name="waiver-table"/></section>
    <section id="operation" title="Operation since"><xsl:call-template name="operation"/></section>
    <section id="findings" title="Findings">
      <xsl:choose><xsl:when test="r:actions/r:action"><xsl:apply-templates select="r:actions/r:action" mode="finding"/></xsl:when><xsl:otherwise><p>None.</p></xsl:otherwise></xsl:choose>
    </section>
    <section id="integrity" title="Integrity"><xsl:call-template name="integrity"/></section>
    <section id="glossary" title="Method, and words used here" annex="yes">
      <p>Everything here was read from entries of the ledger at one checkpoint. Rules on audit were asked again at that checkpoint; rules on deployments are shown with the verdict that was signed when the model went into use. Nothing was taken from elsewhere, and no figure was typed in.</p>
      <facts>
        <fact name="Entry">One signed record with its place in the ledger.</fact>
        <fact name="Leaf hash">The SHA-256 by which the tree knows an entry; it changes when one byte does.</fact>
        <fact name="Checkpoint">The number of entries and the tree's root, signed by the ledger's own key.</fact>
        <fact name="Rule">A condition in a policy that is itself an entry of the ledger.</fact>
        <fact name="Verdict">What the rules in force said, signed in the same step as what they judged.</fact>
        <fact name="No evidence">What a rule asks about is not on record; neither good nor bad.</fact>
        <fact name="Waived">The rule does not hold, and somebody who may lifted it until a day.</fact>
        <fact name="Interval">Where the true value lies with the probability that was recorded.</fact>
      </facts>
    </section>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
