/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "charset-utf8.h"
#include "charset-cache.h"

struct charset_entry {
	char *charset;
	struct charset_translation *trans;
};

/* the last used one is the last */
static ARRAY(struct charset_entry) charset_cache = ARRAY_INIT;

static void charset_cache_drop(unsigned int idx)
{
	struct charset_entry *entry =
		array_idx_modifiable(&charset_cache, idx);

	charset_to_utf8_end(&entry->trans);
	i_free(entry->charset);
	array_delete(&charset_cache, idx, 1);
}

static void charset_cache_free(void)
{
	while (array_count(&charset_cache) > 0)
		charset_cache_drop(0);
	array_free(&charset_cache);
}

static struct charset_translation *charset_cache_find(const char *charset)
{
	struct charset_entry *entries, found;
	unsigned int i, count;

	entries = array_get_modifiable(&charset_cache, &count);
	for (i = 0; i < count; i++) {
		if (strcasecmp(entries[i].charset, charset) != 0)
			continue;
		found = entries[i];
		memmove(&entries[i], &entries[i + 1],
			(count - i - 1) * sizeof(*entries));
		entries[count - 1] = found;
		charset_to_utf8_reset(found.trans);
		return found.trans;
	}
	return NULL;
}

struct charset_translation *charset_cache_get(const char *charset)
{
	struct charset_translation *trans;
	struct charset_entry *entry;

	if (!array_is_created(&charset_cache)) {
		i_array_init(&charset_cache, BOUNCE_LIMIT_CHARSETS);
		lib_atexit(charset_cache_free);
	}
	trans = charset_cache_find(charset);
	if (trans != NULL)
		return trans;
	if (charset_to_utf8_begin(charset, NULL, &trans) < 0)
		return NULL;
	if (array_count(&charset_cache) == BOUNCE_LIMIT_CHARSETS)
		charset_cache_drop(0);
	entry = array_append_space(&charset_cache);
	entry->charset = i_strdup(charset);
	entry->trans = trans;
	return trans;
}
