/* incident.c: something that went wrong. */
#include "ledger/kinds/kinds_internal.h"

static const char *const severities[] = {
	"low",
	"medium",
	"high",
	"critical",
	NULL,
};
static const char *const states[] = { "open", "mitigated", "closed", NULL };

static const struct member rows[] = {
	{ .name = "name",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_NAME,
	    .sentence = "What the incident is called." },
	{ .name = "version",
	    .type = MEMBER_NAME,
	    .required = true,
	    .index = INDEX_VERSION,
	    .sentence = "Which report on it this is." },
	{ .name = "title",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What happened, in a few words." },
	{ .name = "what",
	    .type = MEMBER_TEXT,
	    .required = true,
	    .sentence = "What happened, in full." },
	{ .name = "severity",
	    .type = MEMBER_WORD,
	    .required = true,
	    .words = severities,
	    .sentence = "How bad it is." },
	{ .name = "status",
	    .type = MEMBER_WORD,
	    .index = INDEX_STATUS,
	    .words = states,
	    .sentence = "How far its handling has got." },
	{ .name = "model",
	    .type = MEMBER_OBJECT,
	    .sentence = "The model it is about.",
	    .members = about_model_rows },
	{ .name = "detected",
	    .type = MEMBER_TIME,
	    .sentence = "When it was noticed." },
	{ .name = "resolved",
	    .type = MEMBER_TIME,
	    .sentence = "When it was over." },
	{ .name = "remedy",
	    .type = MEMBER_TEXT,
	    .sentence = "What was or will be done about it." },
	{ .name = "affected",
	    .type = MEMBER_TEXT,
	    .sentence = "Who or what was affected." },
	{ .name = NULL },
};

static int
check(const struct record *record, struct error *err)
{
	return kind_in_order(record->predicate, "predicate", "detected",
	    "resolved", err);
}

const struct kind kind_incident = {
	.name = "incident",
	.sentence = "Something that went wrong: what happened, how bad it "
		    "was, which model, and what was done about it.",
	.roles = ROLE_ENGINEER | ROLE_COMPLIANCE,
	.subject = SUBJECT_IDENTITY,
	.sealable = true,
	.erasable = true,
	.members = rows,
	.check = check,
	.example = "{\"name\":\"2026-11-scores\",\"version\":\"1\","
		   "\"title\":\"Scores were delivered twice\","
		   "\"what\":\"A restarted worker sent 212 scores again.\","
		   "\"severity\":\"medium\",\"status\":\"mitigated\","
		   "\"model\":{\"name\":\"model/credit@1\",\"digest\":"
		   "\"60303ae22b998861bce3b28f33eec1be"
		   "758a213c86c93c076dbe9f558c11c752\"},"
		   "\"detected\":\"2026-11-22T08:10:00.000Z\","
		   "\"resolved\":\"2026-11-22T09:00:00.000Z\","
		   "\"remedy\":\"The worker now confirms before it sends.\","
		   "\"affected\":\"212 applicants, none decided twice\"}",
};
