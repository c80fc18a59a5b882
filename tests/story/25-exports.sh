#!/bin/bash
# A supplier hands models on: with the records of how they came to be, in the
# forms that supply chains read. A customer gets a model that others signed,
# and wants to know that it is what was signed and what the ledger has.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/story/oms.sh
. "$ROOT/tests/story/oms.sh"

mkdir work && cd work || exit 1
ledger >/dev/null
team bob:engineer >/dev/null
printf 'id,age\n1,30\n' >data.csv
printf 'id,age\n3,50\n' >test.csv
mkdir more && echo m >more/a
cat >train.sh <<'END'
mkdir -p model
echo '{"layers": 2}' >model/config.json
echo weights >model/part.bin
echo log >log.txt
echo '{"metric":{"loss":0.5},"step":1}' >"$VOUCH_EVENTS"
echo trained
END
git init -q . && git add train.sh
git -c user.name=a -c user.email=a@example.com commit -qm code
git remote add origin https://example.org/credit.git
vouch -q dataset add data.csv --name train --licence CC0-1.0 \
    --location https://example.org/data.csv
vouch -q dataset add test.csv --name test
run_last vouch --key bob run -q --name fit --experiment credit \
    --input data.csv --input more --output model --output log.txt \
    --param lr=0.1 --with-host -- sh train.sh
ok "a model is trained" [ "$status" = 0 ]
vouch -q model register model --name credit --owner risk
vouch -q evaluate credit --dataset test --metric auc=0.9
vouch -q incident --name other --title t --what w --severity low
echo loose >loose.bin
vouch -q model register loose.bin --name loose
before=$(ledger_state)

