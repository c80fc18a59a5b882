#!/bin/sh
# Install what the interop tests compare with into .interop/: Python packages
# in an environment of their own and Go programs, all pinned by digest.
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
	    tests/interop/go_tlog/* tests/interop/cel_go/*
	python3 --version
	go version
	pwd
} | sha256sum)
if [ "$(cat .interop/state 2>/dev/null)" = "$state" ] &&
    [ -x .interop/python/bin/python ] && [ -x .interop/bin/go_tlog ] &&
    { [ -x .interop/bin/cel_go ] || [ -e .interop/no_cel_go ]; }
then
	exit 0
fi
mkdir -p .interop/bin
rm -rf .interop/state .interop/python
echo "installing into .interop: $(grep -c == tests/interop/peers.txt)" \
    "Python packages, two Go programs"
python3 -m venv .interop/python || absent "no environment could be made"
.interop/python/bin/python -m pip install -q --disable-pip-version-check \
    --no-cache-dir --only-binary :all: --require-hashes \
    -r tests/interop/peers.txt
go_program() {
	( cd "tests/interop/$1" && GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 \
	    GOWORK=off go build -mod=readonly -trimpath -buildvcs=false \
	    -o "../../../.interop/bin/$1" . )
}
go_program go_tlog
# cel-go asks for a Go that is newer than what some systems have.
wanted=$(sed -n 's/^go //p' tests/interop/cel_go/go.mod)
newer=$(printf '%s\n' "$wanted" "$(go env GOVERSION | sed 's/^go//')" |
    sort -V | tail -1)
rm -f .interop/no_cel_go .interop/bin/cel_go
if [ "$newer" = "$wanted" ] && [ "$(go env GOVERSION)" != "go$wanted" ]
then
	echo "cel-go needs Go $wanted; here is $(go env GOVERSION)" |
	    tee .interop/no_cel_go
else
	go_program cel_go
fi
printf '%s\n' "$state" >.interop/state
