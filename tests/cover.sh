#!/bin/sh
# Which lines no test reaches.  TAP: a gate on how many must be.
cd "$(dirname "$0")/.." || exit 1
want=90
make -s -j2 COVER=1 all unit >build/log/cover-build.log 2>&1 || { tail -20 build/log/cover-build.log; echo "not ok 1 - the coverage build"; echo 1..1; exit 1; }
find build/cover -name '*.gcda' -delete
python3 - <<'EOF' >/dev/null
import importlib.machinery, importlib.util, sys
loader = importlib.machinery.SourceFileLoader("runner", "tests/run")
spec = importlib.util.spec_from_loader("runner", loader)
runner = importlib.util.module_from_spec(spec)
loader.exec_module(runner)
import concurrent.futures
jobs = (runner.group_unit("build/cover") + runner.group_story("build/cover")
        + runner.group_conformance("build/cover")
        + [("packs", [runner.ROOT + "/tests/packs.sh"], 60,
            {"TEST_BUILD": runner.ROOT + "/build/cover"})])
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    list(pool.map(runner.run, jobs))
EOF
gcovr -r . --object-directory build/cover -e 'tests/.*' --exclude-unreachable-branches --print-summary >build/log/cover.txt 2>build/log/cover.err
percent=$(sed -n 's/^lines: \([0-9]*\).*/\1/p' build/log/cover.txt)
sed -n '/^File/,/^TOTAL/p' build/log/cover.txt | awk '{print "# " $1, $2, $3, $4}' | head -150
echo "1..1"
if [ "${percent:-0}" -ge "$want" ]; then echo "ok 1 - $percent % of lines are reached by tests ($want wanted)"; else echo "not ok 1 - ${percent:-0} % of lines are reached by tests ($want wanted)"; fi
