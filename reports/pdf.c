#include "reports/pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "capture/process.h"

#define LIMIT_MS 120000
#define OUTPUT_BYTES 4096

static const char *const names[] = { "report.html", "report.xml",
	"report.pdf" };

static int
print(const char *folder, int64_t time_ms, struct error *err)
{
	struct buffer said = buffer_new(OUTPUT_BYTES);
	char epoch[64];
	char *argv[] = { "env", epoch, "weasyprint", "--attachment",
		"report.xml", "--presentational-hints", "report.html",
		"report.pdf", NULL };
	int status, result;

	(void)snprintf(epoch, sizeof epoch, "SOURCE_DATE_EPOCH=%lld",
	    (long long)(time_ms / 1000));
	result = process_collect(&said, &status, argv, folder, LIMIT_MS, err);
	buffer_free(&said);
	if (result == 0 && status == 0)
		return 0;
	return error_set(err, ERROR_UNDECIDED,
	    "write the report with --format html and print it from a browser",
	    "weasyprint cannot print it, or is not in PATH");
}

int
report_pdf(struct buffer *out, struct bytes html, struct bytes xml,
    int64_t time_ms, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	const struct bytes content[] = { html, xml };
	struct buffer folder = buffer_new(4096), path = buffer_new(8192);
	int result = -1;

	buffer_printf(&folder, "%s/vouch-report-XXXXXX",
	    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
	if (buffer_check(&folder, "the folder's name", err) == -1)
		goto done;
	if (mkdtemp((char *)folder.data) == NULL) {
		error_errno(err, "cannot make a folder `%s'",
		    buffer_string(&folder));
		goto done;
	}
	for (size_t i = 0; i < 2; i++) {
		if (file_join(&path, buffer_string(&folder), names[i], err) ==
			-1 ||
		    file_write(buffer_string(&path), content[i], 0600, err) ==
			-1)
			goto clean;
	}
	if (print(buffer_string(&folder), time_ms, err) == -1 ||
	    file_join(&path, buffer_string(&folder), names[2], err) == -1 ||
	    file_read(out, buffer_string(&path), err) == -1)
		goto clean;
	result = 0;
clean:
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct error ignored;

		if (file_join(&path, buffer_string(&folder), names[i],
			&ignored) == 0)
			(void)unlink(buffer_string(&path));
	}
	(void)rmdir(buffer_string(&folder));
done:
	buffer_free(&folder);
	buffer_free(&path);
	return result;
}
