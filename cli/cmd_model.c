#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"

struct model_options {
	const char *name;
	const char *version;
	const char *run;
	const char *owner;
	const char *intended_use;
	const char *risk_class;
	const char *licence;
	const char *framework;
	const char *location;
	const char *description;
	struct option_list limitations;
	struct option_list tags;
};

#define ROW(name, field, argument, sentence, needed) \
	{ \
		name, 0, OPTION_TEXT, offsetof(struct model_options, field), \
		    argument, sentence, NULL, needed \
	}

static const char *const risk_classes[] = { "minimal", "limited", "high",
	"unacceptable", NULL };

static const struct option options[] = {
	ROW("name", name, "NAME", "what to call it", true),
	ROW("version", version, "VERSION", "its version (the next number)",
	    false),
	ROW("run", run, "RUN",
	    "the run that made it (found by the digest of its output)", false),
	ROW("owner", owner, "WHO", "who answers for it", false),
	ROW("intended-use", intended_use, "TEXT", "what it is for", false),
	{ "risk-class", 0, OPTION_CHOICE,
	    offsetof(struct model_options, risk_class), "CLASS",
	    "minimal, limited, high or unacceptable", risk_classes, false },
	{ "limitation", 0, OPTION_LIST,
	    offsetof(struct model_options, limitations), "TEXT",
	    "what it is not good for", NULL, false },
	ROW("licence", licence, "TEXT", "the terms it may be used under",
	    false),
	ROW("framework", framework, "TEXT", "what it was made with", false),
	ROW("location", location, "TEXT", "where it is kept", false),
	ROW("description", description, "TEXT", "what it is", false),
	{ "tag", 0, OPTION_LIST, offsetof(struct model_options, tags), "K=V",
	    "a label", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The leaf hash of the run given, or of the newest that made these bytes. */
static int
find_run(struct session_write *session, const char *given, struct digest digest,
    struct digest *leaf, bool *found, struct error *err)
{
	struct index_query query = {
		.kind = "run", .before = UINT64_MAX, .mentions = &digest
	};
	struct reader *reader = NULL;
	struct index_list *list = NULL;
	struct index_row row;
	uint64_t seq;
	int result = -1;

	*found = false;
	if (reader_open(&reader, buffer_string(&session->store_path), err) ==
	    -1)
		return -1;
	query.before = reader_size(reader);
	if (given != NULL) {
		if (reader_find(reader, given, &seq, err) == -1 ||
		    index_row_at(reader_store(reader), seq, query.before, &row,
			err) == -1)
			goto done;
		if (strcmp(row.kind->name, "run") != 0) {
			error_set(err, ERROR_UNDECIDED, "see `vouch list run'",
			    "'%.100s' is a %s, not a run", given,
			    row.kind->name);
			goto done;
		}
		*found = true;
	} else {
		if (index_list(&list, reader_store(reader), &query, err) ==
			-1 ||
		    index_next(list, &row, found, err) == -1)
			goto done;
	}
	if (*found)
		*leaf = row.leaf;
	result = 0;
done:
	index_list_free(list);
	reader_close(reader);
	return result;
}

static int
record(struct session_write *session, const struct context *context,
    const struct model_options *given, const struct artefact *artefact,
    struct error *err)
{
	struct bytes manifest = buffer_bytes(&artefact->manifest);
	struct json *members = json_new_object();
	char *version = NULL;
	struct digest run_leaf;
	bool found = false;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (find_run(session, given->run, artefact->digest, &run_leaf, &found,
		err) == -1)
		goto done;
	if (given->version == NULL &&
	    compose_next_version(&version, session, "model", given->name,
		err) == -1)
		goto done;
	if (compose_text(members, "name", given->name, err) == -1 ||
	    compose_text(members, "version",
		given->version != NULL ? given->version : version, err) == -1 ||
	    json_put(members, "size", json_new_integer((int64_t)artefact->size),
		err) == -1)
		goto done;
	if (artefact->folder &&
	    (json_put(members, "files",
		 json_new_integer((int64_t)artefact->file_count), err) == -1 ||
		json_put(members, "manifest",
		    json_new_text(digest_hex(artefact->digest).text),
		    err) == -1))
		goto done;
	if (compose_text(members, "owner", given->owner, err) == -1 ||
	    compose_text(members, "intended_use", given->intended_use, err) ==
		-1 ||
	    compose_text(members, "risk_class", given->risk_class, err) == -1 ||
	    compose_list(members, "limitations", &given->limitations, err) ==
		-1 ||
	    compose_text(members, "framework", given->framework, err) == -1 ||
	    compose_text(members, "location", given->location, err) == -1 ||
	    compose_text(members, "licence", given->licence, err) == -1 ||
	    compose_text(members, "description", given->description, err) == -1)
		goto done;
	if (found &&
	    json_put(members, "run", json_new_text(digest_hex(run_leaf).text),
		err) == -1)
		goto done;
	if (compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
	    -1)
		goto done;
	result = compose_record(session, context, "model", members,
	    &artefact->digest, &manifest, artefact->folder ? 1 : 0, err);
	if (result == 0 && !found && !context->quiet && !context->json)
		printf("no run in this ledger made these bytes; name one "
		       "with --run if there is one\n");
done:
	json_free(members);
	memory_free(version);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct session_write session;
	struct artefact artefact;
	int result = -1;

	if (session_write(&session, context, err) == -1)
		return -1;
	if (compose_measure(&artefact, operands.item, 1, context,
		buffer_string(&session.store_path), err) == 0) {
		result = record(&session, context, given, &artefact, err);
		artefact_free(&artefact);
	}
	session_write_end(&session);
	return result;
}

static const char *const examples[] = {
	"vouch model register model.json --name credit --owner risk-team "
	"--risk-class high",
	NULL,
};

const struct command cmd_model_register = {
	.name = "register",
	.parent = "model",
	.group = "Record",
	.summary = "record a model: its artefact, owner, use and limits",
	.operands = "PATH",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct model_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "PATH is the model's file or folder. The run that made it is "
	    "found by the digest of its outputs, so that the model's data, "
	    "code and parameters can be followed (`vouch lineage').",
	.examples = examples,
};
