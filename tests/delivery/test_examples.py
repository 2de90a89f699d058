"""Each example script, and the script of the README, as it stands, on a report
of each kind."""

import re

import mails
from testcase import AUTHOR, SRCDIR, DeliveryTest, example

HELPDESK = "helpdesk@example.com"


class ScriptTest(DeliveryTest):
    """A user for each sample, so that mailboxes tell the samples apart."""

    script = None
    language = "en"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samples = {f"{sample.file[:2]}@example.com": sample
                       for sample in mails.table()}
        for user in (*cls.samples, AUTHOR):
            cls.server.add_user(user, cls.script,
                                sieve_bouncecause_language=cls.language)

    def each(self, check):
        """Deliver each sample and check what was stored."""
        for user, sample in self.samples.items():
            with self.subTest(sample.file):
                self.deliver(sample.load(), user)
                mail = self.only(user)
                self.assertEqual(mails.body(mail.data),
                                 mails.body(sample.load()))
                check(sample, mail)

    def ordinary(self):
        """Deliver an ordinary mail; it is stored as it is."""
        data = mails.load(mails.TABLE / "ordinary.eml")
        self.deliver(data, sender="anna.berg@example.net")
        mail = self.only()
        self.assertEqual(mail.folder, "INBOX")
        self.assertEqual(mail.keywords(), [])
        self.assertTrue(mail.data.endswith(data))


class FileByCause(ScriptTest):
    script = example("file-by-cause.sieve")

    def test_reports(self):
        def check(sample, mail):
            self.assertEqual(mail.folder, f"Bounces/{sample.cause}")
            self.assertEqual(mail.keywords(), [sample.keyword])
        self.each(check)

    def test_ordinary(self):
        self.ordinary()


class Annotate(ScriptTest):
    script = example("annotate.sieve")

    def test_reports(self):
        def check(sample, mail):
            self.assertEqual(mail.folder, "INBOX")
            self.assertIn(sample.keyword, mail.keywords())
            self.assertEqual(mail.header("X-Bounce-Cause"), sample.cause)
            self.assertEqual(mail.header("X-Bounce-Severity"),
                             sample.severity)
            self.assertEqual(mail.header("X-Bounce-Recipient"),
                             sample.recipients)
            for field in ("Reason", "Advice"):
                self.assertGreater(len(mail.header(f"X-Bounce-{field}")), 20)
            subject = mail.header("Subject")
            first = sample.recipients.partition(",")[0]
            self.assertIn(first, subject)
            self.assertTrue(subject.endswith(")"), subject)
        self.each(check)

    def test_flagged(self):
        """What the author can mend is flagged, the rest is not."""
        causes = {"user-unknown": True, "connection-timeout": False}
        for sample in mails.table():
            if sample.cause in causes:
                user = f"flag-{sample.row}@example.com"
                self.server.add_user(user, self.script)
                self.deliver(sample.load(), user)
                self.assertEqual("\\Flagged" in self.only(user).flags,
                                 causes[sample.cause], sample.cause)

    def test_forged(self):
        """Fields that a mail brings along are not believed."""
        data = mails.load(mails.TABLE / "ordinary.eml")
        user = "forged@example.com"
        self.server.add_user(user, self.script)
        self.deliver(b"X-Bounce-Cause: user-unknown\r\n" + data, user,
                     sender="anna.berg@example.net")
        self.assertEqual(self.only(user).header("X-Bounce-Cause"), "")

    def test_ordinary(self):
        self.ordinary()


class AnnotateChinese(ScriptTest):
    script = example("annotate.sieve")
    language = "zh-CN"

    def test_reports(self):
        def check(sample, mail):
            for field in ("Subject", "X-Bounce-Reason", "X-Bounce-Advice"):
                self.assertRegex(mail.header(field), "[\u4e00-\u9fff]")
        self.each(check)

    def test_remedies(self):
        """What the table's remedy column asks for is in the advice."""
        samples = {sample.row: sample for sample in mails.table()}
        for row, words in (
                ("15", r"nslookup -q=mx gongchang\.example"),
                ("note", re.escape("postmaster@example.com"))):
            with self.subTest(row=row):
                user = f"remedy-{row}@example.com"
                self.server.add_user(user, self.script,
                                     sieve_bouncecause_language="zh-CN")
                self.deliver(samples[row].load(), user)
                self.assertRegex(self.only(user).header("X-Bounce-Advice"),
                                 words)


