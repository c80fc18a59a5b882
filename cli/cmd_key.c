#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/certify.h"
#include "cli/compose.h"
#include "cli/proven.h"
#include "cli/terminal.h"
#include "keys/agent.h"
#include "keys/key_file.h"

/* key new. */

struct new_options {
	bool no_passphrase;
};

static const struct option new_rows[] = {
	{ "no-passphrase", 0, OPTION_FLAG,
	    offsetof(struct new_options, no_passphrase), NULL,
	    "write the key file unencrypted", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* The folder of a path, made if it is not there. */
static int
make_folder_of(const char *path, struct error *err)
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

static int
run_new(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct new_options *options = given;
	const char *name = operands.item[0];
	const char *base = strrchr(name, '/');
	struct buffer path = buffer_new(8192);
	struct passphrase *passphrase = NULL;
	struct signer *signer = NULL;
	char *label = NULL;
	size_t len;
	int result = -1;

	base = base == NULL ? name : base + 1;
	len = strlen(base);
	if (len > 4 && strcmp(base + len - 4, ".key") == 0)
		len -= 4;
	if ((label = memory_text_of(bytes_of(base, len))) == NULL) {
		error_memory(err);
		goto done;
	}
	if (!text_is_name(bytes_of_text(label))) {
		error_set(err, ERROR_UNDECIDED,
		    "use letters, digits, '.', '_' and '-'",
		    "'%.80s' cannot be the name of a key", label);
		goto done;
	}
	if (session_key_path(&path, name, err) == -1)
		goto done;
	if (file_exists(buffer_string(&path))) {
		error_set(err, ERROR_UNDECIDED, "choose another name",
		    "%s is already there", buffer_string(&path));
		goto done;
	}
	if ((!options->no_passphrase &&
		passphrase_obtain(&passphrase, "New passphrase: ", true, err) ==
		    -1) ||
	    signer_generate(&signer, err) == -1 ||
	    make_folder_of(buffer_string(&path), err) == -1 ||
	    key_file_create(buffer_string(&path), label, signer, passphrase,
		err) == -1)
		goto done;
	if (context->json) {
		printf("{\"name\":\"%s\",\"file\":", label);
		print_json_text(buffer_string(&path));
		printf(",\"public\":\"%s\",\"fingerprint\":\"%s\"}\n",
		    public_key_ssh(signer_public_key(signer)).text,
		    public_key_fingerprint(signer_public_key(signer)).text);
	} else if (!context->quiet) {
		printf("made the key %s, %s\nin %s%s\n", label,
		    public_key_fingerprint(signer_public_key(signer)).text,
		    buffer_string(&path),
		    passphrase == NULL ? " (not encrypted)" : "");
	}
	result = 0;
done:
	memory_free(label);
	passphrase_free(passphrase);
	signer_free(signer);
	buffer_free(&path);
	return result;
}

static const char *const new_examples[] = {
	"vouch key new bob --no-passphrase",
	NULL,
};

const struct command cmd_key_new = {
	.name = "new",
	.parent = "key",
	.group = "Keys",
	.summary = "make a key of your own",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = new_rows,
	.options_size = sizeof(struct new_options),
	.machine = true,
	.run = run_new,
	.description =
	    "Makes an Ed25519 key in ~/.config/vouch/keys/NAME.key (or in "
	    "the file that NAME is the path of), encrypted with a passphrase. "
	    "It may sign in a ledger once an owner has enrolled it.",
	.examples = new_examples,
};

/* key request. */

struct request_options {
	const char *origin;
	const char *name;
	const char *ssh;
};

static const struct option request_rows[] = {
	{ "origin", 0, OPTION_TEXT, offsetof(struct request_options, origin),
	    "NAME", "the ledger it is for, when it is not here", NULL, false },
	{ "name", 0, OPTION_TEXT, offsetof(struct request_options, name),
	    "NAME", "your name in that ledger (the key's)", NULL, false },
	{ "ssh", 0, OPTION_TEXT, offsetof(struct request_options, ssh),
	    "FILE.pub", "an OpenSSH key that your ssh-agent holds", NULL,
	    false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_request(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct request_options *options = given;
	const char *origin = options->origin;
	struct reader *reader = NULL;
	struct proven proven;
	int result = -1;

	if ((operands.count == 1) == (options->ssh != NULL))
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch key request -h'",
		    "give either the name of a key or --ssh FILE.pub");
	if (origin == NULL) {
		if (session_read(&reader, context, err) == -1)
			return -1;
		origin = authority_origin(reader_authority(reader));
	}
	if (proven_here(&proven, operands.count == 1 ? operands.item[0] : NULL,
		options->ssh, options->name, origin, err) == 0) {
		printf("{\"ledger\":");
		print_json_text(origin);
		printf(",\"name\":\"%s\",\"key\":\"%s\",\"proof\":\"%s\"}\n",
		    proven.name, public_key_ssh(proven.key).text, proven.proof);
		result = 0;
	}
	reader_close(reader);
	return result;
}

static const char *const request_examples[] = {
	"vouch key new carol --no-passphrase",
	"vouch key request carol > carol.request",
	NULL,
};

const struct command cmd_key_request = {
	.name = "request",
	.parent = "key",
	.group = "Keys",
	.summary = "ask to be enrolled: print a key with proof of possession",
	.operands = "[NAME]",
	.most = 1,
	.options = request_rows,
	.options_size = sizeof(struct request_options),
	.run = run_request,
	.description =
	    "Prints one line of JSON to be sent to an owner, who enrols it "
	    "with `vouch key enrol --request FILE'. The proof is a signature "
	    "by your key over the ledger's origin, your name and the key; it "
	    "is worth nothing anywhere else.",
	.examples = request_examples,
};

/* key enrol and rotate. */

struct enrol_options {
	const char *name;
	const char *ssh;
	const char *request;
	struct certify_options certify;
	struct option_list roles;
	struct option_list identity;
};

static const struct option enrol_rows[] = {
	{ "name", 0, OPTION_TEXT, offsetof(struct enrol_options, name), "NAME",
	    "the holder's name in this ledger (the key's)", NULL, false },
	{ "role", 'r', OPTION_LIST, offsetof(struct enrol_options, roles),
	    "ROLE",
	    "owner, engineer, approver, compliance or service; may be "
	    "given several times or as ROLE,ROLE",
	    NULL, true },
	{ "ssh", 0, OPTION_TEXT, offsetof(struct enrol_options, ssh),
	    "FILE.pub", "an OpenSSH key that the ssh-agent holds", NULL,
	    false },
	{ "request", 0, OPTION_TEXT, offsetof(struct enrol_options, request),
	    "FILE", "a request made with `vouch key request'", NULL, false },
	{ "identity", 0, OPTION_LIST, offsetof(struct enrol_options, identity),
	    "K=V", "who the holder is, as email=bob@example.com", NULL, false },
	CERTIFY_OPTIONS(struct enrol_options, certify, false),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* "engineer,approver" and --role many times. */
static int
role_list(struct json **out, const struct option_list *list, struct error *err)
{
	struct json *words;
	unsigned roles = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *at = list->item[i];

		while (*at != '\0') {
			size_t len = strcspn(at, ",");
			char word[64];

			snprintf(word, sizeof word, "%.*s",
			    (int)(len < 60 ? len : 60), at);
			if (roles_add(&roles, word, err) == -1)
				return -1;
			at += len + (at[len] == ',');
		}
	}
	if ((words = json_new_list()) == NULL)
		return error_memory(err);
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if ((roles & 1u << i) != 0 &&
		    json_push(words, json_new_text(role_name(i)), err) == -1) {
			json_free(words);
			return -1;
		}
	}
	*out = words;
	return 0;
}

static int
run_enrol(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct enrol_options *options = given;
	struct session_write session;
	struct json *members = NULL, *roles = NULL;
	struct proven proven;
	const char *origin;
	int result = -1;

	if ((operands.count == 1) + (options->ssh != NULL) +
		(options->request != NULL) !=
	    1)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch key enrol -h'",
		    "give one of: the name of a key, --ssh FILE.pub, "
		    "--request FILE");
	if (role_list(&roles, &options->roles, err) == -1)
		return -1;
	if (session_write(&session, context, err) == -1) {
		json_free(roles);
		return -1;
	}
	origin = authority_origin(appender_authority(session.appender));
	if (options->request != NULL
		? proven_request(&proven, options->request, origin, err) == -1
		: proven_here(&proven,
		      operands.count == 1 ? operands.item[0] : NULL,
		      options->ssh, options->name, origin, err) == -1)
		goto done;
	if (proven_members(&members, "enrol", &proven, err) == -1)
		goto done;
	result = json_put(members, "roles", roles, err);
	roles = NULL;
	if (result == 0)
		result = compose_pairs(members, "identity", &options->identity,
		    "identity", false, err);
	if (result == 0)
		result = certify_put(members, &options->certify, origin,
		    proven.name, proven.key, err);
	if (result == 0)
		result = compose_record(&session, context, "key", members, NULL,
		    NULL, 0, err);
done:
	json_free(roles);
	json_free(members);
	session_write_end(&session);
	return result;
}

static const char *const enrol_examples[] = {
	"vouch key new alice --no-passphrase",
	"vouch key enrol alice --role engineer,approver",
	NULL,
};

const struct command cmd_key_enrol = {
	.name = "enrol",
	.parent = "key",
	.group = "Keys",
	.summary = "let a key sign in this ledger, with roles",
	.operands = "[NAME]",
	.most = 1,
	.options = enrol_rows,
	.options_size = sizeof(struct enrol_options),
	.machine = true,
	.appends = true,
	.run = run_enrol,
	.description =
	    "An owner's command. The new key proves that its holder has it: "
	    "on the spot, when the key is one of yours (NAME) or in your "
	    "ssh-agent (--ssh ~/.ssh/id_ed25519.pub); or by a request that "
	    "its holder made elsewhere (--request). With --certificate and "
	    "--binding a certificate vouches for it: see `vouch key "
	    "binding'.",
	.examples = enrol_examples,
};

struct rotate_options {
	const char *to;
	const char *ssh;
	const char *because;
	struct certify_options certify;
};

static const struct option rotate_rows[] = {
	{ "to", 0, OPTION_TEXT, offsetof(struct rotate_options, to), "KEY",
	    "the new key: a name or file", NULL, false },
	{ "ssh", 0, OPTION_TEXT, offsetof(struct rotate_options, ssh),
	    "FILE.pub", "the new key: one that the ssh-agent holds", NULL,
	    false },
	{ "because", 0, OPTION_TEXT, offsetof(struct rotate_options, because),
	    "TEXT", "why", NULL, false },
	CERTIFY_OPTIONS(struct rotate_options, certify, false),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_rotate(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct rotate_options *options = given;
	const struct principal *old;
	struct session_write session;
	struct json *members = NULL;
	struct proven proven;
	int result = -1;

	if ((options->to != NULL) == (options->ssh != NULL))
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch key rotate -h'",
		    "give the new key with --to KEY or --ssh FILE.pub");
	if (session_write(&session, context, err) == -1)
		return -1;
	old = proven_holder(&session, operands.item[0], err);
	if (old == NULL ||
	    proven_here(&proven, options->to, options->ssh, old->name,
		authority_origin(appender_authority(session.appender)),
		err) == -1 ||
	    proven_members(&members, "rotate", &proven, err) == -1 ||
	    json_put(members, "replaces",
		json_new_text(public_key_ssh(old->key).text), err) == -1 ||
	    compose_text(members, "because", options->because, err) == -1 ||
	    certify_put(members, &options->certify,
		authority_origin(appender_authority(session.appender)),
		proven.name, proven.key, err) == -1)
		goto done;
	result = compose_record(&session, context, "key", members, NULL, NULL,
	    0, err);
done:
	json_free(members);
	session_write_end(&session);
	return result;
}

static const char *const rotate_examples[] = {
	"vouch key new alice-2 --no-passphrase",
	"vouch key rotate alice --to alice-2",
	NULL,
};

const struct command cmd_key_rotate = {
	.name = "rotate",
	.parent = "key",
	.group = "Keys",
	.summary = "put a new key in the place of an old one",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = rotate_rows,
	.options_size = sizeof(struct rotate_options),
	.machine = true,
	.appends = true,
	.run = run_rotate,
	.description =
	    "NAME is the holder's name in the ledger. Name and roles pass on "
	    "to the new key; the old one ends. Signed by the old key itself "
	    "or by an owner. What the old key signed stays valid.",
	.examples = rotate_examples,
};

struct revoke_options {
	const char *because;
};

static const struct option revoke_rows[] = {
	{ "because", 0, OPTION_TEXT, offsetof(struct revoke_options, because),
	    "TEXT", "why", NULL, true },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_revoke(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct revoke_options *options = given;
	const struct principal *principal;
	struct session_write session;
	struct json *members = NULL;
	struct proven proven = { .proof = "" };
	int result = -1;

	if (session_write(&session, context, err) == -1)
		return -1;
	if ((principal = proven_holder(&session, operands.item[0], err)) ==
	    NULL)
		goto done;
	memcpy(proven.name, principal->name, sizeof proven.name);
	proven.key = principal->key;
	if (proven_members(&members, "revoke", &proven, err) == -1 ||
	    compose_text(members, "because", options->because, err) == -1)
		goto done;
	result = compose_record(&session, context, "key", members, NULL, NULL,
	    0, err);
done:
	json_free(members);
	session_write_end(&session);
	return result;
}

static const char *const revoke_examples[] = {
	"vouch key revoke alice --because 'left the company'",
	NULL,
};

const struct command cmd_key_revoke = {
	.name = "revoke",
	.parent = "key",
	.group = "Keys",
	.summary = "end a key's right to sign",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = revoke_rows,
	.options_size = sizeof(struct revoke_options),
	.machine = true,
	.appends = true,
	.run = run_revoke,
	.description =
	    "From the entry on the key signs nothing more; what it signed "
	    "before stays valid. Signed by an owner or the key itself. The "
	    "last owner cannot be revoked.",
	.examples = revoke_examples,
};

/* key list. */

static const char *const list_headings[] = { "NAME", "ROLES", "STATE", "SINCE",
	"FINGERPRINT", "HERE" };

static bool
is_here(const struct principal *principal)
{
	struct buffer path = buffer_new(8192);
	struct key_file_info info;
	struct error ignored;
	bool here = session_key_path(&path, principal->name, &ignored) == 0 &&
	    key_file_inspect(&info, buffer_string(&path), &ignored) == 0 &&
	    public_key_equal(info.key, principal->key);

	buffer_free(&path);
	return here || agent_holds(principal->key);
}

static void
list_row(struct table *table, const struct principal *principal)
{
	struct buffer roles = buffer_new(1024);
	struct buffer text = buffer_new(LIMIT_SUBJECT * 3);
	bool ended = principal->ended_seq != AUTHORITY_NEVER;
	enum style style = ended ? STYLE_FAINT : STYLE_PLAIN;

	role_write(&roles, principal->roles, ", ");
	table_cell(table, ended ? STYLE_FAINT : STYLE_NAME, false,
	    bytes_of_text(principal->name));
	table_cell(table, style, false, buffer_bytes(&roles));
	table_cell(table, ended ? STYLE_FAINT : STYLE_GOOD, false,
	    bytes_of_text(!ended         ? "in force"
		    : principal->rotated ? "replaced"
					 : "revoked"));
	buffer_printf(&text, "entry %llu",
	    (unsigned long long)(ended ? principal->ended_seq
				       : principal->enrolled_seq));
	table_cell(table, style, false, buffer_bytes(&text));
	table_cell(table, style, false,
	    bytes_of_text(principal->fingerprint.text));
	table_cell(table, style, false,
	    bytes_of_text(!ended && is_here(principal) ? "yes" : ""));
	buffer_free(&roles);
	buffer_free(&text);
}

/* Whom a certificate says that to be: too long for a column. */
static void
list_identity(struct terminal *terminal, const struct principal *principal)
{
	struct buffer text = buffer_new(LIMIT_SUBJECT * 3);

	if (principal->identity != NULL) {
		identity_describe(&text, principal->identity);
		terminal_say(terminal,
		    principal->ended_seq != AUTHORITY_NEVER ? STYLE_FAINT
							    : STYLE_NAME,
		    "%s", principal->name);
		fputs(" is ", terminal->out);
		terminal_show(terminal, STYLE_PLAIN, buffer_bytes(&text));
		fputc('\n', terminal->out);
	}
	buffer_free(&text);
}

static void
list_json(const struct principal *principal)
{
	struct buffer roles = buffer_new(1024);
	struct buffer certified = buffer_new(LIMIT_SUBJECT * 8);
	bool ended = principal->ended_seq != AUTHORITY_NEVER;

	role_write(&roles, principal->roles, "\",\"");
	printf("{\"name\":\"%s\",\"roles\":[\"%s\"],\"state\":\"%s\","
	       "\"enrolled\":%llu,",
	    principal->name, buffer_string(&roles),
	    !ended                   ? "in force"
		: principal->rotated ? "replaced"
				     : "revoked",
	    (unsigned long long)principal->enrolled_seq);
	if (ended)
		printf("\"ended\":%llu,",
		    (unsigned long long)principal->ended_seq);
	printf("\"fingerprint\":\"%s\",\"key\":\"%s\",\"here\":%s",
	    principal->fingerprint.text, public_key_ssh(principal->key).text,
	    is_here(principal) ? "true" : "false");
	if (principal->identity != NULL)
		certify_json(&certified, principal->identity);
	printf("%s}\n", buffer_string(&certified));
	buffer_free(&certified);
	buffer_free(&roles);
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct authority *authority;
	struct reader *reader = NULL;
	struct terminal terminal;
	struct table *table;

	(void)given;
	(void)operands;
	if (session_read(&reader, context, err) == -1)
		return -1;
	authority = reader_authority(reader);
	if (context->json) {
		for (size_t i = 0; i < authority_count(authority); i++)
			list_json(authority_at(authority, i));
	} else {
		table = table_new(list_headings, 6);
		for (size_t i = 0; i < authority_count(authority); i++)
			list_row(table, authority_at(authority, i));
		terminal_begin(&terminal, context, true);
		table_print(table, &terminal);
		for (size_t i = 0; i < authority_count(authority); i++)
			list_identity(&terminal, authority_at(authority, i));
		terminal_end(&terminal);
		table_free(table);
	}
	reader_close(reader);
	return 0;
}

static const char *const list_examples[] = {
	"vouch key list",
	NULL,
};

const struct command cmd_key_list = {
	.name = "list",
	.parent = "key",
	.group = "Keys",
	.summary = "show who may sign what, and who might once",
	.reads = true,
	.machine = true,
	.run = run_list,
	.description =
	    "All keys ever enrolled, in order: their holders, roles, whether "
	    "they are in force, and whether the private half is on this "
	    "machine or in the ssh-agent; then whom certificates say that "
	    "holders are.",
	.examples = list_examples,
};
