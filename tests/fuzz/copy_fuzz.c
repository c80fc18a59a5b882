/*
 * copy_fuzz.c: a published folder of any bytes is verified to the end or
 * refused with a line, and is never that of a ledger whose key nobody has.
 *
 * An input is the lengths of the checkpoint and of the tile (two bytes each,
 * big endian), then these, then the bundle.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/copy.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/static_copy.h"
#include "ledger/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[300];

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
go_away(void)
{
	char command[400];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command) != 0)
		fprintf(stderr, "copy_fuzz: %s stays\n", folder);
}

static void
make_folder(void)
{
	const char *parent = getenv("TMPDIR");

	if (access("/dev/shm", W_OK) == 0)
		parent = "/dev/shm";
	snprintf(folder, sizeof folder, "%s/copy_fuzz.XXXXXX",
	    parent == NULL ? "/tmp" : parent);
	demand(mkdtemp(folder) != NULL);
	atexit(go_away);
}

static void
put(const char *name, struct bytes content)
{
	struct error err;
	char path[600];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	*strrchr(path, '/') = '\0';
	demand(file_make_folders(path, 0755, &err) == 0);
	path[strlen(path)] = '/';
	file = fopen(path, "wb");
	demand(file != NULL);
	fwrite(content.data, 1, content.len, file);
	fclose(file);
}

/* The next part, its length before all parts at `at'. */
static struct bytes
take(struct bytes *rest, const uint8_t *at)
{
	size_t len = (size_t)at[0] << 8 | at[1];
	struct bytes part;

	if (len > rest->len)
		len = rest->len;
	part = bytes_of(rest->data, len);
	*rest = bytes_after(*rest, len);
	return part;
}

static void
tell(void *cookie, const struct verify_problem *problem)
{
	(void)cookie;
	demand(problem->what[0] != '\0' &&
	    strchr(problem->what, '\n') == NULL);
}

/* By the key of tests/vectors/ledger300, which signed none of this. */
static void
verify(void)
{
	const struct verify_options options = {
		.threads = 1,
		.max_problems = 50,
		.vkey = "vectors.example/credit+4800ce33+AY"
		    "llXL+CB9b5CjvAHEYy2eA6ZHn4xngLbA//FtXlJlaR",
		.problem = tell,
	};
	struct verify_result result;
	struct error err;

	if (verify_copy(&result, folder, &options, &err) == 0)
		demand(result.problems > 0);
	else
		demand(err.class != ERROR_SYSTEM && err.what[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest;

	if (size < 4)
		return 0;
	if (folder[0] == '\0')
		make_folder();
	rest = bytes_of(data + 4, size - 4);
	put("checkpoint", take(&rest, data));
	put("tile/0/000.p/7", take(&rest, data + 2));
	put("tile/entries/000.p/7", rest);
	verify();
	return 0;
}
