#include "ledger/witness_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

#define PATH_LIMIT 8192

struct witness_answer
witness_answer_new(void)
{
	return (struct witness_answer){ .body = buffer_new(LIMIT_NOTE) };
}

void
witness_answer_free(struct witness_answer *answer)
{
	buffer_free(&answer->body);
}

int
witness_state_read(struct witness_state *out, struct bytes content,
    const char *origin, const struct note_key *key, struct error *err)
{
	struct checkpoint checkpoint;
	uint64_t oldest_s, newest_s;
	size_t verified = 0;
	struct note note;

	if (note_parse(&note, content, err) == -1 ||
	    checkpoint_parse(&checkpoint, note.text, err) == -1 ||
	    note_cosigned(&verified, &note, key, &oldest_s, &newest_s, err) ==
		-1)
		return -1;
	if (strcmp(checkpoint.origin, origin) != 0)
		return error_set(err, ERROR_NO, NULL,
		    "it is a checkpoint of %s", checkpoint.origin);
	if (verified == 0)
		return error_set(err, ERROR_NO, NULL,
		    "it was not cosigned by %s", key->name);
	*out = (struct witness_state){
		.size = checkpoint.size,
		.root = checkpoint.root,
		.time_s = newest_s,
	};
	return 0;
}

/* FOLDER/<hash of the origin>TAIL. */
static int
place_of(struct buffer *out, const struct witness *witness, const char *origin,
    const char *tail, struct error *err)
{
	if (file_join(out, witness->folder,
		digest_hex(digest_of(bytes_of_text(origin))).text, err) == -1)
		return -1;
	buffer_text(out, tail);
	return buffer_check(out, "path", err);
}

/* Alone with the state of one log, until the descriptor is closed. */
static int
lock_state(int *out, const struct witness *witness, const char *origin,
    struct error *err)
{
	struct buffer path = buffer_new(PATH_LIMIT);
	int result = -1, fd;

	if (file_make_folders(witness->folder, 0700, err) == -1 ||
	    place_of(&path, witness, origin, ".lock", err) == -1)
		goto done;
	fd = open(buffer_string(&path),
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1) {
		error_errno(err, "cannot open %s", buffer_string(&path));
		goto done;
	}
	while (flock(fd, LOCK_EX) == -1) {
		if (errno != EINTR) {
			error_errno(err, "cannot lock %s",
			    buffer_string(&path));
			close(fd);
			goto done;
		}
	}
	*out = fd;
	result = 0;
done:
	buffer_free(&path);
	return result;
}

/* Whether there is surely nothing, rather than something that cannot be
 * reached. */
static bool
is_absent(const char *path)
{
	struct stat status;

	return lstat(path, &status) == -1 && errno == ENOENT;
}

/* What is not as it was kept is a reason to stop: a witness that does not
 * know what it has cosigned must not cosign. */
static int
load_state(struct witness_state *out, const struct witness *witness,
    const char *path, const char *origin, struct error *err)
{
	struct buffer content = buffer_new(LIMIT_NOTE);
	int result = -1;

	if (is_absent(path)) {
		*out = witness_never();
		return 0;
	}
	if (file_read(&content, path, err) == 0 &&
	    witness_state_read(out, buffer_bytes(&content), origin,
		&witness->key, err) == 0) {
		result = 0;
	} else {
		error_within(err, "state of the witness, %s", path);
		err->class = ERROR_SYSTEM;
		if (err->remedy[0] == '\0')
			memcpy(err->remedy,
			    "cosign with the key and name that "
			    "it was kept by",
			    sizeof "cosign with the key and name that "
				   "it was kept by");
	}
	buffer_free(&content);
	return result;
}

static bool
is_log_line(const struct witness *witness, const char *origin,
    const struct note_line *line)
{
	for (size_t i = 0; i < witness->log_count; i++) {
		if (strcmp(witness->logs[i].name, origin) == 0 &&
		    witness->logs[i].id == line->id &&
		    bytes_equal(line->name, bytes_of_text(origin)))
			return true;
	}
	return false;
}

