"""What the Python peers share: a ledger as an outsider sees it, and how to
sign for it with securesystemslib, from docs/format.md and nothing of ours.

Each thing that is checked is printed as `ok - …' or `not ok - …'.
"""
import base64
import datetime
import hashlib
import json
import secrets
import sqlite3
import subprocess

from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()


def report(good, sentence):
    """One finding."""
    print(("ok - " if good else "not ok - ") + sentence, flush=True)


def report_all(faults, sentence):
    """One finding about many things; the first that are at fault are named."""
    report(not faults, sentence +
           "".join("; " + str(fault) for fault in faults[:3]))


def entries(path=".vouch/ledger.db"):
    """The entries' lines, parsed."""
    with sqlite3.connect("file:" + path + "?mode=ro", uri=True) as file:
        return [json.loads(body) for body, in
                file.execute("SELECT body FROM entry ORDER BY seq")]


def payload_of(entry):
    """The payload's bytes, as they were signed."""
    return base64.b64decode(entry["envelope"]["payload"], validate=True)


def wire(raw):
    """A public key in the SSH wire form (RFC 8709)."""
    return b"".join(len(part).to_bytes(4, "big") + part
                    for part in (b"ssh-ed25519", raw))


def key_digest(raw):
    """The digest that names a key, in hex."""
    return hashlib.sha256(wire(raw)).hexdigest()


def fingerprint(raw):
    """What ssh-keygen -l prints."""
    digest = bytes.fromhex(key_digest(raw))
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def ssh_text(raw):
    """An OpenSSH public key without comment."""
    return "ssh-ed25519 " + base64.b64encode(wire(raw)).decode()


def peer_key(raw):
    """A public key as securesystemslib has them."""
    return SSlibKey(fingerprint(raw), "ed25519", "ed25519",
                    {"public": raw.hex()})


def raw_of_ssh(text):
    """The 32 bytes of an OpenSSH public key."""
    raw = base64.b64decode(text.split(" ")[1], validate=True)[-32:]
    assert ssh_text(raw) == text, text
    return raw


def raw_of_verifier(text):
    """The 32 bytes of a C2SP verifier key."""
    raw = base64.b64decode(text.split("+", 2)[2], validate=True)
    assert raw[0] == 1 and len(raw) == 33, text
    return raw[1:]


def vouch(*arguments, **more):
    """Run the program that is tested."""
    return subprocess.run(["vouch", *arguments], text=True, check=False,
                          capture_output=True, timeout=60, **more)


class Author:
    """Somebody whose key and signatures are made by securesystemslib."""

    def __init__(self, name):
        self.name = name
        made = CryptoSigner.generate_ed25519()
        self.raw = bytes.fromhex(made.public_key.keyval["public"])
        self.signer = CryptoSigner(made._private_key, peer_key(self.raw))

    def proof(self, origin):
        """That the author has the key: docs/format.md, section 7."""
        text = "".join(line + "\n" for line in (
            "vouchbook-key-proof/v1", origin, self.name,
            ssh_text(self.raw)))
        signed = self.signer.sign(text.encode())
        return base64.b64encode(bytes.fromhex(signed.signature)).decode()

    def enrolment(self, origin, *roles):
        """The members of a record that enrols the author."""
        return {"action": "enrol", "name": self.name,
                "key": ssh_text(self.raw), "roles": list(roles),
                "proof": self.proof(origin)}

    def enrol(self, origin, *roles):
        """Have alice, who owns the ledger, sign and record that."""
        return vouch("record", "--key", "alice", "-", input=json.dumps(
            {"kind": "key", "predicate": self.enrolment(origin, *roles)}))


def common(origin):
    """The members that every predicate begins with."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"ledger": origin,
            "made": now.strftime("%Y-%m-%dT%H:%M:%S.") +
            "%03dZ" % (now.microsecond // 1000),
            "nonce": secrets.token_hex(16),
            "after": {"size": 0, "root": EMPTY_ROOT}}


def statement(kind, predicate, subject):
    """A record, before it is signed."""
    return {"_type": STATEMENT, "subject": subject,
            "predicateType": "urn:vouchbook:%s:v1" % kind,
            "predicate": predicate}


def identity(origin, kind, predicate):
    """The subject of a run or an incident."""
    name = "%s/%s@%s" % (kind, predicate.get("name"),
                         predicate.get("version"))
    digest = hashlib.sha256((origin + " " + name).encode()).hexdigest()
    return [{"name": name, "digest": {"sha256": digest}}]


def signed(record, *authors, payload_type=TYPE):
    """The envelope of a record, as securesystemslib makes it."""
    envelope = Envelope(json.dumps(record).encode(), payload_type, {})
    for author in authors:
        envelope.sign(author.signer)
    return envelope.to_dict()
