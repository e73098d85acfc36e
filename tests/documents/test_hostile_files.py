"""Files made to harm: each gives a clean document or a sentence, and what reads them can do nothing else."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents import hostile, samples
from tests.documents.samples import SECRET, photo, says_nothing
from tests.support.logs import logged
from wizard.services.documents.conversion import Reason, Unreadable, convert, processing

CHILD = Path(processing.__file__).parent
PHOTO = photo("JPEG")


def judge(content: bytes) -> Reason | None:
    """Return why a file was refused; None when it gave a document, which then says nothing but its pages."""
    try:
        kept = convert(content)
    except Unreadable as refusal:
        return refusal.reason
    inside = kept.content if kept.media_type == "image/jpeg" else samples.texts(kept.content)
    assert SECRET not in inside and kept.content != content
    assert 1 <= kept.pages == len(kept.previews) <= 10
    assert all(says_nothing(preview) for preview in kept.previews)
    assert kept.media_type == "application/pdf" or says_nothing(kept.content)
    return None


@pytest.mark.parametrize("files", [hostile.other_things, hostile.photos, hostile.documents])
def test_a_hostile_file_gives_a_clean_document_or_a_sentence(files: type[Iterator[hostile.Judged]]) -> None:
    for name, content, possible in files():
        assert judge(content) in possible, name


BEGINNINGS = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\1\0\0WEBP",
    b"\0\0\0\x18ftypheic\0\0\0\0heic",
    b"%PDF-1.7\n",
]
FILES = {"JPEG": PHOTO, "HEIF": photo("HEIF"), "WEBP": photo("WEBP"), "PDF": samples.acting()}
MANY = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(st.sampled_from(BEGINNINGS), st.binary(min_size=1, max_size=2000))
def test_any_bytes_are_answered(beginning: bytes, rest: bytes) -> None:
    judge(beginning + rest)


@MANY
@given(
    st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.integers(min_value=12), st.binary(min_size=1, max_size=8)))
)
def test_files_with_any_bytes_changed_are_answered(kind: str, changes: list[tuple[int, bytes]]) -> None:
    """The document, if there is one, is a clean one: but what a change made a text of the page stays on the page."""
    changed = bytearray(FILES[kind])
    for place, data in changes:
        start = place % len(changed)
        changed[start : start + len(data)] = data
    judge(bytes(changed))


def test_what_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "SECONDS", 1.0)
    assert judge(hostile.laughing()) == Reason.TOO_HEAVY


def child(code: str) -> tuple[str, ...]:
    """Return the command of a child that runs this instead."""
    return (*processing.COMMAND[:-2], f"import os, sys; sys.path.insert(0, sys.argv[1]); {code}", str(CHILD))


ANSWERS = {
    "waits": "import time; time.sleep(60)",
    "waits, its input read": "sys.stdin.buffer.read(); import time; time.sleep(60)",
    "waits, its output closed": "os.close(1); import time; time.sleep(60)",
    "crashes": "os.abort()",
    "says nothing": "sys.stdin.buffer.read()",
    "says nonsense": "print('image/jpeg')",
    "says an unknown reason": "from child.framing import pack; os.write(1, pack([b'because']))",
    "says half": "from child.framing import pack; os.write(1, pack([b'image/jpeg', b'kept'])[:-1])",
    "says a type alone": "from child.framing import pack; os.write(1, pack([b'image/jpeg']))",
    "never stops talking": "\nwhile True: os.write(1, b'\\xff' * 65536)",
}


@pytest.mark.parametrize("code", ANSWERS.values(), ids=ANSWERS)
def test_a_child_that_fails_is_a_refusal(
    code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(processing, "COMMAND", child(code))
    monkeypatch.setattr(processing, "SECONDS", 0.5 if "sleep" in code else 20.0)
    assert judge(PHOTO * 30) == Reason.TOO_HEAVY
    (told,) = logged(caplog, processing.__name__)
    assert re.fullmatch(r"WARNING a conversion \(jpeg\) ended without an answer, status (0|-6|-9)", told)
    assert processing._converting.acquire(blocking=False)
    processing._converting.release()


DENIED = {
    "open('/etc/passwd')": "OSError",
    "open('/dev/null', 'w')": "OSError",
    "os.open('/tmp', os.O_RDONLY)": "OSError",
    "(os.close(0), open('/etc/passwd'))": "OSError",
    "socket.socket()": "OSError",
    "bytearray(600 << 20)": "MemoryError",
}


def test_the_child_denies_itself_files_network_and_memory() -> None:
    tried = "".join(
        f"\ntry:\n  {code}\n  said.append('done')\nexcept Exception as e:\n  said.append(type(e).__mro__[-4].__name__)"
        for code in DENIED
    )
    code = f"import socket; from child.confinement import confine; confine(); said = []{tried}\nprint(*said)"
    said = subprocess.run(child(code), stdout=subprocess.PIPE, env={}, check=True, text=True).stdout.split()
    assert said == list(DENIED.values())


def test_the_child_is_confined_before_it_reads_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has little time, writes nothing, not even what is left of a crash, and lets others go first."""
    limits = "[resource.getrlimit(getattr(resource, f'RLIMIT_{name}')) for name in 'AS CPU FSIZE CORE NOFILE'.split()]"
    said = f"[b'image/jpeg', repr([*{limits}, os.nice(0)]).encode()]"
    code = f"import resource; from child import main as m; m._answer = lambda *_: {said}; m.main()"
    monkeypatch.setattr(processing, "COMMAND", child(code))
    memory = 512 << 20
    expected = [(memory, memory), (10, 10), (0, 0), (0, 0), (0, 0), os.nice(0) + 3]
    assert convert(PHOTO).content.decode() == repr(expected)


