#include "policy/catalogues.h"

#define CATALOGUE(symbol, file) EMBED(symbol, "policy/catalogues/" file ".yaml")

CATALOGUE(catalogue_eu_ai_act, "eu-ai-act");
CATALOGUE(catalogue_nist, "nist-ai-rmf");
CATALOGUE(catalogue_iso, "iso-42001");
CATALOGUE(catalogue_sr, "sr-26-2");
CATALOGUE(catalogue_soc2, "soc2");
CATALOGUE(catalogue_gdpr, "gdpr");

const struct embedded catalogues[] = {
	{ "eu-ai-act", catalogue_eu_ai_act_begin, catalogue_eu_ai_act_end },
	{ "nist-ai-rmf", catalogue_nist_begin, catalogue_nist_end },
	{ "iso-42001", catalogue_iso_begin, catalogue_iso_end },
	{ "sr-26-2", catalogue_sr_begin, catalogue_sr_end },
	{ "soc2", catalogue_soc2_begin, catalogue_soc2_end },
	{ "gdpr", catalogue_gdpr_begin, catalogue_gdpr_end },
	{ NULL, NULL, NULL },
};

static int
check_texts(const struct yaml *map, const char *const names[],
    struct error *err)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		const struct yaml *value = yaml_member(map, names[i]);

		if (value == NULL || value->type != YAML_TEXT)
			return yaml_refuse(map, err, "%s must be a text",
			    names[i]);
	}
	return 0;
}

int
catalogue_read(const struct yaml **out, const struct embedded *file,
    struct arena *arena, struct error *err)
{
	static const char *const heads[] = { "catalogue", "title", "version",
		"source", "checked", "note", NULL };
	static const char *const parts[] = { "id", "title", "asks", "applies",
		NULL };
	const struct yaml *controls;
	struct yaml *tree;

	if (yaml_parse(&tree,
		bytes_of(file->begin, (size_t)(file->end - file->begin)), arena,
		err) == -1 ||
	    check_texts(tree, heads, err) == -1)
		return -1;
	controls = yaml_member(tree, "controls");
	if (controls == NULL || controls->type != YAML_LIST)
		return yaml_refuse(tree, err, "controls must be a list");
	for (size_t i = 0; i < controls->count; i++) {
		const struct yaml *one = controls->item[i];
		const struct yaml *evidence = yaml_member(one, "evidence");

		if (check_texts(one, parts, err) == -1)
			return -1;
		if (evidence == NULL || evidence->type != YAML_LIST)
			return yaml_refuse(one, err, "evidence must be a list");
	}
	*out = tree;
	return 0;
}

bool
catalogue_covers(const char *catalogue, struct bytes id, const char *said)
{
	size_t len = strlen(catalogue);
	struct bytes rest = bytes_of_text(said);

	if (!bytes_begin(rest, catalogue) || said[len] != '/')
		return false;
	rest = bytes_after(rest, len + 1);
	if (rest.len < id.len || memcmp(rest.data, id.data, id.len) != 0)
		return false;
	/* art-1 is not the beginning of art-10, nor annex-iv.1 of .10. */
	return rest.len == id.len || rest.data[id.len] < '0' ||
	    rest.data[id.len] > '9';
}
