"""The town's logo is a file of the town's: whatever it holds, nothing of it runs on the portal's address."""

from pathlib import Path

import pytest

from wizard import create_app

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'


@pytest.mark.parametrize(("name", "policy"), [("logo.svg", "sandbox"), ("logo.png", None)])
def test_a_logo_opened_by_itself_runs_nothing(instance: Path, name: str, policy: str | None) -> None:
    (instance / name).write_text(SVG)
    town = (instance / "town.toml").read_text()
    assert "[town]" in town
    (instance / "town.toml").write_text(town.replace("[town]", f'[town]\nlogo = "{name}"', 1))
    with create_app({"PORTAIL_INSTANCE": instance}).test_client().get("/logo") as answer:
        assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        held = answer.headers.get("Content-Security-Policy")
        assert held is None if policy is None else held and held.startswith("default-src 'none'") and policy in held
