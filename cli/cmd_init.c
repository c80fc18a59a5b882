#include <errno.h>
#include <pwd.h>
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
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/receipt.h"
#include "keys/agent.h"
#include "keys/key_file.h"
#include "ledger/merkle.h"

struct init_options {
	const char *origin;
	const char *name;
	const char *ssh;
	struct option_list roles;
	bool no_passphrase;
};

static const struct option options[] = {
	{ "origin", 0, OPTION_TEXT, offsetof(struct init_options, origin),
	    "NAME", "the ledger's name for the world, as example.com/credit",
	    NULL, false },
	{ "name", 0, OPTION_TEXT, offsetof(struct init_options, name), "NAME",
	    "your name in this ledger (your user name)", NULL, false },
	{ "role", 0, OPTION_LIST, offsetof(struct init_options, roles), "ROLE",
	    "a role of yours: owner, engineer, approver, compliance, "
	    "service (all but approver)",
	    NULL, false },
	{ "ssh", 0, OPTION_TEXT, offsetof(struct init_options, ssh), "FILE.pub",
	    "sign with this OpenSSH key, through ssh-agent", NULL, false },
	{ "no-passphrase", 0, OPTION_FLAG,
	    offsetof(struct init_options, no_passphrase), NULL,
	    "write new key files unencrypted", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Everything that founding needs, and what to undo if it fails. */
struct founding {
	struct buffer folder; /* …/.vouch */
	struct buffer store;
	struct buffer ledger_key_path;
	struct buffer key_path; /* Of a key made here, else empty. */
	char origin[LIMIT_ORIGIN + 1];
	char name[LIMIT_NAME + 1];
	struct signer *founder;
	struct signer *ledger_key;
	struct passphrase *passphrase;
	bool made_folder;
	bool made_key;
	bool made_ledger_key;
};

static const char *
user_name(void)
{
	const struct passwd *user = getpwuid(geteuid());

	return user == NULL || user->pw_name == NULL ? "founder"
						     : user->pw_name;
}

/* "<folder>-<8 hex>", with what a note name cannot have replaced. */
static int
choose_origin(struct founding *founding, const char *given, const char *path,
    struct error *err)
{
	uint8_t noise[4];
	char hex[9];
	char *real;
	const char *last;
	size_t len = 0;

	if (given != NULL) {
		if (!note_name_is_valid(bytes_of_text(given)))
			return error_set(err, ERROR_UNDECIDED,
			    "choose a name as example.com/credit",
			    "'%.100s' cannot be the origin of a ledger", given);
		memcpy(founding->origin, given, strlen(given) + 1);
		return 0;
	}
	real = realpath(path, NULL);
	last = real == NULL || strrchr(real, '/') == NULL
	    ? "ledger"
	    : strrchr(real, '/') + 1;
	for (; *last != '\0' && len < 100; last++) {
		char c = *last;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';

		founding->origin[len++] = plain ? c : '-';
	}
	random_fill(noise, sizeof noise);
	hex_encode(hex, bytes_of(noise, sizeof noise));
	snprintf(founding->origin + len, sizeof founding->origin - len, "%s%s",
	    len == 0 ? "ledger-" : "-", hex);
	free(real);
	return 0;
}

static int
obtain_passphrase(struct founding *founding, bool none, struct error *err)
{
	if (none || founding->passphrase != NULL)
		return 0;
	return passphrase_obtain(&founding->passphrase,
	    "New passphrase for your key and the ledger's: ", true, err);
}

/* The founder's signer: an ssh key, a key that is there, or a new one. */
static int
choose_founder(struct founding *founding, const struct context *context,
    const struct init_options *given, struct error *err)
{
	const char *name = given->name != NULL ? given->name
	    : context->key != NULL && strchr(context->key, '/') == NULL
	    ? context->key
	    : user_name();
	struct public_key key;

	if (!text_is_name(bytes_of_text(name)))
		return error_set(err, ERROR_UNDECIDED, "choose with --name",
		    "'%.100s' cannot be a name in a ledger", name);
	memcpy(founding->name, name, strlen(name) + 1);
	if (given->ssh != NULL) {
		if (session_read_public(&key, given->ssh, err) == -1)
			return -1;
		return agent_signer(&founding->founder, key, err);
	}
	if (session_key_path(&founding->key_path,
		context->key != NULL ? context->key : name, err) == -1)
		return -1;
	if (file_exists(buffer_string(&founding->key_path)))
		return session_open_key_file(&founding->founder,
		    buffer_string(&founding->key_path), err);
	if (context->key != NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "make it with `vouch key new'", "there is no key '%.100s'",
		    context->key);
	if (obtain_passphrase(founding, given->no_passphrase, err) == -1 ||
	    signer_generate(&founding->founder, err) == -1)
		return -1;
	founding->made_key = true;
	return 0;
}

static int
key_folder(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int result;

	if (slash == NULL || slash == path)
		return 0;
	folder = memory_text_of(bytes_of(path, (size_t)(slash - path)));
	if (folder == NULL)
		return error_memory(err);
	result = file_make_folders(folder, 0700, err);
	memory_free(folder);
	return result;
}

static struct json *
role_words(unsigned roles, struct error *err)
{
	struct json *list = json_new_list();

	for (unsigned i = 0; list != NULL && i < ROLE_COUNT; i++) {
		if ((roles & 1u << i) != 0 &&
		    json_push(list, json_new_text(role_name(i)), err) == -1) {
			json_free(list);
			return NULL;
		}
	}
	return list;
}

static int
founder_members(struct json **out, const struct founding *founding,
    unsigned roles, struct error *err)
{
	struct json *founder = json_new_object();
	struct json *list = json_new_list();

	if (founder == NULL || list == NULL ||
	    json_put(founder, "name", json_new_text(founding->name), err) ==
		-1 ||
	    json_put(founder, "key",
		json_new_text(
		    public_key_ssh(signer_public_key(founding->founder)).text),
		err) == -1 ||
	    json_put(founder, "roles", role_words(roles, err), err) == -1) {
		json_free(founder);
		json_free(list);
		return error_memory(err);
	}
	if (json_push(list, founder, err) == -1) {
		json_free(list);
		return -1;
	}
	*out = list;
	return 0;
}

static int
genesis_members(struct json **out, const struct founding *founding,
    unsigned roles, struct error *err)
{
	struct buffer vkey = buffer_new(1024);
	struct json *members = json_new_object();
	struct json *founders = NULL;
	struct note_key key;
	int result = -1;

	if (members == NULL) {
		error_memory(err);
		goto done;
	}
	if (note_key_make(&key, founding->origin, NOTE_ED25519,
		signer_public_key(founding->ledger_key), err) == -1)
		goto done;
	note_key_write(&vkey, &key);
	if (founder_members(&founders, founding, roles, err) == -1 ||
	    json_put(members, "format", json_new_integer(1), err) == -1 ||
	    json_put(members, "origin", json_new_text(founding->origin), err) ==
		-1 ||
	    json_put(members, "ledger_key", json_new_text(buffer_string(&vkey)),
		err) == -1)
		goto done;
	result = json_put(members, "founders", founders, err);
	founders = NULL;
	if (result == 0)
		result = json_put(members, "roles",
		    role_words((1u << ROLE_COUNT) - 1, err), err);
done:
	json_free(founders);
	buffer_free(&vkey);
	if (result == 0)
		*out = members;
	else
		json_free(members);
	return result;
}

static int
found_ledger(const struct founding *founding, unsigned roles, struct error *err)
{
	struct record_head head = {
		.ledger = founding->origin,
		.made_ms = clock_now_ms(),
		.after_root = merkle_empty(),
	};
	struct envelope envelope = envelope_new();
	struct buffer text = buffer_new(LIMIT_ENVELOPE);
	struct json *members = NULL, *subjects = NULL;
	int result = -1;

	random_fill(head.nonce, sizeof head.nonce);
	if (genesis_members(&members, founding, roles, err) == 0 &&
	    record_subjects(&subjects, kind_named("genesis"), founding->origin,
		members, NULL, err) == 0 &&
	    record_compose(&envelope.payload, kind_named("genesis"), &head,
		subjects, members, err) == 0 &&
	    envelope_sign(&envelope, founding->founder, err) == 0 &&
	    envelope_sign(&envelope, founding->ledger_key, err) == 0) {
		envelope_write(&text, &envelope);
		result = buffer_check(&text, "genesis", err);
	}
	if (result == 0)
		result = appender_found(buffer_string(&founding->store),
		    buffer_bytes(&text), founding->ledger_key, err);
	envelope_free(&envelope);
	buffer_free(&text);
	json_free(members);
	json_free(subjects);
	return result;
}

static int
roles_of(unsigned *roles, const struct option_list *list, struct error *err)
{
	*roles = list->count == 0
	    ? ROLE_OWNER | ROLE_ENGINEER | ROLE_COMPLIANCE | ROLE_SERVICE
	    : 0;
	for (size_t i = 0; i < list->count; i++) {
		if (roles_add(roles, list->item[i], err) == -1)
			return -1;
	}
	if ((*roles & ROLE_OWNER) == 0)
		return error_set(err, ERROR_UNDECIDED, "add --role owner",
		    "a ledger begins with an owner");
	return 0;
}

/* Make the folder and the key files; the folder is made by one of two
 * `init's only. */
static int
make_files(struct founding *founding, const struct init_options *given,
    struct error *err)
{
	const struct passphrase *passphrase =
	    given->no_passphrase ? NULL : founding->passphrase;

	if (mkdir(buffer_string(&founding->folder), 0700) == -1)
		return errno == EEXIST
		    ? error_set(err, ERROR_UNDECIDED,
			  "use it, or choose another folder",
			  "there is a ledger already: %s",
			  buffer_string(&founding->folder))
		    : error_errno(err, "cannot make the folder %s",
			  buffer_string(&founding->folder));
	founding->made_folder = true;
	if (founding->made_key) {
		founding->made_key = false;
		if (key_folder(buffer_string(&founding->key_path), err) == -1 ||
		    key_file_create(buffer_string(&founding->key_path),
			founding->name, founding->founder, passphrase,
			err) == -1)
			return -1;
		founding->made_key = true;
	}
	if (key_file_create(buffer_string(&founding->ledger_key_path), "ledger",
		founding->ledger_key, passphrase, err) == -1)
		return -1;
	founding->made_ledger_key = true;
	return 0;
}

static void
undo(const struct founding *founding)
{
	if (founding->made_ledger_key)
		unlink(buffer_string(&founding->ledger_key_path));
	if (founding->made_key)
		unlink(buffer_string(&founding->key_path));
	if (founding->made_folder)
		rmdir(buffer_string(&founding->folder));
}

static int
set_paths(struct founding *founding, const char *path, struct error *err)
{
	founding->folder = buffer_new(8192);
	founding->store = buffer_new(8192);
	founding->ledger_key_path = buffer_new(8192);
	founding->key_path = buffer_new(8192);
	if (!file_is_folder(path))
		return error_set(err, ERROR_UNDECIDED, "make it first",
		    "there is no folder %s", path);
	if (file_join(&founding->folder, path, SESSION_FOLDER, err) == -1 ||
	    file_join(&founding->store, buffer_string(&founding->folder),
		SESSION_STORE, err) == -1 ||
	    file_join(&founding->ledger_key_path,
		buffer_string(&founding->folder), SESSION_LEDGER_KEY,
		err) == -1)
		return -1;
	if (file_exists(buffer_string(&founding->folder)))
		return error_set(err, ERROR_UNDECIDED,
		    "use it, or choose another folder",
		    "there is a ledger already: %s",
		    buffer_string(&founding->folder));
	return 0;
}

static void
say_founded(const struct context *context, const struct founding *founding)
{
	if (context->json) {
		printf("{\"origin\":\"%s\",\"ledger\":", founding->origin);
		print_json_text(buffer_string(&founding->folder));
		printf(",\"founder\":\"%s\",\"fingerprint\":\"%s\"}\n",
		    founding->name,
		    public_key_fingerprint(signer_public_key(founding->founder))
			.text);
		return;
	}
	if (context->quiet)
		return;
	printf("founded the ledger %s in %s\n", founding->origin,
	    buffer_string(&founding->folder));
	printf("you are %s, with the key %s\n", founding->name,
	    public_key_fingerprint(signer_public_key(founding->founder)).text);
	printf("next: vouch dataset add PATH · vouch run -- COMMAND… · "
	       "vouch status\n");
}

/* A ledger that was founded stands, even if this fails. */
static int
leave_receipt(const struct founding *founding, const char *path,
    struct error *err)
{
	struct reader *reader = NULL;
	int result = -1;

	if (reader_open(&reader, buffer_string(&founding->store), err) == 0)
		result = receipt_write(path, reader_store(reader), 0,
		    reader_note(reader), err);
	reader_close(reader);
	return result;
}

static int
run(struct context *context, const void *given_options,
    struct operands operands, struct error *err)
{
	const struct init_options *given = given_options;
	const char *path = operands.count == 0 ? "." : operands.item[0];
	struct founding founding;
	unsigned roles = 0;
	int result = -1;

	memset(&founding, 0, sizeof founding);
	if ((context->receipt != NULL &&
		file_check_place(context->receipt, err) == -1) ||
	    set_paths(&founding, path, err) == -1 ||
	    roles_of(&roles, &given->roles, err) == -1 ||
	    choose_origin(&founding, given->origin, path, err) == -1 ||
	    choose_founder(&founding, context, given, err) == -1 ||
	    obtain_passphrase(&founding, given->no_passphrase, err) == -1 ||
	    signer_generate(&founding.ledger_key, err) == -1)
		goto done;
	if (make_files(&founding, given, err) == -1 ||
	    found_ledger(&founding, roles, err) == -1) {
		undo(&founding);
		goto done;
	}
	say_founded(context, &founding);
	result = context->receipt == NULL
	    ? 0
	    : leave_receipt(&founding, context->receipt, err);
done:
	signer_free(founding.founder);
	signer_free(founding.ledger_key);
	passphrase_free(founding.passphrase);
	buffer_free(&founding.folder);
	buffer_free(&founding.store);
	buffer_free(&founding.ledger_key_path);
	buffer_free(&founding.key_path);
	return result;
}

static const char *const examples[] = {
	"mkdir credit && cd credit && vouch init --no-passphrase "
	"--origin example.com/credit",
	NULL,
};

const struct command cmd_init = {
	.name = "init",
	.group = "Begin",
	.summary = "found a ledger in a folder",
	.operands = "[FOLDER]",
	.most = 1,
	.options = options,
	.options_size = sizeof(struct init_options),
	.machine = true,
	.appends = true,
	.run = run,
	.description =
	    "Makes FOLDER/.vouch with the ledger and its own key, and signs "
	    "the first entry, the genesis, which names the origin, the "
	    "ledger's key and you as founder.\n\n"
	    "Your key is made too if you have none of that name: in "
	    "~/.config/vouch/keys, encrypted with a passphrase that also "
	    "protects the ledger's key. With --ssh the OpenSSH key that your "
	    "ssh-agent holds is used instead.\n\n"
	    "As founder you get every role but approver, so that whoever "
	    "builds a model does not also sign it off. Choose with --role.",
	.examples = examples,
};
