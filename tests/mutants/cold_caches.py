"""What a function keeps from one call to the next is forgotten before each test: a fault put in it shows in each."""

import functools
import sys

_MUTATED = ("wizard.journey", "wizard.services", "wizard.stores")


def pytest_runtest_setup() -> None:
    """Empty the caches of the mutated modules."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_MUTATED):
            for kept in vars(module).values():
                if isinstance(kept, functools._lru_cache_wrapper):
                    kept.cache_clear()
