/* series.c: how a metric went, step by step. */
#include "capture/series_internal.h"

#include <math.h>

#include "base/limits.h"

/* The order of values: NaN above everything, so that it is not lost in a
 * sketch; the least and greatest of a series leave it aside. */
static bool
is_above(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && !isnan(b);
	return a > b;
}

static double
series_least(const struct series *series)
{
	double least = NAN;

	for (size_t i = 0; i < series->count; i++)
		if (isnan(least) || series->points[i].value < least)
			least = series->points[i].value;
	return least;
}

static double
series_greatest(const struct series *series)
{
	double greatest = NAN;

	for (size_t i = 0; i < series->count; i++)
		if (isnan(greatest) || series->points[i].value > greatest)
			greatest = series->points[i].value;
	return greatest;
}

static int
push_point(struct json *list, const struct series_point *point,
    struct error *err)
{
	struct json *pair = json_new_list();

	if (json_push(pair, json_new_number(point->step), err) == -1 ||
	    json_push(pair, json_new_number(point->value), err) == -1) {
		json_free(pair);
		return -1;
	}
	return json_push(list, pair, err);
}

static int
put_points(struct json *object, const struct series *series, struct error *err)
{
	struct json *list = json_new_list();

	for (size_t i = 0; i < series->count; i++)
		if (push_point(list, &series->points[i], err) == -1) {
			json_free(list);
			return -1;
		}
	return json_put(object, "points", list, err);
}

/* The extremes of points [from, to), in the order they were said; of equal
 * ones the earliest. */
static int
push_extremes(struct json *list, const struct series *series, size_t from,
    size_t to, struct error *err)
{
	const struct series_point *point = series->points;
	size_t low = from, high = from;

	for (size_t i = from + 1; i < to; i++) {
		if (is_above(point[low].value, point[i].value))
			low = i;
		if (is_above(point[i].value, point[high].value))
			high = i;
	}
	if (push_point(list, &point[low < high ? low : high], err) == -1)
		return -1;
	if (low == high)
		return 0;
	return push_point(list, &point[low < high ? high : low], err);
}

/* The first point, the extremes of equal buckets between, the last. */
static int
put_sketch(struct json *object, const struct series *series, size_t most,
    struct error *err)
{
	struct json *list = json_new_list();
	size_t buckets = (most - 2) / 2, inner = series->count - 2;

	if (push_point(list, &series->points[0], err) == -1)
		goto done;
	for (size_t i = 0; i < buckets; i++) {
		size_t from = 1 + inner * i / buckets;
		size_t to = 1 + inner * (i + 1) / buckets;

		if (from < to &&
		    push_extremes(list, series, from, to, err) == -1)
			goto done;
	}
	if (push_point(list, &series->points[series->count - 1], err) == -1)
		goto done;
	return json_put(object, "sketch", list, err);
done:
	json_free(list);
	return -1;
}

static void
write_value(struct buffer *out, double value)
{
	if (isnan(value))
		buffer_text(out, "NaN");
	else if (isinf(value))
		buffer_text(out, value > 0 ? "Infinity" : "-Infinity");
	else
		json_write_number(out, value);
}

static int
put_steps(struct json *object, const struct series *series, events_keep *keep,
    void *cookie, struct error *err)
{
	struct buffer lines = buffer_new(LIMIT_ATTACHMENT);
	struct digest digest = { { 0 } };
	int result = -1;

	for (size_t i = 0; keep != NULL && i < series->count; i++) {
		write_value(&lines, series->points[i].step);
		buffer_byte(&lines, ' ');
		write_value(&lines, series->points[i].value);
		buffer_byte(&lines, '\n');
	}
	if (buffer_check(&lines, "series", err) == -1)
		goto done;
	if (keep != NULL) {
		digest = digest_of(buffer_bytes(&lines));
		if (keep(cookie, buffer_bytes(&lines), digest, err) == -1)
			goto done;
	}
	result = json_put(object, "steps",
	    json_new_text(digest_hex(digest).text), err);
done:
	buffer_free(&lines);
	return result;
}

static int
put_summary(struct json *object, const struct series *series, struct error *err)
{
	const struct series_point *point = series->points;

	if (json_put(object, "count", json_new_integer((int64_t)series->count),
		err) == -1 ||
	    json_put(object, "first", json_new_number(point[0].value), err) ==
		-1 ||
	    json_put(object, "last",
		json_new_number(point[series->count - 1].value), err) == -1 ||
	    json_put(object, "min", json_new_number(series_least(series)),
		err) == -1)
		return -1;
	return json_put(object, "max", json_new_number(series_greatest(series)),
	    err);
}

int
series_put(struct json *object, const struct series *series,
    struct series_detail detail, events_keep *keep, void *cookie,
    struct error *err)
{
	struct json *one = json_new_object();

	if (put_summary(one, series, err) == -1)
		goto done;
	if (series->count <= detail.points) {
		if (put_points(one, series, err) == -1)
			goto done;
	} else if ((detail.sketch > 0 &&
		       put_sketch(one, series, detail.sketch, err) == -1) ||
	    put_steps(one, series, keep, cookie, err) == -1) {
		goto done;
	}
	return json_put(object, series->name, one, err);
done:
	json_free(one);
	return -1;
}
