"""An SMTP server that counts mails and reads none: what one costs here is not the portal's, and weighs on what is."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.answering import answering


class _Caller(socketserver.StreamRequestHandler):
    server: "Counting"

    def handle(self) -> None:
        self.wfile.write(b"220 localhost ESMTP\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while self.rfile.readline() not in {b".\r\n", b""}:
                        pass
                    self.server.taken += 1
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 localhost\r\n")


class Counting(socketserver.ThreadingTCPServer):
    """The server; `taken` is how many mails it took."""

    daemon_threads = allow_reuse_address = True
    taken = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def counting() -> Iterator[Counting]:
    """Take mails for the block."""
    server = Counting(("127.0.0.1", 0), _Caller)
    with answering(server):
        yield server
