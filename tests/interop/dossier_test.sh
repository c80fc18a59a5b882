#!/bin/bash
# An auditor has a checker of her own, written from docs/format.md alone: it
# takes the dossiers that vouch makes, and of each change, a forger's with any
# key or an operator's with the ledger's own, it says what vouch says.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq "$PEERS/python/bin/python"
mkdir work && cd work || exit 1
released >"$LAST/out" 2>"$LAST/err"
result $? "a model goes into production"
vkey=$(vouch status --json | jq -r .vkey)
vouch -q incident --title Sealed --severity low --model credit --what 'Scores.' \
    --affected 'Eve Ecker' --seal affected
expect_ok "its dossier is made" vouch dossier credit -o credit.tar
expect_ok "the peer finds that it holds" "$PEERS/python/bin/python" \
    "$ROOT/tests/interop/verify_dossier.py" credit.tar "$vkey"
expect_output "21 entries, 0 problems" "all of it"
expect_exit 1 "but not by another key" "$PEERS/python/bin/python" \
    "$ROOT/tests/interop/verify_dossier.py" credit.tar \
    "${vkey%?}$([ "${vkey: -1}" = A ] && echo B || echo A)"
# The report is for people, and would only be copied again and again.  As it
# is, an operator may sign it all again; with an index record, lists are short.
expect_ok "one of the ledger as it is" vouch dossier credit --at 25 \
    --disclose affected --without-report -o whole.tar
findings "$PEERS/python/bin/python" "$ROOT/tests/interop/mutate_dossier.py" \
    whole.tar "$vkey" .vouch 320 "${MUTATE_SEED:-1}"
expect_ok "one with an index record" vouch dossier credit --without-report \
    --disclose affected -o indexed.tar
findings "$PEERS/python/bin/python" "$ROOT/tests/interop/mutate_dossier.py" \
    indexed.tar "$vkey" .vouch 320 "${MUTATE_SEED:-1}"
done_testing
