/* note_test.c: signed notes, as Go's note package and C2SP have them. */
#include "scratch.h"

#include "keys/note.h"

/*
 * Vectors of golang.org/x/mod/sumdb/note (note_test.go): two verifier keys,
 * the seed of the first, a text and a signature by each.
 */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_SEED "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define ENOCH "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define TEXT "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define PETER_LINE "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiF" \
    "upLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_LINE "\xe2\x80\x94 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSde" \
    "X+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

/* The example of c2sp.org/signed-note. */
#define FOO "example.com/foo+530d903a+" \
    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define FOO_NOTE "This is an example message.\n\n" \
    "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2O" \
    "NncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

static struct note_key
key_of(const char *vkey)
{
	struct note_key key;
	struct error err;

	expect_fine(note_key_parse(&key, bytes_of_text(vkey), &err), &err);
	return key;
}

static struct note
note_of(const char *text)
{
	struct note note;
	struct error err;

	expect_fine(note_parse(&note, bytes_of_text(text), &err), &err);
	return note;
}

/* How many signatures of a note are by the key. */
static size_t
count_by(const char *text, const char *vkey)
{
	struct note note = note_of(text);
	struct note_key key = key_of(vkey);
	size_t count = 99;
	struct error err;

	expect_fine(note_verify(&count, &note, &key, NULL, &err), &err);
	return count;
}

static void
expect_forged(const char *text, const char *vkey)
{
	struct note note = note_of(text);
	struct note_key key = key_of(vkey);
	size_t count = 99;
	struct error err;

	assert_int_equal(note_verify(&count, &note, &key, NULL, &err), -1);
	expect_said(&err, ERROR_NO, "does not verify");
	assert_int_equal(count, 99);
}

static struct signer *
peter(void)
{
	uint8_t blob[33];
	struct signer *signer;
	struct error err;

	assert_true(base64_decode_fixed(blob, sizeof blob,
	    bytes_of_text(PETER_SEED)));
	expect_fine(signer_from_seed(&signer, blob + 1, &err), &err);
	return signer;
}

static void
verifier_keys_are_read_and_written(void **state)
{
	static const char *const keys[] = { PETER, ENOCH, FOO };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct note_key key = key_of(keys[i]), made;
		struct buffer out = buffer_new(1000);
		struct error err;

		assert_int_equal(key.algorithm, NOTE_ED25519);
		note_key_write(&out, &key);
		assert_string_equal(buffer_string(&out), keys[i]);
		expect_fine(note_key_make(&made, key.name, NOTE_ED25519,
		    key.key, &err), &err);
		assert_int_equal(made.id, key.id);
		buffer_free(&out);
	}
}

