/*
 * Parsing: by recursive descent over the grammar of doc/langdef.md, "Syntax".
 * Macros are recognized where they are called, because their variables are
 * in scope in their bodies only; names are resolved when all is read.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "policy/cel_functions_internal.h"
#include "policy/cel_lex.h"

#define ARGUMENTS_MAX 4096
#define PATTERNS_MAX 100
#define TREE_BYTES ((size_t)64 * 1024 * 1024)

struct parser {
	struct cel_program *program;
	const struct cel_options *options;
	struct cel_token token; /* Not taken yet. */
	size_t offset; /* After it. */
	struct bytes local[CEL_LOCALS_MAX];
	unsigned locals;
	unsigned depth;
	size_t end; /* Of the token taken last. */
	bool starved; /* The system had no memory. */
	const char *why; /* What is wrong, if anything is. */
	char message[200];
	size_t where;
};

static struct cel_node *parse_expression(struct parser *parser);

static struct cel_node *
fail(struct parser *parser, size_t where, const char *why)
{
	if (parser->why == NULL) {
		parser->why = why;
		parser->where = where;
	}
	return NULL;
}

/* A name for a message, by "%.*s": the front of it. */
#define SHOWN(name) \
	(int)((name).len < 80 ? (name).len : 80), (const char *)(name).data

