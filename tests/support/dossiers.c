#include "tests/support/dossiers.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ledger/reader.h"

static struct error err;

static void
pack(const struct fixture *fixture, struct buffer *archive)
{
	struct dossier_order order = {
		.about = { .name = "model/credit@1",
			.digest = digest_of(bytes_of_text("a model")),
			.deployment = DOSSIER_NOBODY },
	};
	struct reader *reader;

	if (reader_open(&reader, fixture->store, &err) == -1 ||
	    dossier_pack(archive, reader, &order, &err) == -1)
		fixture_die("dossier", &err);
	reader_close(reader);
}

void
dossiers_make(struct fixture *fixture, struct buffer *archive, unsigned count)
{
	struct buffer line = buffer_new(LIMIT_ENVELOPE);
	struct append_item item = { 0 };
	struct appender *appender;
	char *folder = fixture_folder();
	size_t bad;

	fixture_make(fixture, folder, FIXTURE_ORIGIN);
	memory_free(folder);
	if (appender_open(&appender, fixture->store, fixture->ledger_key,
	    &err) == -1)
		fixture_die("appender", &err);
	fixture_enrolment(&line, fixture, appender_checkpoint(appender));
	item.envelope = buffer_bytes(&line);
	if (appender_add(appender, &item, 1, NULL, 0, &bad, &err) == -1)
		fixture_die("enrolment", &err);
	fixture_fill(fixture, appender, count, 5);
	appender_close(appender);
	buffer_free(&line);
	pack(fixture, archive);
}

void
dossiers_end(struct fixture *fixture)
{
	char *folder = memory_text(fixture->folder);

	fixture_free(fixture);
	fixture_remove(folder);
}

static void
hear(void *cookie, const struct dossier_problem *problem)
{
	struct buffer *what = cookie;

	if (what == NULL)
		return;
	buffer_printf(what, "%s: %s: %s\n", problem->where, problem->check,
	    problem->what);
}

int
dossiers_check(const struct fixture *fixture, struct bytes archive,
    struct buffer *what)
{
	struct dossier_options how = { .cookie = what, .problem = hear };
	struct dossier_result *result = memory_new(1, sizeof *result);
	struct dossier *dossier = NULL;
	struct note_key key;
	int found = -1;

	if (note_key_make(&key, fixture->origin, NOTE_ED25519,
	    signer_public_key(fixture->ledger_key), &err) == -1)
		fixture_die("key", &err);
	how.key = &key;
	if (what != NULL)
		buffer_clear(what);
	if (dossier_read(&dossier, archive, &err) == 0) {
		if (dossier_check(result, dossier, &how, &err) == -1)
			fixture_die("check", &err);
		found = (int)result->problems;
	} else if (what != NULL) {
		buffer_printf(what, "%s: %s", err.where, err.what);
	}
	dossier_free(dossier);
	memory_free(result);
	return found;
}

void
dossiers_replace(struct buffer *out, struct bytes archive, const char *name,
    const struct bytes *content)
{
	struct buffer manifest = buffer_new(1 << 24);
	struct tar *from, *to;
	uint64_t time_s;

	if (tar_read(&from, archive, 100000, &time_s, &err) == -1 ||
	    tar_new(&to, &err) == -1)
		fixture_die("archive", &err);
	for (size_t i = 0; i < tar_count(from); i++) {
		const struct tar_file *file = tar_at(from, i);

		if (strcmp(file->name, name) != 0 &&
		    strcmp(file->name, DOSSIER_FOLDER "MANIFEST") != 0 &&
		    tar_add(to, file->name, file->content, &err) == -1)
			fixture_die(file->name, &err);
	}
	if (content != NULL && tar_add(to, name, *content, &err) == -1)
		fixture_die(name, &err);
	if (tar_settle(to, &err) == -1)
		fixture_die("archive", &err);
	dossier_manifest(&manifest, to);
	if (tar_add(to, DOSSIER_FOLDER "MANIFEST", buffer_bytes(&manifest),
	    &err) == -1 || tar_settle(to, &err) == -1)
		fixture_die("archive", &err);
	buffer_clear(out);
	tar_write(out, to, time_s);
	tar_free(from);
	tar_free(to);
	buffer_free(&manifest);
}
