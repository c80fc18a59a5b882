#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "reports/escape.h"
#include "reports/xml_internal.h"

#define RESULT_BYTES ((size_t)16 * 1024 * 1024)

static void
answer(xmlXPathParserContextPtr parser, int count,
    void (*write)(struct buffer *out, const char *text))
{
	struct buffer out = buffer_new(RESULT_BYTES);
	xmlChar *text;

	if (count != 1) {
		xmlXPathSetArityError(parser);
		return;
	}
	text = xmlXPathPopString(parser);
	if (text != NULL)
		write(&out, (const char *)text);
	if (text == NULL || out.state != BUFFER_FINE) {
		xmlXPathSetError(parser, XPATH_MEMORY_ERROR);
	} else {
		xmlXPathReturnString(parser,
		    xmlStrdup((const xmlChar *)buffer_string(&out)));
	}
	xmlFree(text);
	buffer_free(&out);
}

static void
write_json(struct buffer *out, const char *text)
{
	json_write_text(out, bytes_of_text(text));
}

static void
write_sha256(struct buffer *out, const char *text)
{
	buffer_text(out, digest_hex(digest_of(bytes_of_text(text))).text);
}

/* "3 days" from one time to another, given as "FROM TO". */
static void
write_days(struct buffer *out, const char *text)
{
	int64_t from, to, days;

	if (strlen(text) != 2 * TIME_LEN + 1 ||
	    !time_parse_exact(&from, bytes_of(text, TIME_LEN)) ||
	    !time_parse_exact(&to, bytes_of_text(text + TIME_LEN + 1)))
		return;
	days = (to - from) / 86400000;
	buffer_printf(out, "%lld", (long long)days);
}

#define FUNCTION(name, write) \
	static void function_##name(xmlXPathParserContextPtr parser, \
	    int count) \
	{ \
		answer(parser, count, write); \
	}
FUNCTION(json, write_json)
FUNCTION(sha256, write_sha256)
FUNCTION(days, write_days)
FUNCTION(md, escape_markdown)
FUNCTION(csv, escape_csv)
FUNCTION(uuid, escape_uuid)
FUNCTION(line, escape_line)
FUNCTION(name, escape_name)
FUNCTION(date, escape_date)
FUNCTION(number, escape_number)

int
xml_register_functions(xsltTransformContextPtr run)
{
	static const struct {
		const char *name;
		xmlXPathFunction function;
	} all[] = {
		{ "json", function_json },
		{ "yaml", function_json },
		{ "sha256", function_sha256 },
		{ "days", function_days },
		{ "md", function_md },
		{ "csv", function_csv },
		{ "uuid", function_uuid },
		{ "line", function_line },
		{ "name", function_name },
		{ "date", function_date },
		{ "number", function_number },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (xsltRegisterExtFunction(run, (const xmlChar *)all[i].name,
			(const xmlChar *)XML_FUNCTIONS, all[i].function) != 0)
			return -1;
	}
	return 0;
}
