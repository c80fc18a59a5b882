#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/terminal.h"
#include "ledger/erasure.h"
#include "ledger/list.h"
#include "ledger/residue.h"
#include "ledger/store_disclosure.h"
#include "ledger/store_settle.h"

/* How long readers are waited for, and how often. */
#define WAIT_MS 5000
#define TRIES 2

struct erase_options {
	const char *basis;
	const char *request;
	const char *because;
	const char *name;
	struct option_list attachments;
	bool everywhere;
	bool whole;
	bool dry_run;
};

#define AT(field) offsetof(struct erase_options, field)

static const struct option options[] = {
	{ "basis", 0, OPTION_TEXT, AT(basis), "TEXT",
	    "the law that asks for it, such as 'GDPR art. 17(1)(b)'", NULL,
	    true },
	{ "request", 0, OPTION_TEXT, AT(request), "REF",
	    "the request it answers, by a reference that names nobody", NULL,
	    true },
	{ "because", 0, OPTION_TEXT, AT(because), "TEXT", "why, in words", NULL,
	    false },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME",
	    "what the erasure is called (of the request, if it is not said)",
	    NULL, false },
	{ "attachment", 0, OPTION_LIST, AT(attachments), "DIGEST",
	    "an attachment of the entry, by its SHA-256", NULL, false },
	{ "everywhere", 0, OPTION_FLAG, AT(everywhere), NULL,
	    "of every entry that has the attachment", NULL, false },
	{ "whole", 0, OPTION_FLAG, AT(whole), NULL,
	    "the entry's body, with all that hangs on it alone", NULL, false },
	{ "dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL,
	    "say what would be erased, and erase nothing", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* An erasure that is being prepared. */
struct erasing {
	struct context *context;
	const struct erase_options *given;
	struct session_write session;
	struct reader *reader;
	struct reader_entry entry;
	struct index_row row;
	struct facts facts;
	struct json *members;
	struct json *items; /* In members. */
	struct json *item; /* Of the entry. */
	struct residue *kept; /* What was kept, as it was kept. */
	struct residue *open; /* The values themselves. */
	struct buffer text;
	unsigned fields;
	unsigned attachments;
};

static int
put(struct json *object, const char *name, const char *text, struct error *err)
{
	return json_put(object, name, json_new_text(text), err);
}

/* {"number":…,"entry":…}, at the end of the items. */
static int
add_item(struct erasing *erasing, const struct index_row *row,
    struct json **out, struct error *err)
{
	struct json *item = json_new_object();

	if (json_put(item, "number", json_new_integer((int64_t)row->seq),
		err) == -1 ||
	    put(item, "entry", digest_hex(row->leaf).text, err) == -1) {
		json_free(item);
		return -1;
	}
	*out = item;
	return json_push(erasing->items, item, err);
}

/* ---- fields ---- */

/* Of a disclosure: the salt, which is in no other; then the value. */
#define SALT_CHARS 32

/* What is looked for afterwards: the disclosure, and the value in it, which
 * something else may say too. */
static int
remember_value(struct erasing *erasing, struct bytes disclosure,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_DISCLOSURE);
	struct json *value = NULL;
	int result = -1;

	if (sealed_open(&value, disclosure, err) == -1)
		return -1;
	if (json_type(value) == JSON_TEXT)
		buffer_text(&text, json_text(value));
	else
		json_write(&text, value);
	/* As it stands here, and as it would stand openly. */
	if (residue_add_text(erasing->kept,
		bytes_of(disclosure.data, SALT_CHARS), err) == 0 &&
	    residue_add_text(erasing->open,
		bytes_of(disclosure.data + SALT_CHARS,
		    disclosure.len - SALT_CHARS),
		err) == 0)
		result =
		    residue_add_text(erasing->open, buffer_bytes(&text), err);
	json_free(value);
	buffer_wipe(&text);
	buffer_free(&text);
	return result;
}

