#include "cli/dossier_tell.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/certify.h"
#include "cli/witnessed_say.h"
#include "ledger/entry.h"
#include "ledger/record.h"

/* So many of a kind are told one by one. */
#define ONE_BY_ONE 12

/* An entry taken apart, again and again. */
struct told {
	const struct dossier *dossier;
	struct entry entry;
	struct record record;
	struct buffer title, summary, signers;
};

static struct told
told_new(const struct dossier *dossier)
{
	return (struct told){ .dossier = dossier,
		.entry = entry_new(),
		.title = buffer_new((size_t)1 << 16),
		.summary = buffer_new((size_t)1 << 18),
		.signers = buffer_new((size_t)1 << 14) };
}

static void
told_free(struct told *told)
{
	entry_free(&told->entry);
	record_free(&told->record);
	buffer_free(&told->title);
	buffer_free(&told->summary);
	buffer_free(&told->signers);
}

/* The name under which a key is enrolled. */
static const char *
signer_name(const struct told *told, struct public_key key)
{
	const struct principal *principal =
	    authority_by_key(dossier_authority(told->dossier), key);

	return principal == NULL ? "the ledger" : principal->name;
}

/* Who that is by a certificate, at that entry; or NULL. */
static const struct identity *
signer_identity(const struct told *told, const struct dossier_entry *entry,
    struct public_key key)
{
	const struct principal *principal =
	    authority_by_key(dossier_authority(told->dossier), key);

	return principal == NULL
	    ? NULL
	    : identity_before(principal->identity, entry->seq);
}

static void
write_signers(struct told *told, const struct dossier_entry *entry)
{
	for (size_t i = 0; i < entry->signer_count; i++) {
		const struct identity *identity =
		    signer_identity(told, entry, entry->signer[i]);

		buffer_text(&told->signers, i == 0 ? "" : ", ");
		buffer_text(&told->signers,
		    signer_name(told, entry->signer[i]));
		if (identity == NULL)
			continue;
		buffer_text(&told->signers, " (");
		identity_describe_at(&told->signers, identity, entry->time_ms);
		buffer_text(&told->signers, ")");
	}
}

static int
tell_of(struct told *told, const struct dossier_entry *entry, struct error *err)
{
	record_free(&told->record);
	memset(&told->record, 0, sizeof told->record);
	buffer_clear(&told->title);
	buffer_clear(&told->summary);
	buffer_clear(&told->signers);
	if (entry_parse(&told->entry, entry->line, err) == -1 ||
	    record_parse(&told->record,
		buffer_bytes(&told->entry.envelope.payload), err) == -1)
		return -1;
	record_title(&told->title, &told->record);
	record_summary(&told->summary, &told->record);
	write_signers(told, entry);
	return 0;
}

/* The kinds of which it is asked when they were recorded. */
static bool
is_decisive(const struct kind *kind)
{
	static const char *const names[] = { "model", "evaluation", "approval",
		"rejection", "deployment" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(kind->name, names[i]) == 0)
			return true;
	return false;
}

static int
say_one(struct terminal *terminal, struct told *told,
    const struct dossier_entry *entry, struct error *err)
{
	struct interval interval;

	if (tell_of(told, entry, err) == -1)
		return -1;
	fprintf(terminal->out, "  %5llu  %.10s  ",
	    (unsigned long long)entry->seq, time_format(entry->time_ms).text);
	terminal_show(terminal, STYLE_NAME, buffer_bytes(&told->title));
	fputs(", signed by ", terminal->out);
	terminal_show(terminal, STYLE_STRONG, buffer_bytes(&told->signers));
	if (told->summary.len > 0) {
		fputs(": ", terminal->out);
		terminal_show_within(terminal, STYLE_PLAIN,
		    buffer_bytes(&told->summary), 160);
	}
	fputc('\n', terminal->out);
	interval = dossier_interval(told->dossier, entry->seq);
	if (is_decisive(entry->kind))
		interval_say(terminal, &interval, entry->time_ms, 21, 8);
	return 0;
}

