<?xml version="1.0" encoding="UTF-8"?>
<!-- prov.xsl: W3C PROV-XML: what the models came from, who signed it, what was decided. prov-json.xsl says the same in JSON. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1"
    xmlns:v="urn:vouchbook:functions" xmlns:prov="http://www.w3.org/ns/prov#" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:vouch="urn:vouchbook:prov" xmlns:l="urn:vouchbook:ledger:" exclude-result-prefixes="r v">
<xsl:output method="xml" encoding="UTF-8" indent="yes"/>
<xsl:param name="stamp"/>
<xsl:key name="subject" match="r:subject" use="@id"/>
<xsl:key name="signer" match="r:signer" use="@id"/>
<xsl:key name="entry" match="r:entry" use="@id"/>
<xsl:key name="node" match="r:node" use="@id"/>
<xsl:key name="artefact" match="r:node[@type = 'artefact']" use="@digest"/>
<xsl:key name="node-by-entry" match="r:node" use="r:cite/@entry"/>
<xsl:key name="node-by-label" match="r:node[@type != 'artefact' and @type != 'run']" use="@label"/>
<xsl:key name="entity-by-entry" match="r:entity" use="r:cite/@entry"/>
<xsl:key name="metrics-by-entry" match="r:series/r:series[@type = 'metrics']" use="r:cite[1]/@entry"/>
<xsl:template match="/r:report"><xsl:call-template name="prov"/></xsl:template>

