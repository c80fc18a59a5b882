/* policy_seal.c: what a policy wants sealed in the records of a kind. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "policy/policy_internal.h"

/* Classes of members, by the word that a policy may use for them. */
static const char *const free_text[] = { "note", "because",
	"supersedes.because", "what", "statement", "remedy", NULL };

static const struct {
	const char *word;
	const char *const *paths;
} classes[] = {
	{ "free-text", free_text },
};

static const char *const *
class_of(const char *word)
{
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (strcmp(classes[i].word, word) == 0)
			return classes[i].paths;
	return NULL;
}

static int
unknown_kind(const struct yaml *key, struct error *err)
{
	const char *names[KINDS_MAX + 1], *nearest;
	size_t n = 0;

	for (size_t i = 0; kinds[i] != NULL; i++)
		if (kinds[i]->sealable)
			names[n++] = kinds[i]->name;
	names[n] = NULL;
	nearest = text_nearest((const char *)key->text.data, names);
	return yaml_refuse(key, err,
	    "\"%.60s\" is not a kind of record with sealed fields%s%s%s",
	    (const char *)key->text.data,
	    nearest == NULL ? "" : "; did you mean \"",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

static int
take_paths(struct policy *policy, struct policy_seal *seal,
    const struct yaml *list, struct error *err)
{
	if (list->type != YAML_LIST || list->count == 0)
		return yaml_refuse(list, err,
		    "what is to be sealed is a list of paths, such as [user, "
		    "note]");
	seal->paths.item =
	    arena_take(policy->arena, list->count, sizeof *seal->paths.item);
	if (seal->paths.item == NULL)
		return error_memory(err);
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml *item = list->item[i];

		if (item->type != YAML_TEXT || item->text.len == 0)
			return yaml_refuse(item, err,
			    "a path is a text, such as user");
		seal->paths.item[i] = (const char *)item->text.data;
	}
	seal->paths.count = list->count;
	return 0;
}

int
policy_take_seal(struct policy *policy, const struct yaml *map,
    struct error *err)
{
	const struct yaml *node = yaml_member(map, "seal");

	if (node == NULL)
		return 0;
	if (node->type != YAML_MAP)
		return yaml_refuse(node, err,
		    "\"seal\" is to be a map of kinds, not %s",
		    yaml_type_name(node->type));
	policy->seal =
	    arena_take(policy->arena, node->count + 1, sizeof *policy->seal);
	if (policy->seal == NULL)
		return error_memory(err);
	memset(policy->seal, 0, (node->count + 1) * sizeof *policy->seal);
	for (size_t i = 0; i < node->count; i++) {
		struct policy_seal *seal = &policy->seal[i];
		const char *name = (const char *)node->key[i]->text.data;

		seal->node = node->key[i];
		seal->kind = kind_named(name);
		if (strcmp(name, "*") != 0 &&
		    (seal->kind == NULL || !seal->kind->sealable))
			return unknown_kind(node->key[i], err);
		if (take_paths(policy, seal, node->item[i], err) == -1)
			return -1;
		policy->seal_count++;
	}
	return 0;
}

const char *
policy_seal_path(const struct policy *policy, const struct kind *kind,
    size_t *at)
{
	size_t number = 0;

	for (size_t i = 0; kind->sealable && i < policy->seal_count; i++) {
		const struct policy_seal *seal = &policy->seal[i];

		if (seal->kind != NULL && seal->kind != kind)
			continue;
		for (size_t k = 0; k < seal->paths.count; k++) {
			const char *word = seal->paths.item[k];
			const char *const *paths = class_of(word);

			if (paths == NULL && number++ == *at) {
				++*at;
				return word;
			}
			for (; paths != NULL && *paths != NULL; paths++)
				if (number++ == *at) {
					++*at;
					return *paths;
				}
		}
	}
	return NULL;
}
