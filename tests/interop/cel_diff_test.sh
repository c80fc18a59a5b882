#!/bin/sh
# Two evaluators of one language: a rule must not come to one thing here and
# to another where an auditor evaluates it again with Google's cel-go.
# CEL_DIFF_SEED and CEL_DIFF_COUNT make other expressions, and more.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

if [ -e "$PEERS/no_cel_go" ] && [ ! -x "$PEERS/bin/cel_go" ]; then
	skip "everything in ${0##*/}" "$(cat "$PEERS/no_cel_go")"
	done_testing
	exit 0
fi
need python3 "$PEERS/bin/cel_go"
findings python3 "$ROOT/tests/interop/cel_diff.py" "${CEL_DIFF_SEED:-1}" \
    "${CEL_DIFF_COUNT:-6000}" "$TEST_BUILD/tests/interop/cel_answer" \
    "$PEERS/bin/cel_go" answer
grep '^# known' "$LAST/findings"

# The expressions whose speed is measured, too.
for each in "$TEST_BUILD/tests/interop/cel_answer" \
    "$PEERS/bin/cel_go answer"; do
	$each "$ROOT/tests/bench/cel/expressions.jsonl" >>"$LAST/answers"
done
half=$(($(wc -l <"$LAST/answers") / 2))
head -n "$half" "$LAST/answers" >"$LAST/ours"
tail -n "$half" "$LAST/answers" | cmp -s "$LAST/ours" -
result $? "both agree on the $half expressions whose speed is measured"
done_testing
