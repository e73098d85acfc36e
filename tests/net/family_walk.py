"""A family's way from the first step to the deposit, each form of it sent through faults."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from sqlite_utils import Database

from tests.net.courier import Answer
from tests.net.faults import FaultyProxy
from tests.net.persistence import Persistent
from tests.net.strikes import Fault
from tests.support.portal import Portal
from tests.support.walk import CHILD, CONTACTS, IDENTITY, MANUAL, PASSWORD, RELATIVE, code_of
from wizard import clock
from wizard.models import DraftKind
from wizard.stores import drafts

Weather = Callable[[str], Sequence[Fault]]

LEFT = """
    WITH family AS (SELECT id, household, person FROM accounts WHERE email = :email)
    SELECT
        (SELECT count(*) FROM family),
        (SELECT count(*) FROM people JOIN family ON family.person = people.id WHERE birth_name = :name),
        (SELECT count(*) FROM dossier_people JOIN dossiers ON dossiers.id = dossier JOIN family USING (household)),
        (SELECT count(*) FROM dossiers JOIN family USING (household)),
        (SELECT count(*) FROM drafts JOIN family ON family.id = drafts.account)
    """
# An account, of the parent under the name last typed; a dossier, about them, a child and a contact; and no draft.
ONE_FAMILY = (1, 1, 3, 1, 0)


class FamilyWalk:
    """A walk under the faults that `weather` gives for each of its forms; `faults` remembers them."""

    def __init__(self, portal: Portal, proxy: FaultyProxy, db: Database, weather: Weather = lambda _form: ()) -> None:
        self.portal, self.db, self.weather = portal, db, weather
        self.parent = Persistent(proxy)
        self.email = f"{uuid4().hex}@exemple.fr"
        self.name = "Martin " + "".join(chr(ord("a") + int(digit, 16)) for digit in self.email[:8])
        self.faults: list[Fault] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def walk(self) -> None:
        """From the first step to the deposit; what is left is one family."""
        self.sign_up()
        self.declare()
        self.parent.hang_up()
        self.parent.proxy.settle()
        assert self.db.execute(LEFT, {"email": self.email, "name": self.name}).fetchone() == ONE_FAMILY

    def sign_up(self) -> None:
        """The four steps, the name corrected on the way, to the confirmation."""
        page = self.parent.send("/inscription", {})
        first = page.headers["HX-Push-Url"]
        page = self.answer(page, "adresse", DraftKind.SIGNUP, "identite", **IDENTITY | {"birth_name": "Le Goff"})
        page = self.parent.send(*self.parent.courier.fill_in(page, saisir="1"))
        page = self.answer(page, "contacts", DraftKind.SIGNUP, "adresse", **MANUAL)
        self.answer(self.parent.read(first), "adresse", DraftKind.SIGNUP, "identite", birth_name=self.name)
        page = self.answer(page, "identifiants", DraftKind.SIGNUP, "contacts", **CONTACTS | {"email": self.email})
        self.haunt()
        page = self.step(page, "confirmation", password=PASSWORD, sans_image="1")
        code = code_of(self.portal.mail_to(self.email).get_body().get_content())  # type: ignore[union-attr]
        assert "est activé" in self.parent.send(*self.parent.courier.fill_in(page, code=code)).text

    def declare(self) -> None:
        """The entourage: a child, a contact, the deposit."""
        welcome = self.parent.send("/entourage", {"username": self.email, "password": PASSWORD})
        step_1 = f"{welcome.headers['Location']}/etape-1"
        page = self.parent.read(f"{step_1}/membre")
        self.answer(page, "etape-1", DraftKind.ENTOURAGE, "membre", **CHILD)
        page = self.parent.read(f"{step_1}/contact")
        child = page.soup.select_one("[name=children]")
        assert child
        about = {"children": str(child["value"]), "may_collect": "y"}
        self.answer(page, "etape-1", DraftKind.ENTOURAGE, "contact", **RELATIVE | about)
        self.haunt()
        self.step(self.parent.read(step_1.replace("etape-1", "etape-2")), "depose", form="etape-2")
        self.haunt()

    def answer(self, page: Answer, then: str, kind: DraftKind, row: str, **values: Any) -> Answer:
        """Answer a step through faults; what was typed is kept, once."""
        following = self.step(page, then, **values)
        draft = drafts.load(self.db, following.headers["HX-Push-Url"].split("/")[2], kind, clock.now())
        assert draft is not None
        kept = [data for key, data in draft.answers.items() if key.split(":")[0] == row]
        assert [{name: data.get(name) for name in values} for data in kept] == [
            {name: [value] for name, value in values.items()}
        ]
        return following

    def step(self, page: Answer, then: str, form: str = "", **values: Any) -> Answer:
        """Send the page's form through faults: the next page comes, and once more when the form is sent again."""
        path, typed = self.parent.courier.fill_in(page, form, **values)
        faults = self.weather(f"{len(self.sent)} {path.split('/', 3)[-1]}")
        self.faults += faults
        self.sent.append((path, typed))
        answer = self.parent.send(path, typed, faults)
        again = self.parent.send(path, typed)
        for one in (answer, again):
            assert (one.status, reached(one), heading(one)) == (200, then, heading(answer)), one.text[:2000]
        return answer

    def haunt(self) -> None:
        """All that was sent so far comes back, the oldest last, as from a network that had kept it; nothing changes."""
        before = self.answers()
        for path, typed in reversed(self.sent):
            self.parent.send(path, typed)
        assert self.answers() == before

    def answers(self) -> list[tuple[Any, ...]]:
        """Return what the drafts of this walk hold."""
        query = """
            SELECT draft_tokens.draft, step, data FROM draft_answers JOIN draft_tokens USING (draft)
            WHERE token_sha256 = ? ORDER BY step
            """
        tokens = {path.split("/")[2] for path, _typed in self.sent}
        return [row for token in sorted(tokens) for row in self.db.execute(query, (drafts.digest(token),)).fetchall()]


def reached(answer: Answer) -> str:
    """Return the step that an answer leads to."""
    return str(answer.headers["HX-Push-Url"]).split("/", 3)[-1]


def heading(answer: Answer) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
    assert found
    return found[1]
