#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "ledger/disclosure_file.h"
#include "ledger/kind.h"
#include "ledger/sealed.h"

/* Section 4.2.4.2 of RFC 9901 (SD-JWT) has other salts and spellings; the
 * digest is SHA-256 of the ASCII of a disclosure there, too. */

static struct json *
tree(const char *text)
{
	struct json *made;
	struct error err;

	if (json_parse(&made, bytes_of_text(text), &err) == -1)
		fail_msg("%s: %s", text, err.what);
	return made;
}

static void
what_was_sealed_opens(void **state)
{
	struct json *members = tree("{\"a\":{\"b\":[1,\"two\"]},\"c\":true}");
	struct disclosures list = { .item = NULL };
	struct json *value;
	struct digest digest;
	struct buffer text = buffer_new(1000);
	struct error err;

	(void)state;
	assert_int_equal(sealed_seal(members, "a.b[1]", &list, &err), 0);
	assert_int_equal(list.count, 1);
	assert_true(sealed_is(json_next(json_first(json_member(
				  json_member(members, "a"), "b"))),
	    &digest));
	assert_true(digest_equal(digest,
	    digest_of(bytes_of_text(list.item[0].text))));
	assert_ptr_equal(disclosures_find(&list, digest), &list.item[0]);
	assert_int_equal(sealed_open(&value,
			     bytes_of_text(list.item[0].text), &err), 0);
	assert_string_equal(json_text(value), "two");
	json_free(value);
	/* The object keeps its order and its names. */
	json_write(&text, members);
	assert_memory_equal(text.data, "{\"a\":{\"b\":[1,{\"$sealed\":\"", 25);
	assert_int_equal(sealed_seal(members, "a.b[1]", &list, &err), -1);
	assert_int_equal(sealed_seal(members, "a", &list, &err), -1);
	assert_non_null(strstr(err.what, "sealed already"));
	assert_int_equal(sealed_seal(members, "d", &list, &err), -1);
	assert_non_null(strstr(err.what, "no value at 'd'"));
	buffer_free(&text);
	disclosures_free(&list);
	json_free(members);
}

static void
two_salts_differ(void **state)
{
	struct json *value = tree("\"same\"");
	struct buffer one = buffer_new(1000), two = buffer_new(1000);
	struct error err;

	(void)state;
	assert_int_equal(sealed_disclose(&one, value, &err), 0);
	assert_int_equal(sealed_disclose(&two, value, &err), 0);
	assert_int_equal(one.len, two.len);
	assert_memory_not_equal(one.data, two.data, 32);
	buffer_free(&one);
	buffer_free(&two);
	json_free(value);
}

static int
open_array(const char *array, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_DISCLOSURE);
	struct json *value = NULL;
	int result;

	base64url_append(&text, bytes_of_text(array));
	result = sealed_open(&value, buffer_bytes(&text), err);
	json_free(value);
	buffer_free(&text);
	return result;
}

static void
disclosures_are_exact(void **state)
{
	static const char *const wrong[] = { "", "[]", "{}",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\"]",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\",1,2]",
		"[\"AAAAAAAAAAAAAAAAAAAAA\",1]",
		"[\"AAAAAAAAAAAAAAAAAAAAAB\",1]",
		"[\"AAAAAAAAAAAAAAAAAAAAA=\",1]", "[1,1]",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\",null]",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\",{\"$sealed\":\"x\"}]",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\",[{\"a\":{\"$sealed\":1}}]]",
		"[\"AAAAAAAAAAAAAAAAAAAAAA\",1e999]" };
	struct json *value;
	struct error err;

	(void)state;
	assert_int_equal(open_array("[\"AAAAAAAAAAAAAAAAAAAAAA\",1]", &err),
	    0);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (open_array(wrong[i], &err) == 0)
			fail_msg("taken: %s", wrong[i]);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	/* Padding, another alphabet, bits left over. */
	assert_int_equal(sealed_open(&value, bytes_of_text("WyI="), &err), -1);
	assert_int_equal(sealed_open(&value, bytes_of_text("Wy+/"), &err), -1);
	assert_int_equal(sealed_open(&value, bytes_of_text("W"), &err), -1);
	assert_int_equal(sealed_open(&value, bytes_of_text("WyJ"), &err), -1);
}

