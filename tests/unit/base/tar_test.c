/* tar_test.c: one spelling of an archive, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/tar.h"

#define TIME 1700000000

static struct error err;

static struct tar *
three_files(void)
{
	struct tar *tar;

	assert_int_equal(tar_new(&tar, &err), 0);
	assert_int_equal(tar_add(tar, "top/b", bytes_of_text("two"), &err), 0);
	assert_int_equal(tar_add(tar, "top/a", bytes_of_text(""), &err), 0);
	assert_int_equal(tar_add(tar, "top/b/c", bytes_of("three\0", 6), &err),
	    0);
	assert_true(tar_has(tar, "top/b"));
	assert_false(tar_has(tar, "top/c"));
	assert_int_equal(tar_settle(tar, &err), 0);
	return tar;
}

static struct buffer
archive_of(const struct tar *tar)
{
	struct buffer out = buffer_new(1 << 20);

	tar_write(&out, tar, TIME);
	assert_int_equal(buffer_check(&out, "archive", &err), 0);
	return out;
}

static void
what_is_written_is_read_again(void **state)
{
	struct tar *tar = three_files(), *again = NULL;
	struct buffer one = archive_of(tar), two;
	uint64_t time_s = 0;

	(void)state;
	assert_int_equal(one.len, 512 * (3 + 2 + 2));
	assert_int_equal(tar_read(&again, buffer_bytes(&one), 3, &time_s, &err),
	    0);
	assert_int_equal(time_s, TIME);
	assert_int_equal(tar_count(again), 3);
	assert_string_equal(tar_at(again, 0)->name, "top/a");
	assert_string_equal(tar_at(again, 2)->name, "top/b/c");
	assert_true(bytes_equal(tar_find(again, "top/b/c")->content,
	    bytes_of("three\0", 6)));
	assert_null(tar_find(again, "top"));
	assert_int_equal(tar_first(again, "top/b"), 1);
	assert_int_equal(tar_first(again, "top/c"), 3);
	assert_int_equal(tar_first(again, "x"), 3);
	two = archive_of(again);
	assert_true(bytes_equal(buffer_bytes(&one), buffer_bytes(&two)));
	buffer_free(&one);
	buffer_free(&two);
	tar_free(tar);
	tar_free(again);
}

static void
names_stay_in_their_folder(void **state)
{
	static const char *const bad[] = { "", "/a", "a/", "a//b", ".", "..",
		"../a", "a/../b", "a/.b", "a b", "a\nb", "a\\b", "\xc3\xa4",
		"0123456789012345678901234567890123456789012345678901234567890"
		"1234567890123456789012345678901234567890" };
	struct tar *tar;

	(void)state;
	assert_int_equal(tar_new(&tar, &err), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_false(tar_name_is_valid(bad[i]));
		assert_int_equal(tar_add(tar, bad[i], bytes_of_text(""), &err),
		    -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	assert_true(tar_name_is_valid("a-b/c_d.e/0"));
	assert_int_equal(tar_add(tar, "a", bytes_of_text(""), &err), 0);
	assert_int_equal(tar_add(tar, "a", bytes_of_text(""), &err), -1);
	assert_non_null(strstr(err.what, "taken"));
	tar_free(tar);
}

static void
refuse(struct bytes archive, const char *what)
{
	struct tar *tar = NULL;
	uint64_t time_s = 7;

	if (tar_read(&tar, archive, 100, &time_s, &err) == 0)
		fail_msg("%s was taken", what);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_null(tar);
	assert_int_equal(time_s, 7);
}

static void
any_changed_byte_is_found(void **state)
{
	struct tar *tar = three_files();
	struct buffer archive = archive_of(tar);
	char what[40];

	(void)state;
	for (size_t at = 0; at < archive.len; at++) {
		/* Contents are for their readers to judge. */
		if ((at >= 1024 && at < 1027) || (at >= 2048 && at < 2054))
			continue;
		for (unsigned bit = 0; bit < 8; bit++) {
			archive.data[at] ^= (uint8_t)(1 << bit);
			snprintf(what, sizeof what, "bit %u of byte %zu", bit,
			    at);
			refuse(buffer_bytes(&archive), what);
			archive.data[at] ^= (uint8_t)(1 << bit);
		}
	}
	for (size_t len = 0; len < archive.len; len++)
		refuse(bytes_of(archive.data, len), "a cut one");
	buffer_byte(&archive, 0);
	refuse(buffer_bytes(&archive), "one byte more");
	buffer_free(&archive);
	tar_free(tar);
}

static void
order_times_and_numbers_are_as_they_should_be(void **state)
{
	struct tar *tar = three_files();
	struct buffer archive = archive_of(tar), other = buffer_new(1 << 20);
	struct tar *one;

	(void)state;
	/* The second file before the first; the first twice. */
	buffer_append(&other, bytes_of(archive.data + 512, 1024));
	buffer_append(&other, bytes_of(archive.data, 512));
	buffer_append(&other, bytes_of(archive.data + 1536, archive.len - 1536));
	refuse(buffer_bytes(&other), "another order");
	assert_non_null(strstr(err.what, "out of order"));
	buffer_clear(&other);
	buffer_append(&other, bytes_of(archive.data, 512));
	buffer_append(&other, buffer_bytes(&archive));
	refuse(buffer_bytes(&other), "a file twice");
	/* Another time in the second. */
	assert_int_equal(tar_new(&one, &err), 0);
	assert_int_equal(tar_add(one, "top/a", bytes_of_text(""), &err), 0);
	assert_int_equal(tar_settle(one, &err), 0);
	buffer_clear(&other);
	tar_write(&other, one, TIME + 1);
	other.len = 512;
	buffer_append(&other, bytes_of(archive.data + 512, archive.len - 512));
	refuse(buffer_bytes(&other), "another time");
	assert_non_null(strstr(err.what, "another time"));
	refuse(bytes_of("", 0), "nothing");
	tar_free(one);
	tar_free(tar);
	buffer_free(&archive);
	buffer_free(&other);
}

static void
no_more_files_than_asked_for(void **state)
{
	struct tar *tar = three_files(), *again = NULL;
	struct buffer archive = archive_of(tar);
	uint64_t time_s;

	(void)state;
	assert_int_equal(tar_read(&again, buffer_bytes(&archive), 2, &time_s,
	    &err), -1);
	assert_non_null(strstr(err.what, "more than 2"));
	tar_free(tar);
	tar_free(NULL);
	buffer_free(&archive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(names_stay_in_their_folder),
		cmocka_unit_test(any_changed_byte_is_found),
		cmocka_unit_test(order_times_and_numbers_are_as_they_should_be),
		cmocka_unit_test(no_more_files_than_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
