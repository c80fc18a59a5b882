/*
 * What tests/vectors/make.py made from the format's description alone, read,
 * verified and made again by the library.
 */
#include <dirent.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "keys/key_file.h"
#include "ledger/append.h"
#include "ledger/authority.h"
#include "ledger/entry.h"
#include "ledger/store.h"
#include "ledger/tile.h"
#include "ledger/verify.h"
#include "tests/support/fixture.h"
#include "tests/unit/ledger/expect.h"

#define SIZE 300
#define ORIGIN "vectors.example/credit"

static struct error err;

/* A file of the vectors. */
static struct buffer
vector(const char *name)
{
	const char *root = getenv("ROOT");
	struct buffer path = buffer_new(4096), out = buffer_new(4 << 20);

	buffer_printf(&path, "%s/tests/vectors/%s", root == NULL ? "." : root,
	    name);
	expect_fine(file_read(&out, buffer_string(&path), &err), &err);
	buffer_free(&path);
	return out;
}

/* The next line, without its newline; false after the last. */
static bool
next_line(struct bytes *line, struct bytes *rest)
{
	const uint8_t *end = rest->len == 0 ? NULL :
	    memchr(rest->data, '\n', rest->len);

	if (end == NULL) {
		assert_int_equal(rest->len, 0);
		return false;
	}
	*line = bytes_of(rest->data, (size_t)(end - rest->data));
	*rest = bytes_after(*rest, line->len + 1);
	return true;
}

/* The next line as JSON, to be freed; NULL after the last. */
static struct json *
next_value(struct bytes *rest)
{
	struct json *value;
	struct bytes line;

	if (!next_line(&line, rest))
		return NULL;
	expect_fine(json_parse(&value, line, &err), &err);
	return value;
}

static struct signer *
signer_of(const struct json *key)
{
	struct signer *signer;
	uint8_t seed[32];

	assert_true(hex_decode(seed, sizeof seed,
	    bytes_of_text(json_member_text(key, "seed"))));
	expect_fine(signer_from_seed(&signer, seed, &err), &err);
	return signer;
}

static struct signer *
signer_named(const char *name)
{
	struct buffer keys = vector("keys.jsonl");
	struct bytes rest = buffer_bytes(&keys);
	struct signer *found = NULL;
	struct json *key;

	while ((key = next_value(&rest)) != NULL) {
		if (strcmp(json_member_text(key, "name"), name) == 0)
			found = signer_of(key);
		json_free(key);
	}
	assert_non_null(found);
	buffer_free(&keys);
	return found;
}

static void
check_key(const struct json *key)
{
	struct signer *signer = signer_of(key);
	struct public_key public = signer_public_key(signer);
	struct buffer text = buffer_new(1024);
	struct note_key note_key;
	struct signature proof;
	char spelt[128];

	hex_encode(spelt, bytes_of(public.byte, sizeof public.byte));
	spelt[64] = '\0';
	assert_string_equal(spelt, json_member_text(key, "public"));
	assert_string_equal(public_key_ssh(public).text,
	    json_member_text(key, "ssh"));
	assert_string_equal(public_key_fingerprint(public).text,
	    json_member_text(key, "fingerprint"));
	expect_hash(public_key_digest(public),
	    json_member_text(key, "digest"));
	expect_fine(note_key_make(&note_key, ORIGIN, NOTE_ED25519, public,
	    &err), &err);
	note_key_write(&text, &note_key);
	assert_string_equal(buffer_string(&text),
	    json_member_text(key, "vkey"));
	buffer_clear(&text);
	authority_proof_text(&text, ORIGIN, json_member_text(key, "name"),
	    public);
	expect_fine(signer_sign(signer, buffer_bytes(&text), &proof, &err),
	    &err);
	buffer_clear(&text);
	base64_append(&text, bytes_of(proof.byte, sizeof proof.byte));
	assert_string_equal(buffer_string(&text),
	    json_member_text(key, "proof"));
	buffer_free(&text);
	signer_free(signer);
}

