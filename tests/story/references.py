"""Whatever a document refers to is in it, once: references.py FILE…

Neither OSCAL's schemas nor CycloneDX's check that.  XML and JSON; OSCAL by
its uuids, objectives and roles, CycloneDX by its bom-refs.
"""
import json
import sys
import xml.etree.ElementTree as tree

# What names something, and what refers to it.
OSCAL_IDS = {"uuid"}
OSCAL_REFS = {"party-uuid", "party-uuids", "actor-uuid", "subject-uuid",
              "component-uuid", "observation-uuid", "risk-uuid", "task-uuid",
              "activity-uuid", "role-id", "target-id"}
BOM_REFS = {"ref", "dependsOn", "provides", "requirement", "requirements",
            "assessor", "claim", "claims", "counterClaims", "target",
            "evidence", "counterEvidence", "mitigationStrategies",
            "signatory"}


def members(node, name=""):
    """Each member of a JSON document that is a text: name, text."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from members(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from members(value, name)
    else:
        yield name, str(node), name


def elements(root):
    """The same of an XML document: attributes, and elements' own text."""
    for node in root.iter():
        name = node.tag.rpartition("}")[2]
        for key, value in node.attrib.items():
            yield key, value, name
        if len(node) == 0 and node.text and node.text.strip():
            yield name, node.text.strip(), name


def check(path):
    if open(path, encoding="utf-8").read(1) == "{":
        document = json.load(open(path, encoding="utf-8"))
        said = list(members(document))
        oscal = "assessment-results" in document
    else:
        root = tree.parse(path).getroot()
        said = list(elements(root))
        oscal = root.tag.endswith("assessment-results")
    if oscal:
        ids = [value for name, value, at in said if name in OSCAL_IDS]
        tokens = {value for name, value, at in said if name == "id"}
        refs = [value for name, value, at in said if name in OSCAL_REFS]
        refs += [value[1:] for name, value, at in said
                 if name == "href" and value[:1] == "#"]
    else:
        ids = [value for name, value, at in said if name == "bom-ref"]
        tokens = set()
        refs = [value for name, value, at in said if name in BOM_REFS]
    assert ids and refs, path + " refers to nothing"
    twice = {value for value in ids if ids.count(value) > 1}
    assert not twice, "%s: there twice: %s" % (path, sorted(twice)[:3])
    lost = set(refs) - set(ids) - tokens
    assert not lost, "%s: not there: %s" % (path, sorted(lost)[:3])


for file in sys.argv[1:]:
    check(file)
