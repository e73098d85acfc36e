"""What agents make of a child declared twice is theirs: no page of a parent, and no copy of their data, tells it."""

import re

from tests.homes.conftest import Homes
from tests.homes.test_crossing import PAGES
from tests.support.families import a_family
from wizard.db import transaction
from wizard.services.duplicates import comparing, finding, merging
from wizard.stores import agents, likenesses, people


def test_no_page_of_a_parent_nor_their_copy_tells_any_of_it(homes: Homes) -> None:
    """Another family declares the child too; agents tell them apart, doubt, join: the parent reads what they did."""
    db, a = homes.db, homes.cast.a.dossier
    again = a_family(db, homes.cast.a.account.email.split("@")[0], "Alix", "+33600000000")
    child = people.members(db, a.household)
    identity = next(one.identity for one in child if one.person == homes.child)
    with transaction(db):
        people.set_identity(db, again.lines[1].person, identity)

    def read() -> dict[str, str]:
        return {path: strip(homes.a.get(path).text) for path in PAGES}

    before = read()
    while finding.catch_up(db):
        pass
    number = next(one.id for one in likenesses.of_people(db, [homes.child]))
    agent = agents.by_id(db, 1)
    assert agent and read() == before
    for gesture in (comparing.tell_apart, comparing.doubt):
        with homes.app.app_context():
            assert gesture(db, agent, number)
        assert read() == before
    with homes.app.app_context():
        found = comparing.compared(db, number)
        assert found
        merging.join(db, agent, number, merging.seal(db, found))
    assert read() == before  # the other home has nothing accepted yet


def strip(text: str) -> str:
    """Return a page without what is drawn anew each time."""
    return re.sub(r'(name="csrf_token" value|nonce|name="seen" value)="[^"]*"', "", text)
