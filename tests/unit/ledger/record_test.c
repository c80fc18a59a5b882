/* record_test.c: statements are read, refused, composed and named. */
#include "keys/public_key.h"
#include "keys/signer.h"
#include "tests/unit/ledger/records.h"

#define A64 "9f86d081884c7d659a2feaa0c55ad015" \
    "a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define B64 "60303ae22b998861bce3b28f33eec1be" \
    "758a213c86c93c076dbe9f558c11c752"

/* The text of a good record of a kind, from its example. */
static struct buffer
good_text(const char *kind)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	if (test_compose(&text, kind, kind_named(kind)->example, &err) == -1)
		fail_msg("%s: %s", err.where, err.what);
	return text;
}

static void
expect_refused(const char *text, const char *where, const char *what)
{
	struct record record;
	struct error err;

	if (record_parse(&record, bytes_of_text(text), &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	if (strcmp(err.where, where) != 0)
		fail_msg("\"%s\" is not at \"%s\" (%s)", err.where, where,
		    err.what);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
}

/* A good record with one piece of text replaced is refused. */
static void
expect_refused_with(const char *kind, const char *old, const char *new,
    const char *where, const char *what)
{
	struct buffer good = good_text(kind), bad = buffer_new(
	    LIMIT_ENVELOPE);

	test_replace(&bad, buffer_string(&good), old, new);
	expect_refused(buffer_string(&bad), where, what);
	buffer_free(&good);
	buffer_free(&bad);
}

/* Members, composed with the right subjects, are refused. */
static void
expect_members_refused(const char *kind, const char *members,
    const char *where, const char *what)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	if (test_compose(&out, kind, members, &err) == 0)
		fail_msg("taken: %s", members);
	if (strcmp(err.where, where) != 0)
		fail_msg("\"%s\" is not at \"%s\" (%s)", err.where, where,
		    err.what);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
	assert_int_equal(out.len, 0);
	buffer_free(&out);
}

/* The example of a kind with one piece replaced is refused. */
static void
expect_example_refused(const char *kind, const char *old, const char *new,
    const char *where, const char *what)
{
	struct buffer members = buffer_new(LIMIT_ENVELOPE);

	test_replace(&members, kind_named(kind)->example, old, new);
	expect_members_refused(kind, buffer_string(&members), where, what);
	buffer_free(&members);
}

/* ---- what is read ---- */

static void
what_was_composed_is_read_back(void **state)
{
	struct record_head head = test_head(kind_named("run"));
	struct record record = test_record("run", kind_named("run")->example);

	(void)state;
	assert_string_equal(record.kind->name, "run");
	assert_string_equal(record.head.ledger, TEST_ORIGIN);
	assert_int_equal(record.head.made_ms, TEST_MADE_MS);
	assert_memory_equal(record.head.nonce, head.nonce, NONCE_LEN);
	assert_int_equal(record.head.after_size, 41);
	assert_true(digest_equal(record.head.after_root, head.after_root));
	assert_true(digest_equal(record.subject,
	    record_identity(TEST_ORIGIN, "run/credit/train@3")));
	assert_int_equal(json_count(record.subjects), 2);
	assert_string_equal(json_member_text(record.predicate, "status"),
	    "finished");
	record_free(&record);
	record_free(&record);
	record_free(NULL);
}

static void
the_text_has_one_spelling(void **state)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	(void)state;
	assert_int_equal(test_compose(&text, "incident",
	    "{\"name\":\"x\",\"version\":\"1\",\"title\":\"t\","
	    "\"what\":\"w\",\"severity\":\"low\"}", &err), 0);
	assert_string_equal(buffer_string(&text),
	    "{\"_type\":\"https://in-toto.io/Statement/v1\","
	    "\"subject\":[{\"name\":\"incident/x@1\",\"digest\":{\"sha256\":"
	    "\"19e56bcd238f8403eb86b3e81c2fd5d3"
	    "60a2770a26eeaf4f7bfa1e8c0b594769\"}}],"
	    "\"predicateType\":\"urn:vouchbook:incident:v1\","
	    "\"predicate\":{\"ledger\":\"example.org/credit\","
	    "\"made\":\"2026-11-23T09:00:00.123Z\","
	    "\"nonce\":\"abababababababababababababababab\","
	    "\"after\":{\"size\":41,\"root\":"
	    "\"5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"
	    "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c\"},"
	    "\"name\":\"x\",\"version\":\"1\",\"title\":\"t\","
	    "\"what\":\"w\",\"severity\":\"low\"}}");
	buffer_free(&text);
}

