#ifndef BOUNCE_RULES_FILE_H
#define BOUNCE_RULES_FILE_H

/* The compiled rule file: what `bouncecause compile` writes and every process
   maps read-only. It is a header, a table of sections, and the sections: arrays
   of the records below, one heap of NUL-terminated UTF-8 strings, and the
   pattern databases of libhs. All numbers are in host byte order (the header
   says which); strings are offsets into the string heap, offset 0 being the
   empty string; lists are ranges of the `lists` section. The loader checks
   every offset once, so that readers need not.

   The databases are in the form that hs_deserialize_database_at() gives, so
   that they are used where they are mapped: processes share them, and loading
   neither copies them nor takes time that grows with the rules. They hold
   offsets only, no addresses; what libhs asks for is the alignment.

   The file is replaced by rename(), never written in place: processes have it
   mapped. */

#define BOUNCE_RULES_MAGIC "BCRULES\n"
/* Raise when a record changes: older files are then refused as outdated. */
#define BOUNCE_RULES_VERSION 5
#define BOUNCE_RULES_BYTE_ORDER 0x01020304U

/* The kinds of CPU that libhs runs on; its databases differ between them. */
#if defined(__x86_64__)
#  define BOUNCE_RULES_MACHINE 1
#elif defined(__aarch64__)
#  define BOUNCE_RULES_MACHINE 2
#elif defined(__powerpc64__)
#  define BOUNCE_RULES_MACHINE 3
#else
#  define BOUNCE_RULES_MACHINE 0
#endif

#define BOUNCE_RULES_ALIGNMENT 64

/* What a number means where there is no record to point at */
#define BOUNCE_NONE 0xffffffffU

enum bounce_section {
	BOUNCE_SECTION_STRINGS = 0,
	/* uint32_t[]: lists of string offsets */
	BOUNCE_SECTION_LISTS,
	BOUNCE_SECTION_CAUSES,		/* struct bounce_cause_rec[] */
	BOUNCE_SECTION_LANGUAGES,	/* struct bounce_language_rec[] */
	BOUNCE_SECTION_TEXTS,		/* struct bounce_text_rec[] */
	BOUNCE_SECTION_WORDS,		/* struct bounce_word_rec[] */
	BOUNCE_SECTION_PROVIDERS,	/* struct bounce_provider_rec[] */
	BOUNCE_SECTION_RULES,		/* struct bounce_rule_rec[] */
	BOUNCE_SECTION_FORMATS,		/* struct bounce_format_rec[] */
	/* struct bounce_pattern_rec[]; the index is the pattern's libhs id in
	   the database that its `place` names */
	BOUNCE_SECTION_PATTERNS,
	BOUNCE_SECTION_DOMAINS,		/* struct bounce_domain_rec[] */
	/* libhs databases, 64-aligned */
	BOUNCE_SECTION_DB_HEADER,
	BOUNCE_SECTION_DB_HEADER_WORDS,
	BOUNCE_SECTION_DB_BODY,
	BOUNCE_SECTION_DB_BODY_WORDS,
	BOUNCE_SECTION_DB_REPLY,
	BOUNCE_SECTION_DB_REPLY_WORDS,

	BOUNCE_SECTION_COUNT
};

struct bounce_rules_section {
	uint64_t offset;	/* from the start of the file, 64-aligned */
	uint64_t size;		/* bytes */
};

/* A Fletcher sum over 64-bit words. It tells damage, not forgery. (The CRCs of
   libdovecot and of libhs would take most of the loading time.) */
struct bounce_rules_checksum {
	uint64_t sum;
	uint64_t sums;
};

struct bounce_rules_header {
	char magic[8];
	uint32_t version;
	uint32_t byte_order;
	uint64_t file_size;	/* a multiple of 8 */
	struct bounce_rules_checksum checksum;
	uint32_t section_count;
	uint32_t machine;		/* BOUNCE_RULES_MACHINE */
	struct bounce_rules_section sections[BOUNCE_SECTION_COUNT];
};

/* The checksum of the section table, of the sections before the databases, and
   of the start of each database, where libhs has its own checksum of the rest.
   The bounds of the sections must be known to be right. Read from the file, or
   from memory where fd is -1. (To touch every page of a map costs more than to
   read them, under some hypervisors a hundred times more.) Returns -1 with
   errno where the file cannot be read. */
int bounce_rules_checksum(int fd, const void *map,
			  struct bounce_rules_checksum *checksum_r);
#define BOUNCE_RULES_DB_START_SIZE 128

/* Is the start of a database as libhs writes it where memory is aligned as in
   the file? libhs itself does not look. */
bool bounce_rules_database_starts(const void *db);

/* A range of BOUNCE_SECTION_LISTS */
struct bounce_list {
	uint32_t first;
	uint32_t count;
};

