"""bouncecause compile, lint and test, on rules of one's own."""

import os
import pathlib
import shutil
import subprocess

from toolcase import (BUILDDIR, HANG_SECONDS, RULES, Run, ToolTest,
                      limit_files)

OWN = """\
source: wording seen in a test
rules:
  - id: local.moon
    cause: system-error
    match: ["the moon is .{1,20} in the .{1,20} house"]
    examples:
      - "554 The moon is 7 in the 8th house"
"""

MOON = "554 The moon is full in the seventh house"

# What the command takes for a compiled file, which it may replace
OTHER = "BCRULES\nwhat was there"


class RulesTest(ToolTest):

    def setUp(self):
        super().setUp()
        self.base = self.base_rules()


class Compile(RulesTest):

    def compiled(self, *dirs):
        self.good("compile", "-o", self.dir / "out.rules", self.base, *dirs)
        return self.dir / "out.rules"

    def answer(self, rules, text):
        return self.good("classify", "--texts", "--rules", rules,
                         stdin=text + "\n").json()[0]

    def test_own_rule(self):
        self.write("own/moon.yaml", OWN)
        answer = self.answer(self.compiled(self.dir / "own"), MOON)
        self.assertEqual((answer["cause"], answer["rule"]),
                         ("system-error", "local.moon"))

    def test_default_output(self):
        self.good("compile", self.base, cwd=self.dir)
        self.assertTrue((self.dir / "bouncecause.rules").exists())

    def test_switched_off(self):
        self.write("a/moon.yaml", OWN)
        self.write("b/off.yaml",
                   "rules:\n  - id: local.moon\n    enabled: no\n")
        rules = self.compiled(self.dir / "a", self.dir / "b")
        self.assertNotEqual(self.answer(rules, MOON)["rule"], "local.moon")

    def test_one_field_changed(self):
        self.write("a/moon.yaml", OWN)
        self.write("b/moon.yaml",
                   "rules:\n  - id: local.moon\n    severity: temporary\n")
        rules = self.compiled(self.dir / "a", self.dir / "b")
        answer = self.answer(rules, MOON)
        self.assertEqual((answer["cause"], answer["severity"]),
                         ("system-error", "temporary"))

    def test_errors_are_all_told_and_nothing_is_written(self):
        self.write("own/a.yaml", OWN.replace("system-error", "sytem-error"))
        self.write("own/b.yaml", OWN.replace("local.moon", "local.sun")
                   .replace(".{1,20} in", "(in"))
        out = self.write("out.rules", OTHER)
        run = self.bad(1, "compile", "-o", out, self.base, self.dir / "own")
        self.assertRegex(run.errors, r"own/a\.yaml:4: error: .*sytem-error")
        self.assertIn("system-error", run.errors)
        self.assertRegex(run.errors, r"own/b\.yaml:5: error: ")
        self.assertEqual(out.read_text(), OTHER)
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()),
                         ["base", "out.rules", "own"])

    def test_error_without_a_file(self):
        """It has no empty name of a file in front."""
        self.write("own/moon.yaml", OWN)
        run = self.bad(1, "compile", "-o", self.dir / "out", self.dir / "own")
        self.assertRegex(run.errors, r"(?m)^error: there are no causes: ")
        self.assertNotRegex(run.errors, r"(?m)^:")

    def test_missing_directory(self):
        run = self.bad(1, "compile", "-o", self.dir / "out", "/nonexistent")
        self.assertIn("/nonexistent", run.errors)

    def test_no_file_to_write(self):
        """Nothing but a file is replaced by the new one."""
        fifo = self.dir / "fifo"
        os.mkfifo(fifo)
        for out in (fifo, self.dir, "-", self.dir / "link"):
            with self.subTest(out):
                if out == self.dir / "link":
                    out.symlink_to(fifo)
                run = self.bad(2, "compile", "-o", out, self.base)
                self.assertIn(f"{out} is no place for", run.errors)
        self.assertTrue(fifo.is_fifo())

    def test_empty_name(self):
        run = self.bad(2, "compile", "-o", "", self.base)
        self.assertIn("--output names no file", run.errors)

    def test_source(self):
        """A rule source is not overwritten; whatever else there is, such as a
        damaged rule file, is."""
        source = self.write("own/out.yaml", OWN)
        run = self.bad(2, "compile", "-o", source, self.base)
        self.assertIn(f"{source} is the name of a rule source", run.errors)
        self.assertEqual(source.read_text(), OWN)
        other = self.dir / "moon"
        os.link(source, other)
        link = self.dir / "link"
        link.symlink_to("moon")
        for out in (other, link):
            run = self.bad(2, "compile", "-o", out, self.base, source)
            self.assertIn(f"{out} is a rule source: it ", run.errors)
        run = self.bad(2, "compile", "-o", other, self.base, other)
        self.assertEqual(other.read_text(), OWN)
        self.assertTrue(link.is_symlink())
        for content in ("", "damaged"):
            out = self.write("out.rules", content)
            self.compiled()
            self.assertGreater(out.stat().st_size, 10_000)

    def test_limit_on_files(self):
        """Half a file does not stay."""
        run = self.bad(1, "compile", "-o", self.dir / "out", self.base,
                       before=limit_files)
        self.assertIn("File too large", run.errors)
        run = self.bad(1, "test", self.base, env={"TMPDIR": str(self.dir)},
                       before=limit_files)
        self.assertIn("File too large", run.errors)
        self.assertEqual(list(self.dir.iterdir()), [self.base])

    def test_link(self):
        """It stays, and what it leads to is replaced."""
        (self.dir / "there").mkdir()
        target = self.write("there/now.rules", OTHER)
        link = self.dir / "out.rules"
        link.symlink_to("there/now.rules")
        self.compiled()
        self.assertEqual(link.readlink(), pathlib.Path("there/now.rules"))
        self.assertFalse(target.is_symlink())
        self.assertGreater(target.stat().st_size, 10_000)
        self.assertEqual(list(target.parent.iterdir()), [target])
        target.unlink()
        run = self.bad(2, "compile", "-o", link, self.base)
        self.assertEqual(run.errors, f"bouncecause: error: {link} is a link "
                         "to there/now.rules, which does not exist\n")
        self.assertTrue(link.is_symlink())

    def test_no_place_to_write(self):
        run = self.bad(1, "compile", "-o", "/nonexistent/out", self.base)
        self.assertIn("/nonexistent/out", run.errors)


    def test_directory_in_itself(self):
        """A link that leads back is not followed; one that leads elsewhere,
        or is there twice, is."""
        self.write("own/moon.yaml", OWN)
        self.write("own/a/sun.yaml", OWN.replace("local.moon", "local.sun"))
        for number in range(8):
            (self.dir / f"own/l{number}").symlink_to(".")
        (self.dir / "own/a/up").symlink_to("..")
        run = self.bad(1, "compile", "-o", self.dir / "out", self.base,
                       self.dir / "own")
        self.assertEqual(run.errors.count("error: is inside itself\n"), 9)
        self.assertIn(f"{self.dir}/own/a/up: error: is inside", run.errors)
        self.assertEqual(len(run.errors.splitlines()), 10)
        self.write("stars/stars.yaml", OWN.replace("local.moon", "local.stars"))
        self.write("c/moon.yaml", OWN)
        for name in ("stars", "other"):
            (self.dir / "c" / name).mkdir()
            (self.dir / "c" / name / "dir").symlink_to("../../stars")
        run = self.bad(1, "compile", "-o", self.dir / "out", self.base,
                       self.dir / "c")
        self.assertIn("`local.stars` is given twice", run.errors)
        self.assertNotIn("inside itself", run.errors)


