/* dossier_certificates.c: the certificates that entries speak of, as files. */
#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "ledger/dossier_internal.h"

#define PEM_LINE 64

static void
write_pem(struct buffer *out, const struct certificate *certificate)
{
	struct buffer text = buffer_new(2 * LIMIT_CERTIFICATE_FILE);
	struct bytes rest;

	base64_append(&text, certificate_der(certificate));
	rest = buffer_bytes(&text);
	buffer_text(out, "-----BEGIN CERTIFICATE-----\n");
	while (rest.len > 0) {
		size_t len = rest.len < PEM_LINE ? rest.len : PEM_LINE;

		buffer_append(out, bytes_of(rest.data, len));
		buffer_byte(out, '\n');
		rest = bytes_after(rest, len);
	}
	buffer_text(out, "-----END CERTIFICATE-----\n");
	buffer_free(&text);
}

/* What is done with each, and where. */
struct visit {
	void *cookie;
	int (*each)(void *cookie, const char *name, struct bytes pem,
	    struct error *err);
	struct buffer name, pem;
};

static int
visit_all(struct visit *visit, const struct certificates *certificates,
    struct error *err)
{
	for (size_t i = 0; i < certificates_count(certificates); i++) {
		const struct certificate *one =
		    certificates_at(certificates, i);

		buffer_clear(&visit->name);
		buffer_clear(&visit->pem);
		buffer_printf(&visit->name,
		    DOSSIER_FOLDER "certificates/%s.pem",
		    digest_hex(certificate_fingerprint(one)).text);
		write_pem(&visit->pem, one);
		if (buffer_check(&visit->pem, "certificate", err) == -1 ||
		    visit->each(visit->cookie, buffer_string(&visit->name),
			buffer_bytes(&visit->pem), err) == -1)
			return -1;
	}
	return 0;
}

static int
visit_chains(struct visit *visit, const struct authority *authority,
    struct error *err)
{
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct identity *one =
		    authority_at(authority, i)->identity;

		for (; one != NULL; one = one->before)
			if (visit_all(visit, one->chain, err) == -1)
				return -1;
	}
	return 0;
}

static int
visit_roots(struct visit *visit, const struct authority *authority,
    struct error *err)
{
	const struct trusts *trusts = authority_trusts(authority);

	for (size_t i = 0; i < trusts_count(trusts); i++) {
		const struct trusted *one = trusts_at(trusts, i);

		if (one->certificate != NULL &&
		    visit_all(visit, one->certificate, err) == -1)
			return -1;
	}
	return 0;
}

int
dossier_certificates(const struct authority *authority, void *cookie,
    int (*each)(void *cookie, const char *name, struct bytes pem,
	struct error *err),
    struct error *err)
{
	struct visit visit = { .cookie = cookie,
		.each = each,
		.name = buffer_new(TAR_NAME_MAX + 1),
		.pem = buffer_new(2 * LIMIT_CERTIFICATE_FILE) };
	int result = visit_chains(&visit, authority, err);

	if (result == 0)
		result = visit_roots(&visit, authority, err);
	buffer_free(&visit.name);
	buffer_free(&visit.pem);
	return result;
}
