#include "cli/witness_key.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/session.h"
#include "keys/agent.h"
#include "keys/key_file.h"

#define PATH_LIMIT 8192

static bool
ends_with(const char *text, const char *tail)
{
	size_t len = strlen(text), tail_len = strlen(tail);

	return len > tail_len && strcmp(text + len - tail_len, tail) == 0;
}

/* How many key files a folder has; the path of one of them. */
static int
count_keys(size_t *count, struct buffer *path, const char *keys,
    struct error *err)
{
	struct dirent *entry;
	DIR *folder = opendir(keys);
	int result = 0;

	*count = 0;
	if (folder == NULL)
		return 0;
	while (result == 0 && (entry = readdir(folder)) != NULL) {
		if (!ends_with(entry->d_name, ".key"))
			continue;
		(*count)++;
		result = file_join(path, keys, entry->d_name, err);
	}
	closedir(folder);
	return result;
}

static int
only_key(struct buffer *path, struct error *err)
{
	struct buffer home = buffer_new(PATH_LIMIT);
	struct buffer keys = buffer_new(PATH_LIMIT);
	size_t count = 0;
	int result = -1;

	if (session_home(&home, err) == -1 ||
	    file_join(&keys, buffer_string(&home), "keys", err) == -1 ||
	    count_keys(&count, path, buffer_string(&keys), err) == -1)
		goto done;
	if (count == 1)
		result = 0;
	else if (count == 0)
		error_set(err, ERROR_UNDECIDED, "make one with `vouch key new'",
		    "there is no key to cosign with");
	else
		error_set(err, ERROR_UNDECIDED,
		    "choose one with --key NAME or VOUCH_KEY",
		    "there are %zu keys in %s", count, buffer_string(&keys));
done:
	buffer_free(&home);
	buffer_free(&keys);
	return result;
}

static int
from_file(struct note_key *out, struct signer **signer, const char *path,
    const char *name, struct error *err)
{
	struct key_file_info info;

	if (key_file_inspect(&info, path, err) == -1 ||
	    note_key_make(out, name == NULL ? info.name : name,
		NOTE_COSIGNATURE, info.key, err) == -1)
		return -1;
	return signer == NULL ? 0 : session_open_key_file(signer, path, err);
}

static int
from_agent(struct note_key *out, struct signer **signer, const char *path,
    const char *name, struct error *err)
{
	struct public_key key;

	if (name == NULL)
		return error_set(err, ERROR_UNDECIDED, "choose one with --name",
		    "a witness has a name, an ssh key has none");
	if (session_read_public(&key, path, err) == -1 ||
	    note_key_make(out, name, NOTE_COSIGNATURE, key, err) == -1)
		return -1;
	return signer == NULL ? 0 : agent_signer(signer, key, err);
}

int
witness_key(struct note_key *out, struct signer **signer,
    const struct context *context, const char *name, struct error *err)
{
	const char *given = context->key;
	struct buffer path = buffer_new(PATH_LIMIT);
	int result = -1;

	if (given == NULL)
		given = getenv("VOUCH_KEY");
	if (given != NULL && *given == '\0')
		given = NULL;
	if (given != NULL && ends_with(given, ".pub"))
		result = from_agent(out, signer, given, name, err);
	else if ((given != NULL ? session_key_path(&path, given, err)
				: only_key(&path, err)) == 0)
		result =
		    from_file(out, signer, buffer_string(&path), name, err);
	buffer_free(&path);
	return result;
}
