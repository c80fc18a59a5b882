#include "base/random.h"

#include <pthread.h>
#include <stdlib.h>

#include <sodium.h>

static void
library_init(void)
{
	/* Without randomness there is nothing left that may be done. */
	if (sodium_init() < 0)
		abort();
}

void
random_fill(void *out, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, library_init);
	randombytes_buf(out, len);
}
