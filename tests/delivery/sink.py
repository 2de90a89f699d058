#!/usr/bin/env python3
"""An SMTP server on loopback that keeps what it is given.

As a module: `with Sink() as sink: ... sink.wait(1)`. As a program it writes
each message to a file of the directory it is given, until that is removed:
`sink.py PORT DIRECTORY`.
"""

import email
import email.policy
import pathlib
import socketserver
import sys
import threading
import time


class _Session(socketserver.StreamRequestHandler):
    timeout = 300

    def handle(self):
        self.say("220 sink.example.com ESMTP")
        sender, recipients = None, []
        while line := self.rfile.readline(4096):
            verb = line.decode("utf-8", "replace").strip()
            upper = verb.upper()
            if upper.startswith("MAIL FROM:"):
                sender, recipients = _address(verb), []
                self.say("250 ok")
            elif upper.startswith("RCPT TO:"):
                recipients.append(_address(verb))
                self.say("250 ok")
            elif upper == "DATA":
                self.say("354 go on")
                self.server.keep(Mail(sender, recipients, self.read_data()))
                self.say("250 kept")
            elif upper == "QUIT":
                self.say("221 bye")
                return
            elif upper.split(" ")[0] in ("EHLO", "HELO", "RSET", "NOOP"):
                self.say("250 sink.example.com")
            else:
                self.say("502 not here")

    def read_data(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def say(self, reply):
        self.wfile.write(reply.encode() + b"\r\n")


def _address(verb):
    return verb.partition("<")[2].partition(">")[0]


class Mail:
    """A message that the sink was given, with its envelope."""

    def __init__(self, sender, recipients, data):
        self.sender = sender
        self.recipients = recipients
        self.data = data
        self.message = email.message_from_bytes(
            data, policy=email.policy.default)

    def text(self):
        """The text that a person reads."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


class Sink(socketserver.ThreadingTCPServer):
    """Runs in a thread of its own, from `with` on."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0, keep=None):
        super().__init__(("127.0.0.1", port), _Session)
        self.port = self.server_address[1]
        self.mails = []
        self.arrived = threading.Condition()
        self.also_keep = keep

    def keep(self, mail):
        with self.arrived:
            self.mails.append(mail)
            self.arrived.notify_all()
        if self.also_keep is not None:
            self.also_keep(mail)

    def wait(self, count, seconds=300):
        """Wait until so many mails are there; return all."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.mails) >= count, seconds)
            return list(self.mails)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def main(port, directory):
    directory = pathlib.Path(directory)

    def store(mail):
        name = f"{time.time():.6f}.eml"
        (directory / name).write_bytes(mail.data)

    with Sink(int(port), store):
        while directory.is_dir():
            time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
