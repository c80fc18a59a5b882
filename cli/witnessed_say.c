#include "cli/witnessed_say.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"

static void
say_names(struct terminal *terminal, const struct witnessed_checkpoint *of)
{
	for (size_t i = 0; i < of->count; i++) {
		fputs(i == 0 ? " by " : ", ", terminal->out);
		terminal_show(terminal, STYLE_NAME,
		    bytes_of_text(of->by[i].name.text));
		fprintf(terminal->out, " at %s",
		    number_time(of->by[i].newest_s).text);
	}
}

/* "cosigned: 5 entries by w1 at …, w2 at …; quorum met, 2 of 2, 2 wanted". */
static void
say_one(struct terminal *terminal, const struct witnessed_checkpoint *of)
{
	fprintf(terminal->out, "  %s entries: cosigned",
	    number_grouped(of->size).text);
	if (of->count == 0)
		fputs(" by nobody", terminal->out);
	say_names(terminal, of);
	if (of->has_quorum) {
		fputs("; ", terminal->out);
		terminal_say(terminal, of->met ? STYLE_GOOD : STYLE_WARN,
		    "quorum %smet", of->met ? "" : "not ");
		fprintf(terminal->out, ", %zu of %zu wanted", of->wanted,
		    of->members);
	}
	fputc('\n', terminal->out);
}

void
witnessed_say(struct terminal *terminal, const struct witnessed *witnessed,
    const char *whose)
{
	const struct witnessed_checkpoint *newest = &witnessed->newest;
	const struct witnessed_checkpoint *met = &witnessed->met;

	if (newest->trusted == 0 && met->size == 0)
		return;
	fprintf(terminal->out, "%s witnesses%s\n", whose,
	    newest->has_quorum ? "" : ", no quorum of which is set");
	say_one(terminal, newest);
	if (met->size == newest->size)
		return;
	if (met->size > 0)
		say_one(terminal, met);
	else if (newest->has_quorum)
		fputs("  no checkpoint meets the quorum\n", terminal->out);
}

static void
put_one(struct buffer *out, const struct witnessed_checkpoint *of)
{
	buffer_printf(out, "{\"size\":%llu,\"trusted\":%zu,\"quorum\":",
	    (unsigned long long)of->size, of->trusted);
	if (of->has_quorum)
		buffer_printf(out, "{\"wanted\":%zu,\"of\":%zu}", of->wanted,
		    of->members);
	else
		buffer_text(out, "null");
	buffer_printf(out, ",\"met\":%s,\"cosigned\":[",
	    of->met ? "true" : "false");
	for (size_t i = 0; i < of->count; i++) {
		buffer_printf(out, "%s{\"witness\":", i == 0 ? "" : ",");
		json_write_text(out, bytes_of_text(of->by[i].name.text));
		buffer_printf(out, ",\"first\":%llu,\"last\":%llu}",
		    (unsigned long long)of->by[i].oldest_s,
		    (unsigned long long)of->by[i].newest_s);
	}
	buffer_text(out, "]}");
}

void
witnessed_json(struct buffer *out, const struct witnessed *witnessed)
{
	buffer_text(out, "{\"newest\":");
	put_one(out, &witnessed->newest);
	buffer_text(out, ",\"met\":");
	if (witnessed->met.size > 0)
		put_one(out, &witnessed->met);
	else
		buffer_text(out, "null");
	buffer_text(out, "}");
}

static const char *
verb(enum dated_by what)
{
	return what == DATED_TIMESTAMP ? "timestamped" : "cosigned";
}

static void
say_after(struct terminal *terminal, const struct dated *after)
{
	fprintf(terminal->out, "%s: not among the %s entries that ",
	    time_format(after->newest_ms).text,
	    number_grouped(after->size).text);
	terminal_show(terminal, STYLE_NAME, bytes_of_text(after->by));
	fputs(" cosigned then as all it had been shown\n", terminal->out);
}

static void
say_before(struct terminal *terminal, const struct dated *before)
{
	fprintf(terminal->out, "%s: among the %s entries that ",
	    time_format(before->existed_ms).text,
	    number_grouped(before->size).text);
	terminal_show(terminal, STYLE_NAME, bytes_of_text(before->by));
	fprintf(terminal->out, " %s then\n", verb(before->what));
}

void
interval_say(struct terminal *terminal, const struct interval *interval,
    int64_t time_ms, int indent, int width)
{
	if (interval->has_after) {
		terminal_say(terminal, STYLE_FAINT, "%*s%-*s", indent, "",
		    width, "after");
		say_after(terminal, &interval->after);
	}
	if (interval->has_before) {
		terminal_say(terminal, STYLE_FAINT, "%*s%-*s", indent, "",
		    width, "before");
		say_before(terminal, &interval->before);
	}
	if (time_ms < 0)
		return;
	if (interval->has_after && time_ms < interval->after.newest_ms) {
		terminal_say(terminal, STYLE_FAINT, "%*s", indent + width, "");
		terminal_say(terminal, STYLE_WARN,
		    "the ledger's clock says earlier: either it was wrong, or "
		    "the witness was not shown all\n");
	}
	if (interval->has_before && time_ms > interval->before.existed_ms) {
		terminal_say(terminal, STYLE_FAINT, "%*s", indent + width, "");
		terminal_say(terminal, STYLE_WARN,
		    "the ledger's clock says later: a clock was wrong\n");
	}
}

static void
put_dated(struct buffer *out, const struct dated *dated, int64_t time_ms)
{
	buffer_printf(out,
	    "{\"time\":\"%s\",\"size\":%llu,\"by\":", time_format(time_ms).text,
	    (unsigned long long)dated->size);
	json_write_text(out, bytes_of_text(dated->by));
	buffer_printf(out, ",\"what\":\"%s\"}",
	    dated->what == DATED_TIMESTAMP ? "timestamp" : "cosignature");
}

void
interval_json(struct buffer *out, const struct interval *interval)
{
	buffer_text(out, "{\"after\":");
	if (interval->has_after)
		put_dated(out, &interval->after, interval->after.newest_ms);
	else
		buffer_text(out, "null");
	buffer_text(out, ",\"before\":");
	if (interval->has_before)
		put_dated(out, &interval->before, interval->before.existed_ms);
	else
		buffer_text(out, "null");
	buffer_text(out, "}");
}

int
witnessed_hint(struct reader *reader, uint64_t least, struct error *err)
{
	struct witnessed witnessed;

	if (witnessed_in(&witnessed, reader, err) == -1)
		return -1;
	if (witnessed.newest.trusted > 0 && !witnessed.newest.met &&
	    witnessed.met.size >= least && witnessed.met.size > 0)
		fprintf(stderr,
		    "vouch: too few witnesses cosigned this checkpoint of %llu "
		    "entries yet; --cosigned takes that of %llu, which enough "
		    "did\n",
		    (unsigned long long)witnessed.newest.size,
		    (unsigned long long)witnessed.met.size);
	return 0;
}

int
interval_of_entry(struct interval *out, struct dated_list **list,
    struct reader *reader, uint64_t seq, struct error *err)
{
	struct trust_book *book = NULL;
	struct dated_list *made = NULL;
	int result = -1;

	if (trust_book_new(&book, authority_trusts(reader_authority(reader)),
		err) == 0 &&
	    dated_list_new(&made, err) == 0 &&
	    dated_add_store(made, reader_store(reader), book, UINT64_MAX,
		err) == 0) {
		*out = interval_of(made, seq);
		*list = made;
		made = NULL;
		result = 0;
	}
	dated_list_free(made);
	trust_book_free(book);
	return result;
}