<!-- The local part of what something is called: by content where it has one, so that reports of one ledger agree. -->
<xsl:template match="*" mode="id"><xsl:value-of select="v:name(concat(local-name(), '-', count(preceding-sibling::*) + 1))"/></xsl:template>
<xsl:template match="*[r:cite]" mode="id"><xsl:value-of select="v:name(concat(local-name(), '-', key('entry', r:cite[1]/@entry)/@leaf, substring(r:cite[1]/@entry, 1, 99 * not(key('entry', r:cite[1]/@entry)))))"/></xsl:template>
<xsl:template match="r:node" mode="id"><xsl:value-of select="v:name(concat('node-', @id))"/></xsl:template>
<xsl:template match="r:node[@type = 'artefact']" mode="id"><xsl:value-of select="v:name(concat('artefact-', @digest, substring(concat('-', @id), 1, 99 * (count(key('artefact', @digest)) &gt; 1))))"/></xsl:template>
<xsl:template match="r:node[r:cite]" mode="id"><xsl:value-of select="v:name(concat('entry-', key('entry', r:cite[1]/@entry)/@leaf, substring(r:cite[1]/@entry, 1, 99 * not(key('entry', r:cite[1]/@entry)))))"/></xsl:template>
<xsl:template match="r:entity[r:cite]" mode="id"><xsl:value-of select="v:name(concat('entry-', key('entry', r:cite[1]/@entry)/@leaf, substring(r:cite[1]/@entry, 1, 99 * not(key('entry', r:cite[1]/@entry)))))"/></xsl:template>
<xsl:template match="r:series[r:cite]" mode="id"><xsl:value-of select="v:name(concat('evaluation-', key('entry', r:cite[1]/@entry)/@leaf, substring(r:cite[1]/@entry, 1, 99 * not(key('entry', r:cite[1]/@entry)))))"/></xsl:template>
<xsl:template match="r:subject" mode="id" priority="2"><xsl:value-of select="v:name(concat('subject-', v:sha256(concat(@digest, ' ', @name))))"/></xsl:template>
<xsl:template match="r:signer" mode="id" priority="2"><xsl:value-of select="v:name(concat('signer-', @id, '-', v:sha256(concat(@key, ' ', @name))))"/></xsl:template>
<xsl:template match="*" mode="ref"><xsl:attribute name="prov:ref">l:<xsl:apply-templates select="." mode="id"/></xsl:attribute></xsl:template>
<xsl:template match="*" mode="named"><xsl:attribute name="prov:id">l:<xsl:apply-templates select="." mode="id"/></xsl:attribute></xsl:template>
<xsl:template match="@*|*" mode="said"><xsl:if test="string(.)"><xsl:element name="vouch:{local-name()}" namespace="urn:vouchbook:prov"><xsl:value-of select="."/></xsl:element></xsl:if></xsl:template>
<xsl:template match="r:fact" mode="said"><vouch:fact><xsl:value-of select="concat(@name, ': ', .)"/></vouch:fact></xsl:template>
<xsl:template match="r:point" mode="said"><vouch:metric><xsl:value-of select="concat(@label, ' ', @value)"/></vouch:metric></xsl:template>
<xsl:template name="type"><xsl:param name="is"/><prov:type xsi:type="xsd:QName">vouch:<xsl:value-of select="v:name($is)"/></prov:type></xsl:template>
<!-- Who signed the entry that something cites first. -->
<xsl:template name="signed"><xsl:param name="activity" select="false()"/>
  <xsl:variable name="thing" select="."/>
  <xsl:for-each select="key('signer', key('entry', r:cite[1]/@entry)/@signer)">
    <xsl:choose>
      <xsl:when test="$activity"><prov:wasAssociatedWith><prov:activity><xsl:apply-templates select="$thing" mode="ref"/></prov:activity><prov:agent><xsl:apply-templates select="." mode="ref"/></prov:agent></prov:wasAssociatedWith></xsl:when>
      <xsl:otherwise><prov:wasAttributedTo><prov:entity><xsl:apply-templates select="$thing" mode="ref"/></prov:entity><prov:agent><xsl:apply-templates select="." mode="ref"/></prov:agent></prov:wasAttributedTo></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<xsl:template name="prov">
  <xsl:variable name="cover" select="r:cover"/>
  <xsl:variable name="report" select="concat('l:report-', v:sha256($stamp))"/>
  <xsl:variable name="checkpoint" select="concat('l:checkpoint-', v:name($cover/r:checkpoint/@root))"/>
  <xsl:variable name="nodes" select="r:graph/r:node"/>
  <xsl:variable name="others" select="r:entities/r:entity[not(key('node-by-entry', r:cite/@entry))]"/>
  <xsl:variable name="tests" select="r:series/r:series[@type = 'metrics'][r:cite][not(key('node-by-entry', r:cite/@entry))][count(. | key('metrics-by-entry', r:cite[1]/@entry)[1]) = 1]"/>
  <xsl:variable name="acts" select="r:approvals/r:decision | r:waivers/r:waiver"/>
  <prov:document>
    <prov:entity prov:id="{$report}">
      <prov:label><xsl:value-of select="concat($cover/r:title, ': ', $cover/r:scope/@name)"/></prov:label>
      <xsl:call-template name="type"><xsl:with-param name="is" select="'Report'"/></xsl:call-template>
      <vouch:stamp><xsl:value-of select="$stamp"/></vouch:stamp>
      <xsl:apply-templates select="@kind | $cover/r:checkpoint/@*" mode="said"/>
      <xsl:for-each select="r:figures/r:figure[@id = 'checks-pass' or @id = 'checks-fail' or @id = 'checks-waived' or @id = 'checks-no-evidence']"><xsl:element name="vouch:{@id}" namespace="urn:vouchbook:prov"><xsl:value-of select="@value"/></xsl:element></xsl:for-each>
    </prov:entity>
    <prov:entity prov:id="{$checkpoint}">
      <prov:label><xsl:value-of select="concat('checkpoint of ', $cover/r:checkpoint/@origin)"/></prov:label>
      <xsl:call-template name="type"><xsl:with-param name="is" select="'Checkpoint'"/></xsl:call-template>
      <xsl:apply-templates select="$cover/r:checkpoint/@*" mode="said"/>
    </prov:entity>
    <xsl:for-each select="r:subjects/r:subject">
      <prov:entity><xsl:apply-templates select="." mode="named"/>
        <prov:label><xsl:value-of select="@name"/></prov:label>
        <xsl:call-template name="type"><xsl:with-param name="is" select="'Subject'"/></xsl:call-template>
        <xsl:apply-templates select="@*[local-name() != 'id' and local-name() != 'name']" mode="said"/>
        <xsl:apply-templates select="r:intended-use" mode="said"/><xsl:apply-templates select="r:description" mode="said"/><xsl:apply-templates select="r:limitation" mode="said"/>
      </prov:entity>
    </xsl:for-each>
    <xsl:for-each select="$nodes[@type != 'run']">
      <prov:entity><xsl:apply-templates select="." mode="named"/><xsl:call-template name="node"/></prov:entity>
    </xsl:for-each>
    <xsl:for-each select="$others[@type != 'run']">
      <prov:entity><xsl:apply-templates select="." mode="named"/><xsl:call-template name="other"/></prov:entity>
    </xsl:for-each>
    <xsl:for-each select="$tests">
      <prov:entity><xsl:apply-templates select="." mode="named"/>
        <prov:label><xsl:value-of select="@name"/></prov:label>
        <xsl:call-template name="type"><xsl:with-param name="is" select="'evaluation'"/></xsl:call-template>
        <xsl:apply-templates select="@of | @time" mode="said"/><xsl:apply-templates select="r:point[@value]" mode="said"/>
      </prov:entity>
    </xsl:for-each>
    <xsl:for-each select="$nodes[@type = 'run']">
      <prov:activity><xsl:apply-templates select="." mode="named"/><xsl:call-template name="node"/></prov:activity>
    </xsl:for-each>
    <xsl:for-each select="$others[@type = 'run']">
      <prov:activity><xsl:apply-templates select="." mode="named"/><xsl:call-template name="other"/></prov:activity>
    </xsl:for-each>
    <xsl:for-each select="$acts">
      <xsl:variable name="what" select="concat(@type, substring('waiver', 1 + 99 * boolean(@type)))"/>
      <prov:activity><xsl:apply-templates select="." mode="named"/>
        <prov:startTime><xsl:value-of select="concat(@time, @from)"/></prov:startTime>
        <xsl:if test="@time"><prov:endTime><xsl:value-of select="@time"/></prov:endTime></xsl:if>
        <prov:label><xsl:value-of select="concat($what, ' of ', key('subject', @subject)/@name)"/></prov:label>
        <xsl:call-template name="type"><xsl:with-param name="is" select="$what"/></xsl:call-template>
        <xsl:apply-templates select="@rule" mode="said"/><xsl:apply-templates select="@environment" mode="said"/><xsl:apply-templates select="@action" mode="said"/><xsl:apply-templates select="@outcome" mode="said"/>
        <xsl:apply-templates select="@status" mode="said"/><xsl:apply-templates select="@until" mode="said"/><xsl:apply-templates select="@separate" mode="said"/><xsl:apply-templates select="@emergency" mode="said"/>
        <xsl:apply-templates select="r:because" mode="said"/><xsl:apply-templates select="r:compensating" mode="said"/><xsl:apply-templates select="r:condition" mode="said"/>
      </prov:activity>
    </xsl:for-each>
    <prov:agent prov:id="l:program">
      <prov:label><xsl:value-of select="$cover/r:generator/@program"/></prov:label>
      <prov:type xsi:type="xsd:QName">prov:SoftwareAgent</prov:type>
    </prov:agent>
    <xsl:for-each select="r:signers/r:signer">
      <prov:agent><xsl:apply-templates select="." mode="named"/>
        <prov:label><xsl:value-of select="@name"/></prov:label>
        <xsl:call-template name="type"><xsl:with-param name="is" select="'Signer'"/></xsl:call-template>
        <xsl:apply-templates select="@key" mode="said"/><xsl:apply-templates select="@roles" mode="said"/><xsl:apply-templates select="@ended" mode="said"/><xsl:apply-templates select="@subject" mode="said"/><xsl:apply-templates select="@issuer" mode="said"/><xsl:apply-templates select="@certified" mode="said"/><xsl:apply-templates select="@certificate" mode="said"/>
      </prov:agent>
    </xsl:for-each>
    <prov:wasDerivedFrom><prov:generatedEntity prov:ref="{$report}"/><prov:usedEntity prov:ref="{$checkpoint}"/></prov:wasDerivedFrom>
    <prov:wasAttributedTo><prov:entity prov:ref="{$report}"/><prov:agent prov:ref="l:program"/></prov:wasAttributedTo>
    <xsl:apply-templates select="r:graph/r:edge[key('node', @from) and key('node', @to)]" mode="prov"/>
    <!-- A subject of the report and the bytes of that digest in the graph. -->
    <xsl:for-each select="r:subjects/r:subject">
      <xsl:variable name="subject" select="."/>
      <xsl:for-each select="key('artefact', substring(@digest, 1, 12))[1]">
        <prov:specializationOf><prov:specificEntity><xsl:apply-templates select="$subject" mode="ref"/></prov:specificEntity><prov:generalEntity><xsl:apply-templates select="." mode="ref"/></prov:generalEntity></prov:specializationOf>
      </xsl:for-each>
      <xsl:call-template name="signed"/>
    </xsl:for-each>
    <xsl:for-each select="$nodes[@type != 'run'] | $others[@type != 'run'] | $tests"><xsl:call-template name="signed"/></xsl:for-each>
    <xsl:for-each select="$nodes[@type = 'run'] | $others[@type = 'run']"><xsl:call-template name="signed"><xsl:with-param name="activity" select="true()"/></xsl:call-template></xsl:for-each>
    <!-- An evaluation comes of the model in scope, and of the data set where the graph has it. -->
    <xsl:for-each select="$tests">
      <xsl:variable name="test" select="."/>
      <xsl:for-each select="key('subject', $cover/r:scope/@subject)[1] | key('node-by-label', @of)[1]">
        <prov:wasDerivedFrom><prov:generatedEntity><xsl:apply-templates select="$test" mode="ref"/></prov:generatedEntity><prov:usedEntity><xsl:apply-templates select="." mode="ref"/></prov:usedEntity></prov:wasDerivedFrom>
      </xsl:for-each>
    </xsl:for-each>
    <xsl:for-each select="$acts">
      <xsl:variable name="act" select="."/>
      <xsl:for-each select="key('subject', @subject)">
        <prov:used><prov:activity><xsl:apply-templates select="$act" mode="ref"/></prov:activity><prov:entity><xsl:apply-templates select="." mode="ref"/></prov:entity></prov:used>
      </xsl:for-each>
      <xsl:for-each select="key('signer', @signer)">
        <prov:wasAssociatedWith><prov:activity><xsl:apply-templates select="$act" mode="ref"/></prov:activity><prov:agent><xsl:apply-templates select="." mode="ref"/></prov:agent></prov:wasAssociatedWith>
      </xsl:for-each>
    </xsl:for-each>
  </prov:document>
