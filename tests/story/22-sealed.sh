#!/bin/bash
# A person is named in records that cannot be changed. Her name is sealed, shown
# to one auditor and not to another, and in the end erased for good: no byte of
# it stays in the ledger's files, and every signature and proof still holds.
# What goes missing without such a record is found.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
expect_ok "a ledger is founded" vouch init -q --no-passphrase \
    --origin example.com/story --name alice --role owner --role engineer \
    --role compliance --role service --role approver
export VOUCH_KEY=alice
raw() { cat .vouch/ledger.db* | grep -ac "$1"; }
incident() { # NAME WHAT, more options
	name=$1 what=$2
	shift 2
	vouch incident -q --name "$name" --title t --what "$what" \
	    --severity low "$@"
}
size() { vouch status --json | jq .entries 2>/dev/null; }
put() { # SQL
	python3 -c 'import sqlite3,sys
c = sqlite3.connect(".vouch/ledger.db"); c.execute(sys.argv[1]); c.commit()
c.execute("PRAGMA wal_checkpoint(TRUNCATE)")' "$1"
}

# Sealing.
expect_ok "a value is sealed" incident i1 'Erika Mustermann called twice' \
    --tag 'owner=Maximilian Mustermann' --tag desk=four \
    --seal what --seal tags.owner
ok "its name does not stand in the ledger" [ "$(raw 'Erika Mustermann')" = 0 ]
expect_ok "it is signed as a commitment" vouch show i1 --payload
expect_jq '.[0] | .predicate.what["$sealed"] | length == 43' "of a SHA-256"
expect_jq '.[0] | .predicate.tags.desk == "four"' "and what is open stays open"
expect_ok "it is shown to who has the ledger" vouch show i1
expect_output "Erika Mustermann called twice" "with its value"
expect_output "what: shown, its hash matches" "and that it is sealed"
expect_ok "for programs too" vouch show i1 --json
expect_jq '.[0] | .sealed | length == 2 and all(.state == "shown") and
    .[0].path == "what" and .[0].value == "Erika Mustermann called twice"' \
    "with state and value"
before=$(vouch log | wc -l)
expect_exit 2 "what is not there cannot be sealed" \
    incident i2 w --seal tags.owner
expect_exit 2 "nor what names the record" incident i2 w --seal name
expect_exit 2 "nor twice" incident i2 w --seal what --seal what
expect_exit 2 "nor in a record of authority" \
    vouch hold h --kind run --basis b --seal basis
ok "and nothing was recorded" [ "$(vouch log | wc -l)" = "$before" ]
expect_ok "a run is sealed at its start and its end" vouch run -q -n train \
    -p owner='Erika Mustermann' -p lr=0.1 --seal parameters.owner \
    --note 'for Erika' --seal note --seal metrics -- true
ok "all of it" [ "$(raw 'Erika')" = 0 ]
expect_ok "the ledger is sound" vouch verify --json
expect_jq '.[0] | .problem_count == 0 and .sealed >= 4 and .erased == 0' \
    "with its sealed fields"

# Disclosing.
expect_ok "one field is disclosed" vouch disclose i1 tags.owner
cp "$LAST/out" one.json
ok "and no other" sh -c 'grep -q tags.owner one.json &&
    ! grep -q what one.json'
ok "a SHA-256 alone checks it" python3 - one.json <<'P'
import base64, hashlib, json, subprocess, sys
one = json.load(open(sys.argv[1]))["disclosures"][0]
line = json.loads(subprocess.check_output(["vouch", "show", "i1", "--raw"]))
said = json.loads(base64.b64decode(line["envelope"]["payload"]))["predicate"]
digest = hashlib.sha256(one["disclosure"].encode()).digest()
wanted = base64.urlsafe_b64encode(digest).decode().rstrip("=")
assert said["tags"]["owner"] == {"$sealed": wanted}
text = one["disclosure"] + "=" * (-len(one["disclosure"]) % 4)
salt, value = json.loads(base64.urlsafe_b64decode(text))
assert value == "Maximilian Mustermann" and len(salt) == 22
P
expect_ok "it may be written to a file" vouch disclose i1 tags.owner -o two.json
ok "the same, which nobody else can read" sh -c \
    'cmp one.json two.json && [ "$(stat -c %a two.json)" = 600 ]'
