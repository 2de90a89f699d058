#!/usr/bin/env python3
"""Writes the seeds of the fuzzers into DIRECTORY/NAME: what they start from.

    seeds.py --bouncecause COMMAND DIRECTORY
"""

import argparse
import pathlib
import re
import subprocess

TESTS = pathlib.Path(__file__).resolve().parent.parent
RULES = TESTS.parent / "rules"
SMALL_RULES = TESTS / "unit" / "engine-rules"

# Larger ones slow a fuzzer down and add nothing; each source that compiles
# takes half a second.
MESSAGE_MAX_SIZE = 24 * 1024
SOURCE_MAX_SIZE = 700
EXAMPLE = re.compile(rb"""^\s+(?:- |text: )['"]?(.{8,300}?)['"]?$""",
                     re.MULTILINE)
RECEIVED = re.compile(rb"^Received:(.*(?:\n[ \t].*)*)", re.MULTILINE)


def write(directory, contents):
    directory.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(contents):
        (directory / f"{number:04}").write_bytes(content)


def files(*patterns):
    for directory, pattern in patterns:
        for path in sorted(directory.rglob(pattern)):
            yield path.read_bytes()


def texts():
    seen = set()
    for source in files((RULES / "provider", "*.yaml")):
        for text in EXAMPLE.findall(source):
            # one of each kind is enough
            key = re.sub(rb"[^a-z ]", b"", text.lower())[:24]
            if key not in seen:
                seen.add(key)
                yield text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bouncecause", required=True)
    parser.add_argument("directory", type=pathlib.Path)
    args = parser.parse_args()

    for name in ("message", "compose"):
        write(args.directory / name, (
            mail for mail in files((TESTS, "*.eml"))
            if len(mail) <= MESSAGE_MAX_SIZE))
    write(args.directory / "text", texts())
    write(args.directory / "received", (
        b"mail.example.com *.example.net 192.0.2.0/24\n" + b"\n".join(
            re.sub(rb"\s+", b" ", field) for field in RECEIVED.findall(mail))
        for mail in files((TESTS / "samples" / "table", "*.eml"))))
    write(args.directory / "compiler", (
        source for source in files((RULES, "*.yaml"),
                                   (SMALL_RULES, "*.yaml"))
        if len(source) <= SOURCE_MAX_SIZE))
    write(args.directory / "rules", [])
    subprocess.run([args.bouncecause, "compile", "-o",
                    args.directory / "rules" / "0000", SMALL_RULES],
                   check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
