<?xml version="1.0" encoding="UTF-8"?>
<!-- plots.xsl: plots of a page as SVG, each with a title, a description and its numbers as a table. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:vouchbook:page:v1"
    xmlns:v="urn:vouchbook:functions" exclude-result-prefixes="p v">
<xsl:key name="node" match="p:node" use="@id"/>

<xsl:template match="p:plot">
  <xsl:variable name="id" select="concat('plot-', count(preceding::p:plot) + 1)"/>
  <figure>
    <xsl:if test="@size"><xsl:attribute name="class"><xsl:value-of select="@size"/></xsl:attribute></xsl:if>
    <figcaption><xsl:value-of select="@title"/></figcaption>
    <!-- A single point is no course: its number is in the table. -->
    <xsl:if test="@type != 'lines' or count(p:pt) &gt; 1">
    <div class="gr" tabindex="0" role="region" aria-label="{@title}, drawn">
    <xsl:choose>
      <xsl:when test="@type = 'stack'"><xsl:call-template name="stack"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:when>
      <xsl:when test="@type = 'dots'"><xsl:call-template name="dots"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:when>
      <xsl:when test="@type = 'reliability'"><xsl:call-template name="reliability"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:when>
      <xsl:when test="@type = 'graph'"><xsl:call-template name="graph-svg"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="lines-svg"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:otherwise>
    </xsl:choose></div></xsl:if>
    <xsl:if test="not(@table = 'no')"><xsl:call-template name="numbers"/></xsl:if>
  </figure>
</xsl:template>

<!-- The same numbers as a table. -->
<xsl:template name="numbers">
  <xsl:variable name="all" select="p:pt"/>
  <div class="scroll" tabindex="0" role="region" aria-label="{@title}, as numbers"><table class="narrow"><caption><xsl:value-of select="@title"/>, as numbers</caption>
  <xsl:choose>
    <xsl:when test="@type = 'stack'"/>
    <xsl:otherwise>
      <thead><tr><th scope="col"><xsl:choose><xsl:when test="@type = 'lines'">When</xsl:when><xsl:otherwise>Of</xsl:otherwise></xsl:choose></th><xsl:if test="$all/@x"><th scope="col" class="num">Predicted</th></xsl:if><th scope="col" class="num"><xsl:choose><xsl:when test="$all/@x">Observed</xsl:when><xsl:otherwise>Value</xsl:otherwise></xsl:choose></th><xsl:if test="$all/@low"><th scope="col">Interval</th></xsl:if><xsl:if test="$all/@n"><th scope="col" class="num">n</th></xsl:if></tr></thead>
      <tbody><xsl:for-each select="$all"><tr><td><xsl:value-of select="@label"/></td><xsl:if test="$all/@x"><td class="num"><xsl:value-of select="@x"/></td></xsl:if><td class="num"><xsl:value-of select="@value"/></td><xsl:if test="$all/@low"><td><xsl:if test="@low"><xsl:value-of select="@low"/> to <xsl:value-of select="@high"/></xsl:if></td></xsl:if><xsl:if test="$all/@n"><td class="num"><xsl:value-of select="@n"/></td></xsl:if></tr></xsl:for-each></tbody>
    </xsl:otherwise>
  </xsl:choose></table></div>
</xsl:template>

<xsl:template name="svg-head"><xsl:param name="id"/><title id="{$id}-t"><xsl:value-of select="@title"/></title><desc id="{$id}-d"><xsl:value-of select="@desc"/></desc></xsl:template>

<xsl:template name="least"><xsl:param name="set"/><xsl:for-each select="$set"><xsl:sort select="." data-type="number"/><xsl:if test="position() = 1"><xsl:value-of select="."/></xsl:if></xsl:for-each></xsl:template>
<xsl:template name="most"><xsl:param name="set"/><xsl:for-each select="$set"><xsl:sort select="." data-type="number" order="descending"/><xsl:if test="position() = 1"><xsl:value-of select="."/></xsl:if></xsl:for-each></xsl:template>

