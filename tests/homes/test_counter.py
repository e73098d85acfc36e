"""What an agent changes for one home of a child: the child is the same in both, and nothing else crosses."""

from tests.homes.conftest import Homes, said
from tests.homes.test_one_day import give
from tests.support.client import submit
from wizard.services import household


def page_of(homes: Homes, end: str = "", *, guest: bool = False) -> str:
    family = homes.cast.b if guest else homes.cast.a
    return f"/mairie/familles/{family.account.household}{end}"


def test_the_name_of_a_child_of_two_homes_is_corrected_in_both_and_told_to_the_home_that_asked(homes: Homes) -> None:
    homes.join()
    path = page_of(homes, f"/personnes/{homes.child}")
    values = {"given_name": "Loïck", "residence": "here", "source": "phone"}
    assert submit(homes.agent, homes.agent.get(path), path, **values).status_code == 303
    a, b = (household.read(homes.db, one.account.household) for one in (homes.cast.a, homes.cast.b))
    assert {one.facts[homes.child].identity.given_name for one in (a, b)} == {"Loïck"}
    assert a.facts[homes.child].residence != b.facts[homes.child].residence
    assert "Prénom : Loïc → Loïck" in said(homes.a)
    assert "Modifié par la mairie" not in said(homes.b)


def test_the_sheet_of_one_home_says_who_may_collect_by_the_other_and_no_number_of_theirs(homes: Homes) -> None:
    homes.join()
    told = said(homes.agent, page_of(homes, "/fiche", guest=True))
    assert "Jeanne Le Goff (par l'autre foyer)" in told
    assert told.count("06 12 34 56 78") == 1, "the guest's own"
    assert "02 40 12 34 56" not in told


def test_the_sheet_of_one_home_says_what_is_contested_of_the_other_and_who_is_let_in_on_one_day(homes: Homes) -> None:
    homes.join()
    homes.object_to()
    give(homes.a)
    for guest in (False, True):
        told = said(homes.agent, page_of(homes, "/fiche", guest=guest))
        assert "Jeanne Le Goff (contesté)" in told
        assert "Marc Durand (le 25 novembre 2026 seulement)" in told
        told = said(homes.agent, page_of(homes, guest=guest))
        assert "Peut venir le chercher : Marc Durand (le 25 novembre 2026 seulement)" in told
