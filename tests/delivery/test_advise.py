"""bounceadvise: to whom it writes and to whom not, how often, and that no loop
comes of it. What the mail is made of is in test_advise_mail.py, what happens
where it cannot be sent in test_advise_faults.py."""

import mails
from advising import (FILE, FOREIGN, OWN, REQUIRE, SENT, SHARED, AdviseTest,
                      report)
from clients import Imap
from limits import LIMITS
from testcase import AUTHOR


class Owner(AdviseTest):
    def test_kinds(self):
        """Failures and delays, whatever wrote the report; nothing else."""
        user = self.user()
        for sample in mails.table():
            with self.subTest(sample.file):
                user = self.user()
                sent, lines = self.advise(user, sample.load())
                self.assertEqual([mail.recipients for mail in sent], [[user]],
                                 lines)
        for name, data in (
                ("ordinary", mails.load(mails.TABLE / "ordinary.eml")),
                ("success", report(action="relayed")),
                ("forwarded", mails.forward_attached(
                    report(), AUTHOR, user))):
            with self.subTest(name):
                self.assertEqual(self.advise(self.user(), data), ([], []))

    def test_forwarded(self):
        script = REQUIRE + "bounceadvise :forwarded;\n" + FILE
        data = mails.forward_attached(report(), AUTHOR, "x@example.com")
        user = self.user(script)
        mail = self.sent(user, user, data)
        self.assertIn("gone@example.net", mail.text())
        self.assertEqual(self.advise(self.user(script), report()),
                         ([], []))

    def test_any_origin(self):
        """To the owner goes what is said to be about a mail of theirs."""
        user = self.user(**OWN)
        self.sent(user, user, report(received=FOREIGN))

    def test_own_address(self):
        """sieve_user_email is the owner's address, and so is the one that the
        report came to."""
        user = self.user(sieve_user_email="boss@example.org")
        self.sent(user, "boss@example.org", report())
        user = self.user(SHARED, sieve_user_email="boss@example.org")
        self.sent(user, user, report(author=user))
        self.sent(user, "Boss@example.org",
                  report(author="Boss@example.org"))

    def test_values(self):
        """What only a run can find out: nothing is sent, the script goes
        on."""
        for name, value in (
                (":to", "${bouncecause.title}"), (":to", ""),
                (":to", "a@example.com, b@example.com"),
                (":to", "j\u00fcrgen@example.com"),
                (":to", f"{'a' * 250}@example.com"),
                (":from", "nobody"), (":language", "tlh")):
            script = (REQUIRE + f'set "v" "{value}";\n'
                      f'bounceadvise {name} "${{v}}";\n' + FILE)
            with self.subTest(f"{name} {value}"):
                user = self.user(script)
                self.refused(user, f"the script's {name} is invalid",
                             report())
                self.assertEqual(self.only(user).folder, "Bounces")
                log = self.server.home(user) / ".dovecot.sieve.log"
                self.assertIn(f"specified {name}", log.read_text())

    def test_long_address(self):
        """One that is as long as an address may be, and a longer one"""
        for more in (0, 1):
            size = LIMITS["ADDRESS_SIZE"] + more
            address = f"{'a' * (size - len('@example.com'))}@example.com"
            user = self.user(REQUIRE + f'set "v" "{address}";\n'
                             f'bounceadvise :from "${{v}}";\n' + FILE)
            if more == 0:
                self.assertIn(address.encode(),
                              self.sent(user, user, report()).data)
            else:
                self.refused(user, "the script's :from is invalid", report())

    def test_too_many_actions(self):
        """The bounce is filed all the same."""
        user = self.user(REQUIRE + FILE + "bounceadvise;\n",
                         sieve_max_actions="1")
        self.refused(user, "too many actions", report())
        self.assertEqual(self.only(user).folder, "Bounces")

    def test_twice_in_a_script(self):
        user = self.user(REQUIRE + "bounceadvise; bounceadvise;\n" + FILE)
        self.sent(user, user, report())


