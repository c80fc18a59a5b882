#!/bin/sh
# Fuzz one parser for a while, from its committed corpus: run.sh NAME
set -u
name=$1
seconds=${FUZZ_SECONDS:-5}
scratch=$(mktemp -d)
log=$scratch.log
"$TEST_BUILD/fuzz/${name}_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$TEST_BUILD/log/crash-$name-" "$scratch" "$ROOT/tests/fuzz/corpus/$name" >"$log" 2>&1
status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
echo "1..1"
if [ "$status" = 0 ] && [ "${runs:-0}" -gt 0 ]; then
	echo "ok 1 - $runs inputs to $name in $seconds s, none a crash"
else
	tail -40 "$log"
	echo "not ok 1 - $name: see $TEST_BUILD/log"
fi
rm -rf "$scratch" "$log"
