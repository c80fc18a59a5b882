/* facts_test.c: what is gathered of a record for the index. */
#include <stdio.h>

#include <time.h>

#include "ledger/facts.h"
#include "tests/unit/ledger/records.h"

#define A64 "9f86d081884c7d659a2feaa0c55ad015" \
    "a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define B64 "60303ae22b998861bce3b28f33eec1be" \
    "758a213c86c93c076dbe9f558c11c752"
#define C64 "0000000000000000000000000000000000000000" \
    "000000000000000000000000"

static struct facts
gather(const char *kind, const char *members)
{
	struct facts facts = facts_new();
	struct record record = test_record(kind, members);
	struct error err;

	if (facts_gather(&facts, &record, &err) == -1)
		fail_msg("%s", err.what);
	record_free(&record);
	return facts;
}

/* The facts as lines "role digest-start name" or "role name=value". */
static struct buffer
lines_of(const struct facts *facts)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->fact[i];

		buffer_text(&out, fact_role_name(fact->role));
		if (fact->role < FACT_PARAMETER)
			buffer_printf(&out, " %.4s %s\n",
			    digest_hex(fact->digest).text,
			    facts_text(facts, fact->name));
		else if (fact->type == FACT_NUMBER)
			buffer_printf(&out, " %s=%g\n",
			    facts_text(facts, fact->name), fact->number);
		else
			buffer_printf(&out, " %s=\"%s\"\n",
			    facts_text(facts, fact->name),
			    facts_text(facts, fact->text));
	}
	return out;
}

static void
check_facts(const char *kind, const char *members, const char *lines)
{
	struct facts facts = gather(kind, members);
	struct buffer found = lines_of(&facts);

	assert_string_equal(buffer_string(&found), lines);
	buffer_free(&found);
	facts_free(&facts);
}

static void
a_run_gives_inputs_outputs_parameters_and_metrics(void **state)
{
	(void)state;
	check_facts("run", "{\"phase\":\"end\",\"started\":\"" C64 "\","
	    "\"name\":\"a\",\"version\":\"1\",\"status\":\"failed\","
	    "\"parameters\":{\"lr\":0.1,\"l2\":true,\"l1\":false,"
	    "\"solver\":\"gd\",\"empty\":\"\"},"
	    "\"metrics\":{\"loss\":\"NaN\",\"n\":3},"
	    "\"inputs\":[{\"name\":\"i.csv\",\"digest\":\"" A64 "\","
	    "\"manifest\":\"" C64 "\"}],"
	    "\"outputs\":[{\"name\":\"o.json\",\"digest\":\"" B64 "\"}],"
	    "\"series\":{\"loss\":{\"count\":300,\"steps\":\"" B64 "\"}}}",
	    "subject 9d5e run/a@1\n"
	    "subject 6030 o.json\n"
	    "entry 0000 \n"
	    "parameter lr=0.1\n"
	    "parameter l2=\"true\"\n"
	    "parameter l1=\"false\"\n"
	    "parameter solver=\"gd\"\n"
	    "parameter empty=\"\"\n"
	    "metric loss=\"NaN\"\n"
	    "metric n=3\n"
	    "input 9f86 i.csv\n"
	    "attachment 0000 i.csv\n"
	    "output 6030 o.json\n"
	    "attachment 6030 \n");
}

static void
what_a_record_is_about_is_named(void **state)
{
	(void)state;
	check_facts("evaluation", "{\"model\":{\"name\":\"m\",\"digest\":\""
	    A64 "\"},\"dataset\":{\"digest\":\"" B64 "\",\"name\":\"d\"},"
	    "\"metrics\":{\"auc\":0.5},\"report\":\"" C64 "\","
	    "\"run\":\"" C64 "\",\"supersedes\":{\"entry\":\"" C64
	    "\",\"because\":\"x\"}}",
	    "subject 9f86 m\nmodel 9f86 m\ndataset 6030 d\nmetric auc=0.5\n"
	    "attachment 0000 \nentry 0000 \nsupersedes 0000 \n");
	check_facts("dataset", "{\"name\":\"a\",\"version\":\"1\","
	    "\"parents\":[{\"digest\":\"" A64 "\"},{\"digest\":\"" B64
	    "\",\"name\":\"p\"}]}",
	    "subject 4edf dataset/a@1\nparent 9f86 \nparent 6030 p\n");
}

static void
name_version_and_status_are_the_records_own(void **state)
{
	struct facts facts = gather("run", kind_named("run")->example);

	(void)state;
	assert_string_equal(facts_text(&facts, facts.name), "credit/train");
	assert_string_equal(facts_text(&facts, facts.version), "3");
	assert_string_equal(facts_text(&facts, facts.status), "finished");
	facts_free(&facts);
	facts = gather("observation", kind_named("observation")->example);
	assert_string_equal(facts_text(&facts, facts.name), "");
	assert_string_equal(facts_text(&facts, facts.version), "");
	assert_string_equal(facts_text(&facts, facts.status), "");
	facts_free(&facts);
	facts = gather("key", kind_named("key")->example);
	assert_string_equal(facts_text(&facts, facts.name), "bob");
	assert_string_equal(facts_text(&facts, facts.status), "enrol");
	facts_free(&facts);
	facts_free(NULL);
}

