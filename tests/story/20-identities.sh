#!/bin/bash
# A bank knows its people by certificates.  An owner names the bank's root in
# the ledger; from then on certificates vouch for keys, and an auditor reads
# who approved by the name that the bank gave them.  What does not lead to the
# root, is not of its time, or was revoked vouches for nobody.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -1)
at_time() { # TIME COMMAND…
	when=$1
	shift
	LD_PRELOAD=$faketime FAKETIME=$when "$@"
}
AUTHORITY='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'

# The bank: a root, an authority for people, and one more root with RSA.
mkdir ca work && cd ca || exit 1
new_root root P-256 '/C=DE/O=Bank AG/CN=Bank AG Root'
new_root rsa-root RSA-2048 '/O=Bank AG/CN=Bank AG RSA Root'
new_root rogue P-256 '/C=DE/O=Bank AG/CN=Bank AG Root'
new_certificate people P-384 '/O=Bank AG/CN=Bank AG People' root "$AUTHORITY"
new_certificate alice P-256 '/O=Bank AG/CN=Alice Example' people
new_certificate bob RSA-2048 '/O=Bank AG/CN=Bob Example' rsa-root
new_certificate carol RSA-3072 '/O=Bank AG/CN=Carol Example' rsa-root '' \
    '-sha384 -sigopt rsa_padding_mode:pss'
new_certificate dora P-384 '/O=Bank AG/CN=Dora Example' people
chain() { # NAME ISSUER…
	name=$1
	shift
	cat "$name.pem" >"$name.chain"
	for issuer in "$@"; do cat "$issuer.pem" >>"$name.chain"; done
}
for who in alice dora; do chain $who people; done
chain bob
chain carol
cd ../work || exit 1
ca=../ca

vouch init -q --no-passphrase --origin example.com/story --name olga
export VOUCH_KEY=olga
sign() { # KEY STATEMENT SIGNATURE, more options
	key=$1 statement=$2 signature=$3
	shift 3
	openssl dgst "${@:--sha256}" -sign "$ca/$key.key" -out "$signature" "$statement"
}
bind() { # NAME CERTIFICATE, options of openssl dgst: NAME.sig
	name=$1 certificate=$2
	shift 2
	vouch key binding "$name" --certificate "$ca/$certificate.chain" >"$name.statement" &&
	    sign "$certificate" "$name.statement" "$name.sig" "$@"
}

expect_refusal 2 "--binding SIG is needed" "to certify takes a certificate" \
    vouch key certify olga
vouch key new -q early --no-passphrase
vouch key request early >early.request
expect_refusal 2 "is a request: --request early.request" \
    "a request in the place of a key is told apart" \
    vouch key enrol early.request --role approver

# The statement.
vouch key new -q alice --no-passphrase
expect_ok "what a certificate's key signs is printed" \
    vouch key binding alice --certificate "$ca/alice.chain"
cp "$LAST/out" statement
ok "it is five lines" [ "$(wc -l <statement)" = 5 ]
ok "of which the first says what it is" \
    [ "$(sed -n 1p statement)" = vouchbook-identity/v1 ]
ok "the second which ledger" [ "$(sed -n 2p statement)" = example.com/story ]
ok "the third whose name" [ "$(sed -n 3p statement)" = alice ]
ok "the fourth which key" sh -c 'sed -n 4p statement | grep -q "^ssh-ed25519 AAAA[^ ]*$"'
ok "the fifth which certificate, as openssl counts it" \
    [ "$(sed -n 5p statement)" = "$(openssl x509 -in "$ca/alice.pem" -outform DER | sha256sum | cut -d' ' -f1)" ]
vouch key request alice >alice.request
ok "the same for a request" sh -c \
    'vouch key binding --request alice.request --certificate ../ca/alice.chain | cmp - statement'
