#!/bin/bash
# An auditor who trusts nobody gets one file. Without the ledger, without our
# program if she likes, she establishes which data, run, evaluation, people
# and rules put a model into production; and finds whatever was changed.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/story/guide.sh
. "$ROOT/tests/story/guide.sh"
export PYTHONDONTWRITEBYTECODE=1

mkdir work away && cd work || exit 1
released >"$LAST/out" 2>"$LAST/err"
result $? "a model goes into production"
vkey=$(vouch status --json | jq -r .vkey)
expect_ok "its dossier is written" vouch dossier credit -o credit.tar
expect_output "model/credit@1 at the checkpoint of 25 entries" \
    "it says of what, and by which checkpoint"
expect_ok "for programs too" vouch dossier credit@1 -o again.tar --json
expect_jq '.[0] | .size == 25 and .file == "again.tar" and
    (.sha256 | length) == 64' "with its digest"

# The same ledger, the same bytes.
ok "asked for by another name it is the same file" cmp credit.tar again.tar
run_last vouch log
expect_ok "every verdict is computed again" vouch verify --replay
expect_output "2 verdicts computed again, 0 differ" "an index record is none"
expect_ok "after others have read" vouch dossier credit -q -o again.tar
ok "it is the same file" cmp credit.tar again.tar
mkdir copy && cp .vouch/ledger.db copy/
expect_ok "from a copy of the ledger" vouch --ledger copy dossier credit \
    -q -o again.tar
ok "it is the same file" cmp credit.tar again.tar
ok "the ledger signed what its lists are, once" \
    [ "$(vouch log --kind index --json | jq -s length)" = 1 ]
vouch -q incident --title Later --severity low --model credit --what 'Later.'
expect_ok "at the checkpoint of then" vouch dossier credit --at 25 \
    -q -o again.tar
ok "it is the same file" cmp credit.tar again.tar
expect_ok "now" vouch dossier credit -q -o later.tar
ok "it is another" sh -c '! cmp credit.tar later.tar'
vouch -q incident --title Latest --severity low --model credit --what 'Last.'
# What cannot be written changes nothing, the ledger neither.
expect_refusal 2 "name a file, not a folder" "a folder is no dossier" \
    vouch dossier credit -o .
expect_refusal 2 "no folder" "nor is there one without a folder" \
    vouch dossier credit -o nix/credit.tar
expect_refusal 2 "no sealed field" "nor with fields that there are not" \
    vouch dossier credit --disclose nix -o late.tar
expect_ok "as it is" vouch dossier credit --as-it-is -q -o whole.tar
ok "no index record is signed for it" [ "$(vouch log --kind index --json |
    jq -s length)" = 2 ]
cp .vouch/ledger.db copy/
expect_ok "from a copy, which has no key to sign one with" \
    vouch --ledger copy dossier credit -q -o again.tar
expect_error "the 1 entries since the last one go into the dossier whole" \
    "it says what that means"
ok "it is the same file" cmp whole.tar again.tar
expect_ok "without the report" vouch dossier credit --without-report \
    -q -o small.tar
ok "it is small" [ "$(wc -c <small.tar)" -lt "$(wc -c <credit.tar)" ]
expect_ok "before the deployment" vouch dossier credit --at 12 -q -o early.tar
expect_ok "of a deployment" vouch dossier 19 -q -o deployed.tar
expect_refusal 2 "not a model or a deployment" "a data set has none" \
    vouch dossier dataset/data@1 -o x.tar
expect_refusal 2 "" "nor what there is not" vouch dossier nothing -o x.tar
expect_refusal 2 "not 1000" "nor a ledger larger than this" \
    vouch dossier credit --at 1000 -o x.tar
expect_refusal 2 "no checkpoint" "nor one before its beginning" \
    vouch dossier credit --at 0 -o x.tar
expect_refusal 2 "whole number" "nor a size that is none" \
    vouch dossier credit --at x -o x.tar
expect_refusal 2 "output" "where to, it wants to know" vouch dossier credit
ok "and leaves nothing" [ ! -e x.tar ]
cp .vouch/ledger.db copy/
sqlite3 copy/ledger.db "DELETE FROM attachment"
expect_refusal 1 "is missing" "a ledger that lost an attachment makes no dossier" \
    vouch --ledger copy dossier credit -o x.tar

