#!/bin/bash
# An auditor has nothing but what every server has: sha256sum, base64, jq,
# sqlite3 and openssl.  He wants to see for himself that the ledger is whole.
set -u
# shellcheck source=tests/interop/lib.sh
. "$ROOT/tests/interop/lib.sh"

need jq sqlite3 openssl base64 basenc sha256sum
mkdir work && cd work || exit 1
ledger_is_made
# From here on nothing of ours is used.
vouch() { echo "vouch is not to be used here" >&2; exit 1; }

# The page of the format has the walk along the chain; it is run as it stands.
# It is slow, and so is shown the first 40 entries only.
cp .vouch/ledger.db ledger.db
sqlite3 ledger.db 'DELETE FROM entry WHERE seq >= 40'
sed -n '/^So this walks the chain/,/^## /s/^    //p' "$ROOT/docs/format.md" \
    >walk.sh
ok "docs/format.md has a walk along the chain" grep -q sha256sum walk.sh
expect_ok "it comes to the end" sh walk.sh
[ ! -s "$LAST/out" ] && [ ! -s "$LAST/err" ]
result $? "it finds each entry named by the next"
sqlite3 ledger.db "UPDATE entry SET body = replace(body, '\"time\":\"2',
    '\"time\":\"3') WHERE seq = 30"
run_last sh walk.sh
[ "$(grep -c '^broken before: {"seq":31,' "$LAST/out")" -eq 1 ] &&
    [ "$(wc -l <"$LAST/out")" -eq 1 ]
result $? "and says where it breaks when an entry is changed"

# Leaf hashes.
unpack parts
mkdir leaf
mapfile -t lines < <(query 'SELECT body FROM entry ORDER BY seq')
for seq in "${!lines[@]}"; do
	printf -v name 'leaf/%06d' "$seq"
	printf '\0%s' "${lines[seq]}" >"$name"
done
mapfile -t leaves < <(sha256sum leaf/* | cut -d' ' -f1)
[ "${#leaves[@]}" -eq 311 ]
result $? "every entry has a leaf hash by sha256sum"
printf '%s\n' 0000000000000000000000000000000000000000000000000000000000000000 \
    "${leaves[@]:0:310}" >wanted
query 'SELECT body FROM entry ORDER BY seq' | jq -r .prev | cmp -s - wanted
result $? "it is what the next entry names as the one before"
query 'SELECT lower(hex(hashes)) FROM tile WHERE level = 0 ORDER BY number' |
    tr -d '\n' | fold -w 64 >tiles
printf '%s' "${leaves[@]}" | fold -w 64 | cmp -s - tiles
result $? "and what the tiles of level 0 hold"

# The tree: pairs are hashed level by level, a last one without a neighbour
# goes up as it is; that is RFC 6962's tree.
root_of() { # SIZE
	local level=("${leaves[@]:0:$1}") escaped i name odd
	while [ "${#level[@]}" -gt 1 ]; do
		mapfile -t escaped < <(printf '%s\n' "${level[@]}" |
		    sed 's/../\\x&/g')
		rm -rf node && mkdir node
		for ((i = 0; i + 1 < ${#level[@]}; i += 2)); do
			printf -v name 'node/%06d' "$i"
			printf '%b' "\\x01${escaped[i]}${escaped[i + 1]}" \
			    >"$name"
		done
		odd=()
		[ $((${#level[@]} % 2)) -eq 0 ] || odd=("${level[-1]}")
		mapfile -t level < <(sha256sum node/* | cut -d' ' -f1)
		level+=("${odd[@]}")
	done
	echo "${level[0]}"
}
sizes=$(query 'SELECT size FROM checkpoint ORDER BY size')
wrong=
for size in $sizes; do
	[ "$(sed -n 2p "parts/checkpoint/$size")" = "$size" ] &&
	    bytes "$(root_of "$size")" | base64 -w0 |
	    grep -qxF "$(sed -n 3p "parts/checkpoint/$size")" ||
	    wrong="$wrong $size"
done
[ -z "$wrong" ]
result $? "all $(wc -w <<<"$sizes") checkpoints have the root that sha256sum\
 gives${wrong:+, but not$wrong}"
kept=${leaves[5]}
leaves[5]=${leaves[6]}
[ "$(bytes "$(root_of 311)" | base64 -w0)" != \
    "$(sed -n 3p parts/checkpoint/311)" ]
result $? "it is another root when one entry is another"
leaves[5]=$kept
query "SELECT lower(hex(hashes)) FROM tile WHERE level = 1" |
    grep -qx "$(root_of 256)"
result $? "the tile of level 1 holds the root of the first 256 entries"

# The checkpoints' signatures.
take_apart
id=$({ printf '%s\n\1' "$ORIGIN"; tail -c 32 key/own; } | sha256sum |
    cut -c1-8)
[ "$(cat vkey)" = "$ORIGIN+$id+$({ printf '\1'; tail -c 32 key/own; } |
    base64 -w0)" ]
result $? "the verifier key is spelt as signed notes have it"
opened_by() { # KEY CHECKPOINT
	sed '/^$/,$d' "$2" >text
	sed -n "s|^— $ORIGIN ||p" "$2" | base64 -d >line
	[ "$(head -c 4 line | basenc --base16 | tr A-F a-f)" = "$id" ] &&
	    tail -c +5 line >sig && [ "$(wc -c <sig)" -eq 64 ] &&
	    signed_by "$1" sig text
}
wrong=
for size in $sizes; do
	opened_by key/own "parts/checkpoint/$size" || wrong="$wrong $size"
done
[ -z "$wrong" ]
result $? "openssl verifies every checkpoint${wrong:+, but not$wrong}"
sed 's/^311$/312/' parts/checkpoint/311 >changed
! opened_by key/own changed
result $? "but not one of another size"
! opened_by key/1 parts/checkpoint/311
result $? "nor under another key"

# The authors' signatures.
[ "$(wc -l <signatures)" -eq 312 ] && [ "$(wc -l <fingerprints)" -ge 5 ]
result $? "there are 312 signatures, by several keys"
verify_signatures >wrong
[ ! -s wrong ]
result $? "openssl verifies each over DSSE's encoding$(sed 's/^/, not /' wrong |
    head -1)"
[ "$(cut -d' ' -f2 signatures | sort -u | wc -l)" -ge 5 ]
result $? "they are by five keys or more"
sed -n '40{p;p;p}' signatures >some
jq -r 'select(.seq == 38) | .envelope.payload | @base64d |
    sub("low"; "high") | @base64' lines >other
{
	read -r seq keyid sig payload
	echo "$seq $keyid $sig $(cat other)"
	echo "$seq $(cut -d' ' -f2 fingerprints | grep -vxF "$keyid" |
	    head -1) $sig $payload"
	echo "$seq SHA256:none $sig $payload"
} <some >signatures
[ "$(verify_signatures | wc -l)" -eq 3 ]
result $? "but no changed payload, and under no other key"
done_testing
