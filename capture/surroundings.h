/* surroundings.h: the code, the interpreter and the machine of a run. */
#ifndef CAPTURE_SURROUNDINGS_H
#define CAPTURE_SURROUNDINGS_H

#include "base/error.h"
#include "base/json.h"

/*
 * Where the code stands: commit, branch, dirty, the digest of the difference
 * (git diff HEAD --binary, and the names and contents of untracked files that
 * are not ignored), repository (remote "origin", with any user and password
 * in the address removed), path below the top.  Gives NULL in *out when the
 * folder is not in a git work tree or git is not installed.  Hooks, pagers,
 * external diffs and fsmonitor of the repository are not run.
 */
int surroundings_code(struct json **out, const char *folder,
    struct error *err);

/*
 * The `environment' member: system (uname, distribution), cores, memory,
 * interpreter (when argv[0] is python, Rscript, julia, node, …: its version
 * as `argv[0] --version' says, and its real path), lock (the first of
 * uv.lock, poetry.lock, Pipfile.lock, requirements.txt, environment.yml,
 * conda-lock.yml, renv.lock, Manifest.toml, package-lock.json found in the
 * folder or above it up to the repository's top, by digest), vouch (the
 * version given).
 */
int surroundings_environment(struct json **out, char *const argv[],
    const char *folder, const char *version, struct error *err);

#endif
