"""What a town has is its own: its host, its files, its sessions, its counts; its faults too."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from tests.security.actors import a_parent
from tests.support.client import check
from tests.support.walk import PASSWORD
from tests.towns.towns import NAMES, a_town, closed_to_us, write_variables
from wizard.db import close_connections, connect
from wizard.services.passwords import hash_password
from wizard.settings import SettingsError
from wizard.towns import hosting as module
from wizard.towns.door import ARRIVED, LEFT
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting, host_of
from wizard.web.log_lines import _where


def ask(hosting: Hosting, host: str, path: str = "/", **options: object) -> TestResponse:
    return Client(hosting, use_cookies=False).get(path, base_url=f"https://{host}", **options)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the folder, and at what failed, each time."""
    monkeypatch.setattr(module, "_EVERY", 0.0)
    monkeypatch.setattr(module, "_AGAIN", 0.0)


def test_each_host_is_its_town(hosting: Hosting) -> None:
    assert "Mairie d'Oudon" in ask(hosting, "oudon.example").text.replace("&#39;", "'")
    assert "Ancenis" in ask(hosting, "ancenis.example").text
    assert "Oudon" not in ask(hosting, "ancenis.example").text.replace("oudon.example", "")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Oudon.Example", "oudon.example"),
        ("oudon.example:8000", "oudon.example"),
        ("oudon.example.", "oudon.example"),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_a_host_is_known_however_it_is_written(header: str, expected: str) -> None:
    assert host_of(header) == expected


@pytest.mark.parametrize(
    "host", ["vertou.example", "127.0.0.1", "oudon.example.attacker.example", "xn--oudn-6pa.example"]
)
def test_an_unknown_host_reads_a_page_that_names_nobody(hosting: Hosting, host: str) -> None:
    answer = ask(hosting, host, "/mairie")
    check(answer.text)
    assert answer.status_code == 421 and answer.headers["Cache-Control"] == "no-store"
    assert not any(name in answer.text.lower() for name in ("oudon", "ancenis", "mesanger", "mésanger"))


def test_a_monitor_of_the_machine_knows_how_many_towns_are_not_served_and_never_which(
    hosting: Hosting, folder: Path
) -> None:
    def told() -> tuple[int, str]:
        answer = ask(hosting, "127.0.0.1:8000", "/healthz")
        assert not any(name in answer.text.lower() for name in (*NAMES, str(folder)))
        assert answer.headers["Cache-Control"] == "no-store" and ("Retry-After" in answer.headers) is (
            answer.status_code == 503
        )
        reasons = [reason["sentence"] for reason in answer.json.get("reasons", [])]
        return answer.status_code, " ".join([answer.json["status"], *reasons])

    assert ask(hosting, "127.0.0.1:8000", "/healthz").text == '{"status":"ok"}' and told() == (200, "ok")
    write_variables(folder / "oudon", {})
    assert told() == (200, "degraded Communes : 1 à voir, sur 3 : « towns check ».")
    (folder / "ancenis" / LEFT).write_text(f"0123456789abcdef{ARRIVED}")
    assert told() == (200, "degraded Communes : 1 à voir, sur 3 : « towns check ».")  # it is served elsewhere
    (folder / "ancenis" / LEFT).write_text("0123456789abcdef")
    assert told() == (200, "degraded Communes : 2 à voir, sur 3 : « towns check ».")
    with closed_to_us(folder / "mesanger"):
        assert told() == (503, "down Communes : 3 à voir, sur 3 : « towns check ».")
    (folder / "ancenis" / LEFT).unlink()
    write_variables(folder / "oudon", {"PORTAIL_PUBLIC_URL": "https://oudon.example"})
    assert told() == (200, "ok")
    with closed_to_us(folder):
        assert told() == (503, "down Communes : leur dossier ne se lit pas.")
    assert told() == (200, "ok")


def test_each_town_writes_in_its_own_files(hosting: Hosting, folder: Path) -> None:
    ask(hosting, "oudon.example")
    assert (folder / "oudon" / "portail.db").exists() and not (folder / "ancenis" / "portail.db").exists()
    client = Client(hosting)
    client.post("/inscription", base_url="https://ancenis.example", headers={"Sec-Fetch-Site": "same-origin"})
    assert drafts(folder / "ancenis") == 1 and drafts(folder / "oudon") == 0


