/* kind_test.c: the table of kinds, its checks, its schema, its page. */
#include <stdio.h>

#include "ledger/kind_internal.h"
#include "tests/unit/ledger/records.h"

/* ---- the table itself ---- */

static void
every_example_is_a_record(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		struct record record = test_record(kinds[i]->name,
		    kinds[i]->example);

		assert_ptr_equal(record.kind, kinds[i]);
		record_free(&record);
	}
}

static size_t
check_rows(const struct member *row)
{
	size_t count = 0;

	for (; row->name != NULL; row++, count++) {
		enum member_type type = row->type;
		size_t len = strlen(row->sentence);

		if (type == MEMBER_LIST || type == MEMBER_MAP)
			type = row->element;
		if (row->sentence[len - 1] != '.')
			fail_msg("%s: no sentence", row->name);
		for (const struct member *other = row + 1;
		    other->name != NULL; other++)
			assert_string_not_equal(row->name, other->name);
		if ((type == MEMBER_OBJECT) != (row->members != NULL))
			fail_msg("%s: members", row->name);
		if ((type == MEMBER_WORD) != (row->words != NULL))
			fail_msg("%s: words", row->name);
		if (row->index >= INDEX_INPUT)
			assert_int_equal(type, MEMBER_DIGEST);
		if (row->index == INDEX_METRICS)
			assert_int_equal(row->element, MEMBER_NUMBER);
		if (row->index == INDEX_PARAMETERS)
			assert_int_equal(row->element, MEMBER_SCALAR);
		if (row->members != NULL)
			assert_in_range(check_rows(row->members), 1, 64);
	}
	return count;
}

static void
every_row_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		const struct member *const others[] = {
			kind_common, kind_optional, NULL,
		};
		size_t rows = check_rows(kinds[i]->members) +
		    check_rows(kind_common) + check_rows(kind_optional);
		struct member_cursor cursor = member_cursor_new(others);
		unsigned number;

		assert_in_range(rows, 8, MEMBER_ROWS_MAX);
		for (const struct member *row = kinds[i]->members;
		    row->name != NULL; row++)
			assert_null(member_find(&cursor, row->name,
			    &number));
	}
}

static void
kinds_are_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++)
		assert_ptr_equal(kind_named(kinds[i]->name), kinds[i]);
	assert_null(kind_named("runs"));
	assert_null(kind_named(""));
}

static void
roles_have_words_and_words_have_roles(void **state)
{
	struct buffer out = buffer_new(100);

	(void)state;
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		assert_int_equal(role_of(role_name(i)), 1U << i);
		assert_non_null(role_sentence(i));
	}
	assert_null(role_name(ROLE_COUNT));
	assert_null(role_sentence(ROLE_COUNT));
	assert_int_equal(role_of("king"), 0);
	role_write(&out, ROLE_SERVICE | ROLE_OWNER, ", ");
	assert_string_equal(buffer_string(&out), "owner, service");
	buffer_free(&out);
}

/* ---- one value of each type ---- */

static const char *const colours[] = { "red", "green", NULL };

static const struct member inner[] = {
	{ .name = "digest", .type = MEMBER_DIGEST, .required = true,
	    .sentence = "A digest." },
	{ .name = NULL },
};

#define HEX64 "\"00112233445566778899aabbccddeeff" \
    "00112233445566778899aabbccddeeff\""
#define HEX40 "\"00112233445566778899aabbccddeeff00112233\""
#define HEX32 "\"00112233445566778899aabbccddeeff\""
#define KEY "\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4la" \
    "krcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
#define SIG "\"ZsqQKob/KjE6sR1RiZhPslDldph58HXE17TWAXs0193b" \
    "4P2SwFdbWKBJrkEqNcwWgCOI8uf25Dh0gHul1nf0DA==\""

