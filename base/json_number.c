/*
 * Numbers that a double gives back.
 *
 * A literal survives if its digits come back when the double nearest to it is
 * printed with as many significant digits.  Up to 15 they always do in the
 * normal range; for 16 and 17 it is computed, in whole numbers where they fit
 * 128 bits, which is where nearly all measurements lie.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_internal.h"

/* cJSON reads no longer literal. */
#define LITERAL_MAX 60
#define DIGITS_MAX 17
#define DIGITS_SAFE 15
/*
 * Below 2^52 a mantissa is so small beside the double's own that half the
 * distance between doubles is less than half of its last digit.
 */
#define MANTISSA_SAFE (UINT64_C(1) << 52)
/* Powers of ten well inside the normal doubles. */
#define POWER_SAFE 290
/* Beyond any exponent that matters, and far from overflow of an int. */
#define POWER_MAX 100000
/* Room for any double by %g or %e, as a compiler counts it. */
#define PRINTED_MAX 320

__extension__ typedef unsigned __int128 uint128;

/* mantissa * 10^power, and what of it was not kept. */
struct decimal {
	uint64_t mantissa;
	int digits; /* Of the mantissa. */
	int dropped; /* Digits behind those that the mantissa has room for. */
	bool lost; /* One of them was not zero. */
	int power;
};

static const uint64_t powers_of_ten[] = {
	UINT64_C(1),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000),
};
/* Also how many digits a mantissa has room for. */
#define POWER_EXACT 19
/* A double's bits times 10^19 are less than 2^117. */
#define SHIFT_MAX 120

static locale_t c_locale;

static void
locale_init(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	/* Cannot be, for "C" is built in; then what the person set serves. */
	if (c_locale == (locale_t)0)
		c_locale = LC_GLOBAL_LOCALE;
}

locale_t
json_locale(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, locale_init);
	return c_locale;
}

/* strtod in the locale "C"; text is a literal already known to be one. */
static double
read_double(const char *text)
{
	locale_t before = uselocale(json_locale());
	int number = errno;
	double value = strtod(text, NULL);

	errno = number;
	uselocale(before);
	return value;
}

static void
print_double(char out[PRINTED_MAX], char style, int precision, double value)
{
	locale_t before = uselocale(json_locale());

	if (style == 'e')
		snprintf(out, PRINTED_MAX, "%.*e", precision, value);
	else
		snprintf(out, PRINTED_MAX, "%.*g", precision, value);
	uselocale(before);
}