static struct cel_node *fail_with(struct parser *parser, size_t where,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static struct cel_node *
fail_with(struct parser *parser, size_t where, const char *format, ...)
{
	va_list arguments;

	if (parser->why != NULL)
		return NULL;
	va_start(arguments, format);
	vsnprintf(parser->message, sizeof parser->message, format, arguments);
	va_end(arguments);
	return fail(parser, where, parser->message);
}

static void
advance(struct parser *parser)
{
	parser->end = parser->offset;
	parser->token = cel_token_at(parser->program->source, &parser->offset,
	    parser->program->arena);
	if (parser->token.type == TOKEN_WRONG)
		fail(parser, parser->token.position,
		    (const char *)parser->token.text.data);
}

static bool
at_sign(const struct parser *parser, const char *sign)
{
	return parser->token.type == TOKEN_SIGN &&
	    bytes_equal(parser->token.text, bytes_of_text(sign));
}

static bool
take_sign(struct parser *parser, const char *sign)
{
	if (!at_sign(parser, sign))
		return false;
	advance(parser);
	return true;
}

static bool
expect_sign(struct parser *parser, const char *sign)
{
	if (take_sign(parser, sign))
		return true;
	fail_with(parser, parser->token.position, "'%s' is expected", sign);
	return false;
}

/* The token after the one not taken yet. */
static struct cel_token
look_ahead(const struct parser *parser)
{
	size_t offset = parser->offset;

	return cel_token_at(parser->program->source, &offset,
	    parser->program->arena);
}

static bool
is_sign(const struct cel_token *token, const char *sign)
{
	return token->type == TOKEN_SIGN &&
	    bytes_equal(token->text, bytes_of_text(sign));
}

/* --- Nodes --- */

static struct cel_node *
node_new(struct parser *parser, enum cel_op op, size_t position, size_t count)
{
	struct arena *arena = parser->program->arena;
	struct cel_node *node = arena_take(arena, 1, sizeof *node);

	if (node == NULL)
		return fail(parser, position,
		    "an expression that takes too much memory");
	memset(node, 0, sizeof *node);
	node->op = op;
	node->id = parser->program->nodes++;
	node->height = 1;
	node->start = (uint32_t)position;
	node->end = (uint32_t)parser->end;
	node->position = (uint32_t)position;
	node->count = (uint32_t)count;
	if (count > 0) {
		node->arg = arena_take(arena, count, sizeof *node->arg);
		if (node->arg == NULL)
			return fail(parser, position,
			    "an expression that takes too much memory");
	}
	return node;
}

static struct cel_node *
constant_new(struct parser *parser, size_t position, struct cel_value value)
{
	struct cel_node *node = node_new(parser, OP_CONSTANT, position, 0);

	if (node != NULL)
		node->constant = value;
	return node;
}

static struct cel_node *
node_with(struct parser *parser, enum cel_op op, size_t position,
    struct cel_node *const *args, size_t count)
{
	struct cel_node *node;

	for (size_t i = 0; i < count; i++) {
		if (args[i] == NULL)
			return NULL;
	}
	node = node_new(parser, op, position, count);
	for (size_t i = 0; node != NULL && i < count; i++) {
		node->arg[i] = args[i];
		if (args[i]->start < node->start)
			node->start = args[i]->start;
		if (args[i]->height >= node->height)
			node->height = args[i]->height + 1;
	}
	if (node != NULL && node->height > CEL_HEIGHT_MAX)
		return fail(parser, position, "nested too deeply");
	return node;
}

/*
 * What has no meaning is an error when it is evaluated, so that what does not
 * depend on it has a value ("Runtime Errors"); a check of the expression finds
 * it before.
 */
static void
make_unknown(struct parser *parser, struct cel_node *node,
    struct cel_value error)
{
	node->op = OP_CONSTANT;
	node->count = 0;
	node->constant = error;
	if (parser->options->strict)
		fail(parser, node->position, (const char *)error.text.data);
}

static struct cel_node *
unknown_new(struct parser *parser, size_t position, struct cel_value error)
{
	struct cel_node *node = node_new(parser, OP_CONSTANT, position, 0);

	if (node != NULL)
		make_unknown(parser, node, error);
	return node;
}

static enum cel_quick
quick_of(const struct cel_function *function)
{
	static const struct {
		cel_call *call;
		enum cel_quick quick;
	} known[] = {
		{ cel_is_equal, QUICK_EQUAL },
		{ cel_is_unequal, QUICK_UNEQUAL },
		{ cel_less, QUICK_LESS },
		{ cel_less_equal, QUICK_LESS_EQUAL },
		{ cel_greater, QUICK_GREATER },
		{ cel_greater_equal, QUICK_GREATER_EQUAL },
		{ cel_add, QUICK_ADD },
		{ cel_subtract, QUICK_SUBTRACT },
		{ cel_multiply, QUICK_MULTIPLY },
		{ cel_divide, QUICK_OTHER },
		{ cel_in, QUICK_OTHER },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (known[i].call == function->call)
			return known[i].quick;
	}
	return QUICK_NONE;
}

static bool
is_settled(const struct cel_node *node)
{
	return node->folded != 0 ||
	    (node->op == OP_CONSTANT && node->constant.type != CEL_ERROR);
}

/* The steps that a settled node takes. */
static uint32_t
steps_of(const struct cel_node *node)
{
	return 1 + node->folded;
}

/* timestamp("…") and duration("…") are read once. */
static void
fold_call(struct parser *parser, struct cel_node *node)
{
	struct cel_run run = { .program = parser->program,
		.arena = parser->program->arena };
	struct cel_value value;

	if ((node->function->call != cel_to_timestamp &&
		node->function->call != cel_to_duration) ||
	    !is_settled(node->arg[0]))
		return;
	value = node->function->call(&run, &node->arg[0]->constant, 1);
	if (value.type == CEL_ERROR)
		return;
	node->constant = value;
	node->folded = steps_of(node->arg[0]);
}

/* A list of constants is made once. */
static void
fold_list(struct parser *parser, struct cel_node *node)
{
	struct cel_value *item, value;
	uint32_t steps = 0;

	for (uint32_t i = 0; i < node->count; i++) {
		if (!is_settled(node->arg[i]))
			return;
		steps += steps_of(node->arg[i]);
	}
	item = arena_take(parser->program->arena, node->count, sizeof *item);
	if (item == NULL)
		return;
	for (uint32_t i = 0; i < node->count; i++)
		item[i] = node->arg[i]->constant;
	value = cel_list(parser->program->arena, item, node->count);
	if (value.type == CEL_ERROR)
		return;
	node->constant = value;
	node->folded = steps;
}

/* The pattern of a call of matches, if it is a constant.  A few characters may
 * become many instructions, so not all of very many. */
static void
read_pattern(struct parser *parser, struct cel_node *node)
{
	if (node->function->call != cel_matches || !is_settled(node->arg[1]) ||
	    node->arg[1]->constant.type != CEL_STRING ||
	    parser->program->patterns == PATTERNS_MAX)
		return;
	parser->program->patterns++;
	node->pattern = cel_pattern_new(parser->program->arena,
	    node->arg[1]->constant.text);
}

static struct cel_node *
call_new(struct parser *parser, size_t position, struct bytes name,
    bool receiver, struct cel_node *const *args, size_t count)
{
	const struct cel_function *function = cel_function_find(name, receiver);
	struct cel_node *node;

	if (function == NULL)
		return unknown_new(parser, position,
		    cel_errorf(parser->program->arena,
			"there is no function '%.*s'", SHOWN(name)));
	if (count < function->least || count > function->most)
		return unknown_new(parser, position,
		    cel_errorf(parser->program->arena,
			"'%.*s' has another number of arguments", SHOWN(name)));
	node = node_with(parser, OP_CALL, position, args, count);
	if (node != NULL) {
		node->function = function;
		node->quick = quick_of(function);
		fold_call(parser, node);
		read_pattern(parser, node);
	}
	return node;
}

static struct cel_node *
operator_new(struct parser *parser, size_t position, const char *name,
    struct cel_node *left, struct cel_node *right)
{
	struct cel_node *args[] = { left, right };

	return call_new(parser, position, bytes_of_text(name), false, args,
	    right == NULL ? 1 : 2);
}

/* --- Lists of expressions --- */

struct many {
	struct cel_node **item;
	size_t count;
	size_t capacity;
};

static bool
many_add(struct parser *parser, struct many *many, struct cel_node *node)
{
	struct cel_node **grown;

	if (node == NULL)
		return false;
	if (many->count == ARGUMENTS_MAX) {
		fail(parser, node->position, "more items than there may be");
		return false;
	}
	grown = memory_grow(many->item, &many->capacity, many->count + 1,
	    sizeof *grown);
	if (grown == NULL) {
		parser->starved = true;
		fail(parser, node->position, "memory is exhausted");
		return false;
	}
	many->item = grown;
	grown[many->count++] = node;
	return true;
}

/* Up to and with the closing sign; optional elements if they may be. */
static bool
parse_items(struct parser *parser, struct many *many, const char *close,
    bool list)
{
	while (!at_sign(parser, close)) {
		bool optional = list && take_sign(parser, "?");
		struct cel_node *item = parse_expression(parser);

		if (!many_add(parser, many, item))
			return false;
		if (optional) {
			/* The mark is the element's, not the expression's. */
			struct cel_node *one[] = { item };

			item =
			    node_with(parser, OP_LIST, item->position, one, 1);
			if (item == NULL)
				return false;
			item->optional = true;
			many->item[many->count - 1] = item;
		}
		if (!take_sign(parser, ","))
			break;
		if (!list && at_sign(parser, close))
			return fail(parser, parser->token.position,
				   "an argument is expected") != NULL;
	}
	return expect_sign(parser, close);
}

static struct cel_node *
parse_list(struct parser *parser, size_t position)
{
	struct many many = { NULL, 0, 0 };
	struct cel_node *node = NULL;

	if (parse_items(parser, &many, "]", true))
		node =
		    node_with(parser, OP_LIST, position, many.item, many.count);
	if (node != NULL)
		fold_list(parser, node);
	memory_free(many.item);
	return node;
}

static struct cel_node *
parse_map(struct parser *parser, size_t position)
{
	struct many many = { NULL, 0, 0 };
	struct cel_node *node = NULL;

	while (!at_sign(parser, "}")) {
		bool optional = take_sign(parser, "?");
		struct cel_node *key = parse_expression(parser), *value;

		if (!many_add(parser, &many, key) || !expect_sign(parser, ":"))
			goto done;
		value = parse_expression(parser);
		if (value != NULL && optional) {
			struct cel_node *one[] = { value };

			value =
			    node_with(parser, OP_LIST, value->position, one, 1);
			if (value != NULL)
				value->optional = true;
		}
		if (!many_add(parser, &many, value))
			goto done;
		if (!take_sign(parser, ","))
			break;
	}
	if (expect_sign(parser, "}"))
		node =
		    node_with(parser, OP_MAP, position, many.item, many.count);
done:
	memory_free(many.item);
	return node;
}

/* --- Macros --- */

struct macro {
	const char *name;
	enum cel_op op;
	bool one; /* May have one variable, */
	bool two; /* or two. */
	unsigned least; /* Expressions after the variables. */
	unsigned most;
};

static const struct macro macros[] = {
	{ "all", OP_ALL, true, true, 1, 1 },
	{ "exists", OP_EXISTS, true, true, 1, 1 },
	{ "exists_one", OP_EXISTS_ONE, true, true, 1, 1 },
	{ "existsOne", OP_EXISTS_ONE, true, true, 1, 1 },
	{ "map", OP_TRANSFORM, true, false, 1, 2 },
	{ "filter", OP_FILTER, true, false, 1, 1 },
	{ "transformList", OP_TRANSFORM, false, true, 1, 2 },
	{ "sortBy", OP_SORT_BY, true, false, 1, 1 },
	{ "transformMap", OP_TRANSFORM_MAP, false, true, 1, 2 },
	{ "transformMapEntry", OP_TRANSFORM_ENTRY, false, true, 1, 2 },
	{ "optMap", OP_OPT_MAP, true, false, 1, 1 },
	{ "optFlatMap", OP_OPT_FLAT_MAP, true, false, 1, 1 },
};

static const struct macro *
macro_named(const struct parser *parser, struct bytes name)
{
	if (parser->options->without_macros)
		return NULL;
	for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++) {
		if (bytes_equal(name, bytes_of_text(macros[i].name)))
			return &macros[i];
	}
	return NULL;
}

