#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/seal.h"
#include "ledger/disclosure_file.h"
#include "cli/compose.h"
#include "cli/terminal.h"

/* One transaction takes at most so much. */
#define BATCH_LINES 8192
#define BATCH_BYTES ((size_t)8 << 20)
#define READ_BYTES ((size_t)1 << 20)
/* Whoever writes slowly has what it wrote recorded after this time. */
#define PATIENCE_MS 20
#define AGE_NS 50000000

struct record_options {
	bool acks;
	struct option_list attachments;
	const char *disclosures;
};

static const struct option options[] = {
	{ "acks", 0, OPTION_FLAG, offsetof(struct record_options, acks), NULL,
	    "write a line of JSON for each entry, once it is durable", NULL,
	    false },
	{ "attachment", 0, OPTION_LIST,
	    offsetof(struct record_options, attachments), "FILE",
	    "keep this file, which a record names by its digest", NULL, false },
	{ "disclosures", 0, OPTION_TEXT,
	    offsetof(struct record_options, disclosures), "FILE",
	    "the disclosures of the sealed fields of what was signed elsewhere",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Envelopes one after another in one buffer. */
struct batch {
	struct append_item *item;
	size_t *start; /* Offsets into text, count + 1 of them. */
	size_t count;
	struct buffer text;
	struct disclosures disclosures;
	uint64_t line; /* The input's line of the first one. */
	int64_t since_ns; /* When it came. */
};

/* Two batches: while one is being filled, the other is being checked. */
struct intake {
	struct context *context;
	const struct record_options *options;
	struct session_write session;
	struct batch batch[2];
	struct batch *filling;
	struct batch *waiting; /* Full, to be appended next; or NULL. */
	uint64_t line; /* Lines read so far. */
	uint64_t recorded;
	uint64_t first_seq;
	uint64_t last_seq;
	struct buffer *attached; /* Contents of --attachment. */
	struct bytes *attachment; /* Those that no record has named yet, */
	const char **attachment_path; /* and where they are from. */
	size_t attachment_count;
};

static bool
is_envelope(struct bytes line)
{
	return memmem(line.data, line.len, "\"payloadType\"", 13) != NULL &&
	    memmem(line.data, line.len, "\"signatures\"", 12) != NULL;
}

/* A record to be signed here: {"kind":…,"predicate":{…},"subject":[…]}. */
static int
sign_record(struct intake *intake, const struct json *root, struct error *err)
{
	struct session_write *session = &intake->session;
	const char *name = json_member_text(root, "kind");
	const struct json *members = json_member(root, "predicate");
	const struct json *given = json_member(root, "subject");
	const struct kind *kind = name == NULL ? NULL : kind_named(name);
	struct envelope envelope = envelope_new();
	struct json *subjects = NULL;
	struct record_head head;
	struct json *sealed = NULL;
	int result = -1;

	for (const struct json *m = json_first(root); m != NULL;
	     m = json_next(m)) {
		if (strcmp(json_name(m), "kind") != 0 &&
		    strcmp(json_name(m), "predicate") != 0 &&
		    strcmp(json_name(m), "subject") != 0)
			return error_set(err, ERROR_UNDECIDED,
			    "write kind, predicate and, if needed, subject",
			    "a record has no member '%.60s'", json_name(m));
	}
	if (kind == NULL || members == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "write {\"kind\":\"dataset\",\"predicate\":{…}}; "
		    "see `vouch schema'",
		    name != NULL && kind == NULL
			? "there is no kind '%.60s'"
			: "neither an envelope nor a record of a kind",
		    name == NULL ? "" : name);
	if (session_need_author(session, intake->context, err) == -1)
		return -1;
	appender_head(session->appender, &head);
	if (given != NULL) {
		if ((subjects = json_copy(given)) == NULL) {
			error_memory(err);
			goto done;
		}
	} else if (record_subjects(&subjects, kind, head.ledger, members, NULL,
		       err) == -1) {
		goto done;
	}
	if ((sealed = json_copy(members)) == NULL) {
		error_memory(err);
		goto done;
	}
	if (seal_members(session, kind, sealed, &intake->filling->disclosures,
		err) == -1 ||
	    record_compose(&envelope.payload, kind, &head, subjects, sealed,
		err) == -1 ||
	    envelope_sign(&envelope, session->author, err) == -1)
		goto done;
	envelope_write(&intake->filling->text, &envelope);
	result = buffer_check(&intake->filling->text, "batch of records", err);
done:
	json_free(subjects);
	json_free(sealed);
	envelope_free(&envelope);
	return result;
}

static int
take_record(struct intake *intake, struct bytes line, struct error *err)
{
	struct json *root = NULL;
	int result = -1;

	if (is_envelope(line)) {
		buffer_append(&intake->filling->text, line);
		return buffer_check(&intake->filling->text, "batch of records",
		    err);
	}
	if (json_parse(&root, line, err) == 0) {
		if (json_type(root) == JSON_OBJECT)
			result = sign_record(intake, root, err);
		else
			error_set(err, ERROR_UNDECIDED, "write one object",
			    "a record is a JSON object");
	}
	json_free(root);
	return result;
}

static void
say_acks(const struct intake *intake, const struct batch *batch)
{
	if (!intake->options->acks && !intake->context->json)
		return;
	for (size_t i = 0; i < batch->count; i++)
		printf("{\"seq\":%llu,\"leaf\":\"%s\"}\n",
		    (unsigned long long)batch->item[i].seq,
		    digest_hex(batch->item[i].leaf).text);
	fflush(stdout);
}

/* Say which line is at fault, and what of the input stands already. */
static int
blame(const struct intake *intake, uint64_t line, struct error *err)
{
	size_t len;

	error_within(err, "line %llu", (unsigned long long)line);
	if (intake->recorded == 0)
		return -1;
	len = strlen(err->what);
	snprintf(err->what + len, sizeof err->what - len,
	    "; the first %llu records stand, as entries %llu to %llu",
	    (unsigned long long)intake->recorded,
	    (unsigned long long)intake->first_seq,
	    (unsigned long long)intake->last_seq);
	return -1;
}

/* What the records so far did not name waits for those to come. */
static int
keep_unnamed(struct intake *intake, struct error *err)
{
	struct store *store = appender_store(intake->session.appender);
	size_t left = 0;

	for (size_t i = 0; i < intake->attachment_count; i++) {
		bool has;

		if (store_has_attachment(store,
			digest_of(intake->attachment[i]), &has, err) == -1)
			return -1;
		if (has)
			continue;
		intake->attachment[left] = intake->attachment[i];
		intake->attachment_path[left++] = intake->attachment_path[i];
	}
	intake->attachment_count = left;
	return 0;
}

/* At the end: it was meant to be named. */
static int
blame_unnamed(const struct intake *intake, struct error *err)
{
	if (intake->recorded == 0 || intake->attachment_count == 0)
		return 0;
	return error_set(err, ERROR_NO,
	    "name it by its SHA-256 in a record (`vouch schema KIND'), and "
	    "give it with that",
	    "no record names the attachment %.200s, so it was not kept; the "
	    "records were",
	    intake->attachment_path[0]);
}

/* Append the batch that waits, in one transaction. */
static int
append_waiting(struct intake *intake, struct error *err)
{
	struct batch *batch = intake->waiting;
	size_t bad = 0;

	if (batch == NULL)
		return 0;
	intake->waiting = NULL;
	appender_disclose(intake->session.appender, &batch->disclosures);
	if (appender_add(intake->session.appender, batch->item, batch->count,
		intake->attachment, intake->attachment_count, &bad, err) == -1)
		return bad < batch->count
		    ? blame(intake, batch->line + bad, err)
		    : -1;
	if (intake->recorded == 0)
		intake->first_seq = batch->item[0].seq;
	intake->last_seq = batch->item[batch->count - 1].seq;
	intake->recorded += batch->count;
	if (keep_unnamed(intake, err) == -1)
		return -1;
	say_acks(intake, batch);
	batch->count = 0;
	buffer_clear(&batch->text);
	disclosures_free(&batch->disclosures);
	return 0;
}

/* What was filled begins to be checked; what waited is appended. */
static int
turn_over(struct intake *intake, struct error *err)
{
	struct batch *batch = intake->filling;

	if (batch->count > 0) {
		for (size_t i = 0; i < batch->count; i++)
			batch->item[i].envelope =
			    bytes_of(batch->text.data + batch->start[i],
				batch->start[i + 1] - batch->start[i]);
		if (appender_prepare(intake->session.appender, batch->item,
			batch->count, err) == -1)
			return -1;
	}
	if (append_waiting(intake, err) == -1)
		return -1;
	if (batch->count > 0) {
		intake->waiting = batch;
		intake->filling = batch == &intake->batch[0]
		    ? &intake->batch[1]
		    : &intake->batch[0];
	}
	return 0;
}

/* Append all that has come. */
static int
flush(struct intake *intake, struct error *err)
{
	if (turn_over(intake, err) == -1)
		return -1;
	return append_waiting(intake, err);
}

static int
take_line(struct intake *intake, struct bytes line, struct error *err)
{
	struct batch *batch = intake->filling;

	intake->line++;
	while (line.len > 0 &&
	    (line.data[line.len - 1] == '\r' || line.data[line.len - 1] == ' '))
		line.len--;
	if (line.len == 0)
		return 0;
	if (batch->count == 0) {
		batch->line = intake->line;
		batch->since_ns = clock_monotonic_ns();
		batch->start[0] = 0;
	}
	if (take_record(intake, line, err) == -1) {
		/* What came whole before this batch stands. */
		struct error bad = *err;

		if (append_waiting(intake, err) == -1)
			return -1;
		*err = bad;
		return blame(intake, intake->line, err);
	}
	batch->start[++batch->count] = batch->text.len;
	if (batch->count == BATCH_LINES || batch->text.len >= BATCH_BYTES)
		return turn_over(intake, err);
	return 0;
}

/* Whether more input is there, after waiting a little for it. */
static bool
more_is_there(int descriptor, const struct intake *intake)
{
	struct pollfd ready = { .fd = descriptor, .events = POLLIN };
	int64_t age = clock_monotonic_ns() - intake->filling->since_ns;

	return poll(&ready, 1, age > AGE_NS ? 0 : PATIENCE_MS) != 0;
}

/* Lines as they come, from a pipe or a file. */
static int
take_stream(struct intake *intake, int descriptor, struct error *err)
{
	struct buffer input = buffer_new(LIMIT_JSON_LINE + READ_BYTES);
	int result = -1;

	for (;;) {
		size_t at = 0;
		uint8_t *room;
		ssize_t n;

		if ((intake->filling->count > 0 || intake->waiting != NULL) &&
		    !more_is_there(descriptor, intake) &&
		    flush(intake, err) == -1)
			goto done;
		if ((room = buffer_room(&input, READ_BYTES)) == NULL) {
			error_set(err, ERROR_UNDECIDED,
			    "write one record a line",
			    "a line is over %d bytes", LIMIT_JSON_LINE);
			blame(intake, intake->line + 1, err);
			goto done;
		}
		do
			n = read(descriptor, room, READ_BYTES);
		while (n == -1 && errno == EINTR);
		if (n == -1) {
			error_errno(err, "cannot read the input");
			goto done;
		}
		if (n == 0)
			break;
		buffer_added(&input, (size_t)n);
		for (;;) {
			const uint8_t *from = input.data + at;
			const uint8_t *end = memchr(from, '\n', input.len - at);

			if (end == NULL)
				break;
			if (take_line(intake,
				bytes_of(from, (size_t)(end - from)),
				err) == -1)
				goto done;
			at += (size_t)(end - from) + 1;
		}
		memmove(input.data, input.data + at, input.len - at);
		input.len -= at;
	}
	if (input.len > 0 && take_line(intake, buffer_bytes(&input), err) == -1)
		goto done;
	result = flush(intake, err);
done:
	buffer_free(&input);
	return result;
}

/* A file is one document, however it is laid out, or else lines. */
static int
take_file(struct intake *intake, const char *path, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_JSON_LINE);
	struct error ignored;
	int descriptor;
	int result;

	if (file_read(&text, path, &ignored) == 0 &&
	    json_check(buffer_bytes(&text), &ignored) == 0) {
		result = take_line(intake, buffer_bytes(&text), err);
		if (result == 0)
			result = flush(intake, err);
		if (result == -1)
			error_within(err, "%s", path);
		buffer_free(&text);
		return result;
	}
	buffer_free(&text);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor == -1) {
		error_errno(err, "cannot open %s", path);
		if (errno == ENOENT)
			err->class = ERROR_UNDECIDED;
		return -1;
	}
	result = take_stream(intake, descriptor, err);
	close(descriptor);
	return result;
}

