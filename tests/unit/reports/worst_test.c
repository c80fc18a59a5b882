#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/worst.h"

#define MANY 2000

static struct error err;

/* The same numbers each time. */
static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16;
}

/* Many results of a few sorts, so that most are as bad as some other. */
static void
make_cells(struct cell cells[MANY], char names[MANY][16], unsigned seed)
{
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(names[i], sizeof names[i], "m%u",
		    next(&seed) % 40);
		cells[i] = (struct cell){ .rule = next(&seed) % 5,
			.name = names[i],
			.environment = next(&seed) % 2 == 0 ? "a" : "b",
			.message = i % 3 == 0 ? NULL : names[i],
			.result = (enum result)(next(&seed) % RESULT_COUNT),
			.denies = next(&seed) % 3 == 0,
			.value_count = 1,
			.value = { { "x", names[i] } },
			.number = i };
	}
}

static void
the_worst_are_those_a_sort_would_put_first(void **state)
{
	static struct cell cells[MANY];
	static char names[MANY][16];
	static const size_t most[] = { 1, 2, 50, 500, MANY, MANY + 1 };

	(void)state;
	for (unsigned i = 0; i < sizeof most / sizeof most[0]; i++) {
		struct worst worst = { .most = most[i] };

		make_cells(cells, names, i);
		for (size_t k = 0; k < MANY; k++)
			assert_int_equal(worst_keep(&worst, &cells[k], &err),
			    0);
		qsort(cells, MANY, sizeof *cells, worst_order);
		assert_int_equal(worst.count,
		    most[i] < MANY ? most[i] : MANY);
		qsort(worst.cell, worst.count, sizeof *worst.cell,
		    worst_order);
		for (size_t k = 0; k < worst.count; k++)
			assert_int_equal(worst.cell[k].number,
			    cells[k].number);
		worst_free(&worst);
	}
}

static void
what_is_kept_has_its_own_texts(void **state)
{
	char name[] = "model", value[] = "one";
	struct worst worst = { .most = 2 };
	struct cell cell = { .name = name,
		.environment = "",
		.result = RESULT_FAIL,
		.value_count = 2,
		.value = { { "x", value }, { NULL, NULL } } };

	(void)state;
	assert_int_equal(worst_keep(&worst, &cell, &err), 0);
	memset(name, 'x', sizeof name - 1);
	memset(value, 'x', sizeof value - 1);
	assert_string_equal(worst.cell[0].name, "model");
	assert_string_equal(worst.cell[0].environment, "");
	assert_null(worst.cell[0].message);
	assert_string_equal(worst.cell[0].value[0].expression, "x");
	assert_string_equal(worst.cell[0].value[0].value, "one");
	assert_null(worst.cell[0].value[1].value);
	worst_free(&worst);
}

static void
what_is_not_among_the_worst_is_not_wanted(void **state)
{
	struct worst worst = { .most = 1 };
	struct cell fail = { .name = "m", .environment = "",
		.result = RESULT_FAIL, .number = 1 };
	struct cell pass = fail, denied = fail;

	(void)state;
	pass.result = RESULT_PASS;
	denied.denies = true;
	assert_true(worst_wants(&worst, &pass));
	assert_int_equal(worst_keep(&worst, &fail, &err), 0);
	assert_false(worst_wants(&worst, &pass));
	assert_false(worst_wants(&worst, &fail));
	assert_true(worst_wants(&worst, &denied));
	assert_int_equal(worst_keep(&worst, &pass, &err), 0);
	assert_int_equal(worst.cell[0].result, RESULT_FAIL);
	worst_free(&worst);
	worst.most = 0;
	assert_false(worst_wants(&worst, &fail));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_are_those_a_sort_would_put_first),
		cmocka_unit_test(what_is_kept_has_its_own_texts),
		cmocka_unit_test(what_is_not_among_the_worst_is_not_wanted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
