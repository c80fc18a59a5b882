# shellcheck shell=sh
# lib.sh: what the interop tests share: a ledger with something of everything,
# what an outsider reads from it, and how a peer's findings become TAP.
#
# An outsider has the SQLite file, docs/format.md, and nothing of ours.

# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
PEERS=$ROOT/.interop
ORIGIN=example.com/interop
# Python must not write into the project.
export PYTHONDONTWRITEBYTECODE=1

# need COMMAND…: where one is not to be had, nothing is tested and that is
# said.  It counts as skipped, never as passed.
need() {
	for peer in "$@"; do
		command -v "$peer" >/dev/null && continue
		case $peer in
		"$PEERS"/*) why="$(basename "$peer") is not in .interop: run" \
			why="$why \`make interop-deps'" ;;
		*) why="there is no $peer here" ;;
		esac
		skip "everything in ${0##*/}" "$why"
		done_testing
		exit 0
	done
}

incidents() { # FIRST LAST
	jq -nc "range($1; $2 + 1) | {kind: \"incident\", predicate:
	    {name: \"drift-\(.)\", version: \"1\", title: \"Drift № \(.)\",
	    what: \"Scores rose by \(. / 10) points.\", severity: \"low\"}}"
}

# append_to SIZE: incidents until the ledger has that many entries, with one
# commit and so one checkpoint.
append_to() {
	now=$(size)
	incidents "$now" $(($1 - 1)) | vouch -q --key "${2:-bob-2}" record -
}

# Every kind of record, keys that come, change and go, and several signers.
found_ledger() {
	set -e
	vouch init -q --no-passphrase --origin "$ORIGIN" --name alice
	export VOUCH_KEY=alice
	for name in bob bob-2 carol; do
		vouch key new -q "$name" --no-passphrase
	done
	vouch key enrol -q bob --role engineer,service \
	    --identity email=bob@example.com
	vouch key enrol -q carol --role compliance
	printf 'id,age\n1,30\n2,40\n' >data.csv
	mkdir folder
	echo a >folder/a
	vouch -q --key bob dataset add data.csv --licence CC0-1.0
	vouch -q dataset add folder --name pictures --parent data.csv
	vouch -q --key bob run --name train --input data.csv \
	    --output model.json --param lr=0.1 -- sh -c 'echo 1 >model.json'
	vouch -q key rotate bob --to bob-2 --because 'new laptop'
	vouch -q model register model.json --name credit --owner risk \
	    --intended-use scoring --risk-class high --limitation 'no firms'
	vouch -q --key bob-2 evaluate credit --dataset data --metric auc=0.84
	vouch -q --key bob-2 observe credit --environment production \
	    --from 2026-01-01 --to 2026-01-02 --metric auc=0.81
	vouch -q --key carol incident --name rise --title 'Scores rose' \
	    --severity high --model credit --what 'By 4 points, “overnight”.'
	vouch -q key revoke carol --because 'left the company'
	vouch -q correct dataset/pictures --because 'wrong licence' \
	    --set licence=CC-BY-4.0
}

# …and more than one tile of entries, with checkpoints at awkward sizes.
fill_ledger() {
	for to in 31 32 33 127 128 129 254 255 256 257 258 300 311; do
		append_to $to
	done
}

# In a subshell that is no condition, or `set -e' would mean nothing there.
ledger_is_made() {
	(found_ledger; fill_ledger) >"$LAST/out" 2>"$LAST/err"
	status=$?
	[ "$status" -eq 0 ] && [ "$(size)" -eq 311 ]
	result $? "a ledger of 311 entries of every kind is made"
	if [ "${failures:-0}" -gt 0 ]; then
		done_testing
		exit 1
	fi
}

# query SQL: what sqlite3 reads from the ledger here, without our program.
query() {
	sqlite3 -readonly .vouch/ledger.db "$1"
}

# unpack FOLDER: the tables that docs/format.md says will last, as files.
unpack() {
	mkdir -p "$1/entry" "$1/checkpoint" "$1/tile" "$1/level"
	query "SELECT count(writefile('$1/entry/' || seq, body)) FROM entry;
	    SELECT count(writefile('$1/checkpoint/' || size, note))
	    FROM checkpoint;" >/dev/null
	for level in $(query 'SELECT DISTINCT level FROM tile'); do
		mkdir -p "$1/tile/$level"
		: >"$1/level/$level"
	done
	query "SELECT count(writefile('$1/tile/' || level || '/' || number,
	    hashes)) FROM tile" >/dev/null
}

