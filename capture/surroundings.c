/* surroundings.c: the interpreter and the machine of a run. */
#include "capture/surroundings.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/pool.h"
#include "capture/name_internal.h"
#include "capture/process.h"
#include "capture/surroundings_internal.h"

#define VERSION_MS 5000
#define PATH_CEILING (64 * 1024)

/* Programs that run others' code and say their version with --version. */
static const struct interpreter {
	const char *begins; /* What the file's name begins with. */
	const char *name;
} interpreters[] = {
	{ "python", "python" },
	{ "pypy", "pypy" },
	{ "Rscript", "R" },
	{ "R", "R" },
	{ "julia", "julia" },
	{ "node", "node" },
	{ "deno", "deno" },
	{ "bun", "bun" },
	{ "ruby", "ruby" },
	{ "perl", "perl" },
	{ "java", "java" },
	{ "octave", "octave" },
	{ "lua", "lua" },
};

/* Files that say which packages, the most exact first. */
static const char *const lock_names[] = {
	"uv.lock",
	"poetry.lock",
	"Pipfile.lock",
	"requirements.txt",
	"environment.yml",
	"conda-lock.yml",
	"renv.lock",
	"Manifest.toml",
	"package-lock.json",
};
#define LOCK_NAMES (sizeof(lock_names) / sizeof(lock_names[0]))

/* ---- interpreter ---- */

/* python, python3, python3.11, but not pythonic. */
static bool
is_version_of(const char *file, const char *begins)
{
	size_t len = strlen(begins);

	return strncmp(file, begins, len) == 0 &&
	    strspn(file + len, "0123456789.") == strlen(file + len);
}

static const struct interpreter *
interpreter_of(const char *command)
{
	const char *slash = strrchr(command, '/');
	const char *file = slash == NULL ? command : slash + 1;

	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]);
	     i++)
		if (is_version_of(file, interpreters[i].begins))
			return &interpreters[i];
	return NULL;
}

static bool
is_version_end(char c)
{
	return !isalnum((unsigned char)c) && strchr(".+-_~", c) == NULL;
}

/*
 * The first word of the text that looks like 3.11.2, after a v or not; else
 * the first that begins with a digit.  *len is 0 if there is none.
 */
static const char *
version_find(const char *text, size_t *len)
{
	const char *found = text;

	*len = 0;
	while (*text != '\0') {
		size_t word = 0, dot;
		const char *at;

		while (text[word] != '\0' && !is_version_end(text[word]))
			word++;
		at = text + (*text == 'v' && word > 1);
		dot = strspn(at, "0123456789");
		if (isdigit((unsigned char)*at) &&
		    (at[dot] == '.' || *len == 0)) {
			found = at;
			*len = word - (size_t)(at - text);
			if (at[dot] == '.')
				break;
		}
		text += word + (text[word] != '\0');
	}
	return found;
}

/* The file that a command is, as execvp(3) finds it; "" if none. */
static int
command_path(struct buffer *out, const char *command, const char *folder,
    struct error *err)
{
	const char *path = getenv("PATH");
	struct stat status;

	buffer_clear(out);
	if (strchr(command, '/') != NULL) {
		if (*command != '/') {
			buffer_text(out, folder);
			buffer_byte(out, '/');
		}
		buffer_text(out, command);
		return buffer_check(out, "path", err);
	}
	if (path == NULL)
		path = "/bin:/usr/bin";
	for (;;) {
		size_t len = strcspn(path, ":");

		buffer_clear(out);
		buffer_append(out,
		    len == 0 ? bytes_of_text(".") : bytes_of(path, len));
		buffer_byte(out, '/');
		buffer_text(out, command);
		if (buffer_check(out, "path", err) == -1)
			return -1;
		if (stat(buffer_string(out), &status) == 0 &&
		    S_ISREG(status.st_mode) &&
		    access(buffer_string(out), X_OK) == 0)
			return 0;
		if (path[len] == '\0')
			break;
		path += len + 1;
	}
	buffer_clear(out);
	return 0;
}

static int
put_real_path(struct json *object, const char *command, const char *folder,
    struct error *err)
{
	struct buffer path = buffer_new(PATH_CEILING);
	char *real = NULL;
	int result = -1;

	if (command_path(&path, command, folder, err) == -1)
		goto done;
	if (path.len > 0)
		real = realpath(buffer_string(&path), NULL);
	if (path.len > 0 && real == NULL && errno == ENOMEM)
		error_memory(err);
	else
		result = real == NULL
		    ? 0
		    : json_put(object, "path", name_json(bytes_of_text(real)),
			  err);
done:
	free(real);
	buffer_free(&path);
	return result;
}

static int
put_version(struct json *object, char *command, const char *folder,
    struct error *err)
{
	char option[] = "--version";
	char *argv[] = { command, option, NULL };
	struct buffer said = buffer_new(4096);
	const char *version;
	int status, result = -1;
	size_t len;

	if (process_collect(&said, &status, argv, folder, VERSION_MS, err) ==
	    -1)
		goto done;
	version = version_find(buffer_string(&said), &len);
	result = status != 0 || len == 0
	    ? 0
	    : json_put(object, "version", name_json(bytes_of(version, len)),
		  err);
done:
	buffer_free(&said);
	return result;
}

static int
put_interpreter(struct json *members, char *const argv[], const char *folder,
    struct error *err)
{
	const struct interpreter *found =
	    argv[0] == NULL ? NULL : interpreter_of(argv[0]);
	struct json *object;

	if (found == NULL)
		return 0;
	object = json_new_object();
	if (json_put(object, "name", json_new_text(found->name), err) == -1 ||
	    put_version(object, argv[0], folder, err) == -1 ||
	    put_real_path(object, argv[0], folder, err) == -1) {
		json_free(object);
		return -1;
	}
	return json_put(members, "interpreter", object, err);
}

