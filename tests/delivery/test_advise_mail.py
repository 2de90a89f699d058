"""The mail that bounceadvise sends, as an independent parser sees it: correct,
in the thread that it is about, and with nothing in it that is not for its
reader, whatever the returned message holds."""

import email
import email.policy
import re

import bounces
import mails
from advising import FILE, OWN, REQUIRE, SHARED, AdviseTest, report
from clients import Imap
from limits import LIMITS
from testcase import AUTHOR, SENT

# The fields of an advice, those of its body aside
FIELDS = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To",
          "References", "Auto-Submitted", "X-Auto-Response-Suppress",
          "MIME-Version"]


class MailTest(AdviseTest):
    def correct(self, mail):
        """RFC 5322, 2045 and 2047: the parser has nothing to complain about.
        Returns the message."""
        data = mail.data
        self.assertTrue(data.endswith(b"\r\n"))
        lines = data.split(b"\r\n")
        self.assertFalse([line for line in lines
                          if b"\r" in line or b"\n" in line])
        self.assertLessEqual(max(map(len, lines)), 998)
        self.assertNotIn(b"\0", data)
        message = email.message_from_bytes(data, policy=email.policy.default)
        for part in message.walk():
            self.assertEqual(part.defects, [])
            for name, value in part.items():
                self.assertEqual(value.defects, (), f"{name}: {value}")
            if not part.is_multipart():
                part.get_content()
        names = [name for name in message.keys()
                 if not name.startswith("Content-")]
        for name in ("In-Reply-To", "References"):
            if name not in message:
                names.append(name)
        self.assertEqual(sorted(names), sorted(FIELDS))
        header = data.partition(b"\r\n\r\n")[0]
        self.assertTrue(header.isascii())
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["X-Auto-Response-Suppress"], "All")
        self.assertIsNotNone(message["Date"].datetime)
        return message

    def advice(self, data, options="", **settings):
        """The one that a new user gets about a report."""
        user = self.user(REQUIRE + f"bounceadvise {options};\n" + FILE,
                         **settings)
        return self.correct(self.sent(user, user, data))

    def texts(self, message):
        """All that a person can read of it."""
        return [str(value) for value in message.values()] + [
            part.get_content() for part in message.walk()
            if part.get_content_maintype() == "text"]


class Header(MailTest):
    def test_defaults(self):
        message = self.advice(report(
            fields=["References: <a@example.com> <b@example.com>"]))
        self.assertEqual(str(message["From"]),
                         "Postmaster <postmaster@example.com>")
        self.assertEqual(message["In-Reply-To"], "<question@example.com>")
        self.assertEqual(message["References"], "<a@example.com>"
                         " <b@example.com> <question@example.com>")
        self.assertIn("A question", message["Subject"])
        text, html = self.texts(message)[-2:]
        for body in (text, html):
            self.assertIn("gone@example.net", body)

    def test_every_report(self):
        for sample in mails.table():
            with self.subTest(sample.file):
                self.advice(sample.load())

    def test_from(self):
        for value, name, address in (
                ("help@example.org", "", "help@example.org"),
                ("Help Desk <help@example.org>", "Help Desk",
                 "help@example.org"),
                ('\\"Desk, Help\\" <help@example.org>', "Desk, Help",
                 "help@example.org"),
                ('\\"a \\\\\\" b\\" <help@example.org>', 'a " b',
                 "help@example.org"),
                ("=?utf-8?q?Gr=C3=BC=C3=9Fe=2C_Li?= <help@example.org>",
                 "Gr\u00fc\u00dfe, Li", "help@example.org"),
                ('\\"\u738b\u5c0f\u660e\\" <help@example.org>',
                 "\u738b\u5c0f\u660e", "help@example.org")):
            with self.subTest(value):
                message = self.advice(report(), f':from "{value}"')
                sender, = message["From"].addresses
                self.assertEqual((sender.display_name, sender.addr_spec),
                                 (name, address))

    def test_subject(self):
        for value in ("Not delivered", "\u672a\u9001\u8fbe " * 40,
                      "a" * 1500, "two\r\nX-Injected: lines"):
            with self.subTest(value[:20]):
                message = self.advice(report(), f':subject "{value}"')
                self.assertTrue(
                    " ".join(value.split()).startswith(message["Subject"]))
        message = self.advice(report(), ':subject ""')
        self.assertIn("A question", message["Subject"])

    def test_language(self):
        message = self.advice(report(), ':language "zh-CN"')
        for text in self.texts(message)[-2:]:
            self.assertRegex(text, "[\u4e00-\u9fff]")


