"""Wrong settings, and rule files that are missing, damaged or outdated: mail is
kept, and the log has a line about it that says what is wrong."""

import re
import struct

import dialect
import mails
from clients import deliver
from limits import LIMITS
from testcase import BUILDDIR, SRCDIR, DeliveryTest, example

SAMPLE = mails.table()[0]
RULES = BUILDDIR / "rules/bouncecause.rules"


class SettingsTest(DeliveryTest):
    number = 0

    def deliver_with(self, count=1, **settings):
        """Deliver a report to so many new users, one after the other in one
        process, who have these settings. Returns what is stored, and what the
        log has gained: its error and warning lines."""
        before = len(self.server.log())
        users = []
        for _ in range(count):
            SettingsTest.number += 1
            users.append(f"u{SettingsTest.number}@example.com")
            self.server.add_user(users[-1], example("file-by-cause.sieve"),
                                 **settings)
        replies = deliver(self.server, SAMPLE.load(), *users)
        self.assertEqual([code for code, _ in replies], [250] * count,
                         replies)
        stored = [self.only(user) for user in users]
        log = self.server.log()[before:].splitlines()
        return stored, [line for line in log
                        if "Error:" in line or "Warning:" in line]


class Once(SettingsTest):
    """A server of its own, whose processes have complained of nothing yet"""

    def test_once(self):
        """A process remembers so many complaints, to make each once; one more,
        and it begins anew."""
        known = range(LIMITS["LOG_ONCE"])
        users = []
        before = len(self.server.log())
        for number in (*known, 0, len(known), 0):
            users.append(f"once{len(users)}@example.com")
            self.server.add_user(users[-1], example("file-by-cause.sieve"),
                                 sieve_bouncecause_language=f"klingon{number}")
        replies = deliver(self.server, SAMPLE.load(), *users)
        self.assertEqual({code for code, _ in replies}, {250})
        told = re.findall(r"Warning: .*= klingon(\d+):",
                          self.server.log()[before:])
        self.assertEqual(told, [str(number) for number in
                                (*known, len(known), 0)])


class Settings(SettingsTest):
    def kept(self, name, value):
        """Mail is filed, and one line names the setting and its value."""
        stored, lines = self.deliver_with(**{name: value})
        self.assertEqual(stored[0].folder, f"Bounces/{SAMPLE.cause}")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(name, lines[0])
        self.assertIn(value, lines[0])

    def test_language(self):
        self.kept("sieve_bouncecause_language", "klingon")

    def test_log_addresses(self):
        self.kept("sieve_bouncecause_log_addresses", "perhaps")

    def test_max_size(self):
        self.kept("sieve_bouncecause_max_size", "much")

    def test_on_error(self):
        self.kept("sieve_bouncecause_on_error", "despair")

    def test_good(self):
        """All settings set, and nothing to complain about."""
        stored, lines = self.deliver_with(
            sieve_bouncecause_language="zh-CN",
            sieve_bouncecause_support="support@example.com",
            sieve_bouncecause_log_addresses="none",
            sieve_bouncecause_max_size="64k",
            sieve_bouncecause_on_error="tempfail")
        self.assertEqual(stored[0].folder, f"Bounces/{SAMPLE.cause}")
        self.assertEqual(lines, [])

    def test_documented(self):
        """Each setting is where an administrator looks for it."""
        header = (SRCDIR / "src/sieve/bouncecause-settings.h").read_text()
        names = re.findall(r'"(sieve_bouncecause_\w+)"', header)
        self.assertGreater(len(names), 8)
        for page in ("doc/bouncecause-admin.md",
                     "doc/man/sieve-bouncecause.7",
                     "example-config/conf.d/90-bouncecause.conf",
                     "example-config/conf.d-2.4/90-bouncecause.conf"):
            text = (SRCDIR / page).read_text()
            for name in names:
                with self.subTest(page=page):
                    self.assertIn(name, text)

    def test_doveconf(self):
        """Dovecot 2.4 knows them, with their defaults."""
        said = self.server.run("doveconf", "-d").stdout.decode()
        known = dict(re.findall(r"^(sieve_bouncecause_\w+) = ?(.*)$", said,
                                re.MULTILINE))
        if dialect.installed().VERSION == "2.3":
            self.assertEqual(known, {})
            return
        self.assertEqual(known.pop("sieve_bouncecause_rules")[:1], "/")
        self.assertEqual(known, {f"sieve_bouncecause_{name}": value
                                 for name, value in (
            ("language", "auto"), ("support", "postmaster"),
            ("log_addresses", "full"), ("max_size", "1M"),
            ("on_error", "continue"), ("own_hosts", ""),
            ("advise_domains", ""), ("advise_limit", "20"))})

    def test_addresses_in_the_log(self):
        """What log lines show of addresses is as the setting says."""
        address = SAMPLE.recipients
        local, _, domain = address.partition("@")
        for value, shown in (("full", address), ("domain", domain),
                             ("none", ""), ("noen", "")):
            before = len(self.server.log())
            self.deliver_with(sieve_bouncecause_log_addresses=value)
            log = self.server.log()[before:]
            lines = [line for line in log.splitlines()
                     if SAMPLE.cause in line and "stored mail" not in line]
            self.assertEqual(len(lines), 1, lines)
            self.assertIn(shown, lines[0])
            if value != "full":
                self.assertNotIn(local, lines[0])
            if not shown:
                self.assertNotIn(domain, lines[0])


