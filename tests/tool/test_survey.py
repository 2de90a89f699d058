"""bouncecause survey: counts, and dead addresses."""

import csv
import io
import os
import time

from toolcase import ORDINARY, ToolTest, report

UNKNOWN = "550 5.1.1 User unknown"
FULL = "552 5.2.2 Mailbox full"
SPAM = "554 5.7.1 Message rejected as spam"


def day(number, hour=10):
    """The Date field of a day in February 2016."""
    return f"{number:02} Feb 2016 {hour:02}:00:00 +0000"


class Counts(ToolTest):

    def setUp(self):
        super().setUp()
        mails = [report("a@example.net", UNKNOWN, day(2)),
                 report("b@example.net", UNKNOWN, day(3)),
                 report("c@example.org", FULL, day(4), status="5.2.2"),
                 report("d@example.org", "554 The moon is 7 in the 8th house",
                        day(5), status="5.0.0"),
                 report("e@example.org", "554 The moon is 9 in the 3rd house",
                        day(6), status="5.0.0"),
                 ORDINARY]
        for number, mail in enumerate(mails):
            self.write(f"d/{number}.eml", mail)
        self.box = self.dir / "d"

    def survey(self, *args):
        return self.good("survey", self.box, *args)

    def test_json(self):
        one, = self.survey("--format", "json").json()
        self.assertEqual((one["messages"], one["older"]), (6, 0))
        self.assertEqual({row["kind"]: row["count"] for row in one["kinds"]},
                         {"failure": 5, "none": 1})
        causes = {row["cause"]: row for row in one["causes"]}
        self.assertEqual(causes["user-unknown"]["count"], 2)
        self.assertEqual(causes["user-unknown"]["permanent"], 2)
        self.assertEqual(causes["user-unknown"]["first"], "2016-02-02")
        self.assertEqual(causes["user-unknown"]["last"], "2016-02-03")
        self.assertEqual({row["domain"]: row["count"]
                          for row in one["domains"]},
                         {"example.net": 2, "example.org": 3})
        self.assertEqual(sum(row["count"] for row in one["fixers"]), 5)
        self.assertEqual(sum(row["count"] for row in one["providers"]), 5)
        used = {row["rule"] for row in one["rules"]}
        self.assertTrue(one["unused_rules"])
        self.assertFalse(used & set(one["unused_rules"]))

    def test_unknown_wordings_are_grouped(self):
        one, = self.survey("--format", "json").json()
        wording, = one["wordings"]
        self.assertEqual(wording["wording"],
                         "554 The moon is # in the # house")
        self.assertEqual(wording["count"], 2)
        self.assertEqual(wording["file"], f"{self.box}/3.eml")

    def test_table(self):
        text = self.survey().text
        self.assertIn("6 messages\n", text)
        self.assertRegex(text, r"(?m)^ +2 +2 +0  2016-02-02  2016-02-03  "
                         r"user-unknown$")
        self.assertIn("rules never decided (--all shows them)", text)
        self.assertGreater(len(self.survey("--all").text), len(text))

    def test_one(self):
        text = self.good("survey", self.box / "0.eml").text
        self.assertTrue(text.startswith("1 message\n"), text)
        text = self.good("survey", "--since", "2016-02-03",
                         self.box / "0.eml", self.box / "1.eml").text
        self.assertTrue(text.startswith("1 message; 1 older one left out\n"),
                        text)

    def test_nothing(self):
        """What is empty holds no message; of no kind, either."""
        one, = self.good("survey", "-f", "json").json()
        self.assertEqual((one["messages"], one["kinds"]), (0, []))

    def test_csv(self):
        run = self.survey("--format", "csv")
        self.assertEqual(run.out.count(b"\n"), run.out.count(b"\r\n"))
        rows = list(csv.DictReader(io.StringIO(run.text, newline="")))
        self.assertEqual([row for row in rows if row["name"] == "user-unknown"],
                         [{"subject": "cause", "name": "user-unknown",
                           "count": "2", "permanent": "2", "temporary": "0",
                           "first": "2016-02-02", "last": "2016-02-03",
                           "file": f"{self.box}/0.eml"}])
        self.assertIn("unused-rule", {row["subject"] for row in rows})

    def test_since(self):
        def counted(since):
            one, = self.survey("-f", "json", "--since", since).json()
            return one["messages"], one["older"]
        self.assertEqual(counted("2016-02-04"), (3, 3))
        self.assertEqual(counted("2016-02-04T10:00:01Z"), (2, 4))
        self.assertEqual(counted("1000000h"), (6, 0))
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        self.write("d/now.eml", report(date=now))
        self.assertEqual(counted("1h"), (1, 6))
        self.assertEqual(counted("2 days"), (1, 6))

    def test_date_of_the_file(self):
        """Where there is no Date, or one that cannot be true."""
        when = time.mktime(time.strptime("2016-01-15 12", "%Y-%m-%d %H"))
        for date in ("", "nonsense", "01 Jan 2199 00:00:00 +0000"):
            with self.subTest(date):
                path = self.write("one/x.eml", report(date=date))
                os.utime(path, (when, when))
                one, = self.good("survey", "-f", "json", path).json()
                self.assertEqual(one["kinds"][0]["first"], "2016-01-15")

    def test_date_cut_off(self):
        """The parser of Dovecot 2.3 looks a byte too far: here, at a dot of
        the line before, which it takes for the next part of the time."""
        path = self.write("cut", "." * 40 + "\nDate: Thu, 26 Feb 2015 1\n")
        self.good("survey", path)

    def test_date_of_the_mbox_line(self):
        line = "From MAILER-DAEMON Wed Jan 20 10:00:00 2016\n"
        mail = report().replace("\nDate:", "\nX-Date:")
        path = self.write("box", line + mail + "\n" + line + mail)
        one, = self.good("survey", "-f", "json", path).json()
        self.assertEqual(one["kinds"][0]["count"], 2)
        self.assertEqual(one["kinds"][0]["first"], "2016-01-20")

    def test_unreadable_ones_do_not_stop_it(self):
        run = self.bad(1, "survey", "-f", "json", "/nonexistent", self.box)
        self.assertEqual(run.json()[0]["messages"], 6)


