"""Values of a report where scripts put them: header fields, mailbox names,
addresses, programs; and where we put them: pages, mails, the log, events.
doc/security.md says what is promised."""

import collections
import email
import email.policy
import html.parser
import json
import pathlib
import re
import unicodedata

import dialect
import mails
import nasty
from clients import Imap, deliver
from testcase import SRCDIR, DeliveryTest

# As doc/spec-bouncecause.txt and the source list them
VARIABLES = re.findall(r'(?:STRING|FUNC)\("(\w+)"', (
    SRCDIR / "src/sieve/bouncecause-values.c").read_text())
REPORTS = {name: nasty.report(value) for name, value in nasty.VALUES.items()}
# Those with nothing of the report in them
OURS = ("cause", "kind", "severity", "provider", "rule", "confidence", "fixer",
        "count", "retry", "retry_after", "keyword", "origin")
# What cannot be several levels of a mailbox name
HOSTS = ("domain", "remote_mta", "reporting_mta", "status", "code")

EXTENSIONS = ("vnd.bouncecause", "variables", "fileinto", "mailbox",
              "editheader", "vnd.dovecot.execute", "vnd.dovecot.pipe",
              "vnd.dovecot.filter", "copy", "vacation")
REQUIRE = "require [%s];\n" % ", ".join(f'"{name}"' for name in EXTENSIONS)

# Writes its arguments down, each ended by a NUL, and passes on what it reads.
PROGRAM = """#!/bin/sh
for argument in "$@"; do
    printf '%s\\0' "$argument"
done >"{dir}/out/$1"
exec /bin/cat
"""
EXPORTER = {
    "2.3": "  format_args = time-rfc3339\n  transport = log\n",
    "2.4": "  time_format = rfc3339\n  driver = log\n"}
EVENTS = """\
event_exporter told {
  format = json
%s}
metric told {
  exporter = told
  filter = event=bouncecause_*
  exporter_include = name fields
}
"""


def is_harmless(text):
    """No control characters, nothing that hides or turns text around"""
    return not [char for char in text
                if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
                # these make scripts and emoji what they are
                and char not in "\u200c\u200d"]


class InjectionTest(DeliveryTest):
    more_config = ""

    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        programs = {f"sieve_{name}_bin_dir": "{dir}/bin"
                    for name in ("execute", "pipe", "filter")}
        cls.options = {
            "settings": {
                "sieve_plugins": "sieve_bouncecause sieve_extprograms",
                "sieve_extensions": "+editheader +vnd.dovecot.execute"
                                    " +vnd.dovecot.pipe +vnd.dovecot.filter",
                **programs},
            # Dovecot follows whatever path a mailbox name makes
            "config": "mail_location = maildir:~/Maildir:LAYOUT=fs\n"
                      "mail_full_filesystem_access = yes\n"
                      + cls.more_config + EVENTS % EXPORTER[dialect.installed().VERSION]}
        super().setUpClass()
        cls.out = cls.server.dir / "out"
        cls.out.mkdir()
        cls.out.chmod(0o777)
        (cls.server.dir / "bin").mkdir()
        program = cls.server.dir / "bin/program"
        program.write_text(PROGRAM.replace("{dir}", str(cls.server.dir)))
        program.chmod(0o755)

    def user(self, name, script, **settings):
        user = f"{name}@example.com".lower()
        self.server.add_user(user, REQUIRE + script, **settings)
        return user

    def files(self, user):
        """Where the mails of a user are, as paths below their home"""
        home = self.server.home(user)
        return [path.relative_to(home) for path in home.rglob("*")
                if path.is_file() and path.parent.name in ("new", "cur")]

    def assert_nothing_ran(self):
        for place in (self.server.dir, pathlib.Path.cwd()):
            self.assertEqual([path for path in place.rglob("*")
                              if path.name.startswith("pwned")], [])
        self.assertFalse(pathlib.Path("/tmp/pwned").exists())


