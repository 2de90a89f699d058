"""Each example script, and the script of the README, as it stands, on a report
of each kind."""

import re

import bounces
import mails
from clients import Imap
from testcase import AUTHOR, SENT, SRCDIR, DeliveryTest, example

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


class Personal(DeliveryTest):
    """What came back can be read, is marked in Sent, and filed."""

    script = example("personal.sieve")
    options = {"config": SENT}

    def setUp(self):
        self.original = bounces.original(
            "ann@example.net, bob@example.net, eve@example.net")
        self.user = f"{self.id().rpartition('.')[2]}@example.com"
        self.server.add_user(self.user, self.script)
        with Imap(self.server, self.user) as imap:
            imap.append(self.original, "Sent")

    def mailbox(self):
        with Imap(self.server, self.user) as imap:
            return {folder: imap.mails(folder) for folder in imap.folders()}

    def test_partly(self):
        self.deliver(bounces.report(self.original, "bob@example.net"),
                     self.user)
        box = self.mailbox()
        self.assertEqual(box["Sent"][0].keywords(),
                         ["$BounceUserUnknown", "$BouncedPartly"])
        (mail,) = box["Bounces"]
        self.assertEqual(mail.keywords(), ["$BounceUserUnknown"])
        self.assertIn("The address does not exist", mail.header("Subject"))
        text = mails.text_of(mail.data)
        self.assertIn("bob@example.net", text)
        self.assertIn("1 of 3", text)

    def test_all(self):
        for address in ("ann", "bob", "eve"):
            self.deliver(bounces.report(self.original,
                                        f"{address}@example.net"), self.user)
        self.assertIn("$Bounced", self.mailbox()["Sent"][0].keywords())
        self.assertNotIn("$BouncedPartly",
                         self.mailbox()["Sent"][0].keywords())

    def test_ordinary(self):
        data = mails.load(mails.TABLE / "ordinary.eml")
        self.deliver(data, self.user, sender="anna.berg@example.net")
        box = self.mailbox()
        self.assertTrue(box["INBOX"][0].data.endswith(data))
        self.assertEqual(box["Sent"][0].keywords(), [])


class Backscatter(DeliveryTest):
    """What was never ours goes to Junk."""

    options = {"config": SENT}

    def folder(self, returned, in_sent=()):
        user = f"{self.id().rpartition('.')[2]}@example.com"
        self.server.add_user(user, example("backscatter.sieve"))
        with Imap(self.server, user) as imap:
            for mail in in_sent:
                imap.append(mail, "Sent")
        self.deliver(bounces.report(returned), user)
        return next(mail.folder for mail in self.stored(user)
                    if mail.folder != "Sent")

    def test_foreign(self):
        self.assertEqual(self.folder(bounces.original(),
                                     [bounces.original()]), "Junk")

    def test_sent(self):
        original = bounces.original()
        self.assertEqual(self.folder(original, [original]), "INBOX")


class Newsletter(DeliveryTest):
    """Filed by severity; the author of a mailing is told once."""

    script = example("newsletter.sieve")
    author = "news@example.com"
    options = {"settings": {"sieve_bouncecause_own_hosts":
                            "out.example.com"}}

    def mailing(self, number):
        return bounces.original(
            f"reader{number}@example.net", "<mailing@example.com>",
            self.author, "Received: from pc.example.com by out.example.com"
            " with ESMTPSA id 1; Tue, 14 Oct 2025 09:12:42 +0800\n")

    def test_mailing(self):
        user = "bounces@example.com"
        self.server.add_user(user, self.script)
        for number in range(3):
            self.deliver(bounces.report(self.mailing(number),
                                        f"reader{number}@example.net"), user)
        self.deliver(bounces.report(
            self.mailing(9), "reader9@example.net", status="4.2.2",
            reply="452 4.2.2 Mailbox full", action="delayed"), user)
        self.assertEqual(
            sorted(mail.folder for mail in self.stored(user)),
            ["Permanent/user-unknown"] * 3 + ["Temporary/mailbox-full"])
        told = [mail for mail in self.sink.wait(1)
                if mail.recipients == [self.author]]
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0].sender, "")
        self.assertIn("reader0@example.net", told[0].text())

    def test_others(self):
        """What is no bounce at all stays."""
        user = "others@example.com"
        self.server.add_user(user, self.script)
        self.deliver(mails.load(mails.TABLE / "ordinary.eml"), user,
                     sender="anna.berg@example.net")
        self.assertEqual(self.only(user).folder, "INBOX")


class GlobalExplain(DeliveryTest):
    """For a whole site: explained and marked, backscatter left alone."""

    options = {
        "config": SENT,
        "global_scripts": [example("global-explain.sieve")],
        "settings": {"sieve_before": "{dir}/sieve/global-explain.sieve"}}

    def delivered(self, original, sent):
        user = f"{self.id().rpartition('.')[2]}@example.com"
        self.server.add_user(user)
        with Imap(self.server, user) as imap:
            for mail in sent:
                imap.append(mail, "Sent")
        self.deliver(bounces.report(original), user)
        return {mail.folder: mail for mail in self.stored(user)}

    def test_own(self):
        original = bounces.original()
        box = self.delivered(original, [original])
        self.assertIn("$Bounced", box["Sent"].keywords())
        self.assertIn("The address does not exist",
                      box["INBOX"].header("Subject"))

    def test_foreign(self):
        box = self.delivered(bounces.original(), [bounces.original()])
        self.assertIn("$Backscatter", box["INBOX"].keywords())
        self.assertEqual(box["INBOX"].header("Subject"),
                         "Undelivered Mail Returned to Sender")
        self.assertEqual(box["Sent"].keywords(), [])


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


class Readme(Personal):
    """The script that the README gives to copy."""

    script = re.search(r"```sieve\n(.*?)```",
                       (SRCDIR / "README.md").read_text(), re.DOTALL).group(1)
