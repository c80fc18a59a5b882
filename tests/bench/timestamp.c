/*
 * timestamp.c FOLDER: how much processor time it takes to check a timestamp, for each reply
 * of tests/vectors/timestamps: reading it strictly, its imprint, signature,
 * certificates and path.  timestamp.sh sets openssl beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/limits.h"
#include "keys/timestamp_check.h"

#define ROUNDS 300

static struct error err;

/* Milliseconds of the processor, so that other work matters less. */
static double
spent_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return 1e3 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "timestamp: %s: %s\n", what, err.what);
	exit(1);
}

static void
read_file(struct buffer *out, const char *folder, const char *name)
{
	struct buffer path = buffer_new(4096);

	if (file_join(&path, folder, name, &err) == -1 ||
	    file_read(out, buffer_string(&path), &err) == -1)
		die(name);
	buffer_free(&path);
}

static void
check(struct bytes reply, struct bytes message,
    const struct certificates *roots)
{
	struct buffer authority = buffer_new(LIMIT_SUBJECT);
	enum timestamp_standing standing = TIMESTAMP_UNKNOWN;
	struct timestamp timestamp;
	struct bytes token;

	if (timestamp_reply_token(&token, reply, &err) == -1 ||
	    timestamp_parse(&timestamp, token, &err) == -1 ||
	    timestamp_is_about(&timestamp, message, &err) == -1 ||
	    timestamp_check(&standing, &authority, &timestamp, roots, NULL,
		&err) == -1 ||
	    standing != TIMESTAMP_GOOD)
		die("a timestamp is not good");
	buffer_free(&authority);
}

int
main(int argc, char *argv[])
{
	static const char *const names[] = { "rsa-sha256.tsr",
		"p256-sha256.tsr", "p384.tsr" };
	struct buffer message = buffer_new(LIMIT_NOTE);
	struct buffer pem = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct certificates *roots;

	if (argc != 2)
		return 2;
	read_file(&message, argv[1], "message");
	read_file(&pem, argv[1], "root.pem");
	if (certificates_new(&roots, &err) == -1 ||
	    certificates_read(roots, buffer_bytes(&pem), &err) == -1)
		die("roots");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buffer reply = buffer_new(LIMIT_TIMESTAMP);
		double begun;

		read_file(&reply, argv[1], names[i]);
		begun = spent_ms();
		for (int k = 0; k < ROUNDS; k++)
			check(buffer_bytes(&reply), buffer_bytes(&message),
			    roots);
		printf("%s %.3f\n", names[i],
		    (spent_ms() - begun) / ROUNDS);
		buffer_free(&reply);
	}
	certificates_free(roots);
	buffer_free(&message);
	buffer_free(&pem);
	return 0;
}
