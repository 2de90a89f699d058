/* Finding and opening the compiled rules. */

#include "lib.h"
#include "path-util.h"
#include "array.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-rules.h"

#include <unistd.h>

/* Take the last component of a path off: returns it, and what is before it in
   dir_r. */
static const char *path_split(const char *path, const char **dir_r)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL) {
		*dir_r = "";
		return path;
	}
	*dir_r = t_strdup_until(path, slash);
	return slash + 1;
}

/* Where rules are in the build tree that this very program lies in:
   <build>/src/tool/bouncecause, where libtool may put the real binary into
   .libs/. NULL when it lies elsewhere. */
static const char *rules_dir_in_build_tree(void)
{
	const char *exe, *dir, *name, *error;

	if (t_readlink("/proc/self/exe", &exe, &error) < 0)
		return NULL;
	(void)path_split(exe, &dir);
	exe = dir;
	name = path_split(exe, &dir);
	if (strcmp(name, ".libs") == 0) {
		exe = dir;
		name = path_split(exe, &dir);
	}
	if (strcmp(name, "tool") != 0)
		return NULL;
	exe = dir;
	name = path_split(exe, &dir);
	if (strcmp(name, "src") != 0)
		return NULL;
	dir = t_strconcat(dir, "/rules", NULL);
	return access(t_strconcat(dir, "/bouncecause.rules", NULL),
		      F_OK) == 0 ? dir : NULL;
}

/* A file of that name in the build tree, else the installed one */
static const char *path_of(const char *name, const char *installed)
{
	const char *dir = rules_dir_in_build_tree();

	return dir != NULL ? t_strconcat(dir, name, NULL) : installed;
}

static const char *rules_path(void)
{
	return path_of("/bouncecause.rules", BOUNCE_RULES_FILE);
}

const char *tool_rules_words_path(void)
{
	return path_of("/ordinary-words.txt", BOUNCE_WORDS_FILE);
}

const char *tool_rules_version(void)
{
	const char *path = rules_path(), *version, *error;
	struct bounce_rules *rules;

	if (bounce_rules_open(path, &rules, &error) < 0)
		return t_strdup_printf("none: %s", error);
	version = t_strdup_printf("%s, %s", bounce_rules_version(rules), path);
	bounce_rules_unref(&rules);
	return version;
}

int tool_rules_open(const char *path, struct bounce_rules **rules_r)
{
	int ret = 0;

	T_BEGIN {
		const char *error;

		if (bounce_rules_open(path != NULL ? path : rules_path(),
				      rules_r, &error) < 0) {
			tool_error("%s", error);
			tool_hint("Rules are made with: bouncecause compile "
				  "-o FILE DIRECTORY; "
				  "--rules FILE says which to use");
			ret = -1;
		} else if ((error = bounce_rules_use(*rules_r)) != NULL) {
			tool_error("%s", error);
			bounce_rules_unref(rules_r);
			ret = -1;
		}
	} T_END;
	return ret;
}

static void
language_error_unknown(const struct bounce_rules *rules, const char *tag)
{
	ARRAY_TYPE(const_string) names;
	uint32_t i, count = rules->counts[BOUNCE_SECTION_LANGUAGES];
	const char *name;

	t_array_init(&names, count + 1);
	for (i = 0; i < count; i++) {
		name = bounce_rules_str(rules, rules->languages[i].tag);
		array_push_back(&names, &name);
	}
	array_append_zero(&names);
	tool_error("Unknown language: %s", tag);
	tool_hint("Known are: %s",
		  t_strarray_join(array_front(&names), ", "));
}

int tool_rules_language(const struct bounce_rules *rules, const char *tag,
			uint32_t *language_r)
{
	*language_r = 0;
	if (tag == NULL)
		return 0;
	*language_r = bounce_rules_find_language(rules, tag);
	if (*language_r != BOUNCE_NONE)
		return 0;
	T_BEGIN {
		language_error_unknown(rules, tag);
	} T_END;
	return -1;
}

int tool_rules_check_language(const struct bounce_rules *rules,
			      const char *tag)
{
	uint32_t language;

	if (tag != NULL && strcmp(tag, "auto") == 0)
		return 0;
	return tool_rules_language(rules, tag, &language);
}
