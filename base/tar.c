#include "base/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/memory.h"

#define BLOCK 512
/* Places in a header. */
#define AT_MODE 100
#define AT_UID 108
#define AT_GID 116
#define AT_SIZE 124
#define AT_TIME 136
#define AT_SUM 148
#define AT_TYPE 156
#define AT_MAGIC 257
#define AT_MAJOR 329
#define AT_MINOR 337
/* Eleven octal digits. */
#define NUMBER_MAX (((uint64_t)1 << 33) - 1)

struct tar {
	size_t count;
	size_t capacity;
	struct tar_file *file; /* As they were put in. */
	struct hash_table by_name;
	size_t *order; /* Their numbers in order of names, once settled. */
	uint8_t **owned; /* Contents that were copied. */
	size_t owned_count;
	size_t owned_capacity;
};

int
tar_new(struct tar **out, struct error *err)
{
	struct tar *tar = memory_new(1, sizeof *tar);

	if (tar == NULL)
		return error_memory(err);
	tar->by_name = hash_table_new();
	*out = tar;
	return 0;
}

void
tar_free(struct tar *tar)
{
	if (tar == NULL)
		return;
	for (size_t i = 0; i < tar->owned_count; i++)
		memory_free(tar->owned[i]);
	memory_free(tar->owned);
	memory_free(tar->file);
	memory_free(tar->order);
	hash_table_free(&tar->by_name);
	memory_free(tar);
}

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool
tar_name_is_valid(const char *name)
{
	bool begins = true;

	if (strlen(name) > TAR_NAME_MAX)
		return false;
	for (; *name != '\0'; name++) {
		if (begins ? !is_name_byte(*name) || *name == '.'
			   : !is_name_byte(*name) && *name != '/')
			return false;
		begins = *name == '/';
	}
	return !begins;
}

static uint64_t
hash_of(const struct tar *tar, const char *name)
{
	return hash_table_hash(&tar->by_name, bytes_of_text(name),
	    bytes_of(NULL, 0));
}

bool
tar_has(const struct tar *tar, const char *name)
{
	size_t at = hash_table_first(&tar->by_name, hash_of(tar, name));

	while (at != HASH_TABLE_END && strcmp(tar->file[at].name, name) != 0)
		at = hash_table_next(&tar->by_name, at);
	return at != HASH_TABLE_END;
}

static int
put(struct tar *tar, const char *name, struct bytes content, struct error *err)
{
	struct tar_file *grown = memory_grow(tar->file, &tar->capacity,
	    tar->count + 1, sizeof *grown);

	if (grown == NULL)
		return error_memory(err);
	tar->file = grown;
	grown += tar->count;
	*grown = (struct tar_file){ .content = content };
	memcpy(grown->name, name, strlen(name) + 1);
	if (hash_table_put(&tar->by_name, tar->count, hash_of(tar, name),
		err) == -1)
		return -1;
	tar->count++;
	return 0;
}

int
tar_add(struct tar *tar, const char *name, struct bytes content,
    struct error *err)
{
	uint8_t **grown;
	uint8_t *copy;

	if (!tar_name_is_valid(name) || tar_has(tar, name))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "'%.120s' cannot be the name of a file in the archive%s",
		    name, tar_name_is_valid(name) ? ": it is taken" : "");
	if (content.len > NUMBER_MAX)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the file %s is too large for an archive", name);
	grown = memory_grow(tar->owned, &tar->owned_capacity,
	    tar->owned_count + 1, sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	tar->owned = grown;
	copy = (uint8_t *)memory_text_of(content);
	if (copy == NULL)
		return error_memory(err);
	tar->owned[tar->owned_count++] = copy;
	return put(tar, name, bytes_of(copy, content.len), err);
}

static int
compare_names(const void *a, const void *b, void *cookie)
{
	const struct tar *tar = cookie;

	return strcmp(tar->file[*(const size_t *)a].name,
	    tar->file[*(const size_t *)b].name);
}

int
tar_settle(struct tar *tar, struct error *err)
{
	size_t *order = memory_new(tar->count + 1, sizeof *order);

	if (order == NULL)
		return error_memory(err);
	for (size_t i = 0; i < tar->count; i++)
		order[i] = i;
	if (tar->count > 1)
		qsort_r(order, tar->count, sizeof *order, compare_names, tar);
	memory_free(tar->order);
	tar->order = order;
	return 0;
}

size_t
tar_count(const struct tar *tar)
{
	return tar->count;
}

const struct tar_file *
tar_at(const struct tar *tar, size_t i)
{
	return &tar->file[tar->order[i]];
}

const struct tar_file *
tar_find(const struct tar *tar, const char *name)
{
	size_t at = tar_first(tar, name);

	if (at < tar->count && strcmp(tar_at(tar, at)->name, name) == 0)
		return tar_at(tar, at);
	return NULL;
}

size_t
tar_first(const struct tar *tar, const char *prefix)
{
	size_t low = 0, high = tar->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(tar_at(tar, middle)->name, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < tar->count &&
	    strncmp(tar_at(tar, low)->name, prefix, strlen(prefix)) == 0)
		return low;
	return tar->count;
}

