/* expect.h: what tests of the ledger's plain parts share. */
#ifndef TESTS_LEDGER_EXPECT_H
#define TESTS_LEDGER_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/error.h"

static inline void
expect_fine(int result, const struct error *err)
{
	if (result != 0)
		fail_msg("%s: %s", err->where, err->what);
}

static inline void
expect_said(const struct error *err, enum error_class class, const char *part)
{
	assert_int_equal(err->class, class);
	if (strstr(err->what, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err->what, part);
}

static inline void
expect_hash(struct digest hash, const char *hex)
{
	assert_string_equal(digest_hex(hash).text, hex);
}

static inline struct digest
hash_of_hex(const char *hex)
{
	struct digest hash;

	assert_true(digest_parse(&hash, bytes_of_text(hex)));
	return hash;
}

static inline struct digest
hash_of_base64(const char *text)
{
	struct digest hash;

	assert_true(base64_decode_fixed(hash.byte, DIGEST_LEN,
	    bytes_of_text(text)));
	return hash;
}

#endif
