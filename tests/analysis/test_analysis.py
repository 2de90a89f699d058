"""What cppcheck finds in our sources, and whether it would find a fault. The
other checkers of analyze.py take longer: make analyze."""

import os
import pathlib
import shutil
import tempfile
import unittest

import analyze

BUILDDIR = os.environ.get("BOUNCECAUSE_BUILDDIR", analyze.SRCDIR / "build")

# Found where it is known what libdovecot's macros stand for
FAULT = """
#include "lib.h"
#include "array.h"

int fault(const ARRAY_TYPE(number) *numbers)
{
	const int *number, *none = NULL;
	int sum = 0;

	array_foreach(numbers, number) T_BEGIN {
		sum += *number;
	} T_END;
	return sum > 3 ? *none : sum;
}
"""


class Cppcheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("cppcheck") is None:
            raise unittest.SkipTest("cppcheck is not installed")

    def test_our_sources(self):
        results = list(analyze.findings(BUILDDIR, "cppcheck"))
        # all of src and tests
        self.assertGreater(len(results), 100)
        self.assertEqual("".join(text for _, text in results), "")

    def test_a_fault_is_found(self):
        with tempfile.TemporaryDirectory() as name:
            source = pathlib.Path(name) / "fault.c"
            source.write_text(FAULT)
            self.assertIn("nullPointer", analyze.look(
                analyze.Build(BUILDDIR), "cppcheck", source))
