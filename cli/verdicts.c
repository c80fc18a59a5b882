#include "cli/verdicts.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

#define DAY_MS INT64_C(86400000)

/* By how much attention a result asks for. */
static int
rank(const struct judged *judged)
{
	if (judged_denies(judged))
		return 0;
	switch (judged->result) {
	case RESULT_FAIL:
	case RESULT_NO_EVIDENCE:
	case RESULT_ERROR:
		return 1;
	case RESULT_WAIVED:
		return 2;
	case RESULT_PASS:
		return 3;
	default:
		return 4;
	}
}

void
verdict_word(struct terminal *terminal, enum result result, bool denies)
{
	static const char *const shapes[] = { "✓", "✗", "~", "?", "·", "!" };
	static const char *const plain[] = { "+", "x", "~", "?", ".", "!" };
	enum style style = STYLE_PLAIN;

	switch (result) {
	case RESULT_PASS:
		style = STYLE_GOOD;
		break;
	case RESULT_FAIL:
	case RESULT_NO_EVIDENCE:
	case RESULT_ERROR:
		style = denies ? STYLE_BAD : STYLE_WARN;
		break;
	case RESULT_WAIVED:
		style = STYLE_WARN;
		break;
	default:
		style = STYLE_FAINT;
		break;
	}
	terminal_say(terminal, style, "%s %-14s",
	    terminal->unicode ? shapes[result] : plain[result],
	    result_name(result));
}

#define INDENT 17

/* A word that does not fit the window begins a line of its own. */
static void
say_line(struct terminal *terminal, const char *head, const char *text)
{
	size_t room = terminal->is_terminal && terminal->width > INDENT + 20
	    ? terminal->width - INDENT
	    : SIZE_MAX;
	size_t used = strlen(head);

	fprintf(terminal->out, "%*s", INDENT, "");
	terminal_say(terminal, STYLE_FAINT, "%s", head);
	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		struct bytes word = bytes_of(text, len);
		size_t columns = text_columns(word);

		if (used > 0 && used + columns > room) {
			fprintf(terminal->out, "\n%*s", INDENT, "");
			used = 0;
		}
		terminal_show(terminal, STYLE_PLAIN, word);
		used += columns;
		text += len;
		while (*text == ' ') {
			if (used + 1 < room)
				fputc(' ', terminal->out);
			used++;
			text++;
		}
	}
	fputc('\n', terminal->out);
}

/* "waived until 2026-12-31, 38 days left; would be fail". */
static void
say_waiver(struct terminal *terminal, const struct judged *judged,
    int64_t now_ms)
{
	fputs("                 ", terminal->out);
	if (judged->waiver_until == INT64_MAX)
		fputs("waived without end", terminal->out);
	else
		fprintf(terminal->out, "waived until %.10s, %lld days left",
		    time_format(judged->waiver_until).text,
		    (long long)((judged->waiver_until - now_ms) / DAY_MS));
	fprintf(terminal->out, " (entry %llu); it would %s\n",
	    (unsigned long long)judged->waiver_row->seq,
	    judged->own == RESULT_FAIL ? "fail" : "lack evidence");
}

static void
say_values(struct terminal *terminal, const struct judged *judged)
{
	struct buffer line = buffer_new(4096);

	for (size_t i = 0; i < judged->value_count; i++) {
		buffer_clear(&line);
		buffer_printf(&line, "%s = %s", judged->value[i].expression,
		    judged->value[i].value);
		say_line(terminal, "", buffer_string(&line));
	}
	buffer_free(&line);
}

static void
say_rule(struct terminal *terminal, const struct judged *judged, int64_t now_ms)
{
	const struct rule *rule = judged->rule;

	verdict_word(terminal, judged->result, rule == NULL || rule->denies);
	terminal_say(terminal, STYLE_STRONG, " %s/%s",
	    judged->edition->said.name, rule == NULL ? "unreadable" : rule->id);
	if (judged->on != NULL) {
		fputs(" of ", terminal->out);
		terminal_show(terminal, STYLE_NAME, bytes_of_text(judged->on));
	}
	if (rule != NULL && !rule->denies && judged->result != RESULT_PASS &&
	    judged->result != RESULT_NOT_APPLICABLE)
		terminal_say(terminal, STYLE_FAINT, " (warns only)");
	fputc('\n', terminal->out);
	if (judged->result == RESULT_PASS ||
	    judged->result == RESULT_NOT_APPLICABLE)
		return;
	if (judged->message != NULL)
		say_line(terminal, "", judged->message);
	if (judged->result == RESULT_WAIVED)
		say_waiver(terminal, judged, now_ms);
	else if (judged->waiver_note != NULL)
		say_line(terminal, "there is a waiver, but ",
		    judged->waiver_note);
	say_values(terminal, judged);
	if (rule != NULL && rule->remedy != NULL &&
	    judged->result != RESULT_WAIVED)
		say_line(terminal, "try: ", rule->remedy);
}