static bool
push_local(struct parser *parser, struct bytes name)
{
	if (parser->locals == CEL_LOCALS_MAX) {
		fail(parser, parser->token.position,
		    "macros are nested too deeply");
		return false;
	}
	parser->local[parser->locals++] = name;
	if (parser->locals > parser->program->locals)
		parser->program->locals = parser->locals;
	return true;
}

static bool
take_variable(struct parser *parser)
{
	struct bytes name = parser->token.text;

	if (parser->token.type != TOKEN_NAME) {
		fail(parser, parser->token.position,
		    "a macro's variable is to be a simple name");
		return false;
	}
	advance(parser);
	return push_local(parser, name) && expect_sign(parser, ",");
}

/* Whether another variable stands here, and not the first expression. */
static bool
at_second_variable(const struct parser *parser, const struct macro *macro)
{
	struct cel_token next;

	if (!macro->two || parser->token.type != TOKEN_NAME)
		return false;
	next = look_ahead(parser);
	return is_sign(&next, ",");
}

/* After the opening bracket. */
static struct cel_node *
parse_macro(struct parser *parser, const struct macro *macro, size_t position,
    struct cel_node *range)
{
	unsigned outer = parser->locals;
	struct many many = { NULL, 0, 0 };
	struct cel_node *node = NULL;
	bool two = false;

