"""A real DNS server on this machine, for the tests of what others see of a town."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Zone = dict[tuple[str, str], list[str]]
"""A name and a type → its records, as a zone file has them."""

OF_A_GOOD_TOWN: Zone = {
    ("oudon.example.", "MX"): ["10 mx.oudon.example."],
    ("oudon.example.", "TXT"): ['"an owner" "\'s proof"', '"v=spf1 " "mx -all"'],
    ("_dmarc.oudon.example.", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:dmarc@oudon.example"'],
}


class NameServer:
    """Answers for the names of its zone, and says of the others that there are none."""

    def __init__(self) -> None:
        self.zone: Zone = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        asked, caller = self._socket.recvfrom(4096)
        while asked != b"stop":
            self._socket.sendto(self._answer(dns.message.from_wire(asked)), caller)
            asked, caller = self._socket.recvfrom(4096)

    def _answer(self, query: dns.message.Message) -> bytes:
        (question,) = query.question
        name = question.name.to_text().lower()
        answer = dns.message.make_response(query, recursion_available=True)
        if records := self.zone.get((name, question.rdtype.name)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype.name, *records))
        elif not any(known == name for known, _kind in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()

    def resolver(self) -> dns.resolver.Resolver:
        """Return what asks this server, and no other."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def stop(self) -> None:
        """End it."""
        self._socket.sendto(b"stop", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()


@contextmanager
def serving() -> Iterator[NameServer]:
    """Run a server for the block."""
    server = NameServer()
    try:
        yield server
    finally:
        server.stop()
