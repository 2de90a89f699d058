"""Mails made to hurt: they are answered, and memory does not grow with them.
Time is only limited so that a hang is found."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import dialect
import mails
from clients import Imap
from server import HANG_SECONDS, session_processes
from testcase import AUTHOR, COMMAND, ONE_PROCESS, DeliveryTest, example

MEGABYTE = 1024 * 1024
# How much more memory than for a small report any of them may take
ALLOWED_KB = 24 * 1024
if dialect.WRAPPERS:
    # a checker of memory takes much itself
    ALLOWED_KB *= 100

REPORT = mails.table()[0].load()
REPORT_HEADER, _, REPORT_BODY = REPORT.partition(b"\r\n\r\n")


def big():
    """100 MB of text below the header of a report."""
    line = b"All work and no play makes a long mail, and a boring one.\r\n"
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n"
            b"\r\n" + line * (100 * MEGABYTE // len(line)))


def big_report():
    """A report that returns a message of 100 MB."""
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\r\n"
    head, boundary, tail = REPORT.rpartition(b"\r\n--")
    return head + line * (100 * MEGABYTE // len(line)) + boundary + tail


def empty():
    return b""


def header_only():
    return REPORT_HEADER + b"\r\n\r\n"


def long_line():
    """One header line of 1 MB."""
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: "
            + b"undelivered " * (MEGABYTE // 12) + b"\r\n\r\nUser unknown\r\n")


def long_header():
    """100,000 header fields."""
    return b"".join(b"X-%d: value\r\n" % number for number in range(100_000)
                    ) + REPORT


def nested_multiparts(depth=10_000):
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
        % (number, number) for number in range(depth))
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n"
            b"MIME-Version: 1.0\r\n" + head
            + b"Content-Type: text/plain\r\n\r\nUser unknown\r\n")


def nested_messages(depth=10_000):
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n"
            b"MIME-Version: 1.0\r\n"
            + b"Content-Type: message/rfc822\r\n\r\n" * depth
            + b"Subject: x\r\n\r\nUser unknown\r\n")


def many_parts(count=10_000):
    part = b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n"
            b"MIME-Version: 1.0\r\n"
            b"Content-Type: multipart/report; boundary=b\r\n\r\n"
            + part * count + b"\r\n--b--\r\n")


def many_recipients(count=20_000):
    blocks = b"".join(
        b"Final-Recipient: rfc822; user%d@example.net\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        % number for number in range(count))
    return (b"From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n"
            b"MIME-Version: 1.0\r\n"
            b"Content-Type: multipart/report; report-type=delivery-status;"
            b" boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status"
            b"\r\n\r\nReporting-MTA: dns; example.com\r\n\r\n"
            + blocks + b"\r\n--b--\r\n")


def binary():
    """Every byte there is, again and again, in a report."""
    return REPORT_HEADER + b"\r\n\r\n" + bytes(range(256)) * 4096


HOSTILE = (big, big_report, empty, header_only, long_line, long_header,
           nested_multiparts, nested_messages, many_parts, many_recipients,
           binary)


class Command(unittest.TestCase):
    """bouncecause classify"""

    def classify(self, data):
        """Returns the verdict and the memory that it took, in kB."""
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "mail.eml"
            path.write_bytes(data)
            process = subprocess.Popen(
                [COMMAND, "classify", "--format", "json", path],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            watch = subprocess.Popen(["sleep", str(HANG_SECONDS)])
            out = process.stdout.read()
            err = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            process.stdout.close()
            process.stderr.close()
            self.assertIsNone(watch.poll(), "it hangs")
            watch.kill()
            watch.wait()
        self.assertEqual(process.returncode, 0, err)
        return json.loads(out), usage.ru_maxrss

    def test_memory(self):
        verdict, small = self.classify(REPORT)
        self.assertEqual(verdict["kind"], "failure")
        for make in HOSTILE:
            with self.subTest(make.__name__):
                verdict, used = self.classify(make())
                self.assertIn(verdict["kind"], ("failure", "none"))
                self.assertLess(used - small, ALLOWED_KB)

    def test_big_report(self):
        """What a report says is found, however much it returns."""
        verdict, _ = self.classify(big_report())
        self.assertEqual(verdict["recipients"][0]["cause"],
                         mails.table()[0].cause)


class Delivery(DeliveryTest):
    """The same by LMTP, all to one process."""

    options = {"config": ONE_PROCESS}

    def lmtp_memory(self):
        """The most that the LMTP process took so far, in kB."""
        for pid in session_processes(self.server.process.pid):
            process = pathlib.Path(f"/proc/{pid}")
            # its name may be that of a checker of memory
            if b"/lmtp" in (process / "cmdline").read_bytes():
                status = (process / "status").read_text()
                return int(re.search(r"VmHWM:\s*(\d+)", status)[1])
        return self.fail("there is no LMTP process")

    def test_memory(self):
        # Not a script that edits header fields: in Pigeonhole that takes
        # minutes for 100,000 of them, with or without us.
        script = example("file-by-cause.sieve")
        self.server.add_user("small@example.com", script)
        for _ in range(3):
            self.deliver(REPORT, "small@example.com")
        small = self.lmtp_memory()
        for number, make in enumerate(HOSTILE):
            with self.subTest(make.__name__):
                user = f"h{number}@example.com"
                self.server.add_user(user, script)
                self.deliver(make() or b"\r\n", user)
                with Imap(self.server, user) as imap:
                    self.assertEqual(imap.count(), 1)
                self.assertLess(self.lmtp_memory() - small, ALLOWED_KB)
        self.assertEqual(self.server.log_lines("Fatal:"), [])
        self.assertEqual(self.server.log_lines("Panic:"), [])
