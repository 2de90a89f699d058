"""Scripts are uploaded by ManageSieve: the extension is announced, good scripts
are taken, and bad ones are refused with words that help."""

from clients import ManageSieve, Refused
from testcase import AUTHOR, DeliveryTest, example

REQUIRE = 'require ["vnd.bouncecause", "variables", "relational"];\n'


class Upload(DeliveryTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.add_user(AUTHOR)

    def setUp(self):
        self.sieve = self.enterContext(ManageSieve(self.server, AUTHOR))

    def refused(self, script, *words):
        """The script is refused, and the reason has these words."""
        with self.assertRaises(Refused) as caught:
            self.sieve.check(REQUIRE + script)
        for word in words:
            self.assertIn(word, str(caught.exception))
        return str(caught.exception)

    def test_capability(self):
        self.assertIn("vnd.bouncecause", self.sieve.extensions())

    def test_capability_before_login(self):
        listed = [line for line in self.sieve.capabilities
                  if line.upper().startswith('"SIEVE"')]
        self.assertEqual(len(listed), 1)
        self.assertIn("vnd.bouncecause", listed[0])

    def test_examples(self):
        for path in sorted(example("").glob("*.sieve")):
            with self.subTest(path.name):
                self.assertEqual(self.sieve.put("x", path.read_text()), [])
                self.sieve.activate("x")

    def test_error_has_a_line(self):
        self.refused("if bouncecause :cause { stop; }", "line 2")

    def test_unknown_variable(self):
        """What there is, is listed."""
        self.refused('redirect "${bouncecause.resaon}";', "resaon", "reason")

    def test_unknown_language(self):
        self.refused('redirect "${bouncecause.advice.xx}";', "xx", "zh_CN")

    def test_read_only(self):
        self.refused('set "bouncecause.cause" "mine";', "line 2")

    def test_without_require(self):
        with self.assertRaises(Refused):
            self.sieve.check("if bouncecause { stop; }")

    def test_unknown_cause_is_a_warning(self):
        """Local rules may add causes: the script is taken, with a word."""
        reply = "\n".join(self.sieve.put(
            "w", REQUIRE + 'if bouncecause "user-unknwon" { stop; }'))
        self.assertNotIn("error", reply)
