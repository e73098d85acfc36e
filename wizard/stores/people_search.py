"""People found by what is known of them, however it is typed."""

import json

from sqlite_utils import Database

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
    rarest, *others = typed
    values = {"rarest": _json(rarest), "others": _json(others), "limit": limit}
    return [row[0] for row in db.execute(_FOUND, values)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
