"""bouncecause explain: what it is, and why."""

from toolcase import ORDINARY, ToolTest, report


class Explain(ToolTest):

    def test_message(self):
        path = self.write("a.eml", report())
        text = self.good("explain", path).text
        self.assertEqual(text.splitlines()[0], str(path))
        for words in ("\n  kind          failure\n",
                      "\nRecipient 1 of 1: bob@example.net\n",
                      "\n  cause         user-unknown\n",
                      "\n  reported by   mx.example.org\n",
                      "\n  said by       mx.example.net\n",
                      "\n  returned      Lunch?\n"):
            self.assertIn(words, text)
        self.assertRegex(text, r"\n  won  \S+: user-unknown\n +rank \w+, "
                         r"weight -?\d+, width \d+; \S+\.yaml:\d+\n")
        self.assertRegex(text, r'matched "[^"]*unknown[^"]*" at \d+ to \d+')
        # The status speaks, too, and loses.
        self.assertRegex(text, r"\n  lost \S+: user-unknown\n(.*\n)*? +"
                         r"lost: it \S")
        self.assertIn("What its author is told (en)", text)

    def test_text(self):
        text = self.good("explain", "--text", "552 5.2.2 Mailbox full").text
        self.assertIn("\n  cause         mailbox-full\n", text)
        self.assertIn("\n  codes         552, 5.2.2\n", text)
        self.assertNotIn("A rule that would know it", text)

    def test_language(self):
        text = self.good("explain", "-l", "zh-CN", "--text",
                         "552 5.2.2 Mailbox full").text
        self.assertIn("(zh-CN)", text)
        self.bad(2, "explain", "-l", "xx", "--text", "552 x")

    def test_support(self):
        text = self.good("explain", "-s", "help@example.com", "--text",
                         "554 the moon is in the seventh house").text
        self.assertIn("help@example.com", text)

    def test_unknown_wording(self):
        text = self.good("explain", "--text",
                         "554 the moon is in the seventh house").text
        self.assertIn("\n    rules:\n      - id: local.the-moon", text)
        self.assertIn('match: ["the moon is in the seventh house"]', text)

    def test_ordinary(self):
        path = self.write("a.eml", ORDINARY)
        text = self.good("explain", path).text
        self.assertRegex(text, r"kind +none\n  because +\w")

    def test_several(self):
        one = self.write("a.eml", report())
        two = self.write("b.eml", ORDINARY)
        run = self.bad(1, "explain", one, "/nonexistent", two)
        self.assertIn(f"\n\n{two}\n", run.text)

    def test_hostile_words(self):
        """What a stranger wrote does nothing to the terminal."""
        path = self.write("a.eml", report(
            recipient="\x1b[2Jbob@example.net",
            reply="550 \x1b]0;x\x07 \x9b31m \u202egood\u2066 no such user"))
        for args in (["explain"], ["classify"], ["survey"],
                     ["survey", "-a"], ["survey", "-f", "csv"]):
            with self.subTest(args):
                text = self.good(*args, path).text
                for char in text:
                    self.assertFalse(
                        (char < " " and char not in "\r\n") or
                        "\x7f" <= char < "\xa0" or char in "\u202e\u2066",
                        repr(char))
