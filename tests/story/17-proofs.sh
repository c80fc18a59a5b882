#!/bin/bash
# An author wants a receipt for what she recorded, and a customer wants to
# check it years later, without the ledger: whatever is changed in it, in the
# line or in what is believed, must be found.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"

mkdir work && cd work || exit 1
expect_ok "a ledger is founded with a receipt" vouch init -q --no-passphrase \
    --origin example.com/story --name alice --receipt genesis
export VOUCH_KEY=alice
incident() { # NUMBER, more options
	n=$1
	shift
	vouch incident -q --name "n$n" --title t --what w --severity low "$@"
}
for n in 1 2 3 4 5; do incident $n; done
expect_ok "an incident leaves a receipt" incident 6 --receipt r
vkey=$(vouch status --json | jq -r .vkey)
db=.vouch/ledger.db

# Receipts: no ledger is near.
mkdir ../away && cp r r.entry genesis genesis.entry ../away
cd ../away || exit 1
expect_ok "a receipt is checked without the ledger" \
    vouch check-proof r r.entry --key "$vkey"
expect_output "the line is entry 6" "it says which entry that is"
expect_output "checkpoint of 7 entries" "and by which checkpoint"
expect_ok "for programs too" vouch check-proof r r.entry --key "$vkey" --json
expect_jq '.[0] | .included and .index == 6 and .checkpoint.size == 7 and
    .checkpoint.origin == "example.com/story" and (has("quorum") | not)' \
    "with its figures"
expect_ok "the founding has one" vouch check-proof genesis genesis.entry \
    --key "$vkey"
cd ../work || exit 1
vouch show 6 --raw >raw
ok "the line beside it is the entry's" \
    [ "$(cat raw)" = "$(cat r.entry)" ]
ok "to the byte" [ "$(wc -c <r.entry)" -eq $(($(wc -c <raw) - 1)) ]
expect_ok "a newline behind the line does no harm" \
    vouch check-proof r raw --key "$vkey"

# Every command that appends can leave one.
echo 1,2 >data.csv
receipted() { # COMMAND…
	rm -f x x.entry
	run_last vouch "$@" --receipt x
	if [ "$status" = 0 ] && vouch check-proof -q x x.entry --key "$vkey" &&
	    [ "$(jq .seq x.entry)" = $(($(size) - 1)) ]; then
		result 0 "a receipt of vouch $1 $2"
	else result 1 "a receipt of vouch $1 $2"; fi
}
receipted dataset add data.csv --licence CC0-1.0
run_last vouch run -q -n train --receipt x --input data.csv --output m \
    -- sh -c 'echo w >m'
ok "a receipt of vouch run is of its end" sh -c \
    'vouch check-proof -q x x.entry --key "$1" && jq -e \
    ".envelope.payload | @base64d | fromjson | .predicate | has(\"started\")" \
    x.entry' - "$vkey"
receipted model register m --name credit --owner risk
receipted evaluate credit --dataset data --metric auc=0.9
receipted observe credit --environment production --from 2026-01-01 \
    --to 2026-01-02 --metric auc=0.8
receipted correct dataset/data --because 'a slip' --set licence=CC-BY-4.0
receipted policy publish starter
receipted propose credit --to test
vouch key new -q bob --no-passphrase
receipted key enrol bob --role engineer
receipted key revoke bob --because 'left'
echo '{"kind":"incident","predicate":{"name":"a","version":"1","title":"t",
"what":"w","severity":"low"}}' | tr -d '\n' >one.json
receipted record one.json
sed 's/"a"/"b"/; s/$/\n/' one.json >many.jsonl
sed 's/"a"/"c"/; s/$/\n/' one.json >>many.jsonl
receipted record many.jsonl
run_last vouch audit --receipt x
ok "a receipt of an audit's verdict" \
    vouch check-proof -q x x.entry --key "$vkey"
expect_ok "a receipt of a report" vouch report posture -o p.html --file \
    --receipt x
ok "that was filed" vouch check-proof -q x x.entry --key "$vkey"
vouch help --markdown | sed -n 's/^## vouch //p' >names
while read -r name; do
	# shellcheck disable=SC2086
	vouch $name -h </dev/null | grep -q -- --receipt && echo "$name"
done <names >with-receipt
wanted='init, key enrol, key rotate, key revoke, key certify, trust add,
  trust withdraw, dataset add, run, model
register, evaluate, observe, incident, attest, gap, hold, erase, record,
correct, propose, approve, reject, deploy, rollback, retire, review,
waive, policy propose, policy publish, policy retire, audit, report,
  index, witness add, witness remove, witness quorum'
ok "whatever appends can leave one, and nothing else" \
    [ "$(paste -sd, with-receipt)" = "$(echo $wanted | sed 's/, /,/g')" ]
