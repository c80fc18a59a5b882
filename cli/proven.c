#include "cli/proven.h"

#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/compose.h"
#include "keys/agent.h"
#include "keys/key_file.h"

static int
prove(struct proven *out, struct signer *signer, const char *name,
    const char *origin, struct error *err)
{
	struct buffer text = buffer_new(4096);
	struct signature signature;
	int result = -1;

	if (!text_is_name(bytes_of_text(name))) {
		error_set(err, ERROR_UNDECIDED, "choose one with --name",
		    "'%.80s' cannot be a name in a ledger", name);
		goto done;
	}
	memcpy(out->name, name, strlen(name) + 1);
	out->key = signer_public_key(signer);
	authority_proof_text(&text, origin, name, out->key);
	if (buffer_check(&text, "proof", err) == -1 ||
	    signer_sign(signer, buffer_bytes(&text), &signature, err) == -1)
		goto done;
	base64_encode(out->proof, bytes_of(signature.byte, SIGNATURE_LEN));
	result = 0;
done:
	buffer_free(&text);
	return result;
}

int
proven_label(char out[LIMIT_NAME + 1], const char *path, struct error *err)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base == NULL ? path : base + 1;
	len = strlen(base);
	if (len > 4 &&
	    (strcmp(base + len - 4, ".key") == 0 ||
		strcmp(base + len - 4, ".pub") == 0))
		len -= 4;
	if (len > LIMIT_NAME)
		return error_set(err, ERROR_UNDECIDED, "choose with --name",
		    "the name is too long");
	memcpy(out, base, len);
	out[len] = '\0';
	return 0;
}

/* Who sends a request may well be answered with it. */
static bool
is_request(const char *path)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	struct json *tree = NULL;
	struct error ignored;
	bool result = file_read(&text, path, &ignored) == 0 &&
	    json_parse(&tree, buffer_bytes(&text), &ignored) == 0 &&
	    json_member_text(tree, "proof") != NULL;

	json_free(tree);
	buffer_free(&text);
	return result;
}

int
proven_here(struct proven *out, const char *given, const char *ssh,
    const char *name, const char *origin, struct error *err)
{
	struct buffer path = buffer_new(8192);
	char label[LIMIT_NAME + 1];
	struct signer *signer = NULL;
	struct public_key key;
	int result = -1;

	if (proven_label(label, ssh != NULL ? ssh : given, err) == -1)
		goto done;
	if (ssh != NULL) {
		if (session_read_public(&key, ssh, err) == -1 ||
		    agent_signer(&signer, key, err) == -1)
			goto done;
	} else {
		if (session_key_path(&path, given, err) == -1)
			goto done;
		if (!file_exists(buffer_string(&path))) {
			error_set(err, ERROR_UNDECIDED,
			    "make it with `vouch key new'",
			    "there is no key '%.100s'", given);
			goto done;
		}
		if (is_request(buffer_string(&path))) {
			error_set(err, ERROR_UNDECIDED, "give it as that",
			    "%.100s is a request: --request %.100s", given,
			    given);
			goto done;
		}
		if (session_open_key_file(&signer, buffer_string(&path), err) ==
		    -1)
			goto done;
	}
	result = prove(out, signer, name != NULL ? name : label, origin, err);
done:
	signer_free(signer);
	buffer_free(&path);
	return result;
}

int
proven_request(struct proven *out, const char *path, const char *origin,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_KEY_FILE);
	struct json *request = NULL;
	const char *ledger, *name, *key, *proof;
	int result = -1;

	if (file_read(&text, path, err) == -1)
		goto done;
	if (json_parse(&request, buffer_bytes(&text), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	ledger = json_member_text(request, "ledger");
	name = json_member_text(request, "name");
	key = json_member_text(request, "key");
	proof = json_member_text(request, "proof");
	if (ledger == NULL || name == NULL || key == NULL || proof == NULL ||
	    strlen(name) > LIMIT_NAME || strlen(proof) >= sizeof out->proof ||
	    public_key_parse_exact(&out->key, bytes_of_text(key), err) == -1) {
		error_set(err, ERROR_UNDECIDED,
		    "make one with `vouch key request'",
		    "%s is not a request for enrolment", path);
		goto done;
	}
	if (strcmp(ledger, origin) != 0) {
		error_set(err, ERROR_UNDECIDED,
		    "have it made for this ledger, with --origin",
		    "the request is for the ledger %.100s", ledger);
		goto done;
	}
	memcpy(out->name, name, strlen(name) + 1);
	memcpy(out->proof, proof, strlen(proof) + 1);
	result = 0;
done:
	json_free(request);
	buffer_free(&text);
	return result;
}

int
proven_members(struct json **out, const char *action,
    const struct proven *proven, struct error *err)
{
	struct json *members = json_new_object();

	if (members == NULL)
		return error_memory(err);
	if (json_put(members, "action", json_new_text(action), err) == -1 ||
	    json_put(members, "name", json_new_text(proven->name), err) == -1 ||
	    json_put(members, "key",
		json_new_text(public_key_ssh(proven->key).text), err) == -1 ||
	    compose_text(members, "proof", proven->proof, err) == -1) {
		json_free(members);
		return -1;
	}
	*out = members;
	return 0;
}

const struct principal *
proven_holder(const struct session_write *session, const char *name,
    struct error *err)
{
	const struct principal *principal =
	    authority_by_name(appender_authority(session->appender), name);

	if (principal == NULL)
		error_set(err, ERROR_UNDECIDED, "see `vouch key list'",
		    "nobody called '%.100s' has a key in force here", name);
	return principal;
}