# findings COMMAND…: run a peer that prints `ok - …' and `not ok - …' for what
# it checks and `end' as its last line, and take these over.
findings() {
	run_last "$@"
	mv "$LAST/out" "$LAST/findings"
	while IFS= read -r finding; do
		case $finding in
		'ok - '*) result 0 "${finding#ok - }" ;;
		'not ok - '*) result 1 "${finding#not ok - }" ;;
		esac
	done <"$LAST/findings"
	[ "$status" -eq 0 ] && [ "$(tail -n 1 "$LAST/findings")" = end ]
	result $? "$(basename "$1") came to the end of what it checks"
}

# What openssl needs to verify as docs/format.md says: bytes and keys.

# bytes HEX
bytes() {
	printf '%s' "$1" | tr a-f A-F | basenc --base16 -d
}

# openssl_key FILE: an Ed25519 public key of 32 bytes from standard input, as
# openssl reads it (RFC 8410).
openssl_key() {
	{ bytes 302a300506032b6570032100; cat; } >"$1"
}

# ssh_bytes 'ssh-ed25519 AAAA…': the 32 bytes of an OpenSSH public key.
ssh_bytes() {
	printf '%s\n' "$1" | cut -d' ' -f2 | base64 -d | tail -c 32
}

# signed_by KEY SIGNATURE MESSAGE: all three are files.
signed_by() {
	openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$1" \
	    -sigfile "$2" -in "$3" >/dev/null 2>&1
}

# pae PAYLOAD: what DSSE signs for the payload in a file.
pae() {
	printf 'DSSEv1 28 application/vnd.in-toto+json %d ' \
	    "$(wc -c <"$1")"
	cat "$1"
}

# take_apart: the signatures of the ledger here become files: key/NUMBER for
# openssl, and a list `SEQ KEYID SIGNATURE PAYLOAD' of all of them.
take_apart() {
	mkdir -p key
	query 'SELECT body FROM entry ORDER BY seq' >lines
	jq -r '.seq as $seq | .envelope | .payload as $payload |
	    .signatures[] | [$seq, .keyid, .sig, $payload] | join(" ")' \
	    lines >signatures
	# Whose keys there are is said by the genesis and by enrolments.
	jq -r '.envelope.payload | @base64d | fromjson | .predicate |
	    (.founders // [.])[].key | strings' lines | sort -u >keys
	number=0
	: >fingerprints
	while IFS= read -r key; do
		number=$((number + 1))
		ssh_bytes "$key" | openssl_key key/$number
		printf '%s\n' "$key" | cut -d' ' -f2 | base64 -d |
		    openssl dgst -sha256 -binary | base64 | tr -d = |
		    sed "s/^/$number SHA256:/" >>fingerprints
	done <keys
	# The ledger's own key signed the genesis too; its digest names it.
	jq -r 'select(.seq == 0) | .envelope.payload | @base64d | fromjson |
	    .predicate.ledger_key' lines >vkey
	cut -d+ -f3- vkey | base64 -d | tail -c 32 | openssl_key key/own
	digest=$(jq -r 'select(.seq == 0) | .envelope.payload | @base64d |
	    fromjson | .subject[0].digest.sha256' lines)
	printf 'own SHA256:%s\n' "$(bytes "$digest" | base64 | tr -d =)" \
	    >>fingerprints
}

# verify_signatures: each of them, with openssl; prints what does not verify.
verify_signatures() {
	awk 'NR == FNR { number[$2] = $1; next }
	    { print $1, ($2 in number) ? number[$2] : "none", $3, $4 }' \
	    fingerprints signatures |
	while read -r seq number sig payload; do
		printf '%s' "$payload" | base64 -d >payload
		printf '%s' "$sig" | base64 -d >sig
		pae payload >message
		signed_by "key/$number" sig message || echo "entry $seq"
	done
}
