"""What the server makes of the address that a form sends back."""

from wizard.addresses import Check, Index


def test_the_suggestion_chosen_holds_while_its_text_is_unchanged(index):
    chosen = index.search("150 rue d'anjou")[0]
    assert index.resolve(chosen.label, chosen.id).suggestion == index.find(chosen.id)
    assert index.resolve(f"  {chosen.label.upper()} ", chosen.id).check is Check.RECOGNISED


def test_a_text_changed_after_the_choice_is_looked_up_again(index):
    chosen = index.search("150 rue d'anjou")[0]
    changed = index.resolve(chosen.label.replace("150", "151"), chosen.id)
    assert changed.check is Check.NUMBER_TO_VERIFY
    assert changed.suggestion is not None and changed.suggestion.housenumber == "151"
    assert index.resolve("n'importe quoi", chosen.id).check is Check.UNKNOWN


def test_a_full_address_needs_no_choice(index):
    found = index.resolve("12 avenue de la gare 44521 oudon")
    assert found.check is Check.RECOGNISED
    assert found.suggestion is not None and found.suggestion.label == "12 Avenue de la Gare 44521 Oudon"


def test_an_address_of_two_towns_must_be_chosen(index):
    found = index.resolve("1 rue d'anjou")
    assert (found.check, found.suggestion) == (Check.AMBIGUOUS, None)
    assert {one.city for one in found.alternatives} >= {"Oudon", "Couffé"}
    assert index.resolve("1 rue d'anjou couffé").check is Check.RECOGNISED


def test_a_misspelt_address_is_proposed_never_taken(index):
    found = index.resolve("12 avnue de la gare oudon")
    assert (found.check, found.suggestion) == (Check.UNKNOWN, None)
    assert found.alternatives[0].label == "12 Avenue de la Gare 44521 Oudon"


def test_the_beginning_of_a_name_is_not_taken_for_it(index):
    assert index.resolve("12 rue abb").suggestion is None


def test_a_lieu_dit_is_recognised_without_a_number(index):
    found = index.resolve("La Pajaudière 44521 Oudon")
    assert found.check is Check.RECOGNISED
    assert index.resolve("pajaudiere oudon").check is Check.RECOGNISED


def test_a_street_without_number_and_a_town_are_told_apart(index):
    assert index.resolve("rue du port oudon").check is Check.NUMBER_MISSING
    assert index.resolve("44521 Oudon").check is Check.TOWN_ONLY


def test_an_unknown_number_keeps_its_id(index):
    chosen = index.search("149ter rue d'anjou oudon")[0]
    again = index.find(chosen.id)
    assert again is not None
    assert (again.housenumber, again.number, again.suffix) == ("149ter", "149", "ter")
    assert again.check is Check.NUMBER_TO_VERIFY


def test_every_suggestion_is_found_again_by_its_id(index):
    for text in ("rue", "1 rue", "la", "oudon", "champtoceaux", "12 b", "ancenis"):
        for one in index.search(text, limit=20):
            again = index.find(one.id)
            assert again is not None
            assert (again.label, again.housenumber, again.oldcity) == (one.label, one.housenumber, one.oldcity)


def test_an_id_made_up_finds_nothing(index):
    for made_up in ("", "44115", "x", "44115_d001_", "44115_d001_0001", "44115_00001", "' OR 1", "\x00", "a" * 500):
        assert index.find(made_up) is None or made_up == "44115"


def test_before_an_import_nothing_is_known(tmp_path):
    index = Index(tmp_path / "absent.db")
    assert not index.ready
    assert index.find("44115_d001") is None
    assert index.resolve("12 rue d'anjou").check is Check.UNKNOWN


def test_one_of_the_addresses_proposed_may_be_ticked_beside_the_text(index):
    ticked = index.resolve("1 rue d'anjou").alternatives[1]
    assert index.resolve("1 rue d'anjou", ticked.id).suggestion == ticked
    assert index.resolve("2 rue d'anjou", ticked.id).suggestion is None
