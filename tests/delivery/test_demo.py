"""The demo ends well and leaves nothing behind."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from server import HANG_SECONDS
from testcase import BUILDDIR

DEMO = pathlib.Path(__file__).with_name("demo.py")


class Demo(unittest.TestCase):
    def test_demo(self):
        with tempfile.TemporaryDirectory() as directory:
            # Dovecot's own user has to get in
            pathlib.Path(directory).chmod(0o755)
            done = subprocess.run(
                [sys.executable, DEMO, "--builddir", BUILDDIR],
                env={"TMPDIR": directory, "PATH": "/usr/sbin:/usr/bin:/bin",
                     "LC_ALL": "C",
                     **{name: value for name, value in os.environ.items()
                        if name == "BOUNCECAUSE_WRAPPERS"}},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=HANG_SECONDS)
            output = done.stdout.decode()
            self.assertEqual(done.returncode, 0, output)
            self.assertEqual(list(pathlib.Path(directory).iterdir()), [])
        for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.assertNotIn(directory.encode(), process.read_bytes())
            except OSError:
                pass  # it ended meanwhile
