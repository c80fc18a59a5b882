/* pdf_test.c: printing by a program that may fail in any way. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "reports/pdf.h"
#include "tests/support/fixture.h"

static struct error err;
static char *folder;

/* A weasyprint that does as it is told, first in PATH; and a TMPDIR of our
 * own, to see what is left there. */
static int
enter(void **state)
{
	char path[4096], bin[2048];

	(void)state;
	folder = fixture_folder();
	(void)snprintf(bin, sizeof bin, "%s/bin", folder);
	(void)snprintf(path, sizeof path, "%s/tmp", folder);
	if (mkdir(bin, 0700) != 0 || mkdir(path, 0700) != 0)
		return -1;
	(void)setenv("TMPDIR", path, 1);
	(void)snprintf(path, sizeof path, "%s:%s", bin, getenv("PATH"));
	return setenv("PATH", path, 1);
}

static int
leave(void **state)
{
	(void)state;
	fixture_remove(folder);
	return 0;
}

static void
weasyprint(const char *script)
{
	char path[2048];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/bin/weasyprint", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
}

static int
print(struct buffer *out)
{
	char path[2048];
	struct dirent *entry;
	DIR *left;
	int result = report_pdf(out, bytes_of_text("<p>page"),
	    bytes_of_text("<document/>"), 1234567, &err);

	(void)snprintf(path, sizeof path, "%s/tmp", folder);
	left = opendir(path);
	assert_non_null(left);
	while ((entry = readdir(left)) != NULL)
		assert_int_equal(entry->d_name[0], '.');
	closedir(left);
	return result;
}

static void
a_page_is_printed_with_its_document_and_time(void **state)
{
	struct buffer out = buffer_new(10000);

	(void)state;
	weasyprint("{ cat report.html report.xml; echo \"$SOURCE_DATE_EPOCH"
	    " $*\"; stat -c %a . report.html; } >report.pdf");
	assert_int_equal(print(&out), 0);
	assert_string_equal(buffer_string(&out), "<p>page<document/>1234 "
	    "--attachment report.xml --presentational-hints report.html "
	    "report.pdf\n700\n600\n");
	buffer_free(&out);
}

static void
a_printer_that_fails_leaves_nothing(void **state)
{
	static const char *const ways[] = { "exit 1",
		"echo half >report.pdf; exit 3", "kill -9 $$",
		"echo half >report.pdf; kill -15 $$" };
	struct buffer out = buffer_new(10000);

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		weasyprint(ways[i]);
		assert_int_equal(print(&out), -1);
		assert_int_equal(err.class, ERROR_UNDECIDED);
		assert_non_null(strstr(err.remedy, "--format html"));
		assert_int_equal(out.len, 0);
	}
	/* It says that it printed, and did not. */
	weasyprint("exit 0");
	assert_int_equal(print(&out), -1);
	buffer_free(&out);
}

static void
without_a_folder_nothing_is_printed(void **state)
{
	char path[2048], *before = strdup(getenv("TMPDIR"));
	struct buffer out = buffer_new(10000);

	(void)state;
	weasyprint("touch report.pdf");
	(void)snprintf(path, sizeof path, "%s/nowhere", folder);
	(void)setenv("TMPDIR", path, 1);
	assert_int_equal(report_pdf(&out, bytes_of_text(""), bytes_of_text(""),
	    0, &err), -1);
	assert_non_null(strstr(err.what, "cannot make a folder"));
	(void)setenv("TMPDIR", before, 1);
	free(before);
	buffer_free(&out);
}

static void
what_is_printed_has_a_ceiling(void **state)
{
	struct buffer out = buffer_new(100);

	(void)state;
	weasyprint("head -c 1000 /dev/zero >report.pdf");
	assert_int_equal(print(&out), -1);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_printed_with_its_document_and_time),
		cmocka_unit_test(a_printer_that_fails_leaves_nothing),
		cmocka_unit_test(without_a_folder_nothing_is_printed),
		cmocka_unit_test(what_is_printed_has_a_ceiling),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter, leave);
}
