<?xml version="1.0" encoding="UTF-8"?>
<!-- junit.xsl: one testsuite, in the shape that the schemas of Jenkins, its xUnit plug-in and Surefire all accept.
     What lacks evidence is an error: a build must not pass for want of proof. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1" exclude-result-prefixes="r">
<xsl:output method="xml" encoding="UTF-8" indent="yes"/>
<xsl:param name="stamp"/>
<xsl:key name="rule" match="r:policy/r:rule" use="@id"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:template match="/r:report">
  <xsl:variable name="all" select="r:verdicts/r:verdict"/>
  <testsuite name="vouch report {@kind}: {r:cover/r:scope/@name}" tests="{count($all)}" failures="{count($all[@result = 'fail'])}"
      errors="{count($all[@result = 'no evidence' or @result = 'error'])}" skipped="{count($all[@result = 'waived' or @result = 'not applicable'])}" time="0">
    <properties>
      <property name="report" value="{$stamp}"/>
      <xsl:for-each select="r:figures/r:figure[starts-with(@id, 'checks-')]"><property name="{@id}" value="{@value}"/></xsl:for-each>
    </properties>
    <xsl:for-each select="$all">
      <xsl:variable name="rule" select="key('rule', @rule)"/>
      <xsl:variable name="about"><xsl:choose><xsl:when test="@subject"><xsl:value-of select="key('subject', @subject)/@name"/></xsl:when><xsl:otherwise>the ledger</xsl:otherwise></xsl:choose><xsl:if test="@environment"> in <xsl:value-of select="@environment"/></xsl:if></xsl:variable>
      <testcase classname="{$rule/../@name}" name="{$rule/@name}: {$about}" time="0">
        <xsl:choose>
          <xsl:when test="@result = 'fail'"><failure type="fail" message="{r:message}"><xsl:call-template name="why"/></failure></xsl:when>
          <xsl:when test="@result = 'no evidence' or @result = 'error'"><error type="{@result}" message="{r:message}"><xsl:call-template name="why"/></error></xsl:when>
          <xsl:when test="@result != 'pass'"><skipped/></xsl:when>
        </xsl:choose>
        <xsl:if test="@result = 'waived' or @result = 'not applicable'"><system-out><xsl:value-of select="@result"/></system-out></xsl:if>
      </testcase>
    </xsl:for-each>
  </testsuite>
</xsl:template>
<xsl:template name="why"><xsl:for-each select="r:value"><xsl:value-of select="concat(@expression, ' = ', ., '&#10;')"/></xsl:for-each><xsl:if test="key('rule', @rule)/r:remedy">try: <xsl:value-of select="key('rule', @rule)/r:remedy"/></xsl:if></xsl:template>
</xsl:stylesheet>
