#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/lineage.h"
#include "reports/slsa.h"

/* A lineage that has more is not written: it would not be whole. */
#define NODES_MAX 100000

struct export_options {
	const char *output;
	const char *builder;
};

static const struct option in_toto_rows[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct export_options, output),
	    "FILE", "write to FILE", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static const struct option slsa_rows[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct export_options, output),
	    "FILE", "write to FILE", NULL, false },
	{ "builder", 0, OPTION_TEXT, offsetof(struct export_options, builder),
	    "URI", "the platform that ran it, in place of a name of ours", NULL,
	    false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* A ledger that is read, and the model in question. */
struct subject {
	struct reader *reader;
	struct digest digest;
};

static int
subject_find(struct subject *out, const struct context *context,
    const char *what, struct error *err)
{
	struct buffer path = buffer_new(LIMIT_ENTRY);
	struct json *reference = NULL;
	int result = -1;

	out->reader = NULL;
	if (session_store_path(&path, context, err) == -1 ||
	    session_read(&out->reader, context, err) == -1 ||
	    compose_reference_in(&reference, out->reader, buffer_string(&path),
		context, "model", what, err) == -1)
		goto done;
	if (digest_parse(&out->digest,
		bytes_of_text(json_member_text(reference, "digest"))))
		result = 0;
	else
		error_set(err, ERROR_SYSTEM, NULL, "a digest is malformed");
done:
	json_free(reference);
	buffer_free(&path);
	return result;
}

static int
put_out(const struct export_options *options, const struct buffer *out,
    struct error *err)
{
	if (buffer_check(out, "export", err) == -1)
		return -1;
	if (options->output != NULL)
		return file_write(options->output, buffer_bytes(out), 0644,
		    err);
	fwrite(out->data, 1, out->len, stdout);
	return 0;
}

/* ---- in-toto ---- */

static int
order_of_seq(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The entries of a lineage in the order in which they were recorded. */
static int
entries_of(uint64_t **out, size_t *count, const struct lineage *lineage,
    struct error *err)
{
	uint64_t *seq = memory_new(lineage->node_count + 1, sizeof *seq);
	size_t found = 0;

	if (seq == NULL)
		return error_memory(err);
	for (size_t i = 0; i < lineage->node_count; i++)
		if (lineage->node[i].is_entry)
			seq[found++] = lineage->node[i].seq;
	qsort(seq, found, sizeof *seq, order_of_seq);
	*out = seq;
	*count = found;
	return 0;
}

/* Each as it was signed; of what was erased whole there is nothing to write. */
static int
put_envelopes(struct buffer *out, struct reader *reader, const uint64_t seq[],
    size_t count, size_t *written, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();
	int result = -1;

	*written = 0;
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&line);
		if (store_entry(reader_store(reader), seq[i], &line, err) == -1)
			goto done;
		if (line.len == 0)
			continue;
		if (entry_parse(&entry, buffer_bytes(&line), err) == -1) {
			error_within(err, "entry %llu",
			    (unsigned long long)seq[i]);
			goto done;
		}
		envelope_write(out, &entry.envelope);
		buffer_byte(out, '\n');
		(*written)++;
	}
	result = 0;
done:
	entry_free(&entry);
	buffer_free(&line);
	return result;
}

static int
lineage_of(struct lineage **out, const struct subject *subject,
    struct error *err)
{
	if (lineage_walk(out, subject->reader, subject->digest, LINEAGE_BOTH,
		NODES_MAX, err) == -1)
		return -1;
	if (!(*out)->truncated)
		return 0;
	return error_set(err, ERROR_UNDECIDED, "export what it came from",
	    "its lineage has more than %d records and artefacts", NODES_MAX);
}

static void
say_written(const struct context *context, const struct export_options *options,
    const char *what, size_t count, size_t erased)
{
	if (options->output == NULL || context->quiet)
		return;
	printf("wrote %zu %s%s to %s", count, what, count == 1 ? "" : "s",
	    options->output);
	if (erased > 0)
		printf("; %zu more %s erased", erased,
		    erased == 1 ? "was" : "were");
	putchar('\n');
}

