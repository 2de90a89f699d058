/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Names of the enums of rule files */

#include "lib.h"
#include "bounce-rules.h"
#include "bounce-rules-names.h"

#define NAME_CASE(name, value) case value: return name;

const char *bounce_severity_name(enum bounce_severity severity)
{
	switch (severity) {
	BOUNCE_SEVERITY_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_fixer_name(enum bounce_fixer fixer)
{
	switch (fixer) {
	BOUNCE_FIXER_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_retry_name(enum bounce_retry retry)
{
	switch (retry) {
	BOUNCE_RETRY_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_confidence_name(enum bounce_confidence confidence)
{
	switch (confidence) {
	BOUNCE_CONFIDENCE_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_rank_name(enum bounce_rank rank)
{
	switch (rank) {
	BOUNCE_RANK_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_stage_name(enum bounce_stage stage)
{
	switch (stage) {
	BOUNCE_STAGE_NAMES(NAME_CASE)
	default: return "";
	}
}

const char *bounce_role_name(enum bounce_role role)
{
	switch (role) {
	BOUNCE_ROLE_NAMES(NAME_CASE)
	NAME_CASE("stage", BOUNCE_ROLE_STAGE)
	NAME_CASE("match", BOUNCE_ROLE_RULE_MATCH)
	NAME_CASE("all", BOUNCE_ROLE_RULE_ALL)
	NAME_CASE("none", BOUNCE_ROLE_RULE_NONE)
	NAME_CASE("url", BOUNCE_ROLE_RULE_URL)
	default: return "";
	}
}