static void
statement_members_may_stand_in_any_order(void **state)
{
	struct buffer good = good_text("incident");
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct json *tree = test_json(buffer_string(&good));
	struct json *first = json_take(tree, "_type");
	struct record record;
	struct error err;

	(void)state;
	assert_int_equal(json_put(tree, "_type", first, &err), 0);
	json_write_pretty(&text, tree);
	assert_int_equal(record_parse(&record, buffer_bytes(&text), &err), 0);
	record_free(&record);
	json_free(tree);
	buffer_free(&text);
	buffer_free(&good);
}

static void
a_digest_by_another_algorithm_may_stand_beside_sha256(void **state)
{
	struct buffer good = good_text("incident");
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct record record;
	struct error err;

	(void)state;
	test_replace(&text, buffer_string(&good), "{\"sha256\":",
	    "{\"sha512\":\"00ff\",\"sha256\":");
	assert_int_equal(record_parse(&record, buffer_bytes(&text), &err), 0);
	record_free(&record);
	buffer_free(&text);
	buffer_free(&good);
}

static void
supersedes_tags_and_note_are_open_to_all(void **state)
{
	struct record record = test_record("incident",
	    "{\"name\":\"x\",\"version\":\"1\",\"title\":\"t\","
	    "\"what\":\"w\",\"severity\":\"low\",\"supersedes\":{"
	    "\"entry\":\"" A64 "\",\"because\":\"wrong model\"},"
	    "\"tags\":{\"team\":\"risk\"},\"note\":\"n\"}");

	(void)state;
	assert_string_equal(json_member_text(record.predicate, "note"), "n");
	record_free(&record);
}

/* ---- what is refused ---- */

static void
what_is_not_json_is_refused(void **state)
{
	struct record record;
	struct error err;

	(void)state;
	assert_int_equal(record_parse(&record, bytes_of_text("{\"a\":1"),
	    &err), -1);
	assert_non_null(strstr(err.where, "line 1"));
	expect_refused("[]", "", "a statement is an object");
	expect_refused("{}", "", "_type, subject, predicateType");
	expect_refused_with("incident", "{\"_type\"",
	    "{\"_type\":\"x\",\"_type\"", "line 1, column 14", "_type");
}

static void
a_statement_has_four_members(void **state)
{
	(void)state;
	expect_refused_with("incident", "{\"_type\"", "{\"x\":1,\"_type\"",
	    "x", "only");
	expect_refused_with("incident", "/v1\",\"subject\"",
	    "/v0.1\",\"subject\"", "_type", STATEMENT_TYPE);
	expect_refused_with("incident", "\"https://in-toto.io/Statement/v1\"",
	    "1", "_type", STATEMENT_TYPE);
	expect_refused_with("incident", "\"predicateType\":\"urn:vouchbook:"
	    "incident:v1\",", "", "", "a statement has the members");
}

static void
a_kind_that_is_not_known_is_named_with_the_nearest(void **state)
{
	struct buffer good = good_text("incident"), bad = buffer_new(
	    LIMIT_ENVELOPE);
	struct record record;
	struct error err;

	(void)state;
	test_replace(&bad, buffer_string(&good), "urn:vouchbook:incident:v1",
	    "urn:vouchbook:incidnet:v1");
	assert_int_equal(record_parse(&record, buffer_bytes(&bad), &err),
	    -1);
	assert_string_equal(err.where, "predicateType");
	assert_non_null(strstr(err.what, "\"incidnet\""));
	assert_non_null(strstr(err.remedy, "\"incident\""));
	buffer_free(&good);
	buffer_free(&bad);
	expect_refused_with("incident", "incident:v1", "incident:v2",
	    "predicateType", "predicate type");
	expect_refused_with("incident", "urn:vouchbook:incident:v1",
	    "https://slsa.dev/provenance/v1", "predicateType",
	    "predicate type");
	expect_refused_with("incident", "urn:vouchbook:incident:v1",
	    "urn:vouchbook::v1", "predicateType", "predicate type");
	expect_refused_with("incident", "vouchbook:incident:v1",
	    "vouchbook:incidentincidentincidentincident:v1",
	    "predicateType", "predicate type");
}

