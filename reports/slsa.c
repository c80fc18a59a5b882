#include "reports/slsa.h"

#include <string.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "ledger/index.h"

/*
 * An entry, and its record as it was signed: a value that is sealed stands
 * there as its commitment, whoever may see it here.  What is exported goes to
 * anybody.
 */
struct source {
	struct reader_entry entry;
	struct record record;
};

/* A run as it is told: where it ended and, if it was watched, started. */
struct telling {
	struct reader *reader;
	struct source end;
	struct source start;
	bool watched;
	struct digest artefact;
	const char *builder;
	struct error *err;
};

static struct source
source_new(void)
{
	return (struct source){ .entry = reader_entry_new() };
}

static void
source_free(struct source *source)
{
	record_free(&source->record);
	reader_entry_free(&source->entry);
}

static int
source_read(struct source *out, struct reader *reader, uint64_t seq,
    struct error *err)
{
	if (reader_read(reader, seq, &out->entry, err) == -1)
		return -1;
	return record_parse(&out->record,
	    buffer_bytes(&out->entry.entry.envelope.payload), err);
}

/* ---- which run ---- */

/* The run that the model's record names, if it names one. */
static int
run_of_model(uint64_t *seq, bool *found, struct reader *reader, uint64_t model,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct digest leaf;
	const char *text;
	int result = -1;

	*found = false;
	if (reader_read(reader, model, &entry, err) == -1)
		goto done;
	text = json_member_text(entry.record.predicate, "run");
	result = 0;
	if (text != NULL && digest_parse(&leaf, bytes_of_text(text)))
		result = index_find_exact(reader_store(reader), leaf, found,
		    seq, err);
done:
	reader_entry_free(&entry);
	return result;
}

/* What stands for a run now, which must have come to its end. */
static int
expect_finished(uint64_t *stands, struct reader *reader, uint64_t seq,
    struct error *err)
{
	struct index_row row;

	do {
		if (index_row_at(reader_store(reader), seq, reader_size(reader),
			&row, err) == -1)
			return -1;
		seq = row.superseded ? row.superseded_by : seq;
	} while (row.superseded);
	if (strcmp(row.kind->name, "run") != 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "entry %llu, which the model's record names, is not of a "
		    "run",
		    (unsigned long long)seq);
	if (strcmp(row.status, "finished") != 0)
		return error_set(err, ERROR_NO, NULL,
		    "the run of entry %llu did not finish (%s): nothing is "
		    "said to have been built by it",
		    (unsigned long long)seq,
		    row.status[0] == '\0' ? "it only started" : row.status);
	*stands = seq;
	return 0;
}

int
slsa_find_run(uint64_t *seq, struct reader *reader, struct digest artefact,
    struct error *err)
{
	uint64_t model, run = 0;
	bool found;

	if (reader_mention(&model, &found, reader, artefact, "model",
		FACT_SUBJECT, err) == -1 ||
	    (found && run_of_model(&run, &found, reader, model, err) == -1) ||
	    (!found &&
		reader_mention(&run, &found, reader, artefact, "run",
		    FACT_OUTPUT, err) == -1))
		return -1;
	if (!found)
		return error_set(err, ERROR_UNDECIDED,
		    "record its making with `vouch run --output'",
		    "no run in the ledger made %.16s…",
		    digest_hex(artefact).text);
	return expect_finished(seq, reader, run, err);
}

/* ---- pieces of JSON ---- */

/* A member of the run: what its end says, else what its start said. */
static const struct json *
said(const struct telling *telling, const char *name)
{
	const struct json *value =
	    json_member(telling->end.record.predicate, name);

	return value == NULL && telling->watched
	    ? json_member(telling->start.record.predicate, name)
	    : value;
}

/* Put a copy of what is there under another name; nothing if nothing is. */
static int
put_copy(struct json *to, const char *name, const struct json *value,
    struct error *err)
{
	return value == NULL ? 0 : json_put(to, name, json_copy(value), err);
}

static int
put_said(struct json *to, const char *name, const struct telling *telling)
{
	return put_copy(to, name, said(telling, name), telling->err);
}

/* An empty object at the end of a list, or in an object; NULL on failure. */
static struct json *
push_object(struct json *list, struct error *err)
{
	struct json *made = json_new_object();

	return json_push(list, made, err) == -1 ? NULL : made;
}

