/* witness_test.c: all answers of a witness, and what it keeps. */
#include "naive.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/witness.h"
#include "ledger/witness_exchange.h"
#include "ledger/witness_folder.h"
#include "tests/support/fixture.h"

#define SIZE 13
#define ORIGIN "example.com/log"

static struct error err;
static struct digest leaves[SIZE];
static struct signer *log_key, *witness_signer;
static struct note_key logs[2];
static char *folder;
static struct witness witness;

static int
read_tile(void *cookie, unsigned level, uint64_t index, unsigned width,
    struct digest *out, struct error *error)
{
	(void)cookie;
	(void)error;
	assert_int_equal(level, 0);
	assert_int_equal(index, 0);
	memcpy(out, leaves, width * sizeof *out);
	return 0;
}

static const struct tile_source tiles = { read_tile, NULL };

static int
set_up(void **state)
{
	uint8_t seed[32] = { 7 }, other[32] = { 8 };

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		leaves[i] = naive_leaf(i);
	expect_fine(signer_from_seed(&log_key, seed, &err), &err);
	expect_fine(signer_from_seed(&witness_signer, other, &err), &err);
	expect_fine(note_key_make(&logs[0], "example.com/other", NOTE_ED25519,
	    signer_public_key(log_key), &err), &err);
	expect_fine(note_key_make(&logs[1], ORIGIN, NOTE_ED25519,
	    signer_public_key(log_key), &err), &err);
	folder = fixture_folder();
	witness = (struct witness){
		.folder = folder,
		.signer = witness_signer,
		.logs = logs,
		.log_count = 2,
	};
	expect_fine(note_key_make(&witness.key, "w", NOTE_COSIGNATURE,
	    signer_public_key(witness_signer), &err), &err);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	signer_free(log_key);
	signer_free(witness_signer);
	fixture_remove(folder);
	return 0;
}

/* The checkpoint of a size, of another history if `fork'. */
static void
note_of(struct buffer *out, uint64_t size, bool fork, const char *origin)
{
	struct checkpoint checkpoint = { .size = size };

	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
	if (fork)
		leaves[0].byte[0] ^= 1;
	checkpoint.root = merkle_empty();
	if (size > 0)
		expect_fine(merkle_root_at(&checkpoint.root, size, &tiles,
		    &err), &err);
	if (fork)
		leaves[0].byte[0] ^= 1;
	expect_fine(checkpoint_sign(out, &checkpoint, log_key, &err), &err);
}

static void
request_of(struct buffer *out, uint64_t from, uint64_t to, bool fork,
    const char *origin)
{
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct tlog_request request = { .old_size = from };

	note_of(&note, to, fork, origin);
	request.note = buffer_bytes(&note);
	if (from > 0 && from <= to)
		expect_fine(merkle_consistency(&request.path, from, to, &tiles,
		    &err), &err);
	buffer_clear(out);
	tlog_request_write(out, &request);
	buffer_free(&note);
}

