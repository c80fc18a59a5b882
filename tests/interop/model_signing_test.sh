#!/bin/sh
# A team gets models that others signed with OpenSSF's model_signing: what it
# signed is accepted, and whatever was changed since is refused, by both.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

signer=$PEERS/model_signing/bin/model_signing
[ -x "$signer" ] || [ ! -e "$PEERS/no_model_signing" ] || {
	skip "everything in ${0##*/}" "$(cat "$PEERS/no_model_signing")"
	done_testing
	exit 0
}
need jq openssl base64 "$signer"
mkdir work && cd work || exit 1
mkdir -p model/weights model/.git
echo '{"layers": 2}' >model/config.json
head -c 100000 /dev/zero | tr '\0' w >model/weights/part-1.bin
echo x >model/.git/config
: >model/empty
echo n >'model/naïve \ with	tab'

# both WANTED SENTENCE: what model_signing and we say of $bundle and $folder
# with the options in $theirs and $ours; it says 1 whatever is wrong.
both() {
	# shellcheck disable=SC2086
	"$signer" verify $theirs "$folder" --signature "$bundle" \
	    >"$LAST/theirs" 2>&1
	their_status=$?
	# shellcheck disable=SC2086
	run_last vouch check-oms "$bundle" "$folder" $ours
	[ "$status" -eq "$1" ] && no_noise
	result $? "$2: we say $1"
	[ "$((their_status > 0))" -eq "$(($1 > 0))" ]
	result $? "$2: and so does model_signing"
}

# ---- bare keys ----
for curve in prime256v1 secp384r1 secp521r1; do
	openssl ecparam -name $curve -genkey -noout -out $curve.key
	openssl ec -in $curve.key -pubout -out $curve.pem 2>"$LAST/err"
	expect_ok "model_signing signs with $curve" "$signer" sign key model \
	    --private_key $curve.key --signature $curve.sig
	bundle=$curve.sig folder=model
	theirs="key --public_key $curve.pem" ours="--key $curve.pem"
	both 0 "a model signed with $curve"
done
expect_output "all 4 files are as signed" "the files are counted"
bundle=prime256v1.sig theirs="key --public_key prime256v1.pem"
ours="--key prime256v1.pem"

changed() { # WANTED SENTENCE COMMAND…: in a copy of the model
	wanted=$1 sentence=$2
	shift 2
	rm -rf copy
	cp -r model copy
	(cd copy && "$@")
	folder=copy
	both "$wanted" "$sentence"
	folder=model
}
changed 1 "a changed file" sh -c 'echo >>config.json'
expect_output "config.json is not the file that was signed" "by its name"
changed 1 "a file of the same length" sh -c 'printf v | dd of=weights/part-1.bin conv=notrunc bs=1 \
    seek=5000 status=none'
changed 1 "an added file" touch weights/part-2.bin
expect_output "weights/part-2.bin is not signed" "by its name"
changed 1 "an added hidden file" touch .hidden
changed 1 "a removed file" rm empty
expect_output "empty was signed and is missing" "by its name"
changed 1 "a renamed file" mv config.json config.yaml
ok "is two" [ "$(wc -l <"$LAST/out")" -ge 3 ]
changed 1 "files that changed places" sh -c \
    'mv empty x && mv config.json empty && mv x config.json'
changed 1 "a file in place of a folder" sh -c 'rm -r weights && touch weights'
changed 1 "a link in place of a file" sh -c \
    'mv config.json .git/ && ln -s .git/config.json config.json'
changed 0 "a changed file that is not signed" sh -c 'echo >>.git/config'
changed 0 "an added empty folder" mkdir more

# ---- the bundle itself ----
payload() { # FILTER: the statement changed, and the rest as it was
	jq -r .dsseEnvelope.payload prime256v1.sig | base64 -d |
	    jq "$1" | base64 -w0 >payload
	jq -c --rawfile p payload '.dsseEnvelope.payload = $p' prime256v1.sig \
	    >bad.sig
}
bundle=bad.sig
payload '.subject[0].name = "other"'
both 1 "a bundle with another name"
payload '.predicate.resources[0].digest |= sub("^."; "0")'
both 1 "with another digest"
payload 'del(.predicate.resources[0])'
both 1 "with a file less"
payload '.predicate.serialization.ignore_paths += ["config.json"]'
both 1 "that ignores more"
jq -c '.dsseEnvelope.signatures[0].sig |=
    .[:30] + (if .[30:31] == "A" then "B" else "A" end) + .[31:]' \
    prime256v1.sig >bad.sig
both 1 "with another signature"
jq -c '.dsseEnvelope.signatures[0].sig |= .[:-8] + "AAAAAAAA"' \
    prime256v1.sig >bad.sig
both 1 "with the end of another signature"
jq -c '.verificationMaterial.publicKey.hint |= sub("^."; "z")' \
    prime256v1.sig >bad.sig
both 1 "that names another key"
jq -c '.dsseEnvelope = input.dsseEnvelope' prime256v1.sig secp384r1.sig \
    >bad.sig
both 1 "with the envelope of another"
jq -c '.mediaType |= sub("0.3"; "0.2")' prime256v1.sig >bad.sig
both 2 "of another version"
jq -c 'del(.dsseEnvelope.signatures[0])' prime256v1.sig >bad.sig
both 2 "without a signature"
head -c 500 prime256v1.sig >bad.sig
both 2 "that is cut"
bundle=prime256v1.sig
openssl ecparam -name prime256v1 -genkey -noout -out other.key
openssl ec -in other.key -pubout -out other.pem 2>"$LAST/err"
theirs="key --public_key other.pem" ours="--key other.pem"
both 1 "another's key"
theirs="key --public_key secp384r1.pem" ours="--key secp384r1.pem"
both 1 "a key on another curve"

