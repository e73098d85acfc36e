"""The words that people are found by: folded here, anew for whom something was written, as their family shows them.

Triggers mark whom to fold; no word is of someone whom the family no longer shows or asks.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

from sqlite_utils import Database

from wizard.values import phones, sought
from wizard.values.folding import folded, words

_BATCH = 500


def has_some_to_fold(db: Database) -> bool:
    """Whether something was written about someone since they were folded."""
    return db.execute("SELECT 1 FROM people_to_fold LIMIT 1").fetchone() is not None


def fold_some(db: Database) -> None:
    """Fold some of those whom something was written about."""
    query = "DELETE FROM people_to_fold WHERE person IN (SELECT person FROM people_to_fold LIMIT ?) RETURNING person"
    marked = json.dumps([person for (person,) in db.execute(query, (_BATCH,)).fetchall()])
    found: dict[int, set[str]] = defaultdict(set)
    for person, word in _words(db, marked):
        found[person].add(word)
    db.execute("DELETE FROM people_search WHERE person IN (SELECT value FROM json_each(?))", (marked,))
    rows = json.dumps([(person, word) for person, own in found.items() for word in own])
    db.execute("INSERT INTO people_search SELECT value ->> 0, value ->> 1 FROM json_each(?)", (rows,))


# What is asked of people last in each household, by lines that are still asked; a parent is as they say at once.
_ASKED = """
WITH asked AS (
    SELECT declarations.person, data, decision = 'refused' AND dossier_people.answered_at IS NOT NULL AS refused,
        EXISTS (SELECT 1 FROM household_members WHERE household_members.person = declarations.person) AS member
    FROM declarations JOIN dossiers ON dossiers.id = declarations.dossier
        JOIN dossier_people USING (dossier, person)
    WHERE declarations.person IN (SELECT value FROM json_each(:people)) AND withdrawn_at IS NULL
        AND coalesce(data ->> 'leaves', 0) = 0 AND dossier_people.role <> 'representative'
        AND NOT EXISTS (SELECT 1 FROM declarations AS later JOIN dossiers AS theirs ON theirs.id = later.dossier
            WHERE later.person = declarations.person AND later.version > declarations.version
                AND theirs.household = dossiers.household)
)
"""
# Of a change that was refused to someone of the household, nothing.
_IDENTITIES = f"""
{_ASKED}
SELECT id, given_name, birth_name, usage_name, institution, birthdate, mobile, phone, email FROM people
WHERE id IN (SELECT value FROM json_each(:people))
    AND (EXISTS (SELECT 1 FROM household_members WHERE person = people.id) OR id IN (SELECT person FROM asked))
UNION ALL
SELECT person, coalesce(said ->> 'given_name', ''), said ->> 'birth_name', said ->> 'usage_name',
    said ->> 'institution', said ->> 'birthdate', said ->> 'mobile', said ->> 'phone', said ->> 'email'
FROM (SELECT person, data -> 'identity' AS said FROM asked WHERE NOT (member AND coalesce(refused, 0)))
"""
_ADDRESSES = """
SELECT person, coalesce(house_number, '') || coalesce(suffix, ''), street, label, postcode FROM addresses
WHERE person IN (SELECT value FROM json_each(:people))
"""
_ACCOUNTS = """
SELECT person, email, enfance_key FROM accounts JOIN households ON households.id = household
WHERE person IN (SELECT value FROM json_each(:people))
"""


def _words(db: Database, people: str) -> Iterator[tuple[int, str]]:
    """Return each person with each of their words."""
    values = {"people": people}
    for person, *names, birthdate, mobile, phone, email in db.execute(_IDENTITIES, values).fetchall():
        found = {word for name in names for word in words(name or "")} | _of_numbers(mobile, phone) | _of_email(email)
        yield from ((person, word) for word in (*found, *([birthdate] if birthdate else [])))
    for person, number, street, label, postcode in db.execute(_ADDRESSES, values).fetchall():
        place = f"{number} {street} {label.partition(postcode)[0] if postcode else ''}"
        yield from ((person, word) for word in folded(place).split())
    for person, email, key in db.execute(_ACCOUNTS, values).fetchall():
        plain = "".join(folded(key).split())
        yield from ((person, word) for word in (*_of_email(email), plain, plain.lstrip("0")) if word)


def _of_numbers(*numbers: str | None) -> set[str]:
    """Return the digits of phone numbers, as they are dialled here and from abroad."""
    ways = [way for number in numbers if number for way in (number, phones.shown(number))]
    return {"".join(sign for sign in way if sign.isdigit()) for way in ways}


def _of_email(email: str | None) -> set[str]:
    """Return an address, marked as one: the names of others are not looked for in it."""
    return {sought.EMAIL + email.casefold()} if email else set()
