#!/bin/bash
# An operator asks timestamp authorities when the ledger stood so; an auditor,
# who has openssl and the roots of authorities she trusts, wants to believe
# nothing else. What is not right about an answer must be found.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
# shellcheck source=tests/support/stamps.sh
. "$ROOT/tests/support/stamps.sh"

mkdir work && cd work || exit 1
new_root root RSA-2048 '/O=Clock AG/CN=Clock Root'
new_root rogue RSA-2048 '/O=Clock AG/CN=Clock Root'
new_root other P-256 '/O=Other/CN=Other Root'
new_certificate middle P-384 '/O=Clock AG/CN=Clock Middle' root "$ROOT_SAYS"
new_certificate rsa RSA-2048 '/O=Clock AG/CN=Clock RSA' root "$STAMPER_SAYS"
new_certificate p256 P-256 '/O=Clock AG/CN=Clock P-256' middle "$STAMPER_SAYS"
new_certificate by-rogue P-256 '/O=Clock AG/CN=Clock RSA' rogue "$STAMPER_SAYS"
new_certificate by-other P-256 '/O=Other/CN=Other Clock' other "$STAMPER_SAYS"
new_certificate bare P-256 '/CN=Bare' root 'subjectKeyIdentifier=hash'
new_certificate loose P-256 '/CN=Loose' root 'extendedKeyUsage=timeStamping'
new_certificate more P-256 '/CN=More' root \
    'extendedKeyUsage=critical,timeStamping,codeSigning'
cp middle.pem p256.chain
cat root.pem other.pem >both.pem
ledger
export VOUCH_KEY=alice
incident() {
	vouch incident -q --name "$1" --title t --what w --severity low
}
trust() { # NAME ROOT
	vouch trust add -q "$1" --timestamp-root "$2.pem"
}

# Nobody is trusted yet.
expect_ok "a query is written" vouch timestamp request -o q.tsq
expect_output "checkpoint of 1 entries" "about the newest checkpoint"
expect_output "curl" "and how to send it is said"
openssl ts -query -in q.tsq -text >text 2>/dev/null
ok "openssl reads it" grep -q 'Certificate required: yes' text
ok "with a nonce" grep -q 'Nonce: 0x[0-9A-F]\{16\}' text
ok "by SHA-256" grep -q 'sha256' text
cp q.tsq first.tsq
stamp p256 q.tsq first.tsr
expect_refusal 2 "trusted no timestamp authority" "no root is known" \
    vouch timestamp add first.tsr
expect_ok "but one can be given" vouch timestamp add first.tsr --roots root.pem
expect_output "kept: the checkpoint of 1 entries existed by 20" "the time is said"
expect_output "says CN=Clock P-256, O=Clock AG" "and by whose clock"
expect_ok "it is kept once" vouch timestamp add first.tsr --roots root.pem
expect_output "was kept already" "which is said"
expect_ok "verification by the ledger's own word" vouch verify
expect_output "1 timestamp by authorities that nobody here trusts" \
    "cannot decide about it"
expect_ok "by the auditor's" vouch verify --timestamp-roots root.pem
expect_output "1 timestamp holds; the checkpoint of 1 entries existed by" \
    "it holds"
expect_ok "by those of another authority" \
    vouch verify --timestamp-roots other.pem
expect_output "nobody here trusts" "it is not known"
expect_exit 1 "by a root of the same name that did not sign" \
    vouch verify --timestamp-roots rogue.pem
expect_output "checkpoint of 1: timestamp: " "it is a problem, at its place"
expect_ok "for programs" vouch verify --timestamp-roots root.pem --json
expect_jq '.[0].timestamps | .good == 1 and .unknown == 0 and .size == 1 and
    (.existed | test("^20")) and .authority == "CN=Clock P-256, O=Clock AG"' \
    "with its figures"
run_last vouch verify --timestamp-roots rogue.pem --json
expect_jq '.[0].problems[0] | .check == "timestamp" and .size == 1' \
    "and its problems"

