#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/decide.h"
#include "cli/terminal.h"
#include "policy/waiver.h"

/* Exceptions: granted, withdrawn, listed. */

struct waive_options {
	const char *model;
	const char *in;
	const char *until;
	const char *because;
	const char *compensating;
	struct option_list tags;
	bool withdraw;
	bool all;
};

#define AT(field) offsetof(struct waive_options, field)
#define END_ROW \
	{ \
		NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false \
	}

static const struct option waive_rows[] = {
	{ "for", 0, OPTION_TEXT, AT(model), "MODEL", "the model it is for",
	    NULL, true },
	{ "in", 0, OPTION_TEXT, AT(in), "ENVIRONMENT",
	    "where (everywhere, if it is not said)", NULL, false },
	{ "until", 0, OPTION_TEXT, AT(until), "TIME",
	    "when it ends: a date, a time, or 30d from now", NULL, false },
	{ "because", 0, OPTION_TEXT, AT(because), "TEXT", "why", NULL, true },
	{ "compensating", 0, OPTION_TEXT, AT(compensating), "TEXT",
	    "what is done instead", NULL, false },
	{ "withdraw", 0, OPTION_FLAG, AT(withdraw), NULL,
	    "end the waiver of this rule now", NULL, false },
	{ "tag", 0, OPTION_LIST, AT(tags), "K=V", "a label", NULL, false },
	END_ROW,
};

/* The rule's full name, from a policy in force. */
static int
find_rule(struct buffer *out, struct session_write *session, const char *what,
    struct error *err)
{
	struct append_view view = {
		.store = appender_store(session->appender),
		.authority = appender_authority(session->appender),
		.size = appender_checkpoint(session->appender)->size,
	};
	const char *slash = strchr(what, '/');
	const char *id = slash == NULL ? what : slash + 1;
	const struct edition *const *editions;
	struct rulebook *rulebook;
	const struct rule *rule = NULL;
	size_t count, found = 0;
	int result = -1;

	if (rulebook_new(&rulebook, err) == -1)
		return -1;
	if (rulebook_at(rulebook, &view, &editions, &count, err) == -1)
		goto done;
	for (size_t i = 0; i < count; i++) {
		const struct edition *edition = editions[i];

		if (edition->policy == NULL ||
		    policy_rule(edition->policy, id) == NULL ||
		    (slash != NULL &&
			(strlen(edition->said.name) != (size_t)(slash - what) ||
			    strncmp(edition->said.name, what,
				(size_t)(slash - what)) != 0)))
			continue;
		found++;
		rule = policy_rule(edition->policy, id);
		buffer_clear(out);
		buffer_printf(out, "%s/%s", edition->said.name, id);
	}
	if (found != 1)
		error_set(err, ERROR_UNDECIDED,
		    found == 0 ? "see `vouch policy list' and `vouch policy "
				 "show POLICY'"
			       : "say POLICY/RULE",
		    found == 0 ? "no rule '%.100s' is in force"
			       : "several policies have a rule '%.100s'",
		    what);
	else if (!rule->waivable)
		error_set(err, ERROR_UNDECIDED, NULL,
		    "the rule %s cannot be waived", buffer_string(out));
	else
		result = 0;
done:
	rulebook_free(rulebook);
	return result;
}

