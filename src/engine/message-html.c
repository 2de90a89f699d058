/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "mail-html2text.h"
#include "message-html.h"

#include <ctype.h>

/* Elements that begin a line */
static const char *const block_names[] = {
	"address", "article", "blockquote", "br", "center", "dd", "div", "dl",
	"dt", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
	"p", "pre", "section", "table", "td", "th", "tr", "ul",
};

struct html_tag {
	const char *name;
	bool closing;
	bool hidden;
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
	tag_r->name = t_str_lcase(t_strdup_until(name, p));
	tag_r->end = find_tag_end(p, end);
	tag_r->hidden = tag_is_hidden(p, tag_r->end);
	return TRUE;
}

static bool tag_is_block(const struct html_tag *tag)
{
	for (unsigned int i = 0; i < N_ELEMENTS(block_names); i++) {
		if (strcmp(block_names[i], tag->name) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Where the element whose start tag was just read ends; a void or unclosed one
   ends with its tag. */
static const unsigned char *
skip_element(const struct html_tag *start, const unsigned char *end)
{
	const unsigned char *p = start->end;
	unsigned int depth = 1, tags = 0;

	while (depth > 0 && tags++ < 1000) {
		struct html_tag tag;

		p = memchr(p, '<', end - p);
		if (p == NULL)
			return start->end;
		p++;
		if (!parse_tag(p, end, &tag))
			continue;
		p = tag.end;
		if (strcmp(tag.name, start->name) == 0) {
			if (tag.closing)
				depth--;
			else
				depth++;
		}
	}
	return depth == 0 ? p : start->end;
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
html_append_tag(buffer_t *dest, const unsigned char *p,
		const unsigned char *end, bool *pre)
{
	struct html_tag tag;

	if (!parse_tag(p + 1, end, &tag)) {
		buffer_append_c(dest, *p);
		return p + 1;
	}
	if (tag.hidden && !tag.closing)
		tag.end = skip_element(&tag, end);
	if (strcmp(tag.name, "pre") == 0)
		*pre = !tag.closing;
	if (tag_is_block(&tag))
		buffer_append_c(dest, '\n');
	if (!tag.hidden)
		buffer_append(dest, p, tag.end - p);
	return tag.end;
}

/* Line ends mean nothing in HTML, block elements do */
static void
html_mark_lines(const unsigned char *data, size_t size, buffer_t *dest)
{
	const unsigned char *p = data, *end = data + size, *tag;
	bool pre = FALSE;

	while (p < end) {
		tag = memchr(p, '<', end - p);
		if (tag == NULL)
			tag = end;
		html_append_text(dest, p, tag - p, pre);
		p = tag;
		if (p < end) T_BEGIN {
			p = html_append_tag(dest, p, end, &pre);
		} T_END;
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