# A certificate that does not come with it has to be known.
vouch timestamp request -q --no-certificates -o q.tsq
stamp rsa q.tsq r.tsr
cat root.pem rsa.pem >with.pem
expect_refusal 1 "leads to none of the roots that are given" \
    "a certificate that was not asked for" \
    vouch timestamp add r.tsr --roots root.pem
expect_ok "can be given among the roots" \
    vouch timestamp add r.tsr --roots with.pem
expect_ok "an auditor without it" vouch verify --timestamp-roots root.pem
expect_output "1 timestamp by authorities that nobody" "cannot decide"
expect_ok "one with it" vouch verify --timestamp-roots with.pem
expect_output "2 timestamps hold" "can"

# From here on the ledger trusts one.
ok "a root is trusted" trust clock root
expect_ok "what was stamped before is not decided by that" vouch verify
expect_output "nobody here trusts" "as the checkpoint had not named it"

# Any authority, any hash: and openssl agrees.
for who in rsa p256; do
	for hash in sha256 sha384 sha512; do
		incident $who-$hash
		vouch timestamp request -q --hash $hash -o q.tsq
		stamp $who q.tsq r.tsr $hash
		expect_ok "$who stamps by $hash" vouch timestamp add r.tsr
		n=$(size)
		vouch timestamp export "$n" -o $who-$hash.tst
		ok "what is exported is accepted by openssl" openssl ts -verify \
		    -token_in -in $who-$hash.tst -data $who-$hash.tst.body \
		    -CAfile root.pem
		ok "to the byte what was answered" sh -c \
		    'openssl ts -reply -in r.tsr -token_out -out r.tst \
			2>/dev/null && cmp r.tst "$1"' - $who-$hash.tst
	done
done
vouch status --json | jq -r .size >wanted
sed -n 2p $who-$hash.tst.body >signed
ok "the text is the checkpoint's" cmp wanted signed
expect_ok "verification takes all of them" vouch verify
expect_output "6 timestamps hold; the checkpoint of 8 entries existed by" \
    "and names the newest"
expect_ok "they are listed" vouch timestamp list
ok "in the order of checkpoints" [ "$(sed 1d "$LAST/out" |
    awk '{ print $1 }' | tr '\n' ' ')" = "1 1 3 4 5 6 7 8 " ]
expect_ok "for programs" vouch timestamp list --json
expect_jq '.[0] | length == 8 and .[0].state == "unknown" and
    .[2].state == "good" and .[7].hash == "sha512" and
    .[7].policy == "1.3.6.1.4.1.99999.1"' "with what they say"
expect_ok "an entry is dated by them" vouch show 4
expect_output "timestamped then" "in words"
expect_ok "and for programs" vouch show 4 --json
expect_jq '.[0].recorded | .after == null and .before.what == "timestamp" and
    .before.size == 5 and .before.by == "CN=Clock RSA, O=Clock AG"' \
    "by the first checkpoint that has it"
sqlite3 .vouch/ledger.db "UPDATE timestamp SET token = CAST(substr(token, 1,
    length(token) - 1) || x'00' AS BLOB) WHERE size = 5"
run_last vouch show 4 --json
expect_jq '.[0].recorded.before.size == 6' "one that was altered dates nothing"
sqlite3 .vouch/ledger.db 'DELETE FROM timestamp WHERE size = 5'
vouch timestamp request -q --size 5 -o q.tsq
stamp rsa q.tsq r.tsr
ok "it can be stamped again" vouch timestamp add r.tsr

# Two authorities stamp the same checkpoint by the same query.
incident twice
vouch timestamp request -q -o q.tsq
stamp rsa q.tsq one.tsr
stamp p256 q.tsq two.tsr
expect_ok "one authority" vouch timestamp add one.tsr
expect_ok "and another answer the same query" vouch timestamp add two.tsr --json
expect_jq '.[0] | .added and .timestamp.authority == "CN=Clock P-256, O=Clock AG"' \
    "which is said to programs"