class Others(AdviseTest):
    """To somebody who is not the owner of the mailbox"""

    options = {"config": "namespace inbox {\n  mailbox Sent {\n"
                         "    special_use = \\Sent\n  }\n}\n"}

    def test_sent(self):
        """The mail is in the owner's Sent mailbox."""
        user = self.user(SHARED)
        with Imap(self.server, user) as imap:
            imap.ask("create", "Sent")
            imap.append(mails.crlf(
                b"From: li.wei@example.com\nTo: gone@example.net\n"
                b"Subject: A question\nMessage-ID: <question@example.com>\n"
                b"\nHello\n"), "Sent")
        self.sent(user, AUTHOR, report(received=None))

    def test_own(self):
        """The mail has left through a host of ours."""
        self.sent(self.user(SHARED, **OWN), AUTHOR, report())

    def test_foreign(self):
        user = self.user(SHARED, **OWN)
        self.refused(user, "origin of the returned message is foreign",
                     report(received=FOREIGN))

    def test_unknown(self):
        user = self.user(REQUIRE + f'bounceadvise :to "{AUTHOR}";\n', **OWN)
        self.refused(user, "origin of the returned message is unknown",
                     report(returned=False))

    def test_forwarded_origin(self):
        user = self.user(SHARED, **OWN)
        self.refused(user, "origin of the returned message is forwarded",
                     report(received=FOREIGN, fields=[
                         f"Delivered-To: {user}"]))

    def test_domains(self):
        own, below = "a@example.com", "a@eu.example.com"
        other, longer = "a@example.org", "a@badexample.com"
        for setting, good, bad in (
                (None, (own, "A@EXAMPLE.COM"), (below, other, longer)),
                ("example.com", (own,), (below, longer)),
                ("example.org", (other,), (own,)),
                ("Example.ORG,example.com", (other, own), (below,)),
                ("*.example.com", (below,), (own, longer)),
                (".example.com", (below, "a@b.eu.example.com"), (own,)),
                ("example.org.,*.example.com.", (other, below), (own,)),
                # Wrong ones count for nothing.
                ("*", (), (own, other)),
                ("*example.com,@example.com", (), (own, longer))):
            settings = {"sieve_bouncecause_advise_domains": setting} \
                if setting else {}
            for address in good + bad:
                user = self.user(SHARED, **OWN, **settings)
                data = report(author=address)
                with self.subTest(f"{setting}: {address}"):
                    if address in good:
                        local, _, domain = address.partition("@")
                        self.sent(user, f"{local}@{domain.lower()}", data)
                    else:
                        self.refused(user, "advise_domains", data)

    def test_system_addresses(self):
        user = self.user(SHARED, **OWN)
        for name in ("postmaster", "MAILER-DAEMON", "owner-list",
                     "list-request", "majordomo"):
            with self.subTest(name):
                self.refused(user, "it is a system address",
                             report(author=f"{name}@example.com"))

    def test_system_address_with_detail(self):
        user = self.user(SHARED, **OWN)
        for name in ("postmaster+x", "Mailer-Daemon+", "majordomo+a+b",
                     "list-request+x"):
            with self.subTest(name):
                self.refused(user, "it is a system address",
                             report(author=f"{name}@example.com"))
        for name in ("postmasters", "postmaster-x", "+postmaster",
                     "x+mailer-daemon", "list-requests"):
            with self.subTest(name):
                self.sent(user, f"{name}@example.com",
                          report(author=f"{name}@example.com"))

    def test_failed_recipient(self):
        user = self.user(SHARED, **OWN)
        self.refused(user, "an address that the report is about",
                     report("Li.Wei@example.com"))
        self.refused(user, "an address that the report is about",
                     report(original=AUTHOR))
        # Nor to an owner who has no room for it
        user = self.user()
        self.refused(user, "an address that the report is about",
                     report(user, author=user))

    def test_automatic(self):
        for name, value in (("Auto-Submitted", "auto-replied"),
                            ("Auto-Submitted", "auto-generated"),
                            ("Return-Path", "<>")):
            with self.subTest(f"{name}: {value}"):
                self.refused(self.user(), "sent automatically",
                             report(fields=[f"{name}: {value}"]))

    def test_addresses_in_the_log(self):
        for value, word in (("full", "<li.wei@example.com>"),
                            ("domain", "<@example.com>"), ("none", "")):
            settings = {**OWN, "sieve_bouncecause_log_addresses": value}
            with self.subTest(value):
                for data in (report(), report(received=FOREIGN)):
                    _, lines = self.advise(self.user(SHARED, **settings), data)
                    line = lines[0].partition("advice")[2]
                    self.assertIn(word, line)
                    self.assertEqual("li.wei" in line, value == "full")
                    self.assertEqual("@" in line, value != "none")

    def test_words_in_the_log(self):
        """What a server answers, and what a script gave for an address"""
        reply = ("550 5.1.1 <li.wei@example.com>: li.wei@example.com is not"
                 " li.wei@localhost; 'li.wei'@example.com")
        wrong = REQUIRE + 'set "to" "li.wei@secret@example.com";\n' \
            'bounceadvise :to "${to}";\n' + FILE
        self.addCleanup(self.sink.answers.clear)
        for value in ("full", "domain", "none"):
            settings = {**OWN, "sieve_bouncecause_log_addresses": value}
            with self.subTest(value):
                self.sink.answers["rcpt"] = reply
                _, lines = self.advise(self.user(SHARED, **settings),
                                       report())
                line = lines[0].partition("not sent: ")[2]
                self.assertIn("550 5.1.1", line)
                self.assertEqual("li.wei" in line, value == "full", line)
                self.assertEqual("<@example.com>" in line, value == "domain")
                if value == "none":
                    self.assertIn("<...>", line)
                    self.assertNotIn("@", line)
                self.sink.answers.clear()
                user = self.user(wrong, **settings)
                _, lines = self.advise(user, report())
                lines += self.server.log_lines(f"({user})",
                                               "nothing is sent")
                log = self.server.home(user) / ".dovecot.sieve.log"
                if log.exists():
                    lines.append(log.read_text())
                self.assertEqual("secret" in "".join(lines), value == "full",
                                 lines)