void
verdicts_print(struct terminal *terminal, const struct judgement *judgement,
    int64_t now_ms, bool all)
{
	size_t quiet = 0;

	for (int wanted = 0; wanted <= 4; wanted++) {
		for (size_t i = 0; i < judgement->count; i++) {
			const struct judged *judged = &judgement->judged[i];

			if (rank(judged) != wanted)
				continue;
			if (wanted == 4 && !all)
				quiet++;
			else
				say_rule(terminal, judged, now_ms);
		}
	}
	if (quiet > 0)
		terminal_say(terminal, STYLE_FAINT,
		    "%s %zu not applicable (--all shows them)\n",
		    terminal->unicode ? "·" : ".", quiet);
}

void
verdicts_count(struct buffer *out, const struct judgement *judgement)
{
	const char *separator = "";
	size_t warned = 0;

	for (unsigned i = 0; i < RESULT_COUNT; i++) {
		if (judgement->totals[i] == 0)
			continue;
		buffer_printf(out, "%s%zu %s", separator, judgement->totals[i],
		    result_name((enum result)i));
		separator = ", ";
	}
	for (size_t i = 0; i < judgement->count; i++)
		warned += rank(&judgement->judged[i]) == 1;
	if (warned > 0)
		buffer_printf(out, "; %zu of them only warn%s", warned,
		    warned == 1 ? "s" : "");
	if (*separator == '\0')
		buffer_text(out, "no rule applies");
}

static void
json_text_member(struct buffer *out, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buffer_printf(out, ",\"%s\":", name);
	json_write_text(out, bytes_of_text(text));
}

static void
json_values(struct buffer *out, const struct judged *judged)
{
	buffer_text(out, ",\"values\":[");
	for (size_t i = 0; i < judged->value_count; i++) {
		buffer_text(out,
		    i == 0 ? "{\"expression\":" : ",{\"expression\":");
		json_write_text(out,
		    bytes_of_text(judged->value[i].expression));
		buffer_text(out, ",\"value\":");
		json_write_text(out, bytes_of_text(judged->value[i].value));
		buffer_byte(out, '}');
	}
	buffer_text(out, "],\"evidence\":[");
	for (size_t i = 0; i < judged->evidence_count && i < EVIDENCE_MAX; i++)
		buffer_printf(out, "%s\"%s\"", i == 0 ? "" : ",",
		    digest_hex(judged->evidence[i]).text);
	buffer_printf(out, "],\"evidence_count\":%zu", judged->evidence_count);
}

void
verdicts_json(struct buffer *out, const struct judgement *judgement)
{
	buffer_byte(out, '[');
	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];
		const struct rule *rule = judged->rule;

		buffer_printf(out, "%s{\"policy\":", i == 0 ? "" : ",");
		json_write_text(out, bytes_of_text(judged->edition->said.name));
		json_text_member(out, "version", judged->edition->said.version);
		json_text_member(out, "rule",
		    rule == NULL ? "unreadable" : rule->id);
		json_text_member(out, "result", result_name(judged->result));
		json_text_member(out, "otherwise",
		    rule == NULL || rule->denies ? "deny" : "warn");
		if (judged->result == RESULT_WAIVED) {
			json_text_member(out, "own", result_name(judged->own));
			json_text_member(out, "waiver",
			    digest_hex(judged->waiver).text);
		}
		json_text_member(out, "on", judged->on);
		json_text_member(out, "message", judged->message);
		if (judged->result != RESULT_PASS && rule != NULL)
			json_text_member(out, "remedy", rule->remedy);
		json_values(out, judged);
		buffer_byte(out, '}');
	}
	buffer_byte(out, ']');
}
