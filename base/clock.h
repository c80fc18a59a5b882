/* clock.h: the only reader of time, and its one spelling. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* "2026-11-23T09:00:00.123Z": 24 characters and a NUL. */
#define TIME_LEN 24
struct time_text {
	char text[TIME_LEN + 1];
};

/* Milliseconds since 1970-01-01T00:00:00Z, by the system's clock. */
int64_t clock_now_ms(void);

/* Nanoseconds by a clock that never goes back, for measuring. */
int64_t clock_monotonic_ns(void);

/* The exact spelling used in entries (RFC 3339, UTC, three decimals).
 * ms is within years 0001 to 9999. */
struct time_text time_format(int64_t ms);

/* Exactly that spelling and a date that exists, or false. */
bool time_parse_exact(int64_t *ms, struct bytes text);

/*
 * What people type: a date ("2026-11-23", its first instant in UTC), an RFC
 * 3339 time with `Z' or an offset, with or without seconds and fraction, or
 * an age ("7d", "12h", "30m", "2w") before now_ms.  Leap seconds are refused.
 */
int time_parse(int64_t *ms, const char *text, int64_t now_ms,
    struct error *err);

#endif
