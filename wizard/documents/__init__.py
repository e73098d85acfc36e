"""The documents of a parent's children: sent from a phone, and what is held of them."""

from wizard.documents import own, sending, transfer
from wizard.documents.blueprint import blueprint

__all__ = ["blueprint", "own", "sending", "transfer"]
