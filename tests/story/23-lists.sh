#!/bin/bash
# An auditor wants all evaluations of a model, not those that somebody shows
# her; and a sample of all deployments that nobody could steer.  Whatever is
# left out, swapped, added or cut must be found.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
git init -q . && git config user.email a@b && git config user.name a
vouch init -q --no-passphrase --origin example.com/story --name alice
export VOUCH_KEY=alice
vkey=$(vouch status --json | jq -r .vkey)
echo 1,2 >data.csv && git add data.csv && git commit -qm data
vouch dataset add -q data.csv --licence CC0-1.0
for m in one two; do
	vouch run -q -n "train-$m" --input data.csv --output $m -- \
	    sh -c "echo $m >$m"
	vouch model register -q $m --name $m --owner risk
done
for auc in 0.81 0.82 0.83; do
	vouch evaluate -q one --dataset data --metric auc=$auc
done
vouch evaluate -q two --dataset data --metric auc=0.7
for n in 1 2; do
	vouch incident -q --name "i$n" --title t --what w --severity low \
	    --model one
done

# Without an index record a proof carries everything.
expect_ok "a list is proved before any index record" \
    vouch prove --complete evaluation one -o start
ok "from the start" grep -q '^from the start$' start
expect_ok "and checked" vouch check-proof start start.entries --key "$vkey"
expect_output "these are all 3 entries of kind evaluation" "with how many"

# An index record.
at=$(size)
expect_ok "the ledger signs what its lists come to" vouch index
expect_output "recorded as entry $at: an index of the $at entries before it" \
    "as an entry"
expect_ok "once is enough" vouch index --json
expect_jq ".[0] | .added == false and .seq == $at" "and it says so"
vouch evaluate -q one --dataset data --metric auc=0.84 # entry at + 1
vouch incident -q --name i3 --title t --what w --severity low
expect_ok "a list is proved by it" \
    vouch prove --complete evaluation one -o p
ok "with what came since" [ "$(grep -c '^{"seq"' p)" = 3 ]
mkdir ../away && cp p p.entries ../away && cd ../away || exit 1
expect_ok "and checked without the ledger" \
    vouch check-proof p p.entries --key "$vkey"
expect_output "these are all 4 entries of kind evaluation" "all four"
expect_output "evaluation of model/one@1" "by name"
expect_ok "without their lines, too" vouch check-proof p --key "$vkey" --json
expect_jq '.[0] | .complete and .lists[0].count == 4 and
    (.lists[0].entries[0] | has("title") | not)' "by leaf hash"
cd ../work || exit 1
for what in "dataset data" "evaluation data" "run data" "incident one" \
    "run one" "model one"; do
	# shellcheck disable=SC2086
	expect_ok "every $what" vouch prove --complete $what -o l
	ok "as the ledger has it" [ "$(wc -l <l.entries)" = \
	    "$(vouch log --kind "${what%% *}" --json | jq -s 'flatten | length' |
	    sed "$([ "$what" = "run one" ] && echo s/.*/1/
	    [ "$what" = "incident one" ] && echo s/3/2/
	    [ "$what" = "run data" ] && echo 's/.*/4/'
	    [ "$what" = "model one" ] && echo s/.*/1/)")" ]
done
expect_ok "there is no deployment" vouch prove --complete deployment -o none
expect_ok "which is proved" vouch check-proof none --key "$vkey"
expect_output "there is no deployment in the ledger" "in words"
expect_ok "nor any of a digest that nobody named" vouch prove \
    --complete run "$(printf '%064d' 7)" -o none2
expect_ok "likewise" vouch check-proof none2 none2.entries --key "$vkey"
expect_ok "all kinds at once" vouch prove --complete any two -o any
expect_ok "in one file" vouch check-proof any any.entries --key "$vkey" --json
expect_jq '.[0].lists | length > 10 and
    (map(select(.kind == "evaluation")) | .[0].count == 1)' "each with its count"
expect_ok "at an older checkpoint" vouch prove --complete evaluation one \
    --at $((at + 1)) -o old
expect_ok "it is as it was then" vouch check-proof old --key "$vkey"
expect_output "these are all 3" "with three"
expect_refusal 2 "did you mean 'evaluation'" "a kind with a slip" \
    vouch prove --complete evalution
expect_refusal 2 "" "a thing that there is not" vouch prove --complete run nix
expect_refusal 2 "does not go with" "two proofs in one" \
    vouch prove --complete --consistency 1