static void
subjects_have_a_name_and_a_sha256(void **state)
{
	(void)state;
	expect_refused_with("incident", "\"subject\":[", "\"subject\":[1,",
	    "subject[0]", "name and digest");
	expect_refused_with("incident", "\"subject\":[{",
	    "\"subject\":[{\"uri\":\"x\",", "subject[0]", "name and digest");
	expect_refused_with("incident", "{\"sha256\":\"",
	    "{\"sha256\":\"0", "subject[0]", "64 lower-case");
	expect_refused_with("incident", "{\"sha256\":", "{\"sha1\":",
	    "subject[0]", "without sha256");
	expect_refused_with("incident", "{\"sha256\":",
	    "{\"md5\":\"xy\",\"sha256\":", "subject[0]", "hex");
	expect_refused_with("incident", "{\"sha256\":",
	    "{\"md5\":\"\",\"sha256\":", "subject[0]", "hex");
	expect_refused_with("incident", "\"digest\":{\"sha256\":",
	    "\"digest\":[],\"x\":{\"sha256\":", "subject[0]",
	    "name and digest");
	expect_refused_with("incident", "\"subject\":[{\"name\":\"",
	    "\"subject\":[{\"name\":\"\",\"digest\":{\"sha256\":\"" A64
	    "\"}},{\"name\":\"", "subject[0]", "name and digest");
	expect_refused("{\"_type\":\"" STATEMENT_TYPE "\",\"subject\":[],"
	    "\"predicateType\":\"urn:vouchbook:run:v1\",\"predicate\":{}}",
	    "subject", "at least one");
}

static void
the_head_comes_first_and_in_order(void **state)
{
	(void)state;
	expect_refused_with("incident",
	    "\"made\":\"2026-11-23T09:00:00.123Z\","
	    "\"nonce\":\"abababababababababababababababab\",",
	    "\"nonce\":\"abababababababababababababababab\","
	    "\"made\":\"2026-11-23T09:00:00.123Z\",",
	    "predicate", "\"made\"");
	expect_refused_with("incident", "\"predicate\":{",
	    "\"predicate\":{\"note\":\"n\",", "predicate", "\"ledger\"");
	expect_refused_with("incident", "\"made\":\"2026-11-23T09:00:00."
	    "123Z\",", "", "predicate", "\"made\" is missing");
	expect_refused_with("incident", "\"nonce\":\"ab", "\"nonce\":\"a",
	    "predicate.nonce", "128 random bits");
	expect_refused_with("incident", "\"size\":41",
	    "\"size\":\"9007199254740993\"", "predicate.after.size", "2^53");
	expect_refused_with("incident", "\"size\":41,",
	    "\"size\":41,\"time\":1,", "predicate.after", "\"time\"");
	expect_refused_with("incident", "\"ledger\":\"example.org/credit\"",
	    "\"ledger\":\"\"", "predicate.ledger", "empty");
	expect_refused_with("incident", "\"size\":41,", "", "predicate.after",
	    "\"size\" is missing");
	expect_refused_with("incident", "\"size\":41,", "\"size\":-1,",
	    "predicate.after.size", "whole number");
}

static void
members_are_held_to_their_rows(void **state)
{
	(void)state;
	expect_refused_with("incident", "\"severity\":", "\"severty\":",
	    "predicate", "\"severty\"");
	expect_refused_with("incident", "\"severity\":\"medium\"",
	    "\"severity\":\"middling\"", "predicate.severity", "not one of");
	expect_refused_with("incident", "\"title\":\"Scores",
	    "\"tags\":{\"$sealed\":\"x\"},\"title\":\"Scores",
	    "predicate.tags", "sealed");
}

/* ---- the subject rule ---- */

static void
the_first_subject_is_what_the_kind_says(void **state)
{
	(void)state;
	expect_refused_with("dataset", "\"subject\":[{\"name\":\"dataset/h",
	    "\"subject\":[{\"name\":\"dataset/k", "subject[0]",
	    "KIND/NAME@VERSION");
	expect_refused_with("dataset", "\"subject\":[{\"name\":\"dataset/",
	    "\"subject\":[{\"name\":\"model/", "subject[0]",
	    "KIND/NAME@VERSION");
	expect_refused_with("dataset", "\"subject\":[{\"name\":\"dataset/"
	    "hmda@1", "\"subject\":[{\"name\":\"dataset/hmda@11",
	    "subject[0]", "KIND/NAME@VERSION");
	expect_refused_with("run", "\"sha256\":\"", "\"sha1\":\"00\","
	    "\"sha256\":\"" A64 "\",\"x\":\"", "subject[0]", "identity");
	expect_refused_with("evaluation", "\"sha256\":\"" B64,
	    "\"sha256\":\"" A64, "subject[0]", "member model");
	expect_refused_with("evaluation",
	    "\"subject\":[{\"name\":\"model/credit@1\"",
	    "\"subject\":[{\"name\":\"model/credit@2\"", "subject[0]",
	    "member model");
	expect_refused_with("key", "{\"name\":\"key/bob\"",
	    "{\"name\":\"key/rob\"", "subject[0]", "key/NAME");
	expect_refused_with("key", "\"sha256\":\"", "\"sha1\":\"00\","
	    "\"sha256\":\"" A64 "\",\"x\":\"", "subject[0]", "key/NAME");
	expect_refused_with("genesis", "[{\"name\":\"example.org/credit\"",
	    "[{\"name\":\"example.org/debit\"", "subject[0]", "origin");
	expect_refused_with("genesis", "\"sha256\":\"", "\"sha1\":\"00\","
	    "\"sha256\":\"" A64 "\",\"x\":\"", "subject[0]", "origin");
}

