#!/usr/bin/env python3
"""Tests of the language: the test, its arguments and values, variables, errors
and warnings, traces and dumps, with sieve-test, sievec and sieve-dump.

    run.py [--builddir DIR] [--only WORD]

DIR is where the plugin and the rules were built; by default what the
environment variable BOUNCECAUSE_BUILDDIR says, else build/ in the source
directory. With --only, cases are run whose name has the word.

Prints a line for each case, and at the end "N passed, N failed". Exits with 0,
with 1 when something failed, with 77 when the tools are not installed.
"""

import argparse
import os
import pathlib
import sys

import sandbox
import test_runs
import test_tables

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
EXIT_SKIP = 77


class Suite:
    """Counts."""

    def __init__(self, builddir, only):
        self.builddir = builddir
        self.only = only
        self.passed = self.failed = 0

    def wants(self, name):
        return self.only is None or self.only in name

    def report(self, name, problem, output=""):
        """One case; problem is None where all is well."""
        if not self.wants(name):
            return
        if problem is None:
            self.passed += 1
            print(f"ok - {name}", flush=True)
            return
        self.failed += 1
        print(f"not ok - {name}\n  # {problem}")
        for line in output.splitlines()[-40:]:
            print(f"  # {line}")
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--builddir", type=pathlib.Path,
                        default=os.environ.get("BOUNCECAUSE_BUILDDIR",
                                               SRCDIR / "build"))
    parser.add_argument("--only")
    args = parser.parse_args()

    if missing := sandbox.missing():
        print(f"SKIP: not installed: {' '.join(missing)} (dovecot-sieve)")
        return EXIT_SKIP

    suite = Suite(pathlib.Path(args.builddir), args.only)
    with sandbox.Sandbox(suite.builddir) as box:
        test_tables.run(suite, box)
    test_runs.run(suite)
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed or not suite.passed else 0


if __name__ == "__main__":
    sys.exit(main())
