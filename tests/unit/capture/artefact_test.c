/* artefact_test.c: files and folders are told by what they hold. */
#include <pthread.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "capture/artefact.h"
#include "tests/unit/capture/files.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct pool *pool;

static int
pool_begin(void **state)
{
	struct error err;

	(void)state;
	return pool_new(&pool, 2, &err);
}

static int
pool_end(void **state)
{
	(void)state;
	pool_free(pool);
	return 0;
}

static int
measure(struct artefact *out, const char *path, struct error *err)
{
	const char *const paths[] = { path };

	return artefact_measure(out, paths, 1, NULL, pool, NULL, NULL, err);
}

static struct artefact
measured(const char *path)
{
	struct artefact artefact;
	struct error err;

	expect_fine(measure(&artefact, path, &err), &err);
	return artefact;
}

static void
expect_manifest(const char *path, const char *manifest)
{
	struct artefact artefact = measured(path);

	assert_string_equal(buffer_string(&artefact.manifest), manifest);
	assert_true(digest_equal(artefact.digest,
	    digest_of(bytes_of_text(manifest))));
	artefact_free(&artefact);
}

static void
expect_refused(const char *path, enum error_class class, const char *part)
{
	struct artefact untouched, artefact;
	struct error err;

	memset(&artefact, 0x5a, sizeof(artefact));
	memset(&untouched, 0x5a, sizeof(untouched));
	if (measure(&artefact, path, &err) == 0)
		fail_msg("%s was taken", path);
	assert_memory_equal(&artefact, &untouched, sizeof(artefact));
	expect_said(&err, class, part);
}

static void
a_file_is_its_digest_and_size(void **state)
{
	struct artefact artefact;

	(void)state;
	place_file("data.csv", "abc");
	artefact = measured("data.csv");
	assert_string_equal(artefact.name, "data.csv");
	assert_string_equal(digest_hex(artefact.digest).text, ABC);
	assert_int_equal(artefact.size, 3);
	assert_int_equal(artefact.file_count, 1);
	assert_false(artefact.folder);
	assert_int_equal(artefact.manifest.len, 0);
	artefact_free(&artefact);
}

static void
a_folder_is_its_manifest(void **state)
{
	struct artefact artefact;

	(void)state;
	place_folder("data");
	place_folder("data/b");
	place_file("data/b/abc", "abc");
	place_file("data/a", "");
	expect_manifest("data", NOTHING "  0  a\n" ABC "  3  b/abc\n");
	expect_manifest("data/", NOTHING "  0  a\n" ABC "  3  b/abc\n");
	artefact = measured("data");
	assert_true(artefact.folder);
	assert_int_equal(artefact.size, 3);
	assert_int_equal(artefact.file_count, 2);
	artefact_free(&artefact);
}

static void
a_manifest_is_sorted_by_the_bytes_of_whole_paths(void **state)
{
	(void)state;
	place_folder("d");
	place_folder("d/a");
	place_file("d/a/x", "");
	place_file("d/a.b", "");
	place_file("d/a0", "");
	place_file("d/B", "");
	place_file("d/\xc3\xa9", "");
	place_file("d/a-b", "");
	expect_manifest("d", NOTHING "  0  B\n" NOTHING "  0  a-b\n"
	    NOTHING "  0  a.b\n" NOTHING "  0  a/x\n" NOTHING "  0  a0\n"
	    NOTHING "  0  \xc3\xa9\n");
}

static void
hostile_names_are_one_line_each_and_can_be_told_apart(void **state)
{
	(void)state;
	place_folder("d");
	place_file("d/new\nline", "");
	place_file("d/\x1b[31m", "");
	place_file("d/back\\x0a", "");
	place_file("d/\xff\xfe", "");
	place_file("d/caf\xc3\xa9\x7f", "");
	place_file("d/cut\xc3", "");
	expect_manifest("d", NOTHING "  0  \\x1b[31m\n"
	    NOTHING "  0  back\\x5cx0a\n" NOTHING "  0  caf\xc3\xa9\\x7f\n"
	    NOTHING "  0  cut\\xc3\n" NOTHING "  0  new\\x0aline\n"
	    NOTHING "  0  \\xff\\xfe\n");
}