static void
further_subjects_are_the_outputs(void **state)
{
	(void)state;
	expect_refused_with("run", ",{\"name\":\"model.json\",\"digest\":{"
	    "\"sha256\":\"" B64 "\"}}]", "]", "subject[1]", "outputs");
	expect_refused_with("run", ",{\"name\":\"model.json\"",
	    ",{\"name\":\"other.json\"", "subject[1]", "outputs");
	expect_refused_with("run", "{\"sha256\":\"" B64 "\"}}]",
	    "{\"sha256\":\"" A64 "\"}}]", "subject[1]", "outputs");
	expect_refused_with("model", "}}],\"predicateType\"",
	    "}},{\"name\":\"model/b@1\",\"digest\":{\"sha256\":\"" A64
	    "\"}}],\"predicateType\"", "subject[1]", "outputs");
}

static void
identities_depend_on_ledger_and_name(void **state)
{
	struct digest a = record_identity("a.org/l", "run/x@1");

	(void)state;
	/* printf 'a.org/l run/x@1' | sha256sum */
	assert_string_equal(digest_hex(a).text,
	    "a4fa4b569a7a8850c3353d0d15ba1bf5"
	    "78224ab370b5a4ec041bb8fafe448d47");
	assert_false(digest_equal(a, record_identity("b.org/l", "run/x@1")));
	assert_false(digest_equal(a, record_identity("a.org/l", "run/x@2")));
}

static void
subjects_follow_from_members_or_say_what_lacks(void **state)
{
	struct json *members = test_json("{\"name\":\"a\"}"), *out = NULL;
	struct error err;

	(void)state;
	assert_int_equal(record_subjects(&out, kind_named("dataset"), "o",
	    members, NULL, &err), -1);
	assert_non_null(strstr(err.what, "\"version\""));
	json_free(members);
	members = test_json("{\"name\":\"a\",\"version\":\"1\"}");
	assert_int_equal(record_subjects(&out, kind_named("dataset"), "o",
	    members, NULL, &err), -1);
	assert_non_null(strstr(err.what, "no digest"));
	assert_int_equal(record_subjects(&out, kind_named("evaluation"), "o",
	    members, NULL, &err), -1);
	assert_string_equal(err.where, "model");
	json_free(members);
	members = test_json("{\"model\":{\"name\":\"m\",\"digest\":\"x\"}}");
	assert_int_equal(record_subjects(&out, kind_named("evaluation"), "o",
	    members, NULL, &err), -1);
	assert_string_equal(err.where, "model.digest");
	json_free(members);
	members = test_json("{\"name\":\"a\",\"version\":\"1\",\"outputs\":["
	    "{\"name\":\"f\",\"digest\":\"x\"}]}");
	assert_int_equal(record_subjects(&out, kind_named("run"), "o",
	    members, NULL, &err), -1);
	assert_string_equal(err.where, "outputs");
	json_free(members);
	assert_null(out);
}

/* ---- each kind's own check ---- */

static void
a_run_that_starts_knows_no_result(void **state)
{
	static const char start[] = "{\"phase\":\"start\",\"name\":\"a\","
	    "\"version\":\"1\",\"inputs\":[{\"name\":\"i\",\"digest\":\""
	    A64 "\"}]%s}";
	static const char *const results[] = {
		",\"status\":\"finished\"", ",\"metrics\":{}",
		",\"outputs\":[]", ",\"exit_status\":0",
		",\"started\":\"" A64 "\"",
		",\"ended_at\":\"2026-11-23T09:00:00.000Z\"",
	};
	struct buffer members = buffer_new(2000);
	struct record record;

	(void)state;
	test_replace(&members, start, "%s", "");
	record = test_record("run", buffer_string(&members));
	record_free(&record);
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		char where[50] = "predicate.";

		buffer_clear(&members);
		test_replace(&members, start, "%s", results[i]);
		strncat(where, results[i] + 2,
		    strcspn(results[i] + 2, "\""));
		expect_members_refused("run", buffer_string(&members), where,
		    "only starts");
	}
	buffer_free(&members);
}

