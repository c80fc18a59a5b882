"""What a report counts, in whatever notation: counts.py FORMAT FILE.

Prints how many rule results are pass, fail, waived and without evidence, as
the notation itself has them.
"""
import csv
import json
import re
import sys
import xml.etree.ElementTree as tree

WORDS = ["pass", "fail", "waived", "no-evidence"]
NS = {"r": "urn:vouchbook:report:v1", "prov": "http://www.w3.org/ns/prov#",
      "vouch": "urn:vouchbook:prov", "b": "http://cyclonedx.org/schema/bom/1.6",
      "o": "http://csrc.nist.gov/ns/oscal/1.0"}


def from_xml(path, every, name, value):
    return {one.get(name): one.get(value) or one.text
            for one in tree.parse(path).getroot().findall(every, NS)}


def from_list(found, prefix=""):
    return {one["name"][len(prefix):]: one["value"] for one in found}


def from_prov(path):
    entity = tree.parse(path).getroot().find("prov:entity[vouch:stamp]", NS)
    return {one.tag.rpartition("}")[2]: one.text for one in entity}


def from_prov_json(path):
    [entity] = [one for one in json.load(open(path))["entity"].values()
                if "vouch:stamp" in one]
    return {name.rpartition(":")[2]: value for name, value in entity.items()}


def from_text(pattern):
    """In words for people: the table of figures; Markdown that would be too
    long leaves it out, and has the sentence that it begins with."""
    def take(path):
        text = open(path, encoding="utf-8").read()
        found = {m[1]: m[2] for m in re.finditer(pattern, text)}
        if not found:
            said = re.search(
                r"(\d+) of \d+ checks? pass(?:es)?; (\d+) fails?, "
                r"(\d+) (?:is|are) waived, (\d+) lacks? evidence", text)
            found = {"checks-" + word: value
                     for word, value in zip(WORDS, said.groups())}
        return found
    return take


def from_card(path):
    head = open(path, encoding="utf-8").read().split("---\n")[1]
    said = head.split("checks:\n")[1]
    return {"checks-" + m[1]: m[2]
            for m in re.finditer(r"  ([a-z-]+): (\d+)\n", said)}


def oscal_sums(observations):
    """The observations of rules say how each came out: their sum is told."""
    sums = dict.fromkeys(WORDS, 0)
    for props in observations:
        if "worst" in props:
            for word in WORDS:
                sums[word] += int(props[word])
    return sums


def from_oscal(path):
    result = tree.parse(path).getroot().find("o:result", NS)
    props = [{p.get("name"): p.get("value") for p in one.findall("o:prop", NS)}
             for one in [result] + result.findall("o:observation", NS)]
    check_oscal(props[0], oscal_sums(props[1:]))
    return props[0]


def from_oscal_json(path):
    [result] = json.load(open(path))["assessment-results"]["results"]
    check_oscal(from_list(result["props"]), oscal_sums(
        [from_list(one.get("props", [])) for one in result["observations"]]))
    return from_list(result["props"])


def check_oscal(props, sums):
    assert all(int(props["checks-" + word]) == sums[word] for word in WORDS), \
        "the rules' observations say otherwise: %s" % sums


FORMATS = {
    "html": from_text(r'data-figure="(checks-[a-z-]+)" value="\d+">(\d+)<'),
    "text": from_text(r"(checks-[a-z-]+)\s+(?:Value: )?(\d+)\s"),
    "md": from_text(r"\| (checks-[a-z-]+) \| (\d+) \|"),
    "csv": lambda path: {row[0]: row[1] for row in csv.reader(open(path))
                         if row and row[0].startswith("checks-")},
    "xml": lambda path: from_xml(path, "r:figures/r:figure", "id", "value"),
    "json": lambda path: {one["id"]: one["value"] for one in
                          json.load(open(path))["figures"][0]["figure"]},
    "sarif": lambda path: json.load(open(path))["runs"][0]["properties"],
    "junit": lambda path: from_xml(path, ".//property", "name", "value"),
    "prov": from_prov,
    "prov-json": from_prov_json,
    "model-card": from_card,
    "oscal": from_oscal,
    "oscal-json": from_oscal_json,
    "cyclonedx": lambda path: {
        name.rpartition("vouchbook:")[2]: value for name, value in from_xml(
            path, "b:metadata/b:properties/b:property", "name",
            "value").items()},
    "cyclonedx-json": lambda path: from_list(
        json.load(open(path))["metadata"]["properties"], "vouchbook:"),
}

counts = FORMATS[sys.argv[1]](sys.argv[2])
print(*[int(counts["checks-" + word]) for word in WORDS])
