/* dossier_sealed.c: what is sealed, shown and erased in a dossier. */
#include <string.h>

#include "base/memory.h"
#include "ledger/disclosure_file.h"
#include "ledger/dossier_internal.h"
#include "ledger/erasure.h"
#include "ledger/sealed.h"

/* --- What was erased --- */

static uint64_t
hash_of(const struct dossier *dossier, const struct dossier_erased *erased)
{
	return hash_table_hash(&dossier->by_erased, digest_bytes(&erased->leaf),
	    digest_bytes(&erased->what));
}

static int
add_erased(struct dossier *dossier, struct digest leaf, const char *hex,
    uint64_t seq, struct error *err)
{
	struct dossier_erased erased = { .leaf = leaf, .seq = seq };
	struct dossier_erased *grown;

	if (hex != NULL && !digest_parse(&erased.what, bytes_of_text(hex)))
		return 0;
	grown = memory_grow(dossier->erased, &dossier->erased_capacity,
	    dossier->erased_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	dossier->erased = grown;
	grown[dossier->erased_count] = erased;
	return hash_table_put(&dossier->by_erased, dossier->erased_count++,
	    hash_of(dossier, &erased), err);
}

int
dossier_take_erasure(struct dossier *dossier, const struct record *record,
    uint64_t seq, struct error *err)
{
	const struct json *item = erasure_items(record);
	int result = 0;

	for (; item != NULL && result == 0; item = json_next(item)) {
		struct erased erased = erasure_item(item);
		const struct json *one = json_first(erased.fields);

		if (erased.whole)
			result =
			    add_erased(dossier, erased.leaf, NULL, seq, err);
		for (; one != NULL && result == 0; one = json_next(one))
			result = add_erased(dossier, erased.leaf,
			    json_member_text(one, "digest"), seq, err);
		one = json_first(erased.attachments);
		for (; one != NULL && result == 0; one = json_next(one))
			result = add_erased(dossier, erased.leaf,
			    json_text(one), seq, err);
	}
	return result;
}

const struct dossier_erased *
dossier_erased(const struct dossier *dossier, struct digest leaf,
    const struct digest *what)
{
	struct dossier_erased wanted = { .leaf = leaf };
	size_t at;

	if (what != NULL)
		wanted.what = *what;
	at = hash_table_first(&dossier->by_erased, hash_of(dossier, &wanted));
	while (at != HASH_TABLE_END &&
	    (!digest_equal(dossier->erased[at].leaf, leaf) ||
		!digest_equal(dossier->erased[at].what, wanted.what)))
		at = hash_table_next(&dossier->by_erased, at);
	return at == HASH_TABLE_END ? NULL : &dossier->erased[at];
}

/* --- What is sealed --- */

/* The disclosures of one entry: exactly spelt, and of fields that it has. */
static int
check_file(struct dossier *dossier, const struct dossier_entry *entry,
    const struct sealed_fields *fields, const struct tar_file *file,
    struct error *err)
{
	const char *where = file->name + strlen(DOSSIER_FOLDER);
	struct disclosures shown = { .count = 0 };
	struct disclosure_source source = { .ledger = NULL };
	struct buffer again = buffer_new(LIMIT_ATTACHMENT);
	struct error finding;
	int result = 0;

	if (disclosure_file_parse(&shown, &source, file->content, &finding) ==
	    -1) {
		result = dossier_tell_error(dossier, "disclosure", where,
		    &finding, err);
		goto done;
	}
	disclosure_file_write(&again, &source, &shown);
	if (!source.has_entry || source.ledger == NULL ||
	    source.number != entry->seq ||
	    !digest_equal(source.entry, entry->leaf) ||
	    strcmp(source.ledger, dossier->about.origin) != 0 ||
	    !bytes_equal(buffer_bytes(&again), file->content))
		dossier_tell(dossier, "disclosure", where,
		    "it is not of this entry, or not spelt as it should be");
	for (size_t i = 0; i < shown.count; i++) {
		bool found = false;

		for (size_t k = 0; k < fields->count; k++)
			found |= digest_equal(fields->item[k].digest,
				     shown.item[i].digest) &&
			    strcmp(fields->item[k].path, shown.item[i].path) ==
				0;
		dossier->result->shown += found;
		if (!found)
			dossier_tell(dossier, "disclosure", where,
			    "the entry has not sealed this at %.200s",
			    shown.item[i].path);
	}
done:
	disclosures_free(&shown);
	disclosure_source_free(&source);
	buffer_free(&again);
	return result;
}

int
dossier_check_sealed(struct dossier *dossier, const struct dossier_entry *entry,
    const struct record *record, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier,
	    "disclosures/%llu.json", (unsigned long long)entry->seq);
	struct sealed_fields fields = { .count = 0 };
	int result = sealed_list(&fields, record->predicate, err);

	dossier->result->sealed += fields.count;
	if (result == 0 && file != NULL)
		result = check_file(dossier, entry, &fields, file, err);
	sealed_fields_free(&fields);
	return result;
}

int
dossier_disclosed(struct disclosures *out, const struct dossier *dossier,
    struct error *err)
{
	static const char folder[] = DOSSIER_FOLDER "disclosures/";
	size_t i = tar_first(dossier->files, folder);

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, folder, strlen(folder)) != 0)
			break;
		if (disclosure_file_parse(out, NULL, file->content, err) == -1)
			return -1;
	}
	return 0;
}
