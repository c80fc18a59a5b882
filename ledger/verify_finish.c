#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "ledger/index.h"
#include "ledger/verify_internal.h"

/* What the end of the tree leaves to be compared: partial tiles. */
static int
finish_tiles(struct verify *verify, struct error *err)
{
	const struct verify_source *source = &verify->source;
	const struct merkle *tree = verify->tree;
	uint64_t number = tree->size;
	char text[160];

	/* Files that are not there were told, and nothing said of the rest. */
	if (verify->tree_spoilt ||
	    (source->tells_gaps && tree->size != source->size))
		return 0;
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct digest stored[TILE_WIDTH];
		unsigned width = 0;

		number /= TILE_WIDTH;
		if (source->tile(source->cookie, level, number, stored, &width,
			err) == -1) {
			if (err->class == ERROR_SYSTEM)
				return -1;
			width = UINT32_MAX;
		}
		if (width == UINT32_MAX && source->tells_gaps) {
			/* The leaves' own was told on the way. */
			if (level > 0)
				verify_tell(verify, VERIFY_TREE, VERIFY_NOWHERE,
				    err->what);
			continue;
		}
		if (tree->width[level] > 0)
			verify->tile_count++;
		if (width == tree->width[level] &&
		    (width == 0 ||
			memcmp(stored, tree->hash[level],
			    width * sizeof *stored) == 0))
			continue;
		/* Leaves that differ were told entry by entry. */
		if (level == 0 && width == tree->width[0])
			continue;
		snprintf(text, sizeof text,
		    "the stored tile %u/%llu differs from the entries", level,
		    (unsigned long long)number);
		verify_tell(verify, VERIFY_TREE, VERIFY_NOWHERE, text);
	}
	return 0;
}

/* Whether the newest checkpoint is of all entries, and sound. */
static int
finish_checkpoints(struct verify *verify, struct error *err)
{
	const struct verify_source *source = &verify->source;
	struct verify_result *result = verify->result;
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct buffer note = buffer_new(LIMIT_NOTE);
	struct error finding;
	uint64_t size;
	char text[200];
	int done = -1;

	if (source->newest_checkpoint(source->cookie, &size, &note, err) == -1)
		goto done;
	if (size > verify->next_seq && !source->tells_gaps) {
		snprintf(text, sizeof text,
		    "the newest checkpoint is of %llu entries, but only %llu "
		    "are there: entries were removed from the end",
		    (unsigned long long)size,
		    (unsigned long long)verify->next_seq);
		verify_tell(verify, VERIFY_CHECKPOINT, size, text);
	} else if (size < verify->next_seq) {
		snprintf(text, sizeof text,
		    "the entries from %llu on are under no checkpoint",
		    (unsigned long long)size);
		verify_tell(verify, VERIFY_CHECKPOINT, size, text);
	}
	if (key == NULL)
		verify_tell(verify, VERIFY_CHECKPOINT, VERIFY_NOWHERE,
		    "without a genesis there is no key to check them by");
	else if (size > 0 &&
	    checkpoint_open(&result->checkpoint, buffer_bytes(&note), key,
		&finding) == 0)
		result->has_checkpoint = result->checkpoint.size == size &&
		    !verify->tree_spoilt && size == verify->tree->size &&
		    digest_equal(merkle_root(verify->tree),
			result->checkpoint.root);
	if (verify->has_since && verify->since.size > verify->next_seq) {
		snprintf(text, sizeof text,
		    "the checkpoint that was kept is of %llu entries, this "
		    "ledger has %llu: it was rolled back",
		    (unsigned long long)verify->since.size,
		    (unsigned long long)verify->next_seq);
		verify_tell(verify, VERIFY_CHECKPOINT, verify->since.size,
		    text);
	}
	done = 0;
done:
	buffer_free(&note);
	return done;
}

/* Two entries with the same author's clock and nonce? */
static int
tell_replay(void *cookie, uint64_t first, uint64_t second, struct error *err)
{
	struct verify *verify = cookie;
	const struct verify_source *source = &verify->source;
	struct slot *one = &verify->block[0].slot[0];
	struct slot *two = &verify->block[0].slot[1];
	char text[100];

	if (source->entry(source->cookie, first, &one->line, err) == -1 ||
	    source->entry(source->cookie, second, &two->line, err) == -1)
		return -1;
	/* What was destroyed whole cannot be read again. */
	if (one->line.len == 0 || two->line.len == 0)
		return 0;
	if (admission_read_entry(&one->admission, buffer_bytes(&one->line),
		verify->arena, err) == -1 ||
	    admission_read_entry(&two->admission, buffer_bytes(&two->line),
		verify->arena, err) == -1)
		return -1;
	if (one->admission.made_ms != two->admission.made_ms ||
	    memcmp(one->admission.nonce, two->admission.nonce, NONCE_LEN) != 0)
		return 0;
	snprintf(text, sizeof text, "the same record as entry %llu",
	    (unsigned long long)first);
	verify_tell(verify, VERIFY_REPLAY, second, text);
	return 0;
}

