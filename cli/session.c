#include "cli/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/receipt.h"
#include "cli/seal.h"
#include "keys/agent.h"
#include "keys/key_file.h"
#include "ledger/list_walk.h"
#include "ledger/merkle.h"

#define PATH_LIMIT 8192

/* What a path given as a ledger means: a store file, or a folder. */
static int
resolve_store(struct buffer *out, const char *given, struct error *err)
{
	static const char *const inside[] = { SESSION_FOLDER "/" SESSION_STORE,
		SESSION_STORE };

	if (!file_is_folder(given)) {
		buffer_clear(out);
		buffer_text(out, given);
		return buffer_check(out, "path", err);
	}
	for (size_t i = 0; i < 2; i++) {
		if (file_join(out, given, inside[i], err) == -1)
			return -1;
		if (file_exists(buffer_string(out)))
			return 0;
	}
	return error_set(err, ERROR_UNDECIDED,
	    "make one with `vouch init', or name one with --ledger",
	    "there is no ledger in %s", given);
}

int
session_store_path(struct buffer *out, const struct context *context,
    struct error *err)
{
	const char *given = context->ledger;
	char folder[PATH_LIMIT];

	if (given == NULL)
		given = getenv("VOUCH_LEDGER");
	if (given != NULL && *given != '\0')
		return resolve_store(out, given, err);
	if (getcwd(folder, sizeof folder) == NULL)
		return error_errno(err, "cannot find the working folder");
	for (;;) {
		char *slash;

		if (file_join(out, folder, SESSION_FOLDER "/" SESSION_STORE,
			err) == -1)
			return -1;
		if (file_exists(buffer_string(out)))
			return 0;
		slash = strrchr(folder, '/');
		if (slash == NULL || folder[1] == '\0')
			break;
		slash[slash == folder] = '\0';
	}
	return error_set(err, ERROR_UNDECIDED,
	    "make one with `vouch init', or name one with --ledger",
	    "there is no ledger here or in any folder above");
}

int
session_home(struct buffer *out, struct error *err)
{
	const char *home = getenv("VOUCH_HOME");

	buffer_clear(out);
	if (home != NULL && *home != '\0') {
		buffer_text(out, home);
		return buffer_check(out, "path", err);
	}
	home = getenv("XDG_CONFIG_HOME");
	if (home != NULL && *home != '\0')
		return file_join(out, home, "vouch", err);
	home = getenv("HOME");
	if (home == NULL || *home == '\0')
		return error_set(err, ERROR_UNDECIDED, "set VOUCH_HOME",
		    "there is no home folder to keep keys in");
	return file_join(out, home, ".config/vouch", err);
}

int
session_key_path(struct buffer *out, const char *name_or_path,
    struct error *err)
{
	struct buffer home = buffer_new(PATH_LIMIT);
	struct buffer keys = buffer_new(PATH_LIMIT);
	struct buffer file = buffer_new(PATH_LIMIT);
	int result = -1;

	if (strchr(name_or_path, '/') != NULL || file_exists(name_or_path)) {
		buffer_clear(out);
		buffer_text(out, name_or_path);
		return buffer_check(out, "path", err);
	}
	buffer_printf(&file, "%s.key", name_or_path);
	if (buffer_check(&file, "key name", err) == 0 &&
	    session_home(&home, err) == 0 &&
	    file_join(&keys, buffer_string(&home), "keys", err) == 0 &&
	    file_join(out, buffer_string(&keys), buffer_string(&file), err) ==
		0)
		result = 0;
	buffer_free(&home);
	buffer_free(&keys);
	buffer_free(&file);
	return result;
}

/* A passphrase asked for in this process is tried for the next key too. */
static struct passphrase *remembered;

static void
forget(void)
{
	passphrase_free(remembered);
	remembered = NULL;
}

/* Open an encrypted file: with what is remembered, then by asking. */
static int
open_encrypted(struct signer **out, const char *path, const char *name,
    struct error *err)
{
	struct passphrase *asked = NULL;
	char prompt[LIMIT_NAME + 40];
	int result;

	if (remembered != NULL &&
	    key_file_open(out, path, remembered, err) == 0)
		return 0;
	snprintf(prompt, sizeof prompt, "Passphrase for the key %s: ", name);
	if (passphrase_obtain(&asked, prompt, false, err) == -1)
		return -1;
	result = key_file_open(out, path, asked, err);
	if (result == 0 && remembered == NULL) {
		remembered = asked;
		atexit(forget);
	} else {
		passphrase_free(asked);
	}
	return result;
}

