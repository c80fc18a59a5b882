"""Complete lists, written from docs/format.md, sections 5, 6, 14 and 15,
alone: nothing but Python's own library, and nothing of ours.

python_lists.py index STORE      every index record, from the entries
python_lists.py check PROOF [ENTRIES]
python_lists.py population FILE [ENTRIES]

Signatures are for other tests: this one is about what is complete.
"""

import base64
import hashlib
import json
import re
import sqlite3
import sys


class Wrong(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Wrong(what)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def node(left, right):
    return sha(b"\x01", left, right)


def leaf_hash(line):
    return sha(b"\x00", line)


def root(leaves):
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))


def includes(path, leaf, index, size, wanted):
    """RFC 9162, 2.1.3.2"""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == wanted


WHOLE = "0" * 64
DIGEST = re.compile("[0-9a-f]{64}")


def statement(line):
    entry = json.loads(line)
    return entry, json.loads(base64.b64decode(entry["envelope"]["payload"]))


def kind_of(said):
    return re.fullmatch("urn:vouchbook:([a-z-]+):v1",
                        said["predicateType"]).group(1)


def artefacts(said):
    predicate = said["predicate"]
    named = [s["digest"]["sha256"] for s in said["subject"]]
    named += [predicate[m].get("digest") for m in ("model", "about", "dataset")
              if isinstance(predicate.get(m), dict)]
    for member in ("inputs", "outputs", "parents"):
        named += [one.get("digest") for one in predicate.get(member, [])
                  if isinstance(one, dict)]
    return {n for n in named if isinstance(n, str) and DIGEST.fullmatch(n)}


def belongs(said, subject, kind):
    return kind_of(said) == kind and (
        subject == WHOLE or subject in artefacts(said))


def was_in(whole, subject, kind):
    return whole is not None and whole["kind"] == kind and (
        subject == WHOLE or subject in whole["named"])


def running(leaves):
    r = bytes(32)
    for leaf in leaves:
        r = sha(b"\x02", r, leaf)
    return r


def list_leaf(subject, kind, leaves):
    return "list %s %s %d %s" % (subject, kind, len(leaves),
                                 running(leaves).hex())


def order(key):
    return bytes.fromhex(key[0]), key[1].encode()


def index_records(store):
    lists, found = {}, 0
    rows = sqlite3.connect(store).execute(
        "SELECT seq, body FROM entry ORDER BY seq")
    for seq, body in rows:
        line = body.encode()
        _, said = statement(line)
        if kind_of(said) == "index":
            told = said["predicate"]
            tree = [leaf_hash(list_leaf(*key, lists[key]).encode())
                    for key in sorted(lists, key=order)]
            demand(told["entries"] == seq, "entries of %d" % seq)
            demand(told["lists"] == len(tree), "lists of %d" % seq)
            demand(told["root"] == root(tree).hex(), "root of %d" % seq)
            found += 1
        for subject in artefacts(said) | {WHOLE}:
            lists.setdefault((subject, kind_of(said)), []).append(
                leaf_hash(line))
    print("%d index records, %d lists" % (found, len(lists)))


class Lines:
    def __init__(self, text):
        demand(text.endswith(b"\n"), "cut")
        self.line = text[:-1].split(b"\n")
        self.at = 0

    def take(self):
        demand(self.at < len(self.line), "it ends")
        self.at += 1
        return self.line[self.at - 1]

    def word(self, *words):
        line = self.take().decode().split(" ")
        demand(line[0] in words, "%s expected" % (words,))
        return line

    def number(self, word):
        return int(self.word(word)[1])

    def hashes(self):
        out = []
        while True:
            line = self.take()
            if line == b"":
                return out
            out.append(base64.b64decode(line, validate=True))
            demand(len(out[-1]) == 32, "a hash")

    def rest(self):
        return b"\n".join(self.line[self.at:]) + b"\n"


def take_list(lines):
    _, subject, kind = lines.word("list")
    items = []
    for _ in range(lines.number("count")):
        seq, leaf = lines.take().decode().split(" ")
        demand(not items or items[-1][0] < int(seq), "order")
        items.append((int(seq), bytes.fromhex(leaf)))
    where = lines.word("present", "absent", "from")
    near = []
    if where[0] == "present":
        near.append((int(where[1]), None, lines.hashes()))
    while where[0] == "absent" and lines.line[lines.at].startswith(b"near "):
        _, number, leaf = lines.take().decode().split(" ", 2)
        near.append((int(number), leaf, lines.hashes()))
    return subject, kind, items, where[0], near


