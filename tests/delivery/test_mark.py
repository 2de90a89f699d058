"""The returned message's copy in Sent is marked: bouncemark."""

import contextlib
import fcntl
import os
import pathlib
import socket
import time
import unittest

import bounces
import dialect
import mails
from bounces import SENT_MAILBOXES
from clients import Imap, Refused, deliver
from limits import LIMITS
from server import HANG_SECONDS, LDA
from testcase import DeliveryTest

SCRIPT = """\
require ["vnd.bouncecause", "fileinto", "mailbox"];
if bouncecause {
    bouncemark;
    fileinto :create "Bounces";
}
"""

SEVEN = [f"r{number}@example.net" for number in range(7)]
TURNS = 3
UNKNOWN = "$BounceUserUnknown"
FULL = "$BounceMailboxFull"

# A quota that every mail exceeds, but in Bounces
QUOTA = {
    "2.3": """\
plugin {
  quota = count:User
  quota_vsizes = yes
  quota_rule = *:bytes=10
  quota_rule2 = Bounces:ignore
}
""",
    "2.4": """\
quota User {
  quota_storage_size = 10B
}
namespace inbox {
  mailbox Bounces {
    quota_ignore = yes
  }
}
"""}
# For this test a disk has room for files of so many bytes.
FULL_SIZE = 256 * 1024


def script(command):
    return SCRIPT.replace("bouncemark;", command)


def wait_for_waiters(path, count):
    """Until so many processes wait for the lock of a file, or a while"""
    inode = f":{path.stat().st_ino} "
    end = time.monotonic() + 10
    while time.monotonic() < end:
        lines = pathlib.Path("/proc/locks").read_text().splitlines()
        if sum("->" in line and inode in line for line in lines) >= count:
            return
        time.sleep(0.01)


header_cached = unittest.skipIf(
    dialect.installed().VERSION == "2.4",
    "Dovecot 2.4 has the recipients of each mail in its cache")


class MarkTest(DeliveryTest):
    options = {"config": SENT_MAILBOXES}

    def user(self, name, *sent, script=SCRIPT, folder="Sent", **fields):
        """A mailbox with these mails in Sent."""
        user = f"{name}@example.com"
        self.server.add_user(user, script, **fields)
        with Imap(self.server, user) as imap:
            with contextlib.suppress(Refused):
                imap.ask("create", f'"{folder}"')
            for mail in sent:
                imap.append(mail, folder)
        return user

    def sent(self, user, folder="Sent"):
        with Imap(self.server, user) as imap:
            return imap.mails(folder)

    def marks(self, user, folder="Sent"):
        """The keywords of each mail in Sent."""
        return [mail.keywords() for mail in self.sent(user, folder)]

    def check(self, user, report, *marks):
        """Deliver it; the one mail in Sent has these keywords then."""
        self.deliver(report, user)
        self.assertEqual(self.marks(user), [sorted(marks)])

    def bounces(self, user):
        """How many reports were filed."""
        with Imap(self.server, user) as imap:
            return len(imap.mails("Bounces"))

    def cannot(self, user):
        """What the log says of that user's Sent: it may be the search already
        that fails."""
        return [line for line in self.server.log_lines("sieve: ", f"({user})")
                if "cannot be marked" in line
                or "Sent cannot be searched" in line]