static struct json *
put_object(struct json *object, const char *name, struct error *err)
{
	struct json *made = json_new_object();

	return json_put(object, name, made, err) == -1 ? NULL : made;
}

static struct json *
put_list(struct json *object, const char *name, struct error *err)
{
	struct json *made = json_new_list();

	return json_put(object, name, made, err) == -1 ? NULL : made;
}

static int
put_digest(struct json *to, const char *algorithm, const char *hex,
    struct error *err)
{
	struct json *digest = put_object(to, "digest", err);

	return digest == NULL
	    ? -1
	    : json_put(digest, algorithm, json_new_text(hex), err);
}

/* Whether a text can stand where a URI is wanted. */
static bool
is_uri(const char *text)
{
	const char *colon = text == NULL ? NULL : strstr(text, "://");

	return colon != NULL && colon != text &&
	    strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789+-.") == (size_t)(colon - text) &&
	    strpbrk(text, " \t\"<>\\^`{|}") == NULL;
}

/* ---- what it was built from ---- */

static int
put_source_uri(struct json *to, const char *repository, const char *branch,
    struct error *err)
{
	struct buffer uri = buffer_new(LIMIT_ENTRY);
	int result = -1;

	buffer_printf(&uri, "git+%s", repository);
	if (branch != NULL)
		buffer_printf(&uri, "@refs/heads/%s", branch);
	if (buffer_check(&uri, "uri", err) == 0)
		result = json_put(to, "uri", json_new_text(buffer_string(&uri)),
		    err);
	buffer_free(&uri);
	return result;
}

/* The code: a commit, and whether what ran was what was committed. */
static int
push_code(struct json *list, const struct telling *telling)
{
	const struct json *code = said(telling, "code");
	const char *repository = json_member_text(code, "repository");
	const char *commit = json_member_text(code, "commit");
	const char *branch = json_member_text(code, "branch");
	struct json *made, *notes;

	if (commit == NULL)
		return 0;
	made = push_object(list, telling->err);
	if (made == NULL ||
	    json_put(made, "name", json_new_text("code"), telling->err) == -1 ||
	    (is_uri(repository) &&
		put_source_uri(made, repository, branch, telling->err) == -1) ||
	    put_digest(made, "gitCommit", commit, telling->err) == -1)
		return -1;
	notes = put_object(made, "annotations", telling->err);
	if (notes == NULL ||
	    put_copy(notes, "repository", json_member(code, "repository"),
		telling->err) == -1 ||
	    put_copy(notes, "branch", json_member(code, "branch"),
		telling->err) == -1 ||
	    put_copy(notes, "path", json_member(code, "path"), telling->err) ==
		-1 ||
	    put_copy(notes, "dirty", json_member(code, "dirty"),
		telling->err) == -1)
		return -1;
	return put_copy(notes, "difference", json_member(code, "difference"),
	    telling->err);
}

/* A file or folder of the run, as a resource descriptor. */
static int
describe_artefact(struct json *made, const struct json *artefact,
    struct error *err)
{
	const char *digest = json_member_text(artefact, "digest");
	const char *name = json_member_text(artefact, "name");

	if ((name != NULL &&
		json_put(made, "name", json_new_text(name), err) == -1) ||
	    put_digest(made, "sha256", digest, err) == -1)
		return -1;
	/* What is hashed of a folder is the list of its files. */
	if (json_member(artefact, "manifest") != NULL)
		return json_put(made, "mediaType",
		    json_new_text("application/vnd.vouchbook.manifest"), err);
	return 0;
}

/* What the ledger knows of an input as a data set. */
static int
describe_dataset(struct json *made, const struct telling *telling,
    struct digest digest)
{
	struct source dataset = source_new();
	const char *location, *name;
	struct json *notes;
	uint64_t seq;
	bool found;
	int result = -1;

