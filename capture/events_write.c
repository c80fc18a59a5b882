/* events_write.c: what a run said about itself becomes members of a record. */
#include "base/limits.h"
#include "capture/events_internal.h"

/* From everything to nothing but what sums it up. */
static const struct series_detail details[] = {
	{ LIMIT_SERIES_INLINE, LIMIT_SERIES_SKETCH },
	{ 50, 50 },
	{ 20, 20 },
	{ 10, 10 },
	{ 0, 0 },
};
#define DETAILS (sizeof(details) / sizeof(details[0]))

static struct json *
scalar_json(const struct scalar *scalar)
{
	if (scalar->type == JSON_NUMBER)
		return json_new_number(scalar->number);
	if (scalar->type == JSON_BOOL)
		return json_new_bool(scalar->truth);
	return json_new_text(scalar->text);
}

static int
put_named(struct json *members, const char *name, const struct named_list *list,
    struct error *err)
{
	struct json *object;

	if (list->count == 0)
		return 0;
	object = json_new_object();
	for (size_t i = 0; i < list->count; i++)
		if (json_put(object, list->items[i].name,
			scalar_json(&list->items[i].value), err) == -1) {
			json_free(object);
			return -1;
		}
	return json_put(members, name, object, err);
}

static int
put_metrics(struct json *members, const struct events *events,
    struct error *err)
{
	struct json *object;

	if (events->metric_count == 0)
		return 0;
	object = json_new_object();
	for (size_t i = 0; i < events->metric_count; i++) {
		const struct series *series = &events->metrics[i];

		if (series->count > 0 &&
		    json_put(object, series->name,
			json_new_number(series->points[series->count - 1]
					    .value),
			err) == -1) {
			json_free(object);
			return -1;
		}
	}
	return json_put(members, "metrics", object, err);
}

/* All series in one detail, as an object. */
static int
all_series(struct json **out, const struct events *events,
    struct series_detail detail, events_keep *keep, void *cookie,
    struct error *err)
{
	struct json *object = json_new_object();

	if (object == NULL)
		return error_memory(err);
	for (size_t i = 0; i < events->metric_count; i++)
		if (events->metrics[i].count > 1 &&
		    series_put(object, &events->metrics[i], detail, keep,
			cookie, err) == -1) {
			json_free(object);
			return -1;
		}
	*out = object;
	return 0;
}

/* Whether metrics and series fit the record in this detail. */
static int
detail_fits(bool *fits, const struct events *events,
    struct series_detail detail, struct error *err)
{
	struct buffer written = buffer_new(SIZE_MAX / 2);
	struct json *object = NULL;
	int result = -1;

	if (all_series(&object, events, detail, NULL, NULL, err) == -1 ||
	    put_metrics(object, events, err) == -1)
		goto done;
	json_write(&written, object);
	if (buffer_check(&written, "series", err) == -1)
		goto done;
	*fits = written.len <= EVENTS_METRICS_LEN;
	result = 0;
done:
	json_free(object);
	buffer_free(&written);
	return result;
}

static int
put_series(struct json *members, const struct events *events, events_keep *keep,
    void *cookie, struct error *err)
{
	struct json *object = NULL;
	bool fits = false;
	size_t i = 0;

	while (i < DETAILS - 1) {
		if (detail_fits(&fits, events, details[i], err) == -1)
			return -1;
		if (fits)
			break;
		i++;
	}
	if (all_series(&object, events, details[i], keep, cookie, err) == -1)
		return -1;
	if (json_first(object) == NULL) {
		json_free(object);
		return 0;
	}
	return json_put(members, "series", object, err);
}

static int
put_events(struct json *members, const struct events *events, struct error *err)
{
	struct digest_stream hash = events->hash;
	struct json *object;

	if (events->line_count == 0)
		return 0;
	object = json_new_object();
	if (json_put(object, "lines",
		json_new_integer((int64_t)events->line_count), err) == -1 ||
	    (events->refused_count > 0 &&
		json_put(object, "refused",
		    json_new_integer((int64_t)events->refused_count),
		    err) == -1) ||
	    (events->hashed &&
		json_put(object, "digest",
		    json_new_text(digest_hex(digest_end(&hash)).text),
		    err) == -1)) {
		json_free(object);
		return -1;
	}
	return json_put(members, "events", object, err);
}

int
events_write(const struct events *events, struct json *members,
    events_keep *keep, void *cookie, struct error *err)
{
	if (events->no_memory)
		return error_memory(err);
	if (put_named(members, "parameters", &events->parameters, err) == -1 ||
	    put_metrics(members, events, err) == -1 ||
	    put_series(members, events, keep, cookie, err) == -1 ||
	    put_named(members, "seeds", &events->seeds, err) == -1 ||
	    put_named(members, "tags", &events->tags, err) == -1)
		return -1;
	if (events->note.len > 0 &&
	    json_put(members, "note",
		json_new_text(buffer_string(&events->note)), err) == -1)
		return -1;
	return put_events(members, events, err);
}
