"""bounceadvise where the mail cannot be sent, or the bounce not be stored: the
bounce is in the mailbox, and one line of the log says what did not happen."""

import email
import email.policy
import pathlib
import tempfile
import time

import sink
from advising import FILE, OWN, OWNER, REQUIRE, AdviseTest, report
from clients import Imap, deliver
from server import LDA
from testcase import DeliveryTest

TIMEOUT = 2
KEEP = REQUIRE + "bounceadvise;\n"
IN_SUBFOLDER = REQUIRE + 'bounceadvise;\nfileinto "Bounces";\n'


class FaultsTest(AdviseTest):
    options = {"config": f"submission_timeout = {TIMEOUT} secs\n"}

    def fails(self, user, why, seconds=1):
        """Nothing is sent; the bounce is stored; one line says so, and why."""
        before = len(self.server.log())
        start = time.monotonic()
        sent, lines = self.advise(user, report())
        # The machine may be slow.
        self.assertLess(time.monotonic() - start, seconds + 30)
        self.assertEqual(sent, [])
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails("Bounces")), 1)
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(f"advice to <{user}> not sent: ", lines[0])
        self.assertIn(why, lines[0])
        # Dovecot's SMTP client has a line about what timed out.
        log = self.server.log()[before:].splitlines()
        self.assertEqual([line for line in log if line not in lines
                          and " sieve: " in line
                          and ("Error: " in line or "Warning: " in line)], [])


class Server(FaultsTest):
    """The submission server does not take it."""

    def tearDown(self):
        self.sink.answers = {}

    def test_refuses(self):
        for step, reply in (
                ("connect", "421 4.3.2 too busy"),
                ("mail", "451 4.3.0 later"), ("mail", "550 5.7.1 no"),
                ("rcpt", "450 4.2.0 later"), ("rcpt", "550 5.1.1 who"),
                ("data", "451 4.3.0 later"), ("data", "554 5.5.1 no"),
                ("message", "452 4.3.1 full"), ("message", "554 5.6.0 no")):
            with self.subTest(f"{step}: {reply}"):
                self.sink.answers = {step: reply}
                self.fails(self.user(), reply[4:])

    def test_breaks_off(self):
        for step in ("connect", "ehlo", "mail", "rcpt", "data", "message"):
            with self.subTest(step):
                self.sink.answers = {step: sink.CLOSE}
                self.fails(self.user(), "")

    def test_hangs(self):
        for step in ("connect", "rcpt", "message"):
            with self.subTest(step):
                self.sink.answers = {step: sink.HANG}
                self.fails(self.user(), "timed out", seconds=2 * TIMEOUT)

    def test_several(self):
        """Where nothing answers, a delivery waits once, and what was not tried
        does not count."""
        script = REQUIRE + "".join(
            f'bounceadvise :to "to{number}@example.com";\n'
            for number in range(4)) + FILE
        for step, reply, once in (
                ("rcpt", sink.HANG, True), ("connect", sink.HANG, True),
                ("mail", sink.CLOSE, True), ("data", sink.CLOSE, True),
                ("connect", "421 4.3.2 too busy", False),
                ("rcpt", "450 4.2.0 later", False),
                ("message", "554 5.6.0 no", False)):
            with self.subTest(f"{step}: {reply}"):
                user = self.user(script, **OWN)
                self.sink.answers = {step: reply}
                sent, lines = self.advise(user, report())
                self.assertEqual(sent, [])
                self.assertEqual(["got no answer" in line for line in lines],
                                 [False] + [once] * 3, lines)
                self.assertEqual(["Error:" in line for line in lines],
                                 [True] + [not once] * 3, lines)
                self.sink.answers = {}
                sent, lines = self.advise(user, report())
                self.assertEqual(len(sent), 3 if once else 0, lines)

    def test_counts(self):
        """What was tried is not tried again: a server that hangs holds up one
        delivery, not all of them."""
        user = self.user()
        self.sink.answers = {"mail": "451 4.3.0 later"}
        self.fails(user, "later")
        self.sink.answers = {}
        self.refused(user, "it was sent before", report())


