#!/bin/sh
# A reader with a screen reader, a telephone or a printer is a reader, too: in
# a real browser the four reports have no fault that axe-core knows, ask for
# nothing from elsewhere, need no script, and cut nothing off.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

if [ -e "$PEERS/no_pages" ] && [ ! -d "$PEERS/pages/node_modules" ]; then
	skip "everything in ${0##*/}" "$(cat "$PEERS/no_pages")"
	done_testing
	exit 0
fi
need jq node chromium
if [ ! -d "$PEERS/pages/node_modules" ]; then
	skip "everything in ${0##*/}" \
	    "Node's packages are not in .interop: run \`make interop-deps'"
	done_testing
	exit 0
fi

# A page has to hold words of any length.
long=$(printf 'unbroken%.0s' 1 2 3 4 5 6 7 8)

# Something of everything that a report shows: courses, slices, calibration,
# windows in use, incidents, exceptions, refusals, controls.
full_ledger() {
	set -e
	vouch init -q --no-passphrase --origin "$ORIGIN" --name alice \
	    --role owner --role engineer
	for who in bob:approver carol:approver dana:compliance mon:service; do
		vouch key new -q "${who%%:*}" --no-passphrase
		vouch key enrol -q "${who%%:*}" --role "${who##*:}"
	done
	mkdir -p "data/$long"
	printf 'id,age\n1,30\n2,40\n' >"data/$long/train.csv"
	printf 'id,age\n3,50\n' >test.csv
	vouch -q dataset add "data/$long/train.csv" --name train \
	    --licence CC0-1.0 --origin "A survey of the year 1990" \
	    --personal-data age --personal-data "marital status"
	vouch -q dataset add test.csv --name test --licence CC0-1.0
	cat >train.sh <<-'END'
	for step in 1 2 3 4 5 6 7 8 9; do
		echo "{\"metric\":{\"loss\":0.${step}9},\"step\":$step}"
	done >"$VOUCH_EVENTS"
	echo model >model.bin
	END
	vouch -q run --name fit --input "data/$long/train.csv" \
	    --output model.bin --param lr=0.1 --param "path=/$long/$long" \
	    -- sh train.sh
	vouch -q model register model.bin --name credit --risk-class high \
	    --owner "The team for credit risk, $long" \
	    --intended-use "Support for decisions; $long" \
	    --limitation "Not for firms" --limitation "$long"
	jq -n --arg long "$long" '{n: 300,
	    metrics: {auc: 0.83, brier: 0.14},
	    intervals: {auc: {low: 0.8, high: 0.86, level: 0.95}},
	    thresholds: {auc: {min: 0.75}},
	    slices: [{slice: "age", value: "under 30", n: 100,
	        metrics: {auc: 0.8}, intervals: {auc: {low: 0.7, high: 0.9}}},
	      {slice: "age", value: "30 or more", n: 200,
	        metrics: {auc: 0.84}},
	      {slice: $long, value: "WWWWWWWWWWWWWWWWWWWW", n: 3,
	        metrics: {auc: 0.51}}],
	    calibration: [range(5) | {lower: (. / 5), upper: ((. + 1) / 5),
	        n: 60, predicted: (. / 5 + 0.1), observed: (. / 5 + 0.12)}]
	    }' >evaluation.json
	vouch -q evaluate credit evaluation.json --dataset test --name holdout
	vouch -q --key dana policy publish starter --because "first rules"
	vouch -q --key dana policy publish eu-ai-act-high-risk \
	    --param min_metric=0.75 --because "credit is high-risk"
	vouch -q propose credit --to production \
	    --condition "clerks decide, $long"
	# What is refused stays on record, too.
	vouch -q --key bob deploy credit --to production || true
	vouch -q --key bob approve credit --because "looked at it: $long"
	vouch -q --key carol approve credit --because "looked at it"
	vouch -q --key bob deploy credit --to production --emergency \
	    --because "the old one is broken" || true
	for rate in 0.81 0.79 0.84; do
		vouch -q --key mon observe credit --environment production \
		    --metric "approval_rate=$rate" --drift psi_income=0.03
	done
	vouch -q --key dana incident --name rise --title "Scores: $long" \
	    --severity high --model credit --what "By 4 points."
	vouch -q --key dana waive starter/licensed-data --for credit \
	    --until 30d --because "The licence is being renewed: $long" \
	    --compensating "Counsel looks at it" || true
	vouch -q --key dana report posture -o filed.html --file
	echo more >more.bin
	vouch -q model register more.bin --name "other-$long" --owner risk
}