static void
put_octal(uint8_t *at, int digits, uint64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%0*llo", digits,
	    (unsigned long long)number);
	memcpy(at, text, (size_t)digits);
}

/* The one header of a file. */
static void
make_header(uint8_t out[BLOCK], const char *name, size_t len, uint64_t time_s)
{
	unsigned sum = 0;

	memset(out, 0, BLOCK);
	memcpy(out, name, strlen(name));
	put_octal(out + AT_MODE, 7, 0644);
	put_octal(out + AT_UID, 7, 0);
	put_octal(out + AT_GID, 7, 0);
	put_octal(out + AT_SIZE, 11, len);
	put_octal(out + AT_TIME, 11, time_s & NUMBER_MAX);
	memset(out + AT_SUM, ' ', 8);
	out[AT_TYPE] = '0';
	memcpy(out + AT_MAGIC,
	    "ustar\0"
	    "00",
	    8);
	put_octal(out + AT_MAJOR, 7, 0);
	put_octal(out + AT_MINOR, 7, 0);
	for (size_t i = 0; i < BLOCK; i++)
		sum += out[i];
	put_octal(out + AT_SUM, 6, sum);
	out[AT_SUM + 6] = '\0';
}

static size_t
padding_of(size_t len)
{
	return (BLOCK - len % BLOCK) % BLOCK;
}

void
tar_write(struct buffer *out, const struct tar *tar, uint64_t time_s)
{
	static const uint8_t zeros[2 * BLOCK];
	uint8_t header[BLOCK];

	for (size_t i = 0; i < tar->count; i++) {
		const struct tar_file *file = tar_at(tar, i);
		struct bytes content = file->content;

		make_header(header, file->name, content.len, time_s);
		buffer_append(out, bytes_of(header, BLOCK));
		buffer_append(out, content);
		buffer_append(out, bytes_of(zeros, padding_of(content.len)));
	}
	buffer_append(out, bytes_of(zeros, sizeof zeros));
}

static bool
is_zero(struct bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.data[i] != 0)
			return false;
	return true;
}

static bool
read_octal(uint64_t *number, const uint8_t *at)
{
	*number = 0;
	for (int i = 0; i < 11; i++) {
		if (at[i] < '0' || at[i] > '7')
			return false;
		*number = *number << 3 | (uint64_t)(at[i] - '0');
	}
	return true;
}

/* The file at the front of the rest, which is then taken off. */
static int
take_file(struct tar *tar, struct bytes *rest, uint64_t *time_s,
    struct error *err)
{
	uint8_t header[BLOCK];
	char name[TAR_NAME_MAX + 1];
	uint64_t len, time;

	memcpy(name, rest->data, TAR_NAME_MAX);
	name[TAR_NAME_MAX] = '\0';
	if (!tar_name_is_valid(name) ||
	    !read_octal(&len, rest->data + AT_SIZE) ||
	    !read_octal(&time, rest->data + AT_TIME))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "it is no file's header");
	make_header(header, name, (size_t)len, time);
	if (memcmp(header, rest->data, BLOCK) != 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "the header of %s is not spelt as it should be", name);
	if (tar->count > 0 && time != *time_s)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "%s has another time than the files before", name);
	if (tar->count > 0 && strcmp(tar->file[tar->count - 1].name, name) >= 0)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "%s is out of order, or there twice", name);
	*rest = bytes_after(*rest, BLOCK);
	if (len > rest->len || padding_of((size_t)len) > rest->len - len)
		return error_set(err, ERROR_UNDECIDED, NULL, "%s is cut", name);
	if (!is_zero(bytes_of(rest->data + len, padding_of((size_t)len))))
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "behind %s there is something that does not belong there",
		    name);
	if (put(tar, name, bytes_of(rest->data, (size_t)len), err) == -1)
		return -1;
	*rest = bytes_after(*rest, (size_t)len + padding_of((size_t)len));
	*time_s = time;
	return 0;
}

int
tar_read(struct tar **out, struct bytes archive, size_t most, uint64_t *time_s,
    struct error *err)
{
	struct bytes rest = archive;
	struct tar *tar = NULL;
	uint64_t time = 0;

	if (tar_new(&tar, err) == -1)
		return -1;
	for (;;) {
		size_t at = archive.len - rest.len;

		if (rest.len < 2 * (size_t)BLOCK) {
			error_set(err, ERROR_UNDECIDED, NULL,
			    "the archive is cut");
			error_within(err, "byte %zu", at);
			goto failed;
		}
		if (rest.len == 2 * (size_t)BLOCK && is_zero(rest))
			break;
		if (tar->count == most) {
			error_set(err, ERROR_UNDECIDED, NULL,
			    "the archive has more than %zu files", most);
			goto failed;
		}
		if (take_file(tar, &rest, &time, err) == -1) {
			error_within(err, "byte %zu", at);
			goto failed;
		}
	}
	if (tar_settle(tar, err) == -1)
		goto failed;
	*time_s = time;
	*out = tar;
	return 0;
failed:
	tar_free(tar);
	return -1;
}
