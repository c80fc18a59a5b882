#include "reports/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/memory.h"
#include "reports/document.h"
#include "reports/page.h"
#include "reports/pdf.h"
#include "reports/render.h"

#define DOCUMENT_BYTES ((size_t)256 * 1024 * 1024)

EMBED(style_common, "reports/style/common.xsl");
EMBED(style_model, "reports/style/model.xsl");
EMBED(style_posture, "reports/style/posture.xsl");
EMBED(style_provenance, "reports/style/provenance.xsl");
EMBED(style_compliance, "reports/style/compliance.xsl");
EMBED(style_release, "reports/style/release.xsl");
EMBED(style_html, "reports/style/html.xsl");
EMBED(style_plots, "reports/style/plots.xsl");
EMBED(style_brand, "reports/style/brand.xsl");
EMBED(style_sarif, "reports/style/sarif.xsl");
EMBED(style_junit, "reports/style/junit.xsl");
EMBED(style_prov, "reports/style/prov.xsl");
EMBED(style_prov_json, "reports/style/prov-json.xsl");
EMBED(style_oscal, "reports/style/oscal.xsl");
EMBED(style_oscal_json, "reports/style/oscal-json.xsl");
EMBED(style_cyclonedx, "reports/style/cyclonedx.xsl");
EMBED(style_cyclonedx_json, "reports/style/cyclonedx-json.xsl");
EMBED(style_model_card, "reports/style/model-card.xsl");

static const struct embedded sheets[] = {
	{ "common.xsl", style_common_begin, style_common_end },
	{ "model.xsl", style_model_begin, style_model_end },
	{ "posture.xsl", style_posture_begin, style_posture_end },
	{ "provenance.xsl", style_provenance_begin, style_provenance_end },
	{ "compliance.xsl", style_compliance_begin, style_compliance_end },
	{ "release.xsl", style_release_begin, style_release_end },
	{ "html.xsl", style_html_begin, style_html_end },
	{ "plots.xsl", style_plots_begin, style_plots_end },
	{ "brand.xsl", style_brand_begin, style_brand_end },
	{ "sarif.xsl", style_sarif_begin, style_sarif_end },
	{ "junit.xsl", style_junit_begin, style_junit_end },
	{ "prov.xsl", style_prov_begin, style_prov_end },
	{ "prov-json.xsl", style_prov_json_begin, style_prov_json_end },
	{ "model-card.xsl", style_model_card_begin, style_model_card_end },
	{ "oscal.xsl", style_oscal_begin, style_oscal_end },
	{ "oscal-json.xsl", style_oscal_json_begin, style_oscal_json_end },
	{ "cyclonedx.xsl", style_cyclonedx_begin, style_cyclonedx_end },
	{ "cyclonedx-json.xsl", style_cyclonedx_json_begin,
	    style_cyclonedx_json_end },
	{ NULL, NULL, NULL },
};

const char *const report_formats[] = { "html", "text", "md", "xml", "json",
	"csv", "sarif", "junit", "prov", "prov-json", "model-card", "oscal",
	"oscal-json", "cyclonedx", "cyclonedx-json", "pdf", NULL };

/* The field's formats: each is a stylesheet of the document. */
static const struct field_format {
	const char *name;
	const char *sheet;
	const char *ending;
	bool json; /* What it makes must be JSON. */
} field_formats[] = {
	{ "sarif", "sarif.xsl", "sarif", true },
	{ "junit", "junit.xsl", "junit.xml", false },
	{ "prov", "prov.xsl", "prov.xml", false },
	{ "prov-json", "prov-json.xsl", "prov.json", true },
	{ "model-card", "model-card.xsl", "card.md", false },
	{ "oscal", "oscal.xsl", "oscal.xml", false },
	{ "oscal-json", "oscal-json.xsl", "oscal.json", true },
	{ "cyclonedx", "cyclonedx.xsl", "cdx.xml", false },
	{ "cyclonedx-json", "cyclonedx-json.xsl", "cdx.json", true },
};

static const struct field_format *
field_format(const char *name)
{
	for (size_t i = 0; i < sizeof field_formats / sizeof field_formats[0];
	     i++) {
		if (strcmp(field_formats[i].name, name) == 0)
			return &field_formats[i];
	}
	return NULL;
}

