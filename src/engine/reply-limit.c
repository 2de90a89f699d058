/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "reply-limit.h"

#include <ctype.h>

/* So many characters may stand between the marker and its number. */
#define LEAD_MAX_SIZE 12
/* More are no number that anybody set as a limit */
#define DIGITS_MAX 15
/* What is at least so large and has no unit is in bytes. */
#define BYTES_MIN 10000

static const struct {
	const char *name;
	uint64_t factor;
} units[] = {
	{ "bytes", 1 },
	{ "byte", 1 },
	{ "octets", 1 },
	{ "octet", 1 },
	{ "b", 1 },
	{ "kilobytes", 1024 },
	{ "kbytes", 1024 },
	{ "kib", 1024 },
	{ "kb", 1024 },
	{ "k", 1024 },
	{ "megabytes", 1024 * 1024 },
	{ "mbytes", 1024 * 1024 },
	{ "mib", 1024 * 1024 },
	{ "mb", 1024 * 1024 },
	{ "mo", 1024 * 1024 },
	{ "meg", 1024 * 1024 },
	{ "megs", 1024 * 1024 },
	{ "m", 1024 * 1024 },
	{ "gigabytes", 1024 * 1024 * 1024 },
	{ "gib", 1024 * 1024 * 1024 },
	{ "gb", 1024 * 1024 * 1024 },
	{ "g", 1024 * 1024 * 1024 },
};

/* What is counted in these is how long something takes. */
static const char *const times[] = {
	"s", "sec", "secs", "second", "seconds", "min", "mins", "minute",
	"minutes", "h", "hour", "hours", "day", "days", "week", "weeks", NULL
};

struct limit_number {
	uint64_t whole;
	/* the first digit of the fraction */
	unsigned int tenths;
};

/* Are these three digits of a group: "10,485,760", "10.485.760"? */
static bool is_group(const char *p)
{
	return i_isdigit(p[0]) && i_isdigit(p[1]) && i_isdigit(p[2]) &&
		!i_isdigit(p[3]);
}

/* number = 1*digit *("," 3digit) ["." 1*digit] */
static bool parse_number(const char **_p, struct limit_number *number_r)
{
	const char *p = *_p;
	unsigned int digits = 0;

	i_zero(number_r);
	for (;; p++) {
		if (i_isdigit(*p)) {
			if (++digits > DIGITS_MAX)
				return FALSE;
			number_r->whole = number_r->whole * 10 + (*p - '0');
		} else if (digits == 0 || (*p != ',' && *p != '.') ||
			   !is_group(p + 1) || (*p == '.' && p[4] != '.')) {
			break;
		}
	}
	if (*p == '.' && i_isdigit(p[1])) {
		number_r->tenths = p[1] - '0';
		for (p++; i_isdigit(*p); p++) ;
	}
	*_p = p;
	return digits > 0 && !i_isalnum(*p == '-' ? p[1] : ' ');
}

static const char *parse_word(const char *p)
{
	size_t len;

	if (*p == ' ' || *p == '-')
		p++;
	for (len = 0; i_isalpha(p[len]); len++) ;
	return t_str_lcase(t_strndup(p, len));
}

/* Returns 0 for what is no unit of size. */
static uint64_t unit_factor(const char *word)
{
	for (unsigned int i = 0; i < N_ELEMENTS(units); i++) {
		if (strcmp(units[i].name, word) == 0)
			return units[i].factor;
	}
	return 0;
}

/* Administrators set round numbers: of the decimal and the binary unit the one
   that leaves no fraction is meant. */
static const char *format_bytes(uint64_t bytes)
{
	static const char *const names[] = { "kB", "MB", "GB" };
	uint64_t binary = 1, decimal = 1, unit, tenths;
	int i = -1;

	while (i + 1 < (int)N_ELEMENTS(names) && bytes >= decimal * 1000) {
		decimal *= 1000;
		binary *= 1024;
		i++;
	}
	if (i < 0)
		return t_strdup_printf("%"PRIu64" B", bytes);
	unit = bytes % decimal == 0 || bytes < binary ? decimal : binary;
	tenths = (bytes * 10 + unit / 2) / unit;
	if (tenths % 10 == 0)
		return t_strdup_printf("%"PRIu64" %s", tenths / 10, names[i]);
	return t_strdup_printf("%"PRIu64".%u %s", tenths / 10,
			       (unsigned int)(tenths % 10), names[i]);
}

const char *reply_limit_parse(const char *text, bool size)
{
	struct limit_number number;
	const char *word;
	uint64_t factor;
	unsigned int i;

	for (i = 0; i < LEAD_MAX_SIZE && *text != '\0' &&
	     !i_isalnum(*text); i++)
		text++;
	if (!i_isdigit(*text) || !parse_number(&text, &number) ||
	    number.whole == 0)
		return NULL;
	word = parse_word(text);
	if (str_array_find(times, word))
		return NULL;
	factor = unit_factor(word);
	if (factor == 0 && size && number.whole >= BYTES_MIN)
		factor = 1;
	if (factor == 0 || number.whole > UINT64_MAX / 16 / factor)
		return t_strdup_printf("%"PRIu64, number.whole);
	return format_bytes(number.whole * factor +
			    number.tenths * factor / 10);
}
