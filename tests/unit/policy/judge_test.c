/* Audits of a ledger with models in use: whole, and thing by thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/reader.h"
#include "policy/context_internal.h"
#include "policy/judge.h"
#include "tests/support/fixture.h"

#define MODELS 24
#define OBSERVATIONS 200 /* Of each model. */

static const char policy[] =
    "policy: audits\n"
    "params:\n"
    "  least: 0.7\n"
    "rules:\n"
    "  - id: whole\n    on: [audit]\n"
    "    require: \"ledger.models.size() > 1000\"\n"
    "    otherwise: warn\n    because: So.\n"
    "  - id: good\n    on: [audit]\n    each: deployed\n"
    "    require: \"lineage.evaluations.exists(e, e.metrics.auc >= "
    "params.least)\"\n"
    "    otherwise: deny\n    because: So.\n"
    "  - id: alone\n    on: [audit]\n    each: deployed\n"
    "    require: \"ledger.deployed.filter(d, d.environment == "
    "record.environment).size() == 1\"\n"
    "    otherwise: warn\n    because: So.\n"
    "  - id: emergencies\n    on: [audit]\n    each: deployed\n"
    "    require: \"ledger.emergencies.all(d, d.reviewed)\"\n"
    "    otherwise: warn\n    because: So.\n"
    "  - id: reviewed\n    on: [audit]\n    each: deployed\n"
    "    require: \"lineage.deployments.all(d, has(d.reviewed))\"\n"
    "    otherwise: warn\n    because: So.\n"
    "  - id: watched\n    on: [audit]\n    each: model\n"
    "    require: \"lineage.observations.all(o, o.metrics.rate < 0.9)\"\n"
    "    otherwise: warn\n    because: So.\n"
    "  - id: owned\n    on: [audit]\n    each: model\n"
    "    require: \"model.owner == 'team'\"\n"
    "    otherwise: deny\n    because: So.\n";

struct place {
	char *folder;
	struct fixture fixture;
	struct appender *appender;
	struct append_item item[OBSERVATIONS];
	size_t filled;
	struct reader *reader;
	struct judge *judge;
	struct append_view view;
};

static struct error err;

static struct digest
model_digest(unsigned number)
{
	return digest_of(bytes_of(&number, sizeof number));
}

static void
flush(struct place *place, const struct bytes *attachment)
{
	size_t bad;

	if (place->filled > 0 &&
	    appender_add(place->appender, place->item, place->filled,
		attachment, attachment != NULL, &bad, &err) == -1)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < place->filled; i++)
		free((void *)(uintptr_t)place->item[i].envelope.data);
	place->filled = 0;
}

static void
add(struct place *place, const char *kind, const char *members,
    const struct digest *artefact)
{
	struct buffer envelope = buffer_new(LIMIT_ENVELOPE);
	struct json *tree = NULL, *subjects = NULL;
	struct record_head head;

	appender_head(place->appender, &head);
	if (json_parse(&tree, bytes_of_text(members), &err) == -1 ||
	    record_subjects(&subjects, kind_named(kind), head.ledger, tree,
		artefact, &err) == -1)
		fail_msg("%s: %s", members, err.what);
	fixture_record(&envelope, place->fixture.founder, &head, kind,
	    subjects, tree);
	place->item[place->filled++] =
	    (struct append_item){ .envelope = buffer_bytes(&envelope) };
	if (place->filled == OBSERVATIONS)
		flush(place, NULL);
}

static void
publish(struct place *place)
{
	struct bytes text = bytes_of_text(policy);
	struct digest digest = digest_of(text);
	char members[500];

	(void)snprintf(members, sizeof members,
	    "{\"name\":\"audits\",\"version\":\"1\",\"status\":\"in force\","
	    "\"text\":\"%s\",\"evaluator\":\"1\"}", digest_hex(digest).text);
	add(place, "policy", members, &digest);
	flush(place, &text);
}

/* A model that is in use, some of them in an emergency; and what is on record
 * of it. */
