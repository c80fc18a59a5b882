<?xml version="1.0" encoding="UTF-8"?>
<!-- prov-json.xsl: the document that prov.xsl makes, as PROV-JSON. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns:prov="http://www.w3.org/ns/prov#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:x="http://xmlsoft.org/XSLT/namespace" exclude-result-prefixes="r v prov xsi x">
<xsl:import href="prov.xsl"/>
<xsl:output method="text" encoding="UTF-8"/>
<xsl:template match="/r:report">
  <xsl:variable name="tree"><xsl:call-template name="prov"/></xsl:variable>
  <xsl:text>{"prefix":{"xsd":"http://www.w3.org/2001/XMLSchema#","vouch":"urn:vouchbook:prov","l":"urn:vouchbook:ledger:"}</xsl:text>
  <xsl:for-each select="x:node-set($tree)/prov:document">
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:entity"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:activity"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:agent"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:used"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:wasGeneratedBy"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:wasInformedBy"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:wasDerivedFrom"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:wasAttributedTo"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:wasAssociatedWith"/></xsl:call-template>
    <xsl:call-template name="group"><xsl:with-param name="all" select="prov:specializationOf"/></xsl:call-template>
  </xsl:for-each>
  <xsl:text>}</xsl:text>
</xsl:template>
<xsl:template name="group"><xsl:param name="all"/>
  <xsl:if test="$all">
    <xsl:text>,</xsl:text><xsl:value-of select="v:json(local-name($all[1]))"/><xsl:text>:{</xsl:text>
    <xsl:for-each select="$all">
      <xsl:if test="position() &gt; 1">,</xsl:if>
      <xsl:choose><xsl:when test="@prov:id"><xsl:value-of select="v:json(string(@prov:id))"/></xsl:when><xsl:otherwise><xsl:value-of select="v:json(concat('_:', local-name(), position()))"/></xsl:otherwise></xsl:choose>
      <xsl:text>:{</xsl:text><xsl:apply-templates select="*" mode="member"/><xsl:text>}</xsl:text>
    </xsl:for-each>
    <xsl:text>}</xsl:text>
  </xsl:if>
</xsl:template>
<!-- Children of one name stand together: the first of them writes them all. -->
<xsl:template match="*" mode="member">
  <xsl:variable name="name" select="name()"/>
  <xsl:if test="not(preceding-sibling::*[1][name() = $name])">
    <xsl:variable name="same" select=". | following-sibling::*[name() = $name]"/>
    <xsl:if test="preceding-sibling::*">,</xsl:if>
    <xsl:value-of select="v:json($name)"/><xsl:text>:</xsl:text>
    <xsl:if test="count($same) &gt; 1">[</xsl:if>
    <xsl:for-each select="$same"><xsl:if test="position() &gt; 1">,</xsl:if><xsl:apply-templates select="." mode="value"/></xsl:for-each>
    <xsl:if test="count($same) &gt; 1">]</xsl:if>
  </xsl:if>
</xsl:template>
<!-- Asked here and not in patterns, which libxslt would ask of all siblings. -->
<xsl:template match="*" mode="value">
  <xsl:choose>
    <xsl:when test="@prov:ref"><xsl:value-of select="v:json(string(@prov:ref))"/></xsl:when>
    <xsl:when test="@xsi:type"><xsl:text>{"$":</xsl:text><xsl:value-of select="v:json(string(.))"/><xsl:text>,"type":</xsl:text><xsl:value-of select="v:json(string(@xsi:type))"/><xsl:text>}</xsl:text></xsl:when>
    <xsl:otherwise><xsl:value-of select="v:json(string(.))"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
