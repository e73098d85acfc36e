"""The forms of address proposed, none of them compulsory."""

from flask_babel import lazy_gettext as _

TITLES = [
    ("madame", _("Madame")),
    ("monsieur", _("Monsieur")),
    ("none", _("Je préfère ne pas répondre")),
]


def stored(choice: str | None) -> str | None:
    """Return what is kept of a choice: nothing of « je préfère ne pas répondre »."""
    return choice if choice in {"madame", "monsieur"} else None