token=$(jq -r .timestamp.digest "$LAST/out")
n=$(size)
expect_refusal 2 "there are 2 such" "of two one must be chosen" \
    vouch timestamp export "$n" -o x.tst
expect_ok "by its digest" vouch timestamp export "$n" -o x.tst \
    --token "$(echo "$token" | cut -c1-8)"
ok "it is that one" [ "$(sha256sum <x.tst | cut -d' ' -f1)" = "$token" ]
expect_refusal 2 "no such timestamp" "or none is found" \
    vouch timestamp export "$n" -o x.tst --token 0000000000000000
expect_refusal 2 "no such timestamp" "of an entry without" \
    vouch timestamp export 2 -o x.tst
expect_refusal 2 "whole number" "nor of what is no number" \
    vouch timestamp export x -o x.tst

# An older checkpoint, and queries of other people's making.
expect_ok "a query about an older checkpoint" \
    vouch timestamp request -q --size 3 -o q.tsq
stamp rsa q.tsq r.tsr
expect_ok "is answered" vouch timestamp add r.tsr --json
expect_jq '.[0].timestamp.size == 3' "about that one"
expect_refusal 2 "no checkpoint of 999" "one that there is not" \
    vouch timestamp request --size 999 -o x.tsq
vouch timestamp export 4 -o x.tst
openssl ts -query -data x.tst.body -sha384 -cert -no_nonce -out own.tsq \
    2>/dev/null
stamp rsa own.tsq own.tsr
expect_refusal 1 "it has no nonce" "a query that is not ours" \
    vouch timestamp add own.tsr
expect_ok "must be given" vouch timestamp add own.tsr --request own.tsq
openssl ts -query -data x.tst.body -sha384 -cert -out own2.tsq 2>/dev/null
stamp rsa own2.tsq own2.tsr
expect_refusal 1 "its nonce is another" "its nonce is not ours" \
    vouch timestamp add own2.tsr
expect_refusal 1 "its nonce differs" "nor that of another query" \
    vouch timestamp add own2.tsr --request own.tsq
expect_ok "with its own it is taken" vouch timestamp add own2.tsr \
    --request own2.tsq --size 4
expect_refusal 2 "not a timestamp query" "what is no query" \
    vouch timestamp add own.tsr --request r.tsr
openssl ts -query -data "$ROOT/LICENSE" -cert -out else.tsq 2>/dev/null
stamp rsa else.tsq else.tsr
expect_refusal 1 "about no checkpoint of this ledger" \
    "a timestamp of something else" vouch timestamp add else.tsr \
    --request else.tsq
expect_refusal 1 "its imprint differs" "or of another checkpoint" \
    vouch timestamp add own2.tsr --request own2.tsq --size 5
vouch timestamp request -q --no-certificates -o q.tsq
stamp rsa q.tsq r.tsr
expect_refusal 1 "leads to none of the roots that the ledger trusted" \
    "a ledger that trusts clocks wants their certificates" \
    vouch timestamp add r.tsr --roots with.pem

# Signed, and yet to be refused.
incident last
vouch timestamp request -q -o q.tsq
refused() { # SENTENCE STATUS TEXT STAMPER CHANGE…
	sentence=$1 wanted_status=$2 wanted_text=$3 by=$4
	shift 4
	stamp_info info q.tsq "$@"
	sign_info "$by" info bad.tst
	[ -s bad.tst ] || echo "# no token"
	expect_refusal "$wanted_status" "$wanted_text" "$sentence" \
	    vouch timestamp add bad.tst --roots both.pem
}
stamp_info info q.tsq
sign_info rsa info good.tst
expect_ok "a token alone is taken, too" vouch timestamp add good.tst
stamp_info info q.tsq
sign_info rsa info pss.tst -keyopt rsa_padding_mode:pss
expect_ok "signed by RSASSA-PSS" vouch timestamp add pss.tst
refused "a certificate that is not valid yet" 1 "valid only from" rsa \
    time=20100101000000Z
