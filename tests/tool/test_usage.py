"""Help, options, and what is said when the command line is wrong."""

import os
import re
import subprocess
import unittest

from toolcase import BUILDDIR, COMMAND, HANG_SECONDS, SRCDIR, ToolTest

COMMANDS = ("classify", "explain", "survey", "causes", "compile", "lint",
            "page", "test")


class Usage(ToolTest):

    def test_help(self):
        run = self.good("--help")
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", run.text)
        self.assertEqual(self.good("-h").out, run.out)
        self.assertEqual(self.good("help").out, run.out)

    def test_help_of_commands(self):
        for command in COMMANDS:
            with self.subTest(command):
                run = self.good(command, "--help")
                self.assertIn(f"usage: bouncecause {command} ", run.text)
                self.assertIn("Exit status", run.text)
                self.assertLessEqual(max(map(len, run.text.splitlines())), 80)
                self.assertEqual(self.good("help", command).out, run.out)
                self.assertEqual(self.good(command, "x", "-h").out, run.out)

    def test_version(self):
        """It names the address that configure was given."""
        contact = re.search(r"(?m)^contact = (\S+@\S+)$",
                            (BUILDDIR / "src/tool/Makefile").read_text())
        self.assertRegex(self.good("--version").text,
                         r"^bouncecause \d+\.\d+\.\d+\n"
                         r"rules [0-9a-f]{8}, /.*/bouncecause\.rules\n"
                         rf"problems to <{re.escape(contact.group(1))}>\n$")

    @unittest.skipIf((SRCDIR / "config.status").exists(),
                     "the source itself is configured")
    def test_contact(self):
        """What is no address is refused, before anything else is looked at."""
        for contact in ("", "yes", "a b@example.com", "a@b@example.com",
                        "@example.com", "a@", "$(id)@example.com"):
            with self.subTest(contact):
                done = subprocess.run(
                    [SRCDIR / "configure", f"--with-contact={contact}"],
                    cwd=self.dir, capture_output=True, text=True, check=False,
                    timeout=HANG_SECONDS)
                self.assertEqual(done.returncode, 1)
                self.assertIn("--with-contact takes a mail address: "
                              f"{contact}\n", done.stderr)

    def test_nothing(self):
        self.assertIn("usage:", self.bad(2).errors)

    def test_wrong(self):
        rows = [
            (["clasify"], "Unknown command: clasify", "mean classify?"),
            (["zzzzz"], "Unknown command: zzzzz", "Known are: classify, "),
            (["--versoin"], "Unknown option: --versoin", "mean --version?"),
            (["help", "survy"], "Unknown command: survy", "mean survey?"),
            (["classify", "--fromat=x"], "Unknown option: --fromat",
             "mean --format?"),
            (["classify", "--texts=3"], "takes no argument: --texts",
             "classify --help"),
            (["classify", "-q"], "Unknown option: -q", "classify --help"),
            (["classify", "--format", "jsn"], "Unknown format: jsn",
             "mean json?"),
            (["classify", "--format"], "needs an argument: --format", ""),
            (["causes", "x"], "takes no argument: x", ""),
            (["compile"], "Name the directories", ""),
            (["lint"], "Name the directories", ""),
            (["test"], "Name the directories", ""),
            (["survey", "--since", "soon"], "--since takes a date", "soon"),
            (["survey", "--since=7"], "--since takes a date", "7"),
            (["survey", "--since=0"], "--since takes a date", "0"),
            (["survey", "--since=0d"], "--since takes a date", "0d"),
            (["explain", "--text", "550 x", "file"], "too much: file", ""),
            (["page", "a", "b"], "too much: b", ""),
            (["page", "--html", "--text"], "exclude each other", ""),
            (["page", "--html", "-S", "x"], "--subject is of the message",
             "--html"),
            (["classify", "-t", "-f", "table"], "--texts prints JSON", ""),
            (["classify", "-t", "-w"], "--texts has no --forwarded", ""),
        ]
        for args, problem, hint in rows:
            with self.subTest(args):
                run = self.bad(2, *args)
                self.assertEqual(run.out, b"")
                self.assertIn(f"bouncecause: error: ", run.errors)
                self.assertIn(problem, run.errors)
                self.assertIn(hint, run.errors)

    def test_options_anywhere(self):
        path = self.write("a.eml", "Subject: x\n\n")
        self.assertEqual(self.good("classify", path, "-f", "json").out,
                         self.good("classify", "--format=json", path).out)
        self.bad(1, "classify", "--", "--format")


@unittest.skipIf(os.environ.get("BOUNCECAUSE_CHECKER") == "valgrind",
                 "valgrind has descriptors of its own")
class Closed(ToolTest):
    """Whoever runs it has closed stdin, stdout or stderr."""

    def closed(self, fds, *args):
        def close():
            for fd in fds:
                os.close(fd)
        done = subprocess.run(
            [COMMAND, *args], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=HANG_SECONDS, check=False, preexec_fn=close)
        return done.returncode, done.stdout, done.stderr.decode()

    def test_stdin(self):
        empty = self.good("classify", "-f", "json").out
        for jobs in ("1", "2"):
            self.assertEqual(
                self.closed([0], "classify", "-f", "json", "-j", jobs),
                (0, empty, ""))

    def test_stdout(self):
        for fds in ([1], [0, 1]):
            for args in (["causes"], ["--help"]):
                with self.subTest(fds=fds, args=args):
                    status, _, errors = self.closed(fds, *args)
                    self.assertEqual(status, 1)
                    self.assertIn("Writing the output failed", errors)

    def test_stderr(self):
        status, out, _ = self.closed([2], "causes")
        self.assertEqual((status, out), (0, self.good("causes").out))
        self.assertEqual(self.closed([2], "zzzzz"), (2, b"", ""))
        self.assertEqual(self.closed([0, 1, 2], "causes"), (1, b"", ""))


class Causes(ToolTest):

    def test_table(self):
        text = self.good("causes").text
        self.assertRegex(text, r"(?m)^ +1  user-unknown +permanent ")
        self.assertRegex(text, r"(?m)^ +16  unclassified ")

    def test_json(self):
        causes = {one["cause"]: one
                  for one in self.good("causes", "-f", "json").json()}
        self.assertEqual(causes["mailbox-full"]["row"], 3)
        self.assertEqual(causes["mailbox-full"]["keyword"],
                         "$BounceMailboxFull")
        for one in causes.values():
            for key in ("severity", "fixer", "retry", "title", "reason",
                        "advice"):
                self.assertTrue(one[key], (one["cause"], key))

    def test_markdown(self):
        lines = self.good("causes", "-f", "markdown").text.splitlines()
        self.assertEqual(len({line.count("|") for line in lines}), 1)
        self.assertTrue(lines[2].startswith("| 1 | `user-unknown` | "))

    def test_language(self):
        def titles(language):
            return [one["title"] for one in self.good(
                "causes", "-f", "json", "-l", language).json()]
        self.assertNotEqual(titles("en"), titles("zh-CN"))
        self.assertEqual(titles("zh"), titles("zh_CN"))
