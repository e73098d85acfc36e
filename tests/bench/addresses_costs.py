"""What the address search costs: private memory of a serving process, size of a canton, the slowest of texts."""

import csv
import random
import subprocess
import sys
from pathlib import Path

from tests.bench.hostile import hostile, slowest, words_of
from wizard.addresses import Index, commune_of, import_files
from wizard.addresses.communes import every_commune

MIDDLE, COMMUNES = "85146", 10  # a canton: the communes nearest to Montaigu
SERVING = """
import re, sys, threading
from pathlib import Path
from wizard.addresses import Index
def private():
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(kilobytes) for kilobytes in re.findall(r"Private_\\w+: +(\\d+)", rollup))
texts = sys.stdin.read().split("\\n")
without = private()
index = Index(Path(sys.argv[1]), citycode="75118")
def serve():
    for text in texts:
        index.search(text)
threads = [threading.Thread(target=serve) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(private() - without)
"""


def print_costs(database: Path, texts: list[str], files: list[Path], folder: Path) -> None:
    """`texts` are what is searched, `files` those of Vendée."""
    print(f"processus qui sert, quatre fils : {memory(database, texts):.1f} Mo privés de plus que sans recherche")
    canton = folder / "canton.db"
    streets, size = canton_size(files, folder, canton)
    print(f"un canton, {COMMUNES} communes : {streets} voies et lieux-dits, {size / 1e6:.1f} Mo")
    unkind = hostile(words_of(database), random.Random(7))
    for town in ("", "75118"):
        longest, text = slowest(Index(database, citycode=town), unkind)
        print(f"textes hostiles, {len(unkind)}, {town or 'sans commune'} : {longest:.0f} ms au plus, {text[:40]!r}")


def memory(database: Path, texts: list[str]) -> float:
    """Megabytes that a process holds for itself; this one maps the file too, as the second of two that serve."""
    for text in texts:
        Index(database, citycode="75118").search(text)
    command = [sys.executable, "-c", SERVING, str(database)]
    told = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def canton_size(files: list[Path], folder: Path, target: Path) -> tuple[int, int]:
    """How many streets the communes around one have, and the bytes of their database."""
    middle = commune_of(MIDDLE)
    assert middle is not None and middle.lat is not None and middle.lon is not None
    lat, lon = middle.lat, middle.lon
    located = [(c, c.lat, c.lon) for c in every_commune() if c.lat is not None and c.lon is not None]
    near = sorted(located, key=lambda c: (c[1] - lat) ** 2 + (c[2] - lon) ** 2 / 2)
    wanted = {commune.citycode for commune, *_ in near if not commune.former_of and commune.department == "85"}
    kept = [c.citycode for c, *_ in near if c.citycode in wanted][:COMMUNES]
    report = import_files([_only(file, kept, folder) for file in files], target)
    return report.streets, report.size


def _only(file: Path, citycodes: list[str], folder: Path) -> Path:
    target = folder / f"canton-{file.name}"
    with file.open(encoding="utf-8", newline="") as lines, target.open("w", encoding="utf-8", newline="") as kept:
        rows = csv.DictReader(lines, delimiter=";")
        writer = csv.DictWriter(kept, rows.fieldnames or [], delimiter=";")
        writer.writeheader()
        writer.writerows(row for row in rows if row["code_insee"] in citycodes)
    return target