refused "one that has expired" 1 "expired" rsa time=20990101000000Z
refused "one for nothing" 1 "is not for timestamps" bare
refused "one that is not critically for timestamps" 1 "critically" loose
refused "one for more than timestamps" 1 "for more than timestamps" more
refused "by a rogue authority of the same name" 1 "" by-rogue
refused "without the nonce" 1 "it has no nonce" rsa nonce=
refused "with another nonce" 1 "its nonce is another" rsa nonce=020107
refused "with an extension that must be understood" 2 "critical extension" \
    rsa extensions=a10e300c06032a03040101ff04020500
refused "by somebody else than it says" 1 "names another authority" rsa \
    tsa=a010a40e300c310a300806035504030c0158
refused "at a time that there is not" 2 "its time is malformed" rsa \
    time=20260230000000Z
refused "about something else" 1 "about no checkpoint" rsa \
    "imprint=3031300d0609608648016503040201050004$(printf '20%064d' 0)"
stamp_info info q.tsq
sign_info rsa info two.tst -signer p256.pem -inkey p256.key
expect_refusal 2 "several signers" "two signers" vouch timestamp add two.tst
sign_info rsa info ber.tst -stream -indef
expect_refusal 2 "not DER" "BER" vouch timestamp add ber.tst
sign_info rsa info weak.tst -md sha1
expect_refusal 2 "not SHA-256" "SHA-1" vouch timestamp add weak.tst
sign_info by-other info other.tst
expect_refusal 1 "leads to none of the roots that the ledger trusted" \
    "an authority that is not trusted" vouch timestamp add other.tst
expect_refusal 1 "leads to none of the roots that the ledger trusted" \
    "whoever else trusts it" vouch timestamp add other.tst --roots other.pem
expect_refusal 1 "leads to none of the roots that are given" \
    "nor one that you do not trust" vouch timestamp add good.tst \
    --roots other.pem
expect_ok "who trusts others" vouch verify --timestamp-roots other.pem
expect_output "nobody here trusts" "decides nothing"
printf '%s\n' '[stamper]' 'serial=stamper.serial' 'digests=sha512' \
    'default_policy=1.3.6.1.4.1.99999.1' 'signer_digest=sha256' >refuse.cnf
openssl ts -reply -config refuse.cnf -section stamper -queryfile q.tsq \
    -signer rsa.pem -inkey rsa.key -out no.tsr 2>/dev/null
expect_refusal 1 "gave no timestamp: rejection (badAlg)" "a rejection" \
    vouch timestamp add no.tsr
for file in q.tsq root.pem "$ROOT/LICENSE" /dev/null .; do
	expect_refusal 2 "" "$(basename "$file") is no answer" \
	    vouch timestamp add "$file"
done
expect_refusal 2 "no-such" "nor what is not there" \
    vouch timestamp add no-such.tsr
expect_refusal 2 "well-formed certificate" "roots that are none" \
    vouch timestamp add good.tst --roots q.tsq
expect_refusal 2 "hash" "a hash that there is not" \
    vouch timestamp request --hash md5 -o x.tsq

# What is changed on the way.
stamp rsa q.tsq r.tsr
missed=
for cut in $(seq 0 29 $(($(wc -c <r.tsr) - 1))); do
	head -c "$cut" r.tsr >cut.tsr
	vouch timestamp add cut.tsr >"$LAST/out" 2>"$LAST/err"
	[ $? = 2 ] && [ "$(wc -l <"$LAST/err")" = 1 ] || missed="$missed $cut"
done
ok "an answer that is cut is refused" [ -z "$missed" ]
printf '\0' >zero
cat r.tsr zero >longer.tsr
expect_refusal 2 "something follows it" "and one that goes on" \
    vouch timestamp add longer.tsr
