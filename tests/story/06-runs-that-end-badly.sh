#!/bin/bash
# Things go wrong in training: an engineer wants every try on record, however
# it ended, and her terminal unharmed by what files and arguments are called.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

newest() { vouch show "run/$1" --json; }
# Nothing but text, newlines and tabs.
no_raw() {
	! LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$LAST/out" "$LAST/err" &&
	    iconv -f UTF-8 -t UTF-8 "$LAST/out" >/dev/null 2>&1 &&
	    iconv -f UTF-8 -t UTF-8 "$LAST/err" >/dev/null 2>&1
}
expect_calm() { if no_raw; then result 0 "$1"; else result 1 "$1"; fi; }

mkdir work && cd work || exit 1
ledger

expect_exit 7 "a failing command's status is passed on" \
    vouch run -n fails -- sh -c 'echo partly; exit 7'
expect_output partly "with its output"
expect_ok "it is recorded" newest fails
expect_jq '.[0].statement.predicate | .status == "failed" and
    .exit_status == 7' "as failed"
expect_exit 143 "a killed command's signal is passed on" \
    vouch run -n killed -- sh -c 'kill -TERM $$'
expect_ok "it is recorded" newest killed
expect_jq '.[0].statement.predicate | .signal == 15' "with the signal"

# ^C goes to the whole group.
cat >interrupted.sh <<'END'
set -m
vouch run -q -n interrupted -- sh -c 'echo >ready; sleep 8' &
while [ ! -e ready ]; do sleep 0.05; done
kill -INT -- -$!
wait $!
END
expect_exit 130 "an interrupted command ends at once" bash interrupted.sh
expect_ok "it is recorded" newest interrupted
expect_jq '.[0].statement.predicate.status == "interrupted"' "as interrupted"

size_before=$(size)
expect_exit 2 "a command that is not there" vouch run -n none -- no-such-thing
ok "is told in one line" [ "$(wc -l <"$LAST/err")" = 1 ]
ok "the try is on record" [ "$(size)" = $((size_before + 2)) ]
expect_ok "it is recorded" newest none
expect_jq '.[0].statement.predicate | .status == "failed"' "as failed"
echo text >plain && chmod 644 plain
expect_exit 2 "a file that is no program" vouch run -n noexec -- ./plain

# Files.
expect_ok "an output that was not made" \
    vouch run -n unmade --output gone.bin -- true
expect_error "gone.bin" "is spoken of"
expect_ok "it is recorded" newest unmade
expect_jq '.[0].statement.predicate | .note | contains("output missing")' \
    "with a remark"
echo 1 >input
expect_ok "an input that changes during the run" \
    vouch run -n changed --input input -- sh -c 'echo 2 >>input'
expect_error "input changed" "is spoken of"
expect_ok "it is recorded" newest changed
digest=$(printf '1\n' | sha256sum | cut -d' ' -f1)
expect_jq ".[0].statement.predicate | .inputs[0].digest == \"$digest\" and
    (.note | contains(\"input changed\"))" "as it was at the beginning"
expect_ok "metrics that were not left" \
    vouch run -n nometrics --metrics none.json -- true
expect_error "none.json" "are spoken of"
expect_ok "lines of events that are no JSON" vouch run -n events -- \
    sh -c 'echo hello >>"$VOUCH_EVENTS"; echo "{\"metric\":{\"a\":1}}" >>"$VOUCH_EVENTS"'
expect_error "not understood" "are spoken of"
expect_ok "the good ones" newest events
expect_jq '.[0].statement.predicate.metrics.a == 1' "are recorded"
expect_ok "a value that is not finite" vouch run -n nan -- \
    sh -c 'echo "{\"metric\":{\"loss\":\"NaN\"}}" >>"$VOUCH_EVENTS"'
expect_ok "is recorded" newest nan
expect_jq '.[0].statement.predicate.metrics.loss == "NaN"' "as what it is"
ok "much output is passed on whole" bash -c '
    [ "$(vouch run -q -n much -- seq 200000 | sha256sum)" = \
    "$(seq 200000 | sha256sum)" ]'
ok "standard input is the command's" bash -c '
    [ "$(echo hello | vouch run -q -n cat -- cat)" = hello ]'

# Hostile names.
evil=$'evil\e[31m\nname\a'
printf x >"$evil"
expect_ok "a file with a hostile name is recorded" \
    vouch dataset add "$evil" --name evil
expect_calm "without harm"
expect_ok "an input of that name" vouch run -n hostile --input "$evil" \
    --output "$evil" -p "name=$evil" -t "a=$evil" --note "$evil" -- true "$evil"
expect_calm "without harm"
expect_ok "one that changes" vouch run -n hostile --input "$evil" -- \
    sh -c 'echo >>"$1"' - "$evil"
expect_calm "without harm"
expect_ok "one that is not made" \
    vouch run -n hostile --output "$evil.not" -- true
expect_calm "without harm"
expect_ok "metrics of that name" \
    vouch run -n hostile --metrics "$evil.not" -- true
expect_calm "without harm"
expect_ok "events with that text" vouch run -n hostile -- sh -c \
    'printf "\033[31mred\n" >>"$VOUCH_EVENTS"'
expect_calm "without harm"
latin=$'caf\351'
printf y >"$latin"
expect_ok "an argument that is not UTF-8" \
    vouch run -n latin --input "$latin" -- true "$latin"
expect_calm "without harm"
expect_ok "is recorded" newest latin
expect_jq '.[0].statement.predicate.inputs | length == 1' "with its input"
expect_ok "an input of such a name that changes" \
    vouch run -n latin --input "$latin" -- sh -c 'echo >>"$1"' - "$latin"
expect_calm "without harm"
expect_ok "an output of such a name that is not made" \
    vouch run -n latin --output "$latin.not" -- true
expect_calm "without harm"
expect_ok "a folder with such names" bash -c '
    mkdir names && touch "names/$1" "names/$2" && vouch dataset add names' \
    - "$evil" "$latin"
expect_calm "without harm"
for command in "show $evil" "--key $evil status" "--ledger $evil status" \
    "run/$evil" "log --kind $evil" "log --$evil" "verify $latin" \
    "lineage $latin" "dataset add $evil.gone" "record $latin.gone" \
    "key new $evil" "init $evil.gone" "key request $evil" \
    "schema $evil" "completion $evil" "help $evil" "compare $evil $latin" \
    "correct $evil --because x --set a=b" "log --subject $evil" \
    "log --since $evil" "log --as-of $evil" "verify --since $evil.gone"; do
	IFS=' ' read -r -d '' -a words <<<"$command" || true
	words[-1]=${words[-1]%$'\n'}
	run_last vouch "${words[@]}"
	expect_calm "$(printf %q "${words[0]}") is calm about such names"
done
for command in log 'log --oldest-first' 'list run --all' 'list dataset' \
    'show run/hostile' 'show dataset/evil' 'show run/latin' \
    'lineage dataset/evil' 'lineage dataset/evil --format dot' \
    'compare run/hostile@1 run/hostile@2' status 'show run/hostile@1 --json'; do
	# shellcheck disable=SC2086
	expect_ok "vouch $command" vouch --colour never $command
	expect_calm "prints nothing raw"
done
expect_ok "after all this the ledger verifies" vouch verify
ok "nothing is left of the runs' own files" \
    [ -z "$(ls -d "$TMPDIR"/vouch-run.* 2>/dev/null)" ]
done_testing
