/* text_test.c: what terminals show, and what people meant to type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void
well_formed_utf_8_is_recognised(void **state)
{
	static const char *const good[] = { "", "plain ascii of some length",
		"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
		"\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
		"\xF4\x8F\xBF\xBF", "eight by\xC3\xA9 more" };
	static const char *const bad[] = { "\x80", "\xBF", "\xC0\x80",
		"\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF",
		"\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82", "\xF0\x80\x80\x80",
		"\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
		"\xFF", "\xFE", "\xF0\x9F\x98", "eight by\xE9 more",
		"seven b\xE9", "\xC3\xA9\xA9" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!text_is_utf8(bytes_of_text(good[i])))
			fail_msg("good text %zu was refused", i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (text_is_utf8(bytes_of_text(bad[i])))
			fail_msg("bad text %zu was accepted", i);
	assert_true(text_is_utf8(bytes_of("a\0b", 3)));
}

static void
shows(struct bytes bytes, const char *expected)
{
	struct buffer out = buffer_new(1000);

	text_show(&out, bytes);
	assert_string_equal(buffer_string(&out), expected);
	buffer_free(&out);
}

static void
a_terminal_is_given_nothing_to_obey(void **state)
{
	(void)state;
	shows(bytes_of_text("plain, Größe, 数据, 😀"),
	    "plain, Größe, 数据, 😀");
	shows(bytes_of_text("a\nb\tc\r"), "a\\nb\\tc\\x0D");
	shows(bytes_of_text("\033[31mred\033]0;title\a"),
	    "\\x1B[31mred\\x1B]0;title\\x07");
	shows(bytes_of("nul\0!", 5), "nul\\x00!");
	shows(bytes_of_text("del\x7F"), "del\\x7F");
	/* CSI in one character, as a C1 control. */
	shows(bytes_of_text("\xC2\x9B""31m"), "\\u{9B}31m");
	/* And as the byte of an old terminal. */
	shows(bytes_of_text("\x9B""31m"), "\\x9B31m");
	shows(bytes_of_text("cut \xE2\x82"), "cut \\xE2\\x82");
	shows(bytes_of_text("\xED\xA0\x80"), "\\xED\\xA0\\x80");
}

static void
nothing_hides_or_turns_a_text_around(void **state)
{
	static const uint32_t codes[] = { 0x200B, 0x200C, 0x200D, 0x200E,
		0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2028, 0x2029,
		0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x061C, 0xFEFF, 0x00AD,
		0x0080, 0x009F };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct buffer in = buffer_new(16), out = buffer_new(64);
		char expected[32];
		uint32_t c = codes[i];

		if (c < 0x800) {
			buffer_byte(&in, (uint8_t)(0xC0 | c >> 6));
		} else {
			buffer_byte(&in, (uint8_t)(0xE0 | c >> 12));
			buffer_byte(&in, (uint8_t)(0x80 | (c >> 6 & 63)));
		}
		buffer_byte(&in, (uint8_t)(0x80 | (c & 63)));
		text_show(&out, buffer_bytes(&in));
		snprintf(expected, sizeof(expected), "\\u{%X}", (unsigned)c);
		assert_string_equal(buffer_string(&out), expected);
		buffer_free(&in);
		buffer_free(&out);
	}
}

static size_t
columns(const char *text)
{
	return text_columns(bytes_of_text(text));
}

static void
columns_are_counted_as_a_terminal_does(void **state)
{
	(void)state;
	assert_int_equal(columns(""), 0);
	assert_int_equal(columns("vouch"), 5);
	assert_int_equal(columns("Größe"), 5);
	/* The same with the mark as a character of its own. */
	assert_int_equal(columns("Gro\xCC\x88""ße"), 5);
	assert_int_equal(columns("数据"), 4);
	assert_int_equal(columns("データ"), 6);
	assert_int_equal(columns("한국"), 4);
	assert_int_equal(columns("ＡＢ"), 4);
	assert_int_equal(columns("ｱ"), 1);
	assert_int_equal(columns("😀!"), 3);
	assert_int_equal(columns("└── ✓"), 5);
	assert_int_equal(columns("Привет"), 6);
}

static const char *const words[] = { "init", "key", "dataset", "run", "model",
	"evaluate", "observe", "incident", "record", "log", "verify", NULL };

static void
slips_find_the_word_that_was_meant(void **state)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "verfiy", "verify" }, { "vrify", "verify" },
		{ "verifyy", "verify" }, { "VERIFY", "verify" },
		{ "int", "init" }, { "evalaute", "evaluate" },
		{ "evaluation", "evaluate" }, { "datset", "dataset" },
		{ "rnu", "run" }, { "lgo", "log" }, { "incidnet", "incident" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *nearest = text_nearest(rows[i].typed, words);

		assert_non_null(nearest);
		assert_string_equal(nearest, rows[i].meant);
	}
}

static void
a_word_far_from_all_finds_none(void **state)
{
	static const char *const none[] = { NULL };
	char endless[5000];

	(void)state;
	assert_null(text_nearest("banana", words));
	assert_null(text_nearest("", words));
	assert_null(text_nearest("x", words));
	/* Of one letter nothing would be left. */
	assert_null(text_nearest("x", (const char *const[]){ "y", NULL }));
	assert_null(text_nearest("xyz", words));
	assert_null(text_nearest("verify", none));
	memset(endless, 'r', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_null(text_nearest(endless, words));
}

static void
the_nearest_of_several_wins(void **state)
{
	static const char *const near[] = { "params", "param", "paramx", NULL };

	(void)state;
	assert_string_equal(text_nearest("param", near), "param");
	assert_string_equal(text_nearest("parms", near), "params");
}

static void
names_are_plain(void **state)
{
	static const char *const good[] = { "a", "7", "credit-model",
		"team/model_2.1", "A/B.c-d_e" };
	static const char *const bad[] = { "", "-a", ".a", "/a", "_a", "a b",
		"a:b", "a\n", "é", "a\xC3\xA9", "a@1", "a\\b" };
	char longest[201];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(text_is_name(bytes_of_text(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_name(bytes_of_text(bad[i])));
	assert_false(text_is_name(bytes_of("a\0b", 3)));
	memset(longest, 'n', sizeof(longest));
	assert_true(text_is_name(bytes_of(longest, 200)));
	assert_false(text_is_name(bytes_of(longest, 201)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_utf_8_is_recognised),
		cmocka_unit_test(a_terminal_is_given_nothing_to_obey),
		cmocka_unit_test(nothing_hides_or_turns_a_text_around),
		cmocka_unit_test(columns_are_counted_as_a_terminal_does),
		cmocka_unit_test(slips_find_the_word_that_was_meant),
		cmocka_unit_test(a_word_far_from_all_finds_none),
		cmocka_unit_test(the_nearest_of_several_wins),
		cmocka_unit_test(names_are_plain),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
