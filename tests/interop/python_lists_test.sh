#!/bin/sh
# An auditor has written her own program from docs/format.md, with Python's own
# library alone: it must compute every index record that the ledger signed, and
# take and refuse the same proofs as we do.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq python3
mkdir work && cd work || exit 1
ledger_is_made
her() { python3 "$ROOT/tests/interop/python_lists.py" "$@"; }
export VOUCH_KEY=alice
for n in 1 2; do
	ok "the ledger signs its lists" vouch index -q
	incidents $((400 * n)) $((400 * n + 5)) | vouch -q --key bob-2 record -
done
expect_ok "her program computes every index record" her index .vouch/ledger.db
expect_output "2 index records" "both"
vkey=$(vouch status --json | jq -r .vkey)
for what in "any" "any credit" "any data" "incident" "evaluation credit" \
    "waiver" "run $(printf '%064d' 5)"; do
	# shellcheck disable=SC2086
	vouch prove --complete $what -o p
	run_last her check p p.entries
	result "$status" "she takes the proof of $what"
	vouch check-proof p --key "$vkey" --json | jq -r '.lists[] |
	    [(.subject // ("0" * 64))[:8], .kind, (.entries[].seq | tostring)]
	    | join(" ")' >ours
	ok "and finds the same entries in it" cmp -s ours "$LAST/out"
done
vouch prove --complete evaluation credit -o p
both=0
for n in $(seq 1 150); do
	python3 - "$n" <<'P'
import random
import sys

r = random.Random(int(sys.argv[1]))
data = bytearray(open("p", "rb").read())
# Signatures are not her subject; nor are other spellings of what is the same.
end = data.rindex(b"\n\n")
at = r.randrange(end)
what = r.randrange(3)
if what == 0:
    data[at] ^= 1 << r.randrange(8)
elif what == 1:
    del data[at]
else:
    lines = bytes(data).split(b"\n")
    n = r.randrange(len(bytes(data[:end]).split(b"\n")))
    if r.randrange(2):
        del lines[n]
    else:
        m = r.randrange(n + 1)
        lines[n], lines[m] = lines[m], lines[n]
    data = bytearray(b"\n".join(lines))
open("bad", "wb").write(data)
P
	cmp -s p bad && continue
	her check bad p.entries >/dev/null 2>&1
	hers=$?
	vouch check-proof bad p.entries --key "$vkey" >/dev/null 2>&1
	ours=$?
	if [ $hers = 0 ] || [ $ours = 0 ]; then
		echo "# change $n: hers $hers, ours $ours"
		both=1
	fi
done
ok "150 seeded changes are found by her program and by ours" [ $both = 0 ]
vouch population incident --from 2020-01-01 --where 'record.name > "drift-3"' \
    -o pop >/dev/null
expect_ok "she takes a population" her population pop pop.entries
expect_output "$(vouch check-proof pop --key "$vkey" --json |
    jq -r '"\(.in) of \(.of)"')" "with the same counts"
sed '0,/^in /{/^in /d}' pop >bad
expect_exit 1 "and not one that lacks an item" her population bad pop.entries
done_testing
