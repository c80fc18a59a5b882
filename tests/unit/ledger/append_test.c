#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "ledger/append.h"
#include "ledger/merkle.h"
#include "ledger/reader.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"

struct world {
	struct fixture fixture;
	char *folder;
	struct appender *appender;
	struct buffer line;
	struct append_item item;
	struct error err;
	size_t bad;
};

static int
set_up(void **state)
{
	struct world *world = memory_new(1, sizeof *world);

	world->folder = fixture_folder();
	world->line = buffer_new(LIMIT_ENVELOPE);
	fixture_make(&world->fixture, world->folder, FIXTURE_ORIGIN);
	assert_int_equal(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &world->err), 0);
	*state = world;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	appender_close(world->appender);
	buffer_free(&world->line);
	fixture_free(&world->fixture);
	fixture_remove(world->folder);
	memory_free(world);
	return 0;
}

static uint64_t
ledger_size(struct world *world)
{
	assert_int_equal(appender_refresh(world->appender, &world->err), 0);
	return appender_checkpoint(world->appender)->size;
}

static void
must_verify(struct world *world)
{
	struct verify_options options = { .threads = 2 };
	struct verify_result result;

	assert_int_equal(verify_ledger(&result, world->fixture.store, &options,
	    &world->err), 0);
	assert_int_equal(result.problems, 0);
	assert_int_equal(result.size, ledger_size(world));
}

static int
add(struct world *world)
{
	world->item.envelope = buffer_bytes(&world->line);
	return appender_add(world->appender, &world->item, 1, NULL, 0,
	    &world->bad, &world->err);
}

/* The line is refused with a word in the message, and nothing changes. */
static void
refused(struct world *world, enum error_class class, const char *word)
{
	uint64_t before = ledger_size(world);

	assert_int_equal(add(world), -1);
	if (strstr(world->err.what, word) == NULL)
		fail_msg("'%s' does not say '%s'", world->err.what, word);
	assert_int_equal(world->err.class, class);
	assert_int_equal(world->bad, 0);
	assert_int_equal(ledger_size(world), before);
	must_verify(world);
}

static void
observe(struct world *world, const struct signer *signer)
{
	buffer_clear(&world->line);
	fixture_observation(&world->line, &world->fixture, signer,
	    appender_checkpoint(world->appender), 1);
}

static void
append_gives_seq_and_leaf_and_a_checkpoint(void **state)
{
	struct world *world = *state;

	observe(world, world->fixture.founder);
	assert_int_equal(add(world), 0);
	assert_int_equal(world->item.seq, 1);
	assert_int_equal(appender_checkpoint(world->appender)->size, 2);
	must_verify(world);
}

static void
append_refuses_the_same_envelope_again(void **state)
{
	struct world *world = *state;

	observe(world, world->fixture.founder);
	assert_int_equal(add(world), 0);
	refused(world, ERROR_NO, "already");
}

static void
append_refuses_the_same_envelope_twice_in_one_list(void **state)
{
	struct world *world = *state;
	struct append_item items[2];

	observe(world, world->fixture.founder);
	items[0].envelope = items[1].envelope = buffer_bytes(&world->line);
	assert_int_equal(appender_add(world->appender, items, 2, NULL, 0,
	    &world->bad, &world->err), -1);
	assert_int_equal(world->bad, 1);
	assert_int_equal(ledger_size(world), 1);
	must_verify(world);
}

static void
append_refuses_an_unknown_key(void **state)
{
	struct world *world = *state;

	observe(world, world->fixture.engineer);
	refused(world, ERROR_NO, "not enrolled");
}

static void
append_refuses_a_signature_that_does_not_verify(void **state)
{
	struct world *world = *state;
	char *sig;

	observe(world, world->fixture.founder);
	sig = strstr((char *)world->line.data, "\"sig\":\"") + 7;
	*sig = *sig == 'A' ? 'B' : 'A';
	refused(world, ERROR_NO, "does not verify");
}

static void
append_takes_a_key_enrolled_in_the_same_list(void **state)
{
	struct world *world = *state;
	struct buffer second = buffer_new(LIMIT_ENVELOPE);
	struct append_item items[2];

	buffer_clear(&world->line);
	fixture_enrolment(&world->line, &world->fixture,
	    appender_checkpoint(world->appender));
	fixture_observation(&second, &world->fixture, world->fixture.engineer,
	    appender_checkpoint(world->appender), 1);
	items[0].envelope = buffer_bytes(&world->line);
	items[1].envelope = buffer_bytes(&second);
	assert_int_equal(appender_add(world->appender, items, 2, NULL, 0,
	    &world->bad, &world->err), 0);
	must_verify(world);
	buffer_free(&second);
}

