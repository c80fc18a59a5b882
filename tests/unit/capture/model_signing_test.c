/* model_signing_test.c: statements about models, read and compared. */
#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "capture/artefact.h"
#include "capture/model_signing.h"
#include "tests/unit/capture/files.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define FILES \
	"\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":"
#define RESOURCE(name, digest) \
	"{\"name\":\"" name "\",\"algorithm\":\"sha256\",\"digest\":\"" digest \
	"\"}"

/* The digest of the digests in these hex texts. */
static struct digest_text
root_of(const char *const digests[])
{
	struct digest_stream all;
	struct digest one;

	digest_begin(&all);
	for (size_t i = 0; digests[i] != NULL; i++) {
		assert_true(digest_parse(&one, bytes_of_text(digests[i])));
		digest_add(&all, digest_bytes(&one));
	}
	return digest_hex(digest_end(&all));
}

static struct buffer
statement(const char *root, const char *serialization, const char *resources)
{
	struct buffer text = buffer_new(1 << 20);

	buffer_printf(&text,
	    "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":"
	    "[{\"name\":\"m\",\"digest\":{\"sha256\":\"%s\"}}],"
	    "\"predicateType\":\"https://model_signing/signature/v1.0\","
	    "\"predicate\":{\"serialization\":{%s},\"resources\":[%s]}}",
	    root, serialization, resources);
	return text;
}

/* Two files, a and b/c, by the contents "abc" and "". */
static struct model_signing
two_files(const char *serialization)
{
	const char *const digests[] = { NOTHING, ABC, NULL };
	struct buffer text = statement(root_of(digests).text, serialization,
	    RESOURCE("b/c", NOTHING) "," RESOURCE("a", ABC));
	struct model_signing said;
	struct error err;

	expect_fine(model_signing_parse(&said, buffer_bytes(&text), &err),
	    &err);
	buffer_free(&text);
	return said;
}

static void
expect_refused(struct buffer text, enum error_class class, const char *why)
{
	struct model_signing said = { 0 };
	struct error err;

	assert_int_equal(model_signing_parse(&said, buffer_bytes(&text), &err),
	    -1);
	expect_said(&err, class, why);
	assert_null(said.file);
	buffer_free(&text);
}

/* What is found, as "path what; path what". */
static void
expect_found(struct model_signing *said, const char *manifest,
    const char *folder, const char *wanted)
{
	struct buffer lines = buffer_new(1 << 20), found = buffer_new(1 << 20);
	struct json *findings = json_new_list();
	const struct json *one;
	struct error err;

	buffer_text(&lines, manifest);
	expect_fine(model_signing_compare(findings, said, &lines,
			digest_of(buffer_bytes(&lines)), folder, &err),
	    &err);
	for (one = json_first(findings); one != NULL; one = json_next(one))
		buffer_printf(&found, "%s%s %.25s",
		    found.len == 0 ? "" : "; ", json_member_text(one, "path"),
		    json_member_text(one, "what"));
	assert_string_equal(buffer_string(&found), wanted);
	json_free(findings);
	buffer_free(&lines);
	buffer_free(&found);
}

static void
a_statement_lists_files_by_path(void **state)
{
	struct model_signing said =
	    two_files(FILES "true,\"ignore_paths\":[\".git\",\"./x/\"]");

	(void)state;
	assert_string_equal(said.name, "m");
	assert_true(said.links);
	assert_int_equal(said.file_count, 2);
	assert_string_equal(said.file[0].path, "a");
	assert_string_equal(said.file[1].path, "b/c");
	assert_string_equal(digest_hex(said.file[0].digest).text, ABC);
	assert_int_equal(said.ignored_count, 2);
	assert_string_equal(said.ignored[1], "x");
	model_signing_free(&said);
	model_signing_free(NULL);
}

static void
one_that_contradicts_itself_is_no(void **state)
{
	const char *const one[] = { ABC, NULL }, *const none[] = { NULL };

	(void)state;
	expect_refused(statement(NOTHING, FILES "false", RESOURCE("a", ABC)),
	    ERROR_NO, "its root digest");
	expect_refused(statement(root_of(none).text, FILES "false", ""),
	    ERROR_NO, "signs no file");
	expect_refused(statement(root_of(one).text,
			   FILES "false,\"ignore_paths\":[\"d\"]",
			   RESOURCE("d/a", ABC)),
	    ERROR_NO, "and ignores it");
}

