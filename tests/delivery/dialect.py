"""The configuration language of the Dovecot that is installed. Tests write
settings and configuration as 2.3 has them; each dialect makes of it what its
Dovecot reads:

    VERSION                     "2.3" or "2.4"
    EXAMPLE                     our example configuration
    SETTINGS                    our module for the configuration reader, or None
    server(...), tools(...)     the whole configuration of a private server, and
                                of Pigeonhole's tools
    plugin(settings)            {name: value} for plugin {}, as text
    config(text)                any other configuration
    user_fields(fields)         a user's own values, for the userdb
    enter(directory)            what a process of Dovecot does first, to see the
                                modules there for its configuration reader
"""

import functools
import os
import pathlib
import re
import subprocess

DOVECOT = "/usr/sbin/dovecot"
# Programs with a checker of memory, see tests/memory; or None
WRAPPERS = os.environ.get("BOUNCECAUSE_WRAPPERS")


@functools.cache
def installed():
    """The dialect of the installed Dovecot. Call it only where there is one."""
    said = subprocess.run([DOVECOT, "--version"], stdout=subprocess.PIPE,
                          check=True, text=True).stdout
    version = tuple(map(int, re.match(r"(\d+)\.(\d+)", said).groups()))
    if version < (2, 4):
        import dialect23 as dialect
    else:
        import dialect24 as dialect
    return dialect


def wrapped(program):
    """What to run for a program: it, or its wrapper."""
    wrapper = pathlib.Path(WRAPPERS or "/nowhere", pathlib.Path(program).name)
    return wrapper if wrapper.exists() else program


def wrapped_services():
    """Configuration for the services whose processes have our plugin."""
    if not WRAPPERS:
        return ""
    programs = [wrapped(f"/usr/lib/dovecot/{name}")
                for name in ("config", "imap", "lmtp", "managesieve")]
    return "default_vsz_limit = 0\n" + "".join(
        f"service {program.name} {{\n  executable = {program}\n}}\n"
        for program in programs if isinstance(program, pathlib.Path))
