#include "ledger/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"

#define SEQ_MAX (((uint64_t)1 << 53) - 1)
#define TIME_MS_MAX INT64_C(253402300799999) /* The end of 9999. */

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
	    *number > SEQ_MAX)
		return false;
	*rest = bytes_after(*rest, i);
	return true;
}

/* What stands before the envelope. */
static const char *
take_head(struct bytes *rest, uint64_t *seq, int64_t *time_ms,
    struct digest *prev)
{
	if (!take(rest, "{\"seq\":") || !take_number(rest, seq))
		return "seq";
	if (!take(rest, ",\"time\":\"") || rest->len < TIME_LEN ||
	    !time_parse_exact(time_ms, bytes_of(rest->data, TIME_LEN)) ||
	    *time_ms < 0)
		return "time";
	*rest = bytes_after(*rest, TIME_LEN);
	if (!take(rest, "\",\"prev\":\"") || rest->len < DIGEST_HEX_LEN ||
	    !digest_parse(prev, bytes_of(rest->data, DIGEST_HEX_LEN)))
		return "prev";
	*rest = bytes_after(*rest, DIGEST_HEX_LEN);
	if (!take(rest, "\",\"envelope\":") || rest->len < 2 ||
	    rest->data[rest->len - 1] != '}')
		return "envelope";
	rest->len--;
	return NULL;
}

int
entry_parse(struct entry *out, struct bytes line, struct error *err)
{
	struct bytes rest = line;
	struct digest prev;
	uint64_t seq;
	int64_t time_ms;
	const char *member;

	if (line.len > LIMIT_ENTRY)
		return wrong(err, "it is too long");
	member = take_head(&rest, &seq, &time_ms, &prev);
	if (member != NULL)
		return wrong(err, member);
	if (envelope_parse_exact(&out->envelope, rest, err) == -1)
		return error_within(err, "envelope");
	out->seq = seq;
	out->time_ms = time_ms;
	out->prev = prev;
	return 0;
}

/* Whether entry_parse would take them. */
static int
check_head(uint64_t seq, int64_t time_ms, struct error *err)
{
	if (seq > SEQ_MAX)
		return error_set(err, ERROR_UNDECIDED, "begin a new ledger",
		    "the ledger is full");
	if (time_ms < 0 || time_ms > TIME_MS_MAX)
		return error_set(err, ERROR_SYSTEM,
		    "set the clock of this machine right",
		    "no entry is made before 1970 or after 9999");
	return 0;
}

/* In decimal; printf would be a tenth of the work of writing an entry. */
static void
write_number(struct buffer *out, uint64_t number)
{
	char digits[24];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buffer_append(out, bytes_of(digits + at, sizeof digits - at));
}

int
entry_write(struct buffer *out, uint64_t seq, int64_t time_ms,
    struct digest prev, const struct envelope *envelope, struct error *err)
{
	size_t before = out->len;

	if (check_head(seq, time_ms, err) == -1)
		return -1;
	buffer_text(out, "{\"seq\":");
	write_number(out, seq);
	buffer_text(out, ",\"time\":\"");
	buffer_text(out, time_format(time_ms).text);
	buffer_text(out, "\",\"prev\":\"");
	buffer_text(out, digest_hex(prev).text);
	buffer_text(out, "\",\"envelope\":");
	envelope_write(out, envelope);
	buffer_byte(out, '}');
	if (out->state == BUFFER_FULL || out->len - before > LIMIT_ENTRY)
		return error_set(err, ERROR_UNDECIDED,
		    "keep what is large as an attachment",
		    "the record is too large: its %zu bytes make an entry "
		    "over the ceiling of %d",
		    envelope->payload.len, LIMIT_ENTRY);
	return buffer_check(out, "entry", err);
}

struct digest
entry_leaf_hash(struct bytes line)
{
	return digest_prefixed(0x00, line, bytes_of(NULL, 0));
}
