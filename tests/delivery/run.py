#!/usr/bin/env python3
"""Runs a test module: run.py PATH/TO/test_NAME.py [-k WORD]

A line for each test, the trouble of those that fail, the reason of those that
are skipped, and a last line "N passed, N failed, N skipped". Exit status 0,
1 when a test failed, 77 (automake's word for skipped) when all were skipped.
"""

import argparse
import importlib
import pathlib
import sys
import unittest


class Result(unittest.TestResult):
    """Counts each test once, whatever the number of its sub-tests that fail."""

    def __init__(self):
        super().__init__()
        self.good, self.bad, self.left_out = set(), set(), {}

    def startTest(self, test):
        super().startTest(test)
        print(f"{name(test)} ...", flush=True)

    def addSuccess(self, test):
        self.good.add(name(test))

    def addSkip(self, test, reason):
        self.left_out[name(test)] = reason
        print(f"SKIP: {name(test)}: {reason}", flush=True)

    def addFailure(self, test, trouble):
        self._failed(test, trouble)

    def addError(self, test, trouble):
        self._failed(test, trouble)

    def addSubTest(self, test, subtest, trouble):
        if trouble is not None:
            self._failed(subtest, trouble)

    def _failed(self, test, trouble):
        self.bad.add(name(getattr(test, "test_case", test)))
        print(f"FAILED: {test}\n{self._exc_info_to_string(trouble, test)}",
              flush=True)

    def summary(self):
        return (f"{len(self.good - self.bad)} passed, {len(self.bad)} failed, "
                f"{len(self.left_out)} skipped")


def name(test):
    # The word before the first dot is the module; where a class as a whole is
    # meant, its name is in brackets.
    return (test.id().partition(".")[2] or test.id()).rstrip(")")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", dest="word", help="only tests with that word")
    parser.add_argument("module", type=pathlib.Path)
    args = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")

    # not another one of that name beside us
    sys.path.insert(0, str(args.module.resolve().parent))
    loader = unittest.TestLoader()
    if args.word:
        loader.testNamePatterns = [f"*{args.word}*"]
    suite = loader.loadTestsFromModule(
        importlib.import_module(args.module.stem))
    result = Result()
    suite.run(result)
    print(result.summary())
    if result.bad:
        return 1
    return 0 if result.good else 77


if __name__ == "__main__":
    sys.exit(main())
