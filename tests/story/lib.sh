# shellcheck shell=sh
# lib.sh: what the stories share.  Source it first; say done_testing last.
#
# A story runs in a private folder (see tests/run) and prints TAP.  The last
# command's standard output, standard error and exit status are kept in
# $LAST/out, $LAST/err and $status.

LAST=$PWD/.last
mkdir -p "$LAST"
tests=0
failures=0
status=0

# result STATUS SENTENCE: one line of TAP.
result() {
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$tests" "$2"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$2"
		printf '# exit status %s\n' "$status"
		sed 's/^/# stdout: /' "$LAST/out" 2>/dev/null | head -20 | cat -v
		sed 's/^/# stderr: /' "$LAST/err" 2>/dev/null | head -40 | cat -v
	fi
}

# skip SENTENCE REASON
skip() {
	tests=$((tests + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tests" "$1" "$2"
}

# ok SENTENCE COMMAND…: the command succeeds; its output is not kept.
ok() {
	sentence=$1
	shift
	if "$@" >/dev/null 2>&1; then result 0 "$sentence"
	else result 1 "$sentence"; fi
}

# run_last COMMAND…: keep all that it says.
run_last() {
	status=0
	"$@" >"$LAST/out" 2>"$LAST/err" || status=$?
}

# No sanitizer may have found anything, whatever the exit status.
no_noise() {
	! grep -Eq 'Sanitizer|runtime error:' "$LAST/err" "$LAST/out"
}

# expect_exit N SENTENCE COMMAND…
expect_exit() {
	wanted=$1
	sentence=$2
	shift 2
	run_last "$@"
	if [ "$status" -eq "$wanted" ] && no_noise; then
		result 0 "$sentence"
	else result 1 "$sentence"; fi
}

# expect_ok SENTENCE COMMAND…
expect_ok() {
	expect_exit 0 "$@"
}

# expect_output TEXT SENTENCE: the last command's output contains the text.
expect_output() {
	if grep -qF -e "$1" "$LAST/out"; then result 0 "$2"
	else result 1 "$2"; fi
}

# expect_no_output TEXT SENTENCE
expect_no_output() {
	if grep -qF -e "$1" "$LAST/out"; then result 1 "$2"
	else result 0 "$2"; fi
}

# expect_error TEXT SENTENCE: its standard error contains the text.
expect_error() {
	if grep -qF -e "$1" "$LAST/err"; then result 0 "$2"
	else result 1 "$2"; fi
}

# expect_jq FILTER SENTENCE: its output is JSON for which the filter holds.
expect_jq() {
	if jq -e -s "$1" "$LAST/out" >/dev/null 2>&1; then result 0 "$2"
	else result 1 "$2"; fi
}

# All that a ledger says, as one digest.
ledger_state() {
	sqlite3 "${1:-.vouch/ledger.db}" .dump 2>/dev/null | sha256sum
}

# expect_refusal N TEXT SENTENCE COMMAND…: the command ends with N and one
# line on standard error that contains the text, says nothing on standard
# output, and leaves the ledger of this folder as it was.
expect_refusal() {
	wanted=$1
	text=$2
	sentence=$3
	shift 3
	before=$(ledger_state)
	run_last "$@"
	if [ "$status" -eq "$wanted" ] && no_noise &&
	    [ "$(wc -l <"$LAST/err")" -eq 1 ] &&
	    grep -q '^vouch: ' "$LAST/err" &&
	    grep -qF -e "$text" "$LAST/err" && [ ! -s "$LAST/out" ] &&
	    [ "$(ledger_state)" = "$before" ]; then
		result 0 "$sentence"
	else
		[ "$(ledger_state)" = "$before" ] || echo "# ledger changed"
		result 1 "$sentence"
	fi
}

# ledger [FOLDER]: found one.
ledger() {
	vouch init -q --no-passphrase --origin example.com/story \
	    --name alice ${1+"$1"}
}

# team NAME:ROLE…: others with keys of their own, enrolled by alice, who signs
# from then on.
team() {
	for who in "$@"; do
		vouch key new -q "${who%%:*}" --no-passphrase &&
		    vouch --key alice key enrol -q "${who%%:*}" --role "${who##*:}"
	done
	export VOUCH_KEY=alice
}

# released: a ledger with a model from its data to production, and what became
# of it there; and another model, of which a dossier of the first says nothing.
# Everybody's key is here: alice, bob and carol who approve, dana for rules, a
# monitor.
released() {
	ledger && team bob:approver carol:approver dana:compliance \
	    monitor:service || return 1
	printf 'id,age\n1,30\n2,40\n' >data.csv
	printf 'id,age\n3,50\n' >test.csv
	printf 'data: test.csv\n' >other.csv
	for data in data test other; do
		vouch -q dataset add $data.csv --licence CC0-1.0 \
		    --origin "a survey" --legal-basis consent \
		    --personal-data age || return 1
	done
	vouch -q run -n train --input data.csv --output model.json \
	    -p lr=0.1 -- sh -c 'echo "{\"w\":[1]}" >model.json' &&
	    vouch -q model register model.json --name credit --owner risk \
		--intended-use scoring --risk-class high \
		--limitation 'no firms' &&
	    vouch -q evaluate credit --dataset test --metric auc=0.84 &&
	    vouch -q --key dana policy publish starter --because first ||
	    return 1
	echo 2 >other.json
	vouch -q model register other.json --name other --owner risk \
	    --intended-use none --risk-class minimal --limitation all &&
	    vouch -q evaluate other --dataset other --metric auc=0.5 &&
	    vouch -q propose credit --to production || return 1
	vouch -q --key bob deploy credit --to production >refused 2>&1
	vouch -q --key bob approve credit --because fine &&
	    vouch -q --key carol approve credit --because fine &&
	    vouch -q --key bob deploy credit --to production || return 1
	vouch -q --key monitor observe credit --environment production \
	    --from 2026-01-01 --to 2026-01-02 --metric auc=0.81 &&
	    vouch -q incident --title 'Scores rose' --severity high \
		--model credit --what 'By 4 points.' &&
	    vouch -q incident --title 'Another model' --severity low \
		--model other --what 'Nothing of note.'
}

# size: how many entries the ledger here has.
size() {
	vouch status --json | jq .size
}

# Preloading a library goes ill with the address sanitizer's own: those few
# tests take the plain program.
plain_vouch() {
	if [ -n "${TEST_BUILD:-}" ]; then printf '%s\n' "$TEST_BUILD/vouch"
	else command -v vouch; fi
}

# The same, where another user may run it: a checkout may be private.
public_vouch() {
	cp "$(plain_vouch)" "$LAST/vouch" && chmod 755 "$LAST" "$LAST/vouch" &&
	    printf '%s\n' "$LAST/vouch"
}

done_testing() {
	printf '1..%d\n' "$tests"
	[ "$failures" -eq 0 ]
}
