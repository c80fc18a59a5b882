#include "reports/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxslt/documents.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "reports/xml_internal.h"

#define DOCUMENT_BYTES ((size_t)64 * 1024 * 1024)
#define NODES_MAX 4000000

struct xml_doc {
	xmlDocPtr tree;
	size_t nodes;
	enum { DOC_FINE, DOC_NO_MEMORY, DOC_FULL } state;
	struct buffer scratch;
};

static const xmlChar *
name_of(const char *name)
{
	return (const xmlChar *)name;
}

static xmlNodePtr
node_of(const struct xml *node)
{
	return (xmlNodePtr)(uintptr_t)node;
}

static struct xml *
xml_of(xmlNodePtr node)
{
	return (struct xml *)(void *)node;
}

/* --- The libraries' process-wide doors --- */

static xmlParserInputPtr
load_nothing(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	(void)url;
	(void)id;
	(void)parser;
	return NULL;
}

static void
say_nothing(void *cookie, const char *format, ...)
{
	(void)cookie;
	(void)format;
}

static _Thread_local const struct xml_sheets *sheets_now;

/* Names are compared by their place in the dictionary that all the sheets of
 * one stylesheet share. */
static xmlDocPtr
read_sheet(struct bytes text, const char *uri, xmlDictPtr dict, int options)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr tree;

	if (parser == NULL)
		return NULL;
	if (dict != NULL) {
		xmlDictFree(parser->dict);
		parser->dict = dict;
		(void)xmlDictReference(dict);
	}
	tree = xmlCtxtReadMemory(parser, (const char *)text.data, (int)text.len,
	    uri, NULL, options | XML_PARSE_NONET);
	xmlFreeParserCtxt(parser);
	return tree;
}

/* Stylesheets import each other by name, from the program itself. */
static xmlDocPtr
load_sheet(const xmlChar *uri, xmlDictPtr dict, int options, void *context,
    xsltLoadType type)
{
	const char *name = (const char *)uri, *at;
	struct bytes text;

	(void)context;
	if (type != XSLT_LOAD_STYLESHEET || sheets_now == NULL)
		return NULL;
	at = strrchr(name, '/');
	name = at == NULL ? name : at + 1;
	at = strrchr(name, ':');
	name = at == NULL ? name : at + 1;
	text = sheets_now->replaced != NULL &&
		strcmp(sheets_now->replaced, name) == 0
	    ? sheets_now->by
	    : embedded_find(sheets_now->own, name);
	if (text.len == 0)
		return NULL;
	return read_sheet(text, (const char *)uri, dict, options);
}

static pthread_once_t doors_once = PTHREAD_ONCE_INIT;

static void
close_doors(void)
{
	xmlInitParser();
	xsltInit();
	xmlSetExternalEntityLoader(load_nothing);
	xmlSetGenericErrorFunc(NULL, say_nothing);
	xsltSetGenericErrorFunc(NULL, say_nothing);
	xsltSetLoaderFunc(load_sheet);
}

/* The first complaint of a library, kept. */
struct complaint {
	int line;
	char text[300];
};

static void
note_text(struct complaint *complaint, int line, const char *message)
{
	if (complaint->text[0] != '\0' || message == NULL)
		return;
	complaint->line = line;
	(void)snprintf(complaint->text, sizeof complaint->text, "%.*s",
	    (int)strcspn(message, "\n"), message);
}

static void
note_error(void *cookie, xmlErrorPtr error)
{
	note_text(cookie, error->line, error->message);
}

static void
note_style(void *cookie, const char *format, ...)
{
	char text[300];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	/* "compilation error: file x line 3 element y" comes first. */
	if (strncmp(text, "compilation error", 17) == 0 ||
	    strncmp(text, "runtime error", 13) == 0) {
		const char *line = strstr(text, " line ");
		struct complaint *complaint = cookie;

		if (line != NULL && complaint->text[0] == '\0')
			complaint->line = atoi(line + 6);
		return;
	}
	note_text(cookie, ((struct complaint *)cookie)->line, text);
}

