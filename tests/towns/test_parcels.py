"""What a machine hears of another while a town moves is bounded: neither a piece nor a line fills its memory."""

from io import BytesIO
from typing import Any

import pytest

from wizard.towns.parcels import Cut, Link, digest


@pytest.mark.parametrize("size", [128 * 1024 + 1, -1, None, "1"])
def test_a_piece_is_no_larger_than_those_that_are_sent(size: Any) -> None:
    body = bytes(128 * 1024 + 1)
    with pytest.raises(Cut):
        Link(BytesIO(body), BytesIO()).take({"size": size, "digest": digest(body).hex()})


def test_a_line_without_an_end_is_not_read_on() -> None:
    endless = b'{"word": "move", "more": "' + b"x" * 1024 * 1024
    line = BytesIO(endless + b'"}\n')
    with pytest.raises(Cut):
        Link(line, BytesIO()).hear()
    assert line.tell() < len(endless)
