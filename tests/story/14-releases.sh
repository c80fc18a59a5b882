#!/bin/sh
# A second version beside the one in use: how they differ, what is measured
# against what is asked for, who must still say yes, and the way back; and
# what a board sees of it over time.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/story --name alice --role owner --role engineer
team bob:approver carol:approver dana:compliance mon:service
echo a,b,c >train.csv
echo d,e,f >test.csv
vouch dataset add train.csv --name train --licence CC0-1.0 -q
vouch dataset add test.csv --name test --licence CC0-1.0 -q

# --- in use before there are rules
echo "model 0" >model-0.bin
vouch model register model-0.bin --name old --owner risk -q
vouch propose old --to production -q
vouch --key bob deploy old --to production -q
vouch --key dana policy publish starter --param min_metric=0.8 --because "first rules" -q
expect_ok "a posture of rules that came too late" vouch report posture --format json
expect_jq '[.[0].figures[0].figure[] | select(.id == "in-use-unjudged")][0].value == "1" and
    .[0].actions[0].action[0].title == "Never judged: model/old@1 in production"' "names what they have not judged"
expect_ok "in words" vouch report posture
expect_output "1 deployment in use was never judged" "it says so first"
expect_no_output "pass: " "and claims no pass"
vouch retire old --in production -q

