/* publish_test.c: a ledger as files: written, extended, refused, verified. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "ledger/append.h"
#include "ledger/publish.h"
#include "ledger/reader.h"
#include "ledger/static_copy.h"
#include "ledger/tile.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"
#include "tests/unit/ledger/expect.h"

static struct error err;

struct place {
	char *folder;
	struct fixture fixture;
	char copy[300]; /* Where it is published. */
	unsigned size;
};

static int
set_up(void **state)
{
	struct place *place = memory_new(1, sizeof *place);

	place->folder = fixture_folder();
	fixture_make(&place->fixture, place->folder, FIXTURE_ORIGIN);
	place->size = 1;
	snprintf(place->copy, sizeof place->copy, "%s/public", place->folder);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

/* Let the ledger have so many entries. */
static void
grow_to(struct place *place, unsigned size)
{
	struct appender *appender;

	expect_fine(appender_open(&appender, place->fixture.store,
	    place->fixture.ledger_key, &err), &err);
	place->size = (unsigned)appender_checkpoint(appender)->size;
	if (size > place->size)
		fixture_fill(&place->fixture, appender, size - place->size, 50);
	place->size = (unsigned)appender_checkpoint(appender)->size;
	appender_close(appender);
	assert_int_equal(place->size, size);
}

static int
try_publish(struct place *place, const struct publish_options *options,
    struct publish_result *result)
{
	struct reader *reader;
	int done;

	expect_fine(reader_open(&reader, place->fixture.store, &err), &err);
	done = publish_ledger(result, reader_store(reader), reader_note(reader),
	    authority_ledger_key(reader_authority(reader)), place->copy,
	    options, &err);
	reader_close(reader);
	return done;
}

static struct publish_result
publish(struct place *place)
{
	const struct publish_options options = { .attachments = false };
	struct publish_result result;

	expect_fine(try_publish(place, &options, &result), &err);
	return result;
}

static const char *
path_of(const struct place *place, const char *name)
{
	static char path[600];

	snprintf(path, sizeof path, "%s/%s", place->copy, name);
	return path;
}

static bool
there(const struct place *place, const char *name)
{
	return file_exists(path_of(place, name));
}

static void
read_into(struct buffer *out, const struct place *place, const char *name)
{
	buffer_clear(out);
	expect_fine(file_read(out, path_of(place, name), &err), &err);
}

static void
write_over(const struct place *place, const char *name, struct bytes content)
{
	FILE *file = fopen(path_of(place, name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(content.data, 1, content.len, file),
	    content.len);
	fclose(file);
}

static void
move(const struct place *place, const char *from, const char *to)
{
	char *old = memory_text(path_of(place, from));

	assert_int_equal(rename(old, path_of(place, to)), 0);
	memory_free(old);
}

/* What a verification told, the first of it in full. */
struct told {
	size_t count;
	enum verify_check check[8];
	uint64_t seq[8];
	char what[8][300];
	size_t ahead;
	struct verify_result result;
};

static void
tell(void *cookie, const struct verify_problem *problem)
{
	struct told *told = cookie;

	if (told->count < 8) {
		told->check[told->count] = problem->check;
		told->seq[told->count] = problem->seq;
		snprintf(told->what[told->count], 300, "%s", problem->what);
	}
	told->count++;
}

static void
tell_ahead(void *cookie, const char *path)
{
	struct told *told = cookie;

	assert_non_null(strstr(path, "tile/"));
	told->ahead++;
}

static struct told
verify(const struct place *place)
{
	struct told told = { .count = 0 };
	const struct verify_options options = {
		.cookie = &told,
		.problem = tell,
		.ahead = tell_ahead,
		.threads = 1,
	};

	expect_fine(verify_copy(&told.result, place->copy, &options, &err),
	    &err);
	assert_int_equal(told.count, told.result.problems);
	return told;
}

static void
expect_sound(const struct place *place, uint64_t size)
{
	struct told told = verify(place);

	if (told.count > 0)
		fail_msg("%s: %s", verify_check_name(told.check[0]),
		    told.what[0]);
	assert_int_equal(told.result.entries, size);
	assert_true(told.result.has_checkpoint);
	assert_int_equal(told.result.checkpoint.size, size);
}

/* One problem, which says this. */
static void
expect_one(const struct place *place, enum verify_check check, uint64_t seq,
    const char *what)
{
	struct told told = verify(place);

	if (told.count != 1 || told.check[0] != check ||
	    told.seq[0] != seq || strstr(told.what[0], what) == NULL) {
		for (size_t i = 0; i < told.count && i < 8; i++)
			fprintf(stderr, "# %s %llu: %s\n",
			    verify_check_name(told.check[i]),
			    (unsigned long long)told.seq[i], told.what[i]);
		fail_msg("not the one problem \"%s\" but %zu", what,
		    told.count);
	}
}

/* ---- what is written ---- */

static void
files_are_those_of_the_size(void **state)
{
	struct place *place = *state;
	struct publish_result result;
	struct stat status;

	grow_to(place, 300);
	result = publish(place);
	assert_false(result.had_checkpoint);
	assert_int_equal(result.from, 0);
	assert_int_equal(result.checkpoint.size, 300);
	assert_int_equal(result.bundles, 2);
	assert_int_equal(result.tiles, 3);
	assert_true(there(place, "tile/0/000"));
	assert_true(there(place, "tile/0/001.p/44"));
	assert_true(there(place, "tile/1/000.p/1"));
	assert_true(there(place, "tile/entries/000"));
	assert_true(there(place, "tile/entries/001.p/44"));
	assert_false(there(place, "tile/2"));
	assert_false(there(place, "attachment"));
	assert_int_equal(stat(path_of(place, "tile/0/000"), &status), 0);
	assert_int_equal(status.st_size, 8192);
	/* Whoever serves it is somebody else. */
	assert_int_equal(status.st_mode & 0444, 0444);
	expect_sound(place, 300);
}

/* The same bytes whether it was published at once or in steps. */
static void
steps_lead_where_one_leap_leads(void **state)
{
	static const unsigned sizes[] = { 1, 2, 255, 256, 257, 511, 512, 600 };
	static const char *const names[] = { "checkpoint", "tile/0/000",
		"tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
		"tile/entries/000", "tile/entries/001",
		"tile/entries/002.p/88" };
	struct place *place = *state;
	struct buffer stepped = buffer_new(1 << 24);
	struct buffer leapt = buffer_new(1 << 24);
	char steps[sizeof place->copy];

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct publish_result result;

		grow_to(place, sizes[i]);
		result = publish(place);
		assert_int_equal(result.from, i == 0 ? 0 : sizes[i - 1]);
		expect_sound(place, sizes[i]);
	}
	memcpy(steps, place->copy, sizeof steps);
	snprintf(place->copy, sizeof place->copy, "%s/leap", place->folder);
	publish(place);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		read_into(&leapt, place, names[i]);
		buffer_clear(&stepped);
		buffer_printf(&stepped, "%s/%s", steps, names[i]);
		char *path = memory_text(buffer_string(&stepped));

		buffer_clear(&stepped);
		expect_fine(file_read(&stepped, path, &err), &err);
		memory_free(path);
		assert_true(bytes_equal(buffer_bytes(&stepped),
		    buffer_bytes(&leapt)));
	}
	buffer_free(&stepped);
	buffer_free(&leapt);
}