static int
read_attachments(struct intake *intake, struct error *err)
{
	size_t count = intake->options->attachments.count;

	intake->attached = memory_new(count, sizeof *intake->attached);
	intake->attachment = memory_new(count, sizeof *intake->attachment);
	intake->attachment_path =
	    memory_new(count, sizeof *intake->attachment_path);
	if (intake->attached == NULL || intake->attachment == NULL ||
	    intake->attachment_path == NULL)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		intake->attached[i] = buffer_new(LIMIT_ATTACHMENT);
		if (file_read(&intake->attached[i],
			intake->options->attachments.item[i], err) == -1)
			return -1;
		intake->attachment[i] = buffer_bytes(&intake->attached[i]);
		intake->attachment_path[i] =
		    intake->options->attachments.item[i];
		intake->attachment_count++;
	}
	return 0;
}

static int
make_batches(struct intake *intake, struct error *err)
{
	for (size_t i = 0; i < 2; i++) {
		struct batch *batch = &intake->batch[i];

		batch->text = buffer_new(BATCH_BYTES + 2 * LIMIT_JSON_LINE);
		batch->item = memory_new(BATCH_LINES, sizeof *batch->item);
		batch->start =
		    memory_new(BATCH_LINES + 1, sizeof *batch->start);
		if (batch->item == NULL || batch->start == NULL)
			return error_memory(err);
	}
	intake->filling = &intake->batch[0];
	return 0;
}

