/* events_internal.h: what was said, between taking it in and writing it. */
#ifndef CAPTURE_EVENTS_INTERNAL_H
#define CAPTURE_EVENTS_INTERNAL_H

#include <stdbool.h>

#include "capture/events.h"
#include "capture/series_internal.h"

/*
 * A record must fit an entry whatever a program says about itself: a payload
 * of some 48,000 bytes.  This much is for parameters, seeds, tags and notes;
 * this much for metrics and series; the rest for what we see ourselves.
 */
#define EVENTS_SAID_LEN (12 * 1024)
#define EVENTS_METRICS_LEN (26 * 1024)
/* What a metric needs beside its name, and its series beside its name: four
 * numbers, a count, a digest and the words for them. */
#define EVENTS_METRIC_LEN 30
#define EVENTS_SERIES_LEN 230
/* All points of all metrics (16 bytes each), and paths. */
#define EVENTS_POINTS_MAX ((size_t)16 * 1024 * 1024)
#define EVENTS_PATHS_MAX 1024

/* A number, true or false, or a text. */
struct scalar {
	enum json_type type;
	double number;
	bool truth;
	char *text;
};

struct named {
	char *name;
	struct scalar value;
};

struct named_list {
	struct named *items;
	size_t count;
	size_t capacity;
};

struct path_list {
	char **items;
	size_t count;
	size_t capacity;
};

struct events {
	struct named_list parameters;
	struct named_list seeds;
	struct named_list tags;
	struct buffer note;
	struct series *metrics;
	size_t metric_count;
	size_t metric_capacity;
	struct path_list inputs;
	struct path_list outputs;
	size_t said_len;
	size_t metrics_len;
	size_t point_count;
	uint64_t line_count;
	uint64_t refused_count;
	char *first_refusal;
	struct buffer plain; /* The line being read, as strict JSON. */
	struct digest_stream hash; /* Of the files read. */
	bool hashed;
	bool no_memory;
};

/*
 * Take in what a line says.  ERROR_UNDECIDED when it is none of ours, or a
 * part of it could not be used.
 */
int events_take(struct events *events, const struct json *line,
    struct error *err);

/*
 * Append a line as strict JSON: outside of texts NaN, Infinity and -Infinity
 * are put in quotes, as records spell them, and so are whole numbers beyond
 * 2^53.  What else is wrong with it stays wrong.
 */
void events_plain(struct buffer *out, struct bytes line);

#endif