def test_the_child_is_told_nothing_but_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a setting nor a file that the portal has open; the last number is that of the list itself."""
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "the key")
    told = "[*os.environ, *os.listdir('/proc/self/fd')]"
    code = f"from child.framing import pack; os.write(1, pack([b'image/jpeg', ' '.join({told}).encode()]))"
    monkeypatch.setattr(processing, "COMMAND", child(code))
    with open(__file__):
        assert set(convert(PHOTO).content.decode().split()) == {"LC_CTYPE", "0", "1", "2", "3"}


def test_conversions_go_one_by_one_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "_WAIT", 0.05)
    with processing._converting:
        assert judge(PHOTO) == Reason.BUSY
    with processing._turn():
        answers: list[Reason | None] = []
        monkeypatch.setattr(processing, "_WAIT", 30.0)
        waiting = [threading.Thread(target=lambda: answers.append(judge(PHOTO))) for _ in range(2)]
        for thread in waiting:
            thread.start()
        while processing._here._value:
            pass
        assert judge(PHOTO) == Reason.BUSY and not answers
    for thread in waiting:
        thread.join()
    assert answers == [None, None]


@pytest.mark.skipif(os.getuid() != 0, reason="whoever is not root has no privilege to leave")
def test_the_child_needs_no_privilege(monkeypatch: pytest.MonkeyPatch) -> None:
    """What limits root does not hold may stop others: HEIC is decoded by a thread."""
    code = "from child import main as m; c = m.confine; m.confine = lambda: (os.setuid(65534), c()); m.main()"
    monkeypatch.setattr(processing, "COMMAND", child(code))
    assert [judge(content) for content in FILES.values()] == [None] * len(FILES)


def test_the_place_where_a_photo_was_taken_is_kept_in_none() -> None:
    for number in range(6):
        kind = ("JPEG", "HEIF", "PNG", "WEBP")[number % 4]
        assert judge(photo(kind, samples.drawn((60 + number, 60)), orientation=number + 1)) is None
