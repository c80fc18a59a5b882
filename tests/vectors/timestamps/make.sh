#!/bin/sh
# Make the timestamps of this folder again, with openssl 3: replies (.tsr) and
# tokens (.tst) about the file `message', and the roots that they lead to.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
SUPPORT=$here/../../support
work=$(mktemp -d)
cd "$work"
# shellcheck source=../../support/authority.sh
. "$SUPPORT/authority.sh"
# shellcheck source=../../support/stamps.sh
. "$SUPPORT/stamps.sh"
export DAYS=7300

new_root root RSA-2048 '/O=Clock AG/CN=Clock Root'
new_root rogue RSA-2048 '/O=Clock AG/CN=Clock Root'
new_root other P-256 '/O=Other/CN=Other Root'
new_certificate middle P-384 '/O=Clock AG/CN=Clock Middle' root "$ROOT_SAYS"
new_certificate rsa RSA-2048 '/O=Clock AG/CN=Clock RSA' root "$STAMPER_SAYS"
new_certificate p256 P-256 '/O=Clock AG/CN=Clock P-256' root "$STAMPER_SAYS"
new_certificate p384 P-384 '/O=Clock AG/CN=Clock P-384' middle "$STAMPER_SAYS"
new_certificate by-rogue P-256 '/O=Clock AG/CN=Clock P-256' rogue "$STAMPER_SAYS"
new_certificate by-other P-256 '/O=Other/CN=Other clock' other "$STAMPER_SAYS"
new_certificate bare P-256 '/CN=Bare' root 'subjectKeyIdentifier=hash'
new_certificate loose P-256 '/CN=Loose' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=timeStamping'
new_certificate more P-256 '/CN=More' root 'keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping,codeSigning'
cp middle.pem p384.chain

printf 'example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n' >message
for hash in sha256 sha384 sha512; do openssl ts -query -data message -$hash -cert -out $hash.tsq 2>/dev/null; done
openssl ts -query -data message -sha256 -out plain.tsq 2>/dev/null
openssl ts -query -data message -sha256 -cert -no_nonce -tspolicy 1.3.6.1.4.1.99999.1 -out policy.tsq 2>/dev/null
printf 'another\n' >another
openssl ts -query -data another -sha256 -cert -out another.tsq 2>/dev/null
openssl ts -query -data message -sha1 -cert -out sha1.tsq 2>/dev/null

# Good ones.
for hash in sha256 sha384 sha512; do
	stamp rsa $hash.tsq rsa-$hash.tsr $hash
	stamp p256 $hash.tsq p256-$hash.tsr $hash
done
stamp p384 sha256.tsq p384.tsr sha384 'ess_cert_id_chain=yes'
stamp rsa policy.tsq policy.tsr
stamp rsa sha256.tsq by-sha1.tsr sha256 'ess_cert_id_alg=sha1'
stamp rsa sha256.tsq named.tsr sha256 'tsa_name=yes
ordering=yes'
stamp rsa plain.tsq without-certificate.tsr
stamp by-other sha256.tsq by-other.tsr
printf '%s\n' '[stamper]' 'serial=stamper.serial' 'default_policy=1.3.6.1.4.1.99999.1' 'digests=sha384' \
    'signer_digest=sha256' >refuse.cnf
openssl ts -reply -config refuse.cnf -section stamper -queryfile sha256.tsq -signer rsa.pem -inkey rsa.key \
    -out rejected.tsr 2>/dev/null
stamp_info info sha256.tsq
sign_info rsa info pss.tst -keyopt rsa_padding_mode:pss
stamp_info exact sha256.tsq time=20270601120000.12345678Z accuracy=3007800201f4810164
sign_info p256 exact exact.tst

# Others are signed, and yet say what must be refused.
bad() { # NAME STAMPER CHANGE…: NAME.tst
	name=$1 by=$2
	shift 2
	stamp_info changed sha256.tsq "$@"
	sign_info "$by" changed "$name.tst"
}
bad early p256 time=20100101000000Z
bad expired p256 time=20900101000000Z
bad by-rogue by-rogue
bad bare bare
bad loose loose
bad more more
bad misnamed p256 tsa=a010a40e300c310a300806035504030c0158
bad named-otherwise p256 tsa=a00386016f
bad no-nonce p256 nonce=
bad critical p256 extensions=a10e300c06032a03040101ff04020500
bad extended p256 extensions=a10b300906032a030404020500
bad version-2 p256 version=020102
bad long-serial p256 accuracy=30020200
stamp_info sha1 sha1.tsq
sign_info p256 sha1 sha1.tst
stamp_info info sha256.tsq
sign_info p256 info weak.tst -md sha1
sign_info p256 info two.tst -signer rsa.pem -inkey rsa.key
sign_info p256 info by-key.tst -keyid
sign_info p256 info ber.tst -stream -indef
openssl cms -sign -binary -nodetach -nosmimecap -cades -md sha256 -signer p256.pem -inkey p256.key \
    -in info -outform DER -out plain-data.tst
openssl cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -nosmimecap -md sha256 \
    -signer p256.pem -inkey p256.key -in info -outform DER -out unnamed.tst
openssl cms -sign -binary -econtent_type 1.2.840.113549.1.9.16.1.4 -nosmimecap -cades -md sha256 \
    -signer p256.pem -inkey p256.key -in info -outform DER -out detached.tst
# Put together otherwise.
sign_info p256 info plain.tst
for what in unsigned lists two-hashes other-hash order twice no-attributes empty-attributes version kind many \
    no-certificate signature signer scheme parameters unknown-scheme; do
	python3 "$SUPPORT/stamp_reshape.py" plain.tst "reshaped-$what.tst" "$what"
done
# The same key, issuer and number, but not the certificate that was named.
openssl x509 -req -in p256.csr -CA root.pem -CAkey root.key -days 7000 -extfile p256.ext -sha256 \
    -set_serial "0x$(openssl x509 -in p256.pem -noout -serial | cut -d= -f2)" -out twin.pem 2>/dev/null
sign_info p256 info swapped.tst -nocerts -certfile twin.pem
cp "$work"/*.tsr "$work"/*.tst "$work"/*.tsq message root.pem rogue.pem other.pem rsa.pem "$here"
rm -rf "$work"
