"""What is said of people, changes and rights, word for word: each sentence once, and what makes it another."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.families import ADDRESS, CAMILLE, INES, JEANNE, LOIC
from wizard.french import plain
from wizard.models import Address, Amendment, Changes, Identity, Likeness, Link, OneDay, Permission, Sex, link_field
from wizard.services import amending, one_day_told, telling
from wizard.services.documents.conversion import Reason, Unreadable
from wizard.services.duplicates import words
from wizard.values.dates import PartialDate

AT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
FLAT = replace(ADDRESS, apartment="4", building="B", floor="2")
ELSEWHERE = Address("3 rue Haute, 44150 Ancenis", "rue Haute", "44150", "Ancenis", "ban")
MARC = OneDay(1, 1, 2, date(2026, 11, 25), "Marc Durand", "+33698765432", AT, None, None, None, None, None,
    "Loïc Martin", "Loïc", "Camille Martin", None)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "Marc Durand peut venir chercher Loïc le 25 novembre 2026 seulement, à la demande de Camille Martin."),
        ({"withdrawn_at": AT, "contested_at": AT, "barred": True},
            "Marc Durand ne peut plus venir chercher Loïc le 25 novembre 2026 : retiré le 24 novembre 2026 à 10 h 05."),
        ({"contested_at": AT, "barred": True},
            "Contesté par l'autre parent depuis le 24 novembre 2026 à 10 h 05 : Marc Durand, pour venir chercher Loïc"
            " le 25 novembre 2026 seulement, à la demande de Camille Martin."),
        ({"barred": True},
            "Suspendu, la mairie doit vérifier : Marc Durand, pour venir chercher Loïc le 25 novembre 2026 seulement,"
            " à la demande de Camille Martin."),
    ],
)  # fmt: skip
def test_who_may_collect_a_child_on_one_day(changed: dict[str, Any], told: str) -> None:
    assert plain(one_day_told.told([replace(MARC, **changed)])) == told
    ines = replace(MARC, child=3, child_called="Inès", **changed)
    both = plain(one_day_told.told([replace(MARC, **changed), ines], "Quelqu'un"))
    assert both == told.replace("Loïc", "Loïc et Inès").replace("Marc Durand", "Quelqu'un")


MOVED = {"address": (ADDRESS.label, ELSEWHERE.label), "to_check": (False, False)}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (amending.of_email("a@exemple.fr", "b@exemple.fr"), ["a changé « Courriel » : a@exemple.fr → b@exemple.fr"]),
        (amending.of_identity(CAMILLE, replace(CAMILLE, usage_name="Petit", mobile=None)),
            ["a changé « Nom d'usage » : non indiqué → Petit",
             "a changé « Téléphone portable » : 06 12 34 56 78 → non indiqué"]),
        (amending.of_identity(LOIC, replace(LOIC, birthdate=PartialDate(2019, 9))),
            ["a changé « Date de naissance » : 3 septembre 2019 → septembre 2019"]),
        (amending.of_address(ADDRESS, FLAT, None, date(2026, 11, 24)),
            ["a changé d'adresse : 12 rue de la Loire, 44521 Oudon → 12 rue de la Loire, 44521 Oudon, appartement 4,"
             " bâtiment B, étage 2 (à vérifier), depuis le 24 novembre 2026"]),
        (amending.of_address(None, ELSEWHERE, None, date(2026, 11, 25)),
            ["a changé d'adresse : non indiqué → 3 rue Haute, 44150 Ancenis, à partir du 25 novembre 2026"]),
        (amending.of_address(ADDRESS, ELSEWHERE, date(2026, 11, 1), date(2026, 11, 1)),
            ["a changé d'adresse : 12 rue de la Loire, 44521 Oudon → 3 rue Haute, 44150 Ancenis"]),
        (amending.of_address(ADDRESS, ADDRESS, date(2026, 11, 1), date(2026, 11, 2)),
            ["a changé la date de son déménagement : 1er novembre 2026 → 2 novembre 2026"]),
        (amending.of_address(ADDRESS, ADDRESS, None, date(2026, 11, 2)), []),
        (amending.of_address(ADDRESS, ADDRESS, date(2026, 11, 2), date(2026, 11, 2)), []),
    ],
)  # fmt: skip
def test_what_a_parent_changed(changes: Changes, told: list[str]) -> None:
    found = amending.sentences(Amendment(1, 1, AT, changes, None, None, "Camille Martin", None))
    assert [*map(plain, found)] == [f"Camille Martin {one}" for one in told]


def test_a_link_that_changed_is_called_by_who_has_it() -> None:
    rows = amending.rows({link_field(7): ("mother", None), link_field(8): (None, "father")}, {7: "Anne"})
    assert rows == [("Lien avec Anne", "Mère", "non indiqué"), ("Lien avec ", "non indiqué", "Père")]


@pytest.mark.parametrize(
    ("sex", "birthdate", "told"),
    [
        (Sex.GIRL, date(2019, 9, 3), "née le 3 septembre 2019"),
        (Sex.BOY, date(2019, 9, 3), "né le 3 septembre 2019"),
        (None, date(2019, 9, 3), "date de naissance : 3 septembre 2019"),
        (Sex.GIRL, PartialDate(2019, 9), "née en septembre 2019"),
        (Sex.BOY, PartialDate(2019), "né en 2019"),
        (None, PartialDate(2019), "date de naissance : 2019"),
        (Sex.GIRL, None, ""),
    ],
)
def test_when_someone_was_born(sex: Sex | None, birthdate: Any, told: str) -> None:
    assert plain(telling.born(replace(INES, sex=sex, birthdate=birthdate))) == told


def test_pieces_of_sentences() -> None:
    assert telling.joined(["née en 2019", "", "votre fille"]) == "née en 2019 · votre fille"
    assert (telling.sentence("née en 2019"), telling.sentence("")) == ("Née en 2019.", "")
    assert (telling.titled(CAMILLE), telling.titled(JEANNE)) == ("Madame Camille Martin", "Jeanne Le Goff")
    assert plain(telling.birth_name(replace(CAMILLE, usage_name="Petit"))) == "nom de naissance : Martin"
    assert telling.birth_name(CAMILLE) == ""
    assert telling.mine(None, Sex.GIRL) == ""
    assert telling.mine(Link.FATHER, Sex.GIRL) == telling.mine(Link.MOTHER, Sex.GIRL) == "votre fille"
    assert plain(telling.mine(Link.GRANDPARENT, Sex.GIRL)) == "vous êtes son grand-parent"
    assert telling.place(ADDRESS) == ADDRESS.label
    assert telling.place(FLAT) == f"{ADDRESS.label}, appartement 4, bâtiment B, étage 2"
    both = Identity("Martin", "Anne", mobile="+33612345678", phone="+33240123456")
    assert [*map(plain, telling.numbers(both))] == ["06 12 34 56 78", "02 40 12 34 56"]
    called = {"a": "Loïc", "b": "Inès", "c": "Zoé"}
    links = {"a": Link.GRANDPARENT, "b": Link.OTHER, "c": Link.GRANDPARENT}
    assert telling.ties(links, called)[0] == "grand-parent de Loïc et Zoé"
    asked = {"a": (True, False), "b": (True, True), "c": (False, False)}
    said = {Permission.COLLECT: "vient chercher %(names)s", Permission.EMERGENCY: "appelée pour %(names)s"}
    assert telling.rights(asked, called, said) == ["vient chercher Loïc et Inès", "appelée pour Inès"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (("surname", "same", "Le Goff", "Le Goff"), "même nom"),
        (("surname", "same", "Petit Durand", "Durand"), "même nom"),
        (("surname", "same", "Durand", "Petit Durand"), "même nom"),
        (("surname", "same", "Le Goff", "Le-Goff"), "nom écrit autrement (Le Goff / Le-Goff)"),
        (("given_name", "same", "Chloe", "Chloé"), "prénom écrit autrement (Chloe / Chloé)"),
        (("given_name", "part", "Marie", "Marie-Claire"), "prénom en partie le même (Marie / Marie-Claire)"),
        (("given_name", "near", "Anna", "Anne"), "prénom à une lettre près (Anna / Anne)"),
        (("birthdate", "near", "2019-09-03", "2019-03-09"),
            "jour et mois de naissance inversés (3 septembre 2019 / 9 mars 2019)"),
        (("birthdate", "near", "2019-09-03", "2019-09-04"),
            "date de naissance à un jour près (3 septembre 2019 / 4 septembre 2019)"),
        (("birthdate", "near", "2019-09-03", "2018-09-03"),
            "date de naissance à un chiffre près (3 septembre 2019 / 3 septembre 2018)"),
        (("birthdate", "part", "2019-09", "2019-09-03"),
            "date de naissance connue en partie (septembre 2019 / 3 septembre 2019)"),
        (("address", "same", "", ""), "même adresse"),
    ],
)  # fmt: skip
def test_why_two_records_may_be_of_one_person(reason: tuple[str, str, str, str], told: str) -> None:
    other = ("sex", "other", "f", "m")
    likeness = Likeness(1, 1, 2, 90, (reason, other), AT, None, None)
    assert [*map(plain, words.agreeing(likeness))] == [told]
    assert [*map(plain, words.differing(likeness))] == ["sexes différents (fille / garçon)"]


def test_each_reason_not_to_read_a_file_says_what_to_do() -> None:
    told = [str(Unreadable(reason).sentence) for reason in Reason]
    assert len({*told}) == len(told) and all(one[0].isupper() and one.endswith(".") for one in told)
    assert {reason: Unreadable(reason).status for reason in Reason if Unreadable(reason).status != 422} == {
        Reason.BUSY: 503
    }
