/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Problems of rule files: collected, and told in the order of the files */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "bounce-problems.h"

struct problem {
	enum bounce_problem_level level;
	const struct bounce_source *source;
	unsigned int line;
	/* order of coming, among those of a line */
	unsigned int idx;
	const char *text;
};

struct bounce_problems {
	pool_t pool;
	bounce_problem_callback_t *callback;
	void *context;

	ARRAY(struct problem) problems;
	unsigned int added;
	unsigned int suppressed;
	unsigned int errors;
};

struct bounce_problems *
bounce_problems_init(bounce_problem_callback_t *callback, void *context)
{
	struct bounce_problems *problems;

	problems = i_new(struct bounce_problems, 1);
	problems->pool = pool_alloconly_create("bounce problems", 1024);
	problems->callback = callback;
	problems->context = context;
	i_array_init(&problems->problems, 16);
	return problems;
}

void bounce_problems_deinit(struct bounce_problems **_problems)
{
	struct bounce_problems *problems = *_problems;

	*_problems = NULL;
	array_free(&problems->problems);
	pool_unref(&problems->pool);
	i_free(problems);
}

/* The place for one more problem, NULL for none: an error takes that of a
   warning, of which it is the last that is not told. */
static struct problem *
problems_place(struct bounce_problems *problems,
	       enum bounce_problem_level level)
{
	struct problem *all;
	unsigned int count;

	if (array_count(&problems->problems) < BOUNCE_LIMIT_PROBLEMS)
		return array_append_space(&problems->problems);
	problems->suppressed++;
	if (level != BOUNCE_PROBLEM_ERROR)
		return NULL;
	all = array_get_modifiable(&problems->problems, &count);
	while (count > 0 && all[count - 1].level == BOUNCE_PROBLEM_ERROR)
		count--;
	return count == 0 ? NULL : &all[count - 1];
}

void bounce_problem_add(struct bounce_problems *problems,
			enum bounce_problem_level level,
			const struct bounce_source *source, unsigned int line,
			const char *fmt, ...)
{
	struct problem *problem;
	va_list args;

	if (level == BOUNCE_PROBLEM_ERROR)
		problems->errors++;
	problem = problems_place(problems, level);
	if (problem == NULL)
		return;
	problem->level = level;
	problem->source = source;
	problem->line = line;
	problem->idx = problems->added++;
	/* values that it quotes are as they are in the file */
	va_start(args, fmt);
	T_BEGIN {
		problem->text = p_strdup(problems->pool, str_sanitize_utf8(
			t_strdup_vprintf(fmt, args), SIZE_MAX));
	} T_END;
	va_end(args);
}

unsigned int bounce_problems_errors(const struct bounce_problems *problems)
{
	return problems->errors;
}

static int problem_cmp(const struct problem *a, const struct problem *b)
{
	/* what belongs to no file comes last */
	unsigned int a_idx = a->source == NULL ? UINT_MAX : a->source->idx;
	unsigned int b_idx = b->source == NULL ? UINT_MAX : b->source->idx;

	if (a_idx != b_idx)
		return a_idx < b_idx ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->idx < b->idx ? -1 : 1;
}

unsigned int bounce_problems_flush(struct bounce_problems *problems)
{
	const struct problem *problem;
	unsigned int errors = problems->errors;

	array_sort(&problems->problems, problem_cmp);
	array_foreach(&problems->problems, problem) {
		problems->callback(problem->level, problem->source == NULL ?
				   "" : problem->source->path, problem->line,
				   problem->text, problems->context);
	}
	if (problems->suppressed > 0) T_BEGIN {
		problems->callback(BOUNCE_PROBLEM_WARNING, "", 0,
			t_strdup_printf("%u more problems are not told",
					problems->suppressed),
			problems->context);
	} T_END;
	array_clear(&problems->problems);
	problems->added = problems->suppressed = problems->errors = 0;
	p_clear(problems->pool);
	return errors;
}

const char *bounce_problem_list(const char *const *names)
{
	string_t *str = t_str_new(128);

	for (; *names != NULL; names++) {
		if (str_len(str) > 0)
			str_append(str, names[1] == NULL ? " or " : ", ");
		str_printfa(str, "`%s`", *names);
	}
	return str_c(str);
}

const char *bounce_problem_did_you_mean(const char *const *names,
					const char *wanted)
{
	const char *const *near = bounce_names_nearest(names, wanted, 2);

	if (near[0] == NULL)
		return "";
	return t_strdup_printf("; did you mean %s?",
			       bounce_problem_list(near));
}