class HowOften(AdviseTest):
    def test_message(self):
        """Many dead addresses of one mailing give one advice."""
        user = self.user(SHARED, **OWN)
        sent, lines = self.advise(user, *(
            report(f"gone{number}@example.net") for number in range(50)))
        self.assertEqual(len(sent), 1)
        self.assertEqual(len([line for line in lines
                              if "it was sent before" in line]), 49)

    def test_other(self):
        """Another message, or another addressee, is another matter."""
        user = self.user(SHARED, **OWN)
        self.sent(user, AUTHOR, report())
        self.sent(user, AUTHOR, report(message_id="<2@example.com>"))
        self.sent(user, "b@example.com", report(author="b@example.com"))
        self.refused(user, "sent before", report())

    def test_handle(self):
        script = SHARED.replace("bounceadvise", 'bounceadvise :handle "news"')
        user = self.user(script, **OWN)
        self.sent(user, AUTHOR, report())
        self.refused(user, "sent before",
                     report(message_id="<2@example.com>"))
        self.sent(user, "b@example.com", report(author="b@example.com"))

    def test_no_message_id(self):
        """What is known of the message stands for its Message-ID."""
        user = self.user()
        self.sent(user, user, report(message_id=None))
        self.refused(user, "sent before", report(
            "b@example.net", message_id=None, to="gone@example.net"))
        self.sent(user, user, report(message_id=None, subject="Other"))
        self.sent(user, user, report(returned=False))
        self.refused(user, "sent before", report(returned=False))
        self.sent(user, user, report("b@example.net", returned=False))

    def test_limit(self):
        """Whatever they are about, and with whatever detail."""
        user = self.user(SHARED, sieve_bouncecause_advise_limit="3", **OWN)
        sent, lines = self.advise(user, *(
            report(author=f"li.wei+{number}@example.com",
                         message_id=f"<{number}@example.com>")
            for number in range(6)))
        self.assertEqual(len(sent), 3)
        self.assertEqual(len([line for line in lines
                              if "advise_limit is reached" in line]), 3)
        self.sent(user, "b@example.com", report(author="b@example.com"))

    def test_limit_of_all(self):
        """Of all addressees but the owner; what is refused is not counted."""
        limit = LIMITS["ADVISE_OTHERS_PER_DAY"]
        user = self.user(REQUIRE + f"""
            if header "x-to" "owner" {{ bounceadvise; }}
            else {{ bounceadvise :to "${{bouncecause.original_from}}"; }}
            """ + FILE, **OWN)
        self.sent(user, user, b"X-To: owner\r\n" + report())

        def reports(first, count):
            return [report(author=f"a{number}@example.com",
                           message_id=f"<{number}@example.com>")
                    for number in range(first, first + count)]
        # twice, and the second does not count
        sent, lines = self.advise(user, *reports(0, limit - 1),
                                  *reports(0, 2))
        self.assertEqual(len(sent), limit - 1, lines[-1])
        sent, lines = self.advise(user, *reports(limit, 3))
        self.assertEqual(len(sent), 1)
        why = f"{limit} were sent from this mailbox"
        self.assertEqual([why in line for line in lines],
                         [False, True, True])
        self.refused(user, "sent before", reports(0, 1)[0])
        self.sent(user, user, b"X-To: owner\r\n"
                  + report(message_id="<2@example.com>"))

    def test_at_the_same_time(self):
        """Deliveries that overlap count for each other."""
        user = self.user(sieve_bouncecause_advise_limit="3")
        before = len(self.sink.mails)
        self.deliver_together(
            [report(message_id=f"<same{number // 2}@example.com>")
             for number in range(16)], user)
        sent = self.sink.mails[before:]
        self.assertEqual(len(sent), 3)
        self.assertEqual(len({mail.message["References"]
                              for mail in sent}), 3)

    def test_limit_0(self):
        user = self.user(sieve_bouncecause_advise_limit="0")
        self.refused(user, "advise_limit is reached", report())

    def test_other_extensions(self):
        """What vacation, duplicate and redirect remember is not touched, nor
        does it touch what we do."""
        script = ('require "duplicate";\n' + REQUIRE
                  + 'if duplicate { fileinto :create "Twice"; }\n'
                  + 'redirect :copy "copy@example.com";\n'
                  + "bounceadvise;\n" + FILE)
        user = self.user(script)
        data = report()
        sent, _ = self.advise(user, data)
        self.assertEqual(sorted(mail.recipients[0] for mail in sent),
                         ["copy@example.com", user])
        before = len(self.sink.mails)
        self.deliver(data, user)
        self.assertEqual(len(self.sink.mails), before)
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails("Twice")), 1)