static void
say_sum(const struct intake *intake)
{
	if (intake->context->quiet || intake->context->json ||
	    intake->options->acks)
		return;
	if (intake->recorded == 0)
		printf("nothing to record\n");
	else if (intake->recorded == 1)
		printf("recorded 1 entry, %llu\n",
		    (unsigned long long)intake->first_seq);
	else
		printf("recorded %s entries, %llu to %llu\n",
		    number_grouped(intake->recorded).text,
		    (unsigned long long)intake->first_seq,
		    (unsigned long long)intake->last_seq);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct intake intake = {
		.context = context,
		.options = given,
	};
	struct error ignored;
	int result = -1;

	if (session_write_unsigned(&intake.session, context, err) == -1)
		return -1;
	if (make_batches(&intake, err) == 0 &&
	    read_attachments(&intake, err) == 0 &&
	    (intake.options->disclosures == NULL ||
		disclosure_file_read(&intake.batch[0].disclosures, NULL,
		    intake.options->disclosures, err) == 0))
		result = strcmp(operands.item[0], "-") == 0
		    ? take_stream(&intake, STDIN_FILENO, err)
		    : take_file(&intake, operands.item[0], err);
	if (result == 0)
		result = blame_unnamed(&intake, err);
	/* What stands has its receipt, even if not all of it came in. */
	if (intake.recorded > 0 &&
	    session_receipt(&intake.session, intake.last_seq,
		result == 0 ? err : &ignored) == -1)
		result = -1;
	if (result == 0)
		say_sum(&intake);
	for (size_t i = 0;
	     intake.attached != NULL && i < intake.options->attachments.count;
	     i++)
		buffer_free(&intake.attached[i]);
	memory_free(intake.attached);
	memory_free(intake.attachment);
	memory_free(intake.attachment_path);
	/* The appender first: it may be reading the batches. */
	session_write_end(&intake.session);
	for (size_t i = 0; i < 2; i++) {
		memory_free(intake.batch[i].item);
		memory_free(intake.batch[i].start);
		buffer_free(&intake.batch[i].text);
		disclosures_free(&intake.batch[i].disclosures);
	}
	return result;
}

static const char *const examples[] = {
	"echo '{\"kind\":\"incident\",\"predicate\":{\"name\":\"drift-7\","
	"\"version\":\"1\",\"title\":\"Drift\",\"what\":\"Scores rose.\","
	"\"severity\":\"low\"}}' | vouch record -",
	NULL,
};

const struct command cmd_record = {
	.name = "record",
	.group = "Record",
	.summary = "record anything from JSON, one or many at a time",
	.operands = "FILE.json|-",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct record_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "Takes one JSON document, or JSON Lines, from a file or standard "
	    "input. Each is either a DSSE envelope that was signed elsewhere "
	    "for this ledger, or a record to be signed here:\n\n"
	    " {\"kind\":\"dataset\",\"predicate\":{…},\"subject\":[…]}\n\n"
	    "where subject may be left out if it follows from the predicate, "
	    "and the predicate's first members (ledger, made, nonce, after) "
	    "are filled in. `vouch schema KIND' says what a kind has.\n\n"
	    "Up to 8,192 lines share one transaction and one checkpoint, and "
	    "enter all or not at all. At the first wrong line it stops, and "
	    "says which records before it stand.",
	.examples = examples,
};
