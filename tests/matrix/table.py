"""The table of what a parent could do in the town's frame: a row for each engine, its cookies, its scripts."""

from collections.abc import Iterable, Mapping

from tests.matrix.engines import Mode

TITLE = "in the town's frame, over TLS, on another site"
DONE = ("signed up", "resumed after reload", "entourage deposited")
_WIDTHS = (10, 22, 7, *map(len, DONE))


def row(mode: Mode, scripts: bool, done: Mapping[str, bool]) -> str:
    """Return what was done in a mode, as a line."""
    return _line((mode.engine, mode.name, _yes(scripts), *(_yes(done.get(name, False)) for name in DONE)))


def head() -> str:
    return _line(("engine", "cookies", "scripts", *DONE))


def _line(cells: Iterable[str]) -> str:
    return " | ".join(f"{cell:{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _yes(value: bool) -> str:
    return "yes" if value else "no"
