#!/bin/sh
# An auditor recomputes every commitment with Python's standard library, from
# the format's description alone.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need python3
mkdir work && cd work || exit 1
vouch init -q --no-passphrase --origin example.com/sealed --name alice \
    --role owner --role engineer --role compliance
export VOUCH_KEY=alice
incident() { # NAME WHAT TAG
	vouch incident -q --name "$1" --title t --what "$2" --severity low \
	    --tag "who=$3" --seal what --seal tags.who
}
incident i1 'kept, but sealed' 'Erika Mustermann'
incident i2 'to be destroyed' 'Max Mustermann'
incident i3 'ümlaut "and" \ more' 'three'
vouch erase -q i1 tags.who --basis b --request r
vouch erase -q i2 --whole --basis b --request r
findings python3 "$ROOT/tests/interop/python_sealed.py" .vouch/ledger.db
done_testing