const char *
report_ending(const char *format)
{
	const struct field_format *field = field_format(format);

	if (strcmp(format, "text") == 0)
		return "txt";
	return field == NULL ? format : field->ending;
}

struct report {
	struct xml_doc *doc;
	char *stamp;
};

#define STAMP "vouchbook-report:v1:"

/* What it was made by, so that it can be made again. */
static int
make_stamp(struct report *report, struct error *err)
{
	const struct xml *cover = xml_first(xml_root(report->doc));
	struct buffer text = buffer_new(DOCUMENT_BYTES), stamp;
	struct json *tree = json_new_object();
	int result = 0;

	stamp = buffer_new(DOCUMENT_BYTES);
	for (const struct xml *one = xml_first(cover); one != NULL;
	     one = xml_next(one)) {
		static const char *const names[] = { "kind", "model",
			"environment", "since", "verify", "all", "size", "root",
			"program" };

		if (strcmp(xml_name(one), "order") != 0 &&
		    strcmp(xml_name(one), "checkpoint") != 0 &&
		    strcmp(xml_name(one), "generator") != 0)
			continue;
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			const char *value = xml_get(one, names[i]);

			if (value != NULL && result == 0)
				result = json_put(tree, names[i],
				    json_new_text(value), err);
		}
	}
	json_write(&text, tree);
	buffer_text(&stamp, STAMP);
	hex_append(&stamp, buffer_bytes(&text));
	report->stamp = memory_text(buffer_string(&stamp));
	if (result == 0 && report->stamp == NULL)
		result = error_memory(err);
	json_free(tree);
	buffer_free(&text);
	buffer_free(&stamp);
	return result;
}

int
report_make(struct report **out, struct reader *reader,
    const struct report_order *order, struct error *err)
{
	struct report *report = memory_new(1, sizeof *report);

	if (report == NULL)
		return error_memory(err);
	if (report_gather(&report->doc, reader, order, err) == -1 ||
	    make_stamp(report, err) == -1)
		goto failed;
	xml_set(xml_root(report->doc), "stamp", report->stamp);
	if (report_check(report->doc, err) == -1)
		goto failed;
	*out = report;
	return 0;
failed:
	report_free(report);
	return -1;
}

void
report_free(struct report *report)
{
	if (report == NULL)
		return;
	xml_free(report->doc);
	memory_free(report->stamp);
	memory_free(report);
}

static int
write_html(struct buffer *out, const struct xml_doc *page, const char *stamp,
    const struct xml_sheets *all, struct error *err)
{
	const struct xml_parameter parameter = { "stamp", stamp };

	return xml_transform(NULL, out, page, "html.xsl",
	    embedded_find(sheets, "html.xsl"), all, &parameter, 1, err);
}

int
report_page(struct buffer *out, const struct xml_doc *page, struct error *err)
{
	const struct xml_sheets all = { .own = sheets };

	return write_html(out, page, "", &all, err);
}

static int
write_page(struct buffer *out, const struct report *report, const char *format,
    const struct report_look *look, const struct xml_sheets *all,
    struct error *err)
{
	const char *kind = xml_get(xml_root(report->doc), "kind");
	struct xml_doc *page;
	char name[40];
	int result = 0;

	(void)snprintf(name, sizeof name, "%s.xsl", kind);
	if (xml_transform(&page, NULL, report->doc, name,
		embedded_find(sheets, name), all, NULL, 0, err) == -1)
		return -1;
	if (strcmp(format, "html") == 0)
		result = write_html(out, page, report->stamp, all, err);
	else if (strcmp(format, "text") == 0)
		render_text(out, xml_root(page), look);
	else if (strcmp(format, "md") == 0)
		render_markdown(out, xml_root(page), report->stamp);
	else
		render_csv(out, xml_root(page), report->stamp);
	xml_free(page);
	return result;
}

static int
write_pdf(struct buffer *out, const struct report *report,
    const struct report_look *look, const struct xml_sheets *all,
    struct error *err)
{
	struct buffer html = buffer_new(DOCUMENT_BYTES);
	struct buffer xml = buffer_new(DOCUMENT_BYTES);
	const struct xml *cover = xml_first(xml_root(report->doc));
	const char *time = NULL;
	int64_t time_ms = 0;
	int result = -1;

