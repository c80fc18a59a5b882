<?xml version="1.0" encoding="UTF-8"?>
<!-- model.xsl: parts of reports about one model. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns="urn:vouchbook:page:v1" exclude-result-prefixes="r v">
<xsl:import href="common.xsl"/>
<xsl:key name="entity" match="r:entity" use="@type"/>

<xsl:template name="identity">
  <xsl:variable name="one" select="key('subject', $cover/r:scope/@subject)"/>
  <facts>
    <fact name="Model"><b><xsl:value-of select="$one/@name"/></b></fact>
    <fact name="SHA-256 of its artefact"><code><xsl:value-of select="$one/@digest"/></code></fact>
    <xsl:if test="$one/@in-use"><fact name="In use in"><xsl:value-of select="$one/@in-use"/></fact></xsl:if>
    <xsl:if test="$one/@owner"><fact name="Owner"><xsl:value-of select="$one/@owner"/></fact></xsl:if>
    <xsl:if test="$one/@risk-class"><fact name="Risk class"><xsl:value-of select="$one/@risk-class"/></fact></xsl:if>
    <xsl:if test="$one/r:intended-use"><fact name="Meant for"><xsl:value-of select="$one/r:intended-use"/></fact></xsl:if>
    <xsl:for-each select="$one/r:limitation"><fact name="Limitation"><xsl:value-of select="."/></fact></xsl:for-each>
    <xsl:if test="$one/r:description"><fact name="Description"><xsl:value-of select="$one/r:description"/></fact></xsl:if>
    <xsl:if test="$one/@framework"><fact name="Built with"><xsl:value-of select="$one/@framework"/></fact></xsl:if>
    <xsl:if test="$one/@licence"><fact name="Licence"><xsl:value-of select="$one/@licence"/></fact></xsl:if>
    <xsl:if test="$one/r:cite"><fact name="Registered in"><xsl:call-template name="cites"><xsl:with-param name="from" select="$one/r:cite"/></xsl:call-template></fact></xsl:if>
  </facts>
</xsl:template>

<xsl:template name="decision-table">
  <xsl:choose>
    <xsl:when test="/r:report/r:approvals/r:decision">
      <table name="decisions" caption="Who decided what">
        <col label="What"/><col label="By"/><col label="Where"/><col label="Time"/><col label="Independent of its makers"/><col label="Why"/><col label="Signature"/><col label="Entries"/>
        <xsl:for-each select="/r:report/r:approvals/r:decision">
          <xsl:sort select="substring(r:cite/@entry, 2)" data-type="number"/>
          <row>
            <c><xsl:value-of select="@type"/><xsl:if test="@action and @action != 'deploy'"> (<xsl:value-of select="@action"/>)</xsl:if><xsl:if test="@emergency = 'true'"> (emergency)</xsl:if><xsl:if test="@outcome">: <xsl:value-of select="@outcome"/></xsl:if></c>
            <c><xsl:call-template name="signer"/> (<xsl:value-of select="key('signer', @signer)/@roles"/><xsl:if test="key('signer', @signer)/@ended">; key <xsl:value-of select="key('signer', @signer)/@ended"/></xsl:if>)</c>
            <c><xsl:value-of select="@environment"/></c><c><xsl:value-of select="v:date(string(@time))"/></c>
            <c><xsl:choose><xsl:when test="@separate = 'true'"><st w="pass"/></xsl:when><xsl:when test="@separate = 'false'"><st w="fail"/></xsl:when></xsl:choose></c>
            <c><xsl:value-of select="r:because"/><xsl:for-each select="r:condition"><xsl:text> On condition: </xsl:text><xsl:value-of select="."/>.</xsl:for-each></c>
            <c><xsl:choose><xsl:when test="key('entry', r:cite/@entry)/@checked = 'sound'"><st w="pass"/></xsl:when><xsl:otherwise><st w="fail"/></xsl:otherwise></xsl:choose></c>
            <c><xsl:call-template name="cites"/></c>
          </row>
        </xsl:for-each>
      </table>
    </xsl:when>
    <xsl:otherwise><p>Nobody has decided anything about it.</p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- What an arrow says, from its tail to its head. -->