static void
a_run_that_ends_names_its_start_and_its_status(void **state)
{
	(void)state;
	expect_example_refused("run", "\"started\":\"" A64 "\",", "",
	    "predicate", "\"started\"");
	expect_example_refused("run", "\"status\":\"finished\",", "",
	    "predicate", "\"status\"");
	expect_example_refused("run", "\"phase\":\"end\"",
	    "\"phase\":\"whole\"", "predicate.started", "reported whole");
	expect_example_refused("run", "\"ended_at\":\"2026-11-23T09:00:02",
	    "\"ended_at\":\"2026-11-23T08:00:02", "predicate",
	    "\"ended_at\"");
}

static void
points_are_pairs_and_not_too_many(void **state)
{
	struct buffer points = buffer_new(LIMIT_ENVELOPE);
	struct buffer members = buffer_new(LIMIT_ENVELOPE);
	struct record record;

	(void)state;
	expect_example_refused("run", "[1,0.69]", "[1]",
	    "predicate.series.loss.points", "[step, value]");
	expect_example_refused("run", "[1,0.69]", "[1,2,3]",
	    "predicate.series.loss.points", "[step, value]");
	expect_example_refused("run", "[1,0.69]", "[\"a\",2]",
	    "predicate.series.loss.points", "[step, value]");
	expect_example_refused("run", "[1,0.69]", "[1,\"high\"]",
	    "predicate.series.loss.points", "[step, value]");
	for (int i = 0; i < LIMIT_SERIES_INLINE - 1; i++)
		buffer_printf(&points, "[%d,\"NaN\"],", i);
	buffer_text(&points, "[1,0.69]");
	test_replace(&members, kind_named("run")->example,
	    "[1,0.69],[2,0.31]", buffer_string(&points));
	record = test_record("run", buffer_string(&members));
	record_free(&record);
	buffer_text(&points, ",[2,0.31]");
	expect_example_refused("run", "[1,0.69],[2,0.31]",
	    buffer_string(&points), "predicate.series.loss.points",
	    "201 points are more than 200");
	buffer_free(&points);
	buffer_free(&members);
}

static void
a_genesis_is_whole(void **state)
{
	(void)state;
	expect_example_refused("genesis", "\"format\":1", "\"format\":2",
	    "predicate.format", "format 1");
	expect_example_refused("genesis", "\"owner\",\"engineer\"],",
	    "\"engineer\"],", "predicate.founders", "owner");
	expect_example_refused("genesis", "\"roles\":[\"owner\",\"engineer\"]",
	    "\"roles\":[]", "predicate.founders[0]", "no role");
	expect_example_refused("genesis", "\"compliance\",\"service\"",
	    "\"service\"", "predicate.roles", "not the roles");
	expect_example_refused("genesis", "\"compliance\",\"service\"",
	    "\"service\",\"compliance\"", "predicate.roles",
	    "not the roles");
	expect_example_refused("genesis", "\"service\"]",
	    "\"service\",\"owner\"]", "predicate.roles", "not the roles");
	expect_refused_with("genesis", "\"size\":0", "\"size\":1",
	    "predicate.after", "after nothing");
	expect_refused_with("genesis", "\"root\":\"e", "\"root\":\"f",
	    "predicate.after", "after nothing");
	expect_refused_with("genesis", "\"ledger\":\"example.org/credit\"",
	    "\"ledger\":\"example.org/debit\"", "predicate.origin",
	    "differ");
}

