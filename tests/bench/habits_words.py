"""What every habit of writing needs: the words of an address as the data has them."""

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from wizard.addresses.importing.formats import Row

Habit = Callable[[Row, random.Random], str | None]
LISTS = tomllib.loads(Path(__file__).with_name("habits.toml").read_text("utf-8"))
LATER = re.compile(r"(?<=\w )(?:de la|de l['’]|d['’]|de|du|des|la|les|le|l['’]|aux|au|à|et) ?\b", re.IGNORECASE)


def city(row: Row) -> str:
    return "Paris" if row.citycode.startswith("751") else row.city


def number(row: Row) -> str:
    return " ".join(filter(None, (row.number, row.suffix)))


def whole(row: Row, name: str | None = None, door: str | None = None) -> str:
    return f"{number(row) if door is None else door} {name or row.name} {row.postcode or city(row)} {city(row)}".strip()
