#include "cli/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/options.h"
#include "cli/terminal.h"

int
compose_text(struct json *members, const char *name, const char *value,
    struct error *err)
{
	if (value == NULL || *value == '\0')
		return 0;
	return json_put(members, name, json_new_text(value), err);
}

int
compose_list(struct json *members, const char *name,
    const struct option_list *list, struct error *err)
{
	struct json *values;

	if (list->count == 0)
		return 0;
	if ((values = json_new_list()) == NULL)
		return error_memory(err);
	for (size_t i = 0; i < list->count; i++) {
		if (json_push(values, json_new_text(list->item[i]), err) ==
		    -1) {
			json_free(values);
			return -1;
		}
	}
	return json_put(members, name, values, err);
}

/* A value as typed: a JSON number if it is one, true, false, else a text. */
static struct json *
scalar_of(const char *text, bool numbers, struct error *err)
{
	struct json *value = NULL;
	struct error ignored;

	if (json_parse(&value, bytes_of_text(text), &ignored) == 0) {
		if (json_type(value) == JSON_NUMBER ||
		    (!numbers && json_type(value) == JSON_BOOL))
			return value;
		json_free(value);
	}
	if (numbers && strcmp(text, "NaN") != 0 &&
	    strcmp(text, "Infinity") != 0 && strcmp(text, "-Infinity") != 0) {
		error_set(err, ERROR_UNDECIDED, "write a number as 0.83",
		    "'%.60s' is not a number", text);
		return NULL;
	}
	value = json_new_text(text);
	if (value == NULL)
		error_memory(err);
	return value;
}

int
compose_pairs(struct json *members, const char *name,
    const struct option_list *pairs, const char *option, bool numbers,
    struct error *err)
{
	struct json *map = json_take(members, name);

	if (pairs->count == 0) {
		if (map == NULL)
			return 0;
		return json_put(members, name, map, err);
	}
	if (map == NULL && (map = json_new_object()) == NULL)
		return error_memory(err);
	for (size_t i = 0; i < pairs->count; i++) {
		const char *text;
		struct json *value;
		char *key;

		if (option_split(&key, &text, pairs->item[i], option, err) ==
		    -1)
			goto failed;
		if (json_member(map, key) != NULL) {
			error_set(err, ERROR_UNDECIDED, "give it once",
			    "'%.60s' is given twice", key);
			memory_free(key);
			goto failed;
		}
		value = scalar_of(text, numbers, err);
		if (value == NULL || json_put(map, key, value, err) == -1) {
			memory_free(key);
			goto failed;
		}
		memory_free(key);
	}
	return json_put(members, name, map, err);
failed:
	json_free(map);
	return -1;
}

/* Move what `members' does not have yet; of maps such as metrics, though not
 * of references, each name that is not there. */
static int
put_missing(struct json *members, struct json *more, bool maps,
    struct error *err)
{
	while (json_first(more) != NULL) {
		char *name = memory_text(json_name(json_first(more)));
		struct json *value = name == NULL ? NULL
						  : json_take(more, name);
		struct json *own = name == NULL ? NULL
						: json_take(members, name);
		int put = 0;

		if (value == NULL) {
			json_free(own);
			memory_free(name);
			return error_memory(err);
		}
		if (own != NULL && maps && json_type(own) == JSON_OBJECT &&
		    json_type(value) == JSON_OBJECT &&
		    json_member(own, "digest") == NULL)
			put = put_missing(own, value, false, err);
		if (own != NULL)
			json_free(value);
		if (put == -1)
			json_free(own);
		else
			put = json_put(members, name, own != NULL ? own : value,
			    err);
		memory_free(name);
		if (put == -1)
			return -1;
	}
	return 0;
}

