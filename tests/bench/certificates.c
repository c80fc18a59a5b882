/*
 * certificates.c: how many signatures of other people's keys, and how many
 * certificates up to their root, are checked in a second on one processor.
 * Prints "NAME PER-SECOND" lines; certificates.sh puts openssl beside them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "keys/certificate_path.h"

/* Processor time, as openssl counts: whatever else runs takes none of it. */
#define LONG_ENOUGH ((clock_t)CLOCKS_PER_SEC)

static struct error err;

static void
demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "certificates: %s: %s\n", what, err.what);
	exit(1);
}

static struct buffer
vector(const char *folder, const char *name)
{
	struct buffer path = buffer_new(4096);
	struct buffer content = buffer_new(LIMIT_CERTIFICATE_FILE);
	FILE *file;
	int c;

	buffer_printf(&path, "%s/%s", folder, name);
	file = fopen(buffer_string(&path), "rb");
	demand(file != NULL, name);
	while ((c = getc(file)) != EOF)
		buffer_byte(&content, (uint8_t)c);
	fclose(file);
	buffer_free(&path);
	return content;
}

static void
signatures(const char *folder, const char *name, const char *key_file,
    const char *signature_file, enum outside_hash hash)
{
	struct buffer file = vector(folder, key_file);
	struct buffer signature = vector(folder, signature_file);
	clock_t begin = clock(), spent;
	struct outside_key *key;
	size_t count = 0;

	demand(outside_key_read(&key, buffer_bytes(&file), &err) == 0, name);
	do {
		demand(outside_key_verify(key, hash, OUTSIDE_FITTING,
			   bytes_of_text("vouched\n"),
			   buffer_bytes(&signature)),
		    name);
		count++;
		spent = clock() - begin;
	} while (spent < LONG_ENOUGH);
	printf("%s %.0f\n", name, (double)count * CLOCKS_PER_SEC / (double)spent);
	outside_key_free(key);
	buffer_free(&file);
	buffer_free(&signature);
}

static struct certificates *
read_list(const char *folder, const char *name)
{
	struct buffer file = vector(folder, name);
	struct certificates *list;

	demand(certificates_new(&list, &err) == 0 &&
		certificates_read(list, buffer_bytes(&file), &err) == 0,
	    name);
	buffer_free(&file);
	return list;
}

/* Read and judged, as when an enrolment is verified. */
static void
paths(const char *folder, const char *name, const char *leaf,
    const char *between, const char *root)
{
	struct certificates *roots = read_list(folder, root);
	clock_t begin = clock(), spent;
	size_t count = 0;

	do {
		struct certificates *first = read_list(folder, leaf);
		struct certificates *rest = read_list(folder, between);
		const struct certificate *one = certificates_at(first, 0);
		struct certificate_demand wanted = {
			.purpose = PURPOSE_IDENTITY,
			.time_ms = certificate_from_ms(one) + 60000,
			.between = rest,
			.roots = roots,
		};
		struct certificate_path path;

		demand(certificate_check(&path, one, &wanted, &err) == 0, name);
		certificates_free(first);
		certificates_free(rest);
		count++;
		spent = clock() - begin;
	} while (spent < LONG_ENOUGH);
	printf("%s %.0f\n", name, (double)count * CLOCKS_PER_SEC / (double)spent);
	certificates_free(roots);
}

int
main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : "tests/vectors/certificates";

	signatures(folder, "rsa2048", "bob.pub", "bob.sha384.sig",
	    OUTSIDE_SHA384);
	signatures(folder, "rsa3072", "carol.pub", "carol.sha512.pss.sig",
	    OUTSIDE_SHA512);
	signatures(folder, "ecdsap256", "alice.pub", "alice.sha256.sig",
	    OUTSIDE_SHA256);
	signatures(folder, "ecdsap521", "erin.pub", "erin.sha512.sig",
	    OUTSIDE_SHA512);
	paths(folder, "path-p256-p384-p256", "alice.pem", "people.pem",
	    "root.pem");
	paths(folder, "path-rsa2048-rsa2048", "bob.pem", "people.pem",
	    "root-rsa.pem");
	return 0;
}
