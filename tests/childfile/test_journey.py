"""The dossier of a child: filled in step by step, deposited, changed, by both homes."""

from tests.childfile.conftest import SCHOOL, YEAR, Files
from tests.homes.conftest import said
from tests.support.client import read, submit


def test_a_parent_fills_the_dossier_step_by_step_and_deposits_it(files: Files) -> None:
    assert "Dossier administratif 2026-2027 À remplir" in said(files.a)
    page = files.fill(files.a)
    told = " ".join(read(page).get_text(" ").split())
    assert SCHOOL in told and "Cantine, Mercredi" in told and "Sans viande" in told
    done = submit(files.a, page, page.request.path)
    assert done.location == f"{files.path()}?depose={YEAR}"
    assert "C'est déposé pour l'année 2026-2027. Un courriel vous le confirme" in said(files.a, done.location)
    assert "Dossier administratif 2026-2027 Déposé le 24 novembre 2026, il manque 1 document" in said(files.a)
    assert files.rows("SELECT child, year, meal, pai, sealed_at FROM child_files") == [
        (files.homes.child, YEAR, "Sans viande", None, None)
    ]
    assert files.rows("SELECT step FROM child_file_answers ORDER BY step") == [("accueils",), ("sorties",)]
    assert files.rows("SELECT count(*) FROM drafts WHERE kind = 'child_file'") == [(0,)]
    (mail,) = files.homes.mails("child_file")
    assert "Loïc" in mail["body"] and "Sainte-Anne" not in mail["body"]
