#!/usr/bin/env python3
"""Seeded changes to a dossier, and what two checkers say of each.

usage: mutate_dossier.py FILE VKEY LEDGER-FOLDER COUNT SEED

The first checker is `vouch check-dossier', the second verify_dossier.py, which
was written from docs/format.md alone.  MANIFEST is made anew after each
change, as a forger would.  Some changes are by an operator who holds the
ledger's own key and signs everything again.  Prints findings: see lib.sh.
"""
import base64
import hashlib
import json
import os
import random
import re
import sqlite3
import subprocess
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../story"))
import verify_dossier as peer
from pack_dossier import pack
from verify_dossier import H, node


def tar(files):
    return pack(files, TIME)


# --- An operator who signs again ---

def root_of(leaves):
    if not leaves:
        return H(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


def path_of(m, leaves):
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return path_of(m, leaves[:k]) + [root_of(leaves[k:])]
    return path_of(m - k, leaves[k:]) + [root_of(leaves[:k])]


def extension_of(m, leaves, whole=True):
    n = len(leaves)
    if m == n:
        return [] if whole else [root_of(leaves)]
    k = 1 << (n - 1).bit_length() - 1
    if m <= k:
        return extension_of(m, leaves[:k], whole) + [root_of(leaves[k:])]
    return extension_of(m - k, leaves[k:], False) + [root_of(leaves[:k])]


def sign_note(lines, seed):
    """The checkpoint of these lines, by the key of a seed."""
    origin = VKEY.split("+")[0]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    text = "%s\n%d\n%s\n" % (origin, len(lines), base64.b64encode(root_of([H(b"\0" + x) for x in lines])).decode())
    raw = key.public_key().public_bytes_raw()
    mark = H(origin.encode() + b"\n\x01" + raw)[:4]
    return text + "\n\u2014 %s %s\n" % (origin, base64.b64encode(mark + key.sign(text.encode())).decode())


def rechain(lines):
    before, out = "0" * 64, []
    for seq, line in enumerate(lines):
        entry = json.loads(line)
        entry["seq"], entry["prev"] = seq, before
        out.append(json.dumps(entry, separators=(",", ":")).encode())
        before = H(b"\0" + out[-1]).hex()
    return out


def b64lines(path):
    return "".join(base64.b64encode(x).decode() + "\n" for x in path)


def sign_again(files, lines, seed):
    """The dossier as it would be, had the ledger these lines."""
    note, leaves = sign_note(lines, seed), [H(b"\0" + x) for x in lines]
    lists = [x for x in files["complete.lists"].decode().split("\nsince ")[0].split("\n")]
    wanted = {peer_payload(x)["nonce"] for x in entries(files).values()}
    out = {n: c for n, c in files.items() if not n.startswith(("entries/", "proofs/", "pins/"))}
    out["checkpoint"] = note.encode()
    out["complete.lists"] = "".join(x + "\n" for x in lists + ["since %d" % len(lines)]).encode() + b"".join(
        x + b"\n" for x in lines) + b"\n" + note.encode()
    about = json.loads(files["about.json"])
    about["size"] = len(lines)
    out["about.json"] = json.dumps(about, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    for seq, line in enumerate(lines):
        predicate = peer_payload(line)
        if predicate["nonce"] not in wanted:
            continue
        out["entries/%d.json" % seq] = line
        out["proofs/%d.tlog-proof" % seq] = ("c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s" % (
            seq, b64lines(path_of(seq, leaves)), note)).encode()
        old = predicate["after"]["size"]
        if 0 < old <= len(lines):
            out["pins/%d.consistency" % old] = ("old %d\n%s\n%s" % (
                old, b64lines(extension_of(old, leaves)), note)).encode()
    return out


def peer_payload(line):
    return json.loads(base64.b64decode(json.loads(line)["envelope"]["payload"]))["predicate"]


def entries(files):
    return {n: c for n, c in files.items() if n.startswith("entries/")}


# --- Changes ---

def some(r, files, prefix):
    return r.choice(sorted(n for n in files if n.startswith(prefix)))


def drop_file(r, files):
    del files[r.choice(sorted(n for n in files if n not in ("report/provenance.html",)))]


def drop_entry(r, files):
    name = some(r, files, "entries/")
    del files[name], files["proofs/%s.tlog-proof" % name[8:-5]]


def drop_list(r, files):
    """A list with all that stands in it, as if nobody had asked."""
    lines = files["complete.lists"].split(b"\n")
    starts = [i for i, x in enumerate(lines) if x.startswith(b"list ")] + [
        next(i for i, x in enumerate(lines) if x.startswith(b"since "))]
    one = r.randrange(len(starts) - 1)
    lines[1] = b"lists %d" % (len(starts) - 2)
    del lines[starts[one]:starts[one + 1]]
    files["complete.lists"] = b"\n".join(lines)


def drop_list_item(r, files):
    """An entry out of its lists, and out of the dossier."""
    lines = files["complete.lists"].split(b"\n")
    items = [i for i, x in enumerate(lines) if re.fullmatch(rb"[0-9]+ [0-9a-f]{64}", x)]
    seq = lines[r.choice(items)]
    while seq in lines:
        at = lines.index(seq)
        count = max(i for i in range(at) if lines[i].startswith(b"count "))
        lines[count] = b"count %d" % (int(lines[count][6:]) - 1)
        del lines[at]
    files["complete.lists"] = b"\n".join(lines)
    seq = seq.split(b" ")[0].decode()
    del files["entries/%s.json" % seq], files["proofs/%s.tlog-proof" % seq]


def swap_list_items(r, files):
    lines = files["complete.lists"].split(b"\n")
    items = [i for i, x in enumerate(lines) if re.fullmatch(rb"[0-9]+ [0-9a-f]{64}", x)]
    one, two = r.sample(items, 2)
    lines[one], lines[two] = lines[two], lines[one]
    if r.randrange(2):
        lines[one] = lines[one].split(b" ")[0] + lines[two][-65:]
    files["complete.lists"] = b"\n".join(lines)


def no_lists(r, files):
    del files["complete.lists"]
    if r.randrange(2):
        drop_entry(r, files)


def drop_entry_that_is_named(r, files):
    leaves = {H(b"\0" + c).hex(): n for n, c in entries(files).items()}
    named = sorted(n for leaf, n in leaves.items() if any(
        leaf in json.dumps({k: v for k, v in peer_payload(c).items() if k in (
            "started", "run", "proposal", "entry", "evidence")}) for c in entries(files).values()))
    name = r.choice(named)
    del files[name], files["proofs/%s.tlog-proof" % name[8:-5]]


def alter(content, r):
    at = r.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << r.randrange(8)]) + content[at + 1:]


