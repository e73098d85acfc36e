"""The official addresses, imported by command."""

import gzip
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from wizard.addresses import Index, demonstration_files

Run = Callable[..., Result]


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
