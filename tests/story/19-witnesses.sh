#!/bin/bash
# A ledger is watched by people who gain nothing if it is rewritten.  Each
# remembers what it cosigned; an operator who shows another history gets no
# more cosignatures, and an auditor with an old one finds it.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/story --name alice
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
for w in w1 w2 w3; do
	VOUCH_HOME=$HOME/$w VOUCH_KEY='' vouch key new -q $w --no-passphrase
done
as() { # WITNESS COMMAND…: on its own machine
	witness=$1
	shift
	env -u VOUCH_KEY VOUCH_HOME="$HOME/$witness" "$@"
}
incident() {
	vouch incident -q --name "n$1" --title t --what w --severity low
}

# Whom the ledger trusts.
expect_ok "a witness prints its verifier key" as w1 vouch witness key
w1=$(cat "$LAST/out")
ok "which is of the type for cosignatures" [ "$(printf %s "$w1" |
    cut -d+ -f3 | base64 -d | head -c1 | od -An -tu1 | tr -d ' ')" = 4 ]
w2=$(as w2 vouch witness key --name w2.example/w2)
w3=$(as w3 vouch witness key)
expect_refusal 2 "no witness" "without witnesses nobody can be asked" \
    vouch witness request --folder ../ex
expect_ok "a witness is trusted" vouch witness add "$w1"
expect_output "recorded trust/w1@1" "under its own name"
expect_ok "another under a name of the ledger's" \
    vouch witness add "$w2" --name second
expect_refusal 2 "trusted already, as w1" "no key counts twice" \
    vouch witness add "$w1" --name again
expect_refusal 2 "key of a log" "a log is no witness" \
    vouch witness add "$vkey"
expect_refusal 2 "verifier key" "nor is a text" vouch witness add hello
expect_refusal 2 "cannot be the name" "nor may one be called quorum" \
    vouch witness add "$w3" --name quorum
expect_refusal 2 "1 to 64" "a quorum of none is none" vouch witness quorum 0
expect_ok "two must cosign" vouch witness quorum 2
ok "who are there" [ ! -s "$LAST/err" ]
expect_ok "that is listed" vouch witness list
expect_output "quorum: 2 of 2" "with the quorum"
expect_ok "nothing is cosigned yet" vouch status
expect_output "no checkpoint by a quorum" "and that is said"
expect_ok "which is no problem for verification" vouch verify
expect_output "no checkpoint meets the quorum" "but is said as well"

# The exchange.
ex=$HOME/ex
expect_ok "they are asked" vouch witness request --folder "$ex"
expect_output "w1: asked to cosign 4 entries, having seen 0" "each of them"
ok "in two files" [ "$(find "$ex" -name '*.request' | wc -l)" = 2 ]
cp -a "$ex" first
vouch witness request --folder "$ex" >/dev/null
ok "asking again changes nothing" diff -r first "$ex"
cosign() { # WITNESS FOLDER
	if [ "$1" = w2 ]; then set -- "$@" --name w2.example/w2; fi
	as "$1" vouch witness cosign "${@:2}" --log "$vkey"
}
expect_ok "a witness cosigns what is for it" cosign w1 "$ex"
expect_output "example.com/story: cosigned 4 entries" "and says what"
ok "in one answer" [ "$(find "$ex" -name '*.answer' | wc -l)" = 1 ]
cp -a "$ex" second
cosign w1 "$ex" >out
ok "once is enough" [ ! -s out ]
cosign w1 "$ex" >out 2>err
ok "and that there was nothing is said" \
    grep -q "nothing to cosign" err
mkdir empty
cosign w1 empty 2>err
ok "of a folder without a request, too" grep -q "no request to w1" err
ok "nothing is written again" diff -r second "$ex"
expect_ok "the answer is taken" vouch witness request --folder "$ex"
expect_output "w1: cosigned 4 entries at 2" "and verified"
expect_output "second: asked to cosign 4" "the other is waited for"
ok "who has answered is asked no more" \
    [ "$(find "$ex" -name '*.request' | wc -l)" = 1 ]
