/* records.h: composing records in tests. */
#ifndef TESTS_LEDGER_RECORDS_H
#define TESTS_LEDGER_RECORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "ledger/record.h"

#define TEST_ORIGIN "example.org/credit"
/* 2026-11-23T09:00:00.123Z. */
#define TEST_MADE_MS INT64_C(1795424400123)

/* A head as an author would make it; the genesis comes after nothing. */
static inline struct record_head
test_head(const struct kind *kind)
{
	struct record_head head = {
		.ledger = TEST_ORIGIN,
		.made_ms = TEST_MADE_MS,
		.after_size = 41,
	};

	memset(head.nonce, 0xab, sizeof(head.nonce));
	memset(head.after_root.byte, 0x5c, DIGEST_LEN);
	if (strcmp(kind->name, "genesis") == 0) {
		head.after_size = 0;
		head.after_root = digest_of(bytes_of(NULL, 0));
	}
	return head;
}

static inline struct json *
test_json(const char *text)
{
	struct json *value;
	struct error err;

	if (json_parse(&value, bytes_of_text(text), &err) == -1)
		fail_msg("%s: %s: %s", text, err.where, err.what);
	return value;
}

/* Compose with the subjects that the members call for. */
static inline int
test_compose(struct buffer *out, const char *kind_name, const char *members,
    struct error *err)
{
	const struct kind *kind = kind_named(kind_name);
	struct record_head head = test_head(kind);
	struct digest artefact = digest_of(bytes_of_text("artefact"));
	struct json *tree = test_json(members), *subjects = NULL;
	int result = -1;

	if (record_subjects(&subjects, kind, head.ledger, tree, &artefact,
	    err) == 0)
		result = record_compose(out, kind, &head, subjects, tree, err);
	json_free(subjects);
	json_free(tree);
	return result;
}

/* A record of a kind with members as JSON, which must be good. */
static inline struct record
test_record(const char *kind_name, const char *members)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct record record = { .kind = NULL };
	struct error err;

	if (test_compose(&text, kind_name, members, &err) == -1 ||
	    record_parse(&record, buffer_bytes(&text), &err) == -1)
		fail_msg("%s: %s: %s (%s)", kind_name, err.where, err.what,
		    err.remedy);
	buffer_free(&text);
	return record;
}

/* Copy text to out with the first `old' replaced; it must be there. */
static inline void
test_replace(struct buffer *out, const char *text, const char *old,
    const char *new)
{
	const char *at = strstr(text, old);

	if (at == NULL)
		fail_msg("%s is not in %s", old, text);
	buffer_append(out, bytes_of(text, (size_t)(at - text)));
	buffer_text(out, new);
	buffer_text(out, at + strlen(old));
}

#endif