class Recipients(MarkTest):
    def test_one(self):
        original = bounces.original()
        user = self.user("one", bounces.original(), original,
                         bounces.original())
        self.deliver(bounces.report(original), user)
        self.assertEqual(self.marks(user), [[], [UNKNOWN, "$Bounced"], []])
        self.assertEqual(self.bounces(user), 1)

    def test_several_reports(self):
        """Three reports on seven recipients, one of them twice."""
        original = bounces.original(", ".join(SEVEN[:3]),
                                    cc=", ".join(SEVEN[3:5]),
                                    bcc=", ".join(SEVEN[5:]))
        user = self.user("partly", original)
        for failed, mark in ((SEVEN[:1], "$BouncedPartly"),
                             (SEVEN[:1], "$BouncedPartly"),
                             (SEVEN[1:6], "$BouncedPartly"),
                             (SEVEN[6:], "$Bounced")):
            self.check(user, bounces.report(original, *failed), UNKNOWN, mark)
        # what is remembered are no addresses
        memory = self.server.home(user) / ".dovecot.bouncemark"
        self.assertNotIn(b"example.net", memory.read_bytes())

    def test_all_and_some(self):
        """A report about some of them, where all have failed before"""
        original = bounces.original(", ".join(SEVEN))
        user = self.user("all", original)
        for failed in (SEVEN, SEVEN[:1], SEVEN[1:3]):
            self.check(user, bounces.report(original, *failed), UNKNOWN,
                       "$Bounced")

    def test_at_the_same_time(self):
        """The same, from several hosts at once: whoever is last sees all."""
        original = bounces.original(", ".join(SEVEN))
        user = self.user("atonce", original)
        self.deliver_together([bounces.report(original, address)
                               for address in SEVEN], user)
        self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"]])
        self.assertEqual(self.bounces(user), 7)

    def test_two_at_the_same_time(self):
        """The one that says `some' and the one that says `all' have both read
        the keywords before either of them sets its own."""
        for turn in range(TURNS):
            original = bounces.original(", ".join(SEVEN[:2]))
            user = self.user(f"two{turn}", original)
            # The search has to write nothing later.
            self.check(user, bounces.report(original, *SEVEN[:2],
                                            action="delayed"), UNKNOWN)
            log = self.server.home(user) / "Maildir/.Sent/dovecot.index.log"
            with log.open("r+b") as file:
                def both_wait():
                    wait_for_waiters(log, 2)
                    # that is the end of the lock
                    file.close()

                fcntl.lockf(file, fcntl.LOCK_EX)
                self.deliver_together(
                    [bounces.report(original, address)
                     for address in SEVEN[:2]], user, meanwhile=both_wait)
            self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"]])
            self.assertEqual(self.server.log_lines("cannot be marked"), [])

    def test_another_address(self):
        """The address that failed is not the one that was written: it was
        forwarded. Where there is just one, it is that one."""
        original = bounces.original("Bob <BOB@example.net>")
        user = self.user("forwarded", original)
        self.check(user, bounces.report(original, "target@example.org"),
                   UNKNOWN, "$Bounced")
        two = bounces.original("bob@example.net, carol@example.net")
        user = self.user("forwarded2", two)
        self.check(user, bounces.report(two, "target@example.org"),
                   UNKNOWN, "$BouncedPartly")
        self.check(user, bounces.report(
            two, ("Bob@Example.NET", "target@example.org"),
            "carol@example.net"), UNKNOWN, "$Bounced")

    def test_nobody_written(self):
        """A blind copy is not kept: who knows how many there were."""
        original = bounces.original("undisclosed-recipients:;")
        user = self.user("blind", original)
        self.check(user, bounces.report(original), UNKNOWN, "$BouncedPartly")

    def test_many(self):
        """As many as are remembered, and one more; all in one report is all."""
        for more, mark in ((0, "$Bounced"), (1, "$BouncedPartly")):
            many = [f"n{number}@example.net" for number in range(
                LIMITS["MARK_RECIPIENTS"] + more)]
            original = bounces.original(",\n ".join(many))
            user = self.user(f"many{more}", original)
            self.check(user, bounces.report(original, *many[:30]),
                       UNKNOWN, "$BouncedPartly")
            self.check(user, bounces.report(original, *many[30:]),
                       UNKNOWN, mark)
            self.check(user, bounces.report(original, *many),
                       UNKNOWN, "$Bounced")

    def test_causes(self):
        """Each cause has its keyword; what is delayed has not failed."""
        original = bounces.original(", ".join(SEVEN[:3]))
        user = self.user("causes", original)
        delay = bounces.report(original, *SEVEN[:3], action="delayed",
                               status="4.2.2", reply="452 4.2.2 Mailbox full")
        self.check(user, delay, FULL)
        self.check(user, bounces.report(original, SEVEN[0]),
                   FULL, UNKNOWN, "$BouncedPartly")

    def test_two_causes(self):
        original = bounces.original(", ".join(SEVEN[:2]))
        user = self.user("twocauses", original)
        both = bounces.report(original, *SEVEN[:2])
        both = both.replace(b"Status: 5.1.1", b"Status: 5.2.2", 1).replace(
            b"550 5.1.1 User unknown", b"552 5.2.2 Mailbox full", 1)
        self.check(user, both, FULL, UNKNOWN, "$Bounced")


