/* file_test.c: files are whole or absent, and hashed as they are. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/support/place.h"

/* How many names a folder holds. */
static int
names_in(const char *path)
{
	DIR *folder = opendir(path);
	int count = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count - 2;
}

static void
contains(const char *path, const char *expected)
{
	struct buffer content = buffer_new(10000);
	struct error err;

	assert_int_equal(file_read(&content, path, &err), 0);
	assert_string_equal(buffer_string(&content), expected);
	buffer_free(&content);
}

static void
put(const char *path, const char *text)
{
	struct error err;

	assert_int_equal(file_write(path, bytes_of_text(text), 0644, &err), 0);
}

static void
what_is_written_is_read(void **state)
{
	struct stat status;
	struct error err;

	(void)state;
	umask(022);
	assert_int_equal(file_write("f", bytes_of_text("one\n"), 0640, &err),
	    0);
	contains("f", "one\n");
	assert_int_equal(stat("f", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(file_write("f", bytes_of(NULL, 0), 0600, &err), 0);
	contains("f", "");
	assert_int_equal(stat("f", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* No temporary is left behind. */
	assert_int_equal(names_in("."), 1);
}

static void
a_file_is_written_beside_where_it_belongs(void **state)
{
	struct error err;
	char longest[NAME_MAX + 1], absolute[700];

	assert_int_equal(file_make_folders("a/b", 0700, &err), 0);
	put("a/b/f", "deep");
	contains("a/b/f", "deep");
	snprintf(absolute, sizeof(absolute), "%s/g", (char *)*state);
	put(absolute, "absolute");
	contains("g", "absolute");
	memset(longest, 'n', NAME_MAX);
	longest[NAME_MAX] = '\0';
	put(longest, "long");
	contains(longest, "long");
}

static void
creating_refuses_what_exists(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(file_create("f", bytes_of_text("one"), 0600, &err), 0);
	contains("f", "one");
	assert_int_equal(file_create("f", bytes_of_text("two"), 0600, &err),
	    -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_non_null(strstr(err.what, "exists"));
	contains("f", "one");
	assert_int_equal(symlink("nowhere", "link"), 0);
	assert_int_equal(file_create("link", bytes_of_text("x"), 0600, &err),
	    -1);
	assert_int_equal(names_in("."), 2);
}

static void
a_failed_write_leaves_nothing_and_the_old_content(void **state)
{
	struct rlimit before, small = { 0 };
	struct error err;

	(void)state;
	put("f", "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_cur = 4;
	small.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write("f", bytes_of_text("much longer"), 0600,
	    &err), -1);
	assert_int_equal(file_create("g", bytes_of_text("much longer"), 0600,
	    &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_string_not_equal(err.remedy, "");
	contains("f", "old");
	assert_int_equal(names_in("."), 1);
	/* Where a folder stands no file can be put. */
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(file_write("folder", bytes_of_text("x"), 0600, &err),
	    -1);
	assert_int_equal(names_in("."), 2);
	assert_int_equal(file_write("no/where", bytes_of_text("x"), 0600,
	    &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
}

static void
reading_appends_and_keeps_what_was_there(void **state)
{
	struct buffer content = buffer_new(1000);
	struct error err;

	(void)state;
	put("f", "two");
	buffer_text(&content, "one ");
	assert_int_equal(file_read(&content, "f", &err), 0);
	assert_string_equal(buffer_string(&content), "one two");
	assert_int_equal(file_read(&content, "missing", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_non_null(strstr(err.what, "missing"));
	assert_int_equal(file_read(&content, ".", &err), -1);
	assert_string_equal(buffer_string(&content), "one two");
	buffer_free(&content);
}

static void
reading_stops_at_the_ceiling(void **state)
{
	struct buffer content = buffer_new(8);
	struct error err;

	(void)state;
	put("eight", "12345678");
	put("nine", "123456789");
	buffer_text(&content, "");
	assert_int_equal(file_read(&content, "eight", &err), 0);
	assert_string_equal(buffer_string(&content), "12345678");
	buffer_clear(&content);
	assert_int_equal(file_read(&content, "nine", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_string_equal(err.where, "nine");
	assert_int_equal(content.len, 0);
	assert_int_equal(buffer_check(&content, "x", &err), 0);
	buffer_free(&content);
}

static void
files_that_do_not_say_how_long_they_are_can_be_read(void **state)
{
	struct buffer content = buffer_new(1000000);
	struct error err;

	(void)state;
	assert_int_equal(file_read(&content, "/proc/self/status", &err), 0);
	assert_non_null(strstr(buffer_string(&content), "Name:"));
	buffer_free(&content);
}

static void
a_dash_is_standard_input(void **state)
{
	struct buffer content = buffer_new(300000);
	struct error err;
	int saved = dup(STDIN_FILENO), fd;
	char block[1000];

	(void)state;
	memset(block, 'b', sizeof(block));
	fd = open("in", O_RDWR | O_CREAT, 0600);
	for (int i = 0; i < 200; i++)
		assert_int_equal(write(fd, block, sizeof(block)), 1000);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(file_read(&content, "-", &err), 0);
	assert_int_equal(content.len, 200000);
	/* It stays open. */
	assert_int_equal(file_read(&content, "-", &err), 0);
	assert_int_equal(content.len, 200000);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(fd);
	buffer_free(&content);
}

static void
where_others_write_only_a_regular_file_is_read(void **state)
{
	struct buffer content = buffer_new(100);
	struct error err;

	(void)state;
	put("f", "12345");
	assert_int_equal(symlink("f", "link"), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	buffer_text(&content, "0");
	assert_int_equal(file_read_regular(&content, "f", &err), 0);
	assert_string_equal(buffer_string(&content), "012345");
	assert_int_equal(file_read_regular(&content, "link", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(file_read_regular(&content, "pipe", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(file_read_regular(&content, ".", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(file_read_regular(&content, "missing", &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_string_equal(buffer_string(&content), "012345");
	content.state = BUFFER_FULL;
	assert_int_equal(file_read_regular(&content, "f", &err), -1);
	buffer_free(&content);
}

/* Somebody lets a file, a link and a pipe take turns under one name. */
static void
change_for_ever(void)
{
	alarm(60);
	for (;;) {
		if (symlink("secret", "s") != 0 || rename("s", "f") != 0 ||
		    mkfifo("p", 0600) != 0 || rename("p", "f") != 0 ||
		    link("open", "o") != 0 || rename("o", "f") != 0)
			_exit(1);
	}
}

static void
what_is_put_there_meanwhile_is_not_read_either(void **state)
{
	struct buffer content = buffer_new(100);
	struct error err;
	int status;
	pid_t other;

	(void)state;
	put("secret", "secret");
	put("open", "open");
	other = fork();
	assert_true(other >= 0);
	if (other == 0)
		change_for_ever();
	alarm(60);
	for (int i = 0; i < 5000; i++) {
		buffer_clear(&content);
		if (file_read_regular(&content, "f", &err) == 0)
			assert_string_equal(buffer_string(&content), "open");
		else
			assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	alarm(0);
	assert_int_equal(kill(other, SIGKILL), 0);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_true(WIFSIGNALED(status));
	buffer_free(&content);
}

static void
folders_are_made_with_those_above(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(file_make_folders("a//b/c/", 0700, &err), 0);
	assert_true(file_is_folder("a/b/c"));
	assert_int_equal(file_make_folders("a/b/c", 0700, &err), 0);
	assert_int_equal(file_make_folders(".", 0700, &err), 0);
	assert_int_equal(file_make_folders("/", 0700, &err), 0);
	put("f", "a file");
	assert_int_equal(file_make_folders("f", 0700, &err), -1);
	assert_int_equal(file_make_folders("f/g", 0700, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_int_equal(file_sync_folder("a", &err), 0);
	assert_int_equal(file_sync_folder("f", &err), -1);
	assert_int_equal(file_sync_folder("missing", &err), -1);
}

static void
what_is_there_is_seen(void **state)
{
	(void)state;
	put("f", "");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(symlink(".", "folder"), 0);
	assert_true(file_exists("f"));
	assert_true(file_exists("dangling"));
	assert_false(file_exists("missing"));
	assert_false(file_is_folder("f"));
	assert_false(file_is_folder("dangling"));
	assert_true(file_is_folder("folder"));
}

static void
paths_are_joined_by_one_slash(void **state)
{
	struct buffer path = buffer_new(100);
	struct error err;

	(void)state;
	assert_int_equal(file_join(&path, "a", "b", &err), 0);
	assert_string_equal(buffer_string(&path), "a/b");
	assert_int_equal(file_join(&path, "/", "b", &err), 0);
	assert_string_equal(buffer_string(&path), "/b");
	assert_int_equal(file_join(&path, "a/", "b", &err), 0);
	assert_string_equal(buffer_string(&path), "a/b");
	assert_int_equal(file_join(&path, "", "b", &err), 0);
	assert_string_equal(buffer_string(&path), "b");
	buffer_free(&path);
}

static void
digest_is(const char *path, uint64_t expected_size, struct digest expected)
{
	struct digest digest;
	struct error err;
	uint64_t size;

	assert_int_equal(file_digest(&digest, &size, path, NULL, NULL, &err),
	    0);
	assert_int_equal(size, expected_size);
	assert_true(digest_equal(digest, expected));
}

static void
files_of_any_length_are_hashed(void **state)
{
	static const size_t lens[] = { 0, 1, 63, 64, 4096, 524287, 524288,
		524289, 3000000, 8388607, 8388608, 9437184, 10000000 };
	const size_t longest = 10000000;
	uint8_t *bytes = malloc(longest);
	struct error err;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < longest; i++)
		bytes[i] = (uint8_t)(i * 31 + i / 251);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct bytes content = bytes_of(bytes, lens[i]);

		assert_int_equal(file_write("f", content, 0600, &err), 0);
		digest_is("f", lens[i], digest_of(content));
	}
	assert_int_equal(symlink("f", "link"), 0);
	digest_is("link", longest, digest_of(bytes_of(bytes, longest)));
	free(bytes);
}

static void
refuses(const char *path, const char *what)
{
	struct digest digest = { { 7 } };
	struct error err;
	uint64_t size = 42;

	assert_int_equal(file_digest(&digest, &size, path, NULL, NULL, &err),
	    -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_non_null(strstr(err.what, what));
	assert_int_equal(size, 42);
	assert_int_equal(digest.byte[0], 7);
}

static void
only_regular_files_are_hashed(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	refuses(".", "folder");
	refuses("pipe", "pipe");
	refuses("/dev/null", "device");
	refuses("missing", "missing");
	/* It says it is empty, and is not. */
	refuses("/proc/self/status", "changed");
}

/* Meddles with the file once hashing has begun. */
enum { TOUCH, GROW, SHRINK, VANISH, REPLACE };
struct meddling {
	int how;
	uint64_t last;
};

static int
meddle(void *cookie, uint64_t done)
{
	struct meddling *meddling = cookie;
	const struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	bool first = meddling->last == 0;
	FILE *file;

	assert_true(done > meddling->last);
	meddling->last = done;
	if (!first)
		return 0;
	switch (meddling->how) {
	case TOUCH:
		return utimensat(AT_FDCWD, "f", old, 0);
	case GROW:
		file = fopen("f", "a");
		assert_non_null(file);
		assert_int_equal(fputc('x', file), 'x');
		return fclose(file);
	case SHRINK:
		return truncate("f", 2000000);
	case VANISH:
		return unlink("f");
	case REPLACE:
		put("other", "other");
		return rename("other", "f");
	}
	return -1;
}

static void
a_file_that_changes_meanwhile_is_refused(void **state)
{
	static const char *const said[] = {
		[TOUCH] = "changed", [GROW] = "changed", [SHRINK] = "changed",
		[VANISH] = "vanished", [REPLACE] = "replaced",
	};
	struct digest digest = { { 7 } };
	uint64_t size = 42;
	struct error err;

	(void)state;
	/* Each way with a small file, and with one that is read ahead. */
	for (int i = 0; i < 2 * (REPLACE + 1); i++) {
		int how = i / 2;
		struct meddling meddling = { .how = how };

		put("f", "");
		assert_int_equal(truncate("f", i % 2 ? 3000000 : 10000000), 0);
		assert_int_equal(file_digest(&digest, &size, "f", meddle,
		    &meddling, &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		if (strstr(err.what, said[how]) == NULL)
			fail_msg("%s", err.what);
		assert_int_equal(size, 42);
		assert_int_equal(digest.byte[0], 7);
	}
}

static int
count_and_stop(void *cookie, uint64_t done)
{
	uint64_t *calls = cookie;

	(void)done;
	return ++*calls == 2;
}

static void
progress_may_stop_the_work(void **state)
{
	struct digest digest;
	uint64_t size = 42, calls = 0;
	struct error err;

	(void)state;
	put("f", "");
	assert_int_equal(truncate("f", 50000000), 0);
	assert_int_equal(file_digest(&digest, &size, "f", count_and_stop,
	    &calls, &err), -1);
	assert_int_equal(calls, 2);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_non_null(strstr(err.what, "interrupted"));
}

static void
no_descriptor_is_left_open(void **state)
{
	struct buffer content = buffer_new(4);
	struct digest digest;
	uint64_t size;
	struct error err;
	int before = dup(STDERR_FILENO), after;

	(void)state;
	close(before);
	put("f", "12345");
	digest_is("f", 5, digest_of(bytes_of_text("12345")));
	file_read(&content, "f", &err);
	file_read(&content, "missing", &err);
	file_read(&content, ".", &err);
	file_read_regular(&content, "f", &err);
	file_read_regular(&content, ".", &err);
	file_create("f", bytes_of_text("x"), 0600, &err);
	file_write("f/g", bytes_of_text("x"), 0600, &err);
	file_digest(&digest, &size, ".", NULL, NULL, &err);
	file_sync_folder(".", &err);
	after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
	buffer_free(&content);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_enter, \
    place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(a_file_is_written_beside_where_it_belongs),
		TEST(creating_refuses_what_exists),
		TEST(a_failed_write_leaves_nothing_and_the_old_content),
		TEST(reading_appends_and_keeps_what_was_there),
		TEST(reading_stops_at_the_ceiling),
		TEST(files_that_do_not_say_how_long_they_are_can_be_read),
		TEST(a_dash_is_standard_input),
		TEST(where_others_write_only_a_regular_file_is_read),
		TEST(what_is_put_there_meanwhile_is_not_read_either),
		TEST(folders_are_made_with_those_above),
		TEST(what_is_there_is_seen),
		TEST(paths_are_joined_by_one_slash),
		TEST(files_of_any_length_are_hashed),
		TEST(only_regular_files_are_hashed),
		TEST(a_file_that_changes_meanwhile_is_refused),
		TEST(progress_may_stop_the_work),
		TEST(no_descriptor_is_left_open),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
