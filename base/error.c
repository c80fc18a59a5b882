#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text_internal.h"

/*
 * Make a text fit for one line of a terminal: every byte of a character that
 * hides or controls, or of no character at all, becomes '?'.
 */
static void
clean(char *text)
{
	uint8_t *at = (uint8_t *)text;
	size_t len = strlen(text);

	while (len > 0) {
		uint32_t code = 0;
		size_t step = text_decode(&code, at, len);

		if (step == 0 || text_is_hidden(code)) {
			step = step == 0 ? 1 : step;
			memset(at, '?', step);
		}
		at += step;
		len -= step;
	}
}

/* Let a text that did not fit end, on a whole character, with an ellipsis. */
static void
shorten(char *text, size_t size)
{
	static const char ellipsis[] = "...";
	size_t end = size - sizeof(ellipsis);

	while (end > 0 && ((uint8_t)text[end] & 0xC0) == 0x80)
		end--;
	memcpy(text + end, ellipsis, sizeof(ellipsis));
}

static void __attribute__((format(printf, 3, 0)))
format_clean(char *text, size_t size, const char *format, va_list arguments)
{
	int len = vsnprintf(text, size, format, arguments);

	if (len < 0)
		snprintf(text, size, "a message that cannot be shown");
	else if ((size_t)len >= size)
		shorten(text, size);
	clean(text);
}

static void
set_remedy(struct error *err, const char *remedy)
{
	int len = snprintf(err->remedy, sizeof(err->remedy), "%s",
	    remedy == NULL ? "" : remedy);

	if (len >= (int)sizeof(err->remedy))
		shorten(err->remedy, sizeof(err->remedy));
	clean(err->remedy);
}

void
error_fill(struct error *err, enum error_class class, const char *remedy,
    const char *format, ...)
{
	char what[ERROR_WHAT_MAX];
	va_list arguments;

	va_start(arguments, format);
	format_clean(what, sizeof(what), format, arguments);
	va_end(arguments);
	/* The arguments may be parts of *err itself: they are read by now. */
	err->class = class;
	set_remedy(err, remedy);
	memcpy(err->what, what, sizeof(what));
	err->where[0] = '\0';
}

void
error_place(struct error *err, const char *format, ...)
{
	char where[ERROR_WHERE_MAX];
	va_list arguments;
	size_t len;

	va_start(arguments, format);
	format_clean(where, sizeof(where), format, arguments);
	va_end(arguments);
	len = strlen(where);
	if (err->where[0] != '\0') {
		int rest = snprintf(where + len, sizeof(where) - len, ": %s",
		    err->where);

		if (rest >= (int)(sizeof(where) - len))
			shorten(where, sizeof(where));
	}
	memcpy(err->where, where, strlen(where) + 1);
}

int
error_memory(struct error *err)
{
	return error_set(err, ERROR_SYSTEM,
	    "end other programs, or allow this one more memory",
	    "there is no memory left");
}

static const char *
remedy_of(int number)
{
	static const struct {
		int number;
		const char *remedy;
	} remedies[] = {
		{ ENOSPC, "free some space on that disk" },
		{ EDQUOT, "free some of your quota on that disk" },
		{ EFBIG, "raise the limit on file size, or use another disk" },
		{ EACCES, "ask for permission, or run as the owner" },
		{ EPERM, "ask for permission, or run as the owner" },
		{ EROFS, "choose a place that may be written" },
		{ ENOENT, "check the spelling of the path" },
		{ ENOTDIR, "check the path: a part of it is not a folder" },
		{ EISDIR, "name a file, not a folder" },
		{ ELOOP, "check the symbolic links on that path" },
		{ ENAMETOOLONG, "use a shorter name" },
		{ EEXIST, "choose another name, or move what is there" },
		{ EIO, "check that disk: it may be failing" },
		{ EMFILE, "raise the limit on open files (ulimit -n)" },
		{ ENFILE, "close other programs: too many files are open" },
		{ ENOMEM, "end other programs, or allow this one more memory" },
		{ EAGAIN, "try again when the system is less busy" },
		{ EBUSY, "try again when nobody else uses it" },
		{ ETXTBSY, "try again when nobody runs it" },
	};

	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].number == number)
			return remedies[i].remedy;
	return NULL;
}

void
error_fill_errno(struct error *err, const char *format, ...)
{
	int number = errno;
	char what[ERROR_WHAT_MAX], text[128];
	va_list arguments;

	va_start(arguments, format);
	format_clean(what, sizeof(what), format, arguments);
	va_end(arguments);
	error_fill(err, ERROR_SYSTEM, remedy_of(number), "%s: %s", what,
	    strerror_r(number, text, sizeof(text)));
}
