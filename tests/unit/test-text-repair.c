/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "unichar.h"
#include "text-repair.h"
#include "unit.h"

static const struct {
	const char *text;
	const char *repaired;
} repaired_rows[] = {
	/* encoded words */
	{ "554 =?utf-8?Q?Bo=C3=AEte_pleine?=", "554 Boîte pleine" },
	{ "=?UTF-8?B?55So5oi35LiN5a2Y5Zyo?=", "用户不存在" },
	{ "=?iso-8859-1?Q?gel=F6scht?= <a@example.com>",
	  "gelöscht <a@example.com>" },
	/* the end of it is cut off */
	{ "=?utf-8?Q?Bo=C3=AEte_ple", "=?utf-8?Q?Boîte_ple" },
	/* escapes */
	{ "Quota =C3=BCberschritten", "Quota überschritten" },
	{ "Quota=20=c3=bcberschritten=2E", "Quota überschritten." },
	{ "=C3=BCber=\r\nschritten", "überschritten" },
	{ "Compte+20supprim+C3+A9", "Compte supprimé" },
	{ "Compte%20supprim%C3%A9", "Compte supprimé" },
	{ "Compte supprim\\303\\251", "Compte supprimé" },
	{ "Compte supprim\\xc3\\xA9", "Compte supprimé" },
	{ "Compte supprim\\u00e9 \\u003ca@example.com\\u003E",
	  "Compte supprimé <a@example.com>" },
	{ "Compte supprim\\\\u00e9", "Compte supprimé" },
	{ "\\u7528\\u6237 \\ud83d\\ude00", "用户 \xf0\x9f\x98\x80" },
	/* charsets */
	{ "BuzÃ³n lleno", "Buzón lleno" },
	{ "â€žgelÃ¶schtâ€œ", "„gelöscht“" },
	{ "gelÃƒÂ¶scht", "gelöscht" },
	{ "\xc3\x90\xc2\xaf\xc3\x91\xc2\x89\xc3\x90\xc2\xb8\xc3\x90\xc2\xba",
	  "Ящик" },
	{ "РЇС‰РёРє РїРѕР»РѕРЅ", "Ящик полон" },
	{ "ç”¨æˆ·ä¸\xc2\x8då­˜åœ¨", "用户不存在" },
	/* a byte of it got lost */
	{ "ç”¨æˆ·ä¸å­˜åœ¨ å·²æ»¡", "用户ä¸存在 已满" },
	/* one of them within what is right */
	{ "Der Empfänger hört: BuzÃ³n lleno", "Der Empfänger hört: Buzón lleno" },
	/* one after the other */
	{ "gel=C3=83=C2=B6scht", "gelöscht" },
};

START_TEST(test_repaired)
{
	const char *text = repaired_rows[_i].text;

	unit_assert_str("repaired", text, text_repair(text),
			repaired_rows[_i].repaired);
}
END_TEST

/* These are what was meant. */
static const char *const intact_rows[] = {
	"",
	"550 5.1.1 <bob@example.com>: user unknown",
	"a=20 b=3D c+20 d%20 e\\040",
	"C:\\users\\x12 \\xzz \\u12 \\u0007 \\ud800 \\377 \\303x",
	"id=c3a9 =C3 =C3=41 =C3+A9 %C3\\251 =C0=80 =ED=A0=80 =F5=80=80=80",
	"see https://example.com/%E9%80%80?q=%C3%A9&x=C3=A9",
	"=? ?= =?x?= =?utf-8?X?a?=",
	"Boîte aux lettres désactivée",
	"«\xc2\xa0" "compte activé\xc2\xa0»",
	"activé\xc2\xa0»",
	"“LE CAFÉ” et “LA BEAUTÉ”",
	"„DIE KÖNIGSALLEE“, ‚GROSSES Ä‘",
	"CAIXA POSTAL NÃO EXISTE, SÃO PAULO",
	"Résumé – déjà vu… «à»",
	"Hộp thư đã đầy",
	"Почтовый ящик переполнен: №1 «Рё»",
	"Скриньку вимкнено, РІК, їжак",
	"宛先が存在しません",
	"Kotak surat penuh \xe2\x9c\x89 100\xc2\xa0%",
	"\xef\xbf\xbd\xef\xbf\xbd",
};

START_TEST(test_intact)
{
	const char *text = intact_rows[_i];

	unit_assert_str("intact", text, text_repair(text), text);
}
END_TEST

/* Whatever repeats is read once, and makes valid UTF-8. */
START_TEST(test_repeated)
{
	static const char *const units[] = {
		"\\", "\\\\x", "=C3", "=E4=BD", "\\ud83d", "=?", "=?a?Q?",
		"Ã", "Ã¤", "Рђ", "â€", "Ãƒ", "+20", "=C3=A9=20",
	};
	const char *unit = units[_i], *repaired;
	string_t *text = t_str_new(65536);

	while (str_len(text) < 60000)
		str_append(text, unit);
	repaired = text_repair(str_c(text));
	ck_assert(uni_utf8_str_is_valid(repaired));
	ck_assert(strlen(repaired) <= str_len(text));
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "repaired", test_repaired, N_ELEMENTS(repaired_rows) },
		{ "intact", test_intact, N_ELEMENTS(intact_rows) },
		{ "repeated", test_repeated, 14 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("text-repair", tables);
	lib_deinit();
	return ret;
}
