#!/bin/bash
# Others have a word in a dossier, too: a witness that cosigned checkpoints, by
# whose clock entries are dated, and a bank that certifies who its people are.
# And people may ask to be forgotten: what is sealed is not shown unless it is
# chosen, and what was erased is there as erased.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
# shellcheck source=tests/support/stamps.sh
. "$ROOT/tests/support/stamps.sh"
export PYTHONDONTWRITEBYTECODE=1

mkdir work away && cd work || exit 1
released >"$LAST/out" 2>"$LAST/err"
result $? "a model goes into production"
vkey=$(vouch status --json | jq -r .vkey)
as_witness() {
	env -u VOUCH_KEY VOUCH_HOME="$HOME/witness" "$@"
}
cosign() {
	vouch witness request -q --folder exchange >/dev/null
	as_witness vouch witness cosign exchange --log "$vkey" >/dev/null
	vouch witness request -q --folder exchange >/dev/null
}
as_witness vouch key new -q w --no-passphrase
witness=$(as_witness vouch witness key)
expect_ok "a witness is trusted" vouch witness add "$witness" --name w
expect_ok "and one is enough" vouch witness quorum 1
cosign
new_root root P-256 '/O=Bank AG/CN=Bank AG Root'
new_root other P-256 '/O=Other/CN=Other Root'
new_certificate bob P-256 '/O=Bank AG/CN=Bob Example' root
expect_ok "a bank's root is trusted" vouch trust add bank --identity-root root.pem
vouch key binding bob --certificate bob.pem >statement
openssl dgst -sha256 -sign bob.key -out bob.sig statement
expect_ok "it vouches for Bob" vouch key certify bob --certificate bob.pem \
    --binding bob.sig
expect_ok "who approves again" vouch --key bob approve credit --because still
cosign
expect_ok "all that is in the dossier" vouch dossier credit -q -o others.tar
tar -tf others.tar >names
ok "with checkpoints that the witness cosigned" \
    [ "$(grep -c checkpoints/ names)" -ge 2 ]
cp others.tar root.pem other.pem ../away && cd ../away || exit 1
expect_ok "it holds" vouch check-dossier others.tar --key "$vkey"
expect_output "signed by bob (CN=Bob Example, O=Bank AG, certified by CN=Bank" \
    "it says who Bob is"
expect_output "1 certificate of keys' holders leads to the ledger's roots" \
    "and by whom"
expect_output "cosigned by w at 2" "who cosigned"
expect_output "that w cosigned then" "and when an approval was recorded"
expect_ok "for programs" vouch check-dossier others.tar --key "$vkey" --json
expect_jq '.[0] | .identities == 1 and .witnessed.met.cosigned[0].witness == "w"
    and ([.entries[] | select(.kind == "approval") | .recorded.before.by]
    | all(. == "w")) and ([.entries[] | select(.kind == "approval")
    | .signers[0].subject] | last == "CN=Bob Example, O=Bank AG") and
    ([.entries[].signers[].certified | select(. != null) | has("until") and
    (has("revoked") | not)] | all)' "with both"
expect_ok "by the bank's root as the auditor knows it" vouch check-dossier -q \
    others.tar --key "$vkey" --identity-roots root.pem
expect_exit 1 "not by another" vouch check-dossier -q others.tar \
    --key "$vkey" --identity-roots other.pem
expect_output "identity: the certificate of bob" "and that is said"
echo none >none.pem
expect_exit 2 "nor by what is no root" vouch check-dossier -q others.tar \
    --key "$vkey" --identity-roots none.pem
printf 'log %s\nwitness w %s\nquorum w\n' "$vkey" "$witness" >policy
expect_exit 1 "the newest checkpoint has no cosignature yet" \
    vouch check-dossier others.tar --policy policy
expect_output "the quorum of the policy is not met" "so a policy may refuse it"
rm -rf d && mkdir d && (cd d && tar -xf ../others.tar)
repack() {
	python3 "$ROOT/tests/story/pack_dossier.py" d/dossier bad.tar
	expect_exit 1 "$1" vouch check-dossier bad.tar --key "$vkey"
}
one=$(find d/dossier/checkpoints -type f | sort | head -1)
cp "$one" kept
sed -i '$s/.\{6\}$/AAAAA=/' "$one"
repack "a changed cosignature is found"
cp d/dossier/checkpoint "$one"
repack "another checkpoint in its place"
expect_output "not shown to be a beginning" "is named"
cp kept "$one"
rm "d/dossier/pins/$(basename "$one").consistency"
repack "one without its proof"

# What is sealed, shown and erased.
mkdir ../private && cd ../private || exit 1
export VOUCH_HOME=$HOME/private
vouch init -q --no-passphrase --origin example.com/private --name alice
vouch key new -q dana --no-passphrase
vouch --key alice key enrol -q dana --role compliance
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
mkdir folder && echo a >folder/a
vouch run -q -n train --input folder --output model.json -- \
    sh -c 'echo 1 >model.json'
vouch model register model.json -q --name credit --owner o --intended-use u \
    --risk-class minimal --limitation l
