"""What is told of someone in a sentence: pieces for whoever writes one, the same wherever they are read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from wizard.choices import LINKS, MINE, MINE_BY_SEX, TIES, TITLES
from wizard.french import elided, short_day
from wizard.french import gettext as _
from wizard.models import Address, Identity, Link, Permission, Sex
from wizard.services.wording import together
from wizard.values import phones

# On a day, then in a month or a year.
_BORN = {
    Sex.GIRL: (_("née le %(day)s"), _("née en %(day)s")),
    Sex.BOY: (_("né le %(day)s"), _("né en %(day)s")),
    None: (_("date de naissance : %(day)s"), _("date de naissance : %(day)s")),
}
Child = TypeVar("Child", int, str)
"""A child by their id, in a draft or for good."""


def joined(pieces: Iterable[str]) -> str:
    """Return « née le 3 septembre 2019 · votre fille », "" of nothing."""
    return " · ".join(filter(None, pieces))


def sentence(words: str) -> str:
    """Return « Née le 3 septembre 2019 · votre fille. », "" of nothing."""
    return f"{words[0].upper()}{words[1:]}." if words else ""


def titled(identity: Identity) -> str:
    """Return « Madame Camille Martin », as one signs."""
    return f"{TITLES[identity.title]} {identity.name}" if identity.title else identity.name


def birth_name(identity: Identity) -> str:
    """Return « nom de naissance : Durand », of who uses another."""
    told = _("nom de naissance : %(name)s", name=identity.birth_name)
    return str(told) if identity.usage_name else ""


def born(identity: Identity) -> str:
    """Return « née le 3 septembre 2019 », « né en 2019 »; of whom the sex is not told, « date de naissance : 2019 »."""
    if identity.birthdate is None:
        return ""
    words, vague = _BORN[identity.sex]
    return str(words if isinstance(identity.birthdate, date) else vague) % {"day": short_day(identity.birthdate)}


def mine(link: Link | None, sex: Sex | None) -> str:
    """Return « votre fille », « vous êtes son grand-parent »: what a child is to the parent who reads."""
    return str(MINE_BY_SEX[sex] if link in {Link.MOTHER, Link.FATHER} else MINE[link]) if link else ""


def ties(links: Mapping[str, Link], called: Mapping[str, str]) -> list[str]:
    """Return « grand-parent de Loïc et Anna », one piece for each link."""
    return [
        str(TIES.get(link, "%(link)s %(of_names)s"))
        % {"link": str(LINKS[link]).lower(), "of_names": elided(names), "names": names}
        for link in dict.fromkeys(links.values())
        for names in [together([called[child] for child, one in links.items() if one is link])]
    ]


def rights(
    asked: Mapping[Child, tuple[bool, bool]], called: Mapping[Child, str], words: Mapping[Permission, object]
) -> list[str]:
    """Return what is asked for someone in these `words`: « peut venir chercher Loïc et Anna ».

    `asked` says for each child whether they may collect them, then whether they are to be called in an emergency.
    """
    return [
        str(words[permission]) % {"names": together([called[child] for child in children])}
        for at, permission in enumerate(Permission)
        if (children := [child for child, boxes in asked.items() if boxes[at]])
    ]


def numbers(identity: Identity) -> list[str]:
    """Return the telephones as they are read aloud, two figures at a time."""
    return [phones.shown(number) for number in (identity.mobile, identity.phone) if number]


def place(address: Address) -> str:
    """Return « 12 rue du Moulin 44521 Oudon, appartement 3 »."""
    parts = {
        _("appartement"): address.apartment,
        _("bâtiment"): address.building,
        _("étage"): address.floor,
    }
    return ", ".join([address.label, *(f"{name} {value}" for name, value in parts.items() if value)])
