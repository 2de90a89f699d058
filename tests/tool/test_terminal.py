"""What is different on a terminal: colours, widths, progress."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

import nasty
from toolcase import COMMAND, HANG_SECONDS, ToolTest, report

ESC = "\x1b"
# What we write ourselves: colours, and "to the end of the line"
OURS = re.compile(ESC + r"\[[0-9;]*[mK]")


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1
               for char in text)


class Terminal(ToolTest):

    def on_terminal(self, *args, columns=80, env=None, stdout_too=True):
        """What appears on a terminal; stdout_too: not stderr alone."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        env = {**os.environ, "TERM": "xterm", **(env or {})}
        env = {key: value for key, value in env.items() if value is not None}
        with subprocess.Popen(
                [COMMAND, *map(os.fspath, args)], env=env,
                stdin=subprocess.DEVNULL, stderr=theirs,
                stdout=theirs if stdout_too else subprocess.PIPE) as tool:
            os.close(theirs)
            seen = b""
            while True:
                try:
                    data = os.read(ours, 65536)
                except OSError:
                    data = b""
                if not data:
                    break
                seen += data
            if not stdout_too:
                tool.stdout.read()
        os.close(ours)
        return seen.decode()

    def test_colours(self):
        path = self.write("a.eml", report())
        text = self.on_terminal("classify", path, env={"NO_COLOR": None})
        self.assertIn(ESC + "[1m", text)
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": None}):
            self.assertNotIn(ESC, self.on_terminal("classify", path, env=env))
        self.assertIn(ESC, self.on_terminal("classify", path,
                                            env={"NO_COLOR": ""}))

    def test_width(self):
        path = self.write("a.eml", report("bob@" + "x" * 60 + ".example.net"))
        for language in ("en", "zh-CN"):
            for columns in (72, 100):
                text = self.on_terminal("classify", "-l", language, path,
                                        columns=columns,
                                        env={"NO_COLOR": "1"})
                for line in text.splitlines():
                    self.assertLessEqual(width(line), columns, line)
                self.assertIn("\u2026", text)

    def test_wide_characters_are_aligned(self):
        one = self.write("邮件.eml", report())
        two = self.write("ab.eml", report())
        run = self.good("classify", one, two)
        lines = run.text.splitlines()
        self.assertEqual(width(lines[1].partition("failure")[0]),
                         width(lines[2].partition("failure")[0]))

    def test_progress(self):
        self.write("d/0.eml", report())
        for number in range(1, 6000):
            os.link(self.dir / "d/0.eml", self.dir / f"d/{number}.eml")
        text = self.on_terminal("survey", self.dir / "d", stdout_too=False)
        if text:    # a fast machine has nothing to tell
            self.assertIn(" messages, now ", text)
            self.assertTrue(text.endswith("\r" + ESC + "[K"), text[-80:])
        # Results that come on the same terminal are progress enough.
        text = self.on_terminal("classify", "-f", "json", self.dir / "d")
        self.assertNotIn("messages, now", text)

    def test_hostile(self):
        """Whatever is in a report or a file name, a terminal gets no escape
        sequence of it, and nothing that turns or hides text."""
        for number, value in enumerate(nasty.VALUES.values()):
            self.write(f"d/{number}.eml", nasty.report(value))
        name = "d/\x1b[2J\u202e\u009b\u2028.eml"
        self.write(name, nasty.report(nasty.VALUES["escape"]))
        mails = sorted((self.dir / "d").iterdir())
        for args in (["classify"], ["classify", "-l", "en"],
                     ["classify", "-f", "json"], ["explain"], ["survey"],
                     ["survey", "-a"], ["survey", "-f", "csv"],
                     ["survey", "-f", "json"]):
            with self.subTest(args):
                text = self.on_terminal(*args, *mails)
                self.assertGreater(len(text), 1000)
                self.assert_harmless(text)
        for mail in mails:
            for form in ("--text", "--html"):
                with self.subTest(mail, form=form):
                    text = self.on_terminal("page", form, mail)
                    self.assertGreater(len(text), 500)
                    self.assert_harmless(text)

    def assert_harmless(self, text):
        for char in OURS.sub("", text):
            self.assertFalse(
                char not in "\r\n\u200c\u200d"
                and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp"),
                ascii(char))

    def test_nothing_to_read(self):
        """It does not wait for a terminal."""
        ours, theirs = pty.openpty()
        done = subprocess.run([COMMAND, "classify"], stdin=theirs,
                              capture_output=True, timeout=HANG_SECONDS, check=False)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"Nothing to read", done.stderr)