	if (!many_add(parser, &many, range) || !take_variable(parser))
		goto done;
	if (at_second_variable(parser, macro)) {
		two = true;
		if (!take_variable(parser))
			goto done;
	} else if (!macro->one) {
		fail(parser, parser->token.position,
		    "this macro has two variables");
		goto done;
	} else if (!push_local(parser, bytes_of(NULL, 0))) {
		goto done; /* The second one's place stays free. */
	}
	if (!parse_items(parser, &many, ")", false))
		goto done;
	if (many.count - 1 < macro->least || many.count - 1 > macro->most) {
		fail(parser, position,
		    "this macro has another number of arguments");
		goto done;
	}
	node = node_with(parser, macro->op, position, many.item, many.count);
	if (node != NULL) {
		node->number = outer;
		node->two = two;
	}
done:
	parser->locals = outer;
	memory_free(many.item);
	return node;
}

/* cel.bind(name, value, body), after the opening bracket. */
static struct cel_node *
parse_bind(struct parser *parser, size_t position)
{
	unsigned outer = parser->locals;
	struct cel_node *args[2] = { NULL, NULL }, *node;
	struct bytes name = parser->token.text;

	if (parser->token.type != TOKEN_NAME)
		return fail(parser, parser->token.position,
		    "the variable of cel.bind is to be a simple name");
	advance(parser);
	if (!expect_sign(parser, ",") ||
	    (args[0] = parse_expression(parser)) == NULL ||
	    !expect_sign(parser, ",") || !push_local(parser, name))
		return NULL;
	args[1] = parse_expression(parser);
	parser->locals = outer;
	if (args[1] == NULL || !expect_sign(parser, ")"))
		return NULL;
	node = node_with(parser, OP_BIND, position, args, 2);
	if (node != NULL)
		node->number = outer;
	return node;
}

