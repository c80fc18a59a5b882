#!/bin/sh
# An engineer wants her first model on record: the data it was trained on, the
# run that made it, how good it is, how it does in production; and then wants
# to find, compare and verify all of it.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
expect_ok "a ledger is founded" \
    vouch init --no-passphrase --origin example.com/story --name alice
expect_output "founded the ledger example.com/story" "it says what it founded"
ok "the ledger's key is private" \
    sh -c '[ "$(stat -c %a .vouch/ledger.key)" = 600 ]'

# Data.
printf 'id,age,income\n1,30,100\n2,,200\n3,40,300\n3,40,300\n' >data.csv
mkdir folder && echo a >folder/a && echo b >folder/b
expect_ok "a CSV file is recorded" \
    vouch dataset add data.csv --licence CC0-1.0 --split train
expect_output "recorded dataset/data@1 as entry 1" "under its name, numbered"
expect_ok "it can be shown" vouch show dataset/data --json
digest=$(sha256sum data.csv | cut -d' ' -f1)
expect_jq ".[0].statement.subject[0].digest.sha256 == \"$digest\"" \
    "its digest is what sha256sum says"
expect_jq '.[0].statement.predicate.quality.rows == 4' "its rows are counted"
expect_jq '.[0].statement.predicate.quality.profile.missing_by_column ==
    {"age":1}' "its missing value is counted"
expect_ok "a folder is recorded" vouch dataset add folder \
    --name pictures --parent data.csv --personal-data photograph \
    --legal-basis consent --tag place=office
( cd folder && for f in a b; do
	printf '%s  %s  %s\n' "$(sha256sum $f | cut -d' ' -f1)" \
	    "$(stat -c %s $f)" $f
done ) >manifest
digest=$(sha256sum manifest | cut -d' ' -f1)
expect_ok "the folder can be shown" vouch show dataset/pictures --json
expect_jq ".[0].statement.subject[0].digest.sha256 == \"$digest\"" \
    "its digest is that of the manifest of docs/format.md"
expect_ok "the same bytes again are no new version" vouch dataset add data.csv
expect_ok "unless that is wanted" vouch dataset add data.csv --again
expect_output "dataset/data@2" "and then they are the next version"

# Runs.
cat >train.sh <<'END'
echo training
echo '{"param":{"lr":0.1}}' >>"$VOUCH_EVENTS"
for step in 1 2 3; do
	echo "{\"metric\":{\"loss\":0.$((4 - step))},\"step\":$step}" \
	    >>"$VOUCH_EVENTS"
done
echo '{"tag":{"stage":"first"}}' >>"$VOUCH_EVENTS"
echo '{"auc":0.8}' >metrics.json
echo "{\"w\":[$1]}" >model.json
END
echo '{"depth":3,"solver":"lbfgs"}' >params.json
expect_ok "a run is recorded" vouch run --name train -e first \
    --input data.csv --output model.json --param seed=7 \
    --params params.json --metrics metrics.json --tag team=risk \
    --note 'the first' -- sh train.sh 1
expect_output "training" "the command's output is shown"
expect_output "recorded run/train@1 as entry" "the run is numbered"
expect_ok "the run can be shown" vouch show run/train@1 --json
expect_jq '.[0].statement.predicate | .parameters ==
    {"seed":7,"depth":3,"solver":"lbfgs","lr":0.1}' \
    "parameters come from options, a file and the command"
expect_jq '.[0].statement.predicate.metrics | .loss == 0.1 and .auc == 0.8' \
    "metrics come from the command and a file"
expect_jq '.[0].statement.predicate.tags == {"team":"risk","stage":"first"}' \
    "tags come from options and the command"
expect_jq '.[0].statement.predicate | .status == "finished" and
    .exit_status == 0 and .phase == "end"' "it says how it ended"
digest=$(sha256sum model.json | cut -d' ' -f1)
expect_jq ".[0].statement.predicate.outputs[0].digest == \"$digest\"" \
    "the output's digest is recorded"