(cd / && vouch key binding alice --origin example.com/story --certificate "$OLDPWD/../ca/alice.chain") >elsewhere
ok "and where the ledger is not" cmp elsewhere statement
if command -v ssh-keygen >/dev/null; then
	sed -n 4p statement >alice.pub
	ok "ssh-keygen reads the key and prints the fingerprint that is shown" sh -c \
	    'vouch key new -q x --no-passphrase && vouch key request x | jq -r .key >x.pub &&
	    [ "$(ssh-keygen -lf x.pub | cut -d" " -f2)" = "$(vouch key enrol x --role engineer -q && vouch key list --json | jq -r "select(.name==\"x\").fingerprint")" ]'
else
	skip "ssh-keygen -l on key fingerprints" "there is no ssh-keygen"
fi

# No root, no certificate.
sign alice statement alice.sig
enrol() { # NAME CERTIFICATE, more
	name=$1 certificate=$2
	shift 2
	vouch key enrol "$name" --role approver --certificate "$ca/$certificate.chain" --binding "$name.sig" "$@"
}
expect_refusal 1 "leads to no trusted root" "before a root is named nobody is certified" \
    enrol alice alice
expect_refusal 2 "give one of" "a root is said by its kind" vouch trust add bank
expect_refusal 1 "not an authority's" "a person's certificate is no root" \
    vouch trust add bank --identity-root "$ca/alice.pem"
expect_refusal 2 "has 2 certificates" "one root at a time" \
    vouch trust add bank --identity-root "$ca/alice.chain"
expect_ok "an owner names the root" vouch trust add bank --identity-root "$ca/root.pem"
expect_ok "and another" vouch trust add bank-rsa --identity-root "$ca/rsa-root.pem"
expect_ok "they are listed" vouch trust list
expect_output "CN=Bank AG Root, O=Bank AG, C=DE" "by their names"
expect_ok "for programs too" vouch trust list --json
expect_jq 'length == 2 and .[0].name == "bank" and .[0].about == "identity-root" and .[0].state == "trusted"' \
    "with their state"

# P-256 below P-384; RSA with both paddings; P-384.
expect_ok "a key is enrolled with a P-256 certificate below an authority" enrol alice alice
vouch key new -q bob --no-passphrase
ok "bob's RSA-2048 signs" bind bob bob
expect_ok "with RSA-2048 and PKCS#1" enrol bob bob
vouch key new -q carol --no-passphrase
ok "carol's RSA-3072 signs with PSS" bind carol carol -sha512 -sigopt rsa_padding_mode:pss
expect_ok "with RSA-3072, PSS, SHA-512" enrol carol carol
vouch key new -q dora --no-passphrase
vouch key enrol -q dora --role approver
ok "dora's P-384 signs with SHA-384" bind dora dora -sha384
expect_ok "a key that is enrolled is certified afterwards" \
    vouch key certify dora --certificate "$ca/dora.chain" --binding dora.sig
expect_ok "all are listed" vouch key list
expect_output "CN=Alice Example, O=Bank AG, certified by CN=Bank AG People, O=Bank AG" "with who certified whom"
expect_output "CN=Carol Example, O=Bank AG, certified by CN=Bank AG RSA Root, O=Bank AG" "each of them"
expect_ok "for programs too" vouch key list --json
expect_jq 'map(select(.name=="dora"))[0].certified | .subject == "CN=Dora Example, O=Bank AG" and .entry > 0 and (has("revoked") | not)' \
    "by member"
expect_ok "a verification checks it all again" vouch verify

# Nothing of ours: what docs/format.md says, with openssl and jq.
by_hand() { # SEQ ROOT
	vouch show "$1" --payload >payload
	time=$(vouch show "$1" --raw | jq -r .time)
	jq -r '.predicate.certified.chain[]' payload | while read -r one; do
		printf %s "$one" | base64 -d | openssl x509 -inform DER
	done >chain.pem
	jq -r .predicate.certified.binding payload | base64 -d >binding
	{
		printf 'vouchbook-identity/v1\n'
		jq -r '.predicate | .ledger, .name, .key' payload
		openssl x509 -in chain.pem -outform DER | sha256sum | cut -d' ' -f1
	} >by-hand
	openssl x509 -in chain.pem -noout -pubkey >holder.pem
	padding=
	[ "$(jq -r .predicate.name payload)" = carol ] && padding='-sigopt rsa_padding_mode:pss'
	# shellcheck disable=SC2086
	openssl dgst "-$(jq -r .predicate.certified.hash payload)" $padding -verify holder.pem -signature binding by-hand &&
	    openssl verify -attime "$(date -d "$time" +%s)" -x509_strict -CAfile "$2" -untrusted chain.pem chain.pem
}
certified=$(vouch log --kind key --json | jq -r 'select(.name=="alice" or .name=="bob" or .name=="carol" or .title=="certify dora") | .seq')
cat "$ca/root.pem" "$ca/rsa-root.pem" >roots.pem
for seq in $certified; do ok "openssl says the same of entry $seq" by_hand "$seq" roots.pem; done
ok "of four" [ "$(echo "$certified" | wc -l)" = 4 ]

# What vouches for nobody.
new_person() { vouch key new -q "$1" --no-passphrase; }
new_person mallory
bind mallory alice
cp statement mallory.statement
sign alice mallory.statement mallory.sig
expect_refusal 1 "not by the certificate's key" "a binding of another name and key" enrol mallory alice
vouch key binding mallory --origin example.com/other --certificate "$ca/alice.chain" >mallory.statement
sign alice mallory.statement mallory.sig
expect_refusal 1 "not by the certificate's key" "a binding for another ledger" enrol mallory alice
vouch key binding mallory --name mal --certificate "$ca/alice.chain" >mallory.statement
sign alice mallory.statement mallory.sig
expect_refusal 1 "not by the certificate's key" "a binding for another name" enrol mallory alice
bind mallory alice
sign dora mallory.statement mallory.sig
expect_refusal 1 "not by the certificate's key" "a binding by another's key" enrol mallory alice
sign alice mallory.statement mallory.sig -sha1
expect_refusal 1 "not by the certificate's key" "a binding with SHA-1" enrol mallory alice
sign alice mallory.statement mallory.sig
expect_refusal 2 "together" "a certificate without a binding" \
    vouch key enrol mallory --role approver --certificate "$ca/alice.chain"
expect_refusal 1 "no trusted root" "a chain without its middle" sh -c \
    'vouch key binding mallory --certificate ../ca/alice.pem >m.st && openssl dgst -sha256 -sign ../ca/alice.key -out m.sig m.st &&
    vouch key enrol mallory --role approver --certificate ../ca/alice.pem --binding m.sig'

refused() { # STATUS TEXT SENTENCE NAME
	if [ ! -s "$ca/$4.chain" ]; then chain_of "$4"; fi
	vouch key binding mallory --certificate "$ca/$4.chain" >mallory.statement 2>/dev/null &&
	    sign "$4" mallory.statement mallory.sig
	expect_refusal "$1" "$2" "$3" enrol mallory "$4"
}
chain_of() { (cd "$ca" && chain "$1"); }
cd "$ca" || exit 1
new_certificate usage P-256 '/CN=M' root 'keyUsage=critical,keyAgreement'
new_certificate server P-256 '/CN=M' root 'extendedKeyUsage=serverAuth'
new_certificate below P-256 '/CN=M' alice
chain below alice people
new_certificate strange P-256 '/CN=M' root "$PERSON_SAYS
1.2.3.4=critical,ASN1:UTF8String:x"
new_certificate sha1 P-256 '/CN=M' root '' -sha1
new_certificate small RSA-1024 '/CN=M' root
new_certificate by-rogue P-256 '/CN=M' rogue
chain by-rogue rogue
new_certificate narrow P-256 '/CN=Narrow' root "$AUTHORITY
nameConstraints=permitted;email:example.org"
new_certificate below-narrow P-256 '/CN=M' narrow
chain below-narrow narrow
cd ../work || exit 1
refused 1 "not for signatures" "a certificate for another usage" usage
refused 1 "another purpose" "one for servers" server
refused 1 "CA:FALSE" "one that a person issued" below
refused 2 "not understood" "an unknown critical extension" strange
refused 2 "too weak" "SHA-1" sha1
refused 2 "1024 bits" "RSA-1024" small
refused 1 "has not signed it" "a root of the same name" by-rogue
refused 2 "constraints" "an authority with constraints" below-narrow
if [ -n "$faketime" ]; then
	(cd "$ca" && at_time '2020-01-01 00:00:00' env DAYS=365 sh -c \
	    '. "$ROOT/tests/support/authority.sh"; new_certificate old P-256 /CN=M root
	    new_root old-root P-256 "/CN=Old Root"; new_certificate under-old P-256 /CN=M old-root')
	(cd "$ca" && at_time '+400d' sh -c '. "$ROOT/tests/support/authority.sh"; new_certificate later P-256 /CN=M root')
	refused 1 "expired" "one that has expired" old
	refused 1 "valid only from" "one that is not valid yet" later
	vouch trust add -q old --identity-root "$ca/old-root.pem"
	refused 1 "expired" "one whose root has expired" under-old
else
	skip "certificates of other times" "there is no faketime"
fi
printf 'x' | cat "$ca/alice.pem" - >"$ca/more.chain"
openssl x509 -in "$ca/alice.pem" -outform DER >"$ca/trailing.chain"
printf 'x' >>"$ca/trailing.chain"
expect_refusal 2 "bytes after" "bytes after a certificate" enrol mallory trailing
size=$(openssl x509 -in "$ca/dora.pem" -outform DER | tee dora.der | wc -c)
cut=0
for len in $(seq 0 97 "$((size - 1))") $((size - 1)); do
	head -c "$len" dora.der >cut.der
	vouch key binding mallory --certificate cut.der >/dev/null 2>&1 || cut=$((cut + 1))
done
ok "a certificate that was cut off is refused wherever" [ "$cut" = "$(seq 0 97 "$((size - 1))" | wc -l | awk '{print $1 + 1}')" ]

# By hand: what the command would not sign is refused at the door too.
new_person eve
vouch key request eve >eve.request
bind eve alice
made() { # HASH SIGNATURE CHAIN-FILE
	jq -c --arg hash "$1" --arg sig "$(base64 -w0 "$2")" --arg der "$(openssl x509 -in "$3" -outform DER | base64 -w0)" \
	    --arg middle "$(openssl x509 -in "$ca/people.pem" -outform DER | base64 -w0)" \
	    '{kind:"key",predicate:{action:"enrol",name,key,roles:["approver"],proof,certified:{hash:$hash,binding:$sig,chain:[$der,$middle]}}}' eve.request
}
made sha256 eve.sig "$ca/dora.pem" >eve.json
expect_refusal 1 "has not signed for eve's key" "another's chain with it" vouch record eve.json
made sha384 eve.sig "$ca/alice.pem" >eve.json
expect_refusal 1 "has not signed for eve's key" "another hash" vouch record eve.json
made sha256 eve.sig "$ca/alice.pem" >eve.json
sed 's/"chain":\["MII/"chain":["MIJ/' eve.json >spoilt.json
expect_refusal 2 "certified.chain[0]" "a chain that was spoilt" vouch record spoilt.json
expect_ok "as it should be it is taken" vouch record eve.json

expect_refusal 2 "cannot be corrected" "a root is not corrected, but replaced" \
    vouch correct trust/bank@1 --because x --set version=2

# Only owners say whom to trust.
expect_refusal 1 "owner" "an approver names no root" \
    vouch --key alice trust add mine --identity-root "$ca/rogue.pem"

# Where the signer is, the subject is.
echo '{"w":[1]}' >model.json
vouch key new -q eng --no-passphrase && vouch key enrol -q eng --role engineer
expect_ok "a model is proposed" vouch --key eng model register --name credit model.json --owner o --intended-use u
vouch --key eng propose -q credit --to production --because ready
cat >people.yaml <<'END'
policy: people
title: Who may approve
rules:
  - id: known-people
    on: [approval]
    require: signer.certified && signer.subject.contains("O=Bank AG") && signer.issuer.startsWith("CN=Bank AG People")
    otherwise: deny
    because: Only people whom the bank has certified approve.
  - id: all-known
    on: [deployment]
    require: ledger.keys.exists(k, k.certified) && lineage.approvals.all(a, a.signer.certified)
    otherwise: deny
    because: Whoever approved is certified now.
examples:
  - name: certified
    given: {record: {proposal: aa}, signer: {certified: true, subject: "CN=A, O=Bank AG", issuer: "CN=Bank AG People"}}
    expect: {known-people: pass}
  - name: not certified
    given: {record: {proposal: aa}}
    expect: {known-people: fail}
END
expect_ok "a rule asks for certified approvers" vouch policy publish people.yaml
vouch key new -q plain --no-passphrase && vouch key enrol -q plain --role approver
expect_exit 1 "somebody without a certificate approves nothing" \
    vouch --key plain approve credit
expect_exit 1 "nor somebody whom another authority certified" \
    vouch --key bob approve credit
expect_ok "and approved" vouch --key alice approve credit
expect_ok "the entry is shown" vouch show $(($(size) - 2))
expect_output "CN=Alice Example, O=Bank AG, certified by CN=Bank AG People, O=Bank AG" "with who that is"
expect_ok "the log has it" vouch log
expect_output "alice (CN=Alice Example" "beside the name"
expect_ok "for programs too" vouch log --json
expect_jq 'map(select(.kind=="approval"))[0].certified.subject == "CN=Alice Example, O=Bank AG"' "by member"

since=0
for report in "provenance credit" "compliance" "release credit --to production"; do
	# shellcheck disable=SC2086
	expect_ok "the report: $report" vouch report $report --format html -o report.html
	ok "says who alice is" grep -qF \
	    'CN=Alice Example, O=Bank AG, certified by CN=Bank AG People, O=Bank AG' report.html
	grep -q 'certified by CN=Bank AG People, O=Bank AG, since entry [0-9]' report.html &&
	    since=$((since + 1))
done
ok "and since which entry, of who was certified later" [ "$since" -ge 1 ]
for format in prov oscal; do
	report=compliance
	[ $format = oscal ] || report='provenance credit'
	# shellcheck disable=SC2086
	expect_ok "as $format" vouch report $report --format $format -o report.xml
	ok "too" grep -qF 'CN=Alice Example, O=Bank AG' report.xml
done
expect_ok "the status has it" vouch status
expect_output "CN=Alice Example, O=Bank AG, certified by" "beside who may sign"
expect_ok "it is deployed" vouch --key alice deploy credit --to production
expect_ok "an auditor takes all deployments" vouch population deployment -q -o pop
expect_ok "and a sample of them" \
    vouch sample pop -n 1 --seed 'dice 3 6 1 1 5 2 4 6' -f csv
expect_output "alice (CN=Alice Example, O=Bank AG, certified by CN=Bank AG People, O=Bank AG): approval of model/credit@1" \
    "who approved is said in the working paper"

# Revoked.
cd "$ca" || exit 1
new_list first people
new_list second people dora
new_list rogue-list rogue people
new_list root-list root
cd ../work || exit 1
expect_refusal 2 "no list" "a certificate is no list" vouch trust add crl --crl "$ca/alice.pem"
head -c 200 "$ca/first.crl" >cut.crl
expect_refusal 2 "does not end" "a list that was cut off" vouch trust add crl --crl cut.crl
expect_ok "a list is trusted" vouch trust add people-crl --crl "$ca/first.crl"
new_person frank
(cd "$ca" && new_certificate frank P-256 '/O=Bank AG/CN=Frank Example' people && chain frank people)
bind frank frank
expect_ok "whom it does not name is certified" enrol frank frank
expect_ok "the next list names dora" vouch trust add people-crl --crl "$ca/second.crl"
revoked=$(($(size) - 1))
expect_ok "it is shown" vouch key list
expect_output "the certificate was revoked in entry $revoked" "which entry ended it"
expect_ok "for programs too" vouch key list --json
expect_jq "map(select(.name==\"dora\"))[0].certified.revoked == $revoked" "by number"
new_person gina
bind gina dora
expect_refusal 1 "was revoked" "she vouches for no other key" enrol gina dora
expect_ok "what was signed before stands" vouch verify
(cd "$ca" && CRL_DAYS=1 new_list short people)
if [ -n "$faketime" ]; then
	plain=$(plain_vouch)
	vouch trust add -q people-crl --crl "$ca/short.crl"
	(cd "$ca" && new_certificate hans P-256 '/O=Bank AG/CN=Hans Example' people && chain hans people)
	new_person hans
	bind hans hans
	expect_refusal 1 "not current" "a list that is not current certifies nobody" \
	    at_time +3d "$plain" key enrol hans --role approver --certificate "$ca/hans.chain" --binding hans.sig
	expect_ok "the newest is" vouch trust add people-crl --crl "$ca/second.crl"
else
	skip "a list that is not current" "there is no faketime"
fi
expect_refusal 1 "who has not signed it" "a list in the root's name by another is not trusted" \
    vouch trust add false-crl --crl "$ca/rogue-list.crl"
expect_ok "the root's own is" vouch trust add root-crl --crl "$ca/root-list.crl"
(cd "$ca" && new_root false-people P-256 '/O=Bank AG/CN=Bank AG People' && new_list false-list false-people)
vouch trust add -q false-crl --crl "$ca/false-list.crl"
vouch trust withdraw -q people-crl --because 'only the false one is left'
new_person ida
(cd "$ca" && new_certificate ida P-256 '/O=Bank AG/CN=Ida Example' people && chain ida people)
bind ida ida
expect_refusal 1 "signed by another" "a list in an authority's name by another" enrol ida ida
expect_ok "is withdrawn" vouch trust withdraw false-crl --because 'not ours'
expect_ok "and ida is certified" enrol ida ida
expect_refusal 2 "nothing called" "what is not trusted is not withdrawn" \
    vouch trust withdraw false-crl --because again

# An authority that was merged has two certificates of one name and key: one
# by a root that nobody here trusts, and one by the bank's.
(
	cd "$ca" || exit 1
	new_root elsewhere P-256 '/O=Elsewhere AG/CN=Elsewhere Root'
	new_certificate merged P-256 '/O=Bank AG/CN=Merged' root "$AUTHORITY"
	cross() { # NAME ISSUER: merged's key and name, by another
		openssl x509 -req -in merged.csr -CA "$2.pem" -CAkey "$2.key" \
		    -set_serial "$3" -days 3650 -extfile merged.ext -sha256 \
		    -out "$1.pem" 2>/dev/null
	}
	cross merged-elsewhere elsewhere 77
	new_certificate jo P-256 '/O=Bank AG/CN=Jo Example' merged
	chain jo merged-elsewhere merged
	cp jo.pem lone.pem && cp jo.key lone.key && chain lone merged-elsewhere
	# Eighty that lead nowhere.
	cp jo.pem crowd.pem && cp jo.key crowd.key
	for i in $(seq 80); do cross "crowd-$i" elsewhere "$((100 + i))"; done
	# shellcheck disable=SC2046
	chain crowd $(seq -f 'crowd-%g' 80) merged
)
for who in lone crowd jo; do new_person $who && bind $who $who; done
expect_refusal 1 "its issuer CN=Elsewhere Root, O=Elsewhere AG is not there" \
    "who is certified by a way that leads elsewhere" enrol lone lone
expect_refusal 1 "its issuer CN=Elsewhere Root, O=Elsewhere AG is not there" \
    "or by more ways than anybody tries" enrol crowd crowd
expect_ok "is not who has a way to the bank's root as well" enrol jo jo
expect_ok "she is shown" vouch key list
expect_output "CN=Jo Example" "with her name"

# A root is withdrawn.
expect_ok "the other root is withdrawn" vouch trust withdraw bank-rsa --because 'its key was stolen'
withdrawn=$(($(size) - 1))
expect_ok "the list says so" vouch key list
expect_output "its root was withdrawn in entry $withdrawn" "of whom it certified"
expect_ok "trust is listed" vouch trust list
expect_output "withdrawn" "with what ended"

# Keys end, the certificate is of the key.
vouch key new -q alice-2 --no-passphrase
vouch key binding alice-2 --name alice --certificate "$ca/alice.chain" >alice-2.statement
sign alice alice-2.statement alice-2.sig
expect_ok "a key is replaced by one that is certified too" \
    vouch key rotate alice --to alice-2 --certificate "$ca/alice.chain" --binding alice-2.sig
expect_ok "both are shown" vouch key list --json
expect_jq 'map(select(.name=="alice" and has("certified"))) | length == 2' "with their certificates"

expect_ok "the whole verifies" vouch verify
expect_ok "the index is made again" vouch reindex
expect_ok "and verifies" vouch verify --json
list=$(openssl crl -in "$ca/second.crl" -outform DER | sha256sum | cut -d' ' -f1)
cp -r .vouch lost
sqlite3 "lost/ledger.db" "DELETE FROM attachment WHERE digest = x'$list'"
expect_exit 1 "a list that is missing is found" vouch --ledger lost verify
done_testing
