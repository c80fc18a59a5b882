#include "ledger/revealed.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/erasure.h"
#include "ledger/store_disclosure.h"

static void
clear(struct revealed *revealed)
{
	while (revealed->count > 0)
		memory_free(revealed->item[--revealed->count].path);
}

void
revealed_free(struct revealed *revealed)
{
	clear(revealed);
	memory_free(revealed->item);
	*revealed = (struct revealed){ .item = NULL };
}

const struct revealed_field *
revealed_find(const struct revealed *revealed, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < revealed->count; i++) {
		const char *own = revealed->item[i].path;

		if (strncmp(own, path, len) == 0 &&
		    (own[len] == '\0' || own[len] == '.' || own[len] == '['))
			return &revealed->item[i];
	}
	return NULL;
}

void
revealed_word(struct buffer *out, const struct revealed_field *field)
{
	switch (field->state) {
	case FIELD_SHOWN:
		break;
	case FIELD_ERASED:
		buffer_printf(out, "erased by entry %llu",
		    (unsigned long long)field->erased_by);
		break;
	case FIELD_MISSING:
		buffer_text(out, "missing");
		break;
	case FIELD_WITHHELD:
		buffer_text(out, "withheld");
		break;
	}
}

/* One record being revealed. */
struct revealing {
	struct revealed *out;
	struct record *record;
	struct digest leaf;
	struct store *store;
	const struct disclosures *given;
	struct buffer text;
};

static int
replace(struct revealing *now, const char *path, struct json *with,
    struct error *err)
{
	const struct json *value, *parent;

	if (sealed_find(&value, &parent, now->record->predicate, path, err) ==
	    -1) {
		json_free(with);
		return -1;
	}
	return json_replace((struct json *)(uintptr_t)parent, value, with, err);
}

/* The disclosure's text, if there is one and it is the right one. */
static int
obtain(struct revealing *now, struct digest digest, bool *there,
    struct error *err)
{
	const struct disclosure *given;

	*there = false;
	if (now->given == NULL) {
		if (store_disclosure(now->store, digest, &now->text, there,
			err) == -1)
			return -1;
		*there = *there &&
		    digest_equal(sealed_digest(buffer_bytes(&now->text)),
			digest);
		return 0;
	}
	given = disclosures_find(now->given, digest);
	if (given == NULL)
		return 0;
	*there = true;
	buffer_clear(&now->text);
	buffer_text(&now->text, given->text);
	return buffer_check(&now->text, "disclosure", err);
}

static int
reveal_field(struct revealing *now, struct revealed_field *field,
    struct error *err)
{
	struct json *value = NULL;
	struct error why;
	bool there, erased = false;

	if (obtain(now, field->digest, &there, err) == -1)
		return -1;
	if (there) {
		if (sealed_open(&value, buffer_bytes(&now->text), &why) == 0) {
			field->state = FIELD_SHOWN;
			return replace(now, field->path, value, err);
		}
		if (why.class == ERROR_SYSTEM) {
			*err = why;
			return -1;
		}
	}
	if (erasure_find(now->store, field->digest, &now->leaf, &erased,
		&field->erased_by, err) == -1)
		return -1;
	field->state = erased              ? FIELD_ERASED
	    : now->given != NULL && !there ? FIELD_WITHHELD
					   : FIELD_MISSING;
	return 0;
}

static int
list_fields(struct revealing *now, struct error *err)
{
	struct sealed_fields fields = { .item = NULL };
	struct revealed *out = now->out;
	int result = sealed_list(&fields, now->record->predicate, err);

	for (size_t i = 0; i < fields.count && result == 0; i++) {
		struct revealed_field *grown = memory_grow(out->item,
		    &out->capacity, out->count + 1, sizeof *grown);

		if (grown == NULL) {
			result = error_memory(err);
			break;
		}
		out->item = grown;
		/* The path is the list's no longer. */
		grown[out->count++] = (struct revealed_field){
			.path = fields.item[i].path,
			.digest = fields.item[i].digest,
			.state = FIELD_MISSING,
		};
		fields.item[i].path = NULL;
	}
	sealed_fields_free(&fields);
	return result;
}

/* Texts in place of what is not there. */
static int
put_words(struct revealing *now, bool fits, struct error *err)
{
	struct buffer word = buffer_new(100);
	int result = 0;

	for (size_t i = 0; i < now->out->count && result == 0; i++) {
		struct revealed_field *field = &now->out->item[i];

		if (field->state == FIELD_SHOWN && fits)
			continue;
		if (field->state == FIELD_SHOWN)
			field->state = FIELD_MISSING;
		buffer_clear(&word);
		revealed_word(&word, field);
		result = replace(now, field->path,
		    json_new_text(buffer_string(&word)), err);
	}
	buffer_free(&word);
	return result;
}

int
reveal_record(struct revealed *out, struct record *record, struct digest leaf,
    struct store *store, const struct disclosures *given, struct error *err)
{
	struct revealing now = {
		.out = out,
		.record = record,
		.leaf = leaf,
		.store = store,
		.given = given,
		.text = buffer_new(LIMIT_DISCLOSURE),
	};
	struct error misfit;
	int result;

	clear(out);
	if (!record->kind->sealable)
		return 0;
	result = list_fields(&now, err);
	for (size_t i = 0; i < out->count && result == 0; i++)
		result = reveal_field(&now, &out->item[i], err);
	if (result == 0 && out->count > 0)
		result =
		    put_words(&now, record_check(record, &misfit) == 0, err);
	buffer_wipe(&now.text);
	buffer_free(&now.text);
	return result;
}

int
reveal_admit(struct bytes payload, struct store *store, struct error *err)
{
	struct revealed revealed = { .item = NULL };
	struct record record;
	struct revealing now = {
		.out = &revealed,
		.record = &record,
		.store = store,
		.text = buffer_new(LIMIT_DISCLOSURE),
	};
	int result;

	if (record_parse(&record, payload, err) == -1)
		return -1;
	result = list_fields(&now, err);
	for (size_t i = 0; i < revealed.count && result == 0; i++) {
		result = reveal_field(&now, &revealed.item[i], err);
		if (result == 0 && revealed.item[i].state != FIELD_SHOWN)
			result = error_set(err, ERROR_NO,
			    "give its disclosure with the record: "
			    "--disclosures FILE",
			    "the sealed field '%.100s' is not disclosed",
			    revealed.item[i].path);
	}
	if (result == 0 && record_check(&record, err) == -1)
		result = error_within(err, "disclosed");
	buffer_wipe(&now.text);
	buffer_free(&now.text);
	revealed_free(&revealed);
	record_free(&record);
	return result;
}
