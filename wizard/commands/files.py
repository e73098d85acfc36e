"""The files that a command is given."""

import os
from pathlib import Path
from typing import Any

import click


class _Present(click.Path):
    """A file that is there; one in a folder that the account may not enter is no absent file, as click would say."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            os.stat(value)
        except PermissionError:
            self.fail(f"le compte qui lance cette commande n'a pas le droit de lire « {value} »", param, ctx)
        except (OSError, ValueError):
            pass  # click tells it
        return super().convert(value, param, ctx)


PRESENT = _Present(exists=True, dir_okay=False, path_type=Path)
