"""`make install` puts everything where it belongs, and what is installed
works."""

import os
import pathlib
import re
import subprocess
import tempfile

import dialect
import mails
from clients import Imap, deliver
from server import PLUGIN, Dovecot
from testcase import (AUTHOR, BUILDDIR, SRCDIR, DeliveryTest, example,
                      example_config)

SAMPLE = mails.table()[0]


class Install(DeliveryTest):
    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        cls.root = pathlib.Path(cls.enterClassContext(
            tempfile.TemporaryDirectory()))
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("MAKE", "MFLAGS"))}
        done = subprocess.run(
            ["make", "-s", "-C", BUILDDIR, "install", f"DESTDIR={cls.root}"],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        cls.files = [path for path in cls.root.rglob("*") if path.is_file()]

    def installed(self, ending):
        """The one file whose path ends so."""
        found = [path for path in self.files
                 if str(path).endswith("/" + ending)]
        self.assertEqual(len(found), 1, ending)
        return found[0]

    def test_files(self):
        for ending in (
                f"dovecot/modules/sieve/{PLUGIN}",
                "bin/bouncecause",
                "share/bouncecause/bouncecause.rules",
                "share/bouncecause/ordinary-words.txt",
                "share/bouncecause/rules/causes.yaml",
                "share/bouncecause/rules/text/zh-CN.yaml",
                "share/man/man1/bouncecause.1",
                "share/man/man5/bouncecause-rules.5",
                "doc/bouncecause/bouncecause-admin.md",
                "doc/bouncecause/security.md",
                "doc/bouncecause/write-a-rule.md",
                "doc/bouncecause/spec-bouncecause.txt",
                "doc/bouncecause/examples/conf.d/90-bouncecause.conf",
                "doc/bouncecause/examples/conf.d-2.4/90-bouncecause.conf",
                "doc/bouncecause/examples/sieve/helpdesk.sieve"):
            with self.subTest(ending):
                self.installed(ending)

    def test_settings_module(self):
        """Only where Dovecot has such modules"""
        module = dialect.installed().SETTINGS
        found = [path.name for path in self.files
                 if path.parent.name == "settings"
                 and path.suffix == ".so"]
        self.assertEqual(found, [module] if module else [])

    def test_all_rules(self):
        """No source of the rules is left out."""
        rules = SRCDIR / "rules"
        for path in rules.rglob("*.yaml"):
            self.installed(f"bouncecause/rules/{path.relative_to(rules)}")

    def test_links(self):
        """What a document leads to was installed with it."""
        documents = [path for path in self.files if path.suffix == ".md"]
        self.assertGreater(len(documents), 2)
        for path in documents:
            for link in re.findall(r"\]\(([^)\s]+)\)",
                                   path.read_text("utf-8")):
                if not re.match(r"\w+:|#", link):
                    self.assertTrue((path.parent / link).exists(),
                                    (path.name, link))

    def test_no_strays(self):
        """Nothing of libtool's or of the tests."""
        for path in self.files:
            self.assertNotIn(path.suffix, (".a", ".py", ".in"), path)

    def test_command(self):
        done = subprocess.run(
            [self.installed("bin/bouncecause"), "classify", "--rules",
             self.installed("bouncecause.rules"), "--format", "json",
             mails.TABLE / SAMPLE.file], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'"{SAMPLE.cause}"', done.stdout.decode())

    def test_delivery(self):
        module = dialect.installed().SETTINGS
        with Dovecot(BUILDDIR, include=[example_config()],
                     plugin=self.installed(PLUGIN),
                     settings_module=module and self.installed(module),
                     rules=self.installed("bouncecause.rules")) as server:
            server.add_user(AUTHOR, example("file-by-cause.sieve"))
            deliver(server, SAMPLE.load(), AUTHOR)
            with Imap(server, AUTHOR) as imap:
                self.assertEqual([mail.folder for mail in imap.all_mails()],
                                 [f"Bounces/{SAMPLE.cause}"])
