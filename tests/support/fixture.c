#include "tests/support/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "ledger/merkle.h"

static struct error err;

_Noreturn void
fixture_die(const char *what, const struct error *why)
{
	fprintf(stderr, "fixture: %s: %s (%s)\n", what, why->what, why->where);
	abort();
}

void
fixture_copy(const char *from, const char *to)
{
	struct buffer content = buffer_new((size_t)1 << 32);
	int file;

	if (file_read(&content, from, &err) == -1)
		fixture_die("copy", &err);
	file = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (size_t at = 0; at < content.len; ) {
		ssize_t n = write(file, content.data + at, content.len - at);

		if (n <= 0)
			abort();
		at += (size_t)n;
	}
	close(file);
	buffer_free(&content);
}

static void
put(struct json *object, const char *name, struct json *value)
{
	if (json_put(object, name, value, &err) == -1)
		fixture_die(name, &err);
}

static void
put_text(struct json *object, const char *name, const char *text)
{
	put(object, name, json_new_text(text));
}

static void
push(struct json *list, struct json *value)
{
	if (json_push(list, value, &err) == -1)
		fixture_die("push", &err);
}

static struct json *
all_roles(void)
{
	struct json *list = json_new_list();

	for (unsigned i = 0; i < ROLE_COUNT; i++)
		push(list, json_new_text(role_name(i)));
	return list;
}

static struct signer *
seeded(uint8_t byte)
{
	struct signer *signer = NULL;
	uint8_t seed[32];

	memset(seed, byte, sizeof seed);
	if (signer_from_seed(&signer, seed, &err) == -1)
		fixture_die("key", &err);
	return signer;
}

static struct json *
founders(const struct fixture *fixture)
{
	struct json *founder = json_new_object();
	struct json *list = json_new_list();

	put_text(founder, "name", "founder");
	put_text(founder, "key",
	    public_key_ssh(signer_public_key(fixture->founder)).text);
	put(founder, "roles", all_roles());
	push(list, founder);
	return list;
}

static void
genesis(struct buffer *out, const struct fixture *fixture)
{
	struct public_key key = signer_public_key(fixture->ledger_key);
	struct envelope envelope = envelope_new();
	struct buffer vkey = buffer_new(LIMIT_NOTE);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct record_head head = { .ledger = fixture->origin };
	struct note_key note_key;

	if (note_key_make(&note_key, fixture->origin, NOTE_ED25519, key,
	    &err) == -1)
		fixture_die("verifier key", &err);
	note_key_write(&vkey, &note_key);
	put(members, "format", json_new_integer(1));
	put_text(members, "origin", fixture->origin);
	put_text(members, "ledger_key", buffer_string(&vkey));
	put(members, "founders", founders(fixture));
	put(members, "roles", all_roles());
	push(subjects, record_subject(fixture->origin,
	    public_key_digest(key)));
	head.made_ms = clock_now_ms();
	random_fill(head.nonce, sizeof head.nonce);
	head.after_root = merkle_empty();
	if (record_compose(&envelope.payload, kind_named("genesis"), &head,
	    subjects, members, &err) == -1 ||
	    envelope_sign(&envelope, fixture->founder, &err) == -1 ||
	    envelope_sign(&envelope, fixture->ledger_key, &err) == -1)
		fixture_die("genesis", &err);
	envelope_write(out, &envelope);
	envelope_free(&envelope);
	buffer_free(&vkey);
	json_free(members);
	json_free(subjects);
}

void
fixture_make(struct fixture *fixture, const char *folder, const char *origin)
{
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct buffer name = buffer_new(4096);

	memset(fixture, 0, sizeof *fixture);
	fixture->origin = origin;
	if (file_join(&name, folder, "ledger.db", &err) == -1)
		fixture_die("path", &err);
	fixture->folder = memory_text(folder);
	fixture->store = memory_text(buffer_string(&name));
	fixture->ledger_key = seeded(1);
	fixture->founder = seeded(2);
	fixture->engineer = seeded(3);
	genesis(&text, fixture);
	if (appender_found(fixture->store, buffer_bytes(&text),
	    fixture->ledger_key, &err) == -1)
		fixture_die("ledger", &err);
	buffer_free(&text);
	buffer_free(&name);
}

