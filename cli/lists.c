#include "cli/lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "ledger/entry.h"

int
lists_subject(struct digest *out, struct reader *reader, const char *what,
    struct error *err)
{
	struct reader_entry entry = reader_entry_new();
	uint64_t seq;
	int result = -1;

	memset(out, 0, sizeof *out);
	if (what == NULL || digest_parse(out, bytes_of_text(what))) {
		result = 0;
	} else if (reader_find(reader, what, &seq, err) == 0 &&
	    reader_read(reader, seq, &entry, err) == 0) {
		*out = entry.record.subject;
		result = 0;
	}
	reader_entry_free(&entry);
	return result;
}

/* ---- lines ---- */

static int
compare_lines(const void *a, const void *b)
{
	const struct lists_line *x = a, *y = b;

	return digest_compare(x->leaf, y->leaf);
}

void
lists_lines_free(struct lists_lines *lines)
{
	memory_free(lines->line);
	*lines = (struct lists_lines){ .line = NULL };
}

static int
add_line(struct lists_lines *lines, struct bytes line, struct error *err)
{
	struct lists_line *grown = memory_grow(lines->line, &lines->capacity,
	    lines->count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	lines->line = grown;
	grown[lines->count++] = (struct lists_line){
		.leaf = entry_leaf_hash(line),
		.line = line,
	};
	return 0;
}

int
lists_lines_read(struct lists_lines *out, struct bytes text, struct error *err)
{
	while (text.len > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.len);
		size_t len = end == NULL ? text.len : (size_t)(end - text.data);

		if (len == 0 || len > LIMIT_ENTRY) {
			error_set(err, ERROR_UNDECIDED,
			    "give the lines as `vouch prove --complete -o' "
			    "left them",
			    "it is not the line of an entry");
			return error_within(err, "line %zu", out->count + 1);
		}
		if (add_line(out, bytes_of(text.data, len), err) == -1)
			return -1;
		text = bytes_after(text, end == NULL ? len : len + 1);
	}
	if (out->count > 1)
		qsort(out->line, out->count, sizeof *out->line, compare_lines);
	return 0;
}

int
lists_lines_find(struct lists_lines *lines, struct digest leaf,
    struct bytes *line)
{
	const struct lists_line wanted = { .leaf = leaf };
	struct lists_line *found = lines->count == 0
	    ? NULL
	    : bsearch(&wanted, lines->line, lines->count, sizeof wanted,
		  compare_lines);

	*line = found == NULL ? bytes_of(NULL, 0) : found->line;
	if (found != NULL)
		found->used = true;
	return 0;
}

int
lists_lines_check_used(const struct lists_lines *lines, struct error *err)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!lines->line[i].used)
			return error_set(err, ERROR_NO, NULL,
			    "a line given, %.30s…, is in none of the lists, or "
			    "is there twice",
			    (const char *)lines->line[i].line.data);
	return 0;
}

struct writing {
	struct buffer *out;
	struct buffer line;
	struct store *store;
};

static int
write_member(void *cookie, const struct list_member *member, struct error *err)
{
	struct writing *writing = cookie;

	if (store_entry(writing->store, member->seq, &writing->line, err) == -1)
		return -1;
	/* One that was erased whole has no line. */
	if (writing->line.len == 0)
		return 0;
	buffer_append(writing->out, buffer_bytes(&writing->line));
	buffer_byte(writing->out, '\n');
	return 0;
}

static int
write_lines(struct buffer *out, struct bytes proof, struct store *store,
    struct error *err)
{
	struct writing writing = {
		.out = out,
		.line = buffer_new(LIMIT_ENTRY),
		.store = store,
	};
	const struct list_checker checker = {
		.cookie = &writing,
		.member = write_member,
	};
	struct list_proof *parsed = NULL;
	struct list_claim claim;
	int result = -1;

	if (list_proof_parse(&parsed, proof, err) == 0 &&
	    list_proof_check(&claim, parsed, NULL, &checker, err) == 0)
		result = buffer_check(out, "lines", err);
	list_proof_free(parsed);
	buffer_free(&writing.line);
	return result;
}

