"""What is told of a family, in its copy and to whoever reads it: held against what is true."""

import json
from collections import Counter
from collections.abc import Iterable

from sqlite_utils import Database

from tests.machine.replay import Fact, Replay, rights_in
from wizard import clock
from wizard.models import Account, Declaration, Permission, Role, Stage, Status
from wizard.services import export, household, standing
from wizard.services.household import Household
from wizard.stores import dossier_queue, dossiers

TO_DO = {Status.DEPOSITED, Status.OPENED, Status.CORRECTED}
IN_COPY = {Permission.COLLECT: "Peut venir le chercher", Permission.EMERGENCY: "À appeler en cas d'urgence"}


def everyone_told(found: Household) -> dict[int, Fact]:
    """Return the people of a family as its pages read them."""
    return {
        one.person: Fact(
            one.role,
            one.identity,
            one.links,
            rights_in(Declaration(one.role, one.identity, rights=one.rights)),
            one.residence,
        )
        for one in found.members
    }


def check_rights(db: Database, account: Account, replay: Replay) -> str:
    """A right is told as granted, in the space, around a child and in the copy, if it is held; return the copy."""
    found, facts = household.read(db, account.household), replay.facts
    situations, names = standing.situations(found), {one.person: one.identity.name for one in found.everyone}
    held = {(one, child, what) for one, fact in facts.items() for child, what in fact.rights}
    named = Counter((names[one], names[child], what) for one, child, what in held)
    stands = ((one, *right, where) for one, told in situations.items() for right, where in told.rights.items())
    assert {(one, child, what) for one, child, what, where in stands if where.stage is Stage.ACCEPTED} == held
    around = standing.around(found, situations).items()
    told = ((name, names[child], what) for child, each in around for what, group in each.items() for name in group)
    parents = {(one, child) for one, fact in facts.items() for child, link in fact.links.items() if link.is_parental}
    others = Counter(
        (names[one], names[child], what)
        for one, child in parents
        for what in Permission
        if facts[one].role is Role.CO_REPRESENTATIVE
    )
    assert Counter(one for one in told if not one[0].endswith(")")) == named + others
    copy = export.collect(db, account, [])
    lines = [(line, what) for line in copy["Autorisations"] for what in Permission if line.get(IN_COPY[what]) == "oui"]
    assert Counter((line["Contact"], line["Enfant"], what) for line, what in lines) == named
    return json.dumps(copy, ensure_ascii=False)


def check_secrets(db: Database, text: str, mark: str, number: str, household: int) -> None:
    """Nothing of another household is in a text: its names and addresses, its phones, its references."""
    read = "".join(text.split()).casefold()
    secrets = [mark, number, *(one.reference for one in dossiers.of_household(db, household))]
    assert [one for one in secrets if one.casefold() in read] == []


def check_dossiers(db: Database, families: Iterable[Household]) -> None:
    """Each dossier waits for whoever has something to do of it, a household has one open, and the queue counts them."""
    found = list(families)
    for one in found:
        assert sum(not dossier.is_closed for dossier in one.dossiers) <= 1
        for dossier in one.dossiers:
            _check_turn(one, dossier)
    statuses = [dossier.status for one in found for dossier in one.dossiers]
    counts = dossier_queue.counts(db, clock.now())
    to_do, to_correct = sum(one in TO_DO for one in statuses), statuses.count(Status.TO_CORRECT)
    done = len(statuses) - to_do - to_correct
    assert (counts.to_do, counts.to_correct, counts.done) == (to_do, to_correct, done)


def _check_turn(found: Household, dossier: dossiers.Dossier) -> None:
    family = [line.person for line in dossier.asked if line.waits_for_family]
    town = [line.person for line in dossier.asked if line.waits_for_town]
    if dossier.status in TO_DO:
        assert town
    elif dossier.status is Status.TO_CORRECT:
        assert family
        situations, shown = standing.situations(found), {one.person for one in found.asked}
        assert [one for one in family if one in shown and situations[one].is_to_correct] == family
    else:
        assert not family and not town
