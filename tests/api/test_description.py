"""Whatever the API is asked within its own description, it answers as this description says (schemathesis)."""

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from sqlite_utils import Database

from tests.exports.town import furnish
from tests.support.client import ORIGIN
from wizard.services import consumers


def test_the_api_answers_as_its_description_says(app: Flask, db: Database) -> None:
    furnish(db, 20)
    with app.app_context():
        token = consumers.add(db, "Cantine")
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, base_url=ORIGIN)
    operations = [found.ok() for found in description.get_all_operations()]
    assert {one.path for one in operations} == {f"/api/v1/{name}" for name in ("families", "children", "contacts")}
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
        def answers_as_said(case: Case) -> None:
            db.execute("DELETE FROM limits")  # without a token, it tries as many as it likes
            case.call_and_validate(base_url=ORIGIN, headers=headers)

        answers_as_said()
