<?xml version="1.0" encoding="UTF-8"?>
<!-- sarif.xsl: SARIF 2.1.0 (OASIS, errata 01): what fails, and what wants a look; with `all' also what passes. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" exclude-result-prefixes="r v">
<xsl:output method="text" encoding="UTF-8"/>
<xsl:param name="stamp"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="entry" match="r:entry" use="@id"/>
<xsl:key name="verdict-by-rule" match="r:verdict" use="@rule"/>
<xsl:template name="rule-id"><xsl:param name="rule"/><xsl:value-of select="v:json(concat($rule/../@name, '/', $rule/@name))"/></xsl:template>
<xsl:template match="/r:report">
  <xsl:variable name="figures" select="r:figures/r:figure"/>
  <xsl:text>{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"vouch","version":</xsl:text>
  <xsl:value-of select="v:json(substring-after(r:cover/r:generator/@program, ' '))"/>
  <xsl:text>,"rules":[</xsl:text>
  <xsl:for-each select="r:rules/r:policy/r:rule">
    <xsl:if test="position() &gt; 1">,</xsl:if>
    <xsl:text>{"id":</xsl:text><xsl:call-template name="rule-id"><xsl:with-param name="rule" select="."/></xsl:call-template>
    <xsl:text>,"name":</xsl:text><xsl:value-of select="v:json(string(@name))"/>
    <xsl:text>,"shortDescription":{"text":</xsl:text><xsl:value-of select="v:json(concat(r:because, substring('A policy that cannot be read.', 1 + 99 * boolean(r:because))))"/>
    <xsl:text>},"defaultConfiguration":{"level":"</xsl:text><xsl:choose><xsl:when test="@otherwise = 'deny'">error</xsl:when><xsl:otherwise>warning</xsl:otherwise></xsl:choose><xsl:text>"}</xsl:text>
    <xsl:if test="r:remedy"><xsl:text>,"help":{"text":</xsl:text><xsl:value-of select="v:json(string(r:remedy))"/><xsl:text>}</xsl:text></xsl:if>
    <xsl:if test="r:implements"><xsl:text>,"properties":{"tags":[</xsl:text><xsl:for-each select="r:implements"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:value-of select="v:json(string(.))"/></xsl:for-each><xsl:text>]}</xsl:text></xsl:if>
    <xsl:text>}</xsl:text>
  </xsl:for-each>
  <xsl:text>]}},"results":[</xsl:text>
  <xsl:for-each select="r:verdicts/r:verdict[/r:report/r:cover/r:order/@all = 'true' or (@result != 'pass' and @result != 'not applicable')]">
    <xsl:variable name="rule" select="key('rule', @rule)"/>
    <xsl:variable name="about"><xsl:choose><xsl:when test="@subject"><xsl:value-of select="key('subject', @subject)/@name"/></xsl:when><xsl:otherwise><xsl:value-of select="/r:report/r:cover/r:checkpoint/@origin"/></xsl:otherwise></xsl:choose></xsl:variable>
    <xsl:if test="position() &gt; 1">,</xsl:if>
    <xsl:text>{"ruleId":</xsl:text><xsl:call-template name="rule-id"><xsl:with-param name="rule" select="$rule"/></xsl:call-template>
    <xsl:text>,"ruleIndex":</xsl:text><xsl:value-of select="substring(@rule, 2) - 1"/>
    <xsl:choose>
      <xsl:when test="@result = 'waived'">,"kind":"fail","level":"note","suppressions":[{"kind":"external","status":"accepted","justification":"waived in the ledger"}]</xsl:when>
      <xsl:when test="@result = 'no evidence'">,"kind":"review","level":"none"</xsl:when>
      <xsl:when test="@result = 'pass'">,"kind":"pass","level":"none"</xsl:when>
      <xsl:when test="@result = 'not applicable'">,"kind":"notApplicable","level":"none"</xsl:when>
      <xsl:otherwise>,"kind":"fail","level":"<xsl:choose><xsl:when test="@denies = 'true'">error</xsl:when><xsl:otherwise>warning</xsl:otherwise></xsl:choose>"</xsl:otherwise>
    </xsl:choose>
    <xsl:text>,"message":{"text":</xsl:text><xsl:value-of select="v:json(concat(@result, ': ', r:message, substring($rule/r:because, 1 + 100000 * boolean(r:message))))"/>
    <xsl:text>},"locations":[{"logicalLocations":[{"name":</xsl:text><xsl:value-of select="v:json(string($about))"/>
    <xsl:text>,"fullyQualifiedName":</xsl:text><xsl:value-of select="v:json(concat(@environment, substring('/', 1, 1 * boolean(@environment)), $about))"/>
    <xsl:text>,"kind":"resource"}]}],"partialFingerprints":{"vouchRuleAndSubject/v1":"</xsl:text><xsl:value-of select="v:sha256(concat($rule/../@name, '/', $rule/@name, ' ', $about, ' ', @environment))"/>
    <xsl:text>"},"properties":{"result":</xsl:text><xsl:value-of select="v:json(string(@result))"/><xsl:text>,"entries":[</xsl:text>
    <xsl:for-each select=".//r:cite"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:text>{"seq":</xsl:text><xsl:value-of select="substring(@entry, 2)"/><xsl:text>,"leaf":"</xsl:text><xsl:value-of select="key('entry', @entry)/@leaf"/><xsl:text>"}</xsl:text></xsl:for-each>
    <xsl:text>]}}</xsl:text>
  </xsl:for-each>
  <xsl:text>],"columnKind":"unicodeCodePoints","properties":{"report":</xsl:text><xsl:value-of select="v:json($stamp)"/>
  <xsl:for-each select="$figures[starts-with(@id, 'checks-')]"><xsl:text>,</xsl:text><xsl:value-of select="v:json(string(@id))"/><xsl:text>:</xsl:text><xsl:value-of select="@value"/></xsl:for-each>
  <xsl:text>}}]}</xsl:text>
</xsl:template>
</xsl:stylesheet>
