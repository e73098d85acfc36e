"""The routes of several towns, which are the same: compiled once, where each application would take three megabytes."""

from typing import Any

from werkzeug.routing import Map, Rule


class SharedRoutes(Map):
    """Routes that know a rule by what it says, whichever application adds it again."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[Any, ...]] = set()

    def add(self, rulefactory: Any) -> None:
        """Add what is not there yet."""
        for rule in rulefactory.get_rules(self):
            if (key := _said_by(rule)) not in self._known:
                super().add(rule)
                self._known.add(key)


def _said_by(rule: Rule) -> tuple[Any, ...]:
    return rule.rule, rule.endpoint, frozenset(rule.methods or ()), rule.alias, repr(rule.defaults)
