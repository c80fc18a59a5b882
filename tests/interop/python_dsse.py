"""Verify and make envelopes with the library that TUF and in-toto are built
on, and read statements with in-toto's own.

    python_dsse.py ORIGIN       in the folder of a ledger
"""
import base64
import copy
import json
import os
import re
import sys

from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Signature

import peer

FIRST = ["ledger", "made", "nonce", "after"]


def opened(envelope):
    """securesystemslib's view; it changes what it is given."""
    return Envelope.from_dict(copy.deepcopy(envelope))


def verifies(envelope, keys):
    """Every signature, under the keys given."""
    try:
        return len(opened(envelope).verify(
            keys, len(envelope["signatures"]))) > 0
    except (VerificationError, ValueError):
        return False


def in_force(ledger):
    """For each entry the keys that may sign it, by what is recorded."""
    keys = {}
    for entry in ledger:
        said = json.loads(peer.payload_of(entry))["predicate"]
        if entry["seq"] == 0:
            for founder in said["founders"]:
                raw = peer.raw_of_ssh(founder["key"])
                keys[founder["key"]] = peer.peer_key(raw)
            own = peer.peer_key(peer.raw_of_verifier(said["ledger_key"]))
            yield list(keys.values()) + [own]
            continue
        yield list(keys.values())
        if "action" not in said:
            continue
        if said["action"] == "revoke":
            del keys[said["key"]]
            continue
        if said["action"] == "rotate":
            del keys[said["replaces"]]
        keys[said["key"]] = peer.peer_key(peer.raw_of_ssh(said["key"]))


def mutated(envelope):
    """Envelopes in which something is not what was signed."""
    payload = envelope["payload"]
    at = len(payload) // 2
    other = "A" if payload[at] != "A" else "B"
    yield "payload", dict(envelope,
                          payload=payload[:at] + other + payload[at + 1:])
    yield "type", dict(envelope, payloadType=envelope["payloadType"] + "2")
    signatures = copy.deepcopy(envelope["signatures"])
    sig = signatures[-1]["sig"]
    signatures[-1]["sig"] = ("A" if sig[0] != "A" else "B") + sig[1:]
    yield "signature", dict(envelope, signatures=signatures)


def check_signatures(ledger):
    """Every envelope, as it is kept and with something changed."""
    spelt, good, accepted = [], [], []
    strangers = [peer.Author("mallory") for _ in range(2)]
    for entry, keys in zip(ledger, in_force(ledger)):
        seq, envelope = entry["seq"], entry["envelope"]
        again = opened(envelope).to_dict()
        if json.dumps(again["payload"]) != json.dumps(envelope["payload"]) \
                or again["payloadType"] != envelope["payloadType"] or \
                again["signatures"] != [
                    {"keyid": one["keyid"], "sig": one["sig"]}
                    for one in envelope["signatures"]]:
            spelt.append(seq)
        if not verifies(envelope, keys):
            good.append(seq)
        for what, wrong in mutated(envelope):
            if verifies(wrong, keys):
                accepted.append("%s of %d" % (what, seq))
        # Another's key under the keyid that the signature has.
        wrong = [peer.peer_key(stranger.raw) for stranger in strangers]
        for key, one in zip(wrong, envelope["signatures"]):
            key.keyid = one["keyid"]
        if verifies(envelope, wrong):
            accepted.append("stranger's key for %d" % seq)
    count = sum(len(entry["envelope"]["signatures"]) for entry in ledger)
    peer.report_all(spelt, "securesystemslib writes every envelope the same")
    peer.report_all(good, "securesystemslib verifies all %d signatures with"
                    " the keys then in force" % count)
    peer.report_all(accepted, "it refuses another payload, type, signature"
                    " or key, for every entry")
    signers = {one["keyid"] for entry in ledger
               for one in entry["envelope"]["signatures"]}
    peer.report(len(signers) >= 5, "several people signed")


def check_proofs(ledger, origin):
    """A key enters only if its holder has it."""
    faults, count = [], 0
    for entry in ledger:
        said = json.loads(peer.payload_of(entry))["predicate"]
        if "proof" not in said:
            continue
        count += 1
        key = peer.peer_key(peer.raw_of_ssh(said["key"]))
        text = "vouchbook-key-proof/v1\n%s\n%s\n%s\n" % (
            origin, said["name"], said["key"])
        envelope = {"signatures": [{"keyid": key.keyid, "sig": said["proof"]}],
                    "payload": "", "payloadType": ""}
        signature: Signature = opened(envelope).signatures[key.keyid]
        try:
            key.verify_signature(signature, text.encode())
        except VerificationError as error:
            faults.append("%d: %s" % (entry["seq"], error))
    peer.report_all(faults, "%d proofs of possession verify" % count)
    peer.report(count > 0, "there are some")


def read_statement(payload):
    """As in-toto's own library reads it: unknown members are refused."""
    parsed = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    return parsed


