"""A merge put back as it was, within a month, to the byte: as long as nothing was said of the families since."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Action, Agent
from wizard.services.documents import sweeping
from wizard.services.duplicates.merging import write
from wizard.services.retention import UNDO
from wizard.services.wording import together
from wizard.stores import ledger, merges
from wizard.stores.merges import Merge

# What was said of a family since, by the table that keeps it.
_CHANGED = {
    "people": _("une identité"),
    "households": _("la Clé Enfance d'un foyer"),
    "accounts": _("un compte"),
    "dossiers": _("un dossier"),
    "household_members": _("les personnes d'un foyer"),
    "addresses": _("une adresse"),
    "family_links": _("un lien avec un enfant"),
    "residences": _("la résidence d'un enfant"),
    "contact_rights": _("les droits d'un contact"),
    "declarations": _("une demande de la famille"),
    "dossier_people": _("une décision"),
    "withdrawals": _("un droit retiré"),
    "amendments": _("un changement fait par un parent"),
    "confirmations": _("la réponse d'un contact"),
    "invitations": _("une invitation"),
    "objections": _("une contestation"),
    "one_day": _("une autorisation d'un jour"),
    "child_files": _("un dossier administratif"),
    "child_file_answers": _("un dossier administratif"),
    "authorisations": _("une autorisation"),
}


class ChangedSince(Exception):
    """Something was said of the families since; the words tell what."""


def open_merge(db: Database, agent: Agent, number: int) -> Merge | None:
    """Return a merge to the agent who reads it, and write in the dossiers of its families that they did."""
    found = merges.by_id(db, number)
    if found:
        with transaction(db):
            write(db, agent, Action.READ, found.person, {found.household, found.other or found.household})
    return found


def last_day(merge: Merge) -> datetime:
    """Return until when a merge may be undone."""
    return merge.at + UNDO


def changed_since(db: Database, merge: Merge) -> str:
    """Return what was said since of the families that a merge touches, in words; "" when nothing was."""
    present = merges.state(merges.snapshot(db, merge.touched))
    told = dict.fromkeys(str(_CHANGED[table]) for table, seal in merge.left_as.items() if present[table] != seal)
    return together(list(told)) if told else ""


def undo(db: Database, agent: Agent, number: int) -> Merge | None:
    """Put back what a merge joined, once; None when there is nothing to undo any more. Raises ChangedSince."""
    with transaction(db):
        merge = merges.by_id(db, number)
        if merge is None or last_day(merge) < now():
            return None
        if told := changed_since(db, merge):
            raise ChangedSince(told)
        ledger.add(db, merges.seal_of(merge), now())
        merges.put_back(db, merge)
        homes = {row["household"] for table, _key, row, _left in merge.changes if table == "dossiers" and row}
        write(db, agent, Action.UNMERGED, merge.person, homes | {merge.household, merge.other or merge.household})
    sweeping.drop_nobody_s(db)
    return merge
