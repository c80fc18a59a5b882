#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/witnessed_say.h"
#include "ledger/store_settle.h"

static void
status_json(struct reader *reader, const uint64_t *counts,
    const struct witnessed *witnessed, bool owes)
{
	const struct checkpoint *checkpoint = reader_checkpoint(reader);
	struct buffer vkey = buffer_new((size_t)1 << 20);
	bool first = true;

	note_key_write(&vkey, authority_ledger_key(reader_authority(reader)));
	printf("{\"origin\":");
	print_json_text(checkpoint->origin);
	printf(",\"vkey\":");
	print_json_text(buffer_string(&vkey));
	printf(",\"size\":%llu,\"root\":\"%s\",\"kinds\":{",
	    (unsigned long long)checkpoint->size,
	    digest_hex(checkpoint->root).text);
	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s\"%s\":%llu", first ? "" : ",", kinds[i]->name,
		    (unsigned long long)counts[i]);
		first = false;
	}
	printf("},\"keys_in_force\":%zu,\"checkpoint\":",
	    authority_count(reader_authority(reader)));
	print_json_text((const char *)reader_note(reader).data);
	buffer_clear(&vkey);
	witnessed_json(&vkey, witnessed);
	printf(",\"witnessed\":%s,\"settled\":%s}\n", buffer_string(&vkey),
	    owes ? "false" : "true");
	buffer_free(&vkey);
}

static void
row(struct terminal *terminal, const char *name)
{
	terminal_say(terminal, STYLE_FAINT, "%-14s", name);
}

/* "3 minutes ago". */
static void
say_age(struct terminal *terminal, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *name;
	} units[] = { { 86400000, "day" }, { 3600000, "hour" },
		{ 60000, "minute" }, { 1000, "second" } };
	int64_t age = clock_now_ms() - ms;

	for (size_t i = 0; i < 4; i++) {
		long long count = age / units[i].ms;

		if (count > 0) {
			fprintf(terminal->out, " (%lld %s%s ago)", count,
			    units[i].name, count == 1 ? "" : "s");
			return;
		}
	}
	fputs(" (just now)", terminal->out);
}

static int
say_newest(struct terminal *terminal, struct reader *reader, struct error *err)
{
	struct index_row newest;

	if (index_row_at(reader_store(reader), reader_size(reader) - 1,
		reader_size(reader), &newest, err) == -1)
		return -1;
	row(terminal, "newest");
	fprintf(terminal->out, "entry %llu at %s",
	    (unsigned long long)newest.seq, time_format(newest.time_ms).text);
	say_age(terminal, newest.time_ms);
	fputc('\n', terminal->out);
	return 0;
}

static void
say_counts(struct terminal *terminal, const uint64_t *counts)
{
	const char *separator = "";

	row(terminal, "entries");
	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (counts[i] == 0)
			continue;
		fprintf(terminal->out, "%s%s %s", separator,
		    number_grouped(counts[i]).text, kinds[i]->name);
		separator = " · ";
	}
	fputc('\n', terminal->out);
}

static void
say_people(struct terminal *terminal, const struct authority *authority)
{
	struct buffer roles = buffer_new(LIMIT_SUBJECT * 3);
	size_t shown = 0;

	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *who = authority_at(authority, i);

		if (who->ended_seq != AUTHORITY_NEVER)
			continue;
		if (shown++ == 8)
			break;
		buffer_clear(&roles);
		role_write(&roles, who->roles, ", ");
		row(terminal, shown == 1 ? "may sign" : "");
		terminal_say(terminal, STYLE_NAME, "%s", who->name);
		fprintf(terminal->out, " (%s)", buffer_string(&roles));
		if (who->identity != NULL) {
			buffer_clear(&roles);
			buffer_text(&roles, " ");
			identity_describe(&roles, who->identity);
			terminal_show(terminal, STYLE_FAINT,
			    buffer_bytes(&roles));
		}
		fputc('\n', terminal->out);
	}
	if (shown > 8) {
		row(terminal, "");
		fputs("… see `vouch key list'\n", terminal->out);
	}
	buffer_free(&roles);
}

