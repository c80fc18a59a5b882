#include "cli/policy_file.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "policy/packs.h"
#include "policy/rule_shapes.h"

int
policy_file_read(struct policy_file *out, const char *path, struct error *err)
{
	struct policy_file file = { .path = path,
		.text = buffer_new(LIMIT_ATTACHMENT) };

	struct bytes pack = pack_text(path);

	/* A file of that name comes first. */
	if (pack.len > 0 && !file_exists(path))
		buffer_append(&file.text, pack);
	else if (file_read(&file.text, path, err) == -1)
		return -1;
	if (buffer_check(&file.text, "policy", err) == -1 ||
	    policy_parse(&file.policy, buffer_bytes(&file.text), err) == -1) {
		buffer_free(&file.text);
		return error_within(err, "%s", path);
	}
	*out = file;
	return 0;
}

void
policy_file_free(struct policy_file *file)
{
	policy_free(file->policy);
	buffer_free(&file->text);
}

/* --- What may be wrong --- */

struct lint {
	const struct policy_file *file;
	const struct context *context;
	size_t errors; /* What must not be published. */
	size_t count;
	struct error *first;
};

static void
found(struct lint *lint, bool error, const struct yaml *node, const char *rule,
    const char *what)
{
	lint->count++;
	if (error && lint->errors++ == 0 && lint->first != NULL) {
		error_fill(lint->first, ERROR_UNDECIDED, NULL, "%s", what);
		error_place(lint->first, "%s: line %zu: rule %s",
		    lint->file->path, node->line, rule);
	}
	if (lint->context == NULL)
		return;
	if (lint->context->json) {
		printf("{\"line\":%zu,\"rule\":", node->line);
		print_json_text(rule);
		printf(",\"severity\":\"%s\",\"what\":",
		    error ? "error" : "warning");
		print_json_text(what);
		printf("}\n");
		return;
	}
	printf("%s:%zu: %s: rule %s: %s\n", lint->file->path, node->line,
	    error ? "error" : "warning", rule, what);
}

static bool
has_example(const struct policy *policy, const char *id)
{
	for (size_t i = 0;
	     policy->examples != NULL && i < policy->examples->count; i++) {
		const struct yaml *expect =
		    yaml_member(policy->examples->item[i], "expect");

		if (yaml_member(expect, id) != NULL)
			return true;
	}
	return false;
}

struct term_lint {
	struct lint *lint;
	const struct rule *rule;
	const struct yaml *node;
	const char *name;
};

/* A finding with the line of the expression and a mark below the place. */
static void
found_in_term(void *cookie, const struct cel_finding *finding)
{
	struct term_lint *term = cookie;
	struct buffer what = buffer_new(2000);

	buffer_printf(&what, "in \"%s\": %s", term->name, finding->what);
	found(term->lint, finding->error, term->node, term->rule->id,
	    buffer_string(&what));
	buffer_free(&what);
	if (term->lint->context != NULL && !term->lint->context->json) {
		what = buffer_new((size_t)1 << 20);
		cel_show_place(&what, term->node->text, finding->position);
		fputs(buffer_string(&what), stdout);
		buffer_free(&what);
	}
}

static void
lint_term(struct lint *lint, const struct rule *rule,
    const struct rule_shapes *shapes, const struct policy_term *term,
    const char *name, enum shape_type wanted)
{
	struct term_lint finding = { lint, rule, term->node, name };

	if (term->program != NULL)
		cel_check(term->program, shapes->variable, wanted,
		    found_in_term, &finding);
}

static void
lint_terms(struct lint *lint, const struct rule *rule)
{
	struct rule_shapes shapes;
	struct arena *arena;
	struct error err;

	if (arena_new(&arena, (size_t)16 << 20, &err) == -1)
		return;
	if (rule_shapes_make(&shapes, rule, lint->file->policy->params, arena,
		&err) == 0) {
		lint_term(lint, rule, &shapes, &rule->when, "when", SHAPE_BOOL);
		lint_term(lint, rule, &shapes, &rule->evidence, "evidence",
		    SHAPE_BOOL);
		lint_term(lint, rule, &shapes, &rule->require, "require",
		    SHAPE_BOOL);
		lint_term(lint, rule, &shapes, &rule->message, "message",
		    SHAPE_STRING);
	}
	arena_free(arena);
}

static void
lint_rule(struct lint *lint, const struct rule *rule)
{
	const struct policy *policy = lint->file->policy;

	lint_terms(lint, rule);

	if (strcmp(rule->id, "emergency-review") == 0)
		return;
	if (rule->denies && rule->remedy == NULL)
		found(lint, false, rule->node, rule->id,
		    "it denies, and names no remedy");
	if (!has_example(policy, rule->id))
		found(lint, false, rule->node, rule->id,
		    "no example expects anything of it");
}

static void
lint_all(struct lint *lint)
{
	const struct policy *policy = lint->file->policy;

	for (size_t i = 0; i < policy->rule_count; i++)
		lint_rule(lint, &policy->rule[i]);
}

void
policy_file_lint(const struct policy_file *file, const struct context *context,
    size_t *errors, size_t *warnings)
{
	struct lint lint = { .file = file, .context = context };

	lint_all(&lint);
	*errors = lint.errors;
	*warnings = lint.count - lint.errors;
}

int
policy_file_is_fit(const struct policy_file *file, struct error *err)
{
	struct lint lint = { .file = file, .first = err };

	lint_all(&lint);
	return lint.errors == 0 ? 0 : -1;
}
