"""Hold the printed schemas against the JSON Schema library and the ledger.

    schema.py ORIGIN       in the folder of a ledger

What a schema refuses, the program must refuse too, however well it is signed.
"""
import copy
import json
import os
import re
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

import peer

# Wherever one of these stands most of them are of the wrong type.  Two are
# tried in each place, from one place to the next not the same.
STRANGE = [None, True, -1, "?", [], {"?": None}, 7.5, ["?"], "", [[]], {}]

# Needed or not by what another member says, which no schema of ours tells.
DEPENDS = [("run", "status"), ("proposal", "environment"),
           ("deployment", "proposal"), ("hold", "kinds"), ("trust", "wanted")]


def schemas():
    """The kinds that the program lists, and the schema of each."""
    listed = peer.vouch("schema").stdout.splitlines()
    kinds = [line.split(" ")[0] for line in listed]
    return {kind: json.loads(peer.vouch("schema", kind).stdout)
            for kind in kinds}


def check_schemas(known):
    """They are what they say they are."""
    faults, names = [], set()
    for kind, schema in known.items():
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            faults.append("%s: %s" % (kind, error.message))
        if schema["$schema"] != Draft202012Validator.META_SCHEMA["$id"]:
            faults.append(kind + " is of another draft")
        names.add(schema["$id"])
    peer.report_all(faults, "the schemas of %d kinds are valid by the"
                    " meta-schema of 2020-12" % len(known))
    peer.report(names == {"urn:vouchbook:%s:v1" % kind for kind in known},
                "each is named as its predicate type")


def said_by(entry):
    """An entry's kind and predicate."""
    text = json.loads(peer.payload_of(entry))
    return text["predicateType"].split(":")[2], text["predicate"]


def check_recorded(ledger, known):
    """What is in the ledger is valid."""
    faults, kinds = [], set()
    for entry in ledger:
        kind, predicate = said_by(entry)
        kinds.add(kind)
        for error in Draft202012Validator(known[kind]).iter_errors(predicate):
            faults.append("%d: %s" % (entry["seq"], error.message))
    peer.report_all(faults, "all %d predicates of the ledger are valid by"
                    " their schemas" % len(ledger))
    return kinds


def unsealed(schema):
    """What a value must be if it is not sealed: of two the first."""
    either = schema.get("anyOf", [])
    if {"$ref": "#/$defs/sealed"} in either:
        return unsealed(either[0])
    return schema


def strange_values(value, schema):
    """Values that a schema refuses in the place of one it takes."""
    validator = Draft202012Validator(schema)
    wrong = [other for other in STRANGE
             if type(other) is not type(value) and
             not validator.is_valid(other)]
    first = sum(map(ord, json.dumps(schema))) % max(len(wrong), 1)
    return (wrong[first:] + wrong[:first])[:2]


def mutations(value, schema, path=""):
    """(where, what was done, value) for each way in which it is wrong."""
    if isinstance(value, dict):
        yield from member_mutations(value, schema, path)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value[:1]):
            place = "%s[%d]" % (path, i)
            for where, what, other in around(item, unsealed(schema["items"]),
                                             place):
                yield where, what, [other] + value[1:]


def around(value, schema, path):
    """A member's own mutations, and those of what is inside it."""
    for other in strange_values(value, schema):
        yield path, "is " + json.dumps(other), other
    yield from mutations(value, schema, path)


def member_mutations(value, schema, path):
    """An object lacks a member, has one too many or one of a wrong type."""
    for member in schema.get("required", []):
        other = {k: v for k, v in value.items() if k != member}
        yield "%s.%s" % (path, member), "is missing", other
    if "properties" in schema:
        yield path + ".colour", "is unknown", dict(value, colour="red")
    rest = schema.get("additionalProperties")
    for member, inner in value.items():
        below = schema.get("properties", {}).get(member, rest)
        if not isinstance(below, dict):
            continue
        below = unsealed(below)
        for where, what, other in around(inner, below,
                                         "%s.%s" % (path, member)):
            yield where, what, dict(value, **{member: other})


def example(kind):
    """The program's own example of a kind."""
    return json.loads(peer.vouch("schema", kind, "--example").stdout)


def bases(ledger, origin):
    """Records with many members, of each kind but the genesis, which nobody
    can append: the program's examples, with references that lead somewhere,
    and what the ledger has of corrections and of watched runs."""
    starts = [entry for entry in ledger
              if said_by(entry)[1].get("phase") == "start"]
    following = ledger[starts[0]["seq"] + 1]
    for kind in ("dataset", "run", "model", "evaluation", "observation",
                 "incident", "proposal", "approval", "rejection",
                 "deployment", "review", "waiver", "attestation", "gap",
                 "hold", "report", "trust"):
        said = example(kind)
        for member in ("proposal", "deployment"):
            if member in said:
                said[member] = following["prev"]
        if "evidence" in said:
            said["evidence"] = [following["prev"]]
        if "run" in said:
            said["run"] = following["prev"]
        if kind == "run":
            del said["started"]
            said["phase"] = "whole"
        said.update(tags={"place": "office"}, note="As an example.")
        yield kind, said
    said = peer.Author("ines").enrolment(origin, "engineer", "service")
    yield "key", dict(said, identity={"email": "ines@example.com"})
    corrected = [said_by(entry) for entry in ledger
                 if "supersedes" in said_by(entry)[1]]
    yield corrected[0]