/* The checkpoint with the log's signatures and ours: none by anybody else. */
static int
compose_state(struct buffer *out, const struct witness *witness,
    const struct tlog_request *request, struct bytes cosignature,
    struct error *err)
{
	struct note note;
	size_t kept = 1; /* Ours. */

	if (note_parse(&note, request->note, err) == -1)
		return -1;
	buffer_append(out, note.text);
	buffer_byte(out, '\n');
	for (size_t i = 0; i < note.line_count; i++) {
		/* It must be read again. */
		if (kept == LIMIT_NOTE_SIGNATURES ||
		    !is_log_line(witness, request->checkpoint.origin,
			&note.line[i]))
			continue;
		note_line_write(out, &note.line[i]);
		kept++;
	}
	buffer_append(out, cosignature);
	return buffer_check(out, "state of the witness", err);
}

/* Sign, keep, and only then hand out. */
static int
cosign(struct witness_answer *answer, const struct witness *witness,
    const struct tlog_request *request, const char *path, uint64_t now_s,
    struct error *err)
{
	struct buffer line = buffer_new(LIMIT_NOTE);
	struct buffer kept = buffer_new(LIMIT_NOTE);
	struct note note;
	int result = -1;

	if (note_parse(&note, request->note, err) == -1 ||
	    note_cosignature_line(&line, note.text, witness->key.name,
		witness->signer, now_s, err) == -1 ||
	    compose_state(&kept, witness, request, buffer_bytes(&line), err) ==
		-1 ||
	    file_write(path, buffer_bytes(&kept), 0600, err) == -1)
		goto done;
	buffer_append(&answer->body, buffer_bytes(&line));
	result = 0;
done:
	buffer_free(&line);
	buffer_free(&kept);
	return result;
}

/* With the lock held. */
static int
answer_locked(struct witness_answer *answer, const struct witness *witness,
    const struct tlog_request *request, uint64_t now_s, struct error *err)
{
	const char *origin = request->checkpoint.origin;
	struct buffer path = buffer_new(PATH_LIMIT);
	struct witness_state state;
	int result = -1;

	if (place_of(&path, witness, origin, ".checkpoint", err) == -1 ||
	    load_state(&state, witness, buffer_string(&path), origin, err) ==
		-1)
		goto done;
	answer->status = witness_judge(&answer->state, &state, request, now_s,
	    &answer->reason);
	if (answer->status == WITNESS_COSIGN && now_s < state.time_s)
		error_set(err, ERROR_SYSTEM, "set the clock",
		    "the clock is before the last cosignature for %s", origin);
	else if (answer->status != WITNESS_COSIGN)
		result = 0;
	else
		result = cosign(answer, witness, request, buffer_string(&path),
		    now_s, err);
done:
	buffer_free(&path);
	return result;
}

/* The body of an answer that is no cosignature. */
static void
explain(struct witness_answer *answer)
{
	if (answer->status == WITNESS_CONFLICT)
		buffer_printf(&answer->body, "%llu\n",
		    (unsigned long long)answer->state.size);
	else if (answer->status != WITNESS_COSIGN)
		buffer_printf(&answer->body, "%s%s%s\n", answer->reason.where,
		    answer->reason.where[0] == '\0' ? "" : ": ",
		    answer->reason.what);
}

int
witness_answer(struct witness_answer *out, const struct witness *witness,
    struct bytes text, uint64_t now_s, struct error *err)
{
	struct tlog_request request;
	int result = 0, lock = -1;

	buffer_clear(&out->body);
	memset(&out->asked, 0, sizeof out->asked);
	out->state = witness_never();
	if (witness_read(&request, &out->status, witness->logs,
		witness->log_count, text, &out->reason) == 0) {
		out->old_size = request.old_size;
		out->asked = request.checkpoint;
		if (lock_state(&lock, witness, request.checkpoint.origin,
			err) == -1)
			return -1;
		result = answer_locked(out, witness, &request, now_s, err);
		close(lock);
	}
	if (result == 0) {
		explain(out);
		result = buffer_check(&out->body, "answer", err);
	}
	return result;
}
