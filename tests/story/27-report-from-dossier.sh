#!/bin/bash
# Who has a report and a dossier but not the ledger, computes the report again
# from what was proved to her; and finds what somebody wrote into it.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
# shellcheck source=tests/support/stamps.sh
. "$ROOT/tests/support/stamps.sh"

formats="html md xml json csv sarif junit prov prov-json model-card oscal oscal-json cyclonedx cyclonedx-json"
mkdir work away && cd work || exit 1
released >"$LAST/out" 2>"$LAST/err"
result $? "a model goes into production"
vkey=$(vouch status --json | jq -r .vkey)
as_witness() {
	env -u VOUCH_KEY VOUCH_HOME="$HOME/witness" "$@"
}
cosign() {
	vouch witness request -q --folder exchange >/dev/null
	as_witness vouch witness cosign exchange --log "$vkey" >/dev/null
	vouch witness request -q --folder exchange >/dev/null
}
later() { # TITLE [MODEL]
	vouch -q incident --title "$1" --severity low --model "${2:-credit}" \
	    --what w
}
as_witness vouch key new -q w --no-passphrase
vouch -q witness add "$(as_witness vouch witness key)" --name w
new_root clocks RSA-2048 '/O=Clock AG/CN=Clock Root'
new_certificate clock P-256 '/O=Clock AG/CN=Clock' clocks "$STAMPER_SAYS"
vouch trust add -q clock --timestamp-root clocks.pem
cosign
later One
later Two
vouch timestamp request -q -o q.tsq && stamp clock q.tsq r.tsr &&
    vouch timestamp add -q r.tsr
result $? "others date it"
# What the dossier has not is dated, too, where it comes last.
sleep 3
later Three other
cosign
later Four other
cosign
later Five other
then=$(size)
for format in $formats; do
	vouch report provenance credit --format "$format" -o "report.$format" -q
done
vouch report posture -q -o posture.html
ok "the report says by whom entries are dated" grep -q 'after-by="w"' report.xml
ok "by a clock, too" grep -q 'before-by="CN=Clock, O=Clock AG"' report.xml
later Six
cosign
expect_ok "the ledger goes on, and gives the dossier of then" \
    vouch dossier credit --at "$then" -q -o credit.tar
