#include "ledger/witness_exchange.h"

#include <string.h>

#include "base/limits.h"
#include "ledger/checkpoint_internal.h"

#define FIRST_LINE "vouchbook-witness-answer/v1"
#define REQUEST "request "
#define CHECKPOINT "checkpoint "
#define STATUS "status "
#define HALF 16 /* Characters of a stem's two parts. */

static void
put_half(char *out, struct bytes text)
{
	memcpy(out, digest_hex(digest_of(text)).text, HALF);
}

static void
put_witness(char *out, const struct note_key *witness)
{
	struct buffer vkey = buffer_new(4 * LIMIT_ORIGIN);

	note_key_write(&vkey, witness);
	put_half(out, buffer_bytes(&vkey));
	buffer_free(&vkey);
}

struct exchange_stem
exchange_stem_of(const char *origin, const struct note_key *witness)
{
	struct exchange_stem stem;

	put_half(stem.text, bytes_of_text(origin));
	stem.text[HALF] = '-';
	put_witness(stem.text + HALF + 1, witness);
	stem.text[sizeof stem.text - 1] = '\0';
	return stem;
}

bool
exchange_is_request(struct exchange_stem *out, const char *name,
    const struct note_key *witness)
{
	size_t stem = sizeof out->text - 1;
	char ours[HALF];

	if (strlen(name) != stem + strlen(EXCHANGE_REQUEST) ||
	    strcmp(name + stem, EXCHANGE_REQUEST) != 0 || name[HALF] != '-' ||
	    strspn(name, "0123456789abcdef") != HALF)
		return false;
	put_witness(ours, witness);
	if (memcmp(name + HALF + 1, ours, HALF) != 0)
		return false;
	memcpy(out->text, name, stem);
	out->text[stem] = '\0';
	return true;
}

void
exchange_answer_write(struct buffer *out, const struct exchange_answer *answer)
{
	buffer_printf(out,
	    FIRST_LINE "\n" REQUEST "%s\n" CHECKPOINT "%llu\n" STATUS "%u\n\n",
	    digest_hex(answer->request).text, (unsigned long long)answer->size,
	    answer->status);
	buffer_append(out, answer->body);
}

static int
malformed(unsigned line, const char *what, struct error *err)
{
	error_set(err, ERROR_UNDECIDED, NULL, "not an answer: %s", what);
	return error_within(err, "line %u", line);
}

int
exchange_answer_parse(struct exchange_answer *out, struct bytes text,
    struct error *err)
{
	struct exchange_answer parsed;
	struct bytes rest = text, line;
	uint64_t status;

	if (!checkpoint_take_line(&rest, &line) ||
	    !bytes_equal(line, bytes_of_text(FIRST_LINE)))
		return malformed(1, "it does not begin with " FIRST_LINE, err);
	if (!checkpoint_take_line(&rest, &line) ||
	    !bytes_begin(line, REQUEST) ||
	    !digest_parse(&parsed.request, bytes_after(line, strlen(REQUEST))))
		return malformed(2, "there is no digest of a request", err);
	if (!checkpoint_take_line(&rest, &line) ||
	    !bytes_begin(line, CHECKPOINT) ||
	    !checkpoint_number(&parsed.size,
		bytes_after(line, strlen(CHECKPOINT))))
		return malformed(3, "there is no size", err);
	if (!checkpoint_take_line(&rest, &line) || !bytes_begin(line, STATUS) ||
	    !checkpoint_number(&status, bytes_after(line, strlen(STATUS))) ||
	    status < 100 || status > 599)
		return malformed(4, "there is no status", err);
	if (!checkpoint_take_line(&rest, &line) || line.len != 0)
		return malformed(5, "it is not blank", err);
	parsed.status = (unsigned)status;
	parsed.body = rest;
	*out = parsed;
	return 0;
}

bool
exchange_size(uint64_t *size, struct bytes body)
{
	struct bytes rest = body, line;

	return checkpoint_take_line(&rest, &line) && rest.len == 0 &&
	    checkpoint_number(size, line);
}