class Lint(RulesTest):

    def test_own_rule(self):
        self.write("own/moon.yaml", OWN)
        run = self.run_tool("lint", self.base, self.dir / "own")
        self.assertNotIn("moon.yaml", run.errors)
        self.assertRegex(run.text, r"^\d+ errors?, \d+ warnings?\n$")

    def test_other_ending(self):
        self.write("own/moon.yaml", OWN)
        for name in ("moon.yml", "moon.YAML"):
            self.write(f"own/{name}", OWN)
            run = self.bad(1, "lint", self.base, self.dir / "own")
            self.assertRegex(run.errors, rf"{name}: warning: is not read: ")

    def test_too_general(self):
        self.write("own/moon.yaml", OWN.replace(
            "the moon is .{1,20} in the .{1,20} house", "the"))
        words = self.write("words", "Shall we go to the moon?\n")
        run = self.bad(1, "lint", self.base, self.dir / "own", "--words", words)
        self.assertRegex(run.errors, r"moon\.yaml:3: warning: ")

    def write_prose(self):
        """A rule that one of the sentences that come with the rules sets
        off."""
        self.write("own/moon.yaml", OWN.replace(
            "the moon is .{1,20} in the .{1,20} house", "is full"))

    def test_too_general_by_default(self):
        """What lint has is the list that comes with the rules."""
        self.write_prose()
        run = self.bad(1, "lint", self.base, self.dir / "own")
        self.assertRegex(run.errors,
                         r"moon\.yaml:3: warning: rule `local\.moon` is too "
                         r"general: .*/ordinary-words\.txt: `The glass ")
        words = self.write("words", "The glass is empty.\n")
        run = self.run_tool("lint", self.base, self.dir / "own", "-w", words)
        self.assertNotIn("moon.yaml", run.errors)

    def test_no_list(self):
        """One line says so where it was not installed; no rule is to blame."""
        self.write_prose()
        self.write("rules/bouncecause.rules", "")
        command = self.dir / "src/tool/bouncecause"
        command.parent.mkdir(parents=True)
        built = BUILDDIR / "src/tool"
        shutil.copy(max(built.glob("**/bouncecause"),
                        key=lambda path: len(path.parts)), command)

        def lint(*args):
            done = subprocess.run(
                [command, "lint", self.base, self.dir / "own", *args],
                capture_output=True, timeout=HANG_SECONDS, check=False)
            return Run(done.returncode, done.stdout, done.stderr)

        there = self.dir / "rules/ordinary-words.txt"
        run = lint()
        self.assertIn(f"prose was not checked: {there}: No such", run.errors)
        told = run.errors.count("\n")
        self.assertNotIn("moon.yaml", run.errors)
        shutil.copy(RULES / "ordinary-words.txt", there)
        run = lint()
        self.assertNotIn("was not checked", run.errors)
        self.assertRegex(run.errors, r"moon\.yaml:3: warning: .* too general")
        self.assertEqual(run.errors.count("\n"), told)
        # what was asked for has to be there
        there.unlink()
        run = lint("--words", there)
        self.assertEqual(run.status, 1)
        self.assertRegex(run.errors, r"error: .*ordinary-words\.txt")

    def test_cause_in_english_only(self):
        """It is told where the cause is, not in the languages that are ours."""
        self.write("own/cause.yaml", "causes:\n  - id: locker-closed\n"
                   "    severity: permanent\n    fixer: recipient\n"
                   "    retry: never\n")
        self.write("own/text.yaml", "language: en\ncauses:\n"
                   "  - id: locker-closed\n    title: Closed\n"
                   "    reason: It is closed.\n    advice: Ask.\n")
        run = self.bad(1, "lint", self.base, self.dir / "own")
        self.assertRegex(run.errors, r"own/cause\.yaml:2: warning: cause "
                         r"`locker-closed` has no texts in 简体中文\n")
        self.assertEqual(run.errors.count("locker-closed"), 1)

    def test_nothing_to_switch_off(self):
        self.write("own/moon.yaml", OWN)
        self.write("off/off.yaml",
                   "rules:\n  - id: local.mon\n    enabled: no\n")
        run = self.bad(1, "lint", self.base, self.dir / "own",
                       self.dir / "off")
        self.assertRegex(run.errors, r"off\.yaml:2: warning: rule `local\.mon` "
                         "is switched off, .*did you mean `local.moon`")

    def test_heavy(self):
        """What libhs makes much of slows down each report."""
        letters = "|".join("alpha beta gamma delta epsilon zeta eta theta "
                           "iota kappa lambda mu nu xi omicron pi rho sigma "
                           "tau upsilon phi chi psi omega".split())
        pattern = f"(({letters})( |x|y|z)*(a|b|c).{{1,90}}){{1,20}}z"
        self.write("own/moon.yaml", OWN.replace(
            "the moon is .{1,20} in the .{1,20} house", pattern))
        run = self.bad(1, "lint", self.base, self.dir / "own")
        self.assertRegex(run.errors, r"moon\.yaml:5: warning: pattern `.*` is "
                         r"heavy: libhs makes \d+ kB of it; ")

    def test_unknown_cause(self):
        self.write("own/moon.yaml", OWN.replace("system-error", "sytem-error"))
        run = self.bad(1, "lint", self.base, self.dir / "own")
        self.assertRegex(run.errors, r"moon\.yaml:4: error: .*system-error")