static void
what_is_not_checked_here_is_named(void **state)
{
	(void)state;
	expect_refused(statement(ABC,
			   "\"method\":\"shards\",\"hash_type\":\"sha256\"",
			   RESOURCE("a", ABC)),
	    ERROR_UNDECIDED, "the method 'shards' cannot be checked");
	expect_refused(statement(ABC,
			   "\"method\":\"files\",\"hash_type\":\"blake3\"",
			   RESOURCE("a", ABC)),
	    ERROR_UNDECIDED, "'blake3' cannot be checked");
}

static void
names_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const names[] = { "", "/", "/a", "..", "a/..",
		"a/../b", "./a", "a//b", "a/", "a/.", NULL };
	const char *const one[] = { ABC, NULL };

	(void)state;
	for (size_t i = 0; names[i] != NULL; i++) {
		char resource[300];

		(void)snprintf(resource, sizeof resource,
		    RESOURCE("%s", ABC), names[i]);
		expect_refused(statement(root_of(one).text, FILES "false",
				   resource),
		    ERROR_UNDECIDED, "no path within");
	}
}

static void
a_folder_that_is_as_signed_has_no_findings(void **state)
{
	struct model_signing said = two_files(FILES "false");

	(void)state;
	expect_found(&said, ABC "  3  a\n" NOTHING "  0  b/c\n", NULL, "");
	model_signing_free(&said);
}

static void
what_is_not_as_signed_is_found(void **state)
{
	struct model_signing said = two_files(FILES "false");

	(void)state;
	expect_found(&said, NOTHING "  0  a\n" NOTHING "  0  b/c\n", NULL,
	    "a is not the file that was ");
	expect_found(&said, ABC "  3  a\n", NULL,
	    "b/c was signed and is missing");
	expect_found(&said, "", NULL,
	    "a was signed and is missing; b/c was signed and is missing");
	expect_found(&said,
	    ABC "  3  A\n" ABC "  3  a\n" NOTHING "  0  b/c\n" ABC "  3  z\n",
	    NULL, "A is not signed; z is not signed");
	model_signing_free(&said);
}

static void
what_is_ignored_is_passed_over_and_counted(void **state)
{
	struct model_signing said =
	    two_files(FILES "false,\"ignore_paths\":[\".git\",\"no\"]");
	struct buffer kept = buffer_new(1 << 20), all = buffer_new(1 << 20);
	struct error err;

	(void)state;
	expect_fine(model_signing_ignore(&said, bytes_of_text("z"), &err),
	    &err);
	expect_found(&said,
	    ABC "  3  .git/x\n" ABC "  3  .git/y\nlink:q  0  .git/z\n" ABC
		"  3  .gitx\n" ABC "  3  a\n" NOTHING "  0  b/c\n" ABC
		"  3  z\n",
	    ".", ".gitx is not signed");
	assert_int_equal(said.passed[0], 3);
	assert_int_equal(said.passed[1], 0);
	assert_int_equal(said.passed[2], 1);
	buffer_text(&all, ABC "  3  .git/x\n" ABC "  3  a\nlink:q  0  z\n");
	model_signing_filter(&kept, &said, &all);
	assert_string_equal(buffer_string(&kept), ABC "  3  a\n");
	buffer_free(&kept);
	buffer_free(&all);
	model_signing_free(&said);
}

static void
links_stand_for_files_where_they_may(void **state)
{
	struct model_signing said = two_files(FILES "true");

	(void)state;
	place_folder("m");
	place_folder("m/b");
	place_file("elsewhere", "abc");
	place_file("m/b/c", "");
	assert_int_equal(symlink("../elsewhere", "m/a"), 0);
	expect_found(&said, "link:../elsewhere  0  a\n" NOTHING "  0  b/c\n",
	    "m", "");
	place_file("elsewhere", "abcd");
	expect_found(&said, "link:../elsewhere  0  a\n" NOTHING "  0  b/c\n",
	    "m", "a is not the file that was ");
	assert_int_equal(unlink("elsewhere"), 0);
	expect_found(&said, "link:../elsewhere  0  a\n" NOTHING "  0  b/c\n",
	    "m", "a is a symbolic link that l");
	/* In a list that was kept nobody can follow them. */
	expect_found(&said, "link:../elsewhere  0  a\n" NOTHING "  0  b/c\n",
	    NULL, "");
	said.links = false;
	expect_found(&said, "link:../elsewhere  0  a\n" NOTHING "  0  b/c\n",
	    "m", "a is a symbolic link, and t");
	model_signing_free(&said);
}