def check_place(part, start, told):
    subject, kind, items, where, near = part
    demand((where == "from") == (told is None), "where it stands")
    demand((where == "present") == bool(items), "present or absent")
    if told is None:
        return
    wanted, size = bytes.fromhex(told["root"]), told["lists"]
    if items:
        demand(items[-1][0] < start, "an entry behind the index record")
        leaf = list_leaf(subject, kind, [leaf for _, leaf in items])
        demand(includes(near[0][2], leaf_hash(leaf.encode()), near[0][0],
                        size, wanted), "not in the index")
        return
    keys = []
    for number, leaf, path in near:
        demand(includes(path, leaf_hash(leaf.encode()), number, size, wanted),
               "not beside it")
        keys.append((number, order(leaf.split(" ")[1:3])))
    key = order((subject, kind))
    if len(keys) == 2:
        demand(keys[0][1] < key < keys[1][1] and
               keys[0][0] + 1 == keys[1][0], "not between")
    else:
        number, other = keys[0]
        demand(key < other and number == 0 or
               other < key and number + 1 == size, "not at an end")


def check(text, given):
    lines = Lines(text)
    demand(lines.take() == b"vouchbook-lists@v1", "first line")
    parts = [take_list(lines) for _ in range(lines.number("lists"))]
    demand([order(p[:2]) for p in parts] ==
           sorted({order(p[:2]) for p in parts}), "order of lists")
    since = [lines.take() for _ in range(lines.number("since"))]
    before = lines.hashes()
    note = lines.rest().split(b"\n")
    size, wanted = int(note[1]), base64.b64decode(note[2])
    start = size - len(since)
    demand(start >= 0 and len(before) == bin(start).count("1"), "before")
    leaves = [bytes.fromhex(l[7:].decode()) if l.startswith(b"erased ")
              else leaf_hash(l) for l in since]
    stack, at = [], 0
    for bit in range(63, -1, -1):
        if start >> bit & 1:
            stack.append((bit, before[at]))
            at += 1
    for leaf in leaves:
        stack.append((0, leaf))
        while len(stack) > 1 and stack[-2][0] == stack[-1][0]:
            (height, left), (_, right) = stack[-2:]
            stack[-2:] = [(height + 1, node(left, right))]
    while len(stack) > 1:
        (height, left), (_, right) = stack[-2:]
        stack[-2:] = [(height, node(left, right))]
    demand(stack[0][1] == wanted, "not the root of the checkpoint")
    said = []
    for i, line in enumerate(since):
        if line.startswith(b"erased "):
            said.append(None)
            continue
        entry, record = statement(line)
        demand(entry["seq"] == start + i, "a line's place")
        said.append(record)
    told = None
    if start > 0:
        demand(kind_of(said[0]) == "index", "no index record")
        told = said[0]["predicate"]
        demand(told["entries"] == start, "another index record")
    erased = {}
    for record in filter(None, said):
        if kind_of(record) == "erasure":
            for one in record["predicate"]["entries"]:
                if "whole" in one:
                    erased[bytes.fromhex(one["entry"])] = one["whole"]
    members = []
    for part in parts:
        check_place(part, start, told)
        subject, kind, items = part[:3]
        for seq, leaf in items:
            if leaf in given:
                entry, record = statement(given[leaf])
                demand(entry["seq"] == seq and belongs(record, subject, kind),
                       "a line that does not belong")
        members.append(items + [
            (start + i, leaves[i]) for i, record in enumerate(said)
            if (belongs(record, subject, kind) if record is not None else
                was_in(erased.get(leaves[i]), subject, kind))])
    return parts, members


def check_population(text, given):
    head, proof = text.split(b"\n\n", 1)
    head = head.decode().split("\n")
    demand(head.pop(0) == "vouchbook-population@v1", "first line")
    told = {}
    while True:
        word, value = head.pop(0).split(" ", 1)
        told[word] = value
        if word == "items":
            break
    parts, members = check(proof, given)
    demand([p[:2] for p in parts] == [(WHOLE, told["kind"])], "which list")
    inside = 0
    demand(len(head) == len(members[0]), "another number of items")
    for item, (seq, leaf) in zip(head, members[0]):
        mark, number, digest, time, title = item.split(" ", 4)
        json.loads(title)
        demand(int(number) == seq and digest == leaf.hex(), "an item")
        if leaf in given:
            demand(statement(given[leaf])[0]["time"] == time, "a time")
        period = "before" if time < told.get("from", "") else \
            "after" if time >= told.get("to", "9999") else "in"
        demand(mark == period or
               mark == "where" and period == "in" and "where" in told,
               "a mark")
        inside += mark == "in"
    demand(told["items"] == "%d of %d" % (inside, len(head)), "the counts")
    print("%d of %d" % (inside, len(head)))


def main(what, path, *more):
    if what == "index":
        return index_records(path)
    with open(path, "rb") as file:
        text = file.read()
    given = {}
    for name in more:
        with open(name, "rb") as file:
            given = {leaf_hash(l): l for l in file.read().splitlines()}
    if what == "population":
        return check_population(text, given)
    parts, members = check(text, given)
    for part, found in zip(parts, members):
        print(part[0][:8], part[1], *[seq for seq, _ in found])
    return None


try:
    main(*sys.argv[1:])
except (Wrong, ValueError, KeyError, IndexError, TypeError,
        AttributeError) as why:
    sys.exit("%s: %s" % (type(why).__name__, why))
