#!/bin/sh
# A small team wants each of its people to sign with a key of their own: made
# with a passphrase, kept in an ssh-agent, replaced, and taken away again.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

agent=
trap '[ -z "$agent" ] || kill "$agent"' EXIT

# Passphrases.
mkdir sealed && cd sealed || exit 1
echo 'correct horse' >../passphrase
chmod 600 ../passphrase
expect_ok "a ledger is founded with a passphrase from a file" \
    env VOUCH_PASSPHRASE_FILE=../passphrase \
    vouch init --origin example.com/sealed --name olga
ok "its keys are encrypted" grep -q argon2id .vouch/ledger.key
ok "and so is hers" grep -q argon2id "$VOUCH_HOME/keys/olga.key"
expect_refusal 2 passphrase "without the passphrase nothing is signed" \
    vouch incident --title t --what w --severity low
expect_ok "with it an entry is signed" \
    env VOUCH_PASSPHRASE_FILE=../passphrase \
    vouch incident --title t --what w --severity low
from_descriptor() {
	VOUCH_PASSPHRASE_FD=7 vouch incident --title t2 --what w \
	    --severity low 7<../passphrase
}
expect_ok "the passphrase may come through a descriptor" from_descriptor
expect_ok "a key of one's own is made with a passphrase" \
    env VOUCH_PASSPHRASE_FILE=../passphrase vouch key new sara
ok "it is encrypted" grep -q argon2id "$VOUCH_HOME/keys/sara.key"
ok "nobody else can read it" sh -c \
    '[ "$(stat -c %a "$VOUCH_HOME/keys/sara.key")" = 600 ]'
expect_ok "nothing secret is needed to verify" vouch verify
cd ..

# Enrolment.
mkdir team && cd team || exit 1
ledger
expect_ok "bob makes a key" vouch key new bob --no-passphrase
expect_refusal 2 "already there" "a key is not overwritten" \
    vouch key new bob --no-passphrase
expect_refusal 1 "not enrolled" "it does not sign before it is enrolled" \
    vouch --key bob incident --title t --what w --severity low
expect_ok "the owner enrols it" vouch --key alice key enrol bob \
    --role engineer,approver --identity email=bob@example.com
expect_ok "now it signs" \
    vouch --key bob incident --title t --what w --severity low
expect_refusal 2 "several of your keys" \
    "with two keys in force here one has to be chosen" \
    vouch incident --title t --what w --severity low
expect_ok "in the environment, say" env VOUCH_KEY=bob \
    vouch incident --title t3 --what w --severity low
expect_refusal 1 "" "who is no owner enrols nobody" \
    vouch --key bob key enrol bob --name bobby --role owner
expect_refusal 2 "did you mean 'engineer'" "roles are spelt right" \
    vouch --key alice key enrol bob --role engineeer

# A request made elsewhere.
expect_ok "carol makes a key in her own home" \
    env VOUCH_HOME="$HOME/carol" vouch key new carol --no-passphrase
expect_ok "and asks to be enrolled, without the ledger" \
    env VOUCH_HOME="$HOME/carol" vouch --ledger /nonexistent key request \
    carol --origin example.com/story
expect_jq '.[0] | has("key") and has("proof") and .name == "carol"' \
    "her request is JSON"
cp "$LAST/out" carol.request
sed 's/"name":"carol"/"name":"cara"/' carol.request >forged.request
sed 's/story/other/' carol.request >other.request
expect_refusal 1 "" "a request with another name proves nothing" \
    vouch --key alice key enrol --request forged.request --role service
expect_refusal 2 "example.com/other" "nor one for another ledger" \
    vouch --key alice key enrol --request other.request --role service
expect_ok "her own is good" \
    vouch --key alice key enrol --request carol.request --role service
expect_ok "the keys are listed" vouch key list --json
expect_jq 'map(.name) == ["alice","bob","carol"]' "in order"
expect_jq 'map(.here) == [true,true,false]' "with where their halves are"
expect_jq 'all(.state == "in force")' "all in force"

# Replaced and revoked.
ok "bob makes another key" vouch key new bob-2 --no-passphrase
expect_ok "and puts it in the place of the old one" \
    vouch --key bob key rotate bob --to bob-2 --because 'new laptop'
expect_refusal 1 "revoked or replaced" "the old one signs no more" \
    vouch --key bob incident --title t --what w --severity low
expect_ok "the new one has its name and roles" vouch key list --json
expect_jq 'map(select(.name == "bob")) | .[0].state == "replaced" and
    .[1].state == "in force" and .[1].roles == ["engineer","approver"]' \
    "and the old one is kept as replaced"
expect_ok "it signs" \
    vouch --key bob-2 incident --title t4 --what w --severity low
expect_ok "carol is revoked" \
    vouch --key alice key revoke carol --because 'left the company'
expect_refusal 1 "" "a revoked key cannot be enrolled again" \
    vouch --key alice key enrol --request carol.request --role service
expect_refusal 1 "" "the last owner stays" \
    vouch --key alice key revoke alice --because tired
expect_refusal 2 "dora" "nobody else can be revoked" \
    vouch --key alice key revoke dora --because gone
expect_ok "what they signed stays valid" vouch verify
expect_ok "the keys as they were" vouch key list --as-of 0 --json
expect_jq 'map(.name) == ["alice"]' "are to be seen too"
cd ..

# The agent.
if ! command -v ssh-agent >/dev/null || ! command -v ssh-keygen >/dev/null
then
	skip "a key in an ssh-agent signs" "no ssh-agent here"
	done_testing
	exit
fi
eval "$(ssh-agent -s -a "$PWD/agent.socket" | sed 's/echo.*//')"
agent=$SSH_AGENT_PID
ssh-keygen -q -t ed25519 -N '' -C erin -f erin
ssh-keygen -q -t ed25519 -N '' -C frank -f frank
ssh-keygen -q -t rsa -b 2048 -N '' -C old -f old
ssh-add -q erin frank 2>/dev/null
mkdir agent && cd agent || exit 1
expect_ok "a ledger is founded with a key that an agent holds" \
    vouch init --ssh ../erin.pub --name erin --no-passphrase \
    --origin example.com/agent
echo x >data
expect_ok "the agent's key signs by itself" vouch dataset add data
expect_ok "a run is signed through the agent" vouch run -n one -- true
expect_ok "another of its keys is enrolled" \
    vouch key enrol --ssh ../frank.pub --role engineer
expect_ok "and signs" \
    vouch --key ../frank.pub run -n two -- true
expect_ok "the list knows them" vouch key list --json
expect_jq 'map([.name,.here]) == [["erin",true],["frank",true]]' \
    "as being here"
fingerprint=$(ssh-keygen -lf ../erin.pub | cut -d' ' -f2)
expect_jq ".[0].fingerprint == \"$fingerprint\"" \
    "fingerprints are what ssh-keygen prints"
expect_refusal 2 "old.pub" "a key of another type is refused" \
    vouch --key erin key enrol --ssh ../old.pub --role engineer
ssh-add -q -d ../frank.pub 2>/dev/null
expect_refusal 2 "" "a key that the agent has not is no help" \
    vouch --key ../frank.pub run -n three -- true
expect_refusal 2 "" "nor is an agent that is not there" \
    env SSH_AUTH_SOCK=/nonexistent vouch --key ../erin.pub run -- true
expect_ok "all of it verifies, without the agent" \
    env -u SSH_AUTH_SOCK vouch verify
cd ..
done_testing
