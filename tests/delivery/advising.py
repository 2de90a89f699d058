"""What the tests of bounceadvise share."""

import bounces
from clients import deliver_all
from testcase import DeliveryTest

REQUIRE = ('require ["vnd.bouncecause", "variables", "fileinto", "mailbox",'
           ' "copy"];\n')
FILE = 'if bouncecause { fileinto :create "Bounces"; }\n'
OWNER = REQUIRE + "bounceadvise;\n" + FILE
# A mailbox to which all bounces of a site go
SHARED = (REQUIRE + 'bounceadvise :to "${bouncecause.original_from}";\n'
          + FILE)

# Where origin can be seen
OWN = {"sieve_bouncecause_own_hosts": "out.example.com"}
FOREIGN = ("from mx.example.org ([198.51.100.7]) by mx.example.org"
           " with SMTP id 1")

SENT = "advice sent"
NOT_SENT = "not sent: "


SUBMITTED = ("from pc.example.com (pc.example.com [192.0.2.17])"
             " by out.example.com with ESMTPSA id 1")


def report(failed="gone@example.net", *, author="li.wei@example.com",
           to=None, original=None, message_id="<question@example.com>",
           fields=(), received=SUBMITTED, action="failed", returned=True,
           subject="A question"):
    """A report about one address. The keywords say what it returns, if anything:
    fields are more "Name: value" of that header, to is the address that the
    author wrote. What is None is left out."""
    status = "5.1.1" if action == "failed" else "4.4.1"
    lines = [f"Received: {received}; Tue, 14 Oct 2025 09:12:42 +0800"
             ] if received else []
    return bounces.report(
        bounces.original(to or failed, message_id or "", author,
                         "\n".join([*lines, *fields]), subject=subject)
        if returned else None,
        (original, failed) if original else failed,
        author=author, action=action, status=status,
        reply=f"{status[0]}50 {status} <{failed}>: User unknown",
        reporter="out.example.com")


class AdviseTest(DeliveryTest):
    number = 0

    def user(self, script=OWNER, name="user", **settings):
        """A new user."""
        AdviseTest.number += 1
        user = f"{name}{AdviseTest.number}@example.com"
        self.server.add_user(user, script, **settings)
        return user

    def advise(self, user, *reports):
        """Deliver the reports; each is kept, and the log has one line about
        each advice. Returns the mails that were sent, and those lines."""
        mails_before = len(self.sink.mails)
        lines_before = len(self.lines())
        stored = self.count(user)
        replies = deliver_all(self.server,
                              [(data, [user]) for data in reports])
        self.assertEqual([reply for reply in replies
                          if not reply.startswith("250")], [])
        self.assertEqual(self.count(user), stored + len(reports))
        return (self.sink.mails[mails_before:],
                self.lines()[lines_before:])

    def count(self, user):
        """How many mails there are in all folders."""
        maildir = self.server.home(user) / "Maildir"
        return sum(1 for _ in maildir.glob("**/new/*"))

    def lines(self):
        return self.server.log_lines("bouncecause: ", "advice")

    def sent(self, user, to, data):
        """An advice goes to that address."""
        sent, lines = self.advise(user, data)
        self.assertEqual([mail.recipients for mail in sent], [[to]], lines)
        self.assertEqual(sent[0].sender, "")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(f"{SENT} to <{to}>", lines[0])
        return sent[0]

    def refused(self, user, why, data):
        """Nothing is sent, and the log says why."""
        sent, lines = self.advise(user, data)
        self.assertEqual(sent, [])
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(NOT_SENT, lines[0])
        self.assertIn(why, lines[0])
