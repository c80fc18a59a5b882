/* events_fuzz.c: whatever a program says about itself, a record can say. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
keep(void *cookie, struct bytes content, struct digest digest,
    struct error *err)
{
	(void)cookie;
	(void)err;
	if (!digest_equal(digest, digest_of(content)))
		abort();
	return 0;
}

/* What was written is strict JSON and small enough for an entry. */
static void
check_members(const struct json *members)
{
	struct buffer text = buffer_new(1 << 20);
	struct error err;

	json_write(&text, members);
	if (buffer_check(&text, "members", &err) == -1 ||
	    json_check(buffer_bytes(&text), &err) == -1 ||
	    text.len > 40 * 1024)
		abort();
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = bytes_of(data, size);
	struct json *members = json_new_object();
	struct events *events;
	struct error err;

	if (members == NULL || events_new(&events, &err) == -1)
		abort();
	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		size_t len = end == NULL ? rest.len :
		    (size_t)(end - rest.data);

		events_line(events, bytes_of(rest.data, len));
		rest = bytes_after(rest, len + (end != NULL));
	}
	if (events_write(events, members, keep, NULL, &err) == -1)
		abort();
	if ((events_refused_count(events) > 0) !=
	    (events_first_refusal(events) != NULL))
		abort();
	check_members(members);
	json_free(members);
	events_free(events);
	return 0;
}