</xsl:template>
<xsl:template name="node">
  <prov:label><xsl:value-of select="@label"/></prov:label>
  <xsl:call-template name="type"><xsl:with-param name="is" select="@type"/></xsl:call-template>
  <xsl:apply-templates select="@digest" mode="said"/>
  <xsl:for-each select="key('entry', r:cite[1]/@entry)"><vouch:entry><xsl:value-of select="@seq"/></vouch:entry><vouch:recorded><xsl:value-of select="@time"/></vouch:recorded></xsl:for-each>
  <xsl:apply-templates select="key('entity-by-entry', r:cite[1]/@entry)[1]/r:fact" mode="said"/>
</xsl:template>
<xsl:template name="other">
  <prov:label><xsl:value-of select="@name"/></prov:label>
  <xsl:call-template name="type"><xsl:with-param name="is" select="@type"/></xsl:call-template>
  <xsl:apply-templates select="@digest" mode="said"/><xsl:apply-templates select="r:fact" mode="said"/>
</xsl:template>

<!-- An edge leads from what was there first. An entry about an artefact is that artefact, with more said of it. -->
<xsl:template match="r:edge" mode="prov">
  <xsl:variable name="from" select="key('node', @from)[1]"/>
  <xsl:variable name="to" select="key('node', @to)[1]"/>
  <xsl:variable name="role"><prov:role><xsl:value-of select="@role"/></prov:role></xsl:variable>
  <xsl:choose>
    <xsl:when test="$from/@type = 'run' and $to/@type = 'run'"><prov:wasInformedBy><prov:informed><xsl:apply-templates select="$to" mode="ref"/></prov:informed><prov:informant><xsl:apply-templates select="$from" mode="ref"/></prov:informant></prov:wasInformedBy></xsl:when>
    <xsl:when test="$from/@type = 'run'"><prov:wasGeneratedBy><prov:entity><xsl:apply-templates select="$to" mode="ref"/></prov:entity><prov:activity><xsl:apply-templates select="$from" mode="ref"/></prov:activity><xsl:copy-of select="$role"/></prov:wasGeneratedBy></xsl:when>
    <xsl:when test="$to/@type = 'run'"><prov:used><prov:activity><xsl:apply-templates select="$to" mode="ref"/></prov:activity><prov:entity><xsl:apply-templates select="$from" mode="ref"/></prov:entity><xsl:copy-of select="$role"/></prov:used></xsl:when>
    <xsl:when test="@role = 'subject' and $to/@type = 'artefact'"><prov:specializationOf><prov:specificEntity><xsl:apply-templates select="$from" mode="ref"/></prov:specificEntity><prov:generalEntity><xsl:apply-templates select="$to" mode="ref"/></prov:generalEntity></prov:specializationOf></xsl:when>
    <xsl:otherwise><prov:wasDerivedFrom><prov:generatedEntity><xsl:apply-templates select="$to" mode="ref"/></prov:generatedEntity><prov:usedEntity><xsl:apply-templates select="$from" mode="ref"/></prov:usedEntity><vouch:role><xsl:value-of select="@role"/></vouch:role></prov:wasDerivedFrom></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
