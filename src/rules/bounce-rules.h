#ifndef BOUNCE_RULES_H
#define BOUNCE_RULES_H

#include "bounce-rules-file.h"

struct event;

/* A loaded rule file. The arrays point into the map; they are valid as long as
   a reference is held. */
struct bounce_rules {
	int refcount;
	char *path;

	const char *strings;
	const uint32_t *lists;
	const struct bounce_cause_rec *causes;
	const struct bounce_language_rec *languages;
	const struct bounce_text_rec *texts;
	const struct bounce_word_rec *words;
	const struct bounce_provider_rec *providers;
	const struct bounce_rule_rec *rules;
	const struct bounce_format_rec *formats;
	const struct bounce_pattern_rec *patterns;
	const struct bounce_domain_rec *domains;
	/* how many records each section has, by enum bounce_section */
	uint32_t counts[BOUNCE_SECTION_COUNT];

	/* indexes of the rules that need no words, only a status or a code:
	   these are looked at for every reply, the others when they hit */
	uint32_t *bare_rules;
	uint32_t bare_count;

	/* private to the loader */
	struct bounce_rules_databases *databases;
	struct bounce_rules_starts *starts;
	struct bounce_rules_providers *provider_names;
	struct bounce_rules_fields *fields;
	void *map;
	size_t map_size;
	dev_t st_dev;
	ino_t st_ino;
	off_t st_size;
	time_t st_mtime_sec;
	unsigned long st_mtime_nsec;
};

/* Map and check the compiled rule file at path. Returns 0 and a reference in
   rules_r, or -1 and what is wrong in error_r (data stack): it is missing, it
   is damaged, it was made by another version, or this CPU cannot use it. */
int bounce_rules_open(const char *path, struct bounce_rules **rules_r,
		      const char **error_r);
/* The same, but returns the process's own copy while the file on disk is still
   the one that was loaded, and loads anew where it was replaced. If the new
   one cannot be loaded the old one goes on being used, and one error is logged
   to the event for each change. The caller owns a reference. */
int bounce_rules_get(const char *path, struct event *event,
		     struct bounce_rules **rules_r, const char **error_r);
void bounce_rules_ref(struct bounce_rules *rules);
void bounce_rules_unref(struct bounce_rules **rules);
/* Drop what bounce_rules_get() keeps. For plugin unload. */
void bounce_rules_cache_free(void);

/* A pattern (by its index) was found in the text, and ends at that offset.
   Matches come in no order, and one pattern may come several times. Return
   FALSE to end the scan. */
typedef bool bounce_rules_match_callback_t(uint32_t pattern, size_t to,
					   void *context);
/* Find all patterns of a place in the text, which is valid UTF-8, in one pass.
   Not to be called from the callback. libhs checks a pattern database when it
   is used for the first time, and reads all of it for that; so an ordinary mail
   costs the patterns of header fields only. One that is damaged finds nothing:
   see bounce_rules_error(). */
void bounce_rules_scan(const struct bounce_rules *rules,
		       enum bounce_pattern_place place,
		       const char *text, size_t size,
		       bounce_rules_match_callback_t *callback, void *context);

/* Is there a pattern that could be found in a header field of that name (in any
   case)? bounce_rules_scan() need not see the others. */
bool bounce_rules_has_field(const struct bounce_rules *rules,
			    const char *name);

/* A number for each pattern, all of them 0, for the callback's use; whoever
   sets some sets them to 0 again. */
uint32_t *bounce_rules_numbers(const struct bounce_rules *rules);
/* What is wrong with the pattern databases that were used so far, or NULL. It
   stays so until the file is replaced. What was found with these rules is then
   good for nothing. Valid as long as the rules. */
const char *bounce_rules_error(const struct bounce_rules *rules);
/* The same, after using all of them: for whoever wants to know at once. */
const char *bounce_rules_use(const struct bounce_rules *rules);

/* What tells these rules from others: some hexadecimal digits that are the same
   wherever the same sources were compiled. Data stack. */
const char *bounce_rules_version(const struct bounce_rules *rules);

/* The string at an offset that a record holds; never NULL. */
static inline const char *
bounce_rules_str(const struct bounce_rules *rules, uint32_t offset)
{
	return rules->strings + offset;
}

/* The index of the cause with that id, or BOUNCE_NONE. */
uint32_t bounce_rules_find_cause(const struct bounce_rules *rules,
				 const char *id);
/* The index of the language with that tag or script name, in any case
   ("zh-cn", "zh_CN"; "zh" and "zh-Hans" are zh-CN, "zh-Hant", "zh-HK" are
   zh-TW; "de-AT" is de), or BOUNCE_NONE. */
uint32_t bounce_rules_find_language(const struct bounce_rules *rules,
				    const char *tag);
/* The texts of a cause in a language; what the language lacks comes from the
   first one (English). Never NULL for a valid language and cause. advice_id,
   unless 0, is a rule's own advice: its texts in that language are in own_r,
   or NULL where it has none: the cause's own words in the reader's language
   serve him better than special ones in another. */
const struct bounce_text_rec *
bounce_rules_find_text(const struct bounce_rules *rules, uint32_t language,
		       uint32_t cause, uint32_t advice_id,
		       const struct bounce_text_rec **own_r);
/* The word with that id in a language, else in the first language, else "". */
const char *bounce_rules_find_word(const struct bounce_rules *rules,
				   uint32_t language, const char *id);
/* The provider whose hosts (or domains) match that name, or BOUNCE_NONE. The
   longest glob wins. */
uint32_t bounce_rules_find_provider_host(const struct bounce_rules *rules,
					 const char *host);
uint32_t bounce_rules_find_provider_domain(const struct bounce_rules *rules,
					   const char *domain);
/* The domain of the list in rules/domains.yaml, or NULL. */
const struct bounce_domain_rec *
bounce_rules_find_domain(const struct bounce_rules *rules, const char *domain);
/* Does one of the list's globs match the value? An empty list matches. */
bool bounce_rules_list_match(const struct bounce_rules *rules,
			     const struct bounce_list *list,
			     const char *value);
/* The known names nearest to one that is not known, for messages: at most
   max, best first, NULL-terminated, on the data stack. Empty where nothing is
   near. */
const char *const *
bounce_names_nearest(const char *const *names, const char *wanted,
		     unsigned int max);

/* Names of the enums as rule files and scripts write them ("permanent"); ""
   for UNSET and for what is no value. */
const char *bounce_severity_name(enum bounce_severity severity);
const char *bounce_fixer_name(enum bounce_fixer fixer);
const char *bounce_retry_name(enum bounce_retry retry);
const char *bounce_confidence_name(enum bounce_confidence confidence);
const char *bounce_rank_name(enum bounce_rank rank);
const char *bounce_stage_name(enum bounce_stage stage);
const char *bounce_role_name(enum bounce_role role);

#endif