int
lists_write_files(const char *path, struct bytes text, struct bytes proof,
    struct store *store, struct error *err)
{
	struct buffer beside = buffer_new(8192);
	struct buffer lines = buffer_new(LIMIT_LIST_PROOF);
	int result = -1;

	/* The proof last: where it is, the lines are too. */
	buffer_printf(&beside, "%s.entries", path);
	if (buffer_check(&beside, "path", err) == 0 &&
	    write_lines(&lines, proof, store, err) == 0 &&
	    file_write(buffer_string(&beside), buffer_bytes(&lines), 0644,
		err) == 0)
		result = file_write(path, text, 0644, err);
	buffer_free(&beside);
	buffer_free(&lines);
	return result;
}

/* ---- checking ---- */

struct checking {
	const struct list_proof *proof;
	struct lists_lines lines;
	struct buffer members; /* As text or JSON, list by list. */
	bool json;
	size_t part; /* The one being told. */
	uint64_t *count; /* Of each list. */
	size_t *end; /* Of each list in `members'. */
	struct entry entry;
	struct record record;
};

static int
give_line(void *cookie, uint64_t seq, struct digest leaf, struct bytes *line,
    struct error *err)
{
	struct checking *checking = cookie;

	(void)seq;
	(void)err;
	return lists_lines_find(&checking->lines, leaf, line);
}

/* Time and title, if the line is at hand. */
static void
put_what(struct checking *checking, struct bytes line)
{
	struct buffer title = buffer_new((size_t)1 << 16);
	struct error ignored;

	if (line.len == 0 ||
	    entry_parse(&checking->entry, line, &ignored) == -1 ||
	    record_parse(&checking->record,
		buffer_bytes(&checking->entry.envelope.payload),
		&ignored) == -1)
		return;
	record_title(&title, &checking->record);
	record_free(&checking->record);
	if (checking->json) {
		buffer_printf(&checking->members, ",\"time\":\"%s\",\"title\":",
		    time_format(checking->entry.time_ms).text);
		json_write_text(&checking->members, buffer_bytes(&title));
	} else {
		buffer_printf(&checking->members, "  %s  ",
		    time_format(checking->entry.time_ms).text);
		text_show(&checking->members, buffer_bytes(&title));
	}
	buffer_free(&title);
}

static int
take_member(void *cookie, const struct list_member *member, struct error *err)
{
	struct checking *checking = cookie;
	struct buffer *out = &checking->members;
	struct bytes line;

	/* Those since are in the proof itself; a line of them is welcome. */
	if (member->since)
		lists_lines_find(&checking->lines, member->leaf, &line);
	if (checking->json)
		buffer_printf(out, "%s{\"seq\":%llu,\"leaf\":\"%s\"",
		    checking->count[member->part] == 0 ? "" : ",",
		    (unsigned long long)member->seq,
		    digest_hex(member->leaf).text);
	else
		buffer_printf(out, "  entry %llu (%.8s)",
		    (unsigned long long)member->seq,
		    digest_hex(member->leaf).text);
	put_what(checking, member->line);
	buffer_text(out, checking->json ? "}" : "\n");
	checking->count[member->part]++;
	for (size_t i = member->part; i < checking->proof->part_count; i++)
		checking->end[i] = out->len;
	return buffer_check(out, "entries", err);
}

static struct bytes
members_of(const struct checking *checking, size_t part)
{
	size_t from = part == 0 ? 0 : checking->end[part - 1];

	return bytes_of(checking->members.data + from,
	    checking->end[part] - from);
}

