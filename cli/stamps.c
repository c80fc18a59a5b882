#include "cli/stamps.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "keys/der.h"

#define REQUESTS "timestamp-requests"
#define PATH_LIMIT 8192

/* The folder where queries wait. */
static int
folder_of(struct buffer *out, const char *store_path, struct error *err)
{
	const char *slash = strrchr(store_path, '/');

	buffer_clear(out);
	if (slash != NULL)
		buffer_append(out,
		    bytes_of(store_path, (size_t)(slash - store_path) + 1));
	buffer_text(out, REQUESTS);
	return buffer_check(out, "path", err);
}

/* Where the query with this nonce waits. */
static int
path_of(struct buffer *out, const char *store_path, struct bytes nonce,
    struct error *err)
{
	if (folder_of(out, store_path, err) == -1)
		return -1;
	buffer_byte(out, '/');
	hex_append(out, nonce);
	buffer_text(out, ".tsq");
	return buffer_check(out, "path", err);
}

int
stamps_keep_query(const char *store_path, const struct timestamp_query *query,
    struct error *err)
{
	struct buffer path = buffer_new(PATH_LIMIT);
	struct buffer der = buffer_new(LIMIT_TIMESTAMP_QUERY);
	int result = -1;

	timestamp_query_write(&der, query);
	if (buffer_check(&der, "query", err) == 0 &&
	    folder_of(&path, store_path, err) == 0 &&
	    file_make_folders(buffer_string(&path), 0755, err) == 0 &&
	    path_of(&path, store_path, query->nonce, err) == 0)
		result = file_write(buffer_string(&path), buffer_bytes(&der),
		    0644, err);
	buffer_free(&path);
	buffer_free(&der);
	return result;
}

int
stamps_read_query(struct timestamp_query *query, struct buffer *out,
    const char *path, struct error *err)
{
	buffer_clear(out);
	if (file_read(out, path, err) == -1)
		return -1;
	if (timestamp_query_parse(query, buffer_bytes(out), err) == -1)
		return error_within(err, "%s", path);
	return 0;
}

int
stamps_find_query(struct timestamp_query *query, struct buffer *out,
    bool *found, const char *store_path, struct bytes nonce, struct error *err)
{
	struct buffer path = buffer_new(PATH_LIMIT);
	int result = -1;

	*found = false;
	if (nonce.len > 0) {
		if (path_of(&path, store_path, nonce, err) == -1)
			goto done;
		*found = file_exists(buffer_string(&path));
	}
	result = *found
	    ? stamps_read_query(query, out, buffer_string(&path), err)
	    : 0;
done:
	buffer_free(&path);
	return result;
}

int
stamps_read_roots(struct certificates **out, const char *path,
    struct error *err)
{
	struct buffer file = buffer_new(LIMIT_CERTIFICATE_FILE);
	struct certificates *list = NULL;
	int result = -1;

	if (file_read(&file, path, err) == -1 ||
	    certificates_new(&list, err) == -1)
		goto done;
	if (certificates_read(list, buffer_bytes(&file), err) == -1) {
		error_within(err, "%s", path);
		goto done;
	}
	*out = list;
	list = NULL;
	result = 0;
done:
	certificates_free(list);
	buffer_free(&file);
	return result;
}

static void
put_time(struct buffer *out, const char *name, int64_t ms)
{
	buffer_printf(out, ",\"%s\":\"%s\"", name, time_format(ms).text);
}

void
stamps_json(struct buffer *out, const struct kept_timestamp *kept)
{
	static const char *const states[] = {
		[KEPT_GOOD] = "good",
		[KEPT_UNKNOWN] = "unknown",
		[KEPT_BAD] = "bad",
	};

	buffer_printf(out, "{\"size\":%llu,\"digest\":\"%s\",\"state\":\"%s\"",
	    (unsigned long long)kept->size, digest_hex(kept->digest).text,
	    states[kept->state]);
	if (kept->state == KEPT_BAD) {
		buffer_text(out, ",\"why\":");
		json_write_text(out, bytes_of_text(kept->why->what));
	} else {
		put_time(out, "time", kept->timestamp.time_ms);
		put_time(out, "earliest", kept->timestamp.earliest_ms);
		put_time(out, "latest", kept->timestamp.latest_ms);
		buffer_printf(out, ",\"hash\":\"%s\",\"serial\":\"",
		    outside_hash_name(kept->timestamp.hash));
		hex_append(out, kept->timestamp.serial);
		buffer_text(out, "\",\"policy\":\"");
		der_oid_text(out, kept->timestamp.policy);
		buffer_text(out, "\",\"authority\":");
		json_write_text(out, bytes_of_text(kept->authority));
	}
	buffer_byte(out, '}');
}

void
stamps_say(struct terminal *terminal, const struct verify_timestamps *sum)
{
	if (sum->good > 0) {
		fprintf(terminal->out,
		    "%s timestamp%s; the checkpoint of %s entries existed by "
		    "%s, says ",
		    number_grouped(sum->good).text,
		    sum->good == 1 ? " holds" : "s hold",
		    number_grouped(sum->size).text,
		    time_format(sum->existed_ms).text);
		terminal_show(terminal, STYLE_NAME,
		    bytes_of_text(sum->authority));
		fputc('\n', terminal->out);
	}
	if (sum->unknown > 0)
		fprintf(terminal->out,
		    "%s timestamp%s by authorities that nobody here trusts: "
		    "give their roots by --timestamp-roots\n",
		    number_grouped(sum->unknown).text,
		    sum->unknown == 1 ? "" : "s");
}

void
stamps_say_json(struct buffer *out, const struct verify_timestamps *sum)
{
	buffer_printf(out, ",\"timestamps\":{\"good\":%llu,\"unknown\":%llu",
	    (unsigned long long)sum->good, (unsigned long long)sum->unknown);
	if (sum->good > 0) {
		buffer_printf(out, ",\"size\":%llu",
		    (unsigned long long)sum->size);
		put_time(out, "existed", sum->existed_ms);
		buffer_text(out, ",\"authority\":");
		json_write_text(out, bytes_of_text(sum->authority));
	}
	buffer_byte(out, '}');
}
