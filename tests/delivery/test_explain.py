"""bounceexplain: the stored message becomes an explanation, with the report
enclosed as it came."""

import email
import email.policy
import hashlib
import re

import bounces
import mails
from clients import Imap
from testcase import AUTHOR, DeliveryTest

LANGUAGES = ("en", "de", "fr", "es", "ja", "zh-CN", "zh-TW")
BOUNDARY = re.compile(rb'^Content-Type: multipart/mixed;\s+'
                      rb'boundary="(bouncecause-explained-[0-9a-f]{32})"',
                      re.MULTILINE)
FULL = next(sample for sample in mails.table()
            if sample.cause == "mailbox-full")
# What Dovecot puts in front of what is delivered
TRACE = re.compile(rb"(?:(?:Return-Path|Delivered-To|Received):[^\r]*\r\n"
                   rb"(?:[ \t][^\r]*\r\n)*)*")

EXPLAIN = 'require ["vnd.bouncecause"%s];\n%s'
REPORT = mails.crlf(b"""\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: li.wei@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <1@mx.example.org>

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<wang.fang@example.org>: host mx.example.org[192.0.2.4] said: 550 5.1.1
    User unknown (in reply to RCPT TO command)

""")


def script(text, *extensions):
    return EXPLAIN % ("".join(f', "{name}"' for name in extensions), text)


def enclosed(data):
    """The report, byte for byte."""
    boundary = BOUNDARY.search(data).group(1)
    parts = data.split(b"\r\n--" + boundary)
    assert len(parts) == 4, len(parts)
    assert parts[3] == b"--\r\n"
    return parts[2].partition(b"\r\n\r\n")[2]


class ExplainTest(DeliveryTest):
    def explain(self, data, text="bounceexplain;", *extensions, user=AUTHOR):
        self.server.add_user(user, script(text, *extensions))
        self.deliver(data, user)
        return self.only(user)

    def check(self, mail_data, report, exact=True):
        """It is a correct message with the explanation and the report."""
        message = email.message_from_bytes(mail_data,
                                           policy=email.policy.default)
        self.assertEqual(message.get_content_type(), "multipart/mixed")
        self.assertEqual(len(message.get_all("MIME-Version")), 1)
        self.assertEqual(len(message.get_all("Subject")), 1)
        self.assertEqual(message["Subject"].defects, ())
        alternative, attached = message.iter_parts()
        plain, html = alternative.iter_parts()
        for part in (message, alternative, plain, html, attached):
            self.assertEqual(part.defects, [], part.get_content_type())
            self.assertEqual(part["Content-Type"].defects, ())
        self.assertEqual(
            [part.get_content_type() for part in message.walk()][:5],
            ["multipart/mixed", "multipart/alternative", "text/plain",
             "text/html", "message/rfc822"])
        self.assertIn(attached["Content-Transfer-Encoding"],
                      ("7bit", "8bit", "binary"))
        self.assertEqual(message["Content-Transfer-Encoding"],
                         attached["Content-Transfer-Encoding"])
        own = mail_data[mail_data.index(
            b"\r\n--" + BOUNDARY.search(mail_data).group(1)):]
        own = own[:own.index(b"message/rfc822")]
        self.assertTrue(own.isascii())
        self.assertLessEqual(max(map(len, own.split(b"\r\n"))), 76)
        if exact:
            came = enclosed(mail_data)
            if len(came) > len(report):
                added = came[:len(came) - len(report)]
                self.assertTrue(TRACE.fullmatch(added), added)
                came = came[len(added):]
            self.assertEqual(hashlib.sha256(came).hexdigest(),
                             hashlib.sha256(report).hexdigest())
        return message, plain.get_content(), html.get_content()


