/* tile_test.c: paths and bundles of c2sp.org/tlog-tiles. */
#include "base/limits.h"
#include "ledger/tile.h"
#include "tests/unit/ledger/expect.h"

static struct error err;

static void
tiles_are_named_in_groups_of_three_digits(void **state)
{
	static const struct {
		unsigned level;
		uint64_t index;
		unsigned width;
		const char *path;
	} cases[] = {
		{ 0, 0, 256, "tile/0/000" },
		{ 0, 1, 44, "tile/0/001.p/44" },
		{ 1, 999, 1, "tile/1/999.p/1" },
		{ 2, 1000, 256, "tile/2/x001/000" },
		{ 5, 1234067, 255, "tile/5/x001/x234/067.p/255" },
		{ 0, UINT64_C(1) << 45, 256, "tile/0/x035/x184/x372/x088/832" },
	};
	struct buffer path = buffer_new(256);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buffer_clear(&path);
		tile_path(&path, cases[i].level, cases[i].index,
		    cases[i].width);
		assert_string_equal(buffer_string(&path), cases[i].path);
	}
	buffer_clear(&path);
	tile_entries_path(&path, 1000, 256);
	assert_string_equal(buffer_string(&path), "tile/entries/x001/000");
	buffer_clear(&path);
	tile_entries_path(&path, 7, 3);
	assert_string_equal(buffer_string(&path), "tile/entries/007.p/3");
	buffer_free(&path);
}

static void
names_are_read_in_their_one_spelling(void **state)
{
	static const struct {
		const char *path;
		bool entries;
		unsigned level;
		uint64_t index;
		unsigned width;
	} good[] = {
		{ "tile/0/000", false, 0, 0, 256 },
		{ "tile/63/x001/x234/067.p/255", false, 63, 1234067, 255 },
		{ "tile/entries/x001/000", true, 0, 1000, 256 },
		{ "tile/entries/007.p/3", true, 0, 7, 3 },
		{ "tile/0/x035/x184/x372/x088/832", false, 0,
		    UINT64_C(1) << 45, 256 },
	};
	static const char *const bad[] = { "", "tile", "tile/", "tile/0",
		"tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000",
		"tile/64/000", "tile/-1/000", "tile/0/000.p/0",
		"tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
		"tile/0/000.p/1/", "tile/0/000.p/1.p/1", "tile/0/x000/000",
		"tile/0/001/000", "tile/0/x001/x000", "tile/0/x001",
		"tile/0/xx01/000", "tile/entries", "tile/entries/0/000",
		"tile/data/000", "Tile/0/000", "tile/0/000 ", "tile//0/000",
		"tile/0/x001/x001/x001/x001/x001/x001/x001/000",
		"tile/99999999999999999999/000" };
	struct tile_name name;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(tile_name_parse(&name, good[i].path));
		assert_int_equal(name.entries, good[i].entries);
		assert_int_equal(name.level, good[i].level);
		assert_int_equal(name.index, good[i].index);
		assert_int_equal(name.width, good[i].width);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (tile_name_parse(&name, bad[i]))
			fail_msg("%s was taken for a tile", bad[i]);
	}
}

/* The example of c2sp.org/tlog-tiles: a tree of 70,000. */
static void
widths_follow_from_the_size(void **state)
{
	(void)state;
	assert_int_equal(tile_width(70000, 0, 272), 256);
	assert_int_equal(tile_width(70000, 0, 273), 112);
	assert_int_equal(tile_width(70000, 0, 274), 0);
	assert_int_equal(tile_width(70000, 1, 0), 256);
	assert_int_equal(tile_width(70000, 1, 1), 17);
	assert_int_equal(tile_width(70000, 2, 0), 1);
	assert_int_equal(tile_width(70000, 3, 0), 0);
	assert_int_equal(tile_width(70000, 63, 0), 0);
	assert_int_equal(tile_width(0, 0, 0), 0);
	assert_int_equal(tile_width(256, 0, 0), 256);
	assert_int_equal(tile_width(256, 0, 1), 0);
}

static void
bundles_give_back_what_was_put_in(void **state)
{
	static const char *const texts[] = { "one", "", "three" };
	struct buffer bundle = buffer_new(1 << 20);
	struct bytes rest, entry;
	bool more;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		expect_fine(tile_bundle_add(&bundle, bytes_of_text(texts[i]),
		    &err), &err);
	assert_int_equal(bundle.len, 3 * 2 + 3 + 5);
	assert_memory_equal(bundle.data, "\0\3one\0\0\0\5three", bundle.len);
	rest = buffer_bytes(&bundle);
	for (size_t i = 0; i < 3; i++) {
		expect_fine(tile_bundle_next(&entry, &more, &rest, &err),
		    &err);
		assert_true(more);
		assert_true(bytes_equal(entry, bytes_of_text(texts[i])));
	}
	expect_fine(tile_bundle_next(&entry, &more, &rest, &err), &err);
	assert_false(more);
	buffer_free(&bundle);
}

static void
entries_of_more_than_65535_bytes_do_not_fit_a_bundle(void **state)
{
	struct buffer bundle = buffer_new(1 << 20);
	uint8_t *large = calloc(1, 65536);
	struct bytes rest, entry;
	bool more;

	(void)state;
	assert_non_null(large);
	expect_fine(tile_bundle_add(&bundle, bytes_of(large, 65535), &err),
	    &err);
	assert_int_equal(tile_bundle_add(&bundle, bytes_of(large, 65536),
	    &err), -1);
	rest = bytes_of(bundle.data, 65535 + 2);
	expect_fine(tile_bundle_next(&entry, &more, &rest, &err), &err);
	assert_int_equal(entry.len, 65535);
	free(large);
	buffer_free(&bundle);
}

static void
a_bundle_without_room_is_no_bundle(void **state)
{
	struct buffer bundle = buffer_new(8);

	(void)state;
	expect_fine(tile_bundle_add(&bundle, bytes_of_text("one"), &err),
	    &err);
	assert_int_equal(tile_bundle_add(&bundle, bytes_of_text("three"),
	    &err), -1);
	buffer_free(&bundle);
}

static void
a_bundle_that_was_cut_is_refused(void **state)
{
	static const uint8_t whole[] = { 0, 3, 'o', 'n', 'e' };
	struct bytes entry, rest;
	bool more = true;

	(void)state;
	for (size_t len = 1; len < sizeof whole; len++) {
		rest = bytes_of(whole, len);
		assert_int_equal(tile_bundle_next(&entry, &more, &rest, &err),
		    -1);
		assert_int_equal(err.class, ERROR_NO);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_are_named_in_groups_of_three_digits),
		cmocka_unit_test(names_are_read_in_their_one_spelling),
		cmocka_unit_test(widths_follow_from_the_size),
		cmocka_unit_test(bundles_give_back_what_was_put_in),
		cmocka_unit_test(
		    entries_of_more_than_65535_bytes_do_not_fit_a_bundle),
		cmocka_unit_test(a_bundle_without_room_is_no_bundle),
		cmocka_unit_test(a_bundle_that_was_cut_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
