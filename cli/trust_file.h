/* trust_file.h: whom a person says to believe: policies and verifier keys. */
#ifndef CLI_TRUST_FILE_H
#define CLI_TRUST_FILE_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "ledger/tlog_policy.h"

/* A policy with the text that its names are borrowed from. */
struct trust_file {
	struct tlog_policy *policy; /* NULL: none was given. */
	struct buffer text;
};
struct trust_file trust_file_new(void);
void trust_file_free(struct trust_file *file);

/* Read a c2sp.org/tlog-policy from a file. */
int trust_file_read(struct trust_file *out, const char *path,
    struct error *err);

/* A policy that wants a cosignature by each of these verifier keys.  They are
 * borrowed. */
int trust_file_of_keys(struct trust_file *out, const struct option_list *vkeys,
    struct error *err);

#endif
