/* packs.h: the policies that come with the program. */
#ifndef POLICY_PACKS_H
#define POLICY_PACKS_H

#include "base/embed.h"

extern const struct embedded packs[];

/* The text of a pack, as it stands in policy/packs/NAME.yaml; empty if there
 * is none of that name. */
struct bytes pack_text(const char *name);

#endif
