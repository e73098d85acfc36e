"""What the sign-up weighs, from a cold cache, byte by byte through a proxy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from tests.net.courier import Answer, Courier
from tests.net.faults import FaultyProxy
from tests.support.portal import Portal
from tests.support.tables import Tell
from tests.support.walk import CONTACTS, IDENTITY, MANUAL, PASSWORD
from tests.walks.town import open_town
from wizard.clock import today
from wizard.values import school_years

KB = 1000

# What a parent answers, step by step: every service, so that every step is asked.
A_DOSSIER: tuple[dict[str, Any], ...] = (
    {"school": "École privée Sainte-Anne", "level": "CE1",
        "services": ["cantine", "matin", "soir", "mercredi", "vacances"]},
    {"meal": "Menu du jour"},
    {"alone": "oui", "alone_from": "16 h 30", "with_sibling": "non"},
    dict.fromkeys(("photo_inside", "photo_bulletin", "photo_web", "swimming", "transport", "outings"), "oui"),
    {},
)  # fmt: skip

# Part → the most its answers may weigh, one by one or all together.
EACH = {"page": 6 * KB, "partial": 2.5 * KB, "partial with the images": 4 * KB, "suggestions": 1.5 * KB}
TOGETHER = {"scripts": 14.5 * KB, "first view": 20 * KB, "sign-up": 35 * KB}


@dataclass
class Scale:
    """Weighs answers: bodies, and all that came down the wire with them."""

    courier: Courier
    proxy: FaultyProxy
    rows: list[tuple[str, str, int, int]] = field(default_factory=list)

    def ask(self, part: str, method: str, path: str, values: dict[str, Any] | None = None) -> Answer:
        before = self.proxy.down
        answer = self.courier.ask(method, path, values, htmx=part.startswith(("partial", "suggestions")))
        assert answer.status == 200, (path, answer.status)
        self.rows.append((part, path.partition("?")[0].rpartition("/")[2], len(answer.body), self.proxy.down - before))
        return answer

    def send(self, part: str, page: Answer, **values: Any) -> Answer:
        """Fill in the page's form and send it."""
        return self.ask(part, "POST", *self.courier.fill_in(page, **values))

    def follow(self, part: str, page: Answer, **values: Any) -> Answer:
        """Fill in the page's form, send it as a browser without script does, and load the page that it leads to."""
        before = self.proxy.down
        sent = self.courier.ask("POST", *self.courier.fill_in(page, **values))
        assert sent.status == 303, sent.status
        self.rows.append(("redirection", "", len(sent.body), self.proxy.down - before))
        return self.ask(part, "GET", sent.headers["Location"])

    def bodies(self, part: str) -> list[int]:
        return [body for name, _path, body, _wire in self.rows if name == part]

    def wire(self, rows: slice = slice(None)) -> int:
        return sum(row[3] for row in self.rows[rows])

    def table(self) -> str:
        lines = [f"{'':26}{'':14}{'body':>8}{'wire':>8}"]
        lines += [f"{part:26}{path[:13]:14}{body:8}{wire:8}" for part, path, body, wire in self.rows]
        return "\n".join([*lines, f"{'all':40}{sum(row[2] for row in self.rows):8}{self.wire():8}"])


@pytest.fixture(params=["gzip, br", "gzip"])
def scale(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Scale]:
    with FaultyProxy(portal.port) as proxy:
        courier = Courier(proxy.port, request.param)
        yield Scale(courier, proxy)
        courier.hang_up()


def test_the_sign_up_stays_within_its_budgets(scale: Scale, tell: Tell) -> None:
    welcome = scale.ask("page", "GET", "/inscription")
    for script in welcome.soup.select("script"):
        scale.ask("scripts", "GET", str(script["src"]))
    first_view = len(scale.rows)
    walk(scale, welcome)
    sums = {
        "scripts": sum(scale.bodies("scripts")),
        "first view": scale.wire(slice(first_view)),
        "sign-up": scale.wire(),
    }
    page_of_a_step(scale)
    tell("weight of the sign-up, in bytes", f"Accept-Encoding: {scale.courier.codings}", scale.table())
    if "br" not in scale.courier.codings:
        return  # told for comparison: every browser that runs the scripts takes brotli
    heaviest = {part: max(scale.bodies(part)) for part in EACH}
    assert {part: weight for part, weight in heaviest.items() if weight > EACH[part]} == {}
    assert {part: weight for part, weight in sums.items() if weight > TOGETHER[part]} == {}