class Delivery(FaultsTest):
    """The bounce itself cannot be stored."""

    def user_with_mail(self, script):
        user = self.user(script)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Bounces")
            imap.append(report(), "Bounces")
            imap.append(report())
        return user

    def test_deferred(self):
        """Nothing is sent before the bounce is stored, and then once."""
        for script in (KEEP, OWNER, IN_SUBFOLDER):
            user = self.user_with_mail(script)
            maildir = self.server.home(user) / "Maildir"
            places = [maildir / "tmp", maildir / ".Bounces/tmp"]
            for place in places:
                place.chmod(0o500)
            sent = len(self.sink.mails)
            replies = deliver(self.server, report(), user)
            self.assertEqual(replies[0][0] // 100, 4, replies)
            self.assertEqual(len(self.sink.mails), sent)
            for place in places:
                place.chmod(0o700)
            self.sent(user, user, report())
            self.refused(user, "it was sent before", report())

    def test_kept_elsewhere(self):
        """A folder fails, the bounce goes to INBOX, where nothing explains
        it."""
        user = self.user(IN_SUBFOLDER)
        self.refused(user, "the delivery has not succeeded", report())
        self.assertEqual(self.only(user).folder, "INBOX")


class Database(FaultsTest):
    """What cannot be counted is not sent: the limits would not hold."""

    def test_not_writable(self):
        user = self.user()
        (self.server.home(user) / ".dovecot.bounceadvise").mkdir()
        self.server.own(self.server.home(user))
        self.fails(user, "duplicate database")

    def test_no_locks(self):
        user = self.user()
        place = self.server.home(user) / ".dovecot.bounceadvise.locks"
        place.write_text("in the way")
        self.fails(user, "duplicate database")


class Elsewhere(FaultsTest):
    def test_lda(self):
        user = self.user()
        self.server.run(LDA, "-d", user, "-f", "", input=report())
        self.assertEqual(self.sink.mails[-1].recipients, [user])

    def test_sieve_filter(self):
        """It has no means to send mail."""
        user = self.user()
        script = self.server.dir / "filter.sieve"
        script.write_text(OWNER)
        with Imap(self.server, user) as imap:
            imap.append(report())
        sent = len(self.sink.mails)
        done = self.server.run("sieve-filter", "-u", user, "-e", "-W",
                               script, "INBOX")
        self.assertIn("no means to send mail", done.stderr.decode())
        self.assertEqual(len(self.sink.mails), sent)
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails("Bounces")), 1)


class ImapSieve(FaultsTest):
    """What a person moves about sends no mail."""

    options = {"settings": {"sieve_plugins":
                            "sieve_imapsieve sieve_bouncecause",
                            "imapsieve_mailbox1_name": "Sort",
                            "imapsieve_mailbox1_causes": "APPEND",
                            "imapsieve_mailbox1_before":
                            "file:{dir}/sieve/advise.sieve"},
               "config": "protocol imap {\n  mail_plugins = imap_sieve\n}"}

    def test_append(self):
        script = self.server.dir / "sieve/advise.sieve"
        script.write_text(OWNER)
        self.server.run("sievec", script)
        user = self.user(None)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Sort")
            imap.append(report(), "Sort")
            self.assertEqual(len(imap.mails("Bounces")), 1)
        self.assertEqual(self.sink.mails, [])
        self.assertIn("responses are skipped", self.lines()[-1])


class SendmailTest(FaultsTest):
    """By a program in place of a server: sendmail_path"""

    program = None

    @classmethod
    def setUpClass(cls):
        DeliveryTest.check_needed()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.folder = pathlib.Path(folder)
        cls.folder.chmod(0o755)
        path = cls.folder / "sendmail"
        if cls.program is not None:
            path.write_text("#!/bin/sh\n" + cls.program)
            path.chmod(0o755)
        cls.mails = cls.folder / "mails"
        cls.mails.mkdir()
        cls.mails.chmod(0o777)
        cls.options = {"config": FaultsTest.options["config"]
                       + f"submission_host =\nsendmail_path = {path} -x\n"}
        super().setUpClass()


class Sendmail(SendmailTest):
    program = """\
dir=$(dirname "$0")/mails
cat >"$dir/mail"
echo "$@" >"$dir/args"
"""

    def test_program(self):
        user = self.user()
        sent, lines = self.advise(user, report())
        self.assertEqual(sent, [])
        self.assertIn(f"advice sent to <{user}>", lines[0])
        self.assertEqual((self.mails / "args").read_text().split(),
                         ["-x", "-i", "-f", "<>", "--", user])
        message = email.message_from_bytes(
            (self.mails / "mail").read_bytes(), policy=email.policy.default)
        self.assertEqual(message.defects, [])
        self.assertEqual(message["To"], user)
        self.assertEqual(message["In-Reply-To"], "<question@example.com>")


class SendmailFails(SendmailTest):
    program = "cat >/dev/null; exit 75\n"

    def test_program(self):
        self.fails(self.user(), "returned error")


class SendmailMissing(SendmailTest):
    def test_program(self):
        self.fails(self.user(), "")


class SendmailHangs(SendmailTest):
    """Dovecot sets no time limit for a program that takes its mail within a
    millisecond (program_client_local_disconnect()), and then waits for its
    end."""

    program = "cat >/dev/null; sleep 10\n"

    def test_program(self):
        user = self.user()
        start = time.monotonic()
        sent, lines = self.advise(user, report())
        # The machine may be slow.
        self.assertLess(time.monotonic() - start, 10 + 30)
        self.assertEqual(sent, [])
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails("Bounces")), 1)
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], f"advice (to <{user}> not sent: |"
                         f"sent to <{user}>)")
