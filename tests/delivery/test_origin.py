"""Where the returned message is from: the test :origin and the variable."""

import bounces
from clients import Imap, deliver
from testcase import AUTHOR, DeliveryTest

SCRIPT = """\
require ["vnd.bouncecause", "variables", "editheader"];
if bouncecause {
    addheader "X-Origin" "${bouncecause.origin}";
}
"""

SPECIAL_USE = """\
namespace inbox {
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
  mailbox "Sent on the phone" {
    special_use = \\Sent
  }
}
"""


class OriginTest(DeliveryTest):
    options = {"config": SPECIAL_USE}

    def origin(self, user, report):
        """What the script finds out."""
        self.deliver(report, user)
        with Imap(self.server, user) as imap:
            return imap.mails()[-1].header("X-Origin")

    def user(self, name, *sent, folder="Sent", **fields):
        """A mailbox with these mails in Sent."""
        user = f"{name}@example.com"
        self.server.add_user(user, SCRIPT, **fields)
        with Imap(self.server, user) as imap:
            for mail in sent:
                imap.append(mail, folder)
        return user


class Sent(OriginTest):
    def test_found(self):
        original = bounces.original()
        user = self.user("found", bounces.original(), original,
                         bounces.original())
        self.assertEqual(self.origin(user, bounces.report(original)), "sent")

    def test_not_found(self):
        user = self.user("missing", bounces.original())
        self.assertEqual(
            self.origin(user, bounces.report(bounces.original())), "foreign")
