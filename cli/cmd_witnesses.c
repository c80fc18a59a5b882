#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/trust.h"
#include "ledger/cosignatures.h"
#include "ledger/trust_book.h"

/* The name of the one quorum that the commands set. */
#define QUORUM "quorum"

static const struct tlog_node *
witness_named(const struct tlog_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->node_count; i++) {
		if (bytes_equal(policy->node[i].name, bytes_of_text(name)))
			return &policy->node[i];
	}
	return NULL;
}

/* witness add. */

struct add_options {
	const char *name;
	const char *because;
};

static const struct option add_rows[] = {
	{ "name", 0, OPTION_TEXT, offsetof(struct add_options, name), "NAME",
	    "what it is called in this ledger (the key's name)", NULL, false },
	{ "because", 0, OPTION_TEXT, offsetof(struct add_options, because),
	    "TEXT", "why it is trusted", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Neither the key nor the name may be there already under another. */
static int
check_new(const struct tlog_policy *policy, const char *name,
    const struct note_key *key, struct error *err)
{
	const struct tlog_node *same = witness_named(policy, name);

	if (same != NULL && same->is_group)
		return error_set(err, ERROR_UNDECIDED, "choose with --name",
		    "'%s' is the name of the quorum", name);
	for (size_t i = 0; i < policy->node_count; i++) {
		if (policy->node[i].is_group || &policy->node[i] == same ||
		    !public_key_equal(policy->node[i].key.key, key->key))
			continue;
		return error_set(err, ERROR_UNDECIDED,
		    "`vouch witness remove' it first",
		    "that key is trusted already, as %s",
		    node_name_of(&policy->node[i]).text);
	}
	return 0;
}

static int
add(struct session_write *session, const struct context *context,
    const char *name, const struct note_key *key, const char *vkey,
    const char *because, struct error *err)
{
	const struct authority *authority =
	    appender_authority(session->appender);
	struct trust_book *book = NULL;
	int result = -1;

	if (trust_book_new(&book, authority_trusts(authority), err) == 0 &&
	    check_new(trust_book_at(book, UINT64_MAX), name, key, err) == 0)
		result = trust_record(session, context, name, TRUST_WITNESS,
		    "vkey", json_new_text(vkey), because, NULL, 0, err);
	trust_book_free(book);
	return result;
}

static int
run_add(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct add_options *options = given;
	const char *vkey = operands.item[0], *name;
	struct session_write session;
	struct note_key key;
	int result;

	if (note_key_parse(&key, bytes_of_text(vkey), err) == -1)
		return -1;
	if (key.algorithm != NOTE_COSIGNATURE)
		return error_set(err, ERROR_UNDECIDED,
		    "ask the witness for what `vouch witness key' prints",
		    "that is the key of a log, not of a witness");
	name = options->name == NULL ? key.name : options->name;
	if (!text_is_name(bytes_of_text(name)) || strcmp(name, QUORUM) == 0)
		return error_set(err, ERROR_UNDECIDED, "choose with --name",
		    "'%.80s' cannot be the name of a witness", name);
	if (session_write(&session, context, err) == -1)
		return -1;
	result =
	    add(&session, context, name, &key, vkey, options->because, err);
	session_write_end(&session);
	return result;
}

static const char *const add_examples[] = {
	"vouch witness add \"$(vouch witness key --key alice --name w1)\"",
	NULL,
};

const struct command cmd_witness_add = {
	.name = "add",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "trust a witness to cosign the ledger's checkpoints",
	.operands = "VKEY",
	.least = 1,
	.most = 1,
	.options = add_rows,
	.options_size = sizeof(struct add_options),
	.machine = true,
	.appends = true,
	.run = run_add,
	.description =
	    "An owner's command. VKEY is the witness's verifier key "
	    "(c2sp.org/signed-note, type 0x04): what `vouch witness key' "
	    "prints. It is trusted from the next entry on. A witness should "
	    "be somebody who gains nothing if the ledger is rewritten.",
	.examples = add_examples,
};

/* A quorum that cannot be met is worth a word: somebody may have miscounted. */
static void
note_unmet(const struct trusts *trusts)
{
	const struct trusted *quorum = trusts_named(trusts, QUORUM);
	uint64_t trusted = 0;

	if (quorum == NULL || !quorum->trusted || quorum->about != TRUST_QUORUM)
		return;

	for (size_t i = 0; i < trusts_count(trusts); i++) {
		const struct trusted *one = trusts_at(trusts, i);

		trusted += one->about == TRUST_WITNESS && one->trusted &&
		    trusts_named(trusts, one->name) == one;
	}
	if (trusted < quorum->wanted)
		fprintf(stderr,
		    "vouch: no checkpoint can meet this quorum yet: %llu %s "
		    "trusted (see `vouch witness add')\n",
		    (unsigned long long)trusted,
		    trusted == 1 ? "witness is" : "witnesses are");
}

/* witness remove. */

struct remove_options {
	const char *because;
};

static const struct option remove_rows[] = {
	{ "because", 0, OPTION_TEXT, offsetof(struct remove_options, because),
	    "TEXT", "why", NULL, true },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_remove(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct remove_options *options = given;
	const char *name = operands.item[0];
	const struct trusted *trust;
	struct session_write session;
	int result = -1;

	if (session_write(&session, context, err) == -1)
		return -1;
	trust =
	    trusts_named(authority_trusts(appender_authority(session.appender)),
		name);
	if (trust == NULL || !trust->trusted ||
	    (trust->about != TRUST_WITNESS && trust->about != TRUST_QUORUM))
		error_set(err, ERROR_UNDECIDED, "see `vouch witness list'",
		    "no witness '%.80s' is trusted here", name);
	else
		result = trust_withdraw(&session, context, name,
		    options->because, err);
	if (result == 0)
		note_unmet(authority_trusts(appender_authority(session
								   .appender)));
	session_write_end(&session);
	return result;
}

static const char *const remove_examples[] = {
	"vouch witness add \"$(vouch witness key --key alice --name w1)\"",
	"vouch witness remove w1 --because 'it was closed'",
	NULL,
};

const struct command cmd_witness_remove = {
	.name = "remove",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "trust a witness no longer",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = remove_rows,
	.options_size = sizeof(struct remove_options),
	.machine = true,
	.appends = true,
	.run = run_remove,
	.description =
	    "An owner's command. What the witness cosigned before stays "
	    "valid: who is trusted is decided at the size of each "
	    "checkpoint. NAME may be `quorum': then no number of witnesses "
	    "is wanted any longer.",
	.examples = remove_examples,
};

/* witness quorum. */

struct quorum_options {
	const char *because;
};

static const struct option quorum_rows[] = {
	{ "because", 0, OPTION_TEXT, offsetof(struct quorum_options, because),
	    "TEXT", "why so many", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_quorum(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct quorum_options *options = given;
	struct session_write session;
	uint64_t wanted;
	int result;

	if (option_number(&wanted, operands.item[0], "N", err) == -1)
		return -1;
	if (wanted < 1 || wanted > LIMIT_TLOG_WITNESSES)
		return error_set(err, ERROR_UNDECIDED,
		    "to want none, `vouch witness remove quorum'",
		    "a quorum is of 1 to %d witnesses", LIMIT_TLOG_WITNESSES);
	if (session_write(&session, context, err) == -1)
		return -1;
	result = trust_record(&session, context, QUORUM, TRUST_QUORUM, "wanted",
	    json_new_integer((int64_t)wanted), options->because, NULL, 0, err);
	if (result == 0)
		note_unmet(authority_trusts(appender_authority(session
								   .appender)));
	session_write_end(&session);
	return result;
}

static const char *const quorum_examples[] = {
	"vouch witness quorum 2",
	NULL,
};

const struct command cmd_witness_quorum = {
	.name = "quorum",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "say how many witnesses must cosign a checkpoint",
	.operands = "N",
	.least = 1,
	.most = 1,
	.options = quorum_rows,
	.options_size = sizeof(struct quorum_options),
	.machine = true,
	.appends = true,
	.run = run_quorum,
	.description =
	    "An owner's command. From the next entry on a checkpoint meets "
	    "the quorum if N of the witnesses that are trusted then have "
	    "cosigned it. `vouch verify' says which checkpoint is the newest "
	    "that does. An auditor may want others: --policy, --witness.",
	.examples = quorum_examples,
};

/* witness list. */

/* The newest checkpoint that a witness has cosigned, and when. */
struct last_seen {
	uint64_t size;
	uint64_t time_s;
};

static int
find_last(struct last_seen last[], const struct tlog_policy *policy,
    struct store *store, struct error *err)
{
	struct bytes note;
	uint64_t size;
	bool more = true;

	if (cosignatures_scan(store, err) == -1)
		return -1;
	for (;;) {
		struct error ignored;
		struct note parts;

		if (cosignatures_scan_next(store, &size, &note, &more, err) ==
		    -1)
			return -1;
		if (!more)
			return 0;
		if (note_parse(&parts, note, &ignored) == -1)
			continue;
		for (size_t i = 0; i < policy->node_count; i++) {
			uint64_t when;
			size_t verified = 0;

			if (policy->node[i].is_group ||
			    note_verify(&verified, &parts, &policy->node[i].key,
				&when, &ignored) == -1 ||
			    verified == 0)
				continue;
			last[i] = (struct last_seen){ size, when };
		}
	}
}

static void
list_json(const struct tlog_node *node, const struct last_seen *last)
{
	struct buffer out = buffer_new((size_t)1 << 20);
	struct buffer vkey = buffer_new(4 * LIMIT_ORIGIN);

	buffer_text(&out, "{\"name\":");
	json_write_text(&out, node->name);
	if (node->is_group) {
		buffer_printf(&out, ",\"quorum\":%zu,\"of\":%zu}\n",
		    node->wanted, node->members);
	} else {
		note_key_write(&vkey, &node->key);
		buffer_text(&out, ",\"vkey\":");
		json_write_text(&out, buffer_bytes(&vkey));
		if (last->size > 0)
			buffer_printf(&out, ",\"size\":%llu,\"time\":%llu",
			    (unsigned long long)last->size,
			    (unsigned long long)last->time_s);
		buffer_text(&out, "}\n");
	}
	fputs(buffer_string(&out), stdout);
	buffer_free(&vkey);
	buffer_free(&out);
}

static void
list_row(struct table *table, const struct tlog_node *node,
    const struct last_seen *last)
{
	struct buffer vkey = buffer_new(4 * LIMIT_ORIGIN);

	note_key_write(&vkey, &node->key);
	table_cell(table, STYLE_NAME, false, node->name);
	table_cell(table, STYLE_PLAIN, true,
	    last->size == 0 ? bytes_of_text("–")
			    : bytes_of_text(number_grouped(last->size).text));
	table_cell(table, STYLE_PLAIN, false,
	    bytes_of_text(last->size == 0 ? ""
					  : number_time(last->time_s).text));
	table_cell(table, STYLE_FAINT, false, buffer_bytes(&vkey));
	buffer_free(&vkey);
}

static const char *const list_headings[] = { "WITNESS", "COSIGNED", "AT",
	"VERIFIER KEY" };

static void
list_people(const struct context *context, const struct tlog_policy *policy,
    const struct last_seen last[])
{
	struct table *table = table_new(list_headings, 4);
	const struct tlog_node *quorum = NULL;
	struct terminal terminal;

	for (size_t i = 0; i < policy->node_count; i++) {
		if (policy->node[i].is_group)
			quorum = &policy->node[i];
		else
			list_row(table, &policy->node[i], &last[i]);
	}
	terminal_begin(&terminal, context, true);
	table_print(table, &terminal);
	if (quorum != NULL)
		fprintf(terminal.out, "quorum: %zu of %zu\n", quorum->wanted,
		    quorum->members);
	else
		fputs("no quorum is set\n", terminal.out);
	terminal_end(&terminal);
	table_free(table);
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct tlog_policy *policy;
	struct last_seen *last = NULL;
	struct trust_book *book = NULL;
	struct reader *reader = NULL;
	int result = -1;

	(void)given;
	(void)operands;
	if (session_read(&reader, context, err) == -1 ||
	    trust_book_new(&book, authority_trusts(reader_authority(reader)),
		err) == -1)
		goto done;
	policy = trust_book_at(book, reader_size(reader));
	last = memory_new(policy->node_count + 1, sizeof *last);
	if (last == NULL) {
		error_memory(err);
		goto done;
	}
	if (find_last(last, policy, reader_store(reader), err) == -1)
		goto done;
	if (context->json) {
		for (size_t i = 0; i < policy->node_count; i++)
			list_json(&policy->node[i], &last[i]);
	} else {
		list_people(context, policy, last);
	}
	result = 0;
done:
	memory_free(last);
	trust_book_free(book);
	reader_close(reader);
	return result;
}

static const char *const list_examples[] = {
	"vouch witness list",
	NULL,
};

const struct command cmd_witness_list = {
	.name = "list",
	.parent = "witness",
	.group = "Witnesses and timestamps",
	.summary = "list the trusted witnesses and what they cosigned last",
	.reads = true,
	.machine = true,
	.run = run_list,
	.description =
	    "Each witness that the ledger trusts, the newest checkpoint that "
	    "it has cosigned, when, and how many are wanted.",
	.examples = list_examples,
};
