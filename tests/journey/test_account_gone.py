"""An account deleted while a page of its draft is answered: the page is gone, as the account is; nothing fails."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.childfile.conftest import Files, files
from tests.homes.conftest import hand, homes
from tests.support.client import HTMX, form_of, main_of, read, typed
from tests.support.walk import open_entourage
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.events import step_saved
from wizard.services import retention
from wizard.settings import get_settings
from wizard.stores import accounts

__all__ = ["files", "hand", "homes"]


@contextmanager
def deleted_once_it_is_saved(email: str) -> Iterator[None]:
    """Have someone else delete an account when a page was saved, and is not answered yet."""

    def delete(_kind: object, **_told: str) -> None:
        with closing(connect(get_settings().database)) as db, transaction(db):
            account = accounts.by_email(db, email)
            assert account
            retention.erase(db, account, now())

    with step_saved.connected_to(delete):
        yield


def is_gone(answer: TestResponse) -> bool:
    return answer.status_code == 410 and "Cette page a expiré" in main_of(answer)


@pytest.mark.parametrize(
    ("slug", "values"),
    [("accueils", {"services": []}), ("sorties", {"alone_from": "midi"}), ("recapitulatif", {})],
)
def test_a_dossier_whose_parent_s_account_is_deleted_meanwhile_is_gone(
    files: Files, slug: str, values: dict[str, Any]
) -> None:
    files.fill(files.a)
    with deleted_once_it_is_saved(files.homes.cast.a.account.email):
        assert is_gone(files.answer(files.a, slug, **values))
    assert files.rows("SELECT count(*) FROM child_files") == [(0,)]


def test_an_entourage_whose_parent_s_account_is_deleted_meanwhile_is_gone(files: Files) -> None:
    account = files.homes.cast.a.account
    page = open_entourage(files.a, account.email)
    with deleted_once_it_is_saved(account.email):
        answer = files.a.post(page.request.path, data=typed(form_of(read(page))), headers=HTMX)
    assert is_gone(answer)
