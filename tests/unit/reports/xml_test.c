/* xml_test.c: documents and stylesheets that come from somebody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/xml.h"

static struct error err;
static const struct embedded none[] = { { NULL, NULL, NULL } };

#define XSL "<xsl:stylesheet version=\"1.0\" " \
	"xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" " \
	"xmlns:v=\"urn:vouchbook:functions\">"
#define TEXT XSL "<xsl:output method=\"text\"/>"
#define END "</xsl:stylesheet>"

static struct xml_doc *
parsed(const char *text)
{
	struct xml_doc *doc = NULL;

	assert_int_equal(xml_parse(&doc, bytes_of_text(text), &err), 0);
	return doc;
}

static int
applied(struct buffer *out, const char *sheet, const struct xml_sheets *sheets,
    const char *parameter)
{
	const struct xml_sheets own = { .own = none };
	const struct xml_parameter given = { "stamp", parameter };
	struct xml_doc *doc = parsed("<a b='1'><c>two</c></a>");
	int result;

	memset(&err, 0, sizeof err);
	result = xml_transform(NULL, out, doc, "it.xsl", bytes_of_text(sheet),
	    sheets == NULL ? &own : sheets, &given, parameter == NULL ? 0 : 1,
	    &err);
	xml_free(doc);
	return result;
}

static void
expect(const char *template, const char *wanted)
{
	struct buffer out = buffer_new(1 << 20), sheet = buffer_new(1 << 20);

	buffer_printf(&sheet, TEXT "<xsl:template match=\"/\">%s"
	    "</xsl:template>" END, template);
	if (applied(&out, buffer_string(&sheet), NULL, NULL) == -1)
		fail_msg("%s: %s: %s", template, err.where, err.what);
	assert_string_equal(buffer_string(&out), wanted);
	buffer_free(&out);
	buffer_free(&sheet);
}

static void
refuse(const char *sheet, const char *says)
{
	struct buffer out = buffer_new(1 << 20);

	assert_int_equal(applied(&out, sheet, NULL, NULL), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_non_null(strstr(err.where, "it.xsl"));
	if (strstr(err.what, says) == NULL)
		fail_msg("%s is not: %s", err.what, says);
	buffer_free(&out);
}

static void
functions_give_text_in_each_notation(void **state)
{
	(void)state;
	expect("<xsl:value-of select=\"v:json('a&quot;b')\"/>", "\"a\\\"b\"");
	expect("<xsl:value-of select=\"v:yaml('a: b')\"/>", "\"a: b\"");
	expect("<xsl:value-of select=\"v:csv('=1+1')\"/>", "\"'=1+1\"");
	expect("<xsl:value-of select=\"v:md('*a*')\"/>", "\\*a\\*");
	expect("<xsl:value-of select=\"v:name('a b')\"/>", "a_b");
	expect("<xsl:value-of select=\"v:number('12345')\"/>", "12,345");
	expect("<xsl:value-of select=\"v:sha256('')\"/>", "e3b0c44298fc1c149af"
	    "bf4c8996fb92427ae41e4649b934ca495991b7852b855");
	expect("<xsl:value-of select=\"string-length(v:uuid('a'))\"/>", "36");
	expect("<xsl:value-of select=\"v:date('2026-11-24T09:00:00.000Z')\"/>",
	    "2026-11-24 09:00 UTC");
	expect("<xsl:value-of select=\"v:days('2026-11-24T09:00:00.000Z "
	    "2026-11-27T08:00:00.000Z')\"/>", "2");
	expect("<xsl:value-of select=\"v:days('yesterday today')\"/>", "");
	expect("<xsl:value-of select=\"v:days('2026-11-24T09:00:00.000Z "
	    "2026-11-27T08:00:00.00xZ')\"/>", "");
}

static void
a_stylesheet_at_fault_is_named_with_its_line(void **state)
{
	(void)state;
	refuse("", "XSLT");
	refuse("<a>", "");
	refuse("<html/>", "");
	refuse(XSL "<xsl:template match=\"/\"><xsl:value-of select=\"((\"/>"
	    "</xsl:template>" END, "");
	refuse(TEXT "<xsl:template match=\"/\"><xsl:value-of "
	    "select=\"v:json()\"/></xsl:template>" END, "");
	refuse(TEXT "<xsl:template match=\"/\"><xsl:value-of "
	    "select=\"v:json('a', 'b')\"/></xsl:template>" END, "");
	refuse(TEXT "<xsl:template match=\"/\"><xsl:value-of "
	    "select=\"v:nothing('a')\"/></xsl:template>" END, "");
	refuse(TEXT "<xsl:template match=\"/\"><xsl:message terminate=\"yes\">"
	    "no more</xsl:message></xsl:template>" END, "no more");
	refuse(TEXT "<xsl:template match=\"/\">\n<xsl:call-template "
	    "name=\"x\"/></xsl:template>\n<xsl:template name=\"x\">"
	    "<xsl:call-template name=\"x\"/></xsl:template>" END, "");
	refuse(XSL "<xsl:import href=\"nothing.xsl\"/>" END, "");
	refuse(XSL "<xsl:import href=\"/etc/passwd\"/>" END, "");
}

static void
a_stylesheet_reads_and_writes_nothing(void **state)
{
	struct buffer out = buffer_new(1 << 20);

	(void)state;
	(void)applied(&out, TEXT "<xsl:template match=\"/\"><xsl:value-of "
	    "select=\"document('/etc/passwd')\"/></xsl:template>" END, NULL,
	    NULL);
	assert_null(strstr(buffer_string(&out), "root:"));
	buffer_clear(&out);
	(void)applied(&out, "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\""
	    "http://www.w3.org/1999/XSL/Transform\" xmlns:e=\""
	    "http://exslt.org/common\" extension-element-prefixes=\"e\">"
	    "<xsl:template match=\"/\"><e:document href=\"written.xml\"><a/>"
	    "</e:document></xsl:template>" END, NULL, NULL);
	assert_int_not_equal(remove("written.xml"), 0);
	buffer_free(&out);
}

static void
a_parameter_is_text_whatever_quotes_it_has(void **state)
{
	static const char *const all[] = { "plain", "it's", "\"quoted\"",
		"both ' and \"", "'); document('/etc/passwd", "<b>&amp;" };
	struct buffer out = buffer_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		buffer_clear(&out);
		if (applied(&out, TEXT "<xsl:param name=\"stamp\"/>"
		    "<xsl:template match=\"/\"><xsl:value-of select=\"$stamp\""
		    "/></xsl:template>" END, NULL, all[i]) == -1)
			fail_msg("%s: %s", all[i], err.what);
		assert_string_equal(buffer_string(&out), all[i]);
	}
	buffer_free(&out);
}

static void
imports_come_from_the_table_or_in_its_place(void **state)
{
	static const char own[] = TEXT "<xsl:template match=\"/\">own"
	    "</xsl:template>" END;
	static const char other[] = TEXT "<xsl:template match=\"/\">other"
	    "</xsl:template>" END;
	static const char sheet[] = XSL "<xsl:import href=\"part.xsl\"/>"
	    "<xsl:output method=\"text\"/>" END;
	const struct embedded table[] = {
		{ "part.xsl", (const uint8_t *)own,
		    (const uint8_t *)own + strlen(own) },
		{ NULL, NULL, NULL },
	};
	struct xml_sheets sheets = { .own = table };
	struct buffer out = buffer_new(1 << 20);

	(void)state;
	assert_int_equal(applied(&out, sheet, &sheets, NULL), 0);
	assert_string_equal(buffer_string(&out), "own");
	sheets.replaced = "part.xsl";
	sheets.by = bytes_of_text(other);
	buffer_clear(&out);
	assert_int_equal(applied(&out, sheet, &sheets, NULL), 0);
	assert_string_equal(buffer_string(&out), "other");
	sheets.by = bytes_of_text("<nothing");
	buffer_clear(&out);
	assert_int_equal(applied(&out, sheet, &sheets, NULL), -1);
	buffer_free(&out);
}

static void
a_result_may_be_a_document(void **state)
{
	static const char sheet[] = XSL "<xsl:template match=\"/\"><x>"
	    "<xsl:value-of select=\"a/c\"/></x></xsl:template>" END;
	const struct xml_sheets sheets = { .own = none };
	struct xml_doc *doc = parsed("<a><c>two</c></a>"), *made = NULL;

	(void)state;
	assert_int_equal(xml_transform(&made, NULL, doc, "it.xsl",
	    bytes_of_text(sheet), &sheets, NULL, 0, &err), 0);
	assert_string_equal(xml_name(xml_root(made)), "x");
	assert_string_equal(xml_only_text(xml_root(made)), "two");
	xml_free(made);
	xml_free(doc);
}

static void
note(void *cookie, const struct xml *element, const char *text)
{
	struct buffer *out = cookie;

	buffer_printf(out, "(%s)", element == NULL ? text : xml_name(element));
}

static void
note_attribute(void *cookie, const char *name, const char *value)
{
	buffer_printf(cookie, "[%s=%s]", name, value);
}

static void
a_document_is_read_in_its_order(void **state)
{
	struct xml_doc *doc = parsed("<?p?><a x='1' y=''>one<!-- no --><b>two"
	    "</b><![CDATA[<three>]]></a>");
	const struct xml *root = xml_root(doc);
	struct buffer out = buffer_new(1000);

	(void)state;
	xml_mixed(root, note, &out);
	xml_attributes(root, note_attribute, &out);
	xml_content(&out, root);
	xml_content(&out, NULL);
	assert_string_equal(buffer_string(&out),
	    "(one)(b)[x=1][y=]onetwo<three>");
	assert_null(xml_only_text(root));
	assert_null(xml_get(root, "z"));
	assert_null(xml_get(NULL, "z"));
	assert_null(xml_first(NULL));
	assert_null(xml_next(NULL));
	xml_remove(xml_first(root));
	xml_remove(NULL);
	assert_null(xml_first(root));
	buffer_free(&out);
	xml_free(doc);
	xml_free(NULL);
}

static void
nothing_is_added_to_nothing(void **state)
{
	struct xml_doc *doc;
	struct buffer out = buffer_new(1000);

	(void)state;
	assert_int_equal(xml_new(&doc, "top", "urn:test", &err), 0);
	assert_null(xml_add(NULL, "a"));
	assert_null(xml_add_text(xml_root(doc), "a", NULL));
	xml_text(NULL, "a");
	xml_text(xml_root(doc), NULL);
	xml_set(NULL, "a", "b");
	xml_set(xml_root(doc), "a", NULL);
	xml_write(&out, doc);
	assert_string_equal(buffer_string(&out), "<?xml version=\"1.0\" "
	    "encoding=\"UTF-8\"?>\n<top xmlns=\"urn:test\"/>\n");
	buffer_free(&out);
	xml_free(doc);
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	struct xml_doc *doc;
	char text[XML_TEXT_MAX + 10];

	(void)state;
	assert_int_equal(xml_new(&doc, "top", "urn:test", &err), 0);
	/* The last character that fits would be cut in two. */
	memset(text, 'a', sizeof text);
	memcpy(text + XML_TEXT_MAX - 1, "\xc3\xa9z", 4);
	xml_set(xml_root(doc), "a", text);
	assert_non_null(strstr(xml_get(xml_root(doc), "a"),
	    "a … (4002 bytes in all)"));
	text[XML_TEXT_MAX - 1] = '\0';
	xml_set(xml_root(doc), "a", text);
	assert_string_equal(xml_get(xml_root(doc), "a"), text);
	xml_free(doc);
}

