#include "policy/waiver.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

#define DAY_MS INT64_C(86400000)

static const struct cel_value *
member(const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));

	return map->type == CEL_MAP ? cel_map_find(map->map, &key) : NULL;
}

static bool
is_text(const struct cel_value *value, const char *text)
{
	return value != NULL && value->type == CEL_STRING &&
	    bytes_equal(value->text, bytes_of_text(text));
}

static int64_t
time_of(const struct cel_value *value)
{
	return value->time.seconds * 1000 + value->time.nanos / 1000000;
}

/* Whether its signer has one of the roles. */
static bool
has_role(const struct cel_value *waiver, unsigned roles)
{
	const struct cel_value *signer = member(waiver, "signer");
	const struct cel_value *has = signer == NULL ? NULL
						     : member(signer, "roles");

	for (size_t i = 0;
	     has != NULL && has->type == CEL_LIST && i < has->list->count; i++)
		for (unsigned bit = 0; bit < ROLE_COUNT; bit++) {
			if ((roles & (1U << bit)) != 0 &&
			    is_text(&has->list->item[i], role_name(bit)))
				return true;
		}
	return false;
}

/* Whether a later entry takes back the waivers of this rule for this model,
 * everywhere or in the same environment. */
static bool
is_withdrawn(const struct cel_list *waivers, size_t number)
{
	const struct cel_value *waiver = &waivers->item[number];
	const struct cel_value *rule = member(waiver, "rule");
	const struct cel_value *model = member(waiver, "model");
	const struct cel_value *where = member(waiver, "environment");

	for (size_t i = number; i < waivers->count; i++) {
		const struct cel_value *later = &waivers->item[i];
		const struct cel_value *there = member(later, "environment");

		if (is_text(member(later, "status"), "withdrawn") &&
		    cel_equal(rule, member(later, "rule")) &&
		    cel_equal(model, member(later, "model")) &&
		    (there == NULL || where == NULL || cel_equal(where, there)))
			return true;
	}
	return false;
}

const char *
waiver_objection(const struct cel_list *waivers, size_t number,
    const struct policy *policy, const char *environment, int64_t now_ms,
    int64_t *until_ms)
{
	const struct cel_value *waiver = &waivers->item[number];
	const struct cel_value *until = member(waiver, "until");
	const struct cel_value *made = member(waiver, "time");
	const struct cel_value *where = member(waiver, "environment");

	*until_ms = until != NULL && until->type == CEL_TIMESTAMP
	    ? time_of(until)
	    : INT64_MAX;
	if (is_withdrawn(waivers, number))
		return "it was withdrawn";
	if (where != NULL && environment != NULL &&
	    !is_text(where, environment))
		return "it is for another environment";
	if (*until_ms <= now_ms)
		return "it has expired";
	if (policy == NULL)
		return NULL;
	if (!has_role(waiver, policy->waivers.roles))
		return "who signed it has no role that the policy asks for";
	if (policy->waivers.max_days > 0 && made != NULL &&
	    made->type == CEL_TIMESTAMP &&
	    (*until_ms == INT64_MAX ||
		*until_ms - time_of(made) >
		    (int64_t)policy->waivers.max_days * DAY_MS))
		return *until_ms == INT64_MAX
		    ? "it has no end, and the policy asks for one"
		    : "it is for longer than the policy allows";
	return NULL;
}

void
waiver_find(struct waiver *out, struct context *context,
    const struct edition *edition, const struct rule *rule,
    const char *environment, int64_t now_ms)
{
	struct cel_value lineage = context_lineage(context);
	const struct cel_value *waivers = member(&lineage, "waivers");
	char name[LIMIT_NAME + 1];

	*out = (struct waiver){ .row = NULL };
	(void)snprintf(name, sizeof name, "%s/%s", edition->said.name,
	    rule->id);
	if (waivers == NULL || waivers->type != CEL_LIST)
		return;
	for (size_t i = waivers->list->count; i > 0; i--) {
		const struct cel_value *waiver = &waivers->list->item[i - 1];
		const struct index_row *row = context_row(waiver);
		const char *objection;
		int64_t until;

		if (row == NULL || strcmp(row->name, name) != 0)
			continue;
		objection = waiver_objection(waivers->list, i - 1,
		    edition->policy, environment, now_ms, &until);
		if (objection == NULL) {
			out->row = row;
			out->until_ms = until;
			out->note = NULL;
			return;
		}
		if (out->note == NULL)
			out->note = objection;
	}
}