python3 - r.tsr <<'P'
import sys
data = open(sys.argv[1], "rb").read()
end = bytearray(data)
end[-1] ^= 1
open("signature.tsr", "wb").write(end)
at = data.index(b"Z", data.index(b"\x18\x0f")) - 1
time = bytearray(data)
time[at] = ord("0") + (time[at] - ord("0") + 1) % 10
open("time.tsr", "wb").write(time)
P
expect_refusal 1 "signature does not verify" "an altered signature" \
    vouch timestamp add signature.tsr
expect_refusal 1 "was altered" "an altered time" vouch timestamp add time.tsr

# What is changed in the ledger.
cp -r .vouch ../kept
db=.vouch/ledger.db
spoilt() { # SENTENCE TEXT SQL
	rm -rf .vouch && cp -r ../kept .vouch
	sqlite3 $db "PRAGMA foreign_keys=0; $3"
	expect_exit 1 "$1" vouch verify --timestamp-roots both.pem
	expect_output "$2" "is found"
}
one="size = 5"
spoilt "a token that was altered" "checkpoint of 5: timestamp: " \
    "UPDATE timestamp SET token = CAST(substr(token, 1, 400) || x'00' ||
	substr(token, 402) AS BLOB) WHERE $one"
spoilt "a token that was cut" "digest differs" \
    "UPDATE timestamp SET token = substr(token, 1, 400) WHERE $one"
spoilt "a token under another checkpoint" "about something else" \
    "UPDATE timestamp SET size = 6 WHERE $one"
spoilt "a token under none" "no checkpoint of 900" \
    "UPDATE timestamp SET size = 900 WHERE $one"
spoilt "a token that is none" "digest differs" \
    "UPDATE timestamp SET token = x'' WHERE $one"
spoilt "a token of another name" "digest differs" \
    "UPDATE timestamp SET digest = randomblob(32) WHERE $one"
expect_ok "they are listed still" vouch timestamp list
expect_output "bad" "with what is wrong"
rm -rf .vouch && cp -r ../kept .vouch
sqlite3 $db "DELETE FROM timestamp"
expect_ok "tokens are no entries: without them all verifies" vouch verify
expect_no_output "timestamp" "and none is claimed"
expect_ok "none is listed" vouch timestamp list
expect_output "no timestamps" "which is said"
rm -rf .vouch && cp -r ../kept .vouch

# A root that is withdrawn is not trusted for what comes after.
ok "a root can be withdrawn" vouch trust withdraw -q clock --because 'closed'

vouch timestamp request -q -o q.tsq
stamp rsa q.tsq r.tsr
expect_refusal 2 "trusted no timestamp authority" "it no longer counts" \
    vouch timestamp add r.tsr
expect_ok "what it stamped before still holds" vouch verify
expect_output "timestamps hold" "by what the ledger trusted then"

# The manual's examples.
cd .. && mkdir examples && cd examples || exit 1
ledger
cp ../work/root.pem roots.pem
for name in rsa p256 middle; do cp ../work/$name.* .; done
vouch help --markdown >commands.md
example() { # the examples of vouch timestamp $1
	awk -v section="## vouch timestamp $1" '$0 == section { on = 1; next }
	    /^## / { on = 0 } on && /^    vouch / && !/\[options\]/ {
	    print substr($0, 5) }' commands.md
}
answer() {
	stamp rsa checkpoint.tsq reply.tsr
}
example request >lines
while read -r line; do
	# shellcheck disable=SC2086
	expect_ok "$line" $line
done <lines
ok "there are examples" [ "$(wc -l <lines)" = 2 ]
trust clock roots
vouch timestamp request -q --size 1 -o checkpoint.tsq
answer
vouch timestamp add -q reply.tsr --roots roots.pem
vouch timestamp request -q -o checkpoint.tsq
answer
for command in add list export; do
	example $command >lines
	while read -r line; do
		# shellcheck disable=SC2086
		expect_ok "$line" $line
	done <lines
done
expect_refusal 2 "vouch: SIZE wants a whole number" "a size is a number" \
    vouch timestamp export x -o x.tst
done_testing
