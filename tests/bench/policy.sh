#!/bin/sh
# Run the benchmark of rules in a private folder: policy.sh BENCH-PROGRAM
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/vouch-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
"$1" "${BENCH_ENTRIES:-100000}" "$folder"
