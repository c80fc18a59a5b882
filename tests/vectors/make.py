#!/usr/bin/env python3
"""Make the test vectors: tests/vectors/make.py [--check].

A second implementation of docs/format.md, on Python's standard library alone:
Ed25519 (RFC 8032), envelopes, entries, the tree (RFC 6962), tiles, checkpoints;
libsodium only for the sealed key file.  It shares nothing with the C code, so
that each finds the other's mistakes.
Everything follows from the seeds below; two runs give the same bytes.  With
--check it writes nothing, compares with what is there, and prints TAP.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ORIGIN = "vectors.example/credit"
SIZE = 300
TYPE = "application/vnd.in-toto+json"
BEGIN = 1795424400000  # 2026-11-23T09:00:00.000Z


# --- Ed25519: RFC 8032, section 5.1 ------------------------------------------

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def plus(a, b):
    """Add points (X, Y, Z, T) in extended coordinates."""
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u = 2 * a[3] * b[3] * D % P
    v = 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x % 2 == 1:
        x = P - x
    return x, y, 1, x * y % P


DOUBLES = [base_point()]
while len(DOUBLES) < 256:
    DOUBLES.append(plus(DOUBLES[-1], DOUBLES[-1]))


def times_base(number):
    """number * B, as its 32 bytes."""
    at = (0, 1, 1, 0)
    for i, double in enumerate(DOUBLES):
        if number >> i & 1:
            at = plus(at, double)
    inverse = pow(at[2], P - 2, P)
    x, y = at[0] * inverse % P, at[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def reduced(*parts):
    wide = hashlib.sha512(b"".join(parts)).digest()
    return int.from_bytes(wide, "little") % ORDER


class Key:
    """A key pair from a 32-byte seed."""

    def __init__(self, name, seed):
        self.name, self.seed = name, seed
        wide = hashlib.sha512(seed).digest()
        number = int.from_bytes(wide[:32], "little")
        self.scalar = number & (2 ** 254 - 8) | 2 ** 254
        self.prefix = wide[32:]
        self.public = times_base(self.scalar)
        kind = b"ssh-ed25519"
        self.wire = (struct.pack(">I", len(kind)) + kind +
                     struct.pack(">I", 32) + self.public)
        self.ssh = "ssh-ed25519 " + b64(self.wire)
        self.digest = sha(self.wire).hex()
        self.fingerprint = "SHA256:" + b64(sha(self.wire)).rstrip("=")

    def sign(self, message):
        nonce = reduced(self.prefix, message)
        point = times_base(nonce)
        hashed = reduced(point, self.public, message)
        number = (nonce + hashed * self.scalar) % ORDER
        return point + number.to_bytes(32, "little")


# --- The format ---------------------------------------------------------------

def sha(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def tight(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def moment(ms):
    days, rest = divmod(ms, 86400000)
    seconds, ms = divmod(rest, 1000)
    # Days since 0000-03-01 (proleptic Gregorian).
    z = days + 719468
    era, doe = divmod(z, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    day = doy - (153 * mp + 2) // 5 + 1
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (month <= 2)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
        year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60,
        ms)


def pae(payload):
    return (b"DSSEv1 %d %s %d " % (len(TYPE), TYPE.encode(), len(payload)) +
            payload)


def envelope(payload, keys):
    return tight({"payload": b64(payload), "payloadType": TYPE,
                  "signatures": [{"keyid": key.fingerprint,
                                  "sig": b64(key.sign(pae(payload)))}
                                 for key in keys]})


def leaf_hash(line):
    return sha(b"\0" + line)


def node_hash(left, right):
    return sha(b"\1" + left + right)


def split(count):
    """The largest power of two below count."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def inclusion(index, leaves):
    """RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root(leaves[:k])]


def consistency(size, leaves, whole=True):
    """RFC 9162, section 2.1.4.1."""
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if size <= k:
        return consistency(size, leaves[:k], whole) + [root(leaves[k:])]
    return (consistency(size - k, leaves[k:], False) + [root(leaves[:k])])


def tiles(leaves):
    """(level, index) to the hashes of the tile."""
    made, level, hashes = {}, 0, leaves
    while hashes:
        for at in range(0, len(hashes), 256):
            made[level, at // 256] = hashes[at:at + 256]
        hashes = [root(hashes[at:at + 256])
                  for at in range(0, len(hashes) - 255, 256)]
        level += 1
    return made


def tile_path(level, index, width):
    name = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        name = "x%03d/%s" % (index % 1000, name)
    tail = "" if width == 256 else ".p/%d" % width
    return "tile/%s/%s%s" % (level, name, tail)


def key_id(name, key):
    return sha(name.encode() + b"\n\1" + key.public)[:4]


def vkey(name, key):
    return "%s+%s+%s" % (name, key_id(name, key).hex(), b64(b"\1" +
                                                            key.public))


def checkpoint(size, tree_root, key):
    text = "%s\n%d\n%s\n" % (ORIGIN, size, b64(tree_root))
    signature = key_id(ORIGIN, key) + key.sign(text.encode())
    return "%s\n\u2014 %s %s\n" % (text, ORIGIN, b64(signature))


def key_proof(name, key):
    text = "vouchbook-key-proof/v1\n%s\n%s\n%s\n" % (ORIGIN, name, key.ssh)
    return b64(key.sign(text.encode()))


def key_file(key, passphrase):
    """A key file sealed with a passphrase; with none if it is None."""
    text = {"format": "vouch-key-v1", "name": key.name, "public": key.ssh}
    if passphrase is None:
        text.update(kdf={"name": "none"}, cipher="none", secret=b64(key.seed))
        return (tight(text) + "\n").encode()
    passes, memory = 3, 64 << 20
    salt, nonce = seeded("salt")[:16], seeded("sealing nonce")[:24]
    text.update(kdf={"name": "argon2id13", "passes": passes, "memory": memory,
                     "salt": b64(salt)}, cipher="xchacha20-poly1305-ietf")
    head = tight(text)[:-1].encode()
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    long = ctypes.c_ulonglong
    secret = ctypes.create_string_buffer(32)
    sealed = ctypes.create_string_buffer(48)
    assert sodium.sodium_init() >= 0
    assert sodium.crypto_pwhash(secret, long(32), passphrase,
                                long(len(passphrase)), salt, long(passes),
                                ctypes.c_size_t(memory), 2) == 0
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed, None, key.seed, long(32), head, long(len(head)), None, nonce,
        secret)
    return head + (',"nonce":"%s","secret":"%s"}\n' % (
        b64(nonce), b64(sealed.raw))).encode()


# --- A ledger of 300 entries --------------------------------------------------

ROLES = ["owner", "engineer", "approver", "compliance", "service"]


def seeded(text):
    return sha(b"vouchbook test vectors: " + text.encode())


KEYS = {name: Key(name, seeded(name)) for name in
        ["ledger", "alice", "bob", "bob-2", "carol", "monitor"]}


class Ledger:
    def __init__(self):
        self.lines, self.leaves, self.checkpoints = [], [], []
        self.attachments, self.envelopes = [], []
        self.seen = (0, sha(b""))  # What authors have seen.
        self.time = BEGIN

    def add(self, kind, subjects, members, signers, spell=tight):
        seq = len(self.lines)
        predicate = {
            "ledger": ORIGIN,
            "made": moment(self.time - 40),
            "nonce": seeded("nonce %d" % seq)[:16].hex(),
            "after": {"size": self.seen[0], "root": self.seen[1].hex()},
        }
        predicate.update(members)
        payload = spell({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": digest}}
                        for name, digest in subjects],
            "predicateType": "urn:vouchbook:%s:v1" % kind,
            "predicate": predicate,
        }).encode()
        sealed = envelope(payload, [KEYS[name] for name in signers])
        previous = self.leaves[-1] if self.leaves else bytes(32)
        line = ('{"seq":%d,"time":"%s","prev":"%s","envelope":%s}' % (
            seq, moment(self.time), previous.hex(), sealed)).encode()
        self.envelopes.append({
            "signers": signers, "payload": payload.decode(),
            "pae_sha256": sha(pae(payload)).hex(), "envelope": sealed})
        self.lines.append(line)
        self.leaves.append(leaf_hash(line))
        self.time += 137
        return self.leaves[-1].hex()

    def commit(self):
        """Sign a checkpoint: what was added is one transaction."""
        self.seen = (len(self.leaves), root(self.leaves))
        self.checkpoints.append((self.seen[0], checkpoint(
            *self.seen, KEYS["ledger"])))
        self.time += 1009

    def attach(self, content):
        self.attachments.append(content)
        return sha(content).hex()


def identity(name):
    return sha((ORIGIN + " " + name).encode()).hex()


def key_members(action, name, key, **more):
    members = {"action": action, "name": name, "key": KEYS[key].ssh}
    if action == "enrol":
        members["roles"] = more.pop("roles")
    if action == "rotate":
        members["replaces"] = KEYS[more.pop("replaces")].ssh
    if action != "revoke":
        members["proof"] = key_proof(name, KEYS[key])
    members.update(more)
    return [("key/" + name, KEYS[key].digest)], members


def found(ledger):
    ledger.add("genesis", [(ORIGIN, KEYS["ledger"].digest)], {
        "format": 1, "origin": ORIGIN,
        "ledger_key": vkey(ORIGIN, KEYS["ledger"]),
        "founders": [
            {"name": "alice", "key": KEYS["alice"].ssh,
             "roles": ["owner", "engineer"],
             "identity": {"email": "alice@vectors.example"}},
            {"name": "carol", "key": KEYS["carol"].ssh,
             "roles": ["approver", "compliance"]}],
        "roles": ROLES}, ["alice", "carol", "ledger"])
    ledger.commit()
    ledger.add("key", *key_members("enrol", "bob", "bob",
                                   roles=["engineer"]), ["alice"])
    ledger.commit()
    ledger.add("key", *key_members("enrol", "monitor", "monitor",
                                   roles=["service"]), ["alice"])
    ledger.commit()


def work(ledger):
    """Data, a run, a model, an evaluation; returns the model's digest."""
    manifest = "".join("%s  %d  %s\n" % (sha(text.encode()).hex(),
                                         len(text), name)
                       for name, text in [("a.csv", "x,y\n1,2\n"),
                                          ("sub/b.csv", "x,y\n3,4\n")])
    data = ledger.attach(manifest.encode())
    ledger.add("dataset", [("dataset/loans@1", data)], {
        "name": "loans", "version": "1", "size": 16, "files": 2,
        "manifest": data, "licence": "CC0-1.0",
        "origin": "made for these vectors", "personal_data": []}, ["bob"])
    run = [("run/loans/fit@1", identity("run/loans/fit@1"))]
    started = ledger.add("run", run, {
        "phase": "start", "name": "loans/fit", "version": "1",
        "command": ["fit", "--steps", "201"], "parameters": {"lr": 0.1},
        "inputs": [{"name": "loans", "digest": data}],
        "started_at": moment(ledger.time)}, ["bob"])
    ledger.commit()
    points = [(step, 1 / (1 + step)) for step in range(201)]
    steps = ledger.attach("".join("%d %s\n" % (step, repr(value))
                                  for step, value in points).encode())
    model = sha(b"weights").hex()
    ended = ledger.add("run", run + [("model.bin", model)], {
        "phase": "end", "started": started, "name": "loans/fit",
        "version": "1", "metrics": {"loss": points[-1][1]},
        "series": {"loss": {
            "count": 201, "first": 1, "last": points[-1][1],
            "min": points[-1][1], "max": 1,
            "sketch": [list(p) for p in points[::50]], "steps": steps}},
        "outputs": [{"name": "model.bin", "digest": model, "size": 7}],
        "status": "finished", "exit_status": 0, "wall_seconds": 2.5},
        ["bob"])
    ledger.commit()
    # One payload is spelt with white space: it is kept as it was signed.
    ledger.add("model", [("model/loans@1", model)], {
        "name": "loans", "version": "1", "size": 7, "owner": "Credit",
        "intended_use": "Vectors \u2014 nothing else", "risk_class": "high",
        "run": ended}, ["alice", "bob"],
        lambda value: json.dumps(value, indent=1))
    about = {"name": "model/loans@1", "digest": model}
    ledger.add("evaluation", [("model/loans@1", model)], {
        "model": about, "dataset": {"name": "dataset/loans@1",
                                    "digest": data},
        "name": "holdout", "n": 16, "metrics": {"auc": 0.83},
        "slices": [{"slice": "group", "value": True, "n": 3,
                    "metrics": {"auc": 0.79}}]}, ["bob"])
    ledger.commit()
    return about


