/* verdicts.h: results of rules as people and programs see them. */
#ifndef CLI_VERDICTS_H
#define CLI_VERDICTS_H

#include "cli/command.h"
#include "cli/terminal.h"
#include "policy/judge.h"

/* A result's word in its style, with its shape: "✓ pass". */
void verdict_word(struct terminal *terminal, enum result result, bool denies);

/* Rule by rule, those first that stop what was asked; what is fine in one
 * line unless `all'. */
void verdicts_print(struct terminal *terminal,
    const struct judgement *judgement, int64_t now_ms, bool all);

/* "3 pass, 1 fail, 1 waived". */
void verdicts_count(struct buffer *out, const struct judgement *judgement);

/* The list as JSON. */
void verdicts_json(struct buffer *out, const struct judgement *judgement);

#endif
