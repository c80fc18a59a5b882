# shellcheck shell=sh
# tsa.sh: timestamp authorities for the stories, made with openssl.  Source it
# after lib.sh; everything lies in the folder $TSA.

TSA=$PWD/.tsa
mkdir -p "$TSA"

# new_key FILE rsa:BITS|CURVE
new_key() {
	case $2 in
	rsa:*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa:}" \
	    -out "$1" ;;
	*) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" \
	    -out "$1" ;;
	esac 2>/dev/null
}

# new_root NAME KEY: a root certificate, NAME.pem.
new_root() {
	new_key "$TSA/$1.key" "$2" &&
	    openssl req -x509 -new -key "$TSA/$1.key" -sha256 -days 7300 \
		-subj "/O=Story/CN=$1" -out "$TSA/$1.pem" \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
}

# new_certificate NAME ISSUER KEY USAGE [FROM TO]: NAME.pem by ISSUER, with the
# usage as extensions of openssl; by default good from 2020 to 2060.
new_certificate() {
	new_key "$TSA/$1.key" "$3" || return 1
	mkdir -p "$TSA/$1.ca"
	: >"$TSA/$1.ca/index"
	printf '[ca]\nprivate_key=%s\ncertificate=%s\ndatabase=%s\n' \
	    "$TSA/$2.key" "$TSA/$2.pem" "$TSA/$1.ca/index" >"$TSA/$1.cnf"
	printf 'new_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\n' \
	    "$TSA/$1.ca" >>"$TSA/$1.cnf"
	printf 'policy=any\n[any]\nO=optional\nCN=supplied\n[usage]\n%b\n' \
	    "$4" >>"$TSA/$1.cnf"
	openssl req -new -key "$TSA/$1.key" -subj "/O=Story/CN=$1" \
	    -out "$TSA/$1.csr" 2>/dev/null &&
	    openssl ca -batch -config "$TSA/$1.cnf" -name ca -notext \
		-extensions usage -startdate "${5:-20200101000000Z}" \
		-enddate "${6:-20600101000000Z}" -in "$TSA/$1.csr" \
		-out "$TSA/$1.pem" >/dev/null 2>&1
}

# What the certificate of an authority says (RFC 3161, 2.3).
stamping='basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping'

# answer NAME QUERY REPLY [HASH] [more lines of its configuration]: the
# authority answers; its chain is what stands in NAME.chain, if it is there.
answer() {
	[ -e "$TSA/$1.chain" ] || : >"$TSA/$1.chain"
	{
		echo '[tsa]'
		echo "serial=$TSA/serial"
		echo 'default_policy=1.3.6.1.4.1.99999.1'
		echo 'digests=sha256,sha384,sha512'
		echo "signer_digest=${4:-sha256}"
		echo 'accuracy=secs:1,millisecs:500'
		echo 'ess_cert_id_alg=sha256'
		printf '%b\n' "${5:-}"
	} >"$TSA/tsa.cnf"
	[ -s "$TSA/$1.chain" ] && set -- "$1" "$2" "$3" "-chain" "$TSA/$1.chain"
	openssl ts -reply -config "$TSA/tsa.cnf" -section tsa -queryfile "$2" \
	    -signer "$TSA/$1.pem" -inkey "$TSA/$1.key" ${5:+"$4" "$5"} \
	    -out "$3" 2>"$TSA/err"
}