static void
add_model(struct place *place, unsigned number)
{
	struct digest digest = model_digest(number);
	char model[300], members[1000];

	(void)snprintf(model, sizeof model,
	    "\"model\":{\"name\":\"model/m%u@1\",\"digest\":\"%s\"}", number,
	    digest_hex(digest).text);
	(void)snprintf(members, sizeof members,
	    "{\"name\":\"m%u\",\"version\":\"1\",\"owner\":\"%s\"}", number,
	    number % 5 == 0 ? "nobody" : "team");
	add(place, "model", members, &digest);
	if (number % 4 != 0) {
		(void)snprintf(members, sizeof members,
		    "{%s,\"dataset\":{\"name\":\"dataset/t@1\",\"digest\":"
		    "\"%s\"},\"metrics\":{\"auc\":0.%u}}", model,
		    digest_hex(digest).text, 60 + number);
		add(place, "evaluation", members, NULL);
	}
	for (unsigned i = 0; i < OBSERVATIONS; i++) {
		(void)snprintf(members, sizeof members,
		    "{%s,\"environment\":\"production\",\"window\":{\"from\":"
		    "\"2026-11-20T00:00:00.000Z\",\"to\":"
		    "\"2026-11-21T00:00:00.000Z\"},\"metrics\":{\"rate\":"
		    "0.%u}}", model, 10 + number * 4);
		add(place, "observation", members, NULL);
	}
	(void)snprintf(members, sizeof members,
	    "{\"action\":\"deploy\",%s,\"environment\":\"%s\","
	    "\"emergency\":true,\"because\":\"So.\"}", model,
	    number == 7 ? "canary" : "production");
	flush(place, NULL);
	add(place, "deployment", members, NULL);
	if (number == 9)
		return;
	flush(place, NULL);
	(void)snprintf(members, sizeof members,
	    "{%s,\"deployment\":\"%s\",\"outcome\":\"upheld\",\"because\":"
	    "\"So.\"}", model, digest_hex(place->item[0].leaf).text);
	add(place, "review", members, NULL);
}

static void
retire(struct place *place, unsigned number)
{
	char members[500];

	(void)snprintf(members, sizeof members,
	    "{\"action\":\"retire\",\"model\":{\"name\":\"model/m%u@1\","
	    "\"digest\":\"%s\"},\"environment\":\"production\"}", number,
	    digest_hex(model_digest(number)).text);
	add(place, "deployment", members, NULL);
}

static void
waive(struct place *place, unsigned number)
{
	char members[500];

	(void)snprintf(members, sizeof members,
	    "{\"model\":{\"name\":\"model/m%u@1\",\"digest\":\"%s\"},"
	    "\"rule\":\"audits/good\",\"because\":\"So.\"}", number,
	    digest_hex(model_digest(number)).text);
	add(place, "waiver", members, NULL);
}

static int
set_up(void **state)
{
	struct place *place = memory_new(1, sizeof *place);

	place->folder = fixture_folder();
	fixture_make(&place->fixture, place->folder, FIXTURE_ORIGIN);
	assert_int_equal(appender_open(&place->appender, place->fixture.store,
	    place->fixture.ledger_key, &err), 0);
	publish(place);
	for (unsigned i = 0; i < MODELS; i++)
		add_model(place, i);
	retire(place, 3);
	retire(place, 11);
	waive(place, 4);
	flush(place, NULL);
	appender_close(place->appender);
	assert_int_equal(reader_open(&place->reader, place->fixture.store,
	    &err), 0);
	assert_int_equal(judge_new(&place->judge, &err), 0);
	place->view = (struct append_view){
		.store = reader_store(place->reader),
		.authority = reader_authority(place->reader),
		.size = reader_size(place->reader),
		.time_ms = INT64_C(1800000000000) };
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	judge_free(place->judge);
	reader_close(place->reader);
	fixture_free(&place->fixture);
	fixture_remove(place->folder);
	memory_free(place);
	return 0;
}

