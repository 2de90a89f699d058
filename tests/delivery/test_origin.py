"""Where the returned message is from: the test :origin and the variable."""

import contextlib
import fcntl
import os
import re
import unittest

import bounces
import mails
from bounces import SENT_MAILBOXES
from clients import Imap, Refused
from server import LDA
from testcase import DeliveryTest

SCRIPT = """\
require ["vnd.bouncecause", "variables", "editheader"];
if bouncecause :origin ["sent", "own", "forwarded", "foreign", "unknown"] {
    addheader "X-Origin" "${bouncecause.origin}";
}
"""

# How a mail of ours leaves, and how a forged one comes to a stranger
SUBMITTED = """\
Received: from [192.168.1.5] (dsl.example.org [203.0.113.9])
\tby mail.example.com (Postfix) with ESMTPSA id 4ABC
\tfor <bob@example.net>; Thu, 1 Jan 2026 00:00:00 +0000 (UTC)
"""
FORGED = """\
Received: from mail.example.com (unknown [203.0.113.66])
\tby mx.example.net (Postfix) with ESMTP id 4ABC
\tfor <bob@example.net>; Thu, 1 Jan 2026 00:00:00 +0000 (UTC)
"""

CANNOT = "Sent cannot be searched"


class OriginTest(DeliveryTest):
    options = {"config": SENT_MAILBOXES}

    def user(self, name, *sent, folder="Sent", **fields):
        """A mailbox with these mails in Sent."""
        user = f"{name}@example.com"
        self.server.add_user(user, SCRIPT, **fields)
        with Imap(self.server, user) as imap:
            for name in {"Sent", folder}:
                with contextlib.suppress(Refused):
                    imap.ask("create", f'"{name}"')
            for mail in sent:
                imap.append(mail, folder)
        return user

    def check(self, user, *reports_and_origins):
        """What the script finds out about reports: each is followed by what
        it should be."""
        reports = reports_and_origins[::2]
        for report in reports:
            self.deliver(report, user)
        with Imap(self.server, user) as imap:
            mails_found = imap.mails()[-len(reports):]
        for number, (mail, origin) in enumerate(
                zip(mails_found, reports_and_origins[1::2], strict=True)):
            with self.subTest(number):
                self.assertEqual(mail.header("X-Origin"), origin)

    def cannot(self, user):
        """What the log says about Sent mailboxes of that user."""
        return self.server.log_lines(CANNOT, f"({user})")


class Sent(OriginTest):
    def test_found(self):
        original = bounces.original()
        user = self.user("found", bounces.original(), original,
                         bounces.original())
        self.check(
            user,
            bounces.report(original), "sent",
            bounces.report(original, form="text/rfc822-headers"), "sent",
            bounces.report(bounces.original()), "foreign")

    def test_formats(self):
        """Mailboxes of other kinds."""
        for kind in ("mdbox", "sdbox", "mbox"):
            with self.subTest(kind):
                original = bounces.original()
                user = self.user(kind, bounces.original(), original,
                                 mail=f"{kind}:~/{kind}")
                self.check(user, bounces.report(original), "sent",
                           bounces.report(bounces.original()), "foreign")

    def check_ids(self, user, *ids_and_origins):
        reports = []
        for message_id, origin in ids_and_origins:
            reports += [bounces.report(
                bounces.original(message_id=message_id)), origin]
        self.check(user, *reports)

    def test_exactly(self):
        """Neither a part of a Message-ID nor another case of it."""
        user = self.user(
            "exact",
            bounces.original(message_id="<part.of.an.id@pc.example.com>"))
        self.check_ids(
            user,
            ("<part.of.an.id@pc.example.com>", "sent"),
            ("<of.an.id@pc.example.com>", "foreign"),
            ("<PART.of.an.id@pc.example.com>", "foreign"),
            ("<part.of.an.id@pc.example.com.example>", "foreign"),
            ("\n\t<part.of.an.id@pc.example.com>", "sent"),
            ("<part.of.an.id@pc.example.com> (a comment)", "sent"),
            ("part.of.an.id@pc.example.com", "sent"))

    def test_folded(self):
        """A long Message-ID, folded in the copy as Exchange does it."""
        long_id = "<" + "A" * 120 + "@pc.example.com>"
        user = self.user("folded",
                         bounces.original(message_id="\n " + long_id))
        self.check(user, bounces.report(
            bounces.original(message_id=long_id)), "sent")

    def test_hostile(self):
        """Message-IDs that are none. They find nothing, and break nothing."""
        copy = bounces.original(message_id="<*@example.com>")
        user = self.user("hostile", copy, bounces.original(message_id=""),
                         bounces.original(message_id="<>"))
        self.check_ids(
            user,
            ("", "unknown"), ("<>", "unknown"), ("<", "unknown"),
            ("< >", "unknown"),
            ("<" + "x" * 10000 + "@example.com>", "unknown"),
            ('<"a\\" OR 1:* "@example.com>', "foreign"),
            ("<%@example.com>", "foreign"), ("<*>", "foreign"),
            ("<@example.com>", "foreign"), ("<a\0b@c>", "foreign"),
            ("<a\x1b[2J\x07@example.com>", "foreign"),
            ("<a{5}\x7f@example.com>", "foreign"),
            ("<\xff\xfe@example.com>", "foreign"),
            ("<(a@example.com>", "foreign"),
            ("<$(id)@`id`>", "foreign"), ("<*@example.com>", "sent"))
        self.assertEqual(self.cannot(user), [])

    def test_redirected(self):
        """What the user's own script sent on, and what became of it."""
        user = self.user("redirects")
        self.server.set_script(user, 'redirect "target@example.org";')
        self.deliver(bounces.original(user), user, sender="bob@example.net")
        (sent,) = self.sink.wait(1)
        self.assertIn(b"X-Sieve-Redirected-From", sent.data)
        self.server.set_script(user, SCRIPT)
        self.check(user, bounces.report(sent.data, "target@example.org"),
                   "forwarded")

    def test_forwarded(self):
        user = self.user("forwards")
        reports = []
        for field, address, origin in (
                ("Delivered-To", user, "forwarded"),
                ("Delivered-To", user.upper(), "forwarded"),
                ("X-Original-To", user, "forwarded"),
                ("Resent-From", f"Someone <{user}>", "forwarded"),
                ("X-Sieve-Redirected-From", user, "forwarded"),
                ("Delivered-To", "forwards+list@example.com", "forwarded"),
                ("Delivered-To", "forwardsx@example.com", "foreign"),
                ("Delivered-To", "forwards@example.net", "foreign"),
                ("Delivered-To", "+forwards@example.com", "foreign"),
                ("To", user, "foreign")):
            reports += [bounces.report(bounces.original(
                fields=f"{field}: {address}")), origin]
        self.check(user, *reports)

    def test_forwarded_detail(self):
        """The report itself comes to an address with a detail."""
        user = self.user("details")
        report = bounces.report(bounces.original(
            fields="Delivered-To: details@example.com"))
        self.deliver(report, "details+bounces@example.com")
        self.assertEqual(self.only(user).header("X-Origin"), "forwarded")


