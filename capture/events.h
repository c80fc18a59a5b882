/* events.h: what a run says about itself while it runs (VOUCH_EVENTS). */
#ifndef CAPTURE_EVENTS_H
#define CAPTURE_EVENTS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"

/*
 * Any program appends JSON lines to the file named in VOUCH_EVENTS:
 *   {"param":{"lr":0.1}}   {"metric":{"loss":0.3},"step":10}
 *   {"tag":{"team":"risk"}}   {"seed":{"python":7}}   {"note":"text"}
 *   {"input":"PATH"}   {"output":"PATH"}   {"time":"…"} beside any of these.
 * One line may have several of these.  Python's json writes NaN and Infinity
 * bare: they are taken as numbers here, and only here; whole numbers beyond
 * 2^53 become texts, as records spell them.  A parameter or seed that is null,
 * a list or an object is kept as its JSON text, and so is a tag that is no
 * text.  Steps that are not said are 0, 1, 2, … for each metric.
 * A line that is not one of these is counted and the first is named; it never
 * stops the run.  If only a part of a line cannot be used, the rest is, and
 * the line counts as refused.  A later parameter or seed of the same name with
 * another value is refused: the first stands.  Of tags the last stands; notes
 * are joined.  Blank lines are nothing.
 * What is taken is bounded, so that a record always fits its entry: about
 * 12 KiB of parameters, seeds, tags and notes, some hundred metrics with a
 * series, 4,194,304 points a metric, 16,777,216 in all, 1,024 paths of each
 * sort; what is over is refused.
 */
struct events;
int events_new(struct events **out, struct error *err);
void events_free(struct events *events);

/* Take in one line, or a whole file of lines; a last line without newline is
 * taken too.  events_read fails only if the file cannot be read; memory that
 * ran out in events_line is told by events_write. */
void events_line(struct events *events, struct bytes line);
int events_read(struct events *events, const char *path, struct error *err);

/* A parameter given on the command line: number, true/false or text. */
int events_parameter(struct events *events, const char *name, const char *value,
    struct error *err);

/* Paths the run named as inputs and outputs. */
size_t events_input_count(const struct events *events);
const char *events_input(const struct events *events, size_t i);
size_t events_output_count(const struct events *events);
const char *events_output(const struct events *events, size_t i);

uint64_t events_line_count(const struct events *events);
uint64_t events_refused_count(const struct events *events);
/* "line 3: not an object" of the first refused line, or NULL. */
const char *events_first_refusal(const struct events *events);

/*
 * Put what was said into the members of a run: parameters, metrics (the last
 * value of each), series (for metrics with more than one point: count, first,
 * last, min, max; up to LIMIT_SERIES_INLINE points as [step, value] pairs;
 * beyond that a sketch of LIMIT_SERIES_SKETCH points that keeps the first, the
 * last and each bucket's extremes, and the digest of an attachment with all
 * points as lines "STEP VALUE\n"), seeds, tags, note, events.  Attachments
 * are handed to `keep', whose failure is passed on.  When many series would
 * not fit a record, all become shorter: 50, 20, 10 points, at last none but
 * count, first, last, min, max and the attachment.  min and max leave NaN
 * aside; a sketch shows it, as the greatest of its bucket.
 * After a failure members may hold some of it: free them.
 */
typedef int events_keep(void *cookie, struct bytes content,
    struct digest digest, struct error *err);
int events_write(const struct events *events, struct json *members,
    events_keep *keep, void *cookie, struct error *err);

#endif
