/* proof_test.c: proofs that hold, and every way in which one may not. */
#include "naive.h"

#include "ledger/proof.h"

/*
 * The test tree of Certificate Transparency's implementations: leaves, and
 * proofs of it from transparency-dev/merkle, proof/verify_test.go.
 */
static const char *const ct_leaves[] = { "", "00", "10", "2021", "3031",
    "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" };

#define LEAF_0 \
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define LEAF_1 \
	"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define LEAF_4 \
	"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define LEAF_6 \
	"b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
#define NODE_0_2 \
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define NODE_2_4 \
	"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define NODE_4_6 \
	"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define NODE_6_8 \
	"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define NODE_0_4 \
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define NODE_4_8 \
	"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define ROOT_3 \
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
#define ROOT_5 \
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"
#define ROOT_6 \
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"
#define ROOT_7 \
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
#define ROOT_8 \
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

static struct proof
proof_of_hex(const char *const hashes[], size_t count)
{
	struct proof proof = { .count = count };

	for (size_t i = 0; i < count; i++)
		proof.hash[i] = hash_of_hex(hashes[i]);
	return proof;
}

static struct digest
ct_leaf(size_t i)
{
	uint8_t leaf[16];
	size_t len = strlen(ct_leaves[i]) / 2;

	assert_true(hex_decode(leaf, len, bytes_of_text(ct_leaves[i])));
	return digest_prefixed(0x00, bytes_of(leaf, len), bytes_of(NULL, 0));
}