int
session_open_key_file(struct signer **out, const char *path, struct error *err)
{
	struct key_file_info info;

	if (key_file_inspect(&info, path, err) == -1)
		return -1;
	if (!info.encrypted)
		return key_file_open(out, path, NULL, err);
	return open_encrypted(out, path, info.name, err);
}

static bool
ends_with(const char *text, const char *tail)
{
	size_t len = strlen(text), tail_len = strlen(tail);

	return len > tail_len && strcmp(text + len - tail_len, tail) == 0;
}

int
session_read_public(struct public_key *out, const char *path, struct error *err)
{
	struct buffer line = buffer_new(LIMIT_KEY_FILE);
	int result = -1;

	if (file_read(&line, path, err) == 0)
		result =
		    public_key_parse_ssh(out, NULL, buffer_bytes(&line), err);
	if (result == -1)
		error_within(err, "%s", path);
	buffer_free(&line);
	return result;
}

/* The signer of a key given by name or path. */
static int
named_signer(struct signer **out, const char *name,
    const struct authority *authority, struct error *err)
{
	const struct principal *principal =
	    authority == NULL ? NULL : authority_by_name(authority, name);
	struct buffer path = buffer_new(PATH_LIMIT);
	struct public_key key;
	int result = -1;

	if (ends_with(name, ".pub")) {
		if (session_read_public(&key, name, err) == 0)
			result = agent_signer(out, key, err);
		goto done;
	}
	if (session_key_path(&path, name, err) == -1)
		goto done;
	if (file_exists(buffer_string(&path)))
		result = session_open_key_file(out, buffer_string(&path), err);
	else if (principal != NULL)
		result = agent_signer(out, principal->key, err);
	else
		error_set(err, ERROR_UNDECIDED,
		    "make it with `vouch key new', or name another with --key",
		    "there is no key '%.100s'", name);
done:
	buffer_free(&path);
	return result;
}

/* Keys on this machine that are in force in the ledger. */
struct candidates {
	size_t count;
	char *path; /* Of the last one; NULL: in the agent. */
	struct public_key key;
	char names[300];
};

static void
add_candidate(struct candidates *found, const struct principal *principal,
    const char *path)
{
	size_t used = strlen(found->names);

	if (found->count > 0 && public_key_equal(found->key, principal->key))
		return;
	found->count++;
	found->key = principal->key;
	memory_free(found->path);
	found->path = path == NULL ? NULL : memory_text(path);
	snprintf(found->names + used, sizeof found->names - used, "%s%s",
	    used == 0 ? "" : ", ", principal->name);
}

static int
look_in_home(struct candidates *found, const struct authority *authority,
    struct error *err)
{
	struct buffer home = buffer_new(PATH_LIMIT);
	struct buffer keys = buffer_new(PATH_LIMIT);
	struct buffer path = buffer_new(PATH_LIMIT);
	struct dirent *entry;
	DIR *folder = NULL;
	int result = -1;

	if (session_home(&home, err) == -1 ||
	    file_join(&keys, buffer_string(&home), "keys", err) == -1)
		goto done;
	result = 0;
	if ((folder = opendir(buffer_string(&keys))) == NULL)
		goto done;
	while ((entry = readdir(folder)) != NULL) {
		const struct principal *principal;
		struct key_file_info info;
		struct error ignored;

		if (!ends_with(entry->d_name, ".key") ||
		    file_join(&path, buffer_string(&keys), entry->d_name,
			&ignored) == -1 ||
		    key_file_inspect(&info, buffer_string(&path), &ignored) ==
			-1)
			continue;
		principal = authority_by_key(authority, info.key);
		if (principal != NULL &&
		    principal->ended_seq == AUTHORITY_NEVER)
			add_candidate(found, principal, buffer_string(&path));
	}
done:
	if (folder != NULL)
		closedir(folder);
	buffer_free(&home);
	buffer_free(&keys);
	buffer_free(&path);
	return result;
}

static int
default_signer(struct signer **out, const struct authority *authority,
    struct error *err)
{
	struct candidates found = { .count = 0 };
	int result = -1;

