"""The API's description, OpenAPI 3.1: the closed lists are those of the code."""

from enum import StrEnum
from typing import Any

from wizard.models import Link, Permission, PreferredContact, Residence, Role, Sex, Title
from wizard.settings import Settings

USUAL, LONGEST = 100, 200
Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_YES: Schema = {"type": "boolean"}
_ID: Schema = {"type": "integer", "minimum": 1, "description": "Never given to anyone else, even once deleted."}
_MOMENT: Schema = {"type": "string", "format": "date-time"}


def _one_of(codes: type[StrEnum], *, needed: bool = False) -> Schema:
    values: list[str | None] = [code.value for code in codes]
    return {"enum": values} if needed else {"enum": [*values, None]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_NAMES = {"birth_name": _TEXT, "usage_name": _MAYBE, "given_name": _TEXT}
_REACHED = {
    "title": _one_of(Title),
    **_NAMES,
    "institution": _MAYBE,
    "mobile": _MAYBE | {"description": "E.164."},
    "phone": _MAYBE | {"description": "E.164."},
    "email": _MAYBE,
    "preferred_contact": _one_of(PreferredContact),
    "sms_ok": _YES,
    "links": _list(_object(child=_ID, link=_one_of(Link, needed=True))),
}
_ADDRESS = _object(
    **dict.fromkeys(("label", "street", "postcode", "city", "country"), _TEXT),
    **dict.fromkeys(("house_number", "suffix", "apartment", "building", "floor", "citycode"), _MAYBE),
    to_check=_YES,
)
_ADULT = _object(id=_ID, role=_one_of(Role, needed=True), **_REACHED, same_address=_YES)
_FAMILY = _object(
    id=_ID,
    departed={"const": False},
    key=_MAYBE | {"description": "Clé Enfance; null while it is only announced."},
    address={"oneOf": [_ADDRESS, {"type": "null"}]},
    adults=_list(_ADULT),
    children=_list(_ID),
    contacts=_list(_ID),
    changed_at=_MOMENT,
)
_DEPARTED = _object(id=_ID, departed={"const": True}, changed_at=_MOMENT)
_HOME = _object(family=_ID, residence=_one_of(Residence), main=_YES)
_CHILD = _object(
    id=_ID,
    **_NAMES,
    birthdate={"type": ["string", "null"], "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
    sex=_one_of(Sex),
    homes=_list(_HOME),
    changed_at=_MOMENT,
)
_RIGHT = _object(
    child=_ID,
    may_collect=_YES,
    emergency=_YES,
    contested=_list(_one_of(Permission, needed=True))
    | {"description": "What the child's other home objects to, until the town hall decides."},
)
_CONTACT = _object(id=_ID, family=_ID, **_REACHED, rights=_list(_RIGHT), changed_at=_MOMENT)
_PROBLEM = _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT)

_RESOURCES: dict[str, tuple[str, Schema]] = {
    "families": (
        "Families of which the town hall accepted a child. With changed_since, those that are no more are told as "
        "departed: take them out, and ignore those that you do not know. What a family lists is all that it has: a "
        "child or a contact that is not there any more is to be taken out too.",
        {"oneOf": [{"$ref": "#/components/schemas/Family"}, {"$ref": "#/components/schemas/Departed"}]},
    ),
    "children": ("Children that the town hall accepted.", {"$ref": "#/components/schemas/Child"}),
    "contacts": (
        "Who may collect a child or is called in an emergency. A right that is not there is not given.",
        {"$ref": "#/components/schemas/Contact"},
    ),
}
_PARAMETERS = [
    {"name": "changed_since", "in": "query", "schema": _MOMENT, "description": "The read_at of the first page read "
        "last time. A family is told again rather than missed."},
    {"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
        "description": "The next_cursor of the page before."},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": USUAL}},
]  # fmt: skip
_PROBLEMS = {
    "400": "A parameter is wrong.",
    "401": "The token is missing, unknown or revoked.",
    "429": "Too many calls: wait for Retry-After.",
    "503": "The database is busy: wait for Retry-After.",
}


def describe(settings: Settings) -> Schema:
    """Return the description of a town's API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Portail famille – {settings.town.name}",
            "version": "1",
            "description": "What the town hall accepted, and nothing of what is only asked. Read only.",
        },
        "servers": [{"url": settings.public_url}],
        "security": [{"token": []}],
        "paths": {f"/api/v1/{name}": {"get": _operation(name, *told)} for name, told in _RESOURCES.items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Family": _FAMILY,
                "Departed": _DEPARTED,
                "Child": _CHILD,
                "Contact": _CONTACT,
                "Problem": _PROBLEM,
            },
        },
    }


def _operation(name: str, summary: str, item: Schema) -> Schema:
    page = _object(read_at=_MOMENT, items=_list(item), next_cursor=_MAYBE)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {status: {"description": words, "content": problem} for status, words in _PROBLEMS.items()}
    return {
        "operationId": name,
        "description": summary,
        "parameters": _PARAMETERS,
        "responses": {"200": {"description": "A page.", "content": {"application/json": {"schema": page}}}, **told},
    }