/* has(x.y), after the opening bracket. */
static struct cel_node *
parse_has(struct parser *parser, size_t position)
{
	struct cel_node *node = parse_expression(parser);

	if (node == NULL)
		return NULL;
	if (node->op != OP_SELECT)
		return fail(parser, position,
		    "has() is asked of a member, as in has(x.y)");
	node->op = OP_HAS;
	if (!expect_sign(parser, ")"))
		return NULL;
	node->start = (uint32_t)position;
	node->end = (uint32_t)parser->end;
	return node;
}

/* --- Members --- */

/* The whole name of x.y.z when it is made of names only; false if not. */
static bool
chain_of(const struct cel_node *node, struct buffer *out)
{
	if (node->op == OP_NAME) {
		buffer_append(out, node->name);
		return true;
	}
	if (node->op != OP_SELECT || node->optional ||
	    !chain_of(node->arg[0], out))
		return false;
	buffer_byte(out, '.');
	buffer_append(out, node->name);
	return true;
}

static struct cel_node *
parse_arguments(struct parser *parser, size_t position, struct bytes name,
    struct cel_node *receiver)
{
	struct many many = { NULL, 0, 0 };
	struct cel_node *node = NULL;

	if (receiver != NULL && !many_add(parser, &many, receiver))
		return NULL;
	if (parse_items(parser, &many, ")", false))
		node = call_new(parser, position, name, receiver != NULL,
		    many.item, many.count);
	memory_free(many.item);
	return node;
}

/* x.name(…), after the opening bracket: a macro, a function of a namespace,
 * or one of x. */
static struct cel_node *
parse_member_call(struct parser *parser, struct cel_node *receiver,
    struct bytes name, size_t position)
{
	const struct macro *macro = macro_named(parser, name);
	struct buffer chain = buffer_new(1000);
	struct cel_node *node;
	struct bytes whole;

	if (chain_of(receiver, &chain)) {
		buffer_byte(&chain, '.');
		buffer_append(&chain, name);
		whole =
		    arena_copy(parser->program->arena, buffer_bytes(&chain));
		parser->starved |= chain.state == BUFFER_NO_MEMORY;
		buffer_free(&chain);
		if (!parser->options->without_macros &&
		    bytes_equal(whole, bytes_of_text("cel.bind")))
			return parse_bind(parser, position);
		if (cel_function_find(whole, false) != NULL) {
			node = parse_arguments(parser, position, whole, NULL);
			if (node != NULL)
				node->start = receiver->start;
			return node;
		}
	}
	parser->starved |= chain.state == BUFFER_NO_MEMORY;
	buffer_free(&chain);
	if (macro != NULL)
		node = parse_macro(parser, macro, position, receiver);
	else
		node = parse_arguments(parser, position, name, receiver);
	return node;
}

static struct cel_node *
parse_select(struct parser *parser, struct cel_node *operand, size_t position)
{
	bool optional = take_sign(parser, "?");
	struct cel_token name = parser->token;
	struct cel_node *args[] = { operand }, *node;

	if ((name.type != TOKEN_NAME && name.type != TOKEN_QUOTED_NAME) ||
	    bytes_equal(name.text, bytes_of_text("in")) ||
	    bytes_equal(name.text, bytes_of_text("true")) ||
	    bytes_equal(name.text, bytes_of_text("false")) ||
	    bytes_equal(name.text, bytes_of_text("null")))
		return fail(parser, name.position, "a name is expected");
	advance(parser);
	if (!optional && name.type == TOKEN_NAME && take_sign(parser, "("))
		return parse_member_call(parser, operand, name.text,
		    name.position);
	node = node_with(parser, OP_SELECT, position, args, 1);
	if (node != NULL) {
		node->name = name.text;
		node->hash = cel_text_hash(name.text);
		node->optional = optional;
	}
	return node;
}

static bool
is_reserved(struct bytes name)
{
	static const char *const words[] = { "as", "break", "const", "continue",
		"else", "false", "for", "function", "if", "import", "in", "let",
		"loop", "package", "namespace", "null", "return", "true", "var",
		"void", "while" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (bytes_equal(name, bytes_of_text(words[i])))
			return true;
	}
	return false;
}