/* --- Building --- */

int
xml_new(struct xml_doc **out, const char *root, const char *name_space,
    struct error *err)
{
	struct xml_doc *doc = memory_new(1, sizeof *doc);
	xmlNodePtr top;

	(void)pthread_once(&doors_once, close_doors);
	if (doc == NULL)
		return error_memory(err);
	doc->scratch = buffer_new(XML_TEXT_MAX * 16);
	doc->tree = xmlNewDoc(name_of("1.0"));
	top = doc->tree == NULL
	    ? NULL
	    : xmlNewDocNode(doc->tree, NULL, name_of(root), NULL);
	if (top != NULL) {
		(void)xmlDocSetRootElement(doc->tree, top);
		doc->tree->_private = doc;
		if (xmlNewNs(top, name_of(name_space), NULL) != NULL) {
			xmlSetNs(top, top->nsDef);
			*out = doc;
			return 0;
		}
	}
	xml_free(doc);
	return error_memory(err);
}

void
xml_free(struct xml_doc *doc)
{
	if (doc == NULL)
		return;
	if (doc->tree != NULL)
		xmlFreeDoc(doc->tree);
	buffer_free(&doc->scratch);
	memory_free(doc);
}

struct xml *
xml_root(const struct xml_doc *doc)
{
	return xml_of(xmlDocGetRootElement(doc->tree));
}

int
xml_check(const struct xml_doc *doc, const char *what, struct error *err)
{
	if (doc->state == DOC_NO_MEMORY)
		return error_memory(err);
	if (doc->state == DOC_FULL)
		return error_set(err, ERROR_SYSTEM,
		    "report on one model, or a shorter time",
		    "%s has more than %d parts", what, NODES_MAX);
	return 0;
}

/* The document if something may still be added to it. */
static struct xml_doc *
open_doc(const struct xml *node)
{
	struct xml_doc *doc = node == NULL ? NULL
					   : node_of(node)->doc->_private;

	if (doc == NULL || doc->state != DOC_FINE)
		return NULL;
	if (++doc->nodes > NODES_MAX) {
		doc->state = DOC_FULL;
		return NULL;
	}
	return doc;
}

