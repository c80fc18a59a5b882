#!/bin/sh
# A team of five signs off a model: an engineer, two approvers, somebody for
# compliance and a monitor.  Nothing is deployed that the rules do not allow.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

# member NAME ROLE: enrol somebody with a key of their own.
member() {
	vouch key new "$1" --no-passphrase >/dev/null &&
	    vouch key request "$1" >"$1.req" &&
	    vouch --key alice key enrol --request "$1.req" --role "$2" -q
}

mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/story --name alice --role owner --role engineer
for who in bob:approver carol:approver dana:compliance mon:service; do
	ok "$who joins" member "${who%%:*}" "${who##*:}"
done
export VOUCH_KEY=alice

# --- before there are rules
echo a,b,c >train.csv
echo d,e,f >test.csv
echo model >model.bin
ok "training data" vouch dataset add train.csv --name train --licence CC0-1.0
ok "test data" vouch dataset add test.csv --name test --licence CC0-1.0
ok "a run" vouch run --name fit --input train.csv --output model.bin -- true
ok "a model" vouch model register model.bin --name credit
expect_ok "without rules everything may go" vouch gate credit --to production
expect_output "no policy in force" "and that is said"

# --- a policy
expect_ok "packs come with the program" vouch policy packs
expect_output "starter" "starter among them"
expect_refusal 1 "takes compliance" "an engineer puts no rules into force" vouch policy publish starter
expect_ok "compliance does" vouch --key dana policy publish starter --param min_metric=0.8 --because "first rules"
expect_ok "the policies in force" vouch policy list --json
expect_jq '.[0][0].name == "starter" and .[0][0].in_force' "are listed"
vouch policy show starter >shown.yaml
ok "the text is the one that was published" cmp shown.yaml "$ROOT/policy/packs/starter.yaml"

# --- the gate says what is missing
expect_exit 2 "evidence is missing" vouch gate credit --to production
expect_output "cannot be decided" "in words"
expect_output "vouch evaluate MODEL FILE.json" "with the command that supplies it"
expect_exit 2 "for programs" vouch gate credit --to production --json
expect_jq '.[0].verdict == "undecided" and any(.[0].results[]; .rule == "good-enough" and .result == "no evidence")' "the same"
expect_exit 2 "of a ledger that is verified first" vouch gate credit --to production --verify
mkdir broken && cp .vouch/ledger.db .vouch/ledger.key broken/
python3 - broken/ledger.db <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    data = file.read()
    file.seek(data.index(b'{"seq":5,') + 200)
    file.write(b"!")
END
expect_exit 2 "a ledger that is broken decides nothing" vouch gate credit --to production --verify --ledger broken
expect_error "the ledger has" "and that is said"
expect_exit 2 "as JUnit" vouch gate credit --to production --format junit
expect_output '<error type="no evidence"' "with what is missing"
expect_exit 2 "as SARIF" vouch gate credit --to production --format sarif
expect_jq '.[0].version == "2.1.0" and any(.[0].runs[0].results[]; .kind == "fail")' "with results"

# --- refused, and the refusal is on record
expect_ok "a proposal" vouch propose credit --to production --condition "Boston only" --until 30d
before=$(size)
expect_exit 1 "a deployment is refused" vouch --key bob deploy credit --to production
expect_error "refused by the policies in force: starter: good-enough" "with the rules that stand against it"
expect_output "try: vouch evaluate" "and what to do"
ok "one entry more: the verdict" test "$(size)" = $((before + 1))
expect_ok "the verdict" vouch show "$before" --json
expect_jq '.[0].statement.predicate | .decision == "refused" and .by.name == "bob" and .kind == "deployment"' "says who tried what"
expect_ok "no deployment" vouch list deployment --json
expect_jq 'length == 0' "is on record"

