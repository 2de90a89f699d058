"""Faults never lose mail: the mail is where it should be, and one clear line in
the log says what is wrong. (Rule files that cannot be used: test_settings;
Sent, submission: test_mark, test_advise_faults.)"""

import os
import re
import shutil
import smtplib

import bounces
import dialect
from clients import Imap, deliver
from server import PLUGIN, Dovecot, ServerError
from testcase import BUILDDIR, DeliveryTest, example, example_config

RULES = BUILDDIR / "rules/bouncecause.rules"
BUILT_PLUGIN = BUILDDIR / "src/sieve/.libs" / PLUGIN
SCRIPT = example("file-by-cause.sieve")


class FaultTest(DeliveryTest):
    def folders(self, user):
        return [mail.folder for mail in self.stored(user)]

    def bounce(self, user):
        self.deliver(bounces.report(bounces.original()), user)


class RulesOverwritten(FaultTest):
    """The rule file is written to, not replaced, while processes use it."""

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


class NoMemory(FaultTest):
    """There is no address space for the rules."""

    # lmtp with the plugin takes about this much without them
    vsz_limit = {"2.3": 30, "2.4": 72}

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
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


class OtherVersion(FaultTest):
    """The plugin was built for another Pigeonhole: Dovecot delivers nothing until
    that is mended, and the mail comes again. (2.4 does not even start.)"""

    def test_comes_again(self):
        user = "other@example.com"
        self.server.add_user(user, SCRIPT)
        data = BUILT_PLUGIN.read_bytes()
        other = re.sub(rb"\d\.\d+\.ABIv\d", lambda match:
                       b"9" + match.group()[1:], data)
        self.assertNotEqual(other, data)
        installed = self.server.dir / "modules" / PLUGIN
        installed.write_bytes(other)
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            self.bounce(user)
        self.assertEqual(self.folders(user), [])
        self.assertTrue(self.server.log_lines("Fatal: ", PLUGIN, "version"),
                        self.server.log())
        installed.unlink()
        shutil.copy(BUILT_PLUGIN, installed)
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"])


class OlderScripts(FaultTest):
    """Scripts that an older plugin compiled are compiled anew."""

    def test_recompiled(self):
        user = "older@example.com"
        self.server.add_user(user, SCRIPT)
        self.bounce(user)
        (binary,) = self.server.home(user).rglob("*.svbin")
        data = bytearray(binary.read_bytes())
        # The list of extensions has the version behind the name.
        at = data.index(b"vnd.bouncecause") + len(b"vnd.bouncecause")
        at += data[at] == 0
        version = data[at]
        self.assertGreater(version, 1)
        data[at] = version - 1
        stat = binary.stat()
        binary.write_bytes(data)
        os.utime(binary, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"] * 2)
        new = binary.read_bytes()
        self.assertEqual(new[at], version)
        self.assertEqual(self.server.log_lines("Error: "), [])


class UnknownSettings(FaultTest):
    """A setting that is misspelt is named: by 2.3 in the log, once; with it
    2.4 does not start."""

    def test_named(self):
        server = Dovecot(BUILDDIR, include=[example_config()], settings={
            "sieve_bouncecause_langauge": "de"})
        if dialect.installed().VERSION == "2.4":
            with self.assertRaisesRegex(
                    ServerError,
                    "Unknown setting: sieve_bouncecause_langauge"):
                server.start()
            return
        with server:
            user = "misspelt@example.com"
            server.add_user(user, SCRIPT)
            for _ in range(2):
                deliver(server, bounces.report(bounces.original()), user)
            with Imap(server, user) as imap:
                self.assertEqual(
                    [mail.folder for mail in imap.all_mails()],
                    ["Bounces/user-unknown"] * 2)
            (line,) = server.log_lines("sieve_bouncecause_langauge")
            self.assertIn("unknown setting", line)


class NoSettingsModule(FaultTest):
    """Only 2.4 has one. Without it there are the defaults."""

    options = {"settings_module": None,
               "settings": {"sieve_bouncecause_rules": None}}

    def test_defaults(self):
        user = "nosettings@example.com"
        self.server.add_user(user, SCRIPT, sieve_bouncecause_rules=RULES)
        for _ in range(2):
            self.bounce(user)
        folders = self.folders(user)
        lines = self.server.log_lines("settings cannot be read")
        if dialect.installed().VERSION == "2.3":
            self.assertEqual(lines, [])
            self.assertEqual(folders, ["Bounces/user-unknown"] * 2)
            return
        # The configuration reader runs Sieve, too, and says it for itself.
        lines = [line for line in lines if " config: " not in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("Error: ", lines[0])
        # there is a file where it is installed to, or there is none
        self.assertIn(folders, (["INBOX"] * 2, ["Bounces/user-unknown"] * 2))


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
