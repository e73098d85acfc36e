"""The town's address data, as the forms and the suggestions ask it."""

from flask import Flask, current_app

from wizard.addresses import Resolution, Suggestion
from wizard.addresses.index import Index


def search(text: str, limit: int = 5) -> tuple[Suggestion, ...]:
    """Return the addresses that `text` may mean, the town's first; none before an import."""
    return _index().search(text, limit)


def resolve(text: str, address_id: str | None) -> Resolution:
    """Return what a text and the choice sent with it amount to, asked again of the data."""
    return _index().resolve(text, address_id)


def _index() -> Index:
    index: Index = current_app.extensions["addresses"]
    return index


def init_app(app: Flask) -> None:
    """Open the address data, which a later import may replace."""
    settings = app.config["PORTAIL"]
    app.extensions["addresses"] = Index(
        settings.addresses, citycode=settings.town.citycode, neighbours=settings.neighbours
    )