static void
commitments_are_exact(void **state)
{
	static const char *const wrong[] = { "{\"$sealed\":\"x\"}",
		"{\"$sealed\":1}",
		"{\"$sealed\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"}",
		"{\"$sealed\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
		"{\"$sealed\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		"\"a\":1}",
		"{\"a\":1}", "[]", "1" };
	struct digest digest;
	struct json *value = tree("{\"$sealed\":"
	    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");

	(void)state;
	assert_true(sealed_is(value, &digest));
	json_free(value);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		value = tree(wrong[i]);
		if (sealed_is(value, &digest))
			fail_msg("taken: %s", wrong[i]);
		json_free(value);
	}
}

static void
paths_lead_to_one_value(void **state)
{
	static const struct {
		const char *path;
		const char *text; /* NULL: there is none. */
	} cases[] = { { "a.b", "nested" }, { "[\"a.b\"]", "dotted" },
		{ "c.d", "only dotted" }, { "e[1][0]", "deep" },
		{ "e[2]", NULL }, { "e[x]", NULL }, { "e[1", NULL },
		{ "[\"q\\\"x\"]", "quoted" }, { "[\"q", NULL },
		{ "a.b.c", NULL }, { "a..b", NULL }, { "", NULL },
		{ ".", NULL }, { "a[0]", NULL }, { "e.1", NULL },
		{ "e[-1]", NULL }, { "e[99999999999999999999]", NULL } };
	struct json *root = tree("{\"a\":{\"b\":\"nested\"},\"a.b\":\"dotted\","
	    "\"c.d\":\"only dotted\",\"e\":[0,[\"deep\"]],"
	    "\"q\\\"x\":\"quoted\"}");
	const struct json *value, *parent;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int result = sealed_find(&value, &parent, root, cases[i].path,
		    &err);

		if ((result == 0) != (cases[i].text != NULL))
			fail_msg("%s: %d", cases[i].path, result);
		if (result == 0)
			assert_string_equal(json_text(value), cases[i].text);
	}
	json_free(root);
}

/* Every path that is listed leads back to its commitment. */
static void
listed_paths_are_found_again(void **state)
{
	struct json *root = tree("{\"a.b\":{\"x y\":{\"$sealed\":"
	    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}},\"a\":{\"b\":"
	    "{\"x y\":1}},\"l\":[[1,{\"$sealed\":"
	    "\"BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]]}");
	struct sealed_fields list = { .item = NULL };
	const struct json *value, *parent;
	struct digest digest;
	struct error err;

	(void)state;
	assert_int_equal(sealed_list(&list, root, &err), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.item[0].path, "[\"a.b\"][\"x y\"]");
	assert_string_equal(list.item[1].path, "l[0][1]");
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(sealed_find(&value, &parent, root,
				     list.item[i].path, &err), 0);
		assert_true(sealed_is(value, &digest));
		assert_true(digest_equal(digest, list.item[i].digest));
	}
	json_free(root);
	root = tree("[{\"$sealed\":"
	    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"},{\"$sealed\":"
	    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]");
	assert_int_equal(sealed_list(&list, root, &err), -1);
	assert_non_null(strstr(err.what, "same commitment"));
	sealed_fields_free(&list);
	json_free(root);
}

