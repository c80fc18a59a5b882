/* xml_internal.h: the functions that stylesheets have beyond XPath 1.0. */
#ifndef REPORTS_XML_INTERNAL_H
#define REPORTS_XML_INTERNAL_H

#include <libxslt/xsltInternals.h>

#define XML_FUNCTIONS "urn:vouchbook:functions"

/* In XML_FUNCTIONS: json(text) a JSON string with its quotes; csv(text) a
 * field that no spreadsheet takes for a formula; md(text) plain text in
 * Markdown; yaml(text) a YAML 1.2 double-quoted scalar; uuid(text) the
 * version 5 UUID (RFC 9562) of urn:vouchbook:TEXT; line(text) one line that is
 * not empty; sha256(text) in hex; name(text) an
 * XML NCName; date(time) and number(text) for people. */
int xml_register_functions(xsltTransformContextPtr run);

#endif
