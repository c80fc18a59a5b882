#include "capture/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"

#define ROWS_COMPARED ((size_t)10000000)
#define CELL_MAX ((size_t)1 << 20)
#define COLUMNS_MAX 4096

/* A file being read cell by cell. */
struct csv {
	FILE *file;
	int separator;
	struct buffer cell;
	struct digest_stream row;
	bool quoted;
	bool bad;
};

enum after { AFTER_CELL, AFTER_ROW, AFTER_FILE };

/* Read one cell; what follows it. */
static enum after
next_cell(struct csv *csv)
{
	bool inside = false;
	bool begun = false;
	int c;

	buffer_clear(&csv->cell);
	csv->quoted = false;
	while ((c = getc_unlocked(csv->file)) != EOF) {
		uint8_t byte = (uint8_t)c;

		if (inside) {
			if (c != '"') {
				buffer_byte(&csv->cell, byte);
			} else {
				int next = getc_unlocked(csv->file);

				if (next == '"') {
					buffer_byte(&csv->cell, byte);
				} else {
					inside = false;
					if (next != EOF)
						ungetc(next, csv->file);
				}
			}
		} else if (c == '"' && !begun) {
			inside = csv->quoted = true;
		} else if (c == csv->separator) {
			return AFTER_CELL;
		} else if (c == '\n') {
			return AFTER_ROW;
		} else if (c == '\0') {
			csv->bad = true;
			return AFTER_FILE;
		} else if (c != '\r') {
			buffer_byte(&csv->cell, byte);
		}
		begun = true;
	}
	if (inside)
		csv->bad = true;
	return AFTER_FILE;
}

static bool
is_missing(const struct csv *csv)
{
	static const char *const words[] = { "", "NA", "N/A", "NaN", "nan",
		"null", "NULL", "None" };

	if (csv->quoted && csv->cell.len > 0)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(buffer_string(&csv->cell), words[i]) == 0)
			return true;
	}
	return false;
}

/* What is known so far. */
struct profile {
	char **column;
	size_t columns;
	uint64_t *missing;
	uint64_t rows;
	uint64_t *hash; /* One a row, to find repeated ones. */
	size_t hash_capacity;
};

/* The separator the heading has most of; 0 if it has none. */
static int
choose_separator(FILE *file)
{
	size_t counts[3] = { 0, 0, 0 };
	static const char separators[] = { ',', ';', '\t' };
	size_t best = 0;
	int c;

	for (size_t i = 0;
	     i < CELL_MAX && (c = getc_unlocked(file)) != EOF && c != '\n';
	     i++) {
		for (size_t s = 0; s < 3; s++)
			counts[s] += c == separators[s];
	}
	rewind(file);
	for (size_t s = 1; s < 3; s++) {
		if (counts[s] > counts[best])
			best = s;
	}
	return counts[best] == 0 ? 0 : separators[best];
}

static int
read_heading(struct csv *csv, struct profile *profile, struct error *err)
{
	size_t capacity = 0;
	enum after after;

	do {
		char **grown;

		after = next_cell(csv);
		if (csv->bad || csv->cell.state == BUFFER_FULL ||
		    !text_is_utf8(buffer_bytes(&csv->cell)) ||
		    profile->columns == COLUMNS_MAX) {
			csv->bad = true;
			return 0;
		}
		grown = memory_grow(profile->column, &capacity,
		    profile->columns + 1, sizeof *grown);
		if (grown == NULL)
			return error_memory(err);
		profile->column = grown;
		grown[profile->columns] =
		    memory_text(buffer_string(&csv->cell));
		if (grown[profile->columns] == NULL)
			return error_memory(err);
		profile->columns++;
	} while (after == AFTER_CELL);
	if (profile->columns < 2 || after == AFTER_FILE)
		csv->bad = true;
	profile->missing =
	    memory_new(profile->columns, sizeof *profile->missing);
	return profile->missing == NULL ? error_memory(err) : 0;
}

static int
end_row(struct csv *csv, struct profile *profile, struct error *err)
{
	struct digest digest = digest_end(&csv->row);

	if (profile->rows < ROWS_COMPARED) {
		uint64_t *grown =
		    memory_grow(profile->hash, &profile->hash_capacity,
			(size_t)profile->rows + 1, sizeof *grown);

		if (grown == NULL)
			return error_memory(err);
		profile->hash = grown;
		memcpy(&grown[profile->rows], digest.byte, sizeof *grown);
	}
	profile->rows++;
	return 0;
}

