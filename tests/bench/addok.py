"""Compares the address search with addok over HTTP: `python tests/bench/addok.py FOLDER`.

The same rows are loaded in both; each query is asked of one then of the other, a new connection each time.
addok, with the French configuration of the national service, is installed in `build/`; Redis is Debian's.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import groupby
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from wizard.addresses import import_files
from wizard.addresses.communes import every_commune
from wizard.addresses.formats import Row
from wizard.addresses.reading import FileReport, read
from wizard.addresses.staging import is_street
from wizard.addresses.words import fold, split

sys.path[:0] = [str(Path(__file__).parents[1])]
from bench.addresses_cases import SEED, Case, city_of, full_addresses, inner_letters, lieux_dits, spoilt  # noqa: E402
from bench.addresses_data import PARIS, vendee  # noqa: E402
from postman import free_port  # noqa: E402
from running import running  # noqa: E402

BUILD = Path(__file__).parents[2] / "build" / "addok"
PACKAGES = ["addok==1.3.2", "addok-fr==1.1.0", "addok-france==1.2.0", "addok-sqlite-store==1.1.0", "gunicorn"]
CONFIG = """
QUERY_PROCESSORS_PYPATHS = [
    "addok.helpers.text.check_query_length", "addok_france.extract_address", "addok_france.clean_query",
    "addok_france.remove_leading_zeros",
]
PROCESSORS_PYPATHS = [
    "addok.helpers.text.tokenize", "addok.helpers.text.normalize", "addok_france.glue_ordinal",
    "addok_france.fold_ordinal", "addok_france.flag_housenumber", "addok.helpers.text.synonymize",
    "addok_fr.phonemicize",
]
SEARCH_RESULT_PROCESSORS_PYPATHS = [
    "addok.helpers.results.match_housenumber", "addok_france.make_labels",
    "addok.helpers.results.score_by_importance", "addok.helpers.results.score_by_autocomplete_distance",
    "addok.helpers.results.score_by_ngram_distance", "addok.helpers.results.score_by_geo_distance",
]
DOCUMENT_STORE_PYPATH = "addok_sqlite_store.SQLiteStore"
ID_FIELD = "id"
LOG_QUERIES = False
LOG_NOT_FOUND = False
"""


def documents(rows: list[Row]) -> Iterator[dict[str, object]]:
    """One document for each street, with the fields that the national base publishes for addok."""
    for (key, name), doors in groupby(sorted(rows), key=lambda row: (row.street, row.name)):
        doors = list(doors)
        first = doors[0]
        numbers = {f"{d.number} {d.suffix}".strip(): door(d) for d in doors if d.number}
        document = {
            "id": key,
            "type": "street" if numbers else "locality",
            "name": name,
            "postcode": first.postcode,
            "citycode": first.citycode,
            "oldcitycode": first.oldcitycode or None,
            "city": cities(first),
            "context": f"{first.citycode[:2]}, {'Paris, Île-de-France' if first.citycode < '76' else 'Vendée'}",
            "importance": round(min(0.6, 0.1 + len(numbers) / 500), 4),
            **spot(first),
        }
        yield document | ({"housenumbers": numbers} if numbers else {})
    for c in every_commune():
        if not c.former_of and c.postcodes and c.lat is not None:
            yield {
                "id": c.citycode,
                "type": "municipality",
                "name": c.name,
                "city": c.name,
                "postcode": c.postcodes[0],
                "citycode": c.citycode,
                "context": c.department,
                "importance": 0.3,
                "lat": c.lat,
                "lon": c.lon,
            }


def door(row: Row) -> dict[str, object]:
    tail = f"_{row.suffix}" if row.suffix else ""
    return {"id": f"{row.street}_{row.number:0>5}{tail}", **spot(row)}


def spot(row: Row) -> dict[str, object]:
    lon, lat = row.lon or 0.0, row.lat or 0.0
    return {"lon": lon, "lat": lat, "x": round(700_000 + 75_000 * lon, 2), "y": round(111_000 * lat, 2)}


def cities(row: Row) -> list[str]:
    return list(dict.fromkeys(filter(None, [row.city, row.oldcity, city_of(row)])))


@contextmanager
def process(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, env=os.environ | environment, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        running.terminate()
        running.wait(10)


@contextmanager
def addok(rows: list[Row], folder: Path) -> Iterator[str]:
    """A running addok that holds these rows; gives its address."""
    if not (BUILD / "bin" / "addok").exists():
        subprocess.run([sys.executable, "-m", "venv", BUILD], check=True)
        subprocess.run([BUILD / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)
    (folder / "config.py").write_text(CONFIG)
    with (folder / "documents.json").open("w") as file:
        for document in documents(rows):
            print(json.dumps(document), file=file)
    redis, port = free_port(), free_port()
    environment = {"ADDOK_CONFIG_MODULE": str(folder / "config.py"), "REDIS_PORT": str(redis)}
    environment["ADDOK_SQLITE_DB_PATH"] = str(folder / "addok.db")
    server = ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with process(server, environment):
        wait_for(lambda: subprocess.run(["redis-cli", "-p", str(redis), "ping"], capture_output=True).returncode == 0)
        start = time.perf_counter()
        for command in (["batch", str(folder / "documents.json")], ["ngrams"]):
            subprocess.run(
                [BUILD / "bin" / "addok", *command], env=os.environ | environment, check=True, capture_output=True
            )
        print(f"addok : import en {time.perf_counter() - start:.0f} s")
        command = [str(BUILD / "bin" / "gunicorn"), "-w", "1", "-b", f"127.0.0.1:{port}", "addok.http.wsgi"]
        with process(command, environment):
            url = f"http://127.0.0.1:{port}/search/"
            wait_for(lambda: ask(url, "rue")[0] >= 0)
            yield url


def wait_for(ready: object) -> None:
    for _ in range(300):
        try:
            if ready():  # type: ignore[operator]
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("nothing answers")


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


def compare(name: str, cases: list[Case], ours: str, theirs: str) -> None:
    """Print the times of both, interleaved, and how much faster ours is."""
    times: dict[str, list[float]] = {ours: [], theirs: []}
    right = {ours: 0, theirs: 0}
    for case in cases:
        for url in random.sample([ours, theirs], 2):
            took, found = ask(url, case.text)
            times[url].append(took)
            right[url] += any(same(case.row, one) for one in found)
    p50 = {url: median(times[url]) for url in times}
    p95 = {url: quantiles(times[url], n=20)[18] for url in times}
    print(
        f"{name:28} p50 {p50[ours]:6.1f} / {p50[theirs]:6.1f} ms (x {p50[theirs] / p50[ours]:.1f})"
        f"  p95 {p95[ours]:6.1f} / {p95[theirs]:6.1f} ms (x {p95[theirs] / p95[ours]:.1f})"
        f"  rappel@5 {right[ours] / len(cases):.3f} / {right[theirs] / len(cases):.3f}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="where the official files are")
    arguments.add_argument("--count", type=int, default=300, help="queries of each kind")
    options = arguments.parse_args()
    if shutil.which("redis-server") is None:
        raise SystemExit("redis-server manque : apt-get install redis-server")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [options.folder / PARIS, *vendee(options.folder, folder)]
        rows = [row for file in files for row in read(FileReport(file), lambda _: None)]
        import_files(files, folder / "addresses.db")
        settings = {"PORTAIL_ADDRESSES": str(folder / "addresses.db"), "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
        with addok(rows, folder) as theirs, running(folder / "instance", settings) as portal:
            run(rows, f"{portal.other_site}/adresses", theirs, options.count)


def run(rows: list[Row], ours: str, theirs: str, count: int) -> None:
    chance = random.Random(SEED)
    clean = list(full_addresses([row for row in rows if row.number and is_street(row.name)], chance, count))
    located = list(lieux_dits([row for row in rows if row.locality], chance, count))
    unfinished = [Case(case.text[: chance.randint(5, len(case.text))], case.row) for case in clean]
    print("nous / addok, par HTTP, une connexion par requête")
    compare("(mise en train)", clean[:50], ours, theirs)
    compare("adresses sans faute", clean, ours, theirs)
    compare("une faute", [spoilt(case, 1, chance, inner_letters) for case in clean], ours, theirs)
    compare("deux fautes", [spoilt(case, 2, chance, inner_letters) for case in clean], ours, theirs)
    compare("lieu-dit et commune", located, ours, theirs)
    compare("en cours de frappe", unfinished, ours, theirs)


if __name__ == "__main__":
    main()