	if (look_in_home(&found, authority, err) == -1)
		goto done;
	for (size_t i = 0; found.count == 0 && i < authority_count(authority);
	     i++) {
		const struct principal *principal = authority_at(authority, i);

		if (principal->ended_seq == AUTHORITY_NEVER &&
		    agent_holds(principal->key))
			add_candidate(&found, principal, NULL);
	}
	if (found.count == 0)
		error_set(err, ERROR_UNDECIDED,
		    "have a key enrolled: `vouch key new', `vouch key enrol'",
		    "you have no key that is in force in this ledger");
	else if (found.count > 1)
		error_set(err, ERROR_UNDECIDED,
		    "choose one with --key NAME or VOUCH_KEY",
		    "several of your keys are in force here: %s", found.names);
	else if (found.path != NULL)
		result = session_open_key_file(out, found.path, err);
	else
		result = agent_signer(out, found.key, err);
done:
	memory_free(found.path);
	return result;
}

int
session_author(struct signer **out, const struct context *context,
    const struct authority *authority, struct error *err)
{
	const char *name = context->key;
	const struct principal *principal;
	struct signer *signer = NULL;

	if (name == NULL)
		name = getenv("VOUCH_KEY");
	if (name == NULL || *name == '\0')
		return default_signer(out, authority, err);
	if (named_signer(&signer, name, authority, err) == -1)
		return -1;
	principal = authority_by_key(authority, signer_public_key(signer));
	if (principal == NULL || principal->ended_seq != AUTHORITY_NEVER) {
		error_set(err, ERROR_NO,
		    "have it enrolled by an owner: `vouch key enrol'",
		    principal == NULL
			? "the key '%.100s' is not enrolled in this ledger"
			: "the key '%.100s' was revoked or replaced",
		    name);
		signer_free(signer);
		return -1;
	}
	*out = signer;
	return 0;
}

int
session_ledger_key(struct signer **out, const struct context *context,
    const char *store_path, struct error *err)
{
	const char *own = getenv("VOUCH_LEDGER_PASSPHRASE_FILE");
	const char *slash = strrchr(store_path, '/');
	struct buffer path = buffer_new(PATH_LIMIT);
	int result = -1;

	(void)context;
	if (slash != NULL)
		buffer_append(&path,
		    bytes_of(store_path, (size_t)(slash - store_path) + 1));
	buffer_text(&path, SESSION_LEDGER_KEY);
	if (buffer_check(&path, "path", err) == -1)
		goto done;
	if (!file_exists(buffer_string(&path))) {
		error_set(err, ERROR_UNDECIDED,
		    "only where the ledger's key is can entries be added",
		    "the ledger's own key is not at %s", buffer_string(&path));
		goto done;
	}
	if (own != NULL && *own != '\0') {
		struct passphrase *passphrase = NULL;

		if (passphrase_from_file(&passphrase, own, err) == 0)
			result = key_file_open(out, buffer_string(&path),
			    passphrase, err);
		passphrase_free(passphrase);
		goto done;
	}
	result = session_open_key_file(out, buffer_string(&path), err);
done:
	buffer_free(&path);
	return result;
}

/* HOME/seen/<hash of the ledger's verifier key>, held under a lock. */
static int
open_seen(struct buffer *path, const struct note_key *key, struct error *err)
{
	struct buffer home = buffer_new(PATH_LIMIT);
	struct buffer folder = buffer_new(PATH_LIMIT);
	struct buffer vkey = buffer_new(1024);
	int result = -1;

	note_key_write(&vkey, key);
	if (session_home(&home, err) == 0 &&
	    file_join(&folder, buffer_string(&home), "seen", err) == 0 &&
	    file_make_folders(buffer_string(&folder), 0700, err) == 0 &&
	    file_join(path, buffer_string(&folder),
		digest_hex(digest_of(buffer_bytes(&vkey))).text, err) == 0)
		result = 0;
	buffer_free(&home);
	buffer_free(&folder);
	buffer_free(&vkey);
	return result;
}

static int compare_again(const char *path, struct bytes seen_note,
    const struct note_key *key, bool *newer, struct error *err);

/* Is what the ledger says now an extension of what was seen?  If it is
 * behind, the store at `path' is read once more, unless that is NULL; a copy,
 * which may be behind, has `seen_size' to say of what. */
static int
compare_seen(const char *path, const struct tile_source *tiles,
    const struct checkpoint *now, struct bytes seen_note,
    const struct note_key *key, bool *newer, uint64_t *seen_size,
    struct error *err)
{
	struct checkpoint seen;
	struct digest root = merkle_empty();
	struct error ignored;

