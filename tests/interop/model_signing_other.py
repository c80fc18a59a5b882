"""Sign a model in the ways that need model_signing's own program to check.

    model_signing_other.py MODEL KEY       writes shards.sig, blake2.sig, ...
"""
import sys

from model_signing import hashing, signing

MODEL, KEY = sys.argv[1:]
for name, config in (
        ("shards", hashing.Config().use_shard_serialization(shard_size=1000)),
        ("blake2", hashing.Config().use_file_serialization(
            hashing_algorithm="blake2")),
        ("blake3", hashing.Config().use_file_serialization(
            hashing_algorithm="blake3"))):
    signing.Config().use_elliptic_key_signer(
        private_key=KEY).set_hashing_config(config).sign(MODEL, name + ".sig")
