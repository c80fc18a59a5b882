/*
 * tlog_proof_fuzz.c: any bytes are refused with a line, or are a proof in its
 * one spelling; and none proves what the vectors' ledger did not sign.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/tlog_proof.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
demand_refusal(const struct error *err)
{
	demand(err->class == ERROR_UNDECIDED && err->what[0] != '\0' &&
	    strstr(err->where, "line ") != NULL);
}

static bool
is_signed(struct bytes note)
{
	/* tests/vectors/ledger300/vkey */
	static const char vkey[] =
	    "vectors.example/credit+4800ce33+AY"
	    "llXL+CB9b5CjvAHEYy2eA6ZHn4xngLbA//FtXlJlaR";
	struct checkpoint checkpoint;
	struct note_key key;
	struct error err;

	demand(note_key_parse(&key, bytes_of_text(vkey), &err) == 0);
	return checkpoint_open(&checkpoint, note, &key, &err) == 0;
}

static void
read_proof(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_proof proof;
	struct error err;

	if (tlog_proof_parse(&proof, input, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	tlog_proof_write(&again, &proof);
	demand(input.len > LIMIT_TLOG_PROOF ||
	    bytes_equal(buffer_bytes(&again), input));
	/* No entry is this line. */
	demand(tlog_proof_check(&proof, bytes_of_text("{}"), &err) == -1 ||
	    !is_signed(proof.note));
	buffer_free(&again);
}

static void
read_extension(struct bytes input)
{
	struct buffer again = buffer_new(LIMIT_TLOG_PROOF);
	struct tlog_extension extension;
	struct error err;

	if (tlog_extension_parse(&extension, input, &err) == -1) {
		demand_refusal(&err);
		return;
	}
	tlog_extension_write(&again, &extension);
	demand(input.len > LIMIT_TLOG_PROOF ||
	    bytes_equal(buffer_bytes(&again), input));
	if (tlog_extension_check(&extension, &err) == 0)
		demand(extension.old.size <= extension.checkpoint.size);
	else
		demand(err.class == ERROR_NO);
	buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_proof(bytes_of(data, size));
	read_extension(bytes_of(data, size));
	return 0;
}