static void
a_document_is_held_to_its_schema(void **state)
{
	static const char schema[] = "<xs:schema xmlns:xs=\""
	    "http://www.w3.org/2001/XMLSchema\"><xs:element name=\"a\" "
	    "type=\"xs:int\"/></xs:schema>";
	struct xml_doc *good = parsed("<a>1</a>"), *bad = parsed("<a>x</a>");

	(void)state;
	assert_int_equal(xml_validate(good, bytes_of_text(schema), &err), 0);
	assert_int_equal(xml_validate(bad, bytes_of_text(schema), &err), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_non_null(strstr(err.what, "does not hold together"));
	assert_int_equal(xml_validate(good, bytes_of_text("<a/>"), &err), -1);
	xml_free(good);
	xml_free(bad);
}

static void
what_is_too_large_is_not_read(void **state)
{
	struct xml_doc *doc;

	(void)state;
	assert_int_equal(xml_parse(&doc, bytes_of("<a/>", (size_t)64 << 21),
	    &err), -1);
	assert_non_null(strstr(err.what, "64 MiB"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_give_text_in_each_notation),
		cmocka_unit_test(a_stylesheet_at_fault_is_named_with_its_line),
		cmocka_unit_test(a_stylesheet_reads_and_writes_nothing),
		cmocka_unit_test(a_parameter_is_text_whatever_quotes_it_has),
		cmocka_unit_test(imports_come_from_the_table_or_in_its_place),
		cmocka_unit_test(a_result_may_be_a_document),
		cmocka_unit_test(a_document_is_read_in_its_order),
		cmocka_unit_test(nothing_is_added_to_nothing),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
		cmocka_unit_test(a_document_is_held_to_its_schema),
		cmocka_unit_test(what_is_too_large_is_not_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
