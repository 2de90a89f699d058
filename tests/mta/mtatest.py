"""What all tests of mail systems share."""

import collections
import contextlib
import json
import os
import pathlib
import signal
import smtplib
import socket
import subprocess
import sys
import time
import unittest

import cases
import network
from jail import Jail
from refuser import Refuser

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
BUILDDIR = pathlib.Path(os.environ.get("BOUNCECAUSE_BUILDDIR",
                                       SRCDIR / "build"))
COMMAND = os.environ.get("BOUNCECAUSE_COMMAND",
                         BUILDDIR / "src/tool/bouncecause")
RULES = os.environ.get("BOUNCECAUSE_RULES",
                       BUILDDIR / "rules/bouncecause.rules")
CACHE = os.environ.get("BOUNCECAUSE_PACKAGES", BUILDDIR / "tests/mta/packages")
# Where to leave the reports, and the mail system's log
KEEP = os.environ.get("BOUNCECAUSE_KEEP_REPORTS")

START_SECONDS = 30
REPORT_SECONDS = 60

MESSAGE = """\
From: <{sender}>
To: <li.hua@example.net>
Subject: About the {name} case
Date: Mon, 06 Jan 2025 10:00:00 +0000
Message-ID: <{name}@example.com>

Hello, this is the text of the author.
"""


class MtaTest(unittest.TestCase):
    """A mail system is sent one message per case, all at a time; each case is
    a test of what was read in its reports.

    A class of a mail system has:
    packages  Debian's packages; users, groups  see Jail
    expected  {case: {field: value} or {kind: {field: value}}}: where this
              mail system's reports say something else; None for what they do not always say
    no_reports  {case: kinds that it does not write, () for none at all};
              there is no test of cases of which it reports nothing
    one_for_each  whether each recipient has a report of its own
    names_remote  whether its reports name the host that refused, to us
    misread  {case: what}: known to be read wrongly. Such a test is skipped,
             and fails when it is read rightly
    configure(jail), start(jail); submit(case) where it takes no SMTP
    """

    packages = ()
    users = groups = ()
    expected = {}
    no_reports = {}
    one_for_each = False
    names_remote = True
    misread = {}
    reporting_mta = network.MTA_NAME

    # -- a run --------------------------------------------------------------

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("mail systems are run by root only")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, cls.stop)
        cls.jail = cls.enterClassContext(
            Jail(cls.packages, CACHE, cls.users, cls.groups))
        network.make_private()
        cls.enterClassContext(network.NameServer())
        sink = cls.enterClassContext(Refuser())
        cls.configure(cls.jail)
        cls.start(cls.jail)
        for case in cases.CASES:
            if cls.kinds(case):
                cls.submit(case)
        sink.wait(cls.enough, REPORT_SECONDS)
        cls.verdicts = cls.classify(sink.reports)

    @classmethod
    def stop(cls, *_):
        """Killed: unittest would leave everything as it is."""
        cls.doClassCleanups()
        sys.exit(1)

    @classmethod
    def kinds(cls, case):
        """The kinds of report that the case has here."""
        without = cls.no_reports.get(case.name, ["-"]) or case.reports
        return [kind for kind in case.reports if kind not in without]

    def __init_subclass__(cls):
        super().__init_subclass__()
        for case in cases.CASES:
            if cls.kinds(case):
                setattr(cls, "test_" + case.name, _test(case))

    @classmethod
    def enough(cls, reports):
        return all(len(reports[case.sender]) >= cls.count(case)
                   for case in cases.CASES)

    @classmethod
    def count(cls, case):
        """How many reports are awaited."""
        return sum(len(case.reports[kind]) if cls.one_for_each else 1
                   for kind in cls.kinds(case))

    @classmethod
    def await_smtp(cls):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((network.MTA, 25), 5).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError("the mail system does not start: "
                                       + cls.jail.story()) from None
                time.sleep(0.2)

    @classmethod
    def submit(cls, case):
        with smtplib.SMTP(network.MTA, 25, "client.example.com",
                          timeout=30) as smtp:
            smtp.ehlo()
            smtp.mail(case.sender)
            for recipient in case.recipients:
                options = case.dsn.split() if smtp.has_extn("dsn") else []
                reply = smtp.rcpt(recipient, options)
                if reply[0] >= 300:
                    raise RuntimeError(f"{recipient}: {reply}")
            smtp.data(cls.message(case))

    @staticmethod
    def message(case):
        return MESSAGE.format(name=case.name, sender=case.sender)

    @classmethod
    def classify(cls, reports):
        """{sender: verdicts}"""
        directory = cls.jail.root / "reports"
        if KEEP:
            directory = pathlib.Path(KEEP) / cls.__module__
        directory.mkdir(parents=True, exist_ok=True)
        files = {}
        for sender, mails in reports.items():
            for number, data in enumerate(mails):
                path = directory / f"{sender}.{number}.eml"
                path.write_bytes(data)
                files[str(path)] = sender
        if KEEP:
            (directory / "log").write_text(cls.jail.story())
        if not files:
            return {}
        done = subprocess.run(
            [COMMAND, "classify", "--rules", RULES, "--format", "json",
             *files], capture_output=True, timeout=120, check=True)
        verdicts = collections.defaultdict(list)
        for line in done.stdout.decode().splitlines():
            verdict = json.loads(line)
            verdicts[files[verdict["file"]]].append(verdict)
        return verdicts

    # -- what was read ------------------------------------------------------

    def judge(self, case):
        kinds = self.kinds(case)
        verdicts = self.verdicts.get(case.sender)
        if not verdicts:
            self.fail("no report came; see BOUNCECAUSE_KEEP_REPORTS")
        found = collections.defaultdict(dict)
        for verdict in verdicts:
            with self.subTest("reporting MTA"):
                self.assertEqual(verdict["reporting_mta"],
                                 self.reporting_mta)
            for recipient in verdict["recipients"]:
                found[verdict["kind"]].setdefault(
                    recipient["recipient"], recipient)
        self.assertEqual({kind: sorted(found[kind]) for kind in found},
                         {kind: sorted(case.reports[kind])
                          for kind in kinds})
        for kind in kinds:
            for address, fields in case.reports[kind].items():
                with self.subTest(kind=kind, recipient=address):
                    said = found[kind][address]
                    wanted = self.wanted(case, kind, fields)
                    self.assertEqual({name: said[name] for name in wanted},
                                     wanted, said["diagnostic"] + " by "
                                     + said["rule"])

    def judge_whole(self, case):
        """The same, all at once."""
        self.subTest = lambda *_, **__: contextlib.nullcontext()
        self.judge(case)

    def wanted(self, case, kind, fields):
        other = self.expected.get(case.name, {})
        other = other.get(kind, other)
        wanted = {**fields, **{name: value for name, value in other.items()
                               if not isinstance(value, dict)}}
        if not self.names_remote and "remote_mta" in wanted:
            wanted["remote_mta"] = ""
        return {name: value for name, value in wanted.items()
                if value is not None}


def _test(case):
    def test(self):
        known = self.misread.get(case.name)
        if known is None:
            self.judge(case)
            return
        good = False
        try:
            self.judge_whole(case)
            good = True
        except AssertionError:
            pass
        self.assertFalse(good, "is no longer misread: " + known)
        self.skipTest("known to be misread: " + known)
    return test