# Omissions and inventions.
found() { # SENTENCE, with p.bad and e.bad in place
	if cmp -s p p.bad && cmp -s p.entries e.bad; then
		result 1 "$1: nothing was changed"
		return
	fi
	run_last vouch check-proof p.bad e.bad --key "$vkey"
	[ "$status" = 1 ] || [ "$status" = 2 ]
	result $? "$1"
	ok "in one line" [ "$(wc -l <"$LAST/err")" = 1 ]
	cp p p.bad && cp p.entries e.bad
}
cp p p.bad && cp p.entries e.bad
items=$(grep -nE '^[0-9]+ [0-9a-f]{64}$' p | cut -d: -f1)
for line in $items; do
	sed -i "${line}d; s/^count 3/count 2/" p.bad
	found "an entry left out of the list"
done
# shellcheck disable=SC2086
set -- $items
sed -i "$1{h;d;};$2{G;}" p.bad
found "two of its entries swapped"
other=$(vouch show two --json | jq -r .leaf)
sed -i "$1s/ .*/ $other/" p.bad
found "another entry in its place"
sed -i "$3a $((at - 1)) $other
s/^count 3/count 4/" p.bad
found "one put in"
sed -i 's/^since 3/since 2/; 0,/^{"seq":'$((at + 1))',/{/^{"seq":'$((at + 1))',/d;}' p.bad
found "an entry since left out"
sed -i 's/^since 3/since 2/; /^{"seq":'$((at + 2))',/d' p.bad
found "the last entry left out"
sed -i '/^{"seq":'$((at + 1))',/{s/^{"seq":'$((at + 1))'/{"seq":'$((at + 9))'/;}' p.bad
found "an entry since that was altered"
sed -i 's/^present .*/present 0/' p.bad
found "another place in the index"
sed '/^count/,/^since/d' p >p.bad
sed -n '/^count/,/^since/p' none2 | sed 's/^since.*/since 3/' >middle
sed -i '/^list /r middle' p.bad
found "a list that is there said to be absent"
sed '/^count/,/^since/d' p >p.bad
printf 'count 0\nfrom the start\nsince 3\n' >middle
sed -i '/^list /r middle' p.bad
found "or never to have been looked for"
sed '$d' p.entries >e.bad
run_last vouch check-proof p e.bad --key "$vkey"
ok "a line that is not at hand is no harm" [ "$status" = 0 ]
vouch show two --raw >>e.bad
found "the line of an entry that does not belong"
tail -n1 p.entries >>e.bad
found "a line twice"
cp p p.bad && cp p.entries e.bad
missed=
for n in $(seq 1 60); do
	python3 - "$n" <<'P'
import random, sys
r = random.Random(int(sys.argv[1]))
data = bytearray(open("p", "rb").read())
at = r.randrange(len(data))
if r.randrange(2):
    data[at] ^= 1 << r.randrange(8)
else:
    del data[at]
open("p.bad", "wb").write(data)
P
	vouch check-proof p.bad p.entries --key "$vkey" >/dev/null 2>&1
	case $? in 1 | 2) ;; *) missed="$missed $n" ;; esac
done
ok "60 seeded changes are all found:$missed" [ -z "$missed" ]
missed=
for n in $(seq 0 97 $(($(wc -c <p) - 1))); do
	head -c "$n" p >p.bad
	vouch check-proof p.bad --key "$vkey" >/dev/null 2>&1
	[ $? = 2 ] || missed="$missed $n"
done
ok "a proof cut anywhere decides nothing:$missed" [ -z "$missed" ]
mkdir ../other && (cd ../other && ledger) >/dev/null
expect_exit 1 "another ledger's key" vouch check-proof p p.entries \
    --key "$(vouch --ledger ../other status --json | jq -r .vkey)"

# A ledger that signed a wrong index record is caught by who has the entries.
expect_ok "a full verification computes it again" vouch verify --json
expect_jq '.[0] | .lists == 1 and .problem_count == 0' "and counts it"
mkdir -p ../lying/.vouch && cp .vouch/ledger.key ../lying/.vouch/
sqlite3 .vouch/ledger.db "VACUUM INTO '../lying/.vouch/ledger.db'"
# Lists that were kept would make a right one all the same.
sqlite3 ../lying/.vouch/ledger.db "DELETE FROM artefact WHERE seq = 8;
    DELETE FROM list"
lying() { env VOUCH_HOME="$HOME/x" vouch "$@" --ledger ../lying; }
expect_ok "an index record that leaves something out is signed" lying index
expect_exit 1 "verification finds it" lying verify
expect_output "entry $((at + 3)): lists: the lists that the index record signs" \
    "and names it"
expect_ok "the index made again" lying reindex
expect_exit 1 "does not mend what was signed" lying verify
expect_exit 1 "and no proof is given by it" \
    lying prove --complete evaluation one
