"""A town of ten thousand dossiers and fifty thousand people, from a seed, in a real file."""

import json
import random
from datetime import date, timedelta

from sqlite_utils import Database

from wizard.clock import now, stamp
from wizard.db import transaction

_SURNAMES = """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier
Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry
Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard
Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron
Picard Yılmaz O'Connor Mbappé Kermarrec Benali Nguyen Diallo Traoré Le_Goff Le_Bihan De_La_Tour
"""
_GIVEN = """
Camille Loïc Jeanne Dominique Paul Samira Anne Jean Marie Pierre Luc Emma Louise Jade Alice Chloé Lina Rose Léa Anna
Mila Gabriel Raphaël Léo Louis Lucas Adam Arthur Hugo Jules Maël Liam Noé Ethan Aïcha Mehmet Moussa Inès
"""
_STREETS = "Loire Mairie École Gare Fontaine Vigne Poste Rivière Chapelle Plage Forge Croix"
SURNAMES = [name.replace("_", " ") for name in _SURNAMES.split()]
GIVEN, STREETS = _GIVEN.split(), _STREETS.split()
LARGEST = 20
"""How many people the largest dossier asks about."""


class Town:
    """Draws households one after the other; `rows` are those of each table."""

    def __init__(self, dossiers: int, waiting: int, seed: int = 13) -> None:
        self.chance = random.Random(seed)  # not for secrets
        self.dossiers, self.waiting, self.people = dossiers, waiting, 0
        self.rows: dict[str, list[tuple[object, ...]]] = {}
        for number in range(1, dossiers + 1):
            self._household(number)

    def write(self, db: Database) -> None:
        """Write them all at once."""
        with transaction(db):
            db.execute("PRAGMA defer_foreign_keys = ON")
            for table, rows in self.rows.items():
                marks = ", ".join("?" * len(rows[0]))
                db.conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _add(self, table: str, *row: object) -> None:
        self.rows.setdefault(table, []).append(row)

    def _household(self, number: int) -> None:
        chance = self.chance
        state = "waiting" if number <= self.waiting else "to_correct" if number <= self.waiting * 1.3 else "accepted"
        at = now() - timedelta(minutes=chance.randrange(60 * 24 * (12 if state == "waiting" else 300)))
        answered = None if state == "waiting" else stamp(at + timedelta(days=2))
        key = f"K{number:07}"
        self._add("households (id, enfance_key, key_origin, created_at)", number, key, "generated", stamp(at))
        surname, first = chance.choice(SURNAMES), self.people + 1
        roles = ["representative", *(["co_representative"] if number % 2 else []), *["child"] * chance.randint(1, 3),
            *["contact"] * chance.randint(1, 2)]  # fmt: skip
        if number == 1:
            roles += ["child"] * 8 + ["contact"] * (LARGEST - len(roles) - 8)
        elif number % 10 == 0:
            roles.append("contact")
        self._add("accounts (id, household, person, email, password_hash, created_at, activated_at)",
            number, number, first, f"parent{number}@exemple.fr", "$argon2id$never", stamp(at), stamp(at))  # fmt: skip
        self._add("dossiers (id, reference, household, account, deposited_at, answered_at)",
            number, f"R{number:07}", number, number, stamp(at), answered)  # fmt: skip
        children = [first + place for place, role in enumerate(roles) if role == "child"]
        for role in roles:
            self._person(number, role, surname, children, stamp(at), answered, state)
        self._address(first)
        for action in ("deposited", "opened"):
            self._add("journal (dossier, at, action)", number, stamp(at), action)

    def _person(self, number: int, role: str, surname: str, children: list[int], at: str, answered: str | None,
        state: str) -> None:  # fmt: skip
        chance, self.people = self.chance, self.people + 1
        person, name = self.people, surname if role in {"representative", "child"} else chance.choice(SURNAMES)
        birth = date(2010, 1, 1) + timedelta(days=chance.randrange(365 * 16)) if role == "child" else None
        mobile = None if role == "child" else f"+336{chance.randrange(10**8):08}"
        identity = {"birth_name": name, "given_name": chance.choice(GIVEN), "mobile": mobile,
            "birthdate": birth.isoformat() if birth else None}  # fmt: skip
        self._add("people (id, birth_name, given_name, mobile, birthdate, created_at)",
            person, *(identity[key] for key in ("birth_name", "given_name", "mobile", "birthdate")), at)  # fmt: skip
        accepted = answered if state == "accepted" else None
        if accepted or role == "representative":
            self._add("household_members (household, person, role)", number, person, role)
        rights = [[child, True, False] for child in children] if role == "contact" else []
        if accepted and rights:
            for child in children:
                self._add("contact_rights (contact, child, may_collect, emergency)", person, child, 1, 0)
        data = {"role": role, "identity": {key: value for key, value in identity.items() if value}, "rights": rights}
        self._add("declarations (person, version, dossier, declared_at, accepted_at, data)",
            person, 1, number, at, accepted, json.dumps(data))  # fmt: skip
        decision = {"waiting": None, "to_correct": "to_correct"}.get(state, "accepted")
        reason = "other" if decision == "to_correct" else None
        self._add("dossier_people (dossier, person, role, decision, motive, version, answered_at)",
            number, person, role, decision, reason, 1 if decision else None, answered)  # fmt: skip

    def _address(self, person: int) -> None:
        street, number = f"rue de la {self.chance.choice(STREETS)}", str(self.chance.randint(1, 90))
        outside, to_check = self.chance.random() < 0.08, int(self.chance.random() < 0.05)
        city, code, postcode = ("Ancenis", "44003", "44150") if outside else ("Oudon", "44115", "44521")
        label = f"{number} {street}, {postcode} {city}"
        columns = "person, label, street, house_number, postcode, city, citycode, source, to_check"
        self._add(f"addresses ({columns})", person, label, street, number, postcode, city, code, "ban", to_check)
