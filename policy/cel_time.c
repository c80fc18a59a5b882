/* Timestamps and durations ("Timestamps and durations" of langdef.md; the
 * spellings are those of google.protobuf's JSON: RFC 3339, and "1.5s"). */
#include <string.h>

#include "policy/cel_functions_internal.h"
#include "policy/cel_zone.h"

/* Any sum of nanoseconds. */
__extension__ typedef __int128 wide_int;

#define NANOS 1000000000
#define DAY 86400
/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define TIMESTAMP_MIN INT64_C(-62135596800)
#define TIMESTAMP_MAX INT64_C(253402300799)
#define DURATION_MAX INT64_C(315576000000)

static struct cel_value
no_time(struct cel_run *run, struct bytes text, const char *type)
{
	return cel_errorf(run->arena, "'%.*s' is no %s",
	    (int)(text.len < 80 ? text.len : 80), (const char *)text.data,
	    type);
}

/* A whole value in nanoseconds, wide enough for any sum. */
static wide_int
wide(struct cel_time time)
{
	return (wide_int)time.seconds * NANOS + time.nanos;
}

/* Both parts of one sign for durations; nanos never negative for timestamps. */
static struct cel_value
narrowed(wide_int nanos, enum cel_type type)
{
	struct cel_value value = { .type = type };
	wide_int seconds = nanos / NANOS, rest = nanos % NANOS;
	wide_int least = type == CEL_TIMESTAMP ? TIMESTAMP_MIN : -DURATION_MAX;
	wide_int most = type == CEL_TIMESTAMP ? TIMESTAMP_MAX : DURATION_MAX;

	if (type == CEL_TIMESTAMP && rest < 0) {
		seconds--;
		rest += NANOS;
	}
	if (seconds < least || seconds > most)
		return cel_error(type == CEL_TIMESTAMP
			? "the timestamp is out of range"
			: "the duration is out of range");
	value.time.seconds = (int64_t)seconds;
	value.time.nanos = (int32_t)rest;
	return value;
}

struct cel_value
cel_time_add(const struct cel_value *a, const struct cel_value *b,
    enum cel_type type, bool minus)
{
	wide_int second = wide(b->time);
	wide_int sum = wide(a->time) + (minus ? -second : second);

	/* A difference is to be told in nanoseconds of 64 bits. */
	if (type == CEL_DURATION && (sum > INT64_MAX || sum < INT64_MIN))
		return cel_error("the duration is out of range");
	return narrowed(sum, type);
}

/* --- The calendar --- */

struct civil {
	int64_t year;
	int month; /* 1 … 12 */
	int day; /* 1 … 31 */
	int of_year; /* 0 … 365 */
	int of_week; /* 0 is Sunday */
	int second; /* Of the day. */
};

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_of_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the first of a year.  A zone's offset may lead into
 * the year 0: it is counted from 400 years before, which are 146,097 days. */
static int64_t
days_to_year(int64_t year)
{
	int64_t before = year + 399;

	return before * 365 + before / 4 - before / 100 + before / 400 -
	    719162 - 146097;
}

static struct civil
civil_of(int64_t seconds)
{
	struct civil civil = { .month = 1 };
	int64_t days = seconds / DAY, rest = seconds % DAY;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	civil.second = (int)rest;
	civil.of_week = (int)(((days + 4) % 7 + 7) % 7);
	civil.year = 1970 + days / 366;
	while (days_to_year(civil.year) > days)
		civil.year--;
	while (days_to_year(civil.year + 1) <= days)
		civil.year++;
	days -= days_to_year(civil.year);
	civil.of_year = (int)days;
	while (days >= days_of_month(civil.year, civil.month))
		days -= days_of_month(civil.year, civil.month++);
	civil.day = (int)days + 1;
	return civil;
}

/* --- Reading --- */

static bool
take_number(struct bytes *rest, size_t digits, int64_t *number)
{
	*number = 0;
	if (rest->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (rest->data[i] < '0' || rest->data[i] > '9')
			return false;
		*number = *number * 10 + (rest->data[i] - '0');
	}
	*rest = bytes_after(*rest, digits);
	return true;
}

static bool
take_byte(struct bytes *rest, char byte)
{
	if (rest->len == 0 || rest->data[0] != (uint8_t)byte)
		return false;
	*rest = bytes_after(*rest, 1);
	return true;
}

/* ".123": up to nine digits, as nanoseconds. */
static bool
take_fraction(struct bytes *rest, int64_t *nanos)
{
	size_t digits = 0;

	*nanos = 0;
	while (digits < rest->len && rest->data[digits] >= '0' &&
	    rest->data[digits] <= '9')
		digits++;
	if (digits == 0 || digits > 9 || !take_number(rest, digits, nanos))
		return false;
	while (digits++ < 9)
		*nanos *= 10;
	return true;
}

