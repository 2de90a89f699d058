/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "str.h"
#include "message-encoded.h"
#include "unit.h"

#define LINE76 "VGhpcyBpcyB0aGUgbWFpbCBzeXN0ZW0uIEl0IGlzIHNvcnJ5IHRoYXQgaXQg" \
	"Y2Fubm90IGRl"

static const struct uu_row {
	const char *text;
	/* content; NULL: no file */
	const char *data;
	const char *name;
	/* what of the text is not the file */
	const char *rest;
} uu_rows[] = {
	{ "begin 644 a.txt\n#0V%T\n`\nend\n", "Cat", "a.txt", "" },
	{ "see\nbegin 0644 my file\r\n#0V%T\r\n`\r\nend\r\nbye", "Cat",
	  "my file", "see\nbye" },
	/* without an end, with blanks lost, with a checksum */
	{ "begin 644 a\n#0V%T", "Cat", "a", "" },
	{ "begin 644 a\n!80\n \nend\n", "a", "a", "" },
	{ "begin 644 a\n#0V%T#\nend\n", "Cat", "a", "" },
	{ "begin 644 a\n#0V%T\n\nmore words", "Cat", "a", "more words" },
	/* words */
	{ "begin 644 a", NULL, "", "" },
	{ "begin 644 \n#0V%T\n", NULL, "", "" },
	{ "begin 99 b\n#0V%T\n", NULL, "", "" },
	{ "begin with that\nall of it\n", NULL, "", "" },
	{ "begin 644 a\nlower case\n", NULL, "", "" },
	{ "begin 644 a\nNOT A LINE\n", NULL, "", "" },
	{ "begin 123 times\n\n", NULL, "", "" },
	{ "", NULL, "", "" },
};

START_TEST(test_uu)
{
	const struct uu_row *row = &uu_rows[_i];
	const unsigned char *text = (const unsigned char *)row->text;
	buffer_t *data = t_buffer_create(64);
	struct message_uufile file;

	if (!message_uudecode(text, strlen(row->text), 0, &file, data)) {
		ck_assert(row->data == NULL);
		return;
	}
	ck_assert(row->data != NULL);
	unit_assert_str("data", row->text, str_c(data), row->data);
	unit_assert_str("name", row->text, file.name, row->name);
	unit_assert_str("rest", row->text, t_strconcat(
		t_strdup_until(row->text, row->text + file.start),
		row->text + file.end, NULL), row->rest);
}
END_TEST

static const struct base64_row {
	const char *text;
	const char *data;
} base64_rows[] = {
	{ "\n" LINE76 "\r\nbGl2ZXI=\r\n", "This is the mail system. It is sorry"
	  " that it cannot deliver" },
	{ LINE76 "bGl2ZXI=\n", NULL },	/* too long a line */
	{ LINE76 "\nbGl2ZXI=\nwords\n", NULL },
	{ LINE76 "\nno words\n", NULL },
	{ LINE76 "\nbGl2ZXI\n", NULL },
	{ "bGl2ZXI=\n", NULL },
	{ "", NULL },
};

START_TEST(test_base64)
{
	const struct base64_row *row = &base64_rows[_i];
	buffer_t *data = t_buffer_create(64);
	bool good = message_base64_decode((const unsigned char *)row->text,
					  strlen(row->text), data);

	unit_assert_str("data", row->text, good ? str_c(data) : "(none)",
			row->data == NULL ? "(none)" : row->data);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "uuencode", test_uu, N_ELEMENTS(uu_rows) },
		{ "base64", test_base64, N_ELEMENTS(base64_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("message-encoded", tables);
	lib_deinit();
	return ret;
}
