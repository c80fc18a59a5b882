#!/bin/bash
# A team puts its ledger on a web server and goes on working; an auditor who
# has no database and only a copy of that folder wants to verify all of it, and
# to be told of whatever is missing, changed or astray.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
ledger
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
vouch key new -q eve --no-passphrase && mkdir ../false &&
    VOUCH_KEY=eve vouch init -q --no-passphrase --origin example.com/story \
	--name eve ../false
stranger_key=$(vouch --ledger ../false status --json | jq -r .vkey)
incidents() { # FIRST LAST
	jq -nc "range($1; $2 + 1) | {kind: \"incident\", predicate:
	    {name: \"n\(.)\", version: \"1\", title: \"t\", what: \"w\",
	    severity: \"low\"}}" | vouch -q record -
}
incidents 1 99
expect_ok "a ledger is published" vouch publish public
expect_output "has 100 more entries" "it says how much is new"
ok "the files are those of its size" [ -f public/tile/0/000.p/100 -a \
    -f public/tile/entries/000.p/100 -a -f public/checkpoint ]
sqlite3 -readonly .vouch/ledger.db "SELECT writefile('note', note)
    FROM checkpoint ORDER BY size DESC LIMIT 1" >/dev/null
ok "the checkpoint is the ledger's" cmp note public/checkpoint
expect_ok "the folder verifies" vouch verify public
expect_output "verified 100 entries to checkpoint example.com/story 100" \
    "with the line to quote"
expect_ok "publishing again" vouch publish public
expect_output "was up to date" "does nothing"
incidents 100 299
expect_ok "it is extended" vouch publish public --json
expect_jq '.[0] | .from == 100 and .size == 300 and .bundles == 2 and
    .tiles == 3 and .removed == 2 and .checkpoint.size == 300' \
    "by what is new, without what the full tile replaces"
ok "old partial tiles are gone" [ ! -e public/tile/0/000.p ]
expect_ok "for programs, too" vouch verify --from-tiles public --json
expect_jq '.[0] | .problem_count == 0 and .size == 300 and .ahead == 0 and
    .absent_attachments == 0 and .checkpoint.size == 300' "with its figures"
expect_ok "it is served and read by anybody" sh -c '
    tail -c +3 public/tile/entries/000 |
	head -c $(od -An -N2 -tu1 public/tile/entries/000 |
	    awk "{ print \$1 * 256 + \$2 }") |
	jq -e ".seq == 0"'

# An auditor's visit, with what she kept from the last one.
expect_ok "she keeps the checkpoint" vouch verify public --vkey "$vkey" \
    --checkpoint kept
ok "which is the published one" cmp kept public/checkpoint
expect_exit 1 "the key may be called what check-proof calls it" \
    vouch verify public --key "$(printf '%s' "$stranger_key")"
expect_output "the ledger's key is not the one given" "and counts"
expect_refusal 2 "not a verifier key" "a name is no such key" \
    vouch verify public --key alice
expect_refusal 2 "two names for one thing" "it is given once" \
    vouch verify public --key "$vkey" --vkey "$vkey"
expect_ok "without it" vouch verify public
expect_output "the key is the folder's own" "whose folder it is was not asked"
vouch verify public --key "$vkey" >said
ok "with it, it was" sh -c '! grep -q "own" said'
incidents 300 309
vouch publish -q public
expect_ok "next time only what is new is verified in full" \
    vouch verify public --since kept
expect_output "verified 10 new entries" "and it says so"
other=$(printf '%s' "$vkey" | sed 's/story/other/')
expect_exit 2 "another ledger's name is no key of this one" \
    vouch verify public --vkey "$other"
vouch key new -q mallory --no-passphrase
mkdir ../other ../elsewhere
VOUCH_KEY=mallory vouch init -q --no-passphrase --origin example.com/story \
    --name mallory ../other
stranger=$(vouch --ledger ../other status --json | jq -r .vkey)
expect_exit 1 "nor is another key of that name" \
    vouch verify public --vkey "$stranger"
expect_output "the ledger's key is not the one given" "and it says so"

# A copy that is behind is no fault; a ledger that is behind its copy is one.
cp -r public behind
incidents 310 319
vouch verify -q
expect_ok "a copy may be behind what was seen" vouch verify behind
expect_output "you have seen 320 entries" "and that is said"
vouch publish -q public
cp -r .vouch kept.vouch
incidents 320 329
vouch publish -q public
rm -r .vouch && mv kept.vouch .vouch
expect_refusal 1 "this ledger was rolled back" \
    "who has seen more is told that the ledger was rolled back" \
    vouch publish public
home=$VOUCH_HOME
as_new() { # COMMAND…: as somebody who has seen nothing
	VOUCH_HOME=$PWD/new VOUCH_KEY=$home/keys/alice.key "$@"
}
expect_refusal 1 "public is ahead of this ledger, which was rolled back" \
    "and so is who has not" as_new vouch publish public
expect_refusal 1 "public is ahead" "the whole of it is refused, too" \
    as_new vouch publish --whole public
as_new incidents 320 340
expect_refusal 1 "public has a fork of this ledger" \
    "a fork is not published over what was" as_new vouch publish public
expect_refusal 1 "is not signed by this ledger's key" \
    "nor is a ledger of the same name" \
    vouch --ledger ../other publish public
vouch init -q --no-passphrase --origin example.com/elsewhere --name bob \
    ../elsewhere
expect_refusal 1 "public has another ledger, example.com/story" \
    "nor one of another name" vouch --ledger ../elsewhere publish public
expect_ok "what was published is as it was" vouch verify behind --vkey "$vkey"

# Attachments: only when asked for.
mkdir ../attached && cd ../attached || exit 1
ledger
echo '{"a": 1}' >set.json
vouch dataset add -q set.json --licence CC0-1.0
mkdir folder && echo a >folder/a
vouch dataset add -q folder --name pictures
vouch publish -q public
expect_ok "without attachments it verifies" vouch verify public
expect_output "entries name were not checked" "and says what was not there"
expect_ok "they are published when asked for" \
    vouch publish public --attachments
expect_output "1 attachment" "and counted"
expect_ok "and verified" vouch verify public --json
expect_jq '.[0] | .attachments == 1 and .absent_attachments == 0' "all of them"
file=$(ls public/attachment)
ok "by their names" [ "$(sha256sum <"public/attachment/$file")" = "$file  -" ]
echo x >>"public/attachment/$file"
expect_exit 1 "one that was altered" vouch verify public
expect_output "was altered" "is found"
rm "public/attachment/$file"
expect_exit 1 "one that is missing" vouch verify public
expect_output "that it names is not" "is found"
vouch publish -q public
expect_ok "and comes back" vouch verify public

touch file
expect_refusal 2 "cannot make the folder" "a file is no place to publish in" \
    vouch publish file

# Whatever is done to a copy is one clear line.
cd ../work || exit 1
rm -rf public && cp -r behind public
fresh() { rm -rf public && cp -r behind public; }
names() { # SENTENCE TEXT: one problem, one line
	expect_exit 1 "$1" vouch verify public
	expect_output "$2" "is named: $2"
	ok "in one line" [ "$(grep -c '^✗' "$LAST/out")" -eq 2 ]
	fresh
}
export LC_ALL=C.UTF-8
rm public/tile/0/000
names "a tile that is missing" "tile/0/000 is missing"
rm public/tile/1/000.p/1
names "one of the level above" "tile/1/000.p/1 is missing"
rm public/tile/entries/001.p/54
names "a bundle that is missing" "tile/entries/001.p/54 is missing"
truncate -s -1 public/tile/entries/000
names "a bundle that is cut" "tile/entries/000 ends after 255 of its 256"
echo >>public/tile/entries/000
names "a bundle that is longer" "has 1 bytes after the last of its 256"
truncate -s 100G public/tile/0/000
names "a huge file" "tile/0/000 is larger than 8192 bytes"
rm public/tile/0/000 && mkdir public/tile/0/000
names "a folder in place of a file" "tile/0/000 is a folder, not a file"
rm public/tile/0/001.p/54 && mkfifo public/tile/0/001.p/54
expect_exit 1 "a pipe in place of a file" timeout 20 vouch verify public
expect_output "tile/0/001.p/54 is not a plain file" "is not waited for"
fresh
mv public/tile/0/000 public/elsewhere
ln -s ../../elsewhere public/tile/0/000
expect_exit 1 "a link" vouch verify public
expect_output "tile/0/000 is a link, and no link is followed" "is named"
fresh
mv public/tile public/elsewhere && ln -s elsewhere public/tile
expect_exit 1 "a link in place of a folder" vouch verify public
expect_output "what is not a folder" "is named"
fresh
echo x >"public/tile/0/$(printf 'new\nline\033[31m')"
expect_exit 1 "a name with control characters" vouch verify public
expect_output 'tile/0/new\nline\x1B[31m is no tile' "is shown harmlessly"
fresh
printf x >public/tile/0/002
expect_ok "a file that is ahead is no fault" vouch verify public
expect_output "tile/0/002 is ahead of the checkpoint: not checked" \
    "but is said"
fresh
echo hello >public/checkpoint
expect_refusal 1 "public/checkpoint" "what is no checkpoint is refused" \
    vouch verify public
expect_exit 1 "for programs, too" vouch verify public --json
ok "with nothing but the error" [ ! -s "$LAST/out" -a \
    "$(jq -r .error.where "$LAST/err")" = public/checkpoint ]
rm public/checkpoint
expect_refusal 2 "it has no checkpoint" "a folder without one is no copy" \
    vouch verify --from-tiles public
fresh
expect_refusal 2 "it has no index for --replay" \
    "what needs an index is not pretended" vouch verify public --replay
expect_refusal 2 "it has no index for --structure" "nor a database's check" \
    vouch verify public --structure
expect_refusal 2 "two things to verify" "one thing at a time" \
    vouch verify --from-tiles public .

# Killed at any moment: readers always find a whole ledger, and the next
# publisher goes on.
cd .. && mkdir killed && cd killed || exit 1
ledger
incidents 1 254
vouch publish -q public
incidents 255 1299
failed=0
for pause in 0 0.002 0.004 0.006 0.008 0.01 0.013 0.016 0.02 0.03; do
	vouch publish -q public &
	publisher=$!
	sleep $pause
	kill -9 $publisher 2>/dev/null
	wait $publisher 2>/dev/null
	vouch verify -q public >>"$LAST/out" 2>&1 || failed=1
done
result $failed "a publisher that was killed leaves a whole ledger each time"
expect_ok "the next one goes on" vouch publish public
expect_ok "to the end" vouch verify public --json
expect_jq ".[0] | .problem_count == 0 and .size == $(size) and .ahead == 0" \
    "with nothing left over"
vouch publish -q again
ok "as if nothing had been" diff -r -x .publish -x '*.p' public again
ok "without files that have no name" [ "$(ls -A public/.publish)" = lock ]

# Two at once: one does it, the other says why not, or finds it done.
vouch publish -q twice & one=$!
vouch publish -q twice 2>"$LAST/err" & two=$!
wait $one; first=$?
wait $two; second=$?
[ "$first" -eq 0 ] || [ "$second" -eq 0 ]
result $? "of two publishers one publishes"
expect_ok "a whole ledger" vouch verify twice
done_testing