class Commands(MarkTest):
    def test_too_many_actions(self):
        """The bounce is filed all the same."""
        original = bounces.original()
        user = self.user("actions", original, sieve_max_actions="1", script="""\
require ["vnd.bouncecause", "fileinto", "mailbox"];
fileinto :create "Bounces";
bouncemark;
""")
        self.check(user, bounces.report(original))
        self.assertEqual(self.bounces(user), 1)
        line, = self.server.log_lines("sieve: ", f"({user})", "is not marked")
        self.assertIn("too many actions", line)

    def test_flags(self):
        """The script's flags, as imap4flags writes them, in place of
        $Bounced."""
        original = bounces.original(", ".join(SEVEN))
        user = self.user("flags", original, script=script(
            'bouncemark ["\\\\Flagged $Mine", "Other", "\\\\Nonsense", '
            '"n(t", "\\\\answered"];'))
        self.deliver(bounces.report(original), user)
        (mail,) = self.sent(user)
        self.assertEqual(set(mail.flags) - {"\\Recent"},
                         {"\\Flagged", "\\Answered", "$Mine", "Other",
                          UNKNOWN})

    def test_variable(self):
        original = bounces.original()
        user = self.user("variable", original, script="""\
require ["vnd.bouncecause", "variables"];
set "severity" "${bouncecause.severity}";
bouncemark ["$Bounced-${severity}", "${nothing}"];
bouncemark ["$Bounced-${severity}"];
bouncemark;
""")
        self.check(user, bounces.report(original),
                   "$Bounced", "$Bounced-permanent", UNKNOWN)

    def test_mailbox(self):
        """A mailbox that the script names, and one that is not there."""
        original = bounces.original()
        user = self.user("named", original, folder="Outbox",
                         script=script('bouncemark :mailbox "Outbox";'))
        self.deliver(bounces.report(original), user)
        self.assertEqual(self.marks(user, "Outbox"), [[UNKNOWN, "$Bounced"]])
        self.server.set_script(user,
                               script('bouncemark :mailbox "Nowhere/x";'))
        self.deliver(bounces.report(original), user)
        self.assertEqual(self.bounces(user), 2)
        self.assertEqual(self.server.log_lines("Warning"), [])

    def test_other_kinds(self):
        """Nothing but a bounce marks anything."""
        original = bounces.original()
        user = self.user("kinds", original, script=(
            'require "vnd.bouncecause"; bouncemark;'))
        report = bounces.report(original)
        for data in (
                bounces.report(original, action="delivered", status="2.0.0",
                               reply="250 2.0.0 OK"),
                mails.forward_attached(report, "bob@example.net", user),
                mails.load(mails.TABLE / "ordinary.eml"), original):
            self.check(user, data)

    def test_not_there(self):
        user = self.user("elsewhere", bounces.original())
        self.check(user, bounces.report(bounces.original()))
        self.assertEqual(self.bounces(user), 1)
        self.assertEqual(self.cannot(user), [])

    def test_sieve_test(self):
        """Only printed, and the trace says what was found."""
        original = bounces.original("bob@example.net, carol@example.net")
        user = self.user("prints", original)
        mail = self.server.dir / "report.eml"
        path = self.server.home(user) / "sieve/main.sieve"
        for sent, words in (
                (original, ("mark returned message in mailbox `Sent', UID 1: "
                            "$BouncedPartly $BounceUserUnknown",
                            "returned message is in mailbox `Sent', UID 1; "
                            "it has 2 recipient(s)")),
                (bounces.original(), ("returned message is not in Sent; "
                                      "nothing is marked",))):
            mail.write_bytes(bounces.report(sent))
            done = self.server.run("sieve-test", "-u", user, "-t", "-",
                                   "-T", "level=tests", path, mail)
            for word in words:
                self.assertIn(word, done.stdout.decode())
        self.assertEqual(self.marks(user), [[]])

    def test_failing_script(self):
        """Whose result is given up does not mark: the report is kept by the
        implicit keep, as if there had been no script."""
        original = bounces.original()
        user = self.user("fails", original, script="""\
require ["vnd.bouncecause", "fileinto"];
bouncemark;
fileinto "Nowhere";
""")
        self.check(user, bounces.report(original))
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails()), 1)


