"""Deliveries by LMTP with and without the plugin, in instructions of the process
that delivers: no other work disturbs them. What the kernel does for it is not
counted; it is most of the time that a delivery takes."""

import pathlib
import tempfile

import callgrind
import deliveries

LMTP = "/usr/lib/dovecot/lmtp"
CONFIG = """\
service lmtp {{
  executable = {}
}}
"""
# What happens once has happened after so many.
WARM = 100


def _totals(builddir, *rounds):
    """Instructions of all these rounds of mails, without and with"""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        # mail is delivered as another user
        directory.chmod(0o777)
        logs, configs = [], []
        for which in ("without", "having"):
            logs.append(directory / which)
            program = directory / f"lmtp-{which}"
            program.write_text(
                f"#!/bin/sh\nexec {callgrind.COMMAND} "
                f"--log-file={logs[-1]}.%p {LMTP} \"$@\"\n")
            program.chmod(0o755)
            configs.append(CONFIG.format(program))
        with deliveries.Pair(builddir, configs) as pair:
            for mails in rounds:
                pair.deliver(mails)
        # of all that were started, one has delivered
        return [max(callgrind.collected(log.read_text())
                    for log in directory.glob(f"{log.name}.*"))
                for log in logs]


def counts(builddir, mails):
    """Instructions of one mail, without and with"""
    warm = mails[:WARM]
    return [(more - few) / len(mails) for few, more in zip(
        _totals(builddir, warm), _totals(builddir, warm, mails))]