# What is in it: everything on this model, and nothing on the other.
tar -tf credit.tar >names
ok "tar reads it" [ "$(head -1 names)" = dossier/MANIFEST ]
ok "the entries of the lineage, the keys, the rules" [ "$(grep entries/ \
    names | sed 's,.*/,,; s,.json,,' | sort -n | tr '\n' ' ')" = \
    "0 1 2 3 4 5 6 8 9 10 11 12 15 16 17 18 19 20 21 22 " ]
ok "each with its proof" [ "$(grep -c entries/ names)" = \
    "$(grep -c proofs/ names)" ]
tar -xOf credit.tar >content
ok "nothing about another model" sh -c '! grep -q "model/other" content'
tar -xOf whole.tar dossier/complete.lists >lists
ok "but what came since an index record is there whole" grep -q '^{"seq":27' \
    lists

# Away from the ledger.
cp credit.tar later.tar early.tar deployed.tar whole.tar ../away && cd ../away || exit 1
expect_ok "it is checked without the ledger" \
    vouch check-dossier credit.tar --key "$vkey"
for line in "The dossier is about model/credit@1" \
    "in the ledger example.com/story at its checkpoint of 25 entries" \
    "dataset/data@1, signed by alice" "run/train@1, signed by alice: end" \
    "evaluation of model/credit@1, signed by alice: auc 0.84" \
    "approval of model/credit@1, signed by bob: production" \
    "approval of model/credit@1, signed by carol: production" \
    "deployment of model/credit@1, signed by bob: deploy, production" \
    "signed by the ledger: refused" "signed by the ledger: allowed" \
    "policy/starter@1, signed by dana" "nothing on the model was left out" \
    "2 of 2 verdicts were computed again" "they were not checked" \
    "20 entries, 0 problems"; do
	expect_output "$line" "it says: $line"
done
expect_ok "for programs" vouch check-dossier credit.tar --key "$vkey" --json
expect_jq '.[0] | .holds and .problem_count == 0 and .problems == [] and
    .subject.name == "model/credit@1" and .checkpoint.size == 25 and
    .signatures == 21 and .verdicts == {computed: 2, same: 2} and ([.entries[] | select(.kind == "approval") |
    .signers[0].name] == ["bob", "carol"])' "with who signed what"
expect_ok "where nothing can be written" env TMPDIR=/nowhere \
    vouch check-dossier credit.tar --key "$vkey"
expect_output "verdicts could not be computed again" "it says what is left out"
expect_ok "shortly" vouch check-dossier -q credit.tar --key "$vkey"
ok "there is nothing to say" [ ! -s "$LAST/out" ]
for file in later early deployed whole; do
	expect_ok "so is $file" vouch check-dossier -q $file.tar --key "$vkey"
done
printf 'log %s\nquorum none\n' "$vkey" >policy
expect_ok "by a policy" vouch check-dossier -q credit.tar --policy policy
expect_exit 2 "by nobody's key" vouch check-dossier credit.tar
expect_error "no key of a ledger to believe" "it cannot be"
expect_exit 2 "nor by what is no key" vouch check-dossier credit.tar --key x
printf 'log %s\nwitness w %s\nquorum w\n' "$vkey" \
    w.example+27a6b9bf+BEMBSHqt7iP5pYVhgqt3jOgnnHj2LaOWkcUPU7Sx6JFk >policy
run_last vouch check-dossier -q credit.tar --policy policy
ok "a quorum that is not met is no" [ "$status" -ne 0 ]

# With nothing of ours: the commands of VERIFY.md, as they stand.
tar -xf credit.tar
export VKEY=$vkey
guide_of dossier
ok "VERIFY.md has commands" [ "$(find . -name 'block-*' | wc -l)" -ge 10 ]
for block in block-*; do
	expect_ok "$(head -c 60 "$block" | head -1)…" bash -c \
	    'cd dossier && bash -eu -o pipefail ../"$1"' - "$block"