void
fixture_free(struct fixture *fixture)
{
	signer_free(fixture->ledger_key);
	signer_free(fixture->founder);
	signer_free(fixture->engineer);
	memory_free(fixture->folder);
	memory_free(fixture->store);
}

void
fixture_record(struct buffer *out, const struct signer *signer,
    const struct record_head *head, const char *kind, struct json *subjects,
    struct json *members)
{
	struct envelope envelope = envelope_new();

	if (record_compose(&envelope.payload, kind_named(kind), head,
	    subjects, members, &err) == -1 ||
	    envelope_sign(&envelope, signer, &err) == -1)
		fixture_die(kind, &err);
	envelope_write(out, &envelope);
	envelope_free(&envelope);
	json_free(members);
	json_free(subjects);
}

static struct record_head
head_after(const struct fixture *fixture, const struct checkpoint *after)
{
	struct record_head head = {
		.ledger = fixture->origin,
		.made_ms = clock_now_ms(),
		.after_size = after->size,
		.after_root = after->root,
	};

	random_fill(head.nonce, sizeof head.nonce);
	return head;
}

void
fixture_observation(struct buffer *out, const struct fixture *fixture,
    const struct signer *signer, const struct checkpoint *after,
    unsigned number)
{
	struct record_head head = head_after(fixture, after);
	struct digest digest = digest_of(bytes_of_text("a model"));
	struct json *members = json_new_object();
	struct json *model = json_new_object();
	struct json *window = json_new_object();
	struct json *metrics = json_new_object();
	struct json *subjects = json_new_list();

	put_text(model, "name", "model/credit@1");
	put_text(model, "digest", digest_hex(digest).text);
	put(members, "model", model);
	put_text(window, "from", "2026-11-01T00:00:00.000Z");
	put_text(window, "to", "2026-11-02T00:00:00.000Z");
	put(members, "window", window);
	put(metrics, "auc", json_new_number(0.8 + number % 1000 * 1e-4));
	put(metrics, "n", json_new_integer(number));
	put(members, "metrics", metrics);
	push(subjects, record_subject("model/credit@1", digest));
	fixture_record(out, signer, &head, "observation", subjects, members);
}

void
fixture_enrolment(struct buffer *out, const struct fixture *fixture,
    const struct checkpoint *after)
{
	struct record_head head = head_after(fixture, after);
	struct public_key key = signer_public_key(fixture->engineer);
	struct buffer text = buffer_new(4096);
	struct json *members = json_new_object();
	struct json *subjects = json_new_list();
	struct json *roles = json_new_list();
	char proof[BASE64_LEN(SIGNATURE_LEN) + 1];
	struct signature signature;

	authority_proof_text(&text, fixture->origin, "engineer", key);
	if (signer_sign(fixture->engineer, buffer_bytes(&text), &signature,
	    &err) == -1)
		fixture_die("proof", &err);
	base64_encode(proof, bytes_of(signature.byte, SIGNATURE_LEN));
	push(roles, json_new_text("engineer"));
	push(roles, json_new_text("service"));
	put_text(members, "action", "enrol");
	put_text(members, "name", "engineer");
	put_text(members, "key", public_key_ssh(key).text);
	put(members, "roles", roles);
	put_text(members, "proof", proof);
	push(subjects, record_subject("key/engineer",
	    public_key_digest(key)));
	fixture_record(out, fixture->founder, &head, "key", subjects,
	    members);
	buffer_free(&text);
}

void
fixture_fill(const struct fixture *fixture, struct appender *appender,
    unsigned count, unsigned batch)
{
	struct append_item *items = memory_new(batch, sizeof *items);
	struct buffer *lines = memory_new(batch, sizeof *lines);
	size_t bad;

	for (unsigned at = 0; at < count; ) {
		unsigned n = count - at < batch ? count - at : batch;

		for (unsigned i = 0; i < n; i++) {
			lines[i] = buffer_new(LIMIT_ENVELOPE);
			fixture_observation(&lines[i], fixture,
			    fixture->founder, appender_checkpoint(appender),
			    at + i);
			items[i].envelope = buffer_bytes(&lines[i]);
		}
		if (appender_add(appender, items, n, NULL, 0, &bad, &err) ==
		    -1)
			fixture_die("fill", &err);
		for (unsigned i = 0; i < n; i++)
			buffer_free(&lines[i]);
		at += n;
	}
	memory_free(items);
	memory_free(lines);
}
