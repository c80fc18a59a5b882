#!/bin/sh
# Run the benchmark in a private folder: run.sh BENCH-PROGRAM VOUCH-PROGRAM
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/vouch-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
VOUCH_HOME=$folder/home
export VOUCH_HOME
unset VOUCH_LEDGER VOUCH_KEY || true
"$1" "$2" "${BENCH_ENTRIES:-100000}" "$folder"
