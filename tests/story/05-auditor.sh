#!/bin/bash
# An auditor trusts nobody.  She wants to see, with and without the program,
# that a ledger is whole, that it grew from what she saw last time, and, where
# it was touched, which entry it was.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
ledger
echo 1,2 >data.csv
vouch dataset add -q data.csv --licence CC0-1.0
vouch run -q -n train --input data.csv --output m -- sh -c 'echo w >m'
vouch model register -q m --name credit --owner risk
db=.vouch/ledger.db
sqlite3 $db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
auditor=(env VOUCH_HOME="$HOME/auditor")

# First visit.
vkey=$(vouch status --json | jq -r .vkey)
expect_ok "the first visit" "${auditor[@]}" vouch verify --vkey "$vkey" \
    --checkpoint visit.txt
expect_output "verified 5 entries" "counts the entries"
ok "the checkpoint is a signed note of the size" \
    [ "$(sed -n 2p visit.txt)" = 5 ]
ok "by the ledger" grep -q '^— example.com/story ' visit.txt
expect_refusal 2 "verifier key" "a verifier key with a slip" \
    "${auditor[@]}" vouch verify --vkey "${vkey%?????????}AAAAAAAAA"
mkdir ../other && ( cd ../other && ledger )
other=$(vouch --ledger ../other status --json | jq -r .vkey)
expect_exit 1 "the key of another ledger of that name" "${auditor[@]}" \
    vouch verify --vkey "$other"
expect_refusal 2 "" "a verifier key that is none" vouch verify --vkey hello

# Second visit.
vouch incident -q --title t --what w --severity low
cp $db five.db
expect_ok "the second visit" \
    "${auditor[@]}" vouch verify --since visit.txt --checkpoint visit2.txt
expect_output "1 new" "verifies what is new"
ok "and moves the checkpoint on" [ "$(sed -n 2p visit2.txt)" = 6 ]
expect_exit 1 "a checkpoint of another ledger" bash -c '
    vouch verify -q --ledger ../other --checkpoint other.txt
    vouch verify --since other.txt'
: >empty.txt
expect_refusal 2 "empty" "a checkpoint that is empty" \
    vouch verify --since empty.txt

# Without the program: the loop of docs/format.md, section 10.
sed -n '/^## 10/,/^## 11/p' "$ROOT/docs/format.md" |
    sed -n 's/^    //p' | sed -n '/^prev=/,/^ *done/p' >walk.sh
ok "the specification has a loop that walks the chain" \
    grep -q sha256sum walk.sh
( cd .vouch && sh ../walk.sh ) >walked 2>&1
ok "it finds the chain whole" [ ! -s walked ]

# Touched.
tampered() { # sentence, SQL, text in the output
	rm -rf ../touched && mkdir -p ../touched/.vouch
	cp $db ../touched/.vouch/ledger.db
	sqlite3 ../touched/.vouch/ledger.db "$2"
	run_last env VOUCH_HOME="$HOME/nobody" vouch verify ../touched
	if [ "$status" = 1 ] && grep -qF -e "$3" "$LAST/out" && no_noise; then
		result 0 "$1"
	else result 1 "$1"; fi
}
sqlite3 $db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
tampered "a byte of an entry" "UPDATE entry SET body =
    replace(body, '\"seq\":3', '\"seq\":3 ') WHERE seq = 3" "entry 3"
tampered "a time" "UPDATE entry SET body = replace(body,
    '\"time\":\"2', '\"time\":\"3') WHERE seq = 2" "entry 2"
tampered "an entry that is gone" \
    "DELETE FROM entry WHERE seq = 4" "entry 4"
tampered "two entries that were swapped" "UPDATE entry SET seq = seq + 100
    WHERE seq IN (2, 3); UPDATE entry SET seq = 205 - seq WHERE seq > 100" \
    "entry 2"
tampered "the last entry cut off" \
    "DELETE FROM entry WHERE seq = 5" "problem"
tampered "a tile" "UPDATE tile SET hashes =
    zeroblob(length(hashes))" "problem"
tampered "a checkpoint" "UPDATE checkpoint SET note =
    replace(note, char(10) || '6' || char(10), char(10) || '7' || char(10))
    WHERE size = 6" "checkpoint of 6"
