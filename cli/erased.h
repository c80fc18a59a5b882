/* erased.h: entries whose body was destroyed, as people see them. */
#ifndef CLI_ERASED_H
#define CLI_ERASED_H

#include "cli/terminal.h"
#include "ledger/interval.h"
#include "ledger/reader.h"

/* The line of one in a list; and one JSON object, with a newline, that says
 * when it was recorded if an interval is given. */
int erased_line(struct terminal *terminal, struct reader *reader,
    const struct index_row *row, unsigned seq_width, struct error *err);
int erased_json(struct reader *reader, const struct index_row *row,
    const struct interval *interval, struct error *err);

/* What is kept of it, when it was recorded, and who had it destroyed, why. */
int erased_show(struct terminal *terminal, struct reader *reader,
    const struct index_row *row, const struct interval *interval,
    struct error *err);

#endif