/* The entry that names an attachment, by the index; or nowhere. */
static int
attachment_owner(struct verify *verify, struct digest digest, uint64_t *seq,
    struct error *err)
{
	struct index_mention *mention = NULL;
	size_t count = 0;

	*seq = VERIFY_NOWHERE;
	if (verify->store == NULL)
		return 0;
	if (index_mentions(verify->store, digest, NULL, verify->size, &mention,
		&count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (mention[i].role == FACT_ATTACHMENT) {
			*seq = mention[i].seq;
			break;
		}
	}
	memory_free(mention);
	return 0;
}

static int
finish_attachments(struct verify *verify, struct error *err)
{
	const struct verify_source *source = &verify->source;
	struct digest digest, computed;
	const struct digest *after = NULL;
	struct error finding;
	bool more = true;

	for (;;) {
		uint64_t owner, size;
		char text[160];

		if (source->next_attachment(source->cookie, after, &digest,
			&more, err) == -1)
			return -1;
		if (!more)
			return 0;
		after = &digest;
		verify->result->attachments++;
		if (attachment_owner(verify, digest, &owner, err) == -1)
			return -1;
		if (source->attachment_digest(source->cookie, digest, &computed,
			&size, &finding) == -1) {
			if (finding.class == ERROR_SYSTEM) {
				*err = finding;
				return -1;
			}
			verify_tell(verify, VERIFY_ATTACHMENT, owner,
			    finding.what);
			continue;
		}
		if (!digest_equal(digest, computed)) {
			snprintf(text, sizeof text,
			    "attachment %.16s… was altered",
			    digest_hex(digest).text);
			verify_tell(verify, VERIFY_ATTACHMENT, owner, text);
		} else if (owner == VERIFY_NOWHERE && !verify->index_spoilt &&
		    !verify->without_index) {
			snprintf(text, sizeof text,
			    "no entry names attachment %.16s…",
			    digest_hex(digest).text);
			verify_tell(verify, VERIFY_ATTACHMENT, owner, text);
		}
	}
}

/* The auditor's note is by the ledger's key; which, the auditor or the
 * genesis says. */
int
verify_open_since(struct verify *verify, struct error *err)
{
	struct note note;

	if (verify->options->vkey != NULL &&
	    note_key_parse(&verify->given_key,
		bytes_of_text(verify->options->vkey), err) == -1)
		return error_within(err, "verifier key");
	if (verify->options->since.len == 0)
		return 0;
	verify->has_since = true;
	if (verify->options->vkey != NULL) {
		if (checkpoint_open(&verify->since, verify->options->since,
			&verify->given_key, err) == 0)
			return 0;
		err->class = ERROR_UNDECIDED;
		return error_within(err, "checkpoint that was kept");
	}
	if (note_parse(&note, verify->options->since, err) == -1 ||
	    checkpoint_parse(&verify->since, note.text, err) == -1) {
		err->class = ERROR_UNDECIDED;
		return error_within(err, "checkpoint that was kept");
	}
	return 0;
}

/* Once the genesis has given the key. */
void
verify_finish_since(struct verify *verify)
{
	const struct note_key *key = authority_ledger_key(verify->authority);
	struct checkpoint checkpoint;
	struct error finding;

	if (!verify->has_since || verify->options->vkey != NULL || key == NULL)
		return;
	if (checkpoint_open(&checkpoint, verify->options->since, key,
		&finding) == -1)
		verify_tell(verify, VERIFY_CHECKPOINT, VERIFY_NOWHERE,
		    "the checkpoint that was kept is not signed by this "
		    "ledger's key");
}

static void
tell_lists(void *cookie, uint64_t seq, const char *what)
{
	verify_tell(cookie, VERIFY_LISTS, seq, what);
}

int
verify_finish(struct verify *verify, struct error *err)
{
	if (once_find(verify->once, tell_replay, verify, err) == -1 ||
	    verify_lists_finish(verify->lists, &verify->result->lists,
		tell_lists, verify, err) == -1 ||
	    finish_tiles(verify, err) == -1 ||
	    finish_checkpoints(verify, err) == -1 ||
	    verify_finish_timestamps(verify, err) == -1 ||
	    verify_finish_witnesses(verify, err) == -1 ||
	    finish_attachments(verify, err) == -1 ||
	    verify_finish_sealed(verify, err) == -1 ||
	    verify_finish_index(verify, err) == -1)
		return -1;
	return verify->source.finish(verify->source.cookie, verify, err);
}
