#!/bin/sh
# Evaluate expressions with vouch's evaluator and with cel-go, one after the
# other for each expression, and say how much faster: run.sh BENCH-PROGRAM
set -eu
here=$(dirname "$0")
file=$here/expressions.jsonl
root=$here/../../..
peer=$root/.interop/bin/cel_go

# What cannot be compared is said, and the figures of ours stand alone.
why=
if ! command -v go >/dev/null; then
	why='no Go toolchain'
elif ! "$root/tests/interop/deps.sh" >/dev/null; then
	why='cel-go could not be built'
elif [ ! -x "$peer" ]; then
	why=$(cat "$root/.interop/no_cel_go")
fi
echo
echo "One evaluation in nanoseconds; what it takes from the arena in bytes,"
echo "and its calls for memory beside that (aim: cel-go takes 2 x, no call)"
[ -z "$why" ] || echo "cel-go is skipped: $why"
printf '%10s %8s %5s %10s %6s %7s\n' vouch arena calls cel-go calls ratio
slower=0 number=0
total=$(wc -l <"$file")
while [ "$number" -lt "$total" ]; do
	number=$((number + 1))
	# In turn, and the better of two: the machine may change its pace.
	ours='' theirs=''
	for _ in 1 2; do
		ours=$(printf '%s\n%s' "$ours" "$("$1" "$file" "$number")")
		[ -n "$why" ] || theirs=$(printf '%s\n%s' "$theirs" \
		    "$("$peer" bench "$file" "$number")")
	done
	{
		printf '%s\n' "$ours" | sed '/^$/d' | sort -n | head -n 1
		printf '%s\n' "$theirs" | sed '/^$/d' | sort -n | head -n 1
	} | awk -F '\t' '
	NR == 1 { ns = $1; calls = $2; arena = $3; value = $4; name = $5 }
	NR == 2 && NF { other = $1; others = $2; theirs = $3 }
	END {
		printf "%10.0f %8d %5d ", ns, arena, calls
		if (theirs == "")
			printf "%10s %6s %7s", "-", "-", "-"
		else
			printf "%10.0f %6d %7.2f", other, others, other / ns
		printf "  %s%s\n", name, theirs == "" || value == theirs ? "" : \
		    " (DIFFERENT VALUES)"
		exit calls > 0 || (theirs != "" && \
		    (other < 2 * ns || value != theirs))
	}' || slower=$((slower + 1))
done
echo "$total expressions; $slower miss the aim"