static void
partial_tiles_stay_until_the_full_one_is_there(void **state)
{
	struct place *place = *state;
	struct publish_result result;

	grow_to(place, 100);
	publish(place);
	grow_to(place, 200);
	publish(place);
	/* Somebody may have the checkpoint of 100. */
	assert_true(there(place, "tile/0/000.p/100"));
	assert_true(there(place, "tile/0/000.p/200"));
	grow_to(place, 256);
	result = publish(place);
	assert_int_equal(result.removed, 4);
	assert_false(there(place, "tile/0/000.p"));
	assert_false(there(place, "tile/entries/000.p"));
	assert_true(there(place, "tile/1/000.p/1"));
	assert_false(there(place, ".publish/before"));
	result = publish(place);
	assert_int_equal(result.from, result.checkpoint.size);
	assert_int_equal(result.tiles + result.bundles, 0);
	expect_sound(place, 256);
}

/* Killed between the checkpoint and the removing of what it replaces. */
static void
what_a_killed_publisher_left_is_removed(void **state)
{
	struct place *place = *state;

	grow_to(place, 300);
	publish(place);
	expect_fine(file_make_folders(path_of(place, "tile/0/000.p"), 0777,
	    &err), &err);
	write_over(place, "tile/0/000.p/100", bytes_of_text("old"));
	write_over(place, ".publish/before", bytes_of_text("100\n"));
	write_over(place, ".publish/17", bytes_of_text("no name yet"));
	publish(place);
	assert_false(there(place, "tile/0/000.p"));
	assert_false(there(place, ".publish/before"));
	assert_false(there(place, ".publish/17"));
	/* Killed before the checkpoint: nothing is removed that is needed. */
	write_over(place, ".publish/before", bytes_of_text("300\n"));
	publish(place);
	assert_true(there(place, "tile/0/001.p/44"));
	write_over(place, ".publish/before", bytes_of_text("no number\n"));
	publish(place);
	expect_sound(place, 300);
}