	if (reader_mention(&seq, &found, telling->reader, digest, "dataset",
		FACT_SUBJECT, telling->err) == -1)
		goto done;
	if (!found) {
		result = 0;
		goto done;
	}
	if (source_read(&dataset, telling->reader, seq, telling->err) == -1)
		goto done;
	location = json_member_text(dataset.record.predicate, "location");
	name = json_member_text(json_first(dataset.record.subjects), "name");
	if (is_uri(location) &&
	    json_put(made, "downloadLocation", json_new_text(location),
		telling->err) == -1)
		goto done;
	notes = put_object(made, "annotations", telling->err);
	if (notes == NULL ||
	    json_put(notes, "record", json_new_text(name == NULL ? "" : name),
		telling->err) == -1)
		goto done;
	result = put_copy(notes, "licence",
	    json_member(dataset.record.predicate, "licence"), telling->err);
done:
	source_free(&dataset);
	return result;
}

static int
push_inputs(struct json *list, const struct telling *telling)
{
	const struct json *input = json_first(said(telling, "inputs"));
	struct digest digest;

	for (; input != NULL; input = json_next(input)) {
		const char *hex = json_member_text(input, "digest");
		struct json *made;

		if (hex == NULL || !digest_parse(&digest, bytes_of_text(hex)))
			continue;
		made = push_object(list, telling->err);
		if (made == NULL ||
		    describe_artefact(made, input, telling->err) == -1 ||
		    describe_dataset(made, telling, digest) == -1)
			return -1;
	}
	return 0;
}

/* Something with a digest, under a name of ours. */
static int
push_named(struct json *list, const char *name, const struct json *thing,
    const char *member, struct error *err)
{
	const char *digest = json_member_text(thing, member);
	struct json *made;

	if (digest == NULL)
		return 0;
	made = push_object(list, err);
	if (made == NULL ||
	    json_put(made, "name", json_new_text(name), err) == -1)
		return -1;
	return put_digest(made, "sha256", digest, err);
}

static int
push_lock(struct json *list, const struct telling *telling)
{
	const struct json *lock =
	    json_member(said(telling, "environment"), "lock");
	const char *path = json_member_text(lock, "path");

	return push_named(list, path == NULL ? "lock" : path, lock, "digest",
	    telling->err);
}

/* ---- the build's definition ---- */

static int
put_input_names(struct json *to, const struct telling *telling)
{
	const struct json *input = json_first(said(telling, "inputs"));
	struct json *names;

	if (input == NULL)
		return 0;
	names = put_list(to, "inputs", telling->err);
	for (; names != NULL && input != NULL; input = json_next(input)) {
		const struct json *name = json_member(input, "name");

		if (name != NULL &&
		    json_push(names, json_copy(name), telling->err) == -1)
			return -1;
	}
	return names == NULL ? -1 : 0;
}

/* What a person chose. */
static int
put_external(struct json *definition, const struct telling *telling)
{
	const struct json *code = said(telling, "code");
	struct json *made =
	    put_object(definition, "externalParameters", telling->err);

	if (made == NULL || put_said(made, "name", telling) == -1 ||
	    put_said(made, "command", telling) == -1 ||
	    put_copy(made, "repository", json_member(code, "repository"),
		telling->err) == -1 ||
	    put_copy(made, "branch", json_member(code, "branch"),
		telling->err) == -1 ||
	    put_copy(made, "path", json_member(code, "path"), telling->err) ==
		-1 ||
	    put_said(made, "parameters", telling) == -1 ||
	    put_said(made, "seeds", telling) == -1)
		return -1;
	return put_input_names(made, telling);
}

/* What the machine was. */
static int
put_internal(struct json *definition, const struct telling *telling)
{
	struct json *made =
	    put_object(definition, "internalParameters", telling->err);

	if (made == NULL ||
	    put_copy(made, "run",
		json_member(json_first(telling->end.record.subjects), "name"),
		telling->err) == -1 ||
	    put_said(made, "experiment", telling) == -1 ||
	    put_said(made, "environment", telling) == -1 ||
	    put_said(made, "host", telling) == -1)
		return -1;
	return put_said(made, "user", telling);
}

static int
put_definition(struct json *predicate, const struct telling *telling)
{
	struct json *made =
	    put_object(predicate, "buildDefinition", telling->err);
	struct json *list;

	if (made == NULL ||
	    json_put(made, "buildType", json_new_text(SLSA_BUILD_TYPE),
		telling->err) == -1 ||
	    put_external(made, telling) == -1 ||
	    put_internal(made, telling) == -1)
		return -1;
	list = put_list(made, "resolvedDependencies", telling->err);
	if (list == NULL || push_code(list, telling) == -1 ||
	    push_inputs(list, telling) == -1)
		return -1;
	return push_lock(list, telling);
}

