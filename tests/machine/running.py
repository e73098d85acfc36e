"""How long two families live in a test: some lives every day, the same each time; by `make machine`, many more."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

_LONG = int(os.environ.get("MACHINE", "0"))


def live(machine: Callable[[sqlite3.Connection], RuleBasedStateMachine], migrated: Path, lives: int) -> None:
    """Run a machine, made from an empty database that is migrated, for as many lives, or MACHINE of them."""
    empty = sqlite3.connect(migrated)
    run_state_machine_as_test(
        lambda: machine(empty),
        settings=settings(
            max_examples=_LONG or lives,
            stateful_step_count=40 if _LONG else 20,
            derandomize=not _LONG,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    empty.close()
