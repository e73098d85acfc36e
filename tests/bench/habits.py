"""The many ways in which people write one address, by name."""

import random
from itertools import islice

from tests.bench import habits_names as names
from tests.bench import habits_parts as parts
from tests.bench.addresses_cases import Case
from tests.bench.habits_slips import SLIPS
from tests.bench.habits_words import Habit
from wizard.addresses.importing.formats import Row

HABITS: dict[str, Habit] = {
    "type de voie abrégé": names.kind_shortened,
    "titre abrégé": names.title_shortened,
    "titre en toutes lettres": names.title_in_full,
    "initiale du prénom": names.first_name_as_initial,
    "petits mots omis": names.small_words_dropped,
    "petits mots faux": names.small_words_wrong,
    "apostrophes": parts.apostrophes,
    "traits d'union": parts.hyphens,
    "accents et capitales": parts.accents_capitals,
    "deux mots collés": names.words_joined,
    "nom tout collé": names.all_joined,
    "mot coupé en deux": names.word_parted,
    "nombres autrement": names.numbers_otherwise,
    "ordre des parties": parts.parts_moved,
    "arrondissements": parts.districts,
    "texte autour": parts.around,
    "texte avant et après": parts.around_both,
    "numéro autrement": parts.numbered_otherwise,
    "numéro collé": parts.glued_number,
    "commune autrement": parts.towns,
    "à l'oreille": names.spelt_by_ear,
    "espace en moins ou en plus": parts.space_missing_or_added,
    "autre type de voie": names.another_kind,
    "sans type de voie": names.no_kind,
    "code postal faux": parts.wrong_postcode,
    "à la hâte": names.hurried,
}
HABITS |= SLIPS
LIEUX_DITS: dict[str, Habit] = {
    "lieu-dit autrement": parts.lieu_dit,
    "lieu-dit numéroté": parts.numbered_lieu_dit,
}


def typed(habit: Habit, rows: list[Row], chance: random.Random, count: int) -> list[Case]:
    """At most `count` cases, fewer where few of the rows can be written so."""
    tries = (chance.choice(rows) for _ in range(60 * count))
    texts = ((habit(row, chance), row) for row in tries)
    return list(islice((Case(text, row) for text, row in texts if text), count))
