<?xml version="1.0" encoding="UTF-8"?>
<!-- posture.xsl: one page for a board. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="common.xsl"/>
<xsl:template match="/r:report">
  <page>
    <xsl:call-template name="head"/>
    <section id="verdict" title="Where we stand">
      <xsl:call-template name="verdict-line"/>
      <p>Models in use: <xsl:call-template name="fig"><xsl:with-param name="id" select="'in-use'"/></xsl:call-template>. Incidents open: <xsl:call-template name="fig"><xsl:with-param name="id" select="'incidents-open'"/></xsl:call-template>. Exceptions open: <xsl:call-template name="fig"><xsl:with-param name="id" select="'waivers-open'"/></xsl:call-template>.</p>
      <xsl:variable name="trend" select="r:series/r:series[@type = 'trend']"/>
      <xsl:if test="count($trend/r:point) &gt; 1">
        <plot type="stack" title="How the rules on audit came out over time" desc="At each past checkpoint, with the policies in force then. Rules on deployments are judged when a model goes into use and are not in it.">
          <xsl:for-each select="$trend/r:point">
            <pt label="{substring(@time, 1, 10)} ({@label} entries)" pass="{@pass}" waived="{@waived}" fail="{@fail}" none="{@no-evidence}" error="{@error}"/>
          </xsl:for-each>
        </plot>
      </xsl:if>
    </section>
    <section id="frameworks" title="Frameworks">
      <p>A control is met when every rule that implements it passes or is waived. Controls that no rule implements are not judged. Met is not the same as lawful: a ledger holds evidence, people judge it.</p>
      <tiles>
        <xsl:for-each select="r:controls/r:framework">
          <tile label="{@title}" value="{@met} of {@all - @not-applicable}" note="{@open} open, {@unmapped} without a rule, {@not-applicable} not applicable">
            <xsl:attribute name="status"><xsl:choose><xsl:when test="@open &gt; 0">fail</xsl:when><xsl:when test="@met = 0">unmapped</xsl:when><xsl:when test="@unmapped &gt; 0">partial</xsl:when><xsl:otherwise>pass</xsl:otherwise></xsl:choose></xsl:attribute>
            <xsl:attribute name="figure">controls-<xsl:value-of select="@id"/></xsl:attribute>
          </tile>
        </xsl:for-each>
      </tiles>
    </section>
    <section id="worst" title="The five worst items">
      <xsl:choose>
        <xsl:when test="r:actions/r:action[@type != 'decision']">
          <table name="worst" caption="What needs attention first">
            <col label="State"/><col label="What"/><col label="Owner"/><col label="Age" type="number"/><col label="Entries"/>
            <xsl:for-each select="r:actions/r:action[@type != 'decision'][position() &lt;= 5]">
              <row><c><st w="{@status}"/></c><c><b><xsl:value-of select="@title"/></b><xsl:text> </xsl:text><xsl:value-of select="r:condition"/></c><c><xsl:value-of select="@owner"/></c>
                <c><xsl:choose><xsl:when test="@since"><xsl:call-template name="age"><xsl:with-param name="from" select="@since"/></xsl:call-template></xsl:when><xsl:otherwise>now</xsl:otherwise></xsl:choose></c>
                <c><xsl:call-template name="cites"/></c></row>
            </xsl:for-each>
          </table>
        </xsl:when>
        <xsl:otherwise><p>Nothing is open.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="decisions" title="Decisions asked of you">
      <xsl:choose>
        <xsl:when test="r:actions/r:action[@type = 'decision']">
          <list><xsl:for-each select="r:actions/r:action[@type = 'decision'][position() &lt;= 10]"><item><b><xsl:value-of select="@title"/></b> (<xsl:value-of select="@owner"/>): <xsl:value-of select="r:recommendation"/><xsl:text> </xsl:text><xsl:call-template name="cites"/></item></xsl:for-each></list>
        </xsl:when>
        <xsl:otherwise><p>None.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="waivers" title="Exceptions"><xsl:call-template name="waiver-table"/></section>
    <section id="changes" title="Since the last report">
      <xsl:choose>
        <xsl:when test="r:changes/r:change">
          <table name="changes" caption="Records, then and now">
            <col label="Kind"/><col label="Then" type="number"/><col label="Now" type="number"/><col label="More" type="number"/>
            <xsl:for-each select="r:changes/r:change"><row><c><xsl:value-of select="@what"/></c><c><xsl:value-of select="@then"/></c><c><xsl:value-of select="@now"/></c><c><xsl:value-of select="@now - @then"/></c></row></xsl:for-each>
          </table>
        </xsl:when>
        <xsl:otherwise><p>There is no earlier report to compare with.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="integrity" title="Integrity"><xsl:call-template name="integrity"/></section>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
