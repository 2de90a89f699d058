"""What is different on a terminal: colours, widths, progress."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import unicodedata

from toolcase import COMMAND, HANG_SECONDS, ToolTest, report

ESC = "\x1b"


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

    def test_nothing_to_read(self):
        """It does not wait for a terminal."""
        ours, theirs = pty.openpty()
        done = subprocess.run([COMMAND, "classify"], stdin=theirs,
                              capture_output=True, timeout=HANG_SECONDS, check=False)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"Nothing to read", done.stderr)