static void
links_in_a_folder_are_recorded_and_not_followed(void **state)
{
	(void)state;
	place_file("secret", "abc");
	place_folder("d");
	place_folder("d/real");
	place_file("d/real/f", "abc");
	assert_int_equal(symlink("../secret", "d/out"), 0);
	assert_int_equal(symlink("real", "d/inner"), 0);
	assert_int_equal(symlink("no where\n", "d/broken"), 0);
	assert_int_equal(symlink("/", "d/root"), 0);
	expect_manifest("d", "link:no\\x20where\\x0a  0  broken\n"
	    "link:real  0  inner\n" "link:../secret  0  out\n"
	    ABC "  3  real/f\n" "link:/  0  root\n");
}

static void
loops_of_links_come_to_an_end(void **state)
{
	struct artefact artefact;

	(void)state;
	place_folder("d");
	assert_int_equal(symlink(".", "d/self"), 0);
	assert_int_equal(symlink("b", "d/a"), 0);
	assert_int_equal(symlink("a", "d/b"), 0);
	expect_manifest("d", "link:b  0  a\n" "link:a  0  b\n"
	    "link:.  0  self\n");
	artefact = measured("d");
	assert_int_equal(artefact.file_count, 0);
	artefact_free(&artefact);
	expect_refused("d/a", ERROR_UNDECIDED, "d/a");
}

static void
a_path_that_is_a_link_stands_for_what_it_points_to(void **state)
{
	struct artefact artefact;

	(void)state;
	place_folder("v2");
	place_file("v2/f", "abc");
	assert_int_equal(symlink("v2", "latest"), 0);
	assert_int_equal(symlink("v2/f", "file"), 0);
	expect_manifest("latest", ABC "  3  f\n");
	artefact = measured("file");
	assert_string_equal(digest_hex(artefact.digest).text, ABC);
	assert_string_equal(artefact.name, "file");
	artefact_free(&artefact);
}

static void
an_empty_folder_has_the_digest_of_nothing(void **state)
{
	struct artefact artefact;

	(void)state;
	place_folder("empty");
	place_folder("empty/as_well");
	artefact = measured("empty");
	assert_string_equal(digest_hex(artefact.digest).text, NOTHING);
	assert_true(artefact.folder);
	assert_int_equal(artefact.file_count, 0);
	artefact_free(&artefact);
}

static void
excluded_files_and_folders_are_passed_over(void **state)
{
	char ledger[400], file[400], sibling[400];
	const char *const excluded[] = {
		"/nowhere", sibling, ledger, file, NULL,
	};
	const char *const paths[] = { "d" };
	struct artefact artefact;
	struct error err;

	place_folder("d");
	place_folder("d/.vouch");
	place_folder("d/.vouch2");
	place_file("d/.vouch/ledger.db", "changes");
	place_file("d/.vouch2/f", "abc");
	place_file("d/f", "abc");
	place_file("d/log", "abc");
	(void)snprintf(ledger, sizeof(ledger), "%s/d/.vouch",
	    (char *)*state);
	(void)snprintf(file, sizeof(file), "%s/d/log", (char *)*state);
	(void)snprintf(sibling, sizeof(sibling), "%s/d-f", (char *)*state);
	assert_int_equal(symlink("d", "link"), 0);
	for (int i = 0; i < 2; i++) {
		const char *const path[] = { i == 0 ? paths[0] : "link" };

		expect_fine(artefact_measure(&artefact, path, 1, excluded,
		    pool, NULL, NULL, &err), &err);
		assert_string_equal(buffer_string(&artefact.manifest),
		    ABC "  3  .vouch2/f\n" ABC "  3  f\n");
		artefact_free(&artefact);
	}
}

