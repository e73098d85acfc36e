"""The parents' account, at top level only: sign-in, activation, the family's page, their own data."""

from wizard.account import (
    activating,
    cancelling,
    confirming,
    credentials,
    inviting,
    joining,
    leaving,
    moving,
    objecting,
    one_day,
    personal_data,
    recovering,
    reviewing,
    signing_in,
    space,
    withdrawing,
)
from wizard.account.blueprint import blueprint

__all__ = [
    "activating",
    "blueprint",
    "cancelling",
    "confirming",
    "credentials",
    "inviting",
    "joining",
    "leaving",
    "moving",
    "objecting",
    "one_day",
    "personal_data",
    "recovering",
    "reviewing",
    "signing_in",
    "space",
    "withdrawing",
]
