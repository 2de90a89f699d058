"""What all delivery tests share."""

import os
import pathlib
import unittest

import dialect
import server
from clients import Imap, deliver, deliver_together
from sink import Sink

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
BUILDDIR = pathlib.Path(os.environ.get("BOUNCECAUSE_BUILDDIR",
                                       SRCDIR / "build"))
COMMAND = dialect.wrapped(BUILDDIR / "src/tool/bouncecause")
EXAMPLES = SRCDIR / "example-config"

AUTHOR = "li.wei@example.com"

# For more configuration of a server: all mail is delivered by one process, also
# what comes before Dovecot knows that it waits for work again.
ONE_PROCESS = """\
service lmtp {
  process_min_avail = 1
  process_limit = 1
}
"""

# A mailbox for sent mail, for more configuration of a server
SENT = """\
namespace inbox {
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
"""

NEEDED = {
    "/usr/sbin/dovecot": "dovecot-core",
    "/usr/lib/dovecot/lmtp": "dovecot-lmtpd",
    "/usr/lib/dovecot/imap": "dovecot-imapd",
    "/usr/lib/dovecot/managesieve": "dovecot-managesieved",
    "/usr/bin/sieve-test": "dovecot-sieve",
}


def example(name):
    """An example script, as it stands."""
    return EXAMPLES / "sieve" / name


def example_config():
    """The example configuration for the Dovecot that is installed."""
    return EXAMPLES / dialect.installed().EXAMPLE


class DeliveryTest(unittest.TestCase):
    """A test class with a private Dovecot and an SMTP sink of its own."""

    # Arguments for server.Dovecot
    options = {}

    @staticmethod
    def check_needed():
        missing = [package for path, package in NEEDED.items()
                   if not os.path.exists(path)]
        if missing:
            raise unittest.SkipTest("not installed: " + " ".join(missing))

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        cls.sink = cls.enterClassContext(Sink())
        cls.server = cls.enterClassContext(server.Dovecot(
            BUILDDIR, smtp_port=cls.sink.port,
            **{"include": [example_config()], **cls.options}))

    def deliver(self, data, user=AUTHOR, sender=""):
        """Deliver by LMTP; the mail must be taken."""
        for code, text in deliver(self.server, data, user, sender=sender):
            self.assertEqual(code, 250, text)

    def deliver_together(self, messages, user, **kwargs):
        """The same, all at once."""
        for code, text in deliver_together(self.server, messages, user,
                                           **kwargs):
            self.assertEqual(code, 250, text)

    def stored(self, user=AUTHOR):
        """All mails that a user has, in whatever folder."""
        with Imap(self.server, user) as imap:
            return imap.all_mails()

    def only(self, user=AUTHOR):
        """The one mail that a user has."""
        mails = self.stored(user)
        self.assertEqual(len(mails), 1, [mail.folder for mail in mails])
        return mails[0]
