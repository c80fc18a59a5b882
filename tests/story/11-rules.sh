#!/bin/sh
# Somebody in compliance writes rules: checks them, tries them, changes them
# with a second person's consent, and shows what they would have said before.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
ledger
vouch key new bob --no-passphrase >/dev/null
vouch key request bob >bob.req
vouch --key alice key enrol --request bob.req --role approver --role compliance --role service -q
export VOUCH_KEY=alice

cat >rules.yaml <<'END'
policy: team
title: Rules of the team
params: {min: 0.8, words: [a, b]}
rules:
  - id: good
    on: [deployment]
    when: record.action == "deploy"
    evidence: size(lineage.evaluations) > 0
    require: lineage.evaluations.exists(e, e.metrics.auc >= params.min)
    otherwise: deny
    because: It must be good.
    remedy: vouch evaluate MODEL
    message: '"the best is " + string(lineage.evaluations.map(e, e.metrics.auc).sort().reverse()[0])'
  - id: two
    on: [policy]
    require: lineage.approvals.exists(a, has(record.proposal) && a.proposal == record.proposal && a.signer.name != signer.name)
    otherwise: deny
    because: Two people change the rules.
    remedy: vouch policy propose FILE
  - id: fresh
    on: [audit]
    each: model
    require: model.time > now - duration("24h") && size(ledger.keys.filter(k, k.in_force)) > 0
    otherwise: warn
    because: Old models are looked at.
  - id: everything
    on: [audit]
    scope: {models: [nothing]}
    require: size(ledger) > 5 && size(lineage) > 5 && ledger.keys.all(k, k.identity == {} || size(k.identity) > 0)
    otherwise: warn
    because: Of all there is.
examples:
  - name: a good one
    given: {record: {action: deploy, environment: x}, lineage: {evaluations: [{metrics: {auc: 0.9}}]}}
    expect: {good: pass}
  - name: a bad one
    given: {record: {action: deploy, environment: x}, lineage: {evaluations: [{metrics: {auc: 0.7}}]}, params: {min: 0.75}}
    expect: {good: fail}
  - name: none
    given: {record: {action: deploy, environment: x}}
    expect: {good: no evidence}
  - name: another
    given: {record: {action: retire}}
    expect: {good: not applicable}
END
expect_ok "the file has no mistakes" vouch policy check rules.yaml
expect_output "0 errors" "which is said"
expect_output "no example expects anything of it" "but what lacks an example is named"
expect_ok "for programs" vouch policy check rules.yaml --json
expect_jq 'all(.severity == "warning")' "too"
expect_ok "its examples" vouch policy test rules.yaml -v
expect_output "4 of 4 expectations right" "come out"
expect_output "two is asked in no example" "and what they do not reach is named"
expect_ok "for programs" vouch policy test rules.yaml --json
expect_jq '.[0].wrong == 0 and .[0].branches_reached > 0' "too"
sed 's/good: pass/good: fail/' rules.yaml >wrong.yaml
expect_exit 1 "an example that comes out otherwise" vouch policy test wrong.yaml
expect_output "good is pass, not fail" "is shown"
sed 's/e.metrics.auc >=/e.metrcs.auc >=/' rules.yaml >misspelt.yaml
expect_exit 1 "a misspelt member" vouch policy check misspelt.yaml
expect_output 'did you mean `metrics' "is found with the nearest"
expect_output "^" "and its place is marked"
expect_refusal 2 "no such member" "and such a policy is not published" vouch policy publish misspelt.yaml
sed 's/expect: {good: pass}/expect: {gud: pass}/' rules.yaml >bad.yaml
expect_refusal 2 'there is no rule "gud"' "an example of a rule that is not there" vouch policy test bad.yaml
sed 's/given: {record: {action: retire}}/given: {rekord: {}}/' rules.yaml >bad.yaml
expect_exit 2 "an example that gives what there is not" vouch policy test bad.yaml
expect_error "has no member \"rekord\"" "is refused with its line"
sed 's/expect: {good: pass}/expect: {good: passed}/' rules.yaml >bad.yaml
expect_refusal 2 "is no result" "a result that there is not" vouch policy test bad.yaml
echo "a: [" >not.yaml
expect_refusal 2 "this is not YAML" "what is not YAML" vouch policy check not.yaml
for broken in 'policy: a b' 'rules: 3' 'rules: []' 'params: []' 'scope: {model: x}' 'waivers: {roles: [king]}' \
    'emergency: {review_hours: 0}' 'examples: {}' 'title: {}' 'sources: {}'; do
	{ echo "$broken"; grep -v "^${broken%%:*}:" rules.yaml; } >broken.yaml
	expect_exit 2 "a file with '$broken'" vouch policy check broken.yaml
done

