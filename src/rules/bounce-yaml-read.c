/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Reading YAML text, and keeping out what no rule file ever is */

#include "lib.h"
#include "array.h"
#include "buffer.h"
#include "read-full.h"
#include "unichar.h"
#include "bounce-limits.h"
#include "bounce-compile-private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void ATTR_FORMAT(4, 5)
read_error(struct bounce_compiler *compiler, const struct bounce_source *source,
	   unsigned int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	bounce_problem_add(compiler->problems, BOUNCE_PROBLEM_ERROR, source,
			   line, "%s", t_strdup_vprintf(fmt, args));
	va_end(args);
}

static buffer_t *
read_fd(struct bounce_compiler *compiler, const struct bounce_source *source,
	int fd)
{
	struct stat st;
	buffer_t *text;
	void *data;
	int ret;

	if (fstat(fd, &st) < 0) {
		read_error(compiler, source, 0, "fstat() failed: %m");
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		read_error(compiler, source, 0, "is not a regular file");
		return NULL;
	}
	if (st.st_size > BOUNCE_LIMIT_YAML_SIZE) {
		read_error(compiler, source, 0, "is larger than %u MB",
			   BOUNCE_LIMIT_YAML_SIZE / 1024 / 1024);
		return NULL;
	}
	text = buffer_create_dynamic(default_pool, st.st_size + 1);
	data = buffer_append_space_unsafe(text, st.st_size);
	ret = read_full(fd, data, st.st_size);
	if (ret > 0)
		return text;
	if (ret < 0)
		read_error(compiler, source, 0, "read() failed: %m");
	else
		read_error(compiler, source, 0, "was cut off while being read");
	buffer_free(&text);
	return NULL;
}

static unsigned int line_at(const buffer_t *text, size_t offset)
{
	const unsigned char *data = text->data;
	unsigned int line = 1;
	size_t i;

	for (i = 0; i < offset && i < text->used; i++) {
		if (data[i] == '\n')
			line++;
	}
	return line;
}

static bool
check_utf8(struct bounce_compiler *compiler, const struct bounce_source *source,
	   const buffer_t *text)
{
	const unsigned char *data = text->data;
	unichar_t chr;
	size_t i;
	int ret;

	for (i = 0; i < text->used; i += ret) {
		ret = uni_utf8_get_char_n(data + i, text->used - i, &chr);
		if (ret <= 0) {
			read_error(compiler, source, line_at(text, i),
				   "is not UTF-8: byte 0x%02x", data[i]);
			return FALSE;
		}
	}
	return TRUE;
}

static void
parser_error(struct bounce_compiler *compiler,
	     const struct bounce_source *source, const buffer_t *text,
	     const yaml_parser_t *parser)
{
	const char *problem = parser->problem == NULL ?
		"it cannot be parsed" : parser->problem;
	unsigned int line;

	if (parser->error == YAML_READER_ERROR)
		line = line_at(text, parser->problem_offset);
	else
		line = parser->problem_mark.line + 1;
	if (parser->context == NULL) {
		read_error(compiler, source, line, "is not YAML: %s", problem);
		return;
	}
	read_error(compiler, source, line, "is not YAML: %s, %s "
		   "that began in line %zu", problem, parser->context,
		   parser->context_mark.line + 1);
}

/* libyaml compares each anchor with all others, and finds fault with one that
   is there twice only when the nodes are made. Without aliases they are for
   nothing. */
static bool event_has_anchor(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor != NULL;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor != NULL;
	default:
		return FALSE;
	}
}

/* What is wrong with an event, or NULL */
static const char *
check_event(const yaml_event_t *event, unsigned int *depth,
	    unsigned int *documents)
{
	if (event_has_anchor(event))
		return "YAML anchors (&name) are not allowed in rule files";
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++*documents > 1)
			return "a second YAML document (---) begins here; "
				"rule files hold one each";
		break;
	case YAML_ALIAS_EVENT:
		return "YAML aliases (*name) are not allowed in rule files";
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		if (++*depth > BOUNCE_LIMIT_YAML_DEPTH)
			return "is nested too deeply for a rule file";
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		i_assert(*depth > 0);
		--*depth;
		break;
	default:
		break;
	}
	return NULL;
}

/* Go through the file once without keeping anything. */
static bool
check_events(struct bounce_compiler *compiler,
	     const struct bounce_source *source, const buffer_t *text)
{
	unsigned int depth = 0, documents = 0, events = 0;
	const char *error = NULL;
	yaml_parser_t parser;
	yaml_event_t event;
	bool end = FALSE;

	if (yaml_parser_initialize(&parser) == 0)
		i_fatal_status(FATAL_OUTOFMEM, "libyaml: out of memory");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text->data, text->used);
	while (!end && error == NULL) {
		if (yaml_parser_parse(&parser, &event) == 0) {
			parser_error(compiler, source, text, &parser);
			break;
		}
		end = event.type == YAML_STREAM_END_EVENT;
		error = check_event(&event, &depth, &documents);
		if (error == NULL && ++events > BOUNCE_LIMIT_YAML_EVENTS)
			error = "holds too much for a rule file";
		if (error != NULL) {
			read_error(compiler, source, event.start_mark.line + 1,
				   "%s", error);
		}
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return end && error == NULL;
}

buffer_t *bounce_yaml_read(struct bounce_compiler *compiler,
			   const struct bounce_source *source)
{
	buffer_t *text;
	int fd;

	/* a FIFO must not block */
	fd = open(source->path, O_RDONLY | O_NONBLOCK);
	if (fd == -1) {
		read_error(compiler, source, 0, "cannot be opened: %m");
		return NULL;
	}
	text = read_fd(compiler, source, fd);
	i_close_fd(&fd);
	if (text != NULL && (!check_utf8(compiler, source, text) ||
			     !check_events(compiler, source, text)))
		buffer_free(&text);
	return text;
}

void bounce_yaml_parse(const buffer_t *text, yaml_document_t *doc_r)
{
	yaml_parser_t parser;

	if (yaml_parser_initialize(&parser) == 0)
		i_fatal_status(FATAL_OUTOFMEM, "libyaml: out of memory");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text->data, text->used);
	/* it was parsed before: only memory can be missing */
	if (yaml_parser_load(&parser, doc_r) == 0)
		i_fatal_status(FATAL_OUTOFMEM, "libyaml: out of memory");
	yaml_parser_delete(&parser);
}