	*newer = true;
	/* A file that is not a checkpoint of this ledger says nothing. */
	if (checkpoint_open(&seen, seen_note, key, &ignored) == -1)
		return 0;
	if (seen.size > now->size && path != NULL)
		return compare_again(path, seen_note, key, newer, err);
	if (seen_size != NULL) {
		*seen_size = seen.size;
		if (seen.size > now->size) {
			*newer = false;
			return 0;
		}
	}
	if (seen.size > now->size)
		return error_set(err, ERROR_NO,
		    "ask who runs it where the later entries are; "
		    "`vouch verify --since' a checkpoint you kept",
		    "this ledger was rolled back: you have seen %llu entries, "
		    "it has %llu",
		    (unsigned long long)seen.size,
		    (unsigned long long)now->size);
	if (seen.size > 0 && merkle_root_at(&root, seen.size, tiles, err) == -1)
		return -1;
	if (!digest_equal(root, seen.root))
		return error_set(err, ERROR_NO,
		    "compare it with a copy from before; "
		    "`vouch verify --since' a checkpoint you kept",
		    "this ledger was forked: its first %llu entries are not "
		    "those you have seen",
		    (unsigned long long)seen.size);
	*newer = now->size > seen.size;
	return 0;
}

/* Another process may have appended, and told what it saw, since the ledger
 * was opened here.  As the note is held under a lock, it tells no more now. */
static int
compare_again(const char *path, struct bytes seen_note,
    const struct note_key *key, bool *newer, struct error *err)
{
	struct reader *fresh = NULL;
	struct tile_source tiles;
	int result = -1;

	if (reader_open(&fresh, path, err) == 0) {
		tiles = store_tiles(reader_store(fresh));
		result = compare_seen(NULL, &tiles, reader_checkpoint(fresh),
		    seen_note, key, newer, NULL, err);
	}
	/* What the caller has is older than that, however new this is. */
	*newer = false;
	reader_close(fresh);
	return result;
}

static int
remember(const char *path, const struct tile_source *tiles,
    const struct checkpoint *checkpoint, struct bytes note,
    const struct note_key *key, uint64_t *seen_size, struct error *err)
{
	struct buffer place = buffer_new(PATH_LIMIT);
	struct buffer seen = buffer_new(LIMIT_NOTE);
	struct error ignored;
	bool newer = true;
	int result = 0;
	int lock = -1;

	/* Without a place to remember in, there is nothing to compare. */
	if (open_seen(&place, key, &ignored) == -1)
		goto done;
	lock = open(buffer_string(&place), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock == -1 || flock(lock, LOCK_EX) == -1)
		goto done;
	if (file_read(&seen, buffer_string(&place), &ignored) == 0 &&
	    seen.len > 0)
		result = compare_seen(path, tiles, checkpoint,
		    buffer_bytes(&seen), key, &newer, seen_size, err);
	if (result == 0 && newer &&
	    (ftruncate(lock, 0) == -1 ||
		pwrite(lock, note.data, note.len, 0) != (ssize_t)note.len)) {
		/* A cut note says nothing next time. */
	}
done:
	if (lock != -1)
		close(lock);
	buffer_free(&place);
	buffer_free(&seen);
	return result;
}

int
session_remember(const char *path, struct store *store,
    const struct checkpoint *checkpoint, struct bytes note,
    const struct note_key *key, struct error *err)
{
	struct tile_source tiles = store_tiles(store);

	return remember(path, &tiles, checkpoint, note, key, NULL, err);
}

int
session_remember_copy(const struct tile_source *tiles,
    const struct checkpoint *checkpoint, struct bytes note,
    const struct note_key *key, uint64_t *seen_size, struct error *err)
{
	*seen_size = 0;
	return remember(NULL, tiles, checkpoint, note, key, seen_size, err);
}

int
session_read(struct reader **out, const struct context *context,
    struct error *err)
{
	struct buffer path = buffer_new(PATH_LIMIT);
	struct reader *reader = NULL;
	int result = -1;

	if (session_store_path(&path, context, err) == -1 ||
	    reader_open(&reader, buffer_string(&path), err) == -1 ||
	    session_remember(buffer_string(&path), reader_store(reader),
		reader_checkpoint(reader), reader_note(reader),
		authority_ledger_key(reader_authority(reader)), err) == -1)
		goto done;
	if (context->as_of != NULL &&
	    reader_as_of(reader, context->as_of, err) == -1)
		goto done;
	*out = reader;
	reader = NULL;
	result = 0;
done:
	reader_close(reader);
	buffer_free(&path);
	return result;
}

