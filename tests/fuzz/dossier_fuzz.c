/*
 * dossier_fuzz.c: any bytes are refused with a line, or are checked to the
 * end; and none but the dossier itself holds.
 *
 * An input is an archive; or, behind the byte 1, the number of a file of the
 * dossier in the corpus and what is put in its place, with a new MANIFEST, so
 * that what stands behind digests is reached too.  Built with clang
 * -fsanitize=fuzzer; its corpus is corpus/dossier.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "ledger/dossier_check.h"

EMBED(whole, "tests/fuzz/corpus/dossier/whole.tar");

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static struct bytes
whole_archive(void)
{
	return bytes_of(whole_begin, (size_t)(whole_end - whole_begin));
}

/* The key that the corpus's dossier is checked by. */
static struct note_key
key_of(const struct dossier *dossier)
{
	const struct tar_file *file =
	    tar_find(dossier_files(dossier), DOSSIER_FOLDER "key.vkey");
	struct note_key key;
	struct error err;

	demand(note_key_parse(&key,
		   bytes_of(file->content.data, file->content.len - 1),
		   &err) == 0);
	return key;
}

static struct note_key
whole_key(void)
{
	struct dossier *dossier;
	struct note_key key;
	struct error err;

	demand(dossier_read(&dossier, whole_archive(), &err) == 0);
	key = key_of(dossier);
	dossier_free(dossier);
	return key;
}

/* How many problems there are; -1 if it is no dossier. */
static int64_t
check(struct bytes archive)
{
	static struct dossier_result result;
	struct note_key key = whole_key();
	struct dossier_options how = { .key = &key };
	struct dossier *dossier;
	struct error err;

	if (dossier_read(&dossier, archive, &err) == -1) {
		demand(err.class != ERROR_SYSTEM && err.what[0] != '\0');
		return -1;
	}
	demand(dossier_check(&result, dossier, &how, &err) == 0);
	dossier_free(dossier);
	return (int64_t)result.problems;
}

/* Files that are not evidence. */
static bool
is_free(const char *name)
{
	return strcmp(name, DOSSIER_FOLDER "VERIFY.md") == 0 ||
	    strcmp(name, DOSSIER_FOLDER "report/provenance.html") == 0;
}

/* The dossier with one file's content in another's place. */
static void
replace(struct bytes content, size_t number)
{
	struct buffer manifest = buffer_new(1 << 24);
	struct buffer archive = buffer_new(1 << 26);
	struct tar *from, *to;
	struct error err;
	uint64_t time_s;
	bool same = false;

	demand(tar_read(&from, whole_archive(), 100000, &time_s, &err) == 0 &&
	    tar_new(&to, &err) == 0);
	number %= tar_count(from);
	for (size_t i = 0; i < tar_count(from); i++) {
		const struct tar_file *file = tar_at(from, i);

		if (strcmp(file->name, DOSSIER_FOLDER "MANIFEST") == 0)
			continue;
		if (i == number)
			same = is_free(file->name) ||
			    bytes_equal(content, file->content);
		demand(tar_add(to, file->name,
			   i == number ? content : file->content, &err) == 0);
	}
	demand(tar_settle(to, &err) == 0);
	dossier_manifest(&manifest, to);
	demand(tar_add(to, DOSSIER_FOLDER "MANIFEST", buffer_bytes(&manifest),
		   &err) == 0 &&
	    tar_settle(to, &err) == 0);
	tar_write(&archive, to, time_s);
	demand((check(buffer_bytes(&archive)) == 0) ==
	    (same ||
		strcmp(tar_at(from, number)->name,
		    DOSSIER_FOLDER "MANIFEST") == 0));
	tar_free(from);
	tar_free(to);
	buffer_free(&manifest);
	buffer_free(&archive);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = bytes_of(data, size);

	if (size >= 2 && data[0] == 1)
		replace(bytes_after(input, 2), data[1]);
	else
		demand(check(input) != 0 ||
		    bytes_equal(input, whole_archive()));
	return 0;
}
