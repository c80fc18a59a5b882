#!/usr/bin/env python3
"""Text that wants to be more than text, and a reader of what became of it.

hostile.py make ROUND            a ledger here, with such text in every field
hostile.py numbers               and numbers from the ends of what there are
hostile.py check FORMAT FILE     exit status 1 and why, if any of it got out
hostile.py shown FILE.xml…       every field is in one of these documents

What a text begins with is what most notations look at, so each field begins
with something else in each round.
"""
import csv
import html.parser
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree

BEGINNINGS = [
    "=HYPERLINK(\"http://e.example\")", "+1+1|x", "-1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1+1",
    "\uff20SUM(A1)", " =1+1", "'=1+1", "\"=1+1\"",
    "# a heading", "- a list", "* a list", "1. a list", "2) a list",
    "> a quotation", "    code", "```\ncode", "| a | b |", "---", "===",
    "<!-- ", "--><b>", "]]>", "<![CDATA[", "&lt;b&gt;", "'", "\"",
    "\u0301alone", "\u202eturned", "\u200bnothing", "\x1b[31mred", "\u0085",
    "\x9b31m", "\ufffe", "\uffff", "\ufeff", "\ud7ff", "\U0001f600",
    "!!python/object:os.system", "&anchor", "%TAG", "{a: 1}", "[1]", "? ",
    ": ", "...", "yes", "null", "~",
]
MIDDLE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> "
    "<a href=\"javascript:alert(1)\">a</a> ]]> --><!-- <![CDATA[x]]> <?php ?> "
    "</title></style></textarea></svg><svg onload=alert(1)> &amp; &#60;b&#62; "
    "' onmouseover='alert(1) \" onmouseover=\"alert(1) "
    "$(id) `id` ; id | id && id > f \\ ${HOME} *? ~ !! "
    "[text](http://e.example) ![image](http://e.example/i.png) [ref][1] "
    "<http://e.example> http://e.example https://e.example www.e.example "
    "HTTP://E.EXAMPLE WWW.e.example ftp://e.example mailto:a@e.example "
    "a@e.example @everyone #1 !1 **bold** __bold__ ~~gone~~ `code` $x$ "
    "a | b: c # d \u202eturned\u202c \u2066isolated\u2069 \u200bzero\u200d "
    "\u00ad soft \u001b[31mred\u001b[0m \u0007 \u0085 \u009b31m \ufffe "
    "\uffff \ufeff \u2028line \u2029end\ra\tb\n=1+1\n# heading\n- item\n"
    "o\u0338\u0301 \u05e9\u05dc\u05d5\u05dd \U0001f600 \U000e0041 ")
FIELDS = []
# What no report shows, as yet.
UNSEEN = {"experiment", "note", "robustness", "policy about", "policy param",
          "target", "serving", "meaning", "attested"}


def text(field, begin):
    """What goes into a field, with a mark to find it by."""
    if field not in FIELDS:
        FIELDS.append(field)
    at = FIELDS.index(field)
    start = BEGINNINGS[(at + begin * 13) % len(BEGINNINGS)]
    return "%s zq%02dz %s" % (start, at, MIDDLE)


def short(field, begin):
    """The same for a name of at most 200 bytes without control characters."""
    if field not in FIELDS:
        FIELDS.append(field)
    at = FIELDS.index(field)
    starts = [one for one in BEGINNINGS if one.isprintable()]
    return "%s zq%02dz <b>'\"|[x](http://e.example)`$(id)`]]>-->\u0301" % (
        starts[(at + begin * 13) % len(starts)][:60], at)


def written(tree):
    """As JSON, without the noncharacters that no reader of it takes."""
    def bare(one):
        if isinstance(one, dict):
            return {bare(name): bare(value) for name, value in one.items()}
        if isinstance(one, list):
            return [bare(value) for value in one]
        if isinstance(one, str):
            return one.replace("\ufffe", "").replace("\uffff", "")
        return one

    return json.dumps(bare(tree))


