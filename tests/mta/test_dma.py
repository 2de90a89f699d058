"""The DragonFly mail agent, which writes reports without a status part"""

import mtatest
import network


class Dma(mtatest.MtaTest):
    packages = ("dma",)
    one_for_each = True
    # It has one back-off, of minutes, and no warnings.
    no_reports = dict.fromkeys(
        ("success", "orcpt", "grey", "busy", "closed", "broken", "blocked",
         "nullmx"), ())
    # "host ... not found"
    expected = {"nomail": {"cause": "host-unknown"}}

    @classmethod
    def configure(cls, jail):
        jail.file("etc/dma/dma.conf", f"MAILNAME {network.MTA_NAME}\n")
        jail.file("etc/dma/auth.conf", "")
        jail.file("etc/aliases", "")
        jail.dir("var/spool/dma", "root", 0o2775, group="mail")

    @classmethod
    def start(cls, jail):
        pass

    @classmethod
    def submit(cls, case):
        cls.jail.run("/usr/sbin/dma", "-f", case.sender, *case.recipients,
                     text=cls.message(case))