static void
revoke_engineer(struct world *world)
{
	struct public_key key = signer_public_key(world->fixture.engineer);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct record_head head;

	appender_head(world->appender, &head);
	json_put(members, "action", json_new_text("revoke"), &world->err);
	json_put(members, "name", json_new_text("engineer"), &world->err);
	json_put(members, "key", json_new_text(public_key_ssh(key).text),
	    &world->err);
	json_put(members, "because", json_new_text("left"), &world->err);
	json_push(subjects, record_subject("key/engineer",
	    public_key_digest(key)), &world->err);
	buffer_clear(&world->line);
	fixture_record(&world->line, world->fixture.founder, &head, "key",
	    subjects, members);
}

static void
append_refuses_a_revoked_key(void **state)
{
	struct world *world = *state;

	fixture_enrolment(&world->line, &world->fixture,
	    appender_checkpoint(world->appender));
	assert_int_equal(add(world), 0);
	observe(world, world->fixture.engineer);
	assert_int_equal(add(world), 0);
	revoke_engineer(world);
	assert_int_equal(add(world), 0);
	observe(world, world->fixture.engineer);
	refused(world, ERROR_NO, "revoked");
}

static void
append_refuses_a_role_too_low(void **state)
{
	struct world *world = *state;
	struct checkpoint checkpoint;

	fixture_enrolment(&world->line, &world->fixture,
	    appender_checkpoint(world->appender));
	assert_int_equal(add(world), 0);
	/* An engineer enrols somebody: owners do that. */
	checkpoint = *appender_checkpoint(world->appender);
	struct fixture pretender = world->fixture;

	pretender.founder = world->fixture.engineer;
	assert_int_equal(signer_generate(&pretender.engineer, &world->err), 0);
	buffer_clear(&world->line);
	fixture_enrolment(&world->line, &pretender, &checkpoint);
	refused(world, ERROR_NO, "owner");
	signer_free(pretender.engineer);
}

static void
append_refuses_a_record_for_another_ledger(void **state)
{
	struct world *world = *state;
	struct fixture elsewhere = world->fixture;

	elsewhere.origin = "elsewhere.example/ledger";
	buffer_clear(&world->line);
	fixture_observation(&world->line, &elsewhere, world->fixture.founder,
	    appender_checkpoint(world->appender), 1);
	refused(world, ERROR_NO, "another ledger");
}

static void
append_refuses_a_pin_of_a_history_that_is_not_ours(void **state)
{
	struct world *world = *state;
	struct checkpoint seen = *appender_checkpoint(world->appender);

	seen.root.byte[0] ^= 1;
	buffer_clear(&world->line);
	fixture_observation(&world->line, &world->fixture,
	    world->fixture.founder, &seen, 1);
	refused(world, ERROR_NO, "another history");
	seen = *appender_checkpoint(world->appender);
	seen.size += 5;
	buffer_clear(&world->line);
	fixture_observation(&world->line, &world->fixture,
	    world->fixture.founder, &seen, 1);
	refused(world, ERROR_NO, "its author saw");
}

static void
append_takes_an_older_pin(void **state)
{
	struct world *world = *state;
	struct checkpoint seen = *appender_checkpoint(world->appender);

	fixture_fill(&world->fixture, world->appender, 300, 100);
	buffer_clear(&world->line);
	fixture_observation(&world->line, &world->fixture,
	    world->fixture.founder, &seen, 1);
	assert_int_equal(add(world), 0);
	must_verify(world);
}

static void
append_is_all_or_nothing(void **state)
{
	struct world *world = *state;
	struct append_item items[1200];
	struct buffer lines[1200];

	for (unsigned i = 0; i < 1200; i++) {
		lines[i] = buffer_new(LIMIT_ENVELOPE);
		fixture_observation(&lines[i], &world->fixture,
		    i == 1150 ? world->fixture.engineer :
		    world->fixture.founder,
		    appender_checkpoint(world->appender), i);
		items[i].envelope = buffer_bytes(&lines[i]);
	}
	assert_int_equal(appender_add(world->appender, items, 1200, NULL, 0,
	    &world->bad, &world->err), -1);
	assert_int_equal(world->bad, 1150);
	assert_int_equal(ledger_size(world), 1);
	/* And the appender still works, with what was good. */
	assert_int_equal(appender_add(world->appender, items, 1150, NULL, 0,
	    &world->bad, &world->err), 0);
	assert_int_equal(ledger_size(world), 1151);
	must_verify(world);
	for (unsigned i = 0; i < 1200; i++)
		buffer_free(&lines[i]);
}

static void
append_refuses_a_missing_attachment_and_takes_it_with_one(void **state)
{
	struct world *world = *state;
	struct bytes manifest = bytes_of_text("a manifest\n");
	struct digest digest = digest_of(manifest);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct record_head head;

	appender_head(world->appender, &head);
	json_put(members, "name", json_new_text("folder"), &world->err);
	json_put(members, "version", json_new_text("1"), &world->err);
	json_put(members, "manifest", json_new_text(digest_hex(digest).text),
	    &world->err);
	json_push(subjects, record_subject("dataset/folder@1", digest),
	    &world->err);
	buffer_clear(&world->line);
	fixture_record(&world->line, world->fixture.founder, &head, "dataset",
	    subjects, members);
	refused(world, ERROR_NO, "attachment");
	world->item.envelope = buffer_bytes(&world->line);
	assert_int_equal(appender_add(world->appender, &world->item, 1,
	    &manifest, 1, &world->bad, &world->err), 0);
	must_verify(world);
}

