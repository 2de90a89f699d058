"""The rules that come with bouncecause: each one wins on its own examples, and
no language lags."""

from toolcase import RULES, SRCDIR, ToolTest

WORDS = SRCDIR / "tests/ordinary-words.txt"


class Shipped(ToolTest):

    def test_examples(self):
        run = self.run_tool("test", RULES)
        self.assertEqual(run.errors, "")
        self.assertEqual(run.status, 0, "\n" + run.text)

    def test_lint(self):
        """No errors, and nothing to say of the texts but that a rule of one's
        own may still name an advice."""
        run = self.run_tool("lint", RULES)
        self.assertRegex(run.errors + run.text, r"\b0 errors\b|^$")
        self.assertNotIn(": error: ", run.errors)
        self.assertNotRegex(run.errors,
                            r"text/\S+:\d+: warning: (?!no rule names)")

    def test_languages_are_complete(self):
        """What a language lacks would come from English."""
        languages = sorted(path.stem for path in (RULES / "text").iterdir())
        texts = {language: self.good("causes", "-f", "json", "-l",
                                     language).json()
                 for language in languages}
        self.assertGreater(len(texts), 1)
        for language in languages:
            if language == "en":
                continue
            for one, english in zip(texts[language], texts["en"]):
                self.assertEqual(one["language"], language)
                for key in ("title", "reason", "advice"):
                    self.assertNotEqual(one[key], english[key],
                                        (language, one["cause"], key))