# ---- in-toto ----
payloads() { jq -r .payload "$1" | base64 -d; }
kinds() { jq -r '.payload | @base64d | fromjson | .predicateType |
    split(":")[2]' "$1" | paste -sd' '; }
expect_ok "the records of a model are exported" \
    vouch export in-toto credit -o credit.intoto.jsonl
expect_output "wrote 5 envelopes to credit.intoto.jsonl" "and counted"
ok "the data, the run from start to end, the model, its evaluation" \
    [ "$(kinds credit.intoto.jsonl)" = "dataset run run model evaluation" ]
jq -c 'select(.seq == (2, 4, 5, 6, 7)) | .envelope' \
    <(for n in 2 4 5 6 7; do vouch show $n --raw; done) >wanted
ok "each as it was signed, in the order of the ledger" \
    cmp -s wanted credit.intoto.jsonl
for name in model/credit credit@1 model/credit@1 model \
    "$(vouch show model/credit --raw | jq -r '.envelope.payload | @base64d |
	fromjson | .subject[0].digest.sha256')"; do
	run_last vouch export in-toto "$name"
	cmp -s "$LAST/out" wanted
	result $? "the same by $name"
done
expect_ok "quietly" vouch export in-toto credit -q -o quiet.jsonl
ok "nothing is said" [ ! -s "$LAST/out" ]
expect_ok "as it was before the evaluation" \
    vouch export in-toto credit --as-of 6
ok "that is not there" [ "$(kinds "$LAST/out")" = "dataset run run model" ]
expect_refusal 2 "there is no model 'nothing'" "a model that there is not" \
    vouch export in-toto nothing
expect_refusal 2 "is a dataset, not a model" "what is none" \
    vouch export in-toto train
expect_refusal 2 "no entry mentions" "a digest that nobody knows" \
    vouch export in-toto "$(printf '%064d' 7)"
expect_refusal 2 "cannot write in the folder" "a place that there is not" \
    vouch export in-toto credit -o no/where

# ---- SLSA ----
expect_ok "how it was made is told" \
    vouch --key bob export slsa credit -o slsa.json
expect_output "wrote 1 statement to slsa.json" "and where"
payloads slsa.json >slsa
said() { # SENTENCE FILTER: the filter holds of the statement
	jq -e "$2" slsa >/dev/null 2>&1
	result $? "$1"
}
digest_of() { vouch show "$1" --raw | jq -r ".envelope.payload | @base64d |
    fromjson | .predicate.$2"; }
said "it is a statement with SLSA's predicate" \
    '._type == "https://in-toto.io/Statement/v1" and
    .predicateType == "https://slsa.dev/provenance/v1"'
said "about the model" '.subject | length == 1 and .[0].name == "model" and
    .[0].digest.sha256 == "'"$(digest_of 5 'outputs[0].digest')"'"'
said "the build is a run's" \
    '.predicate.buildDefinition.buildType == "urn:vouchbook:buildtype:run:v1"'
said "what was chosen is there" '.predicate.buildDefinition.externalParameters
    | .name == "fit" and .command == ["sh", "train.sh"] and
    .parameters == {lr: 0.1} and .inputs == ["data.csv", "more"] and
    .repository == "https://example.org/credit.git"'
said "and what it ran on" '.predicate.buildDefinition.internalParameters
    | .run == "run/fit@1" and .experiment == "credit" and
    .environment.vouch != null and .host != null and .user != null'
said "the commit" '.predicate.buildDefinition.resolvedDependencies[0] |
    (.uri | startswith("git+https://example.org/credit.git@refs/heads/")) and
    .digest.gitCommit == "'"$(git rev-parse HEAD)"'" and
    .annotations.dirty != null'
said "the data, as the ledger knows it" \
    '.predicate.buildDefinition.resolvedDependencies[1] |
    .name == "data.csv" and .digest.sha256 ==
    "'"$(sha256sum <data.csv | cut -d' ' -f1)"'" and
    .downloadLocation == "https://example.org/data.csv" and
    .annotations == {record: "dataset/train@1", licence: "CC0-1.0"}'
said "a folder by its list of files" \
    '.predicate.buildDefinition.resolvedDependencies[2] | .name == "more" and
    .mediaType == "application/vnd.vouchbook.manifest"'
said "who ran it" '.predicate.runDetails.builder | .id ==
    "urn:vouchbook:builder:watched:example.com/story" and
    .version == {vouch: "0.1.0"}'
said "which run, from when to when" '.predicate.runDetails.metadata |
    (.invocationId | test("^[0-9a-f]{64}$")) and .startedOn < .finishedOn'
said "what else came of it" '[.predicate.runDetails.byproducts[].name] ==
    ["log.txt", "stdout", "stderr", "events", "run, start", "run, end"]'
payloads wanted >/dev/null
ok "its records by the digest of what was signed" sh -c '
    jq -r ".predicate.runDetails.byproducts[-1].digest.sha256" slsa |
	grep -qxF "$(sed -n 3p wanted | jq -r .payload | base64 -d |
	sha256sum | cut -d" " -f1)"'
expect_ok "once more" vouch --key bob export slsa model/credit@1
ok "the same bytes" cmp -s "$LAST/out" slsa.json
ok "signed by whom was asked" [ "$(jq -r '.signatures[0].keyid' slsa.json)" \
    = "$(vouch key list --json | jq -rs 'flatten | map(.keys? // .) | flatten |
	map(select(.name == "bob"))[0].fingerprint')" ]
expect_ok "for a builder of one's own" vouch export slsa credit \
    --builder https://ci.example.com/train -o slsa.json
payloads slsa.json >slsa
said "who is named" \
    '.predicate.runDetails.builder.id == "https://ci.example.com/train"'
expect_refusal 2 "not the URI of a builder" "a builder that is no URI" \
    vouch export slsa credit --builder ci
expect_refusal 2 "no run in the ledger made" "a model that no run made" \
    vouch export slsa loose
expect_ok "an output that nobody registered" \
    vouch export slsa "$(sha256sum <log.txt | cut -d' ' -f1)"
payloads "$LAST/out" >slsa
said "is a subject as well" '.subject[0].name == "log.txt" and
    .predicate.runDetails.byproducts[0].name == "model"'
ok "nothing was recorded by all this" [ "$(ledger_state)" = "$before" ]

# A run that was reported afterwards, and one that failed.
digest=$(sha256sum <loose.bin | cut -d' ' -f1)
jq -nc --arg digest "$digest" '{kind: "run", predicate: {phase: "whole",
    name: "night", version: "1", status: "finished",
    outputs: [{name: "loose.bin", digest: $digest}],
    started_at: "2026-01-02T03:04:05.000Z",
    ended_at: "2026-01-02T03:05:05.000Z"}}' | vouch -q record -
expect_ok "a run that was reported" vouch export slsa loose
payloads "$LAST/out" >slsa
said "is told apart from one that was watched" \
    '.predicate.runDetails.builder.id ==
    "urn:vouchbook:builder:reported:example.com/story" and
    .predicate.runDetails.metadata.startedOn == "2026-01-02T03:04:05.000Z" and
    .predicate.buildDefinition.resolvedDependencies == []'
