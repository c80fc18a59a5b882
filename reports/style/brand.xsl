<?xml version="1.0" encoding="UTF-8"?>
<!--
  brand.xsl: name, logo and colours.  Put another in its place with "vouch report" and its option brand:
  the same three names, in the same namespaces.  The logo is markup (SVG) or nothing.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:variable name="brand-name">Vouchbook</xsl:variable>
<xsl:variable name="brand-colour">#1d4e6b</xsl:variable>
<xsl:template name="brand-logo">
  <svg xmlns="http://www.w3.org/2000/svg" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
    <path d="M3 4h9a3 3 0 0 1 2 1 3 3 0 0 1 2-1h9v18h-9a3 3 0 0 0-2 1 3 3 0 0 0-2-1H3z" fill="none" stroke="#1d4e6b" stroke-width="2"/>
    <path d="M8 13l4 4 8-9" fill="none" stroke="#1d4e6b" stroke-width="2.4"/>
  </svg>
</xsl:template>
</xsl:stylesheet>
