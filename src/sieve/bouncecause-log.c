/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What the administrator reads */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-execute.h"
#include "sieve-runtime.h"
#include "bounce-advice.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "address-find.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-values.h"
#include "bouncecause-debug.h"
#include "bouncecause-log.h"

#include <sys/stat.h>

struct event_category event_category_bouncecause = {
	.parent = &event_category_sieve,
	.name = "bouncecause",
};

/*
 * Once
 */

static ARRAY(char *) logged_texts = ARRAY_INIT;

bool bouncecause_log_first(const char *text)
{
	char **logged, *copy;

	if (!array_is_created(&logged_texts))
		i_array_init(&logged_texts, BOUNCE_LIMIT_LOG_ONCE);
	array_foreach_modifiable(&logged_texts, logged) {
		if (strcmp(*logged, text) == 0)
			return FALSE;
	}
	if (array_count(&logged_texts) == BOUNCE_LIMIT_LOG_ONCE) {
		array_foreach_modifiable(&logged_texts, logged)
			i_free(*logged);
		array_clear(&logged_texts);
	}
	copy = i_strdup(text);
	array_push_back(&logged_texts, &copy);
	return TRUE;
}

bool bouncecause_log_first_file(const char *path, const char *text)
{
	struct stat st;

	if (stat(path, &st) < 0)
		i_zero(&st);
	return bouncecause_log_first(t_strdup_printf(
		"%s %lu %"PRIdMAX" %"PRIdMAX".%lu", text,
		(unsigned long)st.st_ino, (intmax_t)st.st_size,
		(intmax_t)st.st_mtime, (unsigned long)st.st_mtim.tv_nsec));
}

/*
 * The line for each bounce
 */

/* The line in the administrator's format (deliver_log_format) */
static const char *
log_amend(const struct sieve_script_env *senv, enum log_type type,
	  const char *text)
{
	if (senv->result_amend_log_message == NULL)
		return text;
	return senv->result_amend_log_message(senv, type, text);
}

const char *bouncecause_log_address(const struct ext_bouncecause_context *ctx,
				    const char *address)
{
	const char *at;

	switch (ctx->set.log_addresses) {
	case BOUNCECAUSE_LOG_ADDRESSES_FULL:
		return address;
	case BOUNCECAUSE_LOG_ADDRESSES_DOMAIN:
		at = strrchr(address, '@');
		return at == NULL ? "" : at;
	case BOUNCECAUSE_LOG_ADDRESSES_NONE:
		break;
	}
	return "";
}

/* What is no address in full, but has an "@", is left out as well: a word that
   is broken, or an address of a host without a domain. */
static void log_words_append(string_t *str, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		size_t blanks = 0, len = 0;

		while (text + blanks < end && text[blanks] == ' ')
			blanks++;
		str_append_data(str, text, blanks);
		text += blanks;
		while (text + len < end && text[len] != ' ')
			len++;
		if (memchr(text, '@', len) != NULL)
			str_append(str, "<...>");
		else
			str_append_data(str, text, len);
		text += len;
	}
}

const char *bouncecause_log_matched(const char *matched)
{
	return bounce_value_clean(matched, 80, pool_datastack_create());
}

const char *bouncecause_log_words(const struct ext_bouncecause_context *ctx,
				  const char *text)
{
	struct found_address found;
	size_t size, pos = 0, done = 0;
	const char *shown;
	string_t *str;

	if (text == NULL ||
	    ctx->set.log_addresses == BOUNCECAUSE_LOG_ADDRESSES_FULL)
		return text;
	size = strlen(text);
	str = t_str_new(size + 64);
	while (address_find(text, size, &pos, &found)) {
		log_words_append(str, text + done, found.start - done);
		shown = bouncecause_log_address(ctx, found.address);
		str_printfa(str, "<%s>", *shown == '\0' ? "..." : shown);
		done = found.end;
	}
	log_words_append(str, text + done, size - done);
	return str_c(str);
}

static void log_field(string_t *str, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		str_printfa(str, ", %s=%s", name, value);
}

static struct event *log_event_create(struct event *parent)
{
	struct event *event = event_create(parent);

	event_add_category(event, &event_category_bouncecause);
	event_set_append_log_prefix(event, "bouncecause: ");
	return event;
}

struct event *bouncecause_log_event_create(const struct sieve_runtime_env *renv)
{
	return log_event_create(renv->event);
}

/* What is said of a bounce, and nothing that its sender may not see */
struct log_verdict {
	const char *kind;
	const char *cause;
	const char *severity;
	const char *status;
	const char *code;
	const char *remote_mta;
	const char *provider;
	const char *rule;
	const char *confidence;
	const char *recipient;
	unsigned int recipients;
	const char *rules;
};

static void
log_verdict_get(const struct sieve_runtime_env *renv,
		const struct ext_bouncecause_context *ctx,
		const struct bouncecause_message *msg,
		struct log_verdict *log_r)
{
	struct bouncecause_value_env env;
	const struct bounce_recipient *rcpt;