/* ---- the run itself ---- */

/* Text from outside within a URN (RFC 8141): what may not stand there is
 * percent-encoded. */
static void
put_encoded(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		bool plain = (*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') ||
		    strchr("-._~/:", *text) != NULL;

		if (plain)
			buffer_byte(out, (uint8_t)*text);
		else
			buffer_printf(out, "%%%02X", (unsigned)(uint8_t)*text);
	}
}

static int
put_builder(struct json *details, const struct telling *telling)
{
	struct json *made = put_object(details, "builder", telling->err);
	const struct json *version =
	    json_member(said(telling, "environment"), "vouch");
	struct buffer id = buffer_new(LIMIT_ENTRY);
	struct json *versions;
	int result = -1;

	if (telling->builder != NULL) {
		buffer_text(&id, telling->builder);
	} else {
		buffer_printf(&id, "urn:vouchbook:builder:%s:",
		    telling->watched ? "watched" : "reported");
		put_encoded(&id, telling->end.record.head.ledger);
	}
	if (made == NULL || buffer_check(&id, "builder", telling->err) == -1 ||
	    json_put(made, "id", json_new_text(buffer_string(&id)),
		telling->err) == -1)
		goto done;
	result = 0;
	if (json_text(version) != NULL) {
		versions = put_object(made, "version", telling->err);
		result = versions == NULL
		    ? -1
		    : put_copy(versions, "vouch", version, telling->err);
	}
done:
	buffer_free(&id);
	return result;
}

/* A sealed or missing time says nothing here. */
static int
put_time(struct json *to, const char *name, const struct json *time,
    struct error *err)
{
	return json_text(time) == NULL ? 0 : put_copy(to, name, time, err);
}

static int
put_metadata(struct json *details, const struct telling *telling)
{
	struct json *made = put_object(details, "metadata", telling->err);
	const struct json *started = telling->watched
	    ? json_member(telling->start.record.predicate, "started_at")
	    : NULL;

	if (started == NULL)
		started = said(telling, "started_at");
	if (made == NULL ||
	    json_put(made, "invocationId",
		json_new_text(digest_hex(telling->end.entry.leaf).text),
		telling->err) == -1 ||
	    put_time(made, "startedOn", started, telling->err) == -1)
		return -1;
	return put_time(made, "finishedOn", said(telling, "ended_at"),
	    telling->err);
}

/* A record of the run: the statement as it was signed, and where it is. */
static int
push_record(struct json *list, const char *name, const struct source *source,
    struct error *err)
{
	struct json *made = push_object(list, err), *notes;
	struct digest digest =
	    digest_of(buffer_bytes(&source->entry.entry.envelope.payload));

	if (made == NULL ||
	    json_put(made, "name", json_new_text(name), err) == -1 ||
	    put_digest(made, "sha256", digest_hex(digest).text, err) == -1 ||
	    json_put(made, "mediaType", json_new_text(ENVELOPE_TYPE), err) ==
		-1)
		return -1;
	notes = put_object(made, "annotations", err);
	if (notes == NULL ||
	    json_put(notes, "ledger", json_new_text(source->record.head.ledger),
		err) == -1 ||
	    json_put(notes, "entry",
		json_new_integer((int64_t)source->entry.entry.seq), err) == -1)
		return -1;
	return json_put(notes, "leaf",
	    json_new_text(digest_hex(source->entry.leaf).text), err);
}

/* What it made beside the artefact. */
static int
push_other_outputs(struct json *list, const struct telling *telling)
{
	const struct json *output = json_first(said(telling, "outputs"));

	for (; output != NULL; output = json_next(output)) {
		const char *hex = json_member_text(output, "digest");
		struct json *made;

		if (hex == NULL ||
		    strcmp(hex, digest_hex(telling->artefact).text) == 0)
			continue;
		made = push_object(list, telling->err);
		if (made == NULL ||
		    describe_artefact(made, output, telling->err) == -1)
			return -1;
	}
	return 0;
}

