"""Sendmail"""

import mtatest
import network

CONFIG = f"""\
divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{network.MTA_NAME}')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_QUEUEWARN', `3s')dnl
define(`confTO_QUEUERETURN', `12s')dnl
define(`confTO_IDENT', `0')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confPID_FILE', `/var/run/sendmail.pid')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl
define(`confDEF_USER_ID', `mail:mail')dnl
undefine(`ALIAS_FILE')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nocanonify')dnl
DAEMON_OPTIONS(`Addr={network.MTA}, Name=MTA')dnl
MAILER(`smtp')dnl
"""


class Sendmail(mtatest.MtaTest):
    packages = ("sendmail-bin", "sendmail-cf", "m4", "busybox-static")
    expected = {
        "blocked": {"status": "5.5.0"},
        "grey": {"failure": {"status": "4.4.7"}},
        "busy": {"failure": {"status": "4.4.7"}},
        # "Host unknown (... no data known)"
        "nomail": {"cause": "host-unknown"},
    }
    users = ("smmta", "smmsp")

    @classmethod
    def configure(cls, jail):
        jail.shell()
        jail.file("etc/mail/sendmail.mc", CONFIG)
        jail.file("etc/mail/sendmail.cf",
                  jail.run("/usr/bin/m4", "/etc/mail/sendmail.mc"))
        jail.file("etc/mail/local-host-names", network.MTA_NAME + "\n")
        jail.dir("var/spool/mqueue", mode=0o700)

    @classmethod
    def start(cls, jail):
        jail.start("/usr/libexec/sendmail/sendmail", "-bD", "-q3s")
        cls.await_smtp()