class Examples(RulesTest):

    def test_right(self):
        self.write("own/moon.yaml", OWN)
        run = self.run_tool("test", "-v", self.base, self.dir / "own")
        self.assertRegex(run.text, r"own/moon\.yaml:7: right: local\.moon: "
                         "554 The moon is 7 in the 8th house\n")
        self.assertRegex(run.text, r"\n\d+ passed, \d+ failed\n$")

    def test_no_match(self):
        self.write("own/moon.yaml", OWN.replace("554 The moon", "554 The sun"))
        run = self.bad(1, "test", self.base, self.dir / "own")
        self.assertRegex(run.text, r"own/moon\.yaml:7: wrong: local\.moon: ")
        self.assertIn("local.moon does not match the text", run.text)

    def test_another_rule_wins(self):
        self.write("own/moon.yaml", OWN + """\
  - id: local.stars
    cause: mailbox-full
    weight: 9
    match: ["the moon is"]
    examples:
      - "554 The moon is 7 in the 8th house"
""")
        run = self.bad(1, "test", self.base, self.dir / "own")
        self.assertRegex(run.text, r"local\.stars won instead, mailbox-full "
                         r"\(.*own/moon\.yaml:8\); local\.moon lost: ")

    def test_names_of_files_are_escaped(self):
        self.write("own/m\x1b[31m.yaml", OWN + """\
  - id: local.stars
    cause: mailbox-full
    weight: 9
    match: ["the moon is"]
""")
        run = self.bad(1, "test", self.base, self.dir / "own")
        self.assertRegex(run.text,
                         r"mailbox-full \(.*own/m\\x1b\[31m\.yaml:8\)")
        self.assertNotIn("\x1b", run.text)

    def test_errors(self):
        self.write("own/moon.yaml", OWN.replace("match", "mach"))
        run = self.bad(1, "test", self.base, self.dir / "own")
        self.assertRegex(run.errors, r"moon\.yaml:5: error: ")
        self.assertEqual(run.out, b"")


class FromUnknownToTested(RulesTest):
    """What explain drafts is a rule that holds."""

    def test_draft(self):
        replies = [
            "554 5.9.9 The moon (of 7) is in your house, sing!",
            "554 5.0.0 <bob@example.net>: Le café \"a\\b\" est fermé ce jour",
            "554 月亮在第七宫",
            "554 [a+b] *moon* {x}"]
        for reply in replies:
            with self.subTest(reply):
                text = self.good("explain", "--text", reply).text
                draft = text.partition("\n    rules:\n")[2]
                self.assertTrue(draft, text)
                self.write("own/draft.yaml", "rules:\n" + "\n".join(
                    line[4:] for line in draft.splitlines()) + "\n")
                run = self.run_tool("test", "-v", self.base, self.dir / "own")
                self.assertEqual(run.errors, "")
                self.assertRegex(run.text, r"draft\.yaml:\d+: right: ")
