#!/usr/bin/env python3
"""kill -9 at random moments while three processes append.

After each kill: no acknowledged entry is missing or different, and
`vouch verify` finds no problem.  Prints TAP.  KILLS in the environment says
how many (500), KILL_SEED gives another run.
"""
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

KILLS = int(os.environ.get("KILLS", "500"))
WRITERS = 3
# A fresh ledger now and then, so that verifying stays quick.
KILLS_PER_LEDGER = 5

rng = random.Random(int(os.environ.get("KILL_SEED", "1")))
tests = 0
failures = 0


def tap(good, sentence):
    global tests, failures
    tests += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {tests} - {sentence}", flush=True)


def vouch(*arguments):
    return subprocess.run(["vouch", *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)


def record(number):
    members = {
        "model": {"name": "model/m@1", "digest": "ab" * 32},
        "window": {"from": "2026-11-01T00:00:00.000Z",
                   "to": "2026-11-02T00:00:00.000Z"},
        "metrics": {"auc": 0.8, "n": number},
    }
    return json.dumps({"kind": "observation", "predicate": members}) + "\n"


def feed(process, stop):
    """Lines in bursts of random length, as fast as they are taken."""
    number = 0
    try:
        while not stop.is_set():
            burst = rng.choice((1, 1, 2, 5, 40))
            process.stdin.write("".join(record(number + i)
                                        for i in range(burst)))
            process.stdin.flush()
            number += burst
            time.sleep(rng.random() * 0.004)
    except (BrokenPipeError, ValueError, OSError):
        pass


class Writer:
    def __init__(self, folder, number):
        self.path = os.path.join(folder, f"acks-{number}")
        self.acks = open(self.path, "a")
        self.errors = open(os.path.join(folder, f"errors-{number}"), "a")
        self.process = subprocess.Popen(
            ["vouch", "record", "-", "--acks", "-q"], text=True,
            stdin=subprocess.PIPE, stdout=self.acks, stderr=self.errors)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=feed,
                                       args=(self.process, self.stop))
        self.thread.start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.stop.set()
        self.thread.join()
        try:
            self.process.stdin.close()
        except OSError:
            pass
        status = self.process.wait()
        self.acks.close()
        self.errors.close()
        return status

    def acknowledged(self):
        """(seq, leaf) of every whole line; a killed one may be cut."""
        with open(self.path) as lines:
            for line in lines:
                if line.endswith("\n"):
                    ack = json.loads(line)
                    yield ack["seq"], ack["leaf"]


def leaves(store):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    found = {seq: hashlib.sha256(b"\0" + body.encode()).hexdigest()
             for seq, body in database.execute("SELECT seq, body FROM entry")}
    database.close()
    return found


def round_of_kills(folder, kills):
    """One ledger; returns (kills, acknowledged entries, complaints)."""
    complaints = []
    acknowledged = {}
    os.chdir(folder)
    made = vouch("init", "--no-passphrase", "-q")
    if made.returncode != 0:
        return 0, 0, ["init: " + made.stderr]
    store = os.path.join(folder, ".vouch", "ledger.db")
    done = 0
    while done < kills:
        writers = [Writer(folder, i) for i in range(WRITERS)]
        time.sleep(0.02 + rng.random() * 0.12)
        victims = rng.sample(writers, rng.choice((1, 1, 2, 3)))
        for victim in victims:
            victim.kill()
        done += 1
        for writer in writers:
            status = writer.end()
            if writer not in victims and status != 0:
                with open(writer.errors.name) as text:
                    complaints.append(f"a survivor ended with {status}: "
                                      + text.read()[-300:])
        for writer in writers:
            for seq, leaf in writer.acknowledged():
                if acknowledged.setdefault(seq, leaf) != leaf:
                    complaints.append(f"two leaves for entry {seq}")
        checked = vouch("verify", "-q")
        if checked.returncode != 0:
            complaints.append("verify: " + checked.stdout + checked.stderr)
        there = leaves(store)
        for seq, leaf in acknowledged.items():
            if there.get(seq) != leaf:
                complaints.append(f"acknowledged entry {seq} is missing")
        if complaints:
            break
    return done, len(acknowledged), complaints


def main():
    left = KILLS
    total = 0
    while left > 0:
        folder = tempfile.mkdtemp(prefix="vouch-kill.")
        os.environ["VOUCH_HOME"] = os.path.join(folder, "home")
        kills, entries, complaints = round_of_kills(
            folder, min(left, KILLS_PER_LEDGER))
        total += entries
        for complaint in complaints[:5]:
            print("# " + complaint.replace("\n", "\n# "))
        tap(not complaints and entries > 0,
            f"{kills} kills among {entries} acknowledged entries")
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)
        left -= max(kills, 1)
        if complaints:
            break
    print(f"1..{tests}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