def fill(ledger, about):
    """Observations to the end, with what happens to keys in between."""
    batch, wrong = 0, None
    subject = [(about["name"], about["digest"])]
    while len(ledger.lines) < SIZE:
        seq = len(ledger.lines)
        if seq == 100:
            ledger.add("key", *key_members("rotate", "bob", "bob-2",
                                           replaces="bob"), ["bob"])
        elif seq == 200:
            ledger.add("key", *key_members("revoke", "bob", "bob-2",
                                           because="left the company"),
                       ["alice"])
        elif seq == 150:
            name = "incident/double-scores@1"
            ledger.add("incident", [(name, identity(name))], {
                "name": "double-scores", "version": "1",
                "title": "Scores were delivered twice",
                "what": "A restarted worker sent 212 scores again.",
                "severity": "medium", "model": about}, ["carol"])
        else:
            members = {
                "model": about, "environment": "production",
                "window": {"from": moment(ledger.time - 60000),
                           "to": moment(ledger.time)},
                "n": seq * 7, "metrics": {"mean_score": seq / 1000},
                "drift": {"income": round(seq / 3000, 4)}}
            if wrong is not None and seq == 250:
                members["supersedes"] = {"entry": wrong,
                                         "because": "counted twice"}
            leaf = ledger.add("observation", subject, members, ["monitor"])
            wrong = leaf if seq == 249 else wrong
        batch += 1
        if batch >= 1 + len(ledger.checkpoints) * 3 % 8 or seq == SIZE - 1:
            ledger.commit()
            batch = 0


