#!/bin/bash
# Others have a word in a dossier, too: a witness that cosigned checkpoints, by
# whose clock entries are dated, and a bank that certifies who its people are.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
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
expect_output "1 certificates of keys' holders lead to the ledger's roots" \
    "and by whom"
expect_output "cosigned by w at 2" "who cosigned"
expect_output "that w cosigned then" "and when an approval was recorded"
expect_ok "for programs" vouch check-dossier others.tar --key "$vkey" --json
expect_jq '.[0] | .identities == 1 and .witnessed.met.cosigned[0].witness == "w"
    and ([.entries[] | select(.kind == "approval") | .recorded.before.by]
    | all(. == "w")) and ([.entries[] | select(.kind == "approval")
    | .signers[0].subject] | last == "CN=Bob Example, O=Bank AG")' "with both"
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
done_testing
