/* dossier_test.c: a dossier is packed, checked, and forged in every file. */
#include "expect.h"

#include "base/limits.h"
#include "ledger/dossier_check.h"
#include "ledger/entry.h"
#include "tests/support/dossiers.h"

#define COUNT 9

static struct fixture fixture;
static struct buffer archive, other, what;
static struct error err;

static int
set_up(void **state)
{
	(void)state;
	archive = buffer_new(LIMIT_DOSSIER);
	other = buffer_new(LIMIT_DOSSIER);
	what = buffer_new(1 << 20);
	dossiers_make(&fixture, &archive, COUNT);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	dossiers_end(&fixture);
	buffer_free(&archive);
	buffer_free(&other);
	buffer_free(&what);
	return 0;
}

/* With this in the place of that file, a problem is found that says so. */
static void
forge(const char *name, const struct bytes *content, const char *says)
{
	char whole[TAR_NAME_MAX + 1];
	int found;

	snprintf(whole, sizeof whole, DOSSIER_FOLDER "%s", name);
	dossiers_replace(&other, buffer_bytes(&archive), whole, content);
	found = dossiers_check(&fixture, buffer_bytes(&other), &what);
	if (found == 0)
		fail_msg("%s: nothing was found", name);
	if (strstr(buffer_string(&what), says) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", name,
		    buffer_string(&what), says);
}

static void
forge_text(const char *name, const char *text, const char *says)
{
	struct bytes content = bytes_of_text(text);

	forge(name, &content, says);
}

static void
what_is_packed_holds(void **state)
{
	struct dossier *dossier;
	const struct dossier_entry *entry;

	(void)state;
	assert_int_equal(dossiers_check(&fixture, buffer_bytes(&archive),
	    &what), 0);
	expect_fine(dossier_read(&dossier, buffer_bytes(&archive), &err), &err);
	assert_int_equal(dossier_entry_count(dossier), COUNT + 2);
	assert_int_equal(dossier_about(dossier)->size, COUNT + 2);
	assert_string_equal(dossier_about(dossier)->name, "model/credit@1");
	entry = dossier_entry_at(dossier, 3);
	assert_int_equal(entry->seq, 3);
	assert_ptr_equal(dossier_entry_of(dossier, entry->leaf), entry);
	assert_null(dossier_entry_of(dossier, digest_of(bytes_of_text(""))));
	assert_non_null(tar_find(dossier_files(dossier),
	    DOSSIER_FOLDER "VERIFY.md"));
	dossier_free(dossier);
	dossier_free(NULL);
}

