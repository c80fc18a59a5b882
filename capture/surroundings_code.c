/* surroundings_code.c: where the code of a run stands, as git knows it. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "capture/name_internal.h"
#include "capture/process_internal.h"
#include "capture/process.h"
#include "capture/surroundings.h"
#include "capture/surroundings_internal.h"

#define ASK_MS 10000
#define DIFFERENCE_MS 300000
#define ANSWER (64 * 1024)
#define ARGUMENTS 48

/* What every call of git begins with: nothing that the repository names is
 * run, nothing is fetched. */
static const char *const git_begin[] = {
	"git",
	"--no-pager",
	"-c",
	"core.fsmonitor=false",
	"-c",
	"core.hooksPath=/dev/null",
	"-c",
	"protocol.allow=never",
	NULL,
};

static const char *const git_env[] = {
	"GIT_OPTIONAL_LOCKS=0",
	"GIT_NO_LAZY_FETCH=1",
	"GIT_TERMINAL_PROMPT=0",
	"LC_ALL=C",
	NULL,
};

/* The difference in one spelling, whatever git is set to here: and for the
 * ledger's own folder, which changes with every record, not at all. */
static const char *const diff_words[] = {
	"-c",
	"diff.suppressBlankEmpty=false",
	"diff",
	"--binary",
	"--full-index",
	"--no-color",
	"--no-ext-diff",
	"--no-textconv",
	"--no-renames",
	"--diff-algorithm=myers",
	"--no-indent-heuristic",
	"--unified=3",
	"--inter-hunk-context=0",
	"--src-prefix=a/",
	"--dst-prefix=b/",
	"--no-relative",
	"-O/dev/null",
	"--submodule=short",
	"--ignore-submodules=dirty",
	NULL,
};

static const char *const path_words[] = {
	"--",
	":(top)",
	":(top,exclude,glob)**/.vouch/**",
	NULL,
};

static const char *const untracked_words[] = {
	"ls-files",
	"--others",
	"--exclude-standard",
	"-z",
	NULL,
};

/* A call of git under construction. */
struct call {
	const char *words[ARGUMENTS];
	size_t count;
};

static void
call_add(struct call *call, const char *const words[])
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (call->count < ARGUMENTS - 1)
			call->words[call->count++] = words[i];
}

static struct call
call_new(const char *const words[])
{
	struct call call = { .count = 0 };

	call_add(&call, git_begin);
	call_add(&call, words);
	return call;
}

static int
call_run(int *status, struct call *call, const char *folder, int limit_ms,
    process_sink *sink, void *cookie, struct error *err)
{
	/* execvp's type has no const; nothing writes to them. */
	char *const *argv = (char *const *)(uintptr_t)call->words;

	return process_feed(status, argv, git_env, folder, limit_ms, sink,
	    cookie, err);
}

static int
keep_piece(void *cookie, struct bytes piece)
{
	struct buffer *out = cookie;

	buffer_append(out, piece);
	return out->state != BUFFER_FINE;
}

/*
 * What git answers, without the newline at its end; empty when it says no or
 * has nothing to say.
 */
static int
git_ask(struct buffer *answer, const char *folder, const char *const words[],
    struct error *err)
{
	struct call call = call_new(words);
	int status;

	buffer_clear(answer);
	if (call_run(&status, &call, folder, ASK_MS, keep_piece, answer, err) ==
	    -1)
		return -1;
	if (answer->state == BUFFER_NO_MEMORY)
		return error_memory(err);
	if (status != 0 || answer->state == BUFFER_FULL)
		buffer_clear(answer);
	else if (answer->len > 0 && answer->data[answer->len - 1] == '\n')
		answer->data[--answer->len] = '\0';
	return 0;
}

/* ---- the difference ---- */

struct difference {
	struct digest_stream hash;
	uint64_t size;
};

static int
difference_piece(void *cookie, struct bytes piece)
{
	struct difference *difference = cookie;

	digest_add(&difference->hash, piece);
	difference->size += piece.len;
	return 0;
}

/* Digest and size of an untracked file: a link's are its target's; what
 * cannot be read has neither, and *known is false. */
