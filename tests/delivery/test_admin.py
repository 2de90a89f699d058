"""The administrator's page: its recipes work as they stand there."""

import json
import re
import shutil
import subprocess

import admin
import bounces
from testcase import BUILDDIR, COMMAND, SRCDIR, DeliveryTest, example

RULES = BUILDDIR / "rules/bouncecause.rules"
# Enough for rules of one's own to stand on; all take long to compile.
BASE_RULES = ("causes.yaml", "text/en.yaml", "text/zh-CN.yaml",
              "format/header.yaml")
OWN_RULES = """\
source: wording seen in a test
rules:
  - id: local.moon
    cause: system-error
    match: ["the moon is .{1,20} in the .{1,20} house"]
    examples:
      - "554 The moon is 7 in the 8th house"
"""
ASKS = """\
require ["vnd.bouncecause", "variables", "editheader"];
if bouncecause { addheader "X-Origin" "${bouncecause.origin}"; }
"""


class Recipes(DeliveryTest):
    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        debug = admin.block("log_debug")
        site = admin.block("global-before.sieve").replace(
            "/etc/dovecot/sieve", "{dir}/sieve")
        own_hosts = admin.block("sieve_bouncecause_own_hosts")
        name, value = own_hosts.split(" = ")
        cls.options = {"config": site + debug,
                       "settings": {name: value.strip()}}
        super().setUpClass()

    def bounce(self, user, **more):
        self.deliver(bounces.report(bounces.original(**more)), user)

    def shell(self, command, **places):
        """Run a command of the page, with other places in it. Its bouncecause
        is what was built."""
        for old, new in places.items():
            self.assertIn(old, command)
            command = command.replace(old, str(new))
        command = command.replace("bouncecause ", f"{COMMAND} ", 1)
        return subprocess.run(["sh", "-euc", command], check=True,
                              capture_output=True, text=True).stdout

    def test_site(self):
        """Fields for everybody, by a script of the whole site"""
        folder = self.server.dir / "sieve"
        (command,) = re.findall(r"`(sievec /etc/dovecot/sieve/\S+)`",
                                admin.PAGE)
        shutil.copy(example("global-before.sieve"), folder)
        self.server.run("sievec", folder / command.rpartition("/")[2])
        user = "everybody@example.com"
        self.server.add_user(user)
        self.bounce(user)
        self.assertEqual(self.only(user).header("X-Bounce-Cause"),
                         "user-unknown")
        self.assertEqual(self.server.log_lines("Error: "), [])
        for words in ("message is failure", "decided"):
            self.assertTrue(self.server.log_lines("Debug: ", words), words)

    def test_own_hosts(self):
        user = "hosts@example.com"
        self.server.add_user(user, ASKS)
        hosts = [word for word in admin.block(
            "sieve_bouncecause_own_hosts").split() if "." in word]
        self.assertEqual(len(hosts), 3)
        for host in ("mail.example.com", "mx7.out.example.com",
                     "192.0.2.5", "mail.example.org"):
            came = f"{host} ([{host}])" if host[0].isdigit() else host
            self.bounce(user, fields=f"Received: from {came} by mx.example.net"
                        " with ESMTP id 1; Thu, 1 Jan 2026 00:00:00 +0000")
        self.assertEqual([mail.header("X-Origin")
                          for mail in self.stored(user)],
                         ["own", "own", "own", "foreign"])

    def test_texts(self):
        """The rules are asked."""
        (command,) = admin.blocks("classify --texts")
        said = self.shell(command, **{"--texts": f"--texts --rules {RULES}"})
        self.assertEqual(json.loads(said)["cause"], "user-unknown")

    def test_trace(self):
        """A script is tried out."""
        (command,) = admin.blocks("sieve-test ")
        places = {"USER": "tried@example.com",
                  "script.sieve": self.server.dir / "try.sieve",
                  "report.eml": self.server.dir / "report.eml"}
        self.server.add_user(places["USER"])
        places["script.sieve"].write_text(ASKS)
        places["report.eml"].write_bytes(bounces.report(bounces.original()))
        said = self.server.run(*(places.get(word, word)
                                 for word in command.split())).stdout.decode()
        self.assertIn("message as delivered: failure", said)
        self.assertRegex(said, "rule user.* decided")

    def test_versions(self):
        """The command and the log name the same rules."""
        said = self.shell("bouncecause --version")
        version = re.search("rules ([0-9a-f]{8})", said)[1]
        user = "versions@example.com"
        self.server.add_user(user, ASKS)
        self.bounce(user)
        self.assertTrue(self.server.log_lines(f"({user})", f"rules={version}"))

    def test_own_rules(self):
        """They are laid over ours, and used without a restart."""
        base, own, out = (self.server.dir / name for name in
                          ("base", "own", "own.rules"))
        for name in BASE_RULES:
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SRCDIR / "rules" / name, base / name)
        own.mkdir()
        user = "ownrules@example.com"
        self.server.add_user(user, example("file-by-cause.sieve"),
                             sieve_bouncecause_rules=out)
        command = admin.block("bouncecause compile")
        places = {"/etc/dovecot/bouncecause.rules": out,
                  "/usr/share/bouncecause/rules": base,
                  "/etc/dovecot/bouncecause.d": own}
        for text, cause in (("", "unclassified"), (OWN_RULES, "system-error")):
            (own / "moon.yaml").write_text(text)
            self.shell(command, **places)
            self.deliver(bounces.report(
                bounces.original(), status="5.0.0",
                reply="554 The moon is full in the seventh house"), user)
            self.assertIn(f"Bounces/{cause}", [
                mail.folder for mail in self.stored(user)])
