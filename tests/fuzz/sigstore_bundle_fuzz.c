/*
 * sigstore_bundle_fuzz.c: any bytes are refused with a line, or are a bundle
 * and a statement; and none verifies under a key that signed one bundle only.
 *
 * Built with clang -fsanitize=fuzzer; its corpus is corpus/sigstore_bundle.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/model_signing.h"
#include "keys/sigstore_bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key of the corpus's file `signed', and what it signed. */
static const char pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExHCnEjQwT4B0DanWwJaDlY6uE9n2\n"
    "0PhXWLdN1e/r4KsbiSsu+4R148khvq1CpAIK+XUiNJx4DBg3TApAd5hxag==\n"
    "-----END PUBLIC KEY-----\n";
static const char digest[] =
    "48d34c7b51984a394d42a72791cd60767c664578d97ff4df1ab6fcb899023e60";

static void
demand(bool holds)
{
	if (!holds)
		abort();
}

static void
demand_said(const struct error *err)
{
	demand((err->class == ERROR_UNDECIDED || err->class == ERROR_NO) &&
	    err->what[0] != '\0' && strchr(err->what, '\n') == NULL);
}

/* The bundle's payload is anybody's until its signature is checked. */
static void
verify(const struct sigstore_bundle *bundle)
{
	struct buffer subject = buffer_new(LIMIT_SUBJECT);
	struct outside_key *key;
	struct error err;

	demand(outside_key_read(&key, bytes_of_text(pem), &err) == 0);
	if (sigstore_bundle_check_key(bundle, key, &err) == -1)
		demand_said(&err);
	else
		demand(strcmp(digest_hex(digest_of(buffer_bytes(
				  &bundle->payload)))
				  .text,
			   digest) == 0);
	/* Its own certificates as roots: whatever they say, it comes back. */
	if (bundle->chain != NULL &&
	    sigstore_bundle_check_chain(&subject, bundle, bundle->chain, NULL,
		INT64_C(1790000000000), &err) == -1)
		demand_said(&err);
	outside_key_free(key);
	buffer_free(&subject);
}

static void
compare(struct model_signing *said)
{
	static const char lines[] =
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	    "  3  a\nlink:a  0  b\n";
	struct buffer manifest = buffer_new(1000);
	struct buffer kept = buffer_new(1000);
	struct json *findings = json_new_list();
	struct error err;

	buffer_text(&manifest, lines);
	demand(model_signing_compare(findings, said, &manifest,
		   said->file[0].digest, NULL, &err) == 0);
	model_signing_filter(&kept, said, &manifest);
	demand(kept.len <= manifest.len);
	json_free(findings);
	buffer_free(&kept);
	buffer_free(&manifest);
}

static void
read_statement(struct bytes text)
{
	struct model_signing said;
	struct error err;

	if (model_signing_parse(&said, text, &err) == -1) {
		demand_said(&err);
		return;
	}
	for (size_t i = 0; i < said.file_count; i++)
		demand(said.file[i].path[0] != '/' &&
		    strncmp(said.file[i].path, "../", 3) != 0);
	compare(&said);
	model_signing_free(&said);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sigstore_bundle bundle = sigstore_bundle_new();
	struct error err;

	if (sigstore_bundle_parse(&bundle, bytes_of(data, size), &err) == 0) {
		verify(&bundle);
		read_statement(buffer_bytes(&bundle.payload));
	} else {
		demand_said(&err);
	}
	sigstore_bundle_free(&bundle);
	read_statement(bytes_of(data, size));
	return 0;
}