# --- what is missing is supplied
expect_ok "a bad evaluation" vouch evaluate credit --dataset test --metric auc=0.75 --n 100
expect_exit 1 "is not enough" vouch gate credit --to production
expect_output "e.metrics[params.metric] = 0.75" "its value is shown"
expect_output "params.min_metric = 0.8" "beside the ledger's own parameter"
expect_ok "an explanation" vouch policy explain good-enough --subject credit
expect_output "e.metrics[params.metric] >= params.min_metric = false" "shows each part"
expect_ok "a good one" vouch evaluate credit --dataset test --metric auc=0.85 --n 100
expect_ok "what waits for bob" vouch pending --as bob
expect_output "vouch approve" "is his approval"
expect_ok "for the engineer" vouch pending --as alice
expect_output "nothing waits" "nothing does"
expect_refusal 1 "takes approver or compliance" "an engineer approves nothing" vouch approve credit
expect_ok "bob approves" vouch --key bob approve credit --because "within the thresholds"
expect_exit 1 "one is not enough" vouch gate credit --to production
expect_output "1 of 2 approvals" "which is counted"
ok "bob again" vouch --key bob approve credit
expect_exit 1 "the same person twice is one" vouch gate credit --to production
ok "carol approves" vouch --key carol approve credit
expect_ok "go" vouch gate credit --to production
expect_ok "what waits for carol" vouch pending --as carol --json
expect_jq '.[0] == []' "is nothing: she has answered"
expect_ok "what waits for bob now" vouch pending --as mon
expect_output "ready to be deployed" "whoever may deploy can"
expect_exit 2 "elsewhere it was not proposed" vouch gate credit --to staging
expect_output "vouch propose MODEL" "which is said"
expect_ok "the deployment" vouch --key bob deploy credit --to production
expect_output "allowed by the policies in force" "is allowed"
last=$(($(size) - 1))
expect_ok "its verdict" vouch show "$last" --json
expect_jq '.[0].statement.predicate | .decision == "allowed" and (.results | all(.result == "pass" or .result == "not applicable"))' "stands behind it"
expect_jq '.[0].statement.predicate.results | any(.rule == "good-enough" and (.evidence | length) > 0 and any(.values[]; .value == "0.85"))' "with evidence and values"

# --- an approval is about what it was given on
expect_ok "the approval" vouch list approval --json
leaf=$(vouch log --kind proposal --json | jq -rs 'flatten | .[0].leaf')
seq=$(vouch log --kind approval --json | jq -rs 'flatten | .[0].seq')
vouch show "$seq" --json >approval.json
ok "names the proposal, the evidence and the policy" jq -e --arg leaf "$leaf" \
    '.statement.predicate | .proposal == $leaf and (.evidence | length) > 1 and .policies[0].name == "starter"' approval.json

# --- somebody's key ends between approval and deployment
echo better >model2.bin
ok "a second run" vouch run --name fit --input train.csv --output model2.bin -- true
ok "a second version" vouch model register model2.bin --name credit
ok "evaluated" vouch evaluate credit@2 --dataset test --metric auc=0.9
ok "proposed" vouch propose credit@2 --to production
ok "approved by bob" vouch --key bob approve credit@2
ok "and by carol" vouch --key carol approve credit@2
expect_ok "go for the second" vouch gate credit@2 --to production
ok "bob leaves" vouch key revoke bob --because "left the company"
expect_exit 1 "his approval counts no longer" vouch gate credit@2 --to production
expect_output "1 of 2 approvals" "only carol's does"
expect_exit 1 "a deployment says the same" vouch --key carol deploy credit@2 --to production
expect_refusal 1 "revoked" "and bob signs nothing" vouch --key bob approve credit@2

# --- a waiver
expect_refusal 2 "no rule 'enough' is in force" "a rule that is not there is not waived" \
    vouch --key dana waive enough --for credit@2 --because none
expect_ok "compliance lifts the rule for a time" \
    vouch --key dana waive enough-approvals --for credit@2 --until 30d --because "bob left" --compensating "the board was asked"
expect_ok "now it may go" vouch gate credit@2 --to production
expect_output "waived" "as waived, not as passed"
expect_output "it would fail" "and its own result is shown"
expect_ok "the waivers" vouch waivers
expect_output "29 days left" "by the days they have left"
ok "one by somebody whom the policy does not name" vouch --key carol waive not-own-work --for credit@2 --until 1d --because no
expect_ok "is listed" vouch waivers --all
expect_output "no role that the policy asks for" "and does not apply"
ok "one for too long" vouch --key dana waive good-enough --for credit@2 --until 200d --because long
expect_ok "is listed too" vouch waivers --all
expect_output "longer than the policy allows" "and does not apply"
ok "it is withdrawn" vouch --key dana waive enough-approvals --for credit@2 --withdraw --because "bob is replaced"
expect_exit 1 "then the rule holds again" vouch gate credit@2 --to production
expect_output "it was withdrawn" "and that is said"

