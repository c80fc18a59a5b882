#!/bin/sh
# What the ledger says, told to a board, an auditor, a compliance team and an
# engineer: in every notation the same, and computed again by whoever doubts.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
schemas=$ROOT/tests/schemas
# By whose schema a notation in XML is what it says it is.
valid() { # FORMAT FILE
	case $1 in
	xml) xmllint --nonet --noout --schema "$ROOT/reports/schema/report.xsd" "$2" ;;
	prov) xmllint --nonet --noout --schema "$schemas/prov/prov.xsd" "$2" ;;
	oscal) xmllint --nonet --noout --schema "$schemas/oscal/oscal_assessment-results_schema.xsd" "$2" ;;
	cyclonedx) XML_CATALOG_FILES=$schemas/cyclonedx/catalog.xml \
		xmllint --nonet --noout --schema "$schemas/cyclonedx/bom-1.6.xsd" "$2" ;;
	esac
}
formats="html text md xml json csv sarif junit prov prov-json model-card oscal oscal-json cyclonedx cyclonedx-json"
vouch init -q --no-passphrase --origin example.com/story --name alice --role owner --role engineer
team bob:approver carol:approver dana:compliance mon:service

# --- before there are rules
echo a,b,c >train.csv
echo d,e,f >test.csv
echo model >model.bin
# Whatever a text holds, it arrives as plain text.
# shellcheck disable=SC2016
markup='<script>alert(1)</script> "q" &amp; it'"'"'s $(id) `id` | [x](http://x.example) ={1+1} '
nbsp=$(printf '\302\240')
evil=$nbsp$markup$(printf '\342\200\256end\001\033[31m')
# The same, as reports have it.
shown=$markup'\u{202E}end\x01\x1B[31m'
vouch dataset add train.csv --name train --licence CC0-1.0 --origin "$evil" --personal-data age --location https://data.example/train.csv -q
vouch dataset add test.csv --name test --licence CC0-1.0 --personal-data age -q
vouch run --name fit --input train.csv --output model.bin --param lr=0.1 --param "why=$evil" -- true "a b" "it's" plain >/dev/null
vouch model register model.bin --name credit --owner "=HYPERLINK(\"http://x.example\")" --risk-class high \
	--intended-use "$evil" --limitation "$evil" --limitation "$(head -c 30000 /dev/zero | tr '\0' x)" -q
cat >evaluation.json <<'END'
{"metrics": {"auc": 0.83}, "n": 100, "intervals": {"auc": {"low": 0.8, "high": 0.86}}, "slices": [
  {"slice": "age", "value": "<30", "n": 40, "metrics": {"auc": 0.81}}, {"slice": "shift", "value": "night", "n": 60, "metrics": {"auc": 0.84}}]}
END
vouch evaluate credit evaluation.json --dataset test -q
expect_ok "a posture before there are rules" vouch report posture
expect_output "No policy is in force" "says so"
expect_ok "so does one for an auditor" vouch report provenance credit --format json
expect_jq '.[0].verdicts[0].all == "0" and (.[0].evidence[0].entry | length) > 4' "with its evidence"
for kind in posture "provenance credit" compliance "release credit --to production"; do
	for format in oscal cyclonedx; do
		# shellcheck disable=SC2086
		vouch report $kind --format "$format" -o "none.$format" -q
		# shellcheck disable=SC2086
		vouch report $kind --format "$format-json" -o "none.$format-json" -q
		ok "${kind%% *} as $format: valid without a policy" valid "$format" "none.$format"
		ok "which it says" sh -c 'grep -q "No policy in force: no rule was asked" "$1" && grep -q "No policy in force: no rule was asked" "$1-json"' sh "none.$format"
		ok "nothing refers to what is not there" python3 "$ROOT/tests/story/references.py" "none.$format" "none.$format-json"
		ok "nothing is counted" test "$(python3 "$ROOT/tests/story/counts.py" "$format" "none.$format")" = "0 0 0 0"
	done
done

