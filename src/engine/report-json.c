/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "dovecot-compat.h"
#include "array.h"
#include "iso8601-date.h"
#include "str.h"
#include "bounce-classify.h"
#include "bounce-limits.h"
#include "address-find.h"
#include "report-json.h"
#include "report-returned.h"

#include <ctype.h>
#include <jansson.h>

/* What SES tells of (Amazon SES Developer Guide, "Event publishing" and
   "Notification contents") */
static const struct json_notice {
	/* notificationType or eventType */
	const char *type;
	/* the member with the details, its list of recipients (NULL: all that
	   the mail had), and its text that holds for all of them */
	const char *details;
	const char *recipients;
	const char *reply;
	enum bounce_kind kind;
	enum bounce_action action;
} json_notices[] = {
	{ "Bounce", "bounce", "bouncedRecipients", "bounceSubType",
	  BOUNCE_KIND_FAILURE, BOUNCE_ACTION_FAILED },
	{ "DeliveryDelay", "deliveryDelay", "delayedRecipients", "delayType",
	  BOUNCE_KIND_DELAY, BOUNCE_ACTION_DELAYED },
	{ "Delivery", "delivery", "recipients", "smtpResponse",
	  BOUNCE_KIND_SUCCESS, BOUNCE_ACTION_DELIVERED },
	{ "Reject", "reject", NULL, "reason",
	  BOUNCE_KIND_FAILURE, BOUNCE_ACTION_FAILED },
	{ "Rendering Failure", "failure", NULL, "errorMessage",
	  BOUNCE_KIND_FAILURE, BOUNCE_ACTION_FAILED },
	{ "Complaint", "complaint", NULL, NULL,
	  BOUNCE_KIND_FEEDBACK, BOUNCE_ACTION_UNKNOWN },
};

/* The object alone, as strict JSON: mail systems break long lines, some with
   "!" before the line end (RFC 5321 4.5.3.1.6). NULL where it has no end. */
static const char *json_extract(const char *text)
{
	string_t *str = t_str_new(strlen(text) + 1);
	unsigned int depth = 0;
	bool in_string = FALSE;

	for (; *text != '\0'; text++) {
		if (in_string && str_begins_with(text, "!\n ")) {
			text += 2;
			continue;
		}
		if (in_string && (unsigned char)*text < 0x20) {
			str_append_c(str, ' ');
			continue;
		}
		str_append_c(str, *text);
		if (in_string) {
			if (*text == '\\' && text[1] > 0x20)
				str_append_c(str, *++text);
			else if (*text == '"')
				in_string = FALSE;
		} else if (*text == '"') {
			in_string = TRUE;
		} else if (*text == '{' || *text == '[') {
			if (++depth > BOUNCE_LIMIT_JSON_DEPTH)
				return NULL;
		} else if (*text == '}' || *text == ']') {
			if (depth <= 1)
				return depth == 1 ? str_c(str) : NULL;
			depth--;
		}
	}
	return NULL;
}

/* Reference to free, or NULL */
static json_t *json_parse(const char *text)
{
	const char *object = json_extract(text);

	return object == NULL ? NULL : json_loads(object, 0, NULL);
}

static const char *json_text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value == NULL ? "" : value;
}

static const char *json_notice_type(const json_t *root)
{
	const char *type = json_text(root, "notificationType");

	return *type != '\0' ? type : json_text(root, "eventType");
}

/* SNS's envelope has the notice as a string, EventBridge's as an object. */
static json_t *json_open(const char *text)
{
	json_t *root = json_parse(text), *inner = NULL;

	if (root == NULL || *json_notice_type(root) != '\0')
		return root;
	if (*json_text(root, "Message") != '\0')
		inner = json_parse(json_text(root, "Message"));
	else if (json_is_object(json_object_get(root, "detail")))
		inner = json_incref(json_object_get(root, "detail"));
	json_decref(root);
	return inner;
}

/* "MailboxFull" says it in words; "General" and "Undetermined" say nothing. */
static const char *subtype_words(const char *name)
{
	string_t *str = t_str_new(32);

	name = t_strndup(name, BOUNCE_LIMIT_REPLY_SIZE);
	if (strcmp(name, "General") == 0 || strcmp(name, "Undetermined") == 0)
		return "";
	for (const char *p = name; *p != '\0'; p++) {
		if (p > name && i_isupper(*p) && i_islower(p[-1]))
			str_append_c(str, ' ');
		str_append_c(str, *p);
	}
	return str_c(str);
}

/* RFC 3463 classes, where a recipient has no status of its own */
static const char *bounce_type_status(const char *type)
{
	return strcmp(type, "Transient") == 0 ? "4.0.0" :
		strcmp(type, "Permanent") == 0 ? "5.0.0" : "";
}

/* "dsn; host" */
static const char *mta_name(const char *value)
{
	const char *p = strchr(value, ';');

	return t_str_trim(p == NULL ? value : p + 1, " ");
}

static enum bounce_action
recipient_action(const struct json_notice *notice, const char *name)
{
	if (strcasecmp(name, "delayed") == 0)
		return BOUNCE_ACTION_DELAYED;
	return notice->action;
}

/* recipient: a string, or an object with emailAddress, action, status and
   diagnosticCode */
