#!/bin/sh
# An engineer has tools of her own that write JSON, and a colleague who signs
# elsewhere: she wants all of that in the ledger, many at a time, or not at all.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

incident() {
	printf '{"kind":"incident","predicate":{"name":"%s","version":"1",' "$1"
	printf '"title":"Drift","what":"Scores rose.","severity":"low"}}\n'
}

mkdir work && cd work || exit 1
ledger
incident one >one.json
expect_ok "a record from a file" vouch record one.json
expect_output "recorded 1 entry" "is counted"
incident two | jq . >two.json
expect_ok "however it is laid out" vouch record two.json
for i in 1 2 3 4 5; do incident "line-$i"; done >lines.jsonl
expect_ok "JSON Lines" vouch record lines.jsonl
expect_output "recorded 5 entries" "are counted too"
from_pipe() { incident piped | vouch record -; }
expect_ok "a record from a pipe" from_pipe
with_acks() {
	for i in 1 2 3; do incident "acked-$i"; done | vouch record --acks -
}
expect_ok "records that are acknowledged" with_acks
expect_jq 'length == 3 and .[2].seq == .[0].seq + 2' "one by one"
leaf=$(jq -rs '.[2].leaf' "$LAST/out")
expect_ok "an acknowledged leaf hash" vouch show "$leaf" --json
expect_jq '.[0].statement.predicate.name == "acked-3"' "is that entry"
nothing() { vouch record - </dev/null; }
expect_ok "nothing at all is no mistake" nothing
blank() { printf '\n\n%s\n\n' "$(incident blank)" | vouch record -; }
expect_ok "blank lines are passed over" blank
expect_output "recorded 1 entry" "and not recorded"
windows() { incident crlf | sed 's/$/\r/' | vouch record -; }
expect_ok "lines may end as on other systems" windows

# A wrong line.
{ incident good-1; incident good-2; echo '{"kind":"incident"'; } >bad.jsonl
expect_refusal 2 "line 3" "a line that is no JSON" vouch record bad.jsonl
{ incident good-1; echo '{"kind":"incident","predicate":{"name":"x"}}'; } \
    >bad.jsonl
expect_refusal 2 "line 2" "a line that lacks members" vouch record bad.jsonl
{ incident good-1; echo '[]'; } >bad.jsonl
expect_refusal 2 "line 2" "a line that is no object" vouch record bad.jsonl
printf '{"kind":"accident","predicate":{}}' >bad.json
expect_refusal 2 "there is no kind 'accident'" "a kind that does not exist" \
    vouch record bad.json
incident x | sed 's/"low"/"lowish"/' >bad.json
expect_refusal 2 "severity" "a value that is not allowed" vouch record bad.json
incident x | sed 's/"version"/"name":"y","version"/' >bad.json
expect_refusal 2 "" "a member given twice" vouch record bad.json
incident x | sed 's/"title"/"colour":"red","title"/' >bad.json
expect_refusal 2 "colour" "a member that does not exist" vouch record bad.json
printf '\377\376' >bad.json
expect_refusal 2 "" "a file that is not text" vouch record bad.json
expect_refusal 2 "" "a file that is not there" vouch record none.json
incident x | sed 's/{"kind"/{"sort":1,"kind"/' >bad.json
expect_refusal 2 "sort" "a word beside the record" vouch record bad.json

# Signed elsewhere: by bob, on his machine, with a copy of the ledger.
vouch --key alice key new -q bob --no-passphrase
vouch --key alice key enrol -q bob --role engineer
mkdir -p ../his/.vouch
cp .vouch/ledger.db .vouch/ledger.key ../his/.vouch/
( cd ../his && VOUCH_HOME="$HOME/bob" && export VOUCH_HOME &&
    mkdir -p "$VOUCH_HOME/keys" &&
    mv "$HOME/vouch/keys/bob.key" "$VOUCH_HOME/keys/" &&
    vouch incident -q --name his --title t --what w --severity low &&
    vouch show incident/his --json | jq -c .entry.envelope >envelope.json &&
    vouch show incident/his --raw | jq -c '.envelope' >exact.json )