static void
a_folder_is_mended_by_writing_all_of_it(void **state)
{
	const struct publish_options options = { .whole = true };
	struct place *place = *state;
	struct publish_result result;

	grow_to(place, 300);
	publish(place);
	unlink(path_of(place, "tile/0/000"));
	publish(place);
	assert_false(there(place, "tile/0/000"));
	expect_fine(try_publish(place, &options, &result), &err);
	assert_int_equal(result.tiles, 3);
	expect_sound(place, 300);
}

/* ---- what is refused ---- */

static void
expect_refused(struct place *place, enum error_class class, const char *what)
{
	const struct publish_options options = { .attachments = false };
	struct publish_result result;
	struct buffer before = buffer_new(LIMIT_NOTE);
	struct buffer after = buffer_new(LIMIT_NOTE);

	read_into(&before, place, "checkpoint");
	assert_int_equal(try_publish(place, &options, &result), -1);
	expect_said(&err, class, what);
	read_into(&after, place, "checkpoint");
	assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
	buffer_free(&before);
	buffer_free(&after);
}

/* A checkpoint as the ledger's key might sign it. */
static void
sign_over(struct place *place, uint64_t size, struct digest root)
{
	struct checkpoint checkpoint = { .size = size, .root = root };
	struct buffer note = buffer_new(LIMIT_NOTE);

	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s",
	    FIXTURE_ORIGIN);
	expect_fine(checkpoint_sign(&note, &checkpoint,
	    place->fixture.ledger_key, &err), &err);
	write_over(place, "checkpoint", buffer_bytes(&note));
	buffer_free(&note);
}

/* Base64 as before, of another signature. */
static void
forge_signature(struct buffer *note)
{
	uint8_t *letter = note->data + note->len - 9;

	*letter = *letter == 'A' ? 'B' : 'A';
}

static void
other_ledgers_forks_and_later_ones_are_refused(void **state)
{
	struct place *place = *state;
	struct buffer note = buffer_new(LIMIT_NOTE);

	grow_to(place, 10);
	publish(place);
	read_into(&note, place, "checkpoint");
	sign_over(place, 11, digest_of(bytes_of_text("later")));
	expect_refused(place, ERROR_NO, "was rolled back");
	sign_over(place, 9, digest_of(bytes_of_text("other")));
	expect_refused(place, ERROR_NO, "has a fork");
	/* Another name, the same name and another key, no note at all. */
	note.data[0] ^= 1;
	write_over(place, "checkpoint", buffer_bytes(&note));
	expect_refused(place, ERROR_NO, "has another ledger");
	note.data[0] ^= 1;
	forge_signature(&note);
	write_over(place, "checkpoint", buffer_bytes(&note));
	expect_refused(place, ERROR_NO, "is not signed by this ledger's key");
	write_over(place, "checkpoint", bytes_of_text("hello\n"));
	expect_refused(place, ERROR_NO, "");
	write_over(place, "checkpoint", bytes_of_text(""));
	expect_refused(place, ERROR_NO, "");
	buffer_free(&note);
}