class Formats(MarkTest):
    options = {
        "config": SENT_MAILBOXES + "protocol imap {\n"
                                "  mail_plugins = imap_sieve\n}\n",
        "settings": {
            "sieve_plugins": "sieve_imapsieve sieve_bouncecause",
            "imapsieve_mailbox1_name": "Sort",
            "imapsieve_mailbox1_causes": "COPY APPEND",
            "imapsieve_mailbox1_before": "file:{dir}/sieve/mark.sieve",
            "imapsieve_mailbox2_name": "Sent",
            "imapsieve_mailbox2_causes": "APPEND",
            "imapsieve_mailbox2_before": "file:{dir}/sieve/mark.sieve"}}
    kinds = ("maildir", "sdbox", "mdbox", "mbox")

    def setUp(self):
        path = self.server.dir / "sieve/mark.sieve"
        path.write_text('require "vnd.bouncecause"; bouncemark;\n')
        self.server.run("sievec", path)

    def each(self, name):
        for kind in self.kinds:
            with self.subTest(kind):
                original = bounces.original()
                yield original, self.user(name + kind, original,
                                          mail=f"{kind}:~/{kind}")

    def test_lmtp(self):
        for original, user in self.each("lmtp"):
            self.check(user, bounces.report(original), UNKNOWN, "$Bounced")

    def test_imapsieve(self):
        """Somebody drops the report into a folder."""
        for original, user in self.each("drop"):
            with Imap(self.server, user) as imap:
                imap.ask("create", "Sort")
                imap.append(bounces.report(original), "Sort")
            self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"]])

    def test_imapsieve_sent(self):
        """The folder is Sent itself."""
        for original, user in self.each("same"):
            with Imap(self.server, user) as imap:
                imap.append(bounces.report(original), "Sent")
            self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"], []])
        self.assertEqual(self.server.log_lines("Error"), [])

    def test_sieve_filter(self):
        """Over a mailbox, and over Sent."""
        original = bounces.original(", ".join(SEVEN[:2]))
        user = self.user("filters", original)
        path = self.server.dir / "sieve/mark.sieve"
        with Imap(self.server, user) as imap:
            for address in SEVEN[:2]:
                imap.append(bounces.report(original, address))
        self.server.run("sieve-filter", "-u", user, "-e", "-W", path, "INBOX")
        self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"]])
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails()), 2)
            imap.ask("select", "Sent")
            imap.ask("store", "1", "FLAGS", "()")
            imap.ask("close")
            imap.copy_all("INBOX", "Sent")
        self.server.run("sieve-filter", "-u", user, "-e", "-W", path, "Sent")
        self.assertEqual(self.marks(user), [[UNKNOWN, "$Bounced"], [], []])