# --- an emergency
expect_refusal 2 "an emergency needs a reason" "an emergency has a reason" \
    vouch --key carol deploy credit@2 --to production --emergency
expect_ok "carol goes ahead of the rules" \
    vouch --key carol deploy credit@2 --to production --emergency --because "version 1 refuses everybody"
expect_output "to be reviewed" "to be reviewed"
expect_ok "it waits for a review" vouch pending
expect_output "an emergency to be reviewed" "which is said"
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -1)
if [ -n "$faketime" ]; then
	plain=$(plain_vouch)
	later() { env LD_PRELOAD="$faketime" FAKETIME=+3d "$plain" "$@"; }
	expect_exit 1 "three days later it is overdue" later audit --dry-run
	expect_output "starter/emergency-review" "by its own rule"
else
	skip "an overdue review" "there is no faketime"
fi
expect_ok "dana reviews it" vouch --key dana review credit@2 --outcome upheld --because "tested that night"
expect_ok "nothing waits then" vouch pending
expect_no_output "emergency" "of that sort"

# --- in use
expect_ok "what is in use" vouch policy eval 'ledger.deployed.map(d, d.model.name)'
expect_output '["model/credit@2"]' "is the second version"
expect_ok "back to the first" vouch --key carol rollback credit --in production --because "scores drift"
expect_ok "what is in use then" vouch policy eval 'ledger.deployed.map(d, d.model.name)'
expect_output '["model/credit@1"]' "is the first"
expect_ok "an audit" vouch audit
expect_output "recorded as entry" "is signed by the ledger"
expect_ok "out of use" vouch --key carol retire credit --in production
expect_ok "what is in use at the end" vouch policy eval 'size(ledger.deployed)'
expect_output 0 "is nothing"

# --- what people declare
expect_ok "an attestation" vouch attest eu-ai-act/art-14 --for credit --statement "Two clerks look." --until 365d
expect_ok "a gap" vouch gap outage --what "no observations" --from 2026-01-01 --to 2026-01-02 --because "disk full" --for credit
expect_ok "a retention class" vouch --key dana hold logs --kind observation --days 184 --basis "article 19"
expect_refusal 2 "is not a kind" "of kinds that there are" vouch --key dana hold logs --kind observations --basis x
expect_ok "a hold is lifted" vouch --key dana hold logs --release --basis "replaced"

# --- conditions on records
expect_ok "records by a condition" vouch log --where 'record.metrics.auc >= 0.85' --json
expect_jq 'flatten | length == 2 and all(.kind == "evaluation")' "are those that meet it"
expect_ok "a list by a condition" vouch list run --where 'record.version == "2"' --json
expect_jq 'flatten | length == 1' "too"
expect_ok "runs by a condition" vouch compare --where 'record.name == "fit"'
expect_refusal 2 "--where: line 1, column 8" "a condition that is none" vouch log --where 'record.('
expect_refusal 2 "--where gives an int" "and one that is not true or false" vouch log --where 'size(record)'
prompted() { printf 'ledger.size > 1\n1 +\nrecord.x\n\n' | vouch policy eval --subject credit; }
expect_ok "expressions one after the other" prompted
expect_output "true" "have their values"
expect_output "^" "or a mark where they are wrong"
expect_output "there is no key 'x'" "or an error"

# --- everything is computed again
expect_ok "verify computes the verdicts again" vouch verify --replay
expect_output "0 differ" "and none differs"
expect_ok "simulate asks the past" vouch policy simulate eu-ai-act-high-risk --json
expect_jq '.[0].asked > 3 and any(.[0].decisions[]; .because | contains("risk-management"))' "what other rules would have said"
expect_ok "the retired policy" vouch --key dana policy retire starter --because "replaced"
expect_ok "no longer holds" vouch policy list
expect_output "no policy is in force" "from then on"
expect_ok "but did then" vouch policy list --as-of "$last"
expect_output "starter@1" "as of a deployment"
expect_ok "and the verdicts stand" vouch verify --replay
expect_output "0 differ" "as they were"
done_testing
