#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/decide.h"
#include "cli/policy_file.h"
#include "cli/terminal.h"
#include "policy/packs.h"

/* Policies: checked, put into force, shown. */

struct policy_options {
	const char *because;
	const char *params_file;
	struct option_list params;
	struct option_list tags;
	bool all;
};

#define AT(field) offsetof(struct policy_options, field)
#define END_ROW \
	{ \
		NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false \
	}
#define TAG_ROW \
	{ \
		"tag", 0, OPTION_LIST, AT(tags), "K=V", "a label", NULL, false \
	}

/* --- check --- */

static int
run_check(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	bool good = true;

	(void)given;
	for (size_t i = 0; i < operands.count; i++) {
		struct policy_file file;
		size_t errors, warnings;

		if (policy_file_read(&file, operands.item[i], err) == -1)
			return -1;
		policy_file_lint(&file, context, &errors, &warnings);
		if (!context->quiet && !context->json)
			printf("%s: %s, %zu rule%s, %zu error%s, %zu "
			       "warning%s\n",
			    operands.item[i], file.policy->name,
			    file.policy->rule_count,
			    file.policy->rule_count == 1 ? "" : "s", errors,
			    errors == 1 ? "" : "s", warnings,
			    warnings == 1 ? "" : "s");
		good &= errors == 0;
		policy_file_free(&file);
	}
	context->verdict = good ? 0 : ERROR_NO;
	return 0;
}

static const char *const check_examples[] = {
	"vouch policy check credit.yaml",
	NULL,
};

const struct command cmd_policy_check = {
	.name = "check",
	.parent = "policy",
	.group = "Rules",
	.summary = "look for mistakes in a policy file",
	.operands = "FILE…",
	.least = 1,
	.most = 1000,
	.options_size = sizeof(struct policy_options),
	.machine = true,
	.run = run_check,
	.description =
	    "Reads the file as publishing would, and looks further: names "
	    "and members that there are not, comparisons that can never hold, "
	    "what depends on the machine (named time zones). Those are errors, "
	    "exit status 1, and such a policy is not published. It warns of "
	    "rules without a remedy or an example.",
	.examples = check_examples,
};

/* --- packs --- */

static int
run_packs(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	static const char *const headings[] = { "pack", "rules", "what it is" };
	struct table *table = table_new(headings, 3);
	struct terminal terminal;
	char count[24];

	(void)given;
	(void)operands;
	terminal_begin(&terminal, context, false);
	if (context->json)
		fputs("[", terminal.out);
	for (const struct embedded *pack = packs; pack->name != NULL; pack++) {
		struct policy *policy;

		if (policy_parse(&policy, pack_text(pack->name), err) == -1) {
			table_free(table);
			return -1;
		}
		if (context->json) {
			fprintf(terminal.out,
			    "%s{\"name\":\"%s\",\"rules\":%zu,"
			    "\"title\":",
			    pack == packs ? "" : ",", pack->name,
			    policy->rule_count);
			print_json_text(policy->title);
			fputs("}", terminal.out);
		}
		(void)snprintf(count, sizeof count, "%zu", policy->rule_count);
		table_cell(table, STYLE_NAME, false, bytes_of_text(pack->name));
		table_cell(table, STYLE_PLAIN, true, bytes_of_text(count));
		table_cell(table, STYLE_PLAIN, false,
		    bytes_of_text(policy->title));
		policy_free(policy);
	}
	if (context->json)
		fputs("]\n", terminal.out);
	else
		table_print(table, &terminal);
	terminal_end(&terminal);
	table_free(table);
	return 0;
}

static const char *const packs_examples[] = {
	"vouch policy packs",
	NULL,
};

const struct command cmd_policy_packs = {
	.name = "packs",
	.parent = "policy",
	.group = "Rules",
	.summary = "list the policies that come with vouch",
	.options_size = sizeof(struct policy_options),
	.machine = true,
	.run = run_packs,
	.description =
	    "Where a command takes a policy file it takes the name of a pack "
	    "too: `vouch policy publish starter'. `vouch policy export' writes "
	    "one out, to be changed.",
	.examples = packs_examples,
};

