"""Nothing is read of the documents' own file but by the portal, as what it was sealed for."""

from collections.abc import Callable

import pytest

from tests.documents.conftest import NEXT_YEAR, YEAR, converted, kept_bytes
from wizard.db import get_documents, transaction
from wizard.services.documents import vault
from wizard.settings import get_settings

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_document_and_its_previews_are_read_as_they_were_put_and_nothing_of_them_is_in_the_file() -> None:
    vault.put(7, YEAR, converted("vaccins de Loïc"))
    assert vault.content(7).decode() == "vaccins de Loïc"
    assert vault.preview(7, 2).decode() == "page 2 de vaccins de Loïc"
    get_documents().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"vaccins" not in get_settings().documents.file.read_bytes()
    assert get_settings().documents.file.stat().st_mode & 0o077 == 0
    vault.drop(7)
    assert not kept_bytes()


def test_an_envelope_is_read_as_it_was_sealed_last() -> None:
    vault.seal(3, YEAR, {"allergens": ["arachide"]})
    vault.seal(3, YEAR, {"allergens": ["lait", "œufs"], "pai": ["oui"]})
    assert vault.unseal(3, YEAR) == {"allergens": ["lait", "œufs"], "pai": ["oui"]}
    for child, year in ((3, NEXT_YEAR), (4, YEAR)):
        with pytest.raises(vault.Unreadable):
            vault.unseal(child, year)
    vault.drop_envelope(3, YEAR)
    with pytest.raises(vault.Unreadable):
        vault.unseal(3, YEAR)


def test_a_text_sealed_for_a_year_opens_for_that_year_alone() -> None:
    sealed = vault.seal_text(YEAR, "asthme")
    assert "asthme" not in sealed and vault.unseal_text(YEAR, sealed) == "asthme"
    vault.seal_text(NEXT_YEAR, "rien")
    for year, text in ((NEXT_YEAR, sealed), ("2020-2021", sealed), (YEAR, sealed[:-8]), (YEAR, "é"), (YEAR, "")):
        with pytest.raises(vault.Unreadable):
            vault.unseal_text(year, text)


_SWAPS: dict[str, tuple[str, Callable[[], object]]] = {
    "another document's": ("UPDATE contents SET document = 9 WHERE document = 7", lambda: vault.content(9)),
    "another page's": ("UPDATE contents SET page = 3 WHERE page = 2", lambda: vault.preview(7, 3)),
    "a preview's in the place of the document": (
        "UPDATE contents SET (key, sealed) = (SELECT key, sealed FROM contents WHERE document = 7 AND page = 1)",
        lambda: vault.content(7),
    ),
    "another year's": (f"UPDATE contents SET year = '{NEXT_YEAR}'", lambda: vault.content(7)),
    "a byte less": ("UPDATE contents SET sealed = substr(sealed, 1, length(sealed) - 1)", lambda: vault.content(7)),
    "nothing": ("UPDATE contents SET sealed = x''", lambda: vault.content(7)),
    "another child's": ("UPDATE envelopes SET child = 4", lambda: vault.unseal(4, YEAR)),
    "an envelope of another year": (f"UPDATE envelopes SET year = '{NEXT_YEAR}'", lambda: vault.unseal(3, NEXT_YEAR)),
}


@pytest.mark.parametrize(("change", "read"), _SWAPS.values(), ids=_SWAPS)
def test_who_writes_in_the_file_without_the_keys_makes_nothing_open(change: str, read: Callable[[], object]) -> None:
    vault.put(7, YEAR, converted())
    vault.seal(3, YEAR, {"pai": ["oui"]})
    vault.seal_text(NEXT_YEAR, "so that this year has a key")
    get_documents().execute(change)
    with pytest.raises(vault.Unreadable):
        read()


def test_what_is_put_is_all_there_or_nothing_is() -> None:
    vault.put(7, YEAR, converted())
    with pytest.raises(RuntimeError), transaction(get_documents()):
        vault.put(8, YEAR, converted())
        vault.drop(7)
        raise RuntimeError
    assert kept_bytes() == {7: 3}


def test_a_document_moved_to_another_year_is_read_under_that_year_s_key() -> None:
    vault.put(7, YEAR, converted())
    vault.move(7, NEXT_YEAR)
    assert vault.content(7) == b"un document" and vault.preview(7, 1) == b"page 1 de un document"
    assert set(get_documents().execute("SELECT DISTINCT year FROM contents").fetchall()) == {(NEXT_YEAR,)}
