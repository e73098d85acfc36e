"""What was answered for a brother or a sister is offered to the next child: asked for by a tap, read, then sent."""

import pytest
from bs4 import Tag

from tests.childfile.conftest import CARE, HEALTH, NEXT, SCHOOL, YEAR, Files, a_sister
from tests.homes.conftest import said
from tests.support.client import HTMX, form_of, read, submit, typed
from wizard.services.childfile import asked

OFFER = "Reprendre les réponses de Loïc"


def step(files: Files, child: int, slug: str = "accueils") -> Tag:
    return read(files.a.get(files.path(YEAR, slug, child)))


def chosen(page: Tag) -> dict[str, list[str]]:
    """Return what the page shows as answered, but for « Choisir… »."""
    found: dict[str, list[str]] = {}
    for one in page.select("input[checked], option[selected]"):
        name = one.get("name") or one.find_parent("select")["name"]  # type: ignore[index]
        if one["value"]:
            found.setdefault(str(name), []).append(str(one["value"]))
    return found


def take(files: Files, child: int, **before: object) -> Tag:
    """Press the button, with what was typed before, and read the page that it leads to."""
    path = files.path(YEAR, "accueils", child)
    done = submit(files.a, files.a.get(path), path, reprendre="1", **before)
    assert done.status_code == 303
    return read(files.a.get(done.location))


def test_one_tap_fills_in_what_the_family_answers_alike_to_be_read(files: Files) -> None:
    sister = a_sister(files)
    files.deposit(files.a)
    assert OFFER in step(files, sister).get_text() and chosen(step(files, sister)) == {}
    page = take(files, sister)
    assert "C'est repris : relisez" in said(files.a, f"{files.path(YEAR, 'accueils', sister)}?fait=reprendre")
    assert chosen(page) == {"school": [SCHOOL], "services": CARE["services"]}  # of the class, nothing
    assert OFFER not in page.get_text()
    assert files.rows("SELECT count(*) FROM child_files") == [(1,)]  # nothing is deposited by it


def test_what_was_typed_before_the_tap_stays(files: Files) -> None:
    sister = a_sister(files)
    files.deposit(files.a)
    page = take(files, sister, level="CP", services=["matin"])
    assert chosen(page) == {"school": [SCHOOL], "level": ["CP"], "services": ["matin"]}


def test_with_htmx_the_step_comes_back_filled_at_once(files: Files) -> None:
    sister = a_sister(files)
    files.deposit(files.a)
    path = files.path(YEAR, "accueils", sister)
    form = typed(form_of(step(files, sister), path)) | {"reprendre": "1"}  # type: ignore[arg-type]
    done = files.a.post(path, data=form, headers=HTMX)
    assert done.status_code == 200 and chosen(read(done))["services"] == CARE["services"]


def test_neither_health_nor_an_authorisation_is_taken(online: Files) -> None:
    sister = a_sister(online)
    online.deposit(online.a, sante=HEALTH)
    submit(online.a, online.a.get(online.path(YEAR, "accueils", sister)), reprendre="1")
    submit(online.a, online.a.get(online.path(YEAR, "accueils", sister)), "accueils")
    for slug in ("sante", "autorisations"):
        assert chosen(step(online, sister, slug)) == {}, slug
    assert {one.step for one in asked.every_question() if one.shared} == {"accueils"}


@pytest.mark.parametrize("case", ["answered already", "an only child", "of another year", "nothing deposited"])
def test_it_is_offered_only_where_there_is_something_to_take_and_nothing_answered(files: Files, case: str) -> None:
    sister = a_sister(files) if case != "an only child" else files.homes.child
    if case == "answered already":
        files.deposit(files.a)
        files.answer(files.a, "accueils", school=SCHOOL, services=["matin"])
        submit(files.a, files.a.get(files.path(YEAR, "accueils", sister)), school=SCHOOL, services=["matin"])
    if case == "an only child":
        files.deposit(files.a)
    if case == "of another year":
        files.deposit(files.a)
        files.homes.db.execute("UPDATE child_files SET year = ?", (NEXT,))
        files.homes.db.conn.commit()
    assert "Reprendre les réponses" not in step(files, sister).get_text()
    if case != "an only child":
        before = chosen(step(files, sister))
        assert chosen(take(files, sister)) == before  # pressed from an old page


def test_a_step_answered_by_nothing_is_still_offered_it(files: Files) -> None:
    sister = a_sister(files)
    files.deposit(files.a)
    path = files.path(YEAR, "accueils", sister)
    assert submit(files.a, files.a.get(path), path).status_code == 422
    assert OFFER in step(files, sister).get_text()
