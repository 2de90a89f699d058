#ifndef MESSAGE_HTML_H
#define MESSAGE_HTML_H

/* HTML (UTF-8) to text by lib-mail's mail_html2text, which knows no lines:
   block elements (p, br, tr, td, div, li ...) are made to start lines, elements
   that are not displayed are left out. */
void message_html_to_text(const unsigned char *data, size_t size,
			  buffer_t *dest);

#endif
