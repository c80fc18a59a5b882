#!/bin/sh
# A stranger finds a published folder on some web server and has nothing of
# ours: Go's tlog must prove every entry from the tiles, and the fsck of
# transparency-dev's tessera must find nothing amiss, at whatever size it was
# published, and find what was changed.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 python3 "$PEERS/bin/go_tlog"
mkdir work && cd work || exit 1
(found_ledger) >"$LAST/out" 2>"$LAST/err"
result $? "a ledger with every kind of record is made"
VOUCH_KEY=alice
export VOUCH_KEY
vkey=$(vouch status --json | jq -r .vkey)
printf '%s\n' "$vkey" >vkey

# Extended at awkward sizes, and at once.
failed=0
for to in 31 32 255 256 257 300 511 512 513 600; do
	{ append_to $to && vouch publish -q public; } || failed=1
	cp -r public "at-$to" || failed=1
done >"$LAST/out" 2>"$LAST/err"
result $failed "it is published at ten sizes"
vouch publish -q leap
result $? "and at once"
for at in at-31 at-256 at-300 leap; do
	findings "$PEERS/bin/go_tlog" tiles "$vkey" $at
done
diff -r -x .publish -x '*.p' public leap >"$LAST/out" 2>&1
result $? "full files are the same bytes, however they came about"

# Its exit status does not say what it found, and it can come to wait for ever
# once it has met a tile that is wrong: what counts is that it says success.
fsck() { # URL
	timeout 10 "$PEERS/bin/go_fsck" -ui=false -public_key vkey \
	    -storage_url "$1" >fsck.log 2>&1
	grep -q "Successfully fsck'd log" fsck.log
}
if [ -x "$PEERS/bin/go_fsck" ]; then
	for at in at-31 at-256 at-257 at-600 leap; do
		expect_ok "fsck of tessera passes $at" fsck "file://$PWD/$at"
	done
	# As any web server gives it out.
	python3 - public port <<-'END' >/dev/null 2>&1 &
		import functools, http.server, os, sys
		server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
		    functools.partial(http.server.SimpleHTTPRequestHandler,
		    directory=sys.argv[1]))
		with open(sys.argv[2] + ".new", "w") as file:
		    file.write(str(server.server_port))
		os.rename(sys.argv[2] + ".new", sys.argv[2])
		server.serve_forever()
	END
	server=$!
	for _ in $(seq 100); do
		[ -s port ] && break
		sleep 0.1
	done
	expect_ok "and passes it from a web server" \
	    fsck "http://127.0.0.1:$(cat port)/"
	kill "$server"
	for file in tile/0/000 tile/1/000.p/2 tile/entries/001 checkpoint; do
		cp -r leap changed
		python3 - "changed/$file" <<-'END'
			import sys
			with open(sys.argv[1], "r+b") as file:
			    data = bytearray(file.read())
			    data[len(data) // 2] ^= 1
			    file.seek(0)
			    file.write(data)
		END
		run_last fsck "file://$PWD/changed"
		# shellcheck disable=SC2154
		theirs=$status
		run_last vouch verify changed
		[ "$theirs" -ne 0 ] && [ "$status" -eq 1 ]
		result $? "both find a changed byte in $file"
		rm -rf changed
	done
else
	skip "fsck of tessera" "$(cat "$PEERS/no_go_fsck" 2>/dev/null ||
	    echo "it is not in .interop: run \`make interop-deps'")"
fi
done_testing
