#include "base/keyed_hash.h"

#include <sodium.h>
#include <string.h>

#include "base/random.h"

struct hash_key
hash_key_new(void)
{
	struct hash_key key = { { 0 } };

	random_fill(key.byte, sizeof key.byte);
	return key;
}

struct keyed_hash
keyed_hash(const struct hash_key *key, struct bytes bytes)
{
	uint8_t out[crypto_shorthash_siphashx24_BYTES];
	struct keyed_hash hash;

	crypto_shorthash_siphashx24(out, bytes.data, bytes.len, key->byte);
	memcpy(&hash.low, out, sizeof hash.low);
	memcpy(&hash.high, out + sizeof hash.low, sizeof hash.high);
	return hash;
}