/* What is decided by name, lineage or authority stays open. */
static void
only_some_members_are_sealable(void **state)
{
	static const struct {
		const char *kind;
		const char *member;
		bool sealable;
	} cases[] = { { "run", "user", true }, { "run", "host", true },
		{ "run", "environment", true }, { "run", "parameters", true },
		{ "run", "metrics", true }, { "run", "code", true },
		{ "run", "name", false }, { "run", "version", false },
		{ "run", "status", false }, { "run", "phase", false },
		{ "run", "started", false }, { "run", "inputs", false },
		{ "run", "outputs", false }, { "run", "started_at", false },
		{ "run", "series", false }, { "incident", "what", true },
		{ "observation", "window", false },
		{ "evaluation", "model", false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct member *row =
		    kind_named(cases[i].kind)->members;

		while (strcmp(row->name, cases[i].member) != 0)
			row++;
		if (member_is_sealable(row, row->type) != cases[i].sealable)
			fail_msg("%s.%s", cases[i].kind, cases[i].member);
	}
	for (size_t i = 0; kinds[i] != NULL; i++)
		assert_false(kinds[i]->erasable && !kinds[i]->sealable);
	assert_false(kind_named("genesis")->sealable);
	assert_false(kind_named("key")->sealable);
	assert_false(kind_named("policy")->sealable);
	assert_false(kind_named("verdict")->sealable);
	assert_false(kind_named("erasure")->sealable);
	assert_false(kind_named("deployment")->erasable);
}

static void
files_of_disclosures_come_back(void **state)
{
	struct json *value = tree("{\"a\":[1,2]}");
	struct disclosures out = { .item = NULL }, in = { .item = NULL };
	struct disclosure_source source = { .number = 7, .has_entry = true };
	struct disclosure_source read = { .ledger = NULL };
	struct buffer text = buffer_new(10000), file = buffer_new(100000);
	struct error err;
	char ledger[] = "example.com/x";

	(void)state;
	assert_int_equal(sealed_disclose(&text, value, &err), 0);
	assert_int_equal(disclosures_add(&out, "a.b", buffer_bytes(&text),
			     &err), 0);
	source.ledger = ledger;
	disclosure_file_write(&file, &source, &out);
	assert_int_equal(disclosure_file_parse(&in, &read, buffer_bytes(&file),
			     &err), 0);
	assert_int_equal(in.count, 1);
	assert_string_equal(in.item[0].path, "a.b");
	assert_string_equal(in.item[0].text, out.item[0].text);
	assert_string_equal(read.ledger, ledger);
	assert_int_equal(read.number, 7);
	/* Twice the same. */
	assert_int_equal(disclosure_file_parse(&in, NULL, buffer_bytes(&file),
			     &err), -1);
	/* Every cut is refused. */
	for (size_t len = 0; len + 1 < file.len; len++) {
		struct disclosures cut = { .item = NULL };

		if (disclosure_file_parse(&cut, NULL,
			bytes_of(file.data, len), &err) == 0)
			fail_msg("%zu bytes are taken", len);
		disclosures_free(&cut);
	}
	disclosure_source_free(&read);
	disclosures_free(&in);
	disclosures_free(&out);
	buffer_free(&text);
	buffer_free(&file);
	json_free(value);
}

static void
other_files_are_refused(void **state)
{
	static const char *const wrong[] = { "{}", "[]",
		"{\"format\":\"urn:vouchbook:disclosures:v1\"}",
		"{\"format\":\"x\",\"disclosures\":[]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\","
		"\"disclosures\":[],\"more\":1}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\","
		"\"disclosures\":[1]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\","
		"\"disclosures\":[{\"disclosure\":\"x\"}]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\",\"number\":1,"
		"\"disclosures\":[]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\",\"number\":-1,"
		"\"entry\":\"00\",\"disclosures\":[]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\",\"ledger\":1,"
		"\"disclosures\":[]}",
		"{\"format\":\"urn:vouchbook:disclosures:v1\","
		"\"disclosures\":[{\"path\":1,\"disclosure\":\"x\"}]}" };
	struct disclosures in = { .item = NULL };
	struct disclosure_source source = { .ledger = NULL };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (disclosure_file_parse(&in, &source,
			bytes_of_text(wrong[i]), &err) == 0)
			fail_msg("taken: %s", wrong[i]);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	assert_int_equal(disclosure_file_read(&in, &source, "/nowhere", &err),
	    -1);
	disclosure_source_free(&source);
	disclosures_free(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(two_salts_differ),
		cmocka_unit_test(disclosures_are_exact),
		cmocka_unit_test(commitments_are_exact),
		cmocka_unit_test(paths_lead_to_one_value),
		cmocka_unit_test(listed_paths_are_found_again),
		cmocka_unit_test(only_some_members_are_sealable),
		cmocka_unit_test(files_of_disclosures_come_back),
		cmocka_unit_test(other_files_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