<xsl:template name="role">
  <xsl:choose>
    <xsl:when test="@role = 'input'">was read by</xsl:when>
    <xsl:when test="@role = 'output'">wrote</xsl:when>
    <xsl:when test="@role = 'subject'">records</xsl:when>
    <xsl:when test="@role = 'parent'">was divided or turned into</xsl:when>
    <xsl:when test="@role = 'entry'">is named by</xsl:when>
    <xsl:when test="@role = 'named'">named</xsl:when>
    <xsl:when test="@role = 'model' or @role = 'dataset'">is judged in</xsl:when>
    <xsl:otherwise><xsl:value-of select="@role"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
<xsl:key name="graph-node" match="r:graph/r:node" use="@id"/>
<xsl:template name="graph">
  <xsl:variable name="graph" select="/r:report/r:graph"/>
  <plot type="graph" table="no" title="From data and code to the model" desc="Boxes are files and records; an arrow goes from what was used to what was made or said of it. The table below says the same.">
    <xsl:for-each select="$graph/r:node"><node id="{@id}" layer="{@layer}" row="{@row}" type="{@type}" label="{@label}" digest="{@digest}"><xsl:if test="r:cite"><xsl:attribute name="entry"><xsl:value-of select="substring(r:cite/@entry, 2)"/></xsl:attribute></xsl:if></node></xsl:for-each>
    <xsl:for-each select="$graph/r:edge"><edge from="{@from}" to="{@to}" role="{@role}"/></xsl:for-each>
  </plot>
  <table name="graph" caption="From data and code to the model, as a table">
    <col label="From"/><col label="How"/><col label="To"/><col label="Entries"/>
    <xsl:for-each select="$graph/r:edge">
      <xsl:sort select="key('graph-node', @from)/@layer" data-type="number"/>
      <xsl:variable name="a" select="key('graph-node', @from)"/><xsl:variable name="b" select="key('graph-node', @to)"/>
      <row><c><xsl:value-of select="$a/@label"/><xsl:text> </xsl:text><code><xsl:value-of select="$a/@digest"/></code></c><c><xsl:call-template name="role"/></c>
        <c><xsl:value-of select="$b/@label"/><xsl:text> </xsl:text><code><xsl:value-of select="$b/@digest"/></code></c>
        <c><xsl:call-template name="cites"><xsl:with-param name="from" select="$a/r:cite | $b/r:cite"/></xsl:call-template></c></row>
    </xsl:for-each>
  </table>
</xsl:template>

<xsl:template name="entities">
  <xsl:param name="type"/>
  <xsl:if test="not(key('entity', $type))"><p>None is on record.</p></xsl:if>
  <xsl:for-each select="key('entity', $type)">
    <facts title="{@name}">
      <xsl:if test="@type = 'dataset'"><fact name="Used"><xsl:choose><xsl:when test="@use = 'judged on'">to judge the model</xsl:when><xsl:otherwise>to make the model</xsl:otherwise></xsl:choose></fact></xsl:if>
      <fact name="SHA-256"><xsl:choose><xsl:when test="@type = 'run'">of its name: </xsl:when></xsl:choose><code><xsl:value-of select="@digest"/></code></fact>
      <xsl:for-each select="r:fact"><fact name="{translate(substring(@name, 1, 1), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')}{translate(substring(@name, 2), '_', ' ')}">
        <xsl:choose>
          <xsl:when test="@name = 'command'"><code><xsl:value-of select="."/></code></xsl:when>
          <xsl:when test="@name = 'started' or @name = 'ended'"><xsl:value-of select="v:date(string(.))"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
        </xsl:choose></fact></xsl:for-each>
      <fact name="Entries"><xsl:call-template name="cites"/></fact>
    </facts>
  </xsl:for-each>
</xsl:template>

