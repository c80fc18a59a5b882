#!/bin/sh
# A tool that reads SARIF takes what a report says: by the official schema.
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
for kind in posture "provenance credit" compliance "release credit --to production"; do
	name=${kind%% *}
	# shellcheck disable=SC2086
	ok "$name as SARIF" vouch report $kind --format sarif -o "$name.sarif"
	ok "is valid by the official schema" "$PEERS/python/bin/python" - "$ROOT/tests/schemas/sarif-schema-2.1.0.json" "$name.sarif" <<'END'
import json
import sys

import jsonschema

schema, document = (json.load(open(name)) for name in sys.argv[1:])
jsonschema.Draft4Validator(schema).validate(document)
rules = document["runs"][0]["tool"]["driver"]["rules"]
for result in document["runs"][0]["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["partialFingerprints"]
END
	# shellcheck disable=SC2086
	ok "$name as PROV-JSON" vouch report $kind --format prov-json -o "$name.prov.json"
	ok "is valid by its schema" "$PEERS/python/bin/python" -c '
import json, sys, jsonschema
jsonschema.Draft4Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' \
		"$ROOT/tests/schemas/prov/prov-json.schema.json" "$name.prov.json"
	expect_ok "$name as SARIF again" cat "$name.sarif"
	expect_jq '.[0].runs[0].results | all(.kind == "fail" or .kind == "review")' "with failures and reviews only"
done
jq '.runs[0].results[0].kind = "odd"' release.sarif >bad.sarif
expect_exit 1 "what is no SARIF" "$PEERS/python/bin/python" -c '
import json, sys, jsonschema
sys.exit(0 if jsonschema.Draft4Validator(json.load(open(sys.argv[1]))).is_valid(json.load(open(sys.argv[2]))) else 1)' \
	"$ROOT/tests/schemas/sarif-schema-2.1.0.json" bad.sarif
done_testing
