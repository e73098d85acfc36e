"""The official addresses, imported by command."""

import gzip
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import Result

from tests.support.answering import answering
from wizard.addresses import Index, demonstration_files

Run = Callable[..., Result]


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server with the files of département 44, and its folder."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name, file in zip(("adresses-44", "lieux-dits-44-beta"), demonstration_files(), strict=True):
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(file.read_bytes()))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    with answering(server):
        yield f"http://127.0.0.1:{server.server_port}/", folder


def test_a_department_is_downloaded_and_imported(run: Run, instance: Path, publisher: tuple[str, Path]) -> None:
    result = run("addresses", "download", "44", "--url", publisher[0])
    assert result.exit_code == 0, result.output
    assert "adresses-44.csv.gz : 729 ligne(s) lue(s), 0 laissée(s) de côté." in result.output
    assert Index(instance / "addresses.db").ready
    assert [path.name for path in instance.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("department", "reason"),
    [
        ("49", "le serveur répond 404. Les adresses n'ont pas changé."),
        ("../etc", "« ../etc » n'est pas un département"),
        ("44", "Les adresses n'ont pas changé."),
    ],
    ids=["absent", "no department", "cut short"],
)
def test_a_download_that_fails_changes_nothing(
    run: Run, instance: Path, publisher: tuple[str, Path], department: str, reason: str
) -> None:
    run("addresses", "import", *demonstration_files())
    before = (instance / "addresses.db").read_bytes()
    file = publisher[1] / "adresses-44.csv.gz"
    file.write_bytes(file.read_bytes()[:-900])

    result = run("addresses", "download", department, "--url", publisher[0])

    assert result.exit_code == 1 and reason in result.output
    assert (instance / "addresses.db").read_bytes() == before


def test_several_departments_are_downloaded_together(run: Run, instance: Path, publisher: tuple[str, Path]) -> None:
    for kind in ("adresses-44", "lieux-dits-44-beta"):
        text = gzip.decompress((publisher[1] / f"{kind}.csv.gz").read_bytes()).decode()
        other = text.replace("44115", "49126").replace("44521", "49270").replace(";Oudon;", ";Orée d'Anjou;")
        (publisher[1] / f"{kind.replace('44', '49')}.csv.gz").write_bytes(gzip.compress(other.encode()))
    result = run("addresses", "download", "44", "49", "--url", publisher[0])
    assert result.exit_code == 0, result.output
    index = Index(instance / "addresses.db")
    for town in ("Oudon", "Orée d'Anjou"):
        assert index.search(f"150 rue d'Anjou {town}")[0].city == town


def test_a_full_disk_changes_nothing_and_is_told(run: Run, instance: Path) -> None:
    run("addresses", "import", *demonstration_files())
    before = (instance / "addresses.db").read_bytes()
    result = subprocess.run(
        [sys.executable, "-c", "from wizard.cli import main; main()", "addresses", "import", *demonstration_files()],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1 and "Les adresses n'ont pas changé." in result.stderr, result.stderr
    assert "Traceback" not in result.stderr
    assert (instance / "addresses.db").read_bytes() == before
    assert not [path.name for path in instance.iterdir() if path.name.endswith(".new")]


def test_two_imports_at_once_leave_the_addresses_of_one(run: Run, instance: Path) -> None:
    command = [sys.executable, "-c", "from wizard.cli import main; main()", "addresses", "import"]
    both = [subprocess.Popen([*command, *demonstration_files()], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert Index(instance / "addresses.db").search("150 rue d'anjou oudon")
    assert not [path.name for path in instance.iterdir() if path.name.endswith(".new")]


def test_files_are_imported_and_counted(run: Run, instance: Path) -> None:
    result = run("addresses", "import", *demonstration_files())
    assert result.exit_code == 0, result.output
    assert "Import des adresses" in result.output and "laissée(s) de côté" in result.output
    assert "numéros dans" in result.output
    assert Index(instance / "addresses.db").search("rue", 1)


def test_a_compressed_file_with_bad_lines_names_them(run: Run, tmp_path: Path) -> None:
    lines = demonstration_files()[0].read_text(encoding="utf-8").splitlines()[:50]
    lines[3] = "what is this"
    (tmp_path / "adresses.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    result = run("addresses", "import", tmp_path / "adresses.csv.gz")
    assert result.exit_code == 0, result.output
    assert "48 ligne(s) lue(s), 1 laissée(s) de côté." in result.output and "ligne 4 : " in result.output


def test_an_unusable_file_changes_nothing(run: Run, instance: Path, tmp_path: Path) -> None:
    run("addresses", "import", *demonstration_files())
    before = (instance / "addresses.db").read_bytes()
    (tmp_path / "other.csv").write_text("a;b\n1;2\n")
    result = run("addresses", "import", tmp_path / "other.csv")
    assert result.exit_code == 1 and "Les adresses n'ont pas changé." in result.output
    assert (instance / "addresses.db").read_bytes() == before


def test_a_line_cut_in_the_middle_of_a_file_is_noticed(run: Run, instance: Path) -> None:
    def answer(server: socket.socket) -> None:
        connection, _address = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer, args=(server,))
        thread.start()
        result = run("addresses", "download", "44", "--url", f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert result.exit_code == 1 and "10 octets reçus sur 100" in result.output
    assert not (instance / "addresses.db").exists()
