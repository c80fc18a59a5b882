/*
 * disclosure_fuzz.c: any bytes are refused with a line, or are a file of
 * disclosures each of which opens; and what is sealed is found again.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/disclosure.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/disclosure_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
read_file(struct bytes input)
{
	struct disclosures list = { .item = NULL };
	struct disclosure_source source = { .ledger = NULL };
	struct error err;

	if (disclosure_file_parse(&list, &source, input, &err) == -1)
		demand(err.class == ERROR_UNDECIDED && err.what[0] != '\0');
	else
		for (size_t i = 0; i < list.count; i++) {
			struct json *value;

			demand(sealed_open(&value,
				   bytes_of_text(list.item[i].text),
				   &err) == 0);
			json_free(value);
		}
	disclosures_free(&list);
	disclosure_source_free(&source);
}

static void
read_predicate(struct bytes input)
{
	struct sealed_fields list = { .item = NULL };
	const struct json *value, *parent;
	struct json *root;
	struct digest digest;
	struct error err;

	if (json_parse(&root, input, &err) == -1)
		return;
	if (sealed_list(&list, root, &err) == 0)
		for (size_t i = 0; i < list.count; i++) {
			demand(sealed_find(&value, &parent, root,
				   list.item[i].path, &err) == 0);
			demand(sealed_is(value, &digest));
			demand(digest_equal(digest, list.item[i].digest));
		}
	sealed_fields_free(&list);
	json_free(root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *value = NULL;
	struct error err;

	read_file(bytes_of(data, size));
	read_predicate(bytes_of(data, size));
	if (sealed_open(&value, bytes_of(data, size), &err) == 0)
		json_free(value);
	return 0;
}