static void
what_has_no_content_is_refused(void **state)
{
	(void)state;
	place_folder("d");
	assert_int_equal(mkfifo("d/pipe", 0600), 0);
	expect_refused("d", ERROR_UNDECIDED, "`d/pipe' is a device, socket");
	expect_refused("d/pipe", ERROR_UNDECIDED,
	    "`d/pipe' is a device, socket");
	expect_refused("/dev/null", ERROR_UNDECIDED,
	    "`/dev/null' is a device, socket");
}

static void
what_is_not_there_is_named(void **state)
{
	(void)state;
	place_file("file", "abc");
	expect_refused("absent", ERROR_UNDECIDED, "`absent'");
	expect_refused("file/below", ERROR_UNDECIDED, "`file/below'");
}

static void
one_bad_path_among_good_ones_leaves_nothing_behind(void **state)
{
	const char *const paths[] = { "good", "d", "absent" };
	struct artefact artefacts[3] = { { 0 } };
	int descriptors = place_descriptors();
	struct error err;

	(void)state;
	place_file("good", "abc");
	place_folder("d");
	place_file("d/f", "abc");
	assert_int_equal(artefact_measure(artefacts, paths, 3, NULL, pool,
	    NULL, NULL, &err), -1);
	assert_null(artefacts[0].name);
	assert_int_equal(place_descriptors(), descriptors);
}

/* Done by somebody who is not root, for whom every file is readable. */
static int
measure_as_nobody(const char *path, const char *part)
{
	const char *const paths[] = { path };
	struct artefact artefact;
	struct pool *own;
	struct error err;

	if (geteuid() == 0 && (setgid(65534) == -1 || setuid(65534) == -1))
		return 2;
	if (pool_new(&own, 1, &err) == -1)
		return 3;
	if (artefact_measure(&artefact, paths, 1, NULL, own, NULL, NULL,
	    &err) == 0)
		return 4;
	pool_free(own);
	return strstr(err.what, part) == NULL ? 5 : 0;
}