run_last vouch run -q --name bad --output bad.bin -- \
    sh -c 'echo x >bad.bin; exit 3'
expect_refusal 1 "did not finish (failed)" "nothing was built by a run that failed" \
    vouch export slsa "$(sha256sum <bad.bin | cut -d' ' -f1)"

# What is sealed goes out as its commitment, whoever may see it here; what was
# erased whole does not go out.
vouch -q dataset add more --name secret --location https://erika.example/x \
    --seal location
vouch -q run --name sealed --input more --output sealed.bin --with-host \
    --param who='Erika Mustermann' --seal parameters.who --seal host \
    -- sh -c 'echo s >sealed.bin'
sealed=$(sha256sum <sealed.bin | cut -d' ' -f1)
expect_ok "a run with sealed values" vouch export slsa "$sealed"
payloads "$LAST/out" >slsa
ok "does not give them away" \
    sh -c '! grep -qi -e erika -e "\"$(hostname)\"" slsa'
said "but their commitments" '.predicate.buildDefinition |
    (.externalParameters.parameters.who["$sealed"] | length == 43) and
    (.internalParameters.host["$sealed"] | length == 43) and
    (.resolvedDependencies[-1].annotations.record == "dataset/secret@1")'
run_last vouch export in-toto "$sealed"
ok "nor do its records" sh -c \
    'jq -r .payload "$1" | base64 -d | grep -q sealed &&
    ! jq -r .payload "$1" | base64 -d | grep -qi erika' - "$LAST/out"

run_last vouch erase 7 --whole --basis 'GDPR art. 17(1)(b)' --request R-1
ok "an evaluation is erased whole" [ "$status" = 0 ]
expect_ok "what is left is exported" vouch export in-toto credit -o left.jsonl
ok "without it, and with what was said of the data since" \
    [ "$(kinds left.jsonl)" = "dataset run run model dataset" ]

# ---- models that others signed ----
oms_key signer
oms_key other
oms_key large secp384r1
oms_key largest secp521r1
oms_bundle signer model >model.sig
check() { # WANTED SENTENCE [OPTIONS]: of bad.sig, or model.sig
	wanted=$1 sentence=$2
	shift 2
	expect_exit "$wanted" "$sentence" vouch check-oms "$@"
}
check 0 "a signed model" model.sig model --key signer.pem
expect_output "signed by the key given (P-256); all 2 files are as signed" \
    "is said to be so"
expect_output "the ledger has it as entry 6: model/credit@1" \
    "and where it is registered"
check 0 "quietly" -q model.sig model --key signer.pem
ok "nothing is said of it" [ ! -s "$LAST/out" ]
check 0 "for programs" model.sig model --key signer.pem --json
expect_jq '.[0] | .ok and .files == 2 and .findings == [] and
    .ledger.entry == 6 and .ledger.registered' "with all of that"
oms_bundle large model sha384 >large.sig
check 0 "on P-384" large.sig model --key large.pem
oms_bundle largest model sha512 >largest.sig
check 0 "on P-521" largest.sig model --key largest.pem
oms_bundle large model sha256 >wrong.sig
check 1 "with the hash of another curve" wrong.sig model --key large.pem
mkdir ../away && cp -r model model.sig signer.pem ../away
cd ../away || exit 1
check 0 "away from any ledger" model.sig model --key signer.pem
expect_output "no ledger is at hand" "which is said"
check 2 "where one is wanted" model.sig model --key signer.pem --model credit
expect_error "there is no ledger here" "it must be there"
cd ../work || exit 1
oms_bundle signer more >more.sig
check 0 "a folder that is no model" more.sig more --key signer.pem
expect_output "the ledger does not know it" "is unknown"

# What the ledger has.
check 0 "the model that was asked for" model.sig model --key signer.pem \
    --model credit
check 0 "the run that was asked for" model.sig model --key signer.pem \
    --run run/fit
expect_output "the ledger has it as entry 5: run/fit@1" "by name"
check 1 "another model" model.sig model --key signer.pem --model loose
expect_output "is another model than that of entry" "is another"
check 1 "another run" model.sig model --key signer.pem --run night
expect_output "is another model than that of entry" "too"
check 2 "no model" model.sig model --key signer.pem --model nothing
check 2 "no run" model.sig model --key signer.pem --run model/credit
expect_error "is a model, not a run" "which is said"
cp -r model retrained
echo better >retrained/part.bin
echo new >retrained/tokens
oms_bundle signer retrained >retrained.sig
check 1 "a model like the registered one" retrained.sig retrained \
    --key signer.pem --model credit
