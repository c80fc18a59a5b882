#include "tests/support/mutate.h"

#include <stdlib.h>
#include <string.h>

uint64_t
mutator_number(struct mutator *mutator, uint64_t below)
{
	uint64_t z = (mutator->state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

static void
take_out(struct buffer *bytes, size_t at, size_t len)
{
	memmove(bytes->data + at, bytes->data + at + len,
	    bytes->len - at - len);
	bytes->len -= len;
}

/* Two pieces of equal length: false if they are the same. */
static bool
exchange(struct buffer *bytes, struct mutator *mutator)
{
	uint8_t kept[32], *one, *other;
	size_t places = bytes->len / sizeof kept;

	if (places < 2)
		return false;
	one = bytes->data + mutator_number(mutator, places) * sizeof kept;
	other = bytes->data + mutator_number(mutator, places) * sizeof kept;
	if (memcmp(one, other, sizeof kept) == 0)
		return false;
	memcpy(kept, one, sizeof kept);
	memcpy(one, other, sizeof kept);
	memcpy(other, kept, sizeof kept);
	return true;
}

void
mutate_bytes(struct buffer *bytes, struct mutator *mutator)
{
	size_t at = (size_t)mutator_number(mutator, bytes->len);
	uint64_t way = mutator_number(mutator, 7);
	size_t len;

	switch (way) {
	case 0:
		take_out(bytes, at, 1);
		return;
	case 1:
		if (buffer_room(bytes, 1) == NULL)
			abort();
		memmove(bytes->data + at + 1, bytes->data + at,
		    bytes->len - at);
		bytes->len++;
		return;
	case 2:
		bytes->data[at] =
		    (uint8_t)(bytes->data[at] + 1 + mutator_number(mutator, 255));
		return;
	case 3:
		len = bytes->len - at;
		take_out(bytes, at,
		    1 + (size_t)mutator_number(mutator, len < 64 ? len : 64));
		return;
	case 4:
		if (exchange(bytes, mutator))
			return;
		break;
	case 5:
		bytes->len = at;
		return;
	default:
		break;
	}
	bytes->data[at] ^= (uint8_t)(1 << mutator_number(mutator, 8));
}
