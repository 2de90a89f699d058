"""OpenSMTPD"""

import mtatest
import network

CONFIG = f"""\
queue ttl 12s
bounce warn-interval 3s
listen on {network.MTA} hostname {network.MTA_NAME}
action "out" relay helo {network.MTA_NAME}
match from any for any action "out"
"""


class OpenSMTPD(mtatest.MtaTest):
    packages = ("opensmtpd",)
    users = ("opensmtpd", "opensmtpq")
    # It takes no blanks in an address, forgets ORCPT, and tries again where
    # others give up.
    no_reports = dict.fromkeys(
        ("quoted", "orcpt", "blocked", "nullmx", "nomail"), ())
    no_reports.update(dict.fromkeys(("grey", "busy", "closed", "broken"),
                                    ("failure",)))
    names_remote = False

    @classmethod
    def configure(cls, jail):
        jail.file("etc/smtpd.conf", CONFIG)
        jail.dir("run")
        jail.dir("var/lib/opensmtpd/empty")
        jail.dir("var/spool/smtpd", mode=0o711)

    @classmethod
    def start(cls, jail):
        jail.start("/usr/sbin/smtpd", "-d")
        cls.await_smtp()