expect_output "part.bin in entry 6: is not the file that was signed" \
    "what differs is told by file"
expect_output "tokens in entry 6: was signed and is missing" "each in a line"
check 1 "of a run with more outputs" retrained.sig retrained \
    --key signer.pem --run fit
expect_output "is no output of the run of entry 5" "that is all there is"
check 0 "and by itself" retrained.sig retrained --key signer.pem
cp model.sig model/model.sig
check 0 "with its signature within" model/model.sig model --key signer.pem \
    --model credit
expect_output "passed over, as nobody signed it: model.sig" "which is said"
expect_output "the ledger has it as entry 6" "is still the registered one"
rm model/model.sig

# What was changed.
cp -r model copy
echo x >copy/new && mkdir copy/.git && echo g >copy/.git/config
check 1 "an added file" model.sig copy --key signer.pem
expect_output "new is not signed" "is named"
check 0 "unless the reader passes it over" model.sig copy --key signer.pem \
    --ignore new
expect_output ".git, new" "which is said"
check 0 "however it is spelt" model.sig copy --key signer.pem --ignore ./new/
mv copy/part.bin copy/.part
rm copy/new
ln -s .part copy/part.bin
check 1 "a link and a hidden file" model.sig copy --key signer.pem
expect_output "part.bin is a symbolic link, and the signature allows none" \
    "are told"
expect_output ".part is not signed" "each"
rm copy/part.bin copy/config.json
check 1 "missing files" model.sig copy --key signer.pem --json
expect_jq '.[0] | (.ok | not) and (.findings | length == 3) and
    .findings[1] == {path: "config.json", what: "was signed and is missing"}' \
    "for programs"
check 1 "a file in place of a folder" model.sig data.csv --key signer.pem
check 2 "nothing in its place" model.sig nowhere --key signer.pem

# Links that may be there.
mkdir -p linked/real && echo a >linked/real/a && ln -s real/a linked/b
oms_by_key signer
oms_files linked | jq -s --arg d "$(sha256sum <linked/b | cut -d' ' -f1)" \
    '[{name: "b", algorithm: "sha256", digest: $d}] + .' >resources
oms_statement resources '.predicate.serialization.allow_symlinks = true' |
    oms_sign signer sha256 >linked.sig
check 0 "a link whose file was signed" linked.sig linked --key signer.pem
ln -s real linked/c
check 0 "a link to a folder of the model" linked.sig linked --key signer.pem
rm linked/c && ln -s ../more linked/c
check 1 "a link to a folder outside" linked.sig linked --key signer.pem
expect_output "c is a symbolic link to what is not signed" "is told"
rm linked/c && ln -sf ../data.csv linked/b
check 1 "a link that leads to another file" linked.sig linked --key signer.pem
ln -sf nowhere linked/b
check 1 "a link that leads nowhere" linked.sig linked --key signer.pem
expect_output "b is a symbolic link that leads to no file" "is told"

# A single file.
oms_by_key signer
jq -n --arg d "$(sha256sum <loose.bin | cut -d' ' -f1)" \
    '[{name: ".", algorithm: "sha256", digest: $d}]' >resources
oms_statement resources | oms_sign signer sha256 >loose.sig
check 0 "a model of one file" loose.sig loose.bin --key signer.pem
expect_output "all 1 file is as signed" "is one"
check 1 "another file" loose.sig data.csv --key signer.pem
check 1 "a folder in its place" loose.sig model --key signer.pem
expect_output "is a folder; a single file was signed" "is told"

# Who signed.
check 1 "another's key" model.sig model --key other.pem
expect_error "names another key" "is refused"
jq -c 'del(.verificationMaterial.publicKey.hint)' model.sig >bad.sig
check 1 "without the hint as well" bad.sig model --key other.pem
expect_error "the signature is not by the key given" "by the signature"
check 0 "which is not needed" bad.sig model --key signer.pem
check 2 "an RSA key" model.sig model --key <(openssl genrsa 2048 2>/dev/null |
    openssl rsa -pubout 2>/dev/null)