int
compose_file(struct json *members, const char *path, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_JSON_LINE);
	struct json *file = NULL;
	int result = -1;

	if (file_read(&text, path, err) == -1)
		goto done;
	if (json_parse(&file, buffer_bytes(&text), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	if (json_type(file) != JSON_OBJECT) {
		error_set(err, ERROR_UNDECIDED, "write {\"metrics\":{…},…}",
		    "%s is not a JSON object", path);
		goto done;
	}
	result = put_missing(members, file, true, err);
done:
	json_free(file);
	buffer_free(&text);
	return result;
}

int
compose_next_version(char **out, struct session_write *session,
    const char *kind, const char *name, struct error *err)
{
	struct index_query query = {
		.before = UINT64_MAX,
		.kind = kind,
		.name = name,
	};
	struct index_list *list = NULL;
	struct index_row row;
	uint64_t highest = 0;
	char text[24];
	bool more = false;

	if (session_hold_numbers(session, err) == -1 ||
	    index_list(&list, appender_store(session->appender), &query, err) ==
		-1)
		return -1;
	for (;;) {
		size_t len;

		if (index_next(list, &row, &more, err) == -1) {
			index_list_free(list);
			return -1;
		}
		if (!more)
			break;
		len = strlen(row.version);
		if (len > 0 && len < 16 &&
		    strspn(row.version, "0123456789") == len &&
		    strtoull(row.version, NULL, 10) > highest)
			highest = strtoull(row.version, NULL, 10);
	}
	index_list_free(list);
	snprintf(text, sizeof text, "%llu", (unsigned long long)highest + 1);
	if ((*out = memory_text(text)) == NULL)
		return error_memory(err);
	return 0;
}

int
compose_measure(struct artefact *out, const char *const paths[], size_t count,
    const struct context *context, const char *store_path, struct error *err)
{
	struct progress progress = progress_begin(context, "hashing", true);
	const char *excluded[2] = { NULL, NULL };
	struct pool *pool = NULL;
	char *own = realpath(store_path, NULL);
	char *slash = own == NULL ? NULL : strrchr(own, '/');
	int result = -1;

	if (slash != NULL && slash != own) {
		*slash = '\0';
		excluded[0] = own;
	}
	if (pool_new(&pool, pool_processors(), err) == 0)
		result = artefact_measure(out, paths, count, excluded, pool,
		    progress_draw, &progress, err);
	progress_end(&progress);
	pool_free(pool);
	free(own);
	return result;
}

static int
reference_of(struct json **out, const char *name, struct digest digest,
    struct error *err)
{
	struct json *made = json_new_object();

	if (made == NULL)
		return error_memory(err);
	if (json_put(made, "name", json_new_text(name), err) == -1 ||
	    json_put(made, "digest", json_new_text(digest_hex(digest).text),
		err) == -1) {
		json_free(made);
		return -1;
	}
	*out = made;
	return 0;
}

/* An entry of that kind by any of its names. */
static int
find_entry(struct json **out, struct reader *reader, const char *kind,
    const char *what, bool *found, struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct error ignored;
	const char *name;
	uint64_t seq;
	int result = -1;

	*found = false;
	/* "credit" is a model where a model is wanted. */
	if (reader_find_of(reader, kind, what, &seq, &ignored) == -1) {
		result = 0;
		goto done;
	}
	if (reader_read(reader, seq, &entry, err) == -1)
		goto done;
	if (strcmp(entry.record.kind->name, kind) != 0) {
		error_set(err, ERROR_UNDECIDED, NULL,
		    "'%.100s' is a %s, not a %s", what, entry.record.kind->name,
		    kind);
		goto done;
	}
	name = json_member_text(json_first(entry.record.subjects), "name");
	*found = true;
	result = reference_of(out, name == NULL ? what : name,
	    entry.record.subject, err);
done:
	reader_entry_free(&entry);
	return result;
}

int
compose_reference(struct json **out, struct session_write *session,
    const struct context *context, const char *kind, const char *what,
    struct error *err)
{
	const char *path = buffer_string(&session->store_path);
	struct reader *reader = NULL;
	int result;

	if (reader_open(&reader, path, err) == -1)
		return -1;
	result =
	    compose_reference_in(out, reader, path, context, kind, what, err);
	reader_close(reader);
	return result;
}

int
compose_reference_in(struct json **out, struct reader *reader,
    const char *store_path, const struct context *context, const char *kind,
    const char *what, struct error *err)
{
	struct artefact artefact;
	struct digest digest;
	bool found;
	int result;

	if (find_entry(out, reader, kind, what, &found, err) == -1)
		return -1;
	if (found)
		return 0;
	if (digest_parse(&digest, bytes_of_text(what)))
		return reference_of(out, what, digest, err);
	if (!file_exists(what))
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch list', or give a path",
		    "there is no %s '%.100s' in the ledger", kind, what);
	if (compose_measure(&artefact, &what, 1, context, store_path, err) ==
	    -1)
		return -1;
	result = reference_of(out, what, artefact.digest, err);
	artefact_free(&artefact);
	return result;
}

int
compose_record(struct session_write *session, const struct context *context,
    const char *kind, struct json *members, const struct digest *artefact,
    const struct bytes attachments[], size_t attachment_count,
    struct error *err)
{
	const struct checkpoint *checkpoint =
	    appender_checkpoint(session->appender);
	struct buffer said = buffer_new(8192);
	struct json *subjects = NULL;
	struct digest leaf;
	uint64_t seq;
	const char *title;
	int result = -1;

	if (record_subjects(&subjects, kind_named(kind), checkpoint->origin,
		members, artefact, err) == -1)
		return -1;
	if (session_record(session, kind, subjects, members, attachments,
		attachment_count, &seq, &leaf, err) == 0) {
		title = json_member_text(json_first(subjects), "name");
		/* An evaluation is about its subject, it is not it. */
		if (kind_named(kind)->subject == SUBJECT_MODEL ||
		    kind_named(kind)->subject == SUBJECT_ABOUT)
			buffer_printf(&said, "%s of ", kind);
		buffer_text(&said, title == NULL ? kind : title);
		session_say_recorded(context, kind, buffer_string(&said), seq,
		    leaf);
		result = 0;
	}
	json_free(subjects);
	buffer_free(&said);
	return result;
}
