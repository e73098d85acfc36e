"""A person as a form declares them, as they are stored, and as they are typed again."""

from datetime import date

import pytest

from wizard.identities import identity_of, typed_again
from wizard.models import FACTS, Identity, PreferredContact, Sex, Title
from wizard.values.dates import PartialDate

IN_FULL = Identity(
    "Le Goff",
    "Anne",
    title=Title.MADAME,
    usage_name="Martin",
    birthdate=date(2019, 9, 3),
    sex=Sex.GIRL,
    mobile="+33612345678",
    phone="+33240836017",
    email="anne@exemple.fr",
    preferred_contact=PreferredContact.SMS,
    sms_ok=True,
    institution="Aide à l'enfance",
)


@pytest.mark.parametrize(
    "who", [IN_FULL, Identity("Mahmoud", ""), Identity("Martin", "Loïc", birthdate=PartialDate(2015, 9))]
)
def test_what_is_typed_again_declares_the_same_person(who: Identity) -> None:
    typed = typed_again(who)
    assert identity_of(typed) == who
    assert typed.keys() == {*FACTS, "single_name"}
    assert (typed["single_name"] == "y") is (not who.given_name)


@pytest.mark.parametrize("name", FACTS)
def test_what_a_form_does_not_ask_stays_as_it_was_known(name: str) -> None:
    asked = {one: "" for one in FACTS if one != name}
    assert getattr(identity_of(asked, IN_FULL), name) == getattr(IN_FULL, name)


@pytest.mark.parametrize("name", FACTS)
def test_what_is_asked_and_left_blank_is_forgotten(name: str) -> None:
    blank = identity_of({name: None}, IN_FULL)
    assert getattr(blank, name) == getattr(Identity("", ""), name)


def test_a_usage_name_that_is_the_birth_name_is_none() -> None:
    assert identity_of({"birth_name": "Martin", "given_name": "Anne", "usage_name": "martin"}).usage_name is None


def test_who_would_rather_not_say_how_they_are_addressed_has_no_title() -> None:
    assert identity_of({"birth_name": "Martin", "given_name": "Anne", "title": "none"}).title is None