static int
remember_field(struct erasing *erasing, struct digest digest, struct error *err)
{
	bool there = false;

	if (store_disclosure(reader_store(erasing->reader), digest,
		&erasing->text, &there, err) == -1)
		return -1;
	return there
	    ? remember_value(erasing, buffer_bytes(&erasing->text), err)
	    : 0;
}

static int
add_field(struct erasing *erasing, struct json *fields,
    const struct revealed_field *field, struct error *err)
{
	struct json *made;

	for (const struct json *f = json_first(fields); f != NULL;
	     f = json_next(f))
		if (strcmp(json_member_text(f, "path"), field->path) == 0)
			return 0;
	made = json_new_object();
	if (put(made, "path", field->path, err) == -1 ||
	    put(made, "digest", digest_hex(field->digest).text, err) == -1) {
		json_free(made);
		return -1;
	}
	erasing->fields++;
	if (json_push(fields, made, err) == -1)
		return -1;
	return remember_field(erasing, field->digest, err);
}

/* Whether a field is at a path or inside what is there. */
static bool
is_below(const char *field, const char *path)
{
	size_t len = strlen(path);

	return strncmp(field, path, len) == 0 &&
	    (field[len] == '\0' || field[len] == '.' || field[len] == '[');
}

static int
not_sealed(const struct erasing *erasing, const char *path, struct error *err)
{
	const struct json *value, *parent;
	struct error absent;

	if (sealed_find(&value, &parent, erasing->entry.record.predicate, path,
		&absent) == -1) {
		*err = absent;
		return -1;
	}
	return error_set(err, ERROR_NO,
	    "only what was sealed can be erased; as a last resort: --whole",
	    "'%.200s' of entry %llu was recorded openly", path,
	    (unsigned long long)erasing->row.seq);
}

/* The sealed fields at a path that are there still. */
static int
add_path(struct erasing *erasing, struct json *fields, const char *path,
    struct error *err)
{
	const struct revealed *revealed = &erasing->entry.revealed;
	const struct revealed_field *gone = NULL;
	size_t found = 0;

	for (size_t i = 0; i < revealed->count; i++) {
		const struct revealed_field *field = &revealed->item[i];

		if (!is_below(field->path, path))
			continue;
		if (field->state != FIELD_SHOWN) {
			gone = field;
			continue;
		}
		found++;
		if (add_field(erasing, fields, field, err) == -1)
			return -1;
	}
	if (found > 0)
		return 0;
	if (gone == NULL)
		return not_sealed(erasing, path, err);
	if (gone->state == FIELD_ERASED)
		return error_set(err, ERROR_NO, "there is nothing left to do",
		    "%.200s of entry %llu was erased by entry %llu", gone->path,
		    (unsigned long long)erasing->row.seq,
		    (unsigned long long)gone->erased_by);
	return error_set(err, ERROR_NO, "run `vouch verify'",
	    "%.200s of entry %llu is missing", gone->path,
	    (unsigned long long)erasing->row.seq);
}

static int
add_fields(struct erasing *erasing, struct operands operands, struct error *err)
{
	const struct revealed *revealed = &erasing->entry.revealed;
	struct json *fields = json_new_list();
	int result = fields == NULL ? error_memory(err) : 0;

	for (size_t i = 1; i < operands.count && result == 0; i++)
		result = add_path(erasing, fields, operands.item[i], err);
	for (size_t i = 0;
	     erasing->given->whole && i < revealed->count && result == 0; i++)
		if (revealed->item[i].state == FIELD_SHOWN)
			result =
			    add_field(erasing, fields, &revealed->item[i], err);
	if (result == 0 && json_count(fields) > 0)
		return json_put(erasing->item, "fields", fields, err);
	json_free(fields);
	return result;
}

/* ---- attachments ---- */

static int
remember_attachment(struct erasing *erasing, struct digest digest,
    struct error *err)
{
	struct buffer content = buffer_new(LIMIT_ATTACHMENT);
	int result = -1;

