#!/usr/bin/env python3
"""Check a dossier with nothing of Vouchbook: written from docs/format.md alone.

usage: verify_dossier.py FILE VKEY    Prints what is wrong, a line each; 0 when
nothing is, 1 when something is.  Needs the package `cryptography'.
"""
import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROLES = {  # Who may sign what: docs/kinds.md.
    "trust": "owner", "dataset": "engineer service", "run": "engineer service", "model": "engineer",
    "evaluation": "engineer service", "observation": "service", "incident": "engineer compliance",
    "proposal": "engineer", "approval": "approver compliance", "rejection": "approver compliance",
    "deployment": "approver service", "review": "approver compliance", "policy": "compliance",
    "waiver": "owner approver compliance", "attestation": "engineer approver compliance",
    "gap": "engineer compliance service", "hold": "compliance", "report": "engineer approver compliance", "erasure": "compliance"}
WHOLE = "genesis key policy trust".split()
KINDS = [*ROLES, "genesis", "key", "verdict", "index"]
problems = []


class Wrong(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Wrong(what)


def H(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return H(b"\x01" + left + right)


def b64(text):
    data = base64.b64decode(text, validate=True)
    demand(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def verifies(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def untar(data):
    """Section "Dossiers": one spelling of ustar."""
    files, at, times = {}, 0, set()
    while data[at:] != bytes(1024):
        header = data[at:at + 512]
        name = header[:100].rstrip(b"\0").decode("ascii")
        demand(re.fullmatch(r"dossier(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+", name), "a name: %r" % name)
        demand(re.fullmatch(rb"[0-7]{11}\0[0-7]{11}\0", header[124:148]), "numbers of " + name)
        size, time = int(header[124:135], 8), header[136:147]
        made = (name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + time + b"\0"
                + b" " * 8 + b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\0" * 2).ljust(512, b"\0")
        made = made[:148] + b"%06o\0 " % sum(made) + made[156:]
        end = at + 512 + -(-size // 512) * 512
        demand(made == header, "header of " + name)
        demand(end <= len(data) and not any(data[at + 512 + size:end]), "what follows " + name)
        demand(not files or name[8:] > max(files), "order of " + name)
        files[name[8:]], at = data[at + 512:at + 512 + size], end
        times.add(time)
    demand(len(times) == 1, "times differ")
    return files


def note(text, vkey):
    """Section 6: the checkpoint, if the ledger signed it."""
    name, _, key = vkey.split("+", 2)
    kind, key = b64(key)[:1], b64(key)[1:]
    signed, signatures = text.split("\n\n", 1)
    mine = [b64(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith("\u2014 %s " % name)]
    mine = [s[4:] for s in mine if s[:4] == H(name.encode() + b"\n" + kind + key)[:4]]
    demand(kind == b"\x01" and mine and all(verifies(key, signed.encode() + b"\n", s) for s in mine), "not by the key")
    origin, size, root = signed.split("\n")[:3]
    demand(origin == name and size == str(int(size)), "not of this ledger")
    return origin, int(size), b64(root), key


def walk(path, at, last, was, now):
    """RFC 9162, 2.1.3.2 and 2.1.4.2: the old root and the new."""
    for step in path:
        demand(last > 0, "the proof is too long")
        if at & 1 or at == last:
            was, now = node(step, was), node(step, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node(now, step)
        at, last = at >> 1, last >> 1
    demand(last == 0, "the proof is too short")
    return was, now


def extends(path, old, was, size):
    """The roots of the first `old' entries and of all, by a proof of consistency."""
    path = [was] + path if old & (old - 1) == 0 else path
    depth = (old & -old).bit_length() - 1
    return walk(path[1:], (old >> depth) - 1, (size - 1) >> depth, path[0], path[0])


def hashes(text, first, checkpoint):
    head, _, rest = text.partition("\n\n")
    lines = head.split("\n")
    demand(lines[:len(first)] == first and rest == checkpoint, "a proof of something else")
    return [b64(line) for line in lines[len(first):]]


def wire(ssh):
    data = b64(ssh.removeprefix("ssh-ed25519 "))
    demand(ssh.startswith("ssh-ed25519 ") and data[:19] == b"\0\0\0\x0bssh-ed25519\0\0\0\x20" and len(data) == 51, ssh)
    return data


class Ledger:
    """Section 7: whose key may sign."""

    def __init__(self, origin, key):
        self.origin, self.key, self.names = origin, key, {}
        self.keys = {}  # wire form: (name, roles, in force)

    def proves(self, p):
        text = "vouchbook-key-proof/v1\n%s\n%s\n%s\n" % (self.origin, p["name"], p["key"])
        demand(verifies(wire(p["key"])[19:], text.encode(), b64(p["proof"])), "the new key's holder does not have it")

    def admit(self, kind, p, signers):
        for one in signers:
            if kind not in ("genesis", "verdict"):
                demand(one in self.keys and self.keys[one][2], "signed by a key that is not in force")
        roles = {r for one in signers if one in self.keys for r in self.keys[one][1]}
        if kind == "genesis":
            founders = {wire(f["key"]): f for f in p["founders"]}
            demand(not self.keys and p["origin"] == self.origin and b64(p["ledger_key"].split("+", 2)[2])[1:] == self.key
                   and set(signers) == {self.own()} | set(founders), "not founded by its founders and this key")
            self.keys = {w: (f["name"], f["roles"], True) for w, f in founders.items()}
        elif kind == "verdict":
            demand(signers == [self.own()], "a verdict that the ledger did not sign")
        elif kind == "key" and p["action"] == "enrol":
            self.proves(p)
            demand("owner" in roles and wire(p["key"]) not in self.keys and
                   p["name"] not in [n for n, _, f in self.keys.values() if f], "an enrolment that may not be")
            self.keys[wire(p["key"])] = (p["name"], p["roles"], True)
        elif kind == "key" and p["action"] == "certify":
            demand("owner" in roles, "certified by somebody who may not")
        elif kind == "key":
            ended = wire(p["replaces" if p["action"] == "rotate" else "key"])
            name, its, force = self.keys[ended]
            demand(force and ("owner" in roles or ended in signers), "a key ended by somebody who may not")
            self.keys[ended] = (name, its, False)
            if p["action"] == "rotate":
                self.proves(p)
                demand(wire(p["key"]) not in self.keys, "a key that was there before")
                self.keys[wire(p["key"])] = (name, its, True)
        else:
            demand(roles & set(ROLES[kind].split()), "a %s by one who may not sign it" % kind)

    def own(self):
        return b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + self.key


def check_entry(seq, files, ledger, checkpoint, at, seen):
    """Steps 3 to 6 for one entry; what it needs is taken out of files."""
    line = files["entries/%d.json" % seq]
    entry = json.loads(line)
    payload = b64(entry["envelope"]["payload"])
    envelope = {"payload": entry["envelope"]["payload"], "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"keyid": s["keyid"], "sig": s["sig"]} for s in entry["envelope"]["signatures"]]}
    spelt = {"seq": seq, "time": entry["time"], "prev": entry["prev"], "envelope": envelope}
    demand(json.dumps(spelt, separators=(",", ":")).encode() == line, "not the one spelling, or another number")
    origin, size, root, _ = at
    leaf = H(b"\0" + line)
    path = hashes(files.pop("proofs/%d.tlog-proof" % seq).decode(), ["c2sp.org/tlog-proof@v1", "index %d" % seq], checkpoint)
    demand(seq < size and walk(path, seq, size - 1, leaf, leaf)[1] == root, "not in the tree")
    demand(seq - 1 not in seen["leaf"] or seen["leaf"][seq - 1].hex() == entry["prev"], "the chain is broken")
    demand(entry["time"] >= seen["time"], "time goes back")
    statement = json.loads(payload)
    kind, p = statement["predicateType"].split(":")[2], statement["predicate"]
    demand(p["ledger"] == origin and (p["made"], p["nonce"]) not in seen["nonce"], "meant for another ledger, or twice there")
    pae = b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload
    known = {base64.b64encode(H(w)).decode().rstrip("="): w for w in [ledger.own(), *ledger.keys]}
    if kind == "genesis":
        known.update({base64.b64encode(H(wire(f["key"]))).decode().rstrip("="): wire(f["key"]) for f in p["founders"]})
    signers = [known[s["keyid"].removeprefix("SHA256:")] for s in envelope["signatures"]]
    demand(signers and all(verifies(w[19:], pae, b64(s["sig"])) for w, s in zip(signers, envelope["signatures"])), "a signature")
    ledger.admit(kind, p, signers)
    old, wanted = p["after"]["size"], bytes.fromhex(p["after"]["root"])
    demand(old <= seq and (old or wanted == H(b"")), "its author had seen what was not yet there")
    if old:
        path = hashes(files["pins/%d.consistency" % old].decode(), ["old %d" % old], checkpoint)
        demand(extends(path, old, wanted, size) == (wanted, root), "its author had seen another history")
        seen["used"].add("pins/%d.consistency" % old)
    named = [p[m] for m in ("started", "run", "proposal", "deployment", "entry") if m in p]
    named += p.get("evidence", []) + p.get("entries", []) + [p[m]["entry"] for m in ("supersedes",) if m in p]
    if kind == "erasure":
        for one in p["entries"]:
            lost = one.get("attachments", []) + [f["digest"] for f in one.get("fields", [])] + ["whole"] * ("whole" in one)
            seen["erased"] |= {(one["entry"], what) for what in lost}
        named = []
    here = {leaf.hex() for leaf in seen["leaf"].values()}
    later = {H(b"\0" + c).hex() for n, c in files.items() if n.startswith("entries/")}
    demand(not set(named) & (later - here), "it names an entry that is not before it")
    seen["missing"] += [(seq, one, "whole") for one in set(named) - here]
    attached = [p.get(m) for m in ("manifest", "report", "text", "attempt", "details", "list")]
    attached += [f.get("manifest") for f in p.get("inputs", []) + p.get("outputs", [])]
    attached += [s.get("steps") for s in p.get("series", {}).values()]
    for digest in filter(None, attached):
        if "attachments/" + digest in files:
            seen["used"].add("attachments/" + digest)
        else:
            seen["missing"].append((seq, leaf.hex(), digest))
    if "disclosures/%d.json" % seq in files:
        shown = json.loads(files["disclosures/%d.json" % seq])
        spell = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        text = spell({k: v for k, v in shown.items() if k != "disclosures"})[:-1] + ',"disclosures":[\n' + ",\n".join(
            map(spell, shown["disclosures"])) + "]}\n"
        demand(text.encode() == files["disclosures/%d.json" % seq] and shown["disclosures"] and
               [shown["format"], shown["ledger"], shown["number"], shown["entry"]] ==
               ["urn:vouchbook:disclosures:v1", origin, seq, leaf.hex()], "disclosures of another entry")
        for one in shown["disclosures"]:
            demand(set(one) == {"path", "disclosure"}, "a disclosure with other members")
            value = p
            for step in re.findall(r"\[([0-9]+)\]|\[(\".*?\")\]|([A-Za-z0-9_/-]+)", one["path"]):
                value = value[int(step[0]) if step[0] else json.loads(step[1]) if step[1] else step[2]]
            want = base64.urlsafe_b64encode(H(one["disclosure"].encode())).decode().rstrip("=")
            demand(value == {"$sealed": want}, "what is disclosed is not what was sealed")
        seen["used"].add("disclosures/%d.json" % seq)
    seen["certificates"].append([b64(c) for c in p.get("certified", {}).get("chain", [])] +
                                [b64(p[m]) for m in ("certificate",) if m in p])
    seen["leaf"][seq], seen["time"] = leaf, entry["time"]
    seen["nonce"].add((p["made"], p["nonce"]))
    seen["subjects"] |= {(s["name"], s["digest"]["sha256"]) for s in statement["subject"]}
    if kind == "deployment":
        seen["deployments"][seq] = p["model"]["digest"]


def take_lists(text, checkpoint, at, ledger, seen):
    """Section "Complete lists": every list is complete, and its entries are here."""
    lines, note = text[:-len(checkpoint)].split("\n"), text[-len(checkpoint):]
    demand(note == checkpoint and lines.pop() == "" and lines.pop(0) == "vouchbook-lists@v1", "lists of something else")
    lines.reverse()
    count = int(lines.pop().removeprefix("lists "))
    path = lambda: [b64(x) for x in iter(lines.pop, "")]
    parts = []
    for _ in range(count):
        key, n = lines.pop(), int(lines.pop().removeprefix("count "))
        items = [lines.pop().split(" ") for _ in range(n)]
        place, near = lines.pop(), []
        if place.startswith("present "):
            near = [(int(place[8:]), None, path())]
        while place == "absent" and lines[-1].startswith("near "):
            _, number, leaf = lines.pop().split(" ", 2)
            near.append((int(number), leaf, path()))
        parts.append((key, items, place, near))
    since = [lines.pop() for _ in range(int(lines.pop().removeprefix("since ")))]
    first, stack = at[1] - len(since), []
    stack = list(zip(path(), [h for h in range(63, -1, -1) if first >> h & 1], strict=True))
    for line in since:
        stack.append((bytes.fromhex(line[7:]) if line.startswith("erased ") else H(b"\0" + line.encode()), 0))
        while len(stack) > 1 and stack[-1][1] == stack[-2][1]:
            (right, height), (left, _) = stack.pop(), stack.pop()
            stack.append((node(left, right), height + 1))
    root = stack.pop()[0]
    while stack:
        root = node(stack.pop()[0], root)
    demand(not lines and root == at[2], "the entries since the index record are not the last ones")
    if first:
        envelope = json.loads(since[0])["envelope"]
        payload = b64(envelope["payload"])
        pae = b"DSSEv1 28 application/vnd.in-toto+json %d " % len(payload) + payload
        index = json.loads(payload)
        demand(index["predicateType"] == "urn:vouchbook:index:v1" and index["predicate"]["entries"] == first
               and verifies(ledger.key, pae, b64(envelope["signatures"][0]["sig"])), "the index record")
        size, top = index["predicate"]["lists"], bytes.fromhex(index["predicate"]["root"])
    late = [(first + i, H(b"\0" + x.encode()), json.loads(b64(json.loads(x)["envelope"]["payload"])))
            for i, x in enumerate(since) if not x.startswith("erased ")]
    wanted = {"list %s %s" % s for k in KINDS for s in [(seen["about"], k)] + [("0" * 64, k)] * (k in WHOLE)}
    demand([p[0] for p in parts] == sorted(wanted), "not the lists that a dossier has")
    for key, items, place, near in parts:
        subject, kind = key.split(" ")[1:]
        running = bytes(32)
        for _, leaf in items:
            running = H(b"\2" + running + bytes.fromhex(leaf))
        leaf = "%s %d %s" % (key, len(items), running.hex())
        demand((place == "from the start") == (first == 0) and bool(items) == place.startswith("present"), key)
        for number, beside, way in near:
            here = H(b"\0" + (beside or leaf).encode())
            demand(number < size and walk(way, number, size - 1, here, here)[1] == top, key + ": not what the index says")
        if place == "absent":
            keys, numbers = [n[1].rsplit(" ", 2)[0] for n in near], [n[0] for n in near]
            demand(keys[0] < key < keys[1] and numbers[1] == numbers[0] + 1 if len(near) == 2 else
                   (key < keys[0] and numbers == [0]) or (keys[0] < key and numbers == [size - 1]), key + ": not shown to be absent")
        members = {(int(seq), bytes.fromhex(leaf)) for seq, leaf in items}
        demand(all(seq < first for seq, _ in members), key + ": an entry that is not before the index record")
        members |= {(seq, leaf) for seq, leaf, s in late if s["predicateType"] == "urn:vouchbook:%s:v1" % kind
                    and (subject == "0" * 64 or subject in mentioned(s))}
        demand(all(seen["leaf"].get(seq) == leaf or (seq not in seen["leaf"] and (leaf.hex(), "whole") in seen["erased"])
                   for seq, leaf in members), key + ": an entry was left out")


def mentioned(statement):
    """The digests that a record names as its subject, input, output, parent, model or data."""
    p = statement["predicate"]
    named = [m for n in ("inputs", "outputs", "parents") for m in p.get(n, [])] + [p[n] for n in ("model", "dataset") if n in p]
    return {s["digest"]["sha256"] for s in statement["subject"]} | {m["digest"] for m in named}


def check(data, vkey):
    files = untar(data)
    manifest = "".join("%s  %s\n" % (H(files[n]).hex(), n) for n in sorted(files) if n != "MANIFEST")
    demand(files.pop("MANIFEST").decode() == manifest, "MANIFEST")
    checkpoint = files.pop("checkpoint").decode()
    at = note(checkpoint, vkey)
    origin, size, _, key = at
    about = json.loads(files["about.json"])
    demand((about["format"], about["origin"], about["size"]) == ("vouchbook-dossier/v1", origin, size), "about.json")
    demand(json.dumps(about, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" == files.pop("about.json"), "about.json")
    demand(files.pop("key.vkey").decode() == vkey + "\n", "key.vkey")
    ledger = Ledger(origin, key)
    seen = {"leaf": {}, "time": "", "nonce": set(), "used": set(), "subjects": set(), "deployments": {}, "certificates": [],
            "erased": set(), "missing": []}
    seqs = sorted(int(n[8:-5]) for n in files if re.fullmatch(r"entries/(0|[1-9][0-9]*)\.json", n))
    demand(seqs and seqs[0] == 0, "there is no genesis")
    for seq in seqs:
        try:
            check_entry(seq, files, ledger, checkpoint, at, seen)
        except (Wrong, KeyError, ValueError, TypeError, IndexError) as wrong:
            problems.append("entry %d: %s" % (seq, wrong))
        del files["entries/%d.json" % seq]
    for seq, leaf, what in seen["missing"]:
        if (leaf, what) not in seen["erased"]:
            problems.append("entry %d: it names what is neither here nor erased" % seq)
    subject = about["subject"]
    seen["about"] = subject["digest"]
    take_lists(files.pop("complete.lists").decode(), checkpoint, at, ledger, seen)
    demand((subject["name"], subject["digest"]) in seen["subjects"], "no entry is about the subject")
    if "deployment" in about:
        demand(seen["deployments"].get(about["deployment"]) == subject["digest"], "no such deployment")
    for name, w in [(origin, ledger.own())] + [(n, w) for w, (n, _, _) in ledger.keys.items()]:
        der = bytes.fromhex("302a300506032b6570032100") + w[19:]
        pem = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(der).decode()
        pub = "ssh-ed25519 %s %s\n" % (base64.b64encode(w).decode(), name)
        demand(files.pop("keys/%s.pem" % H(w).hex(), b"").decode() == pem, "the key of " + name)
        demand(files.pop("keys/%s.pub" % H(w).hex(), b"").decode() == pub, "the key of " + name)
    for name in [n for n in files if n.startswith("timestamps/")]:  # openssl judges them: VERIFY.md.
        token, old = files.pop(name), int(name[11:].split("-")[0])
        text = (checkpoint if old == size else files["checkpoints/%d" % old].decode()).split("\n\n")[0].encode() + b"\n"
        demand(name == "timestamps/%d-%s.tst" % (old, H(token).hex()[:16]) and
               any(h(text).digest() in token for h in (hashlib.sha256, hashlib.sha384, hashlib.sha512)), name)
    for name in [n for n in files if n.startswith("checkpoints/")]:
        _, old, was, _ = note(files.pop(name).decode(), vkey)
        demand(name == "checkpoints/%d" % old, name)
        path = hashes(files["pins/%d.consistency" % old].decode(), ["old %d" % old], checkpoint)
        demand(extends(path, old, was, size) == (was, at[2]), name + " is no beginning of this ledger")
        seen["used"].add("pins/%d.consistency" % old)
    certificates = {c for e in seen["certificates"] for c in e}
    for name in ["certificates/%s.pem" % H(c).hex() for c in certificates]:
        lines = files.pop(name).decode().split("\n")
        demand(lines[0] == "-----BEGIN CERTIFICATE-----" and lines[-2:] == ["-----END CERTIFICATE-----", ""] and
               all(len(x) == 64 for x in lines[1:-3]) and H(b64("".join(lines[1:-2]))).hex() in name, name)
    for name in seen["used"]:
        content = files.pop(name)
        demand(name.startswith(("pins/", "disclosures/")) or "attachments/" + H(content).hex() == name, name + " was altered")
    files.pop("report/provenance.html", None)
    demand(files.pop("VERIFY.md", None) is not None and not files, "files that nothing asks for: %s" % list(files))
    return len(seqs)


if __name__ == "__main__":
    try:
        count = check(open(sys.argv[1], "rb").read(), sys.argv[2])
    except (Wrong, KeyError, ValueError, TypeError, IndexError) as fault:
        problems.append(str(fault))
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print("%d entries, 0 problems" % count)
