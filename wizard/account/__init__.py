"""The parents' account, at top level only: sign-in, activation, the family's page, their own data."""

from wizard.account import (
    activating,
    confirming,
    credentials,
    leaving,
    moving,
    personal_data,
    recovering,
    signing_in,
    space,
    withdrawing,
)
from wizard.account.blueprint import blueprint

__all__ = [
    "activating",
    "blueprint",
    "confirming",
    "credentials",
    "leaving",
    "moving",
    "personal_data",
    "recovering",
    "signing_in",
    "space",
    "withdrawing",
]