	for (const struct xml *one = xml_first(cover); one != NULL;
	     one = xml_next(one)) {
		if (strcmp(xml_name(one), "checkpoint") == 0)
			time = xml_get(one, "time");
	}
	xml_write(&xml, report->doc);
	if (write_page(&html, report, "html", look, all, err) == 0 &&
	    buffer_check(&html, "the report", err) == 0 &&
	    buffer_check(&xml, "the report", err) == 0 &&
	    (time == NULL || time_parse_exact(&time_ms, bytes_of_text(time))))
		result = report_pdf(out, buffer_bytes(&html),
		    buffer_bytes(&xml), time_ms, err);
	buffer_free(&html);
	buffer_free(&xml);
	return result;
}

/* What a stylesheet made as text must be JSON. */
static int
write_json_style(struct buffer *out, const struct report *report,
    const char *name, const struct xml_sheets *all, struct error *err)
{
	const struct xml_parameter parameter = { "stamp", report->stamp };
	struct buffer text = buffer_new(DOCUMENT_BYTES);
	struct json *tree = NULL;
	int result = xml_transform(NULL, &text, report->doc, name,
	    embedded_find(sheets, name), all, &parameter, 1, err);

	if (result == 0)
		result = json_parse(&tree, buffer_bytes(&text), err);
	if (result == 0) {
		json_write_pretty(out, tree);
		buffer_byte(out, '\n');
	}
	json_free(tree);
	buffer_free(&text);
	return result;
}

int
report_write(struct buffer *out, const struct report *report,
    const char *format, const struct report_look *look, struct error *err)
{
	const struct xml_parameter parameter = { "stamp", report->stamp };
	const struct field_format *field = field_format(format);
	struct xml_sheets all = { .own = sheets };
	int result = 0;

	if (look->brand.len > 0) {
		all.replaced = "brand.xsl";
		all.by = look->brand;
	}
	if (look->style.len > 0)
		result = xml_transform(NULL, out, report->doc, "--style",
		    look->style, &all, &parameter, 1, err);
	else if (strcmp(format, "xml") == 0)
		xml_write(out, report->doc);
	else if (strcmp(format, "json") == 0)
		render_json(out, xml_root(report->doc));
	else if (strcmp(format, "pdf") == 0)
		result = write_pdf(out, report, look, &all, err);
	else if (field != NULL && field->json)
		result = write_json_style(out, report, field->sheet, &all, err);
	else if (field != NULL)
		result = xml_transform(NULL, out, report->doc, field->sheet,
		    embedded_find(sheets, field->sheet), &all, &parameter, 1,
		    err);
	else
		result = write_page(out, report, format, look, &all, err);
	if (result == -1)
		return -1;
	return buffer_check(out, "the report", err);
}

/* --- Computing an issued one again --- */

static void
copy_member(char *out, size_t room, const struct json *tree, const char *name)
{
	const char *text = json_member_text(tree, name);

	(void)snprintf(out, room, "%s", text == NULL ? "" : text);
}

int
report_stamp_of(struct report_stamp *out, struct bytes issued,
    struct error *err)
{
	const char *at = issued.len == 0
	    ? NULL
	    : memmem(issued.data, issued.len, STAMP, strlen(STAMP));
	struct buffer text = buffer_new(DOCUMENT_BYTES);
	struct json *tree = NULL;
	struct error ignored;
	size_t len = 0, left;
	char number[32];
	bool good = false;

	if (at != NULL) {
		at += strlen(STAMP);
		left = issued.len - (size_t)(at - (const char *)issued.data);
		while (len < left && strchr("0123456789abcdef", at[len]) &&
		    at[len] != '\0')
			len++;
		if (len > 0 && len % 2 == 0 && len < 8192) {
			uint8_t *room = buffer_room(&text, len / 2);

			if (room != NULL &&
			    hex_decode(room, len / 2, bytes_of(at, len))) {
				buffer_added(&text, len / 2);
				good = json_parse(&tree, buffer_bytes(&text),
					   &ignored) == 0;
			}
		}
	}
	buffer_free(&text);
	if (!good)
		return error_set(err, ERROR_UNDECIDED,
		    "give a file that `vouch report' wrote",
		    "it does not say of which checkpoint it is a report");
	memset(out, 0, sizeof *out);
	copy_member(out->kind, sizeof out->kind, tree, "kind");
	copy_member(out->model, sizeof out->model, tree, "model");
	copy_member(out->environment, sizeof out->environment, tree,
	    "environment");
	copy_member(out->root, sizeof out->root, tree, "root");
	copy_member(out->program, sizeof out->program, tree, "program");
	copy_member(number, sizeof number, tree, "size");
	out->size = strtoull(number, NULL, 10);
	copy_member(number, sizeof number, tree, "since");
	out->since = strtoull(number, NULL, 10);
	copy_member(number, sizeof number, tree, "verify");
	out->verify = strcmp(number, "true") == 0;
	copy_member(number, sizeof number, tree, "all");
	out->all = strcmp(number, "true") == 0;
	json_free(tree);
	return 0;
}

