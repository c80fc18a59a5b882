/* xml.h: documents: built, checked, transformed.  The one door to libxml2 and libxslt. */
#ifndef REPORTS_XML_H
#define REPORTS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/embed.h"
#include "base/error.h"

/*
 * Nothing is read from files or the network, whatever a document or a
 * stylesheet asks for: no external entity, no DTD, no document().  Loaders of
 * the two libraries are the process's: the first use here sets them.
 */

struct xml_doc; /* Owns its nodes. */
struct xml; /* An element of one. */

/*
 * A document with a root.  Building never fails visibly: the first failure
 * (no memory, over the ceiling of nodes) is kept, every later call does
 * nothing and gives NULL, and xml_check says what happened.
 */
int xml_new(struct xml_doc **out, const char *root, const char *name_space,
    struct error *err);
void xml_free(struct xml_doc *doc);
struct xml *xml_root(const struct xml_doc *doc);
int xml_check(const struct xml_doc *doc, const char *what, struct error *err);

/* The longest text that is kept of one value; the rest is said to be there. */
#define XML_TEXT_MAX 4000

/*
 * A new last child; an attribute; text at the end of an element.  Texts come
 * from outside: what XML cannot hold, control characters, bidirectional and
 * zero-width characters become visible (text_show), newlines and tabs a space,
 * what is longer than XML_TEXT_MAX bytes is cut with a word on its length.
 * NULL texts add nothing.  The `f' forms are for our own words.
 */
struct xml *xml_add(struct xml *parent, const char *name);
struct xml *xml_add_text(struct xml *parent, const char *name,
    const char *text);
void xml_set(struct xml *node, const char *name, const char *text);
void xml_setf(struct xml *node, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void xml_text(struct xml *node, const char *text);
/* Take a child out and free it. */
void xml_remove(struct xml *node);

/* Reading: the first child element, the next one, its name, an attribute (or
 * NULL), all its text appended. */
struct xml *xml_first(const struct xml *node);
struct xml *xml_next(const struct xml *node);
const char *xml_name(const struct xml *node);
const char *xml_get(const struct xml *node, const char *name);
void xml_content(struct buffer *out, const struct xml *node);

/* The attributes in their order: called with each. */
void xml_attributes(const struct xml *node,
    void (*told)(void *cookie, const char *name, const char *value),
    void *cookie);
/* Its text alone when it has no child elements; NULL otherwise. */
const char *xml_only_text(const struct xml *node);
/* Text and elements alike, in order: `element' or `text' is NULL. */
void xml_mixed(const struct xml *node,
    void (*told)(void *cookie, const struct xml *element, const char *text),
    void *cookie);

/* Read a document: no DTD, no entities beyond XML's own five, at most 64 MiB.
 * ERROR_UNDECIDED with the line. */
int xml_parse(struct xml_doc **out, struct bytes text, struct error *err);

/* Check against an XML Schema.  ERROR_SYSTEM for what we built ourselves:
 * a fault of the program, with the first complaint. */
int xml_validate(const struct xml_doc *doc, struct bytes schema,
    struct error *err);

/* The document as UTF-8, indented; the same bytes for the same tree. */
void xml_write(struct buffer *out, const struct xml_doc *doc);

/* What a stylesheet may import: a table, and up to two files of a user's that
 * take the place of those names. */
struct xml_sheets {
	const struct embedded *own;
	const char *replaced; /* Or NULL. */
	struct bytes by;
};
struct xml_parameter {
	const char *name;
	const char *value; /* A text, whatever is in it. */
};

/*
 * Apply the stylesheet `sheet' (named `name' in messages).  With *out a new
 * document, or with `text' the serialized result.  ERROR_UNDECIDED with the
 * line if the stylesheet is at fault.
 */
int xml_transform(struct xml_doc **out, struct buffer *text,
    const struct xml_doc *doc, const char *name, struct bytes sheet,
    const struct xml_sheets *sheets, const struct xml_parameter parameters[],
    size_t parameter_count, struct error *err);

#endif