incident() { # WHOM, more options
	whom=$1
	shift
	vouch incident -q --title t --what w --severity low --model credit \
	    --affected "$whom" "$@"
}
incident "Ada Abel" --seal affected
incident "Eve Ecker" --seal affected
incident "Ida Imhof"
expect_ok "a value is erased" vouch --key dana erase 5 affected \
    --basis "GDPR art. 17" --request R1
expect_ok "an entry is erased" vouch --key dana erase 7 --whole \
    --basis "GDPR art. 17" --request R2
expect_ok "an attachment is erased" vouch --key dana erase 2 --everywhere \
    --attachment "$(vouch show 2 --json | jq -r '.. | .manifest? // empty' |
	head -1)" --basis "GDPR art. 17" --request R3
expect_ok "the dossier is made" vouch dossier credit -q -o closed.tar
expect_ok "another shows what is asked for" vouch dossier credit -q \
    --disclose 'aff*' -o open.tar
expect_refusal 2 "no sealed field" "which must be there" vouch dossier credit \
    --disclose 'nothing' -o x.tar
said() { # FILE TEXT: in its files, or in a disclosure
	tar -xOf "$1" >content
	grep -aqF "$2" content || tar -tf "$1" | grep disclosures/ |
	    while read -r name; do
		tar -xOf "$1" "$name" | grep -o 'Wy[IJ][A-Za-z0-9_-]*' |
		    tr '_-' '/+' | base64 -d 2>/dev/null
	    done | grep -qF "$2"
}
ok "Eve is in the one that shows her" said open.tar "Eve Ecker"
ok "and not in the other" sh -c "! grep -aq 'Eve Ecker' closed.tar"
for file in open closed; do
	ok "nobody erased is in $file.tar" sh -c \
	    '! grep -aqE "Ada Abel|Ida Imhof" "$1"' - $file.tar
	expect_ok "$file.tar holds" vouch check-dossier $file.tar --key "$vkey"
done
expect_output "sealed fields: 2, of which shown and fitting: 0" "what is not shown"
expect_output "named that was erased, each by a record" "and what is erased"
expect_ok "what is shown fits" vouch check-dossier open.tar --key "$vkey" --json
expect_jq '.[0] | .sealed == 2 and .shown == 1 and .erased >= 2' "one of two"

# A clock that somebody else keeps.
new_root clocks RSA-2048 '/O=Clock AG/CN=Clock Root'
new_root rogue RSA-2048 '/O=Other/CN=Other Root'
new_certificate clock P-256 '/O=Clock AG/CN=Clock' clocks "$STAMPER_SAYS"
vouch timestamp request -q -o q.tsq
stamp clock q.tsq r.tsr
vouch timestamp add -q r.tsr --roots clocks.pem
expect_ok "a timestamp is kept" vouch timestamp list
vouch incident -q --title Later --what w --severity low --model credit
expect_ok "the dossier has it" vouch dossier credit -q -o dated.tar
expect_ok "without a root it is not decided" vouch check-dossier dated.tar \
    --key "$vkey"
expect_output "timestamps by authorities that are believed: 0; by others" \
    "which is said"
expect_ok "with its root" vouch check-dossier dated.tar --key "$vkey" \
    --timestamp-roots clocks.pem --json
expect_jq '.[0] | .timestamps == {believed: 1, unknown: 0} and ([.entries[] |
    select(.kind == "model") | .recorded.before.by]
    == ["CN=Clock, O=Clock AG"])' "it dates what stands before it"
expect_ok "by another's root it is not believed" vouch check-dossier dated.tar \
    --key "$vkey" --timestamp-roots rogue.pem
rm -rf d && mkdir d && (cd d && tar -xf ../dated.tar)
expect_ok "openssl finds that it holds" bash -c 'cd d/dossier && set -- timestamps/* &&
    size=${1#timestamps/} && sed "/^\$/,\$d" "checkpoints/${size%%-*}" >../text &&
    openssl ts -verify -data ../text -in "$1" -token_in -CAfile ../../clocks.pem'
one=$(find d/dossier/timestamps -type f | head -1)
cp "$one" kept.tst
printf 'x' >>"$one"
repack "a longer one is found"
cp kept.tst "${one%-*}-0000000000000000.tst" && rm "$one"
repack "one under another name"
rm -rf d && mkdir d && (cd d && tar -xf ../dated.tar)
rm d/dossier/checkpoints/*
repack "one over a checkpoint that is not there"
rm -rf d && mkdir d && (cd d && tar -xf ../open.tar)
cp -r d e
sed -i 's/"Wy[IJ]/"WyK/' d/dossier/disclosures/6.json
repack "another value in the place of one"
rm -rf d && cp -r e d
mv d/dossier/disclosures/6.json d/dossier/disclosures/5.json
repack "a disclosure of another entry"
rm -rf d && cp -r e d
rm d/dossier/entries/9.json d/dossier/proofs/9.tlog-proof
repack "what is missing without a record that says so"
done_testing
