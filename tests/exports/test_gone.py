"""What the town's software must take out, in words: rights first, who may collect before all, then people."""

import pytest
from sqlite_utils import Database

from tests.support.families import a_family
from wizard.french import plain
from wizard.models import Permission
from wizard.services.handover.preview import Departure, _words
from wizard.stores.exports import Held

pytestmark = pytest.mark.usefixtures("app_context")
UNKNOWN = 99


def test_what_is_gone_is_told_by_name_or_by_number_the_rights_to_collect_first(db: Database) -> None:
    dossier = a_family(db)
    parent, child, contact = (line.person for line in dossier.lines)
    rights = {
        (contact, child, Permission.EMERGENCY),
        (UNKNOWN, child, Permission.COLLECT),
        (contact, child, Permission.COLLECT),
        (parent, UNKNOWN, Permission.EMERGENCY),
    }
    gone = Held(frozenset({UNKNOWN, contact}), frozenset(rights))
    assert [plain(line) for line in _words(db, gone)] == [
        "N'a plus le droit : Jeanne Le Goff – Venir chercher Loïc Martin.",
        "N'a plus le droit : personne n° 99 – Venir chercher Loïc Martin.",
        "N'a plus le droit : Camille Martin – Appel en cas d'urgence pour personne n° 99.",
        "N'a plus le droit : Jeanne Le Goff – Appel en cas d'urgence pour Loïc Martin.",
        "N'est plus de la famille : Jeanne Le Goff.",
        "N'est plus de la famille : personne n° 99.",
    ]
    marks = Departure(1, "Martin", "", dossier.deposited_at, (), gone).marks
    assert marks == ("3", "99", "1-99-emergency", "3-2-collect", "3-2-emergency", "99-2-collect")