enum bounce_severity {
	BOUNCE_SEVERITY_UNSET = 0,
	BOUNCE_SEVERITY_PERMANENT,
	BOUNCE_SEVERITY_TEMPORARY
};

enum bounce_fixer {
	BOUNCE_FIXER_UNSET = 0,
	BOUNCE_FIXER_AUTHOR,
	BOUNCE_FIXER_POSTMASTER,
	BOUNCE_FIXER_RECIPIENT,
	BOUNCE_FIXER_NOBODY
};

enum bounce_retry {
	BOUNCE_RETRY_UNSET = 0,
	BOUNCE_RETRY_NEVER,
	BOUNCE_RETRY_FIXED,
	BOUNCE_RETRY_LATER
};

enum bounce_confidence {
	BOUNCE_CONFIDENCE_UNSET = 0,
	BOUNCE_CONFIDENCE_LOW,
	BOUNCE_CONFIDENCE_MEDIUM,
	BOUNCE_CONFIDENCE_HIGH
};

/* Ascending: the higher one wins */
enum bounce_rank {
	BOUNCE_RANK_UNSET = 0,
	BOUNCE_RANK_CODE,
	BOUNCE_RANK_GENERAL,
	BOUNCE_RANK_STATUS,
	BOUNCE_RANK_SPECIFIC,
	BOUNCE_RANK_PROVIDER
};

/* At which step of the SMTP dialogue the refusal came; bits, as a rule may
   allow several */
enum bounce_stage {
	BOUNCE_STAGE_UNKNOWN	= 0,
	BOUNCE_STAGE_CONNECT	= 0x01,
	BOUNCE_STAGE_HELO	= 0x02,
	BOUNCE_STAGE_TLS	= 0x04,
	BOUNCE_STAGE_AUTH	= 0x08,
	BOUNCE_STAGE_MAIL	= 0x10,
	BOUNCE_STAGE_RCPT	= 0x20,
	BOUNCE_STAGE_DATA	= 0x40
};

/* Yes, no, or not asked */
enum bounce_tristate {
	BOUNCE_ANY = 0,
	BOUNCE_YES,
	BOUNCE_NO
};

struct bounce_cause_rec {
	uint32_t id;			/* string: user-unknown */
	uint32_t keyword;		/* string: $BounceUserUnknown */
	uint32_t row;			/* 1..15, 16 the note, 0 beyond */
	uint32_t severity;		/* enum bounce_severity */
	uint32_t fixer;			/* enum bounce_fixer */
	uint32_t retry;			/* enum bounce_retry */
	uint32_t retry_after;		/* seconds, 0 unless later */
};

struct bounce_language_rec {
	uint32_t tag;			/* string: zh-CN */
	uint32_t script_name;		/* string: zh_CN */
	uint32_t name;			/* string: the language's own name */
};

/* The texts of a cause, or of one rule's own advice, in one language. First
   every cause in every language, by language, then by cause (what a language
   lacks is filled in from the first one); then the advices, with the cause
   BOUNCE_NONE, as far as they were given. */
struct bounce_text_rec {
	uint32_t language;		/* index of the language */
	uint32_t cause;			/* index of the cause or BOUNCE_NONE */
	uint32_t advice_id;		/* string: a rule's own advice, or 0 */
	uint32_t title;			/* strings; 0 where there is none */
	uint32_t reason;
	uint32_t advice;
	uint32_t reason_temporary;
	uint32_t advice_temporary;
};

/* A word or sentence that explanations are made of */
struct bounce_word_rec {
	uint32_t language;		/* index of the language */
	uint32_t id;			/* string */
	uint32_t text;			/* string */
};

struct bounce_provider_rec {
	uint32_t id;			/* string: netease */
	uint32_t name;			/* string: NetEase Mail */
	struct bounce_list hosts;	/* strings: globs on host names */
	struct bounce_list domains;	/* strings: globs on domains */
};

struct bounce_rule_rec {
	uint32_t id;			/* string */
	uint32_t cause;			/* index of the cause */
	uint32_t provider;		/* index or BOUNCE_NONE */
	uint32_t rank;			/* enum bounce_rank */
	int32_t weight;			/* -9..9 within the rank */
	/* How many patterns each group has; the patterns themselves are in
	   BOUNCE_SECTION_PATTERNS and name their rule. All conditions of a
	   rule must hold. */
	uint32_t match_count;		/* unless 0, one of them must hit */
	uint32_t url_count;		/* the same, in the text's URLs */
	uint32_t all_count;		/* each of them must hit */
	uint32_t none_count;		/* none of them may hit */
	struct bounce_list status;	/* strings: globs */
	struct bounce_list code;	/* strings: globs */
	uint32_t stages;		/* bits of enum bounce_stage; 0: any */
	uint32_t needs_provider;	/* 1: only where it was recognised */
	uint32_t local;			/* enum bounce_tristate */
	uint32_t severity;		/* these: UNSET: not set here */
	uint32_t confidence;		/* never UNSET */
	uint32_t fixer;
	uint32_t retry;
	uint32_t retry_after;		/* seconds */
	uint32_t advice_id;		/* string or 0 */
	uint32_t source;		/* string: where it is from */
	uint32_t file;			/* string: rule file, for explain */
	uint32_t line;
};