static const struct {
	struct member row;
	const char *good[8];
	const char *bad[14];
} types[] = {
	{ { .type = MEMBER_TEXT }, { "\"a\"", "\"a\\nb\"", "\"é\"" },
	    { "\"\"", "1", "null", "{}", "[\"a\"]", "true" } },
	{ { .type = MEMBER_NAME }, { "\"a\"", "\"credit/train.v2_x-1\"" },
	    { "\"\"", "\"-a\"", "\"a b\"", "\"a@1\"", "\"é\"", "1",
	    "\"/a\"" } },
	{ { .type = MEMBER_DIGEST }, { HEX64 },
	    { "\"0011223344556677889gaabbccddeeff"
	    "00112233445566778899aabbccddeeff\"",
	    "\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccdd/0/0\"",
	    "\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccdd`0:0\"", HEX40, "\"\"", "1",
	    "\"00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899aabbccddeeff\"",
	    "\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeef\"",
	    "\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff0\"" } },
	{ { .type = MEMBER_NONCE }, { HEX32 }, { HEX40, "\"0011\"", "7" } },
	{ { .type = MEMBER_COMMIT }, { HEX40, HEX64 },
	    { HEX32, "\"main\"", "null" } },
	{ { .type = MEMBER_TIME }, { "\"2026-11-23T09:00:00.123Z\"" },
	    { "\"2026-11-23T09:00:00Z\"", "\"2026-02-30T09:00:00.123Z\"",
	    "\"2026-11-23\"", "0", "\"2026-11-23t09:00:00.123z\"" } },
	{ { .type = MEMBER_NUMBER },
	    { "0", "-1.5", "1e300", "\"NaN\"", "\"Infinity\"",
	    "\"-Infinity\"" },
	    { "\"nan\"", "\"1\"", "true", "null", "\"+Infinity\"", "\"\"" } },
	{ { .type = MEMBER_COUNT },
	    { "0", "9007199254740992", "\"9007199254740993\"",
	    "\"9223372036854775807\"" },
	    { "-1", "0.5", "\"9007199254740992\"", "\"1\"",
	    "\"9223372036854775808\"", "\"09007199254740993\"",
	    "\"-9007199254740993\"", "\"90071992547409931x\"", "1e30",
	    "\"\"", "\"10000000000000000000\"" } },
	{ { .type = MEMBER_INTEGER },
	    { "0", "-7", "\"-9007199254740993\"", "\"9007199254740993\"" },
	    { "1.5", "\"7\"", "\"--9007199254740993\"", "\"-\"", "true" } },
	{ { .type = MEMBER_BOOL }, { "true", "false" },
	    { "0", "\"true\"", "null" } },
	{ { .type = MEMBER_WORD, .words = colours },
	    { "\"red\"", "\"green\"" },
	    { "\"Red\"", "\"\"", "1", "\"red \"", "null" } },
	{ { .type = MEMBER_PUBLIC_KEY }, { KEY "\"" },
	    { KEY " alice\"", "\"ssh-rsa AAAA\"", "\"\"", "{}" } },
	{ { .type = MEMBER_SIGNATURE }, { SIG },
	    { "\"AAAA\"", "\"\"", "1" } },
	{ { .type = MEMBER_SCALAR }, { "\"\"", "1", "true", "\"x\"" },
	    { "null", "[]", "{}" } },
	{ { .type = MEMBER_ANY }, { "null", "[[{}]]", "{\"a\":1}" },
	    { "{\"$sealed\":\"x\"}", "[{\"a\":{\"$sealed\":\"x\"}}]" } },
	{ { .type = MEMBER_OBJECT, .members = inner },
	    { "{\"digest\":" HEX64 "}" },
	    { "{}", "[]", "{\"digest\":" HEX64 ",\"x\":1}", "\"a\"" } },
	{ { .type = MEMBER_LIST, .element = MEMBER_WORD, .words = colours },
	    { "[]", "[\"red\",\"red\"]" },
	    { "{}", "\"red\"", "[\"red\",\"blue\"]", "[1]" } },
	{ { .type = MEMBER_LIST, .element = MEMBER_LIST },
	    { "[]", "[[1,\"a\"],[]]" }, { "[1]", "[{}]", "{}" } },
	{ { .type = MEMBER_LIST, .element = MEMBER_OBJECT,
	    .members = inner }, { "[]", "[{\"digest\":" HEX64 "}]" },
	    { "[{}]", "[1]", "[{\"digest\":" HEX64 "},{\"a\":1}]" } },
	{ { .type = MEMBER_MAP, .element = MEMBER_NUMBER },
	    { "{}", "{\"a b\":1,\"é\":\"NaN\"}" },
	    { "[]", "{\"a\":true}", "{\"\":1}", "{\"a\\nb\":1}",
	    "{\"a\\u0085b\":1}", "{\"a\\u007fb\":1}", "{\"$sealed\":1}" } },
	{ { .type = MEMBER_MAP, .element = MEMBER_MAP },
	    { "{\"a\":{\"b\":[]}}" }, { "{\"a\":1}", "{\"a\":[]}" } },
};

static int
check_one(const struct member *row, const char *value, struct error *err)
{
	struct member table[2] = { *row, { .name = NULL } };
	const struct member *const rows[] = { table, NULL };
	struct buffer text = buffer_new(2000);
	struct json *tree;
	int result;

	table[0].name = "m";
	table[0].sentence = "M.";
	buffer_printf(&text, "{\"m\":%s}", value);
	tree = test_json(buffer_string(&text));
	result = member_check_object(tree, rows, "p", err);
	json_free(tree);
	buffer_free(&text);
	return result;
}