class RuleFile(SettingsTest):
    """The rule file cannot be used: the script runs on without it."""

    def kept(self, path, *words):
        """Three mails are kept in INBOX; the log has one line for all of
        them, which names the file."""
        stored, lines = self.deliver_with(3, sieve_bouncecause_rules=path)
        self.assertEqual([mail.folder for mail in stored], ["INBOX"] * 3)
        self.assertEqual(len(lines), 1, lines)
        for word in (str(path), *words):
            self.assertIn(word, lines[0])

    def damaged(self, name, change):
        """A rule file to which something was done."""
        data = bytearray(RULES.read_bytes())
        path = self.server.dir / name
        path.write_bytes(change(data) or data)
        return path

    def test_missing(self):
        self.kept(self.server.dir / "none.rules", "does not exist")

    def test_directory(self):
        self.kept(self.server.dir / "home")

    def test_empty(self):
        path = self.server.dir / "empty.rules"
        path.write_bytes(b"")
        self.kept(path)

    def test_something_else(self):
        self.kept(self.damaged("text.rules",
                               lambda data: b"# no rules\n" * 1000))

    def test_cut_off(self):
        self.kept(self.damaged("cut.rules",
                               lambda data: data[:len(data) // 2]))

    def test_altered(self):
        def flip(data):
            data[len(data) // 3] ^= 0xff
        self.kept(self.damaged("altered.rules", flip))

    def test_outdated(self):
        def set_version(data):
            # behind the magic of 8 bytes
            struct.pack_into("=I", data, 8, 0)
        self.kept(self.damaged("old.rules", set_version))

    def test_deferred(self):
        """The administrator wants mail to come again, and it does."""
        user = "deferred@example.com"
        missing = self.server.dir / "later.rules"
        self.server.add_user(user, example("file-by-cause.sieve"),
                             sieve_bouncecause_rules=missing,
                             sieve_bouncecause_on_error="tempfail")
        (code, text), = deliver(self.server, SAMPLE.load(), user)
        self.assertEqual(code // 100, 4, text)
        self.assertEqual(self.stored(user), [])
        missing.write_bytes(RULES.read_bytes())
        self.deliver(SAMPLE.load(), user)
        self.assertEqual(self.only(user).folder, f"Bounces/{SAMPLE.cause}")

    def test_replaced(self):
        """A mended file is taken without a restart."""
        path = self.damaged("soon.rules", lambda data: b"nothing")
        stored, lines = self.deliver_with(sieve_bouncecause_rules=path)
        self.assertEqual(stored[0].folder, "INBOX")
        self.assertEqual(len(lines), 1, lines)
        new = self.damaged("new.rules", lambda data: None)
        new.rename(path)
        stored, lines = self.deliver_with(sieve_bouncecause_rules=path)
        self.assertEqual(stored[0].folder, f"Bounces/{SAMPLE.cause}")
        self.assertEqual(lines, [])
