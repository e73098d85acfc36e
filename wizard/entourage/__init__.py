"""The entourage: sign in (in the town's frame too), add people, read the summary, deposit."""

from wizard.entourage import adding, deposited, start
from wizard.entourage.blueprint import blueprint

__all__ = ["adding", "blueprint", "deposited", "start"]
