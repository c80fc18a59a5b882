#!/bin/sh
# A rule asks of many records: what it finds by a member is what it would find
# by looking at each; numbers that JSON has no words for are numbers to it.
set -u
status=0
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

ledger
export VOUCH_KEY=alice
vouch key new -q mon --no-passphrase && vouch key enrol -q mon --role service
echo model >model.bin
echo data >data.bin
vouch -q model register model.bin --name credit
digest=$(sha256sum model.bin | cut -d' ' -f1)
about="{name: \"model/credit@1\", digest: \"$digest\"}"
jq -nc "range(40) | {kind: \"incident\", predicate: ({name: \"i-\(.)\",
    version: \"1\", title: \"t\(. % 3)\", what: \"w\",
    severity: [\"low\", \"medium\", \"high\"][. % 3], model: $about} +
    (if . % 2 == 0 then {affected: \"people \(. % 5)\"} else {} end))}" |
    vouch -q record -
jq -nc "range(20) | {kind: \"observation\", predicate: {model: $about,
    environment: \"e\(. % 2)\", n: (if . == 7 then \"9223372036854775807\" else . end),
    window: {from: \"2026-01-01T00:00:00.000Z\", to: \"2026-01-02T00:00:00.000Z\"},
    metrics: {auc: (if . == 3 then \"NaN\" elif . == 4 then \"Infinity\" elif . == 5 then \"-Infinity\" else . / 20 end)}}}" |
    vouch -q --key mon record -

# ask EXPRESSION WANTED: of the model's lineage, in as few words as it prints.
ask() {
	run_last vouch policy eval --subject credit "$1"
	[ "$status" -eq 0 ] && no_noise && [ "$(cat "$LAST/out")" = "$2" ]
	result $? "$1 is $2"
}
# same LIST MEMBER VALUE: in every way of asking; `+ ""' is never looked up.
same() {
	ask "$1.filter(x, x.$2 == $3).map(x, x.seq) == $1.filter(x, x.$2 + '' == $3).map(x, x.seq)" true
	ask "$1.exists(x, x.$2 == $3) == (size($1.filter(x, x.$2 + '' == $3)) > 0)" true
	ask "$1.exists_one(x, x.$2 == $3) == (size($1.filter(x, x.$2 + '' == $3)) == 1)" true
	ask "$1.exists(x, $3 == x.$2) == $1.exists(x, x.$2 == $3)" true
}
for value in "'low'" "'medium'" "'high'" "'none'" "''" "'lo'" "'lowe'"; do
	same lineage.incidents severity "$value"
done
same lineage.incidents name "'i-7'"
same lineage.incidents title "'t2'"
same lineage.observations environment "'e1'"
ask "size(lineage.incidents.filter(i, i.severity == 'high'))" 13
ask "size(lineage.incidents.filter(i, i.severity == 'high' && i.title == 't1'))" 0
ask "lineage.incidents.filter(i, i.severity == 'medium').map(i, i.name)[0]" '"i-1"'
ask "lineage.incidents.exists(i, i.severity == 3)" false
ask "lineage.incidents.filter(i, i.severity == null)" "[]"
ask "lineage.incidents.exists_one(i, i.name == 'i-39')" true
ask "['i-1', 'i-2'].all(n, lineage.incidents.exists(i, i.name == n))" true
# What not every record has is looked at one by one, and is said to be missing.
ask "size(lineage.incidents.filter(i, has(i.affected) && i.affected == 'people 2'))" 4
expect_exit 1 "a member that some lack" vouch policy eval --subject credit "lineage.incidents.filter(i, i.affected == 'people 2')"
expect_output "there is no key 'affected'" "has no value"

# --- numbers
ask "lineage.observations.filter(o, o.metrics.auc == 1.0 / 0.0).map(o, o.n)" "[4.0]"
ask "lineage.observations.filter(o, o.metrics.auc == -1.0 / 0.0).map(o, o.n)" "[5.0]"
ask "lineage.observations.filter(o, o.metrics.auc != o.metrics.auc).map(o, o.n)" "[3.0]"
ask "size(lineage.observations.filter(o, o.n > 9007199254740992))" 1
ask "lineage.observations.all(o, o.window.to - o.window.from == duration('24h'))" true

# --- who signs
ask "signer.name" '"alice"'
ask "'owner' in signer.roles" true
ask "signer.in_force && size(signer.identity) == 0" true
expect_ok "as somebody else" vouch policy eval --subject credit --as mon 'signer.roles'
expect_output service "with their roles"
ask "ledger.keys.filter(k, k.name == 'mon').map(k, k.roles)" '[["service"]]'
vouch -q key revoke mon --because "switched off"
ask "ledger.keys.filter(k, k.name == 'mon').map(k, k.in_force)" '[false]'
ask "ledger.keys.filter(k, has(k.ended)).map(k, k.name)" '["mon"]'
ask "lineage.observations.all(o, !o.signer.in_force)" true
done_testing
