"""Pages are sent small, and their size tells nothing of what is in them."""

import gzip
import re
from collections.abc import Callable

import brotli
import pytest

from tests.support.client import CheckedClient
from wizard.french import plain

DECODERS = [("br", brotli.decompress), ("gzip", gzip.decompress)]


@pytest.mark.parametrize(("coding", "decode"), DECODERS)
def test_a_page_of_one_content_has_many_sizes(
    client: CheckedClient, coding: str, decode: Callable[[bytes], bytes]
) -> None:
    page = client.get("/confidentialite").text
    sent = [client.get("/confidentialite", headers={"Accept-Encoding": coding}) for _ in range(60)]
    assert {answer.headers["Content-Encoding"] for answer in sent} == {coding}
    read = [plain(decode(answer.data).decode()) for answer in sent]
    assert {text.rpartition("<!--")[0] for text in read} == {page}
    assert all(re.fullmatch(r"[0-9a-f]{1,32}-->", text.rpartition("<!--")[2]) for text in read)
    assert len({len(answer.data) for answer in sent}) > 10
    assert max(len(answer.data) for answer in sent) < len(page) / 2


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_smallest_coding_that_the_browser_reads_is_chosen(
    client: CheckedClient, accepted: str, coding: str | None
) -> None:
    answer = client.get("/confidentialite", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