int
session_write_unsigned(struct session_write *out, const struct context *context,
    struct error *err)
{
	struct session_write made = {
		.store_path = buffer_new(PATH_LIMIT),
		.receipt = context->receipt,
		.seal = context->seal,
		.numbers = -1,
		.size = UINT64_MAX, /* Nothing is signed if this fails. */
	};

	if ((made.receipt != NULL &&
		file_check_place(made.receipt, err) == -1) ||
	    session_store_path(&made.store_path, context, err) == -1 ||
	    session_ledger_key(&made.ledger_key, context,
		buffer_string(&made.store_path), err) == -1 ||
	    appender_open(&made.appender, buffer_string(&made.store_path),
		made.ledger_key, err) == -1 ||
	    gate_new(&made.gate, err) == -1 ||
	    session_remember(buffer_string(&made.store_path),
		appender_store(made.appender),
		appender_checkpoint(made.appender),
		appender_note(made.appender),
		authority_ledger_key(appender_authority(made.appender)),
		err) == -1) {
		session_write_end(&made);
		return -1;
	}
	made.size = appender_checkpoint(made.appender)->size;
	appender_set_gate(made.appender, gate_table(made.gate));
	*out = made;
	return 0;
}

int
session_need_author(struct session_write *session,
    const struct context *context, struct error *err)
{
	if (session->author != NULL)
		return 0;
	return session_author(&session->author, context,
	    appender_authority(session->appender), err);
}

int
session_write(struct session_write *out, const struct context *context,
    struct error *err)
{
	struct session_write made;

	if (session_write_unsigned(&made, context, err) == -1)
		return -1;
	if (session_need_author(&made, context, err) == -1) {
		session_write_end(&made);
		return -1;
	}
	*out = made;
	return 0;
}

int
session_hold_numbers(struct session_write *session, struct error *err)
{
	const char *store = buffer_string(&session->store_path);
	const char *slash = strrchr(store, '/');
	struct buffer path = buffer_new(PATH_LIMIT);
	int result = -1;

	/* Not the store itself: closing it would end SQLite's own locks. */
	if (slash != NULL)
		buffer_append(&path,
		    bytes_of(store, (size_t)(slash - store) + 1));
	buffer_text(&path, SESSION_LEDGER_KEY);
	if (buffer_check(&path, "path", err) == -1)
		goto done;
	if (session->numbers == -1)
		session->numbers =
		    open(buffer_string(&path), O_RDONLY | O_CLOEXEC);
	if (session->numbers == -1) {
		error_errno(err, "cannot open %s", buffer_string(&path));
		goto done;
	}
	while (flock(session->numbers, LOCK_EX) == -1) {
		if (errno != EINTR) {
			error_errno(err, "cannot lock %s",
			    buffer_string(&path));
			goto done;
		}
	}
	result = appender_refresh(session->appender, err);
done:
	buffer_free(&path);
	return result;
}

void
session_release_numbers(struct session_write *session)
{
	if (session->numbers != -1)
		close(session->numbers);
	session->numbers = -1;
}

/* After enough new entries the ledger signs what its lists come to.  When it
 * cannot, what was recorded stands; the next who records tries again. */
static void
index_if_due(struct session_write *session)
{
	const struct append_own own = list_index_record();
	struct store *store = appender_store(session->appender);
	uint64_t size = appender_checkpoint(session->appender)->size;
	struct list_index newest = { .seq = 0 };
	struct error ignored;
	struct digest leaf;
	bool found, due;

	if (size <= session->size || !list_index_is_due(0, size) ||
	    store_begin_read(store, &ignored) == -1)
		return;
	due = list_index_newest(&newest, store, size, &found, &ignored) == 0 &&
	    list_index_is_due(found ? newest.seq : 0, size);
	store_end(store);
	if (due)
		(void)appender_add_own(session->appender, &own, &size, &leaf,
		    &ignored);
}

