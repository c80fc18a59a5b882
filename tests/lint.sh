#!/bin/bash
# clang-tidy, cppcheck, shellcheck, and the pages that are printed.  TAP.
cd "$(dirname "$0")/.." || exit 1
count=0
check() { # sentence, command…
	local sentence=$1 output
	shift
	count=$((count + 1))
	if output=$("$@" 2>&1); then echo "ok $count - $sentence"; else echo "not ok $count - $sentence"; printf '%s\n' "$output" | tail -40 | sed 's/^/# /'; fi
}
# The rooms are the Makefile's.
read -r -a rooms < <(sed -n 's/^ROOMS *= *//p' Makefile)
mapfile -t sources < <(git ls-files -- "${rooms[@]/%//*.c}")
mapfile -t headers < <(git ls-files -- "${rooms[@]/%//*.h}")
flags() { clang-tidy --quiet --warnings-as-errors='*' "$@" -- -std=c11 -D_GNU_SOURCE -I. -I/usr/include/cjson -I/usr/include/libxml2 2>&1 | grep -v 'warnings* generated'; return "${PIPESTATUS[0]}"; }
export -f flags
tidy() { printf '%s\n' "${sources[@]}" | xargs -P2 -n10 bash -c 'flags "$@"' _; }
check "clang-tidy has nothing to say" tidy
if command -v clang-format-14 >/dev/null; then check "clang-format would change nothing" make -s format-check
else count=$((count + 1)); echo "ok $count # SKIP clang-format would change nothing: there is no clang-format-14 here"; fi
check "cppcheck has nothing to say" cppcheck -q -j2 --std=c11 --enable=warning,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -D_GNU_SOURCE -I. "${rooms[@]}"
check "shellcheck has nothing to say" shellcheck -S warning -e SC2120,SC2119 tests/*.sh tests/*/*.sh examples/*/*.sh .ci/run
docs() { diff <(build/vouch schema --markdown) docs/kinds.md && diff <(build/vouch help --markdown) docs/commands.md; }
check "docs/kinds.md and docs/commands.md are what the program prints" docs
manuals() { rm -rf build/man && build/vouch help --man-pages build/man && ! mandoc -Tlint -Wwarning build/man/*.1 | grep -v 'missing date'; }
check "mandoc has no complaint about the man pages" manuals
shells() { for s in bash zsh fish; do build/vouch completion $s >build/completion.$s || return 1; "$s" -n build/completion.$s || return 1; done; }
check "the shells can read the completions" shells
alone() { local h; for h in "${headers[@]}"; do gcc -std=c11 -D_GNU_SOURCE -I. -I/usr/include/libxml2 -Wall -Wextra -Werror -fsyntax-only -x c "$h" || return 1; done; }
check "every header compiles alone" alone
captions() { local h; for h in "${headers[@]}"; do head -1 "$h" | grep -qE "^/\* $(basename "$h" .h)\.h: .*\. \*/$" || { echo "$h: $(head -1 "$h")"; return 1; }; done; }
check "every header begins with its caption" captions
echo "1..$count"
