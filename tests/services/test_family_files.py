"""The town's file of its families, line by line: who is read, what is refused and in which words."""

import pytest

from wizard.services import family_files
from wizard.stores.families import KnownFamily

LONG = "a" * 81
LINES = {
    "OUD-1;Martin;Camille;camille@exemple.fr": None,
    "OUD-2;Petit;Zoé;": None,
    "OUD-3;Petit;Luc;non": None,
    ";Durand;Anne;": "clé absente",
    "=;Durand;Anne;": "clé illisible",
    "OUD-4;;Anne;": "nom absent",
    "OUD-5;Durand;;": "prénom absent",
    f"OUD-6;{LONG};Anne;": "nom de plus de 80 caractères",
    f"OUD-7;Durand;{LONG};": "prénom de plus de 80 caractères",
    "OUD-8;Dur\ufffdnd;Anne;": "nom dont des lettres sont perdues : « Dur\ufffdnd »",
    "OUD-9;Durand;Zo\ufffd;": "prénom dont des lettres sont perdues : « Zo\ufffd »",
    "OUD-10;LefÃ¨vre;Anne;": "nom abîmé : « LefÃ¨vre », sans doute « Lefèvre »",
    "OUD-11;Durand;ZoÃ©;": "prénom abîmé : « ZoÃ© », sans doute « Zoé »",
    "oud-1;Autre;Camille;": "même clé qu'à la ligne 2",
}


def test_each_line_is_read_or_refused_with_why() -> None:
    content = "\n".join(["cle_enfance;nom;prenom;courriel", *LINES, ""]).encode()
    rows, report = family_files.read(content, None)
    assert [(row.line, row.family) for row in rows] == [
        (2, KnownFamily("OUD-1", "Martin", "Camille", "camille@exemple.fr")),
        (3, KnownFamily("OUD-2", "Petit", "Zoé", None)),
        (4, KnownFamily("OUD-3", "Petit", "Luc", None)),
    ]
    refused = {number: why for number, why in enumerate(LINES.values(), 2) if why}
    assert dict(report.bad_lines) == refused and len(report.bad_lines) == len(refused)
    assert report.without_email == [(4, "courriel incorrect, famille importée sans lui")]
    assert (report.encoding, tuple(report.mended)) == ("UTF-8", ())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("nom;prenom\nMartin;Camille\n", "colonne(s) absente(s) : N° famille (vu : « nom », « prenom »)"),
        ("", "colonne(s) absente(s) : N° famille, Nom, Prénom"),
        ("\n\n", "colonne(s) absente(s) : N° famille, Nom, Prénom"),
    ],
)
def test_a_file_without_a_column_is_refused_with_those_that_it_has(content: str, why: str) -> None:
    with pytest.raises(family_files.UnusableFile) as refusal:
        family_files.read(content.encode(), None)
    assert str(refusal.value) == why
