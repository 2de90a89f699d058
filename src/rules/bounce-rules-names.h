#ifndef BOUNCE_RULES_NAMES_H
#define BOUNCE_RULES_NAMES_H

/* The names of the enums in rule files, once for the loader, which tells them,
   and once for the compiler, whose schema reads them. Use each list with a
   macro NAME(string, value). */

#define BOUNCE_SEVERITY_NAMES(NAME) \
	NAME("permanent", BOUNCE_SEVERITY_PERMANENT) \
	NAME("temporary", BOUNCE_SEVERITY_TEMPORARY)

#define BOUNCE_FIXER_NAMES(NAME) \
	NAME("author", BOUNCE_FIXER_AUTHOR) \
	NAME("postmaster", BOUNCE_FIXER_POSTMASTER) \
	NAME("recipient", BOUNCE_FIXER_RECIPIENT) \
	NAME("nobody", BOUNCE_FIXER_NOBODY)

#define BOUNCE_RETRY_NAMES(NAME) \
	NAME("never", BOUNCE_RETRY_NEVER) \
	NAME("fixed", BOUNCE_RETRY_FIXED) \
	NAME("later", BOUNCE_RETRY_LATER)

#define BOUNCE_CONFIDENCE_NAMES(NAME) \
	NAME("high", BOUNCE_CONFIDENCE_HIGH) \
	NAME("medium", BOUNCE_CONFIDENCE_MEDIUM) \
	NAME("low", BOUNCE_CONFIDENCE_LOW)

#define BOUNCE_RANK_NAMES(NAME) \
	NAME("provider", BOUNCE_RANK_PROVIDER) \
	NAME("specific", BOUNCE_RANK_SPECIFIC) \
	NAME("status", BOUNCE_RANK_STATUS) \
	NAME("general", BOUNCE_RANK_GENERAL) \
	NAME("code", BOUNCE_RANK_CODE)

#define BOUNCE_STAGE_NAMES(NAME) \
	NAME("connect", BOUNCE_STAGE_CONNECT) \
	NAME("helo", BOUNCE_STAGE_HELO) \
	NAME("tls", BOUNCE_STAGE_TLS) \
	NAME("auth", BOUNCE_STAGE_AUTH) \
	NAME("mail", BOUNCE_STAGE_MAIL) \
	NAME("rcpt", BOUNCE_STAGE_RCPT) \
	NAME("data", BOUNCE_STAGE_DATA)

/* Roles of markers, save the stages, which are one role with a detail */
#define BOUNCE_ROLE_NAMES(NAME) \
	NAME("identify", BOUNCE_ROLE_IDENTIFY) \
	NAME("candidate", BOUNCE_ROLE_CANDIDATE) \
	NAME("mdn", BOUNCE_ROLE_MDN) \
	NAME("feedback", BOUNCE_ROLE_FEEDBACK) \
	NAME("ordinary", BOUNCE_ROLE_ORDINARY) \
	NAME("auto-reply", BOUNCE_ROLE_AUTO_REPLY) \
	NAME("quoted", BOUNCE_ROLE_QUOTED) \
	NAME("failure", BOUNCE_ROLE_FAILURE) \
	NAME("delay", BOUNCE_ROLE_DELAY) \
	NAME("success", BOUNCE_ROLE_SUCCESS) \
	NAME("final", BOUNCE_ROLE_FINAL) \
	NAME("recipient", BOUNCE_ROLE_RECIPIENT) \
	NAME("reply", BOUNCE_ROLE_REPLY) \
	NAME("remote-mta", BOUNCE_ROLE_REMOTE_MTA) \
	NAME("reporting-mta", BOUNCE_ROLE_REPORTING_MTA) \
	NAME("sender", BOUNCE_ROLE_SENDER) \
	NAME("skip", BOUNCE_ROLE_SKIP) \
	NAME("returned", BOUNCE_ROLE_RETURNED) \
	NAME("forwarded", BOUNCE_ROLE_FORWARDED) \
	NAME("limit", BOUNCE_ROLE_LIMIT)

#endif