static void
expect_answer(struct witness_answer *answer, const struct buffer *request,
    uint64_t now_s, unsigned status, const char *part)
{
	expect_fine(witness_answer(answer, &witness, buffer_bytes(request),
	    now_s, &err), &err);
	assert_int_equal(answer->status, status);
	if (status != WITNESS_COSIGN &&
	    strstr(answer->reason.what, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", answer->reason.what,
		    part);
}

static void
a_request_is_written_as_it_was_read_and_cut_nowhere(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_request request;

	(void)state;
	for (uint64_t to = 1; to <= SIZE; to++) {
		for (uint64_t from = 0; from <= to; from++) {
			request_of(&text, from, to, false, ORIGIN);
			expect_fine(tlog_request_parse(&request,
			    buffer_bytes(&text), &err), &err);
			assert_int_equal(request.old_size, from);
			assert_int_equal(request.checkpoint.size, to);
			buffer_clear(&again);
			tlog_request_write(&again, &request);
			assert_true(bytes_equal(buffer_bytes(&text),
			    buffer_bytes(&again)));
		}
	}
	for (size_t len = 0; len < text.len; len++) {
		assert_int_equal(tlog_request_parse(&request,
		    bytes_of(text.data, len), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	buffer_clear(&text);
	buffer_text(&text, "old 1\n");
	for (int i = 0; i < 64; i++)
		buffer_text(&text,
		    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buffer_byte(&text, '\n');
	note_of(&text, SIZE, false, ORIGIN);
	assert_int_equal(tlog_request_parse(&request, buffer_bytes(&text),
	    &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "too many hashes");
	buffer_free(&text);
	buffer_free(&again);
}

static void
every_extension_is_cosigned_and_no_fork(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct witness_state never = witness_never(), at, next;
	struct tlog_request request;
	enum witness_status status;

	(void)state;
	for (uint64_t to = 1; to <= SIZE; to++) {
		for (uint64_t from = 0; from <= to; from++) {
			at = never;
			if (from > 0) {
				request_of(&text, 0, from, false, ORIGIN);
				expect_fine(witness_read(&request, &status,
				    logs, 2, buffer_bytes(&text), &err), &err);
				assert_int_equal(witness_judge(&at, &never,
				    &request, 5, &err), WITNESS_COSIGN);
			}
			request_of(&text, from, to, false, ORIGIN);
			expect_fine(witness_read(&request, &status, logs, 2,
			    buffer_bytes(&text), &err), &err);
			assert_int_equal(witness_judge(&next, &at, &request, 6,
			    &err), WITNESS_COSIGN);
			assert_int_equal(next.size, to);
			assert_int_equal(next.time_s, 6);
			if (from == 0)
				continue;
			request_of(&text, from, to, true, ORIGIN);
			expect_fine(witness_read(&request, &status, logs, 2,
			    buffer_bytes(&text), &err), &err);
			assert_int_equal(witness_judge(&next, &at, &request, 6,
			    &err), from == to ? WITNESS_CONFLICT
					      : WITNESS_NOT_PROVED);
			assert_int_equal(next.size, from);
			assert_int_equal(next.time_s, 5);
		}
	}
	buffer_free(&text);
}

static void
every_answer_of_the_protocol_is_given(void **state)
{
	struct witness_answer answer = witness_answer_new();
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);

	(void)state;
	buffer_text(&text, "old 0\n");
	expect_answer(&answer, &text, 100, WITNESS_MALFORMED, "not a proof");
	assert_string_equal(answer.asked.origin, "");
	request_of(&text, 0, 5, false, "example.com/unknown");
	expect_answer(&answer, &text, 100, WITNESS_UNKNOWN, "not known here");
	/* Another's key under a known name. */
	request_of(&text, 0, 5, false, ORIGIN);
	text.data[text.len - 5] ^= 1;
	expect_answer(&answer, &text, 100, WITNESS_NOT_SIGNED, "verify");
	request_of(&text, 9, 5, false, ORIGIN);
	expect_answer(&answer, &text, 100, WITNESS_MALFORMED, "beyond");
	request_of(&text, 3, 5, false, ORIGIN);
	expect_answer(&answer, &text, 100, WITNESS_CONFLICT, "knows 0 entries");
	assert_string_equal(buffer_string(&answer.body), "0\n");
	request_of(&text, 0, 5, false, ORIGIN);
	expect_answer(&answer, &text, 100, WITNESS_COSIGN, "");
	assert_int_equal(answer.state.size, 5);
	assert_non_null(strstr(buffer_string(&answer.body), "\xe2\x80\x94 w "));
	request_of(&text, 0, 7, false, ORIGIN);
	expect_answer(&answer, &text, 101, WITNESS_CONFLICT, "knows 5 entries");
	assert_string_equal(buffer_string(&answer.body), "5\n");
	request_of(&text, 5, 7, true, ORIGIN);
	expect_answer(&answer, &text, 101, WITNESS_NOT_PROVED, "not proved");
	request_of(&text, 5, 5, true, ORIGIN);
	expect_answer(&answer, &text, 101, WITNESS_CONFLICT, "forked");
	request_of(&text, 5, 5, false, ORIGIN);
	expect_answer(&answer, &text, 102, WITNESS_COSIGN, "");
	request_of(&text, 5, SIZE, false, ORIGIN);
	expect_answer(&answer, &text, 103, WITNESS_COSIGN, "");
	assert_int_equal(answer.state.size, SIZE);
	witness_answer_free(&answer);
	buffer_free(&text);
}

/* FOLDER/<hash>.checkpoint. */
static char *
state_path(void)
{
	static char path[400];

	snprintf(path, sizeof path, "%s/%s.checkpoint", folder,
	    digest_hex(digest_of(bytes_of_text(ORIGIN))).text);
	return path;
}

static void
without_its_memory_a_witness_does_not_cosign(void **state)
{
	struct witness_answer answer = witness_answer_new();
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer kept = buffer_new(LIMIT_NOTE);
	struct witness_state read;

	(void)state;
	request_of(&text, 0, 5, false, ORIGIN);
	expect_answer(&answer, &text, 100, WITNESS_COSIGN, "");
	expect_fine(file_read(&kept, state_path(), &err), &err);
	expect_fine(witness_state_read(&read, buffer_bytes(&kept), ORIGIN,
	    &witness.key, &err), &err);
	assert_int_equal(read.size, 5);
	assert_int_equal(read.time_s, 100);
	assert_int_equal(witness_state_read(&read, buffer_bytes(&kept),
	    "example.com/other", &witness.key, &err), -1);
	expect_said(&err, ERROR_NO, "checkpoint of " ORIGIN);

	request_of(&text, 5, 7, false, ORIGIN);
	for (size_t bit = 0; bit < kept.len * 8; bit += 3) {
		kept.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		expect_fine(file_write(state_path(), buffer_bytes(&kept), 0600,
		    &err), &err);
		/* The log's own line may be changed: it decides nothing. */
		if (witness_answer(&answer, &witness, buffer_bytes(&text), 101,
			&err) == 0)
			assert_int_equal(answer.status, WITNESS_COSIGN);
		else
			assert_int_equal(err.class, ERROR_SYSTEM);
		kept.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < kept.len; len++) {
		expect_fine(file_write(state_path(), bytes_of(kept.data, len),
		    0600, &err), &err);
		assert_int_equal(witness_answer(&answer, &witness,
		    buffer_bytes(&text), 101, &err), -1);
		assert_int_equal(err.class, ERROR_SYSTEM);
	}
	expect_fine(file_write(state_path(), buffer_bytes(&kept), 0600, &err),
	    &err);
	/* A clock that went back would make a cosignature say too much. */
	assert_int_equal(witness_answer(&answer, &witness, buffer_bytes(&text),
	    99, &err), -1);
	expect_said(&err, ERROR_SYSTEM, "clock");
	witness.folder = "/proc/no/where";
	assert_int_equal(witness_answer(&answer, &witness, buffer_bytes(&text),
	    101, &err), -1);
	witness.folder = folder;
	expect_answer(&answer, &text, 101, WITNESS_COSIGN, "");
	witness_answer_free(&answer);
	buffer_free(&text);
	buffer_free(&kept);
}

/* A path so long that the lock can be had, and the state not be looked for. */
static void
memory_out_of_reach_is_not_taken_for_none(void **state)
{
	struct witness_answer answer = witness_answer_new();
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer far = buffer_new(PATH_MAX);
	const size_t len = PATH_MAX - strlen("/.checkpoint") - DIGEST_HEX_LEN;

	(void)state;
	while (far.len < len - strlen(folder))
		buffer_text(&far, "/");
	buffer_text(&far, folder);
	witness.folder = buffer_string(&far);
	request_of(&text, 0, 5, false, ORIGIN);
	assert_int_equal(witness_answer(&answer, &witness, buffer_bytes(&text),
	    100, &err), -1);
	expect_said(&err, ERROR_SYSTEM, "cannot read");
	witness.folder = folder;
	witness_answer_free(&answer);
	buffer_free(&text);
	buffer_free(&far);
}

/* A log may repeat its line as often as a note can hold. */
static void
a_note_with_all_lines_there_may_be_is_remembered(void **state)
{
	struct witness_answer answer = witness_answer_new();
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	struct buffer line = buffer_new(LIMIT_NOTE);
	size_t at;

	(void)state;
	request_of(&text, 0, 5, false, ORIGIN);
	for (at = text.len - 2; text.data[at] != '\n';)
		at--;
	buffer_append(&line, bytes_after(buffer_bytes(&text), at + 1));
	for (int i = 1; i < LIMIT_NOTE_SIGNATURES; i++)
		buffer_append(&text, buffer_bytes(&line));
	buffer_free(&line);
	expect_answer(&answer, &text, 100, WITNESS_COSIGN, "");
	request_of(&text, 5, 7, false, ORIGIN);
	expect_answer(&answer, &text, 101, WITNESS_COSIGN, "");
	witness_answer_free(&answer);
	buffer_free(&text);
}

static void
an_answer_has_one_spelling(void **state)
{
	struct buffer text = buffer_new(LIMIT_TLOG_PROOF);
	const struct exchange_answer answer = {
		.request = naive_leaf(1),
		.size = 41,
		.status = 200,
		.body = bytes_of_text("body\n\nand more"),
	};
	struct exchange_answer read;

	(void)state;
	exchange_answer_write(&text, &answer);
	expect_fine(exchange_answer_parse(&read, buffer_bytes(&text), &err),
	    &err);
	assert_true(digest_equal(read.request, answer.request));
	assert_int_equal(read.size, 41);
	assert_int_equal(read.status, 200);
	assert_true(bytes_equal(read.body, answer.body));
	for (size_t len = 0; len < text.len - answer.body.len; len++) {
		assert_int_equal(exchange_answer_parse(&read,
		    bytes_of(text.data, len), &err), -1);
		expect_said(&err, ERROR_UNDECIDED, "not an answer");
		assert_memory_equal(err.where, "line ", 5);
	}
	buffer_free(&text);
}

static void
what_is_no_answer_is_named_by_its_line(void **state)
{
#define FIRST "vouchbook-witness-answer/v1\n"
#define REQUEST \
	"request " \
	"0000000000000000000000000000000000000000000000000000000000000000\n"
	static const struct {
		const char *text;
		const char *where;
	} cases[] = {
		{ "", "line 1" },
		{ "vouchbook-witness-answer/v2\n", "line 1" },
		{ FIRST "request 00\n", "line 2" },
		{ FIRST REQUEST "checkpoint 01\n", "line 3" },
		{ FIRST REQUEST "checkpoint -1\n", "line 3" },
		{ FIRST REQUEST "checkpoint 1\nstatus 99\n", "line 4" },
		{ FIRST REQUEST "checkpoint 1\nstatus 600\n", "line 4" },
		{ FIRST REQUEST "checkpoint 1\nstatus 0200\n", "line 4" },
		{ FIRST REQUEST "checkpoint 1\nstatus 200\nx\n", "line 5" },
	};
	struct exchange_answer read;
	uint64_t size;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(exchange_answer_parse(&read,
		    bytes_of_text(cases[i].text), &err), -1);
		assert_string_equal(err.where, cases[i].where);
	}
	assert_true(exchange_size(&size, bytes_of_text("12\n")));
	assert_int_equal(size, 12);
	assert_false(exchange_size(&size, bytes_of_text("12")));
	assert_false(exchange_size(&size, bytes_of_text("12\n\n")));
	assert_false(exchange_size(&size, bytes_of_text("012\n")));
}

static void
a_request_is_known_by_its_name(void **state)
{
	struct exchange_stem stem = exchange_stem_of(ORIGIN, &witness.key);
	struct exchange_stem read;
	char name[80];

	(void)state;
	assert_int_equal(strlen(stem.text), 33);
	snprintf(name, sizeof name, "%s.request", stem.text);
	assert_true(exchange_is_request(&read, name, &witness.key));
	assert_string_equal(read.text, stem.text);
	assert_false(exchange_is_request(&read, name, &logs[0]));
	assert_false(exchange_is_request(&read, stem.text, &witness.key));
	snprintf(name, sizeof name, "%s.answers", stem.text);
	assert_false(exchange_is_request(&read, name, &witness.key));
	snprintf(name, sizeof name, "%s.request", stem.text);
	name[0] = 'X';
	assert_false(exchange_is_request(&read, name, &witness.key));
	name[0] = '/';
	assert_false(exchange_is_request(&read, name, &witness.key));
}

int
main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_request_is_written_as_it_was_read_and_cut_nowhere),
		IN_FOLDER(every_extension_is_cosigned_and_no_fork),
		IN_FOLDER(every_answer_of_the_protocol_is_given),
		IN_FOLDER(without_its_memory_a_witness_does_not_cosign),
		IN_FOLDER(memory_out_of_reach_is_not_taken_for_none),
		IN_FOLDER(a_note_with_all_lines_there_may_be_is_remembered),
		IN_FOLDER(an_answer_has_one_spelling),
		IN_FOLDER(what_is_no_answer_is_named_by_its_line),
		IN_FOLDER(a_request_is_known_by_its_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