started=$(jq -r .statement.predicate.started "$LAST/out")
expect_ok "the start was recorded before" vouch show "$started" --json
expect_jq '.[0].statement.predicate | .phase == "start" and
    .parameters.seed == 7 and has("metrics") == false' \
    "before anyone knew the result"
ok "a second run" vouch run -q --name train --input data.csv \
    --output model.json --param seed=8 --metrics metrics.json -- sh train.sh 2

# The model, and what is thought of it.
expect_ok "the model is registered" vouch model register model.json \
    --name credit --owner risk-team --intended-use scoring \
    --risk-class high --limitation 'not for firms' --framework none
expect_ok "the model can be shown" vouch show credit --json
expect_jq '.[0].statement.predicate.run != null' \
    "the run that made it was found by the digest"
cat >judged.json <<'END'
{"metrics":{"auc":0.83,"accuracy":0.9},"n":476,
 "slices":[{"slice":"age","value":"30","n":100,"metrics":{"auc":0.8}}],
 "calibration":[{"lower":0,"upper":0.1,"n":30,"predicted":0.06,
  "observed":0.05}]}
END
expect_ok "an evaluation with slices is recorded" \
    vouch evaluate credit judged.json --dataset data --metric auc=0.84
expect_ok "it can be listed" vouch list evaluation --json
evaluation=$(jq -r .seq "$LAST/out")
expect_ok "and shown" vouch show "$evaluation" --json
expect_jq '.[0].statement.predicate | .metrics.auc == 0.84 and
    .metrics.accuracy == 0.9 and .slices[0].n == 100' \
    "what was given by option comes first"
expect_ok "an observation is recorded" vouch observe credit \
    --environment production --from 2026-01-01 --to 2026-01-02 \
    --metric auc=0.81 --drift psi=0.04 --latency p95=12 --feedback good=9
expect_ok "an incident is recorded" vouch incident --name rise \
    --title 'Scores rose' --severity medium --model credit \
    --what 'The mean score rose by 4 points overnight.'
expect_ok "and closed under its name" vouch incident --name rise \
    --title 'Scores rose' --severity medium --model credit --status closed \
    --what 'A feed was late.'
expect_output "incident/rise@2" "as its next version"
expect_ok "a wrong licence is corrected" vouch correct dataset/pictures \
    --because 'wrong licence' --set licence=CC-BY-4.0

# Looking.
expect_ok "the log" vouch log
expect_output "0  " "reaches back to the genesis"
expect_ok "the log of a kind" vouch log --kind model
expect_no_output "dataset" "has only that kind"
expect_ok "the log of a person" vouch log --signer alice --json
expect_jq "length == $(size)" "has all that she signed"
expect_ok "the log of nobody" vouch log --kind model --since 2090-01-01
expect_no_output "model" "is empty"
expect_ok "the log until long ago" vouch log --until 2001-01-01 --json
expect_jq 'length == 0' "is empty"
expect_ok "the log of what is said of a model" \
    vouch log --subject model/credit --json
expect_jq 'map(.kind) | contains(["evaluation","observation","incident"])' \
    "names evaluations, observations and incidents"
expect_ok "the first two entries" vouch log --oldest-first --count 2 --json
expect_jq 'map(.seq) == [0,1]' "in the ledger's order"
expect_ok "an entry by number" vouch show 3
leaf=$(vouch show 3 --json | jq -r .leaf)
expect_ok "an entry by leaf hash" vouch show "$(printf %.10s "$leaf")" --json
expect_jq '.[0].seq == 3' "is the same"
expect_ok "an entry by a short name" vouch show credit
expect_output "risk_class: high" "says what it says"
expect_output "verified" "and that its signature holds"
ok "an entry's exact line has the leaf hash" sh -c '
    [ "$({ printf "\000"; vouch show 3 --raw | tr -d "\n"; } | sha256sum |
    cut -d" " -f1)" = "$1" ]' - "$leaf"
