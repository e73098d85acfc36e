"""What the town's site may show in a page of its own: what says so, and nothing else."""

from flask import Blueprint, current_app, request


class FramedBlueprint(Blueprint):
    """A blueprint whose pages may be shown in the town's page."""


def may_be_framed() -> bool:
    """Whether the town's site may show this page in its own; of errors, those met beside pages that may be."""
    if request.endpoint:
        return _frames(request.endpoint)
    beginning = _beginning(request.path)
    beside = [rule for rule in current_app.url_map.iter_rules() if _beginning(rule.rule) == beginning]
    return any(_frames(rule.endpoint) for rule in beside)


def is_framed() -> bool:
    """Whether this page is shown in the town's page."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def _frames(endpoint: str) -> bool:
    return isinstance(current_app.blueprints.get(endpoint.rpartition(".")[0]), FramedBlueprint)


def _beginning(path: str) -> str:
    return path.split("/")[1]
