<?xml version="1.0" encoding="UTF-8"?>
<!-- cyclonedx-json.xsl: the document that cyclonedx.xsl makes, in CycloneDX's JSON: what gathers others of a name in XML is a list there. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns:b="http://cyclonedx.org/schema/bom/1.6" xmlns:x="http://xmlsoft.org/XSLT/namespace" exclude-result-prefixes="r v b x">
<xsl:import href="cyclonedx.xsl"/>
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="/r:report">
  <xsl:variable name="tree"><xsl:call-template name="bom"/></xsl:variable>
  <xsl:for-each select="x:node-set($tree)/b:bom">
    <xsl:text>{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":</xsl:text>
    <xsl:value-of select="concat(v:json(string(@serialNumber)), ',&quot;version&quot;:', @version)"/>
    <xsl:for-each select="*"><xsl:value-of select="concat(',', v:json(local-name()), ':')"/><xsl:apply-templates select="." mode="value"/></xsl:for-each>
    <xsl:text>}</xsl:text>
  </xsl:for-each>
</xsl:template>

<!-- Lists: elements that gather, and those that may stand several times in a row. -->
<xsl:template match="b:hashes | b:licenses | b:externalReferences | b:properties | b:components | b:datasets | b:performanceMetrics | b:useCases | b:technicalLimitations | b:fairnessAssessments | b:stewards | b:formulation | b:workflows | b:tasks | b:taskTypes | b:steps | b:commands | b:inputs | b:outputs | b:parameters | b:assessors | b:attestations | b:claims | b:counterClaims | b:mitigationStrategies | b:declarations/b:evidence | b:signatories | b:standards | b:requirements | b:dependencies" mode="value">
  <xsl:text>[</xsl:text><xsl:for-each select="*"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each><xsl:text>]</xsl:text>
</xsl:template>
<xsl:template name="members">
  <xsl:for-each select="@* | *[not(local-name() = local-name(preceding-sibling::*[1]))]">
    <xsl:if test="position() &gt; 1">,</xsl:if>
    <xsl:variable name="own" select="local-name()"/>
    <xsl:choose>
      <xsl:when test="self::b:individual">"contact":</xsl:when>
      <xsl:otherwise><xsl:value-of select="concat(v:json($own), ':')"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="self::b:map or self::b:sensitiveData or self::b:data or self::b:evidence[not(parent::b:declarations)]">
        <xsl:text>[</xsl:text><xsl:for-each select=". | following-sibling::*[local-name() = $own]"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each><xsl:text>]</xsl:text>
      </xsl:when>
      <xsl:otherwise><xsl:apply-templates select="." mode="value"/></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>
<xsl:template match="@*" mode="value"><xsl:value-of select="v:json(string(.))"/></xsl:template>
<xsl:template match="*" mode="value"><xsl:text>{</xsl:text><xsl:call-template name="members"/><xsl:text>}</xsl:text></xsl:template>
<xsl:template match="*[not(@*)][not(*)]" mode="value"><xsl:value-of select="v:json(string(.))"/></xsl:template>
<xsl:template match="b:score" mode="value" priority="2"><xsl:value-of select="."/></xsl:template>
<xsl:template match="b:hash" mode="value"><xsl:value-of select="concat('{&quot;alg&quot;:', v:json(string(@alg)), ',&quot;content&quot;:', v:json(string(.)), '}')"/></xsl:template>
<xsl:template match="b:property" mode="value"><xsl:value-of select="concat('{&quot;name&quot;:', v:json(string(@name)), ',&quot;value&quot;:', v:json(string(.)), '}')"/></xsl:template>
<xsl:template match="b:license" mode="value"><xsl:text>{"license":{</xsl:text><xsl:call-template name="members"/><xsl:text>}}</xsl:text></xsl:template>
<xsl:template match="b:datasets/b:ref" mode="value" priority="2"><xsl:value-of select="concat('{&quot;ref&quot;:', v:json(string(.)), '}')"/></xsl:template>
<xsl:template match="b:dependency" mode="value">
  <xsl:value-of select="concat('{&quot;ref&quot;:', v:json(string(@ref)))"/>
  <xsl:if test="b:dependency"><xsl:text>,"dependsOn":[</xsl:text><xsl:for-each select="b:dependency"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:value-of select="v:json(string(@ref))"/></xsl:for-each><xsl:text>]</xsl:text></xsl:if>
  <xsl:text>}</xsl:text>
</xsl:template>
</xsl:stylesheet>