static void
values_are_held_to_their_type(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (size_t j = 0; types[i].good[j] != NULL; j++)
			if (check_one(&types[i].row, types[i].good[j],
			    &err) == -1)
				fail_msg("%zu: %s: %s: %s", i,
				    types[i].good[j], err.where, err.what);
		for (size_t j = 0; types[i].bad[j] != NULL; j++) {
			if (check_one(&types[i].row, types[i].bad[j],
			    &err) == 0)
				fail_msg("%zu: %s: taken", i,
				    types[i].bad[j]);
			assert_int_equal(err.class, ERROR_UNDECIDED);
			assert_ptr_equal(strstr(err.where, "p.m"), err.where);
		}
	}
}

static void
a_free_name_has_at_most_200_bytes(void **state)
{
	struct member map = { .type = MEMBER_MAP, .element = MEMBER_NUMBER };
	struct error err;
	char value[300];

	(void)state;
	(void)snprintf(value, sizeof(value), "{\"%0200d\":1}", 0);
	assert_int_equal(check_one(&map, value, &err), 0);
	(void)snprintf(value, sizeof(value), "{\"%0201d\":1}", 0);
	assert_int_equal(check_one(&map, value, &err), -1);
}

/* ---- what a refusal says ---- */

static void
check_says(const char *kind_name, const char *members, const char *where,
    const char *what, const char *remedy)
{
	const struct member *const rows[] = {
		kind_optional, kind_named(kind_name)->members, NULL,
	};
	struct json *tree = test_json(members);
	struct error err;

	assert_int_equal(member_check_object(tree, rows, "predicate", &err),
	    -1);
	assert_string_equal(err.where, where);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
	if (strstr(err.remedy, remedy) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.remedy, remedy);
	json_free(tree);
}

static void
a_refusal_says_where_it_is(void **state)
{
	(void)state;
	check_says("run", "{\"inputs\":[{\"name\":\"a\",\"digest\":" HEX64
	    "},{\"name\":\"b\",\"digest\":" HEX64 "},{\"name\":\"c\","
	    "\"digest\":\"zz\"}]}", "predicate.inputs[2].digest",
	    "\"zz\" is not a SHA-256", "");
	check_says("run", "{\"metrics\":{\"a b\":null}}",
	    "predicate.metrics[\"a b\"]", "null", "");
	check_says("run", "{\"code\":{\"dirty\":1}}", "predicate.code.dirty",
	    "a number was found instead of true or false", "");
}

static void
an_unknown_member_is_named_with_the_nearest(void **state)
{
	(void)state;
	check_says("dataset", "{\"lisence\":\"MIT\"}", "predicate",
	    "\"lisence\" is not a member", "did you mean \"licence\"?");
	check_says("dataset", "{\"qqqqqqqqqqqq\":1}", "predicate",
	    "\"qqqqqqqqqqqq\" is not a member", "");
}

static void
a_wrong_word_is_answered_with_the_right_ones(void **state)
{
	(void)state;
	check_says("model", "{\"risk_class\":\"hihg\"}",
	    "predicate.risk_class",
	    "minimal, limited, high, unacceptable", "\"high\"");
}

static void
a_missing_member_is_explained(void **state)
{
	(void)state;
	check_says("incident", "{\"name\":\"a\",\"version\":\"1\","
	    "\"title\":\"t\",\"severity\":\"low\"}", "predicate",
	    "the member \"what\" is missing", "What happened, in full.");
	check_says("dataset", "{\"name\":\"a\",\"version\":\"1\","
	    "\"supersedes\":{\"entry\":" HEX64 "}}", "predicate.supersedes",
	    "\"because\" is missing", "What was wrong with it.");
}

static void
a_member_twice_is_refused_in_a_built_tree(void **state)
{
	const struct member *const rows[] = { inner, NULL };
	struct json *tree = json_new_object();
	struct error err;
	static const char hex[] = "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff";

	(void)state;
	assert_int_equal(json_put(tree, "digest", json_new_text(hex), &err),
	    0);
	assert_int_equal(member_check_object(tree, rows, "p", &err), 0);
	assert_int_equal(json_put(tree, "digest", json_new_text(hex), &err),
	    0);
	assert_int_equal(member_check_object(tree, rows, "p", &err), -1);
	assert_non_null(strstr(err.what, "twice"));
	json_free(tree);
}

/* ---- the schema ---- */

