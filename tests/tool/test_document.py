"""The commands of doc/write-a-rule.md, run as they stand, and examples of the
manual."""

import os
import re
import subprocess

from toolcase import COMMAND, HANG_SECONDS, RULES, SRCDIR, ToolTest

DOCUMENT = SRCDIR / "doc/write-a-rule.md"


class Manual(ToolTest):

    def test_overlay(self):
        """What the manual page overlays is there to be overlaid."""
        page = (SRCDIR / "doc/man/bouncecause-rules.5").read_text("utf-8")
        example = page.split(".SS Overlays")[1].split(".nf")[1]
        ids = re.findall(r"- id: (\S+)",
                         example.split(".fi")[0].replace("\\-", "-"))
        self.assertEqual(len(ids), 2)
        rules = "".join(path.read_text("utf-8")
                        for path in RULES.rglob("*.yaml"))
        for one in ids:
            self.assertRegex(rules, rf"(?m)^  - id: {re.escape(one)}$")


class WriteARule(ToolTest):

    def setUp(self):
        super().setUp()
        self.base = self.base_rules()
        self.text = DOCUMENT.read_text(encoding="utf-8")

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```$", self.text,
                          re.MULTILINE | re.DOTALL)

    def shell(self, script):
        """Run it with our directories in place of the installed ones."""
        script = re.sub(r"(?m)^rules=\S+", f"rules={self.base}", script)
        script = re.sub(r"(?m)^own=\S+", f"own={self.dir}/own", script)
        path = f"{COMMAND.parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["sh", "-c", script], cwd=self.dir, capture_output=True,
            env={**os.environ, "PATH": path}, text=True, check=False,
            timeout=HANG_SECONDS)

    def test_from_unknown_to_tested(self):
        blocks = self.blocks("sh")
        outputs = [self.shell(blocks[0] + block) for block in blocks[1:]]
        for block, done in zip(blocks[1:], outputs):
            # What lint says of the rest of the rules is not this one's.
            if "bouncecause lint" not in block:
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertNotIn("lockers", done.stderr)
        explained = next(done.stdout for block, done
                         in zip(blocks[1:], outputs) if "explain" in block)
        self.assertRegex(explained, r"\n  cause +unclassified\n")
        draft = re.search(r"(?m)^    rules:\n(?:    .*\n)+", self.text)
        self.assertIn(draft.group(), explained)
        self.assertIn("user-disabled", outputs[-1].stdout)

    def test_more_rules(self):
        """The other YAML of the document, one over the other."""
        own = next(block for block in self.blocks("sh") if "YAML" in block)
        own = re.search(r"<<'YAML'\n(.*?)^YAML$", own,
                        re.MULTILINE | re.DOTALL).group(1)
        layers = [[own], *[[block] for block in self.blocks("yaml")]]
        paths = [self.write(f"{number}/{part}.yaml", text).parent
                 for number, layer in enumerate(layers)
                 for part, text in enumerate(layer)]
        self.good("compile", "-o", self.dir / "out", self.base, *paths)
        causes = self.good("causes", "-f", "json", "--rules",
                           self.dir / "out").json()
        self.assertIn("$BounceLockerClosed",
                      {one["keyword"] for one in causes})
        run = self.run_tool("test", "-v", self.base, paths[0], paths[1])
        self.assertRegex(run.text, r"right: lockers\.full: ")
