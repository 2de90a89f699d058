#!/usr/bin/env python3
"""The main job, to be seen: bounces come in at a private Dovecot, are
classified, filed, annotated and answered. See ./bootstrap."""

import argparse
import pathlib
import re
import subprocess
import sys

import bounces
import console
import dialect
import mails
from clients import Imap, ManageSieve, deliver
from server import Dovecot
from sink import Sink
from testcase import SENT

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "example-config"
SCRIPTS = EXAMPLES / "sieve"

# The author of all the mails that came back, who reads Chinese; a colleague
# who gets a copy of all that and reads English; and the helpdesk.
AUTHOR = "li.wei@example.com"
COLLEAGUE = "mary.west@example.com"
HELPDESK = "helpdesk@example.com"
# Somebody who wants to read what came back, not to filter it; and the mailbox to
# which the bounces of a newsletter go, with the author of it.
READER = "paula.ross@example.com"
NEWSLETTER = "bounces@example.com"
EDITOR = "news@example.com"
LANGUAGES = {AUTHOR: "zh-CN", COLLEAGUE: "en"}

# The bounce that is passed on to the helpdesk
PUZZLING = "10-qqmail.eml"


class Demo:
    def __init__(self, builddir):
        self.wrong = []
        self.sink = Sink()
        self.server = Dovecot(
            builddir, smtp_port=self.sink.port,
            include=[EXAMPLES / dialect.installed().EXAMPLE],
            global_scripts=[SCRIPTS / "global-before.sieve"],
            config=SENT,
            settings={"sieve_before": "{dir}/sieve/global-before.sieve",
                      "sieve_bouncecause_own_hosts": "out.example.com",
                      "sieve_bouncecause_support": HELPDESK})

    # What it should be; differences are told in the end.
    def expect(self, what, found, wanted):
        self.require(f"{what}: {found!r}, expected {wanted!r}",
                     found == wanted)

    def require(self, claim, holds):
        if not holds:
            self.wrong.append(claim)

    def set_up(self):
        server = self.server
        step("A private Dovecot with the plugin and example-config/")
        print(f"""\
    LMTP 127.0.0.1:{server.lmtp_port}, IMAP 127.0.0.1:{server.imap_port}, \
ManageSieve 127.0.0.1:{server.sieve_port}, all in {server.dir}
    Everybody's mail goes through global-before.sieve first.""")
        for user, language in LANGUAGES.items():
            server.add_user(user, sieve_bouncecause_language=language)
            self.upload(user, "file-by-cause.sieve")
        for user, script in ((HELPDESK, "helpdesk.sieve"),
                             (READER, "personal.sieve"),
                             (NEWSLETTER, "newsletter.sieve")):
            server.add_user(user)
            self.upload(user, script)

    def upload(self, user, name):
        with ManageSieve(self.server, user) as sieve:
            self.require("ManageSieve lists vnd.bouncecause",
                         "vnd.bouncecause" in sieve.extensions())
            sieve.put("main", (SCRIPTS / name).read_text())
            sieve.activate("main")
        language = LANGUAGES.get(user, "auto")
        print(f"    {user} uploads {name} (language: {language})")

    def deliver(self, data, *recipients, sender=""):
        for reply in deliver(self.server, data, *recipients, sender=sender):
            self.expect("LMTP reply", reply[0], 250)

    def bounces(self):
        """A report of each row of the table."""
        expected = mails.table()
        step(f"{len(expected)} reports come in by LMTP, for {AUTHOR} and "
             f"{COLLEAGUE}")
        for sample in expected:
            self.deliver(sample.load(), AUTHOR, COLLEAGUE)
            print(f"    {sample.system}")

        step("What IMAP finds in the mailbox")
        found = {user: self.stored(user, expected) for user in LANGUAGES}
        console.table(
            ["row", "came in from", "cause", "severity", "failed recipient",
             "folder", "flags"],
            [self.check(sample, found[AUTHOR].get(sample.file))
             for sample in expected])

        step("What the two are told (header fields X-Bounce-...)")
        for sample in expected:
            self.advice(sample, found)

    def stored(self, user, expected):
        """The stored message of each sample, known by its body."""
        with Imap(self.server, user) as imap:
            stored = {mails.body(mail.data): mail
                      for mail in imap.all_mails()}
        return {sample.file: stored[mails.body(sample.load())]
                for sample in expected
                if mails.body(sample.load()) in stored}

    def check(self, sample, mail):
        """One stored report against what it should be; a table row."""
        if mail is None:
            self.require(f"{sample.file} is stored", False)
            return [sample.row, sample.system, "-", "-", "-", "-", "-"]
        for field, wanted in (("Kind", sample.kind), ("Cause", sample.cause),
                              ("Severity", sample.severity),
                              ("Recipient", sample.recipients)):
            self.expect(f"{sample.file}: {field}",
                        mail.header(f"X-Bounce-{field}"), wanted)
        self.expect(f"{sample.file}: folder", mail.folder,
                    f"Bounces/{sample.cause}")
        self.expect(f"{sample.file}: flags", mail.keywords(),
                    [sample.keyword])
        recipients = mail.header("X-Bounce-Recipient").split(", ")
        more = len(recipients) - 1
        return [sample.row, sample.system, mail.header("X-Bounce-Cause"),
                mail.header("X-Bounce-Severity"),
                recipients[0] + (f" +{more}" if more else ""),
                mail.folder, " ".join(mail.keywords())]

    def advice(self, sample, found):
        title = f"{sample.row:>4}  {sample.cause}"
        print(console.bold(title))
        for user, language in LANGUAGES.items():
            mail = found[user].get(sample.file)
            if mail is None:
                continue
            advice = mail.header("X-Bounce-Advice")
            chinese = bool(re.search("[\u4e00-\u9fff]", advice))
            self.require(f"{sample.file}: advice in {language}",
                         advice != "" and chinese == (language == "zh-CN"))
            console.paragraph(language, advice, indent=6)

    def helpdesk(self):
        """A forwarded bounce is answered."""
        sample = next(sample for sample in mails.table()
                      if sample.file == PUZZLING)
        step(f"{AUTHOR} forwards the bounce from {sample.system} to "
             f"{HELPDESK}")
        self.deliver(mails.forward_attached(sample.load(), AUTHOR, HELPDESK),
                     HELPDESK, sender=AUTHOR)
        answers = self.sink.wait(1)
        self.expect("answers at the SMTP sink", len(answers), 1)
        for answer in answers[:1]:
            self.expect("the answer goes to", answer.recipients, [AUTHOR])
            text = answer.text()
            self.require("the answer names the recipient",
                         sample.recipients in text)
            print("    The answer that reached the SMTP sink:\n")
            for name in ("From", "To", "Subject", "Auto-Submitted"):
                print(f"    | {name}: {answer.message[name]}")
            print("    |")
            show(text)
        with Imap(self.server, HELPDESK) as imap:
            folders = [mail.folder for mail in imap.all_mails()]
        self.expect("the question is filed in", folders,
                    [f"Answered/{sample.cause}"])
        print(f"\n    The question is filed in {', '.join(folders)}.")

    def reader(self):
        """A report becomes a page that can be read; the mail that came back is
        marked in Sent."""
        step(f"{READER} wrote to three people; one of them did not get it")
        original = bounces.original(
            "ann@example.net, bob.hill@example.net, eve@example.net",
            author=READER)
        with Imap(self.server, READER) as imap:
            imap.append(original, "Sent")
        self.deliver(bounces.report(original, "bob.hill@example.net"), READER)
        with Imap(self.server, READER) as imap:
            (mail,) = imap.mails("Bounces")
            (sent,) = imap.mails("Sent")
        text = mails.text_of(mail.data)
        self.require("the page names who was not reached",
                     "bob.hill@example.net" in text)
        self.require("the page says how many failed", "1 of 3" in text)
        self.expect("flags of the mail in Sent", sent.keywords(),
                    ["$BounceUserUnknown", "$BouncedPartly"])
        print("    What the mail program shows, as text (the HTML of it: "
              "bouncecause page --html FILE):\n")
        show(f"Subject: {mail.header('Subject')}\n\n{text}")
        print("\n    The report is enclosed as it came. The mail in Sent has "
              f"the flags {' '.join(sent.keywords())}.")

    def newsletter(self):
        """The author of a mailing is told, once."""
        step(f"Two readers of a mailing are gone; {NEWSLETTER} hears of it")
        for reader in ("reader1@example.net", "reader2@example.net"):
            self.deliver(bounces.report(bounces.original(
                reader, "<mailing@example.com>", EDITOR,
                "Received: from pc.example.com by out.example.com with"
                " ESMTPSA id 1; Tue, 14 Oct 2025 09:12:42 +0800"),
                reader), NEWSLETTER)
        with Imap(self.server, NEWSLETTER) as imap:
            folders = [mail.folder for mail in imap.all_mails()]
        self.expect("the reports are filed in", folders,
                    ["Permanent/user-unknown"] * 2)
        told = [mail for mail in self.sink.wait(2)
                if mail.recipients == [EDITOR]]
        self.expect("advices to the author", len(told), 1)
        for advice in told:
            print(f"    {EDITOR} is told once, though two mails came back:\n")
            show("".join(f"{name}: {advice.message[name]}\n" for name in (
                "From", "To", "Subject", "In-Reply-To", "Auto-Submitted")))
        print(f"\n    The reports are filed in {folders[0]}.")

    def ordinary(self):
        """What is no bounce is left alone."""
        step("An ordinary mail")
        data = mails.load(mails.TABLE / "ordinary.eml")
        self.deliver(data, AUTHOR, sender="anna.berg@example.net")
        with Imap(self.server, AUTHOR) as imap:
            inbox = imap.mails()
        self.expect("mails in INBOX", len(inbox), 1)
        for mail in inbox:
            self.expect("flags of the ordinary mail", mail.keywords(), [])
            self.require("the ordinary mail is as it was",
                         mail.data.endswith(data))
            print(f"    “{mail.header('Subject')}” went to {mail.folder}, "
                  "unchanged.")

    def run(self):
        self.set_up()
        self.bounces()
        self.helpdesk()
        self.reader()
        self.newsletter()
        self.ordinary()
        errors = [line for line in self.server.log_lines("Error:")]
        errors += self.server.log_lines("Warning:")
        self.expect("errors and warnings in the log", errors, [])

    def leave_running(self):
        """Tell how to connect to the server and how to end it."""
        server = self.server
        replies = server.dir / "replies"
        replies.mkdir()
        port = self.sink.port
        self.sink.__exit__()
        sink = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("sink.py"),
             str(port), replies], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        stop = server.dir / "stop"
        stop.write_text(f"""\
#!/bin/sh
# Ends the demo's server and removes its directory.
kill {server.process.pid} {sink.pid}
sleep 1
rm -rf {server.dir}
""")
        step("The server stays")
        print(f"""\
    IMAP         127.0.0.1 port {server.imap_port}, no TLS
    LMTP         127.0.0.1 port {server.lmtp_port}
    ManageSieve  127.0.0.1 port {server.sieve_port}, no TLS
    users        {AUTHOR}, {COLLEAGUE}, {HELPDESK},
                 {READER}, {NEWSLETTER}; password: secret
    log          {server.dir}/dovecot.log
    answers      {replies}/
    e.g.         curl --user {AUTHOR}:secret \
'imap://127.0.0.1:{server.imap_port}/?'
    end it       sh {stop}""")


def show(text):
    """A mail's text, as it stands in it."""
    for line in text.rstrip().splitlines():
        for part in console.wrap(line, console.terminal_width() - 6) or [""]:
            print(f"    | {part}".rstrip())


def step(text):
    print(f"\n{console.bold('-- ' + text)}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--builddir", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--keep", action="store_true",
                        help="leave the server running")
    args = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)

    demo = Demo(args.builddir)
    kept = False
    with demo.sink:
        demo.server.start()
        try:
            demo.run()
            if args.keep:
                demo.leave_running()
                kept = True
        finally:
            if not kept:
                demo.server.stop()
    print()
    if demo.wrong:
        print(f"{len(demo.wrong)} things differ from what they should be:")
        for claim in demo.wrong:
            print(f"  {claim}")
        return 1
    print("Everything is as it should be.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