static void
the_same_digest_in_one_role_is_kept_once(void **state)
{
	(void)state;
	check_facts("run", "{\"phase\":\"start\",\"name\":\"a\","
	    "\"version\":\"1\",\"inputs\":[{\"name\":\"one\",\"digest\":\""
	    A64 "\"},{\"name\":\"two\",\"digest\":\"" A64 "\"},"
	    "{\"name\":\"three\",\"digest\":\"" B64 "\"}]}",
	    "subject 9d5e run/a@1\ninput 9f86 one\ninput 6030 three\n");
}

/* A run with `count' inputs, each digest twice, and as many parameters. */
static struct buffer
many_inputs(size_t count)
{
	struct buffer out = buffer_new(LIMIT_ENVELOPE);

	buffer_text(&out, "{\"phase\":\"start\",\"name\":\"a\","
	    "\"version\":\"1\",\"parameters\":{");
	for (size_t i = 0; i < count; i++)
		buffer_printf(&out, "%s\"p%zu\":%zu", i == 0 ? "" : ",", i,
		    i);
	buffer_text(&out, "},\"inputs\":[");
	for (size_t i = 0; i < 2 * count; i++)
		buffer_printf(&out, "%s{\"name\":\"%zu\",\"digest\":"
		    "\"%064zx\"}", i == 0 ? "" : ",", i, i / 2);
	buffer_text(&out, "]}");
	return out;
}

static void
many_facts_are_each_kept_once(void **state)
{
	(void)state;
	for (size_t count = 10; count < 1000; count = count * 3 / 2) {
		struct buffer members = many_inputs(count);
		struct facts facts = gather("run", buffer_string(&members));

		assert_int_equal(facts.count, 2 * count + 1);
		for (size_t i = 0; i < count; i++) {
			const struct fact *fact = &facts.fact[count + 1 + i];
			char name[20];

			(void)snprintf(name, sizeof(name), "%zu", 2 * i);
			assert_int_equal(fact->role, FACT_INPUT);
			assert_string_equal(facts_text(&facts, fact->name),
			    name);
			assert_int_equal(facts.fact[1 + i].role,
			    FACT_PARAMETER);
			assert_true(facts.fact[1 + i].number == (double)i);
		}
		facts_free(&facts);
		buffer_free(&members);
	}
}

static void
facts_are_reused_from_record_to_record(void **state)
{
	struct buffer members = many_inputs(100);
	struct record large = test_record("run", buffer_string(&members));
	struct record small = test_record("observation",
	    kind_named("observation")->example);
	struct facts facts = facts_new(), fresh = facts_new();
	struct buffer found, wanted;
	struct error err;

	(void)state;
	assert_int_equal(facts_gather(&facts, &large, &err), 0);
	assert_int_equal(facts_gather(&facts, &small, &err), 0);
	assert_int_equal(facts_gather(&fresh, &small, &err), 0);
	assert_string_equal(facts_text(&facts, facts.name), "");
	assert_string_equal(facts_text(&facts, facts.version), "");
	found = lines_of(&facts);
	wanted = lines_of(&fresh);
	assert_string_equal(buffer_string(&found), buffer_string(&wanted));
	buffer_free(&found);
	buffer_free(&wanted);
	assert_int_equal(facts_gather(&facts, &large, &err), 0);
	assert_int_equal(facts_gather(&fresh, &large, &err), 0);
	found = lines_of(&facts);
	wanted = lines_of(&fresh);
	assert_string_equal(buffer_string(&found), buffer_string(&wanted));
	buffer_free(&found);
	buffer_free(&wanted);
	facts_free(&facts);
	facts_free(&fresh);
	record_free(&large);
	record_free(&small);
	buffer_free(&members);
}

static void
the_largest_record_is_gathered(void **state)
{
	struct buffer members = many_inputs(1200);
	clock_t began = clock();
	struct facts facts = gather("run", buffer_string(&members));

	(void)state;
	assert_int_equal(facts.count, 2401);
	/* Looking at every fact before would take much longer. */
	/* A bound for what is much too slow, also under valgrind. */
	assert_true((clock() - began) / CLOCKS_PER_SEC < 20);
	facts_free(&facts);
	buffer_free(&members);
}

static void
roles_have_names(void **state)
{
	(void)state;
	assert_string_equal(fact_role_name(FACT_SUBJECT), "subject");
	assert_string_equal(fact_role_name(FACT_ATTACHMENT), "attachment");
	assert_string_equal(fact_role_name(FACT_METRIC), "metric");
	assert_string_equal(fact_role_name((enum fact_role)14), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_run_gives_inputs_outputs_parameters_and_metrics),
		cmocka_unit_test(what_a_record_is_about_is_named),
		cmocka_unit_test(name_version_and_status_are_the_records_own),
		cmocka_unit_test(the_same_digest_in_one_role_is_kept_once),
		cmocka_unit_test(many_facts_are_each_kept_once),
		cmocka_unit_test(facts_are_reused_from_record_to_record),
		cmocka_unit_test(the_largest_record_is_gathered),
		cmocka_unit_test(roles_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
