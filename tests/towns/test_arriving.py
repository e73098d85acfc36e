"""What a machine that receives a town refuses of whoever speaks to it: it writes in the folder of the arrival alone."""

import json
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.support import litestream
from tests.support.disk import settled
from tests.support.litestream import replicating
from tests.support.waiting import wait_for
from wizard.db import connect
from wizard.services import replication
from wizard.stores import database_file
from wizard.towns.arriving import ARRIVED, receive
from wizard.towns.folder import Folder
from wizard.towns.parcels import Cut, Link, Shipment

NUMBER = "0123456789abcdef"
MOVE: dict[str, Any] = {"slug": "oudon", "number": NUMBER, "known": [], "addresses": None}
Speak = Callable[[Link], None]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder of the machine that receives, beside a file that is none of the town's."""
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "other").write_text("someone's")
    return tmp_path / "ailleurs"


class Answers(BytesIO):
    """What is said to the other machine; `meanwhile` happens before a word is."""

    def __init__(self, meanwhile: Callable[[str], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def write(self, line: Any) -> int:
        self.meanwhile(json.loads(line)["word"])
        return super().write(line)


def heard(there: Path, *speaks: Speak, meanwhile: Callable[[str], object] = lambda _word: None) -> list[dict[str, Any]]:
    """Return what is answered to these words, the last of which may be that the line is cut."""
    spoken, answers = BytesIO(), Answers(meanwhile)
    for speak in speaks:
        speak(Link(BytesIO(), spoken))
    try:
        receive(Folder(there, {}), Link(BytesIO(spoken.getvalue()), answers), lambda _town: None)
    except Cut:
        answers.write(b'{"word": "cut"}\n')
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def word(said: str, **told: Any) -> Speak:
    return lambda link: link.say(said, **told)


def piece(name: str, block: bytes) -> Speak:
    return lambda link: link.send(name, 0, block)


def words(told: list[dict[str, Any]]) -> list[str]:
    return [one["word"] for one in told]


@pytest.mark.parametrize("name", ["../other", "maildir/../../../other", "{}/other", "", "."])
@pytest.mark.parametrize("what", ["piece", "size", "drop"])
def test_a_file_that_is_elsewhere_is_neither_written_nor_deleted(there: Path, name: str, what: str) -> None:
    name = name.format(there.parent)
    speak = {"piece": piece(name, b"theirs"), "size": word("size", name=name, size=0, at=0)}
    told = heard(there, word("move", **MOVE), speak.get(what, word("drop", name=name)))
    assert words(told) == ["go", "cut"]
    assert (there.parent / "other").read_text() == "someone's" and not list(there.iterdir())


@pytest.mark.parametrize("number", ["../../other", "0123456789ABCDEF", "", None, f"{NUMBER}\n"])
@pytest.mark.parametrize("first", ["move", "opened?"])
def test_an_arrival_whose_number_is_none_is_not_heard(there: Path, first: str, number: str | None) -> None:
    assert words(heard(there, word(first, **MOVE | {"number": number}))) == ["cut"]
    assert (there.parent / "other").exists() and not list(there.iterdir())


@pytest.mark.parametrize("slug", ["../other", ".oudon", "", None])
def test_a_town_of_no_name_is_refused(there: Path, slug: str | None) -> None:
    (told,) = heard(there, word("move", **MOVE | {"slug": slug}))
    assert told["word"] == "refused" and "attendu des lettres" in told["why"] and not list(there.iterdir())


def test_a_town_of_a_later_portal_is_refused(there: Path) -> None:
    (told,) = heard(there, word("move", **MOVE | {"known": ["m9999_later"]}))
    assert told["word"] == "refused" and "plus ancien" in told["why"] and not list(there.iterdir())


@pytest.mark.parametrize(("citycode", "has"), [("44115", True), ("44003", True), ("75056", False), (None, False)])
def test_addresses_shared_by_towns_are_had_when_those_of_the_town_are_among_them(
    there: Path, addresses: Path, citycode: str | None, has: bool
) -> None:
    for path, expected in ((addresses, has), (there.parent / "other", False), (there / "absent", False)):
        (go, _cut) = heard(there, word("move", **MOVE | {"addresses": str(path), "citycode": citycode}))
        assert go == {"word": "go", "addresses": expected}


@pytest.fixture
def sent(tmp_path: Path, migrated: Path, vault: Path) -> dict[str, Path]:
    """The databases of a town, as they are sent."""
    return {
        "portail.db": Path(shutil.copy(migrated, tmp_path / "sent.db")),
        "documents.db": Path(shutil.copy(vault, tmp_path / "sent.documents.db")),
    }


def all_of(sent: dict[str, Path]) -> list[Speak]:
    """Return the words that bring a town, as far as the last before it is opened."""

    def databases(link: Link) -> None:
        for name, path in sent.items():
            with path.open("rb") as file:
                Shipment(link).send(name, file)

    rows = {name: database_file.rows(path) for name, path in sent.items()}
    return [word("move", **MOVE), databases, word("verify", rows=rows)]


def test_all_that_arrived_is_on_the_disk_before_it_is_said_to_be_ready_and_then_opened(
    there: Path, sent: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks, done = [*all_of(sent), word("open")], settled(monkeypatch)
    assert words(heard(there, *speaks, meanwhile=done.append)) == ["go", "ready", "opened"]
    draft, ready, opened = there / f".oudon.{NUMBER}.venue", done.index("ready"), done.index("opened")
    databases = (f"{name}.part" for name in sent)
    assert {str(path) for path in (draft, *(draft / name for name in (*databases, ARRIVED)))} <= set(done[:ready])
    assert {str(there), str(there / "oudon")} <= set(done[ready:opened])


@pytest.mark.slow
@litestream.needed
def test_where_towns_are_copied_one_is_once_it_is_whole(there: Path, sent: dict[str, Path], tmp_path: Path) -> None:
    configuration, replica = tmp_path / "litestream.yml", tmp_path / "replica"
    configuration.write_text(replication.configuration_of_all(there, [30], replica.as_uri()))

    def wait(said: str) -> None:
        if said == "ready":
            time.sleep(3.0)  # it looks around twice

    with replicating(configuration):
        wait_for((there / "litestream.sock").exists)
        assert words(heard(there, *all_of(sent), word("open"), meanwhile=wait)) == ["go", "ready", "opened"]
        wait_for(lambda: all((replica / "oudon" / name).exists() for name in sent))
    assert [path.name for path in replica.iterdir()] == ["oudon"]


def test_a_portal_that_arrived_damaged_is_refused_though_it_has_all_its_rows(
    there: Path, sent: dict[str, Path]
) -> None:
    with closing(connect(sent["portail.db"])) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO household_members (household, person, role) VALUES (7, 7, 'child')")
    *_before, told = heard(there, *all_of(sent))
    assert told["word"] == "refused" and "est arrivé abîmé" in told["why"] and not list(there.iterdir())


def test_a_town_asked_after_while_it_arrives_is_never_opened(there: Path, sent: dict[str, Path]) -> None:
    """Who moves it has heard that it is not, and serves it again."""
    asked: list[dict[str, Any]] = []

    def ask(said: str) -> None:
        if said == "ready":
            asked.extend(heard(there, word("opened?", slug="oudon", number=NUMBER)))

    told = heard(there, *all_of(sent), word("open"), meanwhile=ask)
    assert words(told) == ["go", "ready", "cut"]
    assert asked == [{"word": "answer", "opened": False}] and not list(there.iterdir())


def test_a_town_that_is_arriving_is_not_swept_away_by_another_arrival(there: Path, sent: dict[str, Path]) -> None:
    late: list[dict[str, Any]] = []

    def come(said: str) -> None:
        if said == "ready":
            late.extend(heard(there, word("move", **MOVE | {"number": "f" * 16})))

    assert words(heard(there, *all_of(sent), word("open"), meanwhile=come)) == ["go", "ready", "opened"]
    assert late == [{"word": "refused", "why": "elle est déjà en train d'y arriver"}]
    assert [path.name for path in there.iterdir()] == ["oudon"]


def test_a_town_that_arrived_another_time_is_not_the_one_asked_after(there: Path, sent: dict[str, Path]) -> None:
    assert heard(there, *all_of(sent), word("open"))[-1] == {"word": "opened"}
    for number, opened in (("f" * 16, False), (NUMBER, True)):
        told = heard(there, word("opened?", slug="oudon", number=number))
        assert told == [{"word": "answer", "opened": opened}]
