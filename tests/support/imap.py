"""A small IMAP4rev1 server over TLS (RFC 3501): one mailbox, and the commands that read it."""

import re
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.answering import answering

PASSWORD = 'deux mots, et un " de trop'


@dataclass
class Stored:
    """A mail and its flags."""

    raw: bytes
    flags: set[str] = field(default_factory=set)


class Mailbox:
    """What is in the mailbox, by UID; `refuses` are commands that the server answers « NO »."""

    def __init__(self) -> None:
        self.mails: dict[int, Stored] = {}
        self.said: list[str] = []
        self.refuses: set[str] = set()

    def deliver(self, *mails: bytes) -> None:
        for raw in mails:
            self.mails[max(self.mails, default=0) + 1] = Stored(raw)

    def search(self, words: str) -> str:
        largest = int(words.rpartition("SMALLER ")[2])
        found = {uid: one for uid, one in self.mails.items() if len(one.raw) < largest}
        return " ".join(str(uid) for uid, one in found.items() if "UNSEEN" not in words or r"\Seen" not in one.flags)

    def expunge(self) -> Iterator[int]:
        for number, uid in reversed(list(enumerate(self.mails, start=1))):
            if r"\Deleted" in self.mails[uid].flags:
                del self.mails[uid]
                yield number


class _Conversation(socketserver.StreamRequestHandler):
    """Each command of a client, answered under its tag."""

    def handle(self) -> None:
        box: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self.reply("* OK IMAP4rev1 ready")
        self.may_read = False
        for line in self.rfile:
            tag, _space, rest = line.decode().strip().partition(" ")
            command = re.sub(r"^UID ", "UID_", rest.upper()).split(" ")[0]
            box.said.append(command)
            answer = "NO refused" if command in box.refuses else self.obey(box, command, rest)
            self.reply(f"{tag} {answer}")
            if command == "LOGOUT":
                return

    def obey(self, box: Mailbox, command: str, rest: str) -> str:
        match command:
            case "CAPABILITY":
                self.reply("* CAPABILITY IMAP4rev1")
            case "LOGOUT":
                self.reply("* BYE")
            case "LOGIN":
                self.may_read = rest.endswith(r'"deux mots, et un \" de trop"')
                return "OK done" if self.may_read else "NO [AUTHENTICATIONFAILED] Invalid credentials"
            case _:
                return self.obey_reader(box, command, rest) if self.may_read else "BAD not now"
        return "OK done"

    def obey_reader(self, box: Mailbox, command: str, rest: str) -> str:
        match command:
            case "SELECT":
                self.reply(f"* {len(box.mails)} EXISTS")
            case "UID_SEARCH":
                self.reply(f"* SEARCH {box.search(rest)}")
            case "UID_FETCH":
                self.fetch(box, int(rest.split()[2]))
            case "UID_STORE":
                box.mails[int(rest.split()[2])].flags |= set(re.findall(r"\\\w+", rest))
            case "EXPUNGE":
                for number in box.expunge():
                    self.reply(f"* {number} EXPUNGE")
            case _:
                return "BAD unknown"
        return "OK done"

    def fetch(self, box: Mailbox, uid: int) -> None:
        raw, number = box.mails[uid].raw, list(box.mails).index(uid) + 1
        self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (number, uid, len(raw), raw))

    def reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mailbox: Mailbox, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mailbox = mailbox
        self.socket = tls.wrap_socket(self.socket, server_side=True)


@contextmanager
def serving(mailbox: Mailbox, tls: ssl.SSLContext) -> Iterator[int]:
    """Serve a mailbox on a port of this machine, which is given."""
    server = _Server(mailbox, tls)
    with answering(server):
        yield server.server_address[1]