expect_refusal 2 "cannot read \`nix'" "a file that is not there is not verified by" \
    vouch verify --disclosed nix
expect_ok "a reader sees what was disclosed to her" \
    vouch show i1 --disclosed one.json
expect_output "Maximilian Mustermann" "that value"
expect_output "what: withheld" "and that another is withheld"
expect_ok "verify takes the file" vouch verify --disclosed one.json
expect_output "1 value as signed" "and says so"
sed 's/"disclosure":"Wy../&X/' one.json >bad.json
expect_exit 2 "a changed disclosure is refused" \
    vouch verify --disclosed bad.json
jq -c '.disclosures[0].disclosure = "WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIiwieCJd"' \
    one.json >bad.json
expect_exit 1 "a value that was not signed is found" \
    vouch verify --disclosed bad.json
jq -c '.number = 2' one.json >bad.json
expect_exit 1 "and one of another entry" vouch show 2 --disclosed bad.json
expect_exit 2 "what is not sealed cannot be disclosed" \
    vouch disclose i1 tags.desk

# A record that was signed elsewhere.
vouch show i1 --payload | jq -c '{kind: "incident",
    predicate: (.predicate | {name: "i9", version: "1", title, severity,
    what})}' >copy.json
expect_exit 1 "a commitment without its value is refused" \
    vouch record copy.json
jq -c 'del(.ledger, .number, .entry)' one.json >other.json
expect_exit 1 "with another's value too" \
    vouch record copy.json --disclosures other.json
vouch disclose i1 what >what.json
expect_exit 1 "and one that stands in another entry" \
    vouch record copy.json --disclosures what.json
python3 - <<'P'
import base64, hashlib, json
text = base64.urlsafe_b64encode(json.dumps(
    ["c2FsdHNhbHRzYWx0c2FsdA", "said elsewhere"]).encode()).decode().rstrip("=")
digest = base64.urlsafe_b64encode(
    hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
record = json.load(open("copy.json"))
record["predicate"]["what"] = {"$sealed": digest}
json.dump(record, open("copy.json", "w"))
json.dump({"format": "urn:vouchbook:disclosures:v1",
    "disclosures": [{"disclosure": text}]}, open("other.json", "w"))
P
expect_ok "with its own it is recorded" \
    vouch record copy.json --disclosures other.json
expect_ok "and shown" vouch show i9
expect_output "said elsewhere" "by its value"

# A policy wants it sealed.
cat >privacy.yaml <<'Y'
policy: privacy
seal:
  incident: [what]
  "*": [free-text]
rules:
  - id: nothing
    on: [model]
    require: "true"
    otherwise: warn
    because: A policy has a rule.
Y
expect_ok "a policy may want fields sealed" \
    vouch policy publish privacy.yaml -q
expect_ok "then they are, without a word" incident i3 'Erika again'
expect_ok "as is said" vouch show i3 --json
expect_jq '.[0] | .sealed[0].path == "what"' "by that policy"
vouch show i9 --payload | jq -c '{kind: "incident", predicate: (.predicate |
    {name: "i10", version: "1", title, severity, what: "open"})}' |
    python3 -c 'import sys; print(sys.stdin.read())' >open.json
expect_ok "what is signed here is sealed" vouch record open.json
ok "too" [ "$(vouch show i10 --json | jq '.sealed | length')" = 1 ]

# Erasing.
expect_exit 2 "an erasure says what" vouch erase i1 --basis b --request r
expect_exit 1 "what is open cannot be erased" \
    vouch erase i1 tags.desk --basis b --request r
expect_ok "it can be tried" vouch erase i1 tags --basis b --request r -n
expect_output "tags.owner" "and says what would go"
expect_ok "a hold is laid on an entry" \
    vouch hold dispute --entry i1 --basis 'a dispute' -q
expect_exit 1 "nothing held is erased" \
    vouch erase i1 tags --basis b --request r
expect_error "hold dispute" "and the hold is named"
vouch hold dispute --release --basis 'it is over' -q
cp -r .vouch ../backup
vouch show i1 --raw >line
expect_ok "a value is erased" vouch erase i1 tags.owner \
    --basis 'GDPR art. 17(1)(b)' --request 'DSR 2026/17'