/* The value of the attribute at `at', which is behind its opening quote. */
static void
take_value(struct buffer *out, const char *at, const char *end, char quote)
{
	static const char *const entities[][2] = { { "&amp;", "&" },
		{ "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" } };

	buffer_clear(out);
	while (at < end && *at != quote) {
		bool taken = false;

		for (size_t i = 0; *at == '&' && i < 4 && !taken; i++) {
			size_t len = strlen(entities[i][0]);

			if ((size_t)(end - at) >= len &&
			    memcmp(at, entities[i][0], len) == 0) {
				buffer_text(out, entities[i][1]);
				at += len;
				taken = true;
			}
		}
		if (!taken)
			buffer_byte(out, (uint8_t)*at++);
	}
}

static const char *
figure_value(const struct report *report, const char *id)
{
	for (const struct xml *section = xml_first(xml_root(report->doc));
	     section != NULL; section = xml_next(section)) {
		if (strcmp(xml_name(section), "figures") != 0)
			continue;
		for (const struct xml *one = xml_first(section); one != NULL;
		     one = xml_next(one)) {
			if (strcmp(xml_get(one, "id"), id) == 0)
				return xml_get(one, "value");
		}
	}
	return NULL;
}

/* Digits of what is shown: "12,345" is 12345. */
static void
plain_number(char out[64], const char *from, const char *end)
{
	size_t len = 0;

	while (from < end && *from != '<' && len < 63) {
		if (*from != ',')
			out[len++] = *from;
		from++;
	}
	out[len] = '\0';
}

static bool
same_number(const char *a, const char *b)
{
	return strcmp(a, b) == 0 || strtod(a, NULL) == strtod(b, NULL);
}

int
report_compare(const struct report *report, struct bytes issued,
    const char *format, size_t *figures, size_t *differences,
    void (*told)(void *cookie, const char *figure, const char *issued,
	const char *now),
    void *cookie, struct error *err)
{
	const char *mark = strcmp(format, "html") == 0 ? "data-figure=\""
	    : strcmp(format, "xml") == 0               ? "<figure id=\""
						       : "{\"id\":\"";
	const char *value_mark = strcmp(format, "json") == 0 ? "\"value\":\""
							     : "value=\"";
	const char *at = (const char *)issued.data;
	const char *end = at + issued.len;
	struct buffer id = buffer_new(4096), value = buffer_new(4096);

	*figures = *differences = 0;
	while ((at = memmem(at, (size_t)(end - at), mark, strlen(mark))) !=
	    NULL) {
		const char *now, *next;
		char shown[64];

		at += strlen(mark);
		take_value(&id, at, end, '"');
		next = memmem(at, (size_t)(end - at), value_mark,
		    strlen(value_mark));
		if (next == NULL)
			break;
		now = figure_value(report, buffer_string(&id));
		if (now == NULL && strcmp(format, "json") == 0)
			continue; /* Another thing that has an id. */
		take_value(&value, next + strlen(value_mark), end, '"');
		++*figures;
		plain_number(shown, buffer_string(&value),
		    buffer_string(&value) + value.len);
		/* In HTML what is shown counts, too; not in its place. */
		if (strcmp(format, "html") == 0 && now != NULL &&
		    same_number(shown, now)) {
			const char *text =
			    memchr(next, '>', (size_t)(end - next));

			if (text != NULL) {
				char seen[64];

				plain_number(seen, text + 1, end);
				if (!same_number(seen, shown))
					(void)snprintf(shown, sizeof shown,
					    "%s", seen);
			}
		}
		if (now == NULL || !same_number(shown, now)) {
			++*differences;
			told(cookie, buffer_string(&id), shown, now);
		}
	}
	buffer_free(&id);
	buffer_free(&value);
	(void)err;
	return 0;
}
