#!/bin/sh
# An auditor trusts the code of Go's checksum database and not ours: she wants
# it to open the checkpoints, and to prove from the stored tiles that each
# entry is included and that each checkpoint extends those before it.
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
findings "$PEERS/bin/go_tlog" "$vkey" parts
done_testing
