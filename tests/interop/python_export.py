"""Read what `vouch export' wrote with the programs it was written for.

    python_export.py BUNDLE PROVENANCE     in the folder of a ledger
"""
import base64
import copy
import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1 import statement_pb2
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError

import peer

PROVENANCE = "https://slsa.dev/provenance/v1"


def keys_of(ledger):
    """Every key that was ever enrolled."""
    for entry in ledger:
        said = json.loads(peer.payload_of(entry))["predicate"]
        for one in said.get("founders", [said]):
            if isinstance(one.get("key"), str):
                yield peer.peer_key(peer.raw_of_ssh(one["key"]))


def verifies(envelope, keys):
    """Every signature of an envelope."""
    try:
        return len(Envelope.from_dict(copy.deepcopy(envelope)).verify(
            keys, len(envelope["signatures"]))) > 0
    except (VerificationError, ValueError):
        return False


def statement_of(envelope):
    """The statement, read as in-toto's own reader does."""
    payload = base64.b64decode(envelope["payload"], validate=True)
    read = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(read).validate()
    return read, json.loads(payload)


def check_bundle(path, ledger, keys):
    """A bundle has the envelopes themselves, in the ledger's order."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    peer.report(lines.pop() == "" and "" not in lines,
                "a bundle is JSON Lines: one envelope on each")
    bundle = [json.loads(line) for line in lines]
    kept = {json.dumps(entry["envelope"]): entry["seq"] for entry in ledger}
    order = [kept.get(json.dumps(one), -1) for one in bundle]
    peer.report(order == sorted(set(order)) and order[:1] != [-1],
                "its %d envelopes are the ledger's, in their order" %
                len(order))
    peer.report_all([seq for seq, one in zip(order, bundle)
                     if not verifies(one, keys)],
                    "securesystemslib verifies each of them")
    peer.report_all([seq for seq, one in zip(order, bundle)
                     if statement_of(one)[0].type != peer.STATEMENT],
                    "in-toto-attestation reads each of them")
    kinds = {statement_of(one)[1]["predicateType"].split(":")[2]
             for one in bundle}
    peer.report({"dataset", "run", "model", "evaluation"} <= kinds,
                "it has the data, the run, the model and what was said of it")


def check_predicate(predicate):
    """SLSA's own message: unknown members are errors to this reader."""
    read = json_format.ParseDict(predicate, provenance_pb2.Provenance())
    definition, details = read.build_definition, read.run_details
    for one in [*definition.resolved_dependencies, *details.byproducts]:
        ResourceDescriptor.copy_from_pb(one).validate()
        if not one.digest and not one.uri and not one.content:
            raise ValueError("a resource without uri, digest and content")
    for uri in (definition.build_type, details.builder.id):
        if ":" not in uri:
            raise ValueError("%s is no URI" % uri)
    both = set(definition.external_parameters.keys()) & \
        set(definition.internal_parameters.keys())
    if both or not definition.external_parameters.keys():
        raise ValueError("parameters %s" % both)
    if details.metadata.started_on.ToMilliseconds() > \
            details.metadata.finished_on.ToMilliseconds():
        raise ValueError("it ended before it began")
    return read


def check_provenance(path, ledger, keys):
    """Provenance, against SLSA's schema and against the run's records."""
    with open(path, encoding="utf-8") as file:
        envelope = json.loads(file.read())
    read, said = statement_of(envelope)
    peer.report(read.predicate_type == PROVENANCE,
                "in-toto-attestation reads the provenance")
    try:
        provenance = check_predicate(said["predicate"])
        wrong = ""
    except (ValueError, json_format.ParseError) as error:
        wrong = str(error)
    peer.report(wrong == "", "it is a SLSA provenance v1" + wrong)
    peer.report(verifies(envelope, keys),
                "securesystemslib verifies its signature")
    payload = base64.b64decode(envelope["payload"])
    other = dict(envelope, payload=base64.b64encode(
        payload.replace(b"urn:vouchbook:b", b"urn:vouchbook:c")).decode())
    peer.report(not verifies(other, keys), "but not with another builder")
    runs = [json.loads(peer.payload_of(entry))["predicate"]
            for entry in ledger]
    runs = [run for run in runs if run.get("phase") in ("start", "end")]
    wanted = {one["digest"] for run in runs for one in run.get("inputs", [])}
    found = {one.digest["sha256"] for one in
             provenance.build_definition.resolved_dependencies}
    peer.report(wanted != set() and wanted <= found,
                "what the run read is among its dependencies")
    payloads = {peer.hashlib.sha256(peer.payload_of(entry)).hexdigest()
                for entry in ledger}
    records = [one for one in provenance.run_details.byproducts
               if one.media_type == peer.TYPE]
    peer.report(len(records) == 2 and
                all(one.digest["sha256"] in payloads for one in records),
                "both records of the run are named by their digests")
    outputs = {one["digest"] for run in runs for one in run.get("outputs", [])}
    peer.report(read.subject[0].digest["sha256"] in outputs,
                "and its subject is what the run made")


def main():
    """All of it."""
    ledger = peer.entries()
    keys = list({key.keyid: key for key in keys_of(ledger)}.values())
    check_bundle(sys.argv[1], ledger, keys)
    check_provenance(sys.argv[2], ledger, keys)
    print("end")


main()