static int
waive(struct session_write *session, struct context *context,
    const void *options, struct operands operands, struct error *err)
{
	const struct waive_options *given = options;
	const char *what = operands.item[0];
	struct json *members = json_new_object(), *model = NULL;
	struct buffer rule = buffer_new(1000);
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (find_rule(&rule, session, what, err) == -1 ||
	    compose_reference(&model, session, context, "model", given->model,
		err) == -1 ||
	    json_put(members, "model", model, err) == -1 ||
	    compose_text(members, "rule", buffer_string(&rule), err) == -1 ||
	    compose_text(members, "environment", given->in, err) == -1 ||
	    compose_text(members, "status",
		given->withdraw ? "withdrawn" : "granted", err) == -1 ||
	    decide_until(members, given->until, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    compose_text(members, "compensating", given->compensating, err) ==
		-1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "waiver", members, NULL, NULL,
	    0, err);
done:
	json_free(members);
	buffer_free(&rule);
	return result;
}

static int
run_waive(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return session_do(context, given, operands, waive, err);
}

static const char *const waive_examples[] = {
	"vouch waive starter/licensed-data --for credit --until 30d --because "
	"'The licence is being renewed.'",
	NULL,
};

const struct command cmd_waive = {
	.name = "waive",
	.group = "Decide",
	.summary = "lift a rule for one model, for a time",
	.operands = "RULE",
	.least = 1,
	.most = 1,
	.options = waive_rows,
	.options_size = sizeof(struct waive_options),
	.machine = true,
	.appends = true,
	.run = run_waive,
	.description =
	    "RULE is POLICY/ID, or ID where one policy has it. The policy says "
	    "whose signature counts and for how long a waiver may last. A "
	    "waived rule is asked all the same, and both its own result and "
	    "the waiver are shown. Of several waivers of a rule the newest "
	    "that applies counts; --withdraw ends the one there is.",
	.examples = waive_examples,
};

/* --- waivers --- */

static const struct option list_rows[] = {
	{ "all", 'a', OPTION_FLAG, AT(all), NULL,
	    "those that no longer apply, too", NULL, false },
	END_ROW,
};

struct listed {
	const struct index_row *row;
	const char *rule;
	const char *objection; /* NULL: it applies. */
	int64_t until_ms;
	char model[LIMIT_NAME * 2];
	char because[200];
};

static void
copy_text(char *out, size_t room, const struct cel_value *map, const char *name)
{
	struct cel_value key = cel_string(bytes_of_text(name));
	const struct cel_value *value = map != NULL && map->type == CEL_MAP
	    ? cel_map_find(map->map, &key)
	    : NULL;
	size_t len;

	out[0] = '\0';
	if (value == NULL || value->type != CEL_STRING)
		return;
	len = value->text.len < room ? value->text.len : room - 1;
	memcpy(out, value->text.data, len);
	out[len] = '\0';
}

static const struct policy *
policy_of(const struct edition *const *editions, size_t count, const char *rule)
{
	const char *slash = strchr(rule, '/');

	for (size_t i = 0; slash != NULL && i < count; i++) {
		if (strlen(editions[i]->said.name) == (size_t)(slash - rule) &&
		    strncmp(editions[i]->said.name, rule,
			(size_t)(slash - rule)) == 0)
			return editions[i]->policy;
	}
	return NULL;
}

static int
by_end(const void *a, const void *b)
{
	const struct listed *one = a, *two = b;

	if (one->until_ms != two->until_ms)
		return one->until_ms < two->until_ms ? -1 : 1;
	return one->row->seq < two->row->seq ? -1 : 1;
}

/* All waivers of the ledger, with whether each applies. */
static int
collect(struct listed **out, size_t *count, struct judge *judge,
    const struct append_view *view, bool all, struct error *err)
{
	struct cel_value list =
	    context_ledger_list(judge_context(judge), "waivers");
	const struct edition *const *editions;
	struct listed *listed;
	size_t editions_count;

	*count = 0;
	if (list.type != CEL_LIST)
		return context_check(judge_context(judge), err);
	if (rulebook_at(judge_rulebook(judge), view, &editions, &editions_count,
		err) == -1)
		return -1;
	listed = memory_new(list.list->count + 1, sizeof *listed);
	if (listed == NULL)
		return error_memory(err);
	for (size_t i = 0; i < list.list->count; i++) {
		const struct cel_value *waiver = &list.list->item[i];
		struct listed *one = &listed[*count];
		struct cel_value key = cel_string(bytes_of_text("model"));

		one->row = context_row(waiver);
		one->rule = one->row->name;
		one->objection = waiver_objection(list.list, i,
		    policy_of(editions, editions_count, one->rule), NULL,
		    view->time_ms, &one->until_ms);
		copy_text(one->model, sizeof one->model,
		    cel_map_find(waiver->map, &key), "name");
		copy_text(one->because, sizeof one->because, waiver, "because");
		/* What only takes back is no waiver. */
		if (strcmp(one->row->status, "withdrawn") == 0)
			continue;
		if (one->objection == NULL || all)
			++*count;
	}
	if (*count > 1)
		qsort(listed, *count, sizeof *listed, by_end);
	*out = listed;
	return context_check(judge_context(judge), err);
}

static void
days_left(struct buffer *out, const struct listed *one, int64_t now_ms)
{
	int64_t days = (one->until_ms - now_ms) / 86400000;

	buffer_clear(out);
	if (one->objection != NULL)
		buffer_text(out, one->objection);
	else if (one->until_ms == INT64_MAX)
		buffer_text(out, "no end");
	else if (days == 0)
		buffer_text(out, "ends today");
	else
		buffer_printf(out, "%lld days left", (long long)days);
}

static void
print_waivers(const struct context *context, const struct listed *listed,
    size_t count, int64_t now_ms)
{
	static const char *const headings[] = { "rule", "model", "", "entry",
		"because" };
	struct table *table = table_new(headings, 5);
	struct buffer text = buffer_new(4096);
	struct terminal terminal;

	terminal_begin(&terminal, context, true);
	for (size_t i = 0; i < count; i++) {
		const struct listed *one = &listed[i];

		table_cell(table, STYLE_NAME, false, bytes_of_text(one->rule));
		table_cell(table, STYLE_PLAIN, false,
		    bytes_of_text(one->model));
		days_left(&text, one, now_ms);
		table_cell(table,
		    one->objection == NULL ? STYLE_WARN : STYLE_FAINT, false,
		    buffer_bytes(&text));
		buffer_clear(&text);
		buffer_printf(&text, "%llu", (unsigned long long)one->row->seq);
		table_cell(table, STYLE_PLAIN, true, buffer_bytes(&text));
		table_cell(table, STYLE_PLAIN, false,
		    bytes_of_text(one->because));
	}
	if (count == 0)
		fputs("no waiver applies\n", terminal.out);
	else
		table_print(table, &terminal);
	terminal_end(&terminal);
	table_free(table);
	buffer_free(&text);
}

static void
print_json(const struct listed *listed, size_t count)
{
	printf("[");
	for (size_t i = 0; i < count; i++) {
		const struct listed *one = &listed[i];

		printf("%s{\"rule\":", i == 0 ? "" : ",");
		print_json_text(one->rule);
		printf(",\"model\":");
		print_json_text(one->model);
		printf(",\"seq\":%llu,\"leaf\":\"%s\",\"applies\":%s",
		    (unsigned long long)one->row->seq,
		    digest_hex(one->row->leaf).text,
		    one->objection == NULL ? "true" : "false");
		if (one->until_ms != INT64_MAX)
			printf(",\"until\":\"%s\"",
			    time_format(one->until_ms).text);
		if (one->objection != NULL)
			printf(",\"not_because\":\"%s\"", one->objection);
		printf(",\"because\":");
		print_json_text(one->because);
		printf("}");
	}
	printf("]\n");
}

static int
run_waivers(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct waive_options *options = given;
	struct question question = { .kind = NULL };
	struct listed *listed = NULL;
	struct reader *reader = NULL;
	struct judge *judge = NULL;
	struct append_view view;
	size_t count;
	int result = -1;

	(void)operands;
	if (session_read(&reader, context, err) == -1 ||
	    judge_new(&judge, err) == -1)
		goto done;
	view = decide_view(reader, clock_now_ms());
	if (judge_look(judge, &view, &question, err) == -1 ||
	    collect(&listed, &count, judge, &view, options->all, err) == -1)
		goto done;
	if (context->json)
		print_json(listed, count);
	else
		print_waivers(context, listed, count, view.time_ms);
	result = 0;
done:
	memory_free(listed);
	judge_free(judge);
	reader_close(reader);
	return result;
}

static const char *const waivers_examples[] = {
	"vouch waivers",
	NULL,
};

const struct command cmd_waivers = {
	.name = "waivers",
	.group = "Decide",
	.summary = "list the waivers by the days they have left",
	.options = list_rows,
	.options_size = sizeof(struct waive_options),
	.reads = true,
	.machine = true,
	.run = run_waivers,
	.description = "With --all, why each of the others does not apply.",
	.examples = waivers_examples,
};
