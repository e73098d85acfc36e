"""What tests measured, told at the end of the run as tables, wherever each of them ran."""

from collections import defaultdict
from collections.abc import Callable

import pytest

_TABLE = "table: "
Tell = Callable[[str, str, str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Return what adds lines to the table of a title, under its head."""
    return lambda title, head, lines: record_property(_TABLE + title, (head, lines))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables."""
    tables: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, told in report.user_properties:
            if name.startswith(_TABLE):
                head, lines = told
                tables[name.removeprefix(_TABLE)][head].append(lines)
    for title, parts in sorted(tables.items()):
        terminalreporter.section(title)
        for head, told in sorted(parts.items()):
            terminalreporter.line("\n".join([head, *sorted(told)]))
