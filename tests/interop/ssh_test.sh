#!/bin/sh
# An engineer has an OpenSSH key that never leaves her agent: she wants to
# found a ledger and sign with it, and others to verify that with openssl.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 openssl base64 basenc ssh-agent ssh-add ssh-keygen
agent=
trap '[ -z "$agent" ] || kill "$agent"' EXIT
eval "$(ssh-agent -s -a "$PWD/agent.socket" | sed 's/echo.*//')"
agent=$SSH_AGENT_PID
ssh-keygen -q -t ed25519 -N '' -C 'erin@example.com' -f erin
ssh-keygen -q -t ed25519 -N '' -C 'frank@example.com' -f frank
ssh-add -q erin frank 2>/dev/null
# Only the agent has the private halves now.
rm erin frank
mkdir work && cd work || exit 1
expect_ok "a ledger is founded with a key that an agent holds" \
    vouch init -q --no-passphrase --origin "$ORIGIN" --name erin \
    --ssh ../erin.pub
expect_ok "another is enrolled" vouch --key ../erin.pub key enrol \
    --ssh ../frank.pub --name frank --role engineer
incidents 1 3 >three
expect_ok "one signs" vouch --key ../erin.pub record three
incidents 4 6 >three
expect_ok "so does the other" vouch --key ../frank.pub record three
kill "$agent"
agent=

# From here on with nothing of ours, and without the agent.
take_apart
for who in erin frank; do
	ok "$who's key is in the ledger as ssh-keygen wrote it" \
	    grep -qxF "$(cut -d' ' -f1,2 ../$who.pub)" keys
	keyid=$(ssh-keygen -l -f ../$who.pub | cut -d' ' -f2)
	count=$(grep -cF " $keyid " signatures)
	[ "$count" -ge 3 ]
	result $? "its $count signatures name it as ssh-keygen -l does"
done
verify_signatures >wrong
[ ! -s wrong ] && [ "$(wc -l <signatures)" -eq 9 ]
result $? "openssl verifies all 9 signatures"
ssh_bytes "$(cat ../frank.pub)" | openssl_key frank.der
jq -r 'select(.seq == 1) | .envelope.payload | @base64d | fromjson |
    .predicate.proof' lines | base64 -d >sig
printf 'vouchbook-key-proof/v1\n%s\nfrank\n%s\n' "$ORIGIN" \
    "$(cut -d' ' -f1,2 ../frank.pub)" >text
ok "and the proof that frank has his key" signed_by frank.der sig text
sed 's/^frank$/erin/' text >other
! signed_by frank.der sig other
result $? "which proves nothing for another name"
awk '{ sub(/^./, substr($3, 1, 1) == "A" ? "B" : "A", $3); print }' \
    signatures >changed
mv changed signatures
[ "$(verify_signatures | wc -l)" -eq 9 ]
result $? "no changed signature verifies"
done_testing
