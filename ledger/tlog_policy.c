#include "ledger/tlog_policy.h"

#include <string.h>

#include "ledger/checkpoint_internal.h"

#define NONE "none"

/* What is read of one line, and of all before it. */
struct reading {
	struct tlog_policy *policy;
	bool has_quorum;
	size_t witnesses;
	size_t groups;
	struct bytes rest; /* Of the line. */
};

static int
wrong(struct error *err, const char *what)
{
	return error_set(err, ERROR_UNDECIDED, NULL, "not a policy: %s", what);
}

static bool
is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

/* The next word of the line, or false. */
static bool
take_word(struct bytes *rest, struct bytes *word)
{
	size_t from = 0, to;

	while (from < rest->len && is_blank(rest->data[from]))
		from++;
	to = from;
	while (to < rest->len && !is_blank(rest->data[to]))
		to++;
	if (to == from)
		return false;
	*word = bytes_of(rest->data + from, to - from);
	*rest = bytes_after(*rest, to);
	return true;
}

static bool
is(struct bytes word, const char *text)
{
	return bytes_equal(word, bytes_of_text(text));
}

static size_t
find_node(const struct tlog_policy *policy, struct bytes name)
{
	for (size_t i = 0; i < policy->node_count; i++) {
		if (bytes_equal(policy->node[i].name, name))
			return i;
	}
	return TLOG_NOBODY;
}

/* The last words of a log or witness: its key, and perhaps an address, which
 * is not for us. */
static int
take_key(struct note_key *out, struct reading *reading,
    enum note_algorithm wanted, struct error *err)
{
	struct bytes vkey, url;

	if (!take_word(&reading->rest, &vkey))
		return wrong(err, "the line has no verifier key");
	if (note_key_parse(out, vkey, err) == -1)
		return -1;
	if (out->algorithm != wanted)
		return wrong(err,
		    wanted == NOTE_COSIGNATURE
			? "a witness's key is of type 4, for cosignatures"
			: "a log's key is of type 1");
	(void)take_word(&reading->rest, &url);
	if (take_word(&reading->rest, &url))
		return wrong(err, "the line has too many words");
	return 0;
}

static int
take_log(struct reading *reading, struct error *err)
{
	struct tlog_policy *policy = reading->policy;
	struct note_key key;

	if (policy->log_count == LIMIT_TLOG_LOGS)
		return wrong(err, "it has too many logs");
	if (take_key(&key, reading, NOTE_ED25519, err) == -1)
		return -1;
	for (size_t i = 0; i < policy->log_count; i++) {
		if (public_key_equal(policy->log[i].key, key.key))
			return wrong(err, "two logs have the same key");
	}
	policy->log[policy->log_count++] = key;
	return 0;
}

/* A name that was not given away yet. */
static int
take_name(struct bytes *name, struct reading *reading, struct error *err)
{
	if (!take_word(&reading->rest, name))
		return wrong(err, "the line has no name");
	if (name->len > LIMIT_NAME)
		return wrong(err, "a name is too long");
	if (is(*name, NONE))
		return wrong(err, "the name `none' means no quorum");
	if (find_node(reading->policy, *name) != TLOG_NOBODY)
		return wrong(err, "the name was given already");
	return 0;
}

static int
take_witness(struct reading *reading, struct error *err)
{
	struct tlog_policy *policy = reading->policy;
	struct tlog_node made = { .within = TLOG_NOBODY };

	if (reading->witnesses == LIMIT_TLOG_WITNESSES)
		return wrong(err, "it has too many witnesses");
	if (take_name(&made.name, reading, err) == -1 ||
	    take_key(&made.key, reading, NOTE_COSIGNATURE, err) == -1)
		return -1;
	for (size_t i = 0; i < policy->node_count; i++) {
		if (!policy->node[i].is_group &&
		    public_key_equal(policy->node[i].key.key, made.key.key))
			return wrong(err, "two witnesses have the same key");
	}
	reading->witnesses++;
	policy->node[policy->node_count++] = made;
	return 0;
}

/* How many of its members a group needs: known when these are counted. */
static int
how_many(size_t *wanted, struct bytes word, size_t members, struct error *err)
{
	uint64_t number;

	if (is(word, "all"))
		number = members;
	else if (is(word, "any"))
		number = 1;
	else if (!checkpoint_number(&number, word))
		return wrong(err, "a group needs all, any or a number");
	if (number < 1 || number > members)
		return wrong(err, "a group cannot need so many of its members");
	*wanted = (size_t)number;
	return 0;
}