static void
read_recipient(struct report_json *json, const struct json_notice *notice,
	       const json_t *details, const json_t *recipient, pool_t pool)
{
	const char *address, *reply, *status, *until;
	struct bounce_recipient *rcpt;
	int tz;

	address = json_is_string(recipient) ? json_string_value(recipient) :
		json_text(recipient, "emailAddress");
	reply = json_text(recipient, "diagnosticCode");
	if (*reply == '\0' && notice->reply != NULL)
		reply = subtype_words(json_text(details, notice->reply));
	status = report_dsn_status(json_text(recipient, "status"));
	if (*status == '\0')
		status = bounce_type_status(json_text(details, "bounceType"));

	rcpt = bounce_recipient_add(&json->dsn.recipients);
	address = t_str_trim(address, " ");
	if (address_only(address) != NULL)
		address = address_only(address);
	rcpt->recipient = p_strdup(pool, address);
	rcpt->action = recipient_action(notice, json_text(recipient, "action"));
	rcpt->status = p_strdup(pool, status);
	rcpt->diagnostic = p_strdup(pool, t_strndup(reply,
						    BOUNCE_LIMIT_REPLY_SIZE));
	rcpt->remote_mta = p_strdup(pool, json_text(details, "remoteMtaIp"));
	until = json_text(details, "expirationTime");
	if (!iso8601_date_parse((const unsigned char *)until, strlen(until),
				&rcpt->retry_until, &tz))
		rcpt->retry_until = 0;
}

static void
read_recipients(struct report_json *json, const struct json_notice *notice,
		const json_t *details, const json_t *list,
		const struct bounce_limits *limits, pool_t pool)
{
	size_t i, count = I_MIN(json_array_size(list), limits->max_recipients);

	json->dsn.truncated = json_array_size(list) > count;
	for (i = 0; i < count; i++) T_BEGIN {
		read_recipient(json, notice, details, json_array_get(list, i),
			       pool);
	} T_END;
}

/* headers: [{"name": ..., "value": ...}] */
static const char *mail_header(const json_t *mail, const char *name)
{
	const json_t *list = json_object_get(mail, "headers");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *field = json_array_get(list, i);

		if (strcasecmp(json_text(field, "name"), name) == 0)
			return json_text(field, "value");
	}
	return "";
}

/* The addresses of one field of commonHeaders, a list of strings */
static const char *
mail_addresses(const json_t *list, unsigned int max, pool_t pool)
{
	string_t *str = t_str_new(64);
	struct found_address found;

	for (size_t i = 0; i < json_array_size(list) && max > 0; i++) {
		const char *value = json_string_value(json_array_get(list, i));
		size_t pos = 0;

		if (value == NULL ||
		    !address_find(value, strlen(value), &pos, &found))
			continue;
		if (str_len(str) > 0)
			str_append(str, ", ");
		str_append(str, found.address);
		max--;
	}
	return p_strdup(pool, str_c(str));
}

/* What SES tells of the mail that it sent */
static void
read_returned(struct bounce_returned *returned, const json_t *mail,
	      const struct bounce_limits *limits, pool_t pool)
{
	const json_t *common = json_object_get(mail, "commonHeaders");
	const char *id = json_text(common, "messageId");

	if (*id == '\0')
		id = mail_header(mail, "message-id");
	returned->message_id = p_strdup(pool, id);
	returned->subject = p_strdup(pool, json_text(common, "subject"));
	returned->date = p_strdup(pool, json_text(common, "date"));
	returned->from = mail_addresses(json_object_get(common, "from"), 1,
					pool);
	if (*returned->from == '\0' &&
	    address_only(json_text(mail, "source")) != NULL)
		returned->from = p_strdup(pool, json_text(mail, "source"));
	returned->to = mail_addresses(json_object_get(common, "to"),
				      limits->max_recipients, pool);
	returned->automatic = report_returned_is_automatic(
		mail_header(mail, "auto-submitted"),
		mail_header(mail, "return-path"));
}

const char *report_json_find(const char *text)
{
	const char *p = text;

	if (strstr(text, "notificationType") == NULL &&
	    strstr(text, "eventType") == NULL)
		return NULL;
	/* at the beginning of a line */
	for (;;) {
		p += strspn(p, " \t\n");
		if (*p == '{' || *p == '\0')
			return *p == '{' ? p : NULL;
		p += strcspn(p, "\n");
	}
}

bool report_json_read(struct report_json *json_r, const char *text,
		      const struct bounce_limits *limits, pool_t pool)
{
	const json_t *details, *mail, *list;
	json_t *root = json_open(text);
	const char *type;
	unsigned int i;

	type = json_notice_type(root);
	mail = json_object_get(root, "mail");
	if (*type == '\0' || mail == NULL) {
		json_decref(root);
		return FALSE;
	}
	i_zero(json_r);
	p_array_init(&json_r->dsn.recipients, pool, 4);
	json_r->dsn.reporting_mta = "";
	json_r->returned = bounce_returned_nothing;
	read_returned(&json_r->returned, mail, limits, pool);

	for (i = 0; i < N_ELEMENTS(json_notices); i++) {
		const struct json_notice *notice = &json_notices[i];

		if (strcmp(notice->type, type) != 0)
			continue;
		json_r->kind = notice->kind;
		details = json_object_get(root, notice->details);
		list = notice->recipients == NULL ?
			json_object_get(mail, "destination") :
			json_object_get(details, notice->recipients);
		read_recipients(json_r, notice, details, list, limits, pool);
		json_r->dsn.reporting_mta = p_strdup(pool,
			mta_name(json_text(details, "reportingMTA")));
		break;
	}
	json_decref(root);
	return TRUE;
}
