#include "cli/seal.h"

#include <string.h>

#include "base/clock.h"

/* Whether a path leads into what a run knows at its end only, while this is
 * its start; or into what was said at its start, while this is its end. */
static bool
may_be_absent(const struct kind *kind, const struct json *members,
    const char *path)
{
	const char *phase = json_member_text(members, "phase");

	if (strcmp(kind->name, "run") != 0 || phase == NULL)
		return false;
	if (strcmp(phase, "start") == 0)
		return strcmp(path, "metrics") == 0 ||
		    strncmp(path, "metrics.", 8) == 0 ||
		    strncmp(path, "metrics[", 8) == 0;
	return strcmp(phase, "end") == 0;
}

static int
seal_given(const struct session_write *session, const struct kind *kind,
    struct json *members, struct disclosures *disclosures, struct error *err)
{
	const struct json *value, *parent;
	struct error absent;

	for (size_t i = 0; i < session->seal.count; i++) {
		const char *path = session->seal.item[i];

		if (may_be_absent(kind, members, path) &&
		    sealed_find(&value, &parent, members, path, &absent) == -1)
			continue;
		if (sealed_seal(members, path, disclosures, err) == -1)
			return error_within(err, "--seal");
	}
	for (size_t i = 0; i < session->also_count; i++)
		if (sealed_find(&value, &parent, members, session->also[i],
			&absent) == 0 &&
		    !sealed_looks_so(value) &&
		    sealed_seal(members, session->also[i], disclosures, err) ==
			-1)
			return -1;
	return 0;
}

int
seal_members(struct session_write *session, const struct kind *kind,
    struct json *members, struct disclosures *disclosures, struct error *err)
{
	struct append_view view = {
		.store = appender_store(session->appender),
		.authority = appender_authority(session->appender),
		.size = appender_checkpoint(session->appender)->size,
		.time_ms = clock_now_ms(),
	};

	if (seal_given(session, kind, members, disclosures, err) == -1)
		return -1;
	return gate_seal(session->gate, &view, kind, members, disclosures, err);
}