class Ways(ExplainTest):
    """Whatever stores the message stores the explanation."""

    def test_actions(self):
        """It is none of those that a script may have."""
        user = "actions@example.com"
        self.server.add_user(user, script(
            'bounceexplain; fileinto :create "Bounces";', "fileinto",
            "mailbox"), sieve_max_actions="1")
        self.deliver(FULL.load(), user)
        mail = self.only(user)
        self.assertEqual(mail.folder, "Bounces")
        self.check(mail.data, FULL.load())

    def test_result(self):
        """sieve-test shows it."""
        user = "result@example.com"
        self.server.add_user(user, None)
        path = self.server.dir / "result.sieve"
        path.write_text(script("bounceexplain;"))
        report = self.server.dir / "result.eml"
        report.write_bytes(FULL.load())
        shown = self.server.run("sieve-test", "-u", user, path, report)
        self.assertIn("stored as an explanation", shown.stdout.decode())

    def test_keep(self):
        data = FULL.load()
        mail = self.explain(data)
        message, text, html = self.check(mail.data, data)
        self.assertRegex(mail.header("Subject"), "^收件人的邮箱已满：.")
        self.assertIn("Return-Path", message)
        self.assertEqual(message["From"], email.message_from_bytes(
            data, policy=email.policy.default)["From"])
        self.assertIn(FULL.recipients.split(",")[0], text)
        self.assertNotRegex(html, "(?i)<(script|img|link|iframe|style)|url\\(|"
                            "https?:|@import")

    def test_header(self):
        """Its header is that of the report, and nothing of the body."""
        data = FULL.load()
        mail = self.explain(data, user="header@example.com")
        came = [field for field in email.message_from_bytes(data).keys()]
        kept = [field for field in mail.message.keys()
                if field not in ("Delivered-To", "Received", "Return-Path")]
        replaced = ("subject", "mime-version")
        self.assertEqual(
            [field for field in kept if field.lower() not in replaced
             and not field.lower().startswith("content-")],
            [field for field in came if field.lower() not in replaced
             and not field.lower().startswith("content-")
             and field not in ("Received", "Return-Path")])

    def test_fileinto_and_edits(self):
        """Header fields that were added before stay; those added afterwards
        are added to the new message."""
        data = FULL.load()
        mail = self.explain(
            data, 'addheader "X-Before" "${bouncecause.cause}";'
            'bounceexplain :subject "Ü ${bouncecause.title}";'
            'addheader "X-After" "${bouncecause.cause}";'
            'deleteheader "X-Nothing"; bounceexplain;'
            'if bouncecause "mailbox-full"'
            ' { fileinto :create "Bounces/${bouncecause.cause}"; }',
            "variables", "fileinto", "mailbox", "editheader",
            user="edits@example.com")
        self.assertEqual(mail.folder, "Bounces/mailbox-full")
        message, _, _ = self.check(mail.data, data)
        self.assertEqual(message["X-Before"], "mailbox-full")
        self.assertEqual(message["X-After"], "mailbox-full")
        self.assertTrue(message["Subject"].startswith("Ü "))

    def test_redirect(self):
        data = FULL.load()
        self.server.add_user("passes@example.com", script(
            'bounceexplain; redirect "helpdesk@example.com";'))
        self.deliver(data, "passes@example.com")
        sent = self.sink.wait(1)[0]
        self.check(sent.data, data)
        self.assertEqual(self.stored("passes@example.com"), [])

    def test_structure(self):
        """What a client is told of the parts."""
        user = "structure@example.com"
        self.explain(FULL.load(), user=user)
        with Imap(self.server, user) as imap:
            imap.ask("select", "INBOX", True)
            answer = imap.ask("fetch", "1", "BODYSTRUCTURE")
            text = b"".join(line if isinstance(line, bytes) else line[0]
                            for line in answer).lower()
        for word in (b'"text" "plain"', b'"text" "html"', b'"alternative"',
                     b'"message" "rfc822"', b'"mixed"'):
            self.assertIn(word, text)

    def test_languages(self):
        for language in LANGUAGES:
            with self.subTest(language):
                mail = self.explain(
                    FULL.load(), f'bounceexplain :language "{language}";',
                    user=f"in-{language.lower()}@example.com")
                _, text, html = self.check(mail.data, FULL.load())
                self.assertIn(f'lang="{language}"', html)
                self.assertNotRegex(text + html, r"\{[a-z-]+\}|\[\[|\]\]")

    def test_language_at_run_time(self):
        for language, tag in (("de", "de"), ("nonsense", "zh-CN")):
            mail = self.explain(
                FULL.load(), f'set "l" "{language}";'
                'bounceexplain :language "${l}";', "variables",
                user=f"run-{language}@example.com")
            self.assertIn(f'lang="{tag}"', self.check(
                mail.data, FULL.load())[2])

    def test_kinds(self):
        """Only a failure or delay is explained; a carried one when asked."""
        samples = mails.TABLE.parent
        sieve = samples.parent / "sieve/mail"
        rows = (("failure", True), ("delay", True), ("success", False),
                ("attached", False), ("auto-reply", False), ("mdn", False),
                ("feedback", False), ("ordinary", False))
        for name, explained in rows:
            with self.subTest(name):
                data = mails.load(sieve / f"{name}.eml")
                mail = self.explain(data, user=f"kind-{name}@example.com")
                if explained:
                    self.check(mail.data, data)
                else:
                    self.assertTrue(mail.data.endswith(data))
        data = mails.load(sieve / "attached.eml")
        mail = self.explain(data, "bounceexplain :forwarded;",
                            user="carried@example.com")
        self.check(mail.data, data)

    def test_again(self):
        """sieve-filter over a mailbox that was explained: it is filed as what
        its report is, and explained once."""
        user = "again@example.com"
        data = FULL.load()
        self.explain(data, user=user)
        path = self.server.dir / "again.sieve"
        path.write_text(script(
            'bounceexplain;'
            'fileinto :create "${bouncecause.kind}/${bouncecause.cause}";',
            "variables", "fileinto", "mailbox"))
        self.server.run("sieve-filter", "-u", user, "-e", "-W", path, "INBOX")
        mail = self.only(user)
        self.assertEqual(mail.folder, f"failure/{FULL.cause}")
        self.check(mail.data, data)

    def test_filter(self):
        """sieve-filter explains what is there."""
        user = "filter@example.com"
        data = FULL.load()
        ordinary = mails.load(mails.TABLE / "ordinary.eml")
        self.server.add_user(user)
        with Imap(self.server, user) as imap:
            imap.append(data)
            imap.append(ordinary)
        path = self.server.dir / "explain.sieve"
        path.write_text(script("bounceexplain; keep;"))
        self.server.run("sieve-filter", "-u", user, "-e", "-W", path, "INBOX")
        stored = self.stored(user)
        self.assertEqual(len(stored), 2)
        explained = [mail for mail in stored if BOUNDARY.search(mail.data)]
        self.assertEqual(len(explained), 1)
        self.check(explained[0].data, data)
        self.assertIn(ordinary, [mail.data for mail in stored])

    def test_loop(self):
        """Not within a loop through the parts that it would replace, be it
        that of a script that includes this one; before and after it."""
        data = FULL.load()
        loop = 'foreverypart { %s extracttext "x"; }'
        names = ("variables", "foreverypart", "extracttext", "include")
        mail = self.explain(data, loop % "bounceexplain;", *names,
                            user="loop@example.com")
        self.assertTrue(mail.data.endswith(data))
        for name, text in (
                ("within", loop % 'include "inner";'),
                ("nested", 'foreverypart { %s }' % (
                    loop % 'include "inner";'))):
            with self.subTest(name):
                user = f"loop-{name}@example.com"
                self.server.add_user(user, script(text, *names))
                (self.server.home(user) / "sieve/inner.sieve").write_text(
                    script("bounceexplain;"))
                self.server.own(self.server.home(user))
                self.deliver(data, user)
                self.assertTrue(self.only(user).data.endswith(data))
        mail = self.explain(
            data, loop % "" + "bounceexplain;" + loop % "", *names,
            user="loops@example.com")
        self.check(mail.data, data)

    def test_sieve_test(self):
        """Nothing is done, and what would be is shown."""
        mail = self.server.dir / "report.eml"
        mail.write_bytes(FULL.load())
        path = self.server.dir / "shown.sieve"
        path.write_text(script('bounceexplain :language "de";'))
        self.server.add_user("shown@example.com")
        shown = self.server.run("sieve-test", "-u", "shown@example.com",
                                path, mail)
        text = shown.stdout.decode()
        self.assertIn("bounceexplain: ", text)
        self.assertIn("language: de", text)
        self.assertIn("store message in folder: INBOX", text)


