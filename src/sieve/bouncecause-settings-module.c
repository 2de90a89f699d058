/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Dovecot 2.4's configuration reader loads this from modules/settings/. */

#include "lib.h"
#include "settings-parser.h"
#include "bouncecause-settings-module.h"

const char *bouncecause_settings_version = DOVECOT_ABI_VERSION;
const char *bouncecause_settings_doveconf_banner =
	"bouncecause version "BOUNCECAUSE_VERSION;

const struct setting_parser_info *bouncecause_settings_set_infos[] = {
	&bouncecause_setting_parser_info,
	NULL
};