static void
mangled_verifier_keys_are_refused(void **state)
{
	struct bytes whole = bytes_of_text(PETER);
	char text[] = PETER;
	struct note_key key;
	struct error err;

	(void)state;
	/* As Go's TestNewVerifier: every part, every byte one more. */
	for (size_t from = 0; from <= whole.len; from++) {
		for (size_t to = from; to <= whole.len; to++) {
			if (to - from == whole.len)
				continue;
			assert_int_equal(note_key_parse(&key,
			    bytes_of(whole.data + from, to - from), &err), -1);
			assert_int_equal(err.class, ERROR_UNDECIDED);
		}
	}
	for (size_t i = 0; i < whole.len; i++) {
		text[i]++;
		assert_int_equal(note_key_parse(&key, bytes_of_text(text),
		    &err), -1);
		text[i]--;
	}
	/* Its two with the right id: a key too long, a type unknown. */
	assert_int_equal(note_key_parse(&key, bytes_of_text(
	    "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10"
	    "TWBADKEY=="), &err), -1);
	assert_int_equal(note_key_parse(&key, bytes_of_text(
	    "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10"
	    "TW"), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "unknown type");
}

static void
names_have_no_spaces_and_no_plus(void **state)
{
	static const char *const good[] = { "a", "example.com/a-b_c~d",
		"\xc3\xa4\xf0\x9f\x94\x91", "\xe2\x80\x94", "=" };
	/* Every character of Unicode's White_Space, and what is no text. */
	static const char *const bad[] = { "", "a+b", "+", "a b", " ", "a\t",
		"a\n", "\v", "\f", "\r", "\xc2\x85", "a\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
		"\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
		"\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
		"x\xe3\x80\x80y", "\xff", "a\xc3", "\xc0\xaf", "\x01",
		"a\x7f" };
	char name[LIMIT_ORIGIN + 2];
	struct note_key key;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(note_name_is_valid(bytes_of_text(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_false(note_name_is_valid(bytes_of_text(bad[i])));
		assert_int_equal(note_key_make(&key, bad[i], NOTE_ED25519,
		    key_number(1), &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
	}
	assert_false(note_name_is_valid(bytes_of("a\0b", 3)));
	memset(name, 'a', sizeof name);
	assert_true(note_name_is_valid(bytes_of(name, LIMIT_ORIGIN)));
	assert_false(note_name_is_valid(bytes_of(name, LIMIT_ORIGIN + 1)));
}

static void
signing_gives_the_published_note(void **state)
{
	struct signer *signer = peter();
	struct buffer out = buffer_new(LIMIT_NOTE);
	struct error err;

	(void)state;
	expect_fine(note_sign(&out, bytes_of_text(TEXT), "PeterNeumann",
	    signer, &err), &err);
	assert_string_equal(buffer_string(&out), TEXT "\n" PETER_LINE);
	buffer_clear(&out);
	expect_fine(note_signature_line(&out, bytes_of_text(TEXT),
	    "PeterNeumann", signer, &err), &err);
	assert_string_equal(buffer_string(&out), PETER_LINE);
	buffer_free(&out);
	signer_free(signer);
}

static void
signing_refuses_what_nobody_could_read(void **state)
{
	static const struct {
		const char *text, *name;
	} bad[] = {
		{ "", "a" }, { "no newline", "a" }, { "text\n", "a b" },
		{ "text\n", "" }, { "tab\t\n", "a" }, { "\xff\n", "a" },
	};
	struct signer *signer = signer_number(1);
	struct buffer out = buffer_new(LIMIT_NOTE);
	struct error err;

	(void)state;
	buffer_text(&out, "before");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(note_sign(&out, bytes_of_text(bad[i].text),
		    bad[i].name, signer, &err), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_string_equal(buffer_string(&out), "before");
	}
	buffer_free(&out);
	signer_free(signer);
}

static void
published_notes_verify(void **state)
{
	(void)state;
	assert_int_equal(count_by(FOO_NOTE, FOO), 1);
	assert_int_equal(count_by(TEXT "\n" PETER_LINE, PETER), 1);
	assert_int_equal(count_by(TEXT "\n" PETER_LINE ENOCH_LINE, PETER), 1);
	assert_int_equal(count_by(TEXT "\n" PETER_LINE ENOCH_LINE, ENOCH), 1);
	assert_int_equal(count_by(TEXT "\n" PETER_LINE, ENOCH), 0);
	assert_int_equal(count_by(TEXT "\n" PETER_LINE PETER_LINE, PETER), 2);
}

static void
a_note_is_text_and_lines(void **state)
{
	struct note note = note_of(TEXT "\n" PETER_LINE ENOCH_LINE);

	(void)state;
	assert_true(bytes_equal(note.text, bytes_of_text(TEXT)));
	assert_int_equal(note.line_count, 2);
	assert_true(bytes_equal(note.line[0].name,
	    bytes_of_text("PeterNeumann")));
	assert_int_equal(note.line[0].id, 0xc74f20a3);
	assert_int_equal(note.line[1].id, 0xaf0cfe78);
	assert_int_equal(note.line[1].blob_len, SIGNATURE_LEN);
	/* Text may have blank lines: the last one splits. */
	note = note_of("a\n\n\nb\n\n" PETER_LINE);
	assert_true(bytes_equal(note.text, bytes_of_text("a\n\n\nb\n")));
	note = note_of("\n\n" PETER_LINE);
	assert_true(bytes_equal(note.text, bytes_of_text("\n")));
}

static void
a_forged_signature_is_a_no(void **state)
{
	char text[] = TEXT "\n" PETER_LINE;

	(void)state;
	/* Every changed letter of the text, and of the signature's middle. */
	for (size_t i = 0; i < strlen(TEXT) - 1; i++) {
		if (text[i] == '\n')
			continue;
		text[i] ^= 1;
		expect_forged(text, PETER);
		text[i] ^= 1;
	}
	text[strlen(TEXT) + 40] = 'B';
	expect_forged(text, PETER);
	/* A good one does not make up for a forged one, in any order. */
	{
		char line[] = PETER_LINE, both[1000];

		line[40] = 'B';
		(void)snprintf(both, sizeof both, TEXT "\n%s" PETER_LINE,
		    line);
		expect_forged(both, PETER);
		(void)snprintf(both, sizeof both, TEXT "\n" PETER_LINE "%s",
		    line);
		expect_forged(both, PETER);
	}
}

static void
a_signature_of_another_length_is_forged(void **state)
{
	/* The key id of Peter, then one byte; and 96 and 97 and 300 bytes. */
	static const size_t lengths[] = { 1, 63, 65, 72, 96, 97, 300, 5000 };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct buffer text = buffer_new(LIMIT_NOTE);
		struct buffer blob = buffer_new(LIMIT_NOTE);

		buffer_append(&blob, bytes_of("\xc7\x4f\x20\xa3", 4));
		while (blob.len < lengths[i] + 4)
			buffer_byte(&blob, 7);
		buffer_text(&text, TEXT "\n\xe2\x80\x94 PeterNeumann ");
		base64_append(&text, buffer_bytes(&blob));
		buffer_text(&text, "\n");
		assert_int_equal(note_of(buffer_string(&text))
		    .line[0].blob_len, lengths[i] > 96 ? 0 : lengths[i]);
		expect_forged(buffer_string(&text), PETER);
		/* By a key that nobody knows, it is nobody's business. */
		assert_int_equal(count_by(buffer_string(&text), ENOCH), 0);
		buffer_free(&blob);
		buffer_free(&text);
	}
}

#define TREE "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

/* TREE with cosignatures by the key 5 at these times. */
static void
cosign(struct buffer *out, const uint64_t *times, size_t count)
{
	struct signer *signer = signer_number(5);
	struct error err;

	buffer_text(out, TREE "\n");
	for (size_t i = 0; i < count; i++)
		expect_fine(note_cosignature_line(out, bytes_of_text(TREE),
		    "w.example", signer, times[i], &err), &err);
	signer_free(signer);
}

static struct note_key
witness(enum note_algorithm algorithm)
{
	struct note_key key;
	struct error err;

	expect_fine(note_key_make(&key, "w.example", algorithm,
	    key_number(5), &err), &err);
	return key;
}

static void
a_good_signature_with_more_behind_it_is_forged(void **state)
{
	const uint64_t time = 1000;
	struct note_key key = witness(NOTE_COSIGNATURE);
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct note note = note_of(TEXT "\n" PETER_LINE);
	struct note_key plain = key_of(PETER);
	size_t count = 99;
	struct error err;

	(void)state;
	note.line[0].blob_len++;
	assert_int_equal(note_verify(&count, &note, &plain, NULL, &err), -1);
	expect_said(&err, ERROR_NO, "does not verify");
	cosign(&text, &time, 1);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	note.line[0].blob_len++;
	assert_int_equal(note_verify(&count, &note, &key, NULL, &err), -1);
	expect_said(&err, ERROR_NO, "does not verify");
	assert_int_equal(count, 99);
	buffer_free(&text);
}

static void
malformed_notes_are_refused(void **state)
{
	/* Those of Go's TestOpen first. */
	static const char *const bad[] = {
		TEXT,
		TEXT "\n",
		"\x01" TEXT "\n" PETER_LINE,
		"\xff" TEXT "\n" PETER_LINE,
		TEXT "\n\xe2\x80\x94 Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFup"
		"LLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
		TEXT "\n" PETER_LINE "Unexpected line.\n",
		"",
		"\n",
		"\n\n",
		"\n" PETER_LINE,
		TEXT PETER_LINE,
		TEXT "\r\n\r\n" PETER_LINE,
		TEXT "\n" PETER_LINE "\n",
		TEXT "\n- PeterNeumann x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x93 PeterNeumann x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x94PeterNeumann x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x94  x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann \n",
		TEXT "\n\xe2\x80\x94 \n",
		TEXT "\n\xe2\x80\x94 Peter+Neumann x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJkuBS x\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann  x08go/ZJkuBS\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann x08go/ZJkuB\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann x08go_ZJkuBS\n",
		/* Four bytes are a key id and no signature. */
		TEXT "\n\xe2\x80\x94 PeterNeumann x08gow==\n",
		TEXT "\n\xe2\x80\x94 PeterNeumann x08gowB=\n",
	};
	struct bytes good = bytes_of_text(TEXT "\n" PETER_LINE);
	struct note note, untouched;
	struct error err;

	(void)state;
	memset(&note, 7, sizeof note);
	untouched = note;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (note_parse(&note, bytes_of_text(bad[i]), &err) == 0)
			fail_msg("%s was read", bad[i]);
		expect_said(&err, ERROR_NO, "not a signed note");
	}
	assert_int_equal(note_parse(&note, bytes_of("a\0\n\n", 4), &err), -1);
	/* Cut anywhere, a note of one signature is none. */
	for (size_t len = 0; len < good.len; len++)
		assert_int_equal(note_parse(&note, bytes_of(good.data, len),
		    &err), -1);
	assert_memory_equal(&note, &untouched, sizeof note);
}

static void
a_long_signature_is_well_formed_to_its_end(void **state)
{
	struct buffer text = buffer_new(LIMIT_NOTE);
	size_t start;
	struct note note;
	struct error err;

	(void)state;
	buffer_text(&text, TEXT "\n\xe2\x80\x94 ml-dsa ");
	start = text.len;
	for (int i = 0; i < 4096; i++)
		buffer_byte(&text, 'A');
	buffer_text(&text, "\n");
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	assert_int_equal(note.line[0].id, 0);
	for (size_t i = 0; i < 4096; i++) {
		text.data[start + i] = i == 4095 ? '*' : '=';
		assert_int_equal(note_parse(&note, buffer_bytes(&text), &err),
		    -1);
		text.data[start + i] = 'A';
	}
	/* Padding at the very end is right; before it, none is. */
	text.data[start + 4095] = '=';
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	text.data[start + 511] = '=';
	assert_int_equal(note_parse(&note, buffer_bytes(&text), &err), -1);
	assert_string_equal(err.where, "signature line 1");
	buffer_free(&text);
}

static void
too_many_signatures_are_refused(void **state)
{
	struct buffer text = buffer_new(LIMIT_NOTE * 2);
	struct note note;
	struct error err;

	(void)state;
	buffer_text(&text, TEXT "\n");
	for (int i = 0; i < LIMIT_NOTE_SIGNATURES; i++)
		buffer_text(&text, PETER_LINE);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	assert_int_equal(note.line_count, LIMIT_NOTE_SIGNATURES);
	buffer_text(&text, PETER_LINE);
	assert_int_equal(note_parse(&note, buffer_bytes(&text), &err), -1);
	expect_said(&err, ERROR_NO, "too many");
	buffer_clear(&text);
	while (text.len < LIMIT_NOTE)
		buffer_text(&text, TEXT);
	buffer_text(&text, "\n" PETER_LINE);
	assert_int_equal(note_parse(&note, buffer_bytes(&text), &err), -1);
	expect_said(&err, ERROR_NO, "too long");
	buffer_free(&text);
}

static void
a_cosignature_is_over_its_time_and_the_text(void **state)
{
	/* The message of c2sp.org/tlog-cosignature, spelled out. */
	static const char message[] =
	    "cosignature/v1\ntime 1679315147\n" TREE;
	const uint64_t time = 1679315147;
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct signature signature;
	struct note note;
	struct error err;

	(void)state;
	cosign(&text, &time, 1);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	assert_int_equal(note.line[0].blob_len, 72);
	assert_memory_equal(note.line[0].blob, "\0\0\0\0\x64\x18\x50\xcb", 8);
	memcpy(signature.byte, note.line[0].blob + 8, SIGNATURE_LEN);
	assert_true(public_key_verify(key_number(5), bytes_of_text(message),
	    &signature));
	buffer_free(&text);
}

static void
cosignatures_verify_and_tell_the_newest_time(void **state)
{
	static const uint64_t times[] = { 1000, 3000, 2000 };
	struct note_key key = witness(NOTE_COSIGNATURE);
	struct note_key plain = witness(NOTE_ED25519);
	struct buffer text = buffer_new(LIMIT_NOTE);
	uint64_t newest = 7;
	size_t count;
	struct note note;
	struct error err;

	(void)state;
	cosign(&text, times, 3);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	expect_fine(note_verify(&count, &note, &key, &newest, &err), &err);
	assert_int_equal(count, 3);
	assert_int_equal(newest, 3000);
	expect_fine(note_verify(&count, &note, &key, NULL, &err), &err);
	/* The same key as another type has another id. */
	assert_int_not_equal(key.id, plain.id);
	expect_fine(note_verify(&count, &note, &plain, &newest, &err), &err);
	assert_int_equal(count, 0);
	assert_int_equal(newest, 0);
	buffer_free(&text);
}

static void
a_cosignature_with_another_time_is_forged(void **state)
{
	const uint64_t time = 1000;
	struct note_key key = witness(NOTE_COSIGNATURE);
	struct buffer text = buffer_new(LIMIT_NOTE);
	uint64_t newest = 7;
	size_t count = 99;
	struct note note;
	struct error err;

	(void)state;
	cosign(&text, &time, 1);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	for (size_t i = 0; i < 72; i++) {
		note.line[0].blob[i] ^= 1;
		assert_int_equal(note_verify(&count, &note, &key, &newest,
		    &err), -1);
		expect_said(&err, ERROR_NO, "does not verify");
		note.line[0].blob[i] ^= 1;
	}
	assert_int_equal(count, 99);
	assert_int_equal(newest, 7);
	buffer_free(&text);
}

/* c2sp.org/tlog-cosignature: "It MUST NOT exceed 2^63 - 1". */
static void
a_time_beyond_the_format_is_refused(void **state)
{
	const uint64_t last = INT64_MAX, beyond = last + 1;
	struct note_key key = witness(NOTE_COSIGNATURE);
	struct signer *signer = signer_number(5);
	struct buffer text = buffer_new(LIMIT_NOTE);
	struct signature signature;
	uint64_t newest;
	size_t count;
	struct note note;
	struct error err;

	(void)state;
	cosign(&text, &last, 1);
	expect_fine(note_parse(&note, buffer_bytes(&text), &err), &err);
	expect_fine(note_verify(&count, &note, &key, &newest, &err), &err);
	assert_true(newest == last);
	assert_int_equal(note_cosignature_line(&text, bytes_of_text(TREE),
	    "w.example", signer, beyond, &err), -1);
	assert_int_equal(err.class, ERROR_UNDECIDED);
	/* Even if somebody signs it. */
	expect_fine(signer_sign(signer, bytes_of_text("cosignature/v1\n"
	    "time 9223372036854775808\n" TREE), &signature, &err), &err);
	memcpy(note.line[0].blob, "\x80\0\0\0\0\0\0\0", 8);
	memcpy(note.line[0].blob + 8, signature.byte, SIGNATURE_LEN);
	assert_int_equal(note_verify(&count, &note, &key, &newest, &err), -1);
	assert_int_equal(err.class, ERROR_NO);
	buffer_free(&text);
	signer_free(signer);
}

static void
a_name_alone_or_an_id_alone_is_another_key(void **state)
{
	struct note note = note_of(TEXT "\n" PETER_LINE);
	struct note_key key = key_of(PETER);
	size_t count = 99;
	struct error err;

	(void)state;
	key.id++;
	expect_fine(note_verify(&count, &note, &key, NULL, &err), &err);
	assert_int_equal(count, 0);
	key = key_of(PETER);
	key.name[0] = 'p';
	expect_fine(note_verify(&count, &note, &key, NULL, &err), &err);
	assert_int_equal(count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifier_keys_are_read_and_written),
		cmocka_unit_test(mangled_verifier_keys_are_refused),
		cmocka_unit_test(names_have_no_spaces_and_no_plus),
		cmocka_unit_test(signing_gives_the_published_note),
		cmocka_unit_test(signing_refuses_what_nobody_could_read),
		cmocka_unit_test(published_notes_verify),
		cmocka_unit_test(a_note_is_text_and_lines),
		cmocka_unit_test(a_forged_signature_is_a_no),
		cmocka_unit_test(a_signature_of_another_length_is_forged),
		cmocka_unit_test(
		    a_good_signature_with_more_behind_it_is_forged),
		cmocka_unit_test(malformed_notes_are_refused),
		cmocka_unit_test(a_long_signature_is_well_formed_to_its_end),
		cmocka_unit_test(too_many_signatures_are_refused),
		cmocka_unit_test(a_cosignature_is_over_its_time_and_the_text),
		cmocka_unit_test(cosignatures_verify_and_tell_the_newest_time),
		cmocka_unit_test(a_cosignature_with_another_time_is_forged),
		cmocka_unit_test(a_time_beyond_the_format_is_refused),
		cmocka_unit_test(a_name_alone_or_an_id_alone_is_another_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
