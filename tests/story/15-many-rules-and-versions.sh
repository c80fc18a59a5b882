#!/bin/sh
# A model has versions that come, go and come back in several places, under
# more rules than an entry holds: the reports say what is so at each moment.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

vouch init -q --no-passphrase --origin example.com/story --name alice --role owner --role engineer
team bob:approver dana:compliance mon:service
for version in 1 2; do
	echo $version >model.bin
	vouch -q model register model.bin --name credit --owner risk
done
echo other >other.bin
vouch -q model register other.bin --name other --risk-class high
for at in $(seq 20); do
	vouch -q --key mon observe credit@1 --environment production --metric "auc=0.$((at + 50))"
done

# 600 rules on deployments: their results are longer than an entry may be.
{
	echo 'policy: many'
	echo 'rules:'
	for at in $(seq 600); do
		printf '  - {id: r%s, on: [deployment], require: "true", otherwise: deny, because: "Rule %s holds whatever is deployed where."}\n' "$at" "$at"
	done
	cat <<-'END'
	  - id: watched
	    on: [deployment]
	    require: lineage.observations.all(o, o.metrics.auc > 0.4)
	    otherwise: warn
	    because: It is watched.
	  - id: only-high
	    on: [audit]
	    each: model
	    scope: {risk_classes: [high]}
	    require: "true"
	    otherwise: deny
	    because: Of those with a class, and of those of which none is known.
	  - id: in-use
	    on: [audit]
	    each: deployed
	    require: record.environment != "edge"
	    otherwise: deny
	    because: Nothing is on the edge.
	    remedy: vouch retire MODEL --in edge
	END
} >many.yaml
expect_ok "many rules" vouch --key dana policy publish many.yaml --because "all of them"

deploy() { vouch -q propose "$1" --to "$2" && vouch --key bob deploy "$1" --to "$2"; }
figure() { vouch report "$1" ${3:+"$3"} --format json | jq -r ".figures[0].figure[] | select(.id == \"$2\") | .value"; }
is() { # SENTENCE WANTED COMMAND…
	sentence=$1
	wanted=$2
	shift 2
	run_last "$@"
	[ "$(cat "$LAST/out")" = "$wanted" ] && no_noise
	result $? "$sentence: $wanted"
}
is "nothing is in use" 0 figure posture in-use
expect_ok "the first version" deploy credit@1 production
is "one is" 1 figure posture in-use
is "each rule was asked" 605 figure posture checks-pass
expect_ok "the verdict" vouch show --json "$(vouch log --kind verdict --json | jq -s '[.. | .seq? // empty] | max')"
expect_jq '[.. | objects | .details // empty] | length > 0' "is too long for an entry"
expect_ok "and shown" vouch report provenance credit@1 --format json
expect_jq '.[0].verdicts[0].verdict | any(.source == "recorded")' "as it was signed"
expect_jq '.[0].verdicts[0].all | tonumber > 500' "counted"
expect_jq '.[0].verdicts[0].verdict | length == 500' "and shown up to a ceiling"
expect_jq '.[0].cover[0].summarised | length > 0' "which it says"
expect_ok "a second place" deploy credit@1 edge
is "it is one model all the same" 1 figure posture in-use
is "what is wrong there is wrong" 1 figure posture checks-fail
expect_ok "control by control" vouch report compliance --format text
expect_output "vouch retire" "says how to mend it"
expect_ok "out of it" vouch --key bob retire credit@1 --in edge
is "and it is right" 0 figure posture checks-fail
expect_ok "the second version" deploy credit@2 production
is "takes the place of the first" 1 figure posture in-use
expect_ok "another model beside it" deploy other production
is "in the same place" 2 figure posture in-use
expect_ok "back to the first" vouch --key bob rollback credit@1 --in production --because "Scores drift."
is "it is in use again" 2 figure posture in-use
expect_ok "its report" vouch report provenance credit@1 --format json
expect_jq '.[0].subjects[0].subject | any(.name == "model/credit@1" and (."in-use" | contains("production")))' "says so"
expect_jq '.[0].approvals[0].decision | map(.action) | contains(["deploy", "retire", "rollback"])' "with all that led to it"
expect_ok "the other version's" vouch report provenance credit@2 --format json
expect_jq '.[0].subjects[0].subject | all(.name != "model/credit@2" or ."in-use" == null)' "says that it is not"
expect_ok "of the past" vouch report posture --at "$(($(size) - 6))" --format json
expect_ok "the ledger's verdicts are computed again" vouch verify --replay
expect_ok "a posture" vouch report posture -o posture.html
expect_ok "is computed again" vouch report --check posture.html
done_testing
