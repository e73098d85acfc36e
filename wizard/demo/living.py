"""What a made-up family and the demonstration's agent do, through the very services that the pages call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlite_utils import Database

from wizard import clock
from wizard.db import transaction
from wizard.demo.people import PARENT, Made
from wizard.models import Account, Agent, Decision, DecisionLine, Dossier, Draft, DraftKind, KeyOrigin, ReasonCode
from wizard.services import asking, decisions, deposit, families, household, registration, withdrawing
from wizard.services.childfile import drafting, filing
from wizard.services.deposit import Asked, Declared
from wizard.settings import get_settings
from wizard.stores import accounts, drafts, journal

_HOUR = timedelta(hours=1)
_REASONS = {
    Decision.TO_CORRECT: (ReasonCode.MISSING_INFORMATION, "Ce numéro de téléphone ne répond pas."),
    Decision.REFUSED: (ReasonCode.OTHER, "Merci de passer en mairie avec un justificatif."),
}


@dataclass
class Life:
    """A family that signed up: its people of the draft → their number, once declared."""

    db: Database
    agent: Agent
    made: Made
    account: Account
    known: dict[str, int]

    @property
    def dossier(self) -> Dossier:
        """Its last dossier."""
        return household.read(self.db, self.account.household).dossiers[0]

    def deposit(self, *people: str, changes: Collection[Declared] = ()) -> None:
        """Declare people, new or known; `changes` says otherwise of them than they were made."""
        draft = a_draft(self.db, DraftKind.ENTOURAGE, self.account.id)
        said = {one: self.made.people[one] for one in (*self.known, *people)} | {one.id: one for one in changes}
        declared = [_within(one, said) for one in said.values()]
        untouched = set(self.known) - {one.id for one in changes}
        deposit.deposit(self.db, draft, Asked(declared, dict(self.known), tuple(untouched)))
        self._recall()

    def cancel(self) -> None:
        """Ask nothing after all."""
        asking.cancel(self.db, self.account, self.dossier.reference)

    def withdraw(self, contact: str) -> None:
        """Take back all the rights of a contact."""
        withdrawing.withdraw(self.db, self.account, self.known[contact], None)

    def open(self) -> None:
        """Let the agent read the dossier."""
        decisions.open_dossier(self.db, self.agent, self.dossier.reference)

    def decide(self, chosen: Mapping[str, Decision]) -> None:
        """Let the agent decide: who is not named is accepted."""
        self.open()
        numbers = {**self.known, PARENT: self.account.person}
        wanted = {numbers[name]: decision for name, decision in chosen.items()}
        latest = journal.latest_of_each(self.db, self.dossier.id)
        lines = [self._line(one.person, wanted) for one in self.dossier.asked if one.waits_for_town]
        choices = [decisions.Choice(line, latest.get(line.person, 0)) for line in lines]
        decisions.decide(self.db, self.agent, self.dossier.id, choices)

    def answer(self, chosen: Mapping[str, Decision]) -> None:
        """Let the agent decide, and answer."""
        self.decide(chosen)
        seen = journal.latest_change(self.db, self.dossier.id)
        decisions.answer(self.db, self.agent, self.dossier.id, seen, f"{get_settings().public_url}/espace")

    def file(self, child: str) -> None:
        """Deposit the dossier administratif of a child, without the document that it asks for."""
        town, year = get_settings().dossier, filing.open_years()[0]
        members = household.read(self.db, self.account.household).members
        about = drafting.about(next(one for one in members if one.person == self.known[child]), year)
        answers = {
            drafting.CHILD: about,
            "accueils": {"school": [town.schools[0]], "services": ["cantine"]},
            "sante": {"meal": [town.meals[0]]},
            "autorisations": {"photo_inside": ["oui"], "photo_bulletin": ["oui"], "photo_web": ["non"]},
        }
        with transaction(self.db):
            filing.write(self.db, self.account, answers, clock.now())

    @staticmethod
    def _line(person: int, wanted: dict[int, Decision]) -> DecisionLine:
        decision = wanted.get(person, Decision.ACCEPTED)
        return DecisionLine(person, decision, *_REASONS.get(decision, (None, None)))

    def _recall(self) -> None:
        """Note the numbers that the people declared were given."""
        found = household.read(self.db, self.account.household)
        numbers = {one.declaration.identity.given_name: person for person, one in found.last.items()}
        made = self.made.people.items()
        self.known |= {name: numbers[one.identity.given_name] for name, one in made
            if one.identity.given_name in numbers}  # fmt: skip


def sign_up(db: Database, agent: Agent, made: Made, password_hash: str) -> Life:
    """Open the account of a family, its e-mail address proved."""
    said = registration.Registration(made.parent, made.home, made.email, None, password_hash,
        families.new_key(), KeyOrigin.GENERATED)  # fmt: skip
    registration.register(db, a_draft(db, DraftKind.SIGNUP), said, ())
    waiting = accounts.waiting(db, made.email)
    assert waiting is not None
    with transaction(db):
        accounts.activate(db, waiting.id, clock.now())
    account = accounts.by_id(db, waiting.id)
    assert account is not None
    return Life(db, agent, made, account, {})


def a_draft(db: Database, kind: DraftKind, account: int | None = None) -> Draft:
    """Return an empty draft."""
    with transaction(db):
        number = drafts.add(db, kind, clock.now(), _HOUR, account)
    return Draft(number, kind, account, 0, None, clock.now(), {})


def _within(one: Declared, said: Collection[str]) -> Declared:
    """Return someone as declared among these people alone."""
    links = {child: link for child, link in one.links.items() if child in said}
    return replace(one, links=links, rights={child: given for child, given in one.rights.items() if child in said})