static void
one_publisher_at_a_time(void **state)
{
	struct place *place = *state;
	int lock;

	publish(place);
	lock = open(path_of(place, ".publish/lock"), O_RDWR);
	assert_int_not_equal(lock, -1);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	expect_refused(place, ERROR_UNDECIDED, "another `vouch publish'");
	close(lock);
	publish(place);
}

static int
stop_at_once(void *cookie, uint64_t done, uint64_t total)
{
	(void)cookie;
	return done <= total;
}

static void
it_can_be_interrupted_and_goes_on(void **state)
{
	const struct publish_options options = { .progress = stop_at_once };
	struct place *place = *state;
	struct publish_result result;

	grow_to(place, 300);
	assert_int_equal(try_publish(place, &options, &result), -1);
	expect_said(&err, ERROR_SYSTEM, "interrupted");
	assert_false(there(place, "checkpoint"));
	publish(place);
	expect_sound(place, 300);
}

/* ---- what is found in a copy ---- */

static void
spoil(const struct place *place, const char *name, size_t at)
{
	struct buffer content = buffer_new(1 << 24);

	read_into(&content, place, name);
	assert_true(content.len > at);
	content.data[at] ^= 1;
	write_over(place, name, buffer_bytes(&content));
	buffer_free(&content);
}

static void
a_file_that_is_missing_is_named_once(void **state)
{
	static const struct {
		const char *name;
		uint64_t seq;
		enum verify_check check;
	} cases[] = {
		{ "tile/0/000", 0, VERIFY_TREE },
		{ "tile/0/001.p/44", 256, VERIFY_TREE },
		{ "tile/1/000.p/1", VERIFY_NOWHERE, VERIFY_TREE },
		{ "tile/entries/001.p/44", 256, VERIFY_ENTRY },
	};
	struct place *place = *state;
	struct buffer content = buffer_new(1 << 24);

	grow_to(place, 300);
	publish(place);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char expected[100];

		read_into(&content, place, cases[i].name);
		unlink(path_of(place, cases[i].name));
		snprintf(expected, sizeof expected, "%s is missing",
		    cases[i].name);
		expect_one(place, cases[i].check, cases[i].seq, expected);
		/* A folder, a link, nothing in it, too much in it. */
		mkdir(path_of(place, cases[i].name), 0755);
		expect_one(place, cases[i].check, cases[i].seq,
		    "is a folder, not a file");
		rmdir(path_of(place, cases[i].name));
		write_over(place, cases[i].name, bytes_of_text(""));
		expect_one(place, cases[i].check, cases[i].seq,
		    cases[i].check == VERIFY_TREE ? "has 0 bytes"
						  : "ends after 0 of its 44");
		buffer_byte(&content, 0);
		write_over(place, cases[i].name, buffer_bytes(&content));
		if (cases[i].check == VERIFY_ENTRY)
			expect_one(place, VERIFY_ENTRY, 299,
			    "has 1 bytes after the last of its 44 entries");
		else
			assert_int_equal(verify(place).count, 1);
		content.len--;
		write_over(place, cases[i].name, buffer_bytes(&content));
		expect_sound(place, 300);
	}
	buffer_free(&content);
}

static void
links_are_named_and_not_followed(void **state)
{
	struct place *place = *state;
	struct told told;

	grow_to(place, 300);
	publish(place);
	move(place, "tile/0/000", "elsewhere");
	assert_int_equal(symlink("../../elsewhere",
	    path_of(place, "tile/0/000")), 0);
	told = verify(place);
	assert_int_equal(told.count, 2);
	assert_non_null(strstr(told.what[0], "tile/0/000 is a link"));
	assert_non_null(strstr(told.what[1], "is not a plain file"));
	unlink(path_of(place, "tile/0/000"));
	move(place, "elsewhere", "tile/0/000");
	expect_sound(place, 300);
}

