/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Without libFuzzer: run the files that are named, each once. */

#include "lib.h"
#include "buffer.h"
#include "istream.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static void run_file(const char *path)
{
	struct istream *input = i_stream_create_file(path, 64 * 1024);
	const unsigned char *data;
	buffer_t *buf;
	size_t size;

	buf = buffer_create_dynamic(default_pool, 4096);
	while (i_stream_read_more(input, &data, &size) > 0) {
		buffer_append(buf, data, size);
		i_stream_skip(input, size);
	}
	if (input->stream_errno != 0) {
		fprintf(stderr, "%s: %s\n", path, i_stream_get_error(input));
		exit(EXIT_FAILURE);
	}
	i_stream_destroy(&input);
	(void)LLVMFuzzerTestOneInput(buf->data, buf->used);
	buffer_free(&buf);
}

int main(int argc, char *argv[])
{
	fuzz_init();
	for (int i = 1; i < argc; i++) T_BEGIN {
		run_file(argv[i]);
	} T_END;
	printf("%d inputs\n", argc - 1);
	return EXIT_SUCCESS;
}
