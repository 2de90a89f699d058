"""What doc/bouncecause-admin.md tells administrators to do, as it stands."""

import re

import dialect
from testcase import SRCDIR

PAGE = (SRCDIR / "doc/bouncecause-admin.md").read_text()
# Code: lines that are indented, within a list twice
BLOCK = re.compile(r"(?<=\n\n)((?:(?:    )+.*\n|\n(?=    ))+)")
VERSION = re.compile(r"Dovecot (2\.\d):\n\n\Z")


def blocks(*words, version=None):
    """The blocks of code that have one of these words; those that are given for
    a version of Dovecot only for that one, without one for the installed."""
    version = version or dialect.installed().VERSION
    found = []
    for match in BLOCK.finditer(PAGE):
        said = VERSION.search(PAGE[:match.start()])
        if said is not None and said[1] != version:
            continue
        text = match.group()
        if any(word in text for word in words):
            indent = re.match(" +", text).group()
            found.append(re.sub(f"(?m)^{indent}", "", text))
    return found


def block(*words):
    """The only one"""
    (found,) = blocks(*words)
    return found
