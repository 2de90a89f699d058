#!/usr/bin/env python3
"""Looks for faults in our C without running it: make analyze

    analyze.py --builddir DIR [--only WORD] [CHECKER...]

CHECKER is cppcheck, clang-tidy or gcc (-fanalyzer); by default each. A source
in which a checker finds nothing has passed. What is not asked, or not
believed, is in this directory, each with its reason: clang-tidy.yaml,
cppcheck.txt, dovecot.cfg (which tells cppcheck of libdovecot) and GCC below.

The last line is "N passed, N failed, N skipped".
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SRCDIR = HERE.parents[1]
INCLUDE = ("src", "src/rules", "src/engine", "src/compose", "tests/unit",
           "tests/fuzz")
# Paths and versions, which Makefiles define as strings
STRINGS = ("BOUNCE_VERSION", "BOUNCE_RULES_FILE", "BOUNCECAUSE_VERSION",
           "BOUNCECAUSE_RULES_PATH", "FUZZ_RULES_PATH", "FUZZ_BASE_RULES")
# These have the headers of others.
PACKAGES = ("LIBDOVECOT_INCLUDE", "LIBSIEVE_INCLUDE", "HS_CFLAGS",
            "CYAML_CFLAGS", "YAML_CFLAGS", "JANSSON_CFLAGS", "CHECK_CFLAGS")
# What depends on the Dovecot that it is built for
SETTINGS = {True: ("bouncecause-settings-24.c",
                   "bouncecause-settings-module.c"),
            False: ("bouncecause-settings-23.c",)}

# -O1: without, inline functions are not followed; with more, it takes longer.
GCC = ("-fanalyzer", "-O1")
# It does not know that a ck_assert() that fails does not return.
GCC_TESTS = ("-Wno-analyzer-null-dereference",)


class Build:
    """What the Makefile of a build directory says."""

    def __init__(self, builddir):
        self.dir = pathlib.Path(builddir).resolve()
        makefile = (self.dir / "src/sieve/Makefile").read_text()
        self.values = dict(re.findall(r"^(\w+) = (.*)$", makefile,
                                      re.MULTILINE))
        # one level of $(NAME) is all there is
        self.values = {
            name: re.sub(r"\$\((\w+)\)", lambda used:
                         self.values.get(used.group(1), ""), value)
            for name, value in self.values.items()}
        self.is_23 = "bouncecause-settings-23.c" in self.values.values()

    def sources(self):
        return sorted(path for top in ("src", "tests")
                      for path in (SRCDIR / top).rglob("*.c")
                      if path.name not in SETTINGS[self.is_23])

    def flags(self, source, packages=True):
        flags = ["-std=gnu99", "-DHAVE_CONFIG_H"]
        if "src" not in source.parts[-3:]:
            flags.append("-D_GNU_SOURCE")
        flags += [f'-D{name}="x"' for name in STRINGS]
        flags += [f"-I{self.dir}"]
        flags += [f"-I{SRCDIR / path}" for path in INCLUDE]
        for name in PACKAGES if packages else ():
            flags += shlex.split(self.values[name])
        return flags


def cppcheck(build, source):
    return ["cppcheck", "--quiet", "--enable=warning,performance,portability",
            "--inline-suppr", "--template=gcc",
            f"--library={HERE / 'dovecot.cfg'}",
            f"--suppressions-list={HERE / 'cppcheck.txt'}",
            "--std=c11", *build.flags(source, packages=False)[1:], source]


def clang_tidy(build, source):
    return ["clang-tidy", "--quiet",
            f"--config-file={HERE / 'clang-tidy.yaml'}",
            source, "--", *build.flags(source)]


def gcc(build, source):
    tests = GCC_TESTS if source.match("tests/unit/*") else ()
    return ["gcc", *GCC, *tests, "-c", "-o", os.devnull, *build.flags(source),
            source]


CHECKERS = {"cppcheck": cppcheck, "clang-tidy": clang_tidy, "gcc": gcc}
# How many there were that are not shown
COUNTED = re.compile(r"^\d+ warnings? .*generated\.?\n", re.MULTILINE)


def look(build, checker, source):
    """What a checker finds in a source file; nothing if all is well."""
    done = subprocess.run(
        list(map(str, CHECKERS[checker](build, source))),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False, encoding="utf-8",
        errors="replace")
    text = COUNTED.sub("", done.stdout)
    if done.returncode != 0 and not text:
        text = f"{checker} ended with status {done.returncode}\n"
    return text


def findings(builddir, checker, only=None):
    """(source, what was found in it) for each source, in their order."""
    build = Build(builddir)
    sources = [source for source in build.sources()
               if only is None or only in str(source)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = pool.map(lambda source: look(build, checker, source), sources)
        for source, text in zip(sources, texts):
            yield source.relative_to(SRCDIR), text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--builddir", required=True)
    parser.add_argument("--only", help="sources whose name has that word")
    parser.add_argument("checkers", nargs="*", metavar="CHECKER")
    args = parser.parse_args()
    passed = failed = skipped = 0
    for checker in args.checkers or CHECKERS:
        if shutil.which(checker) is None:
            print(f"SKIP: {checker} is not installed")
            skipped += 1
            continue
        for source, text in findings(args.builddir, checker, args.only):
            if text:
                print(f"{checker}, {source}:\n{text}", flush=True)
                failed += 1
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
