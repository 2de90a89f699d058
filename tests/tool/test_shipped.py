"""The rules that come with bouncecause: each one wins on its own examples, and
no language lags."""

import os
import unittest

from toolcase import RULES, ToolTest


class Shipped(ToolTest):

    def test_examples(self):
        run = self.run_tool("test", RULES)
        self.assertEqual(run.errors, "")
        self.assertEqual(run.status, 0, "\n" + run.text)

    @unittest.skipIf(os.environ.get("BOUNCECAUSE_CHECKER") == "valgrind",
                     "takes very long with valgrind: one pattern after the "
                     "other is compiled; test_rules.py lints, too")
    def test_lint(self):
        """An administrator who lints rules over ours reads of those only."""
        run = self.run_tool("lint", RULES)
        self.assertEqual((run.status, run.errors), (0, ""))

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
