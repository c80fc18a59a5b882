#!/bin/sh
# What proofs cost in a ledger of ten million entries, and how long a check takes
# beside Go's tlog.CheckRecord of the same proofs: proof.sh PROGRAM [ENTRIES]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/vouch-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
entries=${2:-10000000}
echo
echo "Proofs in a ledger of $entries entries, processor time"
"$1" "$entries" "$folder/proofs" >"$folder/ours"
grep -v '^path' "$folder/ours"
ours=$(sed -n 's/^path //p' "$folder/ours")
# The peer's library is the one that the interoperation tests have.
theirs=''
if ! command -v go >/dev/null; then
	why='there is no Go toolchain'
elif (cd "$root/tests/interop/go_tlog" && go build -o "$folder/peer" \
    "$root/tests/bench/proof_go/main.go") >"$folder/said" 2>&1; then
	theirs=$(GOMAXPROCS=1 "$folder/peer" "$folder/proofs")
else
	why=$(head -1 "$folder/said")
fi
if [ -n "$theirs" ]; then
	awk -v ours="$ours" -v theirs="$theirs" 'BEGIN {
		printf "  %-34s %8.2f us   Go %.2f us, %.2f x as long (aim: 1)\n",
		    "a path of hashes checked", ours, theirs, theirs / ours }'
else
	printf '  %-34s %8.2f us   Go is skipped: %s\n' \
	    'a path of hashes checked' "$ours" "$why"
fi
