#!/usr/bin/env python3
"""An SMTP server on loopback that keeps what it is given.

As a module: `with Sink() as sink: ... sink.wait(1)`. As a program it writes
each message to a file of the directory it is given, until that is removed:
`sink.py PORT DIRECTORY`.
"""

import contextlib
import email
import email.policy
import pathlib
import re
import socketserver
import sys
import threading
import time


# In place of a reply: break the connection off; say nothing more
CLOSE = "close"
HANG = "hang"


class _Over(Exception):
    """The connection has come to its end."""


class _Session(socketserver.StreamRequestHandler):
    timeout = 300

    def handle(self):
        with contextlib.suppress(_Over):
            self.talk()

    def talk(self):
        self.answer("connect", "220 sink.example.com ESMTP")
        sender, recipients = None, []
        while line := self.rfile.readline(4096):
            verb = line.decode("utf-8", "replace").strip()
            step = re.split("[ :]", verb.lower())[0]
            if step == "data":
                if self.answer(step, "354 go on"):
                    mail = Mail(sender, recipients, self.read_data())
                    self.answer("message", "250 kept",
                                lambda: self.server.keep(mail))
            elif step == "quit":
                self.say("221 bye")
                return
            elif step in ("mail", "rcpt", "ehlo", "helo", "rset", "noop"):
                if self.answer(step, "250 ok"):
                    if step == "mail":
                        sender, recipients = _address(verb), []
                    elif step == "rcpt":
                        recipients.append(_address(verb))
            else:
                self.say("502 not here")

    def answer(self, step, reply, grant=None):
        """Reply, or do what the sink is told to do at that step. Returns
        whether it was granted; grant() is called before that is said."""
        reply = self.server.answers.get(step, reply)
        if reply == HANG:
            self.server.end.wait(300)
        if reply in (CLOSE, HANG):
            raise _Over
        granted = reply[0] in "23"
        if granted and grant is not None:
            grant()
        self.say(reply)
        return granted

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
    """Runs in a thread of its own, from `with` on.

    answers   {step: reply, CLOSE or HANG} where it is not to behave; the steps
              are connect, ehlo, mail, rcpt, data, and message: the end of one
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0, keep=None):
        super().__init__(("127.0.0.1", port), _Session)
        self.port = self.server_address[1]
        self.mails = []
        self.answers = {}
        self.end = threading.Event()
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
        self.end.set()
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