class Helpdesk(ScriptTest):
    script = example("helpdesk.sieve")

    def ask(self, sample, forward):
        """Forward a sample to the helpdesk; returns answers and question."""
        author = f"ask-{sample.row}-{forward.__name__[8:]}@example.com"
        desk = f"desk-{sample.row}-{forward.__name__[8:]}@example.com"
        self.server.add_user(desk, self.script)
        self.deliver(forward(sample.load(), author, desk), desk,
                     sender=author)
        answers = [mail for mail in self.sink.wait(0)
                   if mail.recipients == [author]]
        return answers, self.only(desk)

    def check(self, sample, forward):
        with self.subTest(sample.file):
            answers, question = self.ask(sample, forward)
            self.assertEqual(len(answers), 1)
            first = sample.recipients.partition(",")[0]
            self.assertIn(first, answers[0].text())
            self.assertIn(first, answers[0].message["Subject"])
            self.assertEqual(question.folder,
                             "INBOX" if sample.cause == "unclassified"
                             else f"Answered/{sample.cause}")
            self.assertIn(sample.keyword, question.keywords())

    def test_attached(self):
        for sample in mails.table():
            self.check(sample, mails.forward_attached)

    def test_inline(self):
        for sample in mails.table():
            if sample.system in ("Postfix", "qmail", "Winmail"):
                self.check(sample, mails.forward_inline)

    def test_once(self):
        """The same question again on the same day is not answered again."""
        sample = mails.table()[0]
        desk, author = "once@example.com", "asks-twice@example.com"
        self.server.add_user(desk, self.script)
        for _ in range(2):
            self.deliver(mails.forward_attached(sample.load(), author, desk),
                         desk, sender=author)
        self.assertEqual(len([mail for mail in self.sink.wait(0)
                              if mail.recipients == [author]]), 1)

    def test_bounce_itself(self):
        """A bounce to the helpdesk itself is not answered."""
        before = len(self.sink.wait(0))
        user = "desk-bounced@example.com"
        self.server.add_user(user, self.script)
        self.deliver(mails.table()[0].load(), user)
        self.assertEqual(self.only(user).folder, "INBOX")
        self.assertEqual(len(self.sink.wait(0)), before)

    def test_ordinary(self):
        self.ordinary()


class GlobalBefore(ScriptTest):
    """The site's script ahead of a user's who knows nothing of bouncecause."""

    script = """\
require ["fileinto", "mailbox"];
if header "X-Bounce-Cause" "mailbox-full" { fileinto :create "Full"; }
"""
    options = {
        "global_scripts": [example("global-before.sieve")],
        "settings": {"sieve_before": "{dir}/sieve/global-before.sieve"}}

    def test_reports(self):
        def check(sample, mail):
            self.assertEqual(mail.folder, "Full"
                             if sample.cause == "mailbox-full" else "INBOX")
            self.assertEqual(mail.keywords(), [sample.keyword])
            for field, wanted in (
                    ("Kind", sample.kind), ("Cause", sample.cause),
                    ("Severity", sample.severity),
                    ("Recipient", sample.recipients)):
                self.assertEqual(mail.header(f"X-Bounce-{field}"), wanted)
        self.each(check)

    def test_ordinary(self):
        self.ordinary()


class Readme(ScriptTest):
    """The script that the README gives to copy."""

    script = re.search(r"```sieve\n(.*?)```",
                       (SRCDIR / "README.md").read_text(), re.DOTALL).group(1)

    def test_reports(self):
        def check(sample, mail):
            self.assertEqual(mail.folder, f"Bounces/{sample.cause}")
            self.assertEqual(mail.header("X-Bounce-Cause"), sample.cause)
        self.each(check)

    def test_ordinary(self):
        self.ordinary()
