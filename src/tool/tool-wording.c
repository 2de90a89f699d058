/* From an unknown wording to the draft of a rule. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "tool-json.h"
#include "tool-wording.h"

#include <ctype.h>

/* Row of the catalogue's note: nobody can tell */
#define ROW_NOTE 16

#define GROUP_MAX_SIZE 240
#define EXAMPLE_MAX_SIZE 400
/* a pattern has at most so many words, and so many bytes of text without
   blanks between the words (Chinese) */
#define PATTERN_MAX_WORDS 8
#define PATTERN_MAX_WORD_SIZE 60
/* words in a rule's id */
#define SLUG_MAX_WORDS 4

bool tool_wording_is_unknown(const struct bounce_rules *rules,
			     const struct bounce_recipient *rcpt)
{
	return rcpt->cause == BOUNCE_NONE || rcpt->rule == BOUNCE_NONE ||
		rcpt->confidence <= BOUNCE_CONFIDENCE_LOW ||
		rules->causes[rcpt->cause].row == ROW_NOTE;
}

static bool has_digit(const char *word)
{
	return strpbrk(word, "0123456789") != NULL;
}

/* 550, 5.7.1: they say something, other numbers do not */
static bool is_code(const char *word)
{
	static const char *const forms[] = {
		"ddd", "d.d.d", "d.d.dd", "d.d.ddd", "d.dd.d", "d.dd.dd", NULL
	};
	char form[8];
	unsigned int i;

	for (i = 0; word[i] != '\0'; i++) {
		if (i == sizeof(form) - 1)
			return FALSE;
		form[i] = i_isdigit(word[i]) ? 'd' : word[i];
	}
	form[i] = '\0';
	return (*word == '2' || *word == '4' || *word == '5') &&
		str_array_find(forms, form);
}

/* mx1.example.com, __init__.py: a dot within */
static bool is_name(const char *word)
{
	const char *dot = strchr(word, '.');

	return dot != NULL && dot != word && i_isalnum(dot[1]);
}

const char *tool_wording_group(const char *normalised)
{
	const char *const *words = t_strsplit_spaces(normalised, " ");
	string_t *group = t_str_new(128);
	bool masked = FALSE;

	for (; *words != NULL; words++) {
		if (!is_code(*words) &&
		    (has_digit(*words) || is_name(*words))) {
			if (!masked)
				str_append(group, " #");
			masked = TRUE;
		} else {
			str_append_c(group, ' ');
			str_append(group, *words);
			masked = FALSE;
		}
	}
	if (str_len(group) > GROUP_MAX_SIZE) {
		str_truncate(group,
			uni_utf8_data_truncate(str_data(group), str_len(group),
					       GROUP_MAX_SIZE));
	}
	return str_len(group) == 0 ? "" : str_c(group) + 1;
}

static bool is_edge(unsigned char chr)
{
	return chr < 0x80 && !i_isalnum(chr);
}

/* A word without the punctuation around it; opens_r, closes_r: there was some
   before, after it. */
static const char *word_trim(const char *word, bool *opens_r, bool *closes_r)
{
	size_t len;

	*opens_r = is_edge(*word);
	while (*word != '\0' && is_edge(*word))
		word++;
	len = strlen(word);
	*closes_r = len > 0 && is_edge(word[len - 1]);
	while (len > 0 && is_edge(word[len - 1]))
		len--;
	return t_strndup(word, len);
}

/* A word that every mail with this wording has */
static bool word_is_constant(const char *word, const char *trimmed)
{
	return *trimmed != '\0' && !has_digit(trimmed) && !is_name(trimmed) &&
		strstr(word, "addr@") == NULL && strstr(word, "ip@") == NULL &&
		strcmp(trimmed, "url") != 0;
}

static unsigned int words_letters(const ARRAY_TYPE(const_string) *words)
{
	unsigned int letters = 0;
	const char *word;

	array_foreach_elem(words, word)
		letters += strlen(word);
	return letters;
}

/* The longest run of constant words in the text: what makes a good pattern. */
static void
longest_run(const char *normalised, ARRAY_TYPE(const_string) *best)
{
	const char *const *words = t_strsplit_spaces(normalised, " ");
	ARRAY_TYPE(const_string) run;

	t_array_init(&run, PATTERN_MAX_WORDS);
	for (; *words != NULL; words++) {
		bool opens, closes;
		const char *word = word_trim(*words, &opens, &closes);
		bool constant = word_is_constant(*words, word);

		if (opens || !constant ||
		    array_count(&run) == PATTERN_MAX_WORDS)
			array_clear(&run);
		if (constant)
			array_push_back(&run, &word);
		if (words_letters(&run) > words_letters(best)) {
			array_clear(best);
			array_append_array(best, &run);
		}
		if (closes)
			array_clear(&run);
	}
}