class Hostile(MailTest):
    """What stands in a returned header cannot get out of its place."""

    def test_message_id(self):
        for value in ("<a b@example.com>", "<a@example.com", "a@example.com",
                      "<@example.com>", "<a@>", "<a..b@example.com>",
                      "<a@b@example.com>", "<a(comment)@example.com>",
                      "<a@example.com> (comment)", "<a@exam\u00e9ple.com>",
                      "<a@example.com>\n X-Injected: yes",
                      "<a\rb@example.com>",
                      f"<{'a' * 10000}@example.com>", "<a,b@example.com>",
                      "<a@[192.0.2.1>", "<>", "<<a@example.com>>"):
            with self.subTest(value[:40]):
                message = self.advice(report(message_id=value))
                self.assertNotIn("In-Reply-To", message)
                self.assertNotIn("References", message)
        for value in ("<a+b=c.d@example.com>", "<a@[192.0.2.1]>",
                      "<$a{b}|c~#@x>"):
            with self.subTest(value):
                message = self.advice(report(message_id=value))
                self.assertEqual(message["In-Reply-To"], value)

    def test_references(self):
        message = self.advice(report(fields=[
            "References: <ok@example.com> junk <not ok@x> <b\u00e9d@x>"
            " (comment) <question@example.com>\n\t<also@example.com>"]))
        self.assertEqual(
            message["References"],
            "<ok@example.com> <also@example.com> <question@example.com>")

    def test_many_references(self):
        """The last ones are kept."""
        limit = LIMITS["ADVISE_REFERENCES"]
        for count in (limit, limit + 1, 2000):
            ids = [f"<{number}@x>" for number in range(count)]
            message = self.advice(report(fields=[
                "References:" + "".join(f"\n {name}" for name in ids[-100:])]))
            self.assertEqual(message["References"].split(),
                             [*ids[-limit:], "<question@example.com>"])

    def test_long(self):
        """What goes into the header is not longer than it may be."""
        limit = LIMITS["ADVISE_ID_SIZE"]
        for size in (limit, limit + 1):
            value = f"<{'x' * (size - len('<@x>'))}@x>"
            message = self.advice(report(message_id=value, fields=[
                f"References: <a@x> {value}"]))
            self.assertEqual(message["In-Reply-To"],
                             value if size == limit else None)
        limit = LIMITS["ADVISE_NAME_SIZE"]
        for size in (limit, limit + 1):
            message = self.advice(report(), ':from "'
                                  f'{"x" * size} <help@example.org>"')
            sender, = message["From"].addresses
            self.assertEqual(sender.display_name, "x" * limit)

    def test_fields(self):
        for value in ("x\r\n\r\nbody", "x\rX-Injected: yes",
                      "=?utf-8?q?a=0D=0AX-Injected:_yes?=", "=?utf-8?b?Cg==?= <x@example.com>",
                      "\u738b" * 10000, "a" * 10000, "a " * 5000,
                      "\udcff\udcfe 8-bit", "((((((((", '"', "=?x?q?=00?="):
            with self.subTest(value[:30]):
                message = self.advice(report(
                    subject=value, fields=[f"X-Mailer: {value}",
                                           f"Cc: {value}"]))
                self.assertNotIn("X-Injected", message)
                self.advice(report(author=value))

    def test_words(self):
        """Into the script's own words, too"""
        options = (':subject "${bouncecause.original_subject}'
                   '${bouncecause.diagnostic}" '
                   ':handle "${bouncecause.original_subject}"')
        message = self.advice(report(
            subject="=?utf-8?q?a=0D=0AX-Injected:_yes?="), options)
        self.assertNotIn("X-Injected", message)


