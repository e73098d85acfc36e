"""What `doctor` says."""

from click.testing import Result


def wrong(result: Result) -> list[str]:
    """Return what is to be seen to."""
    return _marked(result, "À VOIR")


def notes(result: Result) -> list[str]:
    """Return what is only told."""
    return _marked(result, " note ")


def _marked(result: Result, mark: str) -> list[str]:
    return [line.removeprefix(f"{mark}  ") for line in result.output.splitlines() if line.startswith(mark)]
