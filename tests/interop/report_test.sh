#!/bin/sh
# Tools that read SARIF, PROV, OSCAL and CycloneDX take what a report says: by
# the official schemas.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 "$PEERS/python/bin/python"
mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin "$ORIGIN" --name alice
export VOUCH_KEY=alice
echo a,b >train.csv
echo model >model.bin
vouch -q dataset add train.csv --name train
vouch -q run --name fit --input train.csv --output model.bin -- true
vouch -q model register model.bin --name credit --risk-class high
vouch key new -q dana --no-passphrase
vouch key enrol -q dana --role compliance
vouch -q --key dana policy publish starter --because "rules"
vouch -q --key dana policy publish eu-ai-act-high-risk --because "rules"
check() { # FORMAT FILE…
	"$PEERS/python/bin/python" "$ROOT/tests/interop/report_valid.py" "$@"
}
formats="sarif prov-json oscal-json cyclonedx-json"
for kind in posture "provenance credit" compliance "release credit --to production"; do
	name=${kind%% *}
	for format in $formats; do
		# shellcheck disable=SC2086
		ok "$name as $format" vouch report $kind --format "$format" -o "$name.$format"
		# shellcheck disable=SC2086
		ok "and as it was before there were rules" vouch report $kind --at 5 --format "$format" -o "$name-early.$format"
	done
	ok "results name their rules" "$PEERS/python/bin/python" - "$name.sarif" <<'END'
import json
import sys

document = json.load(open(sys.argv[1]))
rules = document["runs"][0]["tool"]["driver"]["rules"]
for result in document["runs"][0]["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["partialFingerprints"]
END
	expect_ok "$name as SARIF again" cat "$name.sarif"
	expect_jq '.[0].runs[0].results | all(.kind == "fail" or .kind == "review")' "with failures and reviews only"
done
for format in $formats; do
	ok "all $format is valid by the official schema" check "$format" ./*."$format"
done
jq '.runs[0].results[0].kind = "odd"' release.sarif >bad.sarif
expect_exit 1 "what is no SARIF" check sarif bad.sarif
jq '.entity = 1' release.prov-json >bad.prov-json
expect_exit 1 "what is no PROV" check prov-json bad.prov-json
for bad in "$ROOT"/tests/schemas/oscal/invalid/*.json; do
	expect_exit 1 "$(basename "$bad") is no OSCAL" check oscal-json "$bad"
done
for bad in "$ROOT"/tests/schemas/cyclonedx/invalid/*.json; do
	expect_exit 1 "$(basename "$bad") is no CycloneDX" check cyclonedx-json "$bad"
done
done_testing
