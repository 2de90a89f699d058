/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-verdict.h"

static const char *const kind_names[] = {
	[BOUNCE_KIND_NONE] = "none",
	[BOUNCE_KIND_FAILURE] = "failure",
	[BOUNCE_KIND_DELAY] = "delay",
	[BOUNCE_KIND_SUCCESS] = "success",
	[BOUNCE_KIND_FEEDBACK] = "feedback",
	[BOUNCE_KIND_AUTO_REPLY] = "auto-reply",
	[BOUNCE_KIND_MDN] = "mdn",
	[BOUNCE_KIND_FORWARDED] = "forwarded",
};

static const char *const action_names[] = {
	[BOUNCE_ACTION_UNKNOWN] = "",
	[BOUNCE_ACTION_FAILED] = "failed",
	[BOUNCE_ACTION_DELAYED] = "delayed",
	[BOUNCE_ACTION_DELIVERED] = "delivered",
	[BOUNCE_ACTION_RELAYED] = "relayed",
	[BOUNCE_ACTION_EXPANDED] = "expanded",
};

const char *bounce_kind_name(enum bounce_kind kind)
{
	i_assert((unsigned int)kind < N_ELEMENTS(kind_names));
	return kind_names[kind];
}

bool bounce_kind_parse(const char *name, enum bounce_kind *kind_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(kind_names); i++) {
		if (strcasecmp(kind_names[i], name) == 0) {
			*kind_r = i;
			return TRUE;
		}
	}
	return FALSE;
}

const char *bounce_action_name(enum bounce_action action)
{
	i_assert((unsigned int)action < N_ELEMENTS(action_names));
	return action_names[action];
}

const struct bounce_report *
bounce_verdict_report(const struct bounce_verdict *verdict)
{
	return verdict->report != NULL ? verdict->report : verdict->carried;
}

static const struct bounce_recipient *
report_first_with(const struct bounce_report *report, enum bounce_action action)
{
	const struct bounce_recipient *rcpt;

	array_foreach(&report->recipients, rcpt) {
		if (rcpt->action == action)
			return rcpt;
	}
	return NULL;
}

const struct bounce_recipient *
bounce_report_first(const struct bounce_report *report)
{
	const struct bounce_recipient *rcpt;

	rcpt = report_first_with(report, BOUNCE_ACTION_FAILED);
	if (rcpt == NULL)
		rcpt = report_first_with(report, BOUNCE_ACTION_DELAYED);
	/* a report whose action nobody could tell */
	if (rcpt == NULL && report->kind != BOUNCE_KIND_SUCCESS)
		rcpt = report_first_with(report, BOUNCE_ACTION_UNKNOWN);
	return rcpt;
}

struct bounce_recipient *
bounce_recipient_add(ARRAY_TYPE(bounce_recipient) *recipients)
{
	struct bounce_recipient *rcpt = array_append_space(recipients);

	rcpt->recipient = rcpt->domain = rcpt->original_recipient = "";
	rcpt->status = rcpt->code = rcpt->diagnostic = rcpt->remote_mta = "";
	rcpt->context = rcpt->cause_id = rcpt->provider_id = "";
	rcpt->rule_id = rcpt->limit = rcpt->suggestion = "";
	rcpt->normalised = "";
	rcpt->provider = rcpt->rule = BOUNCE_NONE;
	return rcpt;
}
