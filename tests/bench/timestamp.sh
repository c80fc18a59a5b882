#!/bin/sh
# How much processor time a check of a timestamp takes, beside `openssl ts -verify' of the
# same (which is a process each): timestamp.sh BENCH-PROGRAM
set -eu
vectors=$(cd "$(dirname "$0")/../vectors/timestamps" && pwd)
"$1" "$vectors" | while read -r name ms; do
	python3 - "$vectors" "$name" "$ms" <<'END'
import resource
import subprocess
import sys


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


folder, name, ours = sys.argv[1:]
command = ["openssl", "ts", "-verify", "-in", name, "-data", "message", "-CAfile", "root.pem"]
for _ in range(20):
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
theirs = spent() / 20
print(f"a timestamp checked, {name}".ljust(44),
      f"{float(ours):6.2f} ms  (a process of openssl ts -verify: {theirs:.1f} ms, {theirs / float(ours):.1f} x)")
END
done
