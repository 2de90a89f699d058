"""The returned message's copy in Sent is marked: bouncemark."""

import bounces
from clients import Imap
from testcase import DeliveryTest
from test_origin import SPECIAL_USE

SCRIPT = """\
require ["vnd.bouncecause", "fileinto", "mailbox"];
if bouncecause {
    bouncemark;
    fileinto :create "Bounces";
}
"""

SEVEN = [f"r{number}@example.net" for number in range(7)]
UNKNOWN = "$BounceUserUnknown"


class MarkTest(DeliveryTest):
    options = {"config": SPECIAL_USE}

    def user(self, name, *sent, script=SCRIPT, folder="Sent", **fields):
        """A mailbox with these mails in Sent."""
        user = f"{name}@example.com"
        self.server.add_user(user, script, **fields)
        with Imap(self.server, user) as imap:
            for mail in sent:
                imap.append(mail, folder)
        return user

    def marks(self, user, folder="Sent"):
        """The keywords of each mail in Sent."""
        with Imap(self.server, user) as imap:
            return [mail.keywords() for mail in imap.mails(folder)]


class Mark(MarkTest):
    def test_all(self):
        original = bounces.original()
        user = self.user("all", bounces.original(), original)
        self.deliver(bounces.report(original), user)
        self.assertEqual(self.marks(user), [[], [UNKNOWN, "$Bounced"]])

    def test_partly(self):
        """Three reports on seven recipients."""
        original = bounces.original(", ".join(SEVEN[:3]),
                                    cc=", ".join(SEVEN[3:5]),
                                    bcc=", ".join(SEVEN[5:]))
        user = self.user("partly", original)
        for failed, mark in ((SEVEN[:1], "$BouncedPartly"),
                             (SEVEN[1:6], "$BouncedPartly"),
                             (SEVEN[6:], "$Bounced")):
            self.deliver(bounces.report(original, *failed), user)
            self.assertEqual(self.marks(user), [[UNKNOWN, mark]])