expect_error "entry $((at + 3))" "as it says"

# Populations.
for m in one two; do
	vouch propose -q $m --to test
	vouch approve -q $m --to test
	vouch deploy -q $m --to test
done
vouch deploy -q one --to lab --emergency --because 'the lab was closing'
vouch retire -q one --in lab
expect_ok "a population is written" vouch population deployment \
    --where 'record.action == "deploy"' -o pop
expect_output "3 of 4 entries of kind deployment" "with how many of how many"
digest=$(sha256sum <pop | cut -d' ' -f1)
expect_output "$digest" "and what fixes it"
ok "every entry is in it, with why not" \
    [ "$(grep -cE '^(in|where) [0-9]+ ' pop)" = 4 ]
expect_ok "again, to the byte" vouch population deployment -q \
    --where 'record.action == "deploy"' -o pop2
ok "the same" cmp pop pop2
cp pop pop.entries ../away && cd ../away || exit 1
expect_ok "it is checked without the ledger" \
    vouch check-proof pop pop.entries --key "$vkey"
expect_output "3 entries, of all 4 of kind deployment" "and said in words"
expect_ok "for programs" vouch check-proof pop --key "$vkey" --json
expect_jq ".[0] | .complete and .in == 3 and .of == 4 and
    .sha256 == \"$digest\"" "with its digest"
cp ../work/p ../work/p.entries .
seqs=$(grep -E '^(in|where) [0-9]' pop | cut -d' ' -f2)
bad_population() { # SED SENTENCE
	sed -E "$1" pop >pop.bad
	if cmp -s pop pop.bad; then result 1 "$2: unchanged"; return; fi
	run_last vouch check-proof pop.bad pop.entries --key "$vkey"
	[ "$status" = 1 ] || [ "$status" = 2 ]
	result $? "$2"
}
for seq in $seqs; do
	bad_population "/^(in|where) $seq /d" "entry $seq left out"
	bad_population "/^(in|where) $seq /d; s/^items 3 of 4/items 2 of 3/" \
	    "and the count mended"
done
bad_population '/^items/,/^$/s/^in /before /' "an item said to be too early"
bad_population '/^items/,/^$/s/^in /where /' "a count that is off"
bad_population '/^items/,/^$/s/^(in [0-9]+ [0-9a-f]+) 20/\1 19/' "another time"
bad_population 's/model\/one@1/model\/two@1/' "another title"
bad_population 's/^kind deployment/kind approval/' "another kind"
bad_population 's/^where "/from 2999-01-01T00:00:00.000Z\n&/' "another period"
cd ../work || exit 1
expect_ok "a period" vouch population incident --from 2020-01-01 \
    --to 2021-01-01 -o early
expect_output "0 of 3" "in which nothing was"
ok "says when they were" [ "$(grep -c '^after' early)" = 3 ]
expect_refusal 2 "ends before" "a period backwards" \
    vouch population incident --from 2021-01-01 --to 2020-01-01
expect_refusal 2 "did you mean" "a kind that there is not" \
    vouch population deploymnt
expect_refusal 2 "--where" "a condition that is none" \
    vouch population incident --where '1 +'

# Samples.
seed='dice: 3 6 1 1 5 2 4 6'
expect_ok "a sample is drawn" vouch sample pop -n 2 --seed "$seed" -f json
expect_jq '.[0].section[1].table[0].row | length == 2' "of two"
drawn=$(jq -r '.section[1].table[0].row[].c[1] | if type == "object" then
    .text else . end' "$LAST/out")
grep '^in ' pop | while read -r _ seq leaf _; do
	printf '%s %s\n' "$(printf '%s %s %s' "$digest" "$leaf" "$seed" |
	    sha256sum | cut -d' ' -f1)" "$seq"
done | sort | head -n 2 | cut -d' ' -f2 >again
ok "the same as by sha256sum, sort and head" [ "$drawn" = "$(cat again)" ]
expect_ok "more than there are" vouch sample pop -n 9 --seed "$seed" --json
expect_jq '.[0].section[1].table[0].row | length == 3' "are all"
expect_ok "as a working paper" vouch sample pop -n 3 --seed "$seed"
for word in "$digest" "$seed" "proposal of model/one@1" \
    "approval of model/two@1" "evaluation of model/one@1" "dataset/data@1" \
    "run/train-one@1" "commit $(git rev-parse HEAD)" MISSING \
    "Tested by: ____" "Exception: ____"; do
	ok "that says $word" sh -c 'tr -s "\n " " " <"$1" | grep -qF -- "$2"' - \
	    "$LAST/out" "$word"