class Watcher:
    """A client that has a mailbox open and waits."""

    def __init__(self, server, user, folder, *commands):
        self.socket = socket.create_connection(
            ("127.0.0.1", server.imap_port), HANG_SECONDS)
        self.file = self.socket.makefile("rwb")
        self.until("* OK")
        for command in (f"LOGIN {user} secret", f'SELECT "{folder}"',
                        *commands):
            self.send(f"a {command}")
            self.until("a OK", "+ ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, line):
        self.file.write(line.encode() + b"\r\n")
        self.file.flush()

    def until(self, *starts):
        """The line that comes at last."""
        while line := self.file.readline().decode():
            if line.startswith(starts):
                return line.strip()
            if line.startswith("a "):
                raise Refused(line)
        raise Refused("connection closed")


class Seen(MarkTest):
    def test_idle(self):
        original = bounces.original()
        user = self.user("idles", original)
        with Watcher(self.server, user, "Sent", "IDLE") as watcher:
            self.deliver(bounces.report(original), user)
            line = watcher.until("* 1 FETCH")
        self.assertIn("$Bounced ", line)
        self.assertIn(UNKNOWN, line)

    def test_notify(self):
        """And by a client that has another mailbox open."""
        original = bounces.original()
        user = self.user("notifies", original)
        with Watcher(self.server, user, "INBOX", "ENABLE CONDSTORE",
                     "NOTIFY SET (PERSONAL (MessageNew MessageExpunge "
                     "FlagChange))") as watcher:
            self.deliver(bounces.report(original), user)
            line = watcher.until("* STATUS Sent")
        self.assertIn("HIGHESTMODSEQ", line)

    def test_noop(self):
        """And by one that asks now and then."""
        original = bounces.original()
        user = self.user("noops", original)
        with Watcher(self.server, user, "Sent") as watcher:
            self.deliver(bounces.report(original), user)
            watcher.send("a NOOP")
            line = watcher.until("* 1 FETCH")
        self.assertIn(UNKNOWN, line)


@unittest.skipIf(os.getuid() != 0, "mails belong to somebody else than us")
class Faults(MarkTest):
    """Whatever happens to Sent: the report is filed, one line tells."""

    options = {
        "settings": {
            "sieve_plugins": "sieve_extprograms sieve_bouncecause",
            "sieve_extensions": "+vnd.dovecot.execute",
            "sieve_execute_bin_dir": "{dir}/bin",
            "acl": "vfile"}}

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        cls.options = {"config": SENT_MAILBOXES + """\
mail_max_lock_timeout = 1 secs
protocol lmtp {
  mail_plugins = sieve acl quota
}
""" + QUOTA[dialect.installed().VERSION], **cls.options}
        super().setUpClass()

    def user(self, name, *sent, **more):
        user = super().user(name, *sent, **more)
        self.folder = self.server.home(user) / "Maildir/.Sent"
        return user

    def check_fault(self, user, original, word, marks=()):
        """It is filed, one line has that word, and these keywords are set."""
        self.deliver(bounces.report(original), user)
        self.assertEqual(self.bounces(user), 1)
        lines = self.cannot(user)
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(word, lines[0])
        if marks is not None:
            self.assertEqual(self.marks(user), [sorted(marks)])

    def test_locked(self):
        original = bounces.original()
        user = self.user("locked", original)
        with (self.folder / "dovecot.index.log").open("r+b") as log:
            fcntl.lockf(log, fcntl.LOCK_EX)
            self.check_fault(user, original, "lock", None)
        self.check(user, bounces.report(original), UNKNOWN, "$Bounced")

    def test_read_only(self):
        """All of it: files and folders belong to somebody else."""
        original = bounces.original()
        user = self.user("readonly", original)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, 0, 0)
            path.chmod(path.stat().st_mode | 0o444)
        self.folder.chmod(0o755)
        for name in ("cur", "new", "tmp"):
            (self.folder / name).chmod(0o755)
        self.check_fault(user, original, "", None)
        self.server.own(self.folder)
        self.assertEqual(self.marks(user), [[]])

    def test_not_permitted(self):
        """Dovecot's ACL plugin ignores the change without a word."""
        for rights, word in (("lri", "not permitted"), ("lr", "read-only")):
            with self.subTest(rights):
                original = bounces.original()
                user = self.user("acl" + rights, original)
                (self.folder / "dovecot-acl").write_text(f"owner {rights}\n")
                self.server.own(self.folder)
                self.check_fault(user, original, word)

    def test_hidden(self):
        """Sent may not even be read."""
        original = bounces.original()
        user = self.user("hidden", original)
        (self.folder / "dovecot-acl").write_text("owner\n")
        self.server.own(self.folder)
        self.check(user, bounces.report(original))
        self.assertEqual(self.bounces(user), 1)

    def test_over_quota(self):
        """Keywords need no room."""
        original = bounces.original()
        user = self.user("quota", original)
        self.check(user, bounces.report(original), UNKNOWN, "$Bounced")
        self.assertEqual(self.bounces(user), 1)
        self.server.set_script(user, 'keep;')
        ((code, _),) = deliver(self.server, original, user)
        self.assertEqual(code, 552)

    def check_disk_full(self, name, *found):
        """Nothing can be added to Sent's log; messages that were found there
        after it was full are what synchronising would add."""
        original = bounces.original()
        user = self.user(name, original, script=script(
            'bouncemark ["' + "$" + "x" * 45 + '"];'))
        with Imap(self.server, user) as imap:
            imap.ask("select", "Sent")
            log = self.folder / "dovecot.index.log"
            keywords = " ".join(f"k{n}{'x' * 40}" for n in range(20))
            while log.stat().st_size < FULL_SIZE - 40:
                imap.ask("store", "1", "+FLAGS", f"({keywords})")
                imap.ask("store", "1", "-FLAGS", f"({keywords})")
        for number, message in enumerate(found):
            (self.folder / f"new/{number}.found").write_bytes(message)
        self.server.own(self.folder)
        self.server.run(LDA, "-d", user, "-f", "", file_size=FULL_SIZE,
                        input=bounces.report(original))
        self.assertEqual(self.bounces(user), 1)
        self.assertEqual(len(self.cannot(user)), 1)

    def test_disk_full(self):
        self.check_disk_full("full")

    def test_disk_full_sync(self):
        """It is synchronising that cannot be written, and not the mark."""
        self.check_disk_full("fullsync", bounces.original())

    def sent_files(self):
        return [*(self.folder / "cur").iterdir(),
                *(self.folder / "new").iterdir()]

    @header_cached
    def test_recipients_unreadable(self):
        """How many there are is not known: one that failed is not all."""
        original = bounces.original("bob@example.net")
        user = self.user("unread", original)
        # its Message-ID comes into the cache
        self.deliver(bounces.report(bounces.original()), user)
        (path,) = self.sent_files()
        path.chmod(0)
        self.deliver(bounces.report(original, "bob@example.net"), user)
        self.assertEqual(self.bounces(user), 2)
        (line,) = self.server.log_lines("sieve: ", f"({user})",
                                        "Recipients of the message")
        self.assertIn("Permission denied", line)
        (path,) = self.sent_files()
        path.chmod(0o600)
        self.assertEqual(self.marks(user), [[UNKNOWN, "$BouncedPartly"]])

    @header_cached
    def test_recipients_partly_known(self):
        """To is in the cache, and Cc cannot be read: nor is an address that
        nobody knows that of To, nor is it all of them."""
        for failed in ("bob@example.net", "target@example.org"):
            with self.subTest(failed):
                original = bounces.original("bob@example.net",
                                            cc="eve@example.net")
                user = self.user("cached-" + failed.partition("@")[0],
                                 original)
                # its Message-ID comes into the cache, and To
                self.deliver(bounces.report(bounces.original()), user)
                with Imap(self.server, user) as imap:
                    imap.ask("select", "Sent")
                    for _ in range(2):
                        imap.ask("fetch", "1",
                                 "(BODY.PEEK[HEADER.FIELDS (TO)])")
                (path,) = self.sent_files()
                path.chmod(0)
                self.deliver(bounces.report(original, failed), user)
                self.assertEqual(len(self.server.log_lines(
                    "sieve: ", f"({user})", "Recipients of the message")), 1)
                (path,) = self.sent_files()
                path.chmod(0o600)
                self.assertEqual(self.marks(user),
                                 [[UNKNOWN, "$BouncedPartly"]])
                # What this report said is remembered.
                self.check(user, bounces.report(original, "eve@example.net"),
                           UNKNOWN, "$Bounced" if failed in original.decode()
                           else "$BouncedPartly")

    def test_index_in_memory(self):
        """That is how it is configured: nothing is wrong."""
        original = bounces.original()
        user = self.user("inmemory", original,
                         mail="maildir:~/Maildir:INDEX=MEMORY")
        self.check(user, bounces.report(original), UNKNOWN, "$Bounced")
        self.assertEqual(self.cannot(user), [])

    def test_gone(self):
        """The mail, or all of Sent, goes between the search and the mark."""
        for name, word in (("mail", "no longer there"), ("sent", "")):
            with self.subTest(name):
                original = bounces.original()
                user = self.user("gone" + name, original)
                path = self.folder if name == "sent" else next(
                    self.folder.glob("*/*M*P*"))
                self.program("gone", f"rm -r {path}")
                self.server.set_script(user, SCRIPT.replace(
                    "bouncemark;", 'bouncemark; execute "gone";').replace(
                    "require [", 'require ["vnd.dovecot.execute", '))
                self.deliver(bounces.report(original), user)
                self.assertEqual(self.bounces(user), 1)
                lines = self.cannot(user)
                self.assertEqual(len(lines), 1)
                self.assertIn(word, lines[0])

    def program(self, name, command):
        folder = self.server.dir / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{command}\n")
        (folder / name).chmod(0o755)

    def test_keyword(self):
        """Too long for Dovecot: the others are set."""
        original = bounces.original()
        user = self.user("long", original, script=script(
            f'bouncemark ["{"x" * 60}", "$Mine"];'))
        self.check_fault(user, original, "x" * 60, [UNKNOWN, "$Mine"])

    def test_memory(self):
        """What earlier reports said cannot be kept."""
        original = bounces.original("bob@example.net, carol@example.net")
        user = self.user("memory", original)
        (self.server.home(user) / ".dovecot.bouncemark.locks").write_text("")
        for count, address in enumerate(("bob", "carol"), 1):
            self.check(user, bounces.report(original,
                                            f"{address}@example.net"),
                       UNKNOWN, "$BouncedPartly")
            self.assertEqual(len(self.server.log_lines(
                "earlier reports are not known")), count)
        self.assertEqual(self.bounces(user), 2)
