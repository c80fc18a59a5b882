#include "cli/dossier_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

static int
remove_all(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

int
dossier_in_folder(const struct dossier *dossier, bool readable,
    int (*use)(void *cookie, const char *path, struct error *err), void *cookie,
    struct error *err)
{
	const char *base = getenv("TMPDIR");
	struct buffer folder = buffer_new(4096), path = buffer_new(4096);
	int result = -1;

	buffer_printf(&folder, "%s/vouch-dossier.XXXXXX",
	    base == NULL || base[0] == '\0' ? "/tmp" : base);
	if (buffer_check(&folder, "path", err) == -1)
		goto done;
	if (mkdtemp((char *)folder.data) == NULL) {
		error_errno(err, "cannot make a folder for the entries in %s",
		    base == NULL ? "/tmp" : base);
		goto done;
	}
	if (file_join(&path, buffer_string(&folder), "ledger.db", err) == 0 &&
	    dossier_store(buffer_string(&path), dossier, readable, err) == 0)
		result = use(cookie, buffer_string(&path), err);
	(void)nftw(buffer_string(&folder), remove_all, 4, FTW_DEPTH | FTW_PHYS);
done:
	buffer_free(&folder);
	buffer_free(&path);
	return result;
}
