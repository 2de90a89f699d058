"""bouncecause classify --jobs: as one process would say it, in its order."""

import fcntl
import os
import pathlib
import resource
import signal
import subprocess
import time

from toolcase import (COMMAND, HANG_SECONDS, MBOX_LINE, ORDINARY, ToolTest,
                      mbox, report, state, wait_for)


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()]


class Same(ToolTest):

    def same(self, *args, status=0, **options):
        """Any number of jobs says what one says; that is returned."""
        one = self.run_tool("classify", *args, **options)
        self.assertEqual(one.status, status)
        for jobs in ("1", "2", "5"):
            run = self.run_tool("classify", "--jobs", jobs, *args, **options)
            self.assertEqual((run.status, run.text, run.errors),
                             (one.status, one.text, one.errors), jobs)
        return one

    def test_all_inputs_at_once(self):
        for number in range(300):
            self.write(f"box/cur/{number}:2,S",
                       report(f"c{number}@example.net")
                       if number % 3 else ORDINARY)
        (self.dir / "box/new").mkdir()
        self.write("d/small", mbox(3))
        # is read by the process that hands it out
        self.write("d/large", mbox(500))
        self.write("d/large.eml", mbox(500))
        self.write("d/noise", bytes(range(256)) * 5000)
        self.write("d/empty", b"")
        os.symlink("nowhere", self.dir / "d/broken")
        os.symlink("large", self.dir / "d/linked")
        for form in ("table", "json"):
            with self.subTest(form):
                run = self.same(
                    "-f", form, "-l", "de", "/nonexistent/x",
                    self.dir / "box", "-", self.dir / "d",
                    self.dir / "d/large", "/nonexistent/y",
                    stdin=mbox(40), status=1)
                self.assertEqual(run.errors.count("No such file"), 3)
                self.assertIn("-:40", run.text)
                self.assertIn("d/large:500", run.text)
                self.assertIn("d/linked:500", run.text)

    def test_large_messages(self):
        """More than the engine reads: it is cut off where one job does it."""
        mail = report() + ("x" * 79 + "\n") * 20000
        self.write("a", MBOX_LINE + mail + "\n" + MBOX_LINE + mail)
        one = self.same("-f", "json", self.dir / "a").json()
        self.assertEqual([message["truncated"] for message in one],
                         [True, True])

    def test_null_sender(self):
        mail = ("From: postmaster@example.net\nTo: ann@example.com\n"
                "Subject: Undeliverable: Lunch\n\n"
                "<bob@example.net>: 550 5.1.1 User unknown\n")
        self.write("a", "\n".join(
            f"From {sender} Mon Feb  2 10:00:00 2026\n{mail}"
            for sender in ("MAILER-DAEMON", "ann@example.com")))
        self.same("-f", "json", self.dir / "a")
        self.same("-f", "json", stdin=(self.dir / "a").read_bytes())

    def test_nothing(self):
        (self.dir / "d").mkdir()
        self.assertEqual(self.same(self.dir / "d").out, b"")

    def test_wrong_numbers(self):
        for jobs in ("0", "-1", "x", "1000", "", "2.5"):
            run = self.bad(2, "classify", "--jobs", jobs, "-")
            self.assertIn("--jobs takes a number", run.errors)
        self.bad(2, "classify", "--jobs", "2", "--texts")

    def test_no_more_processes(self):
        """There are fewer of them; a single one reads by itself."""
        if "BOUNCECAUSE_WRAPPERS" in os.environ:
            self.skipTest("a checker has descriptors of its own")
        for number in range(300):
            self.write(f"d/{number}.eml", report(f"u{number}@example.net"))
        expected = self.good("classify", "-f", "json", self.dir / "d").out
        seen = set()
        for descriptors in range(5, 16):
            run = self.run_tool(
                "classify", "-f", "json", "-j", "8", self.dir / "d",
                before=lambda: resource.setrlimit(
                    resource.RLIMIT_NOFILE, (descriptors, descriptors)))
            self.assertEqual((run.status, run.out), (0, expected))
            if run.errors:
                self.assertIn("Too many open files", run.errors)
                seen.add(int(run.errors.split(" but ")[1].split(":")[0]))
        self.assertIn(1, seen)
        self.assertGreater(len(seen), 2)

    def test_reader_that_goes_away(self):
        self.write("box", mbox(2000))
        with subprocess.Popen(
                [COMMAND, "classify", "-f", "json", "-j", "2",
                 self.dir / "box"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
            tool.stdout.read(100)
            tool.stdout.close()
            # the workers have it, too: it ends when they do
            self.assertEqual(tool.stderr.read(), b"")
            self.assertEqual(tool.wait(HANG_SECONDS), -signal.SIGPIPE)


class Death(ToolTest):
    """A process of it dies."""

    def hold(self, path):
        """Who opens the file waits until it is closed here. Returns it, and
        what is true once somebody waits."""
        opened = []
        old = signal.signal(signal.SIGIO, lambda *_: opened.append(1))
        self.addCleanup(signal.signal, signal.SIGIO, old)
        held = open(path, "rb+")
        self.addCleanup(held.close)
        try:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError as error:
            self.skipTest(f"no lease of a file here: {error}")
        return held, opened

    def start(self):
        tool = subprocess.Popen(
            [COMMAND, "classify", "-f", "json", "-j", "2", self.dir / "d"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(tool.wait)
        self.addCleanup(tool.kill)
        return tool

    def end(self, tool):
        out, errors = tool.communicate(timeout=HANG_SECONDS)
        numbers = [int(line.partition(b'"recipient":"u')[2].partition(b"@")[0])
                   for line in out.splitlines()]
        return tool.returncode, numbers, errors.decode()

    def test_before_it_works(self):
        """Nothing is lost, and no mail is blamed."""
        for stop in (False, True):
            with self.subTest(stop=stop):
                self.write("d/0.eml", report("u1000@example.net"))
                held, opened = self.hold(self.write("d/1", mbox(500)))
                tool = self.start()
                # that is the process that hands out
                wait_for(lambda: opened)
                worker, = children(tool.pid)
                wait_for(lambda: state(worker) == "S")
                if stop:
                    os.kill(worker, signal.SIGSTOP)
                    wait_for(lambda: state(worker) == "T")
                    held.close()
                    # the rest is done, and waits for that one's
                    wait_for(lambda: len(children(tool.pid)) == 2)
                    time.sleep(0.2)
                os.kill(worker, signal.SIGKILL)
                held.close()
                self.assertEqual(self.end(tool),
                                 (0, [1000, *range(500)], ""))

    def test_at_work(self):
        """One message is lost, and named."""
        for number in range(10):
            self.write(f"d/{number}.eml", report(f"u{number}@example.net"))
        _, opened = self.hold(self.dir / "d/0.eml")
        tool = self.start()
        wait_for(lambda: opened)
        os.kill(children(tool.pid)[0], signal.SIGKILL)
        status, numbers, errors = self.end(tool)
        self.assertEqual((status, numbers), (1, list(range(1, 10))))
        self.assertEqual(
            errors, f"bouncecause: error: {self.dir}/d/0.eml: The process "
            f"that read it ended: signal 9, Killed\n")
