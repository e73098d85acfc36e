"""Addresses to check, looked for again once the data know more: how many are recognised, and what is kept of each."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from tests.support.families import ADDRESS, a_family
from wizard.addresses import Check
from wizard.db import transaction
from wizard.services import geocoding
from wizard.stores import people

pytestmark = pytest.mark.usefixtures("app_context")


def test_each_address_that_is_recognised_now_is_counted_and_keeps_what_the_data_do_not_know(db: Database) -> None:
    families = [a_family(db), a_family(db, "Durand", "Anne"), a_family(db, "Petit", "Zoé")]
    known = [one for text in ("12 rue d'Anjou", "14 rue d'Anjou") for one in geocoding.search(text, 1)]
    assert [one.check for one in known] == [Check.RECOGNISED] * 2
    labels = [*(one.label for one in known), "lieu-dit que nul ne connaît, 44521 Oudon"]
    with transaction(db):
        for dossier, label in zip(families, labels, strict=True):
            typed = replace(ADDRESS, label=label, apartment="4", building="B", floor="2", to_check=True)
            people.set_address(db, dossier.lines[0].person, typed)
        assert geocoding.match_again(db) == 2
        assert geocoding.match_again(db) == 0
    found = [people.members(db, dossier.household)[0].address for dossier in families]
    assert [one.to_check for one in found if one] == [False, False, True]
    assert {(one.apartment, one.building, one.floor) for one in found if one} == {("4", "B", "2")}
    assert [one.label for one in found if one] == labels
    assert geocoding.read_again(geocoding.kept(known[0])) == known[0] and geocoding.read_again("{}") is None