expect_ok "one is too few" vouch verify --json
expect_jq '.[0].witnessed | .newest.cosigned[0].witness == "w1" and
    .newest.met == false and .newest.quorum == {wanted: 2, of: 2} and
    .met == null' "for programs too"
cosign w2 "$ex" >/dev/null
vouch witness request -q --folder "$ex"
expect_ok "both have cosigned" vouch verify
expect_output "quorum met, 2 of 2 wanted" "the quorum is met"
expect_output "by w1 at 2" "and by whom"
expect_ok "the status says how far" vouch status
expect_output "4 entries by 2 of 2 witnesses, last at 2" "and when"
ok "nothing is left to be asked" \
    [ "$(find "$ex" -name '*.request' | wc -l)" = 0 ]
vouch status --json | jq -j .checkpoint >kept
ok "the checkpoint carries the cosignatures" \
    [ "$(grep -c '^— ' kept)" = 3 ]
ok "behind the ledger's own line" \
    [ "$(sed -n '5p' kept | cut -d' ' -f2)" = example.com/story ]

# More entries; the witness knows more than the ledger thinks.
sleep 1.1
incident 1
incident 2
expect_ok "new entries are not covered" vouch verify
expect_output "6 entries: cosigned by nobody; quorum not met" "which is said"
expect_output "4 entries: cosigned by w1" "and which are"
vouch prove --consistency 4 -o direct
expect_ok "a witness takes a proof of consistency as a request" \
    cosign w1 direct -o line
ok "and gives the line" grep -q '^— w1 ' line
expect_refusal 1 "knows 6 entries, the request begins at 4" \
    "but from the size that it knows alone" cosign w1 direct
vouch witness request --folder "$ex" >/dev/null
expect_ok "so a request from an older size is answered with that" \
    cosign w1 "$ex"
