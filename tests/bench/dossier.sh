#!/bin/sh
# Time of a dossier of a model with a thousand entries, and of its check,
# beside a checker in Python that was written from docs/format.md alone:
# dossier.sh VOUCH
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/vouch-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
export VOUCH_HOME="$folder/home" PYTHONDONTWRITEBYTECODE=1
unset VOUCH_LEDGER VOUCH_KEY || true
cd "$folder"
"$1" init -q --no-passphrase --origin example.com/bench --name alice
echo model >model
"$1" model register model -q --name credit --owner o --intended-use u --risk-class minimal --limitation l
# Two hundred commits, so that authors had seen as many checkpoints.
python3 - "$1" <<'END'
import hashlib
import json
import subprocess
import sys

model = {"name": "model/credit@1", "digest": hashlib.sha256(open("model", "rb").read()).hexdigest()}
for commit in range(200):
    lines = [json.dumps({"kind": "observation", "predicate": {
        "model": model, "environment": "production", "n": 5 * commit + i, "metrics": {"auc": 0.8},
        "window": {"from": "2026-01-01T00:00:00.000Z", "to": "2026-01-02T00:00:00.000Z"}}}) for i in range(5)]
    subprocess.run([sys.argv[1], "record", "-", "-q"], input="\n".join(lines), text=True, check=True)
END
"$1" dossier credit -q -o first.tar
peer=$here/../../.interop/python/bin/python
[ -x "$peer" ] || peer=
python3 - "$1" "$("$1" status --json | jq -r .vkey)" "$peer" "$here/../interop/verify_dossier.py" <<'END'
import os
import subprocess
import sys
import time

vouch, key, peer, checker = sys.argv[1:]


def best(*command):
    """The shortest time by the clock, and the shortest of the processor."""
    clock, processor = [], []
    for _ in range(5):
        before, start = os.times(), time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        clock.append(time.monotonic() - start)
        after = os.times()
        processor.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(clock), min(processor)


made = best(vouch, "dossier", "credit", "-q", "-o", "credit.tar")
bare = best(vouch, "dossier", "credit", "-q", "--without-report", "-o", "bare.tar")
checked = best(vouch, "check-dossier", "-q", "--key", key, "credit.tar")
size = os.path.getsize("credit.tar") / 1048576
print(f"dossier of a model with 1,002 entries, {size:.1f} MiB".ljust(56),
      f"{made[0]:6.2f} s, {made[1]:.2f} s of a processor (aim: 1 s; without the report {bare[0]:.2f} s, {bare[1]:.2f} s)")
if peer:
    other = best(peer, checker, "credit.tar", key)
    print("checking it".ljust(56), f"{checked[0]:6.2f} s, {checked[1]:.2f} s of a processor (Python with cryptography: "
          f"{other[0]:.2f} s, {other[1]:.2f} s: {other[1] / checked[1]:.0f} times)")
else:
    print("checking it".ljust(56), f"{checked[0]:6.2f} s, {checked[1]:.2f} s of a processor (no Python with cryptography here)")
END