/* What to do next, while the ledger is young. */
static void
say_hint(struct terminal *terminal, const uint64_t *counts)
{
	static const struct {
		const char *kind;
		const char *hint;
	} hints[] = {
		{ "dataset", "vouch dataset add PATH" },
		{ "run", "vouch run --input PATH --output PATH -- COMMAND…" },
		{ "model", "vouch model register PATH --name NAME" },
		{ "evaluation",
		    "vouch evaluate MODEL --dataset DATA FILE.json" },
	};

	for (size_t h = 0; h < sizeof hints / sizeof hints[0]; h++) {
		for (size_t i = 0; kinds[i] != NULL; i++) {
			if (strcmp(kinds[i]->name, hints[h].kind) != 0 ||
			    counts[i] != 0)
				continue;
			row(terminal, "next");
			fprintf(terminal->out, "%s\n", hints[h].hint);
			return;
		}
	}
}

static uint64_t
newest_of(const struct witnessed_checkpoint *checkpoint)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < checkpoint->count; i++) {
		if (checkpoint->by[i].newest_s > newest)
			newest = checkpoint->by[i].newest_s;
	}
	return newest;
}

/* How far, and when, witnesses have cosigned enough. */
static void
say_witnessed(struct terminal *terminal, const struct witnessed *witnessed)
{
	const struct witnessed_checkpoint *met = &witnessed->met;

	if (witnessed->newest.trusted == 0)
		return;
	row(terminal, "cosigned");
	if (met->size == 0) {
		terminal_say(terminal, STYLE_WARN,
		    witnessed->newest.has_quorum
			? "no checkpoint by a quorum of witnesses\n"
			: "no checkpoint by any witness\n");
		return;
	}
	fprintf(terminal->out, "%s entries by %zu of %zu witnesses",
	    number_grouped(met->size).text, met->count, met->trusted);
	if (met->count > 0)
		fprintf(terminal->out, ", last at %s",
		    number_time(newest_of(met)).text);
	fputc('\n', terminal->out);
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct buffer vkey = buffer_new(1024);
	struct reader *reader = NULL;
	struct terminal terminal;
	struct witnessed witnessed;
	uint64_t counts[64];
	bool owes;
	char root[BASE64_LEN(DIGEST_LEN) + 1];
	int result = -1;

	(void)given;
	(void)operands;
	if (session_read(&reader, context, err) == -1 ||
	    index_kind_counts(reader_store(reader), counts, err) == -1 ||
	    witnessed_in(&witnessed, reader, err) == -1 ||
	    store_owes(reader_store(reader), &owes, err) == -1)
		goto done;
	if (context->json) {
		status_json(reader, counts, &witnessed, owes);
		result = 0;
		goto done;
	}
	terminal_begin(&terminal, context, false);
	row(&terminal, "ledger");
	terminal_show(&terminal, STYLE_STRONG,
	    bytes_of_text(reader_checkpoint(reader)->origin));
	fputc('\n', terminal.out);
	note_key_write(&vkey, authority_ledger_key(reader_authority(reader)));
	row(&terminal, "verifier key");
	terminal_show(&terminal, STYLE_PLAIN, buffer_bytes(&vkey));
	fputc('\n', terminal.out);
	say_counts(&terminal, counts);
	if (say_newest(&terminal, reader, err) == -1)
		goto done;
	base64_encode(root, digest_bytes(&reader_checkpoint(reader)->root));
	row(&terminal, "checkpoint");
	fprintf(terminal.out, "%s entries, root %s\n",
	    number_grouped(reader_checkpoint(reader)->size).text, root);
	say_witnessed(&terminal, &witnessed);
	say_people(&terminal, reader_authority(reader));
	if (owes) {
		row(&terminal, "owed");
		terminal_say(&terminal, STYLE_WARN,
		    "an erasure is not finished: `vouch settle'\n");
	}
	say_hint(&terminal, counts);
	terminal_end(&terminal);
	result = 0;
done:
	reader_close(reader);
	buffer_free(&vkey);
	return result;
}

static const char *const examples[] = {
	"vouch status",
	NULL,
};

const struct command cmd_status = {
	.name = "status",
	.group = "Check",
	.summary = "what this ledger is and how it stands",
	.machine = true,
	.run = run,
	.description =
	    "The origin and verifier key, how many entries of each kind, the "
	    "newest entry and checkpoint, what witnesses cosigned last, and "
	    "who may sign. The newest "
	    "checkpoint's signature is checked, and that the ledger extends "
	    "what you have seen of it before; `vouch verify' checks the "
	    "rest.",
	.examples = examples,
};
