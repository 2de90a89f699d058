"""What is read changes meanwhile."""

import fcntl
import json
import os
import struct
import subprocess
import termios

from toolcase import (COMMAND, HANG_SECONDS, ToolTest, mbox, report, state,
                      wait_for)

# What a pipe holds; the command waits when it is full.
PIPE_SIZE = 65536


class Live(ToolTest):

    def classify(self, jobs, path, meanwhile):
        """Do that when the command has read a part, and waits. Returns its
        status, the recipients' numbers and the errors."""
        with subprocess.Popen(
                [COMMAND, "classify", "-f", "json", "-j", jobs, path],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
            def waits():
                held = fcntl.ioctl(tool.stdout, termios.FIONREAD, b"\0" * 4)
                return (struct.unpack("i", held)[0] > PIPE_SIZE - 8192 and
                        state(tool.pid) == "S")
            wait_for(waits)
            meanwhile()
            out, errors = tool.communicate(timeout=HANG_SECONDS)
        numbers = []
        for line in out.splitlines():
            address = json.loads(line)["recipients"][0]["recipient"]
            numbers.append(int(address[1:].partition("@")[0]))
        return tool.returncode, numbers, errors.decode()


class Maildir(Live):

    def fill(self):
        for number in range(1000):
            self.write(f"box/cur/{number:04}", report(f"u{number}@a.example"))
        for number in range(1000, 1020):
            self.write(f"box/new/{number}", report(f"u{number}@a.example"))

    def test_renamed(self):
        """A reader of mail gives flags, and moves what is new."""
        def rename():
            for number in range(1000):
                os.rename(box / f"cur/{number:04}",
                          box / f"cur/{number:04}:2,S")
            for number in range(1000, 1020):
                os.rename(box / f"new/{number}", box / f"cur/{number}:2,")
        box = self.dir / "box"
        for jobs in ("1", "2"):
            with self.subTest(jobs):
                self.fill()
                self.assertEqual(self.classify(jobs, box, rename),
                                 (0, list(range(1020)), ""))
                for path in (box / "cur").iterdir():
                    path.unlink()

    def test_removed(self):
        """It is told."""
        box = self.dir / "box"
        for jobs in ("1", "2"):
            for name in ("cur/0999", "new/1019"):
                with self.subTest(jobs=jobs, name=name):
                    self.fill()
                    status, numbers, errors = self.classify(
                        jobs, box, (box / name).unlink)
                    self.assertEqual(status, 1)
                    self.assertEqual(len(numbers), 1019)
                    self.assertEqual(
                        errors, f"bouncecause: error: {box}/{name}: "
                        "No such file or directory\n")


class CutOff(Live):

    def test_mbox(self):
        """Its last messages are lost, and that is told."""
        for jobs in ("1", "2"):
            with self.subTest(jobs):
                box = self.write("box", mbox(3000))
                status, numbers, errors = self.classify(
                    jobs, box, lambda: os.truncate(box, len(mbox(2000)) - 9))
                self.assertEqual((status, numbers), (1, list(range(1999))))
                self.assertEqual(errors, f"bouncecause: error: {box}:2000: "
                                 "was cut off while being read\n")

    def test_message(self):
        """A file of the kernel that holds less than it says."""
        path = "/sys/kernel/mm/transparent_hugepage/enabled"
        if not os.path.exists(path) or os.path.getsize(path) != 4096:
            self.skipTest(f"{path} is no such file here")
        for jobs in ("1", "2"):
            run = self.bad(1, "classify", "-f", "json", "-j", jobs, path)
            self.assertEqual(run.errors, f"bouncecause: error: {path}: "
                             "was cut off while being read\n")
            self.assertEqual(run.out, b"")

    def test_grown(self):
        """What came later is left for the next time."""
        box = self.write("box", mbox(3000))

        def append():
            with open(box, "a", encoding="utf-8") as file:
                file.write("\n" + mbox(1))
        self.assertEqual(self.classify("1", box, append),
                         (0, list(range(3000)), ""))
