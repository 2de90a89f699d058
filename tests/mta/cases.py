"""What is sent, and what the reports about it must be read as."""

import dataclasses

NET = "@example.net"


@dataclasses.dataclass(frozen=True)
class Case:
    """One message. `reports` says for each kind of report and recipient what
    fields the verdict has; `dsn` are parameters for RCPT TO."""
    name: str
    reports: dict
    more: tuple = ()
    dsn: str = ""

    @property
    def sender(self):
        return f"{self.name}@example.com"

    @property
    def recipients(self):
        named = [recipient for report in self.reports.values()
                 for recipient in report]
        return list(dict.fromkeys([*named, *self.more]))


def failure(recipient, cause, status="", code="", **more):
    """A report of one failure."""
    return {"failure": {recipient: _fields(cause, status, code, **more)}}


def late(recipient, cause, status="", code="", **more):
    """A warning, then a report of failure, for the same reason."""
    fields = _fields(cause, status, code, **more)
    return {"delay": {recipient: fields}, "failure": {recipient: fields}}


def _fields(cause, status, code, **more):
    """What is not said here differs between mail systems."""
    known = {"cause": cause, "status": status, "code": code, **more}
    return {name: value for name, value in known.items() if value}


MX = {"remote_mta": "mx.example.net"}
UNKNOWN = _fields("user-unknown", "5.1.1", "550", **MX)
FULL = _fields("mailbox-full", "5.2.2", "552", **MX)

CASES = [
    Case("unknown", {"failure": {"nobody" + NET: UNKNOWN}}),
    Case("full", {"failure": {"full" + NET: FULL}}),
    Case("plain", failure("plain" + NET, "user-unknown", code="550", **MX)),
    Case("disabled", failure("disabled" + NET, "user-disabled", "5.2.1",
                             "550", **MX)),
    Case("lines", {"failure": {"gone" + NET: UNKNOWN}}),
    Case("utf8", {"failure": {"utf8" + NET: UNKNOWN}}),
    Case("quoted", {"failure": {'"no body"' + NET: UNKNOWN}}),
    Case("relay", failure("relay" + NET, "relay-denied", "5.7.1", "554",
                          **MX)),
    Case("size", failure("huge" + NET, "message-too-large", "5.3.4", "552",
                         **MX)),
    Case("policy", failure("policy" + NET, "rejected-by-policy", "5.7.1",
                           "550", **MX)),
    Case("spam", failure("spam" + NET, "spam-content", "5.7.1", "554", **MX)),
    Case("blocked", failure("li@blocked.example.net", "sender-blocklisted",
                            "5.7.1", "554",
                            remote_mta="mx.blocked.example.net")),
    Case("nohost", failure("li@nowhere.invalid", "host-unknown")),
    Case("nullmx", failure("li@nullmx.example.net", "mx-missing")),
    Case("nomail", failure("li@nomail.example.net", "mx-missing")),
    Case("two", {"failure": {"nobody" + NET: UNKNOWN, "full" + NET: FULL}},
         more=("ok" + NET,)),
    Case("orcpt", {"failure": {"nobody" + NET: {
        **UNKNOWN, "original_recipient": "li.wei@example.org"}}},
        dsn="NOTIFY=FAILURE ORCPT=rfc822;li.wei@example.org"),
    Case("success", {"success": {"ok" + NET: {}}},
         dsn="NOTIFY=SUCCESS"),
    Case("grey", late("grey" + NET, "greylisted", "4.7.1", "450", **MX)),
    Case("busy", late("busy" + NET, "mailbox-full", "4.2.2", "452", **MX)),
    Case("closed", late("li@closed.example.net", "connection-failed")),
    Case("broken", late("li@broken.example.net", "mx-lookup-failed")),
]