/* The length of at most `most' bytes that are whole characters. */
static size_t
whole_characters(struct bytes text, size_t most)
{
	size_t len = text.len < most ? text.len : most;

	while (len > 0 && len < text.len && (text.data[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* A text as a document holds it. */
static const xmlChar *
clean(struct xml_doc *doc, const char *text)
{
	struct bytes all = bytes_of_text(text);
	size_t len = whole_characters(all, XML_TEXT_MAX), from = 0;

	buffer_clear(&doc->scratch);
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '\n' && text[i] != '\t')
			continue;
		text_show(&doc->scratch, bytes_of(text + from, i - from));
		if (i < len)
			buffer_byte(&doc->scratch, ' ');
		from = i + 1;
	}
	if (len < all.len)
		buffer_printf(&doc->scratch, " … (%zu bytes in all)", all.len);
	if (doc->scratch.state != BUFFER_FINE) {
		doc->state = DOC_NO_MEMORY;
		return NULL;
	}
	return name_of(buffer_string(&doc->scratch));
}

static void *
made(struct xml_doc *doc, void *node)
{
	if (node == NULL)
		doc->state = DOC_NO_MEMORY;
	return node;
}

struct xml *
xml_add(struct xml *parent, const char *name)
{
	struct xml_doc *doc = open_doc(parent);
	xmlNodePtr node;

	if (doc == NULL)
		return NULL;
	node = made(doc,
	    xmlNewDocNode(doc->tree, node_of(parent)->ns, name_of(name), NULL));
	if (node == NULL)
		return NULL;
	return xml_of(xmlAddChild(node_of(parent), node));
}

struct xml *
xml_add_text(struct xml *parent, const char *name, const char *text)
{
	struct xml *node = text == NULL ? NULL : xml_add(parent, name);

	xml_text(node, text);
	return node;
}

void
xml_text(struct xml *node, const char *text)
{
	struct xml_doc *doc = text == NULL ? NULL : open_doc(node);
	const xmlChar *cleaned = doc == NULL ? NULL : clean(doc, text);
	xmlNodePtr made_text;

	if (cleaned == NULL)
		return;
	made_text = made(doc, xmlNewDocText(doc->tree, cleaned));
	if (made_text != NULL)
		(void)xmlAddChild(node_of(node), made_text);
}

void
xml_set(struct xml *node, const char *name, const char *text)
{
	struct xml_doc *doc = text == NULL ? NULL : open_doc(node);
	const xmlChar *cleaned = doc == NULL ? NULL : clean(doc, text);

	if (cleaned != NULL)
		(void)made(doc,
		    xmlSetProp(node_of(node), name_of(name), cleaned));
}

void
xml_setf(struct xml *node, const char *name, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	xml_set(node, name, text);
}

void
xml_remove(struct xml *node)
{
	if (node == NULL)
		return;
	xmlUnlinkNode(node_of(node));
	xmlFreeNode(node_of(node));
}

/* --- Reading --- */

static struct xml *
element_from(xmlNodePtr node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return xml_of(node);
}

struct xml *
xml_first(const struct xml *node)
{
	return node == NULL ? NULL : element_from(node_of(node)->children);
}

struct xml *
xml_next(const struct xml *node)
{
	return node == NULL ? NULL : element_from(node_of(node)->next);
}

const char *
xml_name(const struct xml *node)
{
	return (const char *)node_of(node)->name;
}

static const char *
text_of(const xmlAttr *attribute)
{
	const xmlNode *child = attribute->children;

	return child == NULL || child->content == NULL
	    ? ""
	    : (const char *)child->content;
}

const char *
xml_get(const struct xml *node, const char *name)
{
	const xmlAttr *attribute = node == NULL ? NULL
						: node_of(node)->properties;

	while (attribute != NULL &&
	    strcmp((const char *)attribute->name, name) != 0)
		attribute = attribute->next;
	return attribute == NULL ? NULL : text_of(attribute);
}

static void
add_content(struct buffer *out, const xmlNode *node)
{
	for (const xmlNode *child = node->children; child != NULL;
	     child = child->next) {
		if ((child->type == XML_TEXT_NODE ||
			child->type == XML_CDATA_SECTION_NODE) &&
		    child->content != NULL)
			buffer_text(out, (const char *)child->content);
		else if (child->type == XML_ELEMENT_NODE)
			add_content(out, child);
	}
}

void
xml_content(struct buffer *out, const struct xml *node)
{
	if (node != NULL)
		add_content(out, node_of(node));
}

void
xml_attributes(const struct xml *node,
    void (*told)(void *cookie, const char *name, const char *value),
    void *cookie)
{
	for (const xmlAttr *attribute = node_of(node)->properties;
	     attribute != NULL; attribute = attribute->next)
		told(cookie, (const char *)attribute->name, text_of(attribute));
}

const char *
xml_only_text(const struct xml *node)
{
	const xmlNode *child = node_of(node)->children;

	if (child == NULL)
		return "";
	return child->next == NULL && child->type == XML_TEXT_NODE
	    ? (const char *)child->content
	    : NULL;
}

void
xml_mixed(const struct xml *node,
    void (*told)(void *cookie, const struct xml *element, const char *text),
    void *cookie)
{
	for (xmlNodePtr child = node_of(node)->children; child != NULL;
	     child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			told(cookie, xml_of(child), NULL);
		else if (child->type == XML_TEXT_NODE)
			told(cookie, NULL, (const char *)child->content);
	}
}

int
xml_parse(struct xml_doc **out, struct bytes text, struct error *err)
{
	struct complaint complaint = { .line = 0 };
	struct xml_doc *doc;
	xmlDocPtr tree = NULL;

	(void)pthread_once(&doors_once, close_doors);
	if (text.len > DOCUMENT_BYTES)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the document is larger than 64 MiB");
	xmlSetStructuredErrorFunc(&complaint, note_error);
	if (text.len > 0)
		tree = xmlReadMemory((const char *)text.data, (int)text.len,
		    NULL, NULL, XML_PARSE_NONET);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (tree == NULL)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "no XML: line %d: %.200s", complaint.line, complaint.text);
	if (tree->intSubset != NULL && tree->intSubset->entities != NULL) {
		xmlFreeDoc(tree);
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the document declares entities");
	}
	doc = memory_new(1, sizeof *doc);
	if (doc == NULL) {
		xmlFreeDoc(tree);
		return error_memory(err);
	}
	doc->scratch = buffer_new(XML_TEXT_MAX * 16);
	doc->tree = tree;
	tree->_private = doc;
	*out = doc;
	return 0;
}

/* --- Checking and writing --- */

int
xml_validate(const struct xml_doc *doc, struct bytes schema, struct error *err)
{
	struct complaint complaint = { .line = 0 };
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaValidCtxtPtr validator = NULL;
	xmlSchemaPtr rules = NULL;
	int result = -1;

	parser = xmlSchemaNewMemParserCtxt((const char *)schema.data,
	    (int)schema.len);
	if (parser != NULL) {
		xmlSchemaSetParserStructuredErrors(parser, note_error,
		    &complaint);
		rules = xmlSchemaParse(parser);
	}
	if (rules != NULL)
		validator = xmlSchemaNewValidCtxt(rules);
	if (validator != NULL) {
		xmlSchemaSetValidStructuredErrors(validator, note_error,
		    &complaint);
		result = xmlSchemaValidateDoc(validator, doc->tree);
	}
	xmlSchemaFreeValidCtxt(validator);
	xmlSchemaFree(rules);
	xmlSchemaFreeParserCtxt(parser);
	if (result == 0)
		return 0;
	return error_set(err, ERROR_SYSTEM,
	    "this is a fault of vouch: please report it",
	    "the report does not hold together: %s",
	    complaint.text[0] == '\0' ? "out of memory" : complaint.text);
}

void
xml_write(struct buffer *out, const struct xml_doc *doc)
{
	xmlChar *text = NULL;
	int len = 0;

	xmlDocDumpFormatMemoryEnc(doc->tree, &text, &len, "UTF-8", 1);
	if (text == NULL) {
		out->state = BUFFER_NO_MEMORY;
		return;
	}
	buffer_append(out, bytes_of(text, (size_t)len));
	xmlFree(text);
}

/* --- Transforming --- */

static int
refuse_style(const char *name, const struct complaint *complaint,
    struct error *err)
{
	error_set(err, ERROR_UNDECIDED, "mend the stylesheet",
	    "the stylesheet cannot be used: %s",
	    complaint->text[0] == '\0' ? "it is no XSLT 1.0" : complaint->text);
	(void)snprintf(err->where, sizeof err->where, "%.200s: line %d", name,
	    complaint->line);
	return -1;
}

static int
compile(xsltStylesheetPtr *out, const char *name, struct bytes sheet,
    const struct xml_sheets *sheets, struct complaint *complaint)
{
	char uri[300];
	xmlDocPtr tree;

	(void)snprintf(uri, sizeof uri, "vouch:/%.250s", name);
	xmlSetStructuredErrorFunc(complaint, note_error);
	tree = sheet.len == 0 || sheet.len > DOCUMENT_BYTES
	    ? NULL
	    : xmlReadMemory((const char *)sheet.data, (int)sheet.len, uri, NULL,
		  XML_PARSE_NONET);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (tree == NULL)
		return -1;
	sheets_now = sheets;
	xsltSetGenericErrorFunc(complaint, note_style);
	*out = xsltParseStylesheetDoc(tree);
	xsltSetGenericErrorFunc(NULL, say_nothing);
	sheets_now = NULL;
	if (*out == NULL) {
		xmlFreeDoc(tree);
		return -1;
	}
	if ((*out)->errors > 0) {
		xsltFreeStylesheet(*out);
		*out = NULL;
		return -1;
	}
	return 0;
}

static xsltSecurityPrefsPtr
forbid_all(void)
{
	static const xsltSecurityOption all[] = { XSLT_SECPREF_READ_FILE,
		XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY,
		XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK };
	xsltSecurityPrefsPtr prefs = xsltNewSecurityPrefs();

	for (size_t i = 0; prefs != NULL && i < sizeof all / sizeof all[0];
	     i++) {
		if (xsltSetSecurityPrefs(prefs, all[i], xsltSecurityForbid) !=
		    0) {
			xsltFreeSecurityPrefs(prefs);
			return NULL;
		}
	}
	return prefs;
}

/* Steps of templates and of expressions: ours take less than a hundredth.  A
 * stylesheet that takes more may have no end. */
#define STYLE_STEPS 50000000UL
#define STYLE_LOOKS 200000000UL

/* The result is NULL, and the complaint says why. */
static xmlDocPtr
apply(xsltStylesheetPtr style, xmlDocPtr tree,
    const struct xml_parameter parameters[], size_t count,
    struct complaint *complaint)
{
	xsltSecurityPrefsPtr prefs = forbid_all();
	xsltTransformContextPtr run = xsltNewTransformContext(style, tree);
	const char *pairs[33];
	xmlDocPtr result = NULL;
	size_t filled = 0;

	for (size_t i = 0; i < count && i < 16; i++) {
		pairs[filled++] = parameters[i].name;
		pairs[filled++] = parameters[i].value;
	}
	pairs[filled] = NULL;
	if (prefs != NULL && run != NULL &&
	    xsltSetCtxtSecurityPrefs(prefs, run) == 0 &&
	    xml_register_functions(run) == 0 &&
	    xsltQuoteUserParams(run, pairs) == 0) {
		xsltSetTransformErrorFunc(run, complaint, note_style);
		run->opLimit = STYLE_STEPS;
		run->xpathCtxt->opLimit = STYLE_LOOKS;
		result =
		    xsltApplyStylesheetUser(style, tree, NULL, NULL, NULL, run);
		if (run->opCount >= STYLE_STEPS ||
		    run->xpathCtxt->opCount >= STYLE_LOOKS)
			note_text(complaint, 0,
			    "it takes too many steps, as if it had no end");
		if (run->state != XSLT_STATE_OK && result != NULL) {
			xmlFreeDoc(result);
			result = NULL;
		}
	}
	xsltFreeTransformContext(run);
	xsltFreeSecurityPrefs(prefs);
	return result;
}

int
xml_transform(struct xml_doc **out, struct buffer *text,
    const struct xml_doc *doc, const char *name, struct bytes sheet,
    const struct xml_sheets *sheets, const struct xml_parameter parameters[],
    size_t parameter_count, struct error *err)
{
	struct complaint complaint = { .line = 0 };
	xsltStylesheetPtr style = NULL;
	xmlDocPtr made_tree;
	xmlChar *written = NULL;
	int len = 0;

	(void)pthread_once(&doors_once, close_doors);
	if (compile(&style, name, sheet, sheets, &complaint) == -1)
		return refuse_style(name, &complaint, err);
	made_tree =
	    apply(style, doc->tree, parameters, parameter_count, &complaint);
	if (made_tree == NULL) {
		xsltFreeStylesheet(style);
		return refuse_style(name, &complaint, err);
	}
	if (text != NULL) {
		if (xsltSaveResultToString(&written, &len, made_tree, style) !=
			0 ||
		    (written == NULL && len != 0))
			text->state = BUFFER_NO_MEMORY;
		else if (len > 0)
			buffer_append(text, bytes_of(written, (size_t)len));
		xmlFree(written);
	}
	xsltFreeStylesheet(style);
	if (out == NULL) {
		xmlFreeDoc(made_tree);
		return 0;
	}
	*out = memory_new(1, sizeof **out);
	if (*out == NULL) {
		xmlFreeDoc(made_tree);
		return error_memory(err);
	}
	(*out)->scratch = buffer_new(XML_TEXT_MAX * 16);
	(*out)->tree = made_tree;
	made_tree->_private = *out;
	return 0;
}