class WhichMailboxes(OriginTest):
    options = {"config": SENT_MAILBOXES + """\
namespace archive {
  location = maildir:~/archive
  prefix = Archive/
  separator = /
  mailbox Sent {
    special_use = \\Sent
  }
}
namespace public {
  type = public
  location = maildir:{dir}/public
  prefix = Public/
  separator = /
  subscriptions = no
  mailbox Sent {
    special_use = \\Sent
  }
}
namespace shared {
  type = shared
  location = maildir:%%h/Maildir
  prefix = Shared/%%u/
  separator = /
  list = yes
  subscriptions = no
}
"""}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        public = cls.server.dir / "public"
        public.mkdir()
        cls.server.own(public)

    def test_several(self):
        original = bounces.original()
        user = self.user("several", bounces.original())
        with Imap(self.server, user) as imap:
            imap.ask("create", '"Sent on the phone"')
            imap.append(original, "Sent on the phone")
        self.check(user, bounces.report(original), "sent")

    def test_another_namespace(self):
        original = bounces.original()
        user = self.user("namespaces", original, folder="Archive/Sent")
        self.check(user, bounces.report(original), "sent")

    def test_public(self):
        """What is in a common Sent mailbox is not the owner's."""
        original = bounces.original()
        user = self.user("public", original, folder="Public/Sent")
        self.check(user, bounces.report(original), "foreign")

    def test_other_folder(self):
        original = bounces.original()
        user = self.user("folders", original, folder="Drafts")
        self.check(user, bounces.report(original), "foreign")

    def test_not_there(self):
        """Sent has no mail yet, and is not there either: it stays so."""
        user = "nosent@example.com"
        self.server.add_user(user, SCRIPT)
        self.server.run(LDA, "-d", user, "-f", "",
                        input=bounces.report(bounces.original()))
        self.assertFalse((self.server.home(user) / "Maildir/.Sent").exists())
        self.assertEqual(self.only(user).header("X-Origin"), "unknown")
        self.assertEqual(self.cannot(user), [])


class NoSpecialUse(OriginTest):
    options = {}

    def test_unknown(self):
        """Nothing is searched, and there are no own hosts."""
        original = bounces.original(fields=SUBMITTED)
        user = self.user("plain", original)
        self.check(user, bounces.report(original), "unknown")


class LazyExpunge(OriginTest):
    options = {"config": SENT_MAILBOXES + """\
protocol imap {
  mail_plugins = lazy_expunge
}
protocol lmtp {
  mail_plugins = sieve lazy_expunge
}
""", "settings": {"lazy_expunge": "EXPUNGED"}}

    def test_expunged(self):
        """Who deletes a mail for good has it in Sent no longer."""
        original = bounces.original()
        user = self.user("lazy", original)
        self.check(user, bounces.report(original), "sent")
        with Imap(self.server, user) as imap:
            imap.ask("select", "Sent")
            imap.ask("store", "1", "+FLAGS", "\\Deleted")
            imap.ask("expunge")
            self.assertEqual(len(imap.mails("EXPUNGED")), 1)
        self.check(user, bounces.report(original), "foreign")