static void
say_json(const struct checking *checking, const struct list_claim *claim)
{
	const struct checkpoint *checkpoint = &checking->proof->checkpoint;
	struct buffer origin = buffer_new((size_t)1 << 16);

	json_write_text(&origin, bytes_of_text(checkpoint->origin));
	printf("{\"complete\":true,\"checkpoint\":{\"origin\":%s,\"size\":%llu,"
	       "\"root\":\"%s\"},\"indexed\":%llu,\"erased\":%llu,\"lists\":[",
	    buffer_string(&origin), (unsigned long long)checkpoint->size,
	    digest_hex(checkpoint->root).text,
	    (unsigned long long)claim->indexed,
	    (unsigned long long)claim->erased);
	for (size_t i = 0; i < checking->proof->part_count; i++) {
		const struct list_key *key = &checking->proof->part[i].key;
		struct bytes members = members_of(checking, i);

		printf("%s{\"kind\":\"%s\",\"subject\":", i == 0 ? "" : ",",
		    key->kind->name);
		if (list_key_is_whole(key))
			printf("null");
		else
			printf("\"%s\"", digest_hex(key->subject).text);
		printf(",\"count\":%llu,\"entries\":[%.*s]}",
		    (unsigned long long)checking->count[i], (int)members.len,
		    members.len == 0 ? "" : (const char *)members.data);
	}
	printf("]}\n");
	buffer_free(&origin);
}

static void
say_list(struct terminal *terminal, const struct checking *checking, size_t i)
{
	const struct list_key *key = &checking->proof->part[i].key;
	struct bytes members = members_of(checking, i);
	uint64_t count = checking->count[i];

	terminal_say(terminal, STYLE_GOOD, "%s ",
	    terminal->unicode ? "✓" : "ok");
	if (count == 0)
		fprintf(terminal->out, "there is no %s", key->kind->name);
	else if (count == 1)
		fprintf(terminal->out, "this is the only %s", key->kind->name);
	else
		fprintf(terminal->out, "these are all %s entries of kind %s",
		    number_grouped(count).text, key->kind->name);
	if (list_key_is_whole(key))
		fputs(" in the ledger\n", terminal->out);
	else
		fprintf(terminal->out, " that name%s %.16s…\n",
		    count > 1 ? "" : "s", digest_hex(key->subject).text);
	if (members.len > 0)
		fwrite(members.data, 1, members.len, terminal->out);
}

static void
say_text(const struct context *context, const struct checking *checking,
    const struct list_claim *claim)
{
	const struct checkpoint *checkpoint = &checking->proof->checkpoint;
	struct terminal terminal;

	if (context->quiet)
		return;
	terminal_begin(&terminal, context, true);
	for (size_t i = 0; i < checking->proof->part_count; i++)
		say_list(&terminal, checking, i);
	fputs("by the checkpoint of ", terminal.out);
	fprintf(terminal.out, "%s entries of ",
	    number_grouped(checkpoint->size).text);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(checkpoint->origin));
	if (claim->indexed > 0)
		fprintf(terminal.out,
		    " and its index of the first %s (`vouch verify' computes "
		    "it again)",
		    number_grouped(claim->indexed).text);
	fputc('\n', terminal.out);
	if (claim->erased > 0)
		terminal_say(&terminal, STYLE_WARN,
		    "%s since were erased whole: whether they belong is not "
		    "shown\n",
		    number_grouped(claim->erased).text);
	terminal_end(&terminal);
}

/* The lines in a file, if there is one. */
static int
read_lines(struct lists_lines *out, struct buffer *text, const char *path,
    struct error *err)
{
	if (path == NULL)
		return 0;
	if (file_read(text, path, err) == -1)
		return -1;
	if (lists_lines_read(out, buffer_bytes(text), err) == -1)
		return error_within(err, "%s", path);
	return 0;
}

int
lists_check(const struct context *context, const struct list_proof *proof,
    const struct public_key *ledger_key, const char *lines_path,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_LIST_PROOF);
	struct checking checking = {
		.proof = proof,
		.members = buffer_new(LIMIT_LIST_PROOF),
		.json = context->json,
		.entry = entry_new(),
	};
	const struct list_checker checker = {
		.cookie = &checking,
		.line = give_line,
		.member = take_member,
	};
	struct list_claim claim;
	int result = -1;

	checking.count = memory_new(proof->part_count, sizeof(uint64_t));
	checking.end = memory_new(proof->part_count, sizeof(size_t));
	if (checking.count == NULL || checking.end == NULL) {
		error_memory(err);
		goto done;
	}
	if (read_lines(&checking.lines, &text, lines_path, err) == -1)
		goto done;
	if (list_proof_check(&claim, proof, ledger_key, &checker, err) == -1 ||
	    lists_lines_check_used(&checking.lines, err) == -1)
		goto done;
	if (context->json)
		say_json(&checking, &claim);
	else
		say_text(context, &checking, &claim);
	result = 0;