/* A result in a line. */
static void
write_result(struct buffer *out, const struct judged *judged, bool brief)
{
	buffer_printf(out, "%s %s %s %s", judged->name, judged->environment,
	    judged->rule->id, result_name(judged->result));
	if (judged->message != NULL)
		buffer_printf(out, " '%s'", judged->message);
	buffer_printf(out, " %zu:", judged->evidence_count);
	for (size_t i = 0; i < judged->evidence_count && i < EVIDENCE_MAX; i++)
		buffer_printf(out, "%.8s",
		    digest_hex(judged->evidence[i]).text);
	if (!brief || judged->result != RESULT_PASS) {
		buffer_printf(out, "%.8s",
		    digest_hex(judged->evidence_digest).text);
		for (size_t i = 0; i < judged->value_count; i++)
			buffer_printf(out, " %s=%s",
			    judged->value[i].expression,
			    judged->value[i].value);
	}
	buffer_byte(out, '\n');
}

static int
by_line(const void *a, const void *b)
{
	const char *const *one = a, *const *two = b;

	return strcmp(*one, *two);
}

/* The lines of a text, sorted. */
static void
sort_lines(struct buffer *text)
{
	struct buffer sorted = buffer_new((size_t)1 << 24);
	char *line[4000], *rest = (char *)(uintptr_t)buffer_string(text);
	size_t count = 0;

	while ((line[count] = strsep(&rest, "\n")) != NULL && *line[count])
		count++;
	qsort(line, count, sizeof *line, by_line);
	for (size_t i = 0; i < count; i++)
		buffer_printf(&sorted, "%s\n", line[i]);
	buffer_free(text);
	*text = sorted;
}

struct taken {
	struct buffer text;
	bool brief;
	size_t calls;
	size_t left; /* Calls until it wants no more. */
	struct judge *judge;
	size_t most; /* Bytes of the context, at any time. */
};

static int
take(void *cookie, const struct judged *judged, size_t count,
    struct error *error)
{
	struct taken *taken = cookie;
	size_t used = arena_used(context_arena(judge_context(taken->judge)));

	taken->most = used > taken->most ? used : taken->most;
	taken->calls++;
	for (size_t i = 0; i < count; i++) {
		/* Of one thing, each time. */
		assert_string_equal(judged[i].name, judged[0].name);
		write_result(&taken->text, &judged[i], taken->brief);
	}
	return --taken->left == 0
	    ? error_set(error, ERROR_NO, NULL, "enough") : 0;
}

static void
whole_audit(struct place *place, struct buffer *text, bool brief)
{
	const struct question audit = { .kind = NULL };
	struct judgement judgement;

	*text = buffer_new((size_t)1 << 24);
	assert_int_equal(judge_ask(place->judge, &place->view, &audit, NULL, 0,
	    &judgement, &err), 0);
	/* Models in use, with four rules; models, with two; the ledger. */
	assert_int_equal(judgement.count,
	    (MODELS - 2) * 4 + MODELS * 2 + 1);
	for (size_t i = 0; i < judgement.count; i++)
		write_result(text, &judgement.judged[i], brief);
	sort_lines(text);
}

static void
audits_thing_by_thing_say_what_the_whole_audit_says(void **state)
{
	struct place *place = *state;
	struct arena *arena = context_arena(judge_context(place->judge));
	struct buffer whole;
	size_t used;

	for (int brief = 0; brief < 2; brief++) {
		struct taken taken = { .text = buffer_new((size_t)1 << 24),
			.brief = brief, .judge = place->judge };
		struct judge_taker taker = { .cookie = &taken, .take = take,
			.brief = brief };

		whole_audit(place, &whole, brief);
		used = arena_used(arena);
		assert_int_equal(judge_audit(place->judge, &place->view,
		    &taker, &err), 0);
		assert_int_equal(taken.calls, 1 + MODELS - 2 + MODELS);
		sort_lines(&taken.text);
		assert_string_equal(buffer_string(&taken.text),
		    buffer_string(&whole));
		/* What all models have on record is not kept at once. */
		assert_true(taken.most < used / 2);
		buffer_free(&taken.text);
		buffer_free(&whole);
	}
}

