#include "policy/packs.h"

#define PACK(symbol, file) EMBED(symbol, "policy/packs/" file ".yaml")

PACK(pack_starter, "starter");
PACK(pack_eu_ai_act, "eu-ai-act-high-risk");
PACK(pack_nist, "nist-ai-rmf");
PACK(pack_model_risk, "model-risk");
PACK(pack_privacy, "privacy");
PACK(pack_ml_science, "ml-science");

const struct embedded packs[] = {
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
	return embedded_find(packs, name);
}
