/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Received fields, a line each, and the own hosts they are compared with */

#include "lib.h"
#include "received-field.h"
#include "own-hosts.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_init();
	T_BEGIN {
		pool_t pool = pool_alloconly_create("fuzz", 4096);
		const char *const *lines = (const char *const *)
			p_strsplit(pool, p_strndup(pool, data, size), "\n");
		const char *const *entries = (const char *const *)
			p_strsplit_spaces(pool, lines[0] == NULL ? "" :
					  lines[0], " ,");
		struct own_hosts *hosts;
		struct received_field field;
		const char *wrong;
		bool own;

		hosts = own_hosts_create(pool, entries, &wrong);
		own = own_hosts_sent(hosts, lines);
		i_assert(!own || !own_hosts_is_empty(hosts));
		for (; *lines != NULL; lines++) T_BEGIN {
			received_field_parse(*lines, &field);
			i_assert(strlen(field.from) <= strlen(*lines));
			i_assert(strlen(field.by) <= strlen(*lines));
			i_assert(strlen(field.with) <= strlen(*lines));
			i_assert(str_array_length(field.from_names) <= 8);
			(void)received_field_is_outside(&field);
		} T_END;
		pool_unref(&pool);
	} T_END;
	return 0;
}