class OwnHosts(OriginTest):
    options = {"config": SENT_MAILBOXES,
               "settings": {"sieve_bouncecause_own_hosts":
                            "mail.example.com, 192.0.2.0/24 , *.x y_z@ "
                            "10.0.0.0/33"}}

    def test_abused(self):
        """A mail that left through us, and is not in Sent."""
        user = self.user("abused", bounces.original())
        report = bounces.report(bounces.original(fields=SUBMITTED))
        self.check(user, report, "own")
        # a wrong setting is told once in a process
        self.deliver(report, user)
        wrong = self.server.log_lines("own_hosts", "y_z@, 10.0.0.0/33")
        self.assertGreaterEqual(len(wrong), 1)
        self.assertLessEqual(len(wrong), 2)

    def test_backscatter(self):
        """Our address is forged, and so is the name of our host."""
        user = self.user("forged", bounces.original())
        forged = bounces.original(fields=FORGED)
        self.check(
            user,
            bounces.report(forged), "foreign",
            bounces.report(forged, form="text/rfc822-headers"), "foreign")

    def test_strongest(self):
        """Sent before forwarded, forwarded before own."""
        user = "strong@example.com"
        both = SUBMITTED + f"Delivered-To: {user}"
        sent = bounces.original(fields=both)
        self.user("strong", sent)
        self.check(user, bounces.report(sent), "sent",
                   bounces.report(bounces.original(fields=both)), "forwarded")

    def test_without_sent(self):
        user = "programs@example.com"
        self.server.add_user(user, SCRIPT, mail="maildir:~/x:LAYOUT=fs")
        for fields, origin in ((SUBMITTED, "own"), (FORGED, "foreign")):
            self.server.run(LDA, "-d", user, "-f", "", input=bounces.report(
                bounces.original(fields=fields)))
            with Imap(self.server, user) as imap:
                self.assertEqual(imap.mails()[-1].header("X-Origin"), origin)

    def test_body_only(self):
        user = self.user("bodies", bounces.original())
        self.check(user, bounces.report(bounces.original(fields=SUBMITTED),
                                        form="text/plain"), "unknown")


class Faults(OriginTest):
    options = {"config": SENT_MAILBOXES + "mail_max_lock_timeout = 1 secs\n"}

    def setUp(self):
        if os.getuid() == 0:
            return
        raise unittest.SkipTest("mails belong to somebody else than us")

    def blocked(self, name):
        """A mailbox whose Sent cannot be read."""
        original = bounces.original()
        user = self.user(name, original)
        sent = self.server.home(user) / "Maildir/.Sent"
        sent.chmod(0)
        self.addCleanup(sent.chmod, 0o700)
        return user, original

    def test_no_permission(self):
        user, original = self.blocked("blocked")
        self.check(user, bounces.report(original), "unknown")
        self.assertEqual(len(self.cannot(user)), 1)

    def test_nobody_asks(self):
        """Ordinary mail, and scripts that do not ask, leave Sent alone."""
        user, original = self.blocked("ordinary")
        self.deliver(mails.load(mails.TABLE / "ordinary.eml"), user)
        self.server.set_script(user, """\
require ["vnd.bouncecause", "variables", "editheader"];
if bouncecause {
    addheader "X-Origin" "${bouncecause.cause}";
}
""")
        self.check(user, bounces.report(original), "user-unknown")
        self.assertEqual(self.cannot(user), [])

    def test_locked(self):
        """Somebody else has the lock of a mailbox that has new mail."""
        original = bounces.original()
        user = self.user("locked", original)
        sent = self.server.home(user) / "Maildir/.Sent"
        (sent / "new/1.new").write_bytes(bounces.original())
        self.server.own(sent)
        with (sent / "dovecot.index.log").open("r+b") as log:
            fcntl.lockf(log, fcntl.LOCK_EX)
            self.check(user, bounces.report(original), "unknown")
        self.assertEqual(len(self.cannot(user)), 1)
        self.check(user, bounces.report(original), "sent")

    def test_corrupt(self):
        """Indexes are made anew, as for every client."""
        original = bounces.original()
        user = self.user("corrupt", original)
        sent = self.server.home(user) / "Maildir/.Sent"
        for name in ("dovecot.index", "dovecot.index.log",
                     "dovecot.index.cache", "dovecot-uidlist"):
            (sent / name).write_bytes(b"\0garbage" * 100)
        self.server.own(sent)
        self.check(user, bounces.report(original), "sent")

    def test_unreadable_mail(self):
        """One mail in Sent cannot be read: the search goes on, but what is not
        found may have been that one."""
        original = bounces.original()
        user = self.user("unreadable", original, bounces.original())
        sent = self.server.home(user) / "Maildir/.Sent"
        newest = max(sent.glob("*/*M*P*"), key=lambda path: int(
            re.search(r"M(\d+)P", path.name)[1]))
        newest.chmod(0)
        for path in sent.glob("dovecot.index.cache"):
            path.unlink()
        self.check(user, bounces.report(original), "sent",
                   bounces.report(bounces.original()), "unknown")
        self.assertEqual(len(self.cannot(user)), 1)
