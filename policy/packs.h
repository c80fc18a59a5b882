/* packs.h: the policies that come with the program. */
#ifndef POLICY_PACKS_H
#define POLICY_PACKS_H

#include "base/bytes.h"

struct pack {
	const char *name; /* NULL ends them. */
	const uint8_t *begin;
	const uint8_t *end;
};
extern const struct pack packs[];

/* The text of a pack, as it stands in policy/packs/NAME.yaml; empty if there
 * is none of that name. */
struct bytes pack_text(const char *name);

#endif
