"""Mails that were sent, and reports that return them."""

import email.utils
import itertools

import mails
from testcase import SENT

# Configuration: a mailbox for sent mail, and another one
SENT_MAILBOXES = SENT + """\
namespace inbox {
  mailbox "Sent on the phone" {
    special_use = \\Archive \\Sent
  }
}
"""

_numbers = itertools.count(1)


def original(to="bob@example.net", message_id=None, author="li.wei@example.com",
             fields="", text="Hello, Bob.\n", subject="A question", **more):
    """A mail as its author sent it. fields are whole lines that come first,
    more are further fields, e.g. cc="...". An empty message_id: none."""
    if message_id is None:
        message_id = f"<{next(_numbers)}.original@pc.example.com>"
    header = [fields.rstrip("\n")] if fields else []
    header += [f"From: {author}", f"To: {to}"]
    header += [f"{name.capitalize()}: {value}" for name, value in more.items()]
    if message_id:
        header.append(f"Message-ID: {message_id}")
    header += [f"Subject: {subject}", "Date: " + email.utils.formatdate(0)]
    return mails.crlf(("\n".join(header) + "\n\n" + text).encode(
        "utf-8", "surrogateescape"))


def header_of(mail):
    return mail.partition(b"\r\n\r\n")[0] + b"\r\n"


def report(returned, *failed, status="5.1.1", action="failed",
           reply="550 5.1.1 User unknown", form="message/rfc822",
           author="li.wei@example.com", reporter="mx.example.net"):
    """A report (RFC 3464) that returns that mail: all of it, its header
    (form="text/rfc822-headers"), its text only (form="text/plain"), or nothing
    (returned=None). failed are addresses, or (original, final) ones."""
    if returned is None:
        returned = b""
    else:
        if form == "text/rfc822-headers":
            returned = header_of(returned)
        elif form == "text/plain":
            returned = mails.body(returned)
        returned = (b"--=_b\r\nContent-Type: " + form.encode() + b"\r\n\r\n"
                    + returned + b"\r\n")
    recipients = ""
    for address in failed or ("bob@example.net",):
        if isinstance(address, tuple):
            recipients += f"\nOriginal-Recipient: rfc822;{address[0]}"
            address = address[1]
        recipients += f"""
Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {reply}
"""
    return mails.crlf(f"""\
Return-Path: <>
From: MAILER-DAEMON@{reporter}
To: {author}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{next(_numbers)}.report@{reporter}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b

This is the mail system at host {reporter}.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; {reporter}
{recipients}
""".encode("utf-8", "surrogateescape")) + returned + b"--=_b--\r\n"
