#!/bin/bash
# A real model on real public data, from the data to a forgery that is found.
# usage: demo.sh [FOLDER]   (a fresh folder; build/demo by default)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$root/build:$PATH
folder=${1:-$root/build/demo}
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
# Keys and what was seen stay inside the demonstration.
export VOUCH_HOME=$folder/home PYTHONDONTWRITEBYTECODE=1
unset VOUCH_LEDGER VOUCH_KEY VOUCH_PASSPHRASE_FILE VOUCH_PASSPHRASE_FD || true
cp "$here"/*.py .
cp "$here/data/hmda.csv" .

bold=$([ -t 1 ] && printf '\033[1m' || true)
plain=$([ -t 1 ] && printf '\033[0m' || true)
say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }
do_it() {
	printf '$'
	printf ' %q' "$@"
	printf '\n'
	"$@"
}

say "Found a ledger. (Without --no-passphrase it asks for one.)"
do_it vouch init --origin example.com/hmda --name alice --no-passphrase

say "Split the data, and record both parts: digest, licence, origin, who it is about, how many rows repeat."
do_it python3 split.py hmda.csv train.csv test.csv
for part in train test; do
	do_it vouch dataset add $part.csv --name hmda-$part --split $part --parent hmda.csv --licence "public domain" \
		--origin "Federal Reserve Bank of Boston, 1990" --legal-basis "public statistics" --personal-data race --personal-data "marital status"
done

say "Train. The run is on record before it starts, and again when it ends; the script says its parameters and losses itself."
do_it vouch run --name train --experiment hmda --input train.csv --input hmda.py --output model.json --tag team=risk -- python3 train.py train.csv model.json

say "Register the model: the run that made these bytes is found by itself."
do_it vouch model register model.json --name mortgage --owner "credit risk" --risk-class high --framework "Python standard library" \
	--intended-use "support for decisions on mortgage applications" --limitation "Boston, 1990: no evidence for any other place or time"

say "Judge it on data it has not seen, with slices by a protected attribute and calibration."
do_it python3 evaluate.py model.json test.csv evaluation.json
do_it vouch evaluate mortgage evaluation.json --dataset hmda-test --name holdout

say "A team: two who approve, one for compliance, and a monitor, each with a key of their own."
for person in bob:approver carol:approver dana:compliance monitor:service; do
	name=${person%%:*}
	vouch key new "$name" --no-passphrase >/dev/null
	vouch key request "$name" >"$name.request"
	do_it vouch --key alice key enrol --request "$name.request" --role "${person##*:}"
done
export VOUCH_KEY=alice

say "Rules: what any team wants on day one, and what the EU AI Act asks of a high-risk system. From here on they hold."
do_it vouch --key dana policy publish starter --param 'not_data=["hmda.py"]' --because "first rules of the team"
do_it vouch --key dana policy publish eu-ai-act-high-risk --param 'not_data=["hmda.py"]' --param min_metric=0.75 --because "credit decisions are high-risk"

say "May it go into production? The gate says what is missing, and the command that supplies it."
vouch gate mortgage --to production >gate.txt || true
printf '$ vouch gate mortgage --to production\n'
cat gate.txt
do_it vouch propose mortgage --to production --condition "clerks decide"
say "Somebody tries all the same. The refusal is on record, signed by the ledger; the deployment is not."
printf '$ vouch --key bob deploy mortgage --to production\n'
vouch --key bob deploy mortgage --to production >refused.txt 2>&1 && { echo "it was not refused"; exit 1; }
tail -1 refused.txt
do_it vouch log --kind verdict

say "What is missing is supplied: what only people know, they attest under their names; then the model is judged with the thresholds set before."
attest() {
	do_it vouch --key dana attest "$1" --for mortgage --statement "$2" --until 365d
}
attest eu-ai-act/art-9 "The risk register was reviewed on 20 November."
attest eu-ai-act/art-9.8 "AUC of at least 0.75 on data it has not seen."
attest eu-ai-act/art-13 "Instructions for clerks, version 1."
attest eu-ai-act/art-14 "A clerk decides each case and can overrule the score."
attest eu-ai-act/art-15.5 "The model file is read-only and its digest is checked at start."
do_it vouch evaluate mortgage evaluation.json --dataset hmda-test --name holdout-again

say "Two people who did not make it say yes. Each approval names the artefact, the evidence and the rules it was given on."
do_it vouch --key bob approve mortgage --because "AUC and calibration are within what was set"
do_it vouch --key carol approve mortgage --because "slices were looked at"
do_it vouch gate mortgage --to production
do_it vouch --key bob deploy mortgage --to production

say "In use, it is watched: what it grants, how far its inputs have moved, how long it takes."
do_it python3 observe.py model.json train.csv test.csv 6
for batch in 1 2 3 4 5 6; do
	do_it vouch --key monitor observe mortgage batch-$batch.json --environment production
done
do_it vouch incident --title "A batch was scored twice" --severity low --status closed --model mortgage \
	--what "The queue delivered batch 3 again; 79 applications had two equal scores." --affected "Nobody: clerks saw one of them." \
	--remedy "The queue drops what it has seen."
do_it vouch --key dana hold ai-act-logs --kind observation --kind deployment --kind incident --days 184 --basis "EU AI Act, article 19"
do_it vouch --key dana hold ai-act-papers --kind model --kind evaluation --kind policy --kind approval --days 3653 --basis "EU AI Act, article 18"
printf '$ vouch audit\n'
vouch audit || { echo "the audit failed"; exit 1; }

say "A second version is trained and proposed. What stands against it, and what would record what is missing?"
do_it vouch run --name train --experiment hmda --input train.csv --input hmda.py --output model-2.json --tag team=risk -- python3 train.py train.csv model-2.json 0.02
do_it vouch model register model-2.json --name mortgage --owner "credit risk" --risk-class high --framework "Python standard library" \
	--intended-use "support for decisions on mortgage applications" --limitation "Boston, 1990: no evidence for any other place or time"
do_it python3 evaluate.py model-2.json test.csv evaluation-2.json
do_it vouch evaluate mortgage@2 evaluation-2.json --dataset hmda-test --name holdout
do_it vouch --key dana waive eu-ai-act-high-risk/code-known --for mortgage@2 --until 30d --because "The example runs in a folder of its own." \
	--compensating "The scripts are in the example's repository."
do_it vouch propose mortgage@2 --to production --condition "clerks decide"
do_it vouch --key bob approve mortgage@2 --because "no worse than the first, by group"

say "What is on record, and what the model came from."
do_it vouch log
do_it vouch lineage mortgage@1

say "Recompute everything: chain, tree, signatures, authority, what each author had seen."
do_it vouch verify --replay --checkpoint checkpoint.txt

say "What it says, to a board, an auditor, a compliance team and an engineer: each figure with its entries, and computed again."
do_it vouch report posture -o posture.html
do_it vouch report provenance mortgage@1 -o provenance.html
do_it vouch report compliance -o compliance.html
do_it vouch report release mortgage@2 --to production -o release.html
for report in posture provenance compliance release; do
	vouch report --check $report.html || { echo "$report.html is not what the ledger says"; exit 1; }
done

say "For somebody who trusts nobody: one file, checked where there is no ledger, by nothing but the ledger's key that she knows."
do_it vouch dossier mortgage@1 -o mortgage.tar
key=$(vouch status --json | sed 's/.*"vkey":"\([^"]*\)".*/\1/')
mkdir stranger
cp mortgage.tar stranger/
(cd stranger && do_it vouch check-dossier mortgage.tar --key "$key" && tar -xf mortgage.tar && cd dossier && do_it sha256sum --quiet -c MANIFEST)

say "Somebody with the file changes one character of one entry, in a copy."
mkdir forged
cp .vouch/ledger.db forged/ledger.db
python3 - forged/ledger.db <<'EOF'
import sys
with open(sys.argv[1], "r+b") as file:
    data = file.read()
    # Entry 4 is the end of the run: a character of its signed payload.
    at = data.index(b'{"seq":4,') + 200
    changed = b"A" if data[at:at + 1] != b"A" else b"B"
    file.seek(at)
    file.write(changed)
print(f"byte {at} of {len(data)}: {data[at:at + 1].decode()} became {changed.decode()}")
EOF
printf '$ vouch verify forged/ledger.db\n'
vouch verify forged/ledger.db | tee found.txt || true
grep -q 'entry 4' found.txt || { echo "the forgery was not found"; exit 1; }
vouch verify -q forged/ledger.db >/dev/null && { echo "the forgery was not found"; exit 1; }

say "Found, and named. The ledger itself is in $folder/.vouch: look around with vouch status, vouch show run/train, vouch compare."
say "The dossier of the model in production: $folder/mortgage.tar; unpacked, with VERIFY.md: $folder/stranger/dossier"
say "The four reports: $folder/posture.html, provenance.html, compliance.html, release.html"
