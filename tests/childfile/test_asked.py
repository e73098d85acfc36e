"""What is asked of whom: services, age and answers → the steps and the documents, each by its text."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.childfile.conftest import YEAR, town
from wizard.french import plain
from wizard.models import Answers, ChildFiles, Health
from wizard.models.childfile import KINDS_OF_DOCUMENTS, SERVICES
from wizard.services.childfile import asked
from wizard.values.dates import PartialDate

ONLINE = Health("Anne Le Goff", date(2026, 3, 1))
THREE, SIX, ALMOST_SIX = date(2023, 5, 1), date(2020, 9, 1), date(2020, 9, 2)
PARTLY = PartialDate(2020)  # the youngest that it may be: five
TEN = date(2016, 5, 1)
OWN = {"label": "Attestation d'aisance aquatique", "why": "Pour le canoë.", "law": "Règlement, article 7"}

# Letters of the steps: a care, h health, l leaving, c consents, d documents, r summary.
LETTERS = {"accueils": "a", "sante": "h", "sorties": "l", "autorisations": "c", "documents": "d", "recapitulatif": "r"}
# Services, born, health online, answers about health, what the town switches → steps, documents.
Case = tuple[str, Any, bool, dict[str, str], dict[str, Any], str, str]
CASES: list[Case] = [
    # A canteen, a « garderie »: no vaccination is asked of them.
    ("cantine", THREE, False, {}, {}, "ahcr", ""),
    ("cantine", TEN, False, {}, {}, "ahcr", ""),
    ("matin", THREE, False, {}, {}, "acr", ""),
    ("matin", TEN, False, {}, {}, "acr", ""),
    ("soir", THREE, False, {}, {}, "acr", ""),
    ("soir", ALMOST_SIX, False, {}, {}, "acr", ""),
    ("soir", PARTLY, False, {}, {}, "acr", ""),
    ("soir", SIX, False, {}, {}, "alcr", ""),
    ("soir", TEN, False, {}, {}, "alcr", ""),
    ("soir", None, False, {}, {}, "alcr", ""),
    ("matin soir", THREE, False, {}, {}, "acr", ""),
    ("matin soir", TEN, False, {}, {}, "alcr", ""),
    ("cantine matin", THREE, False, {}, {}, "ahcr", ""),
    ("cantine soir", THREE, False, {}, {}, "ahcr", ""),
    ("cantine soir", SIX, False, {}, {}, "ahlcr", ""),
    ("cantine matin soir", TEN, False, {}, {}, "ahlcr", ""),
    # A declared one: vaccinations, handed over while health is not online.
    ("mercredi", THREE, False, {}, {}, "ahcdr", "vaccinations"),
    ("mercredi", ALMOST_SIX, False, {}, {}, "ahcdr", "vaccinations"),
    ("mercredi", SIX, False, {}, {}, "ahlcdr", "vaccinations"),
    ("vacances", THREE, False, {}, {}, "ahcdr", "vaccinations"),
    ("vacances", TEN, False, {}, {}, "ahlcdr", "vaccinations"),
    ("mercredi vacances", TEN, False, {}, {}, "ahlcdr", "vaccinations"),
    ("cantine matin soir mercredi vacances", TEN, False, {}, {}, "ahlcdr", "vaccinations"),
    ("cantine matin soir mercredi vacances", THREE, False, {}, {}, "ahcdr", "vaccinations"),
    # Health online: what follows from the answers.
    ("cantine", TEN, True, {}, {}, "ahcr", ""),
    ("cantine", TEN, True, {"pai": "non"}, {}, "ahcr", ""),
    ("cantine", TEN, True, {"pai": "oui"}, {}, "ahcdr", "pai"),
    ("matin", THREE, True, {}, {}, "ahcr", ""),
    ("matin", THREE, True, {"pai": "oui"}, {}, "ahcdr", "pai"),
    ("soir", TEN, True, {"pai": "oui"}, {}, "ahlcdr", "pai"),
    ("matin", THREE, True, {"vaccination": "contraindication"}, {}, "ahcr", ""),
    ("matin", THREE, True, {"treatment": "oui"}, {}, "ahcr", ""),
    ("mercredi", THREE, True, {"vaccination": "up_to_date"}, {}, "ahcdr", "vaccinations"),
    ("mercredi", THREE, True, {"vaccination": "not_yet"}, {}, "ahcdr", "vaccinations"),
    ("mercredi", THREE, True, {"vaccination": "contraindication"}, {}, "ahcdr", "contre_indication"),
    ("mercredi", TEN, True, {"vaccination": "contraindication"}, {}, "ahlcdr", "contre_indication"),
    ("mercredi", THREE, True, {"pai": "oui"}, {}, "ahcdr", "vaccinations pai"),
    ("mercredi", THREE, True, {"treatment": "oui"}, {}, "ahcdr", "vaccinations ordonnance"),
    ("mercredi", THREE, True, {"treatment": "non"}, {}, "ahcdr", "vaccinations"),
    ("vacances", TEN, True, {"pai": "oui", "treatment": "oui"}, {}, "ahlcdr", "vaccinations pai ordonnance"),
    ("vacances", TEN, True, {"pai": "oui", "vaccination": "contraindication"}, {}, "ahlcdr", "contre_indication pai"),
    ("cantine mercredi", TEN, True, {"pai": "non", "vaccination": "up_to_date"}, {}, "ahlcdr", "vaccinations"),
    # Health not online: nothing that was answered before asks for anything.
    ("cantine", TEN, False, {"meal": "Sans viande"}, {}, "ahcr", ""),
    ("mercredi", TEN, False, {"meal": "Sans viande"}, {}, "ahlcdr", "vaccinations"),
    # Insurance, domicile and the reduced price: off, unless the town switches them on.
    ("cantine", THREE, False, {}, {"assurance": True}, "ahcdr", "assurance"),
    ("matin", THREE, False, {}, {"assurance": True}, "acdr", "assurance"),
    ("mercredi", THREE, False, {}, {"assurance": True}, "ahcdr", "vaccinations assurance"),
    ("mercredi", THREE, False, {}, {"assurance": False}, "ahcdr", "vaccinations"),
    ("cantine", THREE, False, {}, {"domicile": True}, "ahcdr", "domicile"),
    ("cantine", THREE, False, {}, {"quotient": True}, "ahcdr", "quotient"),
    ("cantine", THREE, False, {}, {"assurance": True, "domicile": True, "quotient": True}, "ahcdr",
        "assurance domicile quotient"),
    ("mercredi", THREE, False, {}, {"vaccinations": False}, "ahcr", ""),
    ("mercredi", THREE, True, {"pai": "oui"}, {"pai": False}, "ahcdr", "vaccinations"),
    # A document of the town's own.
    ("vacances", TEN, False, {}, {"natation": OWN | {"services": ["vacances"]}}, "ahlcdr", "vaccinations natation"),
    ("mercredi", TEN, False, {}, {"natation": OWN | {"services": ["vacances"]}}, "ahlcdr", "vaccinations"),
    ("matin", THREE, False, {}, {"natation": OWN | {"services": ["matin"]}}, "acdr", "natation"),
    ("matin", THREE, False, {}, {"natation": OWN | {"services": "declared"}}, "acr", ""),
    ("matin", THREE, False, {}, {"natation": OWN}, "acdr", "natation"),
    # Nothing chosen yet, or what the town does not offer.
    ("", THREE, False, {}, {}, "ar", ""),
    ("", TEN, True, {"pai": "oui"}, {"assurance": True}, "ar", ""),
    ("internat", TEN, False, {}, {}, "ar", ""),
]  # fmt: skip


def answers(services: str, said: dict[str, str]) -> Answers:
    return {"accueils": {"services": services.split()}, "sante": {name: [value] for name, value in said.items()}}


def _id(case: Case) -> str:
    return f"{case[0] or 'nothing'}, {case[1]}, {case[3] or ''}{(case[4] and ' switched') or ''}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_what_is_asked_follows_from_services_age_and_answers(case: Case) -> None:
    services, born, online, said, switched, steps, documents = case
    setting = town(documents=switched, health=ONLINE if online else None)
    given = answers(services, said)
    assert "".join(LETTERS[one] for one in asked.steps(setting, YEAR, born, given)) == steps
    found = asked.documents(setting, YEAR, born, given)
    assert [one.kind.slug for one in found] == documents.split()
    for one in found:
        assert one.kind.text and one.why
        assert one.online == (online or not one.kind.health)


def test_there_are_enough_cases_and_they_ask_for_every_kind_and_every_step() -> None:
    assert len(CASES) >= 60
    assert set(" ".join(case[6] for case in CASES).split()) == {*KINDS_OF_DOCUMENTS, "natation"}
    assert set("".join(case[5] for case in CASES)) == set(LETTERS.values())


def everything() -> Iterator[asked.Question | asked.DocumentKind]:
    yield from asked.every_question()
    yield from asked.kinds(town()).values()


def test_whatever_is_compulsory_names_its_text_and_says_why() -> None:
    for one in everything():
        law = one.law if isinstance(one, asked.Question) else one.text
        assert len(law) > 10 and one.why.endswith("."), one.slug


def test_the_table_and_the_settings_know_the_same_services_and_documents() -> None:
    assert tuple(asked.services_of_the_table()) == SERVICES
    assert tuple(asked.kinds(town())) == KINDS_OF_DOCUMENTS


def test_insurance_and_domicile_are_off_and_the_reduced_price_is_never_compulsory() -> None:
    known = asked.kinds(town(documents={"quotient": True}))
    assert not known["assurance"].on and not known["domicile"].on
    assert not asked.kinds(town())["quotient"].on
    assert known["quotient"].on and not known["quotient"].required


def test_a_document_is_good_for_the_year_or_as_long_as_it_says() -> None:
    known = asked.kinds(town(documents={"visite": OWN | {"validity": "duration", "months": 18}}))
    assert asked.valid_until(known["vaccinations"], YEAR, {}) == date(2027, 8, 31)
    assert asked.valid_until(known["pai"], YEAR, {}) is None
    assert asked.valid_until(known["visite"], YEAR, {}, date(2026, 9, 30)) == date(2028, 3, 30)


def test_a_certificate_that_replaces_a_document_is_as_good() -> None:
    setting = town()
    wanted = asked.documents(setting, YEAR, TEN, answers("mercredi", {}))
    assert [one.kind.slug for one in asked.required(wanted, [])] == ["vaccinations"]
    assert not asked.required(wanted, ["contre_indication"]) and not asked.required(wanted, ["vaccinations"])


def test_questions_about_health_are_asked_on_paper_when_they_are_not_online() -> None:
    setting = town()
    given = answers("cantine mercredi", {})
    assert [one.slug for one in asked.questions(setting, YEAR, TEN, given, "sante")] == ["meal"]
    paper = [one.slug for one in asked.on_paper(setting, YEAR, TEN, given)]
    assert {"vaccination", "pai", "allergens", "treatment"} <= set(paper) and "meal" not in paper
    assert {"pai"} == {one.slug for one in asked.on_paper(setting, YEAR, TEN, answers("matin", {}))} - {"pai_until"}


def test_a_question_says_plainly_why_it_is_asked() -> None:
    meal = next(one for one in asked.every_question() if one.slug == "meal")
    assert "La raison de ce choix ne vous est pas demandée." in plain(meal.why)


def test_a_town_without_schools_asks_nothing() -> None:
    assert ChildFiles().schools == ()
