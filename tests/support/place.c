#include "tests/support/place.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE_MAX 4096

char *
place_new(void)
{
	const char *parent = getenv("TMPDIR");
	char *place = malloc(PLACE_MAX);

	if (place == NULL)
		abort();
	(void)snprintf(place, PLACE_MAX, "%s/vouch-test.XXXXXX",
	    parent == NULL ? "/tmp" : parent);
	if (mkdtemp(place) == NULL)
		abort();
	return place;
}

/* Some folder could not be read until now. */
static bool closed;

static int
open_up(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)at;
	if (kind == FTW_DNR)
		closed = true;
	return kind == FTW_D || kind == FTW_DNR ? chmod(path, 0700) : 0;
}

static int
remove_one(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

int
place_remove(char *place)
{
	int result;

	do {
		closed = false;
		result = nftw(place, open_up, 16, FTW_PHYS);
	} while (result == 0 && closed);
	if (result == 0)
		result = nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(place);
	return result == 0 ? 0 : -1;
}

int
place_enter(void **state)
{
	char *place = place_new();

	*state = place;
	return chdir(place);
}

int
place_leave(void **state)
{
	return chdir("/") == 0 ? place_remove(*state) : -1;
}
