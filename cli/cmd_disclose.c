#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "ledger/disclosure_file.h"
#include "ledger/store_disclosure.h"

/* Sealed fields of one entry, chosen for one reader. */

struct disclose_options {
	const char *output;
};

static const struct option rows[] = {
	{ "output", 'o', OPTION_TEXT, offsetof(struct disclose_options, output),
	    "FILE", "write to FILE, which only you can read", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

static bool
is_chosen(const struct revealed_field *field, struct operands operands)
{
	if (operands.count == 1)
		return true;
	for (size_t i = 1; i < operands.count; i++) {
		size_t len = strlen(operands.item[i]);

		if (strncmp(field->path, operands.item[i], len) == 0 &&
		    strchr(".[", field->path[len]) != NULL)
			return true;
	}
	return false;
}

/* Every path that was given leads to a sealed field. */
static int
check_paths(const struct revealed *revealed, uint64_t seq,
    struct operands operands, struct error *err)
{
	if (revealed->count == 0)
		return error_set(err, ERROR_UNDECIDED, "see `vouch show'",
		    "entry %llu has no sealed fields", (unsigned long long)seq);
	for (size_t i = 1; i < operands.count; i++)
		if (revealed_find(revealed, operands.item[i]) == NULL)
			return error_set(err, ERROR_UNDECIDED,
			    "see `vouch show'",
			    "entry %llu has no sealed field '%.200s'",
			    (unsigned long long)seq, operands.item[i]);
	return 0;
}

static int
add_field(struct disclosures *out, struct reader *reader,
    const struct revealed_field *field, struct operands operands,
    struct error *err)
{
	struct buffer text = buffer_new(LIMIT_DISCLOSURE);
	struct buffer word = buffer_new(100);
	bool there = false;
	int result = -1;

	if (field->state == FIELD_SHOWN) {
		if (store_disclosure(reader_store(reader), field->digest, &text,
			&there, err) == 0)
			result = disclosures_add(out, field->path,
			    buffer_bytes(&text), err);
	} else if (operands.count == 1 && field->state == FIELD_ERASED) {
		/* Of all that can be disclosed. */
		result = 0;
	} else {
		revealed_word(&word, field);
		error_set(err, ERROR_NO, "choose other fields",
		    "%.200s cannot be disclosed: %s", field->path,
		    buffer_string(&word));
	}
	buffer_wipe(&text);
	buffer_free(&text);
	buffer_free(&word);
	return result;
}

static int
write_file(struct reader *reader, const struct reader_entry *entry,
    const struct disclosures *disclosures, const char *path, struct error *err)
{
	struct disclosure_source source = {
		.ledger =
		    memory_text(authority_origin(reader_authority(reader))),
		.number = entry->entry.seq,
		.entry = entry->leaf,
		.has_entry = true,
	};
	struct buffer out = buffer_new(LIMIT_DISCLOSURE_FILE);
	int result = -1;

	if (source.ledger == NULL) {
		error_memory(err);
	} else {
		disclosure_file_write(&out, &source, disclosures);
		result = buffer_check(&out, "file of disclosures", err);
	}
	if (result == 0 && path != NULL)
		result = file_write(path, buffer_bytes(&out), 0600, err);
	else if (result == 0)
		fwrite(out.data, 1, out.len, stdout);
	disclosure_source_free(&source);
	buffer_wipe(&out);
	buffer_free(&out);
	return result;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	const struct disclose_options *options = given;
	struct reader_entry entry = reader_entry_new();
	struct disclosures chosen = { .item = NULL };
	struct reader *reader = NULL;
	uint64_t seq;
	int result = -1;

	if (session_read(&reader, context, err) == -1 ||
	    reader_find(reader, operands.item[0], &seq, err) == -1 ||
	    reader_read(reader, seq, &entry, err) == -1 ||
	    check_paths(&entry.revealed, seq, operands, err) == -1)
		goto done;
	for (size_t i = 0; i < entry.revealed.count; i++)
		if (is_chosen(&entry.revealed.item[i], operands) &&
		    add_field(&chosen, reader, &entry.revealed.item[i],
			operands, err) == -1)
			goto done;
	result = write_file(reader, &entry, &chosen, options->output, err);
done:
	disclosures_free(&chosen);
	reader_entry_free(&entry);
	reader_close(reader);
	return result;
}

static const char *const examples[] = {
	"vouch dataset add data.csv --name sealed --tag owner='Mrs Jones' "
	"--seal tags.owner",
	"vouch disclose dataset/sealed tags.owner",
	NULL,
};

const struct command cmd_disclose = {
	.name = "disclose",
	.group = "Look",
	.summary = "write chosen sealed fields of an entry, for one reader",
	.operands = "ENTRY [PATH…]",
	.least = 1,
	.most = SIZE_MAX,
	.options = rows,
	.options_size = sizeof(struct disclose_options),
	.run = run,
	.description =
	    "Writes a file with the values of the sealed fields at each PATH, "
	    "or of all that are there still. Whoever has it can check each "
	    "against the commitment that the entry's author signed: with "
	    "`vouch show --disclosed FILE' or `vouch verify --disclosed "
	    "FILE', or by a SHA-256 alone (docs/format.md).",
	.examples = examples,
};
