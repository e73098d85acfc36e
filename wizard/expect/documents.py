"""`[dossier.documents]`: which known documents a town asks, and those that it adds."""

import re
from collections.abc import Callable
from typing import Any

from wizard.expect.plain import Unexpected, among, matching, months, text, yes_or_no
from wizard.models.childfile import KINDS_OF_DOCUMENTS, SERVICES
from wizard.values import forbidden
from wizard.values.nearest import did_you_mean

_NEEDED = ("label", "why", "law")

_OF_A_DOCUMENT: dict[str, Callable[[Any], Any]] = {
    "label": text,
    "why": text,
    "law": text,
    "scope": matching("child|family", '"child" ou "family"'),
    "validity": matching("year|none|date|duration", '"year", "none", "date" ou "duration"'),
    "months": months,
    "services": lambda value: value if value == "declared" else among(*SERVICES)(value),
    "required": yes_or_no,
    "health": yes_or_no,
}


def documents(value: Any) -> dict[str, Any]:
    """Return which known documents are asked (« oui », « non »), and those that a town adds: {label, why, law, …}."""
    if not isinstance(value, dict):
        raise Unexpected("attendu une section [dossier.documents]")
    return {slug: _document(slug, said) for slug, said in value.items()}


def _document(slug: str, said: Any) -> Any:
    try:
        if slug in KINDS_OF_DOCUMENTS:
            return yes_or_no(said)
        return _own_document(slug, said)
    except Unexpected as error:
        raise Unexpected(f"{error} (document « {slug} »)", *(error.part or (said,))) from None


def _own_document(slug: str, said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        meant = did_you_mean(slug, KINDS_OF_DOCUMENTS) or f" ; ceux du portail sont {', '.join(KINDS_OF_DOCUMENTS)}"
        raise Unexpected(f"attendu {{ label, why, law }}, ou un document du portail{meant}")
    for name in said.keys() - _OF_A_DOCUMENT.keys():
        meant = did_you_mean(name, _OF_A_DOCUMENT) or f" ; il y a {', '.join(_OF_A_DOCUMENT)}"
        raise Unexpected(f"« {name} » est inconnu{meant}")
    if missing := [name for name in _NEEDED if name not in said]:
        raise Unexpected(f"attendu {{ {', '.join(_NEEDED)} }}, il manque {', '.join(missing)}")
    read = {name: _checked(name, one) for name, one in said.items()}
    if not re.fullmatch(r"[a-z_]{1,40}", slug):
        raise Unexpected("attendu un nom en lettres minuscules")
    if (read.get("validity") == "duration") != ("months" in read):
        raise Unexpected('attendu « months » avec validity = "duration", et seulement avec elle')
    if any(forbidden.is_named(each) for each in (slug, read["label"], read["why"])):
        raise Unexpected("ceci ne peut pas être demandé aux familles")
    return read


def _checked(name: str, value: Any) -> Any:
    try:
        return _OF_A_DOCUMENT[name](value)
    except Unexpected as error:
        raise Unexpected(f"{name} : {error}", *(error.part or (value,))) from None