class Hidden(MailTest):
    """The author wrote to an address that passes mail on: where to, they are
    not told."""

    options = {"config": SENT}
    REPORT = {"failed": "private@hidden.example.net",
              "original": "anna.berg@example.net",
              "to": "anna.berg@example.net"}

    def names(self, message):
        return [text for text in self.texts(message)
                if re.search("private|hidden", text)]

    def test_author(self):
        for options in (
                "", ':subject "${bouncecause.recipient}"',
                ':subject "About PRIVATE@hidden.example.net"',
                ':subject "No mail to ${bouncecause.domain}"',
                ':subject "发往${bouncecause.domain}的邮件"',
                ':from "\\"Was ${bouncecause.recipient}\\" <a@example.org>"',
                ':from "\\"At ${bouncecause.domain}\\" <a@example.org>"',
                ':from "${bouncecause.recipient}"',
                ':from "Help <help@${bouncecause.domain}>"'):
            for author in (AUTHOR, "b@example.com"):
                with self.subTest(f"{options} {author}"):
                    user = self.user(SHARED.replace(
                        "bounceadvise", f"bounceadvise {options}"), **OWN)
                    message = self.correct(self.sent(
                        user, author, report(author=author,
                                                   **self.REPORT)))
                    self.assertEqual(self.names(message), [])
                    self.assertIn("anna.berg@example.net",
                                  "".join(self.texts(message)))

    def other(self, options, data):
        user = self.user(SHARED.replace(
            "bounceadvise", f"bounceadvise {options}"), **OWN)
        return self.correct(self.sent(user, AUTHOR, data))

    def test_reply(self):
        """The report is about the address that the author wrote to; only what
        the server said names the other one."""
        data = report("anna.berg@example.net").replace(
            b"<anna.berg@example.net>: User",
            b"<private@hidden.example>: User")
        self.assertIn(b"private@hidden", data)
        for option in (
                ':subject "${bouncecause.diagnostic}"',
                ':from "\\"${bouncecause.diagnostic}\\" <a@example.org>"'):
            with self.subTest(option):
                self.assertEqual(self.names(self.other(option, data)), [])

    def test_hosts(self):
        """Those that wrote the reply and the report"""
        data = report("anna.berg@example.net").replace(
            b"\r\nAction:", b"\r\nRemote-MTA: dns; mx.hidden.example"
            b"\r\nAction:")
        for value in ("${bouncecause.remote_mta}",
                      "by ${bouncecause.remote_mta}.",
                      "(smtp.${bouncecause.remote_mta})",
                      "${bouncecause.reporting_mta}"):
            with self.subTest(value):
                message = self.other(f':subject "{value}"', data)
                self.assertIn("A question", message["Subject"])
                self.assertEqual(self.names(message), [])
        # Other hosts that only look like them
        for value in ("mx.hidden.example.com", "xmx.hidden.example",
                      "mx.hidden.example-x"):
            with self.subTest(value):
                message = self.other(f':subject "{value}"', data)
                self.assertEqual(message["Subject"], value)

    def test_what_the_author_wrote(self):
        """is not hidden, nor what the mail names as it is."""
        for value, subject in (
                ("${bouncecause.recipient}", "gone@example.net"),
                ("At ${bouncecause.domain}", "At example.net"),
                ("Ask help@example.org", "Ask help@example.org"),
                ("Ask postmaster@example.com of example.com", None),
                ("Was ${bouncecause.original_from}", f"Was {AUTHOR}")):
            with self.subTest(value):
                message = self.other(
                    f':from "Help <help@example.org>" :subject "{value}"',
                    report())
                self.assertEqual(message["Subject"], subject or value)
                self.assertEqual(str(message["From"]),
                                 "Help <help@example.org>")

    def test_bcc(self):
        """Of the copy in Sent: whoever wrote it knows it, and nobody else
        whom a report calls the author."""
        number = 0
        for author, known in ((AUTHOR, True), ("Li.Wei@example.COM", True),
                              ("b@example.com", False)):
            for failed in ("private@hidden.example.net", "bob@example.net"):
                number += 1
                user = self.user(SHARED)
                with Imap(self.server, user) as imap:
                    imap.append(bounces.original(
                        message_id=f"<bcc{number}@example.com>",
                        bcc="private@hidden.example.net"), "Sent")
                data = report(failed, author=author, to="bob@example.net",
                              message_id=f"<bcc{number}@example.com>")
                with self.subTest(f"{failed} {author}"):
                    sent, lines = self.advise(user, data)
                    self.assertEqual(len(sent), 1, lines)
                    text = "".join(self.texts(self.correct(sent[0])))
                    self.assertEqual("hidden" in text,
                                     known and "hidden" in failed)
                    self.assertEqual("of 2 addresses" in text, known)

    def test_owner(self):
        """is told: it is their mailbox, and their report."""
        message = self.advice(report(**self.REPORT))
        self.assertGreaterEqual(len(self.names(message)), 2)