static void
links_to_folders_lead_to_what_is_signed_itself(void **state)
{
	struct model_signing said =
	    two_files(FILES "true,\"ignore_paths\":[\"hidden\"]");

	(void)state;
	place_folder("m");
	place_folder("m/b");
	place_folder("m/hidden");
	place_folder("outside");
	place_file("m/a", "abc");
	place_file("m/b/c", "");
	assert_int_equal(symlink("b", "m/d"), 0);
	assert_int_equal(symlink("../outside", "m/e"), 0);
	assert_int_equal(symlink("hidden", "m/f"), 0);
	expect_found(&said,
	    ABC "  3  a\n" NOTHING "  0  b/c\nlink:b  0  d\n"
		"link:../outside  0  e\nlink:hidden  0  f\n",
	    "m",
	    "e is a symbolic link to wha; f is a symbolic link to wha");
	model_signing_free(&said);
}

static void
names_are_spelt_as_in_manifests(void **state)
{
	const char *const one[] = { ABC, NULL };
	struct buffer text = statement(root_of(one).text, FILES "false",
	    RESOURCE("caf\xc3\xa9\\n\\\\", ABC));
	const char *paths[] = { "m" };
	struct model_signing said;
	struct artefact artefact;
	struct pool *pool;
	struct error err;

	(void)state;
	place_folder("m");
	place_file("m/caf\xc3\xa9\n\\", "abc");
	expect_fine(model_signing_parse(&said, buffer_bytes(&text), &err),
	    &err);
	expect_fine(pool_new(&pool, 1, &err), &err);
	expect_fine(artefact_measure(&artefact, paths, 1, NULL, pool, NULL,
			NULL, &err),
	    &err);
	expect_found(&said, buffer_string(&artefact.manifest), "m", "");
	pool_free(pool);
	artefact_free(&artefact);
	model_signing_free(&said);
	buffer_free(&text);
}

static void
a_single_file_is_called_dot(void **state)
{
	const char *const one[] = { ABC, NULL };
	struct buffer text = statement(root_of(one).text, FILES "false",
	    RESOURCE(".", ABC));
	struct json *findings = json_new_list();
	struct model_signing said;
	struct digest digest;
	struct error err;

	(void)state;
	expect_fine(model_signing_parse(&said, buffer_bytes(&text), &err),
	    &err);
	assert_true(digest_parse(&digest, bytes_of_text(ABC)));
	expect_fine(model_signing_compare(findings, &said, NULL, digest, NULL,
			&err),
	    &err);
	assert_int_equal(json_count(findings), 0);
	expect_found(&said, ABC "  3  a\n", NULL,
	    ". is a folder; a single fil");
	assert_true(digest_parse(&digest, bytes_of_text(NOTHING)));
	expect_fine(model_signing_compare(findings, &said, NULL, digest, NULL,
			&err),
	    &err);
	assert_int_equal(json_count(findings), 1);
	json_free(findings);
	model_signing_free(&said);
	buffer_free(&text);
}

static void
a_list_that_is_damaged_decides_nothing(void **state)
{
	static const char *const lists[] = { "a\n", "x  3  a\n", ABC "  3\n",
		ABC "  3  \n", NULL };
	struct model_signing said = two_files(FILES "false");

	(void)state;
	for (size_t i = 0; lists[i] != NULL; i++) {
		struct json *findings = json_new_list();
		struct buffer list = buffer_new(1000);
		struct error err;

		buffer_text(&list, lists[i]);
		assert_int_equal(model_signing_compare(findings, &said, &list,
				     said.file[0].digest, NULL, &err),
		    -1);
		expect_said(&err, ERROR_UNDECIDED, "has another line");
		json_free(findings);
		buffer_free(&list);
	}
	model_signing_free(&said);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, place_enter, place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_statement_lists_files_by_path),
		TEST(one_that_contradicts_itself_is_no),
		TEST(what_is_not_checked_here_is_named),
		TEST(names_that_lead_elsewhere_are_refused),
		TEST(a_folder_that_is_as_signed_has_no_findings),
		TEST(what_is_not_as_signed_is_found),
		TEST(what_is_ignored_is_passed_over_and_counted),
		TEST(links_stand_for_files_where_they_may),
		TEST(links_to_folders_lead_to_what_is_signed_itself),
		TEST(names_are_spelt_as_in_manifests),
		TEST(a_single_file_is_called_dot),
		TEST(a_list_that_is_damaged_decides_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
