"""The step `sante`: the menu, and whether there is a PAI, are kept in clear; all other answers are sealed."""

from collections.abc import Mapping

from wizard.models import ChildFile

Data = dict[str, list[str]]

STEP = "sante"
_OF_A_DOCTOR = {"doctor_name", "doctor_phone"}
_KNOWN = {"meal"}


def meal(answers: Data) -> str | None:
    """Return the menu to be served."""
    return _first(answers, "meal")


def pai(answers: Data) -> bool | None:
    """Whether there is a PAI; None when it was not asked."""
    said = _first(answers, "pai")
    return said == "oui" if said else None


def known(answers: Data) -> Data:
    """Return what may be written as it is."""
    return {name: values for name, values in answers.items() if name in _KNOWN}


def to_seal(answers: Data) -> Data:
    """Return what goes in the envelope: no doctor without a PAI, an allergy or a treatment."""
    kept = {name: values for name, values in answers.items() if name not in _KNOWN and any(values)}
    return kept if _needs_a_doctor(kept) else {name: kept[name] for name in kept.keys() - _OF_A_DOCTOR}


def answers_of(file: ChildFile, sealed: Mapping[str, list[str]]) -> Data:
    """Return the answers of the step as they were given, with what its envelope holds."""
    known = {"meal": [file.meal] if file.meal else [], "pai": [] if file.pai is None else [("non", "oui")[file.pai]]}
    return {name: values for name, values in {**known, **sealed}.items() if values}


def known_of(file: ChildFile) -> dict[str, Data]:
    """Return what may be known of the step without opening the envelope: what the rules of the documents ask of it."""
    return {STEP: answers_of(file, {})}


def _needs_a_doctor(answers: Data) -> bool:
    allergy = answers.get("allergens") or answers.get("other_allergen")
    return bool(allergy) or "oui" in {_first(answers, "pai"), _first(answers, "treatment")}


def _first(answers: Data, name: str) -> str | None:
    return next(iter(answers.get(name, ())), None) or None
