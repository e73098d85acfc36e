"""Compares the address search with addok over HTTP: `python -m tests.bench.addok FOLDER`.

The same rows are loaded in both; each query is asked of one then of the other, a new connection each time.
addok, with the French configuration of the national service, is installed in `build/`; Redis is Debian's.
"""

import argparse
import gc
import json
import random
import tempfile
import time
from http.client import HTTPConnection
from itertools import chain
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from tests.bench.addok_server import addok, install, municipalities, streets
from tests.bench.addresses_cases import SEED, Case, full_addresses, inner_letters, lieux_dits, spoilt
from tests.bench.addresses_data import PARIS, vendee
from tests.bench.habits import HABITS, typed
from tests.support.portal import running
from wizard.addresses import Index, import_files
from wizard.addresses.importing.files import FileReport, read
from wizard.addresses.importing.formats import Row
from wizard.addresses.importing.staging import is_street
from wizard.addresses.words import fold, split

ALONE = "search"


def ask(url: str, text: str) -> tuple[float, list[dict[str, str]]]:
    """Milliseconds, and the properties of the features found."""
    address = urlsplit(url)
    asked = f"{address.path}?{urlencode({'q': text, 'limit': 5})}"
    start = time.perf_counter()
    connection = HTTPConnection(address.hostname or "", address.port)
    connection.request("GET", asked, headers={"Accept": "application/json"})
    body = connection.getresponse().read()
    took = 1000 * (time.perf_counter() - start)
    connection.close()
    return took, [feature["properties"] for feature in json.loads(body)["features"]]


def same(row: Row, found: dict[str, str]) -> bool:
    """Street, commune and number all right, whatever the case."""
    number = "".join((found.get("housenumber") or "").split()).lower()
    name = found.get("street") or found.get("name") or ""
    return (
        split(fold(name)) == split(fold(row.name))
        and found.get("citycode") == row.citycode
        and number == row.number + row.suffix
    )


def compare(name: str, cases: list[Case], index: Index, ours: str, theirs: str) -> None:
    """Print the times of the search alone and of both services, interleaved, and how much faster ours is."""
    times: dict[str, list[float]] = {ALONE: [], ours: [], theirs: []}
    right = {ours: 0, theirs: 0}
    for case in cases:
        start = time.perf_counter()
        index.search(case.text)
        times[ALONE].append(1000 * (time.perf_counter() - start))
        for url in random.sample([ours, theirs], 2):
            took, found = ask(url, case.text)
            times[url].append(took)
            right[url] += any(same(case.row, one) for one in found)
    p50 = {url: median(times[url]) for url in times}
    p95 = {url: quantiles(times[url], n=20)[18] for url in times}
    columns = [
        f"{word} {of[ALONE]:4.1f} {of[ours]:4.1f} {of[theirs]:5.1f} ms"
        f" (x {of[theirs] / of[ALONE]:4.1f}, x {of[theirs] / of[ours]:3.1f})"
        for word, of in (("p50", p50), ("p95", p95))
    ]
    recall = f"rappel@5 {right[ours] / len(cases):.3f} {right[theirs] / len(cases):.3f}"
    print(f"{name:22}", *columns, recall, sep="  ", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="where the official files are")
    arguments.add_argument("--count", type=int, default=300, help="queries of each kind")
    options = arguments.parse_args()
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [options.folder / PARIS, *vendee(options.folder, folder)]
        rows = [row for file in files for row in read(FileReport(file), lambda _: None)]
        gc.freeze()  # so many rows: a portal that serves has none of them for its garbage collector to walk
        import_files(files, folder / "addresses.db")
        settings = {"PORTAIL_ADDRESSES": str(folder / "addresses.db"), "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
        with (
            addok(chain(streets(rows), municipalities()), folder) as theirs,
            running(folder / "instance", settings) as portal,
        ):
            them = Index(folder / "addresses.db"), f"{portal.other_site}/adresses", f"{theirs}/search"
            run(rows, them, options.count)


def run(rows: list[Row], them: tuple[Index, str, str], count: int) -> None:
    chance = random.Random(SEED)
    doors = [row for row in rows if row.number and is_street(row.name)]
    clean = list(full_addresses(doors, chance, count))
    located = list(lieux_dits([row for row in rows if row.locality], chance, count))
    unfinished = [Case(case.text[: chance.randint(5, len(case.text))], case.row) for case in clean]
    print("la recherche seule, le portail par HTTP, addok par HTTP, une connexion par requête")
    compare("(mise en train)", clean[:50], *them)
    compare("adresses sans faute", clean, *them)
    compare("une faute", [spoilt(case, 1, chance, inner_letters) for case in clean], *them)
    compare("deux fautes", [spoilt(case, 2, chance, inner_letters) for case in clean], *them)
    compare("lieu-dit et commune", located, *them)
    compare("en cours de frappe", unfinished, *them)
    each = max(count // len(HABITS), 2)
    habits = [case for name, habit in HABITS.items() for case in typed(habit, doors, random.Random(name), each)]
    compare("façons d'écrire", habits, *them)


if __name__ == "__main__":
    main()