static void
append_refuses_a_second_genesis(void **state)
{
	struct world *world = *state;
	struct reader *reader;
	struct reader_entry entry = reader_entry_new();

	assert_int_equal(reader_open(&reader, world->fixture.store,
	    &world->err), 0);
	assert_int_equal(reader_read(reader, 0, &entry, &world->err), 0);
	buffer_clear(&world->line);
	envelope_write(&world->line, &entry.entry.envelope);
	reader_entry_free(&entry);
	reader_close(reader);
	assert_int_equal(add(world), -1);
	assert_int_equal(ledger_size(world), 1);
}

static void
append_refuses_a_reference_to_an_entry_that_is_not_there(void **state)
{
	struct world *world = *state;
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct json *supersedes = json_new_object();
	struct digest digest = digest_of(bytes_of_text("nothing"));
	struct record_head head;

	appender_head(world->appender, &head);
	json_put(members, "name", json_new_text("d"), &world->err);
	json_put(members, "version", json_new_text("1"), &world->err);
	json_put(supersedes, "entry", json_new_text(digest_hex(digest).text),
	    &world->err);
	json_put(supersedes, "because", json_new_text("typo"), &world->err);
	json_put(members, "supersedes", supersedes, &world->err);
	json_push(subjects, record_subject("dataset/d@1", digest),
	    &world->err);
	buffer_clear(&world->line);
	fixture_record(&world->line, world->fixture.founder, &head, "dataset",
	    subjects, members);
	refused(world, ERROR_NO, "leaf hash");
}

static void
append_sees_what_another_process_added(void **state)
{
	struct world *world = *state;
	struct appender *second;

	assert_int_equal(appender_open(&second, world->fixture.store,
	    world->fixture.ledger_key, &world->err), 0);
	fixture_fill(&world->fixture, second, 300, 7);
	observe(world, world->fixture.founder);
	assert_int_equal(add(world), 0);
	assert_int_equal(world->item.seq, 301);
	observe(world, world->fixture.founder);
	fixture_fill(&world->fixture, second, 1, 1);
	assert_int_equal(add(world), 0);
	assert_int_equal(world->item.seq, 303);
	appender_close(second);
	must_verify(world);
}

static void
append_by_four_processes_loses_nothing(void **state)
{
	struct world *world = *state;
	int status;

	appender_close(world->appender);
	world->appender = NULL;
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			struct appender *mine;

			if (appender_open(&mine, world->fixture.store,
			    world->fixture.ledger_key, &world->err) == -1)
				_exit(1);
			fixture_fill(&world->fixture, mine, 60, 3);
			appender_close(mine);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &world->err), 0);
	assert_int_equal(ledger_size(world), 241);
	must_verify(world);
}

static void
append_refuses_another_ledger_key(void **state)
{
	struct world *world = *state;
	struct appender *other;

	assert_int_equal(appender_open(&other, world->fixture.store,
	    world->fixture.founder, &world->err), -1);
	assert_int_equal(world->err.class, ERROR_UNDECIDED);
}

static void
reindex_gives_the_same_index(void **state)
{
	struct world *world = *state;
	uint64_t rebuilt;

	fixture_enrolment(&world->line, &world->fixture,
	    appender_checkpoint(world->appender));
	assert_int_equal(add(world), 0);
	fixture_fill(&world->fixture, world->appender, 50, 50);
	appender_close(world->appender);
	assert_int_equal(append_reindex(world->fixture.store, &rebuilt, NULL,
	    NULL, &world->err), 0);
	assert_int_equal(rebuilt, 52);
	assert_int_equal(appender_open(&world->appender, world->fixture.store,
	    world->fixture.ledger_key, &world->err), 0);
	must_verify(world);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(append_gives_seq_and_leaf_and_a_checkpoint),
		T(append_refuses_the_same_envelope_again),
		T(append_refuses_the_same_envelope_twice_in_one_list),
		T(append_refuses_an_unknown_key),
		T(append_refuses_a_signature_that_does_not_verify),
		T(append_takes_a_key_enrolled_in_the_same_list),
		T(append_refuses_a_revoked_key),
		T(append_refuses_a_role_too_low),
		T(append_refuses_a_record_for_another_ledger),
		T(append_refuses_a_pin_of_a_history_that_is_not_ours),
		T(append_takes_an_older_pin),
		T(append_is_all_or_nothing),
		T(append_refuses_a_missing_attachment_and_takes_it_with_one),
		T(append_refuses_a_second_genesis),
		T(append_refuses_a_reference_to_an_entry_that_is_not_there),
		T(append_sees_what_another_process_added),
		T(append_by_four_processes_loses_nothing),
		T(append_refuses_another_ledger_key),
		T(reindex_gives_the_same_index),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
