"""Measures the address search on real data: `python -m tests.bench.addresses FOLDER`.

FOLDER holds the files that tests/bench/addresses_data.py names. Prints how often the right address is among
the five proposed (street, commune and number all right), how fast, and what import and search cost.
"""

import argparse
import gc
import random
import re
import resource
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from tests.bench.addresses_cases import (
    SEED,
    Case,
    Search,
    anywhere,
    full_addresses,
    inner_letters,
    letters_needed,
    lieux_dits,
    measure,
    spoilt,
)
from tests.bench.addresses_costs import print_costs
from tests.bench.addresses_data import PARIS, vendee
from tests.bench.addresses_rivals import Rivals
from tests.bench.habits import HABITS, LIEUX_DITS, typed
from tests.bench.habits_slips import SLIPS
from wizard.addresses import Index, import_files
from wizard.addresses.importing.files import FileReport, read
from wizard.addresses.importing.formats import Row
from wizard.addresses.importing.staging import is_street


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="where the official files are")
    arguments.add_argument("--index", type=Path, help="keep the address database there, and reuse it")
    arguments.add_argument("--count", type=int, default=1000, help="queries of each kind")
    arguments.add_argument("--town", default="75118", help="INSEE code of the town whose keystrokes are counted")
    arguments.add_argument("--show", type=int, default=0, help="how many missed queries to print")
    arguments.add_argument("--paris", action="store_true", help="without the Vendée")
    arguments.add_argument("--slips", default="", help="only the slips whose names this expression matches")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [options.folder / PARIS, *([] if options.paris else vendee(options.folder, folder))]
        target = options.index or folder / "addresses.db"
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
        gc.freeze()  # so many rows: a portal that serves has none of them for its garbage collector to walk
        if options.slips:
            slips(rows, target, options)
        else:
            print_costs(target, run(rows, target, options), files[1:], folder)


def run(rows: list[Row], target: Path, options: argparse.Namespace) -> list[str]:
    """Print recall and times of every kind; return what was typed."""
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
    habits(doors, [row for row in rows if not is_street(row.name)], search, options)
    keystrokes(rows, target, options, chance)
    return [case.text for case in clean + located]


def habits(doors: list[Row], places: list[Row], search: Search, options: argparse.Namespace) -> None:
    numbered = [row for row in places if row.number]
    for name, habit in (HABITS | LIEUX_DITS).items():
        meant = doors if name in HABITS else numbered if "numéroté" in name else [r for r in places if r.locality]
        measure(name, typed(habit, meant, random.Random(name), options.count // 2), search, options.show)


def slips(rows: list[Row], target: Path, options: argparse.Namespace) -> None:
    """As `habits`, and the recall among the queries that leave only one choice of five."""
    doors = [row for row in rows if row.number and is_street(row.name)]
    search, rivals = Index(target).search, Rivals(doors)
    for name, habit in SLIPS.items():
        if re.search(options.slips, name):
            cases = typed(habit, doors, random.Random(name), options.count // 2)
            measure(name, cases, search, options.show)
            left_open = [case for case in cases if rivals.leave_it_open(case)]
            examples = ", ".join(case.text for case in left_open[:3])
            print(f"    cinq autres aussi proches : {len(left_open)} {examples}")
            measure("    sans celles-là", [case for case in cases if case not in left_open], search)


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