class Loops(AdviseTest):
    def bounce(self, mail, **keywords):
        """The report that a broken system sends about a mail, to whoever."""
        header, _, text = mail.data.decode().partition("\r\n\r\n")
        return report(mail.recipients[0], fields=[
            *header.split("\r\n"), "", text], message_id=None, **keywords)

    def test_advice_bounces(self):
        user = self.user()
        advice = self.sent(user, user, report())
        self.refused(user, "", self.bounce(advice))
        # And where the header is gone but for who it was
        self.refused(user, "is an advice itself", report(
            "b@example.net", message_id=advice.message["Message-ID"]))
        self.refused(user, "is an advice itself", report(
            "c@example.net",
            message_id=advice.message["Message-ID"].strip("<>")))

    def test_advice_arrives(self):
        """It is not taken for a report by those who get it."""
        user = self.user()
        advice = self.sent(user, user, report())
        for sender in ("", "postmaster@example.com"):
            before = len(self.lines())
            self.deliver(advice.data, user, sender=sender)
            self.assertEqual(len(self.lines()), before)
        with Imap(self.server, user) as imap:
            self.assertEqual(len(imap.mails("INBOX")), 2)

    def test_two_mailboxes(self):
        """Each is told to write to the other about all that it gets, and the
        mail system returns everything to both: it comes to an end at once."""
        settings = {**OWN, "sieve_bouncecause_advise_limit": "90"}
        one = self.user(name="one", **settings)
        two = self.user(REQUIRE + f'bounceadvise :to "{one}";\n' + FILE,
                        name="two", **settings)
        self.server.set_script(
            one, REQUIRE + f'bounceadvise :to "{two}";\n' + FILE)
        mail = report(author=one)
        sent, _ = self.advise(one, mail)
        self.assertEqual([mail.recipients for mail in sent], [[two]])
        turns = 0
        while sent and turns < 10:
            turns += 1
            again = []
            for advice in sent:
                for user in (one, two):
                    again += self.advise(user, advice.data,
                                         self.bounce(advice, author=user))[0]
            sent = again
        self.assertEqual(turns, 1)