static int
untracked_digest(bool *known, struct digest *digest, uint64_t *size,
    const char *path, struct error *err)
{
	char target[PATH_MAX];
	struct stat status;
	ssize_t len;

	*known = false;
	if (lstat(path, &status) == -1)
		return 0;
	if (S_ISLNK(status.st_mode)) {
		len = readlink(path, target, sizeof(target));
		if (len == -1)
			return 0;
		*digest = digest_of(bytes_of(target, (size_t)len));
		*size = (uint64_t)len;
	} else if (file_digest(digest, size, path, NULL, NULL, err) == -1) {
		return may_be_left_aside(path, err) ? 0 : -1;
	}
	*known = true;
	return 0;
}

static int
add_untracked(struct difference *difference, const char *top, const char *name,
    struct error *err)
{
	struct buffer line = buffer_new(ANSWER);
	struct digest digest;
	uint64_t size;
	bool known;
	int result = -1;

	if (file_join(&line, top, name, err) == -1 ||
	    untracked_digest(&known, &digest, &size, buffer_string(&line),
		err) == -1)
		goto done;
	buffer_clear(&line);
	buffer_append(&line, bytes_of(name, strlen(name) + 1));
	if (known) {
		buffer_printf(&line, "%llu", (unsigned long long)size);
		buffer_byte(&line, '\0');
		buffer_append(&line, digest_bytes(&digest));
	} else {
		buffer_append(&line, bytes_of("?", 2));
	}
	if (buffer_check(&line, "difference", err) == -1)
		goto done;
	difference_piece(difference, buffer_bytes(&line));
	result = 0;
done:
	buffer_free(&line);
	return result;
}

static int
all_untracked(bool *known, struct difference *difference, const char *top,
    struct error *err)
{
	struct call call = call_new(untracked_words);
	struct buffer names = buffer_new(SIZE_MAX / 2);
	int status, result = -1;

	call_add(&call, path_words);
	if (call_run(&status, &call, top, DIFFERENCE_MS, keep_piece, &names,
		err) == -1 ||
	    buffer_check(&names, "names", err) == -1)
		goto done;
	*known = status == 0;
	for (size_t at = 0; *known && at < names.len;) {
		const char *name = buffer_string(&names) + at;

		if (add_untracked(difference, top, name, err) == -1)
			goto done;
		at += strlen(name) + 1;
	}
	result = 0;
done:
	buffer_free(&names);
	return result;
}

/* The tree that a repository without commits differs from. */
static int
empty_tree(struct buffer *answer, const char *top, struct error *err)
{
	static const char *const words[] = {
		"hash-object",
		"-t",
		"tree",
		"/dev/null",
		NULL,
	};

	return git_ask(answer, top, words, err);
}

static int
put_difference(struct json *code, const char *top, const char *base,
    struct error *err)
{
	const char *const base_words[] = { base, NULL };
	struct call call = call_new(diff_words);
	struct difference difference = { .size = 0 };
	bool known = false;
	int status;

	digest_begin(&difference.hash);
	call_add(&call, base_words);
	call_add(&call, path_words);
	if (call_run(&status, &call, top, DIFFERENCE_MS, difference_piece,
		&difference, err) == -1)
		return -1;
	if (status == 0 && all_untracked(&known, &difference, top, err) == -1)
		return -1;
	/* Not known is not the same as clean. */
	if (!known)
		return 0;
	if (json_put(code, "dirty", json_new_bool(difference.size > 0), err) ==
	    -1)
		return -1;
	if (difference.size == 0)
		return 0;
	return json_put(code, "difference",
	    json_new_text(digest_hex(digest_end(&difference.hash)).text), err);
}

/* ---- the repository's address ---- */

/*
 * Where the user and password of an address end: after the @ of its
 * authority.  If what stands for a port is no number, the address is broken
 * and a password may go on behind the slash: then after the last @ of all.
 */
static const char *
address_host(const char *begin)
{
	const char *end = begin + strcspn(begin, "/?#"), *host = begin;
	const char *colon;

	for (const char *p = begin; p < end; p++)
		if (*p == '@')
			host = p + 1;
	colon = memchr(host, ':', (size_t)(end - host));
	if (colon != NULL && *host != '[' &&
	    colon + 1 + strspn(colon + 1, "0123456789") != end &&
	    strrchr(host, '@') != NULL)
		host = strrchr(host, '@') + 1;
	return host;
}

