"""Who is declared twice: how many of them are found, and how many of those told are right, on made-up families.

    .venv/bin/python -m tests.bench.duplicates [--weights | --wrong]

Half of the families serve to find the weights (`--weights` counts them), the other half to measure: fails under 90 % of
recall or 95 % of precision. Also told: what one deposit costs among fifty thousand people, which no scan may.
"""

import math
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from sqlite_utils import Database

from tests.bench.duplicates_truth import SEED, Town, drawn, found, measured, truth, write, wrong
from wizard.db import connect
from wizard.migrations import migrate
from wizard.services.duplicates import finding, scoring
from wizard.services.duplicates.folding import Match
from wizard.services.duplicates.keys import keys
from wizard.services.duplicates.scoring import Pair
from wizard.stores import likenesses, profiles

FAMILIES = 5000
RECALL, PRECISION = 0.90, 0.95
CROWD = 11_000  # families: about fifty thousand people


def settled(folder: Path, families: int, seed: int) -> tuple[Database, Town, float]:
    """Return a database of made-up families, everyone compared, and the seconds that took."""
    db = connect(folder / f"{families}-{seed}.db")
    migrate(db)
    town = drawn(families, seed)
    write(db, town)
    start = time.perf_counter()
    while finding.catch_up(db, 200):
        pass
    return db, town, time.perf_counter() - start


def counted(db: Database, town: Town) -> dict[Pair, tuple[Counter[tuple[str, Match]], Counter[tuple[str, Match]]]]:
    """Count how often each thing is so, of pairs that are one person and of those that have a key in common only."""
    true = truth(town)
    known = profiles.of_people(db, town.numbers)
    counts: dict[Pair, tuple[Counter[tuple[str, Match]], Counter[tuple[str, Match]]]] = {
        pair: (Counter(), Counter()) for pair in Pair
    }
    for person, one in known.items():
        near = likenesses.sharing(db, person, keys(one)) | profiles.housemates(db, one.households)
        for other in {each for each in near if each > person and each in known}:
            pair = scoring.pair_of(one, known[other])
            if pair:
                count = counts[pair][0 if (person, other) in true else 1]
                count["pairs", Match.SAME] += 1
                count.update((each.what, each.match) for each in scoring.reasons(pair, one, known[other]))
    return counts


def weights(db: Database, town: Town) -> None:
    """Print the table of `scoring`."""
    for pair, (same, others) in counted(db, town).items():
        total = same["pairs", Match.SAME], others["pairs", Match.SAME]
        print(f"Pair.{pair.name}: {{  # {total[0]} are, {total[1]} are not: {2 * math.log2(total[0] / total[1]):.0f}")
        for what in sorted({name for name, _match in same | others} - {"pairs"}):
            told = [sum(n for (name, _match), n in count.items() if name == what) for count in (same, others)]
            for match in Match:
                m, u = (count[what, match] for count in (same, others))
                if m + u:
                    ratio = (m + 0.5) / (told[0] + 1) / ((u + 0.5) / (told[1] + 1))
                    print(f'    ("{what}", Match.{match.name}): {2 * math.log2(ratio):.0f},  # {m} {u}')
        print("},")


def a_deposit(folder: Path) -> float:
    """Return the seconds that comparing one family takes among fifty thousand people: the 95th percentile."""
    db, _town, _seconds = settled(folder, CROWD, SEED + 2)
    taken = []
    for (household,) in db.execute("SELECT id FROM households ORDER BY id LIMIT 200").fetchall():
        db.execute("INSERT OR IGNORE INTO likeness_due SELECT person FROM dossiers JOIN dossier_people ON dossier = id"
            " WHERE household = ?", (household,))  # fmt: skip
        start = time.perf_counter()
        finding.catch_up(db)
        taken.append(time.perf_counter() - start)
    return statistics.quantiles(taken, n=20)[-1]


def main(options: Collection[str]) -> int:
    """Measure, or print what was asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "--weights" in options:
            db, town, _seconds = settled(folder, FAMILIES // 2, SEED)
            weights(db, town)
            return 0
        seed = SEED if "--tune" in options else SEED + 1
        db, town, seconds = settled(folder, FAMILIES // 2, seed)
        true, told = truth(town), found(db)
        recall, precision = measured(true, told)
        print(f"{len(town.homes)} homes, {len(town.numbers)} records, {len(true)} pairs: recall {recall:.3f},"
            f" precision {precision:.3f}; compared in {seconds:.1f} s")  # fmt: skip
        if "--wrong" in options:
            print("\n".join(wrong(town, true, told)))
        if not options:
            print(f"one family among {CROWD}: {a_deposit(folder) * 1000:.1f} ms at the 95th percentile")
    return 0 if recall >= RECALL and precision >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
