/* surroundings.h: the code, the interpreter and the machine of a run. */
#ifndef CAPTURE_SURROUNDINGS_H
#define CAPTURE_SURROUNDINGS_H

#include "base/error.h"
#include "base/json.h"

/*
 * Where the code stands: commit, branch, dirty, the digest of the difference,
 * repository (remote "origin", with any user, password, query and fragment in
 * the address removed), path below the top.  Gives NULL in *out when the
 * folder is not in a git work tree or git is not installed.  Hooks, pagers,
 * external diffs and fsmonitor of the repository are not run, and nothing is
 * fetched; clean filters (git-lfs) are run, since without them nobody could
 * say what has changed.  Nothing is written but git's index, which git diff
 * refreshes when a file was touched and not changed.
 *
 * The difference is the SHA-256 of two things, one after the other:
 * - what `git diff --binary HEAD' prints for the whole repository, with the
 *   options in surroundings_code.c that make it the same however git is set
 *   (myers, three lines of context, full index, no renames, a/ and b/); a
 *   submodule counts by its commit;
 * - for each untracked file that is not ignored, sorted by the bytes of its
 *   path from the top: path NUL size NUL digest, the size in decimal and the
 *   digest as its 32 bytes; of a link, those of its target's name; of what
 *   cannot be read (a repository inside, too): path NUL "?" NUL.
 * Files below a folder .vouch are left out of both.  The code is dirty when
 * these are not empty.  Before the first commit the difference is from the
 * empty tree.  When git could not say, dirty is absent.
 */
int surroundings_code(struct json **out, const char *folder, struct error *err);

/*
 * The `environment' member: system (uname, distribution), cores, memory,
 * interpreter (when argv[0] is python, Rscript, julia, node, …: its version
 * as `argv[0] --version' says, and its real path), lock (the nearest of
 * uv.lock, poetry.lock, Pipfile.lock, requirements.txt, environment.yml,
 * conda-lock.yml, renv.lock, Manifest.toml, package-lock.json found in the
 * folder or above it up to the repository's top, in one folder the first of
 * these; its path from the folder and its digest), vouch (the version given).
 * What cannot be found out is absent.
 */
int surroundings_environment(struct json **out, char *const argv[],
    const char *folder, const char *version, struct error *err);

#endif
