"""What someone is looked for by: a few exact words that an index finds, whichever slip was made in the rest."""

from collections.abc import Iterator

from wizard.models import Profile, Role
from wizard.services.duplicates.folding import place
from wizard.stores.people_search import folded


def keys(one: Profile) -> frozenset[str]:
    """Return the keys of someone; who is never compared beyond their household has none."""
    if one.role is Role.CHILD:
        return frozenset(f"c {key}" for key in (*_names(one), *_of_a_child(one)))
    if one.role is Role.REPRESENTATIVE:
        return frozenset(f"p {key}" for key in (*_names(one), *_of_a_parent(one)))
    return frozenset()


def _names(one: Profile) -> Iterator[str]:
    """Give the first given name with each surname, whole and word by word."""
    first = (folded(one.given_name).split() or [""])[0]
    for surname in map(folded, one.surnames):
        words = surname.split()
        for word in {surname.replace(" ", ""), *(word for word in words if len(word) > 3)}:
            yield f"n {first} {word}"


def _of_a_child(one: Profile) -> Iterator[str]:
    if one.birthdate:
        yield f"b {one.birthdate}"
    for phone in one.phones:
        yield f"t {phone}"


def _of_a_parent(one: Profile) -> Iterator[str]:
    yield from (f"t {phone}" for phone in one.phones)
    yield from (f"e {email}" for email in one.emails)
    yield from (f"a {place(*where)}" for where in one.places)
