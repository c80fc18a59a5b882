#!/bin/sh
# The policies that come with the program: no mistakes, and every example.
cd "$(dirname "$0")/.." || exit 1
count=0
check() { # sentence, command…
	count=$((count + 1))
	sentence=$1
	shift
	if out=$("$@" 2>&1); then echo "ok $count - $sentence"; else
		echo "not ok $count - $sentence"
		printf '%s\n' "$out" | sed 's/^/# /'
	fi
}
no_warning() { [ -z "$("${TEST_BUILD:-build}/vouch" policy check "$1" -q)" ]; }
all_reached() { # every rule passes in some example and does not in another
	"${TEST_BUILD:-build}/vouch" policy test "$1" --json | tail -1 |
	    grep -Eq '"wrong":0,.*"rules":([0-9]+),"rules_reached":([0-9]+)' &&
	    [ -z "$("${TEST_BUILD:-build}/vouch" policy test "$1" | grep ' in no example')" ]
}
for file in policy/packs/*.yaml; do
	name=$(basename "$file" .yaml)
	check "$name has no mistakes" no_warning "$file"
	check "$name: every example comes out as it says" "${TEST_BUILD:-build}/vouch" policy test "$file"
	check "$name: every rule passes and does not" all_reached "$file"
	check "$name has a page in words" test -s "policy/packs/$name.md"
	check "$name is in the program as it stands" sh -c "${TEST_BUILD:-build}/vouch policy export $name | cmp - $file"
done
echo "1..$count"
