#!/bin/sh
# Install what the interop tests compare with into .interop/: Python packages
# in an environment of their own, Go programs and Node packages, all pinned by
# digest; and a browser, if this is root's machine.
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

# Pages are looked at in a browser.  Where one cannot be had, the rest is
# installed all the same, and why is kept for the test to say.
node_lacks() {
	command -v npm >/dev/null || { echo "there is no npm here"; return; }
	major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
	[ "${major:-0}" -ge 20 ] || echo "there is no Node 20 here"
}
browser_lacks() {
	lacks=$(node_lacks)
	[ -z "$lacks" ] || { echo "$lacks"; return; }
	command -v chromium >/dev/null && return
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		    apt-get install -y -qq --no-install-recommends chromium
		} >/dev/null 2>&1 || true
	fi
	command -v chromium >/dev/null || echo "there is no Chromium here"
}
no_npm=$(node_lacks)
no_pages=$(browser_lacks)

# All is as it should be if nothing that it was made from has changed.
state=$({
	cat tests/interop/deps.sh tests/interop/*.txt \
	    tests/interop/go_tlog/* tests/interop/cel_go/* \
	    tests/interop/go_fsck/* tests/interop/go_witness/* \
	    tests/interop/pages/*.json tests/interop/npm/*.json
	python3 --version
	go version
	printf '%s\n' "$no_npm" "$no_pages"
	pwd
} | sha256sum)
if [ "$(cat .interop/state 2>/dev/null)" = "$state" ] &&
    [ -x .interop/python/bin/python ] && [ -x .interop/bin/go_tlog ] &&
    { [ -x .interop/bin/cel_go ] || [ -e .interop/no_cel_go ]; } &&
    { [ -x .interop/bin/go_witness ] || [ -e .interop/no_go_witness ]; } &&
    { [ -x .interop/model_signing/bin/model_signing ] ||
    [ -e .interop/no_model_signing ]; } &&
    { [ -d .interop/npm/node_modules ] || [ -e .interop/no_npm ]; } &&
    { [ -x .interop/bin/go_fsck ] || [ -e .interop/no_go_fsck ]; } &&
    { [ -d .interop/pages/node_modules ] || [ -e .interop/no_pages ]; }
then
	exit 0
fi
mkdir -p .interop/bin
rm -rf .interop/state .interop/python .interop/model_signing \
    .interop/no_model_signing
echo "installing into .interop: $(cat tests/interop/*.txt | grep -c ==)" \
    "Python packages, Go programs, Node packages"
python_packages() { # ENVIRONMENT LIST
	python3 -m venv ".interop/$1" || absent "no environment could be made"
	".interop/$1/bin/python" -m pip install -q --disable-pip-version-check \
	    --no-cache-dir --only-binary :all: --require-hashes -r "$2"
}
python_packages python tests/interop/peers.txt
# The signer of models brings a lot: what is missing for it here is only its
# own test's loss.
if ! python_packages model_signing tests/interop/model_signing.txt; then
	rm -rf .interop/model_signing
	echo "model-signing cannot be installed here" |
	    tee .interop/no_model_signing
fi
go_program() { # FOLDER [PACKAGE]
	( cd "tests/interop/$1" && GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 \
	    GOWORK=off go build -mod=readonly -trimpath -buildvcs=false \
	    -o "../../../.interop/bin/$1" "${2:-.}" )
}
# Some ask for a Go that is newer than what some systems have: then why they
# are not there is kept for the tests to say.
newer_go_program() { # NAME FOLDER [PACKAGE]
	wanted=$(sed -n 's/^go //p' "tests/interop/$2/go.mod")
	newer=$(printf '%s\n' "$wanted" "$(go env GOVERSION | sed 's/^go//')" |
	    sort -V | tail -1)
	rm -f ".interop/no_$2" ".interop/bin/$2"
	if [ "$newer" = "$wanted" ] && [ "$(go env GOVERSION)" != "go$wanted" ]
	then
		echo "$1 needs Go $wanted; here is $(go env GOVERSION)" |
		    tee ".interop/no_$2"
	else
		go_program "$2" ${3+"$3"}
	fi
}
go_program go_tlog
newer_go_program cel-go cel_go
newer_go_program 'the witness of transparency-dev' go_witness
newer_go_program 'fsck of tessera' go_fsck \
    github.com/transparency-dev/tessera/cmd/fsck
node_packages() { # FOLDER WHY-NOT
	rm -rf ".interop/no_$1" ".interop/$1"
	if [ -n "$2" ]; then
		echo "$2" | tee ".interop/no_$1"
		return
	fi
	mkdir ".interop/$1"
	cp "tests/interop/$1/package.json" \
	    "tests/interop/$1/package-lock.json" ".interop/$1"
	( cd ".interop/$1" &&
	    npm ci --ignore-scripts --no-audit --no-fund --silent )
}
node_packages npm "$no_npm"
node_packages pages "$no_pages"
printf '%s\n' "$state" >.interop/state
