"""No room on the disk, which is a file system in memory: what can be stored is
stored, what cannot comes again, and one line of the log says what did not
happen. (Sent's disk: test_mark.)"""

import ctypes
import os
import pathlib
import tempfile
import unittest

from advising import NOT_SENT, OWNER, REQUIRE, AdviseTest, report
from clients import Imap, deliver
from server import mail_owner

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 0x40000, 2
SIZE = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")

EXPLAIN = REQUIRE + 'bounceexplain;\nfileinto :create "Bounces";\n'


def _check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class DiskFull(AdviseTest):
    @classmethod
    def setUpClass(cls):
        if os.getuid() != 0:
            raise unittest.SkipTest("only root can mount")
        cls.check_needed()
        try:
            _check(LIBC.unshare(CLONE_NEWNS))
        except OSError as error:
            raise unittest.SkipTest(f"no mounts of our own: {error}")
        # in a chroot there is no such mount point, and nobody shares it
        LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None)
        # Dovecot 2.4 is started in a namespace that sees no later mounts.
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(folder, 0o755)
        uid, gid = mail_owner()
        options = f"size={SIZE},uid={uid},gid={gid},mode=755"
        cls.disks = [pathlib.Path(folder, str(n)) for n in range(3)]
        for disk in cls.disks:
            disk.mkdir()
            _check(LIBC.mount(b"tmpfs", os.fsencode(disk), b"tmpfs", 0,
                              options.encode()))
            cls.addClassCleanup(LIBC.umount2, os.fsencode(disk), MNT_DETACH)
        super().setUpClass()

    def user_on_disk(self, script, **fields):
        """A user whose home is on a disk of its own."""
        disk = self.disks.pop()
        user = f"disk{len(self.disks)}@example.com"
        self.server.home(user).symlink_to(disk)
        self.server.add_user(user, script, **fields)
        # compiles it, makes folders
        self.deliver(report(message_id="<first@example.com>"), user)
        return user

    def fill(self, user, pages=0):
        """Leave so many pages of memory free on a user's disk."""
        path = self.server.home(user) / "filling"
        path.touch()
        stat = os.statvfs(path)
        pages = stat.f_bfree * stat.f_frsize // PAGE - pages
        with path.open("ab") as file:
            file.write(b"x" * PAGE * pages)
        return path

    def bounces(self, user):
        with Imap(self.server, user) as imap:
            return imap.mails("Bounces")

    def test_database(self):
        """Mails are elsewhere. What cannot be counted is not sent."""
        mailbox = self.server.dir / "elsewhere"
        mailbox.mkdir()
        self.server.own(mailbox)
        user = self.user_on_disk(OWNER, mail=f"maildir:{mailbox}")
        self.fill(user)
        before = len(self.lines()), len(self.sink.mails)
        self.deliver(report(), user)
        self.assertEqual(len(self.bounces(user)), 2)
        self.assertEqual(len(self.sink.mails), before[1])
        (line,) = self.lines()[before[0]:]
        self.assertIn(NOT_SENT, line)
        self.assertIn("duplicate database", line)

    def test_mailbox(self):
        """The bounce itself finds no room: it comes again, and only then
        something is sent."""
        user = self.user_on_disk(OWNER)
        filling = self.fill(user)
        before = len(self.sink.mails)
        ((code, text),) = deliver(self.server, report(), user)
        self.assertEqual(code // 100, 4, text)
        self.assertEqual(len(self.sink.mails), before)
        filling.unlink()
        self.assertEqual(len(self.bounces(user)), 1)
        self.sent(user, user, report())
        self.assertEqual(len(self.bounces(user)), 2)

    def test_explained(self):
        """With its explanation a bounce takes more room, wherever that
        ends."""
        user = self.user_on_disk(EXPLAIN)
        count = len(self.bounces(user))
        codes = set()
        for pages in range(12):
            filling = self.fill(user, pages)
            ((code, text),) = deliver(self.server, report(), user)
            filling.unlink()
            self.assertIn(code // 100, (2, 4), text)
            count += code // 100 == 2
            codes.add(code // 100)
            self.assertEqual(self.count(user), count)
        self.assertEqual(codes, {2, 4})
        self.assertEqual(self.server.log_lines("Panic: "), [])
