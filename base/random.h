/* random.h: the only source of randomness. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

/* Fill len bytes from the system's generator (libsodium randombytes). */
void random_fill(void *out, size_t len);

#endif