/* All of a kind: the first and the last of very many. */
static int
say_kind(struct terminal *terminal, struct told *told, const struct kind *kind,
    struct error *err)
{
	size_t all = dossier_entry_count(told->dossier), count = 0, at = 0;

	for (size_t i = 0; i < all; i++)
		count += dossier_entry_at(told->dossier, i)->kind == kind;
	if (count == 0)
		return 0;
	terminal_say(terminal, STYLE_STRONG, "%s", kind->name);
	fprintf(terminal->out, " (%zu)\n", count);
	for (size_t i = 0; i < all; i++) {
		const struct dossier_entry *entry =
		    dossier_entry_at(told->dossier, i);

		if (entry->kind != kind)
			continue;
		at++;
		if (count > ONE_BY_ONE && at == ONE_BY_ONE / 2 + 1)
			fprintf(terminal->out, "         … %zu more …\n",
			    count - ONE_BY_ONE);
		if (count > ONE_BY_ONE && at > ONE_BY_ONE / 2 &&
		    at <= count - ONE_BY_ONE / 2)
			continue;
		if (say_one(terminal, told, entry, err) == -1)
			return -1;
	}
	return 0;
}

int
dossier_say(struct terminal *terminal, const struct dossier *dossier,
    struct error *err)
{
	struct told told = told_new(dossier);
	int result = 0;

	for (size_t i = 0; kinds[i] != NULL && result == 0; i++)
		result = say_kind(terminal, &told, kinds[i], err);
	told_free(&told);
	return result;
}

/* One signer: a name, and whose the certificate says it is. */
static void
signer_json(struct buffer *out, const struct told *told,
    const struct dossier_entry *entry, size_t number)
{
	const struct identity *identity =
	    signer_identity(told, entry, entry->signer[number]);

	buffer_text(out, number == 0 ? "{\"name\":" : ",{\"name\":");
	json_write_text(out,
	    bytes_of_text(signer_name(told, entry->signer[number])));
	buffer_printf(out, ",\"key\":\"%s\"",
	    public_key_fingerprint(entry->signer[number]).text);
	if (identity != NULL) {
		buffer_text(out, ",\"subject\":");
		json_write_text(out, bytes_of_text(identity->subject));
		buffer_text(out, ",\"issuer\":");
		json_write_text(out, bytes_of_text(identity->issuer));
		certify_json(out, identity);
	}
	buffer_text(out, "}");
}

int
dossier_say_json(struct buffer *out, const struct dossier *dossier,
    struct error *err)
{
	struct told told = told_new(dossier);
	struct interval interval;
	int result = 0;

	buffer_text(out, "[");
	for (size_t i = 0; i < dossier_entry_count(dossier); i++) {
		const struct dossier_entry *entry =
		    dossier_entry_at(dossier, i);

		result = tell_of(&told, entry, err);
		if (result == -1)
			break;
		buffer_printf(out,
		    "%s{\"seq\":%llu,\"time\":\"%s\",\"kind\":\"%s\","
		    "\"leaf\":\"%s\",\"title\":",
		    i == 0 ? "" : ",", (unsigned long long)entry->seq,
		    time_format(entry->time_ms).text, entry->kind->name,
		    digest_hex(entry->leaf).text);
		json_write_text(out, buffer_bytes(&told.title));
		buffer_text(out, ",\"summary\":");
		json_write_text(out, buffer_bytes(&told.summary));
		buffer_text(out, ",\"signers\":[");
		for (size_t k = 0; k < entry->signer_count; k++)
			signer_json(out, &told, entry, k);
		buffer_text(out, "],\"recorded\":");
		interval = dossier_interval(dossier, entry->seq);
		interval_json(out, &interval);
		buffer_text(out, "}");
	}
	buffer_text(out, "]");
	told_free(&told);
	return result;
}
