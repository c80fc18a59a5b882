# authority.sh: certificate authorities for tests, made with openssl.
# shellcheck shell=sh
# Each is NAME.key and NAME.pem in the current folder.

# A key: RSA-2048, RSA-3072, RSA-1024, P-256, P-384, P-521: new_key NAME KIND
new_key() {
	case $2 in
	RSA-*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#RSA-}" -out "$1.key" 2>/dev/null ;;
	*) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1.key" 2>/dev/null ;;
	esac
}

ROOT_SAYS='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash'
PERSON_SAYS='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth,emailProtection'

# new_root NAME KIND SUBJECT [EXTENSIONS]
new_root() {
	new_key "$1" "$2"
	openssl req -new -utf8 -key "$1.key" -subj "$3" -out "$1.csr"
	printf '%s\n' "${4:-$ROOT_SAYS}" >"$1.ext"
	openssl x509 -req -in "$1.csr" -key "$1.key" -sha256 -days "${DAYS:-7300}" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

# new_certificate NAME KIND SUBJECT ISSUER [EXTENSIONS [OPTIONS of openssl x509]]
SERIAL=1000
new_certificate() {
	SERIAL=$((SERIAL + 1))
	new_key "$1" "$2"
	openssl req -new -utf8 -key "$1.key" -subj "$3" -out "$1.csr" 2>/dev/null
	printf '%s\n' "${5:-$PERSON_SAYS}" >"$1.ext"
	# shellcheck disable=SC2086
	openssl x509 -req -in "$1.csr" -CA "$4.pem" -CAkey "$4.key" -set_serial "$SERIAL" -days "${DAYS:-3650}" \
	    -extfile "$1.ext" ${6:--sha256} -out "$1.pem" 2>/dev/null
}

# new_list NAME ISSUER [CERTIFICATE…]: NAME.crl, which revokes them.
new_list() {
	list=$1 issuer=$2
	shift 2
	: >"$list.index"
	for revoked in "$@"; do
		printf 'R\t991231235959Z\t260101000000Z\t%s\tunknown\t/CN=%s\n' \
		    "$(openssl x509 -in "$revoked.pem" -noout -serial | cut -d= -f2)" "$revoked" >>"$list.index"
	done
	printf '%s\n' '[ca]' 'default_ca=this' '[this]' "database=$list.index" 'default_md=sha256' 'crl_extensions=crl' \
	    '[crl]' 'authorityKeyIdentifier=keyid' >"$list.cnf"
	openssl ca -gencrl -config "$list.cnf" -keyfile "$issuer.key" -cert "$issuer.pem" -crldays "${CRL_DAYS:-3650}" \
	    -out "$list.crl" 2>/dev/null
	rm -f "$list.index" "$list.cnf" "$list.index.attr" "$list.index.old"
}
