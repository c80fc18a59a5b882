#!/bin/bash
# Someone who packages programs installs the whole of it elsewhere, builds
# against the library, and takes it away again.
set -u
# shellcheck source=tests/story/lib.sh
. "$ROOT/tests/story/lib.sh"
# Built with other flags, the library would want a sanitizer's runtime.
case "$(command -v vouch)" in
*/san/vouch | */cover/vouch) skip "installing" "not this build"; done_testing; exit ;;
esac
unset MAKEFLAGS MAKELEVEL MFLAGS

stage=$PWD/stage
expect_ok "make install with PREFIX and DESTDIR" \
    make -s -C "$ROOT" install PREFIX=/usr DESTDIR="$stage"
ok "the program" "$stage/usr/bin/vouch" version
ok "its man page" test -s "$stage/usr/share/man/man1/vouch-run.1"
ok "nothing outside the prefix" [ "$(ls "$stage")" = usr ]

expect_ok "make install where it will stay" \
    make -s -C "$ROOT" install PREFIX="$PWD/here"
cat >check.c <<'END'
#include <stdio.h>

#include <ledger/verify.h>

int
main(int count, char *argument[])
{
	struct verify_options options = { .threads = 1 };
	struct verify_result result;
	struct error err;

	if (count != 2 ||
	    verify_ledger(&result, argument[1], &options, &err) == -1)
		return 2;
	printf("%llu entries, %llu problems\n",
	    (unsigned long long)result.size,
	    (unsigned long long)result.problems);
	return result.problems == 0 ? 0 : 1;
}
END
export PKG_CONFIG_PATH=$PWD/here/lib/pkgconfig
# shellcheck disable=SC2046
expect_ok "a program builds with what pkg-config says" \
    gcc -Wall -Wextra -Werror -o check check.c $(pkg-config --cflags --libs vouchbook)
expect_ok "pkg-config knows the version" pkg-config --modversion vouchbook
expect_output "$(vouch version --json | jq -r .version)" "which is the program's"
vouch init --no-passphrase -q
expect_ok "it verifies a ledger" ./check .vouch/ledger.db
expect_output "1 entries, 0 problems" "and says so"

expect_ok "make uninstall" make -s -C "$ROOT" uninstall PREFIX="$PWD/here"
ok "leaves no file behind" [ -z "$(find here -type f)" ]
done_testing
