/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "compose-document.h"

/* How mail clients show HTML is not how browsers do. So: styles are inline;
   what must not fall apart in Outlook is a table; colours of text and
   background are the reader's own, so that they hold in the light and in the
   dark, but for the banner, which has both. Lines and shades are half
   transparent for the same reason. Nothing is loaded, and nothing runs. */

#define FONT "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto," \
	"'Helvetica Neue',Arial,'Noto Sans',sans-serif"
#define WRAP "overflow-wrap:anywhere;word-break:break-word;"
#define LINE "rgba(128,128,128,.35)"
#define SHADE "rgba(128,128,128,.1)"

#define TABLE "<table role=\"presentation\" width=\"100%\" border=\"0\" " \
	"cellspacing=\"0\" cellpadding=\"0\" style=\"table-layout:fixed;"

/* White text on each of them has a contrast of 6:1 or more. */
static const char *const tone_colours[] = {
	[COMPOSE_TONE_DELAYED] = "#7a5900",
	[COMPOSE_TONE_TEMPORARY] = "#a03c00",
	[COMPOSE_TONE_PERMANENT] = "#b3261e",
};

static void html_escape(string_t *dest, const char *text)
{
	/* a block has a text, or items that have one */
	i_assert(text != NULL);
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			str_append(dest, "&amp;");
			break;
		case '<':
			str_append(dest, "&lt;");
			break;
		case '>':
			str_append(dest, "&gt;");
			break;
		case '"':
			str_append(dest, "&quot;");
			break;
		case '\'':
			str_append(dest, "&#39;");
			break;
		case COMPOSE_FOREIGN_BEGIN:
			str_append(dest, "<bdi>");
			break;
		case COMPOSE_FOREIGN_END:
			str_append(dest, "</bdi>");
			break;
		default:
			str_append_c(dest, *text);
			break;
		}
	}
}

/* <name style="style">text</name> */
static void
html_element(string_t *dest, const char *name, const char *style,
	     const char *text)
{
	str_printfa(dest, "<%s style=\"%s\">", name, style);
	html_escape(dest, text);
	str_printfa(dest, "</%s>\n", name);
}

static void html_head(string_t *dest, const struct compose_document *doc)
{
	str_printfa(dest, "<!DOCTYPE html>\n"
		"<html lang=\"%s\" dir=\"ltr\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width,"
		"initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"supported-color-schemes\" content=\"light "
		"dark\">\n<title>", doc->language);
	/* no elements in here */
	for (const char *p = doc->title; *p != '\0'; p++) {
		const char chr[] = { *p, '\0' };

		if (*p != COMPOSE_FOREIGN_BEGIN && *p != COMPOSE_FOREIGN_END)
			html_escape(dest, chr);
	}
	str_append(dest, "</title>\n</head>\n");
}

static void html_banner(string_t *dest, const struct compose_document *doc)
{
	str_printfa(dest, "<tr><td bgcolor=\"%s\" style=\"background-color:%s;"
		    "color:#ffffff;padding:18px 20px;border-radius:11px 11px "
		    "0 0;"WRAP"\">\n", tone_colours[doc->tone],
		    tone_colours[doc->tone]);
	str_append(dest, "<p style=\"margin:0 0 4px;font-size:14px;"
		   "line-height:20px;color:#ffffff\">");
	html_escape(dest, doc->state);
	if (doc->count != NULL) {
		str_append(dest, " &middot; ");
		html_escape(dest, doc->count);
	}
	str_append(dest, "</p>\n");
	html_element(dest, "h1", "margin:0;font-size:23px;line-height:30px;"
		     "font-weight:700;color:#ffffff", doc->title);
	str_append(dest, "</td></tr>\n");
}

static void html_list(string_t *dest, const struct compose_block *block)
{
	const struct compose_item *item;

	str_append(dest, "<ul style=\"margin:8px 0 0;padding:0 0 0 22px\">\n");
	array_foreach(&block->items, item)
		html_element(dest, "li", "margin:0 0 6px", item->text);
	str_append(dest, "</ul>\n");
}

