#!/bin/sh
# Arrows run one way, and each library has one door.  Prints TAP.
cd "$(dirname "$0")/.." || exit 1
rooms="base keys ledger capture policy reports server cli"
count=0
check() { # sentence, offending lines
	count=$((count + 1))
	if [ -z "$2" ]; then echo "ok $count - $1"; else echo "not ok $count - $1"; printf '%s\n' "$2" | sed 's/^/# /'; fi
}
below=
for room in $rooms; do
	below="$below $room"
	[ -d "$room" ] || continue
	pattern=$(echo "$below" | sed 's/^ //; s/ /|/g')
	check "$room names only rooms below it" \
	    "$(grep -rnE '^#include "[a-z]+/' "$room" | grep -vE "#include \"($pattern)/")"
done
check "capture knows nothing of keys and ledgers" "$(grep -rnE '^#include "(keys|ledger)/' capture)"
door() { # library, header, files that may name it
	check "$1 has one door" "$(grep -rnE "^#include <$2" base keys ledger capture policy reports cli | grep -vE "^($3)")"
}
door sqlite3 'sqlite3\.h' 'ledger/store_internal\.h'
door libsodium 'sodium' 'keys/|base/(random|keyed_hash)\.c'
door cJSON 'cjson|cJSON' 'base/json'
door PCRE2 'pcre2' 'policy/cel_matches\.c'
door libyaml 'yaml\.h' 'policy/yaml\.c'
door libxml2 'libxml' 'reports/xml'
door libxslt 'libxslt' 'reports/xml'
door mbedTLS 'mbedtls/' 'keys/'
door nettle 'nettle' 'base/digest\.c'
check "nobody but clock.c reads the clock" \
    "$(grep -rnE '\b(clock_gettime|gettimeofday|time\(NULL\))' base keys ledger policy reports cli | grep -v '^base/clock\.c')"
check "nothing is printed below cli" \
    "$(grep -rnE '\b(printf|puts|putchar|perror)\(' base keys ledger capture policy reports --include=*.c | grep -vE 'snprintf|buffer_printf|v?dprintf|ledger/store\.c')"
echo "1..$count"