<xsl:template name="stack"><xsl:param name="id"/>
  <xsl:variable name="count" select="count(p:pt)"/>
  <xsl:variable name="tops"><xsl:for-each select="p:pt"><xsl:sort select="@pass + @waived + @none + @fail + @error" data-type="number" order="descending"/><xsl:if test="position() = 1"><xsl:value-of select="@pass + @waived + @none + @fail + @error"/></xsl:if></xsl:for-each></xsl:variable>
  <xsl:variable name="k"><xsl:choose><xsl:when test="$tops &gt; 0"><xsl:value-of select="150 div $tops"/></xsl:when><xsl:otherwise>0</xsl:otherwise></xsl:choose></xsl:variable>
  <xsl:variable name="dx" select="410 div $count"/>
  <svg role="img" aria-labelledby="{$id}-t {$id}-d" viewBox="0 0 480 250" width="480" height="250" font-size="12" font-family="sans-serif"><xsl:call-template name="svg-head"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <defs><pattern id="{$id}-h" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M0 5L5 0" stroke="#a11a1a" stroke-width="1.6"/></pattern><pattern id="{$id}-p" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="2.5" r="1.2" fill="#4b4f8f"/></pattern></defs>
    <line x1="62" y1="170" x2="476" y2="170" stroke="#55616a"/><text x="56" y="24" text-anchor="end"><xsl:value-of select="v:number(string($tops))"/></text><text x="56" y="174" text-anchor="end">0</text>
    <xsl:for-each select="p:pt">
      <xsl:variable name="x" select="format-number(66 + (position() - 1) * $dx, '0.#')"/><xsl:variable name="w" select="format-number($dx * 0.72, '0.#')"/>
      <xsl:if test="@pass &gt; 0"><rect x="{$x}" y="{format-number(170 - @pass * $k, '0.##')}" width="{$w}" height="{format-number(@pass * $k, '0.##')}" fill="#5aa876" stroke="#1b6b3a"/></xsl:if>
      <xsl:if test="@waived &gt; 0"><rect x="{$x}" y="{format-number(170 - (@pass + @waived) * $k, '0.##')}" width="{$w}" height="{format-number(@waived * $k, '0.##')}" fill="#f3d79b" stroke="#7a5200"/></xsl:if>
      <xsl:if test="@none &gt; 0"><rect x="{$x}" y="{format-number(170 - (@pass + @waived + @none) * $k, '0.##')}" width="{$w}" height="{format-number(@none * $k, '0.##')}" fill="url(#{$id}-p)" stroke="#4b4f8f"/></xsl:if>
      <xsl:if test="@fail + @error &gt; 0"><rect x="{$x}" y="{format-number(170 - (@pass + @waived + @none + @fail + @error) * $k, '0.##')}" width="{$w}" height="{format-number((@fail + @error) * $k, '0.##')}" fill="url(#{$id}-h)" stroke="#a11a1a"/></xsl:if>
      <!-- The day where it changes; the size of the ledger below each. -->
      <xsl:variable name="day" select="substring-before(@label, ' (')"/>
      <xsl:if test="$day != substring-before(preceding-sibling::p:pt[1]/@label, ' (')"><text x="{$x}" y="202" font-size="11"><xsl:value-of select="$day"/></text></xsl:if>
      <text x="{$x + $w div 2}" y="186" text-anchor="middle" font-size="11"><xsl:value-of select="v:number(substring-before(substring-after(@label, '('), ' '))"/></text>
    </xsl:for-each>
    <text x="476" y="202" text-anchor="end" font-size="11" fill="#55616a">entries in the ledger</text>
    <g transform="translate(46,226)"><rect width="12" height="12" fill="#5aa876" stroke="#1b6b3a"/><text x="17" y="11">pass</text><rect x="68" width="12" height="12" fill="#f3d79b" stroke="#7a5200"/><text x="85" y="11">waived</text><rect x="152" width="12" height="12" fill="url(#{$id}-p)" stroke="#4b4f8f"/><text x="169" y="11">no evidence</text><rect x="266" width="12" height="12" fill="url(#{$id}-h)" stroke="#a11a1a"/><text x="283" y="11">fail or error</text></g>
  </svg>
</xsl:template>

