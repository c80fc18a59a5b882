/* list_test.c: lists by their definition, and the tree over them. */
#include "naive.h"

#include "base/buffer.h"
#include "ledger/list.h"
#include "ledger/proof.h"

#define SIZE 70

/* The definitions of docs/format.md, with nothing of ours but SHA-256. */
static void
a_list_is_hashed_as_it_is_written_down(void **state)
{
	struct list_key key = { .kind = kind_named("evaluation") };
	struct list_head head = { .count = 0 };
	struct buffer text = buffer_new(1000);
	uint8_t bytes[65] = { 2 };
	struct digest one = digest_of(bytes_of_text("one"));
	struct digest expected;

	(void)state;
	memcpy(bytes + 33, one.byte, 32);
	expected = digest_of(bytes_of(bytes, sizeof bytes));
	list_head_add(&head, one);
	assert_int_equal(head.count, 1);
	assert_true(digest_equal(head.running, expected));
	memcpy(bytes + 1, expected.byte, 32);
	list_head_add(&head, one);
	assert_true(digest_equal(head.running,
	    digest_of(bytes_of(bytes, sizeof bytes))));
	key.subject = one;
	buffer_byte(&text, 0);
	buffer_printf(&text, "list %s evaluation 2 %s", digest_hex(one).text,
	    digest_hex(head.running).text);
	assert_true(digest_equal(list_leaf_hash(&key, &head),
	    digest_of(buffer_bytes(&text))));
	buffer_free(&text);
}

static void
a_leaf_is_read_back_and_nothing_else_is(void **state)
{
	static const char good[] =
	    "list 00000000000000000000000000000000"
	    "00000000000000000000000000000000 run 12 "
	    "60303ae22b998861bce3b28f33eec1be"
	    "758a213c86c93c076dbe9f558c11c752";
	struct buffer again = buffer_new(1000);
	struct list_key key;
	struct list_head head;

	(void)state;
	assert_true(list_leaf_parse(&key, &head, bytes_of_text(good)));
	assert_true(list_key_is_whole(&key));
	assert_string_equal(key.kind->name, "run");
	assert_int_equal(head.count, 12);
	list_leaf_write(&again, &key, &head);
	assert_string_equal(buffer_string(&again), good);
	for (size_t i = 0; i < sizeof good - 1; i++) {
		char bad[sizeof good];

		assert_false(list_leaf_parse(&key, &head, bytes_of(good, i)));
		memcpy(bad, good, sizeof good);
		bad[i] = bad[i] == '\t' ? 'x' : '\t';
		assert_false(list_leaf_parse(&key, &head, bytes_of_text(bad)));
	}
	assert_false(list_leaf_parse(&key, &head, bytes_of(NULL, 0)));
	buffer_free(&again);
}

static void
lists_are_in_order_of_digest_and_name(void **state)
{
	struct list_key a = { .kind = kind_named("approval") };
	struct list_key b = { .kind = kind_named("waiver") };

	(void)state;
	assert_true(list_key_compare(&a, &b) < 0);
	assert_true(list_key_compare(&b, &a) > 0);
	assert_int_equal(list_key_compare(&a, &a), 0);
	a.subject.byte[0] = 1;
	assert_true(list_key_compare(&a, &b) > 0);
	assert_false(list_key_is_whole(&a));
	assert_true(list_key_is_whole(&b));
}

static void
every_tree_has_its_root_and_every_path_leads_to_it(void **state)
{
	static struct proof path[LIST_MARKS];
	static struct list_tree tree;

	(void)state;
	for (uint64_t size = 0; size <= SIZE; size++) {
		struct digest root;

		memset(path, 0, sizeof path);
		list_tree_begin(&tree);
		for (uint64_t i = 0; i < size; i++)
			list_tree_add(&tree, naive_leaf(i),
			    i < LIST_MARKS ? UINT64_C(1) << i : 0, path);
		assert_int_equal(tree.size, size);
		root = list_tree_end(&tree, path);
		assert_true(digest_equal(root,
		    size == 0 ? merkle_empty() : naive_mth(0, size)));
		for (uint64_t i = 0; i < size && i < LIST_MARKS; i++)
			assert_true(proof_includes(&path[i], naive_leaf(i), i,
			    size, root));
	}
}

static void
a_tree_goes_on_from_the_roots_of_its_subtrees(void **state)
{
	static struct list_tree tree;

	(void)state;
	for (uint64_t from = 0; from <= SIZE; from++) {
		struct digest roots[64];
		size_t count = 0;
		uint64_t at = 0;

		for (uint64_t width = 64; width > 0; width /= 2) {
			if ((from & width) == 0)
				continue;
			roots[count++] = naive_mth(at, at + width);
			at += width;
		}
		list_tree_begin_at(&tree, from, roots);
		for (uint64_t i = from; i < SIZE; i++)
			list_tree_add(&tree, naive_leaf(i), 0, NULL);
		assert_true(digest_equal(list_tree_end(&tree, NULL),
		    naive_mth(0, SIZE)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_hashed_as_it_is_written_down),
		cmocka_unit_test(a_leaf_is_read_back_and_nothing_else_is),
		cmocka_unit_test(lists_are_in_order_of_digest_and_name),
		cmocka_unit_test(
		    every_tree_has_its_root_and_every_path_leads_to_it),
		cmocka_unit_test(a_tree_goes_on_from_the_roots_of_its_subtrees),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, naive_begin, naive_end);
}
