#!/bin/sh
# Install what the interop tests compare with into .interop/: Python packages
# in an environment of their own and a Go program, all pinned by digest.
set -eu
cd "$(dirname "$0")/../.."
absent() {
	echo "$0: $1" >&2
	exit 1
}
command -v python3 >/dev/null || absent "there is no python3; install it"
python3 -c 'import venv, ensurepip' 2>/dev/null ||
    absent "python3 makes no environments; install python3-venv"
command -v go >/dev/null || absent "there is no go; install golang-go"

# All is as it should be if nothing that it was made from has changed.
state=$({
	cat tests/interop/deps.sh tests/interop/peers.txt \
	    tests/interop/go_tlog/*
	python3 --version
	go version
	pwd
} | sha256sum)
if [ "$(cat .interop/state 2>/dev/null)" = "$state" ] &&
    [ -x .interop/python/bin/python ] && [ -x .interop/bin/go_tlog ]
then
	exit 0
fi
mkdir -p .interop/bin
rm -rf .interop/state .interop/python
echo "installing into .interop: $(grep -c == tests/interop/peers.txt)" \
    "Python packages, one Go program"
python3 -m venv .interop/python || absent "no environment could be made"
.interop/python/bin/python -m pip install -q --disable-pip-version-check \
    --no-cache-dir --only-binary :all: --require-hashes \
    -r tests/interop/peers.txt
( cd tests/interop/go_tlog && GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 \
    GOWORK=off go build -mod=readonly -trimpath -buildvcs=false \
    -o ../../../.interop/bin/go_tlog . )
printf '%s\n' "$state" >.interop/state
