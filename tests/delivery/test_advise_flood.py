"""A flood of forged reports: no stranger gets mail, and our own users get no
more than the limit. BOUNCECAUSE_FLOOD says how many reports there are;
`make check-flood` runs it with 10,000."""

import collections
import os

from advising import FOREIGN, OWN, OWNER, SHARED, AdviseTest, report
from clients import deliver_all

COUNT = int(os.environ.get("BOUNCECAUSE_FLOOD", "300"))
LIMIT = 20
OWNERS = ("one@example.com", "two@example.com")
BOUNCES = "bounces@example.com"
# What each forged report says of who wrote the returned message, and whether
# it pretends that it came from here
FORGED = (
    ("victim{n}@example.net", True), ("victim{n}@example.net", False),
    ("li.wei@example.com", True), ("li.wei@example.com", False),
    ("li.wei+{n}@example.com", True), ("Li.Wei@Example.COM", True),
    ("victim{n}@sub.example.com", True), ("postmaster@example.com", True),
    ("mailer-daemon@example.com", True), ("one@example.com", True),
    ("bounces@example.com", True), ("@example.com", True),
    ("victim@example.net, li.wei@example.com", True))


class Flood(AdviseTest):
    # What is stored need not survive the machine.
    options = {"config": "mail_fsync = never\n"}

    def forged(self, number):
        author, own = FORGED[number % len(FORGED)]
        author = author.format(n=number)
        fields = {"received": FOREIGN} if not own else {}
        return report(
            f"target{number}@example.org", author=author,
            message_id=f"<{number}.forged@example.com>",
            subject=f"Buy {number}", **fields)

    def test_flood(self):
        for owner in OWNERS:
            self.server.add_user(owner, OWNER)
        self.server.add_user(BOUNCES, SHARED, **OWN)
        messages = []
        for number in range(COUNT):
            to = [BOUNCES] if number % 10 else [BOUNCES, *OWNERS]
            messages.append((self.forged(number), to))
        replies = deliver_all(self.server, messages)
        self.assertEqual([reply for reply in replies
                          if not reply.startswith("250")], [])
        self.assertEqual(len(replies), sum(len(to) for _, to in messages))
        got = collections.Counter()
        for mail in self.sink.mails:
            self.assertEqual((mail.sender, len(mail.recipients)), ("", 1))
            local, _, domain = mail.recipients[0].lower().partition("@")
            got[f"{local.partition('+')[0]}@{domain}"] += 1
        # Each mailbox counts for itself: one has an advice from the shared
        # mailbox and from its own.
        for address, limit in ((BOUNCES, LIMIT), ("li.wei@example.com", LIMIT),
                               ("one@example.com", 2 * LIMIT),
                               ("two@example.com", LIMIT)):
            self.assertGreater(got[address], 0, address)
            self.assertLessEqual(got.pop(address), limit, address)
        self.assertEqual(got, {})
        # One line each, and each bounce is stored.
        self.assertEqual(len(self.lines()), len(replies))
        for user in (BOUNCES, *OWNERS):
            self.assertEqual(self.count(user), sum(
                user in to for _, to in messages))
