#include "ledger/disclosure_file.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"

void
disclosure_source_free(struct disclosure_source *source)
{
	memory_free(source->ledger);
	*source = (struct disclosure_source){ .ledger = NULL };
}

void
disclosure_file_write(struct buffer *out,
    const struct disclosure_source *source,
    const struct disclosures *disclosures)
{
	buffer_text(out, "{\"format\":\"" DISCLOSURE_FILE_FORMAT "\",");
	if (source->ledger != NULL) {
		buffer_text(out, "\"ledger\":");
		json_write_text(out, bytes_of_text(source->ledger));
		buffer_byte(out, ',');
	}
	if (source->has_entry)
		buffer_printf(out, "\"number\":%llu,\"entry\":\"%s\",",
		    (unsigned long long)source->number,
		    digest_hex(source->entry).text);
	buffer_text(out, "\"disclosures\":[");
	for (size_t i = 0; i < disclosures->count; i++) {
		const struct disclosure *one = &disclosures->item[i];

		buffer_text(out, i == 0 ? "\n{" : ",\n{");
		if (one->path != NULL) {
			buffer_text(out, "\"path\":");
			json_write_text(out, bytes_of_text(one->path));
			buffer_byte(out, ',');
		}
		buffer_printf(out, "\"disclosure\":\"%s\"}", one->text);
	}
	buffer_text(out, "]}\n");
}

static int
refuse(struct error *err, const char *why)
{
	return error_set(err, ERROR_UNDECIDED,
	    "make one with `vouch disclose ENTRY'",
	    "this is not a file of disclosures: %s", why);
}

/* Only these members, and no others. */
static bool
has_only(const struct json *object, const char *const names[])
{
	for (const struct json *m = json_first(object); m != NULL;
	     m = json_next(m)) {
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], json_name(m)) != 0)
			i++;
		if (names[i] == NULL)
			return false;
	}
	return true;
}

static int
take_one(struct disclosures *out, const struct json *one, struct error *err)
{
	static const char *const names[] = { "path", "disclosure", NULL };
	const char *text = json_member_text(one, "disclosure");
	struct json *value = NULL;

	if (text == NULL || !has_only(one, names) ||
	    (json_member(one, "path") != NULL &&
		json_member_text(one, "path") == NULL))
		return refuse(err,
		    "a disclosure is {\"path\":…,"
		    "\"disclosure\":…}");
	if (sealed_open(&value, bytes_of_text(text), err) == -1)
		return -1;
	json_free(value);
	if (disclosures_find(out, sealed_digest(bytes_of_text(text))) != NULL)
		return refuse(err, "the same disclosure is there twice");
	return disclosures_add(out, json_member_text(one, "path"),
	    bytes_of_text(text), err);
}

static int
take_source(struct disclosure_source *out, const struct json *root,
    struct error *err)
{
	struct disclosure_source source = { .ledger = NULL };
	const struct json *number = json_member(root, "number");
	const char *entry = json_member_text(root, "entry");
	const char *ledger = json_member_text(root, "ledger");

	if ((json_member(root, "entry") != NULL || number != NULL) &&
	    (entry == NULL || number == NULL || !json_is_integer(number) ||
		json_integer(number) < 0 ||
		!digest_parse(&source.entry, bytes_of_text(entry))))
		return refuse(err,
		    "its entry is not a number and a leaf "
		    "hash");
	if (json_member(root, "ledger") != NULL && ledger == NULL)
		return refuse(err, "its ledger is not a text");
	if (out == NULL)
		return 0;
	source.has_entry = entry != NULL;
	source.number = number == NULL ? 0 : (uint64_t)json_integer(number);
	if (ledger != NULL && (source.ledger = memory_text(ledger)) == NULL)
		return error_memory(err);
	disclosure_source_free(out);
	*out = source;
	return 0;
}

static int
take_root(struct disclosures *out, struct disclosure_source *source,
    const struct json *root, struct error *err)
{
	static const char *const names[] = { "format", "ledger", "number",
		"entry", "disclosures", NULL };
	const struct json *list = json_member(root, "disclosures");
	const char *format = json_member_text(root, "format");
	size_t i = 0;

	if (format == NULL || strcmp(format, DISCLOSURE_FILE_FORMAT) != 0)
		return refuse(err, "its format is not " DISCLOSURE_FILE_FORMAT);
	if (list == NULL || json_type(list) != JSON_LIST ||
	    !has_only(root, names))
		return refuse(err,
		    "it has format, ledger, number, entry and "
		    "disclosures");
	if (take_source(source, root, err) == -1)
		return -1;
	for (const struct json *one = json_first(list); one != NULL;
	     one = json_next(one), i++)
		if (take_one(out, one, err) == -1)
			return error_within(err, "disclosures[%zu]", i);
	return 0;
}

int
disclosure_file_parse(struct disclosures *out, struct disclosure_source *source,
    struct bytes text, struct error *err)
{
	struct json *root = NULL;
	int result;

	if (json_parse(&root, text, err) == -1)
		return -1;
	result = take_root(out, source, root, err);
	json_free(root);
	return result;
}

int
disclosure_file_read(struct disclosures *out, struct disclosure_source *source,
    const char *path, struct error *err)
{
	struct buffer text = buffer_new(LIMIT_DISCLOSURE_FILE);
	int result = -1;

	if (file_read(&text, path, err) == 0 &&
	    (result = disclosure_file_parse(out, source, buffer_bytes(&text),
		 err)) == -1)
		error_within(err, "%s", path);
	buffer_wipe(&text);
	buffer_free(&text);
	return result;
}
