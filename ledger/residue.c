#include "ledger/residue.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

#define PIECE 32
#define PIECES 16
/* A piece with fewer different bytes could stand anywhere. */
#define DIFFERENT 6
#define READ_LEN ((size_t)1024 * 1024)

struct piece {
	uint8_t byte[RESIDUE_MOST];
	size_t len;
};

struct residue {
	struct piece *piece;
	size_t count;
	size_t capacity;
};

int
residue_new(struct residue **out, struct error *err)
{
	*out = memory_new(1, sizeof **out);
	return *out == NULL ? error_memory(err) : 0;
}

void
residue_free(struct residue *residue)
{
	if (residue == NULL)
		return;
	if (residue->piece != NULL)
		explicit_bzero(residue->piece,
		    residue->count * sizeof *residue->piece);
	memory_free(residue->piece);
	memory_free(residue);
}

static bool
is_telling(struct bytes piece)
{
	bool seen[256] = { false };
	unsigned different = 0;

	for (size_t i = 0; i < piece.len; i++) {
		different += !seen[piece.data[i]];
		seen[piece.data[i]] = true;
	}
	return different >= DIFFERENT || piece.len < PIECE;
}

static int
add_piece(struct residue *residue, struct bytes bytes, struct error *err)
{
	struct piece *grown = memory_grow(residue->piece, &residue->capacity,
	    residue->count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	residue->piece = grown;
	grown += residue->count++;
	memcpy(grown->byte, bytes.data, bytes.len);
	grown->len = bytes.len;
	return 0;
}

int
residue_add(struct residue *residue, struct bytes bytes, struct error *err)
{
	size_t pieces = bytes.len / PIECE;
	size_t step = pieces / PIECES + 1;

	if (bytes.len < RESIDUE_LEAST)
		return 0;
	if (pieces == 0)
		return add_piece(residue, bytes, err);
	for (size_t i = 0; i < pieces; i += step) {
		struct bytes piece = bytes_of(bytes.data + i * PIECE, PIECE);

		if (is_telling(piece) && add_piece(residue, piece, err) == -1)
			return -1;
	}
	return 0;
}

int
residue_add_text(struct residue *residue, struct bytes bytes, struct error *err)
{
	if (bytes.len < RESIDUE_LEAST)
		return 0;
	if (bytes.len > RESIDUE_MOST)
		bytes.len = RESIDUE_MOST;
	return add_piece(residue, bytes, err);
}

static uint64_t
count_in(const struct residue *residue, const uint8_t *data, size_t len)
{
	uint64_t found = 0;

	for (size_t i = 0; i < residue->count; i++)
		found += memmem(data, len, residue->piece[i].byte,
			     residue->piece[i].len) != NULL;
	return found;
}

/* Blocks that overlap by what a piece may hang over. */
static int
search_file(struct residue_found *found, const struct residue *residue,
    int descriptor, uint8_t *block, struct error *err)
{
	size_t held = 0;

	for (;;) {
		ssize_t n = read(descriptor, block + held, READ_LEN);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return error_errno(err, "cannot read the ledger");
		if (n == 0)
			return 0;
		found->bytes += (uint64_t)n;
		held += (size_t)n;
		found->pieces += count_in(residue, block, held);
		if (held >= RESIDUE_MOST) {
			memmove(block, block + held - (RESIDUE_MOST - 1),
			    RESIDUE_MOST - 1);
			held = RESIDUE_MOST - 1;
		}
	}
}

int
residue_search(struct residue_found *found, const struct residue *residue,
    const char *store_path, struct error *err)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	struct buffer path = buffer_new(8192);
	uint8_t *block = memory_new(1, READ_LEN + RESIDUE_MOST);
	int result = 0;

	*found = (struct residue_found){ .where = "" };
	if (block == NULL) {
		buffer_free(&path);
		return error_memory(err);
	}
	for (size_t i = 0; i < sizeof tails / sizeof tails[0] && result == 0;
	     i++) {
		uint64_t before = found->pieces;
		int descriptor;

		buffer_clear(&path);
		buffer_printf(&path, "%s%s", store_path, tails[i]);
		if ((result = buffer_check(&path, "path", err)) == -1)
			break;
		descriptor = open(buffer_string(&path), O_RDONLY | O_CLOEXEC);
		if (descriptor == -1 && errno == ENOENT)
			continue;
		if (descriptor == -1) {
			result = error_errno(err, "cannot open %s",
			    buffer_string(&path));
			break;
		}
		found->files++;
		result = search_file(found, residue, descriptor, block, err);
		close(descriptor);
		if (found->pieces > before)
			found->where = tails[i];
	}
	explicit_bzero(block, READ_LEN + RESIDUE_MOST);
	memory_free(block);
	buffer_free(&path);
	return result;
}