def subject_of(origin, kind, predicate):
    """The subject that a kind fixes."""
    if kind in ("run", "incident", "gap", "hold", "trust"):
        subject = peer.identity(origin, kind, predicate)
        return subject + [
            {"name": one["name"], "digest": {"sha256": one["digest"]}}
            for one in predicate.get("outputs", [])]
    if kind == "key":
        digest = peer.key_digest(peer.raw_of_ssh(predicate["key"]))
        return [{"name": "key/" + predicate["name"],
                 "digest": {"sha256": digest}}]
    if kind in ("dataset", "model", "report"):
        name = "%s/%s@%s" % (kind, predicate["name"], predicate["version"])
        return [{"name": name, "digest": {"sha256": "ab" * 32}}]
    about = predicate["about" if "about" in predicate else "model"]
    return [{"name": about["name"], "digest": {"sha256": about["digest"]}}]


def recorded(envelope):
    """Offer an envelope to the program."""
    return peer.vouch("record", "-", input=json.dumps(envelope))


def check_kind(origin, author, kind, said, schema):
    """One record and all that is nearly it."""
    subject = subject_of(origin, kind, said)
    # The author's own first members, fresh for each, unless they are wrong.
    whole = {**peer.common(origin), **{k: v for k, v in said.items() if k
                                       not in peer.common(origin)}}
    validator = Draft202012Validator(schema)
    size = len(peer.entries())
    accepted, passed, vague, count = [], [], [], 0
    for where, what, wrong in mutations(whole, schema):
        count += 1
        place = "%s %s" % (where.lstrip("."), what)
        if validator.is_valid(wrong):
            passed.append(place)
        wrong = copy.deepcopy(wrong)
        if wrong.get("nonce") == whole["nonce"]:
            wrong["nonce"] = peer.common(origin)["nonce"]
        done = recorded(peer.signed(
            peer.statement(kind, wrong, subject), author))
        if done.returncode not in (1, 2) or done.stderr.count("\n") != 1:
            accepted.append("%s: %d" % (place, done.returncode))
        member = where.split(".")[-1].split("[")[0]
        if not re.search(r"\b%s\b" % re.escape(member), done.stderr):
            vague.append("%s: %s" % (place, done.stderr.strip()))
    title = "%s of %d members: " % (kind, len(whole))
    peer.report_all(passed, title + "its schema refuses %d mutations" % count)
    peer.report_all(accepted, title + "the program refuses them too")
    peer.report_all(vague, title + "and says which member is at fault")
    peer.report(count > 30, title + "there are enough of them")
    peer.report(len(peer.entries()) == size,
                title + "none of them left an entry")
    peer.report(validator.is_valid(whole), title + "its schema takes it")
    done = recorded(peer.signed(peer.statement(kind, whole, subject), author))
    peer.report(done.returncode == 0, title + "the program takes it too" +
                (": " + done.stderr.strip() if done.stderr else ""))


def check_optional(origin, author, kind, said, schema):
    """What need not be there by the schema need not be there."""
    faults, count = [], 0
    for member in said:
        if member in schema["required"] or (kind, member) in DEPENDS:
            continue
        count += 1
        less = {**peer.common(origin),
                **{k: v for k, v in said.items() if k != member}}
        if not Draft202012Validator(schema).is_valid(less):
            faults.append("the schema wants " + member)
        done = recorded(peer.signed(peer.statement(
            kind, less, subject_of(origin, kind, less)), author))
        if done.returncode != 0:
            faults.append(done.stderr.strip())
    peer.report_all(faults, "%s: the program takes it without any of %d"
                    " members that need not be there" % (kind, count))


def check_genesis(ledger, schema):
    """Only by its schema: no second genesis is taken, good or bad."""
    said = said_by(ledger[0])[1]
    validator = Draft202012Validator(schema)
    wrong = list(mutations(said, schema))
    passed = ["%s %s" % (where, what) for where, what, other in wrong
              if validator.is_valid(other)]
    peer.report_all(passed, "genesis: its schema refuses %d mutations"
                    % len(wrong))


def main():
    """All of it."""
    origin = sys.argv[1]
    os.environ.pop("VOUCH_KEY", None)
    ledger = peer.entries()
    known = schemas()
    check_schemas(known)
    check_recorded(ledger, known)
    check_genesis(ledger, known["genesis"])
    author = peer.Author("erin")
    done = author.enrol(origin, "owner", "engineer", "service", "compliance",
                        "approver")
    peer.report(done.returncode == 0, "an author is enrolled")
    for kind, said in bases(ledger, origin):
        check_kind(origin, author, kind, said, known[kind])
        # What else an enrolment needs depends on the action.
        if kind != "key" and "supersedes" not in said:
            check_optional(origin, author, kind, said, known[kind])
    kinds = check_recorded(peer.entries(), known)
    # A policy needs a text, an erasure something to erase; verdicts and
    # indexes are the ledger's own.
    others = {"policy", "erasure", "verdict", "index"}
    peer.report(kinds | others == set(known),
                "there is one of each kind that people record from JSON")
    print("end")


if __name__ == "__main__":
    main()
