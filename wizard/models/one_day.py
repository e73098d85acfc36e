"""Who may collect a child on one day, in a frozen record."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class OneDay:
    """Someone whom a household lets collect one of its children on one day: until midnight, unless taken back before.

    `by` is the name of its parent; `contested_by`, another home of the child, which objects; `seen_by` is the agent who
    said to have seen it as it is, `reference` leads to the household's last dossier. `barred`, the town hall said no
    since, or is to decide.
    """

    id: int
    household: int
    child: int
    day: date
    name: str
    phone: str
    given_at: datetime
    withdrawn_at: datetime | None
    contested_at: datetime | None
    contested_by: int | None
    seen_at: datetime | None
    seen_by: str | None
    child_name: str
    child_called: str
    by: str
    reference: str | None
    barred: bool = False
