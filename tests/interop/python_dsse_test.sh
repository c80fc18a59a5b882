#!/bin/sh
# A security team signs and verifies with the library behind TUF and in-toto:
# it wants every signature in the ledger to verify there, every payload to be
# an in-toto statement, and what it signs itself to be taken.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 "$PEERS/python/bin/python"
mkdir work && cd work || exit 1
ledger_is_made
findings "$PEERS/python/bin/python" "$ROOT/tests/interop/python_dsse.py" \
    "$ORIGIN"
done_testing