# --- published
expect_refusal 2 'has no parameter "maximum"' "parameters are those of the policy" vouch policy publish rules.yaml --param maximum=1
expect_refusal 2 "--param words" "a list that is none" vouch policy publish rules.yaml --param 'words=[1'
echo '{"min": 0.6}' >params.json
expect_ok "the first version" vouch policy publish rules.yaml --param 'words=["x"]' --params params.json --tag by=hand
expect_ok "its entry" vouch show policy/team --json
expect_jq '.[0].statement.predicate.params == {"words": ["x"], "min": 0.6}' "has this ledger's parameters"
sed 's/min: 0.8/min: 0.85/; s/It must be good./It must be better./; /id: fresh/,/Old models/d' rules.yaml >next.yaml
cat >>next.yaml <<'END'
END
expect_exit 1 "the next version differs" vouch policy diff team next.yaml
expect_output "It must be better." "and how is shown"
expect_output "- rule fresh" "with the rules that are gone"
expect_exit 1 "the other way round" vouch policy diff next.yaml rules.yaml
expect_output "+ rule fresh" "they have come"
expect_ok "a file and itself" vouch policy diff rules.yaml team
expect_output "no rule differs" "do not differ"
expect_exit 1 "one person alone changes nothing" vouch policy publish next.yaml
expect_error "team: two" "by the rule that is in force"
expect_ok "a proposal" vouch policy propose next.yaml --because "a higher bar"
expect_ok "waits" vouch pending
expect_output "policy/team@2" "for somebody else"
proposal=$(vouch log --kind proposal --json | jq -s 'flatten | .[0].seq')
ok "who approves it" vouch --key bob approve "$proposal" --because "agreed"
expect_ok "then it is published" vouch policy publish next.yaml
expect_ok "all versions" vouch policy list --all
expect_output "replaced" "are listed"
expect_ok "for programs" vouch policy list --all --json
expect_jq '.[0] | length == 2 and (map(select(.in_force)) | length) == 1' "too"
expect_refusal 2 "proposes a policy" "a policy is not deployed" vouch --key bob deploy "$proposal"
expect_refusal 2 "no policy 'teem'" "a policy that is not there" vouch policy show teem
expect_ok "an old version" vouch policy show team@1
expect_output "min: 0.8" "is still to be read"

# --- asked
echo model >model.bin
ok "a model" vouch model register model.bin --name m --owner risk
ok "an evaluation" vouch evaluate m --dataset model.bin --metric auc=0.7 --n 10
expect_ok "an explanation" vouch policy explain team/good --subject m --as bob
expect_output "the best is 0.7" "with the rule's own message"
expect_ok "of a rule over the ledger" vouch policy explain everything
expect_refusal 2 "no rule 'none' in force" "of one that is not there" vouch policy explain none
expect_ok "an audit that records nothing" vouch audit --dry-run --all
expect_output "not applicable" "shows all"
expect_ok "for programs" vouch audit --json
expect_jq '.[0].good and (.[0].seq | type) == "number"' "it is recorded"
expect_ok "an audit as of before" vouch audit --as-of 3
expect_ok "all of the ledger" vouch policy eval 'size(ledger) + size(lineage)'
for expression in 'ledger.keys.map(k, [k.name, k.roles, k.key, k.in_force, k.identity])' 'ledger.policies.map(n, ledger.policies[n].version)' \
    'ledger.datasets + ledger.runs + ledger.gaps + ledger.holds' 'ledger.emergencies' 'signers'; do
	expect_ok "eval $expression" vouch policy eval "$expression"
done
expect_ok "a subject" vouch policy eval --subject m '[subject, model, record, signer, lineage.models, lineage.unregistered, lineage.datasets]'
expect_output "model/m@1" "is seen whole"
expect_exit 1 "an expression without a value" vouch policy eval '1 / 0'
expect_refusal 2 "no pack" "a pack that is not there" vouch policy export none
expect_ok "packs for programs" vouch policy packs --json
expect_jq '.[0] | length == 6' "are six"
expect_ok "the past under new rules" vouch policy simulate rules.yaml --since 1d
expect_output "would be" "decision by decision"
expect_ok "for whom something waits, for programs" vouch pending --json
expect_refusal 2 "nobody called" "somebody who is not there" vouch pending --as nobody
expect_exit 2 "a gate as somebody" vouch gate m --to x --as nobody

# --- what people state
echo text >paper
expect_ok "an attestation with a document" vouch attest c/1 --statement "It is so." --document paper --location shelf --tag a=b
expect_ok "of what is not met" vouch attest c/2 --for m --statement "It is not." --not-met
expect_ok "a gap that goes on" vouch gap g --what w --from 2026-01-01 --because b --in x --tag a=b
expect_ok "a hold on entries" vouch hold h --entry 1 --entry 2 --basis law --until 30d
expect_ok "and on a model" vouch hold i --for m --basis law --tag a=b
expect_ok "lifted" vouch hold h --release --basis over
expect_refusal 2 "over already" "a time to come" vouch hold j --for m --basis law --until 2020-01-01
expect_ok "no waivers" vouch waivers
expect_output "no waiver applies" "are said to be none"
expect_ok "a waiver" vouch waive good --for m --because x --in here --tag a=b
expect_ok "waivers for programs" vouch waivers --json
expect_jq '.[0] | length == 1' "are listed"
expect_ok "a proposal with all that may be said" vouch propose m --to here --target cloud --serving online --tag a=b --condition c
expect_ok "no" vouch reject m --to here --because "too small" --tag a=b
expect_refusal 2 "no version" "nothing to roll back" vouch --key bob rollback m --in here --because x
expect_refusal 2 "there is no proposal" "nothing to deploy" vouch --key bob deploy m --to there
expect_ok "verify computes it all again" vouch verify --replay --json
expect_jq '.[0].problem_count == 0' "and finds nothing"
done_testing
