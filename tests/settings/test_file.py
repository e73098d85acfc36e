"""town.toml as editors save it; what cannot be read is told by its line."""

from pathlib import Path

import pytest

from tests.settings.conftest import TOWN, Read
from wizard.settings import Settings, SettingsError, load

TEXT = TOWN.read_text(encoding="utf-8")
UNREADABLE = "elle ne se lit pas ; écrivez une clé par ligne"


def saved(folder: Path, data: bytes) -> Settings:
    (folder / "town.toml").write_bytes(data)
    return load({"PORTAIL_INSTANCE": str(folder)})


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace('"\n', '"   \t\n').encode(),
        TEXT.rstrip("\n").encode(),
    ],
    ids=["a mark in front", "lines of Windows", "both", "spaces at the end of lines", "no last line break"],
)
def test_a_file_is_read_however_an_editor_saved_it(read: Read, tmp_path: Path, data: bytes) -> None:
    assert saved(tmp_path, data).town == read().town


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('name = "Oudon"', 'name = "Oudon', f"town.toml, ligne 5 : {UNREADABLE}"),
        ('name = "Oudon"', "name = Oudon", f"town.toml, ligne 5 : {UNREADABLE}"),
        ('name = "Oudon"', "name = “Oudon”", f"town.toml, ligne 5 : {UNREADABLE}"),
        ('name = "Oudon"', "Oudon", f"town.toml, ligne 5 : {UNREADABLE}"),
        ('name = "Oudon"', 'nom de la ville = "Oudon"', f"town.toml, ligne 5 : {UNREADABLE}"),
        ("[town]", "[town", f"town.toml, ligne 4 : {UNREADABLE}"),
        ('name = "Oudon"', 'name = "Oudon"\nname = "Couffé"', "town.toml, ligne 6 : name s'y trouve deux fois"),
        ("[mail]", "[town]", "town.toml, ligne 18 : [town] s'y trouve deux fois, gardez-en une."),
        ("sites = [", "sites = []\nsites = [", "sites s'y trouve deux fois"),
        ("# aipd = 2026-03-01", "aipd = 2026-02-31", UNREADABLE),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    assert before in TEXT
    with pytest.raises(SettingsError) as refused:
        saved(tmp_path, TEXT.replace(before, after, 1).encode())
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    text = TEXT.replace("’", "'").replace("…", "...").replace("œ", "oe")
    with pytest.raises(
        SettingsError, match=r"town.toml, ligne 1 : lettre illisible, enregistrez le fichier en UTF-8\."
    ):
        saved(tmp_path, f"# né à Oudon\n{text}".encode(encoding))


def test_a_folder_or_nothing_in_its_place_says_where_it_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "town.toml").mkdir()
    for instance in (tmp_path, tmp_path / "absent", Path(__file__)):
        with pytest.raises(SettingsError, match=r"town\.toml : .*") as refused:
            load({"PORTAIL_INSTANCE": str(instance)})
        assert str(instance) in str(refused.value)


def test_three_databases_are_three_files(read: Read, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PORTAIL_DATABASE, .* : attendu trois fichiers différents\."):
        read("PORTAIL_DOCUMENTS", str(tmp_path / "portail.db"))
    with pytest.raises(SettingsError, match="trois fichiers différents"):
        read("PORTAIL_ADDRESSES", str(tmp_path / "elsewhere" / ".." / "portail.db"))


def test_a_database_is_the_same_file_wherever_a_command_is_given(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert read("PORTAIL_DATABASE", "familles.db").database == tmp_path / "familles.db"


@pytest.mark.parametrize(
    ("key", "value"), [("bounces.user", '"retours@oudon.example"'), ("PORTAIL_BOUNCES_PASSWORD", "x")]
)
def test_a_mailbox_that_would_not_be_read_is_told(read: Read, key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=r"\[bounces\] : host ou maildir manque"):
        read(key, value)
