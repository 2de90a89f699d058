"""bouncecause page: a bounce as a person gets to see it."""

import email
import email.policy
import sys

from toolcase import MBOX_LINE, SRCDIR, ToolTest

sys.path.insert(0, str(SRCDIR / "tests/delivery"))
from limits import LIMITS  # noqa: E402

SAMPLES = SRCDIR / "doc/pictures"


class Page(ToolTest):

    def test_message(self):
        sample = SAMPLES / "misspelt.eml"
        run = self.good("page", "--subject", "Gr\u00fc\u00dfe", sample)
        message = email.message_from_bytes(run.out,
                                           policy=email.policy.default)
        self.assertEqual(message["Subject"], "Gr\u00fc\u00dfe")
        texts, report = message.iter_parts()
        self.assertEqual(report.get_content_type(), "message/rfc822")
        self.assertIn(sample.read_bytes(), run.out)
        plain, html = (part.get_content() for part in texts.iter_parts())
        self.assertEqual(plain, self.good("page", "--text", sample).text)
        self.assertEqual(html, self.good("page", "--html", sample).text)
        self.assertIn("Did you mean anna.berg@gmail.com?", plain)
        self.assertIn("1 of 3 addresses", plain)

    def test_several(self):
        run = self.good("page", "--text", "-l", "de", SAMPLES / "several.eml")
        for word in ("Mehrere Adressen", "3 von 7 Adressen",
                     "Noch nicht zugestellt", "presse@zeitung.example"):
            self.assertIn(word, run.text)

    def test_one_message(self):
        """Pages that follow each other would be none."""
        one = self.good("page", "--html", SAMPLES / "several.eml")
        run = self.bad(2, "page", "--html", SAMPLES / "several.eml", "-")
        self.assertEqual(run.out, b"")
        self.assertRegex(run.errors, "takes one message; .* too much: -")
        mail = MBOX_LINE + (SAMPLES / "several.eml").read_text()
        for count in (2, 3):
            box = self.write("box", "\n".join([mail] * count))
            run = self.bad(1, "page", "--html", box)
            self.assertEqual(run.out, one.out)
            self.assertEqual(run.errors, f"bouncecause: error: {box}:2: is not "
                             "explained, nor what follows it: page takes one "
                             "message\n")
        run = self.bad(1, "page")
        self.assertEqual((run.out, run.errors),
                         (b"", "bouncecause: error: There is no message\n"))

    def test_author(self):
        """Hosts and what the server said are not for the author."""
        run = self.good("page", "--text", "--author",
                        SAMPLES / "waiting.eml")
        self.assertNotIn("mx.partner.example", run.text)
        self.assertNotIn("rejected", run.text)
        self.assertIn("4.2.0", run.text)

    def test_forwarding(self):
        run = self.good("page", "--text", "--forwarding",
                        SAMPLES / "misspelt.eml")
        self.assertIn("Your forwarding to anna.berg@gmial.com fails",
                      run.text)

    def test_header_size(self):
        """A header is copied up to the bound, and none of what is beyond."""
        size = LIMITS["EXPLAINED_HEADER_SIZE"]
        header = ("From: MAILER-DAEMON@mx.example.net\n"
                  "Subject: Mail delivery failed\n"
                  "X-Failed-Recipients: bob@example.net\n")
        last = "X-Last: word\n"
        count, rest = divmod(size - len(header) - len(last), 2000)
        header += f"X-Rest: {'r' * (rest + 1000 - len('X-Rest: ') - 1)}\n"
        header += f"X-More: {'m' * (1000 - len('X-More: ') - 1)}\n"
        header += f"X-Pad: {'p' * (2000 - len('X-Pad: ') - 1)}\n" * (count - 1)
        header += last
        self.assertEqual(len(header), size)
        header += "X-Beyond: word\n"
        run = self.good("page", "--subject", "x",
                        self.write("long.eml", header + "\nno words\n"))
        copied, _, enclosed = run.text.partition(
            "Content-Type: message/rfc822")
        self.assertIn("\nX-Last: word\n", copied)
        self.assertEqual(copied.count("\nX-Pad: "), count - 1)
        self.assertNotIn("X-Beyond", copied)
        self.assertIn("\nX-Beyond: word\n", enclosed)

    def test_no_bounce(self):
        run = self.bad(1, "page", SRCDIR / "tests/sieve/mail/ordinary.eml")
        self.assertIn("no bounce", run.errors)
        self.assertEqual(run.out, b"")
