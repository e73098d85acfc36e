"""Which queries no engine could tell apart: five other doors are as near to what was typed as the one meant."""

from collections import defaultdict

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

from tests.bench.addresses_cases import Case, city_of
from wizard.addresses.importing.formats import Row
from wizard.addresses.words import fold

PROPOSED = 5
SHAPES = ("{n}{v}{p}{c}", "{n}{v}{c}{p}", "{n}{v}{c}", "{n}{v}{p}", "{p}{c}{n}{v}")


class Rivals:
    """The doors of the data, each written in the shapes of an address, letters and digits only."""

    def __init__(self, rows: list[Row]) -> None:
        self.of_door: dict[str, dict[tuple[str, str, str], Row]] = defaultdict(dict)
        for row in rows:
            self.of_door[row.number + row.suffix][row.name, row.postcode, row.citycode] = row
        self.written: dict[str, dict[str, list[str]]] = {}

    def leave_it_open(self, case: Case) -> bool:
        """Whether as many doors as are proposed, the one meant apart, are as few letters away from the text."""
        typed, door = _letters(case.text), case.row.number + case.row.suffix
        far = min(OSA.distance(typed, written) for written in _shapes(case.row))
        near: set[str] = set()
        for addresses in self._written(door).values():
            for _, _, position in extract_iter(typed, addresses, scorer=OSA.distance, score_cutoff=far):
                near.add(self.written[door][SHAPES[0]][position])
        return len(near) > PROPOSED

    def _written(self, door: str) -> dict[str, list[str]]:
        if door not in self.written:
            rows = [_shapes(row) for row in self.of_door[door].values()]
            self.written[door] = dict(zip(SHAPES, map(list, zip(*rows, strict=True)), strict=True))
        return self.written[door]


def _shapes(row: Row) -> list[str]:
    parts = {"n": row.number + row.suffix, "v": row.name, "p": row.postcode, "c": city_of(row)}
    return [_letters(shape.format(**parts)) for shape in SHAPES]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