static void
an_origin_is_a_plain_name(void **state)
{
	static const char *const origins[] = {
		"example.org credit", "example.org+credit",
		"example.org\\u0001credit", "example.org\\u007fcredit",
		"example.org\\u0085credit",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		struct buffer good = good_text("genesis");
		struct buffer half = buffer_new(LIMIT_ENVELOPE);
		struct buffer bad = buffer_new(LIMIT_ENVELOPE);
		struct buffer piece = buffer_new(500);

		buffer_printf(&piece, "\"ledger\":\"%s\"", origins[i]);
		test_replace(&half, buffer_string(&good),
		    "\"ledger\":\"example.org/credit\"",
		    buffer_string(&piece));
		buffer_clear(&piece);
		buffer_printf(&piece, "\"origin\":\"%s\"", origins[i]);
		test_replace(&bad, buffer_string(&half),
		    "\"origin\":\"example.org/credit\"",
		    buffer_string(&piece));
		buffer_clear(&half);
		/* The subject follows, so that only the name is wrong. */
		buffer_clear(&piece);
		buffer_printf(&piece, "[{\"name\":\"%s\"", origins[i]);
		test_replace(&half, buffer_string(&bad),
		    "[{\"name\":\"example.org/credit\"",
		    buffer_string(&piece));
		expect_refused(buffer_string(&half), "predicate.origin",
		    "control characters");
		buffer_free(&good);
		buffer_free(&half);
		buffer_free(&bad);
		buffer_free(&piece);
	}
}

/* The SSH form of a key of which the seed is one byte repeated. */
static struct public_key_text
key_text(uint8_t seed_byte)
{
	uint8_t seed[32];
	struct signer *signer;
	struct public_key_text text;
	struct error err;

	memset(seed, seed_byte, sizeof(seed));
	assert_int_equal(signer_from_seed(&signer, seed, &err), 0);
	text = public_key_ssh(signer_public_key(signer));
	signer_free(signer);
	return text;
}

static void
founders_are_so_few_that_all_can_sign(void **state)
{
	struct buffer founders = buffer_new(4000), members = buffer_new(8000);
	struct record record;

	(void)state;
	buffer_text(&founders, "\"founders\":[");
	for (uint8_t i = 1; i < LIMIT_SIGNATURES - 1; i++)
		buffer_printf(&founders, "{\"name\":\"f%d\",\"key\":\"%s\","
		    "\"roles\":[\"owner\"]},", i, key_text(i).text);
	test_replace(&members, kind_named("genesis")->example,
	    "\"founders\":[", buffer_string(&founders));
	record = test_record("genesis", buffer_string(&members));
	record_free(&record);
	buffer_printf(&founders, "{\"name\":\"f99\",\"key\":\"%s\","
	    "\"roles\":[\"owner\"]},", key_text(99).text);
	buffer_clear(&members);
	test_replace(&members, kind_named("genesis")->example,
	    "\"founders\":[", buffer_string(&founders));
	expect_members_refused("genesis", buffer_string(&members),
	    "predicate.founders", "8 founders cannot all sign");
	buffer_free(&founders);
	buffer_free(&members);
}