static struct cel_node *
parse_name(struct parser *parser, bool absolute)
{
	struct cel_token token = parser->token;
	struct cel_node *node;

	if (!absolute && bytes_equal(token.text, bytes_of_text("true"))) {
		advance(parser);
		return constant_new(parser, token.position, cel_bool(true));
	}
	if (!absolute && bytes_equal(token.text, bytes_of_text("false"))) {
		advance(parser);
		return constant_new(parser, token.position, cel_bool(false));
	}
	if (!absolute && bytes_equal(token.text, bytes_of_text("null"))) {
		advance(parser);
		return constant_new(parser, token.position, cel_null());
	}
	if (is_reserved(token.text))
		return fail_with(parser, token.position,
		    "'%.*s' is a reserved word", SHOWN(token.text));
	advance(parser);
	if (take_sign(parser, "(")) {
		if (bytes_equal(token.text, bytes_of_text("has")) &&
		    !parser->options->without_macros)
			return parse_has(parser, token.position);
		return parse_arguments(parser, token.position, token.text,
		    NULL);
	}
	for (unsigned i = parser->locals; !absolute && i > 0; i--) {
		if (!bytes_equal(parser->local[i - 1], token.text))
			continue;
		node = node_new(parser, OP_LOCAL, token.position, 0);
		if (node != NULL)
			node->number = i - 1;
		return node;
	}
	node = node_new(parser, OP_NAME, token.position, 0);
	if (node != NULL) {
		node->name = token.text;
		node->absolute = absolute;
	}
	return node;
}

static struct cel_node *
parse_literal(struct parser *parser)
{
	struct cel_token token = parser->token;

	switch (token.type) {
	case TOKEN_INT:
		if (token.natural > INT64_MAX)
			return fail(parser, token.position,
			    "a number that is too large");
		advance(parser);
		return constant_new(parser, token.position,
		    cel_int((int64_t)token.natural));
	case TOKEN_UINT:
		advance(parser);
		return constant_new(parser, token.position,
		    cel_uint(token.natural));
	case TOKEN_DOUBLE:
		advance(parser);
		return constant_new(parser, token.position,
		    cel_double(token.number));
	case TOKEN_STRING:
		advance(parser);
		return constant_new(parser, token.position,
		    cel_string(token.text));
	case TOKEN_BYTES:
		advance(parser);
		return constant_new(parser, token.position,
		    cel_bytes(token.text));
	default:
		return fail(parser, token.position,
		    token.type == TOKEN_END ? "the expression ends too early"
					    : "an expression is expected");
	}
}

static struct cel_node *
parse_primary(struct parser *parser)
{
	size_t position = parser->token.position;
	struct cel_node *node;

	if (take_sign(parser, "(")) {
		node = parse_expression(parser);
		if (node == NULL || !expect_sign(parser, ")"))
			return NULL;
		node->start = (uint32_t)position;
		node->end = (uint32_t)parser->end;
		return node;
	}
	if (take_sign(parser, "["))
		return parse_list(parser, position);
	if (take_sign(parser, "{"))
		return parse_map(parser, position);
	if (take_sign(parser, ".")) {
		if (parser->token.type != TOKEN_NAME)
			return fail(parser, parser->token.position,
			    "a name is expected");
		return parse_name(parser, true);
	}
	if (parser->token.type == TOKEN_NAME)
		return parse_name(parser, false);
	return parse_literal(parser);
}

static struct cel_node *
parse_member(struct parser *parser)
{
	struct cel_node *node = parse_primary(parser);

	while (node != NULL) {
		size_t position = parser->token.position;

		if (take_sign(parser, ".")) {
			node = parse_select(parser, node, position);
		} else if (take_sign(parser, "[")) {
			bool optional = take_sign(parser, "?");
			struct cel_node *args[] = { node,
				parse_expression(parser) };

			if (args[1] == NULL || !expect_sign(parser, "]"))
				return NULL;
			node = node_with(parser, OP_INDEX, position, args, 2);
			if (node != NULL)
				node->optional = optional;
		} else {
			break;
		}
	}
	return node;
}

/* --- Operators --- */

/* A minus right before a number is its sign: so the least int can be said. */
static struct cel_node *
parse_negative(struct parser *parser, size_t position)
{
	struct cel_token token = parser->token;

	if (token.type != TOKEN_INT || token.natural != (uint64_t)1 << 63)
		return NULL;
	advance(parser);
	return constant_new(parser, position, cel_int(INT64_MIN));
}