struct bounce_format_rec {
	uint32_t id;			/* string: qmail */
	uint32_t name;			/* string */
};

/* In header and body ^ and $ are the ends of a line. libhs tells where a match
   ends; where it starts would cost too much to ask for of all patterns, see
   bounce_pattern_find_start(). */
enum bounce_pattern_place {
	BOUNCE_PLACE_HEADER = 0,	/* header marker */
	BOUNCE_PLACE_BODY,		/* body marker */
	BOUNCE_PLACE_REPLY		/* rule pattern or reply marker */
};

/* Each place has two databases, in the order of their sections: patterns that
   stand for a few literals are these literals (words), in one of their own,
   since libhs is many times faster where there is nothing else. In a body words
   are looked for with line ends turned into blanks. */
#define BOUNCE_DATABASE(place, words) ((place) * 2 + ((words) ? 1 : 0))
#define BOUNCE_DATABASE_PLACE(database) ((database) / 2)
#define BOUNCE_DATABASE_COUNT BOUNCE_DATABASE(BOUNCE_PLACE_REPLY + 1, FALSE)

/* What a pattern is for. Markers first, then the groups of a rule. */
enum bounce_role {
	BOUNCE_ROLE_IDENTIFY = 0,
	/* header */
	BOUNCE_ROLE_CANDIDATE,
	BOUNCE_ROLE_MDN,
	BOUNCE_ROLE_FEEDBACK,
	/* header and body */
	BOUNCE_ROLE_ORDINARY,
	BOUNCE_ROLE_AUTO_REPLY,
	BOUNCE_ROLE_QUOTED,		/* the author's words follow on the line */
	/* body */
	BOUNCE_ROLE_FAILURE,
	BOUNCE_ROLE_DELAY,
	BOUNCE_ROLE_SUCCESS,
	BOUNCE_ROLE_FINAL,		/* given up, delayed or not */
	BOUNCE_ROLE_RECIPIENT,
	BOUNCE_ROLE_REPLY,
	BOUNCE_ROLE_REMOTE_MTA,
	BOUNCE_ROLE_REPORTING_MTA,
	BOUNCE_ROLE_SENDER,
	BOUNCE_ROLE_SKIP,
	BOUNCE_ROLE_RETURNED,
	BOUNCE_ROLE_FORWARDED,
	/* reply */
	BOUNCE_ROLE_LIMIT,
	BOUNCE_ROLE_STAGE,		/* detail: enum bounce_stage */
	/* groups of a rule */
	BOUNCE_ROLE_RULE_MATCH,
	BOUNCE_ROLE_RULE_ALL,		/* detail: which one of `all` */
	BOUNCE_ROLE_RULE_NONE,
	BOUNCE_ROLE_RULE_URL,

	BOUNCE_ROLE_COUNT
};

struct bounce_pattern_rec {
	uint32_t pattern;		/* string: as written, for explain */
	uint32_t place;			/* enum bounce_pattern_place */
	uint32_t role;			/* enum bounce_role */
	uint32_t detail;		/* see the role */
	uint32_t owner;			/* index of the rule or the format */
	uint32_t always;		/* 1: counts without identification */
	uint32_t language;		/* string: tag it shows, or 0 */
	uint32_t min_width;		/* hs_expression_info() */
};

/* An expression of a pattern database: the index of its pattern and, where it
   is one of the literals that the pattern stands for, the literal's size and
   whether a word has to begin or end with it, which libhs does not check. This
   is the expression's libhs id. */
#define BOUNCE_BOUND_START	0x01
#define BOUNCE_BOUND_END	0x02
#define BOUNCE_LITERAL_MAX_SIZE	1023
#define BOUNCE_PATTERNS_MAX	(1U << 20)
#define BOUNCE_EXPRESSION_ID(pattern, bounds, size) \
	((pattern) | (bounds) << 20 | (uint32_t)(size) << 22)
#define BOUNCE_EXPRESSION_PATTERN(id)	((id) & (BOUNCE_PATTERNS_MAX - 1))
#define BOUNCE_EXPRESSION_BOUNDS(id)	(((id) >> 20) & 0x03)
#define BOUNCE_EXPRESSION_SIZE(id)	((id) >> 22)

/* What \b and \w mean by a word */
static inline bool bounce_is_word_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_';
}

struct bounce_domain_rec {
	uint32_t domain;		/* string, lower case; sorted by it */
	uint32_t well_known;		/* 1: suggest it; 0: merely real */
};

#endif
