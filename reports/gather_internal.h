/* gather_internal.h: what the makers of the report document share. */
#ifndef REPORTS_GATHER_INTERNAL_H
#define REPORTS_GATHER_INTERNAL_H

#include "base/arena.h"
#include "base/hash_table.h"
#include "policy/cel.h"
#include "policy/judge.h"
#include "reports/report.h"
#include "reports/worst.h"
#include "reports/xml.h"

#define REPORT_NAMESPACE "urn:vouchbook:report:v1"

/* The sections of the document, in its order. */
enum section {
	SECTION_COVER,
	SECTION_DEFINITIONS,
	SECTION_FIGURES,
	SECTION_SUBJECTS,
	SECTION_ENTITIES,
	SECTION_SIGNERS,
	SECTION_CONTROLS,
	SECTION_RULES,
	SECTION_VERDICTS,
	SECTION_EVIDENCE,
	SECTION_WAIVERS,
	SECTION_APPROVALS,
	SECTION_SERIES,
	SECTION_GRAPH,
	SECTION_CHANGES,
	SECTION_INTEGRITY,
	SECTION_ACTIONS,
	SECTION_COUNT,
};

#define RULE_EVIDENCE 3

/* A rule that was in force, or is only named by a verdict. */
struct report_rule {
	const char *policy;
	const char *version;
	const char *name;
	const struct edition *edition; /* NULL: not in force any more. */
	const struct rule *rule; /* NULL: not known, or unreadable. */
	bool denies;
	size_t count[RESULT_COUNT];
	/* Some of what its results rest on, whatever they are. */
	struct digest evidence[RULE_EVIDENCE];
	size_t evidence_count;
};

/* What a rule measured of something, and what it asked for. */
struct threshold {
	size_t rule;
	struct digest about;
	const char *environment;
	const char *measure; /* The expression. */
	double measured;
	enum cel_order order;
	double limit;
};

/* A deployment in use. */
struct unit {
	uint64_t seq;
	struct digest leaf;
	struct digest model;
	const char *name;
	const char *environment;
	const char *owner;
	const char *risk_class;
	bool personal_data;
	uint64_t verdict; /* seq; UINT64_MAX: none. */
	uint32_t recorded[RESULT_COUNT]; /* What it says. */
};

struct subject {
	struct digest digest;
	const char *name;
	char id[24];
};

struct gather {
	const struct report_order *order;
	struct reader *reader;
	struct store *store;
	struct append_view view;
	struct judge *judge;
	struct arena *arena;
	struct xml_doc *doc;
	struct xml *section[SECTION_COUNT];
	struct checkpoint checkpoint;
	int64_t from_ms; /* When what it is about begins. */
	/* The model in scope. */
	bool has_model;
	struct digest model;
	const char *model_name; /* "model/credit@1". */
	uint64_t model_seq;
	const char *model_owner; /* NULL: nobody is named. */
	/* What was judged. */
	size_t edition_count;
	struct report_rule *rule;
	size_t rule_count, rule_capacity;
	struct worst bad; /* Fail, error, no evidence; */
	struct worst rest; /* the others. */
	struct cell *cell; /* Both, the worst first. */
	size_t cell_count;
	size_t result_count; /* That came, shown or not. */
	struct unit *unit;
	size_t unit_count, unit_capacity;
	struct hash_table units; /* By the model's digest. */
	uint8_t *state; /* rule × unit: the result + 1. */
	size_t totals[RESULT_COUNT];
	size_t audited[RESULT_COUNT]; /* Of the rules on audit alone. */
	struct subject *subject;
	size_t subject_count, subject_capacity;
	struct hash_table subjects; /* By digest and name. */
	uint64_t *cited;
	size_t cited_count, cited_capacity;
	struct hash_table citations; /* By number. */
	struct threshold *threshold;
	size_t threshold_count, threshold_capacity;
	size_t figures, actions;
	/* Only totals are wanted: of a size before. */
	bool past;
	const struct gather *now; /* What is known of today; or NULL. */
	struct error *err;
};
/* Free what a gathering has grown, but for its document, judge and arena. */
void gather_clear(struct gather *gather);

/* A text that lives as long as the gathering. */
const char *gather_text(struct gather *gather, const char *text);

