"""The sample mails, and mails made around them."""

import email.message
import email.policy
import email.utils
import pathlib
import re
import typing

TABLE = pathlib.Path(__file__).resolve().parent.parent / "samples" / "table"


class Expected(typing.NamedTuple):
    """What is to become of a sample: a row of expected.tsv."""

    file: str
    row: str
    system: str
    kind: str
    cause: str
    severity: str
    recipients: str

    @property
    def keyword(self):
        return "$Bounce" + "".join(
            word.capitalize() for word in self.cause.split("-"))

    def load(self):
        return load(TABLE / self.file)


def table():
    """One report for each row of the provider's table, and one for its
    note."""
    lines = (TABLE / "expected.tsv").read_text().splitlines()
    return [Expected(*line.split("\t")) for line in lines
            if line and not line.startswith("#")]


def load(path):
    """A mail as it goes over the wire: CRLF line ends."""
    return crlf(pathlib.Path(path).read_bytes())


def crlf(data):
    return re.sub(rb"\r?\n", b"\r\n", data)


def body(data):
    """What stands below the header; editing header fields leaves it alone."""
    return data.partition(b"\r\n\r\n")[2]


def report(failed="gone@example.net", *, author="li.wei@example.com",
           to=None, original=None, subject="A question",
           message_id="<question@example.com>", fields=(),
           received="from pc.example.com (pc.example.com [192.0.2.17])"
                    " by out.example.com with ESMTPSA id 1",
           action="failed", returned=True):
    """A report about one address. The keywords say what it returns: fields are
    more "Name: value" of that header, to the address that the author wrote.
    What is None is left out."""
    lines = [f"Received: {received}; Tue, 14 Oct 2025 09:12:42 +0800"
             if received else None,
             f"Message-ID: {message_id}" if message_id else None,
             f"From: {author}", f"To: {to or failed}", f"Subject: {subject}",
             "Date: Tue, 14 Oct 2025 09:12:40 +0800", *fields, "", "Hello"]
    header = "\n".join(line for line in lines if line is not None)
    part = f"""
--report
Content-Type: message/rfc822

{header}
""" if returned else ""
    ask = f"Original-Recipient: rfc822;{original}\n" if original else ""
    status = "5.1.1" if action == "failed" else "4.4.1"
    text = f"""\
From: MAILER-DAEMON@out.example.com (Mail Delivery System)
To: {author}
Subject: Undelivered Mail Returned to Sender
Date: Tue, 14 Oct 2025 09:12:44 +0800
Message-ID: {email.utils.make_msgid(domain="out.example.com")}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=report

--report

Your message could not be delivered.

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; out.example.com

{ask}Final-Recipient: rfc822;{failed}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; {status[0]}50 {status} <{failed}>: User unknown
{part}
--report--
"""
    return crlf(text.encode("utf-8", "surrogateescape"))


def text_of(data):
    """The plain text that a mail shows."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    return message.get_body(("plain",)).get_content()


def compose(author, to, subject, text):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"] = author
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = email.utils.make_msgid(domain="pc.example.com")
    mail.set_content(text)
    return mail


def forward_attached(data, author, to):
    """Somebody passes a mail on as an attachment."""
    mail = compose(author, to, "Fwd: this came back",
                   "Hello, what does this mean?\n")
    mail.add_attachment(email.message_from_bytes(data,
                                                 policy=email.policy.SMTP))
    return mail.as_bytes()


def forward_inline(data, author, to):
    """Somebody passes a mail on within their own text."""
    original = email.message_from_bytes(data, policy=email.policy.default)
    text = original.get_body(("plain",)).get_content()
    fields = "".join(f"{name}: {original[name]}\n"
                     for name in ("From", "Date", "Subject", "To"))
    return compose(
        author, to, "Fwd: this came back",
        "Hello, what does this mean?\n\n"
        f"---------- Forwarded message ---------\n{fields}\n{text}"
    ).as_bytes()
