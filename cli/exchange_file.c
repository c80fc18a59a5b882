#include "cli/exchange_file.h"

#include "base/file.h"
#include "base/limits.h"

int
exchange_file_place(struct buffer *out, const char *folder, const char *stem,
    const char *tail, struct error *err)
{
	if (file_join(out, folder, stem, err) == -1)
		return -1;
	buffer_text(out, tail);
	return buffer_check(out, "path", err);
}

int
exchange_file_write(const char *path, struct bytes content, struct error *err)
{
	struct buffer there = buffer_new(LIMIT_TLOG_PROOF);
	struct error ignored;
	bool same = file_read_regular(&there, path, &ignored) == 0 &&
	    bytes_equal(buffer_bytes(&there), content);

	buffer_free(&there);
	return same ? 0 : file_write(path, content, 0644, err);
}
