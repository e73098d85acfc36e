"""The icon security check, looked at as a parent and as a program would."""

import io
import random
import struct
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from wizard.services.captcha.board import SIZE, Board, new_board, unlike_nouns
from wizard.services.captcha.drawing import TILE, draw
from wizard.services.captcha.nouns import CELL, COLUMNS, HERE, SHEET, all_nouns, fingerprint


@cache
def boards() -> list[Board]:
    return [new_board(random.Random(seed)) for seed in range(60)]


def opened(board: Board) -> Image.Image:
    return Image.open(io.BytesIO(board.image))


def tiles(board: Board) -> list[Image.Image]:
    image = opened(board)
    corners = [(x, y) for y in range(0, image.height, TILE) for x in range(0, image.width, TILE)]
    return [image.crop((x, y, x + TILE, y + TILE)) for x, y in corners]


def ring(tile: Image.Image, width: int) -> list[int]:
    """The pixels inside the white gutter, `width` deep."""
    inner = range(1 + width, TILE - 1 - width)
    return [
        tile.getpixel((x, y)) for x in range(1, TILE - 1) for y in range(1, TILE - 1) if not (x in inner and y in inner)
    ]


def test_there_are_at_least_forty_nouns_with_article_and_several_drawings_each() -> None:
    articles = ("le ", "la ", "les ", "l'")
    assert len(all_nouns()) >= 40
    assert [noun.text for noun in all_nouns() if not noun.text.startswith(articles)] == []
    assert [noun.text for noun in all_nouns() if len(set(noun.sources)) < 4] == []


def test_no_drawing_serves_two_nouns() -> None:
    uses = Counter(source for noun in all_nouns() for source in noun.sources)
    assert [source for source, times in uses.items() if times > 1] == []


def test_every_look_alike_is_a_noun_and_works_both_ways() -> None:
    by_text = {noun.text: noun for noun in all_nouns()}
    for noun in all_nouns():
        for other in noun.looks_like:
            assert noun.text in by_text[other].looks_like


def test_the_committed_sheet_is_drawn_from_the_list() -> None:
    with Image.open(SHEET) as sheet:
        assert sheet.text["fingerprint"] == fingerprint(), "run `make icons`"


def test_every_icon_fills_its_cell() -> None:
    with Image.open(SHEET) as sheet:
        for noun in all_nouns():
            for cell in noun.cells:
                left, top = cell % COLUMNS * CELL, cell // COLUMNS * CELL
                box = sheet.crop((left, top, left + CELL, top + CELL)).getbbox()
                assert max(box[2] - box[0], box[3] - box[1]) >= CELL - 2, (noun.text, cell)


def test_each_icon_set_keeps_its_licence_beside_the_sheet() -> None:
    kept = {notice.stem for notice in (HERE / "licences").iterdir()}
    packages = {"lucide-static", "tabler-icons", "phosphor-icons-core", "bootstrap-icons", "mdi-svg"}
    assert kept == packages | {"Apache-2.0", "NOTICE"}


def test_a_board_is_drawn_as_it_was_before(tmp_path: Path) -> None:
    """To the pixel: if nouns or Pillow change, look at the new image, then put it in the place of the old one."""
    board = new_board(random.Random(1))
    (tmp_path / "board.png").write_bytes(board.image)
    with Image.open(Path(__file__).with_name("board.png")) as expected:
        assert opened(board).tobytes() == expected.tobytes(), f"see {tmp_path}/board.png"
        assert opened(board).getpalette() == expected.getpalette()
    assert (board.noun, board.answer, board.mime) == ("le livre", 4, "image/png")


def test_a_board_never_holds_two_icons_that_look_alike() -> None:
    for seed in range(500):
        nouns = unlike_nouns(random.Random(seed))
        assert len({noun.text for noun in nouns}) == SIZE
        assert not any(noun.text in other.looks_like for noun in nouns for other in nouns)


def test_a_board_is_a_small_png_of_six_tiles() -> None:
    for board in boards():
        assert board.mime == "image/png"
        assert len(board.image) <= 2250
        assert opened(board).size == (3 * TILE, 2 * TILE)


def test_nothing_but_pixels_is_in_the_image() -> None:
    for board in boards():
        names, at = [], 8
        while at < len(board.image):
            (length,) = struct.unpack(">I", board.image[at : at + 4])
            names.append(board.image[at + 4 : at + 8])
            at += length + 12
        assert set(names) == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def test_ink_and_paper_contrast_enough_to_be_read() -> None:
    def luminance(colour: list[int]) -> float:
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for board in boards():
        palette = opened(board).getpalette()
        paper, ink = luminance(palette[:3]), luminance(palette[3:6])
        assert (paper + 0.05) / (ink + 0.05) >= 4.5


def test_no_icon_is_cut_by_the_edge_of_its_tile() -> None:
    for board in boards():
        for tile in tiles(board):
            edge = Counter(ring(tile, width=2))
            paper = max((0, 1), key=lambda colour: edge[colour])
            assert edge[1 - paper] == 0


def test_tiles_are_drawn_light_on_dark_as_often_as_dark_on_light() -> None:
    dark = sum(Counter(ring(tile, 1)).most_common(1)[0][0] == 1 for board in boards() for tile in tiles(board))
    assert 0.35 < dark / (SIZE * len(boards())) < 0.65


def test_the_same_icons_are_never_drawn_the_same_way_twice() -> None:
    rng = random.Random(1)
    cells = [noun.first_cell for noun in all_nouns()[:SIZE]]
    assert len({draw(cells, rng) for _ in range(20)}) == 20


def test_boards_do_not_repeat_when_nothing_is_seeded() -> None:
    assert len({new_board().image for _ in range(20)}) == 20


@pytest.mark.slow
def test_answers_and_nouns_are_spread_evenly() -> None:
    drawn = [new_board(random.Random(seed)) for seed in range(300)]
    answers = Counter(board.answer for board in drawn)
    assert set(answers) == {1, 2, 3, 4, 5, 6}
    assert all(25 <= times <= 80 for times in answers.values())
    nouns = Counter(board.noun for board in drawn)
    assert len(nouns) >= len(all_nouns()) - 8
    assert max(nouns.values()) <= 20


@cache
def sheet() -> Image.Image:
    with Image.open(SHEET) as committed:
        return committed.convert("L")


@cache
def bits(cell: int, angle: int) -> int:
    left, top = cell % COLUMNS * CELL, cell // COLUMNS * CELL
    return as_bits(sheet().crop((left, top, left + CELL, top + CELL)).rotate(angle, expand=True))


def as_bits(ink: Image.Image) -> int:
    small = ink.crop(ink.getbbox()).resize((32, 32)).point(lambda grey: 255 if grey > 127 else 0, mode="1")
    return int.from_bytes(small.tobytes())


def likeness(tile: Image.Image, noun: str) -> float:
    edge = Counter(ring(tile, width=2))
    ink = 1 if edge[0] > edge[1] else 0
    seen = as_bits(tile.crop((4, 4, TILE - 4, TILE - 4)).point([255 * (i == ink) for i in range(256)], "L"))
    cells = next(known.cells for known in all_nouns() if known.text == noun)
    known = [bits(cell, angle) for cell in cells for angle in (-18, -6, 6, 18)]
    return max((seen & one).bit_count() / (seen | one).bit_count() for one in known)


def test_the_answer_is_the_tile_that_shows_the_noun() -> None:
    found = 0
    for board in boards()[:40]:
        scores = [likeness(tile, board.noun) for tile in tiles(board)]
        found += scores.index(max(scores)) + 1 == board.answer
    assert found >= 24  # a wrong answer would be found 7 times in 40
