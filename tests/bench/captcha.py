"""What a security check costs to draw, and how often a simple trained attack passes it.

    make bench

The attacker asks for boards, points out the right tile of each by hand, trains an ordinary
classifier (a support vector machine on histograms of gradients), then plays boards never seen.
"""

import io
import random
import statistics
import time

import numpy as np
from PIL import Image
from sklearn.svm import SVC

from wizard.services.captcha.board import SIZE, Board, new_board
from wizard.services.captcha.drawing import TILE

SIDE, CELLS, BINS = 40, 5, 9
TEST_BOARDS = 300


def main() -> None:
    cost()
    rng = random.Random(44115)
    test = [new_board(rng) for _ in range(TEST_BOARDS)]
    seen = np.array([[gradients(tile) for tile in tiles(board)] for board in test])
    print(f"attaque au hasard : {100 / SIZE:.0f} %")
    for labelled in (250, 500, 2000):
        attack([new_board(rng) for _ in range(labelled)], test, seen)


def cost() -> None:
    new_board()
    milliseconds, sizes = [], []
    for _ in range(300):
        start = time.perf_counter()
        sizes.append(len(new_board().image))
        milliseconds.append(1000 * (time.perf_counter() - start))
    print(f"octets : médiane {statistics.median(sizes):.0f}, plus grand {max(sizes)}")
    print(f"temps : médiane {statistics.median(milliseconds):.1f} ms, plus long {max(milliseconds):.1f} ms")


def attack(collected: list[Board], test: list[Board], seen: np.ndarray) -> None:
    features = [gradients(tiles(board)[board.answer - 1]) for board in collected]
    start = time.perf_counter()
    machine = SVC(kernel="rbf", C=10, gamma="scale", decision_function_shape="ovr")
    machine.fit(features, [board.noun for board in collected])
    trained = time.perf_counter() - start
    column = {noun: place for place, noun in enumerate(machine.classes_)}
    ranks = [
        rank(machine.decision_function(six)[:, column[board.noun]], board.answer)
        for board, six in zip(test, seen, strict=True)
        if board.noun in column
    ]
    first, second = (100 * sum(r <= n for r in ranks) / len(test) for n in (1, 2))
    print(
        f"{len(collected)} vignettes étiquetées (apprises en {trained:.1f} s) : "
        f"{first:.0f} % au premier choix, {second:.0f} % en deux"
    )


def rank(scores: np.ndarray, answer: int) -> int:
    return 1 + int((scores > scores[answer - 1]).sum())


def tiles(board: Board) -> list[np.ndarray]:
    pixels = np.asarray(Image.open(io.BytesIO(board.image)))
    rows, columns = pixels.shape[0] // TILE, pixels.shape[1] // TILE
    return [
        pixels[y * TILE + 1 : (y + 1) * TILE - 1, x * TILE + 1 : (x + 1) * TILE - 1]
        for y in range(rows)
        for x in range(columns)
    ]


def gradients(tile: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients of the icon alone, dark or light, wherever it lies."""
    edge = np.concatenate([tile[0], tile[-1], tile[:, 0], tile[:, -1]])
    ink = tile == (1 if (edge == 0).sum() > (edge == 1).sum() else 0)
    ys, xs = np.nonzero(ink)
    box = Image.fromarray((ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] * 255).astype(np.uint8))
    grey = np.asarray(box.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=float) / 255
    dy, dx = np.gradient(grey)
    bins = ((np.arctan2(dy, dx) % np.pi) / np.pi * BINS).astype(int) % BINS
    size = SIDE // CELLS
    cell = np.arange(SIDE) // size
    histogram = np.zeros((CELLS, CELLS, BINS))
    np.add.at(histogram, (cell[:, None], cell[None, :], bins), np.hypot(dx, dy))
    flat = histogram.ravel()
    return np.sqrt(flat / (flat.sum() + 1e-9))


if __name__ == "__main__":
    main()
