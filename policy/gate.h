/* gate.h: the policies in force at the door of the ledger. */
#ifndef POLICY_GATE_H
#define POLICY_GATE_H

#include "base/error.h"
#include "ledger/append.h"
#include "policy/judge.h"

/*
 * Judges each record that would enter by the policies in force before it.  A
 * policy that would enter must be one: a text that cannot be read is refused
 * without a verdict, as any bad input is.
 */
struct gate;
int gate_new(struct gate **out, struct error *err);
void gate_free(struct gate *gate);

/* For appender_set_gate; borrows the gate. */
const struct append_gate *gate_table(struct gate *gate);

/* What was judged last: false if nothing was, or no rule was about it. */
bool gate_last(const struct gate *gate, const struct judgement **judgement);
struct judge *gate_judge(struct gate *gate);

/*
 * Seal in the members of a record that is being composed what the policies in
 * force want sealed of its kind, where it is there and open; the disclosures
 * are added to the list.  A record that leaves it open is refused at the door.
 */
int gate_seal(struct gate *gate, const struct append_view *view,
    const struct kind *kind, struct json *members,
    struct disclosures *disclosures, struct error *err);

/* For appender_add_own: an audit, whose judgement is gate_last afterwards. */
struct append_own gate_audit(struct gate *gate);

#endif
