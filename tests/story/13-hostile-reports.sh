#!/bin/sh
# Somebody who may sign records, or hands in a file, wants to be read as more
# than text: in every field that a report shows, in every notation.
set -u
status=0
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
export PYTHONDONTWRITEBYTECODE=1
hostile() { python3 "$ROOT/tests/story/hostile.py" "$@"; }

formats="html text md xml json csv sarif junit prov prov-json model-card oscal oscal-json cyclonedx cyclonedx-json"
for round in 0 1 2 3; do
	mkdir "$round" && cd "$round" || exit 1
	export VOUCH_HOME="$PWD/home"
	expect_ok "a ledger of hostile text (round $round)" hostile make $round
	for kind in posture "provenance credit" compliance "release credit --to production"; do
		name=${kind%% *}
		for format in $formats; do
			# shellcheck disable=SC2086
			run_last vouch report $kind --format "$format" -o "$name.$format" -q
			[ "$status" -eq 0 ] && run_last hostile check "$format" "$name.$format"
			[ "$status" -eq 0 ] && no_noise
			result $? "$name as $format: text stays text"
		done
		ok "$name: the document holds together" xmllint --nonet --noout --schema "$ROOT/reports/schema/report.xsd" "$name.xml"
	done
	expect_ok "nothing is missing from it" hostile shown ./*.xml
	cd .. || exit 1
done
cd 0 || exit 1
export VOUCH_HOME="$PWD/home" VOUCH_KEY=alice

# --- what is long is whole in a table, or its length is said
for format in html csv text; do
	vouch report provenance credit --format $format -o long.$format -q
	ok "nine conditions of 3,900 bytes are all in $format" test "$(grep -o 'On condition' long.$format | wc -l)" -ge 9
	ok "each cut with its length said" test "$(grep -o '3900 bytes in all\|u{202E}' long.$format | wc -l)" -ge 11700
done

# --- numbers that are hardly numbers
expect_ok "numbers from the ends of what there are" hostile numbers
for kind in "provenance credit" "release credit --to production"; do
	name=${kind%% *}
	for format in $formats; do
		# shellcheck disable=SC2086
		run_last vouch report $kind --format "$format" -o "odd.$format" -q
		[ "$status" -eq 0 ] && run_last hostile check "$format" "odd.$format"
		[ "$status" -eq 0 ] && no_noise
		result $? "$name as $format: numbers stay numbers"
	done
	for format in html xml json; do
		expect_ok "$name as $format is computed again" vouch report --check "odd.$format"
		expect_no_output "the report says" "and no figure differs"
	done
done

# --- what is not even text is refused at the door
# shellcheck disable=SC2016
for name in '<b>' '$(id)' '`id`' "it's" 'a b' '../..' '=1+1' '-x' "$(printf 'a\nb')" "$(printf '\342\200\256')" "$(printf '\357\277\276')"; do
	shown=$(printf '%s' "$name" | cat -v | tr -d '\n')
	expect_refusal 2 "cannot be the name of a data set" "a data set called $shown" vouch dataset add test.csv "--name=$name" --again
	expect_refusal 2 "cannot be the name of an environment" "a release to $shown" vouch report release credit "--to=$name"
done
head -c 1048576 /dev/zero | tr '\0' x >megabyte
for member in title what; do
	jq -nc --rawfile text megabyte --arg member $member \
		'{kind: "incident", predicate: ({name: "big", version: "1", title: "t", what: "w", severity: "low"} + {($member): $text})}' >big.json
	expect_refusal 2 "" "a $member of 1 MiB" vouch record big.json
done
jq -nc --rawfile text megabyte '{metrics: {auc: 0.5}, slices: [{slice: $text, value: "a", n: 1, metrics: {auc: 0.5}}]}' >big.json
expect_refusal 2 "" "a slice of 1 MiB" vouch evaluate credit big.json --dataset test

# --- a file that says it is a report
stamp() { printf 'vouchbook-report:v1:%s' "$(printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n')"; }
for order in '{"kind":"release","size":"5"}' '{"kind":"release","size":"5","model":"credit"}' '{"kind":"provenance","size":"5"}' \
	'{"kind":"posture","size":"5","model":"credit"}' '{"kind":"compliance","size":"5","environment":"production"}' \
	'{"kind":"release","size":"14","model":"credit","environment":"<b>"}' '{"kind":["posture"],"size":"5"}' '{"kind":"=1","size":"5"}' '[]' '{}' '5' '{'; do
	stamp "$order" >issued
	expect_refusal 2 "" "an order that cannot be: $order" vouch report --check issued
done
for size in 0 -1 99999 x 18446744073709551616; do
	stamp "{\"kind\":\"posture\",\"size\":\"$size\"}" >issued
	expect_refusal 1 "this ledger has" "a checkpoint of $size entries" vouch report --check issued
done
stamp '{"kind":"posture"' | cut -c1-40 >issued
expect_refusal 2 "does not say of which checkpoint" "half a stamp" vouch report --check issued
done_testing