	if (store_attachment(reader_store(erasing->reader), digest, &content,
		err) == 0)
		result =
		    residue_add(erasing->kept, buffer_bytes(&content), err);
	buffer_wipe(&content);
	buffer_free(&content);
	return result;
}

/* Into the list of an item, which is made when it is needed. */
static int
put_attachment(struct json *item, const char *hex, struct error *err)
{
	const struct json *list = json_member(item, "attachments");

	if (list == NULL &&
	    json_put(item, "attachments", json_new_list(), err) == -1)
		return -1;
	list = json_member(item, "attachments");
	for (const struct json *one = json_first(list); one != NULL;
	     one = json_next(one))
		if (strcmp(json_text(one), hex) == 0)
			return 0;
	return json_push((struct json *)(uintptr_t)list, json_new_text(hex),
	    err);
}

/* The item of an entry, made when it is needed. */
static int
item_of(struct erasing *erasing, uint64_t seq, struct json **out,
    struct error *err)
{
	struct index_row row;

	for (const struct json *i = json_first(erasing->items); i != NULL;
	     i = json_next(i))
		if ((uint64_t)json_integer(json_member(i, "number")) == seq) {
			*out = (struct json *)(uintptr_t)i;
			return 0;
		}
	if (index_row_at(reader_store(erasing->reader), seq,
		reader_size(erasing->reader), &row, err) == -1)
		return -1;
	return add_item(erasing, &row, out, err);
}

static int
add_everywhere(struct erasing *erasing, struct digest digest, struct error *err)
{
	struct index_mention *mention = NULL;
	struct json *item = NULL;
	size_t count = 0;
	int result = index_mentions(reader_store(erasing->reader), digest, NULL,
	    reader_size(erasing->reader), &mention, &count, err);

	for (size_t i = 0; i < count && result == 0; i++) {
		if (mention[i].role != FACT_ATTACHMENT)
			continue;
		result = item_of(erasing, mention[i].seq, &item, err);
		if (result == 0)
			result =
			    put_attachment(item, digest_hex(digest).text, err);
	}
	memory_free(mention);
	return result;
}

static int
add_attachment(struct erasing *erasing, struct digest digest, struct error *err)
{
	bool has = false;

	if (store_has_attachment(reader_store(erasing->reader), digest, &has,
		err) == -1)
		return -1;
	erasing->attachments++;
	/* What is not there is refused as the record enters, with why. */
	if (has && remember_attachment(erasing, digest, err) == -1)
		return -1;
	if (put_attachment(erasing->item, digest_hex(digest).text, err) == -1)
		return -1;
	return erasing->given->everywhere ? add_everywhere(erasing, digest, err)
					  : 0;
}