# ---- links, paths that are left out, a single file ----
theirs="key --public_key prime256v1.pem" ours="--key prime256v1.pem"
cp -r model linked
ln -s config.json linked/link.json
mkdir outside && echo o >outside/o
bundle=linked.sig folder=linked
expect_ok "model_signing signs links if it may" "$signer" sign key linked \
    --private_key prime256v1.key --signature linked.sig --allow_symlinks
theirs="$theirs --allow_symlinks"
both 0 "a model with a link"
ln -sf empty linked/link.json
both 1 "a link that leads elsewhere"
ln -sf nowhere linked/link.json
both 1 "a link that leads nowhere"
theirs="key --public_key prime256v1.pem"
echo "# notes" >model/notes.md
expect_ok "model_signing leaves out what it is told to" "$signer" sign key \
    model --private_key prime256v1.key --signature model/model.sig \
    --ignore-paths model/notes.md
bundle=model/model.sig folder=model
both 0 "a model with notes that nobody signed, and its signature within"
expect_output "passed over, as nobody signed it" "which is said"
expect_output "notes.md" "with the path"
echo more >>model/notes.md
both 0 "notes that changed"
echo more >>model/config.json
both 1 "but not the rest"
expect_ok "model_signing signs a single file" "$signer" sign key \
    model/config.json --private_key prime256v1.key --signature one.sig
bundle=one.sig folder=model/config.json
both 0 "a model of one file"
echo >>model/config.json
both 1 "that changed"
folder=outside
both 1 "a folder in its place"

# ---- what is not checked here ----
expect_ok "model_signing hashes in shards, and with BLAKE" \
    "$PEERS/model_signing/bin/python" \
    "$ROOT/tests/interop/model_signing_other.py" outside prime256v1.key
for how in shards blake2 blake3; do
	expect_exit 2 "$how: we cannot say" vouch check-oms $how.sig outside \
	    --key prime256v1.pem
	expect_error "cannot be checked here" "and name it"
done

# ---- certificates ----
authority() { # NAME SUBJECT
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
	    -keyout "$1.key" -out "$1.pem" -subj "$2" -days 3650 \
	    -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=critical,keyCertSign,cRLSign
}
certify() { # NAME CURVE AUTHORITY EXTENSIONS DAYS
	openssl ecparam -name "$2" -genkey -noout -out "$1.key"
	openssl req -new -key "$1.key" -subj "/O=Bank AG/CN=$1" -out "$1.csr"
	printf '%b' "$4" >ext
	openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" \
	    -CAcreateserial -out "$1.pem" -days "$5" -extfile ext
}
leaf='basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n'
{
	authority root "/O=Bank AG/CN=Root"
	authority rogue "/O=Bank AG/CN=Root"
	certify middle secp384r1 root \
	    'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n' 900
	for curve in prime256v1 secp384r1 secp521r1; do
		certify "team-$curve" $curve middle "$leaf" 365
	done
	certify fake prime256v1 rogue "$leaf" 365
	certify useless prime256v1 middle \
	    'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,keyAgreement\n' 365
	certify silent prime256v1 middle 'basicConstraints=critical,CA:FALSE\n' 365
} >"$LAST/out" 2>&1
sign_certified() { # NAME CHAIN…
	name=$1
	shift
	for one in "$@"; do set -- "$@" --certificate_chain "$one"; shift; done
	"$signer" sign certificate model --private_key "$name.key" \
	    --signing_certificate "$name.pem" --signature "$name.sig" "$@"
}
rm model/model.sig
folder=model theirs="certificate --certificate_chain root.pem"
ours="--roots root.pem"
for curve in prime256v1 secp384r1 secp521r1; do
	expect_ok "model_signing signs with a certificate on $curve" \
	    sign_certified team-$curve middle.pem
	bundle=team-$curve.sig
	both 0 "a model signed so"
done
expect_output "signed by CN=team-secp521r1, O=Bank AG" "the signer is named"
expect_exit 0 "and may be asked for" vouch check-oms team-secp521r1.sig model \
    --roots root.pem --identity "CN=team-secp521r1, O=Bank AG"
expect_exit 1 "another is not" vouch check-oms team-secp521r1.sig model \
    --roots root.pem --identity "CN=team, O=Bank AG"
expect_exit 1 "nor one whose certificate has expired" vouch check-oms \
    team-secp521r1.sig model --roots root.pem --at 2099-01-01
expect_error "expired" "which is said"
theirs="certificate --certificate_chain rogue.pem" ours="--roots rogue.pem"
both 1 "by another root of the same name"
theirs="certificate --certificate_chain root.pem" ours="--roots root.pem"
expect_ok "a rogue authority's certificate signs" sign_certified fake rogue.pem
bundle=fake.sig
both 1 "a model signed so"
expect_ok "one for something else" sign_certified useless middle.pem
bundle=useless.sig
both 1 "a model signed with it"
expect_ok "one that does not say" sign_certified silent middle.pem
bundle=silent.sig
both 1 "a model signed with that"
expect_error "does not say what it is for" "is refused for it"
jq -c '.verificationMaterial = input.verificationMaterial' \
    team-prime256v1.sig fake.sig >bad.sig
bundle=bad.sig
both 1 "another's certificate over the signature"
jq -c 'del(.verificationMaterial.x509CertificateChain.certificates[1])' \
    team-prime256v1.sig >bad.sig
both 1 "a chain with a gap"
bundle=team-prime256v1.sig
echo >>model/config.json
both 1 "a file that changed"
done_testing