<xsl:template name="lines">
  <xsl:param name="title" select="@name"/>
  <xsl:param name="size"/>
  <xsl:variable name="one-day" select="substring(r:point[1]/@time, 1, 10) = substring(r:point[last()]/@time, 1, 10)"/>
  <!-- No more than a table of them can be read. -->
  <xsl:variable name="step" select="ceiling(count(r:point) div 40)"/>
  <plot type="lines" title="{$title}">
    <xsl:if test="$step &gt; 1"><xsl:attribute name="title"><xsl:value-of select="$title"/> (one in <xsl:value-of select="$step"/> of <xsl:value-of select="count(r:point)"/> points on record)</xsl:attribute></xsl:if>
    <xsl:if test="$size"><xsl:attribute name="size"><xsl:value-of select="$size"/></xsl:attribute><xsl:attribute name="table">no</xsl:attribute></xsl:if>
    <xsl:attribute name="desc"><xsl:choose><xsl:when test="@type = 'training'">Step by step, as the run itself said.</xsl:when><xsl:otherwise>In use, window by window, oldest first.</xsl:otherwise></xsl:choose></xsl:attribute>
    <xsl:for-each select="r:point[$step = 1 or position() mod $step = 1 or position() = last()]"><pt value="{@value}"><xsl:attribute name="label"><xsl:choose><xsl:when test="@x">step <xsl:value-of select="@x"/></xsl:when><xsl:when test="$one-day"><xsl:value-of select="substring(@time, 12, 8)"/></xsl:when><xsl:otherwise><xsl:value-of select="substring(@time, 1, 10)"/></xsl:otherwise></xsl:choose></xsl:attribute><xsl:copy-of select="@n"/></pt></xsl:for-each>
  </plot>
</xsl:template>

<xsl:template name="evaluation">
  <xsl:variable name="all" select="/r:report/r:series/r:series"/>
  <xsl:if test="not($all[@type = 'metrics'])"><p>No evaluation is on record.</p></xsl:if>
  <xsl:if test="$all[@type = 'metrics']">
    <table name="metrics" caption="What was measured">
      <col label="Metric"/><col label="Value" type="number"/><col label="Interval"/><col label="Threshold"/><col label="n" type="number"/><col label="On"/><col label="When"/><col label="Entries"/>
      <xsl:for-each select="$all[@type = 'metrics']/r:point">
        <xsl:variable name="id" select="concat('metric-', substring(../r:cite/@entry, 2), '-', @label)"/>
        <row><c><xsl:value-of select="@label"/></c><c><fig id="{$id}" value="{key('figure', $id)/@value}"><xsl:value-of select="key('figure', $id)/@value"/></fig></c>
          <c><xsl:if test="@low"><xsl:value-of select="@low"/> to <xsl:value-of select="@high"/></xsl:if></c>
          <c><xsl:if test="@min">at least <xsl:value-of select="@min"/></xsl:if><xsl:if test="@max"> at most <xsl:value-of select="@max"/></xsl:if></c>
          <c><xsl:value-of select="v:number(string(@n))"/></c><c><xsl:value-of select="../@of"/></c><c><xsl:value-of select="v:date(string(../@time))"/></c>
          <c><xsl:call-template name="cites"><xsl:with-param name="from" select="../r:cite"/></xsl:call-template></c></row>
      </xsl:for-each>
    </table>
  </xsl:if>
  <!-- Of several evaluations the newest is drawn; the table has them all. -->
  <xsl:variable name="newest" select="$all[@type = 'metrics'][last()]/r:cite/@entry"/>
  <xsl:variable name="slices" select="$all[@type = 'slices'][r:cite/@entry = $newest]"/>
  <xsl:if test="$slices">
    <p>Each metric by group (<xsl:value-of select="$slices[1]/@of"/>): a dot for each group, a bar for its interval where there is one, a dashed line for all of the data.</p>
    <xsl:for-each select="$slices">
      <plot type="dots" size="small" table="no" title="{@name} by group" desc="Each part of the data by itself; the dashed line is all of it. The table below has the numbers.">
        <xsl:copy-of select="@whole"/>
        <xsl:for-each select="r:point"><pt label="{@label}" value="{@value}"><xsl:copy-of select="@low | @high | @n"/></pt></xsl:for-each>
      </plot>
    </xsl:for-each>
    <table name="slices" caption="The same by group, as numbers">
      <col label="Metric"/><col label="Group"/><col label="Value" type="number"/><col label="Interval"/><col label="n" type="number"/><col label="All data" type="number"/><col label="Entries"/>
      <xsl:for-each select="$slices/r:point">
        <row><c><xsl:value-of select="../@name"/></c><c><xsl:value-of select="@label"/></c><c><xsl:value-of select="@value"/></c>
          <c><xsl:if test="@low"><xsl:value-of select="@low"/> to <xsl:value-of select="@high"/></xsl:if></c>
          <c><xsl:value-of select="v:number(string(@n))"/></c><c><xsl:value-of select="../@whole"/></c>
          <c><xsl:call-template name="cites"><xsl:with-param name="from" select="../r:cite"/></xsl:call-template></c></row>
      </xsl:for-each>
    </table>
  </xsl:if>
  <xsl:for-each select="$all[@type = 'calibration'][r:point][r:cite/@entry = $newest]">
    <plot type="reliability" title="Calibration ({@of})" desc="What was predicted against what happened, in bins; on the diagonal they agree.">
      <xsl:for-each select="r:point"><pt label="{@label}" x="{@x}" value="{@value}"><xsl:copy-of select="@n"/></pt></xsl:for-each>
    </plot>
  </xsl:for-each>
  <xsl:if test="$all[@type = 'robustness']">
    <table name="robustness" caption="With its inputs disturbed">
      <col label="What was done, and the metric"/><col label="Value" type="number"/><col label="Evaluation"/><col label="Entries"/>
      <xsl:for-each select="$all[@type = 'robustness']/r:point">
        <row><c><xsl:value-of select="@label"/></c><c><xsl:value-of select="@value"/></c><c><xsl:value-of select="../@of"/></c><c><xsl:call-template name="cites"><xsl:with-param name="from" select="../r:cite"/></xsl:call-template></c></row>
      </xsl:for-each>
    </table>
  </xsl:if>
