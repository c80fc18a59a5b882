/* policy_file.h: a policy in a file, and what is wrong with it. */
#ifndef CLI_POLICY_FILE_H
#define CLI_POLICY_FILE_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "policy/policy.h"

struct policy_file {
	const char *path;
	struct buffer text;
	struct policy *policy;
};

/* A file, "-", or the name of a pack that comes with vouch. */
int policy_file_read(struct policy_file *out, const char *path,
    struct error *err);
void policy_file_free(struct policy_file *file);

/* Print what is wrong (that must be mended) and what may be. */
void policy_file_lint(const struct policy_file *file,
    const struct context *context, size_t *errors, size_t *warnings);

/* Whether it may be published: -1 with the first reason why not. */
int policy_file_is_fit(const struct policy_file *file, struct error *err);

#endif