# version NUMBER AUC YOUNG OLD
version() {
	echo "model $1" >"model-$1.bin"
	vouch run -q --name fit --input train.csv --output "model-$1.bin" --param "depth=$1" --param rate=0.1 -- true >/dev/null
	vouch model register "model-$1.bin" --name credit --owner risk -q
	echo "{\"metrics\":{\"auc\":$2},\"n\":400,\"thresholds\":{\"auc\":{\"min\":0.8}},
	    \"robustness\":[{\"name\":\"noise\",\"metrics\":{\"auc\":0.7$1}}],
	    \"slices\":[{\"slice\":\"age\",\"value\":\"young\",\"n\":150,\"metrics\":{\"auc\":$3},
	    \"intervals\":{\"auc\":{\"low\":0.6,\"high\":0.9}}},
	    {\"slice\":\"age\",\"value\":\"old\",\"n\":250,\"metrics\":{\"auc\":$4}}]}" >evaluation.json
	vouch evaluate "credit@$1" evaluation.json --dataset test --name holdout -q
}

# --- the first
version 1 0.83 0.80 0.85
expect_ok "before anything is in use" vouch report release credit --to production --format json
expect_jq '.[0].changes[0] | has("deployed") | not' "there is nothing to compare with"
expect_jq '[.[0].verdicts[0].verdict[].threshold[]? | select(.measure == "e.metrics.auc")][0]
    | .measured == "0.83" and .order == "at least" and .limit == "0.8" and (.margin | tonumber) > 0.029' \
	"what is measured stands beside what is asked for, with the margin"
expect_jq '[.[0].figures[0].figure[] | select(.id == "approvals")][0] | .value == "0"' "no approval"
expect_jq '[.[0].approvals[0].awaited[]?] | length == 2' "and both who may approve are awaited"
expect_ok "in words" vouch report release credit --to production
expect_output "would take the place of none" "it says so"
expect_output "Nothing has been proposed" "and what comes first"
expect_output "bob, carol" "by name"
vouch propose credit --to production -q
expect_ok "the command that supplies what is missing" vouch report release credit --to production --format json
expect_jq 'any(.[0].actions[0].action[].command[]?.text; contains("vouch approve credit@1 --because TEXT"))' "names the model"
expect_jq '[.[0].figures[0].figure[] | select(.id == "approvals")][0] | .value == "0" and .of == "2"' "none of two approvals"
vouch --key bob approve credit --because "yes" -q
vouch --key carol approve credit --because "yes" -q
vouch --key bob deploy credit --to production -q
first=$(size)
vouch --key dana report posture -o first.html --file -q

# --- what its verdict rests on is corrected afterwards
expect_ok "what was signed" vouch report provenance credit@1 --format md
expect_no_output "corrected since" "rests on what stands"
vouch correct "$(vouch list evaluation --json | jq -s 'flatten | .[0].seq')" --set n=401 --because typo -q
expect_ok "and when that is corrected" vouch report provenance credit@1 --format md
expect_output "corrected since by entry" "it says so"

# --- the second
version 2 0.84 0.70 0.88
vouch propose credit@2 --to production -q
vouch --key bob approve credit@2 --because "yes" -q
expect_ok "a second version beside the first" vouch report release credit@2 --to production --format json
expect_jq '.[0].changes[0].deployed[0].subject as $s
    | any(.[0].subjects[0].subject[]; .id == $s and .name == "model/credit@1")' "what is in use is the first"
expect_jq '[.[0].changes[0].difference[] | select(.what == "parameter depth")][0] | .was[0].text == "1" and .now[0].text == "2"' \
	"a parameter that differs"
expect_jq '[.[0].changes[0].difference[].what] | index("parameter rate") == null and index("artefact") != null' \
	"and none that does not"
expect_jq '[.[0].series[0].series[] | select(.type == "paired")][0].point
    | map([.label, .value, .was]) == [["age = young", "0.7", "0.8"], ["age = old", "0.88", "0.85"]]' \
	"groups stand in pairs"
expect_jq '.[0].changes[0].fallback[0].command[0].text == "vouch rollback credit@1 --in production --because TEXT"' "the way back"
expect_jq '[.[0].approvals[0].awaited[]?] | length == 1' "one more may approve"
expect_jq 'all(.[0].figures[0].figure[]; (.cite | length) > 0 and (.parameters | startswith("checkpoint ")))' \
	"each figure cites entries and says what it was asked with"
expect_ok "in words" vouch report release credit@2 --to production
expect_output "-0.1" "a group that does worse is told with its change"
expect_output "1 still needed" "what is needed is counted"

# --- in use, watched, taken back
vouch --key carol approve credit@2 --because "yes" -q
vouch --key bob deploy credit@2 --to production -q
for i in 1 2 3; do
	vouch --key mon observe credit@2 --environment production --metric grant_rate=0.8$i --drift psi=0.0$i --latency p95=1$i \
		--from "2026-11-2$i" --to "2026-11-2$((i + 1))" -q
done
vouch incident -q --title "Scores rose" --severity high --model credit@2 --what "by 4 points" --affected "12 applicants" --remedy "rolled back"
expect_ok "what is in use already" vouch report release credit@2 --to production --format json
expect_jq '.[0].changes[0] | .deployed[0].same == "true" and (.fallback[0].command[0].text | contains("credit@1"))' \
	"is compared with what was there before"
vouch --key bob rollback credit --in production --because "scores rose" -q
expect_ok "a model for an auditor" vouch report provenance credit@2
expect_output "drift: psi" "has what was observed"
expect_output "2026-11-23" "window by window"
expect_output "Scores rose" "and its incident"
expect_output "noise, auc" "and how it stood disturbance"
expect_output "to judge the model" "and the data that it was judged on"
expect_ok "the one gone back to" vouch report provenance credit@1
expect_output "rollback on" "has the rollback"

# --- a board
expect_ok "a posture after all this" vouch report posture --format json
expect_jq '.[0] as $r | [$r.series[0].series[] | select(.type == "trend")][0].point[-1]
    | all("pass", "fail", "waived", "no-evidence"; . as $k
	| ($r.figures[0].figure[] | select(.id == "checks-" + $k) | .value) == ($r.series[0].series[] | select(.type == "trend") | .point[-1][$k]))' \
	"the trend ends where the figures are"
expect_jq '[.[0].changes[0].change[] | select(.what == "models")][0] | .then == "2" and .now == "3"' "changes since the one that was filed"
expect_jq '[.[0].changes[0].change[] | select(.what == "checks that pass")] | length == 1' "of results, too"
then_pass=$(jq -r '.changes[0].change[] | select(.what == "checks that pass") | .then' "$LAST/out")
expect_ok "the state of then" vouch report posture --at "$first" --format json
expect_jq ".[0].figures[0].figure[] | select(.id == \"checks-pass\") | .value == \"$then_pass\"" "said the same"
expect_jq ".[0].cover[0].checkpoint[0].size == \"$first\"" "at its checkpoint"
expect_jq '.[0].cover[0] | (.period | length) == 1 and (."in-force" | length) == 1' "with its period and its policies"
expect_ok "beside an earlier state" vouch report posture --since "$first"
expect_output "Since the checkpoint of $first entries." "it says which"
expect_refusal 2 "is later than that of" "what came later is no past" vouch report posture --at "$first" --since "$((first + 3))"
expect_refusal 2 "there is no checkpoint of 9999" "nor is what has not come" vouch report posture --since 9999
expect_refusal 2 "there is no checkpoint of 9999" "or a state of it" vouch report posture --at 9999
: >empty.xsl
expect_refusal 2 "is empty" "an empty stylesheet is not ours" vouch report posture --style empty.xsl
expect_refusal 2 "is empty" "nor an empty brand" vouch report posture --brand empty.xsl
cat >endless.xsl <<'END'
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">
<xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:if test="//*[. = 'x']">x</xsl:if>
</xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each></xsl:template></xsl:stylesheet>
END
expect_refusal 2 "too many steps" "a stylesheet without an end is ended" timeout 300 vouch report posture --style endless.xsl
expect_ok "what a law does not touch" vouch report posture
expect_output "not applicable  General Data Protection Regulation: 0 of 0" "is told apart from what has no rule"

# --- exceptions that come and go
waiver_counted() { # SENTENCE
	vouch report posture --format json >"$LAST/report"
	open=$(jq -r '.figures[0].figure[] | select(.id == "waivers-open") | .value' "$LAST/report")
	run_last vouch waivers --json
	[ "$open" = "$(jq -s "flatten | length" "$LAST/out")" ]
	result $? "$1"
}
vouch --key dana waive starter/watched --for credit@1 --until 40d --because "the monitor moves house" -q
waiver_counted "an exception is counted as vouch waivers lists it"
vouch --key dana waive starter/watched --for credit@1 --withdraw --because "it has moved" -q
waiver_counted "one that was withdrawn is not in force"
expect_ok "and is told as such" vouch report posture --format json
expect_jq '.[0].waivers[0].waiver | map([.status, (.cite | length)]) == [["withdrawn", 2]]' "once, with what took it back"
expect_jq 'all(.[0].verdicts[0].verdict[]?; .result == "pass" or (.message | tostring | contains("exception without an end") | not))' \
	"that taking back has no end is no fault"
vouch --key dana waive starter/watched --for credit@1 --until 40d --because "it moves again" -q
waiver_counted "one that was granted again is"

# --- a definition's command is one that runs, and counts the same
vouch report posture --format json >"$LAST/report"
# repeat DEFINITION FIGURE COUNT [--json]: by COUNT, a filter of what it says.
repeat() {
	query=$(jq -r --arg name "$1" '.definitions[0].definition[] | select(.name == $name) | .query[0].text' "$LAST/report")
	query=$(echo "$query" | sed "s/LAST/$(($(size) - 1))/; s/KIND/model/")
	run_last sh -c "$query ${4:-}"
	[ "$status" -eq 0 ] && [ "$(jq -r -s "$3" "$LAST/out")" = "$(jq -r --arg id "$2" \
		'.figures[0].figure[] | select(.id == $id) | .value' "$LAST/report")" ]
	result $? "$2 can be counted by hand: $query"
}
repeat in-use in-use '.[0]'
repeat entries entries '.[0]'
repeat kind-count count-model 'flatten | length' --json
repeat waivers-open waivers-open 'flatten | length' --json
repeat incidents-open incidents-open 'flatten | length' --json

# --- an incident told again under its name
for state in open closed open; do
	vouch incident -q --name drift --title Drift --severity medium --model credit@1 --what "it drifts" --status "$state"
	vouch report posture --format json >"$LAST/report"
	repeat incidents-open incidents-open 'flatten | length' --json
done
vouch incident -q --name drift --title Drift --severity medium --model credit@1 --what "it was the clock" --status closed

# --- somebody who has left
vouch key revoke carol --because left -q
expect_ok "an approval by a key that was revoked" vouch report provenance credit@1
expect_output "carol (approver; key revoked)" "is told as such"

# --- what is worst comes first
cat >strict.yaml <<'END'
policy: strict
title: What cannot hold
rules:
  - id: never
    on: [audit]
    require: size(ledger.policies) == 0
    otherwise: warn
    because: It cannot hold.
END
vouch --key dana policy publish strict.yaml -q --because "something fails"
vouch incident -q --title "Typing error" --severity low --model credit@1 --what "in a form"
expect_ok "incidents beside rules" vouch report posture --format json
expect_jq '[.[0].actions[0].action[] | select(.type != "decision") | .title] |
    .[0] == "Incident (high): Scores rose" and (.[1] | startswith("never")) and .[-1] == "Incident (low): Typing error"' \
	"a grave one stands before what rules found, a slight one behind"
expect_jq 'all(.[0].actions[0].action[]; .status != "waived")' "nobody has waived what is slight"
done_testing
