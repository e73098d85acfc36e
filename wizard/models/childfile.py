"""The dossier administratif of a child for one school year, and what their parents authorise, in frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from wizard.models.records import Answers

SERVICES = ("cantine", "matin", "soir", "mercredi", "vacances")
"""What a town may offer, as its rules and its forms name it."""

KINDS_OF_DOCUMENTS = ("vaccinations", "contre_indication", "pai", "ordonnance", "assurance", "domicile", "quotient")
"""The kinds of documents that every town has; `asked.toml` tells what they are."""


class Consent(StrEnum):
    """What is to be made of what the homes of a child answered for one purpose."""

    YES = "yes"
    NO = "no"
    CONTESTED = "contested"


class FileStage(StrEnum):
    """Where the dossier of a child stands; derived, never stored."""

    NOTHING = "nothing"
    DRAFT = "draft"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


@dataclass(frozen=True)
class ChildFile:
    """What was deposited last for a child and a year; `answers` never hold the step `sante`.

    `sealed_at` is when its health answers were sealed, apart; of them, only the `meal` served and whether there is a
    `pai` are known here (None: not asked).
    """

    id: int
    child: int
    year: str
    deposited_at: datetime
    deposited_by: int | None
    updated_at: datetime
    meal: str | None
    pai: bool | None
    sealed_at: datetime | None
    answers: Answers


@dataclass(frozen=True)
class Authorisation:
    """What a parent, `name`, answered for one purpose; `person` is their number."""

    id: int
    child: int
    year: str
    purpose: str
    given: bool
    account: int | None
    person: int
    name: str
    at: datetime
    withdrawn_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether it says yes today."""
        return self.given and self.withdrawn_at is None


@dataclass(frozen=True)
class Health:
    """That a town has health answers online: who answers for their protection, and when their impact was assessed."""

    dpo: str
    assessed_on: date


@dataclass(frozen=True)
class ChildFiles:
    """What the dossier administratif is in a town; without a school, it has none.

    `declared` are the services declared as « accueil collectif de mineurs »; `documents` switches a kind of document
    on or off, or describes one that the town adds; from `opens`, a month and a day, the year to come may be filed.
    """

    schools: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    meals: tuple[str, ...] = ()
    opens: tuple[int, int] = (5, 15)
    closed: str = ""
    alone_age: int = 6
    documents: Mapping[str, Any] = field(default_factory=dict)
    health: Health | None = None