expect_output "not found" "and no byte of it is left"
ok "in no file" [ "$(raw 'Maximilian')" = 0 ]
salt=$(jq -r '.disclosures[0].disclosure' one.json | cut -c1-32)
ok "nor its salt" [ "$(raw "$salt")" = 0 ]
ok "which was there" sh -c 'cat ../backup/ledger.db* | grep -aq "$1"' - "$salt"
expect_ok "nothing is left to do" vouch settle
expect_output "no erasure waits" "and it says so"
expect_ok "the entry still stands" vouch show i1
expect_output "erased by entry" "and says by what it was erased"
vouch show i1 --raw | cmp -s - line
result $? "to the byte"
expect_ok "everything verifies" vouch verify --replay --json
expect_jq '.[0] | .problem_count == 0 and .erased == 1' "with one erasure"
expect_ok "the entry is proved" vouch prove 1 -o p
expect_ok "the index is rebuilt" vouch reindex
expect_ok "and right" vouch verify
expect_ok "what was erased" vouch show erasure/DSR-2026-17
expect_output "GDPR art. 17(1)(b)" "has its basis"
expect_exit 1 "nothing is erased twice" \
    vouch erase i1 tags.owner --basis b --request r
expect_exit 1 "nor disclosed" vouch disclose i1 tags.owner
expect_ok "a correction does not bring it back" \
    vouch correct i1 --because typo --set title=T
ok "and what was sealed is sealed again" \
    [ "$(vouch show i1 --json | jq -c '[.sealed[].path]')" = \
	'["what","supersedes.because"]' ]
expect_exit 1 "an erasure is not erased" \
    vouch erase erasure/DSR-2026-17 --whole --basis b --request r

# A reader holds the log.
expect_ok "one more" incident i4 'Rumpelstilzchen himself'
python3 -c 'import sqlite3, sys, time
c = sqlite3.connect(".vouch/ledger.db"); c.isolation_level = None
c.execute("BEGIN"); c.execute("SELECT count(*) FROM entry").fetchone()
open("ready", "w").close(); time.sleep(60)' &
reader=$!
while [ ! -e ready ]; do sleep 0.1; done
expect_exit 1 "a reader in the way is told" \
    vouch erase i4 what --basis b --request r
expect_output "close what reads the ledger" "with what to do"
kill "$reader"
wait "$reader" 2>/dev/null
ok "the next command finishes it" vouch status
ok "so that nothing is left" sh -c '
    ! cat .vouch/ledger.db* | grep -aq UnVtcGVsc3RpbHpjaGVu'

# Attachments.
printf 'the letter of Erika Mustermann, in full, with her address' >letter
digest=$(sha256sum <letter | cut -d' ' -f1)
for n in 1 2; do
	jq -nc --arg d "$digest" --arg n "e$n" '{kind: "evaluation", predicate: {
	    model: {name: "m", digest: ("a" * 64)}, name: $n, report: $d,
	    dataset: {name: "d", digest: ("b" * 64)}, metrics: {auc: 0.5}}}'
done >evaluations
expect_ok "two records have an attachment" \
    vouch record evaluations --attachment letter
first=$(vouch log --kind evaluation --json | jq -s 'map(.seq) | min')
expect_exit 1 "erased for both or neither" vouch erase "$first" \
    --attachment "$digest" --basis b --request r
expect_error "--everywhere" "as it says"
expect_ok "for both" vouch erase "$first" --attachment "$digest" \
    --everywhere --basis b --request r
ok "it is gone" [ "$(raw 'letter of Erika')" = 0 ]
expect_ok "and everything verifies" vouch verify
head -n 1 evaluations | jq -c '.predicate.name = "e3"' >again.json
expect_exit 1 "it does not come back with another record" \
    vouch record again.json --attachment letter
expect_error "was erased by entry" "as is said"
ok "not a byte of it" [ "$(raw 'letter of Erika')" = 0 ]
expect_ok "and everything verifies still" vouch verify
policy=$(sha256sum <privacy.yaml | cut -d' ' -f1)
expect_exit 1 "a policy's text is never erased" vouch erase policy/privacy \
    --attachment "$policy" --basis b --request r