def statement_fault(payload, origin):
    """What is wrong with a payload, beside what in-toto says."""
    parsed = read_statement(payload)
    text = json.loads(payload)
    if list(text) != ["_type", "subject", "predicateType", "predicate"]:
        return "other members: %s" % list(text)
    if list(text["predicate"])[:4] != FIRST:
        return "the predicate begins with other members"
    if text["predicate"]["ledger"] != origin:
        return "it is meant for another ledger"
    if not re.fullmatch("urn:vouchbook:[a-z]+:v1", parsed.predicate_type):
        return "predicateType " + parsed.predicate_type
    for subject in parsed.subject:
        if not subject.name or not re.fullmatch(
                "[0-9a-f]{64}", subject.digest["sha256"]):
            return "subject %s" % subject.name
    return None


def check_statements(ledger, origin):
    """Every payload is an in-toto Statement v1."""
    faults, accepted, kinds = [], [], set()
    for entry in ledger:
        payload = peer.payload_of(entry)
        try:
            fault = statement_fault(payload, origin)
        except (json_format.ParseError, ValueError) as error:
            fault = str(error)
        if fault:
            faults.append("%d: %s" % (entry["seq"], fault))
        text = json.loads(payload)
        kinds.add(text["predicateType"].split(":")[2])
    peer.report_all(faults, "in-toto reads every payload as a Statement v1")
    peer.report(kinds == {"genesis", "key", "dataset", "run", "model",
                          "evaluation", "observation", "incident"},
                "there is one of each kind")
    for member in ("_type", "subject", "predicateType", "predicate"):
        wrong = {k: v for k, v in text.items() if k != member}
        try:
            read_statement(json.dumps(wrong))
            accepted.append(member)
        except (json_format.ParseError, ValueError):
            pass
    peer.report_all(accepted, "in-toto refuses one that lacks a member")


def incident(origin, name, **more):
    """A record that anyone with a role may sign."""
    said = dict(peer.common(origin), name=name, version="1", title="Drift",
                what="Scores rose – by “4” points.", severity="low", **more)
    return peer.statement("incident", said,
                          peer.identity(origin, "incident", said))


def why(done):
    """What the program said was wrong, to stand behind a sentence."""
    return ": " + done.stderr.strip() if done.stderr else ""


def check_accepted(sentence, envelope):
    """The program takes an envelope and keeps its payload as it was."""
    before = len(peer.entries())
    done = peer.vouch("record", "-", input=json.dumps(envelope))
    after = peer.entries()
    peer.report(done.returncode == 0 and len(after) == before + 1 and
                after[-1]["envelope"] == envelope, sentence + why(done))


def check_refused(sentence, envelope, wanted):
    """The program refuses it in one line and the ledger stays as it was."""
    before = peer.entries()
    done = peer.vouch("record", "-", input=json.dumps(envelope))
    peer.report(done.returncode in (1, 2) and peer.entries() == before and
                done.stderr.count("\n") == 1 and wanted in done.stderr,
                sentence + ("" if wanted in done.stderr else why(done)))


def check_making(origin):
    """Records that securesystemslib signs."""
    erin, frank, mallory = map(peer.Author, ("erin", "frank", "mallory"))
    for author in (erin, frank):
        done = author.enrol(origin, "engineer")
        peer.report(done.returncode == 0, "a key that securesystemslib made"
                    " is enrolled by its proof" + why(done))
    check_accepted("an envelope that it signed is accepted as it is",
                   peer.signed(incident(origin, "one"), erin))
    both = peer.signed(incident(origin, "two"), erin, frank)
    check_accepted("so is one with two signatures", both)
    check_refused("but not a second time", both, "already")
    check_refused("nor by somebody who is not enrolled",
                  peer.signed(incident(origin, "three"), mallory),
                  "not enrolled")
    check_refused("nor with such a one's signature beside a good one",
                  peer.signed(incident(origin, "four"), erin, mallory),
                  "not enrolled")
    check_refused("nor one for another ledger",
                  peer.signed(incident("example.com/other", "five"), erin),
                  "meant for another ledger")
    check_refused("nor one of another payload type",
                  peer.signed(incident(origin, "six"), erin,
                              payload_type="application/json"), "payload")
    pinned = incident(origin, "seven")
    pinned["predicate"]["after"] = {"size": 1, "root": peer.EMPTY_ROOT}
    check_refused("nor one that pins a history that never was",
                  peer.signed(pinned, erin),
                  "another history")
    good = peer.signed(incident(origin, "eight"), erin, frank)
    payload = base64.b64decode(good["payload"])
    assert b'"low"' in payload
    check_refused("nor one whose severity was changed", dict(
        good, payload=base64.b64encode(
            payload.replace(b'"low"', b'"high"')).decode()), "signature")
    for what, wrong in mutated(good):
        check_refused("nor one whose %s was changed" % what, wrong, "")
    check_accepted("what was not changed is accepted", good)
    done = peer.vouch("verify", "--json")
    peer.report(done.returncode == 0 and
                json.loads(done.stdout)["problem_count"] == 0,
                "the whole ledger verifies")


def main():
    """All of it."""
    origin = sys.argv[1]
    os.environ.pop("VOUCH_KEY", None)
    ledger = peer.entries()
    check_signatures(ledger)
    check_proofs(ledger, origin)
    check_statements(ledger, origin)
    check_making(origin)
    # With the new authors' entries too.
    check_signatures(peer.entries())
    print("end")


if __name__ == "__main__":
    main()
