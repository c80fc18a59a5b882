#include "capture/model_signing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "capture/name_internal.h"

#define STATEMENT "https://in-toto.io/Statement/v1"
#define PREDICATE "https://model_signing/signature/v1.0"
#define PREDICATE_BEFORE "https://model_signing/Digests/v0.1"
#define NAME_MAX_BYTES ((size_t)64 * 1024)

void
model_signing_free(struct model_signing *statement)
{
	if (statement == NULL)
		return;
	for (size_t i = 0; i < statement->file_count; i++) {
		memory_free(statement->file[i].name);
		memory_free(statement->file[i].path);
	}
	for (size_t i = 0; i < statement->ignored_count; i++)
		memory_free(statement->ignored[i]);
	memory_free(statement->file);
	memory_free(statement->ignored);
	memory_free(statement->passed);
	memory_free(statement->name);
	*statement = (struct model_signing){ 0 };
}

static int
malformed(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED, NULL,
	    "not a statement of a model's signature: %s", what);
}

static int
cannot_check(struct error *err, const char *what, const char *which)
{
	return error_set(err, ERROR_UNDECIDED,
	    "check it with the program that made it",
	    "%s '%.60s' cannot be checked here", what, which);
}

/* ---- names ---- */

/* Relative, with '/' between names that are neither empty, "." nor "..". */
static bool
is_path(const char *name)
{
	do {
		size_t len = strcspn(name, "/");

		if (len == 0 || (len == 1 && name[0] == '.') ||
		    (len == 2 && name[0] == '.' && name[1] == '.'))
			return false;
		name += len;
	} while (*name++ == '/');
	return true;
}

/* A name as a manifest spells it; owned. */
static int
spell(char **out, struct bytes name, struct error *err)
{
	struct buffer spelt = buffer_new(NAME_MAX_BYTES);
	int result = -1;

	name_append(&spelt, name, "");
	if (buffer_check(&spelt, "name", err) == -1)
		goto done;
	*out = memory_text(buffer_string(&spelt));
	result = *out == NULL ? error_memory(err) : 0;
done:
	buffer_free(&spelt);
	return result;
}

/* Whether a path is another, or below it. */
static bool
is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strcmp(folder, ".") == 0 ||
	    (strncmp(path, folder, len) == 0 &&
		(path[len] == '\0' || path[len] == '/'));
}

/* Which of the ignored paths it is within, or SIZE_MAX. */
static size_t
ignored_by(const struct model_signing *said, const char *path)
{
	for (size_t i = 0; i < said->ignored_count; i++)
		if (is_within(path, said->ignored[i]))
			return i;
	return SIZE_MAX;
}

/* ---- reading ---- */

int
model_signing_ignore(struct model_signing *statement, struct bytes path,
    struct error *err)
{
	size_t count = statement->ignored_count;
	size_t room = count, passed_room = count;
	char **grown;
	size_t *passed;

	/* "./x/" is x. */
	while (bytes_begin(path, "./") && path.len > 2)
		path = bytes_after(path, 2);
	while (path.len > 1 && path.data[path.len - 1] == '/')
		path.len--;
	grown =
	    memory_grow(statement->ignored, &room, count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	statement->ignored = grown;
	passed = memory_grow(statement->passed, &passed_room, count + 1,
	    sizeof *passed);
	if (passed == NULL)
		return error_memory(err);
	statement->passed = passed;
	passed[count] = 0;
	if (spell(&grown[count], path, err) == -1)
		return -1;
	statement->ignored_count++;
	return 0;
}

static int
take_ignored(struct model_signing *out, const struct json *list,
    struct error *err)
{
	const struct json *path;

	if (list == NULL)
		return 0;
	if (json_type(list) != JSON_LIST ||
	    json_count(list) > LIMIT_MODEL_IGNORED)
		return malformed(err, "ignore_paths is not a list of paths");
	for (path = json_first(list); path != NULL; path = json_next(path)) {
		if (json_text(path) == NULL || json_text(path)[0] == '\0')
			return malformed(err,
			    "ignore_paths is not a list of paths");
		if (model_signing_ignore(out, bytes_of_text(json_text(path)),
			err) == -1)
			return -1;
	}
	return 0;
}

static int
take_serialization(struct model_signing *out, const struct json *how,
    struct error *err)
{
	const char *method = json_member_text(how, "method");
	const char *hash = json_member_text(how, "hash_type");
	const struct json *links = json_member(how, "allow_symlinks");

