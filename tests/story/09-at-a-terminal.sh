#!/bin/bash
# At a terminal: questions, an editor, a pager, colours, a bar of progress,
# and tables that fit the window.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
at() { "$ROOT/tests/story/at_terminal.py" "$@"; }
escape=$(printf '\033')

# Without --origin it is named after its folder; the passphrase is asked for
# twice, and never shown.
mkdir my-credit && cd my-credit || exit 1
expect_exit 2 "passphrases that differ" at passphrase one again two -- vouch init --name alice
expect_output "differ" "are refused"
ok "and nothing is left" [ ! -e .vouch ]
expect_ok "a ledger with a passphrase" at passphrase "open sesame" again "open sesame" -- \
    vouch init --name alice
expect_output "founded the ledger my-credit-" "is named after its folder"
expect_no_output "sesame" "the passphrase is not shown"
expect_ok "what the ledger is, for a program" vouch status --json
expect_jq '.[0].origin | test("^my-credit-[0-9a-f]+$")' "has that name"
printf 'a,b\n1,2\n' >data.csv
expect_exit 2 "a wrong passphrase" at Passphrase "open barley" -- vouch dataset add data.csv
ok "records nothing" [ "$(size)" = 1 ]
expect_ok "the right one" at Passphrase "open sesame" -- vouch dataset add data.csv
ok "records it" [ "$(size)" = 2 ]
cd .. || exit 1

mkdir work && cd work || exit 1
export VOUCH_HOME=$PWD/../home
expect_ok "a ledger for a program" vouch init --json --no-passphrase --name alice
expect_jq '.[0] | .origin and .founder == "alice" and .fingerprint' "says what it is"
cp ../my-credit/data.csv .
vouch dataset add data.csv -q
vouch incident --name drift --title "Drift" --what "Scores rose." --severity low -q

# The editor.
cat >editor.sh <<'END'
#!/bin/sh
sed -i "s/$FROM/$TO/" "$1"
END
chmod +x editor.sh
export EDITOR=$PWD/editor.sh
expect_refusal 2 "--set" "nothing said, and no terminal to ask at" \
    vouch correct incident/drift --because "worse than thought"
expect_ok "a correction in the editor" env FROM='"low"' TO='"high"' "$ROOT/tests/story/at_terminal.py" -- \
    vouch correct incident/drift --because "worse than thought"
expect_ok "the new record" vouch show incident/drift --json
expect_jq '.[0].statement.predicate | .severity == "high" and .supersedes.because == "worse than thought"' "says both"
expect_exit 2 "an editor that leaves no JSON" env FROM='{' TO='(' "$ROOT/tests/story/at_terminal.py" -- \
    vouch correct incident/drift --because "again"
expect_exit 2 "an editor that fails" env EDITOR=false "$ROOT/tests/story/at_terminal.py" -- \
    vouch correct incident/drift --because "again"
expect_exit 2 "no editor at all" env -u EDITOR -u VISUAL "$ROOT/tests/story/at_terminal.py" -- \
    vouch correct incident/drift --because "again"
vouch evaluate --help >/dev/null
printf '{"n":2,"metrics":{"auc":0.8},"slices":[]}' >evaluation.json
echo model >model.bin
vouch model register model.bin --name credit -q
vouch evaluate credit evaluation.json --dataset data.csv -q
expect_ok "a member within another" vouch correct 5 --because typo --set metrics.auc=0.83 --set note=checked
expect_ok "is shown" vouch show 6 --json
expect_jq '.[0].statement.predicate | .metrics.auc == 0.83 and .note == "checked"' "with the new values"
expect_refusal 2 "has no members" "a member within a number" \
    vouch correct 6 --because typo --set n.auc=1
expect_refusal 2 "superseded" "a record that was corrected already" \
    vouch correct 5 --because typo --set note=x
expect_refusal 2 "cannot be corrected" "the genesis" vouch correct 0 --because no --set note=x

# A model that is a folder, from a named run.
mkdir weights && echo 1 >weights/a && echo 2 >weights/b
vouch run -n fit --output weights -q -- true
expect_ok "a model of several files" vouch model register weights --name big --run run/fit
expect_ok "is shown" vouch show model/big --json
expect_jq '.[0].statement.predicate | .files == 2 and .manifest and .run' "with its files and run"
expect_refusal 2 "not a run" "a run that is a data set" \
    vouch model register weights --name bigger --run dataset/data

# Pager and colours.
for i in $(seq 400); do
	printf '{"kind":"incident","predicate":{"name":"i%d","version":"1","title":"Row %d of a table whose titles are much longer than any window is wide, whatever one does","what":"x","severity":"low"}}\n' "$i" "$i"
done | vouch record - -q
# Among so many there are hashes that begin like a number.
leaf=$(vouch log --json | jq -r .leaf | grep -E '^[0-9]{8}' | head -1)
if [ -n "$leaf" ]; then
	expect_ok "a hash that looks like a number" vouch show "$(printf %.8s "$leaf")" --json
	expect_output "$leaf" "is a hash"
else
	skip "a hash that looks like a number" "there is none this time"
fi
expect_ok "a log at a terminal" env PAGER='sed "s/^/PAGED /"' "$ROOT/tests/story/at_terminal.py" -- vouch log
expect_output "PAGED" "goes through the pager"
expect_output "${escape}[" "in colour"
expect_ok "with --no-pager" env PAGER='sed "s/^/PAGED /"' "$ROOT/tests/story/at_terminal.py" -- vouch log --no-pager
expect_no_output "PAGED" "does not"
expect_ok "with NO_COLOR" env NO_COLOR=1 "$ROOT/tests/story/at_terminal.py" -- vouch log --no-pager
expect_no_output "${escape}[3" "it has no colours"
expect_ok "with VOUCH_PAGER" env VOUCH_PAGER=cat PAGER=false "$ROOT/tests/story/at_terminal.py" -- vouch log
expect_ok "a pager that is not there" env PAGER=no-such-pager "$ROOT/tests/story/at_terminal.py" -- vouch log
expect_ok "a pager that is quit at once" env PAGER=true "$ROOT/tests/story/at_terminal.py" -- vouch log

# Widths: no line is wider than the window.
for columns in 80 120; do
	for command in "log" "list dataset" "list incident" "lineage credit"; do
		# shellcheck disable=SC2086
		at -c "$columns" -- vouch $command --no-pager --colour never | tr -d '\r' >page
			widest=$(LC_ALL=C.UTF-8 wc -L <page)
		ok "vouch $command fits $columns columns (it takes $widest)" [ "$widest" -le "$columns" ]
	done
done

# A run at a terminal is shown as it goes, and finds a terminal too.
expect_ok "a run at a terminal" at -c 93 -- vouch run -n tty -- \
    sh -c 'test -t 1 && stty size <&1 && printf "\033[1mbold\033[0m\n"'
expect_output "24 93" "finds a window as wide"
expect_output "${escape}[1mbold" "and its colours pass"
expect_ok "is recorded" vouch show run/tty --json
expect_jq '.[0].statement.predicate.stdout.size > 0' "with what it wrote"

# A bar of progress, when it takes a while.
truncate -s 4000M large.bin
expect_ok "a large file" at -- vouch dataset add large.bin --no-profile
expect_output "hashing" "shows how far it is"
expect_output "GiB" "in readable units"
rm large.bin
at -- vouch verify >page
ok "what is verified quickly shows no bar" [ "$(grep -c '\[#' page)" = 0 ]
expect_ok "after all this the ledger verifies" vouch verify
done_testing