done
expect_ok "in Markdown" vouch sample pop -n 3 --seed "$seed" -f markdown -o w.md
ok "with a heading for each item" [ "$(grep -c '^### [0-9]' w.md)" = 3 ]
expect_ok "as a page" vouch sample pop -n 3 --seed "$seed" -f html -o w.html
for word in "<h1>Working paper: sample of 3 from every deployment</h1>" \
    "<h3>1. Entry " "$digest" "$seed" "MISSING" "@media print" \
    'aria-label="Tested by: to be filled in, 1. Entry '; do
	ok "that says $word" grep -qF -- "$word" w.html
done
ok "with blank fields for who tests, thirteen" \
    [ "$(grep -o 'class="blank"' w.html | wc -l)" = 13 ]
ok "and nothing from elsewhere" sh -c '! grep -Eq "<script|src=|href=.http" w.html'
expect_ok "again, to the byte" vouch sample pop -n 3 --seed "$seed" -f html
ok "the same page" cmp "$LAST/out" w.html
expect_ok "CSV" vouch sample pop -n 3 --seed "$seed" -f csv
expect_output "item,hop,found,what" "with a table of the traces"
ok "that says what is missing" grep -q ',proposal,missing,' "$LAST/out"
expect_refusal 2 "16 to" "a seed that could be tried" \
    vouch sample pop -n 3 --seed 42
expect_refusal 2 "size" "a sample of nothing" vouch sample pop -n 0 \
    --seed "$seed"
expect_refusal 1 "" "the population of another ledger" env \
    VOUCH_HOME="$HOME/y" vouch --ledger ../other sample pop -n 3 --seed "$seed"
expect_refusal 2 "not a proof" "what is no population" vouch sample p -n 3 \
    --seed "$seed"

# What was erased whole stays in its lists.
first=$(grep -E '^[0-9]+ [0-9a-f]{64}$' p | head -1 | cut -d' ' -f1)
for seq in "$first" $((at + 1)); do
	expect_ok "evaluation $seq is erased" vouch erase "$seq" --whole \
	    --basis 'GDPR art. 17(1)(b)' --request R-1
done
expect_ok "the list is proved" vouch prove --complete evaluation one -o gone
ok "without that line" grep -q '^erased [0-9a-f]*$' gone
ok "nor the other" [ "$(wc -l <gone.entries)" = 2 ]
expect_ok "and checked" vouch check-proof gone gone.entries --key "$vkey" --json
expect_jq '.[0] | .erased == 0 and .lists[0].count == 4' "all four, still"
expect_ok "so is a population" vouch population evaluation \
    --where 'record.metrics.auc > 0.8' -o gone.pop
expect_ok "in which they are" vouch check-proof gone.pop gone.pop.entries \
    --key "$vkey"
ok "by what is known" [ "$(grep -c '"erased"$' gone.pop)" = 2 ]
expect_ok "and may be drawn" vouch sample gone.pop -n 9 --seed "$seed"
expect_output "erased" "as what they are"
expect_ok "the index records still are what the entries make" vouch verify --json
expect_jq '.[0] | .lists == 1 and .problem_count == 0' "as far as is known"

# By itself, when enough came.
jq -nc 'range(1100) | {kind:"incident",predicate:{name:"b\(.)",version:"1",
    title:"t",what:"w",severity:"low"}}' >many.jsonl
before=$(size)
expect_ok "many entries" vouch record -q many.jsonl
# Nothing is signed into a ledger that is refused, however due it would be.
mkdir ../behind && cp -r .vouch ../behind
sqlite3 ../behind/.vouch/ledger.db "
    DELETE FROM checkpoint WHERE size > $((before + 1100));
    DELETE FROM entry WHERE seq >= $((before + 1100));
    DELETE FROM record WHERE seq >= $((before + 1100));
    DELETE FROM artefact WHERE seq >= $((before + 1100))"
expect_exit 1 "a ledger that was put back is refused" \
    vouch incident -q --name y --title t --what w --severity low \
    --ledger ../behind
expect_error "rolled back" "as what it is"
ok "and nothing is signed into it" \
    [ "$(sqlite3 ../behind/.vouch/ledger.db 'SELECT count(*) FROM entry')" = \
	$((before + 1100)) ]
ok "bring an index record" [ "$(size)" = $((before + 1101)) ]
expect_ok "few do not" vouch incident -q --name x --title t --what w \
    --severity low
ok "bring another" [ "$(size)" = $((before + 1102)) ]
expect_ok "all of them are right" vouch verify --json
expect_jq '.[0] | .lists == 2 and .problem_count == 0' "both"
done_testing