static int
read_rows(struct csv *csv, struct profile *profile, struct error *err)
{
	for (;;) {
		size_t column = 0;
		enum after after;

		digest_begin(&csv->row);
		do {
			after = next_cell(csv);
			if (csv->bad || csv->cell.state == BUFFER_FULL) {
				csv->bad = true;
				return 0;
			}
			if (column == 0 && after != AFTER_CELL &&
			    csv->cell.len == 0) {
				/* An empty line, or the end. */
				if (after == AFTER_FILE)
					return 0;
				column = SIZE_MAX;
				break;
			}
			if (column >= profile->columns) {
				csv->bad = true;
				return 0;
			}
			profile->missing[column++] += is_missing(csv);
			digest_add(&csv->row, buffer_bytes(&csv->cell));
			digest_add(&csv->row, bytes_of("", 1));
		} while (after == AFTER_CELL);
		if (column == SIZE_MAX)
			continue;
		if (column != profile->columns) {
			csv->bad = true;
			return 0;
		}
		if (end_row(csv, profile, err) == -1)
			return -1;
		if (after == AFTER_FILE)
			return 0;
	}
}

static int
compare_hashes(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
put_count(struct json *object, const char *name, uint64_t count,
    struct error *err)
{
	return json_put(object, name, json_new_integer((int64_t)count), err);
}

static int
write_profile(struct json **out, struct profile *profile, struct error *err)
{
	struct json *made = json_new_object(), *gaps = json_new_object();
	uint64_t missing = 0, duplicates = 0;

	if (made == NULL || gaps == NULL) {
		error_memory(err);
		goto failed;
	}
	for (size_t i = 0; i < profile->columns; i++) {
		missing += profile->missing[i];
		if (profile->missing[i] == 0 || profile->column[i][0] == '\0' ||
		    json_member(gaps, profile->column[i]) != NULL ||
		    strlen(profile->column[i]) > 200 || json_count(gaps) >= 100)
			continue;
		if (put_count(gaps, profile->column[i], profile->missing[i],
			err) == -1)
			goto failed;
	}
	if (put_count(made, "rows", profile->rows, err) == -1 ||
	    put_count(made, "columns", profile->columns, err) == -1 ||
	    put_count(made, "missing", missing, err) == -1)
		goto failed;
	if (profile->rows <= ROWS_COMPARED && profile->rows > 0) {
		qsort(profile->hash, (size_t)profile->rows,
		    sizeof *profile->hash, compare_hashes);
		for (size_t i = 1; i < profile->rows; i++)
			duplicates += profile->hash[i] == profile->hash[i - 1];
	}
	if (profile->rows <= ROWS_COMPARED &&
	    put_count(made, "duplicates", duplicates, err) == -1)
		goto failed;
	if (json_count(gaps) > 0) {
		struct json *detail = json_new_object();

		if (detail == NULL) {
			error_memory(err);
			goto failed;
		}
		if (json_put(detail, "missing_by_column", gaps, err) == -1) {
			json_free(detail);
			json_free(made);
			return -1;
		}
		gaps = NULL;
		if (json_put(made, "profile", detail, err) == -1)
			goto failed;
	}
	json_free(gaps);
	*out = made;
	return 0;
failed:
	json_free(made);
	json_free(gaps);
	return -1;
}

int
profile_csv(struct json **out, const char *path, struct error *err)
{
	struct csv csv = { .cell = buffer_new(CELL_MAX) };
	struct profile profile;
	int result = -1;

	memset(&profile, 0, sizeof profile);
	*out = NULL;
	if ((csv.file = fopen(path, "re")) == NULL)
		return error_errno(err, "cannot open %s", path);
	if ((csv.separator = choose_separator(csv.file)) == 0) {
		result = 0;
		goto done;
	}
	if (read_heading(&csv, &profile, err) == -1)
		goto done;
	if (!csv.bad && read_rows(&csv, &profile, err) == -1)
		goto done;
	if (csv.cell.state == BUFFER_NO_MEMORY) {
		error_memory(err);
		goto done;
	}
	result =
	    csv.bad || ferror(csv.file) ? 0 : write_profile(out, &profile, err);
done:
	for (size_t i = 0; i < profile.columns; i++)
		memory_free(profile.column[i]);
	memory_free(profile.column);
	memory_free(profile.missing);
	memory_free(profile.hash);
	buffer_free(&csv.cell);
	fclose(csv.file);
	return result;
}