def alter_in(prefix):
    def change(r, files):
        name = some(r, files, prefix)
        files[name] = alter(files[name], r)
    change.__name__ = "alter " + prefix
    return change


def swap_in(prefix):
    def change(r, files):
        one, two = r.sample(sorted(n for n in files if n.startswith(prefix)), 2)
        files[one], files[two] = files[two], files[one]
    change.__name__ = "swap " + prefix
    return change


def rename_entry(r, files):
    name = some(r, files, "entries/")
    other = str(r.randrange(1000, 2000))
    files["entries/%s.json" % other] = files.pop(name)
    files["proofs/%s.tlog-proof" % other] = files.pop("proofs/%s.tlog-proof" % name[8:-5])


def foreign_signature(r, files):
    one, two = r.sample(sorted(entries(files)), 2)
    entry, other = json.loads(files[one]), json.loads(files[two])
    entry["envelope"]["signatures"] = other["envelope"]["signatures"]
    files[one] = json.dumps(entry, separators=(",", ":")).encode()


def spell_otherwise(r, files):
    name = some(r, files, "entries/")
    files[name] = json.dumps(json.loads(files[name])).encode()


def foreign_checkpoint(r, files):
    files.update(sign_again(files, LINES, r.randbytes(32)))


def cut_checkpoint(r, files):
    text = files["checkpoint"]
    files["checkpoint"] = text[:r.randrange(len(text))]


def another_size(r, files):
    files["checkpoint"] = files["checkpoint"].replace(b"\n%d\n" % len(LINES), b"\n%d\n" % (len(LINES) + r.choice([-1, 1])), 1)


def other_about(r, files):
    about = json.loads(files["about.json"])
    what = r.randrange(5)
    if what == 0:
        about["size"] += r.choice([-1, 1])
    elif what == 1:
        about["subject"]["name"] = "model/other@1"
    elif what == 2:
        about["subject"]["digest"] = r.randbytes(32).hex()
    elif what == 3:
        about["deployment"] = r.choice([1, 5, 22, 1000])
    else:
        about["origin"] += "x"
    files["about.json"] = json.dumps(about, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def foreign_file(r, files):
    name = r.choice(["notes", "attachments/" + r.randbytes(32).hex(), "pins/3.consistency", "entries/x.json",
                     "keys/%s.pub" % r.randbytes(32).hex(), "proofs/7.tlog-proof", "entries/07.json"])
    files.setdefault(name, b"foreign")
    if files[name] != b"foreign":
        files[name] += b"\n"


def foreign_attachment(r, files):
    content = r.randbytes(20)
    files["attachments/" + H(content).hex()] = content


def other_attachment(r, files):
    name = some(r, files, "attachments/")
    content = alter(files.pop(name), r)
    files["attachments/" + H(content).hex()] = content


def other_disclosure(r, files):
    """Another value, well-formed, or the same of another entry."""
    name = some(r, files, "disclosures/")
    if r.randrange(2):
        shown = json.loads(files[name])["disclosures"][0]["disclosure"]
        salt, _ = json.loads(base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4)))
        other = base64.urlsafe_b64encode(json.dumps([salt, "Ada Abel"]).encode()).rstrip(b"=")
        files[name] = files[name].replace(shown.encode(), other)
    else:
        files["disclosures/%s" % some(r, files, "entries/")[8:]] = files.pop(name)


