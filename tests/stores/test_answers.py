"""What a draft holds is read from the rows that a running town's drafts have, and written so."""

from wizard.stores.answers import (
    Entry,
    Held,
    entry_of,
    is_new_id,
    known_id,
    new_id,
    opening_of_entourage,
    opening_of_sign_up,
    without_rights,
)

ENTOURAGE = {
    "ouverture": {"known": ["12|Zoé", "13|Anne | Lou"], "to_correct": ["contact:p14"], "emails": ["c@exemple.fr"]},
    "contact:p14": {"given_name": ["Rose"]},
    "membre:0a1b2c3d": {"given_name": [" loïc "], "birth_name": ["Martin"]},
    "retire:contact:4e5f6a7b": {"birth_name": ["Petit"]},
    "etape-1": {},
}


def test_the_entourage_of_a_running_town_is_read() -> None:
    held = Held(ENTOURAGE)
    assert held.known == {"p12": "Zoé", "p13": "Anne | Lou"}
    assert held.persons == {"p12": 12, "p13": 13, "p14": 14}
    assert (held.household, held.parent_emails) == (["contact:p14"], ["c@exemple.fr"])
    assert held.unchanged == held.taken_out == [], "it was opened when drafts held whom to correct alone"
    assert [(one.id, one.called) for one in held.people("membre")] == [("0a1b2c3d", "loïc")]
    assert held.people("co-representant") == []


def test_whoever_was_taken_out_is_not_among_the_people_and_may_be_put_back() -> None:
    held = Held(ENTOURAGE)
    assert [one.id for one in held.people("contact")] == ["p14"]
    assert held.removed == Entry("contact", "4e5f6a7b", {"birth_name": ["Petit"]})
    assert held.removed.key == "contact:4e5f6a7b" and held.removed.called == "Petit"


def test_a_draft_opened_with_nothing_holds_nobody() -> None:
    held = Held({})
    assert (held.known, held.persons, held.household, held.parent_emails) == ({}, {}, [], [])
    assert held.removed is None and held.value("contacts", "email") == ""


def test_what_a_draft_opens_with_is_written_as_it_is_read() -> None:
    rose = Entry("contact", known_id(14), {"given_name": ["Rose"]})
    zoe = Entry("membre", known_id(12), {"given_name": ["Zoé"], "usage_name": [""]})
    rows = opening_of_entourage([rose, zoe], [{"given_name": "Paul"}], {"given_name": "Camille"}, ["c@exemple.fr"])
    held = Held(rows)
    assert (held.persons, held.parent_emails) == ({"p14": 14, "p12": 12}, ["c@exemple.fr"])
    assert (held.unchanged, held.taken_out) == (["contact:p14", "membre:p12"], [])
    assert [one.called for one in (*held.parent, *held.former)] == ["Camille", "Paul"]
    held = Held(rows | {"membre:p12": {"given_name": ["Zoé"]}}), Held(rows | {"membre:p12": {"given_name": ["Zoë"]}})
    assert [one.unchanged for one in held] == [["contact:p14", "membre:p12"], ["contact:p14"]]
    left = Held({row: raw for row, raw in rows.items() if row != "membre:p12"})
    assert (left.unchanged, left.taken_out) == (["contact:p14"], ["membre:p12"])
    signing_up = opening_of_sign_up("K7RM-4TXQ", "generated")
    assert signing_up == {"ouverture": {"enfance_key": ["K7RM-4TXQ"], "key_origin": ["generated"]}}
    assert (Held(signing_up).enfance_key, Held(signing_up).key_origin) == ("K7RM-4TXQ", "generated")


def test_a_step_and_an_opening_are_nobody() -> None:
    assert [row for row, raw in ENTOURAGE.items() if entry_of(row, raw) is None] == ["ouverture", "etape-1"]


def test_the_id_of_someone_known_is_never_that_of_someone_new() -> None:
    assert is_new_id(new_id())
    assert not any(is_new_id(one) for one in (known_id(1), known_id(1234567), "", "0A1B2C3D", "0a1b2c3d:", "0a1b2c3"))


def test_a_right_that_was_taken_back_is_remembered_and_nothing_is_when_none_was() -> None:
    raw = {"given_name": ["Rose"], "may_collect": ["y"], "children": ["p3", "p4"]}
    left = {"given_name": ["Rose"], "children": ["p4"]}
    assert without_rights(raw, ["may_collect"], ["p3"]) == left | {"droit_retire": ["y"]}
    assert without_rights(raw, ["emergency"], ["p5"]) == raw
