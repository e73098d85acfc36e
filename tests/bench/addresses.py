"""Measures the address search on real data: `python tests/bench/addresses.py FOLDER`.

FOLDER holds the files that tests/bench/addresses_data.py names. Prints how often the right address is among
the five proposed (street, commune and number all right), how fast, and what the import costs.
"""

import argparse
import random
import resource
import string
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from wizard.addresses import Index, Suggestion, import_files
from wizard.addresses.formats import Row
from wizard.addresses.reading import FileReport, read
from wizard.addresses.staging import is_street
from wizard.addresses.words import fold, split

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.addresses_data import PARIS, vendee

SEED = 2026
ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
NEXT_KEY = {letter: near for row in ROWS for letter, near in zip(row, row[1:] + row[-2], strict=True)}


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


def measure(name: str, cases: list[Case], search: Callable[[str], tuple[Suggestion, ...]], show: int = 0) -> float:
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


def letters_needed(cases: list[Case], search: Callable[[str], tuple[Suggestion, ...]]) -> tuple[list[int], list[float]]:
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="where the official files are")
    arguments.add_argument("--index", type=Path, help="keep the address database there, and reuse it")
    arguments.add_argument("--count", type=int, default=1000, help="queries of each kind")
    arguments.add_argument("--town", default="75118", help="INSEE code of the town whose keystrokes are counted")
    arguments.add_argument("--show", type=int, default=0, help="how many missed queries to print")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [options.folder / PARIS, *vendee(options.folder, Path(folder))]
        target = options.index or Path(folder) / "addresses.db"
        if not target.exists():
            start = time.perf_counter()
            report = import_files(files, target)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rows = sum(file.rows for file in report.files)
            print(
                f"import : {rows} lignes en {time.perf_counter() - start:.1f} s, {peak:.0f} Mo au plus, "
                f"{report.size / 1e6:.1f} Mo, {report.streets} voies et lieux-dits"
            )
        rows = [row for file in files for row in read(FileReport(file), lambda _: None)]
        run(rows, target, options)


def run(rows: list[Row], target: Path, options: argparse.Namespace) -> None:
    chance = random.Random(SEED)
    doors = [row for row in rows if row.number and is_street(row.name)]
    places = [row for row in rows if row.locality]
    search = Index(target).search
    clean = list(full_addresses(doors, chance, options.count))
    measure("adresses sans faute", clean, search, options.show)
    for times, word in ((1, "une faute"), (2, "deux fautes")):
        measure(word, [spoilt(c, times, chance, inner_letters) for c in clean], search, options.show)
        name = f"{word}, initiales et chiffres compris"
        measure(name, [spoilt(c, times, chance, anywhere) for c in clean], search, options.show)
    located = list(lieux_dits(places, chance, options.count))
    measure("lieu-dit et commune", located, search, options.show)
    measure(
        "lieu-dit et commune, une faute", [spoilt(c, 1, chance, inner_letters) for c in located], search, options.show
    )
    keystrokes(rows, target, options, chance)


def keystrokes(rows: list[Row], target: Path, options: argparse.Namespace, chance: random.Random) -> None:
    town = [row for row in rows if row.citycode == options.town and row.number]
    cases = [Case("", row) for row in chance.sample(town, min(options.count // 4, len(town)))]
    needed, times = letters_needed(cases, Index(target, citycode=options.town).search)
    print(
        f"lettres après le numéro, {options.town} : médiane {median(needed)}, 90e centile"
        f" {quantiles(needed, n=10)[8]:.0f} ; par frappe p50 {median(times):.1f} ms,"
        f" p95 {quantiles(times, n=20)[18]:.1f} ms"
    )


if __name__ == "__main__":
    main()
