#!/bin/bash
# A person makes mistakes, and machines fail: each time she wants one line that
# says what is wrong, where, and what to do, and a ledger that is as it was.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

plain=$(plain_vouch)
incident=(incident --title t --what w --severity low)

# No ledger.
mkdir nothing && cd nothing || exit 1
expect_refusal 2 "vouch init" "where there is no ledger" vouch status
expect_refusal 2 "" "where there is no such file" \
    vouch --ledger /nonexistent status
expect_refusal 2 "" "no ledger to verify" vouch verify
expect_refusal 2 "no folder" "a ledger in no folder" \
    vouch init nowhere --no-passphrase
mkdir .vouch && echo 'not a database, but long enough to look like one' \
    >.vouch/ledger.db
expect_refusal 2 "" "a file that is no database" vouch status
expect_refusal 2 "" "and its verification" vouch verify
rm .vouch/ledger.db
sqlite3 .vouch/ledger.db 'CREATE TABLE t(x)'
expect_refusal 2 "" "a database of something else" vouch status
: >.vouch/ledger.db
expect_refusal 2 "" "an empty file" vouch log
cd ..

mkdir work && cd work || exit 1
ledger
echo 'a,b' >data.csv
vouch dataset add -q data.csv
expect_refusal 2 "already" "a second init" \
    vouch init --no-passphrase --name alice
mkdir newer && ( cd newer && ledger )
sqlite3 newer/.vouch/ledger.db 'PRAGMA user_version=99'
cd newer || exit 1
expect_refusal 2 "" "a ledger of a newer version" vouch status
expect_refusal 2 "" "which cannot be added to" vouch "${incident[@]}"
expect_refusal 2 "" "nor be verified" vouch verify
cd ..

# Words.
expect_refusal 2 "did you mean 'verify'" "a misspelt command" vouch verfy
expect_refusal 2 "did you mean 'key'" "a misspelt family" vouch kei list
expect_refusal 2 "did you mean 'enrol'" "a misspelt command of a family" \
    vouch key enroll
expect_refusal 2 "did you mean --kind" "a misspelt option" \
    vouch log --kimd run
expect_refusal 2 "did you mean 'dataset'" "a misspelt kind" \
    vouch list datset
expect_refusal 2 "did you mean 'dataset'" "a misspelt kind in a filter" \
    vouch log --kind datset
expect_refusal 2 "did you mean 'dataset'" "a misspelt kind of schema" \
    vouch schema datset
expect_refusal 2 "did you mean 'json'" "a misspelt format" \
    vouch lineage data --format jsn
expect_refusal 2 "lr" "a parameter without =" vouch run --param lr -- true
expect_refusal 2 "" "a parameter without name" vouch run --param =1 -- true
expect_refusal 2 "" "a parameter twice" vouch run -p a=1 -p a=2 -- true
expect_refusal 2 "" "a metric that is no number" \
    vouch evaluate data --dataset data --metric auc=high
expect_refusal 2 "" "a run of nothing" vouch run
expect_refusal 2 "" "a number that is none" vouch log -n many
expect_refusal 2 "" "a time that is none" vouch log --since yesterdayish
expect_refusal 2 "" "an option without its value" vouch log --kind
expect_refusal 2 "" "an option twice" vouch log --kind run --kind model
expect_refusal 2 "" "too many words" vouch show 0 1 2
expect_refusal 2 "" "too few words" vouch show
expect_refusal 2 "" "an entry that is not there" vouch show 99
expect_refusal 2 "" "a name that is not there" vouch show model/none
expect_refusal 2 "" "a hash that is not there" vouch show deadbeef
expect_refusal 2 "" "a state that is not there yet" vouch log --as-of 99
expect_refusal 2 "" "a model that is not there" \
    vouch evaluate none --dataset data --metric auc=1
expect_refusal 2 "" "an origin with a space" \
    vouch init newer --origin 'a b' --no-passphrase
expect_refusal 2 "" "a name with a newline" \
    vouch dataset add data.csv --name $'a\nb'
expect_refusal 2 "" "a class of risk that does not exist" \
    vouch model register data.csv --name m --risk-class hgih
expect_refusal 2 "" "parameters that are no JSON" \
    vouch run --params data.csv -- true
