"""How tests and the demo talk to the private Dovecot."""

import base64
import concurrent.futures
import email.parser
import email.policy
import imaplib
import re
import smtplib
import socket

from server import HANG_SECONDS

imaplib._MAXLINE = 100_000_000


class Refused(Exception):
    """A server's NO."""


# The last line that the log has about a connection which was ended by QUIT
LMTP_END = "Logged out (state="


def deliver(server, data, *recipients, sender=""):
    """Deliver by LMTP. Returns the reply for each recipient, (code, text).
    The log then has everything about it."""
    ended = len(server.log_lines(LMTP_END))
    replies = _deliver(server, data, recipients, sender)
    server.wait_for_log(LMTP_END, ended + 1)
    return replies


def deliver_together(server, messages, user, meanwhile=lambda: None):
    """Deliver each to that user by a connection of its own, all at the same
    time, and do something meanwhile. Returns the replies."""
    ended = len(server.log_lines(LMTP_END))
    with concurrent.futures.ThreadPoolExecutor(len(messages)) as pool:
        jobs = [pool.submit(_deliver, server, data, [user], "")
                for data in messages]
        meanwhile()
        replies = [job.result()[0] for job in jobs]
    server.wait_for_log(LMTP_END, ended + len(messages))
    return replies


def deliver_all(server, messages, batch=25):
    """Deliver many by one connection, commands and mails of a batch in one go
    (RFC 2920, RFC 3030). messages: (data, recipients) each, of the null sender.
    Returns the replies for all recipients."""
    replies = []
    ended = len(server.log_lines(LMTP_END))
    with socket.create_connection(("127.0.0.1", server.lmtp_port),
                                  HANG_SECONDS) as sock:
        lines = sock.makefile("rb")

        def reply():
            while (line := lines.readline())[3:4] == b"-":
                pass
            return line.decode().strip()

        reply()
        sock.sendall(b"LHLO mx.example.com\r\n")
        reply()
        for start in range(0, len(messages), batch):
            part = messages[start:start + batch]
            sock.sendall(b"".join(
                b"MAIL FROM:<>\r\n"
                + b"".join(b"RCPT TO:<%s>\r\n" % recipient.encode()
                           for recipient in recipients)
                + b"BDAT %d LAST\r\n" % len(data) + data
                for data, recipients in part))
            for _, recipients in part:
                for _ in range(1 + len(recipients)):
                    if not (line := reply()).startswith("250"):
                        raise Refused(line)
                replies += [reply() for _ in recipients]
        sock.sendall(b"QUIT\r\n")
        reply()
    server.wait_for_log(LMTP_END, ended + 1)
    return replies


def _deliver(server, data, recipients, sender):
    with smtplib.LMTP("127.0.0.1", server.lmtp_port,
                      local_hostname="mx.example.com") as lmtp:
        lmtp.sock.settimeout(HANG_SECONDS)
        lmtp.ehlo_or_helo_if_needed()
        lmtp.mail(sender)
        for recipient in recipients:
            code, text = lmtp.rcpt(recipient)
            if code != 250:
                raise Refused(f"{recipient}: {code} {text.decode()}")
        # LMTP answers once per recipient; smtplib reads the first answer.
        replies = [lmtp.data(data)]
        while len(replies) < len(recipients):
            replies.append(lmtp.getreply())
        return [(code, text.decode()) for code, text in replies]


class StoredMail:
    """A message as a mailbox has it. The body is not parsed: it may be meant to
    be too much for that."""

    def __init__(self, folder, flags, data):
        self.folder = folder
        self.flags = flags
        self.data = data
        self.message = email.parser.BytesHeaderParser(
            policy=email.policy.default).parsebytes(data)

    def header(self, name):
        """A decoded header field on one line, "" where there is none."""
        return re.sub(r"\s+", " ", str(self.message[name] or "")).strip()

    def keywords(self):
        """The flags that no client sets by itself."""
        return sorted(flag for flag in self.flags if flag[0] != "\\")


class Imap:
    """`with Imap(server, user) as imap:`"""

    def __init__(self, server, user, password="secret"):
        self.connection = imaplib.IMAP4("127.0.0.1", server.imap_port,
                                        timeout=HANG_SECONDS)
        self.connection.login(user, password)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.logout()

    def ask(self, method, *args):
        kind, data = getattr(self.connection, method)(*args)
        if kind != "OK":
            raise Refused(f"{method}: {data}")
        return data

    def folders(self):
        """Those that can hold mail."""
        lines = (line.decode() for line in self.ask("list") if line)
        return sorted(line.partition(' "/" ')[2].strip('"')
                      for line in lines if "\\no" not in line.lower())

    def mails(self, folder="INBOX"):
        """All messages of a folder."""
        self.ask("select", f'"{folder}"', True)
        found = self.ask("search", None, "ALL")[0].split()
        if not found:
            return []
        data = self.ask("fetch", b",".join(found).decode(),
                        "(FLAGS BODY.PEEK[])")
        return [StoredMail(folder, _flags(item[0]), item[1])
                for item in data if isinstance(item, tuple)]

    def count(self):
        """How many messages there are in all folders."""
        return sum(int(self.ask("select", f'"{folder}"', True)[0])
                   for folder in self.folders())

    def all_mails(self):
        return [mail for folder in self.folders()
                for mail in self.mails(folder)]

    def append(self, data, folder="INBOX"):
        self.ask("append", f'"{folder}"', None, None, data)

    def copy_all(self, source, target):
        """Copy all messages of a folder into another one."""
        self.ask("select", f'"{source}"')
        self.ask("copy", "1:*", f'"{target}"')


def _flags(line):
    return [flag.decode() for flag in imaplib.ParseFlags(line)]


class ManageSieve:
    """As much of RFC 5804 as it takes to upload a script."""

    def __init__(self, server, user, password="secret"):
        self.socket = socket.create_connection(
            ("127.0.0.1", server.sieve_port), HANG_SECONDS)
        self.file = self.socket.makefile("rwb")
        self.capabilities = self.response()
        plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.command(f'AUTHENTICATE "PLAIN" "{plain}"')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.command("LOGOUT")
        self.file.close()
        self.socket.close()

    def command(self, line, literal=None):
        """Send a command; returns what came before OK, raises Refused."""
        self.file.write(line.encode())
        if literal is not None:
            data = literal.encode()
            self.file.write(b" {%d+}\r\n" % len(data) + data)
        self.file.write(b"\r\n")
        self.file.flush()
        return self.response()

    def response(self):
        lines = []
        while line := self.line():
            word = line.split(" ")[0].upper()
            if word == "OK":
                return lines
            if word in ("NO", "BYE"):
                raise Refused(line)
            lines.append(line)
        raise Refused("connection closed")

    def line(self):
        """A line, literals put in their places."""
        text = ""
        while True:
            text += self.file.readline().decode().rstrip("\r\n")
            found = re.search(r"\{(\d+)\+?\}$", text)
            if not found:
                return text
            text = text[:found.start()]
            text += self.file.read(int(found.group(1))).decode()

    def extensions(self):
        """What the server lists as its Sieve extensions."""
        for line in self.command("CAPABILITY"):
            if line.upper().startswith('"SIEVE"'):
                return line.partition(" ")[2].strip('"').split()
        return []

    def put(self, name, script):
        """Upload a script; returns the warnings."""
        return self.command(f'PUTSCRIPT "{name}"', script)

    def check(self, script):
        return self.command("CHECKSCRIPT", script)

    def activate(self, name):
        self.command(f'SETACTIVE "{name}"')
