#!/bin/bash
# Data that a model was made from had to be erased, entry and all.  Whoever
# asks where the model came from is told so: in the lineage, in reports, in
# working papers, and in the file that a stranger gets.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/story/guide.sh
. "$ROOT/tests/story/guide.sh"

mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/erased --name alice
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
echo 1,2 >train.csv
vouch dataset add -q train.csv --name d
vouch run -q --input train.csv --output model.json -- \
    sh -c 'echo {} >model.json'
vouch model register -q model.json --name credit --risk-class high --owner risk
as_witness() { env -u VOUCH_KEY VOUCH_HOME="$HOME/witness" "$@"; }
as_witness vouch key new -q w --no-passphrase
witness=$(as_witness vouch witness key)
vouch witness add -q "$witness"
expect_ok "the data is erased" vouch erase dataset/d --whole --basis law \
    --request r
expect_ok "the log says what" vouch log
expect_output "entry 1 whole (dataset)" "by entry and kind"
vouch witness request -q --folder ex
as_witness vouch witness cosign ex -q --log "$vkey"
vouch witness request -q --folder ex

expect_ok "what the model came from" vouch lineage credit
expect_output "named by entry 1, erased" "says that there was a record"
expect_ok "for programs" vouch lineage credit --format json
expect_jq '.[0].edges | any(.role == "named")' "too"
expect_ok "the report" vouch report provenance credit --format text
expect_output "erased by entry" "says by which entry"
expect_ok "the population of models" vouch population model -o models
expect_ok "and a sample of it" vouch sample models --size 1 \
    --seed 0123456789abcdef
expect_output "Z: erased" "shows the data as erased, not as missing"

expect_ok "a dossier is made" vouch dossier credit -o e.tar
expect_ok "and holds" vouch check-dossier e.tar --key "$vkey"
expect_output "entry 1 whole (dataset)" "it says what was erased"
tar -xf e.tar
ok "the record of it is there" grep -q "$(vouch show 1 --json |
    jq -r '.leaf // .entry.leaf')" dossier/entries/*.json

expect_ok "its report is made again from it" vouch report \
    --check dossier/report/provenance.html --dossier e.tar --key "$vkey"

expect_refusal 1 "was erased by entry 6, which the checkpoint of 5 entries" \
    "one of before, which would not say why it is gone, is not made" \
    vouch dossier credit --at 5 -o early.tar

# By an auditor without our program.
guide_of dossier
export VKEY=$vkey
ok "the commands of VERIFY.md hold" guide dossier
export WITNESS=$witness
ok "with a witness's key, too" guide dossier
expect_output "was cosigned at 2" "they say when it was seen"
rm -rf forged && cp -r dossier forged
sed -i "/^— w /s/.\{8\}$/AAAAAAA=/" forged/checkpoint forged/checkpoints/*
manifest forged
ok "a cosignature that was changed" sh -c '! cmp -s dossier/MANIFEST forged/MANIFEST'
guide forged
ok "is found" [ $? = 1 ]
expect_output "the cosignature does not verify" "and where"
done_testing
