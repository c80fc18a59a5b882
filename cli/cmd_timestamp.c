#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/stamps.h"
#include "ledger/store_timestamp.h"

/* ---- timestamp request ---- */

struct request_options {
	const char *hash;
	const char *size;
	const char *output;
	bool bare;
};

static const char *const hashes[] = { "sha256", "sha384", "sha512", NULL };

static const struct option request_rows[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct request_options, output),
	    "FILE", "write the query to FILE", NULL, true },
	{ "hash", 0, OPTION_CHOICE, offsetof(struct request_options, hash),
	    "HASH", "the hash that is stamped (sha256)", hashes, false },
	{ "size", 0, OPTION_TEXT, offsetof(struct request_options, size), "N",
	    "over the checkpoint of N entries (the newest)", NULL, false },
	{ "no-certificates", 0, OPTION_FLAG,
	    offsetof(struct request_options, bare), NULL,
	    "do not ask for the authority's certificates", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The checkpoint that is meant, and its text. */
static int
choose(uint64_t *size, struct buffer *text, struct reader *reader,
    const char *wanted, struct error *err)
{
	*size = reader_checkpoint(reader)->size;
	if (wanted != NULL && option_number(size, wanted, "size", err) == -1)
		return -1;
	if (timestamps_text(text, reader_store(reader), *size, err) == -1) {
		if (err->class == ERROR_NO)
			err->class = ERROR_UNDECIDED;
		return -1;
	}
	return 0;
}

static void
say_request(const struct context *context, const char *path, uint64_t size,
    enum outside_hash hash)
{
	if (context->quiet)
		return;
	printf("%s asks for a timestamp over the checkpoint of %s entries, by "
	       "%s\n"
	       "send it, for instance: curl -H 'Content-Type: "
	       "application/timestamp-query' --data-binary @%s URL "
	       "> reply.tsr\n"
	       "then: vouch timestamp add reply.tsr\n",
	    path, number_grouped(size).text, outside_hash_name(hash), path);
}

static int
run_request(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct request_options *options = given;
	enum outside_hash hash = OUTSIDE_SHA256;
	struct buffer path = buffer_new(8192), text = buffer_new(LIMIT_NOTE);
	struct buffer der = buffer_new(LIMIT_TIMESTAMP_QUERY);
	uint8_t nonce[TIMESTAMP_NONCE_LEN];
	struct timestamp_query query;
	struct reader *reader = NULL;
	uint64_t size;
	int result = -1;

	(void)operands;
	if (options->hash != NULL)
		(void)outside_hash_named(&hash, options->hash);
	timestamp_nonce(nonce);
	if (session_store_path(&path, context, err) == -1 ||
	    session_read(&reader, context, err) == -1 ||
	    choose(&size, &text, reader, options->size, err) == -1 ||
	    timestamp_query_make(&query, hash, buffer_bytes(&text),
		bytes_of(nonce, sizeof nonce), !options->bare, err) == -1)
		goto done;
	timestamp_query_write(&der, &query);
	if (buffer_check(&der, "query", err) == -1 ||
	    stamps_keep_query(buffer_string(&path), &query, err) == -1 ||
	    file_write(options->output, buffer_bytes(&der), 0644, err) == -1)
		goto done;
	say_request(context, options->output, size, hash);
	result = 0;
done:
	reader_close(reader);
	buffer_free(&path);
	buffer_free(&text);
	buffer_free(&der);
	return result;
}

static const char *const request_examples[] = {
	"vouch timestamp request -o checkpoint.tsq",
	"vouch timestamp request --hash sha512 -o checkpoint.tsq",
	NULL,
};

const struct command cmd_timestamp_request = {
	.name = "request",
	.parent = "timestamp",
	.group = "Witnesses and timestamps",
	.summary = "ask a timestamp authority to date a checkpoint",
	.options = request_rows,
	.options_size = sizeof(struct request_options),
	.run = run_request,
	.description =
	    "Writes a query (RFC 3161) about the newest checkpoint, with a "
	    "random nonce that is kept beside the ledger until the answer "
	    "comes. `vouch' itself has no network: send the file to one or "
	    "more authorities by any program, as\n\n"
	    "  curl -H 'Content-Type: application/timestamp-query' "
	    "--data-binary @checkpoint.tsq URL > reply.tsr\n\n"
	    "and give the answers to `vouch timestamp add'. What is stamped is "
	    "the text that the ledger signs: the lines of the checkpoint's "
	    "note before its blank line, with their newlines. Signatures of "
	    "witnesses that come later change nothing about it.",
	.examples = request_examples,
};

/* ---- timestamp add ---- */

struct add_options {
	const char *roots;
	const char *request;
	const char *size;
};

static const struct option add_rows[] = {
	{ "roots", 0, OPTION_TEXT, offsetof(struct add_options, roots), "FILE",
	    "root certificates of authorities you trust: PEM or DER", NULL,
	    false },
	{ "request", 0, OPTION_TEXT, offsetof(struct add_options, request),
	    "FILE",
	    "the query that this answers, if it was not written by `vouch "
	    "timestamp request'",
	    NULL, false },
	{ "size", 0, OPTION_TEXT, offsetof(struct add_options, size), "N",
	    "it is about the checkpoint of N entries", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* An answer that is being looked at. */
struct answer {
	struct buffer path; /* Of the store. */
	struct buffer file;
	struct buffer query_file;
	struct buffer text; /* Of the checkpoint. */
	struct buffer authority;
	struct bytes token;
	struct timestamp timestamp;
	struct certificates *given; /* NULL: the ledger's own roots. */
	uint64_t size;
	bool added;
};

static void
answer_free(struct answer *answer)
{
	buffer_free(&answer->path);
	buffer_free(&answer->file);
	buffer_free(&answer->query_file);
	buffer_free(&answer->text);
	buffer_free(&answer->authority);
	certificates_free(answer->given);
}

static int
read_answer(struct answer *answer, const char *path, struct error *err)
{
	if (file_read(&answer->file, path, err) == -1)
		return -1;
	if (timestamp_reply_token(&answer->token, buffer_bytes(&answer->file),
		err) == -1 ||
	    timestamp_parse(&answer->timestamp, answer->token, err) == -1)
		return error_within(err, "%s", path);
	return 0;
}

/* It must answer a query: one that waits, or the one that is given. */
static int
check_query(struct answer *answer, const char *request, struct error *err)
{
	struct timestamp_query query;
	bool found = true;

	if (request != NULL) {
		if (stamps_read_query(&query, &answer->query_file, request,
			err) == -1)
			return -1;
	} else if (stamps_find_query(&query, &answer->query_file, &found,
		       buffer_string(&answer->path), answer->timestamp.nonce,
		       err) == -1) {
		return -1;
	}
	if (!found)
		return error_set(err, ERROR_NO,
		    "give the query that it answers by --request",
		    "the timestamp answers no query that waits here: %s",
		    answer->timestamp.nonce.len == 0 ? "it has no nonce"
						     : "its nonce is another");
	return timestamp_answers(&answer->timestamp, &query, err);
}

static int
find_checkpoint(struct answer *answer, struct store *store, const char *wanted,
    struct error *err)
{
	uint64_t size;

	if (wanted == NULL)
		return timestamps_find(&answer->size, &answer->text, store,
		    UINT64_MAX, &answer->timestamp, err);
	if (option_number(&size, wanted, "size", err) == -1 ||
	    timestamps_text(&answer->text, store, size, err) == -1)
		return -1;
	answer->size = size;
	return timestamp_is_about(&answer->timestamp,
	    buffer_bytes(&answer->text), err);
}

static int
check_given(struct answer *answer, struct error *err)
{
	struct buffer authority = buffer_new(LIMIT_SUBJECT);
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
	int result = timestamps_standing(&standing, &authority,
	    &answer->timestamp, answer->size, NULL, answer->given, err);

	if (result == 0 && standing == TIMESTAMP_UNKNOWN)
		result = error_set(err, ERROR_NO, NULL,
		    "the certificate of %.300s leads to none of the roots that "
		    "are given",
		    buffer_string(&authority));
	buffer_free(&authority);
	return result;
}

/* By the roots that are given, and by the ledger's if it has any: nothing is
 * kept that verification would not take. */
static int
check_authority(struct answer *answer, const struct trusts *trusts,
    struct error *err)
{
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;

	if (answer->given != NULL && check_given(answer, err) == -1)
		return -1;
	if (timestamps_standing(&standing, &answer->authority,
		&answer->timestamp, answer->size, trusts, NULL, err) == -1)
		return -1;
	if (standing == TIMESTAMP_UNKNOWN && answer->given == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give --roots FILE, or trust one (`vouch trust add') and "
		    "ask about a newer checkpoint",
		    "the ledger trusted no timestamp authority when it had "
		    "%llu entries",
		    (unsigned long long)answer->size);
	return 0;
}

static int
keep(struct answer *answer, struct error *err)
{
	struct store *store = NULL;
	int result = -1;

	if (store_open(&store, buffer_string(&answer->path), STORE_WRITE,
		err) == 0 &&
	    store_begin_write(store, err) == 0 &&
	    store_put_timestamp(store, answer->size, answer->token,
		&answer->added, err) == 0)
		result = store_commit(store, err);
	store_close(store);
	return result;
}

static void
say_added(const struct context *context, const struct answer *answer)
{
	const struct kept_timestamp kept = {
		.size = answer->size,
		.digest = digest_of(answer->token),
		.state = KEPT_GOOD,
		.timestamp = answer->timestamp,
		.authority = buffer_string(&answer->authority),
	};
	struct buffer out = buffer_new(LIMIT_SUBJECT * 8);
	struct terminal terminal;

	if (context->json) {
		buffer_printf(&out, "{\"added\":%s,\"timestamp\":",
		    answer->added ? "true" : "false");
		stamps_json(&out, &kept);
		printf("%s}\n", buffer_string(&out));
	} else if (!context->quiet) {
		terminal_begin(&terminal, context, false);
		fprintf(terminal.out,
		    "%s: the checkpoint of %s entries existed by %s, says ",
		    answer->added ? "kept" : "was kept already",
		    number_grouped(answer->size).text,
		    time_format(answer->timestamp.latest_ms).text);
		terminal_show(&terminal, STYLE_NAME,
		    buffer_bytes(&answer->authority));
		fputc('\n', terminal.out);
		terminal_end(&terminal);
	}
	buffer_free(&out);
}

static int
run_add(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct add_options *options = given;
	struct answer answer = {
		.path = buffer_new(8192),
		.file = buffer_new(LIMIT_TIMESTAMP),
		.query_file = buffer_new(LIMIT_TIMESTAMP_QUERY),
		.text = buffer_new(LIMIT_NOTE),
		.authority = buffer_new(LIMIT_SUBJECT),
	};
	struct reader *reader = NULL;
	int result = -1;

	if (read_answer(&answer, operands.item[0], err) == -1 ||
	    (options->roots != NULL &&
		stamps_read_roots(&answer.given, options->roots, err) == -1) ||
	    session_store_path(&answer.path, context, err) == -1 ||
	    session_read(&reader, context, err) == -1 ||
	    find_checkpoint(&answer, reader_store(reader), options->size,
		err) == -1 ||
	    check_query(&answer, options->request, err) == -1 ||
	    check_authority(&answer, authority_trusts(reader_authority(reader)),
		err) == -1 ||
	    keep(&answer, err) == -1)
		goto done;
	say_added(context, &answer);
	result = 0;
done:
	reader_close(reader);
	answer_free(&answer);
	return result;
}

static const char *const add_examples[] = {
	"vouch timestamp add reply.tsr",
	"# by an authority that the ledger does not name",
	"vouch timestamp add reply.tsr --roots roots.pem",
	NULL,
};

const struct command cmd_timestamp_add = {
	.name = "add",
	.parent = "timestamp",
	.group = "Witnesses and timestamps",
	.summary = "keep what a timestamp authority answered",
	.operands = "FILE",
	.least = 1,
	.most = 1,
	.options = add_rows,
	.options_size = sizeof(struct add_options),
	.machine = true,
	.run = run_add,
	.description =
	    "Checks the answer (RFC 3161) and keeps its token beside the "
	    "checkpoint that it is about. It must be granted, be about a "
	    "checkpoint of this ledger and answer a query that waits here (or "
	    "the one that is given by --request) with the same nonce; its "
	    "signature must verify by the certificate that its signer "
	    "signed to be its own, which is for timestamps alone and led "
	    "to a root when the stamp was given. The roots are those that the "
	    "ledger trusted at the checkpoint (`vouch trust add "
	    "--timestamp-root'). If it trusted none, --roots says which to "
	    "check by, and verification will not decide until an auditor "
	    "names hers.\n\n"
	    "Tokens are no entries: the ledger does not grow by them, and one "
	    "that is deleted is not missed. Several authorities may stamp "
	    "one checkpoint.",
	.examples = add_examples,
};