static int
run_in_toto(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct export_options *options = given;
	struct buffer out = buffer_new((size_t)NODES_MAX * LIMIT_ENTRY);
	struct lineage *lineage = NULL;
	struct subject subject;
	uint64_t *seq = NULL;
	size_t count = 0, written;
	int result = -1;

	if (subject_find(&subject, context, operands.item[0], err) == -1 ||
	    lineage_of(&lineage, &subject, err) == -1 ||
	    entries_of(&seq, &count, lineage, err) == -1 ||
	    put_envelopes(&out, subject.reader, seq, count, &written, err) ==
		-1)
		goto done;
	result = put_out(options, &out, err);
	if (result == 0)
		say_written(context, options, "envelope", written,
		    count - written);
done:
	memory_free(seq);
	lineage_free(lineage);
	buffer_free(&out);
	reader_close(subject.reader);
	return result;
}

static const char *const in_toto_examples[] = {
	"vouch export in-toto credit -o credit.intoto.jsonl",
	NULL,
};

const struct command cmd_export_in_toto = {
	.name = "in-toto",
	.parent = "export",
	.group = "Hand over",
	.summary = "write the signed records of a model's lineage as a bundle",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = in_toto_rows,
	.options_size = sizeof(struct export_options),
	.reads = true,
	.run = run_in_toto,
	.description =
	    "A bundle is what in-toto calls a file of attestations: one DSSE "
	    "envelope a line, in the order in which they were recorded, each "
	    "to the byte as its author signed it. It has the records that the "
	    "model came from and those that are about it. MODEL is its name, "
	    "NAME@VERSION, its digest, or its file or folder.\n\n"
	    "Any program that knows DSSE verifies them, with the keys that "
	    "`vouch key list' prints. That nothing was left out only the "
	    "ledger itself proves: see `vouch verify'.",
	.examples = in_toto_examples,
};

/* ---- SLSA ---- */

static int
sign(struct buffer *out, struct envelope *envelope,
    const struct context *context, const struct reader *reader,
    struct error *err)
{
	struct signer *author = NULL;
	int result = -1;

	if (session_author(&author, context, reader_authority(reader), err) ==
		-1 ||
	    envelope_sign(envelope, author, err) == -1)
		goto done;
	envelope_write(out, envelope);
	buffer_byte(out, '\n');
	result = 0;
done:
	signer_free(author);
	return result;
}

static int
run_slsa(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct export_options *options = given;
	struct buffer out = buffer_new(LIMIT_ENVELOPE * 2);
	struct envelope envelope = envelope_new();
	struct subject subject;
	uint64_t run;
	int result = -1;

	if (subject_find(&subject, context, operands.item[0], err) == -1 ||
	    slsa_find_run(&run, subject.reader, subject.digest, err) == -1 ||
	    slsa_statement(&envelope.payload, subject.reader, run,
		subject.digest, options->builder, err) == -1 ||
	    sign(&out, &envelope, context, subject.reader, err) == -1)
		goto done;
	result = put_out(options, &out, err);
	if (result == 0)
		say_written(context, options, "statement", 1, 0);
done:
	envelope_free(&envelope);
	buffer_free(&out);
	reader_close(subject.reader);
	return result;
}

static const char *const slsa_examples[] = {
	"vouch export slsa credit -o credit.slsa.intoto.jsonl",
	"vouch export slsa credit --builder https://ci.example.com/train",
	NULL,
};

const struct command cmd_export_slsa = {
	.name = "slsa",
	.parent = "export",
	.group = "Hand over",
	.summary = "say how a model was made, as SLSA provenance, signed",
	.operands = "MODEL",
	.least = 1,
	.most = 1,
	.options = slsa_rows,
	.options_size = sizeof(struct export_options),
	.reads = true,
	.run = run_slsa,
	.description =
	    "Tells the run that made the model as an in-toto statement with "
	    "the predicate https://slsa.dev/provenance/v1 and signs it with "
	    "your key, as a DSSE envelope of one line. The command, its "
	    "parameters, the commit and the data go into the build's "
	    "definition, what it ran on and what it wrote into the run's "
	    "details; docs/exports.md says where each is. Nothing is "
	    "recorded, and the same ledger and key give the same bytes. MODEL "
	    "is its name, NAME@VERSION, its digest, or its file or "
	    "folder.\n\n"
	    "The builder is named after the ledger, and tells a run that "
	    "`vouch run' watched from one that was reported afterwards; "
	    "--builder gives it the URI that your verifiers expect.",
	.examples = slsa_examples,
};
