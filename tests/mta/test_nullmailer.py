"""Nullmailer, which hands everything to one smart host"""

import mtatest


class Nullmailer(mtatest.MtaTest):
    packages = ("nullmailer", "busybox-static")
    # What is beyond the smart host, and successes, are not reported.
    no_reports = dict.fromkeys(
        ("success", "orcpt", "blocked", "nohost", "nullmx", "nomail",
         "closed", "broken"), ())
    # It gives up too late for us.
    no_reports.update(grey=("failure",), busy=("failure",))
    # One refusal is that of all recipients.
    no_reports["two"] = ()

    @classmethod
    def configure(cls, jail):
        jail.shell()
        jail.file("etc/nullmailer/remotes", "mx.example.net smtp\n")
        jail.file("etc/nullmailer/me", "mta.example.org\n")
        jail.file("etc/nullmailer/pausetime", "2\n")
        jail.file("etc/nullmailer/queuelifetime", "12\n")
        jail.file("etc/nullmailer/sendtimeout", "20\n")
        spool = "var/spool/nullmailer/"
        for name in ("queue", "tmp", "failed"):
            jail.dir(spool + name, "mail", 0o750)
        jail.run("/bin/busybox", "mkfifo", "/" + spool + "trigger")
        jail.own(spool + "trigger", "mail", "root", 0o622)

    @classmethod
    def start(cls, jail):
        jail.start("/usr/sbin/nullmailer-send", user="mail")

    @classmethod
    def submit(cls, case):
        cls.jail.run("/usr/sbin/nullmailer-queue", user="mail",
                     text="\n".join([case.sender, *case.recipients, "",
                                     cls.message(case)]))
