#!/bin/bash
# A newcomer wants to find her way without leaving the terminal: pages, man
# pages, completion, and examples that work when they are typed.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/story/oms.sh
. "$ROOT/tests/story/oms.sh"

vouch help --markdown >commands.md
mapfile -t commands < <(sed -n 's/^## vouch //p' commands.md)
ok "there are commands" [ "${#commands[@]}" -gt 20 ]
expect_exit 2 "no command at all" vouch
expect_output "usage: vouch" "shows what there is"
expect_ok "vouch --help" vouch --help
expect_output "lineage" "names the commands"
expect_ok "vouch --version" vouch --version
expect_output "$(vouch version)" "is vouch version"

bad=
for command in "${commands[@]}"; do
	read -r -a words <<<"$command"
	for how in -h --help; do
		vouch "${words[@]}" $how >page 2>complaint &&
		    grep -q "vouch $command" page && [ ! -s complaint ] ||
		    bad+=" $command $how;"
	done
	vouch help "${words[@]}" >page 2>&1 &&
	    grep -q "vouch $command" page || bad+=" help $command;"
done
ok "every command has a summary and a page$bad" [ -z "$bad" ]
expect_exit 2 "a family alone" vouch key
grep -q enrol "$LAST/out" "$LAST/err"
result $? "shows its commands"
expect_refusal 2 "verify" "help for a misspelt command" vouch help verfy

# Man pages.
mkdir man
expect_ok "man pages" vouch help --man-pages man
ok "one for each command and one for all" \
    [ "$(find man -name '*.1' | wc -l)" = $((${#commands[@]} + 1)) ]
if command -v mandoc >/dev/null; then
	mandoc -Tlint -Wwarning man/*.1 2>&1 | grep -v 'missing date' >lint
	ok "mandoc has no complaint" [ ! -s lint ]
elif command -v man >/dev/null; then
	ok "they can be read" man -l man/vouch.1
else
	skip "mandoc has no complaint" "no mandoc here"
fi

# Completion.
for shell in bash zsh fish; do
	vouch completion $shell >completion.$shell
	ok "completion for $shell is printed" [ -s completion.$shell ]
	if command -v $shell >/dev/null; then
		ok "$shell can read it" $shell -n completion.$shell
	else
		skip "$shell can read it" "no $shell here"
	fi
done
complete_words() { # words…: what bash would offer for the last of them
	bash -c '
		source ./completion.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
		COMPREPLY=()
		_vouch vouch "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sed 's/ *$//' |
	    sort | tr '\n' ' '
}
ok "bash completes vouch ver" \
    [ "$(complete_words vouch ver)" = "verify version " ]
ok "and a family's commands" \
    [ "$(complete_words vouch key r)" = "request revoke rotate " ]
ok "and options" [ "$(complete_words vouch verify --sin)" = "--since " ]

# Examples, in the order of the manual, each family where it makes sense.
prepare() {
	mkdir -p "$1" && cd "$1" || exit 1
	export VOUCH_HOME=$1/home
	printf 'id,age\n1,30\n2,40\n' >data.csv
	echo '{"w":[1]}' >model.json
}
run_examples() { # command: those of one section
	awk -v section="## vouch $1" '$0 == section { on = 1; next }
	    /^## / { on = 0 }
	    /^\| option/ { seen = 1 } /^## / { seen = 0 }
	    on && /^    (vouch|mkdir|echo|openssl) / && !/ \[?(options)\]?/ {
		print substr($0, 5) }' "$here/commands.md" >"$here/lines"
	count=0
	while IFS= read -r line; do
		count=$((count + 1))
		expect_ok "$line" bash -c "$line" </dev/null
	done <"$here/lines"
	[ "$count" -gt 0 ] || result 1 "vouch $1 has an example"
}
here=$PWD
prepare "$here/founding"
run_examples init
prepare "$here/using"
ledger
export VOUCH_KEY=alice
run_examples "dataset add"
run_examples run
ok "another run to compare" vouch run -n train -p lr=0.2 -o model.json -- \
    sh -c "echo '{\"w\":[1]}' >model.json"
# A model of one file that somebody signed.
oms_key signer
oms_by_key signer
jq -n --arg d "$(sha256sum <model.json | cut -d' ' -f1)" \
    '[{name: ".", algorithm: "sha256", digest: $d}]' >resources
oms_statement resources | oms_sign signer sha256 >model.sig
for command in "model register" evaluate observe incident record correct \
    log show list compare lineage status verify prove check-proof dossier \
    check-dossier check-oms "export in-toto" "export slsa" reindex settle schema \
    completion help version "key new" "key request" "key list" \
    disclose erase; do
	run_examples "$command"
done
# Here alice is somebody whom the owner enrols.
prepare "$here/enrolling"
vouch init -q --no-passphrase --name olga --origin example.com/enrolling
export VOUCH_KEY=olga
for command in "key enrol" "key rotate" "key revoke" "trust add" "trust list" \
    "key binding" "key certify" "trust withdraw"; do
	run_examples "$command"
done
cd "$here" || exit 1
tried=$(grep -cE '^    (vouch|mkdir|echo|openssl) ' commands.md)
ok "there were examples" [ "$tried" -gt 40 ]
done_testing
