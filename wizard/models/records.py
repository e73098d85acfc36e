"""What the portal knows, in frozen records."""

from dataclasses import dataclass, fields
from datetime import datetime

from wizard.models.codes import (
    AgentRole,
    DraftKind,
    Link,
    PreferredContact,
    Residence,
    Role,
    Sex,
    Title,
)
from wizard.values.dates import BirthDate

Answers = dict[str, dict[str, list[str]]]
"""A draft's raw answers: step → field → the submitted values, as they came."""


@dataclass(frozen=True)
class Draft:
    """A journey under way; `answers` holds what each step submitted.

    `revision` counts what was saved: a form carries the one it was rendered from.
    `human_at` is when the security check was passed. Of an account's draft, `holder` is the name of its parent,
    and `signed_in` tells that this address of it was opened in a session, without which it is worth nothing.
    """

    id: int
    kind: DraftKind
    account: int | None
    revision: int
    human_at: datetime | None
    touched_at: datetime
    answers: Answers
    holder: str | None = None
    signed_in: bool = False


@dataclass(frozen=True)
class Address:
    """A postal address with where it comes from; `to_check` asks an agent to look at it.

    `country` is the ISO 3166 code, or what was typed for a country that has none; abroad, `postcode` may be empty.
    """

    label: str
    street: str
    postcode: str
    city: str
    source: str
    house_number: str | None = None
    suffix: str | None = None
    citycode: str | None = None
    ban_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    data_date: str | None = None
    to_check: bool = False
    apartment: str | None = None
    building: str | None = None
    floor: str | None = None
    country: str = "FR"


@dataclass(frozen=True)
class Identity:
    """A person as declared; phones in E.164. Who has one name only has no given name.

    An institution that answers for a child has its own name; the others are then those of whom to ask for.
    """

    birth_name: str
    given_name: str
    title: Title | None = None
    usage_name: str | None = None
    birthdate: BirthDate | None = None
    sex: Sex | None = None
    mobile: str | None = None
    phone: str | None = None
    email: str | None = None
    preferred_contact: PreferredContact | None = None
    sms_ok: bool = False
    institution: str | None = None

    @property
    def name(self) -> str:
        """Given name and the name in use; an institution's own."""
        return self.institution or f"{self.given_name} {self.usage_name or self.birth_name}".strip()

    @property
    def called(self) -> str:
        """What to call them in a sentence: the given name of who has one."""
        return self.institution or self.given_name or self.name


FACTS = tuple(field.name for field in fields(Identity))
"""What is known of a person, as the fields of the forms and the columns of the table are named too."""

PLACE = tuple(field.name for field in fields(Address))
"""The parts of an address, named so as well."""


@dataclass(frozen=True)
class Account:
    """A parent's account; `identifier` is what signs in beside the e-mail address."""

    id: int
    household: int
    person: int
    email: str
    username: str | None
    password_hash: str
    epoch: int
    created_at: datetime
    activated_at: datetime | None

    @property
    def identifier(self) -> str:
        """The identifier chosen, the e-mail address when it is the same."""
        return self.username or self.email


@dataclass(frozen=True)
class Agent:
    """A person of the town hall."""

    id: int
    email: str
    role: AgentRole
    password_hash: str
    epoch: int
    totp_secret: str | None
    totp_last_step: int | None

    @property
    def is_enrolled(self) -> bool:
        """Whether a phone has proved that it holds the secret."""
        return self.totp_last_step is not None


@dataclass(frozen=True)
class Receipt:
    """What a finished draft's address still opens."""

    kind: DraftKind
    account: int
    dossier: int | None


@dataclass(frozen=True)
class Right:
    """What one contact may do for one child."""

    child: int
    may_collect: bool
    emergency: bool


@dataclass(frozen=True)
class Member:
    """A person of a household: identity, role, address, and their ties to its children (by person id).

    A co-representative to `invite` waits to be accepted.
    """

    person: int
    role: Role
    identity: Identity
    address: Address | None
    links: dict[int, Link]
    rights: tuple[Right, ...]
    residence: Residence | None
    invite: bool = False
