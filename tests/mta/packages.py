"""Debian's packages of mail systems, got and unpacked, never installed: they
would throw each other off the machine."""

import os
import pathlib
import re
import subprocess
import unittest

# Of what a package depends on, only libraries are needed.
LIBRARY = re.compile(r"zlib|lib(?!perl|pam-|.*-perl$|c-bin)")
APT = ("-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=1",
       "-o", "Acquire::http::Timeout=20")


def unpack(names, root, cache):
    """Unpack packages, and the libraries they need, below root; packages are
    kept in the directory cache. Skips the test where they cannot be had."""
    for package in _get(names, pathlib.Path(cache)):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True,
                       timeout=120)


def _get(names, cache):
    cache.mkdir(parents=True, exist_ok=True)
    listing = cache / (names[0] + ".list")
    if listing.exists():
        files = [cache / line for line in listing.read_text().splitlines()]
        if all(file.exists() for file in files):
            return files
    try:
        wanted = sorted(_with_libraries(names, cache))
        # Each set has a directory: parallel tests get the same libraries.
        directory = cache / names[0]
        directory.mkdir(exist_ok=True)
        for old in directory.iterdir():
            old.unlink()
        _apt(cache, "apt-get", *APT, "-q", "download", *wanted, cwd=directory)
    except (OSError, subprocess.SubprocessError) as trouble:
        said = getattr(trouble, "stderr", None) or str(trouble)
        raise unittest.SkipTest(
            f"cannot get Debian's package {names[0]}: "
            + said.strip().splitlines()[-1]) from None
    files = sorted(directory.glob("*.deb"))
    listing.write_text("".join(f"{file.relative_to(cache)}\n"
                               for file in files))
    return files


def _apt(cache, *command, cwd=None):
    """Run one of apt's commands; with lists of our own where the machine has
    none that know what is asked for."""
    environ = {**os.environ, "LC_ALL": "C"}
    lists = cache / "lists"
    own = ("-o", f"Dir::State::Lists={lists}")

    def run(*command, timeout=120):
        return subprocess.run(command, cwd=cwd, env=environ, check=True,
                              capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL)

    try:
        if not lists.exists():
            return run(*command).stdout
    except subprocess.CalledProcessError:
        (lists / "partial").mkdir(parents=True)
        run("apt-get", *APT, *own, "-q", "update")
    return run(command[0], *own, *command[1:]).stdout


def _with_libraries(names, cache):
    found, todo = set(), list(names)
    while todo:
        text = _apt(cache, "apt-cache", "depends", "--no-recommends",
                    "--no-suggests", "--no-conflicts", "--no-breaks",
                    "--no-replaces", "--no-enhances", *todo)
        found.update(todo)
        needed = re.findall(r"^ *\|?(?:Pre)?Depends: ([^<\s]+)$", text,
                            re.MULTILINE)
        todo = sorted({name for name in needed if LIBRARY.match(name)}
                      - found)
    return found