expect_refusal 2 "" "an evaluation that is no JSON" \
    vouch evaluate data data.csv --dataset data
fails_in_json() { vouch show 99 --json; }
expect_exit 2 "for a program" fails_in_json
ok "the error is JSON too" jq -e .error.what "$LAST/err"

# Keys.
expect_refusal 2 "there is no key 'nobody'" "a key that is not there" \
    vouch --key nobody "${incident[@]}"
vouch key new -q bob --no-passphrase
expect_refusal 1 "not enrolled" "a key that the ledger does not know" \
    vouch --key bob "${incident[@]}"
vouch --key alice key enrol -q bob --role approver
expect_refusal 1 "bob" "a role that is too low" \
    vouch --key bob dataset add data.csv --name x
vouch --key alice key revoke -q bob --because gone
expect_refusal 1 "revoked" "a revoked key" vouch --key bob "${incident[@]}"
echo secret >right && echo wrong >wrong && chmod 600 right wrong
VOUCH_PASSPHRASE_FILE=right vouch key new -q sealed
VOUCH_PASSPHRASE_FILE=right vouch --key alice key enrol -q sealed \
    --role engineer
export VOUCH_KEY=alice
expect_refusal 2 "passphrase" "a wrong passphrase" \
    env VOUCH_PASSPHRASE_FILE=wrong vouch --key sealed "${incident[@]}"
expect_refusal 2 "" "a file of passphrases that is not there" \
    env VOUCH_PASSPHRASE_FILE=none vouch --key sealed "${incident[@]}"
expect_refusal 2 "" "a key file that is none" \
    vouch --key ./data.csv.key "${incident[@]}"
mv .vouch/ledger.key kept
expect_refusal 2 "ledger's own key" "a ledger without its key" \
    vouch "${incident[@]}"
mv kept .vouch/ledger.key

# Sizes.
long=$(head -c 70000 /dev/zero | tr '\0' x)
expect_refusal 2 "" "a record that is too large" \
    vouch incident --title t --what "$long" --severity low
printf '{"kind":"incident","predicate":{"name":"a","version":"1","title":"t","severity":"low","what":"%s"}}\n' \
    "$long" >large.json
expect_refusal 2 "" "and one from a file" vouch record large.json
head -c 20000000 /dev/zero | tr '\0' '[' >deep.json
expect_refusal 2 "" "a file of JSON that is far too large" \
    vouch record deep.json

# Files.
expect_refusal 2 "gone.csv" "a file that is not there" \
    vouch dataset add gone.csv
expect_refusal 2 "gone.csv" "an input that is not there" \
    vouch run --input gone.csv -- true
expect_refusal 2 "gone" "a model's file that is not there" \
    vouch model register gone --name m
expect_refusal 2 "" "a device" vouch dataset add /dev/zero
mkfifo pipe
expect_refusal 2 "" "a named pipe" vouch dataset add pipe
head -c 300000000 /dev/zero >growing
( while [ ! -e stop ]; do echo more >>growing; done ) &
writer=$!
expect_refusal 2 "growing" "a file that changes while it is read" \
    vouch dataset add growing
touch stop
wait $writer 2>/dev/null
rm growing stop

# Clock.
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -1)
if [ -z "$faketime" ]; then
	skip "a clock set back" "no libfaketime here"
else
	expect_refusal 3 "set the clock" "a clock set back" \
	    env LD_PRELOAD="$faketime" FAKETIME=-2d "$plain" "${incident[@]}"
fi

# Disks.
if [ "$(id -u)" = 0 ] && mkdir small && mkdir -p "$PWD/small" &&
    mount -t tmpfs -o size=512k,mode=755 none small 2>/dev/null; then
	cd small || exit 1
	ledger
	head -c 600000 /dev/zero >fill 2>/dev/null
	expect_refusal 3 "" "a full disk" vouch "${incident[@]}"
	rm fill
	expect_ok "which does no harm" vouch verify
	expect_ok "once there is room" vouch "${incident[@]}"
	cd ..
	umount small
elif [ -e "$ROOT/build/tests/fault/faults.so" ]; then
	for at in 1 2 3 5 8; do
		expect_refusal 3 "" "a disk that is full at write $at" env \
		    LD_PRELOAD="$ROOT/build/tests/fault/faults.so" \
		    FAULT_SORT=write FAULT_AT=$at FAULT_ERRNO=28 \
		    "$plain" -q "${incident[@]}"
	done
