#!/bin/sh
# Make the certificates and lists of this folder again, with openssl 3;
# signatures over the text "vouched\n"; and signatures over bindings.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"
# shellcheck source=../../support/authority.sh
. "$here/../../support/authority.sh"
AUTHORITY_SAYS='basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign'

new_root root P-256 '/C=DE/O=Bank AG/CN=Bank AG Root'
new_root root-rsa RSA-2048 '/O=Bank AG/CN=Bank AG RSA Root'
new_root rogue P-256 '/C=DE/O=Bank AG/CN=Bank AG Root'
export DAYS=5000
new_certificate people P-384 '/O=Bank AG/CN=Bank AG People' root "$AUTHORITY_SAYS"
unset DAYS
new_certificate alice P-256 '/C=DE/O=Bank AG/CN=Alice Example' people
new_certificate dora P-384 '/O=Bank AG/CN=Dora Example' people
new_certificate erin P-521 '/O=Bank AG/CN=Erin Example' people
new_certificate bob RSA-2048 '/O=Bank AG/CN=Bob Example' root-rsa
new_certificate carol RSA-3072 '/O=Bank AG/CN=Carol Example' root-rsa '' \
    '-sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
new_certificate carol-sha1-mask RSA-2048 '/CN=Carol' root-rsa '' \
    '-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha1'
new_certificate by-rogue P-256 '/O=Bank AG/CN=Alice Example' rogue
new_certificate by-person P-256 '/CN=Mallory' alice
new_certificate deeper P-256 '/O=Bank AG/CN=Deeper' people "$ROOT_SAYS"
new_certificate too-deep P-256 '/CN=Mallory' deeper
new_certificate no-signer P-256 '/CN=Idle' root 'basicConstraints=critical,CA:TRUE
keyUsage=critical,cRLSign'
new_certificate by-no-signer P-256 '/CN=Mallory' no-signer
new_certificate encipher P-256 '/CN=Encipher' people 'keyUsage=critical,keyAgreement'
new_certificate server P-256 '/CN=server.example' people 'keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth'
new_certificate stamper P-256 '/CN=Stamper' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping'
new_certificate stamper-loose P-256 '/CN=Stamper' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=timeStamping'
new_certificate stamper-more P-256 '/CN=Stamper' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping,codeSigning'
new_certificate coder P-256 '/CN=Coder' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=codeSigning'
new_certificate bare P-256 '/CN=Bare' root 'subjectKeyIdentifier=hash'
new_certificate nobody P-256 '/' root 'keyUsage=critical,digitalSignature
subjectAltName=critical,email:nobody@example.org'
new_certificate servers P-256 '/CN=Servers' root 'basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
extendedKeyUsage=serverAuth'
new_certificate by-servers P-256 '/CN=Mallory' servers
new_certificate sha1 P-256 '/CN=Weak' root '' -sha1
new_certificate rsa1024 RSA-1024 '/CN=Weak' root
new_certificate k1 secp256k1 '/CN=Other curve' root
new_certificate critical P-256 '/CN=Critical' root "$PERSON_SAYS
1.2.3.4=critical,ASN1:UTF8String:unknown"
new_certificate extra P-256 '/CN=Extra' root "$PERSON_SAYS
1.2.3.4=ASN1:UTF8String:unknown"
new_certificate policies P-256 '/CN=Policies' root "$PERSON_SAYS
certificatePolicies=critical,1.2.3.4"
new_certificate constrained P-256 '/CN=Constrained' root "$ROOT_SAYS
nameConstraints=permitted;email:example.org"
new_certificate constrained-critical P-256 '/CN=Constrained' root "$ROOT_SAYS
nameConstraints=critical,permitted;email:example.org"
new_certificate names P-256 '/DC=example/O=Bänk, "A\+G"\\= <x>; /CN= #Zoë	X +UID=7' root
new_list people people
new_list people-revokes-dora people dora
new_list root-revokes-people root people
new_list rogue rogue people
CRL_DAYS=1 new_list people-short people
for who in alice bob carol erin; do openssl pkey -in $who.key -pubout -out $who.pub; done
openssl pkey -in k1.key -pubout -out k1.pub
openssl genpkey -algorithm ED25519 -out ed.key && openssl pkey -in ed.key -pubout -out ed.pub
printf 'vouched\n' >text
openssl dgst -sha256 -sign alice.key -out alice.sha256.sig text
openssl dgst -sha384 -sign bob.key -out bob.sha384.sig text
openssl dgst -sha512 -sign carol.key -sigopt rsa_padding_mode:pss -out carol.sha512.pss.sig text
openssl dgst -sha512 -sign erin.key -out erin.sha512.sig text
# Who vouches for bob's key, whose seed is 32 bytes of 4, in the ledger
# example.org/credit.
bind() { # CERTIFICATE HASH
	printf 'vouchbook-identity/v1\nexample.org/credit\nbob\n%s\n%s\n' \
	    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58' \
	    "$(openssl x509 -in "$1.pem" -outform DER | sha256sum | cut -d' ' -f1)" >statement
	openssl dgst "-$2" -sign "$1.key" -out "$1.binding.sig" statement
}
bind alice sha256
bind bob sha512
bind dora sha384
bind by-rogue sha256
# In BMPString, as some authorities write names.
cat >bmp.cnf <<'C'
[req]
distinguished_name=dn
prompt=no
string_mask=MASK:0x800
[dn]
CN=Żółw Ω
C
new_key bmp P-256
openssl req -new -x509 -utf8 -config bmp.cnf -key bmp.key -days 7300 -out bmp.pem
# What looks like a value that could not be spelled.
new_root sharp P-256 '/O=a#1/CN=#616263'
cp ./*.pem ./*.crl ./*.pub ./*.sig "$here"
# The fuzzer begins with the same; it also holds root.pem, to be put there by
# hand.
corpus=$here/../../fuzz/corpus/certificate
for one in *.pem; do openssl x509 -in "$one" -outform DER -out "$corpus/${one%.pem}.der"; done
for one in *.crl; do openssl crl -in "$one" -outform DER -out "$corpus/$one"; done
for one in *.pub; do openssl pkey -pubin -in "$one" -outform DER -out "$corpus/$one"; done
cat alice.pem people.pem >"$corpus/chain.pem"
cp people.crl "$corpus/list.pem"
rm -rf "$work"
