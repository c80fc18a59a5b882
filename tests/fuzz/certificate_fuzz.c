/*
 * certificate_fuzz.c: any bytes are refused with a line, or are certificates,
 * a list of revoked ones or a key that can be read again from their DER; and
 * none leads to a root whose key nobody has.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/certificate.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "keys/certificate_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* tests/vectors/certificates/root.pem. */
static const char trusted[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBsDCCAVagAwIBAgIUUJoDK9hghefT8kiIjGQtsYL6skgwCgYIKoZIzj0EAwIw\n"
    "NjELMAkGA1UEBhMCREUxEDAOBgNVBAoMB0JhbmsgQUcxFTATBgNVBAMMDEJhbmsg\n"
    "QUcgUm9vdDAeFw0yNjExMjYwMjA0MzBaFw00NjExMjEwMjA0MzBaMDYxCzAJBgNV\n"
    "BAYTAkRFMRAwDgYDVQQKDAdCYW5rIEFHMRUwEwYDVQQDDAxCYW5rIEFHIFJvb3Qw\n"
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQyzmk2eSpknUq3cVFlLkB++MTalqnQ\n"
    "BXMwG3wwjcBhxGn/tDmPyYZ8beU6bR6P9JjYGGACpAYW2dD69Wzrnqwso0IwQDAP\n"
    "BgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUIK5nQHmD\n"
    "tnZQBaG3nIQlNntesn8wCgYIKoZIzj0EAwIDSAAwRQIhANtSp50K9njBiEr1BcAe\n"
    "1u1Paiw8eRjWVhHHflotrr1IAiAogRRoOLLXei8dIrZPAUL5vB80/+Mp4PMNKxyg\n"
    "7T7w3A==\n"
    "-----END CERTIFICATE-----\n";

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

/* The names of a certificate do nothing at a terminal. */
static void
spell(const struct certificate *certificate)
{
	struct buffer name = buffer_new((size_t)1024 * 1024);

	certificate_subject(&name, certificate);
	certificate_issuer(&name, certificate);
	demand(name.state == BUFFER_FINE && name.len > 0 &&
	    text_is_utf8(buffer_bytes(&name)));
	for (size_t i = 0; i < name.len; i++)
		demand(name.data[i] >= ' ' && name.data[i] != 0x7F);
	buffer_free(&name);
}

static void
judge(const struct certificates *list, const struct certificates *roots)
{
	const struct certificate *first = certificates_at(list, 0);

	for (unsigned purpose = 0; purpose < 4; purpose++) {
		struct certificate_demand wanted = {
			.purpose = (enum certificate_purpose)purpose,
			.time_ms = certificate_from_ms(first),
			.between = list,
			.roots = roots,
		};
		struct certificate_path path;
		struct error err;

		if (certificate_check(&path, first, &wanted, &err) == -1)
			demand(err.class == ERROR_NO && err.what[0] != '\0');
		else
			demand(path.count >= 2);
	}
}

static void
read_certificates(struct bytes input)
{
	struct certificates *list, *again, *roots;
	struct error err;

	demand(certificates_new(&list, &err) == 0 &&
	    certificates_new(&again, &err) == 0 &&
	    certificates_new(&roots, &err) == 0 &&
	    certificates_read(roots, bytes_of_text(trusted), &err) == 0);
	if (certificates_read(list, input, &err) == 0) {
		demand(certificates_count(list) > 0);
		for (size_t i = 0; i < certificates_count(list); i++) {
			const struct certificate *one =
			    certificates_at(list, i);

			spell(one);
			demand(certificates_add(again, certificate_der(one),
				   &err) == 0);
		}
		judge(list, roots);
	} else {
		demand(err.class == ERROR_UNDECIDED && err.what[0] != '\0' &&
		    certificates_count(list) == 0);
	}
	certificates_free(list);
	certificates_free(again);
	certificates_free(roots);
}

static void
read_lists(struct bytes input)
{
	struct revocations *lists, *again;
	struct error err;

	demand(revocations_new(&lists, &err) == 0 &&
	    revocations_new(&again, &err) == 0);
	if (revocations_read(lists, input, &err) == 0)
		for (size_t i = 0; i < revocations_count(lists); i++) {
			demand(revocations_add(again, revocations_der(lists, i),
				   &err) == 0);
			demand(revocations_entries(again, i) ==
			    revocations_entries(lists, i));
		}
	else
		demand(err.class == ERROR_UNDECIDED && err.what[0] != '\0');
	revocations_free(lists);
	revocations_free(again);
}

static void
read_key(struct bytes input)
{
	struct outside_key *key;
	struct error err;

	if (outside_key_read(&key, input, &err) == -1) {
		demand(err.class == ERROR_UNDECIDED && err.what[0] != '\0');
		return;
	}
	demand(!outside_key_verify(key, OUTSIDE_SHA256, OUTSIDE_FITTING,
	    bytes_of_text("nobody signed this"), input));
	outside_key_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_certificates(bytes_of(data, size));
	read_lists(bytes_of(data, size));
	read_key(bytes_of(data, size));
	return 0;
}
