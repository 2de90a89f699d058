"""The commands of doc/write-a-rule.md, run as they stand, and examples of the
manual."""

import os
import re
import subprocess

from toolcase import COMMAND, HANG_SECONDS, RULES, SRCDIR, ToolTest

DOCUMENT = SRCDIR / "doc/write-a-rule.md"


class DocumentTest(ToolTest):

    def check_ours(self, ids):
        """What a page changes of ours is there to be changed."""
        rules = "".join(path.read_text("utf-8")
                        for path in RULES.rglob("*.yaml"))
        self.assertEqual(len(ids), 2)
        for one in ids:
            self.assertRegex(rules, rf"(?m)^  - id: {re.escape(one)}$")


class Manual(DocumentTest):

    def test_overlay(self):
        page = (SRCDIR / "doc/man/bouncecause-rules.5").read_text("utf-8")
        example = page.split(".SS Overlays")[1].split(".nf")[1]
        self.check_ours(re.findall(
            r"- id: (\S+)", example.split(".fi")[0].replace("\\-", "-")))


class WriteARule(DocumentTest):

    def setUp(self):
        super().setUp()
        self.base = self.base_rules()
        self.text = DOCUMENT.read_text(encoding="utf-8")

    def blocks(self):
        return re.findall(r"^```sh\n(.*?)^```$", self.text,
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

    def test_in_order(self):
        """All of them, each in the directories that the earlier ones left."""
        # what is changed of ours
        self.write("base/tencent.yaml",
                   (RULES / "provider/tencent.yaml").read_bytes())
        first, *blocks = self.blocks()
        outputs = [self.shell(first + block) for block in blocks]
        for block, done in zip(blocks, outputs):
            # What lint says of the rest of the rules is not this one's.
            if "bouncecause lint" not in block:
                self.assertEqual((done.returncode, done.stderr), (0, ""), block)
            self.assertNotIn("/own/", done.stderr)

        def output(word):
            return [done.stdout for block, done in zip(blocks, outputs)
                    if word in block]

        self.assertRegex(output("explain")[0], r"\n  cause +unclassified\n")
        draft = re.search(r"(?m)^    rules:\n(?:    .*\n)+", self.text)
        self.assertIn(draft.group(), output("explain")[0])
        self.assertIn("user-disabled", output("classify --rules")[0])
        self.assertRegex(output("causes --rules")[0], r"(?m) locker-closed +")
        own = self.dir / "own"
        run = self.good("test", "-v", self.base, own)
        self.assertRegex(run.text, r"right: lockers\.full: ")
        self.assertNotIn("tencent.receive-frequency-bare", run.text)
        # what the page has lint say in the end
        run = self.bad(1, "lint", self.base, own)
        told = "causes.yaml:2: warning: cause `locker-closed` has no texts in "
        self.assertIn(told, self.text)
        self.assertEqual(re.findall(r"/own/(.*)", run.errors),
                         [told + "简体中文"])

    def test_changes(self):
        block = next(block for block in self.blocks()
                     if "changes.yaml" in block)
        self.check_ours(re.findall(r"- id: (\S+)", block))
