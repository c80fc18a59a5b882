<?xml version="1.0" encoding="UTF-8"?>
<!-- oscal-json.xsl: the document that oscal.xsl makes, in OSCAL's JSON: what may repeat is a list with a name of its own, and markup is Markdown. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns:o="http://csrc.nist.gov/ns/oscal/1.0" xmlns:x="http://xmlsoft.org/XSLT/namespace" exclude-result-prefixes="r v o x">
<xsl:import href="oscal.xsl"/>
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="/r:report">
  <xsl:variable name="tree"><xsl:call-template name="oscal"/></xsl:variable>
  <xsl:for-each select="x:node-set($tree)/o:assessment-results"><xsl:text>{"assessment-results":</xsl:text><xsl:apply-templates select="." mode="value"/><xsl:text>}</xsl:text></xsl:for-each>
</xsl:template>

<!-- The name that children have as members of an object. -->
<xsl:template match="*" mode="name"><xsl:value-of select="local-name()"/></xsl:template>
<xsl:template match="o:prop | o:link | o:role | o:external-id | o:result | o:component | o:inventory-item | o:assessment-platform | o:uses-component | o:control-selection | o:include-control | o:exclude-control | o:attestation | o:part | o:observation | o:method | o:observation/o:type | o:origin | o:actor | o:subject | o:related-observation | o:risk | o:mitigating-factor | o:finding | o:resource | o:document-id | o:party-uuid" mode="name"><xsl:value-of select="concat(local-name(), 's')"/></xsl:template>
<xsl:template match="o:party | o:responsible-party | o:activity | o:entry" mode="name"><xsl:value-of select="concat(substring(local-name(), 1, string-length(local-name()) - 1), 'ies')"/></xsl:template>
<xsl:template match="o:associated-risk" mode="name">related-risks</xsl:template>
<xsl:template match="o:response" mode="name">remediations</xsl:template>
<xsl:template match="o:external-id/@scheme | @*" mode="name"><xsl:value-of select="local-name()"/></xsl:template>

<!-- Whether it is a list, though it may be there once. -->
<xsl:template name="is-list">
  <xsl:variable name="name"><xsl:apply-templates select="." mode="name"/></xsl:variable>
  <xsl:if test="$name != local-name() or self::o:relevant-evidence or self::o:objectives-and-methods or self::o:logged-by">yes</xsl:if>
</xsl:template>

<!-- Children of one name stand together: the first of them writes them all. -->
<xsl:template name="members">
  <xsl:for-each select="@* | *[not(self::o:p)][not(local-name() = local-name(preceding-sibling::*[not(self::o:p)][1]))]">
    <xsl:variable name="own" select="local-name()"/>
    <xsl:variable name="list"><xsl:call-template name="is-list"/></xsl:variable>
    <xsl:variable name="name"><xsl:apply-templates select="." mode="name"/></xsl:variable>
    <xsl:if test="position() &gt; 1">,</xsl:if>
    <xsl:value-of select="v:json(string($name))"/><xsl:text>:</xsl:text>
    <xsl:choose>
      <xsl:when test="string($list)">
        <xsl:text>[</xsl:text>
        <xsl:for-each select=". | following-sibling::*[local-name() = $own]"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each>
        <xsl:text>]</xsl:text>
      </xsl:when>
      <xsl:otherwise><xsl:apply-templates select="." mode="value"/></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>
<xsl:template name="prose"><xsl:text>"</xsl:text><xsl:for-each select="o:p"><xsl:if test="position() &gt; 1">\n\n</xsl:if><xsl:variable name="text" select="v:json(v:md(string(.)))"/><xsl:value-of select="substring($text, 2, string-length($text) - 2)"/></xsl:for-each><xsl:text>"</xsl:text></xsl:template>

<xsl:template match="@*" mode="value"><xsl:value-of select="v:json(string(.))"/></xsl:template>
<xsl:template match="*" mode="value"><xsl:text>{</xsl:text><xsl:call-template name="members"/><xsl:text>}</xsl:text></xsl:template>
<xsl:template match="*[not(@*)][not(*)]" mode="value"><xsl:value-of select="v:json(string(.))"/></xsl:template>
<xsl:template match="o:title | o:purpose" mode="value" priority="2"><xsl:value-of select="v:json(v:md(string(.)))"/></xsl:template>
<xsl:template match="o:description | o:remarks | o:statement" mode="value"><xsl:call-template name="prose"/></xsl:template>
<xsl:template match="o:external-id" mode="value"><xsl:value-of select="concat('{&quot;scheme&quot;:', v:json(string(@scheme)), ',&quot;id&quot;:', v:json(string(.)), '}')"/></xsl:template>
<xsl:template match="o:document-id" mode="value"><xsl:value-of select="concat('{&quot;scheme&quot;:', v:json(string(@scheme)), ',&quot;identifier&quot;:', v:json(string(.)), '}')"/></xsl:template>
<xsl:template match="o:part" mode="value"><xsl:text>{</xsl:text><xsl:call-template name="members"/><xsl:if test="o:p"><xsl:text>,"prose":</xsl:text><xsl:call-template name="prose"/></xsl:if><xsl:text>}</xsl:text></xsl:template>
</xsl:stylesheet>
