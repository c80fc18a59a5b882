/* witnessed_say.h: who cosigned a ledger, and when an entry was recorded, as told. */
#ifndef CLI_WITNESSED_SAY_H
#define CLI_WITNESSED_SAY_H

#include "base/buffer.h"
#include "cli/terminal.h"
#include "ledger/interval.h"
#include "ledger/reader.h"
#include "ledger/witnessed.h"

/* Lines for people on the newest checkpoint and the newest that meets the
 * quorum; nothing if nobody is believed.  `whose' is "the ledger's" or
 * "your". */
void witnessed_say(struct terminal *terminal, const struct witnessed *witnessed,
    const char *whose);
/* {"newest":{…},"met":{…} or null}. */
void witnessed_json(struct buffer *out, const struct witnessed *witnessed);

/* For who hands over something by the newest checkpoint: a line to stderr if
 * witnesses are believed and too few cosigned it, while one of at least
 * `least' entries was cosigned by enough, which `--cosigned' takes. */
int witnessed_hint(struct reader *reader, uint64_t least, struct error *err);

/* Two lines, "after" and "before", indented and with a label of that width;
 * nothing if nothing is proved.  time_ms is the ledger's own time of the
 * entry, or -1: if it is outside, that is said. */
void interval_say(struct terminal *terminal, const struct interval *interval,
    int64_t time_ms, int indent, int width);
/* {"after":{…} or null,"before":{…} or null}. */
void interval_json(struct buffer *out, const struct interval *interval);

/* What a ledger proves of an entry, from all that it keeps.  The list, from
 * which more can be asked, is for the caller to free. */
int interval_of_entry(struct interval *out, struct dated_list **list,
    struct reader *reader, uint64_t seq, struct error *err);

#endif
