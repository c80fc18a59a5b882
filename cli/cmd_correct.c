#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/options.h"

struct correct_options {
	const char *because;
	struct option_list set;
};

static const struct option options[] = {
	{ "because", 0, OPTION_TEXT, offsetof(struct correct_options, because),
	    "TEXT", "why", NULL, true },
	{ "set", 's', OPTION_LIST, offsetof(struct correct_options, set),
	    "PATH=VALUE",
	    "a member to be changed, as licence=CC0-1.0 or "
	    "metrics.auc=0.83; an empty value removes it",
	    NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static bool
is_head(const char *name)
{
	static const char *const head[] = { "ledger", "made", "nonce", "after",
		"supersedes" };

	for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
		if (strcmp(head[i], name) == 0)
			return true;
	}
	return false;
}

/* The members of a record without those that are the record's own. */
static int
copy_members(struct json **out, const struct json *predicate, struct error *err)
{
	struct json *members = json_new_object();

	if (members == NULL)
		return error_memory(err);
	for (const struct json *m = json_first(predicate); m != NULL;
	     m = json_next(m)) {
		if (is_head(json_name(m)))
			continue;
		if (json_put(members, json_name(m), json_copy(m), err) == -1) {
			json_free(members);
			return -1;
		}
	}
	*out = members;
	return 0;
}

/* The value as typed: JSON if it is, else a text. */
static struct json *
value_of(const char *text)
{
	struct json *value = NULL;
	struct error ignored;

	if (json_parse(&value, bytes_of_text(text), &ignored) == 0)
		return value;
	return json_new_text(text);
}

/* Change the member at a path of names; `object' is changed in place. */
static int
set_member(struct json *object, const char *path, const char *text,
    struct error *err)
{
	const char *dot = strchr(path, '.');
	struct json *child;
	char *name;
	int result;

	if (json_member(object, path) != NULL)
		dot = NULL;
	name = memory_text_of(bytes_of(path,
	    dot == NULL ? strlen(path) : (size_t)(dot - path)));
	if (name == NULL)
		return error_memory(err);
	child = json_take(object, name);
	if (dot != NULL) {
		if (child == NULL)
			child = json_new_object();
		if (child != NULL && json_type(child) != JSON_OBJECT) {
			result = error_set(err, ERROR_UNDECIDED,
			    "give the whole value, or a file",
			    "'%.100s' has no members", name);
			json_free(child);
			memory_free(name);
			return result;
		}
		result = child == NULL ? error_memory(err)
				       : set_member(child, dot + 1, text, err);
		if (result == -1) {
			json_free(child);
			memory_free(name);
			return -1;
		}
		result = json_put(object, name, child, err);
	} else {
		json_free(child);
		result = *text == '\0'
		    ? 0
		    : json_put(object, name, value_of(text), err);
	}
	memory_free(name);
	return result;
}

static int
apply_sets(struct json *members, const struct option_list *set,
    struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		const char *value;
		char *path;
		int result;

		if (option_split(&path, &value, set->item[i], "set", err) == -1)
			return -1;
		result = set_member(members, path, value, err);
		memory_free(path);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* Let the person edit the members in $EDITOR. */
static int
edit(struct json **members, struct error *err)
{
	const char *editor = getenv("VISUAL");
	struct buffer text = buffer_new(LIMIT_JSON_LINE);
	char path[] = "/tmp/vouch-correct.XXXXXX";
	struct json *edited = NULL;
	int descriptor, status = -1;
	int result = -1;
	pid_t child;

	if (editor == NULL)
		editor = getenv("EDITOR");
	if (editor == NULL || isatty(STDIN_FILENO) != 1)
		return error_set(err, ERROR_UNDECIDED,
		    "use --set NAME=VALUE or give a file",
		    "it is not said what to correct");
	json_write_pretty(&text, *members);
	buffer_byte(&text, '\n');
	if ((descriptor = mkstemp(path)) == -1)
		return error_errno(err, "cannot make a temporary file");
	close(descriptor);
	if (buffer_check(&text, "record", err) == -1 ||
	    file_write(path, buffer_bytes(&text), 0600, err) == -1)
		goto done;
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path,
		    (char *)NULL);
		_exit(127);
	}
	if (child == -1 || waitpid(child, &status, 0) == -1 || status != 0) {
		error_set(err, ERROR_UNDECIDED, "set EDITOR",
		    "the editor did not end well; nothing was recorded");
		goto done;
	}
	if ((edited = json_new_object()) == NULL) {
		error_memory(err);
		goto done;
	}
	if (compose_file(edited, path, err) == -1)
		goto done;
	json_free(*members);
	*members = edited;
	edited = NULL;
	result = 0;
done:
	json_free(edited);
	unlink(path);
	buffer_free(&text);
	return result;
}

static int
put_supersedes(struct json *members, struct digest leaf, const char *because,
    struct error *err)
{
	struct json *made = json_new_object();