expect_refusal 2 "no folder" "a receipt nowhere" incident 7 --receipt no/r
expect_refusal 2 "not a folder" "a receipt onto a folder" incident 7 --receipt .
expect_refusal 2 "add --file" "a receipt of what is not recorded" \
    vouch report posture --receipt x
expect_refusal 2 "is recorded" "nor of an audit that is not" \
    vouch audit --dry-run --receipt x
expect_refusal 2 "no option --receipt" "what records nothing has none" \
    vouch log --receipt x

# What was recorded stands, even if its receipt cannot be left.
mkdir late.entry
before=$(size)
run_last incident 7 --receipt late
ok "a receipt that cannot be written" [ "$status" = 3 ]
expect_error "entry $before was recorded, without its receipt" \
    "is no reason to record again"
expect_error "vouch prove $before" "as it can be had later"
ok "the entry is there" [ "$(size)" = $((before + 1)) ]

# Proofs at any checkpoint.
expect_ok "a proof is made later" vouch prove 3 -o p
vouch show 3 --raw >line
ok "and holds" vouch check-proof p line --key "$vkey"
expect_ok "by an older checkpoint" vouch prove 3 --at 5
ok "if one is wanted" [ "$(sed -n '/^$/{n;n;p;q;}' "$LAST/out")" = 5 ]
expect_ok "by name" vouch prove model/credit
expect_output "c2sp.org/tlog-proof@v1" "in the form of the world"
expect_refusal 2 "not in the checkpoint of 3 entries" "an entry that came later" \
    vouch prove 3 --at 3
expect_refusal 2 "" "an entry that there is not" vouch prove 999
expect_refusal 2 "whole number" "a size that is none" vouch prove 3 --at x
expect_refusal 2 "no checkpoint" "no checkpoint so early" vouch prove 0 --at 0
expect_refusal 2 "one entry" "two entries" vouch prove 1 2

# What is changed is found.
holds() { # PROOF LINE [more]: exit status of the check
	vouch check-proof "$@" --key "$vkey" >"$LAST/out" 2>"$LAST/err"
	status=$?
	no_noise || status=99
}
all_found() { # SENTENCE: mutated by the function mutate N, N from $from to $to
	missed=
	for n in $(seq "$from" "$to"); do
		cp p p.bad && cp line line.bad
		mutate "$n"
		cmp -s p p.bad && cmp -s line line.bad && continue
		holds p.bad line.bad
		case $status in 1 | 2) ;; *) missed="$missed $n" ;; esac
		[ "$(wc -l <"$LAST/err")" = 1 ] || missed="$missed $n-lines"
	done
	[ -z "$missed" ] || echo "# missed:$missed"
	ok "$1" [ -z "$missed" ]
}
cat >mutate.py <<'P'
import random
import sys

name, seed, how = sys.argv[1:]
r = random.Random(int(seed))
data = bytearray(open(name, "rb").read())
# The newline behind the line is not the line's.
end = len(data) - (how == "line")
at = r.randrange(end)
what = r.randrange(5)
if what == 0:
    data[at] ^= 1 << r.randrange(8)
elif what == 1:
    data[at] = (data[at] + 1 + r.randrange(255)) % 256
elif what == 2:
    del data[at]
elif what == 3:
    data.insert(at, r.randrange(256))
else:
    other = r.randrange(end)
    data[at], data[other] = data[other], data[at]
open(name, "wb").write(data)
P
from=1 to=110
mutate() { python3 mutate.py p.bad "$1" proof; }
all_found "110 seeded changes of the proof are all found"
to=60
mutate() { python3 mutate.py line.bad "$1" line; }
all_found "60 seeded changes of the line are all found"
from=0 to=$(($(wc -c <p) - 1))
mutate() { head -c "$1" p >p.bad; }
all_found "a proof cut at any byte is found"
from=0 to=24
mutate() { sed -i "s/^index .*/index $1/" p.bad; }
all_found "any other index is found"
from=3 to=$(($(grep -n '^$' p | head -1 | cut -d: -f1) - 1))
mutate() { sed -i "$1d" p.bad; }
all_found "a hash left out is found"
mutate() { sed -i "$1p" p.bad; }
all_found "a hash put in twice is found"
holds p raw
ok "another entry's line is not this one" [ "$status" = 1 ]
expect_error "does not lead" "and that is said"
holds p "$db"
ok "a file that is no line is refused" [ "$status" = 2 ]
: >empty
holds p empty
ok "and an empty one" [ "$status" = 2 ]
holds empty line
ok "and an empty proof" [ "$status" = 2 ]
expect_error "line 1" "with the line"
sed '4s/./!/' p >p.bad
holds p.bad line
expect_error "p.bad: line 4: not a proof: a hash is not base64" \
    "what is malformed is named by its line"
holds nowhere line
ok "a proof that is not there" [ "$status" = 2 ]

