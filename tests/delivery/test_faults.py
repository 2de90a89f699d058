"""Faults never lose mail: the mail is where it should be, and one clear line in
the log says what is wrong. (Rule files that cannot be used: test_settings;
Upgrades: test_upgrade. Sent, submission: test_mark, test_advise_faults. Full
disks: test_disk_full.)"""

import gzip
import os
import random
import shutil
import smtplib
import unittest

import bounces
import dialect
from clients import deliver
from server import LDA
from testcase import BUILDDIR, ONE_PROCESS, DeliveryTest, example

RULES = BUILDDIR / "rules/bouncecause.rules"
SCRIPT = example("file-by-cause.sieve")


class FaultTest(DeliveryTest):
    def folders(self, user):
        return [mail.folder for mail in self.stored(user)]

    def bounce(self, user):
        self.deliver(bounces.report(bounces.original()), user)


class RulesOverwritten(FaultTest):
    """The rule file is written to, not replaced, while a process uses it."""

    options = {"config": ONE_PROCESS}

    def test_cut_off(self):
        path = self.server.dir / "inplace.rules"
        shutil.copy(RULES, path)
        user = "inplace@example.com"
        self.server.add_user(user, SCRIPT, sieve_bouncecause_rules=path)
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"])
        size = path.stat().st_size
        os.truncate(path, size // 2)
        self.bounce(user)
        self.assertIn("INBOX", self.folders(user))
        (line,) = self.server.log_lines("Error: ", str(path))
        self.assertIn("is cut off", line)
        # as an administrator mends it
        path.write_bytes(RULES.read_bytes())
        self.bounce(user)
        self.assertEqual(sorted(self.folders(user)),
                         ["Bounces/user-unknown"] * 2 + ["INBOX"])
        self.assertEqual(self.server.log_lines("Fatal: "), [])
        self.assertEqual(self.server.log_lines("Panic: "), [])


class RulesReplaced(FaultTest):
    """The rule file is replaced, or goes, while a process uses it: it goes on
    with what it has until there is a good one."""

    options = {"config": ONE_PROCESS}

    def test_replaced(self):
        path = self.server.dir / "replaced.rules"
        shutil.copy(RULES, path)
        user = "replaced@example.com"
        self.server.add_user(user, SCRIPT, sieve_bouncecause_rules=path)
        self.bounce(user)

        def damage():
            new = path.with_suffix(".new")
            new.write_bytes(RULES.read_bytes()[:-100])
            new.rename(path)

        for change, word in ((damage, "is cut off"),
                             (path.unlink, "does not exist")):
            before = len(self.server.log_lines("Error: "))
            change()
            for _ in range(2):
                self.bounce(user)
            lines = self.server.log_lines("Error: ")[before:]
            self.assertEqual(len(lines), 1, lines)
            self.assertIn(word, lines[0])
            self.assertIn("loaded before are used further", lines[0])
        shutil.copy(RULES, path)
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"] * 6)
        self.assertEqual(len(self.server.log_lines("Error: ")), 2)


class NoMemory(FaultTest):
    """There is no address space for the rules."""

    # lmtp with the plugin takes about this much without them
    vsz_limit = {"2.3": 30, "2.4": 72}

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        if dialect.WRAPPERS:
            raise unittest.SkipTest("a checker of memory takes more than that")
        limit = cls.vsz_limit[dialect.installed().VERSION]
        cls.options = {"config":
                       f"service lmtp {{\n  vsz_limit = {limit} M\n}}\n"}
        super().setUpClass()

    def test_kept(self):
        """It is delivered, or comes again; it is never lost."""
        user = "nomemory@example.com"
        self.server.add_user(user, SCRIPT)
        try:
            ((code, text),) = deliver(
                self.server, bounces.report(bounces.original()), user)
        except (OSError, smtplib.SMTPException) as error:
            code, text = 451, str(error)
        if code // 100 == 2:
            (mail,) = self.stored(user)
            self.assertIn(mail.folder, ("INBOX", "Bounces/user-unknown"))
        else:
            self.assertEqual(code // 100, 4, text)
            self.assertEqual(self.stored(user), [])
        log = self.server.log()
        self.assertNotIn("Panic", log)
        self.assertRegex(log, "allocate memory|fit into the memory|Fatal")


class LittleMemory(FaultTest):
    """Memory ends at one place or another."""

    MIB = 1 << 20
    STEP = 64 << 10

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        if dialect.WRAPPERS:
            raise unittest.SkipTest("a checker of memory takes more than that")
        super().setUpClass()

    def setUp(self):
        self.user = "littlememory@example.com"
        self.server.add_user(self.user, SCRIPT)
        # compiles the script
        self.bounce(self.user)
        self.count = 1

    def works(self, memory):
        """Deliver within so much memory. Whatever happens, it is stored or comes
        again, and hardly ever both. Returns whether it is filed where it belongs."""
        before = len(self.server.log())
        done = self.server.run(
            LDA, "-d", self.user, "-f", "", memory=memory, check=False,
            input=bounces.report(bounces.original()))
        lines = [line for line in self.server.log()[before:].splitlines()
                 if "Error: " in line or "Fatal: " in line]
        folders = self.folders(self.user)
        if not lines and b"while loading shared libraries" in done.stderr:
            return False  # it has not even begun
        self.assertIn(done.returncode, (0, os.EX_TEMPFAIL),
                      (lines, done.stderr))
        stored = len(folders) - self.count
        self.count = len(folders)
        once = int(done.returncode == 0)
        if stored == once + 1 and lines:
            # Memory ended when it was stored, and before Dovecot had said so.
            self.twice += 1
        else:
            self.assertEqual(stored, once, (memory, lines, done.stderr))
        self.assertEqual(self.server.log_lines("Panic: "), [])
        filed = folders.count("Bounces/user-unknown")
        works = filed > self.filed
        self.filed = filed
        if not works:
            self.assertNotEqual(lines, [])
            if done.returncode == 0:
                self.assertIn("INBOX", folders)
                self.assertEqual(len(lines), 1, lines)
        return works

    def test_anywhere(self):
        self.filed, self.twice = 1, 0
        too_little, enough = 8 * self.MIB, 512 * self.MIB
        self.assertFalse(self.works(too_little))
        self.assertTrue(self.works(enough))
        while enough - too_little > self.STEP:
            middle = (too_little + enough) // 2
            if self.works(middle):
                enough = middle
            else:
                too_little = middle
        # the end of it comes in small pieces
        for step in range(1, 16):
            self.works(too_little - step * self.STEP)
        self.assertLess(self.twice, 3)


class Unreadable(FaultTest):
    """The message cannot be read while sieve-filter works."""

    def test_stays(self):
        if os.getuid() != 0:
            self.skipTest("as root: the file is another user's")
        user = "unreadable@example.com"
        self.server.add_user(user)
        self.bounce(user)
        (path,) = (self.server.home(user) / "Maildir/new").iterdir()
        script = self.server.home(user) / "filter.sieve"
        script.write_text(SCRIPT.read_text())
        self.server.own(self.server.home(user))
        path.chmod(0)
        done = self.server.run("sieve-filter", "-e", "-W", "-u", user,
                               script, "INBOX", check=False)
        path.chmod(0o600)
        self.assertNotIn(b"Panic", done.stderr)
        self.assertEqual(self.folders(user), ["INBOX"])
        self.assertRegex(done.stderr.decode() + self.server.log(),
                         "ermission denied")


class ReadError(FaultTest):
    """The message cannot be read to its end: it was compressed, and is
    damaged."""

    plugin = {"2.3": "zlib", "2.4": "mail_compress"}

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        plugin = cls.plugin[dialect.installed().VERSION]
        cls.options = {"config": f"mail_plugins = {plugin}\n"}
        super().setUpClass()

    def stored_cut(self, user, data, size):
        """A mailbox that has the first bytes of that mail's compressed form
        only."""
        self.server.add_user(user)
        folder = self.server.home(user) / "Maildir/cur"
        folder.mkdir(parents=True)
        path = folder / f"1.M1P1.x,S={len(data)},W={len(data)}:2,S"
        path.write_bytes(gzip.compress(data)[:size])
        script = self.server.home(user) / "filter.sieve"
        script.write_text(SCRIPT.read_text())
        self.server.own(self.server.home(user))
        return path, script

    def test_stays(self):
        noise = random.Random(1).randbytes(200_000).hex()
        lines = "\n".join(noise[at:at + 76] for at in range(0, len(noise), 76))
        data = bounces.report(bounces.original(text=lines))
        whole = len(gzip.compress(data))
        for size in (whole, whole - 50_000, 100):
            with self.subTest(size):
                user = f"cut{size}@example.com"
                path, script = self.stored_cut(user, data, size)
                before = path.read_bytes()
                done = self.server.run("sieve-filter", "-e", "-W", "-u", user,
                                       script, "INBOX", check=False)
                said = done.stderr.decode()
                self.assertEqual(done.returncode, 0, said)
                if size == whole:
                    self.assertEqual(self.folders(user),
                                     ["Bounces/user-unknown"])
                    continue
                (line,) = [line for line in said.splitlines()
                           if "bouncecause: " in line]
                self.assertRegex(line, "Error: .*Message cannot be read: .*"
                                 "unexpected EOF")
                (left,) = path.parent.iterdir()
                self.assertEqual(left.read_bytes(), before)
