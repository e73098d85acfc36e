"""The town hall's side: agents sign in, take a dossier from the queue, decide, answer once."""

from wizard.townhall import answering, dossier, guide, notices, objections, password, queue, signing_in
from wizard.townhall.blueprint import blueprint

__all__ = ["answering", "blueprint", "dossier", "guide", "notices", "objections", "password", "queue", "signing_in"]
