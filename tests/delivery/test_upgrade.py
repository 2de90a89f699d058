"""After an upgrade of half of it, and with settings that do not belong to it: the
mail is where it should be, and one clear line in the log says what is wrong."""

import os
import pathlib
import re
import shutil
import smtplib
import struct
import tempfile

import bounces
import dialect
from clients import Imap, deliver
from server import PLUGIN, Dovecot, ServerError
from test_faults import RULES, SCRIPT, FaultTest
from testcase import BUILDDIR, ONE_PROCESS, DeliveryTest, example_config

BUILT_PLUGIN = BUILDDIR / "src/sieve/.libs" / PLUGIN


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


def make_older(binary):
    """Turn a compiled script into one of an older plugin. Returns where the
    version is in it, and the version that it had."""
    data = bytearray(binary.read_bytes())
    # The list of extensions has the version behind the name.
    at = data.index(b"vnd.bouncecause") + len(b"vnd.bouncecause")
    at += data[at] == 0
    version = data[at]
    assert version > 1
    data[at] = version - 1
    stat = binary.stat()
    binary.write_bytes(data)
    os.utime(binary, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return at, version


class OlderScripts(FaultTest):
    """Scripts that an older plugin compiled are compiled anew."""

    def test_recompiled(self):
        user = "older@example.com"
        self.server.add_user(user, SCRIPT)
        self.bounce(user)
        (binary,) = self.server.home(user).rglob("*.svbin")
        at, version = make_older(binary)
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"] * 2)
        self.assertEqual(binary.read_bytes()[at], version)
        self.assertEqual(self.server.log_lines("Error: "), [])


class OtherPigeonhole(FaultTest):
    """So are those of another Pigeonhole, which says so once."""

    def test_recompiled(self):
        user = "pigeon@example.com"
        self.server.add_user(user, SCRIPT)
        self.bounce(user)
        (binary,) = self.server.home(user).rglob("*.svbin")
        ours = binary.read_bytes()
        # behind the magic number
        (major,) = struct.unpack_from("=H", ours, 4)
        other = bytearray(ours)
        struct.pack_into("=H", other, 4, major + 1)
        stat = binary.stat()
        binary.write_bytes(other)
        os.utime(binary, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"] * 2)
        self.assertEqual(binary.read_bytes()[:8], ours[:8])
        (line,) = self.server.log_lines("Error: ")
        self.assertIn("automatically fixed when re-compiled", line)


class OlderGlobalScripts(FaultTest):
    """So are those of the whole site, where mail processes may not write. Until
    sievec is called, that is done for each mail, and a line says so."""

    options = {"global_scripts": [SCRIPT],
               "settings": {"sieve_before": "{dir}/sieve/file-by-cause.sieve"}}

    def test_recompiled(self):
        user = "site@example.com"
        self.server.add_user(user)
        folder = self.server.dir / "sieve"
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        binary = folder / "file-by-cause.svbin"
        self.bounce(user)
        self.assertEqual(self.server.log_lines("Error: "), [])
        make_older(binary)
        older = binary.read_bytes()
        for _ in range(2):
            self.bounce(user)
        self.assertEqual(self.folders(user), ["Bounces/user-unknown"] * 3)
        self.assertEqual(binary.read_bytes(), older)
        lines = self.server.log_lines("Error: ", "using the sievec tool")
        self.assertEqual(len(lines), 2, lines)
        for line in lines:
            self.assertIn("file-by-cause", line)


class UnknownSettings(FaultTest):
    """A setting that is misspelt is named: by 2.3 in the log, once in a process;
    with it 2.4 does not start."""

    def test_named(self):
        server = Dovecot(BUILDDIR, include=[example_config()],
                         config=ONE_PROCESS, settings={
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

    options = {"config": ONE_PROCESS, "settings_module": None,
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


class OtherSettingsModule(DeliveryTest):
    """The settings module, which only 2.4 has, was left behind by an upgrade."""

    def setUp(self):
        self.check_needed()
        name = dialect.installed().SETTINGS
        if name is None:
            self.skipTest("Dovecot 2.3 has none")
        self.module = (BUILDDIR / "src/sieve/.libs" / name).read_bytes()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.path = pathlib.Path(folder) / name

    def change(self, old, new):
        self.assertEqual(len(old), len(new))
        self.assertIn(old, self.module)
        self.path.write_bytes(self.module.replace(old, new))
        return Dovecot(BUILDDIR, include=[example_config()],
                       settings_module=self.path)

    def test_without_a_setting(self):
        """An older one does not know each setting: all have their defaults."""
        with self.change(b"sieve_bouncecause_advise_limit",
                         b"sieve_bouncecause_advise_older") as server:
            user = "oldmodule@example.com"
            server.add_user(user, SCRIPT)
            ((code, text),) = deliver(
                server, bounces.report(bounces.original()), user)
            self.assertEqual(code, 250, text)
            with Imap(server, user) as imap:
                self.assertEqual(imap.count(), 1)
            (line,) = server.log_lines(f"({user})", "settings cannot be read")
            self.assertIn("Error: sieve: bouncecause: ", line)
            self.assertIn("sieve_bouncecause_advise_older", line)

    def test_other_dovecot(self):
        """Dovecot does not start. (While it runs it goes on as it was.)"""
        version = re.search(rb"\d\.\d+\.ABIv\d[^\0]*", self.module).group()
        with self.assertRaisesRegex(ServerError,
                                    "libbouncecause_settings.*different ABI"):
            self.change(version, b"9" + version[1:]).start()
