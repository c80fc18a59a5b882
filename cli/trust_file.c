#include "cli/trust_file.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"

struct trust_file
trust_file_new(void)
{
	return (struct trust_file){ .text = buffer_new(LIMIT_TLOG_POLICY) };
}

void
trust_file_free(struct trust_file *file)
{
	memory_free(file->policy);
	buffer_free(&file->text);
	file->policy = NULL;
}

int
trust_file_read(struct trust_file *out, const char *path, struct error *err)
{
	out->policy = memory_new(1, sizeof *out->policy);
	if (out->policy == NULL)
		return error_memory(err);
	if (file_read(&out->text, path, err) == -1)
		return -1;
	if (tlog_policy_parse(out->policy, buffer_bytes(&out->text), err) == -1)
		return error_within(err, "%s", path);
	return 0;
}

int
trust_file_of_keys(struct trust_file *out, const struct option_list *vkeys,
    struct error *err)
{
	out->policy = memory_new(1, sizeof *out->policy);
	if (out->policy == NULL)
		return error_memory(err);
	for (size_t i = 0; i < vkeys->count; i++)
		buffer_printf(&out->text, "witness %.*s %s\n",
		    (int)strcspn(vkeys->item[i], "+"), vkeys->item[i],
		    vkeys->item[i]);
	buffer_text(&out->text, "group witnesses all");
	for (size_t i = 0; i < vkeys->count; i++)
		buffer_printf(&out->text, " %.*s",
		    (int)strcspn(vkeys->item[i], "+"), vkeys->item[i]);
	buffer_text(&out->text, "\nquorum witnesses\n");
	if (buffer_check(&out->text, "verifier keys", err) == -1)
		return -1;
	if (tlog_policy_parse(out->policy, buffer_bytes(&out->text), err) == -1)
		return error_within(err, "--witness");
	return 0;
}
