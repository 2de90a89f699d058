"""The search in a large Sent mailbox: so many mails, and so long. All of them are
one file with many names."""

import os
import unittest

import bounces
import mails
from bounces import SENT_MAILBOXES
from clients import Imap
from limits import LIMITS
from testcase import DeliveryTest

too_slow = unittest.skipIf(
    os.environ.get("BOUNCECAUSE_CHECKER") == "valgrind",
    "with valgrind the search takes longer than it may")

SCRIPT = """\
require ["vnd.bouncecause", "variables", "editheader"];
if bouncecause {
    addheader "X-Origin" "${bouncecause.origin}";
}
"""
EXPLAIN = SCRIPT.replace("\n}", """
    bounceexplain :language "en";
}""")

ELSEWHERE = SCRIPT.replace("{\n", """{
    bouncemark :mailbox "Elsewhere";
    bouncemark :mailbox "Old";
""", 1)


class BoundsTest(DeliveryTest):
    options = {"config": SENT_MAILBOXES + "mail_fsync = never\n",
               "settings": {"sieve_extensions": "+editheader"}}

    def user_with(self, name, mail, count, *oldest):
        """A Sent mailbox of these mails, and then so many times that one."""
        user = f"{name}@example.com"
        self.server.add_user(user, EXPLAIN)
        folder = self.server.home(user) / "Maildir/.Sent/cur"
        folder.mkdir(parents=True)
        for number, data in enumerate([*oldest, mail]):
            path = folder / f"{number:010}.M1P1.x:2,S"
            path.write_bytes(data)
        self.server.own(self.server.home(user))
        for number in range(1, count):
            os.link(path, folder / f"{len(oldest) + number:010}.M1P1.x:2,S")
        return user

    def origin(self, user, original):
        """What becomes of a report about that mail."""
        self.deliver(bounces.report(original), user)
        with Imap(self.server, user) as imap:
            return imap.mails()[-1].header("X-Origin")

    def stopped(self):
        return self.server.log_lines("Sent cannot be searched: ")


@too_slow
class Mails(BoundsTest):
    def test_number(self):
        """Beyond the newest ones nothing is looked at. A mail that may be
        there is not said to be somebody else's."""
        limit = LIMITS["SENT_MAILS"]
        beyond, last = bounces.original(), bounces.original()
        user = self.user_with("many", bounces.original(), limit - 1,
                              beyond, last)
        # into the cache, so that the time does not matter
        said = self.server.run("doveadm", "fetch", "-u", user,
                               "hdr.message-id", "mailbox", "Sent").stdout
        self.assertEqual(said.count(b"hdr.message-id"), limit + 1)
        self.assertEqual(self.origin(user, last), "sent")
        self.assertEqual(self.origin(user, beyond), "unknown")
        # nor is another mailbox looked into that a script names
        self.server.set_script(user, ELSEWHERE)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Old")
            imap.append(beyond, "Old")
        self.assertEqual(self.origin(user, beyond), "unknown")
        self.assertEqual(self.stopped(), [])
        few = self.user_with("few", bounces.original(), 1)
        self.server.set_script(few, ELSEWHERE)
        with Imap(self.server, few) as imap:
            imap.ask("create", "Old")
            imap.append(beyond, "Old")
        self.assertEqual(self.origin(few, beyond), "sent")

    def test_whole(self):
        """So many can be searched to the end."""
        last = bounces.original()
        user = self.user_with("whole", bounces.original(),
                              LIMITS["SENT_MAILS"] - 1, last)
        said = self.server.run("doveadm", "fetch", "-u", user,
                               "hdr.message-id", "mailbox", "Sent").stdout
        self.assertEqual(said.count(b"hdr.message-id"), LIMITS["SENT_MAILS"])
        self.assertEqual(self.origin(user, last), "sent")
        self.assertEqual(self.origin(user, bounces.original()), "foreign")
        self.assertEqual(self.stopped(), [])


class Sizes(BoundsTest):
    def test_id(self):
        """A Message-ID that is longer than lines may be is not looked for."""
        for size, origin in ((0, "sent"), (1, "unknown")):
            size += LIMITS["SENT_ID_SIZE"]
            original = bounces.original(
                message_id=f"<{'x' * (size - len('@x'))}@x>")
            user = self.user_with(f"id{size}", original, 1)
            self.assertEqual(self.origin(user, original), origin)

    def test_recipients(self):
        """How many there are is said where that is known."""
        for count in (LIMITS["SENT_RECIPIENTS"] - 1,
                      LIMITS["SENT_RECIPIENTS"]):
            original = bounces.original(",\n ".join(
                ["bob@example.net",
                 *(f"a{number}@example.net" for number in range(1, count))]))
            user = self.user_with(f"to{count}", original, 1)
            self.assertEqual(self.origin(user, original), "sent")
            with Imap(self.server, user) as imap:
                text = mails.body(imap.mails()[-1].data).decode()
            known = count < LIMITS["SENT_RECIPIENTS"]
            self.assertEqual(f"1 of {count} addresses" in text, known)
            self.assertEqual(" addresses" in text, known)


@too_slow
class Time(BoundsTest):
    def test_slow(self):
        """Each takes long to read, all of them much longer than the limit."""
        fields = "".join(f"X-{number}: {'x' * 70}\n" for number in range(50_000))
        first = bounces.original()
        user = self.user_with("slow", bounces.original(fields=fields),
                              4000, first)
        self.assertEqual(self.origin(user, first), "unknown")
        (line,) = self.stopped()
        self.assertIn("it took too long", line)
