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
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-values.h"
#include "bouncecause-log.h"

#include <sys/stat.h>

/* More different complaints in one process than this: begin anew. */
#define LOG_FIRST_MAX 64

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
		i_array_init(&logged_texts, LOG_FIRST_MAX);
	array_foreach_modifiable(&logged_texts, logged) {
		if (strcmp(*logged, text) == 0)
			return FALSE;
	}
	if (array_count(&logged_texts) == LOG_FIRST_MAX) {
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

/* The address, as much of it as may be shown; "" for nothing. */
static const char *
log_address(const struct ext_bouncecause_context *ctx, const char *address)
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

static void log_field(string_t *str, const char *name, const char *value)
{
	if (*value != '\0')
		str_printfa(str, ", %s=%s", name, value);
}

void bouncecause_log_verdict(const struct sieve_runtime_env *renv,
			     const struct ext_bouncecause_context *ctx,
			     const struct bouncecause_message *msg)
{
	const struct sieve_script_env *senv = renv->exec_env->scriptenv;
	const struct bounce_report *report = msg->verdict->report;
	const struct bounce_recipient *rcpt;
	struct bouncecause_value_env env;
	const char *kind, *address, *severity, *confidence, *remote_mta, *text;
	unsigned int count;
	string_t *str;

	if (!bounce_kind_is_bounce(msg->verdict->kind) || report == NULL)
		return;
	rcpt = bounce_report_first(report);
	if (rcpt == NULL)
		return;

	bouncecause_message_value_env(renv, ctx, msg, pool_datastack_create(),
				      &env);
	count = bouncecause_value_count(&env);
	kind = bounce_kind_name(msg->verdict->kind);
	severity = bounce_severity_name(rcpt->severity);
	confidence = bounce_confidence_name(rcpt->confidence);
	/* a name that tells the domain */
	remote_mta = ctx->set.log_addresses == BOUNCECAUSE_LOG_ADDRESSES_NONE ?
		"" : bouncecause_value_get(BOUNCECAUSE_VALUE_REMOTE_MTA, &env);
	address = log_address(ctx, bouncecause_value_get(
		BOUNCECAUSE_VALUE_RECIPIENT, &env));

	str = t_str_new(256);
	str_printfa(str, "%s: %s", kind, rcpt->cause_id);
	if (*address != '\0')
		str_printfa(str, " of <%s>", address);
	if (count > 1)
		str_printfa(str, " and %u more", count - 1);
	log_field(str, "severity", severity);
	log_field(str, "status", rcpt->status);
	log_field(str, "code", rcpt->code);
	log_field(str, "remote_mta", remote_mta);
	log_field(str, "provider", rcpt->provider_id);
	log_field(str, "rule", rcpt->rule_id);
	log_field(str, "confidence", confidence);
	text = log_amend(senv, LOG_TYPE_INFO, str_c(str));

	struct event *event = event_create(renv->event);
	event_add_category(event, &event_category_bouncecause);
	event_set_append_log_prefix(event, "bouncecause: ");
	struct event_passthrough *e = event_create_passthrough(event)->
		set_name("sieve_bounce_classified")->
		add_str("bounce_kind", kind)->
		add_str("bounce_cause", rcpt->cause_id)->
		add_str("bounce_severity", severity)->
		add_str("bounce_status", rcpt->status)->
		add_str("bounce_code", rcpt->code)->
		add_str("bounce_remote_mta", remote_mta)->
		add_str("bounce_provider", rcpt->provider_id)->
		add_str("bounce_rule", rcpt->rule_id)->
		add_str("bounce_confidence", confidence)->
		add_str("bounce_recipient", address)->
		add_int("bounce_recipients", count);
	e_info(e->event(), "%s", text);
	event_unref(&event);
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

	address = to == NULL ? "" :
		log_address(ctx, smtp_address_encode(to));
	text = *address == '\0' ? "" : t_strdup_printf(" to <%s>", address);
	text = why_not == NULL ? t_strconcat("advice sent", text, NULL) :
		t_strdup_printf("advice%s not sent: %s", text,
				str_sanitize(why_not, 512));
	if (senv != NULL) {
		text = log_amend(senv, is_error ? LOG_TYPE_ERROR :
				 LOG_TYPE_INFO, text);
	}

	struct event *event = event_create(parent);
	event_add_category(event, &event_category_bouncecause);
	event_set_append_log_prefix(event, "bouncecause: ");
	struct event_passthrough *e = event_create_passthrough(event)->
		set_name("sieve_bounce_advised")->
		add_str("bounce_advice_to", address)->
		add_str("bounce_advice_error", why_not);
	if (is_error)
		e_error(e->event(), "%s", text);
	else
		e_info(e->event(), "%s", text);
	event_unref(&event);
}