expect_output "knows 6 entries" "and no cosignature"
ok "as HTTP would" grep -q '^status 409$' "$ex"/*.answer
expect_ok "the ledger asks again from there" vouch witness request \
    --folder "$ex"
expect_output "w1: asked to cosign 6 entries, having seen 6" "from that size"
cosign w1 "$ex" >/dev/null
cosign w2 "$ex" >/dev/null
vouch witness request --folder "$ex" >/dev/null
expect_ok "until all have cosigned" vouch verify --json
expect_jq '.[0].witnessed.met.size == 6' "what is newest"

# When was it recorded?
sleep 1.1
incident 3
expect_ok "an entry between two cosigned checkpoints" vouch show 4
expect_output "after      2" "was recorded after one time"
expect_output "not among the 4 entries that" "because of what was seen then"
expect_output "before     2" "and before another"
expect_output "among the 6 entries that w1 cosigned then" "by what was seen"
expect_ok "for programs" vouch show 4 --json
expect_jq '.[0] | .recorded | .after.size == 4 and .before.size == 6 and
    .after.what == "cosignature" and .before.by == "w1" and
    .after.time < .before.time' "with its bounds"
expect_jq '.[0] | .entry.time >= .recorded.after.time and
    .entry.time <= .recorded.before.time' "and the ledger'\''s clock within"
expect_ok "the newest has no later bound" vouch show 6 --json
expect_jq '.[0] | .recorded.before == null and .recorded.after.size == 6 and
    .signed_after != null' "but an earlier one, and its signature as well"
expect_ok "the first has no earlier bound" vouch show 0 --json
expect_jq '.[0] | .recorded.after == null and .recorded.before.size == 4' \
    "as nothing was seen before"
expect_ok "an entry is proved by a checkpoint that the quorum cosigned" \
    vouch prove 4 --cosigned -o p
grep -q 'among the 6 entries' "$LAST/err"
result $? "and the interval is said to who makes the proof"
vouch show 4 --raw >l
{
	echo "log $vkey"
	echo "witness first $w1"
	echo "witness second $w2"
	echo "group both 2 first second"
	echo "quorum both"
} >policy
expect_ok "a stranger checks it by a policy" \
    vouch check-proof p l --policy policy
expect_output "before  2" "and learns by when it was recorded"
expect_ok "as programs do" vouch check-proof p l --policy policy --json
expect_jq '.[0].recorded | .after == null and .before.size == 6' "as well"
expect_refusal 2 "does not go with --cosigned" "at one checkpoint alone" \
    vouch prove 4 --cosigned --at 6
expect_refusal 2 "is not in the checkpoint" "not of what came later" \
    vouch prove 6 --cosigned

# An auditor's own witnesses.
expect_ok "an auditor believes two witnesses" \
    vouch verify --witness "$w1" --witness "$w2"
expect_output "your witnesses" "which are told apart"
expect_ok "or a policy" vouch verify --policy policy
expect_exit 1 "a witness that never cosigned" vouch verify --witness "$w3"
expect_output "no checkpoint meets the quorum of the witnesses that you" \
    "is missed"
sed "s|^log .*|log ${vkey%%+*}+$(printf %s "$w3" | cut -d+ -f2-)|" policy \
    >wrong
expect_refusal 2 "" "a log with a witness's key is none" \
    vouch verify --policy wrong
expect_refusal 2 "does not go with --policy" "one or the other" \
    vouch verify --policy policy --witness "$w1"

# The newest checkpoint gets a new date if nobody has anything to add.
cosign_all() {
	vouch witness request -q --folder "$ex" "$@"
	cosign w1 "$ex" >/dev/null
	cosign w2 "$ex" >/dev/null
	vouch witness request -q --folder "$ex"
}
cosign_all
sleep 1.1
cosign_all --again
expect_ok "a checkpoint is cosigned again" vouch verify --json
expect_jq '.[0].witnessed.newest.cosigned | length == 2 and
    all(.first < .last)' "and keeps the first and the last time"
sleep 1.1
cosign_all --again
vouch status --json | jq -j .checkpoint >kept
ok "but no more of them" [ "$(grep -c '^— ' kept)" = 5 ]
cp kept auditor

# Trust is a matter of the time.
expect_ok "a witness is trusted no longer" \
    vouch witness remove second --because 'it was closed'
expect_refusal 2 "no witness 'second'" "once" \
    vouch witness remove second --because 'again'
expect_ok "what it cosigned before counts" vouch verify --json
expect_jq '.[0].witnessed | .newest.trusted == 1 and .met.size == 7 and
    (.met.cosigned | length) == 2' "at the size of that checkpoint"
expect_ok "no quorum is wanted any more" \
    vouch witness remove quorum --because 'one is left'
expect_ok "then one suffices" vouch witness list
expect_output "no quorum is set" "as is said"

# Refusals of a witness.
mkdir ../other && (cd ../other && vouch init -q --no-passphrase \
    --origin example.com/other --key alice)
other=$(vouch --ledger ../other status --json | jq -r .vkey)
expect_refusal 2 "must be told whose" "a witness is told whose ledgers" \
    as w1 vouch witness cosign direct
expect_refusal 1 "is not known here" "others are unknown" \
    as w3 vouch witness cosign direct --log "$other"
expect_refusal 2 "" "a verifier key must fit its name" \
    as w3 vouch witness cosign direct --log "other${vkey#example.com/story}"
echo hello >no
expect_refusal 2 "line 1" "what is no request" cosign w1 no
expect_refusal 2 "leave it out" "a folder has its own places" \
    cosign w1 "$ex" -o out

# An operator rewrites the ledger from a copy made before.
sqlite3 .vouch/ledger.db "VACUUM INTO 'copy.db'"
cosign_all
vouch status --json | jq -j .checkpoint >auditor
mkdir -p ../forged/.vouch
cp copy.db ../forged/.vouch/ledger.db
cp .vouch/ledger.key ../forged/.vouch/
incident 8
incident 9
cosign_all
forge() { VOUCH_HOME=$HOME/forger vouch --ledger ../forged "$@"; }
mkdir -p "$HOME/forger/keys" && cp "$HOME"/vouch/keys/alice.key \
    "$HOME/forger/keys/"
expect_exit 1 "a ledger that was rolled back is behind the answers" \
    forge witness request --folder "$ex"
expect_output "it has cosigned 11 entries, this ledger has 9: the ledger was" \
    "that are there"
ex2=$HOME/ex2
expect_ok "in another place it may ask" forge witness request --folder "$ex2"
expect_ok "and is told" cosign w1 "$ex2"
expect_exit 1 "how much was seen" forge witness request --folder "$ex2"
expect_output "it has seen 11 entries, this ledger has 9: the ledger was" \
    "which is more than it has"
for n in 1 2 3 4; do
	forge incident -q --name "f$n" --title t --what w --severity low
done
expect_ok "once it is longer, it may ask again" \
    forge witness request --folder "$ex2"
expect_exit 1 "but the witness refuses" cosign w1 "$ex2"
expect_output "not proved to begin with the 11" "a fork"
expect_exit 1 "and the forger is told" forge witness request --folder "$ex2"
expect_output "it says 422" "as HTTP would"
expect_ok "by itself the forged ledger is sound" forge verify
vouch status --json | jq -j .checkpoint >auditor
expect_exit 1 "who kept a cosigned checkpoint finds it" \
    forge verify --since auditor --witness "$w1"
expect_output "this ledger was rewritten" "and says so"
# The same size, another history.
mkdir -p ../twin/.vouch
cp copy.db ../twin/.vouch/ledger.db
cp .vouch/ledger.key ../twin/.vouch/
twin() { VOUCH_HOME=$HOME/twin-forger vouch --ledger ../twin "$@"; }
mkdir -p "$HOME/twin-forger" && cp -a "$HOME/forger/keys" "$HOME/twin-forger/"
twin incident -q --name t1 --title t --what w --severity low
twin incident -q --name t2 --title t --what w --severity low
twin prove --consistency 11 -o twin.request
expect_refusal 1 "forked: it signed another history of the same 11" \
    "the same size with another root is a fork" cosign w1 twin.request

# A cosignature that was changed in the ledger.
mkdir -p ../touched/.vouch
sqlite3 .vouch/ledger.db "VACUUM INTO '../touched/.vouch/ledger.db'"
sqlite3 ../touched/.vouch/ledger.db "UPDATE checkpoint SET note =
    substr(note, 1, length(note) - 8) || 'AAAA' || substr(note, -4)
    WHERE size = 11"
expect_exit 1 "a changed cosignature is a problem" \
    env VOUCH_HOME="$HOME/x" vouch --ledger ../touched verify
expect_output "the signature by w1 does not verify" "and named"

# What lies in the folder may be by anybody.
incident 10
vouch witness request -q --folder "$ex"
stem=$(basename "$(find "$ex" -name '*.request' | head -1)" .request)
echo 'garbage' >"$ex/$stem.answer"
expect_exit 1 "an answer that is none" vouch witness request --folder "$ex"
expect_output "not an answer" "is named"
{
	printf 'vouchbook-witness-answer/v1\nrequest %064d\ncheckpoint 12\n' 0
	printf 'status 200\n\n'
	grep '^— w1' auditor | tail -1
} >"$ex/$stem.answer"
expect_exit 1 "a cosignature of another checkpoint" \
    vouch witness request --folder "$ex"
expect_output "does not verify" "is not taken"
rm "$ex/$stem.answer"
ln -s /dev/zero "$ex/$stem.answer"
expect_exit 1 "a link is not followed" vouch witness request --folder "$ex"
expect_output "no regular file" "and named"
rm "$ex/$stem.answer"
mv "$ex/$stem.request" mine
mkfifo "$ex/$stem.request"
expect_exit 1 "a pipe is not opened by a witness" timeout 10 \
    env -u VOUCH_KEY VOUCH_HOME="$HOME/w1" vouch witness cosign "$ex" \
    --log "$vkey"
rm "$ex/$stem.request"
echo 'old 0' >"$ex/$stem.request"
expect_exit 1 "a request that is none is answered" cosign w1 "$ex"
ok "with 400" grep -q '^status 400$' "$ex/$stem.answer"
mv mine "$ex/$stem.request"
cosign w1 "$ex" >/dev/null
expect_ok "the right one still is cosigned" vouch witness request \
    --folder "$ex"
expect_output "w1: cosigned 12 entries" "and taken"

# What a witness remembers.
state=$(find "$HOME/w1/witness" -name '*.checkpoint')
ok "a witness keeps one file for a ledger" [ "$(echo "$state" | wc -l)" = 1 ]
ok "of the last checkpoint" [ "$(sed -n 2p "$state")" = 12 ]
incident 11
vouch prove --consistency 12 -o next
cp "$state" good
sed -i '2s/12/11/' "$state"
run_last cosign w1 next
ok "what was changed there stops it" [ "$status" = 3 ]
expect_error "does not verify" "as it signed that itself"
: >"$state"
run_last cosign w1 next
ok "and what is empty" [ "$status" = 3 ]
cp "$(find "$HOME/w2/witness" -name '*.checkpoint')" "$state"
run_last cosign w1 next
ok "and what another witness kept" [ "$status" = 3 ]
expect_error "not cosigned by w1" "which is said"
cp good "$state"
run_last as w1 vouch witness cosign next --log "$vkey" --name other
ok "one witness does not go on under another's name" [ "$status" = 3 ]
expect_ok "what it kept itself is good" cosign w1 next

# Ten processes with two histories: one of them at most is cosigned.
(cd .. && cp -a work left && cp -a work right)
for side in left right; do
	cp -a "$HOME/vouch" "$HOME/$side-home"
	export VOUCH_HOME="$HOME/$side-home"
	vouch --ledger ../$side incident -q --name "$side" --title t \
	    --what w --severity low
	vouch --ledger ../$side prove --consistency 13 -o ../$side.request
done
export VOUCH_HOME="$HOME/vouch"
for n in 1 2 3 4 5; do
	for side in left right; do
		cosign w1 ../$side.request -o "../$side.$n" 2>/dev/null &
	done
done
wait
cosigned=$(cat ../left.[1-5] ../right.[1-5] 2>/dev/null | wc -l)
ok "of ten at once one is cosigned" [ "$cosigned" = 1 ]

# Killed at any moment: what left the witness is what it remembers.
rm -rf crash && mkdir crash
VOUCH_HOME=$HOME/w4 VOUCH_KEY='' vouch key new -q w4 --no-passphrase
lost=0 last=0
for n in $(seq 1 24); do
	if [ "$last" = 0 ]; then printf 'old 0\n\n' >r && vouch status --json |
	    jq -j .checkpoint >>r
	else
		vouch prove --consistency "$last" >r
	fi
	rm -f crash/line
	env -u VOUCH_KEY VOUCH_HOME="$HOME/w4" vouch witness cosign r \
	    --log "$vkey" -o crash/line 2>/dev/null &
	job=$!
	python3 -c "import time; time.sleep($n * 0.0015)"
	kill -9 $job 2>/dev/null
	wait $job 2>/dev/null
	kept=$(cat "$HOME"/w4/witness/*.checkpoint 2>/dev/null | sed -n 2p)
	# A line that left must be of what is remembered.
	if [ -s crash/line ] && ! grep -qF "$(cat crash/line)" \
	    "$HOME"/w4/witness/*.checkpoint; then lost=$((lost + 1)); fi
	if [ -n "$kept" ] && [ "$kept" -lt "$last" ]; then
		lost=$((lost + 1))
	fi
	last=${kept:-0}
	[ $((n % 4)) = 0 ] && incident "k$n"
done
ok "killed 24 times, nothing left that is not remembered" [ "$lost" = 0 ]

# The report on one model tells it of every entry.
mkdir ../told && cd ../told || exit 1
export VOUCH_HOME="$HOME/told-home" VOUCH_KEY=alice
vouch init -q --no-passphrase --origin example.com/told --name alice
VOUCH_HOME=$HOME/w5 VOUCH_KEY='' vouch key new -q w5 --no-passphrase
vkey=$(vouch status --json | jq -r .vkey)
vouch witness add -q "$(as w5 vouch witness key)"
ex=$HOME/told-ex
cosigned_by_w5() {
	vouch witness request -q --folder "$ex"
	cosign w5 "$ex" >/dev/null
	vouch witness request -q --folder "$ex"
}
cosigned_by_w5
echo w >m
vouch model register -q m --name credit --owner risk
cosigned_by_w5
expect_ok "a report on a model" vouch report provenance credit -o r.xml \
    --format xml
grep 'title="model/credit@1"' r.xml | grep 'after="2' | grep -q 'before-by="w5"'
result $? "says between what times its entries were recorded"
expect_ok "for people" vouch report provenance credit -o r.html
grep -q 'proved before 2' r.html
result $? "as well"
incident 1
cosigned_by_w5
expect_ok "which no figure depends on" vouch report --check r.xml

# A published copy has them, and is judged alike.
vouch publish -q pub
incident 2
vouch publish -q pub
expect_ok "a copy says who cosigned" vouch verify pub
expect_output "cosigned by nobody" "of the checkpoint that it has"
cosigned_by_w5
vouch publish -q pub
expect_ok "which may come later" vouch verify pub \
    --witness "$(as w5 vouch witness key)"
expect_output "cosigned by w5 at 2" "than the entries"
{
	echo "log $other"
	echo "quorum none"
} >policy
expect_exit 1 "a policy of other logs" vouch verify --policy policy
expect_output "not signed by a log of the policy" "is not satisfied"

# What was destroyed was recorded when it was recorded.
expect_ok "an entry is destroyed" vouch erase 4 --whole --basis law --request r
expect_ok "it is shown" vouch show 4
expect_output "among the 5 entries that w5 cosigned then" \
    "with the time by which it was recorded"
expect_ok "for programs" vouch show 4 --json
expect_jq '.[0] | .kind == "erased" and .recorded.after.size == 4 and
    .recorded.before.size == 5' "both bounds"

# A copy can wait for the witnesses.
expect_exit 1 "a copy of what is cosigned" vouch publish slow --cosigned
expect_error "erased something, and the checkpoint of" \
    "would not say why an entry is gone"
expect_error "have a later checkpoint cosigned" "what helps is said"
ok "nothing is written" [ ! -e slow/checkpoint ]
cosigned_by_w5
seen=$(vouch status --json | jq .size)
expect_ok "cosigned, it is published" \
    vouch publish slow --cosigned --attachments
expect_output "slow has $seen more entries" "all of it"
mkdir late && echo late >late/a
vouch dataset add -q late --name late
expect_ok "then it waits" vouch publish slow --cosigned
expect_output "slow was up to date: checkpoint example.com/told $seen" \
    "as the newest checkpoint is not cosigned"
ok "nor is what comes with a later entry" \
    [ -z "$(ls slow/attachment)" ]
expect_ok "and is whole" vouch verify slow \
    --witness "$(as w5 vouch witness key)"
expect_output "cosigned by w5 at 2" "with its cosignature"
expect_ok "who does not wait" vouch publish ahead
expect_error "--cosigned takes that of $seen, which enough did" \
    "is told what would be cosigned"
expect_ok "so is who proves an entry" vouch prove 4 -o p
expect_error "--cosigned takes that of $seen" "by what is not cosigned"
expect_ok "but not if that does not have it" \
    vouch prove "$seen" -o p
result_not_said=$(grep -c -- --cosigned "$LAST/err")
ok "as it would not help" [ "$result_not_said" = 0 ]
expect_exit 1 "a copy that is ahead of the witnesses" \
    vouch publish ahead --cosigned
expect_error "already, and the newest checkpoint that witnesses cosigned" \
    "is left alone"
expect_ok "being whole as it is" vouch verify ahead
cosigned_by_w5
expect_ok "once they have cosigned" vouch publish slow --cosigned
expect_output "slow has 1 more entry, 1 attachment" "it goes on"

# A quorum that nobody can meet.
expect_ok "nine must cosign" vouch witness quorum 9
expect_error "no checkpoint can meet this quorum yet: 1 witness is trusted" \
    "who are not there"
expect_ok "a quorum that can be met" vouch witness quorum 1
ok "needs no word" [ ! -s "$LAST/err" ]
expect_ok "until a witness goes" \
    vouch witness remove w5 --because 'it was closed'
expect_error "no checkpoint can meet this quorum yet: 0 witnesses are trusted" \
    "without which it cannot be"
expect_refusal 2 "N wants a whole number" "a quorum is a number" \
    vouch witness quorum many
done_testing
