/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A list of values */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "sieve-common.h"
#include "sieve-stringlist.h"
#include "bouncecause-stringlist.h"

struct bouncecause_stringlist {
	struct sieve_stringlist strlist;

	ARRAY(string_t *) values;
	unsigned int next, filled;
};

static int
bouncecause_stringlist_next_item(struct sieve_stringlist *strlist,
				 string_t **str_r)
{
	struct bouncecause_stringlist *list =
		container_of(strlist, struct bouncecause_stringlist, strlist);

	if (list->next == array_count(&list->values)) {
		*str_r = NULL;
		return 0;
	}
	*str_r = array_idx_elem(&list->values, list->next++);
	return 1;
}

static void bouncecause_stringlist_reset(struct sieve_stringlist *strlist)
{
	struct bouncecause_stringlist *list =
		container_of(strlist, struct bouncecause_stringlist, strlist);

	list->next = 0;
}

static int bouncecause_stringlist_get_length(struct sieve_stringlist *strlist)
{
	struct bouncecause_stringlist *list =
		container_of(strlist, struct bouncecause_stringlist, strlist);

	return list->filled;
}

struct bouncecause_stringlist *
bouncecause_stringlist_create(const struct sieve_runtime_env *renv)
{
	struct bouncecause_stringlist *list;

	list = t_new(struct bouncecause_stringlist, 1);
	list->strlist.runenv = renv;
	list->strlist.exec_status = SIEVE_EXEC_OK;
	list->strlist.next_item = bouncecause_stringlist_next_item;
	list->strlist.reset = bouncecause_stringlist_reset;
	list->strlist.get_length = bouncecause_stringlist_get_length;
	t_array_init(&list->values, 8);
	return list;
}

void bouncecause_stringlist_add(struct bouncecause_stringlist *list,
				const char *value)
{
	string_t *str = t_str_new_const(value, strlen(value));

	array_push_back(&list->values, &str);
	if (*value != '\0')
		list->filled++;
}

struct sieve_stringlist *
bouncecause_stringlist_get(struct bouncecause_stringlist *list)
{
	return &list->strlist;
}
