/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "charset-utf8.h"
#include "charset-cache.h"

struct charset_entry {
	char *charset;
	/* NULL: the charset is unknown */
	struct charset_translation *trans;
};

/* the last used one is the last */
static ARRAY(struct charset_entry) charset_cache = ARRAY_INIT;

static unsigned int charset_loads_left = BOUNCE_LIMIT_CHARSET_LOADS;

static void charset_cache_drop(unsigned int idx)
{
	struct charset_entry *entry =
		array_idx_modifiable(&charset_cache, idx);

	if (entry->trans != NULL)
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

static struct charset_entry *charset_cache_find(const char *charset)
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
		return &entries[count - 1];
	}
	return NULL;
}

void charset_cache_begin_message(void)
{
	charset_loads_left = BOUNCE_LIMIT_CHARSET_LOADS;
}

struct charset_translation *charset_cache_get(const char *charset)
{
	struct charset_entry *entry;

	if (!array_is_created(&charset_cache)) {
		i_array_init(&charset_cache, BOUNCE_LIMIT_CHARSETS);
		lib_atexit(charset_cache_free);
	}
	entry = charset_cache_find(charset);
	if (entry != NULL) {
		if (entry->trans != NULL)
			charset_to_utf8_reset(entry->trans);
		return entry->trans;
	}
	if (charset_loads_left == 0)
		return NULL;
	charset_loads_left--;
	if (array_count(&charset_cache) == BOUNCE_LIMIT_CHARSETS)
		charset_cache_drop(0);
	entry = array_append_space(&charset_cache);
	entry->charset = i_strdup(charset);
	if (charset_to_utf8_begin(charset, NULL, &entry->trans) < 0)
		entry->trans = NULL;
	return entry->trans;
}