static void
an_audit_of_one_model_says_what_the_whole_audit_says_of_it(void **state)
{
	struct place *place = *state;
	struct digest digest = model_digest(8);
	struct taken taken = { .text = buffer_new((size_t)1 << 24),
		.judge = place->judge };
	struct judge_taker taker = { .cookie = &taken, .take = take,
		.only = &digest };
	struct buffer whole;
	const char *at;

	whole_audit(place, &whole, false);
	assert_non_null(strstr(buffer_string(&whole), "waived"));
	assert_int_equal(judge_audit(place->judge, &place->view, &taker, &err),
	    0);
	/* The ledger, the model in use, the model. */
	assert_int_equal(taken.calls, 3);
	sort_lines(&taken.text);
	at = strstr(buffer_string(&taken.text), "model/m8@1");
	assert_non_null(at);
	assert_non_null(strstr(buffer_string(&whole), at));
	buffer_free(&taken.text);
	buffer_free(&whole);
}

static void
what_was_asked_before_changes_nothing(void **state)
{
	struct place *place = *state;
	struct context *context = judge_context(place->judge);
	const struct cel_value *found;
	struct cel_value key = cel_string(bytes_of_text("reviewed")), list;

	/* A deployment says whether it was reviewed, whatever other rules
	 * asked for. */
	for (unsigned i = 0; i < 3; i++) {
		context_begin(context, &place->view, NULL, 0);
		if (i > 0)
			(void)context_ledger_list(context, "emergencies");
		if (i > 1)
			context_forget(context);
		list = context_ledger_list(context, "deployments");
		assert_int_equal(list.type, CEL_LIST);
		found = cel_map_find(list.list->item[0].map, &key);
		assert_non_null(found);
		assert_true(found->boolean);
	}
}

static void
who_signs_twice_is_one_signer(void **state)
{
	struct place *place = *state;
	struct context *context = judge_context(place->judge);
	const struct public_key one = { { 1 } }, other = { { 2 } };
	const struct public_key signers[] = { one, other, one, one };
	struct cel_value list;

	context_begin(context, &place->view, NULL, 0);
	list = context_signers(context, signers, 4);
	assert_int_equal(list.type, CEL_LIST);
	assert_int_equal(list.list->count, 2);
}

static void
an_audit_ends_when_its_taker_wants_no_more(void **state)
{
	struct place *place = *state;
	struct taken taken = { .text = buffer_new((size_t)1 << 24),
		.judge = place->judge, .left = 5 };
	struct judge_taker taker = { .cookie = &taken, .take = take };

	assert_int_equal(judge_audit(place->judge, &place->view, &taker, &err),
	    -1);
	assert_string_equal(err.what, "enough");
	assert_int_equal(taken.calls, 5);
	buffer_free(&taken.text);
}

/* What a rule that asks for one list of a lineage takes of memory. */
static size_t
bytes_for(struct place *place, const char *list)
{
	struct context *context = judge_context(place->judge);
	struct cel_value lineage, key = cel_string(bytes_of_text(list));
	const struct cel_value *found;

	context_begin(context, &place->view, NULL, 0);
	context_about(context, model_digest(1), "model/m1@1");
	lineage = context_lineage(context);
	found = cel_map_find(lineage.map, &key);
	assert_non_null(found);
	assert_int_equal(found->type, CEL_LIST);
	assert_true(found->list->count > 0);
	return arena_used(context_arena(context));
}

static void
a_lineage_reads_only_the_kind_that_is_asked_for(void **state)
{
	struct place *place = *state;
	size_t one = bytes_for(place, "evaluations");
	size_t many = bytes_for(place, "observations");

	assert_true(many > one + (OBSERVATIONS - 2) * sizeof(struct known));
	assert_true(one < 4 * sizeof(struct known));
	assert_true(bytes_for(place, "models") < 4 * sizeof(struct known));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audits_thing_by_thing_say_what_the_whole_audit_says),
		cmocka_unit_test(an_audit_of_one_model_says_what_the_whole_audit_says_of_it),
		cmocka_unit_test(what_was_asked_before_changes_nothing),
		cmocka_unit_test(who_signs_twice_is_one_signer),
		cmocka_unit_test(an_audit_ends_when_its_taker_wants_no_more),
		cmocka_unit_test(a_lineage_reads_only_the_kind_that_is_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
