# shellcheck shell=sh
# oms.sh: models signed as OpenSSF Model Signing 1.0 says, with openssl and jq
# alone: a second implementation of what `vouch check-oms' reads.

# oms_key NAME [CURVE]: NAME.key and NAME.pem.
oms_key() {
	openssl ecparam -name "${2:-prime256v1}" -genkey -noout -out "$1.key" &&
	    openssl ec -in "$1.key" -pubout -out "$1.pem" 2>/dev/null
}

# oms_files FOLDER: `{"name","algorithm","digest"}' of every file below it.
oms_files() {
	(cd "$1" && find . -type f | cut -c3- | LC_ALL=C sort |
	    while IFS= read -r path; do
		jq -cn --arg name "$path" \
		    --arg digest "$(sha256sum <"$path" | cut -d' ' -f1)" \
		    '{name: $name, algorithm: "sha256", digest: $digest}'
	done)
}

# oms_root: the digest of all digests in a list of resources.
oms_root() {
	jq -r '.[].digest' | tr -d '\n' | tr a-f A-F | basenc --base16 -d |
	    sha256sum | cut -d' ' -f1
}

# oms_statement RESOURCES [FILTER]: the statement over a JSON list in a file,
# changed by the filter.
oms_statement() {
	jq -c --arg root "$(oms_root <"$1")" '{
	    _type: "https://in-toto.io/Statement/v1",
	    subject: [{name: "model", digest: {sha256: $root}}],
	    predicateType: "https://model_signing/signature/v1.0",
	    predicate: {
		serialization: {method: "files", hash_type: "sha256",
		    allow_symlinks: false, ignore_paths: [".git"]},
		resources: .}} | '"${2:-.}" "$1"
}

# oms_sign KEY HASH: the bundle of a statement from standard input, with the
# verification material that is in the file `material'.
oms_sign() {
	cat >statement
	printf 'DSSEv1 28 application/vnd.in-toto+json %d ' \
	    "$(wc -c <statement)" | cat - statement |
	    openssl dgst "-$2" -sign "$1.key" >signature
	jq -cn --rawfile payload statement --slurpfile material material \
	    --arg sig "$(base64 -w0 signature)" '{
	    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
	    verificationMaterial: ($material[0] + {tlogEntries: []}),
	    dsseEnvelope: {payload: ($payload | @base64),
		payloadType: "application/vnd.in-toto+json",
		signatures: [{sig: $sig, keyid: ""}]}}'
}

# oms_by_key KEY: the material of a bare key.
oms_by_key() {
	jq -cn --arg hint "$(sha256sum <"$1.pem" | cut -d' ' -f1)" \
	    '{publicKey: {hint: $hint}}' >material
}

# oms_by_chain PEM…: the material of certificates.
oms_by_chain() {
	for one in "$@"; do openssl x509 -in "$one" -outform DER | base64 -w0
		echo
	done | jq -cRn '{x509CertificateChain:
	    {certificates: [inputs | {rawBytes: .}]}}' >material
}

# oms_bundle KEY FOLDER [HASH]: all of it, with a bare key.
oms_bundle() {
	oms_by_key "$1" && oms_files "$2" | jq -s . >resources &&
	    oms_statement resources | oms_sign "$1" "${3:-sha256}"
}
