/* events_plain.c: from JSON as programs write it to JSON as it is defined. */
#include <ctype.h>
#include <stdlib.h>

#include "capture/events_internal.h"

#define LARGEST_EXACT 9007199254740992ULL /* 2^53 */

/* The length of the text that begins with a quote, with its quotes. */
static size_t
quoted_len(struct bytes at)
{
	size_t i = 1;

	while (i < at.len && at.data[i] != '"')
		i += at.data[i] == '\\' ? 2 : 1;
	return i < at.len ? i + 1 : at.len;
}

/* The length of a run of what words and numbers are made of. */
static size_t
word_len(struct bytes at)
{
	size_t i = 0;

	while (i < at.len &&
	    (isalnum(at.data[i]) || at.data[i] == '_' || at.data[i] == '.' ||
		at.data[i] == '-' || at.data[i] == '+'))
		i++;
	return i;
}

static bool
is_large_integer(struct bytes word)
{
	uint64_t value = 0;
	size_t i = word.data[0] == '-' ? 1 : 0;

	if (i == word.len || word.data[i] == '0')
		return false;
	for (size_t j = i; j < word.len; j++)
		if (!isdigit(word.data[j]))
			return false;
	if (word.len - i > 16)
		return true;
	for (; i < word.len; i++)
		value = value * 10 + (uint64_t)(word.data[i] - '0');
	return value > LARGEST_EXACT;
}

/* A name is never without quotes, whatever it is. */
static bool
is_followed_by_colon(struct bytes rest)
{
	size_t i = 0;

	while (i < rest.len && (rest.data[i] == ' ' || rest.data[i] == '\t'))
		i++;
	return i < rest.len && rest.data[i] == ':';
}

static bool
needs_quotes(struct bytes word, struct bytes rest)
{
	return (bytes_equal(word, bytes_of_text("NaN")) ||
		   bytes_equal(word, bytes_of_text("Infinity")) ||
		   bytes_equal(word, bytes_of_text("-Infinity")) ||
		   is_large_integer(word)) &&
	    !is_followed_by_colon(rest);
}

void
events_plain(struct buffer *out, struct bytes line)
{
	while (line.len > 0) {
		size_t len = line.data[0] == '"' ? quoted_len(line)
						 : word_len(line);
		struct bytes word;
		bool quotes;

		if (len == 0)
			len = 1;
		word = bytes_of(line.data, len);
		line = bytes_after(line, len);
		quotes = needs_quotes(word, line);
		if (quotes)
			buffer_byte(out, '"');
		buffer_append(out, word);
		if (quotes)
			buffer_byte(out, '"');
	}
}
