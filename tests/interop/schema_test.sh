#!/bin/sh
# Somebody writes a program that makes records: she wants the printed schemas
# to be schemas, and to mean what the ledger will and will not take.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 "$PEERS/python/bin/python"
mkdir work && cd work || exit 1
ledger_is_made
findings "$PEERS/python/bin/python" "$ROOT/tests/interop/schema.py" "$ORIGIN"
done_testing