static void
without_a_key_nothing_is_decided(void **state)
{
	struct dossier_options how = { .key = NULL };
	struct dossier_result *result = calloc(1, sizeof *result);
	struct dossier *dossier;

	(void)state;
	expect_fine(dossier_read(&dossier, buffer_bytes(&archive), &err), &err);
	assert_int_equal(dossier_check(result, dossier, &how, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no key");
	dossier_free(dossier);
	free(result);
}

static void
every_file_is_needed(void **state)
{
	struct tar *tar;
	uint64_t time_s;

	(void)state;
	expect_fine(tar_read(&tar, buffer_bytes(&archive), 1000, &time_s, &err),
	    &err);
	for (size_t i = 0; i < tar_count(tar); i++) {
		const char *name = tar_at(tar, i)->name;

		if (strcmp(name, DOSSIER_FOLDER "MANIFEST") != 0)
			forge(name + strlen(DOSSIER_FOLDER), NULL, "");
	}
	tar_free(tar);
}

static void
what_is_missing_is_named(void **state)
{
	(void)state;
	forge("checkpoint", NULL, "there is no checkpoint");
	forge("VERIFY.md", NULL, "there is no VERIFY.md");
	forge("key.vkey", NULL, "there is no key.vkey");
	forge("about.json", NULL, "no about.json");
	forge("proofs/3.tlog-proof", NULL, "entries/3.json: proof: it has no");
	forge("pins/1.consistency", NULL, "no proof of the first 1 entries");
	forge("entries/4.json", NULL, "proofs/4.tlog-proof: file: nothing asks");
}

static void
what_is_foreign_is_named(void **state)
{
	struct dossier *dossier;
	const struct tar_file *proof, *entry, *pin;

	(void)state;
	forge_text("notes", "x", "notes: file: nothing asks for it");
	forge_text("entries/03.json", "x", "nothing asks for it");
	forge_text("pins/3.consistency", "x", "nothing asks for it");
	forge_text("attachments/x", "x", "attachment");
	forge_text("entries/3.json", "{}", "prev is not the leaf hash");
	forge_text("proofs/3.tlog-proof", "x", "line 1");
	forge_text("pins/1.consistency", "x", "line 1");
	forge_text("key.vkey", "x\n", "not the key that the genesis names");
	forge_text("checkpoint", "x", "");
	expect_fine(dossier_read(&dossier, buffer_bytes(&archive), &err), &err);
	proof = tar_find(dossier_files(dossier),
	    DOSSIER_FOLDER "proofs/3.tlog-proof");
	entry = tar_find(dossier_files(dossier), DOSSIER_FOLDER
	    "entries/3.json");
	pin = tar_find(dossier_files(dossier),
	    DOSSIER_FOLDER "pins/2.consistency");
	forge("proofs/4.tlog-proof", &proof->content, "entries/4.json: proof:");
	forge("entries/4.json", &entry->content, "");
	forge("pins/1.consistency", &pin->content, "another history");
	dossier_free(dossier);
}

static void
about(const char *text, const char *says)
{
	forge_text("about.json", text, says);
}

static void
what_it_is_about_has_one_spelling(void **state)
{
	struct dossier_about made = { .origin = FIXTURE_ORIGIN,
		.size = COUNT + 2,
		.name = "model/credit@1",
		.digest = digest_of(bytes_of_text("a model")),
		.deployment = DOSSIER_NOBODY };
	struct dossier_about again;
	struct buffer text = buffer_new(4096);

	(void)state;
	dossier_about_write(&text, &made);
	expect_fine(dossier_about_parse(&again, buffer_bytes(&text), &err),
	    &err);
	assert_string_equal(again.name, made.name);
	about("", "");
	about("{}", "not spelt as it should be");
	about("{}\n", "not spelt as it should be");
	about("nonsense", "");
	text.data[--text.len] = '\0';
	about(buffer_string(&text), "not spelt as it should be");
	made.deployment = 3;
	buffer_clear(&text);
	dossier_about_write(&text, &made);
	about(buffer_string(&text), "entry 3 is no deployment of it");
	made.deployment = DOSSIER_NOBODY;
	made.size--;
	buffer_clear(&text);
	dossier_about_write(&text, &made);
	about(buffer_string(&text), "another checkpoint");
	made.size++;
	made.digest = digest_of(bytes_of_text("another"));
	buffer_clear(&text);
	dossier_about_write(&text, &made);
	about(buffer_string(&text), "no entry speaks of its subject");
	made.digest = digest_of(bytes_of_text("a model"));
	snprintf(made.name, sizeof made.name, "model/other@1");
	buffer_clear(&text);
	dossier_about_write(&text, &made);
	about(buffer_string(&text), "no entry speaks of its subject");
	buffer_free(&text);
}

static void
the_manifest_says_which_file_was_changed(void **state)
{
	struct tar *tar;
	uint64_t time_s;
	const struct tar_file *file;
	size_t at;

	(void)state;
	buffer_clear(&other);
	buffer_append(&other, buffer_bytes(&archive));
	expect_fine(tar_read(&tar, buffer_bytes(&other), 1000, &time_s, &err),
	    &err);
	file = tar_find(tar, DOSSIER_FOLDER "VERIFY.md");
	at = (size_t)(file->content.data - other.data);
	other.data[at] ^= 1;
	assert_int_equal(dossiers_check(&fixture, buffer_bytes(&other), &what),
	    1);
	assert_string_equal(buffer_string(&what), "MANIFEST: manifest: it has "
	    "not the digest of VERIFY.md\n");
	tar_free(tar);
}

static void
another_ledgers_dossier_is_refused(void **state)
{
	struct buffer foreign = buffer_new(LIMIT_DOSSIER);
	struct fixture second;

	(void)state;
	/* The same keys, another history: its checkpoint is signed by ours. */
	dossiers_make(&second, &foreign, COUNT);
	assert_int_equal(dossiers_check(&fixture, buffer_bytes(&foreign),
	    &what), 0);
	{
		struct dossier *dossier;
		const struct tar_file *checkpoint, *entry;

		expect_fine(dossier_read(&dossier, buffer_bytes(&foreign),
		    &err), &err);
		checkpoint = tar_find(dossier_files(dossier),
		    DOSSIER_FOLDER "checkpoint");
		entry = tar_find(dossier_files(dossier),
		    DOSSIER_FOLDER "entries/5.json");
		forge("checkpoint", &checkpoint->content, "");
		forge("entries/5.json", &entry->content, "");
		dossier_free(dossier);
	}
	dossiers_end(&second);
	buffer_free(&foreign);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_holds),
		cmocka_unit_test(without_a_key_nothing_is_decided),
		cmocka_unit_test(every_file_is_needed),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(what_is_foreign_is_named),
		cmocka_unit_test(what_it_is_about_has_one_spelling),
		cmocka_unit_test(the_manifest_says_which_file_was_changed),
		cmocka_unit_test(another_ledgers_dossier_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