check 2 "a private key" model.sig model --key signer.key
check 2 "nobody's" model.sig model
expect_error "whom to believe is not said" "which is said"
check 2 "too many" model.sig model --key signer.pem --roots signer.pem
check 2 "an identity of a key" model.sig model --key signer.pem --identity x
check 2 "a run and a model" model.sig model --key signer.pem --run fit \
    --model credit
check 2 "roots for a bare key" model.sig model --roots signer.pem
expect_error "there is no certificate" "in a file of none"

# Certificates.
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout root.key -out root.pem -subj /CN=Root -days 3650 \
	    -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=critical,keyCertSign,cRLSign
	printf 'keyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n' >ext
	openssl req -new -key signer.key -subj "/O=Bank/CN=Release" -out csr
	openssl x509 -req -in csr -CA root.pem -CAkey root.key \
	    -CAcreateserial -days 365 -extfile ext -out leaf.pem
	printf 'database=db\ndefault_md=sha256\n[ca]\n' >ca.cnf
	: >db
	openssl ca -config ca.cnf -name ca -keyfile root.key -cert root.pem \
	    -gencrl -crldays 30 -out none.crl
	openssl ca -config ca.cnf -name ca -keyfile root.key -cert root.pem \
	    -revoke leaf.pem
	openssl ca -config ca.cnf -name ca -keyfile root.key -cert root.pem \
	    -gencrl -crldays 30 -out leaf.crl
} >"$LAST/out" 2>"$LAST/err"
oms_by_chain leaf.pem root.pem
oms_files model | jq -s . >resources
oms_statement resources | oms_sign signer sha256 >chain.sig
jq -c '.verificationMaterial = {certificate:
    .verificationMaterial.x509CertificateChain.certificates[0]}' chain.sig \
    >one.sig
for bundle in chain.sig one.sig; do
	check 0 "a certificate that leads to a root" $bundle model \
	    --roots root.pem --identity "CN=Release, O=Bank"
done
expect_output "signed by CN=Release, O=Bank" "whose it is"
check 1 "another's" chain.sig model --roots root.pem --identity "CN=Other"
expect_error "is that of CN=Release, O=Bank, not of CN=Other" "is refused"
check 1 "an expired one" chain.sig model --roots root.pem --at 2099-01-01
check 2 "a time that is none" chain.sig model --roots root.pem --at noon
check 0 "one that is not revoked" chain.sig model --roots root.pem \
    --revoked none.crl
check 1 "a revoked one" chain.sig model --roots root.pem --revoked leaf.crl
check 2 "a list that is none" chain.sig model --roots root.pem \
    --revoked leaf.pem
check 1 "a root that is not its" chain.sig model --roots leaf.pem
check 2 "nobody's roots" chain.sig model
expect_error "the ledger trusts no root" "which is said"
vouch -q trust add bank --identity-root root.pem
check 0 "the ledger's own roots" chain.sig model
expect_output "signed by CN=Release, O=Bank" "lead to the same"
vouch -q trust add bank-crl --crl leaf.crl
check 1 "a certificate that the ledger knows to be revoked" chain.sig model
check 2 "lists without roots" chain.sig model --revoked leaf.crl
check 2 "a key for a certificate" chain.sig model --key signer.pem
expect_error "give the roots" "which is said"
check 2 "a root for a key" model.sig model --roots root.pem
expect_error "--key" "which is said"

# Statements that contradict themselves, say what is not checked here, or are
# none: all signed.
signed() { # WANTED TEXT SENTENCE FILTER
	oms_by_key signer
	oms_files model | jq -s . >resources
	oms_statement resources "$4" | oms_sign signer sha256 >bad.sig
	expect_refusal "$1" "$2" "$3" vouch check-oms bad.sig model \
	    --key signer.pem
}
r=.predicate.resources s=.predicate.serialization
signed 1 "root digest" "a root that is another's" \
    '.subject[0].digest.sha256 |= sub("^."; "0") |
    .subject[0].digest.sha256 |= sub("^.."; "ff")'
signed 1 "root digest" "a file left out of the list" "del(${r}[0])"
signed 1 "and ignores it" "a file that is signed and ignored" \
    "$s.ignore_paths += [\"config.json\"]"