class Origins(ExplainTest):
    """What is known of the returned message is told."""

    def test_forwarding(self):
        """What this mailbox passed on: its owner hears of the forwarding."""
        user = "forwards@example.com"
        returned = bounces.original(
            to=user, fields=f"X-Sieve-Redirected-From: {user}")
        data = bounces.report(returned, "far@example.org")
        mail = self.explain(data, user=user)
        _, text, html = self.check(mail.data, data)
        for shown in (text, html, mail.header("Subject")):
            self.assertRegex(shown, "Your forwarding to (<bdi>)?"
                             "far@example.org(</bdi>)? fails")
        self.assertNotIn(" of 1 addresses", text)

    def test_count(self):
        returned = bounces.original(to="bob@example.net, ann@example.net",
                                    cc="eve@example.net")
        data = bounces.report(returned)
        mail = self.explain(data, user="counts@example.com")
        _, text, _ = self.check(mail.data, data)
        self.assertIn("1 of 3 addresses", text)


class Shapes(ExplainTest):
    """Whatever the report is made of, it is enclosed as it came."""

    ROWS = {
        "8bit": (REPORT + "Grüße\r\n".encode("latin-1"), "8bit"),
        "long": (REPORT + b"x" * 5000 + b"\r\n", "binary"),
        "no-final-newline": (REPORT + b"the end", "7bit"),
        "boundary": (REPORT + b"--bouncecause-explained-0\r\n"
                     b"--bouncecause-explained-0--\r\n", "7bit"),
        "big": (REPORT + b"0123456789abcdef" * 4 * 320_000, "binary"),
        "big-lines": (REPORT + (b"0123456789abcdef" * 4 + b"\r\n") * 320_000,
                      "7bit"),
        "encoded-subject": (REPORT.replace(
            b"Subject: Und", b"Subject: =?utf-8?q?=0D=0AX-Evil:_1?= Und"),
            "7bit"),
        "mime": (REPORT.replace(
            b"Subject:", b"Mime-Version: 1.0\r\nContent-Type: text/plain;\r\n"
            b" charset=us-ascii\r\nContent-Language: en\r\nSubject:"), "7bit"),
    }

    def test_shapes(self):
        for name, (data, encoding) in self.ROWS.items():
            with self.subTest(name):
                user = f"shape-{name}@example.com"
                mail = self.explain(data, user=user)
                # SMTP ends each message with a line end
                if not data.endswith(b"\r\n"):
                    data += b"\r\n"
                message, _, _ = self.check(mail.data, data)
                self.assertEqual(message["Content-Transfer-Encoding"],
                                 encoding)
                self.assertNotIn("X-Evil", message)
        self.assertEqual(self.server.log_lines("Panic:"), [])

    def test_nul(self):
        """IMAP shows NUL as another byte; the file has what came."""
        user = "nul@example.com"
        data = REPORT + b"NUL \0 here\r\n"
        self.explain(data, user=user)
        path, = (self.server.home(user) / "Maildir").glob("[cn]*/*")
        stored = mails.crlf(path.read_bytes())
        message, _, _ = self.check(stored, data)
        self.assertEqual(message["Content-Transfer-Encoding"], "binary")

    def test_long_field(self):
        data = REPORT.replace(
            b"Subject:", b"X-Long: " + b"0123456789abcdef" * 25_000
            + b"\r\nSubject:")
        mail = self.explain(data, user="long-field@example.com")
        self.check(mail.data, data)


class ImapSieve(ExplainTest):
    """What a person drops into a folder is explained there."""

    options = {
        "settings": {
            "sieve_plugins": "sieve_imapsieve sieve_bouncecause",
            "imapsieve_mailbox1_name": "Explain",
            "imapsieve_mailbox1_causes": "COPY APPEND",
            "imapsieve_mailbox1_before": "file:{dir}/sieve/explain.sieve"},
        "config": "protocol imap {\n  mail_plugins = imap_sieve\n}"}

    def test_append(self):
        path = self.server.dir / "sieve/explain.sieve"
        path.write_text(script("bounceexplain;"))
        self.server.run("sievec", path)
        user = "drops@example.com"
        self.server.add_user(user)
        data = FULL.load()
        # no final line end, as a client may append it
        bare = REPORT + b"the end"
        with Imap(self.server, user) as imap:
            imap.ask("create", "Explain")
            imap.append(data, "Explain")
            imap.append(bare, "Explain")
            stored = [mail for mail in imap.mails("Explain")
                      if "\\Deleted" not in mail.flags]
        self.assertEqual(len(stored), 2)
        self.check(stored[0].data, data)
        self.check(stored[1].data, bare)

