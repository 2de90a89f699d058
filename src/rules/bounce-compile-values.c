/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Checks of single values in rule files */

#include "lib.h"
#include "wildcard-match.h"
#include "bounce-compile-private.h"

#include <ctype.h>

#define DURATION_MAX (366*24*3600)

const char *const *bounce_cause_names(struct bounce_compiler *compiler)
{
	struct bounce_model_cause *cause;
	ARRAY_TYPE(const_string) names;

	t_array_init(&names, 64);
	array_foreach_elem(&compiler->model->cause_list, cause) {
		const char *id = cause->yaml.id;

		array_push_back(&names, &id);
	}
	array_append_zero(&names);
	return array_front(&names);
}

void bounce_check_id(struct bounce_compiler *compiler,
		     const struct bounce_location *location, const char *what,
		     const char *id, bool dots)
{
	const char *p;

	for (p = id; *p != '\0'; p++) {
		if (i_islower(*p) || i_isdigit(*p) || *p == '-' ||
		    (dots && (*p == '.' || *p == '_')))
			continue;
		break;
	}
	if (*p != '\0' || !i_islower(id[0])) {
		bounce_error(compiler, location, "%s `%s`: expected small "
			     "letters, digits and -%s, the first one a letter",
			     what, id, dots ? ", . and _" : "");
	}
}

uint32_t bounce_check_duration(struct bounce_compiler *compiler,
			       const char *name, const char *value)
{
	unsigned int count, unit = 0;
	const char *p;

	if (str_parse_uint(value, &count, &p) == 0 && count > 0 &&
	    p[0] != '\0' && p[1] == '\0') {
		switch (*p) {
		case 'm':
			unit = 60;
			break;
		case 'h':
			unit = 3600;
			break;
		case 'd':
			unit = 24*3600;
			break;
		}
		if (unit > 0 && count <= DURATION_MAX / unit)
			return count * unit;
	}
	bounce_error(compiler, bounce_location_get(compiler, value),
		     "`%s` is `%s`: expected a number and m, h or d, "
		     "such as 15m, 4h or 1d, of at most a year", name, value);
	return 0;
}

/* language = 2*3ALPHA *("-" 2*8alphanum), RFC 5646 as far as texts use it */
void bounce_check_language(struct bounce_compiler *compiler,
			   const struct bounce_location *location,
			   const char *tag)
{
	const char *const *subtags = t_strsplit(tag, "-");
	bool valid = TRUE;
	unsigned int i;
	const char *p;

	for (i = 0; subtags[i] != NULL; i++) {
		size_t len = strlen(subtags[i]);

		if (len < 2 || len > (i == 0 ? 3 : 8))
			valid = FALSE;
		for (p = subtags[i]; *p != '\0'; p++) {
			if (!i_isalpha(*p) && (i == 0 || !i_isdigit(*p)))
				valid = FALSE;
		}
	}
	if (!valid) {
		bounce_error(compiler, location, "`language` is `%s`: expected "
			     "a language tag such as en or zh-CN", tag);
	}
}

static bool status_glob_is_possible(const char *glob)
{
	const char *const *parts;
	unsigned int i;

	if (strspn(glob, "0123456789.*?") != strlen(glob) ||
	    strchr("245*?", glob[0]) == NULL)
		return FALSE;
	parts = t_strsplit(glob, ".");
	if (strchr(glob, '*') != NULL)
		return str_array_length(parts) <= 3;
	for (i = 0; parts[i] != NULL; i++) {
		size_t len = strlen(parts[i]);

		if (len < 1 || len > (i == 0 ? 1 : 3))
			return FALSE;
	}
	return i == 3;
}

void bounce_check_status_glob(struct bounce_compiler *compiler,
			      const char *glob)
{
	if (status_glob_is_possible(glob))
		return;
	bounce_error(compiler, bounce_location_get(compiler, glob),
		     "`status` has `%s`, which no status can match: expected "
		     "one such as 5.1.1, ?.7.1 or 5.7.*", glob);
}

void bounce_check_code_glob(struct bounce_compiler *compiler, const char *glob)
{
	char code[MAX_INT_STRLEN];
	unsigned int i;

	if (strspn(glob, "0123456789*?") == strlen(glob)) {
		for (i = 200; i < 600; i++) {
			i_snprintf(code, sizeof(code), "%u", i);
			if (wildcard_match(code, glob))
				return;
		}
	}
	bounce_error(compiler, bounce_location_get(compiler, glob),
		     "`code` has `%s`, which no reply code can match: expected "
		     "one such as 550, 55? or 4??", glob);
}

void bounce_check_host_glob(struct bounce_compiler *compiler,
			    const char *name, const char *glob)
{
	const char *p;

	for (p = glob; *p != '\0'; p++) {
		/* IDNs are as in the report: their U-labels are allowed */
		if (i_islower(*p) || i_isdigit(*p) || strchr("-._*?", *p) ||
		    (unsigned char)*p >= 0x80)
			continue;
		break;
	}
	if (*p == '\0' && glob[strspn(glob, "*?.")] != '\0')
		return;
	bounce_error(compiler, bounce_location_get(compiler, glob),
		     "`%s` has `%s`: expected a name in small letters such as "
		     "mx.example.com or *.example.com", name, glob);
}