static int
put_byproducts(struct json *details, const struct telling *telling)
{
	struct error *err = telling->err;
	struct json *list = put_list(details, "byproducts", err);
	const struct json *series;

	if (list == NULL || push_other_outputs(list, telling) == -1 ||
	    push_named(list, "stdout", said(telling, "stdout"), "digest",
		err) == -1 ||
	    push_named(list, "stderr", said(telling, "stderr"), "digest",
		err) == -1 ||
	    push_named(list, "events", said(telling, "events"), "digest",
		err) == -1)
		return -1;
	for (series = json_first(said(telling, "series")); series != NULL;
	     series = json_next(series))
		if (push_named(list, json_name(series), series, "steps", err) ==
		    -1)
			return -1;
	if (telling->watched &&
	    push_record(list, "run, start", &telling->start, err) == -1)
		return -1;
	return push_record(list, "run, end", &telling->end, err);
}

static int
put_details(struct json *predicate, const struct telling *telling)
{
	struct json *made = put_object(predicate, "runDetails", telling->err);

	if (made == NULL || put_builder(made, telling) == -1 ||
	    put_metadata(made, telling) == -1)
		return -1;
	return put_byproducts(made, telling);
}

/* ---- the statement ---- */

static int
put_subject(struct json *statement, const struct telling *telling)
{
	const struct json *output = json_first(said(telling, "outputs"));
	struct json *list = put_list(statement, "subject", telling->err), *made;

	while (output != NULL) {
		const char *hex = json_member_text(output, "digest");

		if (hex != NULL &&
		    strcmp(hex, digest_hex(telling->artefact).text) == 0)
			break;
		output = json_next(output);
	}
	if (list == NULL)
		return -1;
	if (output == NULL)
		return error_set(telling->err, ERROR_UNDECIDED, NULL,
		    "the run of entry %llu did not make %.16s…",
		    (unsigned long long)telling->end.entry.entry.seq,
		    digest_hex(telling->artefact).text);
	made = push_object(list, telling->err);
	return made == NULL ? -1
			    : describe_artefact(made, output, telling->err);
}

/* Read the run's last entry, and the first if there is one. */
static int
read_run(struct telling *telling, uint64_t seq)
{
	struct digest leaf;
	const char *started;
	uint64_t first;

	if (source_read(&telling->end, telling->reader, seq, telling->err) ==
	    -1)
		return -1;
	started = json_member_text(telling->end.record.predicate, "started");
	if (started == NULL)
		return 0;
	if (!digest_parse(&leaf, bytes_of_text(started)) ||
	    index_find_exact(reader_store(telling->reader), leaf,
		&telling->watched, &first, telling->err) == -1)
		return error_set(telling->err, ERROR_NO, "see `vouch verify'",
		    "the entry at which the run of entry %llu started is not "
		    "there",
		    (unsigned long long)seq);
	if (!telling->watched)
		return 0;
	return source_read(&telling->start, telling->reader, first,
	    telling->err);
}

static int
tell(struct json *statement, const struct telling *telling)
{
	struct json *predicate;

	if (json_put(statement, "_type", json_new_text(STATEMENT_TYPE),
		telling->err) == -1 ||
	    put_subject(statement, telling) == -1 ||
	    json_put(statement, "predicateType", json_new_text(SLSA_PREDICATE),
		telling->err) == -1)
		return -1;
	predicate = put_object(statement, "predicate", telling->err);
	if (predicate == NULL || put_definition(predicate, telling) == -1)
		return -1;
	return put_details(predicate, telling);
}

int
slsa_statement(struct buffer *out, struct reader *reader, uint64_t seq,
    struct digest artefact, const char *builder, struct error *err)
{
	struct telling telling = {
		.reader = reader,
		.end = source_new(),
		.start = source_new(),
		.artefact = artefact,
		.builder = builder,
		.err = err,
	};
	struct json *statement = NULL;
	int result = -1;

	if (builder != NULL && strchr(builder, ':') == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "give a URI such as https://example.org/builder",
		    "'%.100s' is not the URI of a builder", builder);
	if (read_run(&telling, seq) == -1)
		goto done;
	statement = json_new_object();
	if (statement == NULL) {
		error_memory(err);
		goto done;
	}
	if (tell(statement, &telling) == 0) {
		json_write(out, statement);
		result = buffer_check(out, "statement", err);
	}
done:
	json_free(statement);
	source_free(&telling.start);
	source_free(&telling.end);
	return result;
}
