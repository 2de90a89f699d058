/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "mail-html2text.h"
#include "bounce-limits.h"
#include "message-html.h"

#include <ctype.h>

/* Elements that begin a line */
static const char *const block_names[] = {
	"address", "article", "blockquote", "br", "center", "dd", "div", "dl",
	"dt", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
	"p", "pre", "section", "table", "td", "th", "tr", "ul",
};

/* Elements without content */
static const char *const void_names[] = {
	"area", "base", "br", "col", "embed", "hr", "img", "input", "link",
	"meta", "source", "track", "wbr",
};

struct html_reader {
	buffer_t *dest;
	const unsigned char *end;
	bool pre;
	/* hidden elements that had no end */
	unsigned int unclosed;
};

struct html_tag {
	const unsigned char *name;
	size_t name_size;
	bool closing;
	/* after the ">" */
	const unsigned char *end;
};

static const unsigned char *
find_tag_end(const unsigned char *p, const unsigned char *end)
{
	unsigned char quote = 0;

	for (; p < end; p++) {
		if (quote != 0) {
			if (*p == quote)
				quote = 0;
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (*p == '>') {
			return p + 1;
		}
	}
	return end;
}

static bool
tag_is_hidden(const unsigned char *p, const unsigned char *end)
{
	static const char hidden[] = "display:none";
	size_t pos = 0;

	for (; p < end; p++) {
		if (*p == ' ')
			continue;
		if (i_tolower(*p) == hidden[pos]) {
			if (hidden[++pos] == '\0')
				return TRUE;
		} else {
			pos = i_tolower(*p) == hidden[0] ? 1 : 0;
		}
	}
	return FALSE;
}

/* p is behind a "<". Returns FALSE where that begins no tag. */
static bool
parse_tag(const unsigned char *p, const unsigned char *end,
	  struct html_tag *tag_r)
{
	const unsigned char *name;

	i_zero(tag_r);
	if (p < end && *p == '/') {
		tag_r->closing = TRUE;
		p++;
	}
	for (name = p; p < end && i_isalnum(*p); p++) ;
	if (p == name || p - name > 16)
		return FALSE;
	tag_r->name = name;
	tag_r->name_size = p - name;
	tag_r->end = find_tag_end(p, end);
	return TRUE;
}

static bool tag_is(const struct html_tag *tag, const char *name)
{
	return strncasecmp((const char *)tag->name, name,
			   tag->name_size) == 0 && name[tag->name_size] == '\0';
}

static bool tag_is_one_of(const struct html_tag *tag, const char *const *names,
			  unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (tag_is(tag, names[i]))
			return TRUE;
	}
	return FALSE;
}

/* Where the element whose start tag was just read ends; a void or unclosed one
   ends with its tag. */
static const unsigned char *
skip_element(struct html_reader *reader, const struct html_tag *start)
{
	const unsigned char *p = start->end, *end = reader->end;
	unsigned int depth = 1, tags = 0;
	struct html_tag tag;

	if (tag_is_one_of(start, void_names, N_ELEMENTS(void_names)) ||
	    reader->unclosed >= BOUNCE_LIMIT_HTML_UNCLOSED)
		return start->end;
	while (depth > 0 && tags++ < BOUNCE_LIMIT_HTML_HIDDEN_TAGS &&
	       (p = memchr(p, '<', end - p)) != NULL) {
		p++;
		if (!parse_tag(p, end, &tag))
			continue;
		p = tag.end;
		if (tag.name_size != start->name_size ||
		    i_memcasecmp(tag.name, start->name, tag.name_size) != 0)
			continue;
		if (tag.closing)
			depth--;
		else
			depth++;
	}
	if (depth == 0)
		return p;
	reader->unclosed++;
	return start->end;
}

static void
html_append_text(buffer_t *dest, const unsigned char *p, size_t size, bool pre)
{
	unsigned char *text;

	text = buffer_append_space_unsafe(dest, size);
	memcpy(text, p, size);
	for (size_t i = 0; i < size && !pre; i++) {
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	}
}

/* p is at a "<". Returns where what it begins ends. */
static const unsigned char *
html_append_tag(struct html_reader *reader, const unsigned char *p)
{
	struct html_tag tag;
	bool hidden;

	if (!parse_tag(p + 1, reader->end, &tag)) {
		buffer_append_c(reader->dest, *p);
		return p + 1;
	}
	hidden = tag_is_hidden(tag.name + tag.name_size, tag.end);
	if (hidden && !tag.closing)
		tag.end = skip_element(reader, &tag);
	if (tag_is(&tag, "pre"))
		reader->pre = !tag.closing;
	if (tag_is_one_of(&tag, block_names, N_ELEMENTS(block_names)))
		buffer_append_c(reader->dest, '\n');
	if (!hidden)
		buffer_append(reader->dest, p, tag.end - p);
	return tag.end;
}

/* Line ends mean nothing in HTML, block elements do */
static void
html_mark_lines(const unsigned char *data, size_t size, buffer_t *dest)
{
	struct html_reader reader = {
		.dest = dest,
		.end = data + size
	};
	const unsigned char *p = data, *tag;

	while (p < reader.end) {
		tag = memchr(p, '<', reader.end - p);
		if (tag == NULL)
			tag = reader.end;
		html_append_text(dest, p, tag - p, reader.pre);
		p = tag;
		if (p < reader.end)
			p = html_append_tag(&reader, p);
	}
}

void message_html_to_text(const unsigned char *data, size_t size,
			  buffer_t *dest)
{
	struct mail_html2text *ht;
	buffer_t *marked;

	if (size == 0)
		return;
	marked = buffer_create_dynamic(default_pool, size + 256);
	html_mark_lines(data, size, marked);
	/* there may be nothing that is displayed, and lib-mail wants some */
	if (marked->used > 0) {
		ht = mail_html2text_init(0);
		mail_html2text_more(ht, marked->data, marked->used, dest);
		mail_html2text_deinit(&ht);
	}
	buffer_free(&marked);
}