def rename_key(r, files):
    name = some(r, files, "keys/")
    if name.endswith(".pub"):
        files[name] = files[name][:82] + b"mallory\n"
    else:
        files[name] = files[some(r, {n: c for n, c in files.items() if n != name and n.endswith(".pem")}, "keys/")]


def operator(how):
    """The ledger's own key signs it all again: authors had seen otherwise."""
    def change(r, files):
        lines = list(LINES)
        # Something that later authors had seen.
        at = r.randrange(1, len(lines) - 4)
        how(r, lines, at)
        made = sign_again(files, rechain(lines), SEED)
        files.clear()
        files.update(made)
    change.__name__ = "operator " + how.__name__
    return change


def retimes(r, lines, at):
    entry, before = json.loads(lines[at]), json.loads(lines[at - 1])
    entry["time"] = before["time"] if entry["time"] != before["time"] else json.loads(lines[at + 1])["time"]
    if json.dumps(entry, separators=(",", ":")).encode() == lines[at]:
        entry["time"] = entry["time"][:-2] + "0Z" if entry["time"][-2] != "0" else before["time"]
    lines[at] = json.dumps(entry, separators=(",", ":")).encode()


def removes(r, lines, at):
    del lines[at]


def swaps(r, lines, at):
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def repeats(r, lines, at):
    lines.insert(at, lines[at])


def alters_payload(r, lines, at):
    entry = json.loads(lines[at])
    payload = base64.b64decode(entry["envelope"]["payload"])
    entry["envelope"]["payload"] = base64.b64encode(payload.replace(b"a", b"b", 1)).decode()
    lines[at] = json.dumps(entry, separators=(",", ":")).encode()


CHANGES = [drop_file, drop_entry, drop_list, no_lists, drop_entry_that_is_named, rename_entry, foreign_signature,
           spell_otherwise, cut_checkpoint, another_size, other_about, foreign_file, foreign_attachment,
           other_attachment, other_disclosure, rename_key]
CHANGES += [alter_in(p) for p in ("entries/", "proofs/", "pins/", "attachments/", "keys/", "key.vkey", "about.json",
                                  "checkpoint", "complete.lists", "disclosures/")]
CHANGES += [swap_in(p) for p in ("entries/", "proofs/", "pins/", "attachments/", "keys/")]
# Where an index record says what the lists are; and where all entries do.
INDEXED = [drop_list_item, swap_list_items]
WHOLE = [foreign_checkpoint] + [operator(h) for h in (retimes, removes, swaps, repeats, alters_payload)]


def peer_says(data):
    peer.problems.clear()
    try:
        peer.check(data, VKEY)
    except (peer.Wrong, KeyError, ValueError, TypeError, IndexError) as fault:
        peer.problems.append(str(fault))
    return list(peer.problems)


def vouch_says(data):
    with open("changed.tar", "wb") as out:
        out.write(data)
    done = subprocess.run(["vouch", "check-dossier", "changed.tar", "--key", VKEY, "-q"], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip().split("\n")


def main():
    r = random.Random(int(sys.argv[5]))
    whole = peer.untar(ORIGINAL)
    ok = vouch_says(ORIGINAL)[0] == 0 and not peer_says(ORIGINAL) and tar(whole) == ORIGINAL
    print("%s - both say that it holds%s" % ("ok" if ok else "not ok", "" if ok else peer_says(ORIGINAL)))
    if b"from the start\n" in whole["complete.lists"]:
        CHANGES.extend(WHOLE)
        again = sign_again(whole, LINES, SEED)
        again["MANIFEST"] = whole["MANIFEST"]
        ok = tar(again) == ORIGINAL
        print(("ok" if ok else "not ok") + " - signing again what was not changed gives the same bytes")
    else:
        CHANGES.extend(INDEXED)
    found, missed, done = {}, [], 0
    while done < int(sys.argv[4]):
        change = CHANGES[done % len(CHANGES)]
        done += 1
        files = dict(whole)
        del files["MANIFEST"]
        change(r, files)
        data = tar(files)
        if data == ORIGINAL:
            continue
        status, said = vouch_says(data)
        if status not in (1, 2):
            missed.append("vouch misses %d, %s" % (done, change.__name__))
        if not peer_says(data):
            missed.append("the peer misses %d, %s; vouch: %s" % (done, change.__name__, said[0]))
        found[change.__name__] = found.get(change.__name__, 0) + 1
    for line in missed:
        print("not ok - " + line)
    print("%s - %d seeded changes of %d sorts are found by both" % ("not ok" if missed else "ok", sum(found.values()), len(found)))
    print("end")
    return bool(missed)


ORIGINAL, VKEY = open(sys.argv[1], "rb").read(), sys.argv[2]
TIME = ORIGINAL[136:147]
SEED = base64.b64decode(json.load(open(os.path.join(sys.argv[3], "ledger.key")))["secret"])
LINES = [row[0].encode() for row in sqlite3.connect(os.path.join(sys.argv[3], "ledger.db")).execute(
    "SELECT body FROM entry WHERE seq < ? ORDER BY seq", (int(peer.untar(ORIGINAL)["checkpoint"].split(b"\n")[1]),))]
sys.exit(main())