static void
keys_spell_as_the_vectors_do(void **state)
{
	struct buffer keys = vector("keys.jsonl");
	struct bytes rest = buffer_bytes(&keys);
	struct json *key;
	size_t count = 0;

	(void)state;
	for (; (key = next_value(&rest)) != NULL; count++) {
		check_key(key);
		json_free(key);
	}
	assert_int_equal(count, 6);
	buffer_free(&keys);
}

static void
envelopes_are_signed_to_the_same_bytes(void **state)
{
	struct buffer file = vector("envelopes.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct buffer text = buffer_new(1 << 20);
	struct json *vector_;
	size_t count = 0;

	(void)state;
	for (; (vector_ = next_value(&rest)) != NULL; count++) {
		struct bytes payload =
		    bytes_of_text(json_member_text(vector_, "payload"));
		struct envelope envelope = envelope_new();
		const struct json *name =
		    json_first(json_member(vector_, "signers"));

		buffer_clear(&text);
		envelope_pae(&text, payload);
		expect_hash(digest_of(buffer_bytes(&text)),
		    json_member_text(vector_, "pae_sha256"));
		buffer_append(&envelope.payload, payload);
		for (; name != NULL; name = json_next(name)) {
			struct signer *signer = signer_named(json_text(name));

			expect_fine(envelope_sign(&envelope, signer, &err),
			    &err);
			signer_free(signer);
		}
		buffer_clear(&text);
		envelope_write(&text, &envelope);
		assert_string_equal(buffer_string(&text),
		    json_member_text(vector_, "envelope"));
		envelope_free(&envelope);
		json_free(vector_);
	}
	assert_int_equal(count, 12);
	buffer_free(&text);
	buffer_free(&file);
}

/* The leaf hashes, from the entries; each compared with the vectors'. */
static void
read_leaves(struct digest leaf[SIZE])
{
	struct buffer entries = vector("ledger300/entries.jsonl");
	struct buffer leaves = vector("ledger300/leaves.txt");
	struct bytes lines = buffer_bytes(&entries);
	struct bytes hashes = buffer_bytes(&leaves);
	struct bytes line, hash;

	for (size_t i = 0; i < SIZE; i++) {
		assert_true(next_line(&line, &lines));
		assert_true(next_line(&hash, &hashes));
		leaf[i] = entry_leaf_hash(line);
		assert_true(bytes_equal(hash,
		    bytes_of_text(digest_hex(leaf[i]).text)));
	}
	assert_false(next_line(&line, &lines));
	assert_false(next_line(&hash, &hashes));
	buffer_free(&entries);
	buffer_free(&leaves);
}

static void
entries_are_read_and_written_to_the_same_bytes(void **state)
{
	struct buffer file = vector("ledger300/entries.jsonl");
	struct bytes rest = buffer_bytes(&file), line;
	struct buffer again = buffer_new(LIMIT_ENTRY);
	struct entry entry = entry_new();
	struct digest leaf[SIZE];
	uint64_t seq = 0;

	(void)state;
	read_leaves(leaf);
	for (; next_line(&line, &rest); seq++) {
		expect_fine(entry_parse(&entry, line, &err), &err);
		assert_int_equal(entry.seq, seq);
		if (seq > 0)
			assert_true(digest_equal(entry.prev, leaf[seq - 1]));
		buffer_clear(&again);
		expect_fine(entry_write(&again, entry.seq, entry.time_ms,
		    entry.prev, &entry.envelope, &err), &err);
		assert_true(bytes_equal(buffer_bytes(&again), line));
	}
	assert_int_equal(seq, SIZE);
	entry_free(&entry);
	buffer_free(&again);
	buffer_free(&file);
}

/* Which stage refuses the line: "entry", "record", "signature" or "". */
static const char *
refusal(struct bytes line)
{
	struct entry entry = entry_new();
	struct buffer scratch = buffer_new(LIMIT_ENVELOPE);
	struct signer *monitor = signer_named("monitor");
	struct record record;
	const char *stage = "";
	bool verified = false;

	if (entry_parse(&entry, line, &err) == -1)
		stage = "entry";
	else if (record_parse(&record,
	    buffer_bytes(&entry.envelope.payload), &err) == -1)
		stage = "record";
	else {
		record_free(&record);
		expect_fine(envelope_verify(&entry.envelope, 0,
		    signer_public_key(monitor), &scratch, &verified, &err),
		    &err);
		stage = verified ? "" : "signature";
	}
	signer_free(monitor);
	buffer_free(&scratch);
	entry_free(&entry);
	return stage;
}

static void
what_is_to_be_refused_is_refused_where_it_is_wrong(void **state)
{
	struct buffer file = vector("refused.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct json *bad;
	size_t count = 0;

	(void)state;
	for (; (bad = next_value(&rest)) != NULL; count++) {
		const char *stage = refusal(
		    bytes_of_text(json_member_text(bad, "line")));

		if (strcmp(stage, json_member_text(bad, "stage")) != 0)
			fail_msg("%s: refused as %s, not as %s (%s)",
			    json_member_text(bad, "what"),
			    stage[0] == '\0' ? "nothing" : stage,
			    json_member_text(bad, "stage"), err.what);
		json_free(bad);
	}
	assert_true(count >= 30);
	buffer_free(&file);
}

static void
put_entries(struct store *store)
{
	struct buffer file = vector("ledger300/entries.jsonl");
	struct bytes rest = buffer_bytes(&file), line;

	for (uint64_t seq = 0; next_line(&line, &rest); seq++)
		expect_fine(store_put_entry(store, seq, line, &err), &err);
	buffer_free(&file);
}

static void
put_tiles(struct store *store)
{
	static const struct {
		unsigned level;
		uint64_t index;
		unsigned width;
	} tiles[] = { { 0, 0, 256 }, { 0, 1, 44 }, { 1, 0, 1 } };

	for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
		struct buffer path = buffer_new(256), hashes;
		struct digest hash[TILE_WIDTH];

		buffer_text(&path, "ledger300/");
		tile_path(&path, tiles[i].level, tiles[i].index,
		    tiles[i].width);
		hashes = vector(buffer_string(&path));
		assert_int_equal(hashes.len, tiles[i].width * DIGEST_LEN);
		memcpy(hash, hashes.data, hashes.len);
		expect_fine(store_put_tile(store, tiles[i].level,
		    tiles[i].index, hash, tiles[i].width, &err), &err);
		buffer_free(&hashes);
		buffer_free(&path);
	}
}

static void
put_checkpoints(struct store *store)
{
	struct buffer file = vector("ledger300/checkpoints.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct json *value;

	while ((value = next_value(&rest)) != NULL) {
		expect_fine(store_put_checkpoint(store,
		    (uint64_t)json_integer(json_member(value, "size")),
		    bytes_of_text(json_member_text(value, "note")), &err),
		    &err);
		json_free(value);
	}
	buffer_free(&file);
}

static void
put_attachments(struct store *store)
{
	const char *root = getenv("ROOT");
	struct buffer path = buffer_new(4096);
	const struct dirent *name;
	size_t count = 0;
	DIR *folder;

	buffer_printf(&path, "%s/tests/vectors/ledger300/attachment",
	    root == NULL ? "." : root);
	folder = opendir(buffer_string(&path));
	assert_non_null(folder);
	while ((name = readdir(folder)) != NULL) {
		struct buffer content;
		struct digest digest;

		if (name->d_name[0] == '.')
			continue;
		buffer_clear(&path);
		buffer_printf(&path, "ledger300/attachment/%s", name->d_name);
		content = vector(buffer_string(&path));
		expect_fine(store_put_attachment(store,
		    buffer_bytes(&content), &digest, &err), &err);
		expect_hash(digest, name->d_name);
		buffer_free(&content);
		count++;
	}
	assert_int_equal(count, 2);
	closedir(folder);
	buffer_free(&path);
}

static void
show_problem(void *cookie, const struct verify_problem *problem)
{
	(void)cookie;
	print_message("# %llu: %s: %s\n", (unsigned long long)problem->seq,
	    verify_check_name(problem->check), problem->what);
}

static void
the_whole_ledger_verifies_under_its_key(void **state)
{
	char *folder = fixture_folder();
	struct buffer path = buffer_new(4096);
	struct buffer vkey = vector("ledger300/vkey");
	struct buffer note = vector("ledger300/checkpoint");
	struct verify_options options = { .problem = show_problem };
	struct verify_result result;
	struct store *store;
	uint64_t rebuilt;

	(void)state;
	expect_fine(file_join(&path, folder, "ledger.db", &err), &err);
	expect_fine(store_create(buffer_string(&path), &err), &err);
	expect_fine(store_open(&store, buffer_string(&path), STORE_WRITE,
	    &err), &err);
	expect_fine(store_begin_write(store, &err), &err);
	put_entries(store);
	put_tiles(store);
	put_checkpoints(store);
	put_attachments(store);
	expect_fine(store_commit(store, &err), &err);
	store_end(store);
	store_close(store);
	expect_fine(append_reindex(buffer_string(&path), &rebuilt, NULL, NULL,
	    &err), &err);
	assert_int_equal(rebuilt, SIZE);
	vkey.data[vkey.len - 1] = '\0';
	options.vkey = (const char *)vkey.data;
	options.since = buffer_bytes(&note);
	for (int light = 0; light < 2; light++) {
		if (light == 0)
			options.since = bytes_of(NULL, 0);
		expect_fine(verify_ledger(&result, buffer_string(&path),
		    &options, &err), &err);
		assert_int_equal(result.problems, 0);
		assert_int_equal(result.size, SIZE);
		assert_true(result.has_checkpoint);
		options.since = buffer_bytes(&note);
	}
	buffer_free(&note);
	buffer_free(&vkey);
	buffer_free(&path);
	fixture_remove(folder);
}

static void
checkpoints_are_signed_to_the_same_bytes(void **state)
{
	struct buffer file = vector("ledger300/checkpoints.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct signer *signer = signer_named("ledger");
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct digest leaf[SIZE];
	struct json *value;

	(void)state;
	read_leaves(leaf);
	merkle_begin(tree);
	while ((value = next_value(&rest)) != NULL) {
		struct checkpoint checkpoint = { .origin = ORIGIN };

		checkpoint.size =
		    (uint64_t)json_integer(json_member(value, "size"));
		while (tree->size < checkpoint.size)
			expect_fine(merkle_add(tree, leaf[tree->size], NULL,
			    NULL, &err), &err);
		checkpoint.root = merkle_root(tree);
		buffer_clear(&note);
		expect_fine(checkpoint_sign(&note, &checkpoint, signer, &err),
		    &err);
		assert_string_equal(buffer_string(&note),
		    json_member_text(value, "note"));
		json_free(value);
	}
	assert_int_equal(tree->size, SIZE);
	memory_free(tree);
	buffer_free(&note);
	signer_free(signer);
	buffer_free(&file);
}

static void
bundles_hold_the_entries(void **state)
{
	struct buffer file = vector("ledger300/entries.jsonl");
	struct buffer bundle[2] = { vector("ledger300/tile/entries/000"),
		vector("ledger300/tile/entries/001.p/44") };
	struct bytes rest = buffer_bytes(&file), line;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes left = buffer_bytes(&bundle[i]), entry;
		bool more;

		for (;; count++) {
			expect_fine(tile_bundle_next(&entry, &more, &left,
			    &err), &err);
			if (!more)
				break;
			assert_true(next_line(&line, &rest));
			assert_true(bytes_equal(entry, line));
		}
		buffer_free(&bundle[i]);
	}
	assert_int_equal(count, SIZE);
	buffer_free(&file);
}

static void
tiles_are_named_as_the_vectors_name_them(void **state)
{
	struct buffer file = vector("tile-paths.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct json *value;

	(void)state;
	while ((value = next_value(&rest)) != NULL) {
		struct buffer path = buffer_new(256);

		tile_path(&path,
		    (unsigned)json_integer(json_member(value, "level")),
		    (uint64_t)json_integer(json_member(value, "index")),
		    (unsigned)json_integer(json_member(value, "width")));
		assert_string_equal(buffer_string(&path),
		    json_member_text(value, "path"));
		buffer_free(&path);
		json_free(value);
	}
	buffer_free(&file);
}

/* The root of the first `size' leaves. */
static struct digest
root_of(const struct digest leaf[SIZE], uint64_t size)
{
	struct merkle *tree = memory_new(1, sizeof *tree);
	struct digest root;

	merkle_begin(tree);
	while (tree->size < size)
		expect_fine(merkle_add(tree, leaf[tree->size], NULL, NULL,
		    &err), &err);
	root = merkle_root(tree);
	memory_free(tree);
	return root;
}

static void
proofs_convince_and_are_for_one_place_alone(void **state)
{
	struct buffer file = vector("proofs.jsonl");
	struct bytes rest = buffer_bytes(&file);
	struct digest leaf[SIZE];
	struct json *value;

	(void)state;
	read_leaves(leaf);
	while ((value = next_value(&rest)) != NULL) {
		const struct json *hash =
		    json_first(json_member(value, "proof"));
		uint64_t size =
		    (uint64_t)json_integer(json_member(value, "size"));
		struct digest root = root_of(leaf, size);
		struct proof proof = { .count = 0 };

		for (; hash != NULL; hash = json_next(hash))
			proof.hash[proof.count++] =
			    hash_of_hex(json_text(hash));
		if (json_member(value, "index") != NULL) {
			uint64_t index = (uint64_t)json_integer(
			    json_member(value, "index"));

			assert_true(proof_includes(&proof, leaf[index], index,
			    size, root));
			assert_false(proof_includes(&proof,
			    leaf[(index + 1) % SIZE], index, size, root));
		} else {
			uint64_t old = (uint64_t)json_integer(
			    json_member(value, "old"));

			assert_true(proof_extends(&proof, old,
			    root_of(leaf, old), size, root));
			assert_false(proof_extends(&proof, old,
			    root_of(leaf, old - 1), size, root));
		}
		json_free(value);
	}
	buffer_free(&file);
}

/* Both hold alice's seed; one of them under a passphrase. */
static void
key_files_open_to_their_seed(void **state)
{
	static const char *const names[] = { "key-open.json",
		"key-passphrase.json" };
	struct passphrase *passphrase;
	struct signer *alice = signer_named("alice"), *opened;
	char *folder = fixture_folder();

	(void)state;
	expect_fine(passphrase_of(&passphrase,
	    bytes_of_text("correct horse battery staple"), &err), &err);
	for (size_t i = 0; i < 2; i++) {
		struct buffer file = vector(names[i]);
		struct buffer path = buffer_new(4096);

		/* Key files are private: a checkout is not. */
		expect_fine(file_join(&path, folder, names[i], &err), &err);
		expect_fine(file_create(buffer_string(&path),
		    buffer_bytes(&file), 0600, &err), &err);
		expect_fine(key_file_open(&opened, buffer_string(&path),
		    i == 0 ? NULL : passphrase, &err), &err);
		assert_true(public_key_equal(signer_public_key(opened),
		    signer_public_key(alice)));
		assert_memory_equal(signer_seed(opened), signer_seed(alice),
		    32);
		signer_free(opened);
		buffer_free(&path);
		buffer_free(&file);
	}
	passphrase_free(passphrase);
	signer_free(alice);
	fixture_remove(folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_spell_as_the_vectors_do),
		cmocka_unit_test(key_files_open_to_their_seed),
		cmocka_unit_test(envelopes_are_signed_to_the_same_bytes),
		cmocka_unit_test(
		    entries_are_read_and_written_to_the_same_bytes),
		cmocka_unit_test(
		    what_is_to_be_refused_is_refused_where_it_is_wrong),
		cmocka_unit_test(the_whole_ledger_verifies_under_its_key),
		cmocka_unit_test(checkpoints_are_signed_to_the_same_bytes),
		cmocka_unit_test(bundles_hold_the_entries),
		cmocka_unit_test(tiles_are_named_as_the_vectors_name_them),
		cmocka_unit_test(proofs_convince_and_are_for_one_place_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