# Who signed.
mkdir ../other && (cd ../other && ledger && incident 1 && vouch prove 1 -o p &&
    vouch show 1 --raw >line) >/dev/null
other=$(vouch --ledger ../other status --json | jq -r .vkey)
expect_exit 1 "the key of another ledger of that name" \
    vouch check-proof p line --key "$other"
expect_error "not signed by" "has not signed"
expect_exit 1 "a checkpoint of that ledger has another root" \
    vouch check-proof ../other/p ../other/line --key "$vkey"
expect_ok "each by its own" \
    vouch check-proof ../other/p ../other/line --key "$other"
expect_refusal 2 "verifier key" "a key with a slip" \
    vouch check-proof p line --key "${vkey%?????????}AAAAAAAAA"
expect_refusal 2 "no key" "no key at all" vouch check-proof p line

# Consistency.
expect_ok "a checkpoint is proved to extend another" \
    vouch prove --consistency 3 7 -o c
expect_ok "without the ledger" vouch check-proof --consistency c --key "$vkey"
expect_output "checkpoint of 7 entries" "it says which"
expect_output "extends that of 3" "and which it extends"
expect_ok "for programs" \
    vouch check-proof --consistency c --key "$vkey" --json
expect_jq '.[0] | .extends and .old.size == 3 and .checkpoint.size == 7' \
    "with both sizes"
for from in 1 2 4 6 7; do
	vouch prove --consistency $from 7 -o c$from
	ok "from $from as well" \
	    vouch check-proof -q --consistency c$from --key "$vkey"
done
expect_ok "to the newest" vouch prove --consistency 1
missed=
for n in $(seq 0 $(($(wc -c <c) - 1))); do
	head -c "$n" c >c.bad
	vouch check-proof --consistency c.bad --key "$vkey" >/dev/null 2>&1
	[ $? = 2 ] || missed="$missed $n"
done
ok "one cut at any byte decides nothing" [ -z "$missed" ]
missed=
for n in $(seq 1 60); do
	cp c c.bad
	python3 mutate.py c.bad "$n" proof
	cmp -s c c.bad && continue
	vouch check-proof --consistency c.bad --key "$vkey" >/dev/null 2>&1
	case $? in 1 | 2) ;; *) missed="$missed $n" ;; esac
done
ok "60 seeded changes of it are all found" [ -z "$missed" ]
expect_exit 1 "another's key did not sign it" \
    vouch check-proof --consistency c --key "$other"
expect_refusal 2 "no checkpoint of 0" "from nothing" \
    vouch prove --consistency 0
expect_refusal 2 "no checkpoint of 999" "to what is not there" \
    vouch prove --consistency 1 999
expect_refusal 2 "do not extend" "backwards" vouch prove --consistency 5 3

# A ledger that was touched gives no proofs.
mkdir -p ../touched/.vouch
sqlite3 $db "VACUUM INTO '../touched/.vouch/ledger.db'"
sqlite3 ../touched/.vouch/ledger.db \
    'UPDATE tile SET hashes = zeroblob(length(hashes))'
for what in 3 '--consistency 3 7'; do
	# shellcheck disable=SC2086
	run_last env VOUCH_HOME="$HOME/${what%% *}" vouch --ledger ../touched \
	    prove $what
	ok "a damaged ledger does not prove $what" [ "$status" = 1 ]
	expect_error "the ledger is damaged" "and says so"
done

# Witnesses, made with the second implementation behind the vectors.
cat >witness.py <<'P'
import base64
import hashlib
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["ROOT"] + "/tests/vectors")
from make import Key  # noqa: E402


def key(n):
    return Key("w%d" % n, bytes([n + 1] * 32))


def key_id(k):
    name = k.name.encode() + b"\n\x04"
    return hashlib.sha256(name + k.public).digest()[:4]


def base64_of(data):
    return base64.b64encode(data).decode()


if sys.argv[1] == "vkeys":
    for k in map(key, range(6)):
        print("witness W%s %s+%s+%s" % (k.name[1:], k.name, key_id(k).hex(),
                                        base64_of(b"\x04" + k.public)))
else:
    proof = open(sys.argv[2], encoding="utf-8").read()
    text = proof.split("\n\n")[1] + "\n"
    for n in map(int, sys.argv[3:]):
        when = 1700000000 + n
        k = key(n)
        signed = k.sign(b"cosignature/v1\ntime %d\n" % when + text.encode())
        proof += "— %s %s\n" % (k.name, base64_of(
            key_id(k) + when.to_bytes(8, "big") + signed))
    sys.stdout.write(proof)
