"""What was to be seen to before a release takes the place of another: it is not what this release brings."""

from pathlib import Path

import click

from wizard.services.checks import CHECKS, Finding, Level

_OF_OTHERS = {check.subject for check in CHECKS if check.of_others}

known_before = click.option(
    "--known",
    "file",
    hidden=True,
    metavar="FICHIER",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ce qui allait déjà mal, écrit dans FICHIER s'il n'est pas là : seul le reste est un échec.",
)


class Known:
    """The names of the faults that there were, in a file: the first command writes it, those after it read it.

    Without a file, every fault is a failure of the command. With one, a failure is what keeps families from being
    served or, once the file is there, a fault that it does not name and that the release may have brought.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._before = set(file.read_text("utf-8").split()) if file and file.exists() else None
        self._found: list[str] = []

    def blames(self, finding: Finding, town: str = "") -> bool:
        """Note a finding, and say whether it is a failure."""
        if not finding.fault:
            return False
        name = f"{town}/{finding.name}"
        self._found.append(name)
        if self._file is None or finding.level is Level.DOWN:
            return True
        return self._before is not None and name not in self._before and finding.subject not in _OF_OTHERS

    def keep(self) -> None:
        """Write what was found, if nothing was before. Raises OSError."""
        if self._file and self._before is None:
            self._file.write_text("\n".join(self._found), "utf-8")