<!-- A number on an axis: as it is recorded where it is too large or too small for four digits, drawn closer where it is long. -->
<xsl:template name="brief"><xsl:param name="n"/><xsl:param name="after"/>
  <xsl:variable name="shown"><xsl:choose>
    <xsl:when test="$n &gt;= 10000000 or $n &lt;= -10000000 or ($n != 0 and $n &lt; 0.001 and $n &gt; -0.001)"><xsl:value-of select="$n"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="format-number($n, '0.####')"/></xsl:otherwise></xsl:choose></xsl:variable>
  <xsl:variable name="length" select="string-length(concat($shown, $after))"/>
  <xsl:choose>
    <xsl:when test="$after = '' and $length &gt; 9"><xsl:attribute name="textLength">58</xsl:attribute><xsl:attribute name="lengthAdjust">spacingAndGlyphs</xsl:attribute></xsl:when>
    <xsl:when test="$length &gt; 22"><xsl:attribute name="textLength">128</xsl:attribute><xsl:attribute name="lengthAdjust">spacingAndGlyphs</xsl:attribute></xsl:when>
  </xsl:choose><xsl:value-of select="concat($shown, $after)"/>
</xsl:template>

<!-- Where a share is drawn: what is none at the edge. -->
<xsl:template name="share"><xsl:param name="n"/><xsl:choose><xsl:when test="$n &gt; 1">1</xsl:when><xsl:when test="$n &gt; 0"><xsl:value-of select="$n"/></xsl:when><xsl:otherwise>0</xsl:otherwise></xsl:choose></xsl:template>

<xsl:template name="lines-svg"><xsl:param name="id"/>
  <xsl:variable name="low"><xsl:call-template name="least"><xsl:with-param name="set" select="p:pt/@value"/></xsl:call-template></xsl:variable>
  <xsl:variable name="high"><xsl:call-template name="most"><xsl:with-param name="set" select="p:pt/@value"/></xsl:call-template></xsl:variable>
  <xsl:variable name="k"><xsl:choose><xsl:when test="$high &gt; $low"><xsl:value-of select="65 div ($high div 2 - $low div 2)"/></xsl:when><xsl:otherwise>0</xsl:otherwise></xsl:choose></xsl:variable>
  <xsl:variable name="dx" select="390 div (count(p:pt) - 1)"/>
  <svg role="img" aria-labelledby="{$id}-t {$id}-d" viewBox="0 0 480 190" width="480" height="190" font-size="12" font-family="sans-serif"><xsl:call-template name="svg-head"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <path d="M70 8V160H474" fill="none" stroke="#55616a"/><path d="M66 22H474" fill="none" stroke="#dde3e7"/>
    <text x="62" y="26" text-anchor="end"><xsl:call-template name="brief"><xsl:with-param name="n" select="string($high)"/></xsl:call-template></text><xsl:if test="$high &gt; $low"><text x="62" y="156" text-anchor="end"><xsl:call-template name="brief"><xsl:with-param name="n" select="string($low)"/></xsl:call-template></text></xsl:if>
    <polyline fill="none" stroke="#1d4e6b" stroke-width="1.8"><xsl:attribute name="points"><xsl:for-each select="p:pt"><xsl:value-of select="format-number(78 + (position() - 1) * $dx, '0.#')"/>,<xsl:value-of select="format-number(152 - (@value div 2 - $low div 2) * $k * 2, '0.#')"/><xsl:text> </xsl:text></xsl:for-each></xsl:attribute></polyline>
    <xsl:if test="count(p:pt) &lt;= 40"><xsl:for-each select="p:pt"><circle cx="{format-number(78 + (position() - 1) * $dx, '0.#')}" cy="{format-number(152 - (@value div 2 - $low div 2) * $k * 2, '0.#')}" r="3.5" fill="#1d4e6b"/></xsl:for-each></xsl:if>
    <text x="74" y="180"><xsl:value-of select="p:pt[1]/@label"/></text><text x="474" y="180" text-anchor="end"><xsl:value-of select="p:pt[last()]/@label"/></text>
  </svg>
</xsl:template>

