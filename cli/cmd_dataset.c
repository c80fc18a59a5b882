#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "capture/profile.h"
#include "cli/cmd.h"
#include "cli/compose.h"

struct dataset_options {
	const char *name;
	const char *version;
	const char *licence;
	const char *origin;
	const char *legal_basis;
	const char *location;
	const char *description;
	const char *split;
	const char *media_type;
	struct option_list personal_data;
	struct option_list parents;
	struct option_list tags;
	bool no_profile;
	bool again;
};

#define ROW(name, field, argument, sentence) \
	{ \
		name, 0, OPTION_TEXT, offsetof(struct dataset_options, field), \
		    argument, sentence, NULL, false \
	}
#define LIST(name, field, argument, sentence) \
	{ \
		name, 0, OPTION_LIST, offsetof(struct dataset_options, field), \
		    argument, sentence, NULL, false \
	}

static const struct option options[] = {
	ROW("name", name, "NAME", "what to call it (the file's name)"),
	ROW("version", version, "VERSION", "its version (the next number)"),
	ROW("licence", licence, "TEXT", "the terms it may be used under"),
	ROW("origin", origin, "TEXT", "where it comes from"),
	ROW("legal-basis", legal_basis, "TEXT",
	    "why personal data in it may be processed"),
	LIST("personal-data", personal_data, "CLASS",
	    "a class of personal data in it"),
	LIST("parent", parents, "WHAT",
	    "what it was derived from: a data set, a digest or a path"),
	ROW("split", split, "NAME", "its part: train, test, validation, …"),
	ROW("location", location, "TEXT", "where it is kept"),
	ROW("media-type", media_type, "TYPE", "as text/csv"),
	ROW("description", description, "TEXT", "what it is"),
	LIST("tag", tags, "K=V", "a label"),
	{ "no-profile", 0, OPTION_FLAG,
	    offsetof(struct dataset_options, no_profile), NULL,
	    "do not count the rows of a CSV file", NULL, false },
	{ "again", 0, OPTION_FLAG, offsetof(struct dataset_options, again),
	    NULL, "record it even if these bytes are there under this name",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* "train" of "data/train.csv". */
static void
name_of_path(char out[LIMIT_NAME + 1], const char *path)
{
	size_t end = strlen(path), len = 0;
	const char *base;

	while (end > 1 && path[end - 1] == '/')
		end--;
	base = path + end;
	while (base > path && base[-1] != '/')
		base--;
	for (; base < path + end && *base != '.' && len < 100; base++) {
		char c = *base;

		out[len++] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-'
		    ? c
		    : '-';
	}
	out[len] = '\0';
	if (len == 0 || out[0] == '-' || out[0] == '_')
		memcpy(out, "data", 5);
}

/* The entry that has these bytes under this name already. */
static int
find_same(struct session_write *session, const char *name, struct digest digest,
    struct index_row *row, bool *same, struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct reader *reader = NULL;
	bool found = false;
	int result = -1;

	*same = false;
	if (index_find_name(appender_store(session->appender), "dataset", name,
		NULL, UINT64_MAX, row, &found, err) == -1)
		goto done;
	if (found) {
		if (reader_open(&reader, buffer_string(&session->store_path),
			err) == -1 ||
		    reader_read(reader, row->seq, &entry, err) == -1)
			goto done;
		*same = digest_equal(entry.record.subject, digest);
	}
	result = 0;
done:
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

static int
put_parents(struct json *members, struct session_write *session,
    const struct context *context, const struct option_list *parents,
    struct error *err)
{
	struct json *list;

	if (parents->count == 0)
		return 0;
	if ((list = json_new_list()) == NULL)
		return error_memory(err);
	for (size_t i = 0; i < parents->count; i++) {
		struct json *parent = NULL;

		if (compose_reference(&parent, session, context, "dataset",
			parents->item[i], err) == -1 ||
		    json_push(list, parent, err) == -1) {
			json_free(list);
			return -1;
		}
	}
	return json_put(members, "parents", list, err);
}

static int
put_profile(struct json *members, const char *path, struct error *err)
{
	struct json *profile = NULL;

	if (profile_csv(&profile, path, err) == -1)
		return -1;
	if (profile == NULL)
		return 0;
	return json_put(members, "quality", profile, err);
}

static int
put_numbers(struct json *members, const struct artefact *artefact,
    struct error *err)
{
	if (json_put(members, "size", json_new_integer((int64_t)artefact->size),
		err) == -1)
		return -1;
	if (!artefact->folder)
		return 0;
	if (json_put(members, "files",
		json_new_integer((int64_t)artefact->file_count), err) == -1)
		return -1;
	return json_put(members, "manifest",
	    json_new_text(digest_hex(artefact->digest).text), err);
}

static int
put_all(struct json *members, struct session_write *session,
    const struct context *context, const struct dataset_options *given,
    const char *path, const struct artefact *artefact, struct error *err)
{
	if (put_numbers(members, artefact, err) == -1 ||
	    compose_text(members, "media_type", given->media_type, err) == -1 ||
	    compose_text(members, "location", given->location, err) == -1 ||
	    compose_text(members, "licence", given->licence, err) == -1 ||
	    compose_text(members, "origin", given->origin, err) == -1 ||
	    compose_text(members, "legal_basis", given->legal_basis, err) ==
		-1 ||
	    compose_list(members, "personal_data", &given->personal_data,
		err) == -1 ||
	    compose_text(members, "description", given->description, err) ==
		-1 ||
	    put_parents(members, session, context, &given->parents, err) ==
		-1 ||
	    compose_text(members, "split", given->split, err) == -1)
		return -1;
	if (!artefact->folder && !given->no_profile &&
	    put_profile(members, path, err) == -1)
		return -1;
	return compose_pairs(members, "tags", &given->tags, "tag", false, err);
}

static int
record(struct session_write *session, const struct context *context,
    const struct dataset_options *given, const char *path,
    const struct artefact *artefact, struct error *err)
{
	struct bytes manifest = buffer_bytes(&artefact->manifest);
	struct json *members = json_new_object();
	char name[LIMIT_NAME + 1];
	char *version = NULL;
	struct index_row row;
	bool same = false;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	name_of_path(name, path);
	if (given->name != NULL) {
		if (!text_is_name(bytes_of_text(given->name))) {
			error_set(err, ERROR_UNDECIDED,
			    "use letters, digits, '.', '_', '-' and '/'",
			    "'%.80s' cannot be the name of a data set",
			    given->name);
			goto done;
		}
		memcpy(name, given->name, strlen(given->name) + 1);
	}
	if (!given->again && given->version == NULL) {
		if (find_same(session, name, artefact->digest, &row, &same,
			err) == -1)
			goto done;
		if (same) {
			if (context->json)
				session_say_recorded(context, "dataset", name,
				    row.seq, row.leaf);
			else if (!context->quiet)
				printf("dataset/%s@%s has these bytes "
				       "already, as entry %llu\n",
				    name, row.version,
				    (unsigned long long)row.seq);
			result = 0;
			goto done;
		}
	}
	if (given->version == NULL &&
	    compose_next_version(&version, session, "dataset", name, err) == -1)
		goto done;
	if (compose_text(members, "name", name, err) == -1 ||
	    compose_text(members, "version",
		given->version != NULL ? given->version : version, err) == -1 ||
	    put_all(members, session, context, given, path, artefact, err) ==
		-1)
		goto done;
	result = compose_record(session, context, "dataset", members,
	    &artefact->digest, &manifest, artefact->folder ? 1 : 0, err);
done:
	json_free(members);
	memory_free(version);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const char *path = operands.item[0];
	struct session_write session;
	struct artefact artefact;
	int result = -1;

	if (session_write(&session, context, err) == -1)
		return -1;
	if (compose_measure(&artefact, &path, 1, context,
		buffer_string(&session.store_path), err) == 0) {
		result = record(&session, context, given, path, &artefact, err);
		artefact_free(&artefact);
	}
	session_write_end(&session);
	return result;
}

static const char *const examples[] = {
	"vouch dataset add data.csv --licence CC0-1.0 --split train",
	NULL,
};

const struct command cmd_dataset_add = {
	.name = "add",
	.parent = "dataset",
	.group = "Record",
	.summary = "record a data set: its digest, licence, origin, quality",
	.operands = "PATH",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct dataset_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "PATH is a file or a folder; of a folder a manifest is kept, with "
	    "the digest of every file. The data itself stays where it is. "
	    "The rows, columns, missing values and repeated rows of a CSV "
	    "file are counted.",
	.examples = examples,
};