static void
inclusion_in_the_tree_of_certificate_transparency_holds(void **state)
{
	static const struct {
		uint64_t index;
		uint64_t size;
		const char *root;
		size_t count;
		const char *hash[3];
	} proofs[] = {
		{ 0, 1, LEAF_0, 0, { NULL } },
		{ 0, 8, ROOT_8, 3, { LEAF_1, NODE_2_4, NODE_4_8 } },
		{ 5, 8, ROOT_8, 3, { LEAF_4, NODE_6_8, NODE_0_4 } },
		{ 2, 3, ROOT_3, 1, { NODE_0_2 } },
		{ 1, 5, ROOT_5, 3, { LEAF_0, NODE_2_4, LEAF_4 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++) {
		struct proof proof = proof_of_hex(proofs[i].hash,
		    proofs[i].count);

		assert_true(proof_includes(&proof, ct_leaf(proofs[i].index),
		    proofs[i].index, proofs[i].size,
		    hash_of_hex(proofs[i].root)));
	}
}

static void
growth_of_the_tree_of_certificate_transparency_holds(void **state)
{
	static const struct {
		uint64_t old_size;
		uint64_t size;
		const char *old_root;
		const char *root;
		size_t count;
		const char *hash[3];
	} proofs[] = {
		{ 1, 1, LEAF_0, LEAF_0, 0, { NULL } },
		{ 1, 8, LEAF_0, ROOT_8, 3, { LEAF_1, NODE_2_4, NODE_4_8 } },
		{ 6, 8, ROOT_6, ROOT_8, 3, { NODE_4_6, NODE_6_8, NODE_0_4 } },
		{ 2, 5, NODE_0_2, ROOT_5, 2, { NODE_2_4, LEAF_4 } },
		{ 6, 7, ROOT_6, ROOT_7, 3, { NODE_4_6, LEAF_6, NODE_0_4 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++) {
		struct proof proof = proof_of_hex(proofs[i].hash,
		    proofs[i].count);

		assert_true(proof_extends(&proof, proofs[i].old_size,
		    hash_of_hex(proofs[i].old_root), proofs[i].size,
		    hash_of_hex(proofs[i].root)));
	}
}

/*
 * Answers of Google's Argon 2020 log, from golang.org/x/mod/sumdb/tlog
 * (testdata/argon2020): the tree head, the proof of entry 10,000, and the
 * proof from the tree of 3,654,490 entries.  The leaf is the SHA-256 of a
 * zero byte and the entry's leaf_input.
 */
#define ARGON_SIZE 961984013
#define ARGON_ROOT "dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM="
#define ARGON_LEAF \
	"9c2b3799f232761f71e022b243ebb6c6d9a9c66160800e4c2f2987c0d41294b8"
#define ARGON_OLD_SIZE 3654490
#define ARGON_OLD_ROOT "AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ="
static const char *const argon_inclusion[] = {
	"T46AmJsuOM/gFiGlUp+IJJebp+1Z5qratFNW7U0JyOQ=",
	"9Jj1Feodn42uRYEfffkV4HF/EIPFQ5Zo9IwkxbQ2uhk=",
	"D53/1oCNebF4J59HHgioovKZxrmrKcVuCVhy3Izg8Ck=",
	"wSFDgGSrsXRPA+1c8WHoAFCsWeUv8NDyP/Q/SgsyVyY=",
	"516/RcwsgdwdzHn18v1dJHqBkgFUbNhmCIWOGjsMJaE=",
	"naTFY2ajLFgrgs5XUl+zJYZnnlJksLGsA1VYwpLfqbY=",
	"mKBRJo6qao+0Kdh/rhGkZUbHUAxMhrtrclrTpIbNjIg=",
	"Co4ueOFE7lpifLio94irxxsv1wFMMaK3tPu2ZQkHlro=",
	"yRgy800K6JMYCC05sWfqF2kvCg2riT/pVM+nEa6V5+0=",
	"n2O38XJZC8/Wpbwi9HhgVizlUyeUHVZvYyQB1607MRc=",
	"go3tAjuNfNSCj87y2Rg1xOroDknGN1eaf3cgvzObf7Q=",
	"8D0Mj3/J7ySSnFb0afIHYXv6rlOhECnsebY6XKi1IR8=",
	"6rcez46ZU8M5vPiWVMAUfJfAOV0pPP/mch/lYzZhj/M=",
	"2rtIeXrPvSdUyHc5maIgSAVB2BzaKaupWxSAiVayDE4=",
	"nniW/IMFQPN5xw8UsHFn7CRStYbm1gLu7NNa6kkRqJQ=",
	"mRPPi7sQS22MduIEyvcNzCNFqIt6kLwYPkNKrVtIcu8=",
	"JvTivzESNS9wHI8aph5a7uieVmtS/p9PciMZ5D6GyOo=",
	"UTyQd+Ym0wY4zG+qK806bBORwi1CSVvFQ/KknnqoZj8=",
	"hXODrqN+ff+U6zPqRQ+ZQKs6im1fPcxIerDSfNwflhE=",
	"II6GE+WY/DrpZzfHztLwkR46o37zVkNLCyPYlf68zA0=",
	"d609kWWcNBllbA8Jb/ad4XAVVGnScLRmtP8FYyr+Dck=",
	"rikBsP0G0gioXRpBFED2CzQdSLrGPvRd0bEcbEZw1rI=",
	"GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0=",
	"pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=",
	"f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA=",
	"WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=",
	"f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ=",
	"NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=",
	"C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI=",
	"nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=",
};
static const char *const argon_consistency[] = {
	"80Sfbj6UQEdVSZCSIgh9NMPj3vCBzcc1A48B2crJSWg=",
	"FZcrgAHUk6nNPviJZq8kEK6jCG1d18pJOFE45ZDc1TQ=",
	"Q67reWXmPBo1UfmwBap4Xi9PMPfFdUSSw3WGlRZdG7k=",
	"eJ7CyhR4PxzBxDIsWgrVYW1eFUb9ndgf46tFmiqVrxA=",
	"QrDwp062Grm5WY8KdrhFsBuuNjGzRox2Jb8PmVL5OYw=",
	"XM4YMjMEdLH/XJam/ZWyaP14k3cmsOtnPsOWQ54lW1s=",
	"SGiBh+jOTGccXU48ZzgQ88lRcBmtB4wz4oSDndv2QTg=",
	"WAS6txqNLYKGL1GdBdpqmV42TTfn6cJsuDsqLXuTCNI=",
	"QFmRS0rirUA7ZN3lxFjDncV+E1OCrn3NUB4RCp+5fzc=",
	"Hdbp7It2XBNZmNDBpCN/KPd7vfVqxgzwOosqVIaEA9E=",
	"mxvHL0ZiblBdD7j7pIa1jlfB0gSqfJ6oX0UGo7L0VsU=",
	"q5hjyvoW6TL/PThgcitpDcSTrnKX2p1+aqscqH2euRA=",
	"jTOWDqt3IHj2NVFeezyBz2ofpru+ztEywqKUAfFclKI=",
	"GIRn0w3HqJdvU9j1WVD//eR6lk2AaTVjyzjsJNP8U88=",
	"x52GJvxG81fnQBrgOTbll1A5tz95/LXK0Ag1NhB0r1I=",
	"6/0OqrcTgc3o5dD5PymmoC96lB9yLPFuTHVvLy8fSGk=",
	"Gf+iKLfcXO5l4JEFmsZvSdG5q1uEeWPfYLrds6pmjz0=",
	"DGuaco+McyM3AfRSF6qX7RwSetwe2ieYJmxw5e9rVx0=",
	"2tQJ9V32hnYp+fdpP6TcjmgJmLeNVOMKM0Ml1kk4cNU=",
	"3PapK+IkyJr8I9yAErAmzuZezzLMzsg+PfeRCgNW8NQ=",
	"s6xiYeejb+wtqHA+URJZ2I/SCPyIW8coP6aB00FJbMY=",
	"z9lSpmdTcr5M5ZzKlc4EPh3SrSypKFdk6JUF/UccaZU=",
	"GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0=",
	"pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=",
	"f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA=",
	"WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=",
	"f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ=",
	"NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=",
	"C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI=",
	"nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=",
};

static struct proof
proof_of_base64(const char *const hashes[], size_t count)
{
	struct proof proof = { .count = count };

	for (size_t i = 0; i < count; i++)
		proof.hash[i] = hash_of_base64(hashes[i]);
	return proof;
}

static void
proofs_of_a_public_log_hold(void **state)
{
	struct digest root = hash_of_base64(ARGON_ROOT);
	struct digest old_root = hash_of_base64(ARGON_OLD_ROOT);
	struct digest leaf = hash_of_hex(ARGON_LEAF);
	struct proof proof = proof_of_base64(argon_inclusion, 30);

	(void)state;
	assert_true(proof_includes(&proof, leaf, 10000, ARGON_SIZE, root));
	assert_false(proof_includes(&proof, leaf, 10001, ARGON_SIZE, root));
	proof = proof_of_base64(argon_consistency, 30);
	assert_true(proof_extends(&proof, ARGON_OLD_SIZE, old_root,
	    ARGON_SIZE, root));
	assert_false(proof_extends(&proof, ARGON_OLD_SIZE + 1, old_root,
	    ARGON_SIZE, root));
}

static void
every_proof_to_1100_holds(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= NAIVE_MAX; size++) {
		struct digest root = naive_mth(0, size);

		for (uint64_t i = 0; i < size; i++) {
			struct naive_proof path = naive_inclusion(i, size);
			struct naive_proof more = naive_consistency(i + 1,
			    size);

			assert_true(proof_includes(&path.proof,
			    naive_mth(i, i + 1), i, size, root));
			assert_true(proof_extends(&more.proof, i + 1,
			    naive_mth(0, i + 1), size, root));
		}
	}
}

/* One claim of inclusion, to be spoilt in some way. */
struct claim {
	struct naive_proof made;
	struct digest leaf;
	uint64_t index;
	uint64_t old_size; /* 0 for inclusion; then leaf is the old root. */
	uint64_t size;
	struct digest root;
};

static bool
holds(const struct claim *claim)
{
	if (claim->old_size == 0)
		return proof_includes(&claim->made.proof, claim->leaf,
		    claim->index, claim->size, claim->root);
	return proof_extends(&claim->made.proof, claim->old_size, claim->leaf,
	    claim->size, claim->root);
}

static struct claim
inclusion(uint64_t index, uint64_t size)
{
	return (struct claim){
		.made = naive_inclusion(index, size),
		.leaf = naive_mth(index, index + 1),
		.index = index,
		.size = size,
		.root = naive_mth(0, size),
	};
}

static struct claim
consistency(uint64_t old_size, uint64_t size)
{
	return (struct claim){
		.made = naive_consistency(old_size, size),
		.leaf = naive_mth(0, old_size),
		.old_size = old_size,
		.size = size,
		.root = naive_mth(0, size),
	};
}

/* Every bit of a hash, changed and changed back. */
static void
refuses_other_bits(const struct claim *claim, struct digest *hash)
{
	for (unsigned bit = 0; bit < 8 * DIGEST_LEN; bit++) {
		hash->byte[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(holds(claim));
		hash->byte[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/*
 * What the numbers of a claim decide is on which side each hash stands.  So
 * other numbers are as good exactly where their proofs have the same shape:
 * entry 0 of 5 and of 6, for example.  (The checkpoint ties root and size.)
 */
static bool
has_same_shape(const struct claim *claim, uint64_t index, uint64_t old_size,
    uint64_t size)
{
	struct naive_proof other;

	if (claim->old_size == 0) {
		if (index >= size)
			return false;
		other = naive_inclusion_shape(index, size);
	} else {
		if (old_size == 0 || old_size > size)
			return false;
		other = naive_consistency_shape(old_size, size);
	}
	return strcmp(other.shape, claim->made.shape) == 0;
}

static void
accepts_only_the_same_shape(const struct claim *claim, uint64_t index,
    uint64_t old_size, uint64_t size)
{
	struct claim other = *claim;

	other.index = index;
	other.size = size;
	if (claim->old_size != 0) {
		/* 0 is another question: there the root would be empty. */
		if (old_size == 0)
			return;
		other.old_size = old_size;
	}
	if (holds(&other) != has_same_shape(claim, index, old_size, size))
		fail_msg("%llu, %llu of %llu", (unsigned long long)index,
		    (unsigned long long)old_size, (unsigned long long)size);
}

static void
refuses_other_numbers(const struct claim *claim)
{
	for (unsigned bit = 0; bit < 53; bit++) {
		uint64_t flip = (uint64_t)1 << bit;

		accepts_only_the_same_shape(claim, claim->index ^ flip,
		    claim->old_size, claim->size);
		accepts_only_the_same_shape(claim, claim->index,
		    claim->old_size ^ flip, claim->size);
		accepts_only_the_same_shape(claim, claim->index,
		    claim->old_size, claim->size ^ flip);
	}
	accepts_only_the_same_shape(claim, claim->index + 1,
	    claim->old_size + 1, claim->size + 1);
	accepts_only_the_same_shape(claim, claim->index, claim->old_size, 0);
	accepts_only_the_same_shape(claim, UINT64_MAX, UINT64_MAX,
	    claim->size);
}

static void
refuses_with(struct claim claim, size_t at, struct digest hash)
{
	struct proof *proof = &claim.made.proof;

	memmove(&proof->hash[at + 1], &proof->hash[at],
	    (proof->count - at) * sizeof hash);
	proof->hash[at] = hash;
	proof->count++;
	assert_false(holds(&claim));
}

static void
refuses_without(struct claim claim, size_t at)
{
	struct proof *proof = &claim.made.proof;

	proof->count--;
	memmove(&proof->hash[at], &proof->hash[at + 1],
	    (proof->count - at) * sizeof proof->hash[0]);
	assert_false(holds(&claim));
}

static void
refuses_other_lengths(const struct claim *claim)
{
	struct claim longest = *claim;
	const struct proof *proof = &claim->made.proof;

	for (size_t i = 0; i <= proof->count; i++) {
		refuses_with(*claim, i, claim->root);
		refuses_with(*claim, i, claim->leaf);
		refuses_with(*claim, i, merkle_empty());
		refuses_with(*claim, i, (struct digest){ { 0 } });
		if (i < proof->count) {
			refuses_with(*claim, i, proof->hash[i]);
			refuses_without(*claim, i);
		}
	}
	for (size_t i = proof->count; i < 2 * LIMIT_PROOF; i++)
		longest.made.proof.hash[i] = claim->root;
	longest.made.proof.count = 2 * LIMIT_PROOF;
	assert_false(holds(&longest));
}

static void
refuses_other_order(struct claim claim)
{
	struct proof *proof = &claim.made.proof;

	for (size_t i = 0; i + 1 < proof->count; i++) {
		struct digest kept = proof->hash[i];

		proof->hash[i] = proof->hash[i + 1];
		proof->hash[i + 1] = kept;
		assert_false(holds(&claim));
		proof->hash[i + 1] = proof->hash[i];
		proof->hash[i] = kept;
	}
}

static void
refuses_whatever_is_altered(struct claim claim)
{
	assert_true(holds(&claim));
	for (size_t i = 0; i < claim.made.proof.count; i++)
		refuses_other_bits(&claim, &claim.made.proof.hash[i]);
	refuses_other_bits(&claim, &claim.leaf);
	refuses_other_bits(&claim, &claim.root);
	refuses_other_numbers(&claim);
	refuses_other_lengths(&claim);
	refuses_other_order(claim);
	assert_true(holds(&claim));
}

static const uint64_t sampled_sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 255,
    256, 257, 300, 1000, 1023, 1024, 1025, 1100 };
#define SAMPLED (sizeof sampled_sizes / sizeof sampled_sizes[0])

static void
altered_inclusion_is_refused(void **state)
{
	(void)state;
	for (size_t s = 0; s < SAMPLED; s++) {
		uint64_t size = sampled_sizes[s];
		const uint64_t indexes[] = { 0, 1, size / 3, size / 2,
		    size - size / 4 - 1, size - 2, size - 1 };

		for (size_t i = 0; i < 7; i++) {
			if (indexes[i] < size)
				refuses_whatever_is_altered(
				    inclusion(indexes[i], size));
		}
	}
}

static void
altered_growth_is_refused(void **state)
{
	(void)state;
	for (size_t s = 0; s < SAMPLED; s++) {
		uint64_t size = sampled_sizes[s];
		const uint64_t old_sizes[] = { 1, 2, size / 3, size / 2,
		    size - size / 4 - 1, size - 1 };

		for (size_t i = 0; i < 6; i++) {
			if (old_sizes[i] > 0 && old_sizes[i] < size)
				refuses_whatever_is_altered(
				    consistency(old_sizes[i], size));
		}
	}
}

static void
a_tree_extends_itself_and_nothing(void **state)
{
	struct digest none = merkle_empty(), one = naive_mth(0, 1);
	struct digest some = naive_mth(0, 9);
	struct proof empty = { .count = 0 }, junk = { .count = 1 };

	(void)state;
	junk.hash[0] = none;
	assert_true(proof_extends(&empty, 0, none, 0, none));
	assert_true(proof_extends(&empty, 0, none, 9, some));
	assert_true(proof_extends(&empty, 1, one, 1, one));
	assert_true(proof_extends(&empty, 9, some, 9, some));
	/* Hashes that are not asked for. */
	assert_false(proof_extends(&junk, 0, none, 0, none));
	assert_false(proof_extends(&junk, 0, none, 9, some));
	assert_false(proof_extends(&junk, 1, one, 1, one));
	/* Trees of the same size are the same. */
	assert_false(proof_extends(&empty, 0, none, 0, some));
	assert_false(proof_extends(&empty, 0, some, 0, some));
	assert_false(proof_extends(&empty, 0, one, 9, some));
	assert_false(proof_extends(&empty, 1, one, 1, some));
	/* Nothing grows backwards, or for free. */
	assert_false(proof_extends(&empty, 1, one, 0, none));
	assert_false(proof_extends(&empty, 9, some, 1, one));
	assert_false(proof_extends(&empty, 1, one, 9, some));
	assert_false(proof_extends(&empty, 1, one, 2, one));
}

static void
a_tree_of_nothing_includes_nothing(void **state)
{
	struct proof empty = { .count = 0 };
	struct digest one = naive_mth(0, 1);

	(void)state;
	assert_true(proof_includes(&empty, one, 0, 1, one));
	assert_false(proof_includes(&empty, one, 0, 0, one));
	assert_false(proof_includes(&empty, merkle_empty(), 0, 0,
	    merkle_empty()));
	assert_false(proof_includes(&empty, one, 1, 1, one));
	assert_false(proof_includes(&empty, one, UINT64_MAX, 1, one));
	assert_false(proof_includes(&empty, one, UINT64_MAX, UINT64_MAX,
	    one));
	assert_false(proof_includes(&empty, naive_mth(1, 2), 0, 1, one));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    inclusion_in_the_tree_of_certificate_transparency_holds),
		cmocka_unit_test(
		    growth_of_the_tree_of_certificate_transparency_holds),
		cmocka_unit_test(proofs_of_a_public_log_hold),
		cmocka_unit_test(every_proof_to_1100_holds),
		cmocka_unit_test(altered_inclusion_is_refused),
		cmocka_unit_test(altered_growth_is_refused),
		cmocka_unit_test(a_tree_extends_itself_and_nothing),
		cmocka_unit_test(a_tree_of_nothing_includes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, naive_begin, naive_end);
}
