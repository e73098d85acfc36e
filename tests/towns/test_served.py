"""`serve --towns`, as its administrator runs it: each town by its host, over real connections."""

from collections.abc import Callable
from pathlib import Path

from tests.serving.served import wait_for
from tests.towns.conftest import Served
from tests.towns.towns import Visitor, a_town


def test_the_towns_of_a_folder_are_served_each_by_its_host(serve: Callable[..., Served], folder: Path) -> None:
    served = serve(folder)
    assert "Mésanger" in Visitor(served.port, "mesanger.example").get("/").text
    assert Visitor(served.port, "ancenis.example:443").get("/healthz").status_code == 200
    assert Visitor(served.port, "vertou.example").get("/").status_code == 421
    assert "3 commune(s)" in served.said
    assert served.stop() == 0


def test_a_town_that_comes_is_served_without_a_restart(serve: Callable[..., Served], folder: Path) -> None:
    served = serve(folder)
    couffe = Visitor(served.port, "couffe.example")
    assert couffe.get("/").status_code == 421
    a_town(folder, "couffe")
    wait_for(lambda: couffe.get("/").status_code == 200)


def test_a_fault_is_told_at_start_and_keeps_no_other_town(serve: Callable[..., Served], folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_PUBLIC_URL="http://couffe.example")
    served = serve(folder)
    assert Visitor(served.port, "oudon.example").get("/").status_code == 200
    assert "couffe : PORTAIL_PUBLIC_URL" in served.said