/* A value for people: a text as it is, a list with commas. */
void gather_write_value(struct buffer *out, const struct json *value);
/* A command, a list of words, as a shell would take it. */
void gather_write_command(struct buffer *out, const struct json *command);
bool gather_is_number(const struct json *value);
/* How many examples (the member `n'), as an attribute where it is said. */
void gather_count(struct xml *node, const char *name, const struct json *from);
/* The order of numbers of entries, for qsort. */
int gather_by_seq(const void *a, const void *b);

/* A <cite> of an entry by number or by leaf hash (nothing when it is not in
 * view), which puts it into the evidence. */
void gather_cite(struct gather *gather, struct xml *node, uint64_t seq);
void gather_cite_leaf(struct gather *gather, struct xml *node,
    struct digest leaf);

/* The id of a subject, added when it is new; of the key of an entry. */
const char *gather_subject(struct gather *gather, struct digest digest,
    const char *name);
struct signer_id {
	char text[24];
};
struct signer_id gather_signer(struct gather *gather, struct public_key key);

/*
 * A figure: what it counts is said by a definition (definitions.c), whose
 * name is `definition'; `of' < 0 for none.  Returned for citing entries.
 */
struct xml *gather_figure(struct gather *gather, const char *id,
    const char *definition, double value, double of, const char *unit);
void gather_definitions(struct gather *gather);
/* Let each figure cite something: call it before the evidence is put. */
void gather_figures_end(struct gather *gather);
/* Cite the policies in force. */
void gather_cite_policies(struct gather *gather, struct xml *node);

/*
 * Dated checkpoints, for the report on one model (otherwise nothing is set);
 * and by them the attributes of an entry that say when it was recorded.  They
 * may become more while the checkpoint stays: no figure counts them.  Later
 * checkpoints do not count.
 */
struct dated_list;
int gather_dates(struct gather *gather, struct dated_list **out);
void gather_recorded(struct xml *entry, struct dated_list *dates, uint64_t seq);

/* What is to be done: a finding in five parts. */
struct finding {
	const char *type; /* blocker, finding, decision */
	const char *status; /* A result word. */
	const char *title;
	const char *owner;
	int64_t since_ms;
	const char *criteria, *condition, *cause, *consequence, *recommendation;
	const char *command;
	const char *due; /* A time, or NULL. */
};
struct xml *gather_action(struct gather *gather, const struct finding *finding);

/* The deployments in use of a model: the first and the next, by number, in no
 * order; HASH_TABLE_END behind the last. */
size_t gather_unit_first(const struct gather *gather, struct digest model);
size_t gather_unit_next(const struct gather *gather, size_t unit);

/* The makers, each of some sections; gather.c calls them in order. */
int gather_units(struct gather *gather);
int gather_standing(struct gather *gather);
void gather_rules(struct gather *gather);
void gather_verdicts(struct gather *gather);
int gather_controls(struct gather *gather);
int gather_ledger(struct gather *gather); /* Posture: all of it. */
int gather_model(struct gather *gather); /* Provenance, release. */
int gather_measured(struct gather *gather); /* The second half of that. */
/* A data set or a run on record, among the entities. */
int gather_entity(struct gather *gather, uint64_t seq, const char *use);
int gather_release(struct gather *gather); /* Beside what is in use. */
int gather_decisions(struct gather *gather);
int gather_trend(struct gather *gather);
int gather_integrity(struct gather *gather);

/* A judge's listener (the cookie is the gathering): keeps thresholds; and those
 * of a result, put below its node. */
void gather_hear(void *cookie, const struct judged *judged, const char *term,
    const struct cel_program *program, const struct cel_trace *trace,
    const struct cel_value *value);
void gather_thresholds_of(struct gather *gather, struct xml *node,
    const struct cell *cell);

/* How many entries of a query stand, and the numbers of the first `most' of
 * them (newest first, unless it asks otherwise); *kept is how many those are. */
int gather_standing_of(struct gather *gather, const struct index_query *query,
    size_t *count, uint64_t *seq, size_t most, size_t *kept);

/* The words for results where a name is wanted: "no-evidence". */
extern const char *const gather_result_names[RESULT_COUNT];

/* Each entry of a kind that stands, oldest first, at most so many of the
 * newest; with `mentions' only those that name it. */
int gather_each(struct gather *gather, const char *kind,
    const struct digest *mentions,
    int (*each)(void *cookie, const struct index_row *row,
	const struct reader_entry *entry),
    void *cookie);

#endif
