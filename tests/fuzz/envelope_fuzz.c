/*
 * envelope_fuzz.c: any bytes are refused or are an envelope, in one spelling.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/envelope.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "keys/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
demand_same(const struct envelope *a, const struct envelope *b)
{
	demand(bytes_equal(buffer_bytes(&a->payload),
	    buffer_bytes(&b->payload)));
	demand(a->signature_count == b->signature_count);
	for (size_t i = 0; i < a->signature_count; i++) {
		demand(memcmp(&a->signature[i].signature,
		    &b->signature[i].signature, SIGNATURE_LEN) == 0);
		demand(strcmp(a->signature[i].keyid.text,
		    b->signature[i].keyid.text) == 0);
	}
}

/* Written, it is read as the same; and exactly, if all hints are there. */
static void
survives(const struct envelope *envelope)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE * 2);
	struct envelope again = envelope_new();
	bool hinted = true;
	struct error err;

	for (size_t i = 0; i < envelope->signature_count; i++)
		hinted = hinted && envelope->signature[i].keyid.text[0] != '\0';
	envelope_write(&text, envelope);
	/* Hints may lengthen what was as long as allowed. */
	if (text.len <= LIMIT_ENVELOPE) {
		demand(envelope_parse(&again, buffer_bytes(&text), &err) ==
		    0);
		demand_same(&again, envelope);
		demand((envelope_parse_exact(&again, buffer_bytes(&text),
		    &err) == 0) == hinted);
	}
	envelope_free(&again);
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE * 2);
	struct envelope exact = envelope_new(), any = envelope_new();
	struct bytes input = bytes_of(data, size);
	struct error err = { .class = 0 };
	bool is_exact = envelope_parse_exact(&exact, input, &err) == 0;
	bool is_any;

	demand(is_exact || err.class == ERROR_NO);
	demand(is_exact || exact.signature_count + exact.payload.len == 0);
	is_any = envelope_parse(&any, input, &err) == 0;
	demand(is_any || err.class == ERROR_UNDECIDED);
	demand(is_any || any.signature_count + any.payload.len == 0);
	demand(is_any || !is_exact);
	if (is_exact) {
		demand_same(&exact, &any);
		envelope_write(&text, &exact);
		demand(bytes_equal(buffer_bytes(&text), input));
	}
	if (is_any)
		survives(&any);
	envelope_free(&any);
	envelope_free(&exact);
	buffer_free(&text);
	return 0;
}