/* The label is above its value: so both have room on a telephone. */
static void
html_facts(string_t *dest, const struct compose_block *block, bool small)
{
	const struct compose_item *item;

	str_printfa(dest, "%smargin:%s;background-color:"SHADE";"
		    "border-radius:8px\"><tr><td style=\"padding:8px 14px;"
		    WRAP"\">\n", TABLE, small ? "8px 0 0" : "14px 0 0");
	array_foreach(&block->items, item) {
		str_printfa(dest, "<p style=\"margin:4px 0;font-size:%s\">"
			    "<span style=\"opacity:.72\">",
			    small ? "13px;line-height:19px" :
			    "15px;line-height:22px");
		html_escape(dest, item->label);
		str_append(dest, "</span>");
		html_escape(dest, item->text);
		str_append(dest, "</p>\n");
	}
	str_append(dest, "</td></tr></table>\n");
}

static void html_block(string_t *dest, const struct compose_block *block)
{
	switch (block->type) {
	case COMPOSE_TEXT:
		html_element(dest, "p", "margin:10px 0 0", block->text);
		break;
	case COMPOSE_SMALL_TEXT:
		html_element(dest, "p", "margin:12px 0 0;font-size:13px;"
			     "line-height:19px;opacity:.72", block->text);
		break;
	case COMPOSE_HINT:
		html_element(dest, "p", "margin:10px 0 0;padding:8px 14px;"
			     "border-left:4px solid #2e7d5b;font-weight:700;"
			     "background-color:"SHADE, block->text);
		break;
	case COMPOSE_HEADING:
		html_element(dest, "h2", "margin:22px 0 0;font-size:17px;"
			     "line-height:24px;font-weight:700", block->text);
		break;
	case COMPOSE_CAUSE:
		html_element(dest, "h2", t_strdup_printf(
			"margin:30px 0 0;padding:4px 0 4px 14px;border-left:"
			"6px solid %s;font-size:19px;line-height:26px;"
			"font-weight:700", tone_colours[block->tone]),
			block->text);
		break;
	case COMPOSE_SMALL_HEADING:
		html_element(dest, "h2", "margin:26px 0 0;padding:16px 0 0;"
			     "border-top:1px solid "LINE";font-size:14px;"
			     "line-height:20px;font-weight:700", block->text);
		break;
	case COMPOSE_LIST:
		html_list(dest, block);
		break;
	case COMPOSE_FACTS:
	case COMPOSE_SMALL_FACTS:
		html_facts(dest, block, block->type == COMPOSE_SMALL_FACTS);
		break;
	}
}

void compose_html_write(string_t *dest, const struct compose_document *doc)
{
	const struct compose_block *block;

	html_head(dest, doc);
	str_append(dest, "<body style=\"margin:0;padding:0\">\n"
		   TABLE"\"><tr><td align=\"center\" "
		   "style=\"padding:12px 8px\">\n"
		   "<!--[if mso]><table role=\"presentation\" width=\"640\">"
		   "<tr><td><![endif]-->\n"
		   TABLE"max-width:640px;border:1px solid "LINE";"
		   "border-collapse:separate;border-radius:12px;"
		   "text-align:left;font-family:"FONT";font-size:16px;"
		   "line-height:24px\">\n");
	html_banner(dest, doc);
	str_append(dest, "<tr><td style=\"padding:8px 20px 20px;"WRAP"\">\n");
	array_foreach(&doc->blocks, block) {
		if (block->text != NULL || array_count(&block->items) > 0)
			html_block(dest, block);
	}
	str_append(dest, "</td></tr>\n</table>\n"
		   "<!--[if mso]></td></tr></table><![endif]-->\n"
		   "</td></tr></table>\n</body>\n</html>\n");
}
