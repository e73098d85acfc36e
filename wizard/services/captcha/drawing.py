"""Draw six icons as one small PNG: turned, bent and speckled, but readable first."""

import io
import math
import zlib
from collections.abc import Sequence
from colorsys import hls_to_rgb
from functools import cache
from itertools import product
from random import Random

from PIL import Image, ImageDraw

from wizard.services.captcha.nouns import CELL, COLUMNS, SHEET

TILES_ACROSS = 3
TILE = 72
MARGIN = 6
# How much smaller than its cell an icon is turned and bent: about as large as it is shown.
REDUCED = 2
PAPER, INK, NOISE, GUTTER = range(4)

TURN = math.radians(25)
SHEAR = 0.18
SMALLEST = 0.85
WARP = 1.5
MESH = 3
LINES, DOTS = 1, 5

Affine = tuple[float, float, float, float, float, float]
Box = tuple[int, int, int, int]
Patch = tuple[Box, tuple[float, ...]]

# Half the ink of a pixel makes it ink; thin strokes get the benefit of the doubt.
HARD_EDGE = [0] * 112 + [255] * 144


def draw(cells: Sequence[int], rng: Random) -> bytes:
    """Draw a board, in four colours with hard edges: antialiasing would nearly double the bytes."""
    rows = len(cells) // TILES_ACROSS
    board = Image.new("P", (TILES_ACROSS * TILE, rows * TILE))
    board.putpalette(_palette(rng))
    for place, cell in enumerate(cells):
        board.paste(_tile(cell, rng), (place % TILES_ACROSS * TILE, place // TILES_ACROSS * TILE))
    png = io.BytesIO()
    # Lines of one colour are what there is: to look for more takes ten times as long, for one byte in fifty.
    board.save(png, "PNG", bits=2, compress_type=zlib.Z_RLE)
    return png.getvalue()


def _palette(rng: Random) -> list[int]:
    """Return the colours: pale paper and dark ink of another hue; the noise lies between the two."""
    hue = rng.random()
    paper = hls_to_rgb(hue, 0.94, 0.5)
    ink = hls_to_rgb(hue + rng.uniform(0.3, 0.7), 0.2, 0.6)
    noise = tuple((light + dark) / 2 for light, dark in zip(paper, ink, strict=True))
    return [round(255 * part) for colour in (paper, ink, noise, (1, 1, 1)) for part in colour]


def _tile(cell: int, rng: Random) -> Image.Image:
    paper, ink = rng.choice([(PAPER, INK), (INK, PAPER)])
    tile = Image.new("P", (TILE, TILE), GUTTER)
    pencil = ImageDraw.Draw(tile)
    pencil.rectangle((1, 1, TILE - 2, TILE - 2), paper)
    tile.paste(ink, (0, 0), _bent(_icon(cell), rng))
    for _ in range(LINES):
        pencil.line((1, rng.randrange(1, TILE - 1), TILE - 2, rng.randrange(1, TILE - 1)), NOISE)
    for _ in range(DOTS):
        x, y = rng.randrange(1, TILE - 2), rng.randrange(1, TILE - 2)
        pencil.rectangle((x, y, x + 1, y + 1), NOISE)
    return tile


@cache
def _cells() -> tuple[bytes, ...]:
    """Return the cells of the sheet, a bit a pixel: an image takes eight times as much."""
    with Image.open(SHEET) as sheet:
        return tuple(
            sheet.crop((left, top, left + CELL, top + CELL)).tobytes()
            for top in range(0, sheet.height, CELL)
            for left in range(0, COLUMNS * CELL, CELL)
        )


def _icon(cell: int) -> Image.Image:
    """Return an icon in as many greys as its reduction leaves: those tell where a line lies between two pixels."""
    return Image.frombytes("1", (CELL, CELL), _cells()[cell]).convert("L").reduce(REDUCED)


def _turned(icon: Image.Image, rng: Random) -> tuple[Affine, Box]:
    """Rotate and shear an icon about its middle: return where each point comes from in it, and the box of its ink."""
    angle, shear = rng.uniform(-TURN, TURN), rng.uniform(-SHEAR, SHEAR)
    cos, sin = math.cos(angle), math.sin(angle)
    xx, xy, yx, yy = cos, sin + shear * cos, -sin, cos - shear * sin
    middle, side = icon.width / 2, 2 * icon.width
    affine = (xx, xy, middle - icon.width * (xx + xy), yx, yy, middle - icon.width * (yx + yy))
    turned = icon.transform((side, side), Image.Transform.AFFINE, affine, Image.Resampling.NEAREST)
    return affine, turned.getbbox() or (0, 0, side, side)


def _bent(icon: Image.Image, rng: Random) -> Image.Image:
    """Return a tile's mask: the icon turned, as large as the tile allows and never cut by its edge."""
    affine, box = _turned(icon, rng)
    room = (TILE - 2 * MARGIN) * rng.uniform(SMALLEST, 1)
    mesh = _mesh(affine, box, max(box[2] - box[0], box[3] - box[1]) / room, rng)
    bent = icon.transform((TILE, TILE), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    return bent.point(HARD_EDGE, mode="1")


def _mesh(affine: Affine, box: Box, scale: float, rng: Random) -> list[Patch]:
    """Cut the tile in squares, each with the four points of the icon that its corners come from."""
    step = TILE // MESH
    left, top = (box[0] + box[2] - TILE * scale) / 2, (box[1] + box[3] - TILE * scale) / 2
    xx, xy, x0, yx, yy, y0 = affine
    knots = {}
    for i, j in product(range(MESH + 1), repeat=2):
        x, y = (start + at * step * scale + rng.uniform(-WARP, WARP) for start, at in ((left, i), (top, j)))
        knots[i, j] = (xx * x + xy * y + x0, yx * x + yy * y + y0)
    return [
        (
            (i * step, j * step, (i + 1) * step, (j + 1) * step),
            (*knots[i, j], *knots[i, j + 1], *knots[i + 1, j + 1], *knots[i + 1, j]),
        )
        for i in range(MESH)
        for j in range(MESH)
    ]
