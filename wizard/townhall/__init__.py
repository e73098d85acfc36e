"""The town hall's side: agents sign in, take a dossier from the queue, decide, answer once; administrators keep it."""

from wizard.townhall import (
    administration,
    agents,
    answering,
    batch,
    counter,
    dossier,
    duplicates,
    family,
    guide,
    motives,
    notes,
    notices,
    objections,
    password,
    queue,
    signing_in,
    trace,
)
from wizard.townhall.blueprint import blueprint

__all__ = [
    "administration",
    "agents",
    "answering",
    "batch",
    "blueprint",
    "counter",
    "dossier",
    "duplicates",
    "family",
    "guide",
    "motives",
    "notes",
    "notices",
    "objections",
    "password",
    "queue",
    "signing_in",
    "trace",
]