static bool
is_digit(const uint8_t *at, const uint8_t *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/* Take digits into *decimal; returns where they end. */
static const uint8_t *
take_digits(struct decimal *decimal, const uint8_t *at, const uint8_t *end)
{
	for (; is_digit(at, end); at++) {
		uint8_t digit = (uint8_t)(*at - '0');

		if (decimal->digits < POWER_EXACT) {
			decimal->mantissa = decimal->mantissa * 10 + digit;
			decimal->digits += decimal->mantissa != 0 ? 1 : 0;
		} else {
			decimal->dropped += decimal->dropped < POWER_MAX;
			decimal->lost = decimal->lost || digit != 0;
		}
	}
	return at;
}

/* Take "e-12"; `at' is behind the e.  NULL if there are no digits. */
static const uint8_t *
take_exponent(struct decimal *decimal, const uint8_t *at, const uint8_t *end)
{
	bool negative = at < end && *at == '-';
	int power = 0;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (!is_digit(at, end))
		return NULL;
	for (; is_digit(at, end); at++)
		if (power < POWER_MAX)
			power = power * 10 + (*at - '0');
	decimal->power += negative ? -power : power;
	return at;
}

/*
 * value * 10^power as a whole number, and how far off that is: by
 * off / 2^shift, where 1 / 2^shift is the distance of doubles about value.
 * Halves go to the even neighbour, as printf has it.
 */
struct scaled {
	uint64_t whole;
	uint128 off;
};

/* For value > 0; false if 128 bits are not enough to tell. */
static bool
scale(struct scaled *out, double value, int power)
{
	int exponent;
	double fraction = frexp(value, &exponent);
	uint128 product, whole, rest;
	int shift = 53 - exponent;

	if (power < 0 || power > POWER_EXACT || shift <= 0 || shift > SHIFT_MAX)
		return false;
	product = (uint128)(uint64_t)ldexp(fraction, 53) * powers_of_ten[power];
	whole = product >> shift;
	rest = product - (whole << shift);
	out->off = ((uint128)1 << shift) - rest;
	if (rest > out->off || (rest == out->off && (whole & 1) != 0))
		whole++;
	else
		out->off = rest;
	out->whole = (uint64_t)whole;
	return whole <= UINT64_MAX;
}

/* Whether a decimal comes back from printing the double nearest to it. */
static bool
survives_printing(const struct decimal *decimal, double value)
{
	char text[PRINTED_MAX], *at = text;
	uint64_t mantissa = 0;

	print_double(text, 'e', decimal->digits - 1, value);
	for (; *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			mantissa = mantissa * 10 + (uint64_t)(*at - '0');
	return mantissa == decimal->mantissa &&
	    atoi(at + 1) == decimal->power + decimal->digits - 1;
}

/* What is wrong with a literal that needs a closer look, or NULL. */
static const char *
look_closer(const struct decimal *decimal, const uint8_t *at, size_t len)
{
	char text[LITERAL_MAX + 1];
	struct scaled scaled;
	double value;
	bool survives;

	memcpy(text, at, len);
	text[len] = '\0';
	value = fabs(read_double(text));
	if (isinf(value))
		return "a number is too large for a double";
	if (value == 0)
		return "a number is too small for a double";
	if (scale(&scaled, value, -decimal->power))
		survives = scaled.whole == decimal->mantissa;
	else
		survives = survives_printing(decimal, value);
	return survives
	    ? NULL
	    : "a number has digits that a double would not give back";
}

static const char *
check_whole(const struct decimal *decimal)
{
	return decimal->dropped > 0 ||
		decimal->mantissa > (uint64_t)JSON_INTEGER_MAX
	    ? "an integer is beyond 2^53"
	    : NULL;
}

static const char *
check_value(struct decimal *decimal, const uint8_t *at, size_t len)
{
	int lead;

	decimal->power += decimal->dropped;
	/* Zeros at the end say nothing, unless they are needed for place. */
	while (decimal->digits > DIGITS_SAFE && decimal->mantissa % 10 == 0) {
		decimal->mantissa /= 10;
		decimal->digits--;
		decimal->power++;
	}
	if (decimal->digits == 0)
		return NULL;
	if (decimal->lost || decimal->digits > DIGITS_MAX)
		return "a number has more than 17 significant digits";
	lead = decimal->power + decimal->digits - 1;
	if (lead >= -POWER_SAFE && lead <= POWER_SAFE &&
	    (decimal->digits <= DIGITS_SAFE ||
		decimal->mantissa < MANTISSA_SAFE))
		return NULL;
	return look_closer(decimal, at, len);
}

/* Take the literal's parts; NULL with *what when its grammar is broken. */
static const uint8_t *
take_literal(struct decimal *decimal, bool *whole, const uint8_t *at,
    const uint8_t *end, const char **what)
{
	const uint8_t *point;

	*what = "a number lacks digits";
	if (at < end && *at == '-')
		at++;
	if (!is_digit(at, end))
		return NULL;
	if (*at == '0' && is_digit(at + 1, end)) {
		*what = "a number begins with a needless zero";
		return NULL;
	}
	at = take_digits(decimal, at, end);
	*whole = true;
	if (at < end && *at == '.') {
		*whole = false;
		point = at++;
		if (!is_digit(at, end))
			return NULL;
		at = take_digits(decimal, at, end);
		/* More of them than the literal may have in all. */
		decimal->power = at - point > POWER_MAX
		    ? -POWER_MAX
		    : -(int)(at - point - 1);
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		*whole = false;
		at = take_exponent(decimal, at + 1, end);
	}
	return at;
}

const uint8_t *
json_number_end(const uint8_t *at, const uint8_t *end, const char **what,
    const char **remedy)
{
	struct decimal decimal = { 0 };
	bool whole = false;
	const uint8_t *after;

	*remedy = NULL;
	after = take_literal(&decimal, &whole, at, end, what);
	if (after == NULL)
		return NULL;
	if (whole) {
		*what = check_whole(&decimal);
		*remedy = "write it as a string";
	} else if (after - at > LITERAL_MAX) {
		*what = "a number is written with more than 60 characters";
		*remedy = "write it with an exponent";
	} else {
		*what = check_value(&decimal, at, (size_t)(after - at));
		*remedy = "round it to fewer digits, or write it as a string";
	}
	return *what == NULL ? after : NULL;
}

static void
write_integer(struct buffer *out, int64_t number)
{
	char text[24], *at = text + sizeof(text);
	uint64_t left = number < 0 ? (uint64_t)-number : (uint64_t)number;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--at = '-';
	buffer_append(out, bytes_of(at, (size_t)(text + sizeof(text) - at)));
}

/* Write whole / 10^power without zeros at the end; power is at most 19. */
static void
write_decimal(struct buffer *out, uint64_t whole, int power)
{
	char text[32], *at = text + sizeof(text);

	while (power > 0 && whole % 10 == 0) {
		whole /= 10;
		power--;
	}
	for (int place = 0; whole > 0 || place <= power; place++) {
		if (place == power && power > 0)
			*--at = '.';
		*--at = (char)('0' + whole % 10);
		whole /= 10;
	}
	buffer_append(out, bytes_of(at, (size_t)(text + sizeof(text) - at)));
}

/*
 * The shortest of 15 to 17 digits that read back, for the size of numbers
 * that %g writes without an exponent; false if it takes printf.  With k places
 * they read back if they are off by less than half the distance of doubles:
 * off * 2 < 10^k.  Below a power of two doubles are denser, but the few such
 * powers of this size come out exactly.
 */
static bool
write_shortest(struct buffer *out, double value)
{
	struct scaled scaled;
	int lead = 0;

	if (value < 1e-3 || value >= 1e15)
		return false;
	if (value < 1)
		lead = value < 1e-2 ? -3 : value < 1e-1 ? -2 : -1;
	while (lead >= 0 && value >= (double)powers_of_ten[lead + 1])
		lead++;
	for (int digits = DIGITS_SAFE; digits <= DIGITS_MAX; digits++) {
		int power = digits - 1 - lead;

		if (!scale(&scaled, value, power))
			return false;
		if (scaled.off * 2 < powers_of_ten[power]) {
			write_decimal(out, scaled.whole, power);
			return true;
		}
	}
	return false;
}

static void
write_printed(struct buffer *out, double number)
{
	char text[PRINTED_MAX];

	for (int digits = DIGITS_SAFE; digits <= DIGITS_MAX; digits++) {
		print_double(text, 'g', digits, number);
		if (read_double(text) == number)
			break;
	}
	buffer_text(out, text);
	/* Else it would read as an integer that cannot be trusted. */
	if (strpbrk(text, ".e") == NULL)
		buffer_text(out, ".0");
}

void
json_write_number(struct buffer *out, double number)
{
	if (isnan(number)) {
		buffer_text(out, "\"NaN\"");
	} else if (isinf(number)) {
		buffer_text(out, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	} else if (fabs(number) <= (double)JSON_INTEGER_MAX &&
	    number == (double)(int64_t)number) {
		write_integer(out, (int64_t)number);
	} else {
		if (number < 0)
			buffer_byte(out, '-');
		if (!write_shortest(out, fabs(number)))
			write_printed(out, fabs(number));
	}
}
