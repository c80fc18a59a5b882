/* dossier_check.c: a dossier against docs/format.md, "Checking a dossier". */
#include "ledger/dossier_check.h"

#include <stdio.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/dossier_internal.h"
#include "ledger/entry.h"

/* --- The files that stand for the whole --- */

/* Name the first line that is not as it should be. */
static void
compare_manifest(struct dossier *dossier, struct bytes is, struct bytes should)
{
	size_t from = 0, end;

	for (size_t i = 0; i < is.len && i < should.len; i++) {
		if (is.data[i] != should.data[i])
			break;
		if (is.data[i] == '\n')
			from = i + 1;
	}
	end = from;
	while (end < should.len && should.data[end] != '\n')
		end++;
	if (end > from + DIGEST_HEX_LEN + 2) {
		from += DIGEST_HEX_LEN + 2;
		dossier_tell(dossier, "manifest", "MANIFEST",
		    "it has not the digest of %.*s", (int)(end - from),
		    (const char *)should.data + from);
	} else {
		dossier_tell(dossier, "manifest", "MANIFEST",
		    "it names files that are not there");
	}
}

static int
check_manifest(struct dossier *dossier, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier, "MANIFEST");
	struct buffer should = buffer_new(LIMIT_DOSSIER);
	int result;

	dossier_manifest(&should, dossier->files);
	result = buffer_check(&should, "manifest", err);
	if (result == 0 && file == NULL)
		dossier_tell(dossier, "manifest", "", "there is no MANIFEST");
	else if (result == 0 &&
	    !bytes_equal(file->content, buffer_bytes(&should)))
		compare_manifest(dossier, file->content, buffer_bytes(&should));
	buffer_free(&should);
	return result;
}

/* A checkpoint by whom we believe. */
static int
open_checkpoint(struct dossier *dossier, struct error *finding)
{
	const struct dossier_options *options = dossier->options;
	struct dossier_result *result = dossier->result;

	if (options->key != NULL &&
	    checkpoint_open(&result->checkpoint, dossier->note, options->key,
		finding) == -1)
		return -1;
	if (options->policy == NULL)
		return 0;
	if (options->policy->log_count > 0 &&
	    tlog_policy_open(&result->checkpoint, options->policy,
		dossier->note, finding) == -1)
		return -1;
	if (tlog_policy_judge(&result->quorum, options->policy, dossier->note,
		finding) == -1)
		return -1;
	if (!result->quorum.met)
		return error_set(finding, ERROR_NO, NULL,
		    "the quorum of the policy is not met");
	return 0;
}

static int
check_checkpoint(struct dossier *dossier, struct error *err)
{
	const struct tar_file *file = dossier_use(dossier, "checkpoint");
	const struct dossier_about *about = &dossier->about;
	struct dossier_result *result = dossier->result;
	struct error finding;

	if (file == NULL) {
		dossier_tell(dossier, "checkpoint", "",
		    "there is no checkpoint");
		return 0;
	}
	dossier->note = file->content;
	if (open_checkpoint(dossier, &finding) == -1)
		return dossier_tell_error(dossier, "checkpoint", "checkpoint",
		    &finding, err);
	result->has_checkpoint = true;
	if (about->size != result->checkpoint.size ||
	    strcmp(about->origin, result->checkpoint.origin) != 0)
		dossier_tell(dossier, "about", "about.json",
		    "it is about another checkpoint");
	return 0;
}

/* --- Keys --- */

static void
check_key(struct dossier *dossier, struct public_key key, const char *name)
{
	struct buffer should = buffer_new(LIMIT_KEY_FILE);
	struct buffer file_name = buffer_new(TAR_NAME_MAX + 1);

	for (int pem = 0; pem <= 1; pem++) {
		const struct tar_file *file;
		const char *below;

		buffer_clear(&should);
		buffer_clear(&file_name);
		dossier_key_write(&should, key, name, pem == 1);
		dossier_key_name(&file_name, key, pem == 1);
		below = buffer_string(&file_name) + strlen(DOSSIER_FOLDER);
		file = dossier_use(dossier, "%s", below);
		if (file == NULL)
			dossier_tell(dossier, "key", below,
			    "the key of %s is not there", name);
		else if (!bytes_equal(file->content, buffer_bytes(&should)))
			dossier_tell(dossier, "key", below,
			    "it is not the key of %s", name);
	}
	buffer_free(&should);
	buffer_free(&file_name);
}

/* The first name under which a key was enrolled is its file's. */
static void
check_keys(struct dossier *dossier)
{
	const struct authority *authority = dossier->authority;
	const struct note_key *own = authority_ledger_key(authority);
	const struct tar_file *file = dossier_use(dossier, "key.vkey");
	struct buffer should = buffer_new(LIMIT_KEY_FILE);

	if (own == NULL) {
		buffer_free(&should);
		return;
	}
	note_key_write(&should, own);
	buffer_byte(&should, '\n');
	if (file == NULL)
		dossier_tell(dossier, "key", "", "there is no key.vkey");
	else if (!bytes_equal(file->content, buffer_bytes(&should)))
		dossier_tell(dossier, "key", "key.vkey",
		    "it is not the key that the genesis names");
	check_key(dossier, own->key, own->name);
	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);

		if (authority_by_key(authority, one->key) == one &&
		    !public_key_equal(one->key, own->key))
			check_key(dossier, one->key, one->name);
	}
	buffer_free(&should);
}

static int
check_certificate(void *cookie, const char *name, struct bytes pem,
    struct error *err)
{
	struct dossier *dossier = cookie;
	const char *below = name + strlen(DOSSIER_FOLDER);
	const struct tar_file *file = dossier_use(dossier, "%s", below);

