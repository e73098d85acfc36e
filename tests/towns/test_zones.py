"""The hour of a town is its own: that of its zone, which its INSEE code tells, whatever the machine's."""

from datetime import UTC, date, datetime
from pathlib import Path

import time_machine

from tests.towns.towns import a_town
from wizard import clock, french
from wizard.towns.hosting import Hosting

SAINT_DENIS = {"44115": "97411", "44521": "97400"}


def overseas(folder: Path, slug: str) -> None:
    """Make a town of La Réunion."""
    file = a_town(folder, slug) / "town.toml"
    text = file.read_text(encoding="utf-8")
    for code, other in SAINT_DENIS.items():
        text = text.replace(f'"{code}"', f'"{other}"', 1)
    file.write_text(text, encoding="utf-8")


@time_machine.travel(datetime(2026, 8, 31, 21, 30, tzinfo=UTC), tick=False)
def test_two_towns_of_one_process_have_each_its_day_its_hour_and_its_school_year(
    hosting: Hosting, folder: Path
) -> None:
    overseas(folder, "saint-denis")
    hosting.look()
    told = {}
    for slug in ("oudon", "saint-denis", "oudon"):
        with hosting.app_of(slug).app_context():
            told[slug] = clock.today(), french.plain(french.moment(clock.now())), clock.now()
    at = datetime(2026, 8, 31, 21, 30, tzinfo=UTC)
    assert told["oudon"] == (date(2026, 8, 31), "31 août 2026 à 23 h 30", at)
    assert told["saint-denis"] == (date(2026, 9, 1), "1er septembre 2026 à 1 h 30", at)
