<?xml version="1.0" encoding="UTF-8"?>
<!-- compliance.xsl: control by control. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="common.xsl"/>
<xsl:template match="/r:report">
  <page>
    <xsl:call-template name="head"/>
    <section id="verdict" title="In short">
      <xsl:call-template name="verdict-line"/>
      <table name="frameworks" caption="Frameworks">
        <col label="Framework"/><col label="Met" type="number"/><col label="Open" type="number"/><col label="Without a rule" type="number"/><col label="Not applicable" type="number"/><col label="Controls" type="number"/>
        <xsl:for-each select="r:controls/r:framework">
          <row><c><link to="f-{@id}"><xsl:value-of select="@title"/></link></c>
            <c><fig id="controls-{@id}" value="{@met}"><xsl:value-of select="@met"/></fig></c><c><xsl:value-of select="@open"/></c><c><xsl:value-of select="@unmapped"/></c><c><xsl:value-of select="@not-applicable"/></c><c><xsl:value-of select="@all"/></c></row>
        </xsl:for-each>
      </table>
      <p>A control is met when every rule that implements it passes or is waived. A control that no rule implements is shown as having no rule: neither met nor open. A ledger holds evidence for a control; it never satisfies one alone.</p>
      <p>Tested of in scope: deployments that a rule of the control judged, of those to which it applies. Fresh: the age of the newest evidence cited. Due: when an attestation that backs it ends.</p>
    </section>
    <xsl:for-each select="r:controls/r:framework">
      <section id="f-{@id}" title="{@title}">
        <p><xsl:value-of select="@met"/> met, <xsl:value-of select="@open"/> open, <xsl:value-of select="@unmapped"/> without a rule, <xsl:value-of select="@not-applicable"/> not applicable, of <xsl:value-of select="@all"/>.</p>
        <table name="controls-{@id}" caption="{@title}, control by control">
          <col label="State"/><col label="Control" type="wide"/><col label="Rules that implement it"/><col label="Tested of in scope"/><col label="Gap"/><col label="Owner"/><col label="Due" type="date"/><col label="Fresh"/><col label="Evidence"/>
          <xsl:for-each select="r:control">
            <row anchor="{@id}">
              <c><st w="{@status}"/></c>
              <c><b><xsl:value-of select="@number"/></b><xsl:text> </xsl:text><xsl:value-of select="@title"/>: <xsl:value-of select="r:asks"/></c>
              <c><xsl:for-each select="r:use"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="key('rule', @rule)/@name"/></xsl:for-each><xsl:if test="not(r:use)">none</xsl:if></c>
              <c><xsl:value-of select="@tested"/> of <xsl:value-of select="@in-scope"/></c>
              <c><xsl:value-of select="@reason"/><xsl:value-of select="r:gap"/><xsl:if test="not(@reason) and not(r:gap)">none</xsl:if></c>
              <c><xsl:value-of select="@owner"/><xsl:if test="not(@owner)">none</xsl:if></c>
              <c><xsl:choose><xsl:when test="@due"><xsl:value-of select="substring(@due, 1, 10)"/></xsl:when><xsl:otherwise>none</xsl:otherwise></xsl:choose></c>
              <c><xsl:choose><xsl:when test="@fresh"><xsl:call-template name="age"><xsl:with-param name="from" select="@fresh"/></xsl:call-template></xsl:when><xsl:otherwise>none</xsl:otherwise></xsl:choose></c>
              <c><xsl:call-template name="cites"/><xsl:if test="not(r:cite)">none</xsl:if></c>
            </row>
          </xsl:for-each>
        </table>
        <p>About this list: <xsl:value-of select="@version"/>. <xsl:value-of select="@note"/> Source: <xsl:value-of select="@source"/> Looked at on <xsl:value-of select="@checked"/>.</p>
      </section>
    </xsl:for-each>
    <section id="rules" title="Rules in force">
      <table name="rules" caption="Every rule, and how often it came out how">
        <col label="Rule"/><col label="Policy"/><col label="Pass" type="number"/><col label="Fail" type="number"/><col label="Waived" type="number"/><col label="No evidence" type="number"/><col label="Not applicable" type="number"/><col label="Error" type="number"/><col label="Implements"/>
        <xsl:for-each select="r:rules/r:policy/r:rule">
          <row><c><b><xsl:value-of select="@name"/></b><xsl:text> </xsl:text><xsl:value-of select="r:because"/></c><c><xsl:value-of select="../@name"/>, version <xsl:value-of select="../@version"/></c>
            <c><xsl:value-of select="@pass"/></c><c><xsl:value-of select="@fail"/></c><c><xsl:value-of select="@waived"/></c><c><xsl:value-of select="@no-evidence"/></c><c><xsl:value-of select="@not-applicable"/></c><c><xsl:value-of select="@error"/></c>
            <c><xsl:for-each select="r:implements"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="."/></xsl:for-each></c></row>
        </xsl:for-each>
      </table>
    </section>
    <section id="findings" title="Findings">
      <xsl:choose><xsl:when test="r:actions/r:action"><xsl:apply-templates select="r:actions/r:action" mode="finding"/></xsl:when><xsl:otherwise><p>None.</p></xsl:otherwise></xsl:choose>
    </section>
    <section id="waivers" title="Exceptions"><xsl:call-template name="waiver-table"/></section>
    <section id="integrity" title="Integrity"><xsl:call-template name="integrity"/></section>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
