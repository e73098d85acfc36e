"""Addresses as one may type them, each with the row that is meant, and how often and how fast they are found."""

import random
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles

from wizard.addresses import Suggestion
from wizard.addresses.importing.formats import Row
from wizard.addresses.words import fold, split

SEED = 2026
ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
NEXT_KEY = {letter: near for row in ROWS for letter, near in zip(row, row[1:] + row[-2], strict=True)}

Search = Callable[[str], tuple[Suggestion, ...]]


@dataclass(frozen=True)
class Case:
    """What is typed, and the row that is meant."""

    text: str
    row: Row


def mistake(text: str, chance: random.Random, places: list[int]) -> str:
    """One letter lost, doubled, swapped with the next, replaced or added."""
    at = chance.choice(places)
    kind = chance.choice(["lose", "double", "swap", "replace", "add"])
    letter = text[at]
    other = chance.choice([NEXT_KEY.get(letter.lower(), "e"), chance.choice(string.ascii_lowercase)])
    if letter.isdigit():
        other = chance.choice(string.digits)
    if kind == "lose":
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[:at] + letter + text[at:]
    if kind == "swap" and text[at + 1 : at + 2].isalnum():
        return text[:at] + text[at + 1] + letter + text[at + 2 :]
    return text[:at] + other + text[at + (kind != "add") :]


def inner_letters(text: str) -> list[int]:
    """Letters that are not the first of their word."""
    return [i for i, c in enumerate(text) if c.isalpha() and i and text[i - 1].isalnum()]


def anywhere(text: str) -> list[int]:
    """Any letter or digit after the house number."""
    start = text.find(" ") + 1 if text[:1].isdigit() else 0
    return [i for i, c in enumerate(text) if c.isalnum() and i >= start]


def spoilt(case: Case, times: int, chance: random.Random, where: Callable[[str], list[int]]) -> Case:
    text = case.text
    for _ in range(times):
        if places := where(text):
            text = mistake(text, chance, places)
    return Case(text, case.row)


def same(row: Row, found: Suggestion) -> bool:
    """Street, commune and number all right."""
    right = split(fold(found.street)) == split(fold(row.name)) and found.citycode == row.citycode
    return right and found.housenumber == row.number + row.suffix


def city_of(row: Row) -> str:
    return row.city.split(" ")[0] if row.citycode.startswith("751") else row.city


def full_addresses(rows: list[Row], chance: random.Random, count: int) -> Iterator[Case]:
    """As people write them: with postcode and town, one of them, with a comma, in capitals, without accents."""
    shapes = ["{n} {v} {p} {c}", "{n} {v}, {p} {c}", "{n} {v} {c}", "{n}, {v} {p}"]
    for row in chance.sample(rows, count):
        number = " ".join(filter(None, (row.number, row.suffix)))
        text = chance.choice(shapes).format(n=number, v=row.name, p=row.postcode, c=city_of(row)).strip(" ,")
        yield Case(chance.choice([str, str, str.upper, str.lower, fold])(text), row)


def lieux_dits(rows: list[Row], chance: random.Random, count: int) -> Iterator[Case]:
    for row in chance.sample(rows, count):
        yield Case(f"{row.name} {city_of(row)}", row)


def measure(name: str, cases: list[Case], search: Search, show: int = 0) -> float:
    """Print and return recall in the five first; times are those of the search in this process."""
    times, missed = [], []
    for case in cases:
        start = time.perf_counter()
        found = search(case.text)
        times.append(1000 * (time.perf_counter() - start))
        if not any(same(case.row, one) for one in found):
            missed.append((case, found))
    recall = 1 - len(missed) / len(cases)
    p95 = quantiles(times, n=20)[18]
    print(
        f"{name:42} {len(cases):5}  rappel@5 {recall:.4f}  p50 {median(times):5.1f} ms  p95 {p95:5.1f} ms"
        f"  max {max(times):5.1f} ms"
    )
    for case, found in missed[:show]:
        print(f"    {case.text!r} → {[one.label for one in found[:2]]}")
    return recall


def letters_needed(cases: list[Case], search: Search) -> tuple[list[int], list[float]]:
    """How many letters after the number bring the right address among the five; how long each key took, in ms."""
    needed, times = [], []
    for case in cases:
        number, street = case.row.number + case.row.suffix, case.row.name
        for end in range(1, len(street) + 1):
            start = time.perf_counter()
            found = search(f"{number} {street[:end]}")
            times.append(1000 * (time.perf_counter() - start))
            if any(same(case.row, one) for one in found):
                break
        needed.append(sum(c.isalnum() for c in street[:end]))
    return needed, times