/* Every member of a value is one the schema describes, all the way in. */
static void
check_described(const struct json *schema, const struct json *value)
{
	const struct json *child, *properties, *any;

	/* What may be sealed is described first as it is when it is not. */
	if (json_member(schema, "anyOf") != NULL)
		schema = json_first(json_member(schema, "anyOf"));
	properties = json_member(schema, "properties");
	any = json_member(schema, "additionalProperties");

	if (json_type(value) == JSON_LIST)
		for (child = json_first(value); child != NULL;
		    child = json_next(child))
			check_described(json_member(schema, "items"), child);
	if (json_type(value) != JSON_OBJECT || json_count(schema) == 0)
		return;
	for (child = json_first(value); child != NULL;
	    child = json_next(child)) {
		const struct json *inside = properties == NULL ? any :
		    json_member(properties, json_name(child));

		if (inside == NULL)
			fail_msg("%s is not described", json_name(child));
		check_described(inside, child);
	}
}

static void
the_schema_describes_every_example(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		struct json *example = test_json(kinds[i]->example), *schema;
		struct error err;

		assert_int_equal(kind_schema(&schema, kinds[i], &err), 0);
		check_described(schema, example);
		json_free(schema);
		json_free(example);
	}
}

static void
the_schema_is_of_2020_12_and_closed(void **state)
{
	struct json *schema, *again;
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	const struct json *properties, *digest;
	struct error err;

	(void)state;
	assert_int_equal(kind_schema(&schema, kind_named("run"), &err), 0);
	assert_string_equal(json_member_text(schema, "$schema"),
	    "https://json-schema.org/draft/2020-12/schema");
	assert_string_equal(json_member_text(schema, "$id"),
	    "urn:vouchbook:run:v1");
	assert_false(json_bool(json_member(schema, "additionalProperties")));
	assert_string_equal(json_text(json_first(json_member(schema,
	    "required"))), "ledger");
	properties = json_member(schema, "properties");
	assert_string_equal(json_name(json_first(properties)), "ledger");
	digest = json_member(properties, "started");
	assert_string_equal(json_member_text(digest, "pattern"),
	    "^[0-9a-f]{64}$");
	assert_string_equal(json_text(json_first(json_member(json_member(
	    properties, "phase"), "enum"))), "start");
	assert_non_null(json_member(properties, "tags"));
	json_write(&text, schema);
	assert_int_equal(json_parse(&again, buffer_bytes(&text), &err), 0);
	json_free(again);
	json_free(schema);
	buffer_free(&text);
}

/* ---- the page ---- */

static void
the_page_tells_every_member(void **state)
{
	(void)state;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		struct buffer page = buffer_new(LIMIT_ENVELOPE);

		kind_describe(&page, kinds[i]);
		for (const struct member *row = kinds[i]->members;
		    row->name != NULL; row++)
			assert_non_null(strstr(buffer_string(&page),
			    row->sentence));
		assert_non_null(strstr(buffer_string(&page), "```json\n"));
		buffer_free(&page);
	}
}

static void
the_page_shows_where_members_are(void **state)
{
	struct buffer page = buffer_new(LIMIT_ENVELOPE);

	(void)state;
	kind_describe(&page, kind_named("run"));
	assert_non_null(strstr(buffer_string(&page),
	    "| `inputs[].digest` | digest | yes |"));
	assert_non_null(strstr(buffer_string(&page), "`series.*.count`"));
	assert_non_null(strstr(buffer_string(&page),
	    "`run/NAME@VERSION`"));
	assert_non_null(strstr(buffer_string(&page),
	    "Signed by: engineer, service."));
	buffer_clear(&page);
	kind_describe(&page, NULL);
	assert_non_null(strstr(buffer_string(&page), "`after.root`"));
	assert_non_null(strstr(buffer_string(&page), "`supersedes.entry`"));
	buffer_free(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_a_record),
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(kinds_are_found_by_name),
		cmocka_unit_test(roles_have_words_and_words_have_roles),
		cmocka_unit_test(values_are_held_to_their_type),
		cmocka_unit_test(a_free_name_has_at_most_200_bytes),
		cmocka_unit_test(a_refusal_says_where_it_is),
		cmocka_unit_test(an_unknown_member_is_named_with_the_nearest),
		cmocka_unit_test(a_wrong_word_is_answered_with_the_right_ones),
		cmocka_unit_test(a_missing_member_is_explained),
		cmocka_unit_test(a_member_twice_is_refused_in_a_built_tree),
		cmocka_unit_test(the_schema_describes_every_example),
		cmocka_unit_test(the_schema_is_of_2020_12_and_closed),
		cmocka_unit_test(the_page_tells_every_member),
		cmocka_unit_test(the_page_shows_where_members_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