done
forged() { # SENTENCE COMMAND: in a copy of the folder, with a MANIFEST of it
	rm -rf forged && cp -r dossier forged && (cd forged && eval "$2") &&
	    manifest forged && ! guide forged
	result $? "by them, $1 is found"
}
forged "a changed entry" 'sed -i s/2026/2027/ entries/5.json'
forged "a changed attachment" 'echo >>"$(ls attachments/* | head -1)"'
forged "a changed checkpoint" 'sed -i 2s/25/26/ checkpoint'
forged "another key" 'VKEY=x; sed -i s/example/exemple/ key.vkey'
forged "another pin" 'cp pins/5.consistency pins/6.consistency'
forged "another author's key" 'cd keys && f=$(grep -l " bob$" *.pub) &&
    cp "$(grep -l " carol$" *.pub | sed s/pub/pem/)" "${f%pub}pem"'
subject=$(jq -r .subject.digest dossier/about.json)
n=$(sed -n "/^list $subject evaluation/,/^present/p" dossier/complete.lists |
    sed -n '3s/ .*//p')
ok "an evaluation is in the dossier" [ -e "dossier/entries/$n.json" ]
forged "an evaluation that is not there" 'rm entries/$n.json proofs/$n.*'
forged "one that its list has not, either" 'rm entries/$n.json proofs/$n.* &&
    sed -i "/^list $subject evaluation/,/^present/{/^$n /d;s/^count .*/count 0/}" \
    complete.lists'
forged "a list that is not there" \
    'sed -i "s/^list $subject incident/list $subject incidents/" complete.lists'
forged "entries since that are not there" \
    'sed -i "s/^since .*/since 0/" complete.lists'
forged "a list beside which another could stand" \
    'sed -i "s/^near \([0-9]*\) list $subject/near 9\1 list $subject/" complete.lists'
ok "untouched they hold" guide dossier

# What is no dossier, and what was changed.
: >empty.tar
expect_exit 2 "an empty file is none" vouch check-dossier empty.tar --key "$vkey"
expect_error "cut" "it is cut"
expect_exit 2 "nor any other" vouch check-dossier policy --key "$vkey"
expect_error "policy: not a dossier" "it says that it is none"
expect_exit 2 "nor what is not there" vouch check-dossier none --key "$vkey"
tar -cf foreign.tar policy
expect_exit 2 "nor another archive" vouch check-dossier foreign.tar \
    --key "$vkey"
tar --sort=name -cf again.tar dossier
expect_exit 2 "nor one that another tar packed" vouch check-dossier \
    again.tar --key "$vkey"
head -c 5000 credit.tar >cut.tar
expect_exit 2 "nor the front of one" vouch check-dossier cut.tar --key "$vkey"
ok "in one line" [ "$(wc -l <"$LAST/err")" = 1 ]
(cat credit.tar && printf '\0') >longer.tar
expect_exit 2 "nor one with a byte behind" vouch check-dossier longer.tar \
    --key "$vkey"
(mkdir other && cd other && ledger)
expect_exit 1 "by another ledger's key nothing holds" vouch check-dossier \
    credit.tar --key "$(vouch --ledger other/.vouch status --json | jq -r .vkey)"
cp credit.tar bad.tar
expect_exit 1 "without its lists" sh -c 'mkdir d && cd d && tar -xf ../credit.tar &&
    rm dossier/complete.lists && python3 "$1" dossier ../unlisted.tar &&
    vouch check-dossier ../unlisted.tar --key "$2"' - \
    "$ROOT/tests/story/pack_dossier.py" "$vkey"
expect_output "so entries may have been left out" "it is no proof"
at=$(grep -abo '"seq":5,"time":"20' bad.tar | head -1 | cut -d: -f1)
printf 9 | dd of=bad.tar bs=1 seek=$((at + 6)) conv=notrunc status=none
expect_exit 1 "a changed byte is found" vouch check-dossier bad.tar --key "$vkey"
expect_output "MANIFEST: manifest: it has not the digest of entries/5.json" \
    "and where"
expect_output "entries/5.json: proof: " "and what that breaks"
expect_exit 1 "for programs" vouch check-dossier bad.tar --key "$vkey" --json
expect_jq '.[0] | (.holds | not) and .problem_count == (.problems | length) and
    (.problems | any(.check == "proof" and .where == "entries/5.json"))' \
    "with the place"
done_testing
