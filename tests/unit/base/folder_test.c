/* folder_test.c: files of a folder that anybody may have filled. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/file_batch.h"
#include "base/folder.h"
#include "tests/support/place.h"

static struct error err;

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static struct folder
open_here(void)
{
	struct folder folder;

	assert_int_equal(folder_open(&folder, ".", &err), 0);
	return folder;
}

/* What reading says, and how. */
static void
expect_refused(const struct folder *folder, const char *name,
    enum error_class class, const char *what)
{
	struct buffer out = buffer_new(10);
	struct digest digest;
	uint64_t size;
	bool there;

	assert_int_equal(folder_read(folder, name, &out, &there, &err), -1);
	assert_int_equal(err.class, class);
	if (strstr(err.what, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.what, what);
	assert_int_equal(out.len, 0);
	assert_int_equal(folder_digest(folder, name, 10, &digest, &size, &there,
	    &err), -1);
	assert_int_equal(err.class, class);
	buffer_free(&out);
}

static void
plain_files_are_read(void **state)
{
	struct folder folder = open_here();
	struct buffer out = buffer_new(10);
	struct digest digest;
	uint64_t size;
	bool there;

	(void)state;
	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(mkdir("a/b", 0755), 0);
	put("a/b/c", "0123456789");
	put("empty", "");
	assert_int_equal(folder_read(&folder, "a/b/c", &out, &there, &err), 0);
	assert_true(there);
	assert_string_equal(buffer_string(&out), "0123456789");
	buffer_clear(&out);
	assert_int_equal(folder_read(&folder, "empty", &out, &there, &err), 0);
	assert_true(there);
	assert_int_equal(out.len, 0);
	assert_int_equal(folder_has(&folder, "a/b/c", &there, &size, &err), 0);
	assert_true(there);
	assert_int_equal(size, 10);
	assert_int_equal(folder_digest(&folder, "a/b/c", 10, &digest, &size,
	    &there, &err), 0);
	assert_true(digest_equal(digest,
	    digest_of(bytes_of_text("0123456789"))));
	/* Nothing is there. */
	assert_int_equal(folder_read(&folder, "a/x/c", &out, &there, &err), 0);
	assert_false(there);
	assert_int_equal(folder_has(&folder, "x", &there, &size, &err), 0);
	assert_false(there);
	assert_int_equal(folder_digest(&folder, "x", 10, &digest, &size,
	    &there, &err), 0);
	assert_false(there);
	buffer_free(&out);
	folder_close(&folder);
	folder_close(&folder);
}

static void
what_is_no_plain_file_is_named(void **state)
{
	struct folder folder = open_here();
	char longest[5000];

	(void)state;
	put("file", "x");
	put("large", "0123456789a");
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(symlink("folder", "way"), 0);
	assert_int_equal(mkfifo("pipe", 0644), 0);
	put("folder/file", "x");
	expect_refused(&folder, "folder", ERROR_NO, "folder is a folder, not");
	expect_refused(&folder, "link", ERROR_NO, "link is a link");
	expect_refused(&folder, "way/file", ERROR_NO,
	    "below what is not a folder");
	expect_refused(&folder, "file/x", ERROR_NO,
	    "below what is not a folder");
	expect_refused(&folder, "pipe", ERROR_NO, "pipe is not a plain file");
	expect_refused(&folder, "large", ERROR_NO, "is larger than 10 bytes");
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	expect_refused(&folder, longest, ERROR_SYSTEM, "cannot read");
	if (geteuid() != 0) {
		chmod("file", 0);
		expect_refused(&folder, "file", ERROR_SYSTEM, "cannot read");
	}
	folder_close(&folder);
	assert_int_equal(folder_open(&folder, "nowhere", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(folder_open(&folder, "pipe", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
}

struct visited {
	unsigned plain, other;
	const char *stop_at;
	char last[300];
};

static int
visit(void *cookie, const char *name, bool plain, struct error *out)
{
	struct visited *visited = cookie;

	if (visited->stop_at != NULL && strcmp(name, visited->stop_at) == 0)
		return error_set(out, ERROR_NO, NULL, "enough");
	visited->plain += plain;
	visited->other += !plain;
	snprintf(visited->last, sizeof visited->last, "%s", name);
	return 0;
}

static void
a_walk_visits_all_and_follows_nothing(void **state)
{
	struct folder folder = open_here();
	struct visited visited = { .plain = 0 };
	char deep[200] = "top";

	(void)state;
	assert_int_equal(folder_walk(&folder, "nowhere", visit, &visited, &err),
	    0);
	assert_int_equal(visited.plain + visited.other, 0);
	assert_int_equal(file_make_folders("top/a/b", 0755, &err), 0);
	put("top/one", "");
	put("top/a/b/two", "");
	assert_int_equal(symlink("/", "top/a/root"), 0);
	assert_int_equal(mkfifo("top/a/pipe", 0644), 0);
	assert_int_equal(folder_walk(&folder, "top", visit, &visited, &err), 0);
	assert_int_equal(visited.plain, 2);
	assert_int_equal(visited.other, 2);
	/* One thing. */
	visited = (struct visited){ .plain = 0 };
	assert_int_equal(folder_walk(&folder, "top/one", visit, &visited,
	    &err), 0);
	assert_int_equal(visited.plain, 1);
	assert_string_equal(visited.last, "top/one");
	visited.stop_at = "top/a/b/two";
	assert_int_equal(folder_walk(&folder, "top", visit, &visited, &err),
	    -1);
	assert_string_equal(err.what, "enough");
	/* Not deeper than it says. */
	for (unsigned i = 0; i < 2 * FOLDER_DEPTH; i++)
		strcat(deep, "/d");
	assert_int_equal(file_make_folders(deep, 0755, &err), 0);
	visited = (struct visited){ .plain = 0 };
	assert_int_equal(folder_walk(&folder, "top/d", visit, &visited, &err),
	    0);
	assert_int_equal(visited.other, 1);
	folder_close(&folder);
}

/* ---- many files at once ---- */

static void
expect_content(const char *path, const char *text)
{
	struct buffer content = buffer_new(1000);

	assert_int_equal(file_read(&content, path, &err), 0);
	assert_string_equal(buffer_string(&content), text);
	buffer_free(&content);
}

static void
a_batch_gives_each_file_its_name(void **state)
{
	struct file_batch *batch;
	char name[100], text[100];

	(void)state;
	assert_int_equal(mkdir("stage", 0755), 0);
	put("old", "before");
	assert_int_equal(file_batch_new(&batch, ".", "stage", &err), 0);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "x%03u/y/%u", i % 3, i);
		snprintf(text, sizeof text, "content %u", i);
		assert_int_equal(file_batch_write(batch, name,
		    bytes_of_text(text), &err), 0);
	}
	assert_int_equal(file_batch_write(batch, "old",
	    bytes_of_text("after"), &err), 0);
	/* The last ones wait. */
	expect_content("old", "before");
	assert_int_equal(file_batch_finish(batch, &err), 0);
	expect_content("old", "after");
	expect_content("x000/y/0", "content 0");
	expect_content("x001/y/199", "content 199");
	/* What has no name yet is forgotten. */
	assert_int_equal(file_batch_write(batch, "old",
	    bytes_of_text("never"), &err), 0);
	file_batch_free(batch);
	file_batch_free(NULL);
	expect_content("old", "after");
	assert_int_equal(rmdir("stage"), 0);
}

static void
a_batch_says_what_it_cannot_do(void **state)
{
	struct file_batch *batch;
	char longest[400];

	(void)state;
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(file_batch_new(&batch, ".", "nowhere", &err), 0);
	assert_int_equal(file_batch_write(batch, longest, bytes_of_text("x"),
	    &err), -1);
	assert_int_equal(file_batch_write(batch, "x", bytes_of_text("x"),
	    &err), 0);
	assert_int_equal(file_batch_finish(batch, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	/* It stays at that. */
	err.class = ERROR_SYSTEM;
	assert_int_equal(file_batch_finish(batch, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	file_batch_free(batch);
	assert_int_equal(mkdir("stage", 0755), 0);
	put("file", "x");
	assert_int_equal(file_batch_new(&batch, ".", "stage", &err), 0);
	assert_int_equal(file_batch_write(batch, "file/x", bytes_of_text("x"),
	    &err), 0);
	assert_int_equal(file_batch_finish(batch, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	file_batch_free(batch);
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(file_batch_new(&batch, ".", "stage", &err), 0);
	assert_int_equal(file_batch_write(batch, "folder", bytes_of_text("x"),
	    &err), 0);
	assert_int_equal(file_batch_finish(batch, &err), -1);
	file_batch_free(batch);
	assert_int_equal(rmdir("stage"), 0);
}

/* Files go to the disk while later ones are written: their failure is told by
 * whichever call comes next, and nothing is left of either. */
static void
a_batch_tells_of_an_earlier_file(void **state)
{
	struct file_batch *batch;
	char name[100];
	int result = 0;
	unsigned i;

	(void)state;
	assert_int_equal(mkdir("stage", 0755), 0);
	put("file", "x");
	assert_int_equal(file_batch_new(&batch, ".", "stage", &err), 0);
	assert_int_equal(file_batch_write(batch, "file/x", bytes_of_text("x"),
	    &err), 0);
	for (i = 0; i < 200 && result == 0; i++) {
		snprintf(name, sizeof name, "%u", i);
		result = file_batch_write(batch, name, bytes_of_text("y"),
		    &err);
	}
	assert_int_equal(result, -1);
	assert_non_null(strstr(err.what, "file"));
	file_batch_free(batch);
	assert_int_equal(rmdir("stage"), 0);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, place_enter, place_leave)
	const struct CMUnitTest tests[] = {
		TEST(plain_files_are_read),
		TEST(what_is_no_plain_file_is_named),
		TEST(a_walk_visits_all_and_follows_nothing),
		TEST(a_batch_gives_each_file_its_name),
		TEST(a_batch_says_what_it_cannot_do),
		TEST(a_batch_tells_of_an_earlier_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
