/* scratch.h: what the tests of keys share: files, keys, expectations. */
#ifndef TESTS_KEYS_SCRATCH_H
#define TESTS_KEYS_SCRATCH_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/error.h"
#include "keys/signer.h"
#include "tests/support/place.h"

static inline void
write_file(const char *path, struct bytes content, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd != -1);
	assert_int_equal(write(fd, content.data, content.len), content.len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* What a command prints, in text of size bytes; its status is returned. */
static inline int
command_output(char *text, size_t size, const char *command)
{
	FILE *pipe = popen(command, "r");
	size_t len;

	assert_non_null(pipe);
	len = fread(text, 1, size - 1, pipe);
	text[len] = '\0';
	return pclose(pipe);
}

static inline bool
has_command(const char *name)
{
	char command[100];

	(void)snprintf(command, sizeof command, "command -v %s >/dev/null",
	    name);
	return system(command) == 0;
}

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
from_hex(uint8_t *out, size_t len, const char *hex)
{
	assert_true(hex_decode(out, len, bytes_of_text(hex)));
}

/* The key whose seed is `number' 32 times. */
static inline struct signer *
signer_number(uint8_t number)
{
	struct signer *signer = NULL;
	struct error err;
	uint8_t seed[32];

	memset(seed, number, sizeof seed);
	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	return signer;
}

static inline struct public_key
key_number(uint8_t number)
{
	struct signer *signer = signer_number(number);
	struct public_key key = signer_public_key(signer);

	signer_free(signer);
	return key;
}

#endif