tampered "an index that lies" \
    "UPDATE record SET signer = signer + 1 WHERE seq = 1" "index"

# A byte of the file itself, in an entry's text.
cp $db flipped.db
at=$(grep -abo '"seq":2,' flipped.db | head -1 | cut -d: -f1)
printf 'X' | dd of=flipped.db bs=1 seek=$((at + 200)) conv=notrunc 2>/dev/null
mkdir -p ../flipped/.vouch && cp flipped.db ../flipped/.vouch/ledger.db
expect_exit 1 "a flipped byte" env VOUCH_HOME="$HOME/nobody" \
    vouch verify ../flipped
expect_output "entry 2" "is found in its entry"
expect_exit 1 "for programs too" env VOUCH_HOME="$HOME/nobody" \
    vouch verify ../flipped --json
expect_jq '.[0].problems | map(.seq) | contains([2])' "by number"
( cd ../flipped/.vouch && sh ../../work/walk.sh ) >walked 2>&1
ok "the loop finds it as well" [ -s walked ]

# Rolled back, forked.
vouch status -q >/dev/null
mv .vouch newer
mkdir .vouch && cp newer/ledger.key .vouch/ && cp five.db $db
sqlite3 five.db 'DELETE FROM entry' 2>/dev/null
mkdir ../old && mkdir ../old/.vouch
mv .vouch older && mv newer .vouch
vouch incident -q --title t2 --what w --severity low
mv .vouch newer && mv older .vouch
for command in status log 'show 1' verify 'verify --without-index'; do
	# shellcheck disable=SC2086
	run_last vouch $command
	if [ "$status" = 1 ] && grep -q 'rolled back' "$LAST/err"; then
		result 0 "vouch $command sees that the ledger was rolled back"
	else
		result 1 "vouch $command sees that the ledger was rolled back"
	fi
done
expect_refusal 1 "rolled back" "and nothing is added to it" \
    vouch incident --title t --what w --severity low
env VOUCH_HOME="$HOME/fork" sh -c '
	mkdir -p "$VOUCH_HOME/keys" && cp "$HOME/vouch/keys/alice.key" \
	    "$VOUCH_HOME/keys/" && for i in 1 2 3; do
	vouch incident -q --title f$i --what w --severity low; done'
expect_refusal 1 "forked" "a ledger that was continued otherwise" vouch status
expect_exit 1 "is found by its old checkpoint too" bash -c '
    VOUCH_HOME=$HOME/nobody2 vouch --ledger newer/ledger.db verify -q \
    --checkpoint newest.txt &&
    VOUCH_HOME=$HOME/nobody3 vouch verify --since newest.txt'
rm -rf .vouch && mv newer .vouch
expect_ok "the true one is still good" vouch status

# The index is no evidence.
for table in $(sqlite3 $db "SELECT name FROM sqlite_master WHERE type =
    'table' AND name IN ('record','artefact','value','kind_count')"); do
	sqlite3 $db "DELETE FROM $table"
done
expect_exit 1 "an index that is empty is noticed" vouch verify
expect_ok "but is no evidence" \
    vouch verify --without-index --checkpoint without.txt
ok "and is not needed for a checkpoint" [ "$(sed -n 2p without.txt)" = 7 ]
expect_ok "and is made anew" vouch reindex
expect_ok "then all is well" vouch verify
expect_ok "things are found by name again" vouch show model/credit

# A lone file.
mkdir ../lone && cp $db ../lone/ledger.db
sqlite3 $db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp $db ../lone/ledger.db
chmod 444 ../lone/ledger.db && chmod 555 ../lone
public=$(public_vouch)
as_other=(env)
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	as_other=(setpriv --reuid 65534 --regid 65534 --clear-groups env)
fi
expect_exit 0 "a lone file in a folder without rights verifies" \
    "${as_other[@]}" VOUCH_HOME=/nonexistent "$public" verify \
    ../lone/ledger.db
expect_output "0 problems" "with no problem"
expect_exit 0 "it can be read" "${as_other[@]}" VOUCH_HOME=/nonexistent \
    "$public" --ledger ../lone/ledger.db log
expect_refusal 2 "ledger's own key" "but not added to, without its key" \
    vouch --ledger ../lone/ledger.db incident --title t --what w \
    --severity low
chmod 755 ../lone
done_testing