	if (method == NULL || hash == NULL ||
	    (links != NULL && json_type(links) != JSON_BOOL))
		return malformed(err,
		    "its serialization has no method, hash_type and "
		    "allow_symlinks");
	if (strcmp(method, "files") != 0)
		return cannot_check(err, "a model hashed by the method",
		    method);
	if (strcmp(hash, "sha256") != 0)
		return cannot_check(err, "a model hashed with", hash);
	out->links = json_bool(links);
	return take_ignored(out, json_member(how, "ignore_paths"), err);
}

static int
take_resource(struct model_signing_file *out, const struct json *resource,
    struct digest_stream *all, struct error *err)
{
	const char *name = json_member_text(resource, "name");
	const char *algorithm = json_member_text(resource, "algorithm");
	const char *digest = json_member_text(resource, "digest");

	if (name == NULL || algorithm == NULL || digest == NULL)
		return malformed(err,
		    "a resource has no name, algorithm and digest");
	if (strcmp(algorithm, "sha256") != 0)
		return cannot_check(err, "a file hashed with", algorithm);
	if (!digest_parse(&out->digest, bytes_of_text(digest)))
		return malformed(err, "a digest is not 64 characters of hex");
	if (strcmp(name, ".") != 0 && !is_path(name))
		return malformed(err,
		    "a resource's name is no path within the model");
	digest_add(all, digest_bytes(&out->digest));
	out->name = memory_text(name);
	if (out->name == NULL)
		return error_memory(err);
	return spell(&out->path, bytes_of_text(name), err);
}

static int
path_order(const void *a, const void *b)
{
	const struct model_signing_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Each file is signed once, and none that is ignored too. */
static int
check_files(const struct model_signing *said, struct error *err)
{
	if (said->file_count == 0)
		return error_set(err, ERROR_NO, NULL, "it signs no file");
	for (size_t i = 0; i < said->file_count; i++) {
		const char *path = said->file[i].path;

		if (i > 0 && strcmp(path, said->file[i - 1].path) == 0)
			return malformed(err, "it signs a file twice");
		if (said->file_count > 1 && strcmp(path, ".") == 0)
			return malformed(err,
			    "it signs a single file beside others");
		if (ignored_by(said, path) != SIZE_MAX)
			return error_set(err, ERROR_NO, NULL,
			    "it signs `%.200s' and ignores it", path);
	}
	return 0;
}

static int
take_resources(struct model_signing *out, const struct json *list,
    const char *root, struct error *err)
{
	const struct json *resource;
	struct digest_stream all;
	size_t count = json_count(list);

	if (list == NULL || json_type(list) != JSON_LIST)
		return malformed(err, "it has no resources");
	out->file = memory_new(count + 1, sizeof *out->file);
	if (out->file == NULL)
		return error_memory(err);
	digest_begin(&all);
	for (resource = json_first(list); resource != NULL;
	     resource = json_next(resource)) {
		/* Counted first, so that half a one is freed. */
		struct model_signing_file *file = &out->file[out->file_count++];

		if (take_resource(file, resource, &all, err) == -1)
			return error_within(err, "resource %zu",
			    out->file_count);
	}
	if (strcmp(digest_hex(digest_end(&all)).text, root) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "its root digest is not that of the files it lists");
	if (count > 1)
		qsort(out->file, count, sizeof *out->file, path_order);
	return check_files(out, err);
}

static int
expect_type(const struct json *root, struct error *err)
{
	const char *type = json_member_text(root, "_type");
	const char *predicate = json_member_text(root, "predicateType");

	if (type == NULL || strcmp(type, STATEMENT) != 0)
		return malformed(err, "its type is not " STATEMENT);
	if (predicate == NULL)
		return malformed(err, "it has no predicateType");
	if (strcmp(predicate, PREDICATE_BEFORE) == 0)
		return cannot_check(err,
		    "a signature of before version 1.0, with the predicate",
		    predicate);
	if (strcmp(predicate, PREDICATE) != 0)
		return malformed(err, "its predicate is not " PREDICATE);
	return 0;
}

static int
take_statement(struct model_signing *out, const struct json *root,
    struct error *err)
{
	const struct json *subjects = json_member(root, "subject");
	const struct json *subject = json_first(subjects);
	const struct json *predicate = json_member(root, "predicate");
	const char *name = json_member_text(subject, "name");
	const char *digest =
	    json_member_text(json_member(subject, "digest"), "sha256");

	if (expect_type(root, err) == -1)
		return -1;
	if (json_type(subjects == NULL ? root : subjects) != JSON_LIST ||
	    json_count(subjects) != 1 || digest == NULL)
		return malformed(err, "it has not one subject with a sha256");
	out->name = memory_text(name == NULL ? "" : name);
	if (out->name == NULL)
		return error_memory(err);
	if (take_serialization(out, json_member(predicate, "serialization"),
		err) == -1)
		return -1;
	return take_resources(out, json_member(predicate, "resources"), digest,
	    err);
}

int
model_signing_parse(struct model_signing *out, struct bytes statement,
    struct error *err)
{
	struct model_signing read = { 0 };
	struct json *root = NULL;
	int result = -1;

	if (json_parse(&root, statement, err) == -1)
		return -1;
	if (take_statement(&read, root, err) == 0) {
		*out = read;
		read = (struct model_signing){ 0 };
		result = 0;
	}
	model_signing_free(&read);
	json_free(root);
	return result;
}

/* ---- manifests ---- */

/* A line of a manifest; path points into it. */
struct line {
	struct bytes whole;
	struct digest digest;
	bool link;
	char *path; /* Owned. */
};

/* "HEX  SIZE  PATH\n" or "link:TARGET  0  PATH\n"; false if it is neither. */
static bool
line_fields(struct line *out, struct bytes *path, struct bytes text)
{
	const char *gap;

	out->whole = text;
	gap = memmem(text.data, text.len, "  ", 2);
	if (gap == NULL)
		return false;
	out->link = bytes_begin(text, "link:");
	if (!out->link &&
	    !digest_parse(&out->digest,
		bytes_of(text.data,
		    (size_t)((const uint8_t *)gap - text.data))))
		return false;
	*path =
	    bytes_after(text, (size_t)((const uint8_t *)gap - text.data) + 2);
	gap = memmem(path->data, path->len, "  ", 2);
	if (gap == NULL)
		return false;
	*path =
	    bytes_after(*path, (size_t)((const uint8_t *)gap - path->data) + 2);
	return path->len > 0;
}

/* Take the next line off. */
static bool
next_line(struct bytes *line, struct bytes *rest)
{
	const uint8_t *end =
	    rest->len == 0 ? NULL : memchr(rest->data, '\n', rest->len);

	if (end == NULL)
		return false;
	*line = bytes_of(rest->data, (size_t)(end - rest->data));
	*rest = bytes_after(*rest, line->len + 1);
	return true;
}

static int
line_order(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void
lines_free(struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		memory_free(lines[i].path);
	memory_free(lines);
}

/* All lines, by path. */
static int
lines_of(struct line **out, size_t *count, struct bytes manifest,
    struct error *err)
{
	struct line *lines = NULL, *grown;
	size_t capacity = 0, found = 0;
	struct bytes text, path;

	while (next_line(&text, &manifest)) {
		grown = memory_grow(lines, &capacity, found + 1, sizeof *grown);
		if (grown == NULL) {
			error_memory(err);
			goto failed;
		}
		lines = grown;
		if (!line_fields(&lines[found], &path, text)) {
			malformed(err, "the folder's list has another line");
			goto failed;
		}
		lines[found].path = memory_text_of(path);
		if (lines[found].path == NULL) {
			error_memory(err);
			goto failed;
		}
		found++;
	}
	if (found > 1)
		qsort(lines, found, sizeof *lines, line_order);
	*out = lines;
	*count = found;
	return 0;
failed:
	lines_free(lines, found);
	return -1;
}

void
model_signing_filter(struct buffer *out, const struct model_signing *said,
    const struct buffer *manifest)
{
	struct bytes rest = buffer_bytes(manifest), text, path;
	struct line line;

	while (next_line(&text, &rest)) {
		char *name = NULL;

		if (line_fields(&line, &path, text))
			name = memory_text_of(path);
		if (name == NULL || ignored_by(said, name) == SIZE_MAX) {
			buffer_append(out, text);
			buffer_byte(out, '\n');
		}
		memory_free(name);
	}
}

/* ---- comparing ---- */

struct comparison {
	struct json *findings;
	struct model_signing *said;
	const char *folder;
	struct error *err;
};

static int
find(const struct comparison *comparison, const char *path, const char *what)
{
	struct json *finding = json_new_object();

	if (finding == NULL)
		return error_memory(comparison->err);
	if (json_put(finding, "path", json_new_text(path), comparison->err) ==
		-1 ||
	    json_put(finding, "what", json_new_text(what), comparison->err) ==
		-1) {
		json_free(finding);
		return -1;
	}
	return json_push(comparison->findings, finding, comparison->err);
}

static int
compare_digests(const struct comparison *comparison,
    const struct model_signing_file *file, struct digest here)
{
	char what[200];

	if (digest_equal(file->digest, here))
		return 0;
	(void)snprintf(what, sizeof what,
	    "is not the file that was signed: its SHA-256 is %.16s…, signed "
	    "is %.16s…",
	    digest_hex(here).text, digest_hex(file->digest).text);
	return find(comparison, file->path, what);
}

/* A link that stands for the file it leads to. */
static int
compare_linked(const struct comparison *comparison,
    const struct model_signing_file *file)
{
	struct buffer path = buffer_new(NAME_MAX_BYTES);
	struct error why;
	struct digest digest;
	uint64_t size;
	int result = -1;

	if (file_join(&path, comparison->folder, file->name, comparison->err) ==
	    -1)
		goto done;
	if (file_digest(&digest, &size, buffer_string(&path), NULL, NULL,
		&why) == 0) {
		result = compare_digests(comparison, file, digest);
	} else if (why.class == ERROR_UNDECIDED) {
		result = find(comparison, file->path,
		    "is a symbolic link that leads to no file");
	} else {
		*comparison->err = why;
	}
done:
	buffer_free(&path);
	return result;
}

/* Whether a link leads to a folder below the one that is compared, whose
 * files are compared themselves. */
static bool
leads_within(const struct comparison *comparison, const struct line *line)
{
	struct buffer path = buffer_new(NAME_MAX_BYTES);
	char *top = realpath(comparison->folder, NULL), *end = NULL;
	struct error ignored;
	bool within = false;

	if (top != NULL &&
	    file_join(&path, comparison->folder, line->path, &ignored) == 0)
		end = realpath(buffer_string(&path), NULL);
	if (end != NULL && file_is_folder(end))
		within = strcmp(top, end) == 0 ||
		    (strncmp(top, end, strlen(top)) == 0 &&
			end[strlen(top)] == '/' &&
			ignored_by(comparison->said, end + strlen(top) + 1) ==
			    SIZE_MAX);
	free(top);
	free(end);
	buffer_free(&path);
	return within;
}

/* Something that is there and not signed. */
static int
compare_unsigned(const struct comparison *comparison, const struct line *line)
{
	if (!line->link)
		return find(comparison, line->path, "is not signed");
	if (comparison->folder == NULL)
		return 0;
	if (!comparison->said->links)
		return find(comparison, line->path,
		    "is a symbolic link, and the signature allows none");
	return leads_within(comparison, line)
	    ? 0
	    : find(comparison, line->path,
		  "is a symbolic link to what is not signed");
}

/* Something that is there and signed. */
static int
compare_signed(const struct comparison *comparison, const struct line *line,
    const struct model_signing_file *file)
{
	if (!line->link)
		return compare_digests(comparison, file, line->digest);
	if (!comparison->said->links)
		return find(comparison, line->path,
		    "is a symbolic link, and the signature allows none");
	return comparison->folder == NULL ? 0
					  : compare_linked(comparison, file);
}

/* Both lists are by path. */
static int
compare_lists(const struct comparison *comparison, const struct line *lines,
    size_t count)
{
	struct model_signing *said = comparison->said;
	size_t i = 0, j = 0;

	while (i < count || j < said->file_count) {
		int order = i == count ? 1
		    : j == said->file_count
		    ? -1
		    : strcmp(lines[i].path, said->file[j].path);
		size_t passed = order < 0 ? ignored_by(said, lines[i].path)
					  : SIZE_MAX;
		int result;

		if (passed != SIZE_MAX) {
			said->passed[passed]++;
			i++;
			continue;
		}
		if (order < 0)
			result = compare_unsigned(comparison, &lines[i]);
		else if (order > 0)
			result = find(comparison, said->file[j].path,
			    "was signed and is missing");
		else
			result = compare_signed(comparison, &lines[i],
			    &said->file[j]);
		if (result == -1)
			return -1;
		i += order <= 0;
		j += order >= 0;
	}
	return 0;
}

int
model_signing_compare(struct json *findings, struct model_signing *said,
    const struct buffer *manifest, struct digest digest, const char *folder,
    struct error *err)
{
	struct comparison comparison = { findings, said, folder, err };
	bool single = said->file_count == 1 &&
	    strcmp(said->file[0].path, ".") == 0;
	struct line *lines = NULL;
	size_t count = 0;
	int result;

	if (manifest == NULL && single)
		return compare_digests(&comparison, &said->file[0], digest);
	if (manifest == NULL || single)
		return find(&comparison, ".",
		    single ? "is a folder; a single file was signed"
			   : "is a file; a folder was signed");
	if (lines_of(&lines, &count, buffer_bytes(manifest), err) == -1)
		return -1;
	for (size_t i = 0; i < said->ignored_count; i++)
		said->passed[i] = 0;
	result = compare_lists(&comparison, lines, count);
	lines_free(lines, count);
	return result;
}
