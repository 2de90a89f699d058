"""Other ways than LMTP on which a mail comes to a script: dovecot-lda,
imapsieve, sieve-filter, and several recipients at once."""

import shutil

import mails
from clients import Imap, deliver
from server import LDA
from testcase import AUTHOR, DeliveryTest, example

FULL = next(sample for sample in mails.table()
            if sample.cause == "mailbox-full")


class WaysTest(DeliveryTest):
    def check(self, user):
        mail = self.only(user)
        self.assertEqual(mail.folder, f"Bounces/{FULL.cause}")
        self.assertEqual(mails.body(mail.data), mails.body(FULL.load()))
        return mail


class Lda(WaysTest):
    def test_report(self):
        self.server.add_user(AUTHOR, example("file-by-cause.sieve"))
        self.server.run(LDA, "-d", AUTHOR, "-f", "", input=FULL.load())
        mail = self.check(AUTHOR)
        self.assertEqual(mail.keywords(), [FULL.keyword])


class SieveFilter(WaysTest):
    def test_mailbox(self):
        """Over a mailbox that already has mail in it."""
        self.server.add_user(AUTHOR)
        script = self.server.dir / "filter.sieve"
        shutil.copy(example("file-by-cause.sieve"), script)
        with Imap(self.server, AUTHOR) as imap:
            for data in (FULL.load(),
                         mails.load(mails.TABLE / "ordinary.eml")):
                imap.append(data)
        self.server.run("sieve-filter", "-u", AUTHOR, "-e", "-W", script,
                        "INBOX")
        with Imap(self.server, AUTHOR) as imap:
            self.assertEqual(
                [mail.header("Subject") for mail in imap.mails("INBOX")],
                ["My new address"])
            filed = imap.mails(f"Bounces/{FULL.cause}")
        self.assertEqual(len(filed), 1)
        self.assertEqual(filed[0].keywords(), [FULL.keyword])


class ImapSieve(WaysTest):
    """What a person drops into a folder is filed from there."""

    options = {
        "global_scripts": [example("file-by-cause.sieve")],
        "settings": {
            "sieve_plugins": "sieve_imapsieve sieve_bouncecause",
            "imapsieve_mailbox1_name": "Sort",
            "imapsieve_mailbox1_causes": "COPY APPEND",
            "imapsieve_mailbox1_before":
                "file:{dir}/sieve/file-by-cause.sieve"},
        "config": "protocol imap {\n  mail_plugins = imap_sieve\n}"}

    def test_copy(self):
        user = "copies@example.com"
        self.server.add_user(user)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Sort")
            imap.append(FULL.load())
            imap.copy_all("INBOX", "Sort")
            self.assertEqual(len(imap.mails("INBOX")), 1)
            self.assertEqual(len(imap.mails(f"Bounces/{FULL.cause}")), 1)
            # Away, or marked as deleted and about to go
            self.assertTrue(all("\\Deleted" in mail.flags
                                for mail in imap.mails("Sort")))

    def test_append(self):
        user = "appends@example.com"
        self.server.add_user(user)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Sort")
            imap.append(FULL.load(), "Sort")
            self.assertEqual(len(imap.mails(f"Bounces/{FULL.cause}")), 1)


class ManyRecipients(WaysTest):
    def test_languages(self):
        """One delivery, two users: each has the texts in their language."""
        script = """\
require ["vnd.bouncecause", "variables", "editheader"];
addheader "X-Title" "${bouncecause.title}";
addheader "X-Title-Fixed" "${bouncecause.title.en}";
"""
        users = {"zh@example.com": "zh-CN", "en@example.com": "en"}
        for user, language in users.items():
            self.server.add_user(user, script,
                                 sieve_bouncecause_language=language)
        replies = deliver(self.server, FULL.load(), *users)
        self.assertEqual([code for code, _ in replies], [250, 250])
        chinese, english = (self.only(user) for user in users)
        self.assertRegex(chinese.header("X-Title"), "[\u4e00-\u9fff]")
        self.assertRegex(english.header("X-Title"), "^[ -~]+$")
        for mail in (chinese, english):
            self.assertEqual(mail.header("X-Title-Fixed"),
                             english.header("X-Title"))
