/* json_test.c: trees are read, asked, built and taken apart. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static struct json *
parse(const char *text)
{
	struct json *value = NULL;
	struct error err;

	if (json_parse(&value, bytes_of_text(text), &err) != 0)
		fail_msg("%s: %s", err.where, err.what);
	return value;
}

static void
is_written(const struct json *value, const char *expected)
{
	struct buffer out = buffer_new(100000);

	json_write(&out, value);
	assert_string_equal(buffer_string(&out), expected);
	buffer_free(&out);
}

static void
values_say_what_they_are(void **state)
{
	struct json *list = parse("[null,true,1.5,\"x\",[],{}]");
	const struct json *value = json_first(list);

	(void)state;
	assert_int_equal(json_type(list), JSON_LIST);
	for (int type = JSON_NULL; type <= JSON_OBJECT; type++) {
		assert_non_null(value);
		assert_int_equal((int)json_type(value), type);
		assert_non_null(json_type_name(json_type(value)));
		value = json_next(value);
	}
	assert_null(value);
	assert_string_equal(json_type_name(JSON_TEXT), "a text");
	assert_string_equal(json_type_name(JSON_NUMBER), "a number");
	json_free(list);
	json_free(NULL);
}

static void
members_are_found_by_their_exact_name(void **state)
{
	struct json *object = parse("{\"a\":1,\"A\":2,\"\\u0062\":\"x\"}");

	(void)state;
	assert_int_equal(json_integer(json_member(object, "a")), 1);
	assert_int_equal(json_integer(json_member(object, "A")), 2);
	assert_string_equal(json_member_text(object, "b"), "x");
	assert_null(json_member(object, "c"));
	assert_null(json_member_text(object, "a"));
	assert_null(json_member_text(object, "c"));
	assert_null(json_member(json_member(object, "a"), "a"));
	assert_null(json_member(NULL, "a"));
	assert_string_equal(json_name(json_first(object)), "a");
	assert_int_equal(json_count(object), 3);
	json_free(object);
}

static void
asking_another_type_gives_nothing(void **state)
{
	struct json *list = parse("[null,true,1.5,\"x\",[],{}]");
	const struct json *value = json_first(list);

	(void)state;
	for (int type = JSON_NULL; value != NULL; value = json_next(value)) {
		assert_int_equal(json_text(value) != NULL, type == JSON_TEXT);
		assert_true((json_number(value) > 0) == (type == JSON_NUMBER));
		assert_int_equal(json_bool(value), type == JSON_BOOL);
		assert_int_equal(json_integer(value), 0);
		assert_false(json_is_integer(value));
		type++;
	}
	assert_null(json_text(NULL));
	assert_false(json_bool(NULL));
	assert_int_equal(json_count(NULL), 0);
	json_free(list);
}

static void
whole_numbers_are_integers_up_to_two_to_the_53(void **state)
{
	static const struct {
		const char *text;
		bool is_integer;
		int64_t integer;
	} rows[] = {
		{ "0", true, 0 }, { "-7", true, -7 }, { "1.0", true, 1 },
		{ "1e3", true, 1000 }, { "1.5", false, 0 },
		{ "9007199254740992", true, INT64_C(9007199254740992) },
		{ "-9007199254740992", true, INT64_C(-9007199254740992) },
		{ "1e20", false, 0 }, { "9007199254740994.0", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json *value = parse(rows[i].text);

		assert_int_equal(json_is_integer(value), rows[i].is_integer);
		assert_int_equal(json_integer(value), rows[i].integer);
		json_free(value);
	}
}

static void
trees_are_built(void **state)
{
	struct json *object = json_new_object(), *list = json_new_list();
	struct error err;

	(void)state;
	assert_int_equal(json_push(list, json_new_integer(1), &err), 0);
	assert_int_equal(json_push(list, json_new_bool(false), &err), 0);
	assert_int_equal(json_push(list, json_new_null(), &err), 0);
	assert_int_equal(json_put(object, "t", json_new_text("x\n"), &err), 0);
	assert_int_equal(json_put(object, "l", list, &err), 0);
	assert_int_equal(json_put(object, "o", json_new_object(), &err), 0);
	assert_int_equal(json_put(object, "n", json_new_number(0.1), &err), 0);
	is_written(object,
	    "{\"t\":\"x\\n\",\"l\":[1,false,null],\"o\":{},\"n\":0.1}");
	json_free(object);
}

static void
what_json_cannot_say_becomes_a_text(void **state)
{
	struct json *list = json_new_list();
	struct error err;

	(void)state;
	json_push(list, json_new_number(NAN), &err);
	json_push(list, json_new_number(INFINITY), &err);
	json_push(list, json_new_number(-INFINITY), &err);
	json_push(list, json_new_integer(INT64_MAX), &err);
	json_push(list, json_new_integer(INT64_MIN), &err);
	json_push(list, json_new_integer(INT64_C(1) << 53), &err);
	json_push(list, json_new_integer(-(INT64_C(1) << 53) - 1), &err);
	is_written(list, "[\"NaN\",\"Infinity\",\"-Infinity\","
	    "\"9223372036854775807\",\"-9223372036854775808\","
	    "9007199254740992,\"-9007199254740993\"]");
	json_free(list);
}

static void
texts_of_bytes_are_copied_whole(void **state)
{
	struct json *text = json_new_text_of(bytes_of("abc", 2));

	(void)state;
	assert_string_equal(json_text(text), "ab");
	json_free(text);
	text = json_new_text_of(bytes_of(NULL, 0));
	assert_string_equal(json_text(text), "");
	json_free(text);
	/* A NUL would end a text early and hide the rest. */
	text = json_new_text_of(bytes_of("a\0b\0", 4));
	assert_string_equal(json_text(text), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD");
	json_free(text);
}