def drafts(town: Path) -> int:
    db = sqlite3.connect(town / "portail.db")
    count = db.execute("SELECT count(*) FROM drafts").fetchone()[0]
    db.close()
    return int(count)


def test_a_database_that_is_another_town_s_is_refused(hosting: Hosting, folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_DATABASE=str(folder / "oudon" / "portail.db"))
    assert ask(hosting, "couffe.example").status_code == 503
    assert ask(hosting, "oudon.example").status_code == 200


def test_a_town_that_would_tell_the_measures_of_all_is_refused(hosting: Hosting, folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_METRICS_TOKEN="3f9a07bc11d2e8465a90c7bb")
    assert ask(hosting, "couffe.example").status_code == 503
    assert ask(hosting, "oudon.example").status_code == 200


@pytest.mark.parametrize("name", ["PORTAIL_SECRET_KEY", "PORTAIL_DOCUMENTS_KEY"])
def test_two_towns_with_one_key_are_both_refused(hosting: Hosting, folder: Path, name: str) -> None:
    key = "the documents' key of oudon, long enough" if "DOCUMENTS" in name else "the secret key of oudon, long enough"
    a_town(folder, "couffe", **{name: key})
    assert ask(hosting, "couffe.example").status_code == 503
    assert ask(hosting, "oudon.example").status_code == 503
    assert ask(hosting, "ancenis.example").status_code == 200


def test_two_towns_with_one_host_are_both_refused(hosting: Hosting, folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_PUBLIC_URL="https://oudon.example")
    assert ask(hosting, "oudon.example").status_code == 503
    assert ask(hosting, "ancenis.example").status_code == 200


def test_what_the_environment_gives_is_no_town_s_key(folder: Path) -> None:
    write_variables(folder / "oudon", {"PORTAIL_PUBLIC_URL": "https://oudon.example"})
    given = {"PORTAIL_METRICS_TOKEN": "3f9a07bc11d2e8465a90c7bb", "PORTAIL_LOG": " json "}
    oudon = Folder(folder, given).look()["oudon"].environ
    assert "PORTAIL_METRICS_TOKEN" not in oudon and oudon["PORTAIL_LOG"] == "json"
    with pytest.raises(SettingsError, match="PORTAIL_SECRET_KEY : variable inconnue"):
        Folder(folder, given | {"PORTAIL_SECRET_KEY": "of all, and long enough"})


def test_what_is_counted_in_a_town_limits_no_other(hosting: Hosting) -> None:
    def sign_up(host: str) -> int:
        headers = {"Sec-Fetch-Site": "same-origin"}
        return Client(hosting).post("/inscription", base_url=f"https://{host}", headers=headers).status_code

    for _ in range(200):
        if sign_up("oudon.example") == 429:
            break
    assert sign_up("oudon.example") == 429 and sign_up("ancenis.example") == 303


def test_a_session_of_one_town_opens_nothing_in_another(hosting: Hosting, folder: Path) -> None:
    """Though its database had the same account, and the same session: the cookie is signed by the key of its town."""
    for slug in ("oudon", "ancenis"):
        ask(hosting, f"{slug}.example")
    with hosting.app_of("oudon").app_context(), closing(connect(folder / "oudon" / "portail.db")) as db:
        email = a_parent(db, "Parent", hash_password(PASSWORD)).account.email
    client = Client(hosting)
    page = client.get("/connexion", base_url="https://oudon.example")
    token = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    form = {"csrf_token": token, "username": email, "password": PASSWORD}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/connexion", base_url="https://oudon.example", data=form, headers=headers)
    cookie = client.get_cookie("__Host-portail", domain="oudon.example")
    assert answer.status_code == 303 and cookie is not None
    close_connections()
    oudon, ancenis = (folder / slug / "portail.db" for slug in ("oudon", "ancenis"))
    with closing(sqlite3.connect(oudon)) as db, closing(sqlite3.connect(ancenis)) as other:
        db.backup(other)
    sent = {"Cookie": f"__Host-portail={cookie.value}"}
    assert ask(hosting, "oudon.example", "/espace", headers=sent).status_code == 200
    elsewhere = ask(hosting, "ancenis.example", "/espace", headers=sent)
    assert elsewhere.status_code == 303 and elsewhere.headers["Location"].startswith("/connexion")