	if (made == NULL)
		return error_memory(err);
	if (json_put(made, "entry", json_new_text(digest_hex(leaf).text),
		err) == -1 ||
	    json_put(made, "because", json_new_text(because), err) == -1) {
		json_free(made);
		return -1;
	}
	return json_put(members, "supersedes", made, err);
}

/* Whether a path leads into what is the record's own, which is not copied. */
static bool
is_in_head(const char *path)
{
	char name[20];

	(void)snprintf(name, sizeof name, "%.*s", (int)strcspn(path, ".["),
	    path);
	return is_head(name);
}

/* A value that is not there any more is not copied either. */
static int
drop_gone(struct json *members, const struct revealed *revealed,
    struct error *err)
{
	for (size_t i = 0; i < revealed->count; i++) {
		const struct revealed_field *field = &revealed->item[i];
		const struct json *value, *parent;

		if (field->state == FIELD_SHOWN || is_in_head(field->path))
			continue;
		if (sealed_find(&value, &parent, members, field->path, err) ==
		    -1)
			return -1;
		if (json_type(parent) != JSON_OBJECT)
			return error_set(err, ERROR_UNDECIDED,
			    "give the whole record in a file",
			    "%.200s is not there any more", field->path);
		json_free(json_take((struct json *)(uintptr_t)parent,
		    json_name(value)));
	}
	return 0;
}

/* What was sealed is sealed again, with salts of its own. */
static int
keep_sealed(struct session_write *session, const struct revealed *revealed,
    const char ***paths, struct error *err)
{
	*paths = memory_new(revealed->count + 1, sizeof **paths);
	if (*paths == NULL)
		return error_memory(err);
	for (size_t i = 0; i < revealed->count; i++)
		(*paths)[i] = revealed->item[i].path;
	session->also = *paths;
	session->also_count = revealed->count;
	return 0;
}

static int
correct(struct session_write *session, struct context *context,
    const struct correct_options *given, const struct reader_entry *entry,
    const char *file, struct error *err)
{
	struct json *members = NULL;
	const char **paths = NULL;
	int result = -1;

	if (file != NULL) {
		if ((members = json_new_object()) == NULL)
			return error_memory(err);
		if (compose_file(members, file, err) == -1)
			goto done;
	} else if (copy_members(&members, entry->record.predicate, err) == -1 ||
	    drop_gone(members, &entry->revealed, err) == -1) {
		goto done;
	}
	if (keep_sealed(session, &entry->revealed, &paths, err) == -1 ||
	    apply_sets(members, &given->set, err) == -1)
		goto done;
	if (file == NULL && given->set.count == 0 && edit(&members, err) == -1)
		goto done;
	if (put_supersedes(members, entry->leaf, given->because, err) == -1)
		goto done;
	result = compose_record(session, context, entry->record.kind->name,
	    members, &entry->record.subject, NULL, 0, err);
done:
	session->also_count = 0;
	memory_free(paths);
	json_free(members);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct reader *reader = NULL;
	struct session_write session;
	struct index_row row;
	uint64_t seq;
	int result = -1;

	if (session_read(&reader, context, err) == -1)
		return -1;
	if (reader_find(reader, operands.item[0], &seq, err) == -1 ||
	    reader_read(reader, seq, &entry, err) == -1)
		goto done;
	if (entry.record.kind->authority) {
		error_set(err, ERROR_UNDECIDED,
		    entry.record.kind->subject == SUBJECT_IDENTITY
			? "add it again under its name, or withdraw it"
			: "revoke or rotate the key instead",
		    "a %s record cannot be corrected", entry.record.kind->name);
		goto done;
	}
	if (index_row_at(reader_store(reader), seq, reader_size(reader), &row,
		err) == -1)
		goto done;
	if (row.superseded) {
		char remedy[80];

		snprintf(remedy, sizeof remedy, "correct entry %llu instead",
		    (unsigned long long)row.superseded_by);
		error_set(err, ERROR_UNDECIDED, remedy,
		    "entry %llu is superseded already",
		    (unsigned long long)seq);
		goto done;
	}
	reader_close(reader);
	reader = NULL;
	if (session_write(&session, context, err) == 0) {
		result = correct(&session, context, given, &entry,
		    operands.count == 2 ? operands.item[1] : NULL, err);
		session_write_end(&session);
	}
done:
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch correct dataset/data --because 'wrong licence' "
	"--set licence=CC-BY-4.0",
	NULL,
};

const struct command cmd_correct = {
	.name = "correct",
	.group = "Record",
	.summary = "record a new version of an entry that was wrong",
	.operands = "ENTRY [FILE.json]",
	.least = 1,
	.most = 2,
	.options = options,
	.options_size = sizeof(struct correct_options),
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "Nothing in a ledger is ever changed. A correction is a new entry "
	    "of the same kind that names the old one and says why; the old "
	    "one stays, and is shown struck.\n\n"
	    "What is different is given with --set, or as the whole record's "
	    "members in FILE, or in the editor that EDITOR names.",
	.examples = examples,
};
