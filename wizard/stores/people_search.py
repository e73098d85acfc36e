"""People found by what is known of them, however it is typed: search, and who may be declared twice."""

import json
from collections import defaultdict

from sqlite_utils import Database

from wizard.stores import people_words
from wizard.values import sought
from wizard.values.folding import folded as folded

# What a row of `people` is called.
NAME = """coalesce(people.institution,
    trim(people.given_name || ' ' || coalesce(people.usage_name, people.birth_name)))"""

# Those who bear the rarest of what is typed, then all the rest of it. CROSS JOIN keeps that order.
_FOUND = """
WITH found AS MATERIALIZED (
    SELECT DISTINCT bears.person
    FROM json_each(:rarest) AS way
        CROSS JOIN people_search AS bears ON bears.word >= way.value ->> 0 AND bears.word < way.value ->> 1
    WHERE NOT EXISTS (
        SELECT 1 FROM json_each(:others) AS term WHERE NOT EXISTS (
            SELECT 1 FROM json_each(term.value) AS way CROSS JOIN people_search AS own
                ON own.person = bears.person AND own.word >= way.value ->> 0 AND own.word < way.value ->> 1))
), held AS (
    SELECT dossier FROM found CROSS JOIN dossier_people USING (person) WHERE withdrawn_at IS NULL
    UNION
    SELECT dossiers.id FROM found CROSS JOIN accounts USING (person)
        CROSS JOIN dossiers ON dossiers.household = accounts.household AND dossiers.account = accounts.id
)
SELECT dossiers.id FROM held CROSS JOIN dossiers ON dossiers.id = held.dossier
ORDER BY deposited_at DESC, dossiers.id DESC LIMIT :limit
"""


def dossiers_of(db: Database, text: str, limit: int) -> list[int]:
    """Return the dossiers of someone of whom all that is typed is true, the most recent first."""
    typed = sorted(sought.terms(text), key=lambda ways: min(len(start) for start, _end in ways), reverse=True)
    if not typed:
        return []
    people_words.catch_up(db)
    rarest, *others = typed
    values = {"rarest": _json(rarest), "others": _json(others), "limit": limit}
    return [row[0] for row in db.execute(_FOUND, values)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# A contact may well be the contact of several families: only parents and children are compared. Of dates, one may be
# the beginning of the other: « 2019 » and « 2019-09-03 ».
_NAMESAKES = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT people.id, given_name, birth_name, birthdate, mobile, phone
    FROM dossiers JOIN dossier_people ON dossier_people.dossier = dossiers.id JOIN people ON people.id = person
    WHERE household = :household AND role <> 'contact'
), alike AS (
    SELECT mine.id AS person, theirs.id AS other FROM mine CROSS JOIN people AS theirs
        ON theirs.birthdate >= mine.birthdate AND theirs.birthdate < mine.birthdate || '~'
    UNION SELECT mine.id, theirs.id FROM mine CROSS JOIN people AS theirs
        ON theirs.birthdate IN (substr(mine.birthdate, 1, 4), substr(mine.birthdate, 1, 7))
    UNION SELECT mine.id, theirs.id FROM mine CROSS JOIN people AS theirs
        ON theirs.mobile IN (mine.mobile, mine.phone)
    UNION SELECT mine.id, theirs.id FROM mine CROSS JOIN people AS theirs
        ON theirs.phone IN (mine.mobile, mine.phone)
)
SELECT mine.id, mine.given_name, mine.birth_name, theirs.given_name, theirs.birth_name, dossiers.reference
FROM alike CROSS JOIN mine ON mine.id = alike.person CROSS JOIN people AS theirs ON theirs.id = alike.other
    CROSS JOIN dossier_people AS there ON there.person = theirs.id
    CROSS JOIN dossiers ON dossiers.id = there.dossier
WHERE theirs.id <> mine.id AND dossiers.household <> :household
    AND there.role <> 'contact' AND there.withdrawn_at IS NULL
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