static int
take_group(struct reading *reading, struct error *err)
{
	struct tlog_policy *policy = reading->policy;
	struct tlog_node made = { .is_group = true, .within = TLOG_NOBODY };
	struct bytes wanted, member;

	if (reading->groups == LIMIT_TLOG_GROUPS)
		return wrong(err, "it has too many groups");
	if (take_name(&made.name, reading, err) == -1)
		return -1;
	if (!take_word(&reading->rest, &wanted))
		return wrong(err, "a group needs all, any or a number");
	while (take_word(&reading->rest, &member)) {
		size_t at = find_node(policy, member);

		if (is(member, NONE))
			return wrong(err, "`none' is no member of a group");
		if (at == TLOG_NOBODY)
			return wrong(err,
			    "a member is not named on a line before");
		/* So that nobody counts twice. */
		if (policy->node[at].within != TLOG_NOBODY)
			return wrong(err, "a member is in a group already");
		policy->node[at].within = policy->node_count;
		made.members++;
	}
	if (made.members == 0)
		return wrong(err, "a group has no members");
	if (how_many(&made.wanted, wanted, made.members, err) == -1)
		return -1;
	reading->groups++;
	policy->node[policy->node_count++] = made;
	return 0;
}

static int
take_quorum(struct reading *reading, struct error *err)
{
	struct bytes name, more;

	if (reading->has_quorum)
		return wrong(err, "it has a second quorum");
	if (!take_word(&reading->rest, &name))
		return wrong(err, "the line has no name");
	if (take_word(&reading->rest, &more))
		return wrong(err, "the line has too many words");
	if (!is(name, NONE)) {
		reading->policy->quorum = find_node(reading->policy, name);
		if (reading->policy->quorum == TLOG_NOBODY)
			return wrong(err,
			    "the quorum is not named on a line before");
	}
	reading->has_quorum = true;
	return 0;
}

static int
take_policy_line(struct reading *reading, struct bytes line, struct error *err)
{
	struct bytes word;

	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == 0x7f ||
		    (line.data[i] < ' ' && line.data[i] != '\t'))
			return wrong(err, "it has control characters");
	}
	reading->rest = line;
	if (!take_word(&reading->rest, &word) || word.data[0] == '#')
		return 0;
	if (is(word, "log"))
		return take_log(reading, err);
	if (is(word, "witness"))
		return take_witness(reading, err);
	if (is(word, "group"))
		return take_group(reading, err);
	if (is(word, "quorum"))
		return take_quorum(reading, err);
	return wrong(err, "a line begins with log, witness, group or quorum");
}

int
tlog_policy_parse(struct tlog_policy *out, struct bytes text, struct error *err)
{
	struct reading reading = { .policy = out };
	struct bytes rest = text, line;
	size_t number = 0;

	if (text.len > LIMIT_TLOG_POLICY)
		return wrong(err, "it is too long");
	out->log_count = 0;
	out->node_count = 0;
	out->quorum = TLOG_NOBODY;
	while (rest.len > 0) {
		number++;
		if (!checkpoint_take_line(&rest, &line)) {
			wrong(err, "the line is cut");
			return error_within(err, "line %zu", number);
		}
		if (take_policy_line(&reading, line, err) == -1)
			return error_within(err, "line %zu", number);
	}
	if (!reading.has_quorum) {
		wrong(err, "it has no quorum line");
		return error_within(err, "line %zu", number + 1);
	}
	return 0;
}

int
tlog_policy_open(struct checkpoint *out, const struct tlog_policy *policy,
    struct bytes note, struct error *err)
{
	struct checkpoint parsed;
	struct note parts;

	if (note_parse(&parts, note, err) == -1 ||
	    checkpoint_parse(&parsed, parts.text, err) == -1)
		return -1;
	for (size_t i = 0; i < policy->log_count; i++) {
		size_t verified = 0;

		if (strcmp(policy->log[i].name, parsed.origin) != 0)
			continue;
		if (note_verify(&verified, &parts, &policy->log[i], NULL,
			err) == -1)
			return -1;
		if (verified > 0) {
			*out = parsed;
			return 0;
		}
	}
	return error_set(err, ERROR_NO, NULL,
	    "the checkpoint, of %s, is not signed by a log of the policy",
	    parsed.origin);
}

int
tlog_policy_judge(struct tlog_quorum *out, const struct tlog_policy *policy,
    struct bytes note, struct error *err)
{
	struct tlog_quorum judged;
	struct note parts;

	memset(&judged, 0, sizeof judged);
	if (note_parse(&parts, note, err) == -1)
		return -1;
	/* Members stand before their group, so once over all is enough. */
	for (size_t i = 0; i < policy->node_count; i++) {
		const struct tlog_node *node = &policy->node[i];
		size_t verified = 0;

		if (node->is_group)
			judged.node_met[i] = judged.count[i] >= node->wanted;
		else if (note_verify(&verified, &parts, &node->key,
			     &judged.time_s[i], err) == -1)
			return -1;
		if (verified > 0)
			judged.node_met[i] = true;
		if (judged.node_met[i] && node->within != TLOG_NOBODY)
			judged.count[node->within]++;
	}
	judged.met = policy->quorum == TLOG_NOBODY ||
	    judged.node_met[policy->quorum];
	*out = judged;
	return 0;
}
