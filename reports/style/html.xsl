<?xml version="1.0" encoding="UTF-8"?>
<!-- html.xsl: a page as one HTML file without script, for a screen, a narrow one and paper. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:vouchbook:page:v1"
    xmlns:v="urn:vouchbook:functions" exclude-result-prefixes="p v">
<xsl:import href="plots.xsl"/>
<xsl:import href="brand.xsl"/>
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:param name="stamp"/>

<xsl:template match="/p:page">
<html lang="en">
<head>
<xsl:if test="$stamp != ''"><meta name="vouchbook-report" content="{$stamp}"/></xsl:if>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="generator" content="{@program}"/>
<meta name="dcterms.created" content="{@time}"/>
<meta name="dcterms.modified" content="{@time}"/>
<title><xsl:value-of select="@title"/>: <xsl:value-of select="@about"/></title>
<style>
*{box-sizing:border-box}
html{font:16px/1.5 "Source Sans 3","Segoe UI",system-ui,-apple-system,"DejaVu Sans",sans-serif;color:#1b2227;background:#fff}
body{margin:0 auto;max-width:68rem;padding:1rem 1.25rem 4rem}
header{display:flex;gap:.75rem;align-items:center;border-bottom:3px solid <xsl:value-of select="$brand-colour"/>;padding:.5rem 0 .75rem;flex-wrap:wrap}
header .who{font-weight:600;color:<xsl:value-of select="$brand-colour"/>}
header svg,header .who{margin-right:.5rem}header .when{margin-left:auto;text-align:right;color:#55616a;font-size:.875rem}
h1{font-size:1.75rem;line-height:1.2;margin:1.25rem 0 .25rem;overflow-wrap:anywhere}
.sub{color:#55616a;margin:0 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid #c9d1d6;padding-bottom:.25rem;color:<xsl:value-of select="$brand-colour"/>}
h3{font-size:1.02rem;margin:1.25rem 0 .4rem;overflow-wrap:anywhere}
p,li,dd,dt{overflow-wrap:anywhere}td{overflow-wrap:break-word}
nav ul{columns:3 14rem;padding-left:1.1rem;margin:.5rem 0;font-size:.9375rem}nav a{display:inline-block;min-width:1.5rem;padding:.1rem 0}
a{color:#0b5a8a}
code{font:.8125rem/1.4 "DejaVu Sans Mono",Consolas,monospace;overflow-wrap:anywhere}
.line{font-size:1.15rem;border-left:6px solid;padding:.5rem .75rem;background:#f3f6f8;margin:.75rem 0}
.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;width:100%;font-size:.875rem}
table.narrow{width:auto;min-width:22rem}caption{text-align:left;font-weight:600;padding:.25rem 0;color:#55616a}
th,td{border-bottom:1px solid #c9d1d6;padding:.35rem .5rem;text-align:left;vertical-align:top;min-width:4.5rem}
thead th{background:#f3f6f8;vertical-align:bottom}th.wide,td.wide{min-width:15rem}th.mid,td.mid{min-width:9rem}td.date{white-space:nowrap}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
.st{display:inline-block;white-space:nowrap;font-weight:600;font-size:.8125rem;border:1px solid;border-radius:.25rem;padding:0 .35rem;background:#fff}
.st svg{width:.8em;height:.8em;margin-right:.3em;vertical-align:-.05em}
.pass{color:#1b6b3a;border-color:#1b6b3a}.fail{color:#a11a1a;border-color:#a11a1a}.waived{color:#7a5200;border-color:#7a5200}
.none{color:#4b4f8f;border-color:#4b4f8f}.error{color:#8a1467;border-color:#8a1467}.na{color:#55616a;border-color:#55616a}
.tiles{margin:0 -.3rem;padding:0;list-style:none;font-size:0}
.tiles li{display:inline-block;vertical-align:top;width:48%;margin:.3rem 1%;border:1px solid #c9d1d6;border-left:5px solid;padding:.4rem .6rem;background:#fff;font-size:1rem;min-height:6.2rem}
.tiles .v{font-size:1.25rem;font-weight:600;color:#1b2227;margin-right:.5rem}
.pair{display:table;table-layout:fixed;width:100%}.pair>section{display:table-cell;width:50%;vertical-align:top}.pair>section:first-child{padding-right:1.25rem}.pair>section:last-child{padding-left:1.25rem}
.pair ul,.pair p{font-size:.9375rem}.pair ul{padding-left:1.1rem}.pair ul.tiles{padding:0}
figure.small{display:inline-block;width:49%;vertical-align:top;margin:.5rem 0}
.tiles .l,.tiles .n{color:#1b2227;display:block;font-size:.875rem}.tiles .n{color:#55616a}
.finding{border:1px solid #c9d1d6;border-left:6px solid;padding:.5rem .9rem;margin:.75rem 0;break-inside:avoid}
.finding h3{margin:.25rem 0;color:#1b2227}.finding dl,.finding p{color:#1b2227}
dl{margin:.5rem 0;font-size:.9375rem}dl>div{display:table;width:100%;table-layout:fixed}
dt{display:table-cell;color:#55616a;width:12rem;padding:.05rem .75rem .05rem 0}dd{display:table-cell;margin:0;padding:.05rem 0}.finding dt{width:9rem}
figure{margin:1rem 0;break-inside:avoid-page}figcaption{font-weight:600}figure svg{background:#fff}
.gr{overflow-x:auto}
footer{margin-top:3rem;border-top:1px solid #c9d1d6;padding-top:.5rem;color:#55616a;font-size:.8125rem}
@media(max-width:40rem){.pair,.pair>section{display:block;width:auto}.pair>section:first-child,.pair>section:last-child{padding:0}.tiles li{width:98%;min-height:0}figure.small{width:100%}body{padding:.5rem .75rem 3rem}dl>div,dt,dd{display:block;width:auto}.finding dt{width:auto}dt{margin-top:.4rem}nav ul{columns:1}header .when{margin-left:0;width:100%;text-align:left}}
@page{size:A4<xsl:if test="@kind = 'compliance'"> landscape</xsl:if>;margin:<xsl:choose><xsl:when test="@kind = 'posture'">10mm 12mm</xsl:when><xsl:otherwise>16mm 14mm</xsl:otherwise></xsl:choose>;@bottom-right{content:counter(page) " / " counter(pages);font-size:8pt}}
@media print{html{font-size:10pt}body{max-width:none;padding:0}.scroll,.gr{overflow:visible}figure svg{max-width:100%;height:auto}td{overflow-wrap:anywhere}table{font-size:8pt}thead{display:table-header-group}tr{break-inside:avoid}h2,h3{break-after:avoid}a{color:inherit;text-decoration:none}nav{display:none}th,td{min-width:0;padding:.2rem .3rem}th.wide,td.wide{min-width:0;width:32%}th.mid,td.mid{min-width:0;width:16%}.posture td.wide,.posture th.wide{width:60%}tbody tr:first-child{break-before:avoid}code{font-size:7pt}
.annex-first{break-before:page}}
@media print{.posture{font-size:8.5pt;line-height:1.35}.posture header{padding:0 0 .3rem}.posture h1{font-size:15pt;margin:.4rem 0 0}.posture .sub{margin:0 0 .3rem}.posture h2{font-size:11pt;margin:.7rem 0 .25rem;padding-bottom:.1rem}.posture .line{font-size:11pt;margin:.3rem 0;padding:.25rem .5rem}.posture p,.posture ul{margin:.25rem 0}.posture figure{margin:.2rem 0}.posture .tiles li{padding:.2rem .45rem;min-height:3.4rem}.posture .tiles .v{font-size:11pt}.posture .tiles .l,.posture .tiles .n{font-size:7.5pt}.posture .pair ul,.posture .pair p{font-size:8pt}.posture table{font-size:8pt}.posture .scroll{margin:.25rem 0}}
</style><xsl:if test="@kind = 'sample'"><style>
.blank{width:100%;max-width:28rem;border:0;border-bottom:1px solid #55616a;background:transparent;font:inherit;color:inherit;padding:.15rem .1rem;min-height:1.75rem}
@media print{dl{break-inside:avoid}.blank{max-width:none}}
</style></xsl:if>
</head>
<body class="{@kind}">
<header><xsl:call-template name="brand-logo"/><span class="who"><xsl:value-of select="$brand-name"/></span>
<span class="when"><xsl:value-of select="@origin"/>, checkpoint of <xsl:value-of select="v:number(string(@size))"/> entries, <xsl:value-of select="v:date(string(@time))"/></span></header>
<main>
<h1><xsl:value-of select="@title"/>: <xsl:value-of select="@about"/></h1>
<p class="sub">Written <xsl:value-of select="@reader"/>. State of <xsl:value-of select="v:date(string(@time))"/>.</p>
<xsl:if test="not(p:section/@half)"><nav aria-label="Contents"><ul><xsl:for-each select="p:section"><li><a href="#{@id}"><xsl:value-of select="@title"/></a></li></xsl:for-each></ul></nav></xsl:if>
<xsl:apply-templates select="p:section[not(@half = 'right')]"/>
</main>
<footer><p>Made by <xsl:value-of select="@program"/> from the checkpoint with root <code><xsl:value-of select="@root"/></code>. <xsl:choose><xsl:when test="@kind = 'sample'">The same ledger, population and seed give</xsl:when><xsl:otherwise>The same checkpoint gives</xsl:otherwise></xsl:choose> the same bytes.</p></footer>
</body>
</html>
</xsl:template>

<xsl:template match="p:section"><xsl:call-template name="section"/></xsl:template>
<!-- Two side by side, where there is room. -->
<xsl:template match="p:section[@half = 'left']"><div class="pair"><xsl:call-template name="section"/><xsl:for-each select="following-sibling::p:section[1][@half = 'right']"><xsl:call-template name="section"/></xsl:for-each></div></xsl:template>
<xsl:template name="section"><section aria-labelledby="{@id}"><xsl:if test="@annex and not(preceding-sibling::p:section/@annex)"><xsl:attribute name="class">annex-first</xsl:attribute></xsl:if><h2 id="{@id}"><xsl:value-of select="@title"/></h2><xsl:apply-templates/></section></xsl:template>
<xsl:template match="p:p"><p><xsl:apply-templates/></p></xsl:template>
<xsl:template match="p:list"><ul><xsl:apply-templates/></ul></xsl:template>
<xsl:template match="p:item"><li><xsl:apply-templates/></li></xsl:template>
<xsl:template match="p:b"><strong><xsl:apply-templates/></strong></xsl:template>
<xsl:template match="p:br"><br/></xsl:template>
<xsl:template match="p:code"><code><xsl:apply-templates/></code></xsl:template>
<xsl:template match="p:link"><a href="#{@to}"><xsl:apply-templates/></a></xsl:template>
<xsl:template match="p:cite"><xsl:if test="preceding-sibling::*[1][self::p:cite]">, </xsl:if><a href="#e{@e}" title="entry {@e}">#<xsl:value-of select="@e"/></a></xsl:template>
<xsl:template match="p:fig"><data data-figure="{@id}" value="{@value}"><xsl:apply-templates/></data></xsl:template>
<xsl:template match="p:verdict"><p><xsl:attribute name="class">line <xsl:call-template name="class"><xsl:with-param name="w" select="@w"/></xsl:call-template></xsl:attribute><xsl:call-template name="status"><xsl:with-param name="w" select="@w"/></xsl:call-template><xsl:text> </xsl:text><span style="color:#1b2227"><xsl:apply-templates/></span></p></xsl:template>

<xsl:template name="class"><xsl:param name="w"/><xsl:choose>
  <xsl:when test="$w = 'no evidence' or $w = 'partial'">none</xsl:when><xsl:when test="$w = 'open'">fail</xsl:when><xsl:when test="$w = 'not applicable' or $w = 'unmapped'">na</xsl:when>
  <xsl:otherwise><xsl:value-of select="$w"/></xsl:otherwise></xsl:choose></xsl:template>
<!-- Word, shape and colour. -->
<xsl:template name="status"><xsl:param name="w"/>
  <span><xsl:attribute name="class">st <xsl:call-template name="class"><xsl:with-param name="w" select="$w"/></xsl:call-template></xsl:attribute>
    <svg viewBox="0 0 10 10" aria-hidden="true" focusable="false"><xsl:choose>
      <xsl:when test="$w = 'pass'"><path d="M1 5l3 3 5-7" fill="none" stroke="currentColor" stroke-width="2"/></xsl:when>
      <xsl:when test="$w = 'fail' or $w = 'open'"><path d="M1 1l8 8M9 1l-8 8" fill="none" stroke="currentColor" stroke-width="2"/></xsl:when>
      <xsl:when test="$w = 'waived'"><path d="M5 1l4.5 8h-9z" fill="none" stroke="currentColor" stroke-width="1.5"/></xsl:when>
      <xsl:when test="$w = 'no evidence'"><circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.5"/></xsl:when>
      <xsl:when test="$w = 'error'"><path d="M5 0v6M5 8v2" stroke="currentColor" stroke-width="2.4"/></xsl:when>
      <xsl:otherwise><path d="M1 5h8" stroke="currentColor" stroke-width="2"/></xsl:otherwise></xsl:choose></svg>
    <xsl:choose><xsl:when test="$w = 'unmapped'">no rule</xsl:when><xsl:when test="$w = 'partial'">partly covered</xsl:when><xsl:otherwise><xsl:value-of select="$w"/></xsl:otherwise></xsl:choose></span></xsl:template>
<xsl:template match="p:st"><xsl:call-template name="status"><xsl:with-param name="w" select="@w"/></xsl:call-template></xsl:template>

<xsl:template name="column"><xsl:choose><xsl:when test="@type = 'number'">num</xsl:when><xsl:otherwise><xsl:value-of select="@type"/></xsl:otherwise></xsl:choose></xsl:template>
<xsl:template match="p:table">
  <xsl:variable name="cols" select="p:col"/>
  <div class="scroll" tabindex="0" role="region" aria-label="{@caption}"><table><caption><xsl:value-of select="@caption"/></caption>
  <thead><tr><xsl:for-each select="p:col"><th scope="col"><xsl:if test="@type"><xsl:attribute name="class"><xsl:call-template name="column"/></xsl:attribute></xsl:if><xsl:choose><xsl:when test="@label = ''">Kind</xsl:when><xsl:otherwise><xsl:value-of select="@label"/></xsl:otherwise></xsl:choose></th></xsl:for-each></tr></thead>
  <tbody><xsl:for-each select="p:row"><tr><xsl:if test="@anchor"><xsl:attribute name="id"><xsl:value-of select="@anchor"/></xsl:attribute></xsl:if>
    <xsl:for-each select="p:c"><xsl:variable name="at" select="position()"/><td><xsl:for-each select="$cols[$at][@type]"><xsl:attribute name="class"><xsl:call-template name="column"/></xsl:attribute></xsl:for-each><xsl:apply-templates/></td></xsl:for-each></tr></xsl:for-each></tbody></table></div>
</xsl:template>
<xsl:template match="p:tiles"><ul class="tiles"><xsl:for-each select="p:tile"><li><xsl:attribute name="class"><xsl:call-template name="class"><xsl:with-param name="w" select="@status"/></xsl:call-template></xsl:attribute>
  <span class="l"><xsl:value-of select="@label"/></span><span class="v"><xsl:choose><xsl:when test="@figure"><data data-figure="{@figure}" value="{substring-before(@value, ' ')}"><xsl:value-of select="substring-before(@value, ' ')"/></data><xsl:text> </xsl:text><xsl:value-of select="substring-after(@value, ' ')"/></xsl:when><xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise></xsl:choose></span><xsl:call-template name="status"><xsl:with-param name="w" select="@status"/></xsl:call-template><span class="n"><xsl:value-of select="@note"/></span></li></xsl:for-each></ul></xsl:template>
<xsl:template match="p:facts"><xsl:if test="@title"><h3><xsl:value-of select="@title"/></h3></xsl:if><dl><xsl:for-each select="p:fact"><div><dt><xsl:value-of select="@name"/></dt><dd><xsl:choose><xsl:when test="@blank"><xsl:apply-templates select="." mode="blank"/></xsl:when><xsl:otherwise><xsl:apply-templates/></xsl:otherwise></xsl:choose></dd></div></xsl:for-each></dl></xsl:template>
<xsl:template match="p:finding"><div id="{@id}"><xsl:attribute name="class">finding <xsl:call-template name="class"><xsl:with-param name="w" select="@status"/></xsl:call-template></xsl:attribute>
  <h3><xsl:call-template name="status"><xsl:with-param name="w" select="@status"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="@title"/></h3>
  <p>Owner: <xsl:value-of select="@owner"/><xsl:if test="@age">; <xsl:value-of select="@age"/></xsl:if></p>
  <dl><xsl:for-each select="p:part"><div><dt><xsl:value-of select="@name"/></dt><dd><xsl:apply-templates/></dd></div></xsl:for-each></dl></div></xsl:template>
<!-- For whoever reads it to fill in. -->
<xsl:template match="p:fact[@blank]" mode="blank"><input class="blank" type="text" autocomplete="off"><xsl:attribute name="aria-label"><xsl:value-of select="@name"/><xsl:if test="../@title">: to be filled in, <xsl:value-of select="../@title"/></xsl:if></xsl:attribute></input></xsl:template>
</xsl:stylesheet>