class Fields(InjectionTest):
    def test_addheader(self):
        """Each is one field, and the message goes on below as it was."""
        # The explanation has lines of its own, see below.
        variables = [name for name in VARIABLES if name != "explanation"]
        names = [f"X-V-{name.capitalize()}" for name in variables]
        user = self.user("fields", "".join(
            f'addheader "X-V-{name}" "<${{bouncecause.{name}}}>";\n'
            for name in reversed(variables)))
        for data in REPORTS.values():
            self.deliver(data, user)
        bodies = [mails.body(data) for data in REPORTS.values()]
        stored = self.stored(user)
        self.assertEqual(len(stored), len(REPORTS))
        for mail in stored:
            self.assertIn(mails.body(mail.data), bodies)
            fields = mail.message.keys()
            self.assertEqual(fields[:len(names)], names)
            self.assertEqual({"Bcc", "X-Evil"} & set(fields), set())
            for name in names:
                value = mail.header(name)
                self.assertEqual(value[:1] + value[-1:], "<>", value)
                self.assertTrue(is_harmless(value), ascii(value))

    def test_explanation(self):
        """It makes one field, or more than editheader takes: then the script
        ends there, and the mail is kept."""
        user = self.user("explanation",
                         'addheader "X-V" "${bouncecause.explanation}";'
                         'fileinto :create "Bounces";')
        for data in REPORTS.values():
            self.deliver(data, user)
        stored = self.stored(user)
        self.assertEqual(len(stored), len(REPORTS))
        for mail in stored:
            self.assertEqual(mail.folder == "Bounces", "X-V" in mail.message)
            self.assertEqual({"Bcc", "X-Evil"} & set(mail.message), set())
        self.assertGreater(sum("X-V" in mail.message for mail in stored),
                           len(REPORTS) // 2)


class Folders(InjectionTest):
    def test_fileinto(self):
        """No value leads out of the folder that the script names."""
        names = [name for name in VARIABLES if name not in OURS]
        users = [self.user(f"into-{name}", 'fileinto :create "Bounces/'
                           f'${{bouncecause.{name}}}";\n')
                 for name in names]
        before = self.places()
        for data in REPORTS.values():
            self.assertEqual([code for code, _ in deliver(
                self.server, data, *users)], [250] * len(users))
        deepest = collections.Counter()
        for name, user in zip(names, users):
            files = self.files(user)
            self.assertEqual(len(files), len(REPORTS), name)
            for path in files:
                folder = str(path.parent.parent)
                # the INBOX, where no such folder can be made
                if folder != "Maildir":
                    self.assertRegex(folder, r"^Maildir/Bounces/[ -~]+$")
                    deepest[name] = max(deepest[name], len(path.parts) - 4)
        self.assertEqual(self.places(), before)
        # a host is one level of the hierarchy, whatever it is called
        self.assertEqual({name: deepest[name] for name in HOSTS},
                         {name: 1 for name in HOSTS})
        self.assertGreater(deepest["recipient"], 1)

    def places(self):
        """All directories that are not of a mailbox"""
        return {path for path in self.server.dir.rglob("*") if path.is_dir()
                and self.server.dir / "home" not in path.parents
                and self.server.dir / "run" not in path.parents}


class Addresses(InjectionTest):
    NAMES = ("recipient", "recipients", "original_recipient", "original_from",
             "original_to", "diagnostic", "suggestion")
    # one address, and nothing that SMTP would take for more
    ADDRESS = re.compile(r'("[^"]*"|[^ <>"]+)@[^ <>"]+')

    def sent(self, before):
        return self.sink.mails[before:]

    def test_redirect(self):
        """To one address, or the mail is kept."""
        users = [self.user(f"to-{name}", f'redirect "${{bouncecause.{name}}}";')
                 for name in self.NAMES]
        before = len(self.sink.mails)
        for data in REPORTS.values():
            deliver(self.server, data, *users)
        sent = self.sent(before)
        for mail in sent:
            self.assertEqual(len(mail.recipients), 1)
            self.assertTrue(self.ADDRESS.fullmatch(mail.recipients[0]))
            self.assertEqual({"Bcc", "X-Evil"} & set(mail.message), set())
        kept = sum(len(self.files(user)) for user in users)
        self.assertGreater(kept, 0)
        self.assertEqual(len(sent) + kept, len(REPORTS) * len(users))

    def test_vacation(self):
        """An answer goes to who has written, with the fields it should have."""
        user = self.user("answers", """
            vacation :handle "${bouncecause.original_message_id}"
                :subject "${bouncecause.original_subject}"
                "${bouncecause.diagnostic} ${bouncecause.explanation}";
            """)
        senders = []
        before = len(self.sink.mails)
        for number, data in enumerate(REPORTS.values()):
            senders.append(f"bob{number}@example.org")
            self.deliver(nasty.attached(data, senders[-1], user), user,
                         sender=senders[-1])
        sent = self.sent(before)
        self.assertEqual(sorted(mail.recipients for mail in sent),
                         sorted([sender] for sender in senders))
        for mail in sent:
            self.assertEqual(mail.message.defects, [])
            self.assertEqual({"Bcc", "X-Evil"} & set(mail.message), set())
            self.assertEqual(len(mail.message.get_all("Subject")), 1)
            self.assertTrue(is_harmless(
                mail.message["Subject"].replace("\t", " ")))

    def test_bounceadvise(self):
        """It goes to the owner, or to nobody."""
        user = self.user("advised", """
            bounceadvise :subject "${bouncecause.original_subject}"
                :handle "${bouncecause.original_subject}";
            bounceadvise :handle "from" :from "${bouncecause.original_from}";
            bounceadvise :to "${bouncecause.original_from}";
            bounceadvise :to "${bouncecause.recipient}";
            """, sieve_bouncecause_advise_limit=90)
        before = len(self.sink.mails)
        for data in REPORTS.values():
            self.deliver(data, user)
        sent = self.sent(before)
        # and one of the handle "from", where that is an address
        self.assertEqual(len(sent), len(REPORTS) + 1)
        for mail in sent:
            self.assertEqual(mail.recipients, [user])
            self.assertEqual({"Bcc", "X-Evil"} & set(mail.message), set())
            for field in ("Subject", "From", "To", "Auto-Submitted"):
                self.assertEqual(len(mail.message.get_all(field)), 1, field)
            for part in mail.message.walk():
                self.assertEqual(part.defects, [])
            self.assertTrue(is_harmless(mail.message["Subject"]))


class Programs(InjectionTest):
    """sieve_extprograms: pipe, filter and execute"""

    def test_arguments(self):
        """Each value is one argument, as it is; no shell sees it."""
        short = [name for name in VARIABLES if name != "explanation"]
        values = ", ".join(f'"${{bouncecause.{name}}}"' for name in short)
        user = self.user("programs", f"""
            execute :pipe "program" ["execute", "--", {values}];
            pipe :copy "program" ["pipe", "--", {values}];
            filter "program" ["filter", "--", {values}];
            """)
        for name, data in REPORTS.items():
            with self.subTest(name):
                self.deliver(data, user)
                given = [self.arguments(program)
                         for program in ("execute", "filter", "pipe")]
                self.check(nasty.VALUES[name], short, given)
        self.assertEqual(len(self.files(user)), len(REPORTS))
        self.assert_nothing_ran()

    def arguments(self, program):
        path = self.out / program
        *found, rest = path.read_bytes().split(b"\0")
        path.unlink()
        self.assertEqual(rest, b"")
        self.assertEqual(found[:2], [program.encode(), b"--"])
        return [value.decode() for value in found[2:]]

    def check(self, value, names, given):
        self.assertEqual(given[0], given[1])
        self.assertEqual(given[0], given[2])
        self.assertEqual(len(given[0]), len(names))
        for argument in given[0]:
            self.assertTrue(is_harmless(argument), ascii(argument))
            self.assertLessEqual(len(argument.encode()), 1000)
        found = dict(zip(names, given[0]))
        self.assertEqual(found["cause"], "user-unknown")
        plain = b" ".join(value.split())
        if (plain.isascii() and plain.decode().isprintable()
                and len(plain) < 900):
            # "." and ".." alone name folders; see doc/security.md
            self.assertEqual(found["diagnostic"], "550 5.1.1 User unknown "
                             + re.sub(r"(?<![^/])\.\.?(?![^/])",
                                      lambda dots: "_" * len(dots.group()),
                                      "x" + plain.decode())[1:])

    def test_lines(self):
        """The explanation has lines: Pigeonhole takes no such argument, and
        the mail is kept."""
        user = self.user("lines", 'execute "program" ["lines",'
                         ' "${bouncecause.explanation}"]; discard;')
        self.deliver(REPORTS["shell"], user)
        self.assertEqual(len(self.files(user)), 1)
        self.assertFalse((self.out / "lines").exists())

    def test_option(self):
        """A value may look like an option: "--" in front is the script's."""
        user = self.user("option", 'execute "program" ["option",'
                         ' "${bouncecause.original_recipient}"];')
        self.deliver(REPORTS["option"], user)
        self.assertEqual((self.out / "option").read_bytes(),
                         b"option\0-oQ/tmp/pwned\0")


class Page(html.parser.HTMLParser):
    """What a page is made of: its tags with their attributes, and its text"""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = set(), ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        # styles differ by what there is to show
        self.tags.add((tag, *(pair for pair in attributes
                              if pair[0] != "style")))
        for name, value in attributes:
            assert name != "style" or not re.search(r"(?i)url|import|\\", value)

    def handle_data(self, data):
        self.text += data

    def handle_decl(self, decl):
        self.tags.add(decl)

    def handle_comment(self, data):
        self.tags.add("comment")

    handle_pi = unknown_decl = handle_comment


class Pages(InjectionTest):
    def explain(self, user, data):
        self.deliver(data, user)
        mail = self.stored(user)[-1]
        message = email.message_from_bytes(mail.data,
                                           policy=email.policy.default)
        self.assertEqual({"Bcc", "X-Evil"} & set(message), set())
        for part in message.walk():
            if part.get_content_type() == "message/rfc822":
                break
            self.assertEqual(part.defects, [])
        alternative, report = message.iter_parts()
        self.assertEqual(report.get_content_type(), "message/rfc822")
        plain, page = (part.get_content()
                       for part in alternative.iter_parts())
        self.assertTrue(is_harmless(message["Subject"]))
        return plain, page

    def test_bounceexplain(self):
        """A page has the tags that a page has, whatever is in the report."""
        text = 'bounceexplain :language "en"'
        usual = Page(self.explain(self.user("usual", text + ";"),
                                  nasty.report(b"usual"))[1]).tags
        self.assertGreater(len(usual), 10)
        user = self.user("explained", text
                         + ' :subject "${bouncecause.original_subject}";')
        for name, data in REPORTS.items():
            with self.subTest(name):
                # all in one folder: the newest is the last
                plain, page = self.explain(user, data)
                made = Page(page)
                self.assertEqual(made.tags - usual, set())
                for shown in (plain, made.text):
                    self.assertTrue(is_harmless(
                        shown.replace("\r\n", "").replace("\n", "")))
                if name == "html":
                    self.assertIn("<script>alert(1)</script>", made.text)
                    self.assertNotIn("<script", page)


class Log(InjectionTest):
    """Lines of the log, and events, are one line each and show nothing else."""

    more_config = "log_debug = category=bouncecause\n"
    # not those of the message as such
    FIELDS = ("kind", "cause", "severity", "status", "code", "remote_mta",
              "provider", "rule", "confidence", "recipient", "rules")

    def test_lines(self):
        user = self.user("logged", """
            if bouncecause { bouncemark; bounceexplain;
                bounceadvise :subject "${bouncecause.original_subject}"; }
            """, sieve_bouncecause_advise_limit=90)
        for data in REPORTS.values():
            self.deliver(data, user)
        log = (self.server.dir / "dovecot.log").read_bytes()
        lines = log.decode().split("\n")
        self.assertEqual(lines.pop(), "")
        for line in lines:
            self.assertRegex(line, r"^\w{3} \d\d \d\d:\d\d:\d\d \w")
        ours = [line for line in lines if "bouncecause: " in line]
        for line in ours:
            self.assertTrue(is_harmless(line), ascii(line))
        for level, count in (("Info", len(REPORTS)), ("Debug", len(REPORTS)),
                             ("failure: user-unknown", len(REPORTS))):
            self.assertGreaterEqual(
                len([line for line in ours if level in line]), count)

    def test_events(self):
        user = self.user("told", "if bouncecause { keep; }")
        for data in REPORTS.values():
            self.deliver(data, user)
        self.server.wait_for_log('"bouncecause_classified"', len(REPORTS))
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails()), len(REPORTS))
        for line in self.server.log().split("\n"):
            if '"bouncecause_classified"' not in line:
                continue
            event = json.loads(line[line.index("{"):])
            self.assertEqual(event["fields"]["cause"], "user-unknown")
            for name in self.FIELDS:
                value = event["fields"].get(name, "")
                self.assertTrue(is_harmless(value), ascii(value))