static void
what_was_changed_is_found(void **state)
{
	struct place *place = *state;

	grow_to(place, 300);
	publish(place);
	/* A leaf hash, a hash above, a byte of an entry: at its place. */
	spoil(place, "tile/0/000", 32 * 17);
	assert_int_not_equal(verify(place).count, 0);
	assert_int_equal(verify(place).seq[0], 17);
	spoil(place, "tile/0/000", 32 * 17);
	spoil(place, "tile/1/000.p/1", 5);
	expect_one(place, VERIFY_TREE, VERIFY_NOWHERE, "tile 1/0 differs");
	spoil(place, "tile/1/000.p/1", 5);
	spoil(place, "tile/entries/000", 40);
	assert_int_not_equal(verify(place).count, 0);
	spoil(place, "tile/entries/000", 40);
	/* A length that runs over the end. */
	spoil(place, "tile/entries/000", 0);
	assert_int_not_equal(verify(place).count, 0);
	spoil(place, "tile/entries/000", 0);
	expect_sound(place, 300);
}

static void
files_that_are_astray_are_named(void **state)
{
	struct place *place = *state;
	struct told told;

	grow_to(place, 300);
	publish(place);
	write_over(place, "index.html", bytes_of_text("not ours to judge"));
	expect_sound(place, 300);
	write_over(place, "tile/0/0000", bytes_of_text("x"));
	expect_one(place, VERIFY_STORE, VERIFY_NOWHERE,
	    "tile/0/0000 is no tile");
	unlink(path_of(place, "tile/0/0000"));
	write_over(place, "tile/0/001.p/7", bytes_of_text("x"));
	expect_one(place, VERIFY_STORE, VERIFY_NOWHERE,
	    "tile/0/001.p/7 is an old partial tile that does not agree");
	unlink(path_of(place, "tile/0/001.p/7"));
	write_over(place, "tile/entries/001.p/7", bytes_of_text("x"));
	expect_one(place, VERIFY_STORE, VERIFY_NOWHERE,
	    "tile/entries/001.p/7 is an old partial bundle that does not");
	unlink(path_of(place, "tile/entries/001.p/7"));
	/* What a later checkpoint would sign is said, and no fault. */
	write_over(place, "tile/0/001.p/45", bytes_of_text("x"));
	write_over(place, "tile/0/002", bytes_of_text("x"));
	told = verify(place);
	assert_int_equal(told.count, 0);
	assert_int_equal(told.ahead, 2);
	assert_int_equal(told.result.ahead, 2);
}

static void
the_full_tile_stands_for_a_partial_one(void **state)
{
	struct place *place = *state;
	struct buffer note = buffer_new(LIMIT_NOTE);

	grow_to(place, 300);
	publish(place);
	read_into(&note, place, "checkpoint");
	grow_to(place, 512);
	publish(place);
	assert_false(there(place, "tile/0/001.p"));
	/* A reader who has the checkpoint of 300. */
	write_over(place, "checkpoint", buffer_bytes(&note));
	assert_int_equal(verify(place).count, 0);
	assert_int_equal(verify(place).result.entries, 300);
	buffer_free(&note);
}

static void
checkpoints_are_of_the_tree_and_signed(void **state)
{
	struct place *place = *state;
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct told told;

	grow_to(place, 300);
	publish(place);
	read_into(&note, place, "checkpoint");
	forge_signature(&note);
	write_over(place, "checkpoint", buffer_bytes(&note));
	expect_one(place, VERIFY_CHECKPOINT, 300, "");
	sign_over(place, 300, digest_of(bytes_of_text("other")));
	expect_one(place, VERIFY_CHECKPOINT, 300, "its root is not");
	/* More entries than there are, and fewer. */
	sign_over(place, 2000000, digest_of(bytes_of_text("other")));
	told = verify(place);
	assert_int_not_equal(told.count, 0);
	sign_over(place, 299, digest_of(bytes_of_text("other")));
	assert_int_not_equal(verify(place).count, 0);
	sign_over(place, 0, merkle_empty());
	assert_int_not_equal(verify(place).count, 0);
	buffer_free(&note);
}

