#ifndef BOUNCECAUSE_SETTINGS_MODULE_H
#define BOUNCECAUSE_SETTINGS_MODULE_H

/* The module of Dovecot 2.4's configuration reader that knows our settings */

struct setting_parser_info;

extern const struct setting_parser_info bouncecause_setting_parser_info;

/* What the reader looks for in the module */
extern const char *bouncecause_settings_version;
extern const char *bouncecause_settings_doveconf_banner;
extern const struct setting_parser_info *bouncecause_settings_set_infos[];

#endif
