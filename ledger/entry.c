#include "ledger/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

struct entry
entry_new(void)
{
	struct entry entry;

	memset(&entry, 0, sizeof entry);
	entry.envelope = envelope_new();
	return entry;
}

void
entry_free(struct entry *entry)
{
	if (entry != NULL)
		envelope_free(&entry->envelope);
}

static int
wrong(struct error *err, const char *what)
{
	return error_set(err, ERROR_NO, NULL,
	    "not the one spelling of an entry: %s", what);
}

/* Take the literal text off the front. */
static bool
take(struct bytes *rest, const char *text)
{
	if (!bytes_begin(*rest, text))
		return false;
	*rest = bytes_after(*rest, strlen(text));
	return true;
}

static bool
take_number(struct bytes *rest, uint64_t *number)
{
	size_t i = 0;

	*number = 0;
	while (i < rest->len && i < 17 && rest->data[i] >= '0' &&
	    rest->data[i] <= '9')
		*number = *number * 10 + (uint64_t)(rest->data[i++] - '0');
	if (i == 0 || i == 17 || (i > 1 && rest->data[0] == '0') ||
	    *number >= (uint64_t)1 << 53)
		return false;
	*rest = bytes_after(*rest, i);
	return true;
}

int
entry_parse(struct entry *out, struct bytes line, struct error *err)
{
	struct bytes rest = line;

	if (line.len > LIMIT_ENTRY)
		return wrong(err, "it is too long");
	if (!take(&rest, "{\"seq\":") || !take_number(&rest, &out->seq))
		return wrong(err, "seq");
	if (!take(&rest, ",\"time\":\"") || rest.len < TIME_LEN ||
	    !time_parse_exact(&out->time_ms, bytes_of(rest.data, TIME_LEN)) ||
	    out->time_ms < 0)
		return wrong(err, "time");
	rest = bytes_after(rest, TIME_LEN);
	if (!take(&rest, "\",\"prev\":\"") || rest.len < DIGEST_HEX_LEN ||
	    !digest_parse(&out->prev, bytes_of(rest.data, DIGEST_HEX_LEN)))
		return wrong(err, "prev");
	rest = bytes_after(rest, DIGEST_HEX_LEN);
	if (!take(&rest, "\",\"envelope\":") || rest.len < 2 ||
	    rest.data[rest.len - 1] != '}')
		return wrong(err, "envelope");
	rest.len--;
	if (envelope_parse_exact(&out->envelope, rest, err) == -1)
		return error_within(err, "envelope");
	return 0;
}

int
entry_write(struct buffer *out, uint64_t seq, int64_t time_ms,
    struct digest prev, const struct envelope *envelope, struct error *err)
{
	size_t before = out->len;

	buffer_printf(out, "{\"seq\":%llu,\"time\":\"%s\",\"prev\":\"%s\","
	    "\"envelope\":", (unsigned long long)seq,
	    time_format(time_ms).text, digest_hex(prev).text);
	envelope_write(out, envelope);
	buffer_byte(out, '}');
	if (out->state == BUFFER_FULL || out->len - before > LIMIT_ENTRY)
		return error_set(err, ERROR_UNDECIDED,
		    "keep what is large as an attachment",
		    "the record is too large: its %zu bytes make an entry "
		    "over the ceiling of %d", envelope->payload.len,
		    LIMIT_ENTRY);
	return buffer_check(out, "entry", err);
}

struct digest
entry_leaf_hash(struct bytes line)
{
	return digest_prefixed(0x00, line, bytes_of(NULL, 0));
}
