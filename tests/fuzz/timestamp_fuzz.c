/*
 * timestamp_fuzz.c: any bytes are refused with a line, or are a query in its
 * one spelling, or a timestamp; and none that the vectors' authority did not
 * sign is good.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/timestamp.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "keys/der.h"
#include "keys/timestamp_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What tests/vectors/timestamps/make.sh stamped, and whose root that was. */
static struct buffer message;
static struct certificates *roots;

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
demand_refusal(const struct error *err)
{
	demand((err->class == ERROR_UNDECIDED || err->class == ERROR_NO) &&
	    err->what[0] != '\0');
}

static void
read_vector(struct buffer *out, const char *name)
{
	struct buffer path = buffer_new(4096);
	const char *root = getenv("ROOT");
	struct error err;

	buffer_printf(&path, "%s/tests/vectors/timestamps/%s",
	    root == NULL ? "." : root, name);
	demand(file_read(out, buffer_string(&path), &err) == 0);
	buffer_free(&path);
}

static void
set_up(void)
{
	struct buffer pem = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct error err;

	message = buffer_new(LIMIT_NOTE);
	read_vector(&message, "message");
	read_vector(&pem, "root.pem");
	demand(certificates_new(&roots, &err) == 0 &&
	    certificates_read(roots, buffer_bytes(&pem), &err) == 0);
	buffer_free(&pem);
}

static void
read_query(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_TIMESTAMP_QUERY);
	struct timestamp_query query;
	struct error err;

	if (timestamp_query_parse(&query, input, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	/* NULL may stand behind a hash, and need not. */
	timestamp_query_write(&again, &query);
	demand(again.len == input.len || again.len == input.len + 2);
	demand(timestamp_query_parse(&query, buffer_bytes(&again), &err) == 0);
	buffer_free(&again);
}

static void
check(const struct timestamp *timestamp)
{
	struct buffer text = buffer_new(LIMIT_SUBJECT + 4096);
	enum timestamp_standing standing;
	struct error err;

	if (timestamp_check(&standing, &text, timestamp, roots, NULL, &err) ==
	    -1)
		demand_refusal(&err);
	else if (standing == TIMESTAMP_GOOD)
		demand(timestamp_is_about(timestamp, buffer_bytes(&message),
			   &err) == 0);
	buffer_free(&text);
}

static void
read_reply(struct bytes input)
{
	struct buffer policy = buffer_new(LIMIT_TIMESTAMP);
	struct timestamp timestamp;
	struct bytes token;
	struct error err;

	if (timestamp_reply_token(&token, input, &err) == -1 ||
	    timestamp_parse(&timestamp, token, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	demand(timestamp.earliest_ms <= timestamp.time_ms &&
	    timestamp.time_ms <= timestamp.latest_ms);
	der_oid_text(&policy, timestamp.policy);
	check(&timestamp);
	buffer_free(&policy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (roots == NULL)
		set_up();
	read_query(bytes_of(data, size));
	read_reply(bytes_of(data, size));
	return 0;
}
