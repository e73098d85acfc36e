"""People found by their names, however they are spelled: search, and who may be declared twice."""

import json
from collections import defaultdict

from sqlite_utils import Database

from wizard.values.text import unaccented

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def folded(text: str) -> str:
    """Return `text` without accents, case or punctuation: « Le Goff-Noël » is « le goff noel »."""
    letters = unaccented(text.casefold().translate(_LIGATURES))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


# What a row of `people` is called.
NAME = """coalesce(people.institution,
    trim(people.given_name || ' ' || coalesce(people.usage_name, people.birth_name)))"""

# Words are looked for with instr: nothing that is typed has a meaning of its own, as « % » would with LIKE.
_BEARING = """
SELECT dossier_people.dossier FROM dossier_people
    JOIN people ON people.id = dossier_people.person
    JOIN dossiers ON dossiers.id = dossier_people.dossier
WHERE NOT EXISTS (
    SELECT 1 FROM json_each(:words) WHERE instr(folded(
        people.given_name || ' ' || people.birth_name || ' ' || coalesce(people.usage_name, '')
        || ' ' || coalesce(people.institution, '')), value) = 0
)
GROUP BY dossier_people.dossier ORDER BY max(dossiers.deposited_at) DESC LIMIT :limit
"""


def dossiers_of(db: Database, text: str, limit: int) -> list[int]:
    """Return the dossiers in which one person's names hold all the words of `text`, the most recent first."""
    words = folded(text).split()
    if not words:
        return []
    db.register_function(folded, deterministic=True)
    rows = db.execute(_BEARING, {"words": json.dumps(words, ensure_ascii=False), "limit": limit})
    return [row[0] for row in rows]


# A contact may well be the contact of several families: only parents and children are compared.
_NAMESAKES = """
SELECT mine.id, mine.given_name, mine.birth_name, theirs.given_name, theirs.birth_name, dossiers.reference
FROM dossiers AS own JOIN dossier_people AS here ON here.dossier = own.id
    JOIN people AS mine ON mine.id = here.person
    JOIN people AS theirs ON theirs.id <> mine.id AND (instr(theirs.birthdate, mine.birthdate) = 1
        OR instr(mine.birthdate, theirs.birthdate) = 1
        OR theirs.mobile IN (mine.mobile, mine.phone) OR theirs.phone IN (mine.mobile, mine.phone))
    JOIN dossier_people AS there ON there.person = theirs.id
    JOIN dossiers ON dossiers.id = there.dossier
WHERE own.household = :household AND dossiers.household <> :household
    AND here.role <> 'contact' AND there.role <> 'contact' AND there.withdrawn_at IS NULL
ORDER BY dossiers.deposited_at
"""


def namesakes(db: Database, household: int) -> dict[int, tuple[str, ...]]:
    """Return, for each person of a household, the references of others that seem to be about the same person.

    Same names once folded, and the same phone number or birth date, as far as both are known.
    """
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for person, given, birth, their_given, their_birth, reference in db.execute(_NAMESAKES, {"household": household}):
        if birth and folded(given) == folded(their_given) and folded(birth) == folded(their_birth):
            found[person][reference] = None
    return {person: tuple(references) for person, references in found.items()}
