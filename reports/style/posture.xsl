<?xml version="1.0" encoding="UTF-8"?>
<!-- posture.xsl: the ledger, for a board, on one page; what its numbers rest on is behind it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="common.xsl"/>
<xsl:template name="say-count">
  <xsl:param name="id"/><xsl:param name="one"/><xsl:param name="many"/>
  <xsl:call-template name="fig"><xsl:with-param name="id" select="$id"/></xsl:call-template>
  <xsl:text> </xsl:text>
  <xsl:choose><xsl:when test="key('figure', $id)/@value = 1"><xsl:value-of select="$one"/></xsl:when><xsl:otherwise><xsl:value-of select="$many"/></xsl:otherwise></xsl:choose>
</xsl:template>

<xsl:template match="/r:report">
  <xsl:variable name="trend" select="r:series/r:series[@type = 'trend']"/>
  <xsl:variable name="worst" select="r:actions/r:action[@type != 'decision']"/>
  <xsl:variable name="asked" select="r:actions/r:action[@type = 'decision']"/>
  <page>
    <xsl:call-template name="head"/>
    <section id="verdict" title="Where we stand">
      <xsl:call-template name="verdict-line"/>
      <p><xsl:call-template name="say-count"><xsl:with-param name="id" select="'in-use'"/><xsl:with-param name="one" select="'model is in use'"/><xsl:with-param name="many" select="'models are in use'"/></xsl:call-template>
        <xsl:text>; </xsl:text><xsl:call-template name="say-count"><xsl:with-param name="id" select="'incidents-open'"/><xsl:with-param name="one" select="'incident is open'"/><xsl:with-param name="many" select="'incidents are open'"/></xsl:call-template>
        <xsl:text>; </xsl:text><xsl:call-template name="say-count"><xsl:with-param name="id" select="'waivers-open'"/><xsl:with-param name="one" select="'exception is in force'"/><xsl:with-param name="many" select="'exceptions are in force'"/></xsl:call-template>.
        <xsl:if test="$judged">A check is one rule asked of one model where it is in use, or of the ledger.</xsl:if></p>
    </section>
    <section id="trend" title="How it came to this" half="left">
      <xsl:choose>
        <xsl:when test="count($trend/r:point) &gt; 1">
          <plot type="stack" table="no" title="Checks at past checkpoints" desc="All rules at each past checkpoint, with the policies in force then. The numbers are in a table at the end.">
            <xsl:for-each select="$trend/r:point">
              <pt label="{substring(@time, 1, 10)} ({@label} entries)" pass="{@pass}" waived="{@waived}" fail="{@fail}" none="{@no-evidence}" error="{@error}"/>
            </xsl:for-each>
          </plot>
          <p>The numbers are in <link to="trend-numbers">a table at the end</link>.</p>
        </xsl:when>
        <xsl:otherwise><p>There is no past to show yet.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="frameworks" title="Laws and standards" half="right">
      <tiles>
        <xsl:for-each select="r:controls/r:framework">
          <tile label="{@title}" value="{@met} of {@all - @not-applicable}">
            <xsl:attribute name="note"><xsl:choose><xsl:when test="@all = @not-applicable">nothing that it covers is on record</xsl:when><xsl:otherwise><xsl:if test="@open &gt; 0"><xsl:value-of select="@open"/> open, </xsl:if><xsl:value-of select="@unmapped"/> without a rule</xsl:otherwise></xsl:choose></xsl:attribute>
            <xsl:attribute name="status"><xsl:choose><xsl:when test="@open &gt; 0">open</xsl:when><xsl:when test="@all = @not-applicable">not applicable</xsl:when><xsl:when test="@met = 0">unmapped</xsl:when><xsl:when test="@unmapped &gt; 0">partial</xsl:when><xsl:otherwise>pass</xsl:otherwise></xsl:choose></xsl:attribute>
            <xsl:attribute name="figure">controls-<xsl:value-of select="@id"/></xsl:attribute>
          </tile>
        </xsl:for-each>
      </tiles>
      <p>Controls whose rules pass or are waived, of those that apply. That is not the same as lawful: the ledger holds evidence, people judge it.</p>
    </section>
    <section id="worst" title="The five worst items">
      <xsl:choose>
        <xsl:when test="$worst">
          <table name="worst" caption="What needs attention first">
            <col label="State"/><col label="What" type="wide"/><col label="Owner"/><col label="Age"/><col label="Entries"/>
            <xsl:for-each select="$worst[position() &lt;= 5]">
              <row><c><st w="{@status}"/></c><c><b><xsl:value-of select="@title"/></b><xsl:text>. </xsl:text><xsl:value-of select="r:criteria"/><xsl:text> </xsl:text><xsl:value-of select="r:condition"/></c><c><xsl:value-of select="@owner"/></c>
                <c><xsl:choose><xsl:when test="@since"><xsl:call-template name="age"><xsl:with-param name="from" select="@since"/></xsl:call-template></xsl:when><xsl:otherwise>not known</xsl:otherwise></xsl:choose></c>
                <c><xsl:call-template name="cites"/></c></row>
            </xsl:for-each>
          </table>
          <xsl:if test="count($worst) &gt; 5"><p>And <xsl:value-of select="count($worst) - 5"/> more that are shown in <code>vouch report compliance</code>.</p></xsl:if>
        </xsl:when>
        <xsl:otherwise><p>Nothing is open.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="decisions" title="Decisions asked of you" half="left">
      <xsl:choose>
        <xsl:when test="$asked">
          <list><xsl:for-each select="$asked[position() &lt;= 5]"><item><b><xsl:value-of select="@title"/></b><xsl:if test="@since"> (<xsl:call-template name="age"><xsl:with-param name="from" select="@since"/></xsl:call-template>)</xsl:if>: <xsl:value-of select="r:condition"/><xsl:text> </xsl:text><xsl:value-of select="r:recommendation"/><xsl:text> </xsl:text><xsl:call-template name="cites"/></item></xsl:for-each></list>
          <xsl:if test="count($asked) &gt; 5"><p>And <xsl:value-of select="count($asked) - 5"/> more: <code>vouch pending</code></p></xsl:if>
        </xsl:when>
        <xsl:otherwise><p>None.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="waivers" title="Exceptions, oldest first" half="right">
      <xsl:choose>
        <xsl:when test="r:waivers/r:waiver">
          <list>
            <xsl:for-each select="r:waivers/r:waiver">
              <xsl:sort select="@from"/>
              <xsl:if test="position() &lt;= 5"><item><b><xsl:value-of select="@rule"/></b>, <xsl:value-of select="key('subject', @subject)/@name"/>: <xsl:value-of select="@status"/>, granted <xsl:call-template name="age"><xsl:with-param name="from" select="@from"/></xsl:call-template><xsl:if test="v:days(concat(@from, ' ', $now)) &gt; 0"> ago</xsl:if>, <xsl:choose><xsl:when test="@until">until <xsl:value-of select="substring(@until, 1, 10)"/></xsl:when><xsl:otherwise>without an end</xsl:otherwise></xsl:choose><xsl:text> </xsl:text><xsl:call-template name="cites"/></item></xsl:if>
            </xsl:for-each>
          </list>
          <xsl:if test="count(r:waivers/r:waiver) &gt; 5"><p>All are <link to="waivers-all">at the end</link>.</p></xsl:if>
        </xsl:when>
        <xsl:otherwise><p>No exception has been granted.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="changes" title="What has changed" half="left">
      <xsl:if test="$cover/r:order/@since"><p>Since the checkpoint of <xsl:value-of select="v:number(string($cover/r:order/@since))"/> entries.</p></xsl:if>
      <xsl:choose>
        <xsl:when test="r:changes/r:change[@now != @then]">
          <list><xsl:for-each select="r:changes/r:change[@now != @then]"><item><xsl:value-of select="@what"/>: <xsl:value-of select="v:number(string(@then))"/> then, <xsl:value-of select="v:number(string(@now))"/> now (<xsl:if test="@now &gt; @then">+</xsl:if><xsl:value-of select="@now - @then"/>)</item></xsl:for-each></list>
        </xsl:when>
        <xsl:when test="r:changes/r:change"><p>Nothing that is counted here has changed.</p></xsl:when>
        <xsl:otherwise><p>No earlier report was filed: <code>--file</code> files this one, and the next compares with it.</p></xsl:otherwise>
      </xsl:choose>
    </section>
    <section id="integrity" title="Can the record be trusted?" half="right">
      <list>
        <xsl:for-each select="r:integrity/r:check">
          <item><st w="{@result}"/><xsl:text> </xsl:text><xsl:value-of select="@says"/><xsl:for-each select="r:problem"><br/><xsl:if test="@seq">entry <xsl:value-of select="@seq"/>: </xsl:if><xsl:value-of select="."/></xsl:for-each></item>
        </xsl:for-each>
      </list>
    </section>
    <xsl:if test="count($trend/r:point) &gt; 1">
      <section id="trend-numbers" title="Checks at past checkpoints, as numbers" annex="yes">
        <table name="trend" caption="All rules at each checkpoint, with the policies in force then">
          <col label="When"/><col label="Entries" type="number"/><col label="Pass" type="number"/><col label="Waived" type="number"/><col label="No evidence" type="number"/><col label="Fail" type="number"/><col label="Error" type="number"/><col label="Not applicable" type="number"/><col label="Last entry"/>
          <xsl:for-each select="$trend/r:point">
            <row><c><xsl:value-of select="v:date(string(@time))"/></c><c><xsl:value-of select="v:number(string(@label))"/></c><c><xsl:value-of select="@pass"/></c><c><xsl:value-of select="@waived"/></c><c><xsl:value-of select="@no-evidence"/></c><c><xsl:value-of select="@fail"/></c><c><xsl:value-of select="@error"/></c><c><xsl:value-of select="@not-applicable"/></c><c><xsl:call-template name="cites"/></c></row>
          </xsl:for-each>
        </table>
      </section>
    </xsl:if>
    <xsl:if test="r:waivers/r:waiver">
      <section id="waivers-all" title="All exceptions" annex="yes"><xsl:call-template name="waiver-table"/></section>
    </xsl:if>
    <xsl:call-template name="appendix"/>
  </page>
</xsl:template>
</xsl:stylesheet>
