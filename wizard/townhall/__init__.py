"""The town hall's side: agents sign in, take a dossier from the queue, decide, answer once."""

from wizard.townhall import (
    answering,
    counter,
    dossier,
    family,
    notes,
    notices,
    objections,
    password,
    queue,
    signing_in,
)
from wizard.townhall.blueprint import blueprint

__all__ = [
    "answering",
    "blueprint",
    "counter",
    "dossier",
    "family",
    "notes",
    "notices",
    "objections",
    "password",
    "queue",
    "signing_in",
]