	(void)err;
	if (file == NULL)
		dossier_tell(dossier, "identity", below, "it is not there");
	else if (!bytes_equal(file->content, pem))
		dossier_tell(dossier, "identity", below,
		    "it is not the certificate that an entry has");
	return 0;
}

/* Certificates lead to the ledger's roots, or authority would have refused
 * them; whether to the auditor's, too, is for her to ask. */
static void
check_identities(struct dossier *dossier)
{
	const struct authority *authority = dossier->authority;
	const struct certificates *roots = dossier->options->identity_roots;
	struct error finding;
	char where[64];

	for (size_t i = 0; i < authority_count(authority); i++) {
		const struct principal *one = authority_at(authority, i);
		const struct identity *identity = one->identity;

		for (; identity != NULL; identity = identity->before) {
			dossier->result->identities++;
			if (roots == NULL ||
			    identity_check_chain(identity, roots, NULL,
				&finding) == 0)
				continue;
			(void)snprintf(where, sizeof where, "entries/%llu.json",
			    (unsigned long long)identity->seq);
			dossier_tell(dossier, "identity", where,
			    "the certificate of %s: %s", one->name,
			    finding.what);
		}
	}
}

/* --- The rest --- */

/* Attachments are what they are called. */
static void
check_contents(struct dossier *dossier)
{
	static const char folder[] = DOSSIER_FOLDER "attachments/";
	size_t i = tar_first(dossier->files, folder);

	for (; i < tar_count(dossier->files); i++) {
		const struct tar_file *file = tar_at(dossier->files, i);

		if (strncmp(file->name, folder, strlen(folder)) != 0)
			break;
		dossier->result->attachments++;
		if (strcmp(digest_hex(digest_of(file->content)).text,
			file->name + strlen(folder)) != 0)
			dossier_tell(dossier, "attachment",
			    file->name + strlen(DOSSIER_FOLDER),
			    "it was altered");
	}
}

/* What is read, and proves nothing; and what nothing asked for. */
static void
check_rest(struct dossier *dossier)
{
	if (dossier_use(dossier, "VERIFY.md") == NULL)
		dossier_tell(dossier, "file", "", "there is no VERIFY.md");
	(void)dossier_use(dossier, "report/provenance.html");
	for (size_t i = 0; i < tar_count(dossier->files); i++) {
		const char *name = tar_at(dossier->files, i)->name;

		if (dossier->used[i])
			continue;
		if (strncmp(name, DOSSIER_FOLDER, strlen(DOSSIER_FOLDER)) == 0)
			name += strlen(DOSSIER_FOLDER);
		dossier_tell(dossier, "file", name, "nothing asks for it");
	}
}

/* Whether an entry speaks of the subject by that name. */
static int
has_subject(const struct dossier *dossier, const struct dossier_entry *entry,
    bool *has, struct error *err)
{
	const struct dossier_about *about = &dossier->about;
	struct entry parsed = entry_new();
	struct record record = { .statement = NULL };
	int result = -1;

	if (entry_parse(&parsed, entry->line, err) == -1 ||
	    record_parse(&record, buffer_bytes(&parsed.envelope.payload),
		err) == -1)
		goto done;
	for (const struct json *one = json_first(record.subjects); one != NULL;
	     one = json_next(one)) {
		const char *name = json_member_text(one, "name");
		const char *hex =
		    json_member_text(json_member(one, "digest"), "sha256");

		*has |= strcmp(name, about->name) == 0 &&
		    strcmp(hex, digest_hex(about->digest).text) == 0;
	}
	result = 0;
done:
	record_free(&record);
	entry_free(&parsed);
	return result;
}

static int
check_about(struct dossier *dossier, struct error *err)
{
	const struct dossier_about *about = &dossier->about;
	bool known = false, deployed = about->deployment == DOSSIER_NOBODY;

	for (size_t i = 0; i < dossier->count; i++) {
		const struct dossier_entry *entry = &dossier->entry[i];
		bool has = false;

		if (entry->kind == NULL || (known && deployed))
			continue;
		if (has_subject(dossier, entry, &has, err) == -1)
			return -1;
		known |= has;
		deployed |= has && entry->seq == about->deployment &&
		    strcmp(entry->kind->name, "deployment") == 0;
	}
	if (!known)
		dossier_tell(dossier, "about", "about.json",
		    "no entry speaks of its subject by that name");
	if (!deployed)
		dossier_tell(dossier, "about", "about.json",
		    "entry %llu is no deployment of it",
		    (unsigned long long)about->deployment);
	return 0;
}

int
dossier_check(struct dossier_result *result, struct dossier *dossier,
    const struct dossier_options *options, struct error *err)
{
	memset(result, 0, sizeof *result);
	dossier->options = options;
	dossier->result = result;
	if (options->key == NULL &&
	    (options->policy == NULL || options->policy->log_count == 0))
		return error_set(err, ERROR_UNDECIDED,
		    "give the ledger's key as you know it from elsewhere",
		    "there is no key of a ledger to believe");
	if (check_manifest(dossier, err) == -1 ||
	    check_checkpoint(dossier, err) == -1)
		return -1;
	if (!result->has_checkpoint)
		return 0;
	if (dossier_check_entries(dossier, err) == -1 ||
	    check_about(dossier, err) == -1 ||
	    dossier_check_lists(dossier, err) == -1 ||
	    dossier_check_dates(dossier, err) == -1)
		return -1;
	check_contents(dossier);
	if (dossier_certificates(dossier->authority, dossier, check_certificate,
		err) == -1)
		return -1;
	check_keys(dossier);
	check_identities(dossier);
	check_rest(dossier);
	return 0;
}