static void
a_missing_child_or_parent_is_one_failure(void **state)
{
	struct json *object = json_new_object(), *list = json_new_list();
	struct error err;

	(void)state;
	assert_int_equal(json_put(object, "a", NULL, &err), -1);
	assert_int_equal(err.class, ERROR_SYSTEM);
	assert_int_equal(json_push(list, NULL, &err), -1);
	/* The child is freed: the sanitizer would tell. */
	assert_int_equal(json_put(NULL, "a", json_new_text("x"), &err), -1);
	assert_int_equal(json_push(NULL, json_new_text("x"), &err), -1);
	is_written(object, "{}");
	json_free(object);
	json_free(list);
}

static void
a_copy_lives_on_its_own(void **state)
{
	struct json *object = parse("{\"a\":[1,{\"b\":\"x\"}],\"c\":null}");
	struct json *copy = json_copy(object);
	struct error err;

	(void)state;
	json_free(object);
	assert_int_equal(json_put(copy, "d", json_new_list(), &err), 0);
	is_written(copy, "{\"a\":[1,{\"b\":\"x\"}],\"c\":null,\"d\":[]}");
	json_free(copy);
}

static void
members_are_taken_out(void **state)
{
	struct json *object = parse("{\"a\":1,\"b\":[2],\"c\":3}"), *taken;
	struct error err;

	(void)state;
	assert_null(json_take(object, "x"));
	assert_null(json_take(NULL, "x"));
	taken = json_take(object, "b");
	is_written(object, "{\"a\":1,\"c\":3}");
	is_written(taken, "[2]");
	/* It may come back, under another name. */
	assert_int_equal(json_put(object, "d", taken, &err), 0);
	is_written(object, "{\"a\":1,\"c\":3,\"d\":[2]}");
	taken = json_take(object, "d");
	json_free(taken);
	json_free(json_take(object, "a"));
	json_free(json_take(object, "c"));
	is_written(object, "{}");
	json_free(object);
}

static void
a_failed_parse_leaves_out_alone(void **state)
{
	struct json *value = json_new_bool(true), *before = value;
	struct error err;

	(void)state;
	assert_int_equal(json_parse(&value, bytes_of_text("[1,"), &err), -1);
	assert_ptr_equal(value, before);
	json_free(value);
}

static void
an_arena_holds_many_trees(void **state)
{
	struct json_arena *arena = NULL;
	struct error err;

	(void)state;
	assert_int_equal(json_arena_new(&arena, &err), 0);
	for (int round = 0; round < 50; round++) {
		json_arena_begin(arena);
		for (int i = 0; i < 100; i++) {
			struct json *value = parse("{\"a\":[1,\"x\"],\"b\":{}}");

			assert_int_equal(json_put(value, "c",
			    json_new_integer(i), &err), 0);
			assert_int_equal(json_integer(json_member(value, "c")),
			    i);
			assert_string_equal(json_text(json_next(json_first(
			    json_member(value, "a")))), "x");
			json_free(json_take(value, "b"));
			json_free(value);
		}
		json_arena_end();
		json_arena_reset(arena);
	}
	json_arena_free(arena);
	json_arena_free(NULL);
}

