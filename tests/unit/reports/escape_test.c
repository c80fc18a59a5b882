/* escape_test.c: any text is plain text in each of the notations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/escape.h"
#include "reports/xml.h"

static void
expect(void (*escape)(struct buffer *out, const char *text), const char *text,
    const char *wanted)
{
	struct buffer out = buffer_new(10000);

	escape(&out, text);
	assert_string_equal(buffer_string(&out), wanted);
	buffer_free(&out);
}

static void
markdown_has_no_markup(void **state)
{
	(void)state;
	expect(escape_markdown, "*a* _b_ `c` [d](e)", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)");
	expect(escape_markdown, "<b>&amp;", "&lt;b\\>&amp;amp;");
	expect(escape_markdown, "a|b", "a\\|b");
	expect(escape_markdown, "1. a", "1\\. a");
	expect(escape_markdown, "- a", "\\- a");
	expect(escape_markdown, "http://x www.y", "http:&#47;&#47;x www&#46;y");
	expect(escape_markdown, "WWW.y Www.y", "WWW&#46;y Www&#46;y");
	expect(escape_markdown, "2) a", "2\\) a");
	expect(escape_markdown, "+ a", "\\+ a");
	expect(escape_markdown, "=== a", "\\=== a");
	expect(escape_markdown, "a\r\nb", "a  b");
	expect(escape_markdown, "", "");
}

static void
markdown_calls_nobody(void **state)
{
	(void)state;
	expect(escape_markdown, "@everyone", "&#64;everyone");
	expect(escape_markdown, "a @1", "a &#64;1");
	expect(escape_markdown, "a@e.example", "a&#64;e.example");
	expect(escape_markdown, "a@1.example", "a&#64;1.example");
	expect(escape_markdown, "a@1-b.example", "a&#64;1-b.example");
	/* What we write ourselves stays legible. */
	expect(escape_markdown, "model/credit@1", "model/credit@1");
	expect(escape_markdown, "credit@12, in use", "credit@12, in use");
}

static void
a_formula_is_text(void **state)
{
	(void)state;
	expect(escape_csv, "=1+1", "\"'=1+1\"");
	expect(escape_csv, "@SUM(A1)", "\"'@SUM(A1)\"");
	expect(escape_csv, "-0.5", "-0.5");
	expect(escape_csv, "-0.5e3", "-0.5e3");
	expect(escape_csv, "-a", "\"'-a\"");
	expect(escape_csv, "a,\"b\"", "\"a,\"\"b\"\"\"");
	expect(escape_csv, "plain", "plain");
	expect(escape_csv, "\t=1", "\"'\t=1\"");
	expect(escape_csv, "\r=1", "\"'\r=1\"");
	expect(escape_csv, "＝1+1", "\"'＝1+1\"");
	expect(escape_csv, "＋1", "\"'＋1\"");
	expect(escape_csv, "－1", "\"'－1\"");
	expect(escape_csv, "＠SUM(A1)", "\"'＠SUM(A1)\"");
	expect(escape_csv, "（1）", "（1）");
	expect(escape_csv, "-1-1", "\"'-1-1\"");
	expect(escape_csv, "+", "\"'+\"");
	expect(escape_csv, "", "");
}

static void
numbers_and_times_for_people(void **state)
{
	(void)state;
	expect(escape_number, "12345678", "12,345,678");
	expect(escape_number, "1234", "1234");
	expect(escape_number, "0.12345", "0.12345");
	expect(escape_date, "2026-11-23T09:00:00.123Z", "2026-11-23 09:00 UTC");
	expect(escape_date, "yesterday", "yesterday");
	expect(escape_name, "a b/c", "a_b_c");
	expect(escape_name, "1", "_1");
}

static void
a_uuid_is_of_version_5(void **state)
{
	(void)state;
	/* Python: uuid.uuid5(uuid.NAMESPACE_URL, "urn:vouchbook:x") */
	expect(escape_uuid, "x", "e9c5d897-ba94-553f-bb93-85225bad7f44");
}

static void
a_line_is_one_and_not_empty(void **state)
{
	(void)state;
	expect(escape_line, " a\n\n b\t", "a b");
	expect(escape_line, "\xc2\xa0" "a\xe2\x80\x87\xe3\x80\x80", "a");
	expect(escape_line, "\xc3\x85" "a", "\xc3\x85" "a");
	expect(escape_line, " \xef\xbb\xbf", "-");
	expect(escape_line, "", "-");
}

static void
a_line_of_a_megabyte_is_one(void **state)
{
	struct buffer out = buffer_new(2000000);
	char *text = test_malloc(1000001);

	(void)state;
	memset(text, '\n', 1000000);
	text[0] = text[999999] = 'a';
	text[1000000] = '\0';
	escape_line(&out, text);
	assert_string_equal(buffer_string(&out), "a a");
	buffer_free(&out);
	test_free(text);
}

static void
documents_hold_only_what_xml_can(void **state)
{
	struct xml_doc *doc;
	struct error err;
	struct buffer out = buffer_new(100000);
	char *long_text = test_malloc(1000001);

	(void)state;
	memset(long_text, 'a', 1000000);
	long_text[1000000] = '\0';
	assert_int_equal(xml_new(&doc, "top", "urn:test", &err), 0);
	xml_set(xml_root(doc), "evil", "<\"'&\x01\xe2\x80\xae\n");
	/* No escape in XML makes a character of these. */
	xml_set(xml_root(doc), "none", "\xef\xbf\xbe\xef\xbf\xbf");
	xml_set(xml_root(doc), "half", "\xed\xa0\x80");
	xml_add_text(xml_root(doc), "long", long_text);
	assert_int_equal(xml_check(doc, "it", &err), 0);
	xml_write(&out, doc);
	assert_non_null(strstr(buffer_string(&out),
	    "evil=\"&lt;&quot;'&amp;\\x01\\u{202E} \""));
	assert_non_null(strstr(buffer_string(&out),
	    "none=\"\\u{FFFE}\\u{FFFF}\""));
	assert_non_null(strstr(buffer_string(&out),
	    "half=\"\\xED\\xA0\\x80\""));
	assert_non_null(strstr(buffer_string(&out), "(1000000 bytes in all)"));
	assert_true(out.len < 5000);
	xml_free(doc);
	test_free(long_text);
	buffer_free(&out);
}

static void
entities_and_outsiders_are_refused(void **state)
{
	static const char *const bad[] = {
		"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
		"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a/>",
		"<a>",
		"",
		"{\"a\":1}",
	};
	struct xml_doc *doc;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(xml_parse(&doc, bytes_of_text(bad[i]), &err),
		    -1);
	assert_int_equal(xml_parse(&doc, bytes_of_text("<a b='c'>d</a>"), &err),
	    0);
	assert_string_equal(xml_get(xml_root(doc), "b"), "c");
	assert_string_equal(xml_only_text(xml_root(doc)), "d");
	xml_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_has_no_markup),
		cmocka_unit_test(markdown_calls_nobody),
		cmocka_unit_test(a_formula_is_text),
		cmocka_unit_test(numbers_and_times_for_people),
		cmocka_unit_test(a_uuid_is_of_version_5),
		cmocka_unit_test(a_line_is_one_and_not_empty),
		cmocka_unit_test(a_line_of_a_megabyte_is_one),
		cmocka_unit_test(documents_hold_only_what_xml_can),
		cmocka_unit_test(entities_and_outsiders_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