P
{
	echo "# whom to trust"
	echo "log $vkey https://log.example/"
	python3 witness.py vkeys
} >base.policy
quorum() { # NAME LINES: a policy file with that quorum
	{ cat base.policy; printf %b "$2"; } >"$1.policy"
}
quorum none 'quorum none\n'
quorum one 'quorum W0\n'
quorum two 'group two 2 W0 W1 W2\nquorum two\n'
quorum nested 'group X 2 W0 W1 W2\ngroup Y any W3 W4 W5\ngroup both all X Y
quorum both\n'
asked() { # STATUS POLICY WITNESSES…
	wanted=$1 policy=$2
	shift 2
	python3 witness.py sign p "$@" >cosigned
	expect_exit "$wanted" "$policy, cosigned by ${*:-nobody}: $wanted" \
	    vouch check-proof cosigned line --policy "$policy.policy"
}
asked 0 none
expect_output "wants no witnesses" "which is said"
asked 1 one
asked 1 one 1 2 3 4 5
expect_error "W0 has not cosigned" "and who is missing"
asked 0 one 0
expect_output "quorum met: W0" "the quorum is named"
expect_output "cosigned by W0, 2023-11-14T22:13:20" "with the time"
asked 1 two
asked 1 two 2
expect_error "quorum two is not met: it needs 2 of its 3 members and has 1" \
    "how far it is from being met"
asked 1 two 3 4 5
asked 0 two 0 2
expect_output "quorum met: two, 2 of 3, 2 needed" "the group is named"
asked 0 two 0 1 2
asked 1 nested 0 1 2
asked 1 nested 0 3 4 5
asked 0 nested 0 2 5
expect_output "quorum met: both, 2 of 2, 2 needed" "groups of groups"
asked 0 nested 0 1 2 3 4 5
expect_ok "for programs" vouch check-proof cosigned line \
    --policy nested.policy --json
expect_jq '.[0] | .quorum == "both" and (.witnesses | length) == 6 and
    .witnesses[5].time == 1700000005' "with the witnesses"
expect_ok "with the key as well" vouch check-proof cosigned line \
    --policy nested.policy --key "$vkey"
expect_exit 1 "another key beside the policy" vouch check-proof cosigned line \
    --policy nested.policy --key "$other"
grep -v '^log' nested.policy >nolog.policy
expect_ok "a policy without logs takes the key's" \
    vouch check-proof cosigned line --policy nolog.policy --key "$vkey"
expect_exit 2 "and wants one" vouch check-proof cosigned line \
    --policy nolog.policy
sed "s|^log .*|log $other|" nested.policy >others.policy
expect_exit 1 "a policy for another ledger" vouch check-proof cosigned line \
    --policy others.policy
sed '$s/.$/A/; $s/....$/AAA=/' cosigned >spoilt
expect_exit 1 "a cosignature that does not verify spoils all" \
    vouch check-proof spoilt line --policy nested.policy
python3 witness.py sign p 0 2 5 9 >stranger
expect_ok "a stranger's does not matter" \
    vouch check-proof stranger line --policy nested.policy
expect_exit 1 "a quorum is wanted of the newer checkpoint, too" \
    vouch check-proof --consistency c --policy two.policy
expect_ok "or none" vouch check-proof --consistency c --policy none.policy
bad() { # TEXT SENTENCE LINES
	quorum bad "$3"
	expect_refusal 2 "$1" "$2" \
	    vouch check-proof cosigned line --policy bad.policy
}
bad "bad.policy: line 9: not a policy: the quorum is not named on a line" \
    "an unknown quorum" 'quorum W9\n'
bad "line 9: not a policy: a member is not named" "an unknown member" \
    'group g any W0 W9\nquorum g\n'
bad "line 10: not a policy: a member is in a group already" \
    "who would count twice" 'group g any W0\ngroup h any W0\nquorum h\n'
bad "line 9: not a policy: a group cannot need so many" "too many wanted" \
    'group g 3 W0 W1\nquorum g\n'
bad "no quorum line" "no quorum" ''
bad "the line is cut" "a policy that is cut" 'quorum none'
bad "begins with log" "a word that is none" 'quorum none\nQuorum none\n'
# What a newcomer tries first.
expect_refusal 2 "name a file, not a folder" "a folder is no file to write" \
    vouch prove 3 -o .
expect_refusal 2 "name a file, not a folder" "nor for a list" \
    vouch prove --complete incident -o ./
ok "and nothing is left in it" [ ! -e ..entries -a ! -e ./.entries ]
vouch prove --consistency 3 -o extends >said
ok "a file that was written is named" grep -q '^wrote extends' said
expect_ok "what a proof is of, it says itself" \
    vouch check-proof extends --key "$vkey"
expect_output "extends that of 3" "and so it is checked"
expect_ok "a list has its lines beside it" \
    vouch prove --complete incident -o lists
expect_output "wrote lists, and the entries' lines to lists.entries" \
    "which is said"
vouch prove -q 3 -o quiet >said
ok "unless nothing is to be" [ ! -s said ]
done_testing
