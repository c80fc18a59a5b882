"""Whether a report is valid by an official schema: report_valid.py KIND FILE…

KIND is sarif, prov-json, oscal-json or cyclonedx-json.  Exit status 0 when
each file is, 1 when one is not; what is wrong is printed.
"""
import json
import os
import re
import sys

import jsonschema
import regex
from referencing import Registry, Resource

SCHEMAS = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "schemas")
FILES = {
    "sarif": ("sarif-schema-2.1.0.json", jsonschema.Draft4Validator),
    "prov-json": ("prov/prov-json.schema.json", jsonschema.Draft4Validator),
    "oscal-json": ("oscal/oscal_assessment-results_schema.json",
                   jsonschema.Draft7Validator),
    "cyclonedx-json": ("cyclonedx/bom-1.6.schema.json",
                       jsonschema.Draft7Validator),
}
# What the schema of CycloneDX refers to.
BESIDE = ["spdx.schema.json", "jsf-0.82.schema.json",
          "cryptography-defs.schema.json"]


def load(name):
    with open(os.path.join(SCHEMAS, name), encoding="utf-8") as file:
        return json.load(file)


def pattern(validator, wanted, instance, schema):
    """OSCAL's patterns have \\p{L}, which Python's own `re' has not."""
    if validator.is_type(instance, "string") and \
            not regex.search(wanted, instance):
        yield jsonschema.ValidationError(
            "%r is not like %r" % (instance[:80], wanted))


formats = jsonschema.FormatChecker(formats=())


@formats.checks("uri")
def is_uri(text):
    """One schema tells signatures apart by this alone."""
    return not isinstance(text, str) or \
        re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None


@formats.checks("date-time")
def is_time(text):
    return not isinstance(text, str) or re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)",
        text) is not None


def validator(kind):
    name, draft = FILES[kind]
    beside = [load("cyclonedx/" + one) for one in BESIDE]
    registry = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in beside)
    strict = jsonschema.validators.extend(draft, {"pattern": pattern})
    return strict(load(name), registry=registry, format_checker=formats)


def main():
    check = validator(sys.argv[1])
    faults = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in check.iter_errors(document):
            faults += 1
            print("# %s: %s: %s" % (
                os.path.basename(path),
                "/".join(str(part) for part in error.absolute_path),
                error.message[:300].replace("\n", " ")))
    return 1 if faults else 0


sys.exit(main())