expect_ok "an envelope made elsewhere" vouch record ../his/envelope.json
expect_ok "is an entry here" vouch show incident/his --json
expect_jq '.[0].signer == "bob"' "by its own signer"
expect_refusal 1 "already" "but only once" vouch record ../his/envelope.json
jq . ../his/envelope.json >again.json
expect_refusal 1 "already" "in any layout" vouch record again.json
jq -c '.payload |= sub("^e"; "f")' ../his/envelope.json >forged.json
expect_refusal 2 "" "a payload that was changed" vouch record forged.json
jq -c '.signatures[0].sig |= sub("^.."; "AA")' ../his/envelope.json >forged.json
expect_refusal 1 "" "a signature that was changed" vouch record forged.json
jq -c '.signatures = []' ../his/envelope.json >forged.json
expect_refusal 2 "" "no signature at all" vouch record forged.json
mkdir ../third
( cd ../third && vouch init -q --no-passphrase --name alice \
    --origin example.com/third &&
    vouch incident -q --name o --title t --what w --severity low &&
    vouch show incident/o --json | jq -c .entry.envelope >envelope.json )
expect_refusal 1 "another ledger" "an envelope for another ledger" \
    vouch record ../third/envelope.json
mkdir ../fourth
( cd ../fourth && vouch init -q --no-passphrase --name mallory \
    --origin example.com/story &&
    vouch --key mallory incident -q --name o --title t --what w \
    --severity low &&
    vouch show incident/o --json | jq -c .entry.envelope >envelope.json )
expect_refusal 1 "" "an envelope by a key that is not enrolled" \
    vouch record ../fourth/envelope.json
{ incident good-3; cat ../his/envelope.json; } >bad.jsonl
expect_refusal 1 "line 2" "a replay among good lines" vouch record bad.jsonl

# What is large is kept beside the entries.
vouch run -q -n example -- true
printf '1 0.5\n2 0.25\n' >manifest
digest=$(sha256sum manifest | cut -d' ' -f1)
printf '{"kind":"dataset","predicate":{"name":"set","version":"1","files":2,"manifest":"%s"},"subject":[{"name":"dataset/set@1","digest":{"sha256":"%s"}}]}' \
    "$digest" "$digest" >set.json
expect_refusal 1 "" "a record of an attachment that is not there" \
    vouch record set.json
expect_ok "one that is given" vouch record --attachment manifest set.json
expect_ok "is kept" vouch verify --json
expect_jq '.[0].attachments == 1' "and verified"
echo nothing >stray
incident stray-1 >other.json
expect_exit 1 "one that no record names" \
    vouch record --attachment stray other.json
expect_error "no record names the attachment stray, so it was not kept" \
    "is told"
expect_ok "is not in the ledger" vouch verify --json
expect_jq '.[0] | .attachments == 1 and .problem_count == 0' \
    "which stays in order"
# It is named by a record that comes later, in another transaction.
sed "s/$digest/$(sha256sum <stray | cut -d' ' -f1)/g; s/set@1/set@2/; s/\"version\":\"1\"/\"version\":\"2\"/" \
    set.json >later.json
incident stray-2 >other.json
expect_ok "one that a later record names" sh -c '
    (cat other.json; sleep 0.5; cat later.json; echo) |
	vouch record --attachment stray -'
expect_ok "is" vouch verify --json
expect_jq '.[0] | .attachments == 2 and .problem_count == 0' "kept"
for kind in $(vouch schema | awk 'NF > 1 { print $1 }'); do
	run_last vouch schema "$kind"
	expect_jq '.[0]["$schema"] | contains("2020-12")' \
	    "the schema of $kind is JSON Schema"
done
expect_ok "after all this the ledger verifies" vouch verify
done_testing
