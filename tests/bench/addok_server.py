"""addok, the engine of the national geocoder with its French configuration, run beside the portal."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from urllib.request import urlopen

from tests.bench.addresses_cases import city_of
from tests.support.ports import free_port
from wizard.addresses.communes import every_commune
from wizard.addresses.importing.formats import Row

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


def streets(rows: list[Row]) -> Iterator[dict[str, object]]:
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


def municipalities() -> Iterator[dict[str, object]]:
    """One document for each commune."""
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


def installed() -> bool:
    """Whether both programs are on this machine."""
    return (BUILD / "bin" / "addok").exists() and shutil.which("redis-server") is not None


def install() -> None:
    """Put addok in a virtual environment of its own; Redis is Debian's."""
    if not (BUILD / "bin" / "addok").exists():
        subprocess.run([sys.executable, "-m", "venv", BUILD], check=True)
        subprocess.run([BUILD / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)
    if shutil.which("redis-server") is None:
        raise SystemExit("redis-server manque : apt-get install redis-server")


@contextmanager
def addok(documents: Iterable[dict[str, object]], folder: Path) -> Iterator[str]:
    """A running addok that holds these documents; gives the address to which `/search` is added."""
    (folder / "config.py").write_text(CONFIG)
    with (folder / "documents.json").open("w") as file:
        for document in documents:
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
        print(f"addok : importé en {time.perf_counter() - start:.0f} s")
        command = [str(BUILD / "bin" / "gunicorn"), "-w", "1", "-b", f"127.0.0.1:{port}", "addok.http.wsgi"]
        with process(command, environment):
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: urlopen(f"{url}/search?q=rue").status == 200)
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