void
session_write_end(struct session_write *session)
{
	struct error ignored;

	session_release_numbers(session);
	if (session->appender != NULL)
		index_if_due(session);
	/* What could not be committed was not seen: a checkpoint that was
	 * made for it is put away by this. */
	if (session->appender != NULL &&
	    appender_refresh(session->appender, &ignored) == 0)
		(void)session_remember(buffer_string(&session->store_path),
		    appender_store(session->appender),
		    appender_checkpoint(session->appender),
		    appender_note(session->appender),
		    authority_ledger_key(appender_authority(session->appender)),
		    &ignored);
	appender_close(session->appender);
	gate_free(session->gate);
	signer_free(session->author);
	signer_free(session->ledger_key);
	buffer_free(&session->store_path);
	memset(session, 0, sizeof *session);
	session->numbers = -1;
}

int
session_do(struct context *context, const void *given, struct operands operands,
    session_work *work, struct error *err)
{
	struct session_write session;
	int result;

	if (session_write(&session, context, err) == -1)
		return -1;
	result = work(&session, context, given, operands, err);
	session_write_end(&session);
	return result;
}

int
session_receipt(struct session_write *session, uint64_t seq, struct error *err)
{
	size_t len;

	if (session->receipt == NULL ||
	    receipt_write(session->receipt, appender_store(session->appender),
		seq, appender_note(session->appender), err) == 0)
		return 0;
	/* Whoever's fault it is: something was recorded. */
	err->class = ERROR_SYSTEM;
	len = strlen(err->what);
	snprintf(err->what + len, sizeof err->what - len,
	    "; entry %llu was recorded, without its receipt",
	    (unsigned long long)seq);
	snprintf(err->remedy, sizeof err->remedy, "`vouch prove %llu -o FILE'",
	    (unsigned long long)seq);
	return -1;
}

/* Members of a record, sealed where they are to be: owned. */
static int
sealed_members(struct json **out, struct session_write *session,
    const char *kind, const struct json *members,
    struct disclosures *disclosures, struct error *err)
{
	struct json *copy = json_copy(members);

	if (copy == NULL)
		return error_memory(err);
	if (json_type(copy) == JSON_OBJECT &&
	    seal_members(session, kind_named(kind), copy, disclosures, err) ==
		-1) {
		json_free(copy);
		return -1;
	}
	*out = copy;
	return 0;
}

int
session_record(struct session_write *session, const char *kind,
    struct json *subjects, struct json *members,
    const struct bytes attachments[], size_t attachment_count, uint64_t *seq,
    struct digest *leaf, struct error *err)
{
	struct envelope envelope = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct append_item item = { { NULL, 0 }, 0, { { 0 } } };
	struct disclosures disclosures = { .item = NULL };
	struct json *sealed = NULL;
	struct record_head head;
	size_t bad;
	int result = -1;

	if (appender_refresh(session->appender, err) == -1 ||
	    sealed_members(&sealed, session, kind, members, &disclosures,
		err) == -1)
		goto done;
	appender_head(session->appender, &head);
	if (record_compose(&envelope.payload, kind_named(kind), &head, subjects,
		sealed, err) == -1 ||
	    envelope_sign(&envelope, session->author, err) == -1)
		goto done;
	envelope_write(&text, &envelope);
	if (buffer_check(&text, "envelope", err) == -1)
		goto done;
	item.envelope = buffer_bytes(&text);
	appender_disclose(session->appender, &disclosures);
	if (appender_add(session->appender, &item, 1, attachments,
		attachment_count, &bad, err) == -1)
		goto done;
	*seq = item.seq;
	*leaf = item.leaf;
	result = session_receipt(session, item.seq, err);
done:
	json_free(sealed);
	disclosures_free(&disclosures);
	envelope_free(&envelope);
	buffer_free(&text);
	return result;
}

void
session_say_recorded(const struct context *context, const char *what,
    const char *title, uint64_t seq, struct digest leaf)
{
	struct buffer shown = buffer_new((size_t)1 << 16);

	if (context->json) {
		buffer_printf(&shown,
		    "{\"seq\":%llu,\"leaf\":\"%s\","
		    "\"kind\":\"%s\",\"name\":",
		    (unsigned long long)seq, digest_hex(leaf).text, what);
		json_write_text(&shown, bytes_of_text(title));
		buffer_text(&shown, "}\n");
	} else if (!context->quiet) {
		buffer_text(&shown, "recorded ");
		text_show(&shown, bytes_of_text(title));
		buffer_printf(&shown, " as entry %llu (%.8s)\n",
		    (unsigned long long)seq, digest_hex(leaf).text);
	}
	fputs(buffer_string(&shown), stdout);
	buffer_free(&shown);
}
