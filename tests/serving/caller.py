"""Someone without JavaScript, who counts the answers."""

from collections import Counter
from typing import Any

from tests.net.courier import Answer, Courier
from tests.support.walk import CONTACTS, IDENTITY, MANUAL, PASSWORD

LAST = {"password": PASSWORD, "sans_image": "1"}


class Caller:
    """Asks one page after another; without `keep`, each on a connection of its own."""

    def __init__(self, courier: Courier, keep: bool = True) -> None:
        self.courier, self.keep = courier, keep
        self.answered: Counter[int] = Counter()

    def ask(self, method: str, path: str, values: dict[str, Any] | None = None) -> Answer:
        answer = self.courier.ask(method, path, values)
        if not self.keep:
            self.courier.hang_up()
        self.answered[answer.status] += 1
        return answer

    def begin_a_sign_up(self) -> None:
        """Ask its first page, and open a draft."""
        page = self.ask("GET", "/inscription")
        self.ask("POST", *self.courier.fill_in(page))

    def sign_up(self, email: str) -> str:
        """Sign up, and return the title of the last page."""
        page = self.ask("GET", "/inscription")
        for values in ({}, IDENTITY, {"saisir": "1"}, MANUAL, CONTACTS | {"email": email}, LAST):
            page = self.ask("GET", self.ask("POST", *self.courier.fill_in(page, **values)).headers["Location"])
        title = page.soup.h1
        assert title
        return title.get_text(" ", strip=True)