reports() { # FOLDER MODEL
	mkdir -p "$1"
	vouch -q report posture -o "$1/posture.html" &&
	    vouch -q report provenance "$2" -o "$1/provenance.html" &&
	    vouch -q report compliance -o "$1/compliance.html" &&
	    vouch -q report release "$2" --to production -o "$1/release.html" &&
	    paper "$1" model
}
paper() { # FOLDER KIND: a working paper over all there are of the kind
	vouch -q population "$2" -o "$1/population" &&
	    vouch -q sample "$1/population" -n 30 \
		--seed 'dice 3 6 1 1 5 2 4 6' -f html -o "$1/paper.html"
}

mkdir work && cd work || exit 1
export VOUCH_KEY=alice
(full_ledger) >"$LAST/out" 2>"$LAST/err"
status=$?
result $status "a ledger with something of everything is made"
ok "and its four reports, and a working paper" reports ../full credit

# Before there are rules, and before there is anything.
mkdir ../bare && cd ../bare || exit 1
vouch init -q --no-passphrase --origin "$ORIGIN" --name alice
echo model >model.bin
vouch -q model register model.bin --name credit
ok "those of a ledger that says almost nothing" reports ../empty credit

# Text and numbers that want more room, or another place, than they have.
mkdir ../odd && cd ../odd || exit 1
run_last env VOUCH_HOME="$PWD/home" python3 "$ROOT/tests/story/hostile.py" make 2
[ "$status" -eq 0 ] && run_last env VOUCH_HOME="$PWD/home" \
    python3 "$ROOT/tests/story/hostile.py" numbers
result $status "a ledger of hostile text is made"
ok "its reports" env VOUCH_HOME="$PWD/home" sh -c '
	mkdir ../hostile && for kind in posture "provenance credit" \
	    compliance "release credit --to production"; do
		vouch -q report $kind -o "../hostile/${kind%% *}.html" || exit
	done'
run_last env VOUCH_HOME="$PWD/home" sh -c '
	vouch -q population incident -o population &&
	    vouch -q sample population -n 30 --seed "dice 3 6 1 1 5 2 4 6" \
		-f html -o ../hostile/paper.html'
result $status "a working paper of it"
cd .. || exit 1

# The demonstration's, where somebody has run it.
pages="full empty hostile"
if [ -e "$ROOT/build/demo/.vouch/ledger.db" ]; then
	# An older program may have made it: its index is made anew.
	cp -r "$ROOT/build/demo" copy
	if (cd copy && export VOUCH_HOME="$PWD/home" && vouch -q reindex &&
	    reports ../demo mortgage) \
	    >"$LAST/out" 2>"$LAST/err"; then
		pages="$pages demo"
	else
		result 1 "those of the demonstration"
	fi
fi
set --
for one in $pages; do set -- "$@" "$PWD/$one"/*.html; done
findings node "$ROOT/tests/interop/pages/look.mjs" "$PEERS/pages" \
    "$(command -v chromium)" "$@"

# What looks must see: a page with one fault of each sort is told of them all.
run_last env FAULTS=99 node "$ROOT/tests/interop/pages/look.mjs" \
    "$PEERS/pages" "$(command -v chromium)" "$ROOT/tests/interop/pages/faulty.html"
mv "$LAST/out" "$LAST/faulty"
sed -n 's/^fault: //p' "$ROOT/tests/interop/pages/faulty.html" |
while IFS= read -r fault; do
	grep -qF -e "$fault" "$LAST/faulty" || echo "$fault"
done >"$LAST/unseen"
status=0
cp "$LAST/unseen" "$LAST/out"
[ ! -s "$LAST/unseen" ]
result $? "a page with a fault of every sort is told of each"
done_testing