# --- What must be refused -----------------------------------------------------

def spoil(ledger):
    """Lines that are not entries, or whose envelope or record is none."""
    line = ledger.lines[9].decode()
    bad = []

    def add(what, text, stage="entry"):
        assert text != line, what
        bad.append({"what": what, "stage": stage, "line": text})

    add("a space after a colon", line.replace('"seq":', '"seq": ', 1))
    add("a final newline", line + "\n")
    add("a leading zero", line.replace('"seq":9', '"seq":09', 1))
    add("a negative seq", line.replace('"seq":9', '"seq":-9', 1))
    add("a seq of 2^53", line.replace('"seq":9', '"seq":9007199254740992', 1))
    add("a time without milliseconds",
        line.replace(line[line.index("."):line.index("Z") + 1], "Z", 1))
    add("a time in another zone", line.replace('Z","prev"',
                                               '+00:00","prev"', 1))
    add("a 31st of February", line.replace("2026-11-23", "2026-02-31", 1))
    start = line.index('"prev":"') + 8
    add("hex in capitals",
        line[:start] + line[start:start + 64].upper() + line[start + 64:])
    add("a short prev", line[:start] + line[start + 2:])
    add("members in another order", line.replace('{"seq":9,', "{", 1)
        .replace(',"envelope":', ',"seq":9,"envelope":', 1))
    add("a member too many", line[:-1] + ',"more":1}')
    add("a member twice", line.replace('"seq":9,', '"seq":9,"seq":9,', 1))
    add("another payloadType", line.replace("in-toto+json", "in-toto", 1))
    add("no signatures",
        line[:line.index('"signatures":[') + 14] + "]}}")
    add("base64 without padding", line.replace('=="}', '"}', 1))
    sealed = json.loads(line)["envelope"]

    def envelope_with(**change):
        changed = dict(sealed, **change)
        return line[:line.index('"envelope":') + 11] + tight(changed) + "}"

    one = sealed["signatures"][0]
    add("a signature of 63 bytes", envelope_with(signatures=[
        dict(one, sig=b64(base64.b64decode(one["sig"])[:63]))]))
    add("the same signature twice", envelope_with(signatures=[one, one]))
    flipped = bytearray(base64.b64decode(one["sig"]))
    flipped[7] ^= 1
    add("a signature with one bit changed", envelope_with(signatures=[
        dict(one, sig=b64(flipped))]), "signature")
    high = base64.b64decode(one["sig"])
    high = high[:32] + (int.from_bytes(high[32:], "little") + ORDER).to_bytes(
        32, "little")
    add("a signature whose S is not canonical", envelope_with(signatures=[
        dict(one, sig=b64(high))]), "signature")
    payload = base64.b64decode(sealed["payload"]).decode()

    def record_with(what, old, new):
        assert old in payload, old
        add(what, envelope_with(payload=b64(payload.replace(
            old, new, 1).encode())), "record")

    record_with("a statement of another version", "Statement/v1",
                "Statement/v0.1")
    record_with("a kind that there is not", ":observation:", ":oracle:")
    record_with("a member that the kind has not", '"n":', '"m":')
    record_with("a number that is a text", '"n":63', '"n":"63"')
    record_with("a number with digits too many", '"n":63',
                '"n":63.000000000000000001')
    record_with("a member twice, once with an escape", '"n":63',
                '"n":63,"\\u006e":63')
    record_with("a lone surrogate", "production", "\\ud800")
    record_with("a nonce that is too short", '"nonce":"', '"nonce":"00')
    record_with("no ledger", '"ledger":"%s",' % ORIGIN, "")
    record_with("a subject that is not the model's", "model/loans@1",
                "model/loans@2")
    return bad


