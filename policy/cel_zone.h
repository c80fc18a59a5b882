/* cel_zone.h: how far a named time zone is from UTC at a moment. */
#ifndef POLICY_CEL_ZONE_H
#define POLICY_CEL_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * By the system's zone files (RFC 8536), which differ from machine to machine:
 * a policy that is to be published may not use them.  False for a name that
 * there is not.
 */
bool cel_zone_offset(struct bytes name, int64_t seconds, int64_t *offset);

#endif
