/*
 * tamper_dossier.c: thousands of seeded changes to a dossier's bytes, and to
 * its files with MANIFEST made anew, each of which must be found.  Prints
 * TAP.  TAMPER_SEED in the environment gives another run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "tests/support/dossiers.h"

#define OBSERVATIONS 20
#define BYTES 2500
#define FILES 1500

static struct fixture fixture;
static struct buffer archive, changed;
static struct error err;
static uint64_t state;

/* splitmix64: small, and the same everywhere. */
static uint64_t
random_number(uint64_t below)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

/* Into `changed': a byte changed, removed, put in, moved, or the end cut. */
static void
change(struct bytes from)
{
	size_t at = (size_t)random_number(from.len);
	size_t rest = from.len - at - 1;

	buffer_clear(&changed);
	buffer_append(&changed, bytes_of(from.data, at));
	switch (random_number(8)) {
	case 0:
		break;
	case 1:
		buffer_byte(&changed, (uint8_t)random_number(256));
		buffer_append(&changed, bytes_of(from.data + at, rest + 1));
		return;
	case 2:
		return;
	case 3:
		/* A piece of elsewhere. */
		buffer_byte(&changed, from.data[random_number(from.len)]);
		break;
	default:
		buffer_byte(&changed, from.data[at] ^
		    (uint8_t)(1 << random_number(8)));
		break;
	}
	buffer_append(&changed, bytes_of(from.data + at + 1, rest));
}

static unsigned
missed_bytes(unsigned *tried)
{
	unsigned missed = 0;

	for (unsigned i = 0; i < BYTES; i++) {
		change(buffer_bytes(&archive));
		if (bytes_equal(buffer_bytes(&changed), buffer_bytes(&archive)))
			continue;
		(*tried)++;
		if (dossiers_check(&fixture, buffer_bytes(&changed), NULL) ==
		    0) {
			missed++;
			printf("# byte change %u is not found\n", i);
		}
	}
	return missed;
}

static unsigned
missed_files(unsigned *tried)
{
	struct buffer forged = buffer_new(LIMIT_DOSSIER);
	unsigned missed = 0;
	struct tar *tar;
	uint64_t time_s;

	if (tar_read(&tar, buffer_bytes(&archive), 10000, &time_s, &err) == -1)
		fixture_die("archive", &err);
	for (unsigned i = 0; i < FILES; i++) {
		const struct tar_file *file =
		    tar_at(tar, (size_t)random_number(tar_count(tar)));
		struct bytes content;

		/* These are not evidence. */
		if (strcmp(file->name, DOSSIER_FOLDER "VERIFY.md") == 0 ||
		    strcmp(file->name, DOSSIER_FOLDER "MANIFEST") == 0)
			continue;
		change(file->content);
		content = buffer_bytes(&changed);
		if (bytes_equal(content, file->content))
			continue;
		(*tried)++;
		dossiers_replace(&forged, buffer_bytes(&archive), file->name,
		    &content);
		if (dossiers_check(&fixture, buffer_bytes(&forged), NULL) ==
		    0) {
			missed++;
			printf("# change %u of %s is not found\n", i,
			    file->name);
		}
	}
	tar_free(tar);
	buffer_free(&forged);
	return missed;
}

int
main(void)
{
	const char *seed = getenv("TAMPER_SEED");
	unsigned bytes, files, byte_count = 0, file_count = 0;
	int found;

	state = seed == NULL ? 1 : strtoull(seed, NULL, 10);
	archive = buffer_new(LIMIT_DOSSIER);
	changed = buffer_new(LIMIT_DOSSIER);
	dossiers_make(&fixture, &archive, OBSERVATIONS);
	found = dossiers_check(&fixture, buffer_bytes(&archive), NULL);
	printf("%sok 1 - the dossier holds\n", found == 0 ? "" : "not ");
	bytes = missed_bytes(&byte_count);
	printf("%sok 2 - %u changes of bytes are found\n",
	    bytes == 0 ? "" : "not ", byte_count);
	files = missed_files(&file_count);
	printf("%sok 3 - %u changes of files, with a new MANIFEST, are found\n",
	    files == 0 ? "" : "not ", file_count);
	printf("1..3\n");
	dossiers_end(&fixture);
	buffer_free(&archive);
	buffer_free(&changed);
	return found == 0 && bytes == 0 && files == 0 ? 0 : 1;
}
