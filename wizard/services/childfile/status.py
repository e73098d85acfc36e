"""Where the dossier of a child stands: derived from what was deposited, asked and held; never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now
from wizard.models import Account, Answers, ChildFile, DraftKind, FileStage, Member
from wizard.models.documents import Document
from wizard.services.childfile import asked as rules
from wizard.services.childfile import health
from wizard.services.childfile.asked import Asked
from wizard.services.childfile.drafting import health_of
from wizard.services.documents import keeping
from wizard.settings import get_settings
from wizard.stores import child_files, drafts


@dataclass(frozen=True)
class FileState:
    """The dossier of a child for a year; `missing` and `refused` are the documents that it is incomplete without.

    `drafted` tells that the account which reads it has answers in it that are not deposited.
    """

    child: Member
    year: str
    file: ChildFile | None
    drafted: bool
    asked: tuple[Asked, ...]
    held: Mapping[str, Document]
    missing: tuple[Asked, ...]
    refused: tuple[Asked, ...]

    @property
    def complete(self) -> bool:
        """Whether it is deposited, and nothing is missing."""
        return self.file is not None and not self.missing and not self.refused

    @property
    def stage(self) -> FileStage:
        """Where it stands."""
        if self.file is None:
            return FileStage.DRAFT if self.drafted else FileStage.NOTHING
        return FileStage.COMPLETE if self.complete else FileStage.INCOMPLETE

    def holds(self, one: Asked) -> Document | None:
        """Return the document that there is, or is promised, for what is asked."""
        return self.held.get(one.kind.slug) or self.held.get(one.kind.instead or "")


def of(db: Database, household: int, child: Member, year: str, *, drafted: bool = False) -> FileState:
    """Return where the dossier of a child stands, as the household at whose home they are has it."""
    file = child_files.of_child(db, child.person, year)
    held = keeping.held(db, household, child.person, year)
    return judged(child, year, file, held, drafted=drafted, about_health=health_of(file) if file else None)


def judged(
    child: Member,
    year: str,
    file: ChildFile | None,
    held: Mapping[str, Document],
    *,
    drafted: bool = False,
    about_health: Answers | None = None,
) -> FileState:
    """Return where a dossier stands, from what is known of it. Pure.

    `about_health` is what its envelope says, for its parents alone: it asks for a certificate, or a prescription.
    """
    answers = {**file.answers, **(about_health or health.known_of(file))} if file else {}
    asked = rules.documents(get_settings().dossier, year, child.identity.birthdate, answers)
    good = [kind for kind, one in held.items() if one.is_good]
    lacking = rules.required(asked, good)
    refused = tuple(one for one in lacking if (there := held.get(one.kind.slug)) and there.reason)
    missing = tuple(one for one in lacking if one not in refused)
    return FileState(child, year, file, drafted, asked, held, missing, refused)


def of_children(
    db: Database, account: Account, children: Iterable[Member], years: Iterable[str]
) -> dict[int, tuple[FileState, ...]]:
    """Return where the dossiers of some children stand for some years, as an account has them."""
    begun = drafts.subjects(db, account.id, DraftKind.CHILD_FILE, now())
    wanted = tuple(years)
    return {
        child.person: tuple(
            of(db, account.household, child, year, drafted=f"{child.person}/{year}" in begun) for year in wanted
        )
        for child in children
    }
