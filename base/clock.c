#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

/* 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
#define MS_FIRST (INT64_C(-719162) * MS_DAY)
#define MS_LAST (INT64_C(2932897) * MS_DAY - 1)

/* A date and time as written; offset in minutes east of UTC. */
struct civil {
	int year, month, day;
	int hour, minute, second, millisecond;
	int offset;
};

int64_t
clock_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first day of a year (1 to 10000). */
static int64_t
days_before_year(int year)
{
	int64_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

static int64_t
civil_to_ms(const struct civil *civil)
{
	int64_t days = days_before_year(civil->year) + civil->day - 1;

	for (int month = 1; month < civil->month; month++)
		days += days_in_month(civil->year, month);
	return days * MS_DAY + civil->hour * MS_HOUR +
	    (civil->minute - civil->offset) * MS_MINUTE +
	    civil->second * MS_SECOND + civil->millisecond;
}

static struct civil
civil_of_ms(int64_t ms)
{
	struct civil civil = { .month = 1 };
	int64_t days = ms / MS_DAY;
	int rest = (int)(ms % MS_DAY), day;

	if (rest < 0) {
		rest += (int)MS_DAY;
		days--;
	}
	/* A guess from the mean year, never late, at most one too early. */
	civil.year = (int)((days + 719162) * 400 / 146097) + 1;
	while (days_before_year(civil.year) > days)
		civil.year--;
	while (days_before_year(civil.year + 1) <= days)
		civil.year++;
	day = (int)(days - days_before_year(civil.year));
	while (day >= days_in_month(civil.year, civil.month)) {
		day -= days_in_month(civil.year, civil.month);
		civil.month++;
	}
	civil.day = day + 1;
	civil.hour = (int)(rest / MS_HOUR);
	civil.minute = (int)(rest % MS_HOUR / MS_MINUTE);
	civil.second = (int)(rest % MS_MINUTE / MS_SECOND);
	civil.millisecond = (int)(rest % MS_SECOND);
	return civil;
}

static void
put_digits(char *out, int value, int width)
{
	while (width-- > 0) {
		out[width] = (char)('0' + value % 10);
		value /= 10;
	}
}

struct time_text
time_format(int64_t ms)
{
	struct time_text out = { "0000-00-00T00:00:00.000Z" };
	struct civil civil;

	assert(ms >= MS_FIRST && ms <= MS_LAST);
	civil = civil_of_ms(ms);
	put_digits(out.text, civil.year, 4);
	put_digits(out.text + 5, civil.month, 2);
	put_digits(out.text + 8, civil.day, 2);
	put_digits(out.text + 11, civil.hour, 2);
	put_digits(out.text + 14, civil.minute, 2);
	put_digits(out.text + 17, civil.second, 2);
	put_digits(out.text + 20, civil.millisecond, 3);
	return out;
}

/* Take `width' digits off the front of *text. */
static bool
take_digits(int *value, struct bytes *text, size_t width)
{
	int sum = 0;

	if (text->len < width)
		return false;
	for (size_t i = 0; i < width; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return false;
		sum = sum * 10 + (text->data[i] - '0');
	}
	*value = sum;
	*text = bytes_after(*text, width);
	return true;
}

/* Take one of the given characters off the front of *text. */
static bool
take_one(struct bytes *text, const char *among)
{
	if (text->len == 0 || text->data[0] == '\0' ||
	    strchr(among, text->data[0]) == NULL)
		return false;
	*text = bytes_after(*text, 1);
	return true;
}

static bool
take_date(struct civil *civil, struct bytes *text)
{
	return take_digits(&civil->year, text, 4) && take_one(text, "-") &&
	    take_digits(&civil->month, text, 2) && take_one(text, "-") &&
	    take_digits(&civil->day, text, 2) && civil->year >= 1 &&
	    civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
	    civil->day <= days_in_month(civil->year, civil->month);
}

bool
time_parse_exact(int64_t *ms, struct bytes text)
{
	struct civil civil = { 0 };

	if (text.len != TIME_LEN || !take_date(&civil, &text) ||
	    !take_one(&text, "T") || !take_digits(&civil.hour, &text, 2) ||
	    !take_one(&text, ":") || !take_digits(&civil.minute, &text, 2) ||
	    !take_one(&text, ":") || !take_digits(&civil.second, &text, 2) ||
	    !take_one(&text, ".") ||
	    !take_digits(&civil.millisecond, &text, 3) || !take_one(&text, "Z"))
		return false;
	if (civil.hour > 23 || civil.minute > 59 || civil.second > 59)
		return false;
	*ms = civil_to_ms(&civil);
	return true;
}

/* Digits behind the point; those after the third are dropped. */
static bool
take_fraction(struct civil *civil, struct bytes *text)
{
	int digit, place = 100;
	bool any = false;

	if (!take_one(text, "."))
		return true;
	while (take_digits(&digit, text, 1)) {
		any = true;
		civil->millisecond += digit * place;
		place /= 10;
	}
	return any;
}

/* "Z", "+02:00" or "-05:30" (RFC 3339, 5.6). */
static bool
take_offset(struct civil *civil, struct bytes *text)
{
	int hour, minute, sign;

	if (take_one(text, "Zz"))
		return true;
	sign = text->len > 0 && text->data[0] == '-' ? -1 : 1;
	if (!take_one(text, "+-") || !take_digits(&hour, text, 2) ||
	    !take_one(text, ":") || !take_digits(&minute, text, 2) ||
	    hour > 23 || minute > 59)
		return false;
	civil->offset = sign * (hour * 60 + minute);
	return true;
}

static bool
take_time_of_day(struct civil *civil, struct bytes *text)
{
	if (!take_digits(&civil->hour, text, 2) || !take_one(text, ":") ||
	    !take_digits(&civil->minute, text, 2))
		return false;
	if (take_one(text, ":") &&
	    (!take_digits(&civil->second, text, 2) ||
		!take_fraction(civil, text)))
		return false;
	return civil->hour <= 23 && civil->minute <= 59 && civil->second <= 60;
}

/* Milliseconds of an age such as "7d", or -1. */
static int64_t
age_ms(struct bytes text)
{
	static const struct {
		const char *letter;
		int64_t ms;
	} units[] = {
		{ "s", MS_SECOND },
		{ "m", MS_MINUTE },
		{ "h", MS_HOUR },
		{ "d", MS_DAY },
		{ "w", 7 * MS_DAY },
	};
	int64_t count = 0;
	size_t digits = 0;
	int digit;

	for (; take_digits(&digit, &text, 1); digits++) {
		/* Further than any date reaches back already. */
		if (digits == 9)
			return -1;
		count = count * 10 + digit;
	}
	if (digits == 0)
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (bytes_equal(text, bytes_of_text(units[i].letter)))
			return count * units[i].ms;
	return -1;
}

static int
time_refuse(struct error *err, const char *text, const char *why)
{
	return error_set(err, ERROR_UNDECIDED,
	    "write a date (2026-11-23), a time (2026-11-23T09:00:00Z) or an "
	    "age (7d, 12h, 30m, 2w)",
	    "`%.80s' is not a time: %s", text, why);
}

static int
time_store(int64_t *out, int64_t ms, const char *text, struct error *err)
{
	if (ms < MS_FIRST || ms > MS_LAST)
		return time_refuse(err, text,
		    "it is outside the years 0001 to 9999");
	*out = ms;
	return 0;
}

int
time_parse(int64_t *ms, const char *text, int64_t now_ms, struct error *err)
{
	struct bytes rest = bytes_of_text(text);
	struct civil civil = { 0 };
	int64_t age = age_ms(rest);

	if (age >= 0)
		return time_store(ms, now_ms - age, text, err);
	if (!take_date(&civil, &rest))
		return time_refuse(err, text,
		    "it begins with no date there is");
	if (rest.len == 0)
		return time_store(ms, civil_to_ms(&civil), text, err);
	if (!take_one(&rest, "Tt ") || !take_time_of_day(&civil, &rest))
		return time_refuse(err, text,
		    "behind the date stands no time of day there is");
	if (civil.second == 60)
		return time_refuse(err, text,
		    "leap seconds have no place in the ledger's clock");
	if (rest.len == 0)
		return time_refuse(err, text,
		    "it says no zone: end it with Z for UTC, or with +02:00");
	if (!take_offset(&civil, &rest) || rest.len > 0)
		return time_refuse(err, text,
		    "it ends neither with Z nor with an offset like +02:00");
	return time_store(ms, civil_to_ms(&civil), text, err);
}
