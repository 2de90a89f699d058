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