static void
a_forgers_size_costs_little(void **state)
{
	struct place *place = *state;
	struct told told;

	grow_to(place, 300);
	publish(place);
	sign_over(place, MERKLE_SIZE_MAX, digest_of(bytes_of_text("x")));
	told = verify(place);
	assert_int_not_equal(told.count, 0);
	assert_true(told.count < 8);
}

static void
what_is_no_copy_is_not_verified(void **state)
{
	const struct verify_options options = { .threads = 1 };
	struct place *place = *state;
	struct verify_result result;

	assert_int_equal(verify_copy(&result, place->copy, &options, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	assert_false(static_copy_is(place->copy));
	publish(place);
	assert_true(static_copy_is(place->copy));
	unlink(path_of(place, "checkpoint"));
	assert_int_equal(verify_copy(&result, place->copy, &options, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "it has no checkpoint");
	write_over(place, "checkpoint", bytes_of_text("x\n1\n"));
	assert_int_equal(verify_copy(&result, place->copy, &options, &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	assert_non_null(strstr(err.where, "checkpoint"));
}

/* ---- attachments ---- */

static struct digest
attach(struct place *place, const char *text)
{
	struct store *store;
	struct digest digest;

	expect_fine(store_open(&store, place->fixture.store, STORE_WRITE, &err),
	    &err);
	expect_fine(store_begin_write(store, &err), &err);
	expect_fine(store_put_attachment(store, bytes_of_text(text), &digest,
	    &err), &err);
	expect_fine(store_commit(store, &err), &err);
	store_close(store);
	return digest;
}

static void
attachments_are_published_when_asked_for(void **state)
{
	const struct publish_options options = { .attachments = true };
	struct place *place = *state;
	struct publish_result result;
	struct digest one = attach(place, "one"), two;
	char stray[100];

	publish(place);
	assert_false(there(place, "attachment"));
	expect_fine(try_publish(place, &options, &result), &err);
	assert_int_equal(result.attachments, 1);
	assert_true(there(place, static_attachment_name(one).text));
	/* From then on they are kept up to date. */
	two = attach(place, "two");
	result = publish(place);
	assert_int_equal(result.attachments, 1);
	assert_true(there(place, static_attachment_name(two).text));
	assert_int_equal(verify(place).result.attachments, 2);
	assert_int_equal(verify(place).count, 0);
	/* What the ledger has no more goes. */
	snprintf(stray, sizeof stray, "attachment/%s",
	    digest_hex(digest_of(bytes_of_text("gone"))).text);
	write_over(place, stray, bytes_of_text("gone"));
	result = publish(place);
	assert_int_equal(result.removed, 1);
	assert_false(there(place, stray));
	/* What was altered, and what is none. */
	write_over(place, static_attachment_name(one).text,
	    bytes_of_text("other"));
	expect_one(place, VERIFY_ATTACHMENT, VERIFY_NOWHERE, "was altered");
	write_over(place, static_attachment_name(one).text,
	    bytes_of_text("one"));
	write_over(place, "attachment/readme", bytes_of_text("one"));
	expect_one(place, VERIFY_STORE, VERIFY_NOWHERE,
	    "attachment/readme is no attachment");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(files_are_those_of_the_size),
		TEST(steps_lead_where_one_leap_leads),
		TEST(partial_tiles_stay_until_the_full_one_is_there),
		TEST(what_a_killed_publisher_left_is_removed),
		TEST(a_folder_is_mended_by_writing_all_of_it),
		TEST(other_ledgers_forks_and_later_ones_are_refused),
		TEST(one_publisher_at_a_time),
		TEST(it_can_be_interrupted_and_goes_on),
		TEST(a_file_that_is_missing_is_named_once),
		TEST(links_are_named_and_not_followed),
		TEST(what_was_changed_is_found),
		TEST(files_that_are_astray_are_named),
		TEST(the_full_tile_stands_for_a_partial_one),
		TEST(checkpoints_are_of_the_tree_and_signed),
		TEST(a_forgers_size_costs_little),
		TEST(what_is_no_copy_is_not_verified),
		TEST(attachments_are_published_when_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
