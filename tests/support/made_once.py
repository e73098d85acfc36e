"""What each portal of the tests would make again, and is made once: templates, addresses, scripts of migrations."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import sqlite_utils.db
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

_WIZARD = Path(__file__).parents[2] / "wizard"


class Compiled(BytecodeCache):
    """Templates, compiled once; in a folder, where there is one, for the other workers and the next run too.

    The portal has its own compiler, which says its sentences: what another version of the code compiled is not read.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._kept: dict[str, bytes] = {}
        code = sha256(version("jinja2").encode())
        for path in sorted(_WIZARD.rglob("*.py")):
            code.update(path.read_bytes())
        self._code = code.hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._code + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        if self.folder and bucket.key not in self._kept:
            with suppress(FileNotFoundError):
                self._kept[bucket.key] = (self.folder / bucket.key).read_bytes()
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()
        if self.folder:
            written = self.folder / f"{bucket.key}.{os.getpid()}"
            written.write_bytes(self._kept[bucket.key])
            written.replace(self.folder / bucket.key)  # whole, for whoever reads it meanwhile


class Written(Rule):
    """A route; how its address is written is compiled once, half a millisecond that each portal pays for each route."""

    _compiled: ClassVar[dict[tuple[object, ...], Callable[..., Any]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        key = self.rule, self.host, self.subdomain, repr(self.defaults), append_unknown
        if key not in self._compiled:
            self._compiled[key] = super()._compile_builder(append_unknown)
        return self._compiled[key]


COMPILED = Compiled()


def share() -> None:
    """Let all that this process makes share them."""
    Flask.jinja_options = {"bytecode_cache": COMPILED}
    Flask.url_rule_class = Written
    # The library looks for the end of each statement letter by letter: 0.2 s for all the migrations.
    split: Callable[[str], Iterator[str]] = sqlite_utils.db._iter_complete_sql_statements
    sqlite_utils.db._iter_complete_sql_statements = cache(lambda script: tuple(split(script)))  # type: ignore[assignment]
