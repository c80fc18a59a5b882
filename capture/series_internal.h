/* series_internal.h: how a metric went, step by step. */
#ifndef CAPTURE_SERIES_INTERNAL_H
#define CAPTURE_SERIES_INTERNAL_H

#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "capture/events.h"

struct series_point {
	double step;
	double value;
};

struct series {
	char *name;
	struct series_point *points; /* In the order they were said. */
	size_t count;
	size_t capacity;
};

/* So that all lines "STEP VALUE\n" (at most 50 bytes) fit an attachment. */
#define SERIES_POINTS_MAX ((size_t)4 * 1024 * 1024)

/* How much of a series a record has room for. */
struct series_detail {
	size_t points; /* All of them, if they are at most so many. */
	size_t sketch; /* Otherwise so many, and the rest attached. */
};

/*
 * Put the series (of at least two points) into the object by its name.  keep
 * takes the attachment, if one is needed; with keep NULL the digest is zeros:
 * to see how long it would be.
 */
int series_put(struct json *object, const struct series *series,
    struct series_detail detail, events_keep *keep, void *cookie,
    struct error *err);

#endif