class Addresses(ToolTest):

    def addresses(self, *mails):
        for number, mail in enumerate(mails):
            self.write(f"d/{number}.eml", mail)
        run = self.good("survey", "--addresses", "-f", "json", self.dir / "d")
        return {one["address"]: one for one in run.json()}

    def dead(self, *mails):
        return sorted(name for name, one in self.addresses(*mails).items()
                      if one["dead"])

    def test_what_is_told(self):
        one = self.addresses(
            report("Bob@Example.NET", FULL, day(2), status="5.2.2"),
            report("bob@example.net", UNKNOWN, day(4)),
            report("bob@example.net", UNKNOWN, day(4, 12)),
            report("bob@example.net", "452 4.2.2 Mailbox full", day(9),
                   status="4.2.2"))["bob@example.net"]
        self.assertEqual(one, {
            "address": "bob@example.net", "dead": False, "count": 4,
            "days": 3, "first": "2016-02-02", "last": "2016-02-09",
            "severity": "permanent", "cause": "user-unknown",
            "original_recipient": ""})

    def test_dead(self):
        two = (day(2), day(3))
        rows = [
            ("unknown user", [(UNKNOWN, "5.1.1")] * 2, two, True),
            ("unknown host", [("550 5.1.2 Host unknown", "5.1.2")] * 2, two,
             True),
            ("closed", [("550 5.2.1 Account disabled", "5.2.1")] * 2, two,
             True),
            ("one day", [(UNKNOWN, "5.1.1")] * 2, (day(2), day(2, 23)), False),
            ("once", [(UNKNOWN, "5.1.1")], two, False),
            ("full", [(FULL, "5.2.2")] * 2, two, False),
            ("spam", [(SPAM, "5.7.1")] * 2, two, False),
            ("temporary", [("450 4.1.1 User unknown", "4.1.1")] * 2, two,
             False),
            ("unknown once, full once", [(UNKNOWN, "5.1.1"), (FULL, "5.2.2")],
             two, False),
        ]
        for name, replies, days, dead in rows:
            with self.subTest(name):
                mails = [report("bob@example.net", reply, date, status=status)
                         for (reply, status), date in zip(replies, days)]
                # Rows have different numbers of mails.
                for left in (self.dir / "d").glob("*"):
                    left.unlink()
                self.assertEqual(self.dead(*mails),
                                 ["bob@example.net"] if dead else [])

    def test_delays_do_not_count(self):
        self.assertEqual(self.addresses(
            report(action="delayed", status="4.4.1",
                   reply="451 4.4.1 Connection timed out")), {})

    def test_table(self):
        self.addresses(report("bob@example.net", UNKNOWN, day(2)),
                       report("bob@example.net", UNKNOWN, day(3)),
                       report("ann@example.net", FULL, day(3)))
        text = self.good("survey", "-a", self.dir / "d").text
        self.assertRegex(text, r"(?m)^bob@example.net  dead +2 +2  2016-02-02"
                         r"  2016-02-03  permanent  user-unknown$")

    def test_csv_is_no_formula(self):
        addresses = ["=cmd@example.net", "+1@example.net", "-x@example.net",
                     "\"a,b\"@example.net"]
        for number, address in enumerate(addresses):
            self.write(f"d/{number}.eml", report(address))
        text = self.good("survey", "-a", "-f", "csv", self.dir / "d").text
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(len({len(row) for row in rows}), 1)
        found = [row[0] for row in rows[1:]]
        for address in addresses[:3]:
            self.assertIn("'" + address, found)
        for field in found:
            self.assertNotIn(field[0], "=+-@")
