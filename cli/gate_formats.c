#include "cli/gate_formats.h"

#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/verdicts.h"

#define OUT_BYTES ((size_t)64 * 1024 * 1024)

static const char *
rule_name(const struct judged *judged)
{
	return judged->rule == NULL ? "unreadable" : judged->rule->id;
}

/* Text in XML, in content and in attributes; what XML 1.0 cannot hold becomes
 * U+FFFD. */
static void
xml_text(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			buffer_text(out, "&amp;");
			break;
		case '<':
			buffer_text(out, "&lt;");
			break;
		case '>':
			buffer_text(out, "&gt;");
			break;
		case '"':
			buffer_text(out, "&quot;");
			break;
		case '\n':
			buffer_text(out, "&#10;");
			break;
		default:
			if ((unsigned char)*text < ' ' && *text != '\t')
				buffer_text(out, "\xef\xbf\xbd");
			else
				buffer_byte(out, (uint8_t)*text);
		}
	}
}

static void
write_json(struct buffer *out, const struct judgement *judgement, int verdict,
    const char *model, const char *environment)
{
	static const char *const words[] = { "go", "no-go", "undecided" };

	buffer_printf(out, "{\"verdict\":\"%s\",\"model\":", words[verdict]);
	json_write_text(out, bytes_of_text(model));
	buffer_text(out, ",\"environment\":");
	json_write_text(out, bytes_of_text(environment));
	buffer_text(out, ",\"results\":");
	verdicts_json(out, judgement);
	buffer_text(out, "}\n");
}

static void
junit_case(struct buffer *out, const struct judged *judged)
{
	bool denies = judged_denies(judged);

	buffer_text(out, "    <testcase classname=\"");
	xml_text(out, judged->edition->said.name);
	buffer_text(out, "\" name=\"");
	xml_text(out, rule_name(judged));
	buffer_text(out, "\" time=\"0\">\n");
	if (denies) {
		buffer_printf(out, "      <%s type=\"%s\" message=\"",
		    judged->result == RESULT_FAIL ? "failure" : "error",
		    result_name(judged->result));
		xml_text(out, judged->message == NULL ? "" : judged->message);
		buffer_text(out, "\">");
		for (size_t i = 0; i < judged->value_count; i++) {
			xml_text(out, judged->value[i].expression);
			buffer_text(out, " = ");
			xml_text(out, judged->value[i].value);
			buffer_text(out, "\n");
		}
		if (judged->rule != NULL && judged->rule->remedy != NULL) {
			buffer_text(out, "try: ");
			xml_text(out, judged->rule->remedy);
		}
		buffer_printf(out, "</%s>\n",
		    judged->result == RESULT_FAIL ? "failure" : "error");
	} else if (judged->result != RESULT_PASS) {
		buffer_text(out, "      <skipped message=\"");
		xml_text(out, result_name(judged->result));
		buffer_text(out, "\"/>\n");
	}
	buffer_text(out, "    </testcase>\n");
}

static void
write_junit(struct buffer *out, const struct judgement *judgement,
    const char *model, const char *environment)
{
	size_t failures = 0, errors = 0, skipped = 0;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];

		if (judged_denies(judged)) {
			failures += judged->result == RESULT_FAIL;
			errors += judged->result != RESULT_FAIL;
		} else {
			skipped += judged->result != RESULT_PASS;
		}
	}
	buffer_text(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites>\n  <testsuite name=\"vouch gate ");
	xml_text(out, model);
	buffer_text(out, " to ");
	xml_text(out, environment);
	buffer_printf(out,
	    "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
	    "skipped=\"%zu\" time=\"0\">\n",
	    judgement->count, failures, errors, skipped);
	for (size_t i = 0; i < judgement->count; i++)
		junit_case(out, &judgement->judged[i]);
	buffer_text(out, "  </testsuite>\n</testsuites>\n");
}

/* SARIF's words for ours: level, and kind (sarif-v2.1.0, 3.27.9 and
 * 3.27.10). */
static void
sarif_words(const struct judged *judged, const char **kind, const char **level)
{
	*level = "none";
	switch (judged->result) {
	case RESULT_PASS:
		*kind = "pass";
		break;
	case RESULT_NOT_APPLICABLE:
		*kind = "notApplicable";
		break;
	case RESULT_NO_EVIDENCE:
	case RESULT_WAIVED:
		*kind = judged_denies(judged) ? "fail" : "review";
		*level = judged_denies(judged) ? "error" : "none";
		break;
	default:
		*kind = "fail";
		*level = judged_denies(judged) ? "error" : "warning";
	}
}

static void
json_member_of(struct buffer *out, const char *before, const char *text)
{
	buffer_text(out, before);
	json_write_text(out, bytes_of_text(text));
}

static void
sarif_name(struct buffer *out, const struct judged *judged)
{
	struct buffer name = buffer_new(1000);

	buffer_printf(&name, "%s/%s", judged->edition->said.name,
	    rule_name(judged));
	json_write_text(out, buffer_bytes(&name));
	buffer_free(&name);
}

static void
write_sarif(struct buffer *out, const struct judgement *judgement,
    const char *model, const char *environment)
{
	buffer_text(out,
	    "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
	    "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":"
	    "\"vouch\",\"version\":\"" VOUCH_VERSION "\",\"rules\":[");
	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];

		buffer_text(out, i == 0 ? "{\"id\":" : ",{\"id\":");
		sarif_name(out, judged);
		json_member_of(out, ",\"shortDescription\":{\"text\":",
		    judged->rule == NULL ? "a policy that cannot be read"
					 : judged->rule->because);
		buffer_text(out, "}}");
	}
	buffer_text(out, "]}},\"results\":[");
	for (size_t i = 0; i < judgement->count; i++) {
		const struct judged *judged = &judgement->judged[i];
		const char *kind, *level;

		sarif_words(judged, &kind, &level);
		buffer_text(out, i == 0 ? "{\"ruleId\":" : ",{\"ruleId\":");
		sarif_name(out, judged);
		buffer_printf(out,
		    ",\"ruleIndex\":%zu,\"kind\":\"%s\",\"level\":\"%s\"", i,
		    kind, level);
		json_member_of(out, ",\"message\":{\"text\":",
		    judged->message == NULL ? result_name(judged->result)
					    : judged->message);
		json_member_of(out,
		    "},\"locations\":[{\"logicalLocations\":[{\"name\":",
		    model);
		json_member_of(out, ",\"fullyQualifiedName\":", environment);
		buffer_text(out, "}]}]}");
	}
	buffer_text(out, "]}]}\n");
}

void
gate_format(FILE *out, const char *format, const struct judgement *judgement,
    int verdict, const char *model, const char *environment)
{
	struct buffer text = buffer_new(OUT_BYTES);

	if (strcmp(format, "junit") == 0)
		write_junit(&text, judgement, model, environment);
	else if (strcmp(format, "sarif") == 0)
		write_sarif(&text, judgement, model, environment);
	else
		write_json(&text, judgement, verdict, model, environment);
	fputs(buffer_string(&text), out);
	buffer_free(&text);
}