static struct cel_node *
parse_unary(struct parser *parser)
{
	size_t position = parser->token.position;
	bool minus = at_sign(parser, "-");
	struct cel_node *node;

	if (!minus && !at_sign(parser, "!"))
		return parse_member(parser);
	advance(parser);
	if (++parser->depth > CEL_DEPTH_MAX)
		return fail(parser, position, "nested too deeply");
	if (minus && (node = parse_negative(parser, position)) != NULL) {
		parser->depth--;
		return node;
	}
	node = parse_unary(parser);
	parser->depth--;
	if (node == NULL)
		return NULL;
	return operator_new(parser, position, minus ? "-_" : "!_", node, NULL);
}

/* Binary operators by their level, loosest first; left associative. */
static const struct {
	const char *sign;
	const char *name;
	int level;
} operators[] = {
	{ "||", NULL, 0 },
	{ "&&", NULL, 1 },
	{ "==", "_==_", 2 },
	{ "!=", "_!=_", 2 },
	{ "<=", "_<=_", 2 },
	{ ">=", "_>=_", 2 },
	{ "<", "_<_", 2 },
	{ ">", "_>_", 2 },
	{ "in", "@in", 2 },
	{ "+", "_+_", 3 },
	{ "-", "_-_", 3 },
	{ "*", "_*_", 4 },
	{ "/", "_/_", 4 },
	{ "%", "_%_", 4 },
};
#define LEVELS 5

static int
operator_here(const struct parser *parser, int level)
{
	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		if (operators[i].level == level &&
		    (parser->token.type == TOKEN_SIGN ||
			parser->token.type == TOKEN_NAME) &&
		    bytes_equal(parser->token.text,
			bytes_of_text(operators[i].sign)))
			return (int)i;
	}
	return -1;
}

static struct cel_node *
parse_level(struct parser *parser, int level)
{
	struct cel_node *left = level == LEVELS
	    ? parse_unary(parser)
	    : parse_level(parser, level + 1);
	int which;

	while (left != NULL && level < LEVELS &&
	    (which = operator_here(parser, level)) != -1) {
		size_t position = parser->token.position;
		struct cel_node *args[2] = { left };

		advance(parser);
		if ((args[1] = parse_level(parser, level + 1)) == NULL)
			return NULL;
		left = operators[which].name == NULL
		    ? node_with(parser, level == 0 ? OP_OR : OP_AND, position,
			  args, 2)
		    : operator_new(parser, position, operators[which].name,
			  args[0], args[1]);
	}
	return left;
}

static struct cel_node *
parse_expression(struct parser *parser)
{
	struct cel_node *args[3], *node;
	size_t position;

	if (++parser->depth > CEL_DEPTH_MAX)
		return fail(parser, parser->token.position,
		    "nested too deeply");
	node = parse_level(parser, 0);
	position = parser->token.position;
	if (node != NULL && take_sign(parser, "?")) {
		args[0] = node;
		args[1] = parse_level(parser, 0);
		if (args[1] == NULL || !expect_sign(parser, ":"))
			return NULL;
		args[2] = parse_expression(parser);
		node = node_with(parser, OP_CHOICE, position, args, 3);
	}
	parser->depth--;
	return node;
}

/* --- Names --- */

/* A name as it stands: a variable, or a type. */
static bool
become_name(struct parser *parser, struct cel_node *node, const char *name)
{
	static const char *const types[] = { "bool", "int", "uint", "double",
		"string", "bytes", "list", "map", "null_type", "type",
		"google.protobuf.Timestamp", "google.protobuf.Duration",
		"optional_type" };
	const char *const *names = parser->options->names;

	for (uint32_t i = 0; names != NULL && names[i] != NULL; i++) {
		if (strcmp(names[i], name) == 0) {
			node->op = OP_VARIABLE;
			node->number = i;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(types[i], name) == 0) {
			node->op = OP_CONSTANT;
			node->constant = cel_type(types[i]);
			return true;
		}
	}
	return false;
}

/* In a container a.b the name x is a.b.x, a.x or x, the first that there
 * is ("Name Resolution"). */
static bool
resolve_chain(struct parser *parser, struct cel_node *node, const char *chain,
    bool absolute)
{
	struct buffer name = buffer_new(2000);
	size_t len = absolute || parser->options->container == NULL
	    ? 0
	    : strlen(parser->options->container);
	bool found = false;

	while (len > 0 && !found) {
		buffer_clear(&name);
		buffer_printf(&name, "%.*s.%s", (int)len,
		    parser->options->container, chain);
		found = become_name(parser, node, buffer_string(&name));
		while (len > 0 && parser->options->container[len - 1] != '.')
			len--;
		if (len > 0)
			len--;
	}
	parser->starved |= name.state == BUFFER_NO_MEMORY;
	buffer_free(&name);
	return found || become_name(parser, node, chain);
}