done:
	memory_free(checking.count);
	memory_free(checking.end);
	lists_lines_free(&checking.lines);
	entry_free(&checking.entry);
	buffer_free(&checking.members);
	buffer_free(&text);
	return result;
}

/* ---- populations ---- */

static int
give_population_line(void *cookie, uint64_t seq, struct digest leaf,
    struct bytes *line, struct error *err)
{
	(void)seq;
	(void)err;
	return lists_lines_find(cookie, leaf, line);
}

/* Each line given is an item's; those since are in the proof, too. */
static int
check_population_lines(struct lists_lines *lines,
    const struct population *population, struct error *err)
{
	struct bytes line;

	for (size_t i = 0; i < population->count; i++)
		lists_lines_find(lines, population->item[i].leaf, &line);
	return lists_lines_check_used(lines, err);
}

static void
say_population(const struct context *context,
    const struct population *population, const struct list_claim *claim,
    struct digest digest)
{
	const struct checkpoint *checkpoint = &population->proof->checkpoint;
	struct terminal terminal;

	if (context->json) {
		printf("{\"complete\":true,\"kind\":\"%s\",\"in\":%llu,"
		       "\"of\":%zu,\"sha256\":\"%s\",\"size\":%llu,"
		       "\"without_line\":%llu,\"erased\":%llu}\n",
		    population->kind->name, (unsigned long long)population->in,
		    population->count, digest_hex(digest).text,
		    (unsigned long long)checkpoint->size,
		    (unsigned long long)claim->without_line,
		    (unsigned long long)claim->erased);
		return;
	}
	if (context->quiet)
		return;
	terminal_begin(&terminal, context, false);
	terminal_say(&terminal, STYLE_GOOD, "%s ",
	    terminal.unicode ? "✓" : "ok");
	fprintf(terminal.out,
	    "%s entries, of all %s of kind %s by the checkpoint of ",
	    number_grouped(population->in).text,
	    number_grouped(population->count).text, population->kind->name);
	fprintf(terminal.out, "%s entries of ",
	    number_grouped(checkpoint->size).text);
	terminal_show(&terminal, STYLE_NAME, bytes_of_text(checkpoint->origin));
	fprintf(terminal.out, "\nSHA-256 %s\n", digest_hex(digest).text);
	if (claim->without_line > 0)
		terminal_say(&terminal, STYLE_WARN,
		    "times and titles of %s were not compared: give the file "
		    "of their lines\n",
		    number_grouped(claim->without_line).text);
	if (population->where.len > 0)
		fputs("whether the condition holds was not asked again: look "
		      "at what it leaves out\n",
		    terminal.out);
	if (claim->erased > 0)
		terminal_say(&terminal, STYLE_WARN,
		    "%s since were erased whole: whether they belong is not "
		    "shown\n",
		    number_grouped(claim->erased).text);
	terminal_end(&terminal);
}

int
lists_check_population(const struct context *context,
    const struct population *population, const struct public_key *ledger_key,
    struct bytes text, const char *lines_path, struct error *err)
{
	struct buffer file = buffer_new(LIMIT_LIST_PROOF);
	struct lists_lines lines = { .line = NULL };
	struct list_claim claim;
	int result = -1;

	if (read_lines(&lines, &file, lines_path, err) == 0 &&
	    population_check(&claim, population, ledger_key,
		give_population_line, &lines, err) == 0 &&
	    check_population_lines(&lines, population, err) == 0) {
		say_population(context, population, &claim, digest_of(text));
		result = 0;
	}
	lists_lines_free(&lines);
	buffer_free(&file);
	return result;
}