def quoted(one):
    """A text as both YAML and CEL read it: any character, by its number."""
    return '"%s"' % "".join(
        c if " " <= c <= "~" and c not in '"\\' else "\\U%08x" % ord(c)
        for c in one)


def as_yaml(one):
    if isinstance(one, dict):
        return "{%s}" % ", ".join("%s: %s" % (name, as_yaml(value))
                                  for name, value in one.items())
    if isinstance(one, list):
        return "[%s]" % ", ".join(as_yaml(value) for value in one)
    return quoted(one) if isinstance(one, str) else json.dumps(one)


def vouch(*words, key="alice", given=None):
    as_key = ["--key", key] if words[0] != "init" else []
    done = subprocess.run(["vouch", "-q", *as_key, *words], text=True,
                          input=given, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit("vouch %s: %s" % (" ".join(words)[:200], done.stdout))


def record(kind, members, key="alice"):
    vouch("record", "-", key=key,
          given=written({"kind": kind, "predicate": members}))


def policy(begin):
    def say(field):
        return text("policy " + field, begin).replace(
            "\ufffe", "").replace("\uffff", "")

    def message(field):
        return quoted(text("policy " + field, begin))

    return {
        "policy": "hostile", "title": say("title"), "about": say("about"),
        "params": {"least": 0.5, "words": say("param")},
        "waivers": {"roles": ["compliance"]},
        "rules": [
            {"id": "fails", "on": ["audit"], "each": "model",
             "require": "record.owner == params.words", "otherwise": "warn",
             "because": say("because"), "remedy": say("remedy"),
             "message": message("message"),
             "controls": ["eu-ai-act/art-10"]},
            {"id": "lifted", "on": ["deployment"],
             "require": "record.environment == 'nowhere'",
             "otherwise": "deny", "because": say("because 2"),
             "message": message("message 2")},
            {"id": "lacks", "on": ["deployment"], "otherwise": "warn",
             "evidence": "false", "require": "true",
             "because": say("because 3"), "remedy": say("remedy 3")},
        ],
    }


def make(begin):
    def say(field):
        return text(field, begin)

    def name(field):
        return short(field, begin)

    vouch("init", "--no-passphrase", "--origin", "example.com/hostile",
          "--name", "alice", "--role", "owner", "--role", "engineer")
    for who, role in (("bob", "approver"), ("dana", "compliance"),
                      ("mon", "service")):
        vouch("key", "new", who, "--no-passphrase")
        vouch("key", "enrol", who, "--role", role)
    source = name("file").replace("/", "_").lstrip("-. ")
    for path in (source, "model.bin", "test.csv"):
        with open(path, "w", encoding="utf-8") as out:
            out.write(path)
    vouch("dataset", "add", "./" + source, "--name", "train",
          "--licence", say("data licence"), "--origin", say("data origin"),
          "--legal-basis", say("legal basis"),
          "--personal-data", say("personal data"),
          "--location", say("data location"), "--split", say("split"),
          "--description", say("data description"))
    vouch("dataset", "add", "test.csv", "--name", "test")
    with open("metrics.json", "w", encoding="utf-8") as out:
        out.write(written({name("run metric"): 0.5}))
    with open("params.json", "w", encoding="utf-8") as out:
        out.write(written({name("param name"): say("param value")}))
    vouch("run", "--name", "fit", "--experiment", say("experiment"),
          "--input", "./" + source, "--output", "model.bin",
          "--params", "params.json", "--metrics", "metrics.json",
          "--note", say("note"), "--", "sh", "-c",
          'printf \'{"metric":{"loss":%s},"step":%s}\\n\' 3 1 2 2 1 3'
          ' >"$VOUCH_EVENTS"', say("argument").replace("\0", ""))
    vouch("model", "register", "model.bin", "--name", "credit",
          "--owner", say("owner"), "--intended-use", say("intended use"),
          "--limitation", say("limitation"), "--limitation", "\uffff" * 1500,
          "--framework", say("framework"), "--licence", say("model licence"),
          "--location", say("model location"), "--risk-class", "high",
          "--description", say("model description"))
    measured = {name("metric"): 0.8, name("metric 2"): 0.7}
    with open("evaluation.json", "w", encoding="utf-8") as out:
        out.write(written({
            "n": 10, "metrics": measured,
            "thresholds": {name("metric"): {"min": 0.1}},
            "intervals": {name("metric"): {"low": 0.7, "high": 0.9}},
            "slices": [{"slice": say("slice"), "value": say("slice value"),
                        "n": 5, "metrics": measured}],
            "robustness": [{"name": say("robustness"),
                            "metrics": measured}]}))
    vouch("evaluate", "credit", "evaluation.json", "--dataset", "test")
    with open("policy.yaml", "w", encoding="utf-8") as out:
        out.write(as_yaml(policy(begin)))
    vouch("policy", "publish", "policy.yaml", "--because", say("published"),
          key="dana")
    vouch("propose", "credit", "--to", "production",
          "--condition", say("condition"), "--because", say("proposed"),
          "--target", say("target"), "--serving", say("serving"))
    vouch("waive", "hostile/lifted", "--for", "credit", "--until", "30d",
          "--because", say("waived"), "--compensating", say("instead"),
          key="dana")
    vouch("approve", "credit", "--because", say("approved"),
          "--condition", say("condition 2"), "--meaning", say("meaning"),
          key="bob")
    vouch("deploy", "credit", "--to", "production",
          "--because", say("deployed"), key="bob")
    vouch("attest", "eu-ai-act/art-14", "--for", "credit",
          "--statement", say("attested"), key="dana")
    for value in ("0.5", "0.6"):
        vouch("observe", "credit", "--environment", "production",
              "--metric", "%s=%s" % (name("seen").replace("=", "-"), value),
              "--drift", "psi=%s" % value, key="mon")
    vouch("incident", "--title", say("incident"), "--what", say("what"),
          "--severity", "high", "--model", "credit", "--name", "rise",
          "--remedy", say("mended"), "--affected", say("affected"),
          key="dana")
    # As long as an entry admits.
    record("incident", {"name": "long", "version": "1", "severity": "low",
                        "title": "\u202e" * 6000, "what": "<b>" * 6000,
                        "model": model_of()})
    vouch("propose", "credit", "--to", "staging",
          *[word for at in range(9)
            for word in ("--condition", "\u202e" * 1300)])
    with open("fields.json", "w", encoding="utf-8") as out:
        json.dump(FIELDS, out)


def numbers():
    """Doubles and their like, as odd as a record admits them."""
    most = 1.7976931348623157e308
    vouch("evaluate", "credit", "-", "--dataset", "test", "--name", "odd",
          given=json.dumps({
              "n": 2 ** 53, "metrics": {
                  "nan": "NaN", "inf": "Infinity", "ninf": "-Infinity",
                  "most": most, "least": 5e-324, "none": -0.0,
                  "small": 1e-5, "fine": 0.1234567890123},
              "intervals": {
                  "nan": {"low": "NaN", "high": "NaN"},
                  "inf": {"low": "-Infinity", "high": "Infinity"},
                  "most": {"low": -most, "high": most},
                  "fine": {"low": 0.2, "high": 0.1}},
              "thresholds": {"nan": {"min": "NaN"},
                             "inf": {"max": "Infinity"}},
              "slices": [
                  {"slice": "a", "value": True, "n": 0,
                   "metrics": {"nan": "NaN", "most": most}},
                  {"slice": "a", "value": 1e300,
                   "metrics": {"inf": "Infinity", "most": -most}},
                  {"slice": "b", "value": "", "metrics": {"most": 0}}],
              "calibration": [
                  {"lower": "-Infinity", "upper": "NaN", "n": 0},
                  {"lower": 1, "upper": 0, "n": 1, "predicted": "NaN",
                   "observed": "Infinity"},
                  {"lower": 1, "upper": 0, "n": 1, "predicted": -5,
                   "observed": most},
                  {"lower": 0, "upper": 1, "n": 1, "predicted": 0.5,
                   "observed": 0.5}]}))
    for value in ("NaN", str(most), "-" + str(most), "-Infinity", "0"):
        vouch("observe", "credit", "--environment", "production",
              "--metric", "odd=" + value, "--drift", "odd=" + value,
              key="mon")


def model_of():
    done = subprocess.run(["vouch", "show", "--json", "credit"], check=True,
                          stdout=subprocess.PIPE)
    found = json.loads(done.stdout)
    name = digest = None
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if str(one.get("name", "")).startswith("model/"):
                name = one["name"]
                digest = one.get("digest")
                if isinstance(digest, dict):
                    digest = digest["sha256"]
                if digest:
                    return {"name": name, "digest": digest}
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    sys.exit("no model in " + json.dumps(found)[:500])


# --- What became of it

faults = []


def fault(*words):
    faults.append(" ".join(str(word) for word in words)[:300])


ELEMENTS = set(
    "html head meta title style body header span main h1 h2 h3 p nav ul li a "
    "section div table caption thead tbody tr th td strong br code data dl dt "
    "dd figure figcaption footer svg path circle rect line text g defs "
    "pattern marker polyline desc details summary ol small abbr time "
    "sup colgroup col tspan clippath".split())
ATTRIBUTES = set(
    "lang name content http-equiv id class style scope href title value data-figure "
    "tabindex role aria-label aria-labelledby aria-hidden aria-describedby "
    "focusable viewbox width height d fill stroke stroke-width transform x y "
    "x1 y1 x2 y2 cx cy r rx points text-anchor font-size font-family "
    "stroke-dasharray marker-end refx refy markerwidth markerheight orient "
    "patternunits xmlns textlength lengthadjust open datetime colspan "
    "font-weight clip-path opacity dominant-baseline".split())


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.said = []
        self.raw = None

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            fault("an element", tag)
        self.raw = tag
        for name, value in attrs:
            if name not in ATTRIBUTES:
                fault("an attribute", name, "of", tag)
            if value and re.search(r"\b(NaN|Infinity|inf)\b", value) and \
                    name in ("points", "d", "transform", "x", "y", "x1", "x2",
                             "y1", "y2", "cx", "cy", "width", "height"):
                fault("no place:", name, value)
            if name == "href" and not value.startswith("#"):
                fault("a link to", value)
            if name == "style" and ("url" in value or "zq" in value):
                fault("a style", value)

    def handle_comment(self, data):
        fault("a comment", data)

    def handle_pi(self, data):
        fault("an instruction", data)

    def unknown_decl(self, data):
        fault("a declaration", data)

    def handle_data(self, data):
        self.said.append(data)


def check_html(data):
    page = Page()
    page.feed(data)
    page.close()
    said = "".join(page.said)
    if said.count("<script>alert(1)</script>") < 3:
        fault("the text is not shown as it is")
    for name in ("html", "body", "head", "style", "main"):
        if len(re.findall("</%s>" % name, data)) != 1:
            fault("more than one end of", name)


def check_xml(data):
    tree = xml.etree.ElementTree.fromstring(data)
    for element in tree.iter():
        name = element.tag.rsplit("}", 1)[-1]
        if name in ("script", "img", "a", "svg", "b"):
            fault("an element", name)
    return tree


def check_json(data):
    def texts(one):
        if isinstance(one, dict):
            for name, value in one.items():
                yield name
                yield from texts(value)
        elif isinstance(one, list):
            for value in one:
                yield from texts(value)
        elif isinstance(one, str):
            yield one

    for one in texts(json.loads(data)):
        hidden_in(one)


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def check_csv(data):
    for row in csv.reader(io.StringIO(data, newline=""), strict=True):
        for cell in row:
            if cell[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20") \
                    and cell and not is_number(cell):
                fault("a formula", cell)
            if "\n" in cell or "\r" in cell:
                fault("a cell of two lines", cell)


def check_markdown(data):
    data = re.sub(r"\A<!-- vouchbook-report:v1:[0-9a-f]+ -->\n", "", data)
    # What a backslash stands before is text.
    plain = re.sub(r"\\[!-/:-@\[-`{-~]", "..", data)
    for line, shown in zip(data.split("\n"), plain.split("\n")):
        bare = re.sub(r"`[0-9a-f]{64}`|`vouch [a-zA-Z -]*`", "", shown)
        for mark, what in (("<", "markup"), ("[", "a link"), ("]", "a link"),
                           ("`", "code"), ("://", "a link"),
                           ("www.", "a link"), ("@", "a mention"), ("~", "a stroke"),
                           ("$", "a formula")):
            if mark == "@":
                # model/credit@1 is no mention and no address.
                bare = re.sub(r"(?<=\w)@\d+(?![\w.-])", "", bare)
            if mark.lower() in bare.lower():
                fault(what, mark, "in", line[max(0, bare.find(mark) - 40):])
        if re.search(r"&(?!(lt|amp|#47|#46|#64|#58);)", bare):
            fault("an entity in", line)
        # Only what we write ourselves: bold names in front.
        if re.search(r"(?<!\*)\*(?!\*)|__", re.sub(r"\*\*", "", bare)):
            fault("emphasis in", line)
        if re.match(r" {4}|\t|\s*(=+|\d+[.)] |[+] )", bare) and not \
                bare.startswith("    - "):
            fault("a block in", line)
    width = None
    for shown in plain.split("\n"):
        if not shown.startswith("|"):
            width = None
            continue
        width = width or shown.count("|")
        if shown.count("|") != width or not shown.endswith("|"):
            fault("a row of other cells:", shown)


def check_card(data):
    parts = data.split("---\n", 2)
    if len(parts) != 3 or parts[0] != "":
        fault("no head")
        return
    quoted = r'"(?:[^"\\]|\\.)*"'
    for line in parts[1].splitlines():
        if not re.fullmatch(r" *(- )?([a-z_-]+:)? *(%s|[a-z0-9._+-]+)? *"
                            % quoted, line):
            fault("a line of the head:", line)
            continue
        for one in re.findall(quoted, line):
            json.loads(one)
    try:
        import yaml
    except ImportError:
        pass
    else:
        head = yaml.safe_load(parts[1])
        if not set(head) <= {
                "license", "checks", "license_name", "library_name", "tags", "datasets",
                "metrics", "co2_eq_emissions", "model-index"}:
            fault("a key of the head:", *head)
        check_json(json.dumps(head))
    check_markdown(parts[2])


def check_text(data):
    if not data.endswith("\n"):
        fault("no end")


def hidden_in(data):
    found = re.search(
        "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-"
        "\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
        "\U000e0000-\U000e0fff]", data)
    if found:
        fault("U+%04X" % ord(found.group()), "in",
              data[max(0, found.start() - 40):found.start()])


def shown(names):
    with open("fields.json", encoding="utf-8") as file:
        fields = json.load(file)
    there = ""
    for name in names:
        with open(name, encoding="utf-8") as file:
            there += file.read()
    for at, field in enumerate(fields):
        if "zq%02dz" % at not in there and field not in UNSEEN:
            fault("no report shows", field)


CHECKS = {
    "html": check_html, "text": check_text, "md": check_markdown,
    "xml": check_xml, "json": check_json, "csv": check_csv,
    "sarif": check_json, "junit": check_xml, "prov": check_xml,
    "prov-json": check_json, "model-card": check_card, "oscal": check_xml,
    "oscal-json": check_json, "cyclonedx": check_xml,
    "cyclonedx-json": check_json,
}


def main():
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
        return
    if sys.argv[1] == "numbers":
        numbers()
        return
    if sys.argv[1] == "shown":
        shown(sys.argv[2:])
    else:
        with open(sys.argv[3], "rb") as file:
            data = file.read().decode("utf-8")
        if sys.argv[2] == "csv":
            data = data.replace("\r\n", "\n")
        hidden_in(data)
        CHECKS[sys.argv[2]](data)
    for one in list(dict.fromkeys(faults))[:12]:
        print(one.encode("unicode_escape").decode())
    sys.exit(1 if faults else 0)


main()
