"""Every sealed field of a ledger, by docs/format.md and the standard library.

Prints findings.  The ledger is the folder's; it has sealed fields, one of them
erased, and an entry destroyed whole.
"""
import base64
import hashlib
import json
import sqlite3
import sys


def check(holds, sentence):
    print("%sok - %s" % ("" if holds else "not ", sentence))


def unb64url(text):
    if "=" in text:
        raise ValueError("padding")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sealed(value):
    if isinstance(value, dict):
        if list(value) == ["$sealed"]:
            yield unb64url(value["$sealed"])
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from sealed(one)


store = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
disclosures = dict(store.execute("SELECT digest, content FROM disclosure"))
commitments, erased, empty, whole = set(), set(), set(), set()
tile = b"".join(row[0] for row in store.execute(
    "SELECT hashes FROM tile WHERE level = 0 ORDER BY number"))
for seq, body in store.execute("SELECT seq, body FROM entry ORDER BY seq"):
    if body == "":
        empty.add((seq, tile[32 * seq:32 * seq + 32].hex()))
        continue
    statement = json.loads(base64.b64decode(
        json.loads(body)["envelope"]["payload"]))
    commitments |= set(sealed(statement["predicate"]))
    if statement["predicateType"] != "urn:vouchbook:erasure:v1":
        continue
    for item in statement["predicate"]["entries"]:
        if "whole" in item:
            whole.add((item["number"], item["entry"]))
        erased |= {bytes.fromhex(field["digest"])
                   for field in item.get("fields", [])}

check(len(commitments) > 2 and erased and whole, "the ledger has all of it")
check(all(hashlib.sha256(text.encode()).digest() == digest
          for digest, text in disclosures.items()),
      "each disclosure hashes to its commitment")
values = [json.loads(unb64url(text)) for text in disclosures.values()]
check(all(len(value) == 2 and len(unb64url(value[0])) == 16
          for value in values), "and is a salt and a value")
check("kept, but sealed" in [value[1] for value in values],
      "which is the one that was sealed")
check(set(disclosures) <= commitments, "no disclosure is nobody's")
check(commitments - set(disclosures) == erased & commitments,
      "what is missing was erased")
check(not erased & set(disclosures), "and what was erased is missing")
check(empty == whole, "the same of bodies, by number and leaf hash")
previous = None
for seq, body in store.execute("SELECT seq, body FROM entry ORDER BY seq"):
    if body and previous is not None:
        if json.loads(body)["prev"] != previous:
            check(False, "prev of entry %d" % seq)
    previous = tile[32 * seq:32 * seq + 32].hex()
    if body and hashlib.sha256(b"\0" + body.encode()).hexdigest() != previous:
        check(False, "leaf hash of entry %d" % seq)
check(True, "chain and leaf hashes were walked")
print("end")