<xsl:template name="dots"><xsl:param name="id"/>
  <xsl:variable name="set" select="p:pt/@value | p:pt/@low | p:pt/@high | @whole"/>
  <xsl:variable name="low"><xsl:call-template name="least"><xsl:with-param name="set" select="$set"/></xsl:call-template></xsl:variable>
  <xsl:variable name="high"><xsl:call-template name="most"><xsl:with-param name="set" select="$set"/></xsl:call-template></xsl:variable>
  <xsl:variable name="k"><xsl:choose><xsl:when test="$high &gt; $low"><xsl:value-of select="98 div ($high div 2 - $low div 2)"/></xsl:when><xsl:otherwise>0</xsl:otherwise></xsl:choose></xsl:variable>
  <xsl:variable name="height" select="count(p:pt) * 24 + 40"/>
  <svg role="img" aria-labelledby="{$id}-t {$id}-d" viewBox="0 0 480 {$height}" width="480" height="{$height}" font-size="12" font-family="sans-serif"><xsl:call-template name="svg-head"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <xsl:if test="@whole"><line x1="{format-number(142 + (@whole div 2 - $low div 2) * $k * 2, '0.#')}" x2="{format-number(142 + (@whole div 2 - $low div 2) * $k * 2, '0.#')}" y1="4" y2="{$height - 34}" stroke="#55616a" stroke-dasharray="4 3"/></xsl:if>
    <xsl:for-each select="p:pt"><xsl:variable name="y" select="position() * 24 - 8"/>
      <text x="130" y="{$y + 4}" text-anchor="end"><xsl:if test="string-length(@label) &gt; 16"><xsl:attribute name="textLength">126</xsl:attribute><xsl:attribute name="lengthAdjust">spacingAndGlyphs</xsl:attribute></xsl:if><xsl:value-of select="substring(@label, 1, 19)"/><xsl:if test="string-length(@label) &gt; 19">…</xsl:if></text>
      <xsl:if test="@low"><line x1="{format-number(142 + (@low div 2 - $low div 2) * $k * 2, '0.#')}" x2="{format-number(142 + (@high div 2 - $low div 2) * $k * 2, '0.#')}" y1="{$y}" y2="{$y}" stroke="#1d4e6b" stroke-width="2"/></xsl:if>
      <circle cx="{format-number(142 + (@value div 2 - $low div 2) * $k * 2, '0.#')}" cy="{$y}" r="5" fill="#1d4e6b"/>
      <text x="476" y="{$y + 4}" text-anchor="end" font-size="11"><xsl:call-template name="brief"><xsl:with-param name="n" select="string(@value)"/><xsl:with-param name="after"><xsl:if test="@n"> (n <xsl:value-of select="v:number(string(@n))"/>)</xsl:if></xsl:with-param></xsl:call-template></text>
    </xsl:for-each>
    <line x1="142" x2="338" y1="{$height - 32}" y2="{$height - 32}" stroke="#55616a"/><text x="142" y="{$height - 14}"><xsl:call-template name="brief"><xsl:with-param name="n" select="string($low)"/></xsl:call-template></text><text x="338" y="{$height - 14}" text-anchor="end"><xsl:call-template name="brief"><xsl:with-param name="n" select="string($high)"/></xsl:call-template></text>
  </svg>
</xsl:template>

<xsl:template name="reliability"><xsl:param name="id"/>
  <svg role="img" aria-labelledby="{$id}-t {$id}-d" viewBox="0 0 360 340" width="360" height="340" font-size="12" font-family="sans-serif"><xsl:call-template name="svg-head"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <rect x="50" y="10" width="280" height="280" fill="none" stroke="#c9d1d6"/><line x1="50" y1="290" x2="330" y2="10" stroke="#55616a" stroke-dasharray="4 3"/>
    <xsl:variable name="places"><xsl:for-each select="p:pt">
      <xsl:variable name="x"><xsl:call-template name="share"><xsl:with-param name="n" select="@x"/></xsl:call-template></xsl:variable>
      <xsl:variable name="y"><xsl:call-template name="share"><xsl:with-param name="n" select="@value"/></xsl:call-template></xsl:variable>
      <xsl:value-of select="concat(format-number(50 + $x * 280, '0.#'), ',', format-number(290 - $y * 280, '0.#'), ' ')"/></xsl:for-each></xsl:variable>
    <polyline fill="none" stroke="#1d4e6b" stroke-width="1.5" points="{$places}"/>
    <xsl:for-each select="p:pt">
      <xsl:variable name="x"><xsl:call-template name="share"><xsl:with-param name="n" select="@x"/></xsl:call-template></xsl:variable>
      <xsl:variable name="y"><xsl:call-template name="share"><xsl:with-param name="n" select="@value"/></xsl:call-template></xsl:variable>
      <circle cx="{format-number(50 + $x * 280, '0.#')}" cy="{format-number(290 - $y * 280, '0.#')}" r="4.5" fill="#1d4e6b"/></xsl:for-each>
    <text x="44" y="16" text-anchor="end">1</text><text x="44" y="294" text-anchor="end">0</text><text x="330" y="306" text-anchor="end">1</text><text x="190" y="326" text-anchor="middle">predicted</text><text transform="translate(20,150) rotate(-90)" text-anchor="middle">observed</text>
  </svg>