else
	skip "a full disk" "no right to mount, no build/tests/fault/faults.so"
fi
# What could not be committed was not seen.
mkdir limited && cd limited || exit 1
ledger
for kib in 24 28 32 36 40 44 48; do
	(trap '' XFSZ && ulimit -f "$kib" && vouch -q "${incident[@]}") \
	    >/dev/null 2>&1
	expect_ok "files that end at $kib KiB do no harm" vouch verify
done
cd ..
to_full() { vouch log >/dev/full; }
expect_refusal 3 "cannot write the output" "output that cannot be written" to_full

# Rights.
as_other=()
if [ "$(id -u)" != 0 ]; then as_other=(env)
elif command -v setpriv >/dev/null; then
	as_other=(setpriv --reuid 65534 --regid 65534 --clear-groups env)
fi
if [ ${#as_other[@]} = 0 ]; then
	skip "a folder without rights" "no setpriv"
else
	public=$(public_vouch)
	mkdir readonly && ( cd readonly && ledger )
	cd readonly || exit 1
	chmod 755 .vouch && chmod 644 .vouch/ledger.db
	vouch -q status >/dev/null
	mkdir -p ../other && chmod 777 ../other
	cp "$VOUCH_HOME/keys/alice.key" ../other/alice.key
	cp .vouch/ledger.key ../other/
	chmod 500 .vouch
	[ "$(id -u)" != 0 ] || chown 65534 ../other/*.key
	chmod 555 .vouch
	expect_exit 0 "a read-only ledger can be read" "${as_other[@]}" \
	    VOUCH_HOME="$PWD/../other" "$public" log
	expect_exit 0 "and verified" "${as_other[@]}" \
	    VOUCH_HOME="$PWD/../other" "$public" verify
	before=$(ledger_state)
	run_last "${as_other[@]}" VOUCH_HOME="$PWD/../other" "$public" \
	    --key ../other/alice.key "${incident[@]}"
	if [ "$status" != 0 ] && [ "$(wc -l <"$LAST/err")" = 1 ] &&
	    [ "$(ledger_state)" = "$before" ]; then
		result 0 "but not added to, and one line says so"
	else result 1 "but not added to, and one line says so"; fi
	chmod 755 .vouch
	cd ..
	mkdir locked && chmod 555 locked
	run_last "${as_other[@]}" VOUCH_HOME="$PWD/other" "$public" \
	    init locked --no-passphrase --name zoe --origin example.com/z
	if [ "$status" != 0 ] && [ "$(wc -l <"$LAST/err")" = 1 ] &&
	    [ ! -e locked/.vouch ] && [ ! -e other/keys/zoe.key ]; then
		result 0 "nor is a ledger founded where it cannot be"
	else result 1 "nor is a ledger founded where it cannot be"; fi
fi

# Two at once.
mkdir race
pids=()
for i in 1 2 3 4; do
	vouch init race --no-passphrase --name "r$i" --origin "example.com/$i" \
	    >race/out$i 2>race/err$i &
	pids+=($!)
done
won=0
for pid in "${pids[@]}"; do
	if wait "$pid"; then won=$((won + 1)); fi
done
ok "of several inits at once one wins" [ "$won" = 1 ]
ok "the others are told in one line each" \
    [ "$(cat race/err* | grep -c '^vouch: ')" = 3 ]
ok "its ledger is whole" vouch verify race
ok "the others left no key" sh -c \
    '[ "$(ls "$VOUCH_HOME"/keys/r?.key | wc -l)" = 1 ]'
pids=()
before=$(size)
for i in 1 2 3 4; do
	vouch run -q -n raced -- true & pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
ok "several runs at once are all recorded" [ "$failed" = 0 ]
ok "as two entries each" [ "$(size)" = $((before + 8)) ]
expect_ok "they are listed" vouch list run --all --json
expect_jq 'map(.version) | sort == ["1","2","3","4"]' \
    "each with a number of its own"
expect_ok "after all this the ledger verifies" vouch verify
expect_refusal 2 "there is no option -Z" "an option of one letter is told as such" \
    vouch status -Z
done_testing
