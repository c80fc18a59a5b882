#!/bin/sh
# Which lines no test reaches, of those that the sanitized programs ran (see
# tests/run).  TAP: a gate on how many must be.
cd "$(dirname "$0")/.." || exit 1
want=90
log=build/log/cover
gcovr -j2 -r . --object-directory build/san -e 'tests/.*' --exclude-unreachable-branches --print-summary >$log.txt 2>$log.err
percent=$(sed -n 's/^lines: \([0-9]*\).*/\1/p' $log.txt)
sed -n '/^File/,/^TOTAL/p' $log.txt | awk '{print "# " $1, $2, $3, $4}' | head -400
echo "1..1"
if [ "${percent:-0}" -ge "$want" ]; then echo "ok 1 - $percent % of lines are reached by tests ($want wanted)"
else
	echo "not ok 1 - ${percent:-0} % of lines are reached by tests ($want wanted)"
	tail -5 $log.err
fi
