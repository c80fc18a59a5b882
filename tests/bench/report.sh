#!/bin/sh
# Time and memory of reports over a large ledger with a hundred rules:
# report.sh BENCH-PROGRAM VOUCH
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/vouch-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
entries=${BENCH_ENTRIES:-100000}
models=$((entries / 500))
export VOUCH_HOME="$folder/home"
"$1" "$entries" "$models" "$folder" >/dev/null
for kind in posture compliance; do
	python3 - "$2" "$kind" "$folder/ledger.db" "$folder/$kind.html" "$entries" "$models" <<'END'
import resource
import subprocess
import sys
import time

vouch, kind, ledger, out, entries, models = sys.argv[1:]
start = time.monotonic()
subprocess.run([vouch, "report", kind, "--ledger", ledger, "-o", out, "-q"], check=True)
took = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
aim = {"posture": "1 s", "compliance": "3 s, 300 MB"}[kind]
print(f"{kind} over {entries} entries, {models} models, 100 rules".ljust(56),
      f"{took:6.2f} s {peak:6.0f} MiB  (aim at 1,000,000 and 2,000: {aim})")
END
done