@pytest.mark.parametrize("fault", ["town.toml", "portail.env", "corrupt", "no right", "later"])
def test_the_fault_of_a_town_is_its_own(
    hosting: Hosting, folder: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    town = folder / "oudon"
    match fault:
        case "town.toml":
            (town / "town.toml").write_text('[town]\nname = "Oudon"\n')
        case "portail.env":
            (town / "portail.env").write_text("PORTAIL_SECRET_KEY: cret\n")
        case "corrupt":
            (town / "portail.db").write_bytes(b"no database at all" * 500)
        case "no right":
            (town / "portail.env").chmod(0o644)
        case "later":
            db = sqlite3.connect(town / "portail.db")
            db.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
            db.execute("INSERT INTO _sqlite_migrations VALUES ('portail', '9999_later', '2030-01-01')")
            db.commit()
            db.close()
    answer = ask(hosting, "oudon.example")
    assert ask(hosting, "ancenis.example").status_code == 200
    if fault == "portail.env":  # whose host is not known any more
        assert answer.status_code == 421
        return
    check(answer.text)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 0
    assert "town oudon cannot be served" in caplog.text and "cret" not in caplog.text


def test_a_folder_that_is_another_account_s_takes_no_other_town_down(hosting: Hosting, folder: Path) -> None:
    """As `mkdir` or `cp -a` by root makes one, before the start or while it serves; once given back, it is served."""
    for slug in ("oudon", "mesanger"):
        with closed_to_us(folder / slug):
            assert ask(hosting, f"{slug}.example").status_code == 421
            assert ask(hosting, "ancenis.example").status_code == 200
            a_town(folder, f"apres-{slug}")
            assert ask(hosting, f"apres-{slug}.example").status_code == 200
            assert f"chown -R --reference={folder} {folder / slug}" in Folder(folder, {}).look()[slug].fault
        assert ask(hosting, f"{slug}.example").status_code == 200


def test_a_town_put_right_is_served_without_a_restart(hosting: Hosting, folder: Path) -> None:
    right = (folder / "oudon" / "town.toml").read_text()
    (folder / "oudon" / "town.toml").write_text("[town")
    assert ask(hosting, "oudon.example").status_code == 503
    (folder / "oudon" / "town.toml").write_text(right)
    assert ask(hosting, "oudon.example").status_code == 200


def test_towns_come_and_leave_without_a_restart(hosting: Hosting, folder: Path) -> None:
    assert ask(hosting, "couffe.example").status_code == 421
    a_town(folder, "couffe")
    assert ask(hosting, "couffe.example").status_code == 200
    (folder / "couffe").rename(folder.parent / "couffe")
    assert ask(hosting, "couffe.example").status_code == 421


def test_a_town_that_comes_back_is_read_in_its_new_file(hosting: Hosting, folder: Path) -> None:
    """The thread that answers had its former file open."""

    def sign_up() -> int:
        headers = {"Sec-Fetch-Site": "same-origin"}
        return Client(hosting).post("/inscription", base_url="https://oudon.example", headers=headers).status_code

    hosting.look()
    hosting.app_of("oudon")
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(sign_up).result() == 303
        (folder / "oudon").rename(folder.parent / "oudon")
        a_town(folder, "oudon")
        hosting.look()
        hosting.app_of("oudon")
        assert thread.submit(sign_up).result() == 303
        thread.submit(close_connections).result()
    assert drafts(folder / "oudon") == 1 and drafts(folder.parent / "oudon") == 1


def test_the_log_names_the_town_of_each_line(hosting: Hosting, folder: Path) -> None:
    ask(hosting, "oudon.example")
    with hosting.app_of("oudon").app_context():
        assert _where()["town"] == "Oudon"
    with hosting.app_of("mesanger").app_context():
        assert _where()["town"] == "Mésanger"
