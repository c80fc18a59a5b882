#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/certify.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "cli/trust.h"

/* trust add. */

struct add_options {
	const char *identity_root;
	const char *timestamp_root;
	const char *crl;
	const char *because;
};

static const struct option add_rows[] = {
	{ "identity-root", 0, OPTION_TEXT,
	    offsetof(struct add_options, identity_root), "FILE",
	    "a root certificate of people: PEM or DER", NULL, false },
	{ "timestamp-root", 0, OPTION_TEXT,
	    offsetof(struct add_options, timestamp_root), "FILE",
	    "a root certificate of timestamp authorities: PEM or DER", NULL,
	    false },
	{ "crl", 0, OPTION_TEXT, offsetof(struct add_options, crl), "FILE",
	    "an authority's list of revoked certificates: PEM or DER", NULL,
	    false },
	{ "because", 0, OPTION_TEXT, offsetof(struct add_options, because),
	    "TEXT", "why", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
add_root(struct session_write *session, struct context *context,
    const char *name, enum trust_about about, const char *path,
    const char *because, struct error *err)
{
	struct certificates *list = NULL;
	struct buffer text = buffer_new(BASE64_LEN(LIMIT_CERTIFICATE) + 1);
	int result = -1;

	if (certify_read_chain(&list, path, err) == -1)
		goto done;
	if (certificates_count(list) != 1) {
		error_set(err, ERROR_UNDECIDED, "give one root by itself",
		    "%s has %zu certificates", path, certificates_count(list));
		goto done;
	}
	base64_append(&text, certificate_der(certificates_at(list, 0)));
	if (buffer_check(&text, "certificate", err) == -1)
		goto done;
	result = trust_record(session, context, name, about, "certificate",
	    json_new_text(buffer_string(&text)), because, NULL, 0, err);
done:
	certificates_free(list);
	buffer_free(&text);
	return result;
}

static int
add_list(struct session_write *session, struct context *context,
    const char *name, const char *path, const char *because, struct error *err)
{
	struct buffer file = buffer_new(LIMIT_REVOCATIONS);
	struct revocations *lists = NULL;
	struct bytes der;
	int result = -1;

	if (file_read(&file, path, err) == -1 ||
	    revocations_new(&lists, err) == -1)
		goto done;
	if (revocations_read(lists, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	if (revocations_count(lists) != 1) {
		error_set(err, ERROR_UNDECIDED, "give one list by itself",
		    "%s has %zu lists", path, revocations_count(lists));
		goto done;
	}
	der = revocations_der(lists, 0);
	result = trust_record(session, context, name, TRUST_REVOCATIONS, "list",
	    json_new_text(digest_hex(digest_of(der)).text), because, &der, 1,
	    err);
done:
	revocations_free(lists);
	buffer_free(&file);
	return result;
}

static int
run_add(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct add_options *options = given;
	const char *name = operands.item[0];
	struct session_write session;
	int result;

	if ((options->identity_root != NULL) +
		(options->timestamp_root != NULL) + (options->crl != NULL) !=
	    1)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch trust add -h'",
		    "give one of --identity-root, --timestamp-root and --crl");
	if (session_write(&session, context, err) == -1)
		return -1;
	if (options->crl != NULL)
		result = add_list(&session, context, name, options->crl,
		    options->because, err);
	else if (options->identity_root != NULL)
		result = add_root(&session, context, name, TRUST_IDENTITY_ROOT,
		    options->identity_root, options->because, err);
	else
		result = add_root(&session, context, name, TRUST_TIMESTAMP_ROOT,
		    options->timestamp_root, options->because, err);
	session_write_end(&session);
	return result;
}

static const char *const add_examples[] = {
	"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
	"-keyout root.key -out root.pem -days 3650 -subj '/O=Bank AG/CN=Root' "
	"2>/dev/null",
	"vouch trust add bank-root --identity-root root.pem",
	NULL,
};

const struct command cmd_trust_add = {
	.name = "add",
	.parent = "trust",
	.group = "Keys",
	.summary = "name a root of certificates, or a list of revoked ones",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = add_rows,
	.options_size = sizeof(struct add_options),
	.machine = true,
	.appends = true,
	.run = run_add,
	.description =
	    "An owner's command. From the entry on, certificates that lead to "
	    "an identity root may vouch for keys (`vouch key enrol "
	    "--certificate'), and those that lead to a timestamp root may "
	    "stand under timestamps. A list of revoked certificates ends "
	    "those it names; while its authority's newest list is not "
	    "current, none of that authority's certificates is taken. Adding "
	    "under a name that is there replaces it.",
	.examples = add_examples,
};

/* trust withdraw. */

struct withdraw_options {
	const char *because;
};

static const struct option withdraw_rows[] = {
	{ "because", 0, OPTION_TEXT, offsetof(struct withdraw_options, because),
	    "TEXT", "why", NULL, true },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static int
run_withdraw(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	const struct withdraw_options *options = given;
	struct session_write session;
	int result;

	if (session_write(&session, context, err) == -1)
		return -1;
	result = trust_withdraw(&session, context, operands.item[0],
	    options->because, err);
	session_write_end(&session);
	return result;
}

static const char *const withdraw_examples[] = {
	"vouch trust withdraw bank-root --because 'its key was stolen'",
	NULL,
};

const struct command cmd_trust_withdraw = {
	.name = "withdraw",
	.parent = "trust",
	.group = "Keys",
	.summary = "trust something no longer",
	.operands = "NAME",
	.least = 1,
	.most = 1,
	.options = withdraw_rows,
	.options_size = sizeof(struct withdraw_options),
	.machine = true,
	.appends = true,
	.run = run_withdraw,
	.description = "An owner's command. What was signed while it was "
		       "trusted stands; from the entry on, certificates that "
		       "lead to a withdrawn root alone no longer count.",
	.examples = withdraw_examples,
};

/* trust list. */

static const char *const list_headings[] = { "NAME", "ABOUT", "STATE", "SINCE",
	"WHO" };

static void
list_row(struct table *table, const struct trusted *trust)
{
	struct buffer who = buffer_new((size_t)1 << 16), since = buffer_new(64);
	enum style style = trust->trusted ? STYLE_PLAIN : STYLE_FAINT;

	trust_describe(&who, trust);
	buffer_printf(&since, "entry %llu", (unsigned long long)trust->seq);
	table_cell(table, trust->trusted ? STYLE_NAME : STYLE_FAINT, false,
	    bytes_of_text(trust->name));
	table_cell(table, style, false,
	    bytes_of_text(trust_about_name(trust->about)));
	table_cell(table, trust->trusted ? STYLE_GOOD : STYLE_FAINT, false,
	    bytes_of_text(trust->trusted ? "trusted" : "withdrawn"));
	table_cell(table, style, false, buffer_bytes(&since));
	table_cell(table, style, false, buffer_bytes(&who));
	buffer_free(&who);
	buffer_free(&since);
}

static void
list_json(const struct trusted *trust)
{
	struct buffer who = buffer_new((size_t)1 << 16);

	trust_describe(&who, trust);
	printf("{\"name\":\"%s\",\"version\":\"%s\",\"about\":\"%s\","
	       "\"state\":\"%s\",\"entry\":%llu,\"who\":",
	    trust->name, trust->version, trust_about_name(trust->about),
	    trust->trusted ? "trusted" : "withdrawn",
	    (unsigned long long)trust->seq);
	print_json_text(buffer_string(&who));
	if (trust->certificate != NULL)
		printf(",\"certificate\":\"%s\",\"until\":\"%s\"",
		    digest_hex(certificate_fingerprint(
				   certificates_at(trust->certificate, 0)))
			.text,
		    time_format(certificate_until_ms(
				    certificates_at(trust->certificate, 0)))
			.text);
	if (trust->about == TRUST_REVOCATIONS)
		printf(",\"list\":\"%s\"", digest_hex(trust->list).text);
	printf("}\n");
	buffer_free(&who);
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct trusts *trusts;
	struct reader *reader = NULL;
	struct terminal terminal;
	struct table *table;

	(void)given;
	(void)operands;
	if (session_read(&reader, context, err) == -1)
		return -1;
	trusts = authority_trusts(reader_authority(reader));
	table = table_new(list_headings, 5);
	for (size_t i = 0; i < trusts_count(trusts); i++) {
		const struct trusted *trust = trusts_at(trusts, i);

		/* What was replaced is history: `vouch log --kind trust'. */
		if (trust->ended_seq != TRUST_NEVER)
			continue;
		if (context->json)
			list_json(trust);
		else
			list_row(table, trust);
	}
	if (!context->json) {
		terminal_begin(&terminal, context, true);
		table_print(table, &terminal);
		terminal_end(&terminal);
	}
	table_free(table);
	reader_close(reader);
	return 0;
}

static const char *const list_examples[] = {
	"vouch trust list",
	NULL,
};

const struct command cmd_trust_list = {
	.name = "list",
	.parent = "trust",
	.group = "Keys",
	.summary = "show whom the ledger trusts beside its keys' holders",
	.machine = true,
	.run = run_list,
	.description = "Roots of certificates, lists of revoked ones, "
		       "witnesses and their quorum: the newest of each name.",
	.examples = list_examples,
};
