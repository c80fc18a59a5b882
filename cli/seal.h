/* seal.h: what the person and the policies in force want sealed. */
#ifndef CLI_SEAL_H
#define CLI_SEAL_H

#include "base/error.h"
#include "base/json.h"
#include "cli/session.h"
#include "ledger/sealed.h"

/*
 * Seal in the members of a record that is being composed: every path of
 * --seal, which must be there; the paths of session->also, where they are
 * there; and what the policies in force want of this kind.  A run that starts
 * does not know its metrics yet: paths into them wait for its end.
 */
int seal_members(struct session_write *session, const struct kind *kind,
    struct json *members, struct disclosures *disclosures, struct error *err);

#endif
