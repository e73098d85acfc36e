"""The town hall's clock, agents and browsers."""

from tests.townhall.conftest import a_browser, an_agent, clock, password_hash, signed_in

__all__ = ["a_browser", "an_agent", "clock", "password_hash", "signed_in"]