</xsl:template>

<xsl:template name="graph-svg"><xsl:param name="id"/>
  <xsl:variable name="layers"><xsl:call-template name="most"><xsl:with-param name="set" select="p:node/@layer"/></xsl:call-template></xsl:variable>
  <xsl:variable name="rows"><xsl:call-template name="most"><xsl:with-param name="set" select="p:node/@row"/></xsl:call-template></xsl:variable>
  <xsl:variable name="width" select="($layers + 1) * 190"/><xsl:variable name="height" select="($rows + 1) * 58 + 8"/>
  <svg role="img" aria-labelledby="{$id}-t {$id}-d" viewBox="0 0 {$width} {$height}" width="{$width}" height="{$height}" font-size="12" font-family="sans-serif"><xsl:call-template name="svg-head"><xsl:with-param name="id" select="$id"/></xsl:call-template>
    <defs><marker id="{$id}-a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#55616a"/></marker></defs>
    <xsl:for-each select="p:edge"><xsl:variable name="a" select="key('node', @from)"/><xsl:variable name="b" select="key('node', @to)"/>
      <path fill="none" stroke="#8a959c" marker-end="url(#{$id}-a)"><xsl:attribute name="d">
        <xsl:choose>
          <xsl:when test="$a/@layer &lt; $b/@layer"><xsl:value-of select="concat('M', $a/@layer * 190 + 156, ' ', $a/@row * 58 + 26, ' C', $a/@layer * 190 + 174, ' ', $a/@row * 58 + 26, ' ', $b/@layer * 190 - 14, ' ', $b/@row * 58 + 26, ' ', $b/@layer * 190 + 4, ' ', $b/@row * 58 + 26)"/></xsl:when>
          <xsl:when test="$a/@layer &gt; $b/@layer"><xsl:value-of select="concat('M', $a/@layer * 190 + 4, ' ', $a/@row * 58 + 26, ' L', $b/@layer * 190 + 156, ' ', $b/@row * 58 + 26)"/></xsl:when>
          <xsl:when test="$a/@row &lt; $b/@row"><xsl:value-of select="concat('M', $a/@layer * 190 + 80, ' ', $a/@row * 58 + 46, ' L', $b/@layer * 190 + 80, ' ', $b/@row * 58 + 6)"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="concat('M', $a/@layer * 190 + 80, ' ', $a/@row * 58 + 6, ' L', $b/@layer * 190 + 80, ' ', $b/@row * 58 + 46)"/></xsl:otherwise>
        </xsl:choose></xsl:attribute></path></xsl:for-each>
    <xsl:for-each select="p:node">
      <g transform="translate({@layer * 190 + 4},{@row * 58 + 6})"><rect width="152" height="40" fill="#fff" stroke="#1d4e6b"><xsl:attribute name="rx"><xsl:choose><xsl:when test="@type = 'artefact'">0</xsl:when><xsl:otherwise>9</xsl:otherwise></xsl:choose></xsl:attribute><xsl:if test="@type != 'artefact'"><xsl:attribute name="fill">#e8f0f5</xsl:attribute></xsl:if></rect>
        <text x="8" y="17" font-size="10" fill="#55616a"><xsl:value-of select="@type"/><xsl:if test="@entry"> #<xsl:value-of select="@entry"/></xsl:if></text>
        <text x="8" y="32"><xsl:choose><xsl:when test="string-length(@label) &gt; 21">…<xsl:value-of select="substring(@label, string-length(@label) - 19)"/></xsl:when><xsl:otherwise><xsl:value-of select="@label"/></xsl:otherwise></xsl:choose></text></g>
    </xsl:for-each>
  </svg>
</xsl:template>
</xsl:stylesheet>