/* "+05:30", "-02:00"; the sign may be left out where `bare'. */
static bool
take_offset(struct bytes *rest, bool bare, int64_t *offset)
{
	bool minus = take_byte(rest, '-');
	int64_t hours, minutes;

	if (!minus && !take_byte(rest, '+') && !bare)
		return false;
	if (!take_number(rest, 2, &hours) || !take_byte(rest, ':') ||
	    !take_number(rest, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * 60 * (minus ? -1 : 1);
	return true;
}

static bool
read_timestamp(struct bytes text, wide_int *nanos)
{
	int64_t year, month, day, hour, minute, second, fraction = 0;
	int64_t offset = 0, days;

	if (!take_number(&text, 4, &year) || !take_byte(&text, '-') ||
	    !take_number(&text, 2, &month) || !take_byte(&text, '-') ||
	    !take_number(&text, 2, &day) || !take_byte(&text, 'T') ||
	    !take_number(&text, 2, &hour) || !take_byte(&text, ':') ||
	    !take_number(&text, 2, &minute) || !take_byte(&text, ':') ||
	    !take_number(&text, 2, &second) || year < 1 || month < 1 ||
	    month > 12 || day < 1 || day > days_of_month(year, (int)month) ||
	    hour > 23 || minute > 59 || second > 59)
		return false;
	if (take_byte(&text, '.') && !take_fraction(&text, &fraction))
		return false;
	if (!take_byte(&text, 'Z') && !take_offset(&text, false, &offset))
		return false;
	days = days_to_year(year) + day - 1;
	for (int m = 1; m < month; m++)
		days += days_of_month(year, m);
	*nanos = ((wide_int)days * DAY + hour * 3600 + minute * 60 + second -
		     offset) *
		NANOS +
	    fraction;
	return text.len == 0;
}

struct cel_value
cel_to_timestamp(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	wide_int nanos;

	(void)count;
	if (arg->type == CEL_TIMESTAMP)
		return *arg;
	if (arg->type == CEL_INT)
		return narrowed((wide_int)arg->integer * NANOS, CEL_TIMESTAMP);
	if (arg->type != CEL_STRING)
		return cel_errorf(run->arena, "a %s cannot become a timestamp",
		    cel_type_name(arg->type));
	if (!read_timestamp(arg->text, &nanos))
		return no_time(run, arg->text, "timestamp (RFC 3339)");
	return narrowed(nanos, CEL_TIMESTAMP);
}

static int64_t
take_unit(struct bytes *rest)
{
	static const struct {
		const char *name;
		int64_t nanos;
	} units[] = { { "ns", 1 }, { "us", 1000 }, { "\xc2\xb5s", 1000 },
		{ "ms", 1000000 }, { "h", INT64_C(3600) * NANOS },
		{ "m", INT64_C(60) * NANOS }, { "s", NANOS } };

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (bytes_begin(*rest, units[i].name)) {
			*rest = bytes_after(*rest, strlen(units[i].name));
			return units[i].nanos;
		}
	}
	return 0;
}

/* "1h30m2.5s": numbers with units, and a sign before all. */
static bool
read_duration(struct bytes text, wide_int *nanos)
{
	bool minus = take_byte(&text, '-');

	*nanos = 0;
	if (!minus)
		take_byte(&text, '+');
	if (bytes_equal(text, bytes_of_text("0")))
		return true;
	if (text.len == 0)
		return false;
	while (text.len > 0) {
		wide_int whole = 0, part = 0, scale = 1, unit;
		size_t digits = 0;

		for (; text.len > 0 && text.data[0] >= '0' &&
		     text.data[0] <= '9' && digits < 19;
		     digits++, text = bytes_after(text, 1))
			whole = whole * 10 + (text.data[0] - '0');
		if (take_byte(&text, '.')) {
			for (; text.len > 0 && text.data[0] >= '0' &&
			     text.data[0] <= '9' && digits < 38;
			     digits++, text = bytes_after(text, 1)) {
				if (scale >= (wide_int)NANOS * NANOS)
					continue;
				part = part * 10 + (text.data[0] - '0');
				scale *= 10;
			}
		}
		if (digits == 0 || (unit = take_unit(&text)) == 0)
			return false;
		*nanos += whole * unit + part * unit / scale;
		if (*nanos > (wide_int)DURATION_MAX * NANOS * 2)
			break;
	}
	*nanos = minus ? -*nanos : *nanos;
	return true;
}

struct cel_value
cel_to_duration(struct cel_run *run, const struct cel_value *arg, size_t count)
{
	wide_int nanos;

	(void)count;
	if (arg->type == CEL_DURATION)
		return *arg;
	if (arg->type == CEL_INT)
		return narrowed((wide_int)arg->integer * NANOS, CEL_DURATION);
	if (arg->type != CEL_STRING)
		return cel_errorf(run->arena, "a %s cannot become a duration",
		    cel_type_name(arg->type));
	if (!read_duration(arg->text, &nanos))
		return no_time(run, arg->text, "duration, such as 1h30m");
	return narrowed(nanos, CEL_DURATION);
}

/* --- Writing --- */

/* A fraction of a second without zeros at its end. */
static void
write_fraction(struct buffer *out, int32_t nanos)
{
	char digits[16];
	size_t len = 9;

	if (nanos == 0)
		return;
	for (size_t i = len; i > 0; i--, nanos /= 10)
		digits[i - 1] = (char)('0' + nanos % 10);
	while (digits[len - 1] == '0')
		len--;
	buffer_byte(out, '.');
	buffer_append(out, bytes_of(digits, len));
}

void
cel_time_write(struct buffer *out, const struct cel_value *value)
{
	struct cel_time time = value->time;
	struct civil civil;

	if (value->type == CEL_DURATION) {
		if (time.seconds < 0 || time.nanos < 0)
			buffer_byte(out, '-');
		buffer_printf(out, "%llu",
		    (unsigned long long)(time.seconds < 0 ? -time.seconds
							  : time.seconds));
		write_fraction(out, time.nanos < 0 ? -time.nanos : time.nanos);
		buffer_byte(out, 's');
		return;
	}
	civil = civil_of(time.seconds);
	buffer_printf(out, "%04lld-%02d-%02dT%02d:%02d:%02d",
	    (long long)civil.year, civil.month, civil.day, civil.second / 3600,
	    civil.second / 60 % 60, civil.second % 60);
	write_fraction(out, time.nanos);
	buffer_byte(out, 'Z');
}

/* --- Parts --- */

enum part {
	FULL_YEAR,
	MONTH,
	DATE,
	DAY_OF_MONTH,
	DAY_OF_WEEK,
	DAY_OF_YEAR,
	HOURS,
	MINUTES,
	SECONDS,
	MILLISECONDS,
};

static struct cel_value
part_of_timestamp(const struct cel_value *value, int64_t offset, enum part part)
{
	struct civil civil = civil_of(value->time.seconds + offset);

	switch (part) {
	case FULL_YEAR:
		return cel_int(civil.year);
	case MONTH:
		return cel_int(civil.month - 1);
	case DATE:
		return cel_int(civil.day);
	case DAY_OF_MONTH:
		return cel_int(civil.day - 1);
	case DAY_OF_WEEK:
		return cel_int(civil.of_week);
	case DAY_OF_YEAR:
		return cel_int(civil.of_year);
	case HOURS:
		return cel_int(civil.second / 3600);
	case MINUTES:
		return cel_int(civil.second / 60 % 60);
	case SECONDS:
		return cel_int(civil.second % 60);
	default:
		return cel_int(value->time.nanos / 1000000);
	}
}

static struct cel_value
part_of_duration(struct cel_run *run, const struct cel_value *value,
    enum part part)
{
	switch (part) {
	case HOURS:
		return cel_int(value->time.seconds / 3600);
	case MINUTES:
		return cel_int(value->time.seconds / 60);
	case SECONDS:
		return cel_int(value->time.seconds);
	case MILLISECONDS:
		return cel_int(value->time.nanos / 1000000);
	default:
		return cel_errorf(run->arena, "a duration has no such part");
	}
}

static struct cel_value
part_of(struct cel_run *run, const struct cel_value *arg, size_t count,
    enum part part)
{
	int64_t offset = 0;
	struct bytes zone;

	if (arg->type == CEL_DURATION && count == 1)
		return part_of_duration(run, arg, part);
	if (arg->type != CEL_TIMESTAMP ||
	    (count == 2 && arg[1].type != CEL_STRING))
		return cel_errorf(run->arena, "a %s has no such part",
		    cel_type_name(arg->type));
	if (count == 2) {
		zone = arg[1].text;
		if (!bytes_equal(zone, bytes_of_text("UTC")) &&
		    (!take_offset(&zone, true, &offset) || zone.len != 0) &&
		    !cel_zone_offset(arg[1].text, arg->time.seconds, &offset))
			return no_time(run, arg[1].text, "time zone");
	}
	return part_of_timestamp(arg, offset, part);
}

#define PART(function, part) \
	struct cel_value function(struct cel_run *run, \
	    const struct cel_value *arg, size_t count) \
	{ \
		return part_of(run, arg, count, part); \
	}
PART(cel_get_full_year, FULL_YEAR)
PART(cel_get_month, MONTH)
PART(cel_get_date, DATE)
PART(cel_get_day_of_month, DAY_OF_MONTH)
PART(cel_get_day_of_week, DAY_OF_WEEK)
PART(cel_get_day_of_year, DAY_OF_YEAR)
PART(cel_get_hours, HOURS)
PART(cel_get_minutes, MINUTES)
PART(cel_get_seconds, SECONDS)
PART(cel_get_milliseconds, MILLISECONDS)
