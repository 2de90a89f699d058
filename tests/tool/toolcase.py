"""What all tests of the command share: running it, and making mails."""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
BUILDDIR = pathlib.Path(os.environ.get("BOUNCECAUSE_BUILDDIR",
                                       SRCDIR / "build"))
# With a checker of memory: see tests/memory
COMMAND = pathlib.Path(os.environ.get("BOUNCECAUSE_WRAPPERS",
                                      BUILDDIR / "src/tool")) / "bouncecause"
RULES = SRCDIR / "rules"
# Enough of the rules for rules of one's own to stand on; all of them would take
# long to compile again and again.
BASE_RULES = ("causes.yaml", "text/en.yaml", "text/zh-CN.yaml",
              "format/header.yaml")

# Nothing takes that long unless it hangs.
HANG_SECONDS = int(os.environ.get("BOUNCECAUSE_HANG_SECONDS", 300))


class Run:
    """How a run of the command ended."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err
        self.text = out.decode("utf-8")
        self.errors = err.decode("utf-8")

    def json(self):
        """The objects that were printed, one a line."""
        lines = self.out.split(b"\n")
        assert lines.pop() == b"", "the last line is not ended"
        return [json.loads(line) for line in lines]


def report(recipient="bob@example.net", reply="550 5.1.1 User unknown",
           date="Tue, 02 Feb 2016 10:00:00 +0000", action="failed",
           status="5.1.1", extra=""):
    """A delivery status notification about one recipient."""
    return (f"Return-Path: <>\n"
            f"From: MAILER-DAEMON@mx.example.org\n"
            f"To: ann@example.com\n"
            f"Subject: Delivery report\n"
            f"Date: {date}\n"
            f"MIME-Version: 1.0\n"
            f"Content-Type: multipart/report; report-type=delivery-status;\n"
            f" boundary=B\n\n"
            f"--B\nContent-Type: text/plain\n\nIt was not delivered.\n\n"
            f"--B\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx.example.org\n\n"
            f"Final-Recipient: rfc822; {recipient}\n"
            f"Action: {action}\nStatus: {status}\n"
            f"Remote-MTA: dns; mx.example.net\n"
            f"Diagnostic-Code: smtp; {reply}\n{extra}\n"
            f"--B\nContent-Type: text/rfc822-headers\n\n"
            f"From: ann@example.com\nTo: {recipient}\n"
            f"Subject: Lunch?\nMessage-ID: <1@example.com>\n\n--B--\n")


ORDINARY = ("From: ann@example.com\nTo: bob@example.net\nSubject: Lunch?\n"
            "Date: Tue, 02 Feb 2016 10:00:00 +0000\n\nAt noon?\n")

MBOX_LINE = "From MAILER-DAEMON Mon Feb  2 10:00:00 2026\n"


def mbox(count):
    return "\n".join(MBOX_LINE + report(f"u{number}@example.net")
                     for number in range(count))


def wait_for(condition):
    for _ in range(HANG_SECONDS * 100):
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("waited for too long")


def state(pid):
    """R, S, T and so on; "" for one that is gone"""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[0]


def limit_files():
    """Before a command runs: it cannot write more than 4 kB to a file."""
    # Python ignores it, and so would what it starts
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


class ToolTest(unittest.TestCase):
    """A test with a directory of its own, self.dir."""

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="bouncecause-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def run_tool(self, *args, stdin=b"", env=None, cwd=None, before=None):
        """stdin: what it holds, or a file; before: what the process does
        before it becomes the command"""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        if isinstance(stdin, bytes):
            given = {"input": stdin}
        else:
            given = {"stdin": stdin}
        done = subprocess.run(
            [COMMAND, *map(os.fspath, args)], **given,
            capture_output=True, timeout=HANG_SECONDS, check=False,
            cwd=cwd, env={**os.environ, **(env or {})}, preexec_fn=before)
        return Run(done.returncode, done.stdout, done.stderr)

    def good(self, *args, **options):
        """Run it; it must end well and have nothing to complain of."""
        run = self.run_tool(*args, **options)
        self.assertEqual((run.status, run.errors), (0, ""))
        return run

    def bad(self, status, *args, **options):
        run = self.run_tool(*args, **options)
        self.assertEqual(run.status, status, run.errors)
        return run

    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def base_rules(self):
        """A directory with some of our rules."""
        for name in BASE_RULES:
            self.write("base/" + name, (RULES / name).read_bytes())
        return self.dir / "base"

    def answer(self, text):
        """The answer about one reply text."""
        return self.good("classify", "--texts", stdin=text + "\n").json()[0]
