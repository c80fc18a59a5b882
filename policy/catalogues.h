/* catalogues.h: the controls of laws and standards, which rules name. */
#ifndef POLICY_CATALOGUES_H
#define POLICY_CATALOGUES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/error.h"
#include "policy/yaml.h"

/* The files policy/catalogues/NAME.yaml; the name is the front of a control
 * as rules say it: "eu-ai-act/art-10.2". */
extern const struct embedded catalogues[];

/* One of them as a tree that lives in the arena, with the members that
 * policy/catalogues/README.md lists; they are there. */
int catalogue_read(const struct yaml **out, const struct embedded *file,
    struct arena *arena, struct error *err);

/* Whether what a rule says it implements ("eu-ai-act/annex-iv.2d") is the
 * control of that id ("annex-iv.2") in that catalogue, or a part of it. */
bool catalogue_covers(const char *catalogue, struct bytes id, const char *said);

#endif