expect_ok "its payload" vouch show 3 --payload
expect_jq '.[0]._type == "https://in-toto.io/Statement/v1"' "is a statement"
expect_ok "the data sets" vouch list dataset
expect_output "pictures" "are listed"
expect_ok "all versions" vouch list dataset --all --json
expect_jq 'map(select(.name == "data")) | length == 2' "are listed too"

expect_ok "two runs side by side" vouch compare run/train@1 run/train@2
expect_output "seed" "show what differs"
expect_ok "in JSON" vouch compare run/train@1 run/train@2 --format json
expect_jq '.[0].rows | map(select(.name == "seed"))[0] |
    .differs and .values == [7,8]' "with the values"
expect_ok "in Markdown" \
    vouch compare run/train@1 run/train@2 --format markdown --differing
expect_output "| seed | 7 | 8 |" "as a table"
expect_no_output "| auc |" "only what differs"

expect_ok "the lineage of the model" vouch lineage model/credit
expect_output "data.csv" "leads to the data"
expect_output "judged by" "and to what judged it"
expect_ok "upwards, as a graph" vouch lineage credit --up --format dot
expect_output "digraph" "for Graphviz"
expect_no_output "observation" "without what came later"
expect_ok "downwards, as JSON" \
    vouch lineage model/credit --down --format json
expect_jq '.[0].nodes | map(.kind) | contains(["observation"])' "for programs"

# As it was.
expect_ok "the ledger as it was after entry 1" vouch list dataset --as-of 1
expect_no_output "pictures" "did not have the second data set"
expect_ok "log as of entry 1" vouch log --as-of 1 --json
expect_jq 'length == 2' "is of two entries"
expect_exit 2 "what was recorded later is not to be shown" \
    vouch show credit --as-of 1

# Checking.
expect_ok "the status" vouch status
expect_output "example.com/story+" "gives the verifier key"
expect_ok "the whole ledger verifies" vouch verify
expect_output ", 0 problems" "and says so in one line"
expect_ok "for programs too" vouch verify --json
expect_jq ".[0].entries == $(size) and .[0].problem_count == 0" "in JSON"
for command in 'status' 'log' 'list run' 'show 1' 'key list' 'version'; do
	# shellcheck disable=SC2086
	expect_ok "vouch $command --json" vouch $command --json
	expect_jq 'length > 0' "is JSON"
done
expect_ok "with the check of its structure" vouch verify --structure
python3 -c '
for i in range(250):
    print("""{"metric":{"loss":%r},"step":%d}""" % (1 / (i + 1), i))
print("""{"metric":{"nan":"NaN"},"step":1}""")
print("""{"metric":{"nan":1},"step":2}""")' >events
printf '%s' '{"n":2,"metrics":{"auc":0.8},"calibration":[
 {"lower":0,"upper":0.5,"n":1,"predicted":0.2},
 {"lower":0.5,"upper":1,"n":1,"predicted":0.75}],"slices":[
 {"slice":"age","value":"30","n":1,"metrics":{"auc":0.8}},
 {"slice":"age","value":"40","n":1,"metrics":{"auc":0.81}}]}' >sliced.json
expect_ok "an evaluation with bins" vouch evaluate credit sliced.json --dataset data
sliced=$(($(size) - 1))
expect_ok "is shown" vouch show $sliced
expect_output "slice  value  n   auc" "its slices as a table"
expect_output "lower  upper  n  predicted" "and its bins"
expect_ok "where there is no room" env COLUMNS=21 vouch show $sliced
expect_output "n 1, predicted 0.75" "they are shown one by one"
expect_ok "a run of many steps" vouch run -n steps -- sh -c 'cat events >>"$VOUCH_EVENTS"'
expect_ok "is shown" vouch show run/steps
expect_output "█▂" "with the course of its metric"
expect_output "count 250" "and how many points there are"
expect_ok "without Unicode" env LC_ALL=C vouch show run/steps
expect_no_output "█" "there is no such line"
mkdir deeper && cd deeper || exit 1
expect_ok "the ledger is found from a folder below" vouch status -q
cd ../..
expect_ok "and from elsewhere by --ledger" vouch --ledger work status
done_testing
