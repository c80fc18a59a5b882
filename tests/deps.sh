#!/bin/sh
# Install the Debian packages that are missing: deps.sh build|check
set -eu
build="gcc libc6-dev make pkg-config libsodium-dev libsqlite3-dev libcjson-dev nettle-dev libpcre2-dev libyaml-dev libxml2-dev libxslt1-dev libmbedtls-dev tzdata python3 git"
check="$build libcmocka-dev libxml2-utils openssl openssh-client jq sqlite3 clang clang-tidy llvm cppcheck shellcheck gcovr \
valgrind procps libfaketime strace bash zsh fish mandoc ca-certificates"
case "${1:-build}" in
check) wanted=$check ;;
*) wanted=$build ;;
esac
command -v dpkg-query >/dev/null || { echo "not Debian: install $wanted yourself" >&2; exit 0; }
list_missing() {
	for package in "$@"; do
		state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
		[ "$state" = "install ok installed" ] || printf ' %s' "$package"
	done
}
# shellcheck disable=SC2086
missing=$(list_missing $wanted)
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -n "$missing" ]; then
	echo "installing:$missing"
	export DEBIAN_FRONTEND=noninteractive
	$as_root apt-get update -qq
	# shellcheck disable=SC2086
	$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
# clang's runtime (fuzzer, sanitizers) has the version in its name; this
# version of clang-format is not in every release.
if [ "${1:-build}" = check ]; then
	version=$(clang --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -1)
	more="libclang-rt-$version-dev"
	[ -z "$(apt-cache policy clang-format-14 | sed -n 's/.*Candidate: [0-9].*/1/p')" ] || more="$more clang-format-14"
	# shellcheck disable=SC2086
	more=$(list_missing $more)
	# shellcheck disable=SC2086
	[ -z "$more" ] || $as_root apt-get install -y -qq --no-install-recommends $more >/dev/null
fi