expect_ok "and one of now" vouch dossier credit -q -o now.tar
expect_ok "and one of another model" vouch dossier other --at "$then" -q -o other.tar
expect_ok "beside the ledger it is the same" vouch report --check report.xml
cp ./*.tar report.* posture.html ../away && cd ../away || exit 1

# Away from the ledger.
for format in $formats; do
	expect_ok "the report as $format is computed again from the dossier" \
	    vouch report --check "report.$format" --dossier credit.tar --key "$vkey"
	expect_output "checkpoint of $then entries, every byte of it ($format)" \
	    "to the last byte"
done
expect_output "that the whole ledger was verified is what the report says" \
    "with what a dossier cannot say"
tar -xOf now.tar dossier/report/provenance.html >inside.html
expect_ok "so is the one that is in a dossier" vouch report --check inside.html \
    --dossier now.tar --key "$vkey"
ok "and nothing is left behind" [ -z "$(find /tmp -maxdepth 1 -user "$(id -u)" \
    -name 'vouch-dossier.*' -newer report.html 2>/dev/null)" ]

# What it cannot be computed from.
refused() { # STATUS TEXT SENTENCE OPTION…
	wanted=$1 text=$2
	shift 2
	sentence=$1
	shift
	expect_exit "$wanted" "$sentence" vouch report "$@"
	expect_error "$text" "it says why: $text"
	ok "in one line" [ "$(wc -l <"$LAST/err")" = 1 ]
}
refused 2 "has not enough for a report of the kind posture" "another kind" \
    --check posture.html --dossier credit.tar --key "$vkey"
refused 2 "there is no key of a ledger" "nobody's key" --check report.html \
    --dossier credit.tar
refused 2 "key" "what is no key" --check report.html --dossier credit.tar --key x
refused 2 "a witness's key" "a witness's key" --check report.html \
    --dossier credit.tar --key "$(as_witness vouch witness key)"
refused 2 "the dossier of that of" "another checkpoint" --check report.html \
    --dossier now.tar --key "$vkey"
refused 2 "the dossier about model/other@1" "another model" --check report.html \
    --dossier other.tar --key "$vkey"
refused 2 "posture.html" "no dossier" --check report.html \
    --dossier posture.html --key "$vkey"
refused 2 "add --check FILE" "nothing to check" posture --dossier credit.tar
LC_ALL=C sed 's/"time":"20/"time":"21/' credit.tar >changed.tar
refused 1 "the dossier does not hold" "a dossier that was changed" \
    --check report.html --dossier changed.tar --key "$vkey"
(mkdir elsewhere && cd elsewhere && ledger)
refused 1 "the dossier does not hold" "by another ledger's key" \
    --check report.html --dossier credit.tar \
    --key "$(vouch --ledger elsewhere/.vouch status --json | jq -r .vkey)"
expect_exit 3 "where nothing can be written" env TMPDIR=/nowhere \
    vouch report --check report.html --dossier credit.tar --key "$vkey"

# What was written into it is found; where rules look at the whole ledger, as
# those of the starter do, a dossier does not decide.
sed 's/\(data-figure="in-use" value="\)1">1/\10">0/' report.html >changed.html
ok "a figure is changed" sh -c '! cmp -s report.html changed.html'
expect_exit 2 "it is not the same" vouch report --check changed.html \
    --dossier credit.tar --key "$vkey"
expect_output "in-use: the report says 0, the dossier 1" "the figure is named"
expect_output "a rule in force may look at more of the ledger" "which is not decided"
mkdir plain && cd plain || exit 1
unset VOUCH_KEY
export VOUCH_HOME=$HOME/plain
vouch init -q --no-passphrase --origin example.com/plain --name alice \
    --role engineer --role owner
team pete:approver
vkey=$(vouch status --json | jq -r .vkey)
for version in 1 2; do
	echo $version >model.json
	vouch model register model.json -q --name credit --owner o \
	    --intended-use u --risk-class minimal --limitation l
	vouch propose credit@$version --to production -q
	vouch --key pete deploy credit@$version --to production -q
done
second=$(($(size) - 1))
vouch incident -q --title t --what w --severity low --model credit@1 \
    --affected "Eve Ecker" --seal affected
vouch dossier credit@1 -q -o closed.tar
vouch dossier credit@1 -q --disclose affected -o open.tar
vouch report provenance credit@1 -q -o one.xml
vouch report provenance credit@2 -q -o two.xml
vouch dossier credit@2 -q -o two.tar
tar -xOf closed.tar dossier/report/provenance.html >closed.html
ok "what took the place of a version is in its dossier" \
    tar -tf closed.tar "dossier/entries/$second.json"
expect_ok "so that it is not in use there is known" vouch report --check \
    one.xml --dossier open.tar --key "$vkey"
expect_ok "of the version that did it is known that it is" vouch report --check \
    two.xml --dossier two.tar --key "$vkey"
expect_ok "what is not shown is not shown in a dossier's own report" \
    vouch report --check closed.html --dossier closed.tar --key "$vkey"
expect_exit 2 "a report that shows it is not decided by that dossier" \
    vouch report --check one.xml --dossier closed.tar --key "$vkey"
expect_output "sealed fields that the dossier does not" "it says why"
sed 's/<figure id="in-use" \(.*\) value="[01]"/<figure id="in-use" \1 value="7"/' \
    two.xml >changed.xml
expect_exit 1 "without such rules and seals a changed report is found out" \
    vouch report --check changed.xml --dossier two.tar --key "$vkey"
expect_output "in-use: the report says 7, the dossier 1" "with its figure"
expect_no_output "not decided" "and that is decided"
done_testing