signed 1 "and ignores it" "all of them" "$s.ignore_paths = [\".\"]"
signed 2 "'shards' cannot be checked here" "shards" "$s.method = \"shards\""
signed 2 "'blake3' cannot be checked here" "BLAKE3" "$s.hash_type = \"blake3\""
signed 2 "'blake2b' cannot be checked here" "BLAKE2" \
    "${r}[0].algorithm = \"blake2b\""
signed 2 "before version 1.0" "an old predicate" \
    '.predicateType = "https://model_signing/Digests/v0.1"'
signed 2 "predicate is not" "another predicate" '.predicateType = "x"'
signed 2 "no predicateType" "none" 'del(.predicateType)'
signed 2 "type is not" "another type" '._type = "x"'
signed 2 "one subject" "two subjects" '.subject += .subject'
signed 2 "one subject" "no digest" 'del(.subject[0].digest.sha256)'
signed 2 "no resources" "no resources" "del($r)"
signed 2 "no method" "no method" "del($s.method)"
signed 2 "allow_symlinks" "a number for a yes" "$s.allow_symlinks = 1"
signed 2 "list of paths" "a path that is none" "$s.ignore_paths = [1]"
signed 2 "list of paths" "paths that are no list" "$s.ignore_paths = {}"
signed 2 "resource 1" "a resource without a name" "del(${r}[0].name)"
signed 2 "64 characters" "a digest that is none" "${r}[0].digest = \"00\""
for name in '' / /etc/passwd ../x a/../b a//b ./a a/ ..; do
	signed 2 "no path within the model" "a file called '$name'" \
	    "${r}[1].name = \"$name\""
done
signed 2 "a file twice" "a file that is there twice" "${r}[1].name = ${r}[0].name"
signed 2 "beside others" "a single file among others" "${r}[1].name = \".\""
printf '{"_type"' | oms_sign signer sha256 >bad.sig
check 2 "a payload that is no JSON" bad.sig model --key signer.pem
expect_error "bad.sig: statement: line 1" "with its place"

# Bundles that are none.
bundle() { # WANTED TEXT SENTENCE FILTER
	jq -c "$4" model.sig >bad.sig
	expect_refusal "$1" "$2" "$3" vouch check-oms bad.sig model \
	    --key signer.pem
}
m=.verificationMaterial e=.dsseEnvelope
bundle 2 mediaType "another version" '.mediaType = "x"'
bundle 2 verificationMaterial "no material" "del($m)"
bundle 2 "not one of" "two materials" "$m.certificate = {}"
bundle 2 "not one of" "none of three" "del($m.publicKey)"
bundle 2 "transparency log" "keyless signing" "$m.tlogEntries = [{}]"
bundle 2 "timestamps of its own" "timestamps" \
    "$m.timestampVerificationData.rfc3161Timestamps = [{}]"
bundle 2 "over a digest" "a bare digest" '.messageSignature = {}'
bundle 2 "no dsseEnvelope" "no envelope" "del($e)"
bundle 2 payloadType "another type" "$e.payloadType = \"x\""
bundle 2 "one signature" "no signature" "$e.signatures = []"
bundle 2 "one signature" "two" "$e.signatures += $e.signatures"
bundle 2 "not base64" "no base64" "$e.payload = \"!\""
bundle 2 "ECDSA signature" "a signature that is too long" \
    "$e.signatures[0].sig = \"\\(\"A\" * 4000)\""
bundle 2 "hint is too long" "a hint that is too long" \
    "$m.publicKey.hint = \"\\(\"a\" * 4000)\""
bundle 1 "was changed" "another payload" "$e.payload = \"AAAA\""
bundle 1 "was changed" "another signature" "$e.signatures[0].sig = \"AAAA\""
jq -c '.verificationMaterial.x509CertificateChain.certificates = []' \
    chain.sig >bad.sig
check 2 "an empty chain" bad.sig model --roots root.pem
jq -c '.verificationMaterial.x509CertificateChain.certificates[1].rawBytes =
    "AAAA"' chain.sig >bad.sig
check 2 "a certificate that is none" bad.sig model --roots root.pem
expect_error "certificate 2" "by its number"
missed=
for n in $(seq 0 40 "$(($(wc -c <model.sig) - 1))"); do
	head -c "$n" model.sig >bad.sig
	vouch check-oms bad.sig model --key signer.pem >/dev/null 2>&1
	[ $? = 2 ] || missed="$missed $n"
done
ok "a bundle that is cut anywhere decides nothing" [ -z "$missed" ]
done_testing
