"""What who watches over the machine is told: whether its towns are served, how many are not, and never which."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from werkzeug.wrappers import Response

from wizard.services.checks import Finding, Level, working
from wizard.towns.door import is_expected
from wizard.towns.folder import Town

_RETRY_AFTER = 5


def answer(root: Path, towns: Sequence[Town], failed: int) -> Response:
    """Answer as `public/health.py` does for one town; `failed` of these could not be prepared, their folders well."""
    faults = [one for one in _found(root, towns, failed) if one.fault]
    down = any(one.level is Level.DOWN for one in faults)
    told: dict[str, object] = {"status": "down" if down else "degraded" if faults else "ok"}
    if faults:
        told["reasons"] = [{"name": one.name, "sentence": f"{one.subject} : {one.sentence}."} for one in faults]
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(_RETRY_AFTER)} if down else {})
    text = json.dumps(told, separators=(",", ":"))
    return Response(text, 503 if down else 200, mimetype="application/json", headers=headers)


def _found(root: Path, towns: Sequence[Town], failed: int) -> Iterator[Finding]:
    try:
        with os.scandir(root):
            yield from working.under_way(root)
    except OSError:
        yield Finding("Communes", Level.DOWN, "towns-unread", "leur dossier ne se lit pas")
        return
    if missing := sum(map(_is_missing, towns)) + failed:
        level = Level.DOWN if missing >= len(towns) else Level.WRONG
        yield Finding("Communes", level, "towns-missing", f"{missing} à voir, sur {len(towns)} : « towns check »")


def _is_missing(town: Town) -> bool:
    """Whether nobody serves a town: one that left is served elsewhere, once the other machine said so."""
    try:
        return bool(town.fault) or is_expected(town.folder)
    except OSError:
        return True