/* An address without user, password, query and fragment. */
static void
address_write(struct buffer *out, const char *address)
{
	const char *scheme = strstr(address, "://");
	const char *colon = strchr(address, ':');
	const char *slash = strchr(address, '/');

	if (scheme != NULL) {
		const char *host = address_host(scheme + 3);

		buffer_append(out,
		    bytes_of(address, (size_t)(scheme + 3 - address)));
		buffer_append(out, bytes_of(host, strcspn(host, "?#")));
		return;
	}
	/* user@host:path, as ssh takes it. */
	if (colon != NULL && (slash == NULL || colon < slash)) {
		const char *at =
		    memchr(address, '@', (size_t)(colon - address));

		if (at != NULL)
			address = at + 1;
	}
	buffer_text(out, address);
}

/* ---- all of it ---- */

static int
put_text(struct json *code, const char *name, const char *text,
    struct error *err)
{
	return *text == '\0'
	    ? 0
	    : json_put(code, name, name_json(bytes_of_text(text)), err);
}

static int
put_repository(struct json *code, const char *top, struct buffer *answer,
    struct error *err)
{
	static const char *const words[] = {
		"config",
		"--get",
		"remote.origin.url",
		NULL,
	};
	struct buffer address = buffer_new(ANSWER);
	int result = -1;

	if (git_ask(answer, top, words, err) == -1)
		goto done;
	address_write(&address, buffer_string(answer));
	if (buffer_check(&address, "address", err) == 0)
		result =
		    put_text(code, "repository", buffer_string(&address), err);
done:
	buffer_free(&address);
	return result;
}

static int
put_head(struct json *code, const char *top, struct buffer *answer,
    struct error *err)
{
	static const char *const commit_words[] = {
		"rev-parse",
		"--verify",
		"--quiet",
		"HEAD^{commit}",
		NULL,
	};
	static const char *const branch_words[] = {
		"symbolic-ref",
		"--quiet",
		"--short",
		"HEAD",
		NULL,
	};

	if (git_ask(answer, top, branch_words, err) == -1 ||
	    put_text(code, "branch", buffer_string(answer), err) == -1 ||
	    git_ask(answer, top, commit_words, err) == -1)
		return -1;
	return put_text(code, "commit", buffer_string(answer), err);
}

static int
put_path(struct json *code, const char *folder, struct buffer *answer,
    struct error *err)
{
	static const char *const words[] = {
		"rev-parse",
		"--show-prefix",
		NULL,
	};

	if (git_ask(answer, folder, words, err) == -1)
		return -1;
	if (answer->len > 0 && answer->data[answer->len - 1] == '/')
		answer->data[--answer->len] = '\0';
	return put_text(code, "path", buffer_string(answer), err);
}

static int
put_code(struct json *code, const char *folder, const char *top,
    struct error *err)
{
	struct buffer answer = buffer_new(ANSWER);
	int result = -1;

	if (put_repository(code, top, &answer, err) == -1 ||
	    put_head(code, top, &answer, err) == -1 ||
	    (json_member(code, "commit") == NULL &&
		empty_tree(&answer, top, err) == -1) ||
	    put_difference(code, top, buffer_string(&answer), err) == -1 ||
	    put_path(code, folder, &answer, err) == -1)
		goto done;
	result = 0;
done:
	buffer_free(&answer);
	return result;
}

int
surroundings_code(struct json **out, const char *folder, struct error *err)
{
	static const char *const words[] = {
		"rev-parse",
		"--show-toplevel",
		NULL,
	};
	struct buffer top = buffer_new(ANSWER);
	struct json *code = NULL;
	int result = -1;

	if (git_ask(&top, folder, words, err) == -1)
		goto done;
	if (top.len == 0) {
		*out = NULL;
		result = 0;
		goto done;
	}
	code = json_new_object();
	if (code == NULL) {
		error_memory(err);
		goto done;
	}
	if (put_code(code, folder, buffer_string(&top), err) == -1)
		goto done;
	*out = code;
	code = NULL;
	result = 0;
done:
	json_free(code);
	buffer_free(&top);
	return result;
}