static int
run_export(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct bytes text = pack_text(operands.item[0]);

	(void)context;
	(void)given;
	if (text.len == 0)
		return error_set(err, ERROR_UNDECIDED,
		    "`vouch policy packs' lists them",
		    "no pack is called '%.100s'", operands.item[0]);
	fwrite(text.data, 1, text.len, stdout);
	return 0;
}

static const char *const export_examples[] = {
	"vouch policy export starter",
	NULL,
};

const struct command cmd_policy_export = {
	.name = "export",
	.parent = "policy",
	.group = "Rules",
	.summary = "write out a pack, to be changed",
	.operands = "PACK",
	.least = 1,
	.most = 1,
	.options_size = sizeof(struct policy_options),
	.run = run_export,
	.description = "Prints the YAML file with its examples.",
	.examples = export_examples,
};

/* --- publish, propose, retire --- */

static const struct option publish_rows[] = {
	{ "param", 'p', OPTION_LIST, AT(params), "K=V",
	    "a parameter that this ledger sets otherwise; lists as JSON", NULL,
	    false },
	{ "params", 0, OPTION_TEXT, AT(params_file), "FILE.json",
	    "a file of such parameters", NULL, false },
	{ "because", 0, OPTION_TEXT, AT(because), "TEXT", "why", NULL, false },
	TAG_ROW,
	END_ROW,
};

static const struct option propose_rows[] = {
	{ "because", 0, OPTION_TEXT, AT(because), "TEXT", "why", NULL, false },
	TAG_ROW,
	END_ROW,
};

static const struct option retire_rows[] = {
	{ "because", 0, OPTION_TEXT, AT(because), "TEXT", "why", NULL, true },
	TAG_ROW,
	END_ROW,
};

/* A value that is written as a list or a map in JSON is one. */
static int
read_lists(struct json *members, struct error *err)
{
	struct json *params = json_take(members, "params");
	struct json *read = json_new_object();

	for (const struct json *child = json_first(params); child != NULL;
	     child = json_next(child)) {
		const char *text = json_text(child);
		struct json *value = NULL;

		if (text != NULL && (text[0] == '[' || text[0] == '{')) {
			if (json_parse(&value, bytes_of_text(text), err) ==
			    -1) {
				error_place(err, "--param %s",
				    json_name(child));
				goto failed;
			}
		} else {
			value = json_copy(child);
		}
		if (json_put(read, json_name(child), value, err) == -1)
			goto failed;
	}
	json_free(params);
	return json_put(members, "params", read, err);
failed:
	json_free(params);
	json_free(read);
	return -1;
}

/* {"params": …} from options and file. */
static int
put_params(struct json *members, const struct policy_options *given,
    const struct policy *policy, struct error *err)
{
	struct json *params = json_new_object(), *whole = NULL;

	if (params == NULL)
		return error_memory(err);
	if (json_put(members, "params", params, err) == -1)
		return -1;
	json_free(json_take(members, "params"));
	if (given->params.count > 0 &&
	    (compose_pairs(members, "params", &given->params, "param", false,
		 err) == -1 ||
		read_lists(members, err) == -1))
		return -1;
	if (given->params_file != NULL) {
		params = json_take(members, "params");
		if (params == NULL && (params = json_new_object()) == NULL)
			return error_memory(err);
		if (compose_file(params, given->params_file, err) == -1) {
			json_free(params);
			return -1;
		}
		if (json_put(members, "params", params, err) == -1)
			return -1;
	}
	if (rulebook_params(&whole, policy, json_member(members, "params"),
		err) == -1)
		return -1;
	json_free(whole);
	return 0;
}

