/*
 * key_file_fuzz.c: any file is refused or is a key file, and opens or not.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/key_file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "keys/key_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* A file in memory, and a path to it. */
static int
file_of(char path[40], const uint8_t *data, size_t size)
{
	int descriptor = memfd_create("key", MFD_CLOEXEC);

	demand(descriptor != -1 && fchmod(descriptor, 0600) == 0 &&
	    write(descriptor, data, size) == (ssize_t)size);
	(void)snprintf(path, 40, "/proc/self/fd/%d", descriptor);
	return descriptor;
}

static void
open_file(const char *path, const struct key_file_info *info)
{
	struct passphrase *passphrase = NULL;
	struct signer *signer = NULL;
	struct error err;

	demand(passphrase_of(&passphrase, bytes_of_text("words"), &err) == 0);
	if (key_file_open(&signer, path, passphrase, &err) == 0)
		demand(public_key_equal(signer_public_key(signer),
		    info->key));
	else
		demand(err.class == ERROR_UNDECIDED && signer == NULL);
	signer_free(signer);
	passphrase_free(passphrase);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* What the corpus has; anything dearer would only take time. */
	static const char cheap[] = "\"passes\":1,\"memory\":8192,";
	char path[40];
	int descriptor = file_of(path, data, size);
	struct key_file_info info;
	struct error err;

	if (key_file_inspect(&info, path, &err) == 0) {
		demand(text_is_name(bytes_of_text(info.name)));
		demand(memmem(data, size, public_key_ssh(info.key).text,
		    PUBLIC_KEY_SSH_LEN) != NULL);
		if (!info.encrypted ||
		    memmem(data, size, cheap, sizeof cheap - 1) != NULL)
			open_file(path, &info);
	} else {
		demand(err.class == ERROR_UNDECIDED);
	}
	close(descriptor);
	return 0;
}