/* Whether another entry has it too: then it stays with that one. */
static int
is_shared(struct erasing *erasing, struct digest digest, bool *shared,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*shared = false;
	if (index_mentions(reader_store(erasing->reader), digest, NULL,
		UINT64_MAX, &mention, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		*shared |= mention[i].role == FACT_ATTACHMENT &&
		    mention[i].seq != erasing->row.seq;
	memory_free(mention);
	return 0;
}

static int
add_own_attachments(struct erasing *erasing, struct error *err)
{
	for (size_t i = 0; i < erasing->facts.count; i++) {
		const struct fact *fact = &erasing->facts.fact[i];
		bool has = false, shared = false;

		if (fact->role != FACT_ATTACHMENT)
			continue;
		if (store_has_attachment(reader_store(erasing->reader),
			fact->digest, &has, err) == -1 ||
		    is_shared(erasing, fact->digest, &shared, err) == -1)
			return -1;
		if (has && (!shared || erasing->given->everywhere) &&
		    add_attachment(erasing, fact->digest, err) == -1)
			return -1;
	}
	return 0;
}

static int
add_attachments(struct erasing *erasing, struct error *err)
{
	const struct option_list *list = &erasing->given->attachments;

	for (size_t i = 0; i < list->count; i++) {
		struct digest digest;

		if (!digest_parse(&digest, bytes_of_text(list->item[i])))
			return error_set(err, ERROR_UNDECIDED,
			    "give its SHA-256: see `vouch show'",
			    "'%.80s' is not the digest of an attachment",
			    list->item[i]);
		if (add_attachment(erasing, digest, err) == -1)
			return -1;
	}
	return erasing->given->whole ? add_own_attachments(erasing, err) : 0;
}

/* ---- the body ---- */

/* Of its line, what no other has: the signatures. */
static int
remember_body(struct erasing *erasing, struct error *err)
{
	const struct envelope *envelope = &erasing->entry.entry.envelope;
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	int result = 0;

	for (size_t i = 0; i < envelope->signature_count && result == 0; i++) {
		buffer_clear(&text);
		base64_append(&text,
		    bytes_of(envelope->signature[i].signature.byte,
			SIGNATURE_LEN));
		result = residue_add(erasing->kept, buffer_bytes(&text), err);
	}
	buffer_free(&text);
	return result;
}

/* The artefacts that it named, each once. */
static int
put_named(struct json *whole, const struct facts *facts, struct error *err)
{
	struct json *list = json_new_list();

	for (size_t i = 0; i < facts->count; i++) {
		size_t k = 0;

		if (!list_counts(&facts->fact[i]))
			continue;
		while (k < i &&
		    (!list_counts(&facts->fact[k]) ||
			!digest_equal(facts->fact[k].digest,
			    facts->fact[i].digest)))
			k++;
		if (k == i &&
		    json_push(list,
			json_new_text(digest_hex(facts->fact[i].digest).text),
			err) == -1) {
			json_free(list);
			return -1;
		}
	}
	return json_put(whole, "named", list, err);
}

static int
add_whole(struct erasing *erasing, struct error *err)
{
	const struct record_head *head = &erasing->entry.record.head;
	struct json *whole = json_new_object();
	char nonce[2 * NONCE_LEN + 1];

	hex_encode(nonce, bytes_of(head->nonce, NONCE_LEN));
	if (put(whole, "kind", erasing->row.kind->name, err) == -1 ||
	    put(whole, "time", time_format(erasing->entry.entry.time_ms).text,
		err) == -1 ||
	    put(whole, "made", time_format(head->made_ms).text, err) == -1 ||
	    put(whole, "nonce", nonce, err) == -1 ||
	    put(whole, "signer", public_key_ssh(erasing->row.signer).text,
		err) == -1) {
		json_free(whole);
		return -1;
	}
	if (put_named(whole, &erasing->facts, err) == -1) {
		json_free(whole);
		return -1;
	}
	if (json_put(erasing->item, "whole", whole, err) == -1)
		return -1;
	return remember_body(erasing, err);
}

/* ---- the record ---- */

/* "DSR 2026/17" as a name. */
static void
name_of(char *out, size_t size, const char *request)
{
	size_t len = 0;

	for (; *request != '\0' && len + 1 < size; request++) {
		char c = *request;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9');

		if (plain || (len > 0 && out[len - 1] != '-'))
			out[len++] = plain ? c : '-';
	}
	while (len > 0 && out[len - 1] == '-')
		len--;
	out[len] = '\0';
	if (len == 0)
		snprintf(out, size, "erasure");
}

static int
begin_members(struct erasing *erasing, struct error *err)
{
	const struct erase_options *given = erasing->given;
	char name[LIMIT_NAME + 1];
	char *version = NULL;
	struct json *members = json_new_object();

	if (members == NULL)
		return error_memory(err);
	erasing->members = members;
	name_of(name, sizeof name, given->request);
	if (given->name != NULL)
		snprintf(name, sizeof name, "%s", given->name);
	if (compose_next_version(&version, &erasing->session, "erasure", name,
		err) == -1)
		return -1;
	if (put(members, "name", name, err) == -1 ||
	    put(members, "version", version, err) == -1 ||
	    json_put(members, "entries", json_new_list(), err) == -1) {
		memory_free(version);
		return -1;
	}
	memory_free(version);
	erasing->items =
	    (struct json *)(uintptr_t)json_member(members, "entries");
	if (put(members, "basis", given->basis, err) == -1 ||
	    put(members, "request", given->request, err) == -1)
		return -1;
	return compose_text(members, "because", given->because, err);
}

static int
compose(struct erasing *erasing, struct operands operands, struct error *err)
{
	if (begin_members(erasing, err) == -1 ||
	    add_item(erasing, &erasing->row, &erasing->item, err) == -1 ||
	    add_fields(erasing, operands, err) == -1 ||
	    add_attachments(erasing, err) == -1)
		return -1;
	return erasing->given->whole ? add_whole(erasing, err) : 0;
}

/* Everything that would be asked as it enters. */
static int
rehearse(struct erasing *erasing, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct record record = { .kind = NULL };
	struct json *subjects = NULL;
	struct record_head head;
	int result = -1;

	appender_head(erasing->session.appender, &head);
	if (record_subjects(&subjects, kind_named("erasure"), head.ledger,
		erasing->members, NULL, err) == 0 &&
	    record_compose(&text, kind_named("erasure"), &head, subjects,
		erasing->members, err) == 0 &&
	    record_parse(&record, buffer_bytes(&text), err) == 0)
		result = erasure_admit(reader_store(erasing->reader), &record,
		    reader_size(erasing->reader), clock_now_ms(), err);
	record_free(&record);
	json_free(subjects);
	buffer_free(&text);
	return result;
}

/* ---- afterwards ---- */

struct aftermath {
	bool settled;
	struct residue_found kept;
	struct residue_found open;
};

static int
settle(struct erasing *erasing, bool rewrite, struct aftermath *out,
    struct error *err)
{
	struct store *store = appender_store(erasing->session.appender);

	out->settled = false;
	for (unsigned i = 0; i < TRIES && !out->settled; i++)
		if (store_settle(store, rewrite && i == 0, WAIT_MS,
			&out->settled, err) == -1)
			return -1;
	if (residue_search(&out->kept, erasing->kept, store_path(store), err) ==
	    -1)
		return -1;
	return residue_search(&out->open, erasing->open, store_path(store),
	    err);
}

/* What was moved about in its page before leaves copies that only writing the
 * file anew removes. */
static int
clean_up(struct erasing *erasing, struct aftermath *out, struct error *err)
{
	struct store *store = appender_store(erasing->session.appender);

	if (settle(erasing, erasing->given->whole, out, err) == -1)
		return -1;
	if (out->settled && !erasing->given->whole &&
	    (out->kept.pieces > 0 || out->open.pieces > 0) &&
	    settle(erasing, true, out, err) == -1)
		return -1;
	return out->settled ? store_settled(store, err) : 0;
}

/* It was recorded, whatever stands in the way of cleaning up. */
static int
say_unfinished(uint64_t seq, struct error *err)
{
	size_t len = strlen(err->what);

	err->class = ERROR_SYSTEM;
	(void)snprintf(err->what + len, sizeof err->what - len,
	    "; entry %llu was recorded, but bytes of what it destroyed may "
	    "still stand in unused parts of the file",
	    (unsigned long long)seq);
	(void)snprintf(err->remedy, sizeof err->remedy,
	    "make room on its disk, then run `vouch settle'");
	return -1;
}

static void
say_json(const struct erasing *erasing, uint64_t seq, struct digest leaf,
    const struct aftermath *after)
{
	struct buffer out = buffer_new(LIMIT_JSON_LINE);

	buffer_printf(&out,
	    "{\"seq\":%llu,\"leaf\":\"%s\",\"kind\":\"erasure\",\"erased\":",
	    (unsigned long long)seq, digest_hex(leaf).text);
	json_write(&out, erasing->items);
	buffer_printf(&out,
	    ",\"settled\":%s,\"searched_bytes\":%llu,\"searched_files\":%u,"
	    "\"remaining\":%llu,\"elsewhere\":%llu}\n",
	    after->settled ? "true" : "false",
	    (unsigned long long)after->kept.bytes, after->kept.files,
	    (unsigned long long)after->kept.pieces,
	    (unsigned long long)after->open.pieces);
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static void
say_remains(const struct aftermath *after)
{
	if (!after->settled)
		printf("a reader holds the ledger's log: what was destroyed "
		       "may still stand in it\n"
		       "close what reads the ledger; then `vouch settle', or "
		       "the next command that writes, finishes this\n");
	else if (after->kept.pieces > 0)
		printf("%llu pieces of it are still in ledger file%s: "
		       "something else there has the same bytes\n",
		    (unsigned long long)after->kept.pieces, after->kept.where);
	if (after->settled && after->open.pieces > 0)
		printf("the value itself stands elsewhere in the ledger, "
		       "openly or sealed: another record says it too\n");
}

static void
say(const struct erasing *erasing, uint64_t seq, struct digest leaf,
    const struct aftermath *after)
{
	bool clean = after->settled && after->kept.pieces == 0 &&
	    after->open.pieces == 0;

	if (!clean)
		erasing->context->verdict = ERROR_NO;
	if (erasing->context->json) {
		say_json(erasing, seq, leaf, after);
		return;
	}
	if (!erasing->context->quiet) {
		printf("erased of entry %llu:",
		    (unsigned long long)erasing->row.seq);
		if (erasing->given->whole)
			printf(" its body;");
		printf(" %u sealed value%s, %u attachment%s; entry %llu "
		       "(%.8s) says so\n",
		    erasing->fields, erasing->fields == 1 ? "" : "s",
		    erasing->attachments, erasing->attachments == 1 ? "" : "s",
		    (unsigned long long)seq, digest_hex(leaf).text);
		printf("searched %s bytes of %u file%s for it: %s\n",
		    number_grouped(after->kept.bytes).text, after->kept.files,
		    after->kept.files == 1 ? "" : "s",
		    clean ? "not found" : "found");
	}
	if (!clean)
		say_remains(after);
}

static void
say_rehearsal(const struct erasing *erasing)
{
	struct buffer out = buffer_new(LIMIT_JSON_LINE);

	if (erasing->context->json) {
		buffer_text(&out, "{\"would_erase\":");
		json_write(&out, erasing->items);
		buffer_text(&out, "}\n");
		fputs(buffer_string(&out), stdout);
		buffer_free(&out);
		return;
	}
	for (const struct json *i = json_first(erasing->items); i != NULL;
	     i = json_next(i)) {
		printf("would erase of entry %lld%s\n",
		    (long long)json_integer(json_member(i, "number")),
		    json_member(i, "whole") == NULL ? "" : ": its body");
		for (const struct json *f =
			 json_first(json_member(i, "fields"));
		     f != NULL; f = json_next(f)) {
			buffer_clear(&out);
			text_show(&out,
			    bytes_of_text(json_member_text(f, "path")));
			printf("  %s\n", buffer_string(&out));
		}
		for (const struct json *a =
			 json_first(json_member(i, "attachments"));
		     a != NULL; a = json_next(a))
			printf("  attachment %.16s…\n", json_text(a));
	}
	buffer_free(&out);
}

static int
carry_out(struct erasing *erasing, struct error *err)
{
	struct json *subjects = NULL;
	struct aftermath after;
	struct digest leaf;
	uint64_t seq;
	int result;

	/* Our own reading would hold the log. */
	reader_close(erasing->reader);
	erasing->reader = NULL;
	if (record_subjects(&subjects, kind_named("erasure"),
		appender_checkpoint(erasing->session.appender)->origin,
		erasing->members, NULL, err) == -1)
		return -1;
	result = session_record(&erasing->session, "erasure", subjects,
	    erasing->members, NULL, 0, &seq, &leaf, err);
	if (result == 0 && clean_up(erasing, &after, err) == -1)
		result = say_unfinished(seq, err);
	else if (result == 0)
		say(erasing, seq, leaf, &after);
	json_free(subjects);
	return result;
}

static int
erase(struct erasing *erasing, struct operands operands, struct error *err)
{
	uint64_t seq;

	if (reader_open(&erasing->reader,
		buffer_string(&erasing->session.store_path), err) == -1 ||
	    reader_find(erasing->reader, operands.item[0], &seq, err) == -1 ||
	    reader_read(erasing->reader, seq, &erasing->entry, err) == -1 ||
	    index_row_at(reader_store(erasing->reader), seq,
		reader_size(erasing->reader), &erasing->row, err) == -1 ||
	    facts_gather(&erasing->facts, &erasing->entry.record, err) == -1 ||
	    compose(erasing, operands, err) == -1 ||
	    rehearse(erasing, err) == -1)
		return -1;
	if (!erasing->given->dry_run)
		return carry_out(erasing, err);
	say_rehearsal(erasing);
	return 0;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct erasing erasing = {
		.context = context,
		.given = given,
		.entry = reader_entry_new(),
		.facts = facts_new(),
		.text = buffer_new(LIMIT_DISCLOSURE),
	};
	int result = -1;

	if (operands.count == 1 && !erasing.given->whole &&
	    erasing.given->attachments.count == 0) {
		error_set(err, ERROR_UNDECIDED,
		    "name fields, --attachment DIGEST or --whole",
		    "it is not said what of the entry is to be erased");
		goto done;
	}
	if (residue_new(&erasing.kept, err) == -1 ||
	    residue_new(&erasing.open, err) == -1 ||
	    session_write(&erasing.session, context, err) == -1)
		goto done;
	result = erase(&erasing, operands, err);
	session_write_end(&erasing.session);
done:
	reader_close(erasing.reader);
	reader_entry_free(&erasing.entry);
	facts_free(&erasing.facts);
	json_free(erasing.members);
	residue_free(erasing.kept);
	residue_free(erasing.open);
	buffer_wipe(&erasing.text);
	buffer_free(&erasing.text);
	return result;
}

static const char *const examples[] = {
	"# What would go",
	"vouch erase dataset/sealed tags.owner --basis 'GDPR art. 17(1)(b)' "
	"--request DSR-2026-17 -n",
	"vouch erase dataset/sealed tags.owner --basis 'GDPR art. 17(1)(b)' "
	"--request DSR-2026-17",
	NULL,
};

const struct command cmd_erase = {
	.name = "erase",
	.group = "Record",
	.summary = "destroy sealed values, attachments or an entry's body",
	.operands = "ENTRY [PATH…]",
	.least = 1,
	.most = SIZE_MAX,
	.options = options,
	.options_size = sizeof(struct erase_options),
	.machine = true,
	.appends = true,
	.run = run,
	.description =
	    "Destroys value and salt of the sealed fields at each PATH, and "
	    "records who did so, on which basis and at whose request: in one "
	    "transaction, signed by somebody of the role compliance. Every "
	    "signature and every proof still holds; the field reads \"erased "
	    "by entry N\", and verification knows that it is missing "
	    "lawfully.\n\n"
	    "Then the log is cut, and the ledger's files are searched for the "
	    "bytes; exit status 1 if any remain. What is kept elsewhere is not "
	    "reached: backups, published copies, files of disclosures, blocks "
	    "that a disk has put aside. Should it be killed on the way, the "
	    "next command that writes does the rest (`vouch settle').\n\n"
	    "As a last resort --whole destroys an entry's body and keeps its "
	    "leaf hash. What carries authority, rules or decisions is never "
	    "destroyed, and nothing that a hold keeps.",
	.examples = examples,
};