/* The proposal of this very text, if somebody made one. */
static int
put_proposal(struct json *members, struct session_write *session,
    struct digest text, struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	struct reader *reader = NULL;
	struct error none;
	uint64_t seq;
	int result = -1;

	if (reader_open(&reader, buffer_string(&session->store_path), err) ==
	    -1)
		goto done;
	result = 0;
	if (decide_find(reader, "proposal", digest_hex(text).text, NULL, &entry,
		&seq, &none) == 0)
		result = json_put(members, "proposal",
		    json_new_text(digest_hex(entry.leaf).text), err);
done:
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

/* The record that puts a text into force, or ends it. */
static int
policy_members(struct json *members, const struct policy *policy,
    const char *status, const char *version, struct error *err)
{
	if (compose_text(members, "name", policy->name, err) == -1 ||
	    compose_text(members, "version", version, err) == -1 ||
	    compose_text(members, "status", status, err) == -1 ||
	    compose_text(members, "text", digest_hex(policy->digest).text,
		err) == -1 ||
	    compose_text(members, "evaluator", POLICY_EVALUATOR, err) == -1)
		return -1;
	return json_put(members, "rules",
	    json_new_integer((int64_t)policy->rule_count), err);
}

/* What is done with a policy that is fit to be in force. */
typedef int file_work(struct session_write *session, struct context *context,
    const struct policy_options *given, const struct policy_file *file,
    struct error *err);

static int
with_file(struct context *context, const void *given, struct operands operands,
    file_work *work, struct error *err)
{
	struct session_write session;
	struct policy_file file;
	int result = -1;

	if (policy_file_read(&file, operands.item[0], err) == -1)
		return -1;
	if (policy_file_is_fit(&file, err) == 0 &&
	    session_write(&session, context, err) == 0) {
		result = work(&session, context, given, &file, err);
		session_write_end(&session);
	}
	policy_file_free(&file);
	return result;
}

static int
publish(struct session_write *session, struct context *context,
    const struct policy_options *given, const struct policy_file *file,
    struct error *err)
{
	const struct policy *policy = file->policy;
	struct bytes text = buffer_bytes(&file->text);
	struct json *members = json_new_object();
	char *version = NULL;
	int result = -1;

	if (members == NULL)
		return error_memory(err);
	if (compose_next_version(&version, session, "policy", policy->name,
		err) == -1 ||
	    policy_members(members, policy, "in force", version, err) == -1 ||
	    put_params(members, given, policy, err) == -1 ||
	    put_proposal(members, session, policy->digest, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "policy", members,
	    &policy->digest, &text, 1, err);
done:
	json_free(members);
	memory_free(version);
	return result;
}

static int
run_publish(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return with_file(context, given, operands, publish, err);
}

static const char *const publish_examples[] = {
	"vouch policy publish credit.yaml --param min_auc=0.8 --because "
	"'First rules'",
	NULL,
};

const struct command cmd_policy_publish = {
	.name = "publish",
	.parent = "policy",
	.group = "Rules",
	.summary = "put a policy into force",
	.operands = "FILE",
	.least = 1,
	.most = 1,
	.options = publish_rows,
	.options_size = sizeof(struct policy_options),
	.machine = true,
	.appends = true,
	.run = run_publish,
	.description =
	    "Records the whole text, signed; from the next entry on its rules "
	    "hold, in place of the version before. The policies in force are "
	    "asked first: a rule on policy may demand that somebody else has "
	    "approved the proposal of this very text (`vouch policy "
	    "propose').",
	.examples = publish_examples,
};

static int
propose(struct session_write *session, struct context *context,
    const struct policy_options *given, const struct policy_file *file,
    struct error *err)
{
	const struct policy *policy = file->policy;
	struct json *members = json_new_object(), *about = json_new_object();
	struct reader *reader = NULL;
	struct buffer name = buffer_new(4096);
	char *version = NULL;
	int result = -1;

	if (compose_next_version(&version, session, "policy", policy->name,
		err) == -1)
		goto done;
	buffer_printf(&name, "policy/%s@%s", policy->name, version);
	if (json_put(about, "name", json_new_text(buffer_string(&name)), err) ==
		-1 ||
	    json_put(about, "digest",
		json_new_text(digest_hex(policy->digest).text), err) == -1)
		goto done;
	if (json_put(members, "about", about, err) == -1) {
		about = NULL;
		goto done;
	}
	about = NULL;
	if (reader_open(&reader, buffer_string(&session->store_path), err) ==
		-1 ||
	    decide_evidence(members, reader, policy->digest, err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "proposal", members, NULL,
	    NULL, 0, err);
done:
	reader_close(reader);
	json_free(about);
	json_free(members);
	memory_free(version);
	buffer_free(&name);
	return result;
}

static int
run_propose(struct context *context, const void *given,
    struct operands operands, struct error *err)
{
	return with_file(context, given, operands, propose, err);
}

static const char *const propose_examples[] = {
	"vouch policy propose credit.yaml --because 'A higher bar for AUC'",
	NULL,
};

const struct command cmd_policy_propose = {
	.name = "propose",
	.parent = "policy",
	.group = "Rules",
	.summary = "propose a policy, for others to approve",
	.operands = "FILE",
	.least = 1,
	.most = 1,
	.options = propose_rows,
	.options_size = sizeof(struct policy_options),
	.machine = true,
	.appends = true,
	.run = run_propose,
	.description =
	    "The proposal names the text by its digest. `vouch approve ENTRY' "
	    "answers it, and `vouch policy publish FILE' carries it out.",
	.examples = propose_examples,
};

/* The edition of that name, which is NAME or NAME@VERSION. */
static int
find_edition(const struct edition **out, struct rulebook *rulebook,
    const struct append_view *view, const char *what, struct error *err)
{
	const struct edition *const *editions;
	const char *at = strchr(what, '@');
	size_t len = at == NULL ? strlen(what) : (size_t)(at - what);
	size_t count;

	*out = NULL;
	if (strncmp(what, "policy/", 7) == 0) {
		what += 7;
		len -= 7;
	}
	if (rulebook_all(rulebook, view, &editions, &count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct context_policy *said = &editions[i]->said;

		if (strlen(said->name) == len &&
		    strncmp(said->name, what, len) == 0 &&
		    (at == NULL || strcmp(said->version, at + 1) == 0))
			*out = editions[i];
	}
	if (*out == NULL)
		return error_set(err, ERROR_UNDECIDED,
		    "see `vouch policy list --all'",
		    "there is no policy '%.100s' in this ledger", what);
	return 0;
}

static int
retire(struct session_write *session, struct context *context,
    const void *options, struct operands operands, struct error *err)
{
	const struct policy_options *given = options;
	const char *what = operands.item[0];
	struct append_view view = {
		.store = appender_store(session->appender),
		.authority = appender_authority(session->appender),
		.size = appender_checkpoint(session->appender)->size,
	};
	struct json *members = json_new_object();
	struct rulebook *rulebook = NULL;
	const struct edition *edition;
	struct buffer version = buffer_new(1000);
	int result = -1;

	if (members == NULL || rulebook_new(&rulebook, err) == -1)
		goto done;
	if (find_edition(&edition, rulebook, &view, what, err) == -1)
		goto done;
	if (!edition->in_force || edition->policy == NULL) {
		error_set(err, ERROR_UNDECIDED, "see `vouch policy list --all'",
		    "the policy %s is not in force", edition->said.name);
		goto done;
	}
	buffer_printf(&version, "%s-retired", edition->said.version);
	if (policy_members(members, edition->policy, "retired",
		buffer_string(&version), err) == -1 ||
	    compose_text(members, "because", given->because, err) == -1 ||
	    compose_pairs(members, "tags", &given->tags, "tag", false, err) ==
		-1)
		goto done;
	result = decide_record(session, context, "policy", members,
	    &edition->policy->digest, NULL, 0, err);
done:
	json_free(members);
	rulebook_free(rulebook);
	buffer_free(&version);
	return result;
}

static int
run_retire(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	return session_do(context, given, operands, retire, err);
}

static const char *const retire_examples[] = {
	"vouch policy retire credit --because 'Replaced by the bank policy'",
	NULL,
};

const struct command cmd_policy_retire = {
	.name = "retire",
	.parent = "policy",
	.group = "Rules",
	.summary = "end a policy",
	.operands = "POLICY",
	.least = 1,
	.most = 1,
	.options = retire_rows,
	.options_size = sizeof(struct policy_options),
	.machine = true,
	.appends = true,
	.run = run_retire,
	.description = "From the next entry on its rules hold no longer. The "
		       "policies in force are asked first, as for publishing.",
	.examples = retire_examples,
};

/* --- list, show --- */

static const struct option list_rows[] = {
	{ "all", 'a', OPTION_FLAG, AT(all), NULL,
	    "versions that are no longer in force, too", NULL, false },
	END_ROW,
};

static void
list_json(const struct edition *const *editions, size_t count,
    const struct edition *const *in_force, size_t in_force_count)
{
	struct buffer out = buffer_new((size_t)16 << 20);

	buffer_byte(&out, '[');
	for (size_t i = 0; i < count; i++) {
		const struct edition *edition = editions[i];
		bool holds = false;

		for (size_t k = 0; k < in_force_count; k++)
			holds |= in_force[k] == edition;
		buffer_printf(&out, "%s{\"name\":", i == 0 ? "" : ",");
		json_write_text(&out, bytes_of_text(edition->said.name));
		buffer_text(&out, ",\"version\":");
		json_write_text(&out, bytes_of_text(edition->said.version));
		buffer_printf(&out,
		    ",\"in_force\":%s,\"seq\":%llu,\"time\":\"%s\","
		    "\"digest\":\"%s\",\"rules\":%zu}",
		    holds ? "true" : "false", (unsigned long long)edition->seq,
		    time_format(edition->said.time_ms).text,
		    digest_hex(edition->said.digest).text,
		    edition->policy == NULL ? 0 : edition->policy->rule_count);
	}
	buffer_text(&out, "]\n");
	fputs(buffer_string(&out), stdout);
	buffer_free(&out);
}

static void
list_table(const struct context *context, const struct edition *const *editions,
    size_t count, const struct edition *const *in_force, size_t in_force_count)
{
	static const char *const headings[] = { "policy", "rules", "entry",
		"since", "", "what it is" };
	struct table *table = table_new(headings, 6);
	struct terminal terminal;
	struct buffer text = buffer_new(4096);

	terminal_begin(&terminal, context, true);
	for (size_t i = 0; i < count; i++) {
		const struct edition *edition = editions[i];
		const char *state = "replaced";

		for (size_t k = 0; k < in_force_count; k++) {
			if (in_force[k] == edition)
				state = "in force";
		}
		if (!edition->in_force)
			state = "retired";
		buffer_clear(&text);
		buffer_printf(&text, "%s@%s", edition->said.name,
		    edition->said.version);
		table_cell(table, STYLE_NAME, false, buffer_bytes(&text));
		buffer_clear(&text);
		buffer_printf(&text, "%zu",
		    edition->policy == NULL ? 0 : edition->policy->rule_count);
		table_cell(table, STYLE_PLAIN, true, buffer_bytes(&text));
		buffer_clear(&text);
		buffer_printf(&text, "%llu", (unsigned long long)edition->seq);
		table_cell(table, STYLE_PLAIN, true, buffer_bytes(&text));
		table_cell(table, STYLE_PLAIN, false,
		    bytes_of(time_format(edition->said.time_ms).text, 10));
		table_cell(table,
		    strcmp(state, "in force") == 0 ? STYLE_GOOD : STYLE_FAINT,
		    false, bytes_of_text(state));
		table_cell(table, STYLE_PLAIN, false,
		    bytes_of_text(edition->policy == NULL ? "cannot be read"
			    : edition->policy->title == NULL
			    ? ""
			    : edition->policy->title));
	}
	table_print(table, &terminal);
	terminal_end(&terminal);
	table_free(table);
	buffer_free(&text);
}

static int
run_list(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct policy_options *options = given;
	const struct edition *const *editions, *const *in_force;
	const struct edition **kept = NULL;
	struct rulebook *rulebook = NULL;
	struct reader *reader = NULL;
	struct append_view view;
	size_t count, in_force_count;
	int result = -1;

	(void)operands;
	if (session_read(&reader, context, err) == -1 ||
	    rulebook_new(&rulebook, err) == -1)
		goto done;
	view = decide_view(reader, 0);
	if (rulebook_at(rulebook, &view, &in_force, &in_force_count, err) == -1)
		goto done;
	kept = memory_new(in_force_count + 1, sizeof *kept);
	if (kept == NULL) {
		error_memory(err);
		goto done;
	}
	if (in_force_count > 0)
		memcpy(kept, in_force, in_force_count * sizeof *kept);
	editions = kept;
	count = in_force_count;
	if (options->all &&
	    rulebook_all(rulebook, &view, &editions, &count, err) == -1)
		goto done;
	if (context->json)
		list_json(editions, count, kept, in_force_count);
	else if (count == 0)
		puts("no policy is in force; begin with one of those that come "
		     "with vouch: `vouch policy packs'");
	else
		list_table(context, editions, count, kept, in_force_count);
	result = 0;
done:
	memory_free(kept);
	rulebook_free(rulebook);
	reader_close(reader);
	return result;
}

static const char *const list_examples[] = {
	"vouch policy list",
	"vouch policy list --all",
	NULL,
};

const struct command cmd_policy_list = {
	.name = "list",
	.parent = "policy",
	.group = "Rules",
	.summary = "list the policies in force",
	.options = list_rows,
	.options_size = sizeof(struct policy_options),
	.reads = true,
	.machine = true,
	.run = run_list,
	.description = "With --as-of, those that were in force then.",
	.examples = list_examples,
};

static int
run_show(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_ATTACHMENT);
	const struct edition *edition;
	struct rulebook *rulebook = NULL;
	struct reader *reader = NULL;
	struct append_view view;
	struct terminal terminal;
	int result = -1;

	(void)given;
	if (session_read(&reader, context, err) == -1 ||
	    rulebook_new(&rulebook, err) == -1)
		goto done;
	view = decide_view(reader, 0);
	if (find_edition(&edition, rulebook, &view, operands.item[0], err) ==
		-1 ||
	    store_attachment(reader_store(reader), edition->said.digest, &text,
		err) == -1)
		goto done;
	terminal_begin(&terminal, context, true);
	for (size_t i = 0, start = 0; i <= text.len; i++) {
		if (i < text.len && text.data[i] != '\n')
			continue;
		if (i > start)
			terminal_show(&terminal, STYLE_PLAIN,
			    bytes_of(text.data + start, i - start));
		if (i < text.len)
			fputc('\n', terminal.out);
		start = i + 1;
	}
	terminal_end(&terminal);
	result = 0;
done:
	buffer_free(&text);
	rulebook_free(rulebook);
	reader_close(reader);
	return result;
}

static const char *const show_examples[] = {
	"vouch policy show starter",
	NULL,
};

const struct command cmd_policy_show = {
	.name = "show",
	.parent = "policy",
	.group = "Rules",
	.summary = "show a policy's text as it was published",
	.operands = "POLICY",
	.least = 1,
	.most = 1,
	.options_size = sizeof(struct policy_options),
	.reads = true,
	.run = run_show,
	.description = "POLICY is NAME (the newest version) or NAME@VERSION.",
	.examples = show_examples,
};

/* --- diff --- */

/* A text of one of the sides: a file, or an edition of the ledger. */
static int
read_side(struct policy_file *out, struct context *context, const char *what,
    struct error *err)
{
	const struct edition *edition;
	struct rulebook *rulebook = NULL;
	struct reader *reader = NULL;
	struct append_view view;
	int result = -1;

	if (file_exists(what))
		return policy_file_read(out, what, err);
	if (session_read(&reader, context, err) == -1 ||
	    rulebook_new(&rulebook, err) == -1)
		goto done;
	view = decide_view(reader, 0);
	out->text = buffer_new(LIMIT_ATTACHMENT);
	out->policy = NULL;
	if (find_edition(&edition, rulebook, &view, what, err) == 0 &&
	    store_attachment(reader_store(reader), edition->said.digest,
		&out->text, err) == 0 &&
	    policy_parse(&out->policy, buffer_bytes(&out->text), err) == 0) {
		out->path = what;
		result = 0;
	} else {
		buffer_free(&out->text);
	}
done:
	rulebook_free(rulebook);
	reader_close(reader);
	return result;
}

static void
node_text(struct buffer *out, const struct yaml *node)
{
	struct json *json;
	struct error ignored;

	buffer_clear(out);
	if (node == NULL)
		return;
	if (node->type <= YAML_TEXT) {
		buffer_append(out, node->text);
		while (out->len > 0 && out->data[out->len - 1] == '\n')
			out->data[--out->len] = '\0';
		return;
	}
	if (yaml_json(&json, node, &ignored) == 0) {
		json_write(out, json);
		json_free(json);
	}
}

static void
say_side(struct terminal *terminal, enum style style, const char *sign,
    const char *name, const struct buffer *text)
{
	if (text->len == 0)
		return;
	terminal_say(terminal, style, "  %s %s: ", sign, name);
	terminal_show(terminal, style, buffer_bytes(text));
	fputc('\n', terminal->out);
}

/* Members of two maps; true if they differ. */
static bool
diff_members(struct terminal *terminal, const char *heading,
    const struct yaml *a, const struct yaml *b, const char *const names[])
{
	struct buffer one = buffer_new((size_t)4 << 20);
	struct buffer two = buffer_new((size_t)4 << 20);
	bool differ = false;

	for (size_t i = 0; names[i] != NULL; i++) {
		node_text(&one, yaml_member(a, names[i]));
		node_text(&two, yaml_member(b, names[i]));
		if (bytes_equal(buffer_bytes(&one), buffer_bytes(&two)))
			continue;
		if (!differ)
			terminal_say(terminal, STYLE_STRONG, "%s\n", heading);
		differ = true;
		say_side(terminal, STYLE_BAD, "-", names[i], &one);
		say_side(terminal, STYLE_GOOD, "+", names[i], &two);
	}
	buffer_free(&one);
	buffer_free(&two);
	return differ;
}

static bool
diff_rules(struct terminal *terminal, const struct policy *a,
    const struct policy *b)
{
	static const char *const names[] = { "on", "each", "scope", "when",
		"evidence", "require", "otherwise", "because", "remedy",
		"message", "controls", "waivable", "always", NULL };
	bool differ = false;

	for (size_t i = 0; i < a->rule_count; i++) {
		const struct rule *rule = &a->rule[i];
		const struct rule *other = policy_rule(b, rule->id);

		if (other == NULL) {
			differ = true;
			terminal_say(terminal, STYLE_BAD, "- rule %s\n",
			    rule->id);
			continue;
		}
		differ |= diff_members(terminal, rule->id, rule->node,
		    other->node, names);
	}
	for (size_t i = 0; i < b->rule_count; i++) {
		const struct rule *rule = &b->rule[i];

		if (policy_rule(a, rule->id) != NULL)
			continue;
		differ = true;
		terminal_say(terminal, STYLE_GOOD, "+ rule %s", rule->id);
		fprintf(terminal->out, ": %s\n", rule->because);
	}
	return differ;
}

static int
run_diff(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	static const char *const names[] = { "policy", "title", "about",
		"sources", "params", "scope", "waivers", "emergency", NULL };
	struct policy_file a, b;
	struct terminal terminal;
	struct arena *arena = NULL;
	struct yaml *one, *two;
	bool differ = false;
	int result = -1;

	(void)given;
	if (read_side(&a, context, operands.item[0], err) == -1)
		return -1;
	if (read_side(&b, context, operands.item[1], err) == -1) {
		policy_file_free(&a);
		return -1;
	}
	if (arena_new(&arena, (size_t)64 << 20, err) == -1 ||
	    yaml_parse(&one, buffer_bytes(&a.text), arena, err) == -1 ||
	    yaml_parse(&two, buffer_bytes(&b.text), arena, err) == -1)
		goto done;
	terminal_begin(&terminal, context, true);
	differ = diff_members(&terminal, "the policy", one, two, names);
	differ |= diff_rules(&terminal, a.policy, b.policy);
	if (!differ)
		fputs("no rule differs\n", terminal.out);
	terminal_end(&terminal);
	context->verdict = differ ? ERROR_NO : 0;
	result = 0;
done:
	arena_free(arena);
	policy_file_free(&a);
	policy_file_free(&b);
	return result;
}

static const char *const diff_examples[] = {
	"vouch policy diff starter@1 starter@2",
	"vouch policy diff starter credit.yaml",
	NULL,
};

const struct command cmd_policy_diff = {
	.name = "diff",
	.parent = "policy",
	.group = "Rules",
	.summary = "compare two policies rule by rule",
	.operands = "POLICY POLICY",
	.least = 2,
	.most = 2,
	.options_size = sizeof(struct policy_options),
	.reads = true,
	.run = run_diff,
	.description =
	    "Each is a file, or NAME or NAME@VERSION in the ledger. Exit "
	    "status 0: no rule differs; 1: some do.",
	.examples = diff_examples,
};
