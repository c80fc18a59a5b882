/* dossier.c: the small files of a dossier, in their one spelling. */
#include "ledger/dossier.h"

#include <string.h>

#include "base/embed.h"
#include "base/encoding.h"
#include "base/tar.h"

EMBED(dossier_guide_text, "ledger/dossier/VERIFY.md");

struct bytes
dossier_guide(void)
{
	static const struct embedded files[] = {
		{ "VERIFY.md", dossier_guide_text_begin,
		    dossier_guide_text_end },
		{ NULL, NULL, NULL },
	};

	return embedded_find(files, "VERIFY.md");
}

bool
dossier_has_all(const struct kind *kind)
{
	static const char *const all[] = { "genesis", "key", "trust",
		"policy" };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (strcmp(kind->name, all[i]) == 0)
			return true;
	return false;
}

void
dossier_about_write(struct buffer *out, const struct dossier_about *about)
{
	buffer_text(out, "{\"format\":\"" DOSSIER_FORMAT "\",\"origin\":");
	json_write_text(out, bytes_of_text(about->origin));
	buffer_printf(out, ",\"size\":%llu,\"subject\":{\"name\":",
	    (unsigned long long)about->size);
	json_write_text(out, bytes_of_text(about->name));
	buffer_printf(out, ",\"digest\":\"%s\"}",
	    digest_hex(about->digest).text);
	if (about->deployment != DOSSIER_NOBODY)
		buffer_printf(out, ",\"deployment\":%llu",
		    (unsigned long long)about->deployment);
	buffer_text(out, "}\n");
}

static bool
copy_text(char *out, size_t room, const struct json *object, const char *name)
{
	const char *text = json_member_text(object, name);

	if (text == NULL || strlen(text) >= room)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool
copy_number(uint64_t *out, const struct json *object, const char *name)
{
	const struct json *number = json_member(object, name);

	if (number == NULL || !json_is_integer(number) ||
	    json_integer(number) < 0)
		return false;
	*out = (uint64_t)json_integer(number);
	return true;
}

static bool
read_about(struct dossier_about *out, const struct json *tree)
{
	const struct json *subject = json_member(tree, "subject");
	const char *hex = json_member_text(subject, "digest");

	out->deployment = DOSSIER_NOBODY;
	return copy_text(out->origin, sizeof out->origin, tree, "origin") &&
	    copy_number(&out->size, tree, "size") &&
	    copy_text(out->name, sizeof out->name, subject, "name") &&
	    hex != NULL && digest_parse(&out->digest, bytes_of_text(hex)) &&
	    (json_member(tree, "deployment") == NULL ||
		copy_number(&out->deployment, tree, "deployment"));
}

int
dossier_about_parse(struct dossier_about *out, struct bytes text,
    struct error *err)
{
	struct buffer again = buffer_new(LIMIT_ENVELOPE);
	struct dossier_about about;
	struct json *tree = NULL;
	int result = -1;

	if (json_parse(&tree, text, err) == -1) {
		if (err->class != ERROR_SYSTEM)
			err->class = ERROR_NO;
		goto done;
	}
	if (read_about(&about, tree))
		dossier_about_write(&again, &about);
	if (again.len == 0 || !bytes_equal(buffer_bytes(&again), text)) {
		error_set(err, ERROR_NO, NULL,
		    "it is not spelt as it should be");
		goto done;
	}
	*out = about;
	result = 0;
done:
	json_free(tree);
	buffer_free(&again);
	return result;
}

void
dossier_key_name(struct buffer *out, struct public_key key, bool pem)
{
	buffer_printf(out, DOSSIER_FOLDER "keys/%s.%s",
	    digest_hex(public_key_digest(key)).text, pem ? "pem" : "pub");
}

void
dossier_key_write(struct buffer *out, struct public_key key, const char *name,
    bool pem)
{
	/* SubjectPublicKeyInfo of Ed25519 (RFC 8410, 4), up to the key. */
	static const uint8_t front[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
		0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
	uint8_t der[sizeof front + PUBLIC_KEY_LEN];

	if (!pem) {
		buffer_printf(out, "%s %s\n", public_key_ssh(key).text, name);
		return;
	}
	memcpy(der, front, sizeof front);
	memcpy(der + sizeof front, key.byte, PUBLIC_KEY_LEN);
	buffer_text(out, "-----BEGIN PUBLIC KEY-----\n");
	base64_append(out, bytes_of(der, sizeof der));
	buffer_text(out, "\n-----END PUBLIC KEY-----\n");
}

void
dossier_manifest(struct buffer *out, const struct tar *files)
{
	for (size_t i = 0; i < tar_count(files); i++) {
		const struct tar_file *file = tar_at(files, i);

		if (strcmp(file->name, DOSSIER_FOLDER "MANIFEST") == 0 ||
		    strncmp(file->name, DOSSIER_FOLDER,
			strlen(DOSSIER_FOLDER)) != 0)
			continue;
		buffer_printf(out, "%s  %s\n",
		    digest_hex(digest_of(file->content)).text,
		    file->name + strlen(DOSSIER_FOLDER));
	}
}
