"""What may not be asked has no place: no column, no field, no key, in French or in English."""

from itertools import chain
from pathlib import Path

import pytest
from sqlite_utils import Database
from wtforms import Form

import wizard
from tests.test_settings import read, town
from wizard.childfile.journey import JOURNEY
from wizard.childfile.steps.sante import LONGEST, HealthForm
from wizard.entourage.journey import ENTOURAGE
from wizard.kinds import KINDS
from wizard.services.childfile import asked
from wizard.settings import SettingsError
from wizard.signup.journey import SIGNUP
from wizard.values import forbidden

NAMED = (
    "numero_securite_sociale", "secu_sociale", "nir", "ssn", "social_security_number", "carte_vitale",
    "marital_status", "situation_matrimoniale", "situation_familiale", "Livret de famille", "divorced",
    "nationality", "Nationalité", "citizenship", "religion", "religious", "Menu halal", "confession",
    "diagnosis", "Diagnostic", "pathologie", "maladies", "handicap", "insurance_contract", "police d'assurance",
    "Numéro de contrat", "ethnie",
)  # fmt: skip
FREE = ("birth_name", "meal", "assurance", "pai", "vaccination", "signed_in", "year", "trace", "Racines", "nirvana")


def test_the_words_are_known_however_they_are_written() -> None:
    assert [one for one in NAMED if not forbidden.is_named(one)] == []
    assert [one for one in FREE if forbidden.is_named(one)] == []


def fields_of(form: type[Form]) -> set[str]:
    return {name for name in dir(form) if hasattr(getattr(form, name), "creation_counter") or hasattr(
        getattr(form, name), "field_class")}  # fmt: skip


def every_form() -> set[type[Form]]:
    def below(form: type[Form]) -> set[type[Form]]:
        return {form, *chain.from_iterable(below(one) for one in form.__subclasses__())}

    return {one for one in below(Form) if one.__module__.startswith(f"{wizard.__name__}.")}


def test_no_column_no_field_and_no_key_asks_for_it(db: Database) -> None:
    columns = {f"{table.name}.{name}" for table in db.tables for name in table.columns_dict}
    forms = every_form()
    steps = (*SIGNUP.journey.steps, *ENTOURAGE.journey.steps, *JOURNEY.steps)
    assert {step.form for step in steps} <= forms and len(forms) > 40 and len(KINDS) > 2
    fields = {f"{form.__name__}.{name}" for form in forms for name in fields_of(form)}
    assert "HealthForm.meal" in fields and "ContactForm.phone" in fields
    table = (Path(asked.__file__).parent / "asked.toml").read_text(encoding="utf-8")
    keys = {f"asked.{one.slug} {one.label}" for one in (*asked.every_question(), *asked._table().documents)}
    keys |= {line.partition("=")[0] for line in table.splitlines() if "=" in line and not line.startswith("#")}
    assert [one for one in sorted(columns | fields | keys) if forbidden.is_named(one)] == []


def test_the_menu_has_a_column_and_its_reason_none(db: Database) -> None:
    assert set(db.table("child_files").columns_dict) == {
        "id", "child", "year", "deposited_at", "deposited_by", "updated_at", "meal", "pai", "sealed_at",
    }  # fmt: skip


def test_what_is_written_freely_is_short() -> None:
    long = {
        name: field.field_class
        for name in fields_of(HealthForm)
        for field in [getattr(HealthForm, name)]
        if "TextArea" in field.field_class.__name__
        and max(getattr(check, "max", 0) for check in field.kwargs.get("validators", field.args[1])) > LONGEST
    }
    assert LONGEST <= 300 and not long


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (
            'livret = { label = "Livret de famille", why = "Pour savoir.", law = "Règlement" }',
            "ne peut pas être demandé",
        ),
        ('secu = { label = "Carte Vitale", why = "Pour savoir.", law = "Règlement" }', "ne peut pas être demandé"),
        ('assurance = "peut-être"', '"oui" ou "non"'),
        ('assurance = { required = "oui" }', '"oui" ou "non"'),
        ('natation = { label = "Attestation", why = "Pour nager." }', "label, why, law"),
        ('natation = { label = "A", why = "B.", law = "C", health = true }', '"oui" ou "non"'),
        ('natation = { label = "A", why = "B.", law = "C", services = ["piscine"] }', "cantine"),
        ('visite = { label = "A", why = "B.", law = "C", validity = "duration" }', "months"),
    ],
)
def test_a_town_cannot_have_its_documents_ask_for_it(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(SettingsError, match=r"dossier\.documents") as refused:
        read(town(tmp_path, **{"# assurance": line}))
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ({"# en_ligne": 'en_ligne = "oui"', "# aipd": "aipd = 2026-03-01"}, "sante.dpo"),
        ({"# en_ligne": 'en_ligne = "oui"', "# dpo": 'dpo = "Anne Le Goff"'}, "sante.aipd"),
        ({"# en_ligne": 'en_ligne = "oui"', "# dpo": 'dpo = "Anne"', "# aipd": 'aipd = "mars"'}, "sante.aipd"),
        ({"# en_ligne": "en_ligne = true"}, "sante.en_ligne"),
    ],
)
def test_health_is_online_only_with_who_answers_for_it_and_when_its_impact_was_assessed(
    tmp_path: Path, lines: dict[str, str], key: str
) -> None:
    with pytest.raises(SettingsError, match=key):
        read(town(tmp_path, **lines))


def test_health_is_off_by_default_and_a_town_may_switch_it_and_its_documents_on(tmp_path: Path) -> None:
    setting = read(town(tmp_path)).dossier
    assert setting.health is None and setting.documents == {} and setting.schools
    lines = {"# en_ligne": 'en_ligne = "oui"', "# dpo": 'dpo = "Anne Le Goff"', "# aipd": "aipd = 2026-03-01"}
    setting = read(town(tmp_path, **lines, **{"# quotient": 'quotient = "oui"'})).dossier
    assert setting.health and setting.health.dpo == "Anne Le Goff"
    assert setting.documents == {"quotient": True}
