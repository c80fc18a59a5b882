/* report_fuzz.c: files that are given as issued reports, and documents. */
#include <stdint.h>

#include "reports/report.h"
#include "reports/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = bytes_of(data, size);
	struct buffer out = buffer_new((size_t)1 << 20);
	struct report_stamp stamp;
	struct xml_doc *doc;
	struct error err;

	(void)report_stamp_of(&stamp, bytes, &err);
	if (xml_parse(&doc, bytes, &err) == 0) {
		xml_write(&out, doc);
		xml_free(doc);
	}
	buffer_free(&out);
	return 0;
}
