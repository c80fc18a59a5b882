#!/bin/sh
# What the ledger says, told to a board, an auditor, a compliance team and an
# engineer: in every notation the same, and computed again by whoever doubts.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/story --name alice --role owner --role engineer
for who in bob:approver carol:approver dana:compliance mon:service; do
	name=${who%%:*}
	vouch key new "$name" --no-passphrase >/dev/null &&
	    vouch key request "$name" >"$name.req" &&
	    vouch --key alice key enrol --request "$name.req" --role "${who##*:}" -q
done
export VOUCH_KEY=alice

# --- before there are rules
echo a,b,c >train.csv
echo d,e,f >test.csv
echo model >model.bin
# Whatever a text holds, it arrives as plain text.
# shellcheck disable=SC2016
evil='<script>alert(1)</script> "q" &amp; it'"'"'s $(id) `id` | [x](http://x.example) ={1+1} '"$(printf '\342\200\256')"'end'
vouch dataset add train.csv --name train --licence CC0-1.0 --origin "$evil" -q
vouch dataset add test.csv --name test --licence CC0-1.0 --personal-data age -q
vouch run --name fit --input train.csv --output model.bin -- true >/dev/null
vouch model register model.bin --name credit --owner "=HYPERLINK(\"http://x.example\")" --risk-class high \
	--intended-use "$evil" --limitation "$evil" -q
vouch evaluate credit --dataset test --metric auc=0.83 --n 100 -q
expect_ok "a posture before there are rules" vouch report posture
expect_output "No policy is in force" "says so"
expect_ok "so does one for an auditor" vouch report provenance credit --format json
expect_jq '.[0].verdicts[0].all == "0" and (.[0].evidence[0].entry | length) > 4' "with its evidence"

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
before=$(size)

# --- every kind in every notation
for kind in posture "provenance credit" compliance "release credit --to production"; do
	name=${kind%% *}
	for format in html text md xml json csv sarif junit prov prov-json model-card; do
		# shellcheck disable=SC2086
		expect_ok "$name as $format" vouch report $kind --format "$format" -o "$name.$format"
		# shellcheck disable=SC2086
		vouch report $kind --format "$format" -o again -q
		ok "the same bytes again" cmp "$name.$format" again
	done
	ok "no script, nothing from elsewhere" sh -c "! grep -Eiq '<script|<link|<img|src=|@import|https?://[a-z.]*/[^\"]*\" *(rel|src)' $name.html"
	ok "no mark that turns text around" sh -c "! grep -q '$(printf '\342\200\256')' $name.html $name.md $name.csv $name.xml $name.json $name.text"
	ok "the document holds together" xmllint --nonet --noout --schema "$ROOT/reports/schema/report.xsd" "$name.xml"
	counts=$(for r in pass fail waived no-evidence; do
		jq -r ".figures[0].figure[] | select(.id == \"checks-$r\") | .value" "$name.json"
	done | tr '\n' ' ')
	for format in html sarif junit; do
		there=$(for r in pass fail waived no-evidence; do
			case $format in
			html) sed "s/data-figure/\n&/g" "$name.html" | sed -n "s/^data-figure=\"checks-$r\" value=\"\([0-9]*\)\">.*/\1/p" | head -1 ;;
			sarif) jq ".runs[0].properties[\"checks-$r\"]" "$name.sarif" ;;
			junit) sed -n "s/.*name=\"checks-$r\" value=\"\([0-9]*\)\".*/\1/p" "$name.junit" ;;
			esac
		done | tr '\n' ' ')
		ok "$name: $format counts as json does ($counts)" test "$counts" = "$there"
	done
	for schema in jenkins-junit jenkins-xunit-junit-10 surefire-test-report surefire-test-report-3.0.2; do
		ok "JUnit as $schema wants it" xmllint --nonet --noout --schema "$ROOT/tests/schemas/junit/$schema.xsd" "$name.junit"
	done
	ok "PROV-XML by its schema" xmllint --nonet --noout --schema "$ROOT/tests/schemas/prov/prov.xsd" "$name.prov"
	ok "with references that lead somewhere" python3 - "$name.prov" <<'END'
import sys
import xml.etree.ElementTree as tree
prov = "{http://www.w3.org/ns/prov#}"
root = tree.parse(sys.argv[1]).getroot()
ids = {e.get(prov + "id") for e in root.iter()}
assert all(e.get(prov + "ref") in ids for e in root.iter() if e.get(prov + "ref"))
END
	for format in html xml json csv md sarif junit prov prov-json model-card; do
		expect_ok "$name.$format is computed again" vouch report --check "$name.$format"
	done
	expect_output "every byte of it" "to the last byte"
done
ok "reports record nothing" test "$(size)" = "$before"
ok "Markdown fits a merge request" sh -c 'for f in *.md; do [ "$(wc -c <"$f")" -lt 65536 ] || exit 1; done'
ok "one page for a board stays small" sh -c '[ "$(wc -c <posture.html)" -lt 200000 ]'
# shellcheck disable=SC2016
ok "a formula is text in CSV" sh -c 'printf "%s" "$1" >f; grep -q "\"'"'"'=HYPERLINK" provenance.csv || ! grep -q "^=HYP\|,=HYP" provenance.csv' sh x

# --- a figure that was changed is found
sed 's/\(data-figure="checks-pass" value="[0-9]*">\)[0-9]*/\1999/' posture.html >changed.html
expect_exit 1 "a figure that was changed" vouch report --check changed.html
expect_output "checks-pass: the report says 999" "is named, with what the ledger says"
sed 's/Governance posture/Governance pasture/' posture.html >changed.html
expect_exit 1 "a word that was changed" vouch report --check changed.html
expect_output "other bytes do" "is noticed"
expect_exit 2 "another file" vouch report --check model.bin
expect_error "does not say of which checkpoint" "is no report"

# --- a damaged document is refused: xmllint's status 3, not 1
sed 's/<cite entry="e1"/<cite entry="e999999"/' provenance.xml >dangling.xml
expect_exit 3 "a reference that leads nowhere" xmllint --nonet --noout --schema "$ROOT/reports/schema/report.xsd" dangling.xml
for bad in "$ROOT"/tests/schemas/junit/invalid/*.xml; do
	expect_exit 3 "$(basename "$bad") is no JUnit" xmllint --nonet --noout --schema "$ROOT/tests/schemas/junit/jenkins-xunit-junit-10.xsd" "$bad"
done

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