/* ---- lock ---- */

/* How many folders up the repository's top is; 0 if there is none. */
static int
levels_to_top(int *out, const char *folder, struct error *err)
{
	char *real = realpath(folder, NULL), *slash;
	struct buffer mark = buffer_new(PATH_CEILING);
	int result = -1;

	*out = 0;
	if (real == NULL)
		return error_errno(err, "cannot find the folder `%s'", folder);
	for (int level = 0;; level++) {
		buffer_clear(&mark);
		buffer_printf(&mark, "%s/.git", real);
		if (buffer_check(&mark, "path", err) == -1)
			goto done;
		if (file_exists(buffer_string(&mark))) {
			*out = level;
			break;
		}
		slash = strrchr(real, '/');
		if (slash == NULL || *real == '\0')
			break;
		*slash = '\0';
	}
	result = 0;
done:
	buffer_free(&mark);
	free(real);
	return result;
}

/* Put the lock file that is so many levels above the folder, if any. */
static int
put_lock_at(bool *found, struct json *members, const char *folder, int level,
    const char *name, struct error *err)
{
	struct buffer path = buffer_new(PATH_CEILING);
	size_t shown = strlen(folder) + 1;
	struct json *object = NULL;
	struct digest digest;
	uint64_t size;
	int result = -1;

	buffer_printf(&path, "%s/", folder);
	for (int i = 0; i < level; i++)
		buffer_text(&path, "../");
	buffer_text(&path, name);
	if (buffer_check(&path, "path", err) == -1)
		goto done;
	*found = file_digest(&digest, &size, buffer_string(&path), NULL, NULL,
		     err) == 0;
	if (!*found) {
		if (may_be_left_aside(buffer_string(&path), err))
			result = 0;
		goto done;
	}
	object = json_new_object();
	if (json_put(object, "path",
		name_json(bytes_of_text(buffer_string(&path) + shown)),
		err) == -1 ||
	    json_put(object, "digest", json_new_text(digest_hex(digest).text),
		err) == -1)
		goto done;
	result = json_put(members, "lock", object, err);
	object = NULL;
done:
	json_free(object);
	buffer_free(&path);
	return result;
}

static int
put_lock(struct json *members, const char *folder, struct error *err)
{
	bool found = false;
	int levels;

	if (levels_to_top(&levels, folder, err) == -1)
		return -1;
	for (int level = 0; level <= levels; level++)
		for (size_t i = 0; i < LOCK_NAMES; i++) {
			if (put_lock_at(&found, members, folder, level,
				lock_names[i], err) == -1)
				return -1;
			if (found)
				return 0;
		}
	return 0;
}

/* ---- the machine ---- */

/* Append PRETTY_NAME of os-release(5), without its quotes; or nothing. */
static void
distribution_write(struct buffer *out, const char *text)
{
	static const char key[] = "PRETTY_NAME=";
	const char *at = text, *end;

	while (at != NULL && strncmp(at, key, strlen(key)) != 0) {
		at = strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	if (at == NULL)
		return;
	at += strlen(key);
	at += *at == '"' || *at == '\'';
	end = at + strcspn(at, "\"'\n");
	if (end > at) {
		buffer_text(out, ", ");
		buffer_append(out, bytes_of(at, (size_t)(end - at)));
	}
}

/* Append what os-release(5) calls the distribution, if there is one. */
static int
distribution_read(struct buffer *out, struct error *err)
{
	static const char *const paths[] = {
		"/etc/os-release",
		"/usr/lib/os-release",
	};
	struct buffer release = buffer_new(16 * 1024);
	int result = -1;

	for (size_t i = 0; i < 2; i++) {
		buffer_clear(&release);
		if (file_read(&release, paths[i], err) == 0)
			break;
		if (!may_be_left_aside(paths[i], err))
			goto done;
		buffer_clear(&release);
	}
	distribution_write(out, buffer_string(&release));
	result = 0;
done:
	buffer_free(&release);
	return result;
}

static int
put_system(struct json *members, struct error *err)
{
	struct buffer text = buffer_new(32 * 1024);
	struct utsname name;
	int result = -1;

	if (uname(&name) == -1) {
		error_errno(err, "cannot ask for the system's name");
		goto done;
	}
	buffer_printf(&text, "%s %s %s", name.sysname, name.release,
	    name.machine);
	if (distribution_read(&text, err) == -1)
		goto done;
	if (buffer_check(&text, "system", err) == 0)
		result = json_put(members, "system",
		    name_json(buffer_bytes(&text)), err);
done:
	buffer_free(&text);
	return result;
}

static int
put_machine(struct json *members, struct error *err)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	if (json_put(members, "cores",
		json_new_integer((int64_t)pool_processors()), err) == -1)
		return -1;
	return pages <= 0 || size <= 0
	    ? 0
	    : json_put(members, "memory_bytes",
		  json_new_integer((int64_t)pages * size), err);
}

int
surroundings_environment(struct json **out, char *const argv[],
    const char *folder, const char *version, struct error *err)
{
	struct json *made = json_new_object();
	int result = -1;

	if (made == NULL)
		return error_memory(err);
	if (put_system(made, err) == -1 ||
	    put_interpreter(made, argv, folder, err) == -1 ||
	    put_lock(made, folder, err) == -1 ||
	    json_put(made, "vouch", json_new_text(version), err) == -1 ||
	    put_machine(made, err) == -1)
		goto done;
	*out = made;
	made = NULL;
	result = 0;
done:
	json_free(made);
	return result;
}
