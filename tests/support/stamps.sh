# stamps.sh: timestamp authorities for tests, made with openssl.
# shellcheck shell=sh
# Source authority.sh first: a stamper is one of its certificates.

# shellcheck disable=SC2034
STAMPER_SAYS='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping'

# stamp STAMPER QUERY REPLY [HASH [LINES of openssl's configuration]]: what
# the authority answers.  STAMPER.chain, if there is one, goes with it.
stamp() {
	printf '%s\n' '[stamper]' 'serial=stamper.serial' 'default_policy=1.3.6.1.4.1.99999.1' \
	    'digests=sha256,sha384,sha512' "signer_digest=${4:-sha256}" 'accuracy=secs:1,millisecs:500,microsecs:100' \
	    "${5:-ess_cert_id_alg=sha256}" >stamper.cnf
	chain=
	[ ! -e "$1.chain" ] || chain="-chain $1.chain"
	# shellcheck disable=SC2086
	openssl ts -reply -config stamper.cnf -section stamper -queryfile "$2" -signer "$1.pem" -inkey "$1.key" \
	    $chain -out "$3" 2>/dev/null
}

# stamp_info OUT QUERY [CHANGE…]: the content of a timestamp (a TSTInfo) that
# answers the query, changed as stamp_info.py says.
stamp_info() {
	python3 "${SUPPORT:-$ROOT/tests/support}/stamp_info.py" "$@"
}

# sign_info STAMPER INFO TOKEN [OPTIONS of openssl cms]: sign it, whatever the
# certificate is for.
sign_info() {
	name=$1 info=$2 token=$3
	shift 3
	openssl cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -nosmimecap -cades -md sha256 \
	    -signer "$name.pem" -inkey "$name.key" -in "$info" -outform DER -out "$token" "$@" 2>/dev/null
}
