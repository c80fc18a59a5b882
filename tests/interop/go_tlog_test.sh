#!/bin/sh
# An auditor trusts the code of Go's checksum database and not ours: she wants
# it to open the checkpoints, and to prove from the stored tiles that each
# entry is included and that each checkpoint extends those before it.  And what
# the program proves of these must be taken by that code, too.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 "$PEERS/bin/go_tlog"
mkdir work && cd work || exit 1
ledger_is_made
vkey=$(vouch status --json | jq -r .vkey)
[ "$vkey" = "$(query 'SELECT body FROM entry WHERE seq = 0' |
    jq -r '.envelope.payload | @base64d | fromjson |
    .predicate.ledger_key')" ]
result $? "status and the genesis name the same verifier key"
unpack parts
# Every eleventh entry by every fourth checkpoint, all by the newest.
mkdir parts/proof parts/extension
count=0
proved() { # ENTRY SIZE
	count=$((count + 1))
	vouch prove "$1" --at "$2" -o "parts/proof/$count" || failed=1
}
failed=0
for size in $(query 'SELECT size FROM checkpoint' | sort -n | awk 'NR % 4 == 1')
do
	for seq in $(seq 0 11 $((size - 1))) $((size - 1)); do
		proved "$seq" "$size"
	done
done
for seq in $(seq 0 310); do
	proved "$seq" 311
done
result $failed "$count proofs are written"
count=0
for to in 1 2 9 32 127 256 257 300 311; do
	for from in 1 2 9 32 127 256 257 300 311; do
		[ "$from" -le "$to" ] || continue
		count=$((count + 1))
		vouch prove --consistency "$from" "$to" \
		    -o "parts/extension/$count" || failed=1
	done
done
result $failed "$count extensions are written"
findings "$PEERS/bin/go_tlog" "$vkey" parts
done_testing