static const struct cel_node *
root_of(const struct cel_node *node)
{
	while (node->op == OP_SELECT)
		node = node->arg[0];
	return node;
}

static void
resolve(struct parser *parser, struct cel_node *node)
{
	if (node->op == OP_NAME || node->op == OP_SELECT) {
		struct buffer chain = buffer_new(1000);
		bool found = root_of(node)->op == OP_NAME &&
		    chain_of(node, &chain) &&
		    resolve_chain(parser, node, buffer_string(&chain),
			root_of(node)->absolute);

		parser->starved |= chain.state == BUFFER_NO_MEMORY;
		buffer_free(&chain);
		if (found)
			return;
		if (node->op == OP_NAME)
			make_unknown(parser, node,
			    cel_errorf(parser->program->arena,
				"there is no variable '%.*s'",
				SHOWN(node->name)));
	}
	for (uint32_t i = 0; i < node->count; i++)
		resolve(parser, node->arg[i]);
}

/* --- The whole --- */

/* "line 1, column 7", and the line with a mark below the place. */
static int
tell(const struct parser *parser, struct error *err)
{
	struct bytes source = parser->program->source;
	size_t at = parser->where < source.len ? parser->where : source.len;
	size_t start = at, line = 1;

	while (start > 0 && source.data[start - 1] != '\n')
		start--;
	for (size_t i = 0; i < start; i++)
		line += source.data[i] == '\n';
	error_set(err, ERROR_UNDECIDED, NULL, "%s", parser->why);
	return error_within(err, "line %zu, column %zu", line, at - start + 1);
}

int
cel_parse(struct cel_program **out, struct bytes source,
    const struct cel_options *options, struct error *err)
{
	static const struct cel_options plain;
	struct parser parser = { .options = options == NULL ? &plain
							    : options };
	struct cel_program *program = memory_new(1, sizeof *program);
	struct cel_node *root;

	if (program == NULL)
		return error_memory(err);
	if (arena_new(&program->arena, TREE_BYTES, err) == -1) {
		memory_free(program);
		return -1;
	}
	parser.program = program;
	program->source = arena_copy(program->arena, source);
	if (program->source.data == NULL)
		fail(&parser, 0, "an expression that takes too much memory");
	else
		advance(&parser);
	root = parser.why == NULL ? parse_expression(&parser) : NULL;
	if (root != NULL && parser.token.type != TOKEN_END)
		root = fail(&parser, parser.token.position,
		    "nothing is expected here");
	if (root != NULL && parser.why == NULL)
		resolve(&parser, root);
	if (root == NULL || parser.why != NULL || parser.starved ||
	    arena_is_starved(program->arena)) {
		if (arena_is_starved(program->arena) || parser.starved)
			error_memory(err);
		else
			tell(&parser, err);
		cel_program_free(program);
		return -1;
	}
	program->root = root;
	*out = program;
	return 0;
}

#define PLACE_BEFORE 40
#define PLACE_WIDTH 72

void
cel_show_place(struct buffer *out, struct bytes source, size_t position)
{
	size_t at = position < source.len ? position : source.len;
	size_t start = at, end = at;
	struct buffer before = buffer_new(10000);

	while (start > 0 && source.data[start - 1] != '\n' &&
	    at - start < PLACE_BEFORE)
		start--;
	while (start < at && (source.data[start] & 0xc0) == 0x80)
		start++;
	while (end < source.len && source.data[end] != '\n' &&
	    end - start < PLACE_WIDTH)
		end++;
	while (end < source.len && (source.data[end] & 0xc0) == 0x80)
		end++;
	text_show(&before, bytes_of(source.data + start, at - start));
	buffer_text(out, "    ");
	text_show(out, bytes_of(source.data + start, end - start));
	buffer_printf(out, "\n    %*s^\n",
	    (int)text_columns(buffer_bytes(&before)), "");
	buffer_free(&before);
}

void
cel_program_free(struct cel_program *program)
{
	if (program == NULL)
		return;
	arena_free(program->arena);
	memory_free(program);
}