# As a last resort, a whole entry.
vouch publish killed >/dev/null
cp killed/checkpoint before
expect_ok "one that was not sealed" vouch record - <<'J'
{"kind":"dataset","predicate":{"name":"people","version":"1","origin":"Herr Rumpelstilz, Hauptstrasse 7"},"subject":[{"name":"dataset/people@1","digest":{"sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}}]}
J
seq=$(vouch log --kind dataset -n 1 --json | jq .seq)
vouch show "$seq" --raw >line
body=$(jq -r .envelope.signatures[0].sig line | cut -c1-40)
ok "its body is there" [ "$(raw "$body")" != 0 ]
for copy in published whole killed; do
	vouch publish "$copy" >/dev/null
done
# As a publisher leaves it that is killed before its checkpoint.
cp before killed/checkpoint
expect_ok "is destroyed whole" vouch erase people --whole \
    --basis 'GDPR art. 17(1)(d)' --request 'DSR 2026/18'
ok "no byte of it is left" [ "$(raw "$body")" = 0 ]
expect_ok "its leaf hash stays" vouch show "$seq"
expect_output "erased by entry" "with what erased it"
expect_ok "the log says so" vouch log
expect_output "erased by entry" "in its place"
expect_ok "everything verifies without it" vouch verify --replay
expect_ok "and is proved" vouch prove "$seq" -o p
expect_ok "and listed" vouch list dataset
expect_ok "the index is rebuilt without it" vouch reindex
expect_ok "and right" vouch verify
expect_ok "a copy is published without it" vouch publish published
expect_ok "and verifies" vouch verify published
expect_ok "all of a copy is published again" vouch publish --whole whole
expect_ok "a copy is finished" vouch publish killed
ok "no copy has a byte of it" sh -c '
    ! grep -raq "$1" published whole killed' - "$body"
expect_ok "one verifies" vouch verify whole
expect_ok "and the other" vouch verify killed
expect_exit 1 "a genesis is never destroyed" \
    vouch erase 0 --whole --basis b --request r
expect_exit 1 "nor a policy" \
    vouch erase policy/privacy --whole --basis b --request r
expect_ok "reports are made" vouch report posture -o r.html

# What a correction says of itself is not taken over.
incident i6 w
vouch correct i6 --because 'Erika said so' --set title=T -q \
    --seal supersedes.because
vouch erase i6 supersedes.because --basis b --request r -q
expect_ok "what was corrected for a reason that is gone" \
    vouch correct i6 --because again --set title=U

# A rule counted it, and reports cite it.
echo model >model.bin
echo d,e >test.csv
echo '{"metrics": {"auc": 0.9}, "n": 100}' >evaluation.json
cat >counts.yaml <<'Y'
policy: counts
rules:
  - id: measured
    on: [deployment]
    require: size(lineage.evaluations) > 0
    otherwise: deny
    because: It was measured.
Y
vouch dataset add test.csv --name test -q
vouch run -q --name fit --output model.bin -- true
begun=$(vouch log --kind run --json | jq -s 'map(.seq) | sort | .[-2]')
vouch model register model.bin --name credit --owner o --risk-class high \
    --intended-use u -q
vouch evaluate credit evaluation.json --dataset test -q
measured=$(vouch log --kind evaluation -n 1 --json | jq .seq)
vouch evaluate credit evaluation.json --dataset test -q
vouch policy publish counts.yaml -q
vouch propose credit --to production --because p -q
vouch approve credit --because a -q
expect_ok "a model goes into use" vouch deploy credit --to production -q
for seq in "$measured" "$begun"; do
	expect_ok "what it rests on is destroyed" \
	    vouch erase "$seq" --whole --basis b --request "w$seq"
done
expect_ok "a verdict that counted it is no problem" vouch verify --replay
expect_output "rules may have counted entry" "but it is said"
expect_ok "programs are told, too" vouch verify --replay --json
expect_jq '.[0] | .problem_count == 0 and .settled and
    (.not_recomputable | length > 0 and
    all(.rests_on_it == false and .erased_by > .erased_entry))' \
    "which verdict, and what was erased"
for kind in posture 'provenance credit' compliance \
    'release credit --to production'; do
	# shellcheck disable=SC2086
	expect_ok "a report after that: ${kind%% *}" \
	    vouch report $kind --format json
	expect_jq '.[0] | [.evidence[].entry[] | .checked] |
	    all(. == "sound" or . == "erased")' "cites what is sound or erased"
done
vouch report provenance credit --format json >report.json
ok "by whom it was erased" jq -e --arg s "$begun" 'any(.evidence[].entry[];
    .seq == $s and .checked == "erased" and
    (.title | startswith("erased by entry ")))' report.json
expect_ok "one of the time when it was the last entry" \
    vouch report posture --at $((measured + 1))
expect_ok "and a dossier" vouch dossier credit -o credit.tar

# The disk has room for the record, but not for writing the file anew.
mkdir ../tight && cd ../tight || exit 1
vouch init -q --no-passphrase --origin example.com/tight --name alice \
    --role owner --role engineer --role compliance
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
	incident "t$n" "$(head -c 3000 /dev/urandom | base64 -w0)"
done
for kib in $(seq 32 8 200); do
	run_last sh -c 'trap "" XFSZ; ulimit -f "$1"; exec vouch erase 5 \
	    --whole --basis b --request r' - "$kib"
	[ "$status" = 3 ] && grep -q 'entry 19 was recorded' "$LAST/err" && break
done
expect_error "entry 19 was recorded, but" "what was not cleaned up is said"
expect_error "vouch settle" "with what does it"
expect_ok "it is kept in mind" vouch status
expect_output "an erasure is not finished" "and told"
expect_ok "also who verifies" vouch verify
expect_output "an erasure is not finished" "is told"
expect_ok "this finishes it" vouch settle
expect_output "the file was written anew" "and says how"
expect_ok "once" vouch settle --json
expect_jq '.[0] | .was_owed == false and .settled' "and no more"
expect_ok "and everything verifies" vouch verify

# The pack for personal data seals by itself.
mkdir ../pack && cd ../pack || exit 1
vouch init -q --no-passphrase --origin example.com/pack --name alice \
    --role owner --role engineer --role compliance
expect_ok "the pack is in force" vouch policy publish privacy -q
expect_ok "a run says who and where" vouch run -n train --with-host -- true
vouch incident -q --name i --title T --severity low --what 'Erika called.' \
    --affected 'Erika Mustermann'
sqlite3 .vouch/ledger.db 'SELECT body FROM entry' |
    jq -s '[.[].envelope.payload | @base64d | fromjson | .predicate]' >open.json
ok "it has them" jq -e 'any(has("host")) and any(has("user"))' open.json
ok "but nobody reads them in the entries" jq -e '(tostring | test("Erika") | not)
    and all(.[]; [.host, .user] | all(. == null or has("$sealed")))' open.json
expect_ok "its keeper reads it" vouch show incident/i
expect_output "affected: shown, its hash matches" "as it was signed"
expect_ok "it is erased" vouch erase incident/i affected what \
    --basis 'GDPR art. 17(1)(b)' --request r1
expect_ok "and everything verifies" vouch verify
cd ../work || exit 1

# What goes missing otherwise.
damaged() { # SENTENCE CHECK SQL
	rm -rf ../damaged && cp -r .vouch ../damaged
	(cd .. && rm -rf d && mkdir d && cp -r damaged d/.vouch && cd d &&
	    put "$3")
	run_last vouch verify --ledger ../d --json
	if [ "$status" = 1 ] && jq -e --arg c "$2" \
	    'any(.problems[]; .check == $c)' "$LAST/out" >/dev/null
	then result 0 "$1"; else result 1 "$1"; fi
}
damaged "a disclosure that went missing is found" sealed \
    "DELETE FROM disclosure WHERE digest = (SELECT min(digest) FROM disclosure)"
damaged "one that was changed" sealed \
    "UPDATE disclosure SET content = content || 'A'"
damaged "one that nobody asks for" sealed \
    "INSERT INTO disclosure VALUES (zeroblob(32), 'WyJ')"
damaged "a body that went missing" entry \
    "UPDATE entry SET body = '' WHERE seq = 2"
damaged "an attachment that went missing" attachment "DELETE FROM attachment"
cp -r ../backup/ledger.db old.db
damaged "a body that came back" erasure \
    "UPDATE entry SET body = '$(cat line)' WHERE seq = $seq"
done_testing
