/*
 * witness_fuzz.c: any bytes are answered as a witness answers, and only what
 * the vectors' ledger signed is cosigned; any bytes as what it remembers, or
 * as an answer, are refused or are in their one spelling.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/witness.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/cosignatures.h"
#include "ledger/merkle.h"
#include "ledger/witness.h"
#include "ledger/witness_exchange.h"
#include "ledger/witness_folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* tests/vectors/ledger300/vkey */
#define ORIGIN "vectors.example/credit"
static const char vkey[] = ORIGIN
    "+4800ce33+AYllXL+CB9b5CjvAHEYy2eA6ZHn4xngLbA//FtXlJlaR";

static struct note_key log_key, witness_key;

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
make_keys(void)
{
	uint8_t seed[32] = { 1 };
	struct signer *signer;
	struct error err;

	demand(note_key_parse(&log_key, bytes_of_text(vkey), &err) == 0);
	demand(signer_from_seed(&signer, seed, &err) == 0);
	demand(note_key_make(&witness_key, "w", NOTE_COSIGNATURE,
		   signer_public_key(signer), &err) == 0);
	signer_free(signer);
}

static void
ask(struct bytes input)
{
	struct witness_state state = witness_never(), next;
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct checkpoint checkpoint;
	struct tlog_request request;
	enum witness_status status;
	struct error err;

	if (witness_read(&request, &status, &log_key, 1, input, &err) == -1) {
		demand(status == WITNESS_MALFORMED ||
		    status == WITNESS_UNKNOWN || status == WITNESS_NOT_SIGNED);
		demand(err.what[0] != '\0');
		return;
	}
	demand(checkpoint_open(&checkpoint, request.note, &log_key, &err) == 0);
	tlog_request_write(&again, &request);
	demand(input.len > LIMIT_TLOG_PROOF ||
	    bytes_equal(buffer_bytes(&again), input));
	/* Whatever is remembered, what is cosigned is as large at least. */
	for (state.size = 0; state.size < 3; state.size++) {
		status = witness_judge(&next, &state, &request, 1, &err);
		if (status == WITNESS_COSIGN)
			demand(next.size >= state.size &&
			    request.old_size == state.size &&
			    next.size == checkpoint.size);
		else
			demand(next.size == state.size);
	}
	buffer_free(&again);
}

static void
read_answer(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct exchange_answer answer;
	struct error err;
	uint64_t size;

	if (exchange_answer_parse(&answer, input, &err) == 0) {
		(void)exchange_size(&size, answer.body);
		exchange_answer_write(&again, &answer);
		demand(input.len > LIMIT_TLOG_PROOF ||
		    bytes_equal(buffer_bytes(&again), input));
	} else {
		demand(err.class == ERROR_UNDECIDED);
	}
	buffer_free(&again);
}

/* Nobody here has the witness's key: nothing is its state, or a line of its. */
static void
read_state(struct bytes input)
{
	static const char note[] = ORIGIN
	    "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
	    "\xe2\x80\x94 x AAAAAAAA\n";
	struct buffer merged = buffer_new(LIMIT_NOTE);
	struct witness_state state;
	struct error err;
	bool changed;

	demand(witness_state_read(&state, input, ORIGIN, &witness_key, &err) ==
	    -1);
	demand(cosignatures_merge(&merged, &changed, bytes_of_text(note), input,
		   &witness_key, &err) == -1);
	demand(merged.len == 0);
	buffer_free(&merged);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (witness_key.name[0] == '\0')
		make_keys();
	ask(bytes_of(data, size));
	read_answer(bytes_of(data, size));
	read_state(bytes_of(data, size));
	return 0;
}