static void
a_tree_larger_than_a_block_fits_an_arena(void **state)
{
	struct buffer text = buffer_new(10000000), again = buffer_new(10000000);
	struct json_arena *arena = NULL;
	struct json *value = NULL;
	struct error err;

	(void)state;
	buffer_text(&text, "[\"");
	for (int i = 0; i < 300000; i++)
		buffer_byte(&text, 'x');
	buffer_text(&text, "\"");
	for (int i = 0; i < 20000; i++)
		buffer_printf(&text, ",{\"n\":%d}", i);
	buffer_text(&text, "]");
	assert_int_equal(json_arena_new(&arena, &err), 0);
	json_arena_begin(arena);
	assert_int_equal(json_parse(&value, buffer_bytes(&text), &err), 0);
	json_write(&again, value);
	json_arena_end();
	assert_true(bytes_equal(buffer_bytes(&text), buffer_bytes(&again)));
	json_arena_reset(arena);
	json_arena_free(arena);
	buffer_free(&text);
	buffer_free(&again);
}

/* Trees from before and after an arena are freed as ever; those of the arena
 * may be freed late, in vain. */
static void
trees_know_where_they_were_made(void **state)
{
	struct json *outside = parse("{\"a\":[1]}"), *inside, *copy, *taken;
	struct json_arena *arena = NULL;
	struct error err;

	(void)state;
	assert_int_equal(json_arena_new(&arena, &err), 0);
	json_arena_begin(arena);
	inside = parse("{\"a\":[1],\"b\":{\"c\":[\"x\"]}}");
	json_free(outside);
	json_arena_end();
	copy = json_copy(inside);
	taken = json_take(inside, "b");
	json_free(taken);
	json_free(inside);
	taken = json_take(copy, "b");
	is_written(taken, "{\"c\":[\"x\"]}");
	json_free(taken);
	json_arena_reset(arena);
	is_written(copy, "{\"a\":[1]}");
	json_free(copy);
	json_arena_free(arena);
}

static void *
work_in_own_arena(void *argument)
{
	struct json_arena *arena = NULL;
	struct json *value = NULL;
	struct error err;
	uintptr_t wrong = 0;

	(void)argument;
	if (json_arena_new(&arena, &err) != 0)
		return (void *)1;
	for (int i = 0; i < 2000; i++) {
		json_arena_begin(arena);
		if (json_parse(&value, bytes_of_text("{\"a\":[1,2.5,\"x\"]}"),
		    &err) != 0 || json_count(json_member(value, "a")) != 3)
			wrong++;
		json_arena_end();
		json_arena_reset(arena);
	}
	json_arena_free(arena);
	return (void *)wrong;
}

static void
threads_have_arenas_of_their_own(void **state)
{
	pthread_t threads[3];
	void *wrong;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    work_in_own_arena, NULL), 0);
	for (int i = 0; i < 500; i++)
		json_free(parse("{\"b\":[true]}"));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_say_what_they_are),
		cmocka_unit_test(members_are_found_by_their_exact_name),
		cmocka_unit_test(asking_another_type_gives_nothing),
		cmocka_unit_test(
		    whole_numbers_are_integers_up_to_two_to_the_53),
		cmocka_unit_test(trees_are_built),
		cmocka_unit_test(what_json_cannot_say_becomes_a_text),
		cmocka_unit_test(texts_of_bytes_are_copied_whole),
		cmocka_unit_test(a_missing_child_or_parent_is_one_failure),
		cmocka_unit_test(a_copy_lives_on_its_own),
		cmocka_unit_test(members_are_taken_out),
		cmocka_unit_test(a_failed_parse_leaves_out_alone),
		cmocka_unit_test(an_arena_holds_many_trees),
		cmocka_unit_test(a_tree_larger_than_a_block_fits_an_arena),
		cmocka_unit_test(trees_know_where_they_were_made),
		cmocka_unit_test(threads_have_arenas_of_their_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
