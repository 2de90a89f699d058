/* Verdicts as JSON. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-json.h"
#include "tool-term.h"

#include <stdio.h>

static const char *valid_utf8(const char *str)
{
	buffer_t *buf;

	buf = t_buffer_create(64);
	if (uni_utf8_get_valid_data((const unsigned char *)str, strlen(str),
				    buf))
		return str;
	return str_c(buf);
}

/* Bytes that are no UTF-8 are escaped as tool_escape() does it. */
static const char *escaped_bytes(const char *str)
{
	string_t *out = t_str_new(strlen(str) + 16);
	unichar_t chr;
	int len;

	for (; *str != '\0'; str += len) {
		len = uni_utf8_get_char(str, &chr);
		if (len > 0) {
			str_append_data(out, str, len);
		} else {
			len = 1;
			str_printfa(out, "\\x%02x", (unsigned char)*str);
		}
	}
	return str_c(out);
}

void tool_json_set_file(json_t *object, const char *key, const char *path)
{
	T_BEGIN {
		tool_json_set(object, key, escaped_bytes(path));
	} T_END;
}

void tool_json_set(json_t *object, const char *key, const char *value)
{
	T_BEGIN {
		json_object_set_new(object, key,
				    json_string(valid_utf8(value)));
	} T_END;
}

/* Characters that are valid inside a JSON string, but not harmless */
static void json_append_harmless(string_t *out, const char *json)
{
	unichar_t chr;
	int len;

	for (; *json != '\0'; json += len) {
		len = uni_utf8_get_char(json, &chr);
		i_assert(len > 0);
		if (!tool_char_is_hostile(chr)) {
			str_append_data(out, json, len);
		} else if (chr < 0x10000) {
			str_printfa(out, "\\u%04x", chr);
		} else {
			unichar_t high, low;

			uni_split_surrogate(chr, &high, &low);
			str_printfa(out, "\\u%04x\\u%04x", high, low);
		}
	}
}

static const char *json_harmless(const json_t *json)
{
	char *dump = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	string_t *out;

	if (dump == NULL)
		i_fatal_status(FATAL_OUTOFMEM, "json_dumps() failed");
	out = t_str_new(1024);
	json_append_harmless(out, dump);
	free(dump);
	return str_c(out);
}

void tool_json_append(string_t *out, json_t *json)
{
	T_BEGIN {
		str_append(out, json_harmless(json));
	} T_END;
	json_decref(json);
}

void tool_json_print(json_t *json)
{
	T_BEGIN {
		if (puts(json_harmless(json)) == EOF)
			tool_write_failed();
	} T_END;
	json_decref(json);
}

const char *tool_json_quote(const char *str)
{
	json_t *json = json_string(valid_utf8(str));
	const char *quoted = json_harmless(json);

	json_decref(json);
	return quoted;
}

static void
json_set_texts(json_t *object, const struct bounce_report *report,
	       const struct bounce_recipient *rcpt,
	       const struct tool_json_context *ctx)
{
	const struct bounce_rules *rules = ctx->rules;
	const struct bounce_advice_settings set = { .support = "" };
	pool_t pool = ctx->pool;
	uint32_t language;

	language = bounce_advice_language(rules, report, ctx->language);
	tool_json_set(object, "language",
		bounce_rules_str(rules, rules->languages[language].tag));
	tool_json_set(object, "title",
		bounce_advice_title(rules, report, rcpt, &set, language, pool));
	tool_json_set(object, "reason",
		bounce_advice_reason(rules, report, rcpt, &set, language,
				     pool));
	tool_json_set(object, "advice",
		bounce_advice_advice(rules, report, rcpt, &set, language,
				     pool));
}

json_t *tool_json_recipient(const struct bounce_report *report,
			    const struct bounce_recipient *rcpt,
			    const struct tool_json_context *ctx)
{
	const struct bounce_advice_settings set = { .support = "" };
	json_t *object = json_object();

	T_BEGIN {
		const struct {
			const char *key, *value;
		} members[] = {
			{ "recipient", rcpt->recipient },
			{ "original_recipient", rcpt->original_recipient },
			{ "action", bounce_action_name(rcpt->action) },
			{ "cause", rcpt->cause_id },
			{ "severity", bounce_severity_name(rcpt->severity) },
			{ "status", rcpt->status },
			{ "code", rcpt->code },
			{ "diagnostic", rcpt->diagnostic },
			{ "rule", rcpt->rule_id },
			{ "confidence",
			  bounce_confidence_name(rcpt->confidence) },
			{ "provider", rcpt->provider_id },
			{ "fixer", bounce_fixer_name(rcpt->fixer) },
			{ "retry", bounce_retry_name(rcpt->retry) },
			{ "retry_after",
			  bounce_advice_retry_after(rcpt, &set,
						    ctx->pool) },
			{ "retry_until", bounce_advice_time(rcpt->retry_until,
					     ctx->pool) },
			{ "remote_mta", rcpt->remote_mta },
			{ "stage", bounce_stage_name(rcpt->stage) },
			{ "limit", rcpt->limit },
			{ "suggestion", rcpt->suggestion }
		};
		unsigned int i;

		for (i = 0; i < N_ELEMENTS(members); i++) {
			tool_json_set(object, members[i].key,
				      members[i].value);
		}
		if (ctx->language != NULL && rcpt->cause != BOUNCE_NONE)
			json_set_texts(object, report, rcpt, ctx);
	} T_END;
	return object;
}

/* Set the members that a report has to an object; NULL: as if empty. */
static void
json_set_report(json_t *object, const struct bounce_report *report,
		const struct tool_json_context *ctx)
{
	static const struct bounce_report empty = {
		.format = "", .reporting_mta = "", .language = "",
	};
	const struct bounce_returned *returned = &bounce_returned_nothing;
	const struct bounce_recipient *rcpt;
	json_t *recipients = json_array(), *back = json_object();

	if (report == NULL) {
		report = &empty;
	} else {
		returned = &report->returned;
		array_foreach(&report->recipients, rcpt) {
			json_array_append_new(recipients,
				tool_json_recipient(report, rcpt, ctx));
		}
	}
	tool_json_set(back, "message_id", returned->message_id);
	tool_json_set(back, "subject", returned->subject);
	tool_json_set(back, "from", returned->from);
	tool_json_set(back, "to", returned->to);
	tool_json_set(back, "date", returned->date);

	json_object_set_new(object, "recipients", recipients);
	json_object_set_new(object, "recipients_truncated",
			    json_boolean(report->recipients_truncated));
	tool_json_set(object, "format", report->format);
	tool_json_set(object, "reporting_mta", report->reporting_mta);
	json_object_set_new(object, "returned", back);
}

json_t *tool_json_verdict(const char *file,
			  const struct bounce_verdict *verdict,
			  bool forwarded,
			  const struct tool_json_context *ctx)
{
	json_t *object = json_object(), *carried = json_null();

	tool_json_set_file(object, "file", file);
	tool_json_set(object, "kind", bounce_kind_name(verdict->kind));
	json_set_report(object, forwarded ? verdict->carried : verdict->report,
			ctx);
	if (verdict->carried != NULL) {
		carried = json_object();
		tool_json_set(carried, "kind",
			      bounce_kind_name(verdict->carried->kind));
		json_set_report(carried, verdict->carried, ctx);
	}
	json_object_set_new(object, "carried", carried);
	json_object_set_new(object, "truncated",
			    json_boolean(verdict->truncated));
	tool_json_set(object, "why", verdict->why);
	return object;
}