static void
a_genesis_names_each_founder_once(void **state)
{
	static const char another[] = "\"founders\":[{\"name\":\"%s\","
	    "\"key\":\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA%s\","
	    "\"roles\":[\"approver\"]},";
	/* RFC 8032's third key, its second (alice's), its first (the
	 * ledger's). */
	static const char *const keys[] = {
		"IPxRzY5iGKGjjaR+0AIw8FgIFu0TujMDrF3rkRVIkIAl",
		"ID1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM",
		"INdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
	};
	static const struct {
		const char *name;
		int key;
		const char *where;
		const char *what;
	} cases[] = {
		{ "bob", 0, NULL, NULL },
		{ "alice", 0, "predicate.founders[1]", "one name" },
		{ "bob", 1, "predicate.founders[1]", "one key" },
		{ "bob", 2, "predicate.founders[0]", "ledger's own" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer one = buffer_new(2000), two = buffer_new(2000);
		struct buffer members = buffer_new(4000);

		test_replace(&one, another, "%s", cases[i].name);
		test_replace(&two, buffer_string(&one), "%s",
		    keys[cases[i].key]);
		test_replace(&members, kind_named("genesis")->example,
		    "\"founders\":[", buffer_string(&two));
		if (cases[i].where == NULL) {
			struct record record = test_record("genesis",
			    buffer_string(&members));

			record_free(&record);
		} else {
			expect_members_refused("genesis",
			    buffer_string(&members), cases[i].where,
			    cases[i].what);
		}
		buffer_free(&one);
		buffer_free(&two);
		buffer_free(&members);
	}
}

static void
the_ledger_key_bears_the_origin(void **state)
{
	(void)state;
	/* The verifier key of the same key under another name. */
	expect_example_refused("genesis", "example.org/credit+1779de55+",
	    "example.org/debit+7e752ee4+", "predicate.ledger_key",
	    "example.org/credit");
}

#define KEY2 "\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" \
    "ID1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM\""
#define KEY3 "\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" \
    "IPxRzY5iGKGjjaR+0AIw8FgIFu0TujMDrF3rkRVIkIAl\""
#define PROOF "\"ZsqQKob/KjE6sR1RiZhPslDldph58HXE17TWAXs0193b" \
    "4P2SwFdbWKBJrkEqNcwWgCOI8uf25Dh0gHul1nf0DA==\""

static void
a_key_record_has_what_its_action_needs(void **state)
{
	static const char key2[] = KEY2;
	struct buffer piece = buffer_new(400);

	(void)state;
	expect_example_refused("key", "\"roles\":[\"engineer\",\"service\"],",
	    "", "predicate", "\"roles\"");
	expect_example_refused("key", "[\"engineer\",\"service\"]", "[]",
	    "predicate.roles", "without a role");
	expect_example_refused("key", "\"proof\":\"ZsqQKob",
	    "\"note\":\"ZsqQKob", "predicate", "\"proof\"");
	buffer_printf(&piece, "\"replaces\":%s,\"roles\"", key2);
	expect_example_refused("key", "\"roles\"", buffer_string(&piece),
	    "predicate.replaces", "enrolled");
	expect_example_refused("key", "\"action\":\"enrol\"",
	    "\"action\":\"rotate\"", "predicate", "\"replaces\"");
	expect_example_refused("key", "\"action\":\"enrol\"",
	    "\"action\":\"revoke\"", "predicate", "\"because\"");
	expect_example_refused("key", "\"action\":\"enrol\"",
	    "\"because\":\"lost\",\"action\":\"revoke\"", "predicate.roles",
	    "revoked");
	expect_example_refused("key", "\"roles\":[\"engineer\",\"service\"],",
	    "\"replaces\":\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"
	    "IPxRzY5iGKGjjaR+0AIw8FgIFu0TujMDrF3rkRVIkIAl\",",
	    "predicate", "\"roles\"");
	buffer_clear(&piece);
	buffer_printf(&piece, "\"action\":\"rotate\",\"replaces\":%s",
	    key2);
	expect_example_refused("key", "\"action\":\"enrol\"",
	    buffer_string(&piece), "predicate.roles", "rotated");
	buffer_free(&piece);
	expect_members_refused("key", "{\"action\":\"rotate\","
	    "\"name\":\"bob\",\"key\":" KEY3 ",\"replaces\":" KEY3
	    ",\"proof\":" PROOF "}", "predicate.replaces",
	    "the new key is the old one");
	expect_members_refused("key", "{\"action\":\"revoke\","
	    "\"name\":\"bob\",\"key\":" KEY3 ",\"because\":\"lost\","
	    "\"proof\":" PROOF "}", "predicate.proof", "revoked");
	expect_members_refused("key", "{\"action\":\"revoke\","
	    "\"name\":\"bob\",\"key\":" KEY3 ",\"because\":\"lost\","
	    "\"replaces\":" KEY3 "}", "predicate.replaces", "revoked");
	expect_members_refused("key", "{\"action\":\"rotate\","
	    "\"name\":\"bob\",\"key\":" KEY3 ",\"replaces\":" KEY2 "}",
	    "predicate", "\"proof\"");
}

static void
a_window_does_not_end_before_it_begins(void **state)
{
	(void)state;
	expect_example_refused("observation",
	    "\"to\":\"2026-11-23T00:00:00.000Z\"",
	    "\"to\":\"2026-11-21T23:59:59.999Z\"", "predicate.window",
	    "\"to\"");
	expect_example_refused("incident",
	    "\"resolved\":\"2026-11-22T09:00:00.000Z\"",
	    "\"resolved\":\"2026-11-22T08:00:00.000Z\"", "predicate",
	    "\"resolved\"");
}

/* ---- composing ---- */

static void
compose_refuses_what_would_be_refused(void **state)
{
	struct record_head head = test_head(kind_named("incident"));
	struct json *members = test_json("{\"ledger\":\"x\"}");
	struct json *subjects = json_new_list();
	struct buffer out = buffer_new(LIMIT_ENVELOPE);
	struct error err;

	(void)state;
	buffer_text(&out, "kept");
	assert_int_equal(record_compose(&out, kind_named("incident"), &head,
	    subjects, members, &err), -1);
	assert_int_equal(record_compose(&out, kind_named("incident"), &head,
	    subjects, subjects, &err), -1);
	assert_string_equal(buffer_string(&out), "kept");
	json_free(members);
	json_free(subjects);
	buffer_free(&out);
}

/* ---- for people ---- */

static void
check_title(const char *kind, const char *title, const char *summary)
{
	struct record record = test_record(kind, kind_named(kind)->example);
	struct buffer out = buffer_new(1000);

	record_title(&out, &record);
	assert_string_equal(buffer_string(&out), title);
	buffer_clear(&out);
	record_summary(&out, &record);
	assert_string_equal(buffer_string(&out), summary);
	buffer_free(&out);
	record_free(&record);
}

static void
titles_and_summaries_say_what_a_record_is(void **state)
{
	(void)state;
	check_title("genesis", "example.org/credit founded by alice", "");
	check_title("key", "enrol bob as engineer, service", "");
	check_title("dataset", "dataset/hmda@1", "CC0-1.0");
	check_title("run", "run/credit/train@3",
	    "end, finished, loss 0.31");
	check_title("model", "model/credit@1", "high, proprietary");
	check_title("evaluation", "evaluation of model/credit@1",
	    "auc 0.83, accuracy 0.89");
	check_title("observation", "observation of model/credit@1",
	    "production, approval_rate 0.81, mean_score 0.17");
	check_title("proposal", "proposal of model/credit@1",
	    "production, It replaces the rule of thumb.");
	check_title("deployment", "deployment of model/credit@1",
	    "deploy, production");
	check_title("policy", "policy/starter@1",
	    "in force, First rules of the team");
	check_title("waiver", "waiver of model/credit@1",
	    "production, starter/licensed-data, The licence is being "
	    "renewed.");
	check_title("verdict", "verdict of model/credit@1", "allowed, 1 pass");
	check_title("incident", "incident/2026-11-scores@1",
	    "mitigated, medium, Scores were delivered twice");
}

static void
a_summary_shows_three_metrics_and_that_there_are_more(void **state)
{
	struct record record = test_record("observation",
	    "{\"model\":{\"name\":\"m\",\"digest\":\"" A64 "\"},"
	    "\"window\":{\"from\":\"2026-11-22T00:00:00.000Z\","
	    "\"to\":\"2026-11-22T00:00:00.000Z\"},\"metrics\":{\"a\":1,"
	    "\"b\":\"NaN\",\"c\":0.123456789,\"d\":4}}");
	struct buffer out = buffer_new(1000);

	(void)state;
	record_summary(&out, &record);
	assert_string_equal(buffer_string(&out),
	    "a 1, b NaN, c 0.1235, …");
	buffer_free(&out);
	record_free(&record);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_composed_is_read_back),
		cmocka_unit_test(the_text_has_one_spelling),
		cmocka_unit_test(statement_members_may_stand_in_any_order),
		cmocka_unit_test(
		    a_digest_by_another_algorithm_may_stand_beside_sha256),
		cmocka_unit_test(supersedes_tags_and_note_are_open_to_all),
		cmocka_unit_test(what_is_not_json_is_refused),
		cmocka_unit_test(a_statement_has_four_members),
		cmocka_unit_test(
		    a_kind_that_is_not_known_is_named_with_the_nearest),
		cmocka_unit_test(subjects_have_a_name_and_a_sha256),
		cmocka_unit_test(the_head_comes_first_and_in_order),
		cmocka_unit_test(members_are_held_to_their_rows),
		cmocka_unit_test(the_first_subject_is_what_the_kind_says),
		cmocka_unit_test(further_subjects_are_the_outputs),
		cmocka_unit_test(identities_depend_on_ledger_and_name),
		cmocka_unit_test(
		    subjects_follow_from_members_or_say_what_lacks),
		cmocka_unit_test(a_run_that_starts_knows_no_result),
		cmocka_unit_test(
		    a_run_that_ends_names_its_start_and_its_status),
		cmocka_unit_test(points_are_pairs_and_not_too_many),
		cmocka_unit_test(a_genesis_is_whole),
		cmocka_unit_test(an_origin_is_a_plain_name),
		cmocka_unit_test(founders_are_so_few_that_all_can_sign),
		cmocka_unit_test(a_genesis_names_each_founder_once),
		cmocka_unit_test(the_ledger_key_bears_the_origin),
		cmocka_unit_test(a_key_record_has_what_its_action_needs),
		cmocka_unit_test(a_window_does_not_end_before_it_begins),
		cmocka_unit_test(compose_refuses_what_would_be_refused),
		cmocka_unit_test(titles_and_summaries_say_what_a_record_is),
		cmocka_unit_test(
		    a_summary_shows_three_metrics_and_that_there_are_more),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