def page_of_a_step(scale: Scale) -> None:
    """What the browser loads when the first step is reloaded, or has no script."""
    opened = scale.courier.ask("POST", "/inscription", {})
    scale.ask("page", "GET", str(opened.headers["Location"]))


def walk(scale: Scale, welcome: Answer) -> None:
    """Sign up as a phone does, with HTMX, three suggestions asked on the way."""
    step = scale.send("partial", welcome)
    step = scale.send("partial", step, **IDENTITY)
    for text in ("12+rue", "12+rue+du", "12+rue+du+moulin"):
        scale.ask("suggestions", "GET", f"/adresses?q={text}")
    step = scale.send("partial", step, saisir="1")
    step = scale.send("partial", step, **MANUAL)
    email = f"{uuid4().hex}@exemple.fr"
    step = scale.send("partial with the images", step, **CONTACTS | {"email": email})
    done = scale.send("partial", step, password=PASSWORD, sans_image="1")
    assert email in done.text


@pytest.fixture
def dossier(portal: Portal) -> Iterator[tuple[Scale, str, str]]:
    """A scale for who is signed in, with the address of their child's dossier, and that of its first step."""
    with FaultyProxy(portal.port) as proxy, open_town(portal) as town:
        family, email = town.a_family(accepted=True)
        scale = Scale(Courier(proxy.port), proxy)
        _action, signing_in = scale.courier.fill_in(scale.courier.ask("GET", "/connexion"), username=email)
        assert scale.courier.ask("POST", "/connexion", signing_in | {"password": PASSWORD}).status == 303
        home = f"/espace/enfants/{family.lines[1].person}/dossier"
        yield scale, home, f"{home}/{school_years.of(today())}/accueils"
        scale.courier.hang_up()


def test_the_dossier_of_a_child_stays_within_its_budget(dossier: tuple[Scale, str, str], tell: Tell) -> None:
    """From the space, whose scripts and stylesheet are there, to what says that it is deposited."""
    scale, home, first = dossier
    step = scale.ask("page", "GET", first)
    for values in (*A_DOSSIER, {}):
        step = scale.send("partial", step, **values)
    assert step.headers["HX-Push-Url"].startswith(f"{home}?depose=")
    tell("weight of a child's dossier, in bytes", "from its first step to « déposé »", scale.table())
    assert scale.wire() <= 15 * KB


def test_the_dossier_of_a_child_without_script_stays_within_its_budget(
    dossier: tuple[Scale, str, str], tell: Tell
) -> None:
    """In whole pages, each behind the answer that leads to it; with the stylesheet, which is asked for once."""
    scale, _home, first = dossier
    step = scale.ask("page", "GET", first)
    scale.ask("stylesheet", "GET", str(step.soup.select_one("link[rel=stylesheet]")["href"]))  # type: ignore[index]
    for values in (*A_DOSSIER, {}):
        step = scale.follow("page", step, **values)
        assert step.soup.style is None
    assert step.soup.select_one(".check[role=status]"), "it is not said to be deposited"
    tell("weight of a child's dossier without script, in bytes", "from its first step to « déposé »", scale.table())
    assert scale.wire() <= 25 * KB


def test_scripts_are_asked_for_once_and_pages_never_kept(portal: Portal) -> None:
    courier = Courier(portal.port)
    page = courier.ask("GET", "/")
    assert page.headers["Cache-Control"] == "no-store"
    for script in page.soup.select("script"):
        headers = courier.ask("GET", str(script["src"])).headers
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["Vary"] == "Accept-Encoding"  # whoever asks gets the same
    courier.hang_up()


def test_a_page_loads_nothing_from_elsewhere_and_nothing_but_its_two_scripts(portal: Portal) -> None:
    courier = Courier(portal.port)
    soup = courier.ask("GET", "/inscription").soup
    loaded = [tag.get("src") or tag.get("href") for tag in soup.select("[src], link[href]")]
    assert len([url for url in loaded if not str(url).startswith("data:")]) == 2
    courier.hang_up()