	i_zero(log_r);
	log_r->kind = bounce_kind_name(msg->verdict->kind);
	log_r->rules = bounce_rules_version(msg->rules);
	if (msg->verdict->report == NULL)
		return;
	rcpt = bounce_report_first(msg->verdict->report);
	if (rcpt == NULL)
		return;
	bouncecause_message_value_env(renv, ctx, msg, pool_datastack_create(),
				      &env);
	log_r->cause = rcpt->cause_id;
	log_r->severity = bounce_severity_name(rcpt->severity);
	log_r->status = rcpt->status;
	log_r->code = rcpt->code;
	/* a name that tells the domain */
	if (ctx->set.log_addresses != BOUNCECAUSE_LOG_ADDRESSES_NONE) {
		log_r->remote_mta = bouncecause_value_get(
			BOUNCECAUSE_VALUE_REMOTE_MTA, &env);
	}
	log_r->provider = rcpt->provider_id;
	log_r->rule = rcpt->rule_id;
	log_r->confidence = bounce_confidence_name(rcpt->confidence);
	log_r->recipient = bouncecause_log_address(ctx, bouncecause_value_get(
		BOUNCECAUSE_VALUE_RECIPIENT, &env));
	log_r->recipients = bouncecause_value_count(&env);
}

static const char *log_verdict_line(const struct log_verdict *log)
{
	string_t *str = t_str_new(256);

	str_append(str, log->kind);
	if (log->cause != NULL)
		str_printfa(str, ": %s", log->cause);
	if (log->recipient != NULL && *log->recipient != '\0')
		str_printfa(str, " of <%s>", log->recipient);
	if (log->recipients > 1)
		str_printfa(str, " and %u more", log->recipients - 1);
	log_field(str, "severity", log->severity);
	log_field(str, "status", log->status);
	log_field(str, "code", log->code);
	log_field(str, "remote_mta", log->remote_mta);
	log_field(str, "provider", log->provider);
	log_field(str, "rule", log->rule);
	log_field(str, "confidence", log->confidence);
	log_field(str, "rules", log->rules);
	return str_c(str);
}

void bouncecause_log_verdict(const struct sieve_runtime_env *renv,
			     const struct ext_bouncecause_context *ctx,
			     const struct bouncecause_message *msg,
			     struct event *event)
{
	const struct sieve_script_env *senv = renv->exec_env->scriptenv;
	struct log_verdict log;
	struct event_passthrough *e;
	const char *text;

	if (event_want_debug_log(event))
		bouncecause_debug_verdict(ctx, msg, event);
	if (msg->verdict->kind == BOUNCE_KIND_NONE)
		return;

	log_verdict_get(renv, ctx, msg, &log);
	e = event_create_passthrough(event)->
		set_name("bouncecause_classified")->
		add_str("kind", log.kind)->
		add_str("cause", log.cause)->
		add_str("severity", log.severity)->
		add_str("status", log.status)->
		add_str("code", log.code)->
		add_str("remote_mta", log.remote_mta)->
		add_str("provider", log.provider)->
		add_str("rule", log.rule)->
		add_str("confidence", log.confidence)->
		add_str("recipient", log.recipient)->
		add_int("recipients", log.recipients)->
		add_str("rules", log.rules);
	text = log_verdict_line(&log);
	if (bounce_kind_is_bounce(msg->verdict->kind)) {
		e_info(e->event(), "%s",
		       log_amend(senv, LOG_TYPE_INFO, text));
	} else {
		e_debug(e->event(), "%s",
			log_amend(senv, LOG_TYPE_DEBUG, text));
	}
}

/*
 * The line for each advice
 */

void bouncecause_log_advice(struct event *parent,
			    const struct sieve_script_env *senv,
			    const struct ext_bouncecause_context *ctx,
			    const struct smtp_address *to, const char *why_not,
			    bool is_error)
{
	const char *address, *text;

	/* an SMTP server's reply, for one */
	why_not = bouncecause_log_words(ctx, why_not);
	address = to == NULL ? "" :
		bouncecause_log_address(ctx, smtp_address_encode(to));
	text = *address == '\0' ? "" : t_strdup_printf(" to <%s>", address);
	text = why_not == NULL ? t_strconcat("advice sent", text, NULL) :
		t_strdup_printf("advice%s not sent: %s", text,
				str_sanitize(why_not, 512));
	if (senv != NULL) {
		text = log_amend(senv, is_error ? LOG_TYPE_ERROR :
				 LOG_TYPE_INFO, text);
	}

	struct event *event = log_event_create(parent);
	struct event_passthrough *e = event_create_passthrough(event)->
		set_name("bouncecause_advised")->
		add_str("recipient", address)->
		add_str("error", why_not);
	if (is_error)
		e_error(e->event(), "%s", text);
	else
		e_info(e->event(), "%s", text);
	event_unref(&event);
}
