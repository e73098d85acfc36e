"""Where the people of a draft stand with the town hall: known, asked, to correct; new, or changed here."""

from collections.abc import Mapping

from flask_babel import gettext

from wizard.db import get_db
from wizard.models import Draft
from wizard.services import household, standing
from wizard.services.standing import Situation
from wizard.stores import accounts
from wizard.stores.answers import Entry, Held, known_id


def situations(draft: Draft) -> Mapping[str, Situation]:
    """Return where each person of the household stands, by their id in the draft; of a new family, nobody does."""
    account = accounts.by_id(get_db(), draft.account or 0)
    if account is None or not Held(draft.answers).household:
        return {}
    found = standing.situations(household.read(get_db(), account.household))
    return {known_id(person): situation for person, situation in found.items()}


def to_correct(draft: Draft, entry: str) -> str:
    """Return what the town hall asks to correct of someone, in its words; "" when it asks nothing."""
    known = situations(draft).get(entry)
    return known.told if known and known.is_to_correct else ""


def mark(entry: Entry, draft: Draft, known: Mapping[str, Situation]) -> str:
    """Return in a word what the town hall will be asked of someone of the list, else where they stand."""
    held = Held(draft.answers)
    if not held.household:
        return ""
    if entry.key not in held.household:
        return str(gettext("Nouveau dans la liste"))
    if entry.key not in held.unchanged:
        return str(gettext("Modifié, pas encore envoyé"))
    return known[entry.id].told if entry.id in known else ""
