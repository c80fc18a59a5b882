#!/bin/sh
# Others want to verify a model's records and its provenance with the programs
# that they have: in-toto's and securesystemslib in Python, Sigstore's in Node.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 base64 basenc "$PEERS/python/bin/python"
mkdir work && cd work || exit 1
(found_ledger) >"$LAST/out" 2>"$LAST/err"
status=$?
result $status "a ledger with something of everything is made"
expect_ok "a model's records are exported" \
    vouch export in-toto credit -o credit.intoto.jsonl
expect_ok "and how it was made" \
    vouch --key bob-2 export slsa credit -o credit.slsa.intoto.jsonl
findings "$PEERS/python/bin/python" "$ROOT/tests/interop/python_export.py" \
    credit.intoto.jsonl credit.slsa.intoto.jsonl

if ! command -v node >/dev/null || [ ! -d "$PEERS/npm/node_modules" ]; then
	skip "the same with @sigstore/core" "$(cat "$PEERS/no_npm" 2>/dev/null ||
	    echo "it is not in .interop: run \`make interop-deps'")"
else
	take_apart
	findings node "$ROOT/tests/interop/npm/verify.mjs" "$PEERS/npm" \
	    fingerprints lines credit.intoto.jsonl credit.slsa.intoto.jsonl
fi
done_testing