# --- Files ----------------------------------------------------------------------

def lines_of(values):
    return "".join(tight(value) + "\n" for value in values).encode()


def make():
    """Every file, by its path."""
    ledger = Ledger()
    found(ledger)
    about = work(ledger)
    fill(ledger, about)
    files = {}
    files["keys.jsonl"] = lines_of({
        "name": key.name, "seed": key.seed.hex(),
        "public": key.public.hex(), "ssh": key.ssh, "digest": key.digest,
        "fingerprint": key.fingerprint, "vkey": vkey(ORIGIN, key),
        "proof": key_proof(name, key)} for name, key in KEYS.items())
    files["key-open.json"] = key_file(KEYS["alice"], None)
    files["key-passphrase.json"] = key_file(
        KEYS["alice"], b"correct horse battery staple")
    files["envelopes.jsonl"] = lines_of(ledger.envelopes[:12])
    files["refused.jsonl"] = lines_of(spoil(ledger))
    proofs = []
    for size, index in [(1, 0), (7, 3), (256, 255), (257, 256), (300, 0),
                        (300, 41), (300, 299)]:
        proofs.append({"kind": "inclusion", "size": size, "index": index,
                       "proof": [h.hex() for h in inclusion(
                           index, ledger.leaves[:size])]})
    for old, size in [(1, 2), (6, 7), (128, 256), (255, 257), (256, 300),
                      (299, 300), (300, 300)]:
        proofs.append({"kind": "consistency", "old": old, "size": size,
                       "proof": [h.hex() for h in consistency(
                           old, ledger.leaves[:size])]})
    files["proofs.jsonl"] = lines_of(proofs)
    files["tile-paths.jsonl"] = lines_of(
        {"level": level, "index": index, "width": width,
         "path": tile_path(level, index, width)}
        for level, index, width in [
            (0, 0, 256), (0, 999, 256), (1, 1000, 1), (2, 1234067, 256),
            (0, 1234067, 255), (5, 1000000000, 256)])
    base = "ledger300/"
    files[base + "entries.jsonl"] = b"".join(
        line + b"\n" for line in ledger.lines)
    files[base + "leaves.txt"] = "".join(
        h.hex() + "\n" for h in ledger.leaves).encode()
    files[base + "checkpoints.jsonl"] = lines_of(
        {"size": size, "note": note} for size, note in ledger.checkpoints)
    files[base + "checkpoint"] = ledger.checkpoints[-1][1].encode()
    files[base + "vkey"] = (vkey(ORIGIN, KEYS["ledger"]) + "\n").encode()
    for (level, index), hashes in tiles(ledger.leaves).items():
        files[base + tile_path(level, index, len(hashes))] = b"".join(hashes)
    for at in range(0, SIZE, 256):
        bundle = ledger.lines[at:at + 256]
        files[base + tile_path("entries", at // 256, len(bundle))] = b"".join(
            struct.pack(">H", len(line)) + line for line in bundle)
    for content in ledger.attachments:
        files[base + "attachment/" + sha(content).hex()] = content
    return files


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


# Made with openssl, by a make.sh of their own: signatures differ each time.
OTHERS = ("certificates", "timestamps")


def present():
    """What there is beside this program and its description."""
    for folder, folders, names in os.walk(HERE):
        if folder == HERE:
            folders[:] = [f for f in folders if f not in OTHERS]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), HERE)
            if path not in ("make.py", "README.md"):
                yield path


def check(files):
    wrong = 0
    names = sorted(set(files) | set(present()))
    print("1..%d" % len(names))
    for number, name in enumerate(names, 1):
        same = read(os.path.join(HERE, name)) == files.get(name)
        wrong += not same
        print("%s %d - %s follows from the format" % (
            "ok" if same else "not ok", number, name))
    return 1 if wrong else 0


def main():
    files = make()
    if sys.argv[1:] == ["--check"]:
        return check(files)
    for name, content in files.items():
        path = os.path.join(HERE, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    print("%d files" % len(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
