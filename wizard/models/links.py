"""Under which name a link with someone in particular is asked by the forms, and kept among what changed."""

_LINK = "link_"


def link_field(one: str | int) -> str:
    """Return the name of the link with someone, by their id."""
    return f"{_LINK}{one}"


def linked(field: str) -> str | None:
    """Return the id of whom a name tells the link with, None of another name."""
    return field.removeprefix(_LINK) if field.startswith(_LINK) else None
