#!/bin/sh
# Certificates' signatures beside openssl's on the same machine, in the same
# minute: certificates.sh PROGRAM
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
echo
echo "Certificates: checks in a second on one processor"
# "NAME VERIFICATIONS-PER-SECOND"
peer() {
	openssl speed -seconds 1 -mr rsa2048 rsa3072 ecdsap256 ecdsap521 2>/dev/null |
	    awk -F: '$1 == "+F2" { printf "rsa%s %.0f\n", $3, $5 }
		$1 == "+F4" { printf "ecdsap%s %.0f\n", $3, $5 }'
}
theirs=$(peer)
"$1" "$here/tests/vectors/certificates" | while read -r name ours; do
	printf '%s\n' "$theirs" | awk -v name="$name" -v ours="$ours" '
	    $1 == name { printf "  %-22s %8d   openssl %8d   ratio %.2f\n", name, ours, $2, ours / $2; found = 1 }
	    END { if (!found) printf "  %-22s %8d\n", name, ours }'
done
