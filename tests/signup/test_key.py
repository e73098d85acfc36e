"""The « Clé Enfance » of the town's link: read whatever surrounds it, said when it is not, never another in silence."""

import pytest

from tests.support.client import CheckedClient, read
from tests.support.walk import begin

UNREAD = "n'a pas pu être lue"


@pytest.mark.parametrize(
    "typed",
    ["ABCD-2345", "ABCD-2345.", "ABCD-2345)", "ABCD-2345%3E", "ABCD-2345,", "ABCD-2345%20", "abcd%202345",
     "(ABCD-2345)", "ABCD%E2%80%932345", "ABCD%E2%80%912345", "%C2%AB%C2%A0ABCD-2345%C2%A0%C2%BB",
     "ABCD-2345%E2%80%8B"],
)  # fmt: skip
def test_a_key_is_read_with_what_came_after_it(client: CheckedClient, typed: str) -> None:
    page = client.get(f"/inscription?cle={typed}")
    assert read(page).select_one("[name=cle]")["value"] == "ABCD-2345"
    assert UNREAD not in page.text


@pytest.mark.parametrize("typed", ["ABC", "ABCD+-+", "AB.CD", "cl%C3%A9", "K7RM-4TXQ-4444-5555-66666", "%3Cscript%3E"])
def test_a_key_that_is_not_read_is_told_so(client: CheckedClient, typed: str) -> None:
    page = client.get(f"/inscription?cle={typed}")
    assert UNREAD in page.text and not read(page).select("[name=cle]")
    assert begin(client, typed).status_code == 200


def test_a_link_without_a_key_says_nothing_of_it(client: CheckedClient) -> None:
    assert UNREAD not in client.get("/inscription").text
    assert UNREAD not in client.get("/inscription?cle=").text
