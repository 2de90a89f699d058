"""Reports of the world's mail systems, what looks like one, and reports that a
person passes on: what they are, and who failed.

The rows of samples/formats/expect.tsv: file, kind, recipients joined by commas
(none: the report names nobody), and, where the words leave no doubt, the cause
of the first one."""

import os
import pathlib
import unittest

from toolcase import BUILDDIR, SRCDIR, ToolTest

SAMPLES = SRCDIR / "tests/samples/formats"
RULES = pathlib.Path(os.environ.get("BOUNCECAUSE_TEST_RULES",
                                    BUILDDIR / "rules/bouncecause.rules"))
REPORTS = ("failure", "delay", "success", "forwarded")


def rows():
    for line in (SAMPLES / "expect.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield (line.split("\t") + ["", "", ""])[:4]


def recipients(verdict):
    found = verdict["recipients"]
    if verdict["kind"] == "forwarded":
        found = verdict["carried"]["recipients"]
    return found


class Formats(ToolTest):
    """A test for each row is added below."""

    verdicts = {}

    def verdict(self, name):
        # All samples at once: loading the rules takes longer than reading
        # a message.
        if not self.verdicts:
            run = self.good("classify", "--rules", RULES, "--format", "json",
                            *[SAMPLES / row[0] for row in rows()])
            for one in run.json():
                self.verdicts[pathlib.Path(one["file"]).name] = one
        return self.verdicts[name]

    def check(self, name, kind, expected, cause):
        verdict = self.verdict(name)
        self.assertEqual(verdict["kind"], kind, verdict["why"])
        found = recipients(verdict)
        wanted = expected.split(",") if expected or kind in REPORTS else []
        self.assertEqual(sorted(one["recipient"] for one in found),
                         sorted(wanted))
        if cause:
            self.assertIn(cause, [one["cause"] for one in found])

    def test_every_sample_has_a_row(self):
        self.assertEqual(sorted(row[0] for row in rows()),
                         sorted(path.name for path in SAMPLES.glob("*.eml")))


def add(row):
    setattr(Formats, "test_" + row[0].removesuffix(".eml").replace("-", "_"),
            lambda self: self.check(*row))


for each in rows():
    add(each)

if __name__ == "__main__":
    unittest.main()