static void
an_unreadable_file_is_named(void **state)
{
	static const char *const paths[][2] = {
		{ "d", "d/locked" }, { "d/locked", "d/locked" },
		{ "e", "e/closed" },
	};

	assert_int_equal(chmod(*state, 0755), 0);
	place_folder("d");
	place_file("d/locked", "abc");
	assert_int_equal(chmod("d/locked", 0), 0);
	place_folder("e");
	place_folder("e/closed");
	assert_int_equal(chmod("e/closed", 0), 0);
	for (size_t i = 0; i < 3; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(measure_as_nobody(paths[i][0], paths[i][1]));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

/* ---- while it is measured ---- */

/* A file that takes some 600 ms to hash, however slow the machine: as the
 * best of a few attempts says, since others may be busy on it. */
static void
place_slow_file(const char *path)
{
	uint64_t size = 8 << 20;
	int64_t best = INT64_MAX;
	struct digest digest;
	struct error err;

	place_file(path, "");
	assert_int_equal(truncate(path, (off_t)size), 0);
	for (int i = 0; i < 5; i++) {
		int64_t began = clock_monotonic_ns(), took;

		expect_fine(file_digest(&digest, &size, path, NULL, NULL,
		    &err), &err);
		took = clock_monotonic_ns() - began;
		if (took < best)
			best = took;
	}
	size = (uint64_t)((double)size * 6e8 / (double)best);
	assert_int_equal(truncate(path, (off_t)size), 0);
}

struct told {
	void (*what)(void);
	pthread_t thread;
	unsigned calls;
	uint64_t done;
	uint64_t total;
	int answer;
};

static int
tell(void *cookie, uint64_t done, uint64_t total)
{
	struct told *told = cookie;

	assert_true(pthread_equal(told->thread, pthread_self()));
	assert_true(done >= told->done && done <= total);
	if (told->calls++ == 0 && told->what != NULL)
		told->what();
	told->done = done;
	told->total = total;
	return told->answer;
}

/* Measure d while something happens to it. */
static void
expect_refused_when(void (*what)(void), const char *part)
{
	struct told told = { .what = what, .thread = pthread_self() };
	const char *const paths[] = { "d" };
	struct artefact artefact;
	struct error err;

	place_folder("d");
	place_slow_file("d/large");
	place_file("d/small", "abc");
	if (artefact_measure(&artefact, paths, 1, NULL, pool, tell, &told,
	    &err) == 0)
		fail_msg("taken, after %u calls", told.calls);
	expect_said(&err, ERROR_UNDECIDED, part);
}

static void
append_to_large(void)
{
	assert_int_equal(truncate("d/large", 5), 0);
}

static void
a_file_that_changes_while_it_is_read_is_refused(void **state)
{
	(void)state;
	expect_refused_when(append_to_large, "d/large");
}

static void
rewrite_small(void)
{
	/* The same size; a moment later. */
	place_file("d/small", "xyz");
}

static void
a_file_that_changes_beside_the_one_being_read_is_refused(void **state)
{
	(void)state;
	expect_refused_when(rewrite_small, "d/small' changed");
}

static void
add_file(void)
{
	place_file("d/new", "abc");
}

static void
a_file_that_appears_is_refused(void **state)
{
	(void)state;
	expect_refused_when(add_file, "d/new' appeared");
}

static void
remove_small(void)
{
	assert_int_equal(unlink("d/small"), 0);
}

static void
a_file_that_vanishes_is_refused(void **state)
{
	(void)state;
	expect_refused_when(remove_small, "d/small' vanished");
}

static void
swap_small(void)
{
	assert_int_equal(unlink("d/small"), 0);
	assert_int_equal(symlink("/etc/passwd", "d/small"), 0);
}

static void
a_file_that_becomes_a_link_is_refused(void **state)
{
	(void)state;
	expect_refused_when(swap_small, "d/small");
}

static void
progress_is_told_and_may_stop_the_work(void **state)
{
	struct told told = { .thread = pthread_self() };
	const char *const paths[] = { "slow" };
	struct artefact artefact;
	struct stat status;
	struct error err;

	(void)state;
	place_slow_file("slow");
	assert_int_equal(stat("slow", &status), 0);
	expect_fine(artefact_measure(&artefact, paths, 1, NULL, pool, tell,
	    &told, &err), &err);
	artefact_free(&artefact);
	assert_in_range(told.calls, 2, 60);
	assert_int_equal(told.total, status.st_size);
	told = (struct told){ .thread = pthread_self(), .answer = 1 };
	assert_int_equal(artefact_measure(&artefact, paths, 1, NULL, pool,
	    tell, &told, &err), -1);
	assert_int_equal(told.calls, 1);
	expect_said(&err, ERROR_SYSTEM, "interrupted");
}

/* ---- many ---- */

static void
many_files_in_deep_folders_are_all_found(void **state)
{
	struct artefact artefact;
	int descriptors, depth = 120;
	char name[40];

	(void)state;
	place_folder("d");
	assert_int_equal(chdir("d"), 0);
	for (int i = 0; i < depth; i++) {
		place_folder("f");
		place_file("abc", "abc");
		assert_int_equal(chdir("f"), 0);
	}
	for (int i = 0; i < 1500; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		place_file(name, "abc");
	}
	assert_int_equal(chdir(*state), 0);
	descriptors = place_descriptors();
	artefact = measured("d");
	assert_int_equal(artefact.file_count, depth + 1500);
	assert_int_equal(artefact.size, 3 * (depth + 1500));
	artefact_free(&artefact);
	assert_int_equal(place_descriptors(), descriptors);
}

static void
many_paths_are_measured_at_once(void **state)
{
	const char *const paths[] = { "a", "d", "a", "b" };
	struct artefact artefacts[4];
	struct error err;

	(void)state;
	place_file("a", "abc");
	place_file("b", "");
	place_folder("d");
	place_file("d/f", "abc");
	expect_fine(artefact_measure(artefacts, paths, 4, NULL, pool, NULL,
	    NULL, &err), &err);
	assert_string_equal(digest_hex(artefacts[0].digest).text, ABC);
	assert_string_equal(buffer_string(&artefacts[1].manifest),
	    ABC "  3  f\n");
	assert_string_equal(digest_hex(artefacts[2].digest).text, ABC);
	assert_string_equal(digest_hex(artefacts[3].digest).text, NOTHING);
	for (int i = 0; i < 4; i++)
		artefact_free(&artefacts[i]);
	expect_fine(artefact_measure(NULL, paths, 0, NULL, pool, NULL, NULL,
	    &err), &err);
}

/* ---- JSON ---- */

static void
expect_json(const char *path, const char *expected)
{
	struct artefact artefact = measured(path);
	struct json *json = artefact_json(&artefact);
	struct buffer text = buffer_new(4096);
	struct error err;

	json_write(&text, json);
	assert_string_equal(buffer_string(&text), expected);
	expect_fine(json_check(buffer_bytes(&text), &err), &err);
	buffer_free(&text);
	json_free(json);
	artefact_free(&artefact);
}

static void
a_record_keeps_name_digest_and_size(void **state)
{
	struct artefact artefact;
	char expected[500];

	(void)state;
	place_folder("d");
	place_file("d/f", "abc");
	expect_json("d/f", "{\"name\":\"d/f\",\"digest\":\"" ABC
	    "\",\"size\":3}");
	artefact = measured("d");
	(void)snprintf(expected, sizeof(expected), "{\"name\":\"d\","
	    "\"digest\":\"%s\",\"size\":3,\"files\":1,\"manifest\":\"%s\"}",
	    digest_hex(artefact.digest).text,
	    digest_hex(artefact.digest).text);
	artefact_free(&artefact);
	expect_json("d", expected);
}

static void
a_record_can_say_any_name(void **state)
{
	(void)state;
	place_file("caf\xc3\xa9 \xff\n", "abc");
	expect_json("caf\xc3\xa9 \xff\n", "{\"name\":\"caf\\\\xc3\\\\xa9 "
	    "\\\\xff\\\\x0a\",\"digest\":\"" ABC "\",\"size\":3}");
	/* A noncharacter is UTF-8, but not I-JSON. */
	place_file("\xef\xbf\xbf", "abc");
	expect_json("\xef\xbf\xbf", "{\"name\":\"\\\\xef\\\\xbf\\\\xbf\","
	    "\"digest\":\"" ABC "\",\"size\":3}");
	place_file("caf\xc3\xa9\n", "abc");
	expect_json("caf\xc3\xa9\n", "{\"name\":\"caf\xc3\xa9\\n\","
	    "\"digest\":\"" ABC "\",\"size\":3}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_enter, \
    place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_its_digest_and_size),
		TEST(a_folder_is_its_manifest),
		TEST(a_manifest_is_sorted_by_the_bytes_of_whole_paths),
		TEST(hostile_names_are_one_line_each_and_can_be_told_apart),
		TEST(links_in_a_folder_are_recorded_and_not_followed),
		TEST(loops_of_links_come_to_an_end),
		TEST(a_path_that_is_a_link_stands_for_what_it_points_to),
		TEST(an_empty_folder_has_the_digest_of_nothing),
		TEST(excluded_files_and_folders_are_passed_over),
		TEST(what_has_no_content_is_refused),
		TEST(what_is_not_there_is_named),
		TEST(one_bad_path_among_good_ones_leaves_nothing_behind),
		TEST(an_unreadable_file_is_named),
		TEST(a_file_that_changes_while_it_is_read_is_refused),
		TEST(a_file_that_changes_beside_the_one_being_read_is_refused),
		TEST(a_file_that_appears_is_refused),
		TEST(a_file_that_vanishes_is_refused),
		TEST(a_file_that_becomes_a_link_is_refused),
		TEST(progress_is_told_and_may_stop_the_work),
		TEST(many_files_in_deep_folders_are_all_found),
		TEST(many_paths_are_measured_at_once),
		TEST(a_record_keeps_name_digest_and_size),
		TEST(a_record_can_say_any_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, pool_begin, pool_end);
}
