#!/bin/sh
# A ledger whose checkpoints were stamped by several authorities, in several
# ways, for tamper_timestamps.
set -eu
# shellcheck source=tests/support/authority.sh
. "$ROOT/tests/support/authority.sh"
# shellcheck source=tests/support/stamps.sh
. "$ROOT/tests/support/stamps.sh"
vouch init -q --no-passphrase --origin example.com/tamper --name alice
new_root root RSA-2048 '/O=Clock AG/CN=Clock Root'
new_certificate middle P-384 '/O=Clock AG/CN=Clock Middle' root "$ROOT_SAYS"
new_certificate rsa RSA-2048 '/O=Clock AG/CN=Clock RSA' root "$STAMPER_SAYS"
new_certificate p256 P-256 '/O=Clock AG/CN=Clock P-256' middle "$STAMPER_SAYS"
cp middle.pem p256.chain
export VOUCH_KEY=alice
vouch trust add -q clock --timestamp-root root.pem
n=0
for how in 'rsa sha256' 'p256 sha384' 'rsa sha512 ess_cert_id_alg=sha1' 'p256 sha256 tsa_name=yes' pss; do
	n=$((n + 1))
	vouch incident -q --name "n$n" --title t --what w --severity low
	vouch timestamp request -q -o q.tsq
	if [ "$how" = pss ]; then
		stamp_info info q.tsq
		sign_info rsa info reply -keyopt rsa_padding_mode:pss
	else
		# shellcheck disable=SC2086
		set -- $how
		stamp "$1" q.tsq reply "$2" "${3:-ess_cert_id_alg=sha256}"
	fi
	vouch timestamp add -q reply
done
exec "$TEST_BUILD/tests/fault/tamper_timestamps" .vouch/ledger.db