</xsl:template>

<xsl:template name="measure-word"><xsl:choose>
  <xsl:when test="@of = 'latency_ms'">latency, ms: </xsl:when><xsl:when test="@of = 'drift'">drift: </xsl:when><xsl:when test="@of = 'feedback'">feedback: </xsl:when></xsl:choose><xsl:value-of select="@name"/></xsl:template>
<xsl:template name="operation">
  <xsl:variable name="all" select="/r:report/r:series/r:series[@type = 'observation']"/>
  <xsl:if test="not($all)"><p>Nothing has been observed in use.</p></xsl:if>
  <xsl:for-each select="$all[count(r:point) &gt; 1]"><xsl:call-template name="lines"><xsl:with-param name="size" select="'small'"/><xsl:with-param name="title"><xsl:call-template name="measure-word"/></xsl:with-param></xsl:call-template></xsl:for-each>
  <xsl:if test="$all">
    <table name="observations" caption="What was observed, window by window">
      <col label="Until"/><col label="Measure"/><col label="Value" type="number"/><col label="n" type="number"/><col label="Entries"/>
      <xsl:for-each select="$all/r:point">
        <row><c><xsl:value-of select="v:date(string(@time))"/></c><c><xsl:for-each select=".."><xsl:call-template name="measure-word"/></xsl:for-each></c><c><xsl:value-of select="@value"/></c><c><xsl:value-of select="v:number(string(@n))"/></c><c><xsl:call-template name="cites"/></c></row>
      </xsl:for-each>
    </table>
  </xsl:if>
  <xsl:choose>
    <xsl:when test="/r:report/r:approvals/r:incident">
      <table name="incidents" caption="Incidents">
        <col label="What"/><col label="Severity"/><col label="State"/><col label="Time"/><col label="Entries"/>
        <xsl:for-each select="/r:report/r:approvals/r:incident"><row><c><xsl:value-of select="@title"/></c><c><xsl:value-of select="@severity"/></c><c><xsl:value-of select="@status"/></c><c><xsl:value-of select="v:date(string(@time))"/></c><c><xsl:call-template name="cites"/></c></row></xsl:for-each>
      </table>
    </xsl:when>
    <xsl:otherwise><p>No incident is on record.</p></xsl:otherwise>
  </xsl:choose>
  <xsl:choose>
    <xsl:when test="/r:report/r:approvals/r:decision[@action = 'rollback' or @action = 'retire']"><p>It was rolled back or retired: <xsl:for-each select="/r:report/r:approvals/r:decision[@action = 'rollback' or @action = 'retire']"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="@action"/> on <xsl:value-of select="v:date(string(@time))"/><xsl:text> </xsl:text><xsl:call-template name="cites"/></xsl:for-each>.</p></xsl:when>
    <xsl:otherwise><p>No rollback is on record.</p></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
