#include "policy/packs.h"

#include <string.h>

/* The files are put into the program as they are, so that it needs nothing
 * beside itself. */
#define PACK(symbol, file) \
	__asm__(".section .rodata\n" \
		".global " #symbol "_begin\n" \
		".global " #symbol "_end\n" #symbol "_begin:\n" \
		".incbin \"policy/packs/" file ".yaml\"\n" #symbol "_end:\n" \
		".byte 0\n" \
		".text\n"); \
	extern const uint8_t symbol##_begin[]; \
	extern const uint8_t symbol##_end[]

PACK(pack_starter, "starter");
PACK(pack_eu_ai_act, "eu-ai-act-high-risk");
PACK(pack_nist, "nist-ai-rmf");
PACK(pack_model_risk, "model-risk");
PACK(pack_privacy, "privacy");
PACK(pack_ml_science, "ml-science");

const struct pack packs[] = {
	{ "starter", pack_starter_begin, pack_starter_end },
	{ "eu-ai-act-high-risk", pack_eu_ai_act_begin, pack_eu_ai_act_end },
	{ "nist-ai-rmf", pack_nist_begin, pack_nist_end },
	{ "model-risk", pack_model_risk_begin, pack_model_risk_end },
	{ "privacy", pack_privacy_begin, pack_privacy_end },
	{ "ml-science", pack_ml_science_begin, pack_ml_science_end },
	{ NULL, NULL, NULL },
};

struct bytes
pack_text(const char *name)
{
	for (const struct pack *pack = packs; pack->name != NULL; pack++) {
		if (strcmp(pack->name, name) == 0)
			return bytes_of(pack->begin,
			    (size_t)(pack->end - pack->begin));
	}
	return bytes_of("", 0);
}