/* The pattern that matches these words and nothing else */
static const char *run_pattern(const ARRAY_TYPE(const_string) *run)
{
	string_t *pattern = t_str_new(128);
	const char *word;
	size_t len, i;

	array_foreach_elem(run, word) {
		if (str_len(pattern) > 0)
			str_append_c(pattern, ' ');
		len = uni_utf8_data_truncate((const unsigned char *)word,
					     strlen(word),
					     PATTERN_MAX_WORD_SIZE);
		for (i = 0; i < len; i++) {
			if (strchr("\\^$.|?*+()[]{}", word[i]) != NULL)
				str_append_c(pattern, '\\');
			str_append_c(pattern, word[i]);
		}
	}
	if (array_count(run) == 1 && !is_edge(*str_c(pattern)) &&
	    (unsigned char)*str_c(pattern) < 0x80)
		return t_strdup_printf("\\b%s\\b", str_c(pattern));
	return str_c(pattern);
}

static const char *run_slug(const ARRAY_TYPE(const_string) *run)
{
	string_t *slug = t_str_new(64);
	unsigned int words = 0;
	const char *word;
	size_t i;

	array_foreach_elem(run, word) {
		for (i = 0; i_isalpha(word[i]) != 0; i++) ;
		if (i < 3 || word[i] != '\0' || ++words > SLUG_MAX_WORDS)
			continue;
		if (str_len(slug) > 0)
			str_append_c(slug, '-');
		str_append(slug, t_str_lcase(word));
	}
	return str_len(slug) == 0 ? "new-rule" : str_c(slug);
}

static void
append_replaced(string_t *str, const char *text, const char *from,
		const char *to)
{
	const char *p;

	while ((p = strstr(text, from)) != NULL) {
		str_append_data(str, text, p - text);
		str_append(str, to);
		text = p + strlen(from);
	}
	str_append(str, text);
}

/* An example that names nobody */
static const char *example_text(const char *normalised)
{
	string_t *with_addresses = t_str_new(256), *text = t_str_new(256);

	append_replaced(with_addresses, normalised, "addr@",
			"user@example.com");
	append_replaced(text, str_c(with_addresses), "ip@", "192.0.2.1");
	if (str_len(text) > EXAMPLE_MAX_SIZE) {
		str_truncate(text,
			uni_utf8_data_truncate(str_data(text), str_len(text),
					       EXAMPLE_MAX_SIZE));
	}
	return str_c(text);
}

const char *tool_wording_rule(const struct bounce_recipient *rcpt,
			      const char *indent)
{
	string_t *yaml = t_str_new(512);
	ARRAY_TYPE(const_string) run;
	bool known;

	t_array_init(&run, PATTERN_MAX_WORDS);
	longest_run(rcpt->normalised, &run);
	known = *rcpt->cause_id != '\0' &&
		strcmp(rcpt->cause_id, "unclassified") != 0;

	str_printfa(yaml, "%srules:\n%s  - id: local.%s\n", indent, indent,
		    run_slug(&run));
	str_printfa(yaml, "%s    cause: %s  # %s: see bouncecause causes\n",
		    indent, known ? rcpt->cause_id : "unclassified",
		    known ? "a guess" : "yours to say");
	if (array_count(&run) > 0) {
		str_printfa(yaml, "%s    match: [%s]\n", indent,
			    tool_json_quote(run_pattern(&run)));
	}
	if (array_count(&run) == 0 && *rcpt->status != '\0') {
		str_printfa(yaml, "%s    status: [%s]\n", indent,
			    tool_json_quote(rcpt->status));
	} else if (array_count(&run) == 0) {
		str_printfa(yaml, "%s    code: [%s]\n", indent,
			    tool_json_quote(*rcpt->code == '\0' ? "5??" :
					    rcpt->code));
	}
	str_printfa(yaml, "%s    examples:\n%s      - %s\n", indent, indent,
		    tool_json_quote(example_text(rcpt->normalised)));
	return str_c(yaml);
}
