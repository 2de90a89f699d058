"""bouncecause classify: what goes in, and what comes out."""

import os
import shutil
import subprocess
import sys

from toolcase import (COMMAND, HANG_SECONDS, MBOX_LINE, ORDINARY, SRCDIR,
                      ToolTest, limit_files, report)

sys.path.insert(0, str(SRCDIR / "tests/delivery"))
from limits import LIMITS  # noqa: E402

SEVERAL = SRCDIR / "doc/pictures/several.eml"
# Commands that print little, much, and much at once
PRINTING = [["causes"], ["causes", "-f", "json"], ["page", SEVERAL],
            ["page", "--html", SEVERAL], ["classify", "-f", "json", SEVERAL],
            ["classify", "-l", "en", "-f", "json", SEVERAL]]

RECIPIENT_KEYS = {
    "recipient", "original_recipient", "action", "cause", "severity", "status",
    "code", "diagnostic", "rule", "confidence", "provider", "fixer", "retry",
    "retry_after", "retry_until", "remote_mta", "stage", "limit", "suggestion"}


class Files(ToolTest):

    def files(self, *args, **options):
        run = self.good("classify", "--format", "json", *args, **options)
        return [(one["file"], one["recipients"][0]["recipient"]
                 if one["recipients"] else one["kind"])
                for one in run.json()]

    def test_one_message(self):
        path = self.write("a.eml", report())
        self.assertEqual(self.files(path), [(str(path), "bob@example.net")])

    def test_name_is_told_as_given(self):
        self.write("a.eml", report())
        self.assertEqual(self.files("./a.eml", cwd=self.dir),
                         [("./a.eml", "bob@example.net")])

    def test_leading_mbox_line(self):
        path = self.write("a", MBOX_LINE + report())
        self.assertEqual(self.files(path), [(str(path), "bob@example.net")])

    def test_leading_odd_mbox_line(self):
        path = self.write("a", "From - whenever\r\n" + report())
        self.assertEqual(self.files(path), [(str(path), "bob@example.net")])

    def test_mbox(self):
        path = self.write("box", MBOX_LINE + report("a@example.net") +
                          "\n" + MBOX_LINE + report("b@example.net") +
                          "\n" + MBOX_LINE + ORDINARY)
        self.assertEqual(self.files(path), [
            (f"{path}:1", "a@example.net"), (f"{path}:2", "b@example.net"),
            (f"{path}:3", "none")])

    def test_mbox_with_crlf(self):
        box = (MBOX_LINE + report("a@example.net") + "\n" +
               MBOX_LINE + report("b@example.net"))
        path = self.write("box", box.replace("\n", "\r\n"))
        self.assertEqual(self.files(path), [
            (f"{path}:1", "a@example.net"), (f"{path}:2", "b@example.net")])

    def test_eml_is_one_message(self):
        path = self.write("box.eml", MBOX_LINE + report("a@example.net") +
                          "\n" + MBOX_LINE + report("b@example.net"))
        self.assertEqual(self.files(path), [(str(path), "a@example.net")])

    def test_no_mbox_line_within_a_message(self):
        rows = [
            ("no date", "From here on it goes down\nSubject: x\n"),
            ("no field", MBOX_LINE + "\nnothing\n"),
            ("no empty line", "x\n" + MBOX_LINE + "Subject: x\n"),
        ]
        for name, words in rows:
            with self.subTest(name):
                path = self.write("box", MBOX_LINE + ORDINARY +
                                  ("" if name == "no empty line" else "\n") +
                                  words)
                self.assertEqual(self.files(path), [(str(path), "none")])

    def test_from_field_with_blanks(self):
        """An old header field, no mbox line."""
        path = self.write("a", "From : ann@example.com\n" +
                          ORDINARY.partition("\n")[2])
        self.assertEqual(self.files(path), [(str(path), "none")])

    def test_standard_input(self):
        self.assertEqual(self.files("-", stdin=report()),
                         [("-", "bob@example.net")])
        self.assertEqual(self.files(stdin=report()),
                         [("-", "bob@example.net")])
        box = (MBOX_LINE + report("a@example.net") + "\n" +
               MBOX_LINE + report("b@example.net"))
        self.assertEqual(self.files("-", stdin=box),
                         [("-:1", "a@example.net"), ("-:2", "b@example.net")])

    def test_large_standard_input(self):
        """More than is kept in memory."""
        mail = report("a@example.net") + "x" * 79 + "\n"
        box = (MBOX_LINE + mail + ("x" * 79 + "\n") * 80000 + "\n" +
               MBOX_LINE + report("b@example.net"))
        self.assertEqual(self.files("-", stdin=box,
                                    env={"TMPDIR": str(self.dir)}),
                         [("-:1", "a@example.net"), ("-:2", "b@example.net")])
        self.assertEqual(os.listdir(self.dir), [])

    def test_no_temporary_file(self):
        """Where one is needed, that is told, and no mail is lost. Of a message
        as much is read as is looked at, of an mbox a message at a time."""
        none = {"TMPDIR": "/nonexistent"}
        lines = ("x" * 79 + "\n") * 20000
        mail = MBOX_LINE + report()
        self.assertEqual(self.files("-", stdin=report() + lines * 6, env=none),
                         [("-", "bob@example.net")])
        box = (mail + lines + "\n") * 8 + mail
        self.assertEqual(self.files("-", stdin=box, env=none),
                         [(f"-:{number}", "bob@example.net")
                          for number in range(1, 10)])
        for jobs in ("1", "2"):
            run = self.bad(1, "classify", "-f", "json", "-j", jobs,
                           stdin=mail + lines * 4 + "\n" + mail, env=none)
            self.assertEqual(len(run.json()), 2)
            self.assertRegex(run.errors, r"^bouncecause: error: .*"
                             r"/nonexistent/.*: No such file .*\n$")

    def test_pipe_that_goes_on(self):
        """Whoever writes it is not kept waiting."""
        for jobs in ("1", "2"):
            with subprocess.Popen(
                    [COMMAND, "classify", "-f", "json", "-j", jobs],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    bufsize=0) as tool:
                written = 0
                with self.assertRaises(BrokenPipeError):
                    while True:
                        written += tool.stdin.write(b"x" * 65536)
                self.assertLess(written, 2 * LIMITS["MESSAGE_SIZE"])
                self.assertIn(b'"truncated":true', tool.stdout.read())
                self.assertEqual(tool.wait(HANG_SECONDS), 0)
        if os.path.exists("/dev/zero"):
            self.assertEqual(self.files("/dev/zero"), [("/dev/zero", "none")])

    def test_mbox_that_never_ends(self):
        """A single message of it, that is."""
        if "BOUNCECAUSE_WRAPPERS" in os.environ:
            self.skipTest("a checker would take too long")
        with subprocess.Popen(
                [COMMAND, "classify", "-f", "json"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                bufsize=0) as tool:
            tool.stdin.write((MBOX_LINE + report() + "\n" + MBOX_LINE +
                              ORDINARY).encode())
            with self.assertRaises(BrokenPipeError):
                while True:
                    tool.stdin.write(b"\0" * 1048576)
            self.assertEqual(tool.stdout.read().count(b"\n"), 1)
            self.assertIn(b"-:2: is larger than 256 MB", tool.stderr.read())
            self.assertEqual(tool.wait(HANG_SECONDS), 1)

    def test_nothing_comes_in(self):
        """No message, unlike an empty file."""
        for jobs in ("1", "2"):
            self.assertEqual(self.files("-j", jobs), [])
            self.assertEqual(self.files("/dev/null", "-j", jobs), [])
            with open(self.write("empty", ""), "rb") as empty:
                self.assertEqual(self.files("-j", jobs, stdin=empty), [])

    def test_limit_on_files(self):
        """What does not fit into a temporary file stays in memory."""
        box = (MBOX_LINE + report("a@example.net") +
               ("x" * 79 + "\n") * 80000 + "\n" +
               MBOX_LINE + report("b@example.net"))
        run = self.bad(1, "classify", "-f", "json", stdin=box,
                       before=limit_files)
        self.assertEqual(len(run.json()), 2)
        self.assertRegex(run.errors,
                         "^bouncecause: error: .*: File too large\n$")

    def test_directory(self):
        self.write("d/b.eml", report("b@example.net"))
        self.write("d/a/c", report("c@example.net"))
        self.write("d/.hidden", report("h@example.net"))
        self.write("d/.git/x", report("h@example.net"))
        os.symlink("..", self.dir / "d/loop")
        os.mkfifo(self.dir / "d/pipe")
        os.symlink("b.eml", self.dir / "d/e.eml")
        where = self.dir / "d"
        wanted = [(f"{where}/a/c", "c@example.net"),
                  (f"{where}/b.eml", "b@example.net"),
                  (f"{where}/e.eml", "b@example.net")]
        self.assertEqual(self.files(where), wanted)
        # A trailing slash is not doubled.
        self.assertEqual(self.files(f"{where}/"), wanted)

    def test_maildir(self):
        for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sub/cur/4",
                     ".Sub/tmp/5", "dovecot-uidlist"):
            self.write("box/" + name,
                       report(name.partition(":")[0][-1] + "@example.net"))
        for name in ("box/.Sub/new", "box/.Sub/cur"):
            (self.dir / name).mkdir(exist_ok=True)
        self.write("box/cur/6", MBOX_LINE + ORDINARY + "\n" + MBOX_LINE +
                   ORDINARY)
        box = self.dir / "box"
        self.assertEqual(self.files(box), [
            (f"{box}/.Sub/cur/4", "4@example.net"),
            (f"{box}/cur/1:2,S", "1@example.net"),
            (f"{box}/cur/6", "none"),
            (f"{box}/new/2", "2@example.net")])

    def test_what_cannot_be_read(self):
        path = self.write("a.eml", report())
        os.symlink("nowhere", self.dir / "broken")
        run = self.bad(1, "classify", "--format", "json", "/nonexistent/x",
                       path, self.dir / "broken", path)
        self.assertEqual(len(run.json()), 2)
        self.assertIn("/nonexistent/x: No such file", run.errors)
        self.assertIn(f"{self.dir}/broken: No such file", run.errors)

    def test_unreadable_file(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        path = self.write("a.eml", report())
        path.chmod(0)
        run = self.bad(1, "classify", path)
        self.assertIn(f"{path}: Permission denied", run.errors)

    def test_a_thousand_files(self):
        self.write("d/0.eml", report())
        for number in range(1, 1000):
            os.link(self.dir / "d/0.eml", self.dir / f"d/{number}.eml")
        self.assertEqual(len(self.files(self.dir / "d")), 1000)

    def test_odd_messages(self):
        for name, data in [("empty", b""), ("zeros", b"\0" * 5000),
                           ("lf", b"\n"), ("noise", bytes(range(256)) * 40),
                           ("from", b"From "), ("from2", b"From x\n"),
                           ("line", b"Subject: " + b"x" * 1000000)]:
            with self.subTest(name):
                path = self.write(name, data)
                self.assertEqual(self.files(path), [(str(path), "none")])

    def test_text_cut_within_a_character(self):
        """What does not fit is left out; the rest is still UTF-8."""
        for pad in range(3):
            with self.subTest(pad=pad):
                path = self.write("a.eml", (
                    "Return-Path: <>\nFrom: MAILER-DAEMON@example.org\n"
                    "Subject: failure notice\n"
                    "Content-Type: text/plain; charset=utf-8\n\n"
                    "<bob@example.net>: 收件人不存在\n" + "-" * pad +
                    "收件人" * 10000 + "\n").encode())
                one = self.good("classify", "-f", "json", path).json()[0]
                self.assertTrue(one["truncated"])
                self.assertIn("收件人不存在",
                              one["recipients"][0]["diagnostic"])


class Json(ToolTest):

    def test_members(self):
        path = self.write("a.eml", report())
        one = self.good("classify", "-f", "json", path).json()[0]
        self.assertEqual(set(one), {
            "file", "kind", "recipients", "recipients_truncated", "format",
            "reporting_mta", "returned", "carried", "truncated", "why"})
        self.assertEqual(one["kind"], "failure")
        self.assertEqual(one["reporting_mta"], "mx.example.org")
        self.assertEqual(one["returned"]["subject"], "Lunch?")
        self.assertEqual(one["returned"]["message_id"], "<1@example.com>")
        self.assertIsNone(one["carried"])
        recipient = one["recipients"][0]
        self.assertEqual(set(recipient), RECIPIENT_KEYS)
        self.assertEqual(
            [recipient[key] for key in (
                "recipient", "cause", "severity", "status", "code", "action")],
            ["bob@example.net", "user-unknown", "permanent", "5.1.1", "550",
             "failed"])
        self.assertTrue(recipient["rule"])

    def test_texts_in_a_language(self):
        path = self.write("a.eml", report())
        one = self.good("classify", "-f", "json", "--language", "zh-cn",
                        path).json()[0]["recipients"][0]
        self.assertEqual(set(one), RECIPIENT_KEYS | {
            "language", "title", "reason", "advice"})
        self.assertEqual(one["language"], "zh-CN")
        self.assertIn("bob@example.net", one["reason"] + one["advice"])

    def test_unknown_language(self):
        run = self.bad(2, "classify", "-l", "xx", "-")
        self.assertIn("Unknown language: xx", run.errors)
        self.assertIn("zh-CN", run.errors)

    def test_forwarded(self):
        mail = ("From: ann@example.com\nTo: help@example.com\n"
                "Subject: what is this?\nMIME-Version: 1.0\n"
                "Content-Type: multipart/mixed; boundary=F\n\n"
                "--F\nContent-Type: text/plain\n\nCan you help?\n"
                "--F\nContent-Type: message/rfc822\n\n" + report() +
                "\n--F--\n")
        path = self.write("f.eml", mail)
        one = self.good("classify", "-f", "json", path).json()[0]
        self.assertEqual((one["kind"], one["recipients"]), ("forwarded", []))
        self.assertEqual(one["carried"]["kind"], "failure")
        self.assertEqual(one["carried"]["recipients"][0]["cause"],
                         "user-unknown")
        one = self.good("classify", "-f", "json", "--forwarded",
                        path).json()[0]
        self.assertEqual(one["kind"], "forwarded")
        self.assertEqual(one["recipients"], one["carried"]["recipients"])

    def test_line_ends_and_directions_are_escaped(self):
        """Nothing that a line reader or a terminal takes for more."""
        path = self.write("a\u2028b\u202ec\x85\x1b[2Jd.eml", report())
        run = self.good("classify", "-f", "json", path)
        self.assertEqual(len(run.text.splitlines()), 1)
        for char in "\u2028\u202e\x85\x1b":
            self.assertNotIn(char, run.text)
        self.assertEqual(run.json()[0]["file"], str(path))

    def test_file_name_that_is_no_utf8(self):
        """It does not become that of another one."""
        for name in (b"\xff\xfe.eml", b"\xff\xff.eml", "\xfc.eml".encode()):
            with open(os.fsencode(self.dir) + b"/" + name, "wb") as file:
                file.write(report().encode())
        names = [f"{self.dir}/{name}" for name in (
            "\xfc.eml", r"\xff\xfe.eml", r"\xff\xff.eml")]
        run = self.good("classify", "-f", "json", self.dir)
        self.assertEqual([one["file"] for one in run.json()], names)
        lines = self.good("classify", self.dir).text.splitlines()
        self.assertEqual([line.split()[0] for line in lines[1:]], names)
        one, = self.good("survey", "-f", "json",
                         os.fsencode(self.dir) + b"/\xff\xfe.eml").json()
        self.assertEqual(one["causes"][0]["file"], names[1])


class Texts(ToolTest):

    def test_one_line_out_for_each_line_in(self):
        rows = [b"550 5.1.1 User unknown", b"", b"\r", b"a\0b\0",
                b"\xff\xfe\x80", b"x" * 3000000, "收件人不存在".encode(),
                b"552 5.2.2 Mailbox full", b"a\x0bb\x0cc\x1cd\x85e"]
        for end in (b"\n", b""):
            run = self.good("classify", "--texts",
                            stdin=b"\n".join(rows) + end)
            answers = run.json()
            self.assertEqual(len(answers), len(rows))
            self.assertEqual(len(run.text.splitlines()), len(rows))
            self.assertEqual(answers[0]["cause"], "user-unknown")
            self.assertEqual(answers[7]["cause"], "mailbox-full")
            self.assertEqual(set(answers[0]), RECIPIENT_KEYS)

    def test_nothing(self):
        self.assertEqual(self.good("classify", "--texts").out, b"")

    def test_files(self):
        path = self.write("t", "550 User unknown\n\n")
        self.assertEqual(len(self.good("classify", "-t", path).json()), 2)
        run = self.bad(1, "classify", "-t", "/nonexistent", path)
        self.assertEqual(len(run.json()), 2)

    def test_another_program_may_ask_and_wait(self):
        with subprocess.Popen([COMMAND, "classify", "--texts"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              bufsize=0) as tool:
            for text in (b"550 User unknown\n", b"552 Mailbox full\n"):
                tool.stdin.write(text)
                answer = b""
                while not answer.endswith(b"\n"):
                    answer += tool.stdout.read(65536)
                self.assertIn(b'"cause"', answer)
            tool.stdin.close()
            self.assertEqual(tool.wait(10), 0)

    def test_texts_in_a_language(self):
        run = self.good("classify", "-t", "-l", "en",
                        stdin="552 5.2.2 Mailbox full\n")
        self.assertTrue(run.json()[0]["advice"])


class Output(ToolTest):

    def test_table(self):
        path = self.write("a.eml", report())
        lines = self.good("classify", path).text.splitlines()
        self.assertEqual(lines[0].split(), [
            "FILE", "KIND", "RECIPIENT", "CAUSE", "SEVERITY", "STATUS",
            "MEANS"])
        self.assertIn("bob@example.net  user-unknown  permanent", lines[1])
        self.assertEqual(lines[0].index("CAUSE"),
                         lines[1].index("user-unknown"))

    def test_reader_that_goes_away(self):
        self.write("d/0.eml", report())
        for number in range(1, 800):
            os.link(self.dir / "d/0.eml", self.dir / f"d/{number}.eml")
        with subprocess.Popen(
                [COMMAND, "classify", "-f", "json", self.dir / "d"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
            tool.stdout.read(100)
            tool.stdout.close()
            self.assertEqual(tool.stderr.read(), b"")
            self.assertNotEqual(tool.wait(20), 0)

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        for args in PRINTING:
            with self.subTest(args), open("/dev/full", "wb") as full:
                done = subprocess.run([COMMAND, *args], stdout=full,
                                      stderr=subprocess.PIPE, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(
                    done.stderr, b"bouncecause: error: Writing the output "
                    b"failed: No space left on device\n")

    def test_no_reader(self):
        """Also where that is no signal, it is not told."""
        for args in PRINTING:
            with self.subTest(args):
                reader, writer = os.pipe()
                os.close(reader)
                done = subprocess.run(
                    [COMMAND, *args], stdout=writer, stderr=subprocess.PIPE,
                    check=False, restore_signals=False)
                os.close(writer)
                self.assertEqual((done.returncode, done.stderr), (1, b""))

    def test_no_rules(self):
        run = self.bad(2, "classify", "--rules", "/nonexistent", "-")
        self.assertIn("/nonexistent", run.errors)
        self.assertIn("bouncecause compile", run.errors)

    def test_rules_beside_the_command(self):
        """From a build tree it needs no installation."""
        if COMMAND.read_bytes()[:4] != b"\x7fELF":
            self.skipTest("a wrapper script of libtool")
        copy = self.dir / "tree/src/tool"
        copy.mkdir(parents=True)
        shutil.copy(COMMAND, copy)
        (self.dir / "tree/rules").mkdir()
        shutil.copy(COMMAND.parents[2] / "rules/bouncecause.rules",
                    self.dir / "tree/rules")
        done = subprocess.run([copy / "bouncecause", "causes"],
                              capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
