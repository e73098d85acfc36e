"""The antivirus of the town: a real ClamAV that knows one signature, and everything that may be wrong with it."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pikepdf
import pytest

from tests.documents import samples
from tests.documents.hostile import EICAR
from tests.documents.samples import drawn, photo, written
from tests.support.logs import logged
from wizard.services.documents.conversion import Reason, Unreadable, antivirus, assemble, convert

CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
SETTINGS = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}
ConcurrentDatabaseReload no
MaxThreads 2
"""


@pytest.fixture(scope="module")
def clamd() -> Iterator[Path]:
    """Return the socket of a daemon of these tests alone, once it listens."""
    if CLAMD is None:
        pytest.skip("clamd is not installed: make antivirus")
    with tempfile.TemporaryDirectory(prefix="clamd") as name:
        folder = Path(name)
        (folder / "one.ndb").write_text(f"Essai.Eicar:0:*:{EICAR.hex()}\n")
        (folder / "clamd.conf").write_text(SETTINGS.format(folder=folder))
        command = [CLAMD, "-c", str(folder / "clamd.conf")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
            while not antivirus.is_clean(b"anything", folder / "clamd.sock"):
                with suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"clamd ended with {daemon.wait(0.02)}")
            yield folder / "clamd.sock"
            daemon.kill()


def holding(payload: bytes) -> dict[str, bytes]:
    """Return files that hold something, each in its own way."""
    document = samples.pages(["Attestation"])
    document.attachments["x.com"] = pikepdf.AttachedFileSpec(document, payload, filename="x.com")
    return {
        "in a comment": written(drawn(), "JPEG", comment=payload),
        "after a photo": photo("PNG") + payload,
        "attached to a PDF": samples.saved(document, compress_streams=False),
    }


def test_what_the_antivirus_finds_is_refused(clamd: Path) -> None:
    for name, content in holding(EICAR).items():
        with pytest.raises(Unreadable) as caught:
            convert(content, antivirus=clamd)
        assert caught.value.reason == Reason.INFECTED, name
        assert convert(content).analysed is False, name


def test_it_is_asked_whether_it_is_there(clamd: Path) -> None:
    assert antivirus.is_there(clamd)


def test_what_it_read_and_found_clean_is_said_to_be_analysed(clamd: Path) -> None:
    kept = [convert(content, antivirus=clamd) for content in holding(b"rien").values()]
    assert all(one.analysed for one in kept) and assemble(kept).analysed
    large = written(drawn(), "JPEG", comment=b"x" * 60_000) + bytes(11 << 20)
    assert antivirus.is_clean(large, clamd)


@contextmanager
def listening(folder: Path, reply: bytes | None) -> Iterator[Path]:
    """Listen at an address: reply so to whoever comes, or never."""
    address = folder / "s"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(address))
        door.listen()

        def serve() -> None:
            with door.accept()[0] as visitor:
                if reply is not None:
                    visitor.sendall(reply)
                    visitor.shutdown(socket.SHUT_WR)
                while visitor.recv(65536):
                    pass

        server = threading.Thread(target=serve)
        server.start()
        yield address
        server.join()


@pytest.mark.parametrize(
    "reply",
    [
        None,
        b"",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK, or not",
    ],
)
def test_an_antivirus_that_does_not_answer_well_has_analysed_nothing(
    reply: bytes | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(antivirus, "_SECONDS", 0.1)
    with tempfile.TemporaryDirectory() as folder, listening(Path(folder), reply) as address:
        assert antivirus.is_clean(bytes(1 << 20), address) is False
    with tempfile.TemporaryDirectory() as folder, listening(Path(folder), reply) as address:
        assert antivirus.is_there(address) is False
    (told,) = logged(caplog, antivirus.__name__)
    assert told in {"WARNING no antivirus: TimeoutError", "WARNING the antivirus could not read a file"}


def test_an_antivirus_that_is_absent_or_dead_has_analysed_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dead = Path(folder) / "s"
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(dead))
        assert convert(photo("JPEG"), antivirus=dead).analysed is False
    for missing in (tmp_path / "none", tmp_path, Path("/" + "long" * 60)):
        assert antivirus.is_clean(b"anything", missing) is False
    refused, absent, no_socket, too_long = logged(caplog, antivirus.__name__)
    assert refused == no_socket == "WARNING no antivirus: Connection refused"
    assert absent == "WARNING no antivirus: No such file or directory"
    assert too_long == "WARNING no antivirus: OSError"