# --- with rules: refused, supplied, deployed
vouch --key dana policy publish starter --param min_metric=0.8 --because "first rules" -q
expect_ok "an engineer asks for a release" vouch report release credit --to production
expect_output "cannot be decided" "which cannot be decided"
expect_output "vouch propose credit@1 --to production" "and is told the command that records what is missing"
vouch propose credit --to production -q
vouch --key bob approve credit --because "$evil" -q
vouch --key carol approve credit --because "looked at it" -q
expect_ok "then it is" vouch report release credit --to production
expect_output "Go: no rule stands against it" "go"
expect_ok "it goes into use" vouch --key bob deploy credit --to production
vouch --key mon observe credit --environment production --metric approval_rate=0.8 --drift psi=0.02 -q
# Rules that come out in every way there is.
cat >house.yaml <<'END'
policy: house
title: <b>Rules</b> of the "house" & [more](http://x.example)
rules:
  - {id: fast, on: [audit], each: deployed, require: 1 > 2, otherwise: warn, because: "It is <fast> & *quick*.", controls: [eu-ai-act/art-15.1]}
  - {id: insured, on: [audit], each: deployed, evidence: size(lineage.evaluations) > 99, require: 1 > 2, otherwise: deny, because: Somebody pays.}
  - {id: excused, on: [audit], each: deployed, require: 1 > 2, otherwise: deny, because: It need not be., controls: [nist-ai-rmf/MANAGE-1.4, our_own/a_b, our_own/a/b]}
  - {id: broken, on: [audit], each: deployed, require: 1 / (size(lineage.evaluations) - size(lineage.evaluations)) > 0, otherwise: warn, because: Nothing is divided by nothing.}
END
vouch --key dana policy publish eu-ai-act-high-risk --because "after the fact" -q
vouch --key dana policy publish house.yaml --because "$evil" -q
vouch --key dana waive house/excused --for credit --until 30d --because "$evil" --compensating "$evil" -q
before=$(size)

# --- every kind in every notation
for kind in posture "provenance credit" compliance "release credit --to production"; do
	name=${kind%% *}
	for format in $formats; do
		# shellcheck disable=SC2086
		expect_ok "$name as $format" vouch report $kind --format "$format" -o "$name.$format"
		ok "no mark that turns text around, no control character" sh -c "! grep -q '$(printf '\342\200\256\|[\001\033]')' $name.$format"
	done
	ok "no script, nothing from elsewhere" sh -c "! grep -Eiq '<script|<link|<img|src=|@import|https?://[a-z.]*/[^\"]*\" *(rel|src)' $name.html"
	counts=$(python3 "$ROOT/tests/story/counts.py" json "$name.json")
	[ "$name" = release ] ||
		ok "$name: results of every kind" sh -c 'case " $1 " in *" 0 "*) exit 1 ;; esac' sh "$counts"
	for format in $formats; do
		ok "$name: $format counts as json does ($counts)" test "$counts" = "$(python3 "$ROOT/tests/story/counts.py" "$format" "$name.$format")"
	done
	for format in xml prov oscal cyclonedx; do
		ok "$name: $format by its schema" valid "$format" "$name.$format"
	done
	for format in oscal cyclonedx; do
		ok "$format: nothing refers to what is not there, nothing is there twice" python3 "$ROOT/tests/story/references.py" "$name.$format" "$name.$format-json"
	done
	for schema in jenkins-junit jenkins-xunit-junit-10 surefire-test-report surefire-test-report-3.0.2; do
		ok "JUnit as $schema wants it" xmllint --nonet --noout --schema "$ROOT/tests/schemas/junit/$schema.xsd" "$name.junit"
	done
	ok "PROV with references that lead somewhere" python3 - "$name.prov" <<'END'
import sys
import xml.etree.ElementTree as tree
prov = "{http://www.w3.org/ns/prov#}"
root = tree.parse(sys.argv[1]).getroot()
ids = {e.get(prov + "id") for e in root.iter()}
assert all(e.get(prov + "ref") in ids for e in root.iter() if e.get(prov + "ref"))
END
	# Text for a terminal does not say of what it is a report.
	# shellcheck disable=SC2086
	vouch report $kind --format text -o again -q
	ok "the same bytes again" cmp "$name.text" again
	for format in $formats; do
		[ "$format" = text ] && continue
		expect_ok "$name.$format is computed again" vouch report --check "$name.$format"
		expect_output "every byte of it" "to the last byte"
	done
done
ok "reports record nothing" test "$(size)" = "$before"
ok "Markdown fits a merge request" sh -c 'for f in *.md; do [ "$(wc -c <"$f")" -lt 65536 ] || exit 1; done'
ok "one page for a board stays small" sh -c '[ "$(wc -c <posture.html)" -lt 200000 ]'
# shellcheck disable=SC2016
ok "a formula is text in CSV" sh -c 'printf "%s" "$1" >f; grep -q "\"'"'"'=HYPERLINK" provenance.csv || ! grep -q "^=HYP\|,=HYP" provenance.csv' sh x

# --- what passes, when it is asked for
expect_ok "failures and reviews unless asked for all" vouch report posture --format sarif
expect_jq 'all(.[0].runs[0].results[]; .kind == "fail" or .kind == "review")' "nothing else"
expect_ok "all" vouch report posture --all -o all.sarif
expect_ok "which is computed again as such" vouch report --check all.sarif
run_last cat all.sarif
expect_jq '.[0].runs[0] | ([.results[] | select(.kind == "pass")] | length) == .properties["checks-pass"] and .properties["checks-pass"] > 0' \
	"has as many that pass as it counts"

# --- a figure that was changed is found
sed 's/\(data-figure="checks-pass" value="[0-9]*">\)[0-9]*/\1999/' posture.html >changed.html
expect_exit 1 "a figure that was changed" vouch report --check changed.html
expect_output "checks-pass: the report says 999" "is named, with what the ledger says"
sed 's/Governance posture/Governance pasture/' posture.html >changed.html
expect_exit 1 "a word that was changed" vouch report --check changed.html
expect_output "other bytes do" "is noticed"
sed 's/1\.2\.1/1.2.0/' posture.oscal >changed.oscal
expect_exit 1 "OSCAL that was changed" vouch report --check changed.oscal
sed 's/"specVersion": *"1.6"/"specVersion":"1.5"/' posture.cyclonedx-json >changed.cyclonedx-json
expect_exit 1 "CycloneDX that was changed" vouch report --check changed.cyclonedx-json
expect_exit 2 "another file" vouch report --check model.bin
expect_error "does not say of which checkpoint" "is no report"

# --- a damaged document is refused: xmllint's status 3, not 1
sed 's/<cite entry="e1"/<cite entry="e999999"/' provenance.xml >dangling.xml
expect_exit 3 "a reference that leads nowhere" xmllint --nonet --noout --schema "$ROOT/reports/schema/report.xsd" dangling.xml
for bad in "$ROOT"/tests/schemas/junit/invalid/*.xml; do
	expect_exit 3 "$(basename "$bad") is no JUnit" xmllint --nonet --noout --schema "$ROOT/tests/schemas/junit/jenkins-xunit-junit-10.xsd" "$bad"
done
for bad in "$schemas"/oscal/invalid/*.xml; do
	expect_exit 3 "$(basename "$bad") is no OSCAL" valid oscal "$bad"
done
for bad in "$schemas"/cyclonedx/invalid/*.xml; do
	expect_exit 3 "$(basename "$bad") is no CycloneDX" valid cyclonedx "$bad"
done
# What no schema finds.
sed 's/<party-uuid>[0-9a-f]/<party-uuid>x/' provenance.oscal >dangling.oscal
expect_exit 1 "a party that is not there" python3 "$ROOT/tests/story/references.py" dangling.oscal
expect_error "not there" "is missed"
sed 's/<requirement>/<requirement>x/' provenance.cyclonedx >dangling.cyclonedx
expect_exit 1 "a requirement that is not there" python3 "$ROOT/tests/story/references.py" dangling.cyclonedx
expect_ok "but for the schema, that is right" valid cyclonedx dangling.cyclonedx

# --- whatever a text holds, it arrives as plain text
plain() { # TEXT FILTER FILE: what jq finds first is the text
	test "$(jq -r "$2" "$3" | head -1)" = "$1"
}
ok "in a property of CycloneDX" plain "$shown" '.components[].properties[]? | select(.name == "vouchbook:origin").value' provenance.cyclonedx-json
ok "in its considerations" plain "$nbsp$shown" '.metadata.component.modelCard.considerations.useCases[0]' provenance.cyclonedx-json
ok "in a property of OSCAL" plain "$shown" '."assessment-results".results[0]."local-definitions"."inventory-items"[].props[] | select(.name == "origin").value' provenance.oscal-json
ok "where OSCAL has Markdown, as no markup" sh -c 'jq -r ".\"assessment-results\".results[0].attestations[0].parts[0].prose" provenance.oscal-json |
    grep -qF "&lt;script\\>alert(1)&lt;/script\\>"'
ok "in XML as in JSON" python3 - <<'END'
import json
import xml.etree.ElementTree as tree
o = "{http://csrc.nist.gov/ns/oscal/1.0}"
b = "{http://cyclonedx.org/schema/bom/1.6}"
said = json.load(open("provenance.oscal-json"))["assessment-results"]
props = [(p["name"], p["value"]) for i in
         said["results"][0]["local-definitions"]["inventory-items"]
         for p in i["props"]]
root = tree.parse("provenance.oscal").getroot()
assert props == [(p.get("name"), p.get("value"))
                 for p in root.iterfind(".//" + o + "inventory-item/" + o + "prop")]
said = json.load(open("provenance.cyclonedx-json"))
root = tree.parse("provenance.cyclonedx").getroot()
assert [p["value"] for c in said["components"] for p in c.get("properties", [])] \
    == [p.text for p in root.iterfind(b + "components/" + b + "component/"
                                      + b + "properties/" + b + "property")]
assert len(said["declarations"]["claims"]) == len(list(root.iter(b + "predicate")))
END
# Only what passes is satisfied.
expect_ok "findings in OSCAL" jq -c '."assessment-results".results[0].findings[] |
    [(.props[] | select(.name == "result").value), .target.status.state, .target.status.reason]' compliance.oscal-json
expect_jq 'unique == [["error", "not-satisfied", "other"], ["fail", "not-satisfied", "fail"], ["no evidence", "not-satisfied", "other"],
    ["not applicable", "not-satisfied", "other"], ["pass", "satisfied", "pass"], ["waived", "not-satisfied", "other"]]' "say what passes, what fails, and what is neither"
for name in posture compliance; do
	expect_ok "OSCAL's frameworks" jq -c '."assessment-results".results[0] as $result |
	    $result."reviewed-controls"."control-selections"[] | select(.props) | (.props | map({(.name): .value}) | add) as $of |
	    [$result.findings[] | select(.target."target-id" | startswith($of.framework + "_")) | .props[] | select(.name == "result").value] as $found |
	    [($of.met | tonumber), ($of.open | tonumber), ([$found[] | select(. == "pass" or . == "waived")] | length), ($found | length)]' "$name.oscal-json"
	expect_jq 'length > 0 and all(.[0] == .[2] and .[0] + .[1] == .[3])' "count as many as have findings"
done
ok "a rule that names none of their controls has findings, too" sh -c '[ "$(grep -c "<target .*our_own_a_b_.*_obj" compliance.oscal)" = 2 ]'
expect_ok "risks of findings" jq -c '."assessment-results".results[0].findings[] | select(.props[0].value == "waived") | ."related-risks" | length' compliance.oscal-json
expect_jq 'length > 0 and all(. == 1)' "lead from what is waived to the exception"
expect_ok "risks in OSCAL" jq -c '."assessment-results".results[0].risks[] | [(.title | split(" ")[0]), .status]' compliance.oscal-json
expect_jq 'any(. == ["Exception", "deviation-approved"]) and any(.[1] == "open")' "are open, or an exception that somebody granted"
expect_ok "claims in CycloneDX" jq -c '.declarations | .attestations[].map[]? | select(.conformance) |
    [.conformance.score == 1, (.conformance.rationale | split(":")[0])]' compliance.cyclonedx-json
expect_jq 'all(.[0] == (.[1] == "pass")) and any(.[1] == "no evidence") and any(.[1] == "waived")' "conform where all passes, nowhere else"
expect_ok "a model card in CycloneDX" jq .metadata.component.modelCard provenance.cyclonedx-json
expect_jq '.[0].quantitativeAnalysis.performanceMetrics == [
    {"type": "auc", "value": "0.83", "confidenceInterval": {"lowerBound": "0.8", "upperBound": "0.86"}},
    {"type": "auc", "value": "0.81", "slice": "age = <30"}, {"type": "auc", "value": "0.84", "slice": "shift = night"}]' "has what was measured"
expect_jq '.[0].considerations.fairnessAssessments == [{"groupAtRisk": "age = <30"}]' "and groups of people only by what the data says is personal"
expect_jq '.[0].modelParameters.datasets | length == 2' "what it was made from and measured on"
expect_ok "how it was made" jq '.formulation[0].workflows[0].tasks[0]' provenance.cyclonedx-json
# shellcheck disable=SC1003
expect_jq '.[0].steps[0].commands[0].executed == "true '"'"'a b'"'"' '"'"'it'"'\\\\''"'s'"'"' plain"' "is the command as a shell takes it"
expect_jq '.[0].inputs[1].parameters | .[0] == {"name": "lr", "value": "0.1"} and .[1].name == "why"' "with its parameters"
expect_jq '.[0].outputs[0].type == "artifact"' "and what came of it"
expect_ok "the data" jq '.components[] | select(.name == "train")' provenance.cyclonedx-json
expect_jq '.[0].data[0] | .classification == "personal data" and .sensitiveData == ["age"] and .contents.url == "https://data.example/train.csv"
    and .governance.stewards[0].contact.name == "alice"' "is described as it is on record"
ok "what depends on what" test "$(jq -r '.metadata.component."bom-ref" as $model | .dependencies[] | select(.ref == $model).dependsOn[]' provenance.cyclonedx-json)" = \
	"$(jq -r '.components[] | select(.name == "train")."bom-ref"' provenance.cyclonedx-json)"
ok "licences are SPDX's" test "$(jq -r '[.components[].licenses[]?.license.id] | unique[]' provenance.cyclonedx-json)" = CC0-1.0

# --- the past, and what was issued
expect_ok "the state of the past" vouch report posture --at 8 --format json
expect_jq '.[0].cover[0].checkpoint[0].size == "8"' "is of that checkpoint"
expect_jq '.[0].cover[0].remark[0].text | contains("No policy")' "with the policies of then"
expect_ok "a report that is filed" vouch --key dana report posture -o filed.html --file
expect_output "report/posture@1" "is on record"
expect_ok "what was shown" vouch show filed.html
expect_output "report/posture@1" "is the one issued"
expect_exit 1 "another" vouch show changed.html
expect_error "no entry is about these bytes" "is not"
expect_ok "the next one compares with it" vouch report posture --format json
expect_jq '.[0].changes[0].change | length > 3' "by itself"

# --- branding and styles of one's own
cat >style.xsl <<'END'
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:r="urn:vouchbook:report:v1">
<xsl:output method="text"/><xsl:template match="/">size <xsl:value-of select="//r:checkpoint/@size"/></xsl:template></xsl:stylesheet>
END
expect_ok "a style of one's own" vouch report posture --style style.xsl
expect_output "size $(size)" "is applied to the document"
cat >steal.xsl <<'END'
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/><xsl:template match="/">got:<xsl:value-of select="document('/etc/passwd')"/><xsl:value-of select="document('style.xsl')"/></xsl:template></xsl:stylesheet>
END
run_last vouch report posture --style steal.xsl
ok "and reads no file" sh -c '! grep -q "root:\|size" "$1"' sh "$LAST/out"
sed 's/Vouchbook</Example Bank</' "$ROOT/reports/style/brand.xsl" >brand.xsl
vouch report posture --brand brand.xsl -o branded.html -q
ok "a name of one's own" grep -q "Example Bank" branded.html
expect_exit 2 "a stylesheet that is none" vouch report posture --style model.bin
expect_error "the stylesheet cannot be used" "is refused"
# --- printed, where WeasyPrint is
if command -v weasyprint >/dev/null; then
	expect_ok "on paper" vouch report posture -o posture.pdf
	vouch report posture -o again.pdf -q
	ok "the same bytes again" cmp posture.pdf again.pdf
	ok "nothing is left behind" sh -c '! ls -d "${TMPDIR:-/tmp}"/vouch-report-* 2>/dev/null'
else
	skip "on paper" "weasyprint is not installed"
fi
mkdir -p bin && for program in sh env cat; do ln -sf "$(command -v $program)" bin/; done
expect_exit 2 "without WeasyPrint" env PATH="$PWD/bin:$(dirname "$(command -v vouch)")" vouch report posture --format pdf
expect_error "print it from a browser" "one line says how to print"
expect_exit 2 "no such report" vouch report nonsense
expect_exit 2 "a model that is not there" vouch report provenance nothing
done_testing
