#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/entries.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "ledger/lineage.h"

#define NODES_MAX 10000

static const char *const formats[] = { "text", "dot", "json", NULL };

struct lineage_options {
	const char *format;
	bool up;
	bool down;
	uint64_t depth;
};

static const struct option options[] = {
	{ "up", 0, OPTION_FLAG, offsetof(struct lineage_options, up), NULL,
	    "only what it came from", NULL, false },
	{ "down", 0, OPTION_FLAG, offsetof(struct lineage_options, down), NULL,
	    "only what came from it", NULL, false },
	{ "depth", 0, OPTION_COUNT, offsetof(struct lineage_options, depth),
	    "N", "show at most so many steps", NULL, false },
	{ "format", 'f', OPTION_CHOICE,
	    offsetof(struct lineage_options, format), "FORMAT",
	    "text, dot or json", formats, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* A tree drawn from a graph: what was drawn once is only named again. */
struct drawing {
	struct terminal terminal;
	const struct lineage *lineage;
	bool *drawn;
	uint64_t depth;
	char lead[800];
};

static void
draw_node(struct drawing *drawing, size_t number, const char *relation)
{
	const struct lineage_node *node = &drawing->lineage->node[number];
	struct terminal *terminal = &drawing->terminal;

	if (relation != NULL)
		terminal_say(terminal, STYLE_FAINT, "%s ", relation);
	terminal_show(terminal,
	    node->superseded     ? STYLE_STRUCK
		: node->is_entry ? STYLE_NAME
				 : STYLE_PLAIN,
	    bytes_of_text(node->name == NULL || node->name[0] == '\0'
		    ? "(no name)"
		    : node->name));
	/* The name of an entry that was erased says all that is left. */
	if (node->is_entry && node->kind == &kind_erased) {
		fputc('\n', terminal->out);
		return;
	}
	if (node->is_entry)
		terminal_say(terminal, STYLE_FAINT, "  entry %llu",
		    (unsigned long long)node->seq);
	else
		terminal_say(terminal, STYLE_FAINT, "  %.12s",
		    digest_hex(node->digest).text);
	if (node->status != NULL && node->status[0] != '\0')
		terminal_say(terminal,
		    strcmp(node->status, "failed") == 0 ? STYLE_BAD
							: STYLE_PLAIN,
		    "  %s", node->status);
	if (node->superseded)
		terminal_say(terminal, STYLE_WARN, "  corrected");
	if (drawing->drawn[number])
		terminal_say(terminal, STYLE_FAINT, "  (above)");
	fputc('\n', terminal->out);
}

/* What a record that is about a model does to it. */
static const char *
about_word(const struct kind *kind)
{
	static const char *const words[][2] = {
		{ "observation", "observed by" },
		{ "incident", "struck by" },
		{ "proposal", "proposed by" },
		{ "approval", "approved by" },
		{ "rejection", "rejected by" },
		{ "deployment", "put in place by" },
		{ "waiver", "excepted by" },
		{ "attestation", "attested by" },
		{ "hold", "kept by" },
		{ "gap", "missed by" },
	};

	for (size_t i = 0; kind != NULL && i < sizeof words / sizeof words[0];
	     i++) {
		if (strcmp(kind->name, words[i][0]) == 0)
			return words[i][1];
	}
	return "judged by";
}

/* What an edge says, read from the start outwards. */
static const char *
relation_of(enum fact_role role, bool up, const struct lineage_node *other)
{
	switch (role) {
	case FACT_INPUT:
		return up ? "used" : "used by";
	case FACT_OUTPUT:
		return up ? "made by" : "made";
	case FACT_SUBJECT:
		return up ? "recorded by" : "records";
	case FACT_PARENT:
		return up ? "derived from" : "parent in";
	case FACT_MODEL:
		return up ? "about" : about_word(other->kind);
	case FACT_DATASET:
		return up ? "on" : "used by";
	case FACT_NAMED:
		return up ? "named by" : "named";
	case FACT_SUPERSEDES:
		return up ? "corrects" : "corrected by";
	default:
		return other->is_entry ? (up ? "from" : "named by") : "";
	}
}

static void
draw_below(struct drawing *drawing, size_t number, bool up, unsigned depth)
{
	const struct lineage *lineage = drawing->lineage;
	size_t lead = strlen(drawing->lead);
	bool unicode = drawing->terminal.unicode;
	size_t children = 0, seen = 0;

	if (drawing->drawn[number] || depth > 60 ||
	    (drawing->depth != 0 && depth >= drawing->depth))
		return;
	drawing->drawn[number] = true;
	for (size_t i = 0; i < lineage->edge_count; i++)
		children += up ? lineage->edge[i].to == number
			       : lineage->edge[i].from == number;
	for (size_t i = 0; i < lineage->edge_count; i++) {
		const struct lineage_edge *edge = &lineage->edge[i];
		size_t other = up ? edge->from : edge->to;
		bool last;

		if ((up ? edge->to : edge->from) != number)
			continue;
		last = ++seen == children;
		fprintf(drawing->terminal.out, "%s%s", drawing->lead,
		    unicode ? (last ? "└─ " : "├─ ") : (last ? "`- " : "|- "));
		draw_node(drawing, other,
		    relation_of(edge->role, up, &lineage->node[other]));
		snprintf(drawing->lead + lead, sizeof drawing->lead - lead,
		    "%s",
		    last          ? "   "
			: unicode ? "│  "
				  : "|  ");
		draw_below(drawing, other, up, depth + 1);
		drawing->lead[lead] = '\0';
	}
}

static int
print_text(const struct lineage *lineage, const struct context *context,
    bool up, bool down, uint64_t depth, struct error *err)
{
	struct drawing drawing = { .lineage = lineage, .depth = depth };

	drawing.drawn = memory_new(lineage->node_count, sizeof *drawing.drawn);
	if (drawing.drawn == NULL)
		return error_memory(err);
	terminal_begin(&drawing.terminal, context, true);
	draw_node(&drawing, 0, NULL);
	if (up) {
		if (down)
			terminal_say(&drawing.terminal, STYLE_STRONG,
			    "came from\n");
		draw_below(&drawing, 0, true, 0);
	}
	if (down) {
		memset(drawing.drawn, 0,
		    lineage->node_count * sizeof *drawing.drawn);
		if (up)
			terminal_say(&drawing.terminal, STYLE_STRONG,
			    "led to\n");
		draw_below(&drawing, 0, false, 0);
	}
	if (lineage->truncated)
		terminal_say(&drawing.terminal, STYLE_WARN,
		    "… more than %d nodes: the rest is not shown\n", NODES_MAX);
	terminal_end(&drawing.terminal);
	memory_free(drawing.drawn);
	return 0;
}

/* Quoted for Graphviz. */
static void
dot_text(const char *text)
{
	struct buffer shown = buffer_new((size_t)1 << 16);

	text_show(&shown, bytes_of_text(text == NULL ? "" : text));
	for (const char *at = buffer_string(&shown); *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			putchar('\\');
		putchar(*at);
	}
	buffer_free(&shown);
}

static void
print_dot(const struct lineage *lineage)
{
	printf("digraph lineage {\n\trankdir=LR;\n"
	       "\tnode [fontname=\"sans-serif\"];\n");
	for (size_t i = 0; i < lineage->node_count; i++) {
		const struct lineage_node *node = &lineage->node[i];

		printf("\tn%zu [shape=%s, label=\"", i,
		    node->is_entry ? "box, style=rounded" : "note");
		dot_text(node->name);
		if (node->is_entry)
			printf("\\nentry %llu", (unsigned long long)node->seq);
		else
			printf("\\n%.12s", digest_hex(node->digest).text);
		printf("\"];\n");
	}
	for (size_t i = 0; i < lineage->edge_count; i++)
		printf("\tn%zu -> n%zu [label=\"%s\"];\n",
		    lineage->edge[i].from, lineage->edge[i].to,
		    fact_role_name(lineage->edge[i].role));
	printf("}\n");
}

static void
print_json(const struct lineage *lineage)
{
	printf("{\"nodes\":[");
	for (size_t i = 0; i < lineage->node_count; i++) {
		const struct lineage_node *node = &lineage->node[i];

		printf("%s{\"id\":%zu,\"type\":\"%s\",\"name\":",
		    i == 0 ? "" : ",", i,
		    node->is_entry ? "entry" : "artefact");
		print_json_text(node->name == NULL ? "" : node->name);
		printf(",\"digest\":\"%s\",\"depth\":%u",
		    digest_hex(node->digest).text, node->depth);
		if (node->is_entry)
			printf(",\"seq\":%llu,\"kind\":\"%s\","
			       "\"status\":\"%s\"",
			    (unsigned long long)node->seq, node->kind->name,
			    node->status == NULL ? "" : node->status);
		printf("}");
	}
	printf("],\"edges\":[");
	for (size_t i = 0; i < lineage->edge_count; i++)
		printf("%s{\"from\":%zu,\"to\":%zu,\"role\":\"%s\"}",
		    i == 0 ? "" : ",", lineage->edge[i].from,
		    lineage->edge[i].to, fact_role_name(lineage->edge[i].role));
	printf("],\"truncated\":%s}\n", lineage->truncated ? "true" : "false");
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct lineage_options *how = given;
	bool up = how->up || !how->down, down = how->down || !how->up;
	const char *format = context->json ? "json"
	    : how->format == NULL          ? "text"
					   : how->format;
	struct lineage *lineage = NULL;
	struct reader *reader = NULL;
	struct digest start;
	int result = -1;

	if (session_read(&reader, context, err) == -1)
		return -1;
	if (entries_subject(&start, reader, operands.item[0], err) == -1 ||
	    lineage_walk(&lineage, reader, start,
		(enum lineage_direction)((up ? LINEAGE_UP : 0) |
		    (down ? LINEAGE_DOWN : 0)),
		NODES_MAX, err) == -1)
		goto done;
	result = 0;
	if (strcmp(format, "json") == 0)
		print_json(lineage);
	else if (strcmp(format, "dot") == 0)
		print_dot(lineage);
	else
		result =
		    print_text(lineage, context, up, down, how->depth, err);
done:
	lineage_free(lineage);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch lineage model/credit",
	"vouch lineage model/credit --up --format dot",
	NULL,
};

const struct command cmd_lineage = {
	.name = "lineage",
	.group = "Look",
	.summary = "show what a thing came from and what came from it",
	.operands = "DIGEST|NAME",
	.least = 1,
	.most = 1,
	.options = options,
	.options_size = sizeof(struct lineage_options),
	.reads = true,
	.machine = true,
	.run = run,
	.description =
	    "Follows digests: from a model to the run that made it, to the "
	    "data that the run used, to what that was derived from; and on "
	    "the other side to the evaluations, observations and incidents "
	    "that are about it.",
	.examples = examples,
};
