#!/bin/bash
# clang-tidy, cppcheck, shellcheck, and the pages that are printed.  TAP.
# usage: lint.sh [all | tidy-odd | tidy-even | cppcheck | rest]
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
# How far its analyser follows a function: all the time of this is its.
export LINT_NODES=${LINT_NODES:-225000}
flags() { # FILE…
	clang-tidy --quiet --warnings-as-errors='*' "$@" -- -std=c11 -D_GNU_SOURCE -I. -I/usr/include/cjson -I/usr/include/libxml2 \
	    -Xclang -analyzer-config -Xclang max-nodes="$LINT_NODES" 2>&1 | grep -v 'warnings* generated'
	return "${PIPESTATUS[0]}"
}
export -f flags
tidy() { # every second one, from the first or the second
	printf '%s\n' "${sources[@]}" | sed -n "$1~2p" | xargs -P"$jobs" -n10 bash -c 'flags "$@"' _
}
static() {
	cppcheck -q -j"$jobs" --std=c11 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem \
	    --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -D_GNU_SOURCE -I. "${rooms[@]}"
}
docs() { diff <(build/vouch schema --markdown) docs/kinds.md && diff <(build/vouch help --markdown) docs/commands.md; }
manuals() { rm -rf build/man && build/vouch help --man-pages build/man && ! mandoc -Tlint -Wwarning build/man/*.1 | grep -v 'missing date'; }
shells() { for s in bash zsh fish; do build/vouch completion $s >build/completion.$s || return 1; "$s" -n build/completion.$s || return 1; done; }
one_alone() { gcc -std=c11 -D_GNU_SOURCE -I. -I/usr/include/libxml2 -Wall -Wextra -Werror -fsyntax-only -x c "$1"; }
export -f one_alone
alone() { printf '%s\n' "${headers[@]}" | xargs -P"$jobs" -n1 bash -c 'one_alone "$1"' _; }
captions() { local h; for h in "${headers[@]}"; do head -1 "$h" | grep -qE "^/\* $(basename "$h" .h)\.h: .*\. \*/$" || { echo "$h: $(head -1 "$h")"; return 1; }; done; }
rest() {
	if command -v clang-format-14 >/dev/null; then check "clang-format would change nothing" make -s format-check
	else count=$((count + 1)); echo "ok $count # SKIP clang-format would change nothing: there is no clang-format-14 here"; fi
	check "shellcheck has nothing to say" shellcheck -S warning -e SC2120,SC2119 tests/*.sh tests/*/*.sh examples/*/*.sh .ci/run
	check "docs/kinds.md and docs/commands.md are what the program prints" docs
	check "mandoc has no complaint about the man pages" manuals
	check "the shells can read the completions" shells
	check "every header compiles alone" alone
	check "every header begins with its caption" captions
}
part=${1:-all}
[ "$part" = all ] && jobs=2 || jobs=1
case $part in all|tidy-odd) check "clang-tidy has nothing to say of every second file" tidy 1;; esac
case $part in all|tidy-even) check "clang-tidy has nothing to say of the others" tidy 2;; esac
case $part in all|cppcheck) check "cppcheck has nothing to say" static;; esac
case $part in all|rest) rest;; esac
echo "1..$count"
