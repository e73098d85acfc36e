"""What each software is given of a few families, and what the preview says of them, word for word: `files.txt`.

The titles of its sheets are there, then, family by family, every line, and what does not pass or not as it is. XLSX has
what CSV has.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.exports.town import furnish
from wizard import clock
from wizard.db import transaction
from wizard.models import Permission
from wizard.services.handover import PROFILES
from wizard.services.handover.preview import lines, preview
from wizard.services.handover.profile import Profile
from wizard.stores import objections

EXPECTED = Path(__file__).with_name("files.txt")
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def town(db: Database) -> Database:
    """Twenty families, each unlike the others, two of which share a child; a right is contested."""
    furnish(db, 20, seed=13)
    query = "SELECT household, contact, child FROM contact_rights JOIN household_members ON person = child"
    household, contact, child = db.execute(f"{query} WHERE may_collect ORDER BY contact DESC, child").fetchone()
    other = db.execute("SELECT max(id) FROM households WHERE id <> ?", (household,)).fetchone()[0]
    with transaction(db):
        objections.add(db, other, household, contact, child, Permission.COLLECT, clock.now())
    return db


def told(db: Database, profile: Profile) -> Iterator[str]:
    yield f"# {profile.label}"
    yield from (f"{sheet.name}: {' | '.join(sheet.head)}" for sheet in profile.sheets)
    yield from map(str, profile.notes)
    seen = preview(db, profile)
    yield f"{seen.families} families, {seen.new} new, {seen.changed} changed, {seen.childless} without a child"
    yield f"{seen.people} people, {seen.stopped} left out, {seen.rights} rights, {dict(seen.sheets)}"
    for family, handed in lines(db, profile):
        yield f"- {family.number} {family.name}"
        yield from (f"{sheet}: {' | '.join(row)}".replace("\n", " / ") for sheet, row in handed.rows)
        yield f"held: {sorted(handed.held.people)} {sorted(tuple(map(str, one)) for one in handed.held.rights)}"
        yield from (f"{'!' if one.stopped else '?'} {[*one.people]} {one.words}" for one in handed.findings)


def test_what_each_software_is_given(town: Database, tmp_path: Path) -> None:
    found = [line for slug, profile in PROFILES.items() if slug != "xlsx" for line in told(town, profile)]
    (tmp_path / "files.txt").write_text("\n".join([*found, ""]), "utf-8")
    assert found == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/files.txt"
