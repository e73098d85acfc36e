"""People found by their names, however they are spelled: search."""

import json

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
