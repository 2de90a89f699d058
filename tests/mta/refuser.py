"""The SMTP server that refuses: what it says depends on the address it is
reached at and on the recipient's local part at example.net. The rest it
keeps."""

import collections
import socketserver
import threading

import network

AT_CONNECT = {
    network.BLOCKED: [
        "554 5.7.1 Service unavailable; Client host [127.77.0.2] blocked"
        " using dnsbl.example.org; see https://dnsbl.example.org/?q=1"],
}
AT_RCPT = {
    "nobody": ["550 5.1.1 <{0}>: Recipient address rejected: User unknown in"
               " virtual mailbox table"],
    "no body": ["550 5.1.1 User unknown"],
    "full": ["552 5.2.2 <{0}>: Mailbox is full, over quota"],
    "grey": ["450 4.7.1 <{0}>: Recipient address rejected: Greylisted, please"
             " try again in 300 seconds"],
    "gone": ["550-5.1.1 The email account that you tried to reach does not",
             "550-5.1.1 exist. Please try double-checking the recipient's",
             "550 5.1.1 email address for typos or unnecessary spaces."],
    "utf8": ["550 5.1.1 用户不存在"],
    "plain": ["550 No such user here"],
    "disabled": ["550 5.2.1 The email account that you tried to reach is"
                 " disabled"],
    "relay": ["554 5.7.1 <{0}>: Relay access denied"],
    "busy": ["452 4.2.2 <{0}>: Mailbox is full, try again later"],
}
AT_DATA = {
    "huge": ["552 5.3.4 Message size exceeds fixed maximum message size"
             " (10485760)"],
    "policy": ["550 5.7.1 Message refused by the local policy of this site"],
    "spam": ["554 5.7.1 This message has been identified as spam"],
}


class _Session(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        try:
            self.talk()
        except OSError:
            pass  # the other side went away

    def talk(self):
        refusal = AT_CONNECT.get(self.server.server_address[0])
        self.say(refusal or ["220 mx.example.net ESMTP"])
        sender, recipients = None, []
        while line := self.rfile.readline(4096):
            verb = line.decode("utf-8", "replace").strip()
            upper = verb.upper()
            if upper == "QUIT":
                self.say(["221 2.0.0 bye"])
                return
            if refusal:
                self.say(refusal)
            elif upper.startswith("EHLO"):
                self.say(["250-mx.example.net", "250-8BITMIME",
                          "250 ENHANCEDSTATUSCODES"])
            elif upper.startswith("MAIL FROM:"):
                sender, recipients = _address(verb), []
                self.say(["250 2.1.0 ok"])
            elif upper.startswith("RCPT TO:"):
                address = _address(verb)
                reply = AT_RCPT.get(_local_part(address))
                if reply is None:
                    recipients.append(address)
                self.say([line.format(address) for line in reply]
                         if reply else ["250 2.1.5 ok"])
            elif upper == "DATA":
                if not recipients:
                    self.say(["554 5.5.1 no valid recipients"])
                    continue
                self.say(["354 go on"])
                data = self.read_data()
                refused = [AT_DATA[_local_part(address)]
                           for address in recipients
                           if _local_part(address) in AT_DATA]
                if not refused:
                    self.server.keep(sender, recipients, data)
                self.say(refused[0] if refused else ["250 2.0.0 kept"])
            elif upper.split(" ")[0] in ("HELO", "RSET", "NOOP"):
                self.say(["250 2.0.0 ok"])
            else:
                self.say(["502 5.5.1 not here"])

    def read_data(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def say(self, lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _address(verb):
    return verb.partition("<")[2].partition(">")[0]


def _local_part(address):
    local_part, _, domain = address.rpartition("@")
    if domain != "example.net":
        return ""
    return local_part.strip('"').replace("\\", "")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


class Refuser:
    """Runs in threads of its own, from `with` on. `reports` are the mails of
    the null sender that it took, by recipient."""

    def __init__(self):
        self.reports = collections.defaultdict(list)
        self.arrived = threading.Condition()

    def keep(self, sender, recipients, data):
        if sender:
            return
        with self.arrived:
            for recipient in recipients:
                self.reports[recipient].append(data)
            self.arrived.notify_all()

    def wait(self, enough, seconds):
        """Wait till enough(reports) holds; whether it does."""
        with self.arrived:
            return self.arrived.wait_for(lambda: enough(self.reports),
                                         seconds)

    def __enter__(self):
        self.servers = []
        for address in (network.SINK, network.BLOCKED):
            server = network.bind(_Server, (address, 25), _Session)
            server.keep = self.keep
            self.servers.append(server)
            threading.Thread(target=server.serve_forever,
                             daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.shutdown()
            server.server_close()
