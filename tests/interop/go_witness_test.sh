#!/bin/sh
# Witnesses need not be ours: what ours cosign must be taken by the code of
# transparency-dev, github.com/transparency-dev/formats, with the proofs by such
# a checkpoint and the policy about them; and what that code cosigns, by ours.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

if [ -e "$PEERS/no_go_witness" ] && [ ! -x "$PEERS/bin/go_witness" ]; then
	skip "everything in ${0##*/}" "$(cat "$PEERS/no_go_witness")"
	done_testing
	exit 0
fi
need jq sqlite3 "$PEERS/bin/go_witness"
peer=$PEERS/bin/go_witness
mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin "$ORIGIN" --name alice
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
seed=$(printf '%032d' 7 | base64)
as() { # WITNESS COMMAND…
	witness=$1
	shift
	env -u VOUCH_KEY VOUCH_HOME="$HOME/$witness" "$@"
}
for name in ours other; do
	as $name vouch key new -q $name --no-passphrase
	vouch witness add -q "$(as $name vouch witness key \
	    --name "$name.example/w")" --name $name
done
expect_ok "a verifier key of their making is taken" \
    vouch witness add "$("$peer" vkey theirs.example/w "$seed")" --name theirs
vouch witness quorum -q 3

# their_answer LINE-FILE REQUEST: what a service of theirs would say, in our
# exchange.
their_answer() {
	printf 'vouchbook-witness-answer/v1\nrequest %s\ncheckpoint %s\n' \
	    "$(sha256sum <"$2" | cut -d' ' -f1)" "$(size)"
	printf 'status 200\n\n'
	cat "$1"
}
exchange() {
	vouch witness request -q --folder ex
	for name in ours other; do
		as $name vouch witness cosign -q ex --name $name.example/w \
		    --log "$vkey"
	done
	request=$(for file in ex/*.request; do
		[ -e "${file%request}answer" ] || echo "$file"
	done)
	[ -n "$request" ] || request=$theirs
	theirs=$request
	sed '1,/^$/d' "$request" >asked
	"$peer" cosign theirs.example/w "$seed" asked >line
	their_answer line "$request" >"${request%request}answer"
	vouch witness request -q --folder ex
}
theirs=
exchange
expect_ok "what their witness cosigned is taken" vouch verify --json
expect_jq '.[0].witnessed.met | .size == 5 and (.cosigned | length) == 3 and
    any(.cosigned[]; .witness == "theirs")' "and counts for the quorum"
for to in 6 7 31 32 33; do
	append_to $to alice
	exchange
done
expect_ok "at every size" vouch verify --json
expect_jq '.[0].witnessed.met.size == 33' "to the newest"
append_to 35 alice
vouch witness request -q --folder ex
sed '1,/^$/d; s/^35$/34/' "$theirs" >asked
"$peer" cosign theirs.example/w "$seed" asked >line
their_answer line "$theirs" >"${theirs%request}answer"
expect_exit 1 "but not for a text that the ledger did not sign" \
    vouch witness request --folder ex
rm "${theirs%request}answer"
exchange

mkdir -p parts/checkpoint parts/proof
query "SELECT count(writefile('parts/checkpoint/' || size, note))
    FROM checkpoint WHERE size IN (5, 6, 7, 31, 32, 33, 35)" >/dev/null
for seq in $(seq 0 34); do
	vouch prove -q "$seq" --cosigned -o "parts/proof/$seq"
	vouch show "$seq" --raw | tr -d '\n' >"parts/proof/$seq.entry"
done
{
	echo "log $vkey"
	for name in ours other theirs; do
		echo "witness $name $(vouch witness list --json |
		    jq -r "select(.name == \"$name\").vkey")"
	done
	echo "group all-three all ours other theirs"
	echo "quorum all-three"
} >policy
findings "$peer" check "$vkey" policy parts
expect_ok "and we find the same by that policy" \
    vouch check-proof parts/proof/3 parts/proof/3.entry --policy policy
expect_output "quorum met: all-three, 3 of 3" "all three of them"
done_testing
