"""The import: official formats, bad lines, replacement in one step."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.addresses.address_files import BAL_1_3, BAL_1_4, BAL_1_5, BAN, BAN_2020, LOCALITIES, door, line, write
from wizard.addresses import ImportFailed, Index, bytes_to_read, import_files


def found(path: Path, text: str) -> list[str]:
    return [one.label for one in Index(path).search(text)]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (BAN, {"id": "44115_0010_00012_bis", "numero": "12", "rep": "bis", "nom_voie": "Rue d'Anjou"}),
        (BAN_2020, {"id": "44115_0010_00012_bis", "numero": "12", "rep": "bis", "nom_voie": "Rue d'Anjou"}),
        (BAL_1_3, {"cle_interop": "44115_0010_00012_bis", "voie_nom": "Rue d'Anjou", "numero": "12", "suffixe": "bis"}),
        (BAL_1_4, {"cle_interop": "44115_0010_00012_bis", "voie_nom": "Rue d'Anjou", "numero": "12", "suffixe": "bis"}),
    ],
)
def test_the_official_formats_are_read_by_column_name(tmp_path, header, cells):
    report = import_files([write(tmp_path / "file.csv", header, line(header, **cells))], tmp_path / "a.db")
    (one,) = Index(tmp_path / "a.db").search("12 bis rue d'anjou")
    assert (one.label, one.id) == ("12bis Rue d'Anjou 44521 Oudon", "44115_0010_00012_bis")
    assert (one.lat, one.lon) == (47.3512, -1.2843)
    assert (report.streets, report.doors, report.bad) == (1, 1, 0)


def test_a_bal_without_keys_gets_them_from_its_identifiers_or_names(tmp_path):
    lines = [
        line(BAL_1_5, id_ban_toponyme="c082ad89-cf14-4944", toponyme="Rue d'Anjou", numero="3"),
        line(BAL_1_5, toponyme="Rue du Port", numero="4"),
    ]
    import_files([write(tmp_path / "bal.csv", BAL_1_5, *lines)], tmp_path / "a.db")
    index = Index(tmp_path / "a.db")
    for text in ("3 rue d'anjou", "4 rue du port"):
        (one,) = index.search(text)
        assert index.find(one.id) is not None
        assert one.source == "bal"


def test_a_bal_line_numbered_99999_is_a_place_and_positions_are_not_doors(tmp_path):
    lines = [
        line(BAL_1_4, cle_interop="44115_b001_99999", voie_nom="La Pajaudière", numero="99999"),
        line(BAL_1_4, cle_interop="44115_0010_00007", voie_nom="Rue d'Anjou", numero="7", position="entrée"),
        line(BAL_1_4, cle_interop="44115_0010_00007", voie_nom="Rue d'Anjou", numero="7", position="bâtiment"),
    ]
    report = import_files([write(tmp_path / "bal.csv", "\ufeff" + BAL_1_4, *lines)], tmp_path / "a.db")
    assert (report.streets, report.doors) == (2, 1)
    (place,) = Index(tmp_path / "a.db").search("pajaudière")
    assert (place.type, place.id, place.postcode) == ("locality", "44115_b001", "44521")


def test_lieux_dits_and_addresses_of_the_ban_go_together(tmp_path):
    places = [
        line(LOCALITIES, id="44115_a1b2c3", nom_lieu_dit="La Durandière"),
        line(LOCALITIES, id="44115_a1b2c4", nom_lieu_dit="Blanche Lande"),
    ]
    doors = [door("33", "Blanche Lande", key="44115_0099")]
    files = [write(tmp_path / "a.csv", BAN, *doors), write(tmp_path / "l.csv", LOCALITIES, *places)]
    report = import_files(files, tmp_path / "a.db")
    assert report.streets == 2  # Blanche Lande is there once
    assert found(tmp_path / "a.db", "33 blanche lande") == ["33 Blanche Lande 44521 Oudon"]
    assert found(tmp_path / "a.db", "la durandiere") == ["La Durandière 44521 Oudon"]


def test_a_compressed_file_a_byte_order_mark_and_another_separator_are_read(tmp_path):
    text = "\ufeff" + "\n".join([BAN, door("5")]).replace(";", ",")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    import_files([tmp_path / "a.csv.gz"], tmp_path / "a.db")
    assert found(tmp_path / "a.db", "5 rue d'anjou") == ["5 Rue d'Anjou 44521 Oudon"]


def test_bad_lines_are_counted_with_their_number_and_the_others_kept(tmp_path):
    lines = [
        BAN,
        door("1"),
        door("2").replace(";2;", ";deux;"),
        "44115_0010_00003;;3",
        door("4", code_insee="Oudon"),
        door("5", lat="nord"),
        door("6", nom_commune=""),
        door("7", name=""),
        door("8", code_postal="4452"),
        door("9"),
        *[door(str(number)) for number in range(10, 20)],
    ]
    report = import_files([write(tmp_path / "a.csv", *lines)], tmp_path / "a.db")
    assert report.files[0].rows == 12
    assert [number for number, _ in report.files[0].bad_lines] == [3, 4, 5, 6, 7, 8, 9]
    assert all(reason for _, reason in report.files[0].bad_lines)


def test_a_line_that_is_not_utf_8_is_refused_alone(tmp_path):
    good = [door(str(number)) for number in range(1, 5)]
    data = "\n".join([BAN, *good]).encode() + b"\n" + door("9", "Rue de l'\u00c9glise").encode("latin-1")
    (tmp_path / "a.csv").write_bytes(data)
    report = import_files([tmp_path / "a.csv"], tmp_path / "a.db")
    assert [number for number, _ in report.files[0].bad_lines] == [6]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name;street\nOudon;Rue d'Anjou\n",
        BAN.encode(),
        gzip.compress("\n".join([BAN, *[door(str(n)) for n in range(1, 900)]]).encode())[:-40],
        b"\x1f\x8bnonsense",
        bytes(range(256)) * 40,
        "\n".join([BAN, "bad", "bad", door("1")]).encode(),
    ],
    ids=["empty", "other columns", "no line", "cut short", "no gzip", "any bytes", "mostly bad"],
)
def test_an_unusable_file_changes_nothing(tmp_path, content):
    target = tmp_path / "a.db"
    import_files([write(tmp_path / "good.csv", BAN, door("1"))], target)
    before = target.read_bytes()
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(ImportFailed):
        import_files([tmp_path / "bad.csv"], target)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"a.db", "good.csv", "bad.csv"}


def test_a_missing_file_is_told_not_raised_as_such(tmp_path):
    with pytest.raises(ImportFailed, match=r"absent\.csv"):
        import_files([tmp_path / "absent.csv"], tmp_path / "a.db")


def test_an_index_in_use_follows_the_file_when_it_is_replaced(tmp_path):
    target = tmp_path / "a.db"
    index = Index(target)
    assert not index.ready and index.search("rue") == ()
    import_files([write(tmp_path / "a.csv", BAN, door("1"))], target)
    assert index.ready and [one.street for one in index.search("1 rue")] == ["Rue d'Anjou"]
    import_files([write(tmp_path / "a.csv", BAN, door("1", "Rue du Port"))], target)
    assert [one.street for one in index.search("1 rue")] == ["Rue du Port"]


@pytest.mark.parametrize("content", [b"", b"no database at all", bytes(4096)])
def test_a_file_that_is_no_address_database_is_as_none(tmp_path, content):
    (tmp_path / "a.db").write_bytes(content)
    index = Index(tmp_path / "a.db")
    assert not index.ready and index.search("rue") == ()
    import_files([write(tmp_path / "a.csv", BAN, door("1"))], tmp_path / "a.db")
    assert index.ready


def test_progress_adds_up_to_what_was_announced(tmp_path):
    files = [write(tmp_path / "a.csv", BAN, *[door(str(n)) for n in range(1, 9000)])]
    steps: list[int] = []
    import_files(files, tmp_path / "a.db", progress=steps.append)
    assert sum(steps) == bytes_to_read(files)
    assert min(steps) >= 0 and len(steps) > 2


def test_doors_scattered_over_a_file_are_those_of_one_street(tmp_path):
    lines = [door("1"), door("1", "Rue du Port", key="44115_0020"), door("2"), door("2"), door("2", rep="B")]
    report = import_files([write(tmp_path / "a.csv", BAN, *lines)], tmp_path / "a.db")
    assert (report.streets, report.doors) == (2, 4)


def test_a_database_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    target, source = tmp_path / "a.db", write(tmp_path / "a.csv", BAN, door("1"))
    with closing(sqlite3.connect(target)) as db:
        db.execute("CREATE TABLE households (id INTEGER)")
    before = target.read_bytes()
    with pytest.raises(ImportFailed, match="est une base d'autre chose"):
        import_files([source], target)
    assert target.read_bytes() == before
