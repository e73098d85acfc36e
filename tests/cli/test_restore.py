"""A restored copy brings back what was lost, not what was ended, changed or deleted since it was made."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import a_family, ask_contact, decide, tick_both
from tests.support.families_before import a_family_before, answer_before
from tests.support.walk import PASSWORD, sign_in
from wizard.clock import now
from wizard.db import close_connections, connect, transaction
from wizard.hashing import digest
from wizard.migrations import migrate, migrations
from wizard.models import Account, Action, AgentRole, Dossier, DraftKind, Permission
from wizard.services import agents as service
from wizard.services import passwords, personal_data, recovery, retention, tokens, withdrawing
from wizard.stores import accounts, agent_journal, agents, drafts, ledger, withdrawals

Run = Callable[..., Result]
OTHER = "la brume se lève sur les coteaux"
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def family(app: Flask, db: Database, password_hash: str) -> Dossier:
    """A family whose parent signs in with PASSWORD."""
    dossier = a_family(db, name="Kervarrec")
    decide(db, dossier.id)
    with transaction(db):
        accounts.set_password(db, dossier.account, password_hash)
    return dossier


@pytest.fixture
def agent(app: Flask, db: Database, password_hash: str) -> int:
    """An agent whose phone is not enrolled yet."""
    return agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, password_hash, now())


@pytest.fixture
def restored(run: Run, db: Database, tmp_path: Path, family: Dossier, agent: int) -> Callable[[], str]:
    """A copy is made before the test; return how to restore it, and what that tells."""
    assert run("backup", tmp_path / "nuit.db").exit_code == 0

    def restore() -> str:
        close_connections()
        db.close()
        result = run("restore", tmp_path / "nuit.db")
        assert result.exit_code == 0, result.output
        return result.output

    return restore


def email_of(family: Dossier) -> str:
    return f"parent{family.lines[0].person}@exemple.fr"


def agent_signs_in(client: CheckedClient, password: str = PASSWORD) -> str | None:
    """Enrol a phone, and return its secret; None when the password is refused."""
    page = submit(client, client.get("/mairie/connexion"), email="claire@oudon.example", password=password)
    if page.status_code != 303:
        return None
    page = follow(client, page)
    secret = str(read(page).select_one("#secret").get_text()).replace(" ", "")
    assert submit(client, page, code=pyotp.TOTP(secret).at(now())).status_code == 303
    return secret


def test_an_account_deleted_since_the_copy_cannot_sign_in(
    app: Flask, db: Database, instance: Path, client: CheckedClient, family: Dossier, restored: Callable[[], str]
) -> None:
    with app.app_context():
        link = tokens.issue(db, "deletion", account=family.account, lifetime=timedelta(hours=1))
        assert personal_data.delete(db, link.token)
    assert "1 espace(s) effacé(s)" in restored()
    assert sign_in(client, email_of(family)).status_code == 422
    assert b"Kervarrec" not in (instance / "portail.db").read_bytes()
    after = connect(instance / "portail.db")
    assert after.execute("SELECT count(*) FROM households").fetchone() == (0,)
    assert after.execute("SELECT count(*) FROM tombstones").fetchone() == (1,)
    after.close()


def test_an_account_purged_since_the_copy_is_deleted_again(
    app: Flask, db: Database, client: CheckedClient, family: Dossier, restored: Callable[[], str]
) -> None:
    account = accounts.by_id(db, family.account)
    assert account is not None
    with transaction(db):
        retention.erase(db, account, now())
    restored()
    assert sign_in(client, email_of(family)).status_code == 422


def test_who_was_not_deleted_signs_in_as_before(
    client: CheckedClient, family: Dossier, restored: Callable[[], str]
) -> None:
    assert "0 espace(s) effacé(s)" in restored()
    assert sign_in(client, email_of(family)).status_code == 303


def test_no_session_outlives_a_restore(
    app: Flask, db: Database, run: Run, tmp_path: Path, family: Dossier, agent: int
) -> None:
    parent, clerk = app.test_client(), app.test_client()
    assert sign_in(parent, email_of(family)).status_code == 303 and agent_signs_in(clerk)
    run("backup", tmp_path / "signed-in.db")
    close_connections()
    db.close()
    assert run("restore", tmp_path / "signed-in.db").exit_code == 0
    assert parent.get("/espace").status_code == 303
    assert clerk.get("/mairie").location.startswith("/mairie/connexion")


def test_an_untouched_copy_opens_what_was_open(
    app: Flask, db: Database, run: Run, tmp_path: Path, family: Dossier
) -> None:
    """The portal was stopped all the while: nothing was ended since."""
    parent = app.test_client()
    assert sign_in(parent, email_of(family)).status_code == 303
    run("backup", tmp_path / "signed-in.db")
    close_connections()
    db.close()
    result = run("restore", "--untouched", tmp_path / "signed-in.db")
    assert result.exit_code == 0 and "fermés" not in result.output
    assert parent.get("/espace").status_code == 200


def test_a_password_proved_before_a_restore_does_not_lead_to_the_code(
    client: CheckedClient, restored: Callable[[], str]
) -> None:
    submit(client, client.get("/mairie/connexion"), email="claire@oudon.example", password=PASSWORD)
    assert client.get("/mairie/connexion/code").status_code == 200
    restored()
    assert client.get("/mairie/connexion/code").status_code == 303


@pytest.mark.parametrize("table", ["sessions", "held_forms", "draft_tokens", "receipts", "tokens"])
def test_nothing_that_opens_something_is_left_in_a_restored_copy(
    app: Flask, db: Database, run: Run, instance: Path, tmp_path: Path, family: Dossier, table: str
) -> None:
    a_row_of_each(db, family.account)
    assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    run("backup", tmp_path / "full.db")
    close_connections()
    db.close()
    assert run("restore", tmp_path / "full.db").exit_code == 0
    after = connect(instance / "portail.db")
    assert after.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    after.close()


def a_row_of_each(db: Database, account: int) -> None:
    later = "2027-01-01T00:00:00+00:00"
    for statement in (
        "INSERT INTO drafts (id, kind, account, created_at, touched_at, expires_at)"
        " VALUES (1, 'entourage', :a, :t, :t, :t)",
        "INSERT INTO draft_tokens (token_sha256, draft, expires_at) VALUES ('x', 1, :t)",
        "INSERT INTO sessions (id_sha256, account, expires_at) VALUES ('x', :a, :t)",
        "INSERT INTO held_forms (token_sha256, account, path, fields, expires_at) VALUES ('x', :a, '/', '{}', :t)",
        "INSERT INTO receipts (token_sha256, kind, account, expires_at) VALUES ('x', 'signup', :a, :t)",
        "INSERT INTO tokens (token_sha256, purpose, account, created_at, expires_at)"
        " VALUES ('x', 'password', :a, :t, :t)",
    ):
        db.execute(statement, {"a": account, "t": later})


def test_a_session_that_a_new_password_ended_stays_dead_and_so_does_the_former_password(
    app: Flask, db: Database, client: CheckedClient, family: Dossier, restored: Callable[[], str]
) -> None:
    assert sign_in(client, email_of(family)).status_code == 303
    with app.app_context(), transaction(db):
        recovery.change_password(db, family.account, passwords.hash_password(OTHER))
    assert "1 parent(s) avaient changé de mot de passe" in restored()
    assert client.get("/espace").status_code == 303
    assert sign_in(client, email_of(family)).status_code == 422


def test_a_password_changed_before_the_copy_is_the_right_one_after(
    app: Flask,
    db: Database,
    run: Run,
    tmp_path: Path,
    client: CheckedClient,
    family: Dossier,
    clock: time_machine.Traveller,
) -> None:
    with app.app_context(), transaction(db):
        recovery.change_password(db, family.account, passwords.hash_password(OTHER))
    run("backup", tmp_path / "after.db")
    close_connections()
    db.close()
    for _time in range(2):
        assert "0 parent(s)" in run("restore", tmp_path / "after.db").output
        clock.shift(timedelta(seconds=1))
    assert sign_in(client, email_of(family), OTHER).status_code == 303


def test_the_former_password_of_an_agent_who_changed_it_opens_nothing(
    app: Flask, db: Database, client: CheckedClient, agent: int, restored: Callable[[], str]
) -> None:
    known = agents.by_id(db, agent)
    assert known is not None
    with app.app_context():
        service.change_password(db, known, OTHER)
    assert "1 agent(s) n'ont plus d'accès" in restored()
    assert agent_signs_in(client) is None


def parent_account(db: Database, family: Dossier) -> Account:
    account = accounts.by_id(db, family.account)
    assert account is not None
    return account


def test_a_right_withdrawn_since_the_copy_is_withdrawn_again_at_its_date_and_told_to_the_town(
    app: Flask, db: Database, instance: Path, family: Dossier, agent: int, restored: Callable[[], str],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    account, contact = parent_account(db, family), family.lines[2].person
    with app.test_request_context():
        withdrawing.withdraw(db, account, contact, None)
    with transaction(db):
        withdrawals.mark_seen(db, [1], agent, now())
    clock.shift(timedelta(hours=3))
    assert "1 droit(s) retiré(s)" in restored()
    after = connect(instance / "portail.db")
    assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
    (again,) = withdrawals.unseen(after)
    assert (again.contact, again.what, again.at) == (contact, "collect", START)
    after.close()


def test_a_draft_of_the_copy_does_not_ask_again_a_right_withdrawn_since(
    app: Flask, db: Database, run: Run, instance: Path, tmp_path: Path, family: Dossier
) -> None:
    account, contact, child = parent_account(db, family), family.lines[2].person, family.lines[1].person
    typed = {"children": [f"p{child}"], "may_collect": ["y"], "emergency": ["y"]}
    with transaction(db):
        tick_both(db)
        draft = drafts.add(db, DraftKind.ENTOURAGE, now(), timedelta(days=30), account.id)
        drafts.save(db, draft, f"contact:p{contact}", typed)
    run("backup", tmp_path / "ticked.db")
    with app.test_request_context():
        withdrawing.withdraw(db, account, contact, [(child, Permission.COLLECT)])
    close_connections()
    db.close()
    assert "1 droit(s) retiré(s)" in run("restore", tmp_path / "ticked.db").output
    after = connect(instance / "portail.db")
    (left,) = drafts.unfinished(after, account.id)
    assert "may_collect" not in left.raw and left.raw["emergency"] == ["y"] and left.raw["children"] == [f"p{child}"]
    after.close()


def test_one_of_two_rights_withdrawn_since_the_copy_is_the_one_that_goes(
    app: Flask, db: Database, instance: Path, run: Run, tmp_path: Path, family: Dossier
) -> None:
    """Whichever of the copies is restored: before the first withdrawal, between the two, after them."""
    account, child = parent_account(db, family), family.lines[1].person
    tick_both(db)
    for name, what in (("none", Permission.COLLECT), ("one", Permission.EMERGENCY), ("both", None)):
        assert run("backup", tmp_path / f"{name}.db").exit_code == 0
        if what:
            with app.test_request_context():
                withdrawing.withdraw(db, account, family.lines[2].person, [(child, what)])
    close_connections()
    db.close()
    for name, again in (("none", 2), ("one", 1), ("both", 0)):
        assert f"{again} droit(s) retiré(s)" in run("restore", tmp_path / f"{name}.db").output
        after = connect(instance / "portail.db")
        assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
        assert after.execute("SELECT count(*) FROM withdrawals").fetchone() == (2,)
        after.close()


def test_a_right_asked_again_after_its_withdrawal_is_not_taken_by_a_restore(
    app: Flask, db: Database, instance: Path, run: Run, tmp_path: Path, family: Dossier
) -> None:
    with app.test_request_context():
        withdrawing.withdraw(db, parent_account(db, family), family.lines[2].person, None)
    ask_contact(db, family, may_collect=True, emergency=False)
    run("backup", tmp_path / "asked-again.db")
    close_connections()
    db.close()
    assert "0 droit(s) retiré(s)" in run("restore", tmp_path / "asked-again.db").output
    after = connect(instance / "portail.db")
    assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (1,)
    after.close()


def test_a_right_of_a_contact_corrected_since_the_copy_then_withdrawn_is_withdrawn_again(
    app: Flask, db: Database, instance: Path, family: Dossier, restored: Callable[[], str]
) -> None:
    contact = family.lines[2].person
    ask_contact(db, family, may_collect=True, emergency=True)
    with app.test_request_context():
        withdrawing.withdraw(db, parent_account(db, family), contact, None)
    assert "1 droit(s) retiré(s)" in restored(), "the copy held one of the two"
    after = connect(instance / "portail.db")
    assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
    after.close()


def test_a_right_withdrawn_since_is_withdrawn_again_in_a_copy_made_before_the_update(
    app: Flask, db: Database, run: Run, instance: Path, tmp_path: Path
) -> None:
    close_connections()
    db.close()
    database = instance / "portail.db"
    database.unlink()
    live = connect(database)
    with transaction(live):
        migrations.apply(live, stop_before="m0006_withdrawals")
    family = a_family_before(live)
    answer_before(live, family.dossiers[0], "2026-03-05T09:00:00+00:00")
    live.execute("VACUUM INTO ?", (str(tmp_path / "before.db"),))
    migrate(live)
    account = accounts.by_id(live, family.account)
    assert account is not None
    with app.test_request_context():
        withdrawing.withdraw(live, account, family.contact, None)
    live.close()
    for _again in range(2):
        assert "1 droit(s) retiré(s)" in run("restore", tmp_path / "before.db").output
        after = connect(database)
        assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
        assert after.execute("SELECT count(*) FROM withdrawals").fetchone() == (1,)
        after.close()


def test_an_agent_who_started_over_before_the_copy_signs_in_after(
    run: Run, db: Database, tmp_path: Path, client: CheckedClient, agent: int
) -> None:
    run("agents", "reset", "claire@oudon.example", input=OTHER + "\n")
    run("backup", tmp_path / "after.db")
    close_connections()
    db.close()
    assert "0 agent(s)" in run("restore", tmp_path / "after.db").output
    assert agent_signs_in(client, OTHER)


@pytest.mark.parametrize("command", ["remove", "reset"])
def test_an_agent_whose_access_was_taken_back_stays_out(
    run: Run, client: CheckedClient, restored: Callable[[], str], command: str
) -> None:
    assert run("agents", command, "claire@oudon.example", input=OTHER + "\n").exit_code == 0
    assert "1 agent(s) n'ont plus d'accès" in restored()
    assert agent_signs_in(client) is None
    assert run("agents", "reset", "claire@oudon.example", input=OTHER + "\n").exit_code == 0
    assert agent_signs_in(client, OTHER)


def test_no_copy_gives_back_a_role_taken_away_nor_opens_an_invitation(
    app: Flask, run: Run, db: Database, instance: Path, tmp_path: Path, client: CheckedClient, family: Dossier
) -> None:
    for email in ("chef@oudon.example", "claire@oudon.example"):
        run("agents", "create", email, "--role", "administrateur", input=PASSWORD + "\n")
    token, nadia = "t" * 43, agents.add(db, "nadia@oudon.example", AgentRole.RECEPTION, "-", now())
    agents.invite(db, nadia, digest(token), now() + timedelta(days=7))
    assert client.get(f"/mairie/invitation/{token}").status_code == 200
    run("backup", tmp_path / "nuit.db")
    assert run("agents", "role", "claire@oudon.example", "accueil").exit_code == 0
    close_connections()
    db.close()
    assert "1 agent(s) n'ont plus d'accès" in run("restore", tmp_path / "nuit.db").output
    assert agent_signs_in(client) is None
    assert client.get(f"/mairie/invitation/{token}").status_code == 410


def test_a_recovery_code_spent_since_the_copy_is_spent(
    app: Flask, db: Database, run: Run, tmp_path: Path, agent: int, clock: time_machine.Traveller
) -> None:
    agent_signs_in(app.test_client())
    known = agents.by_id(db, agent)
    assert known is not None
    with app.app_context():
        code = service.recovery_codes(known)[0]
        run("backup", tmp_path / "enrolled.db")
        assert service.check_code(db, known, code)
    close_connections()
    db.close()
    assert run("restore", tmp_path / "enrolled.db").exit_code == 0
    after = connect(app.config["PORTAIL"].database)
    with app.app_context():
        assert not service.check_code(after, known, code)
    after.close()


def test_the_ledger_is_for_its_owner_alone_and_holds_no_name_and_no_address(
    app: Flask, db: Database, instance: Path, family: Dossier, agent: int
) -> None:
    account = accounts.by_id(db, family.account)
    assert account is not None
    with app.app_context():
        service.dismiss(db, "claire@oudon.example")
        with transaction(db):
            recovery.change_password(db, family.account, passwords.hash_password(OTHER))
            retention.erase(db, account, now())
    path = ledger.beside(instance / "portail.db")
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text().splitlines()
    assert len(lines) == 3
    for line in lines:
        moment, seal = line.split()
        assert moment == "2026-11-24T09:00:00+00:00"
        assert len(seal) == 32 and int(seal, 16) >= 0


def test_a_line_cut_short_spoils_no_other(db: Database, instance: Path, family: Dossier) -> None:
    path = ledger.beside(instance / "portail.db")
    path.write_text("2026-11-24T09:00:00+00:00 0123")
    with transaction(db):
        ledger.add(db, "ab" * 16, now())
    assert ledger.read(path) == {"ab" * 16}


def test_what_is_dropped_of_the_ledger_leaves_the_other_lines_as_they_were(db: Database, instance: Path) -> None:
    path = ledger.beside(instance / "portail.db")
    lines = [f"2026-11-{day}T09:00:00+00:00 {seal * 32}\n" for day, seal in ((10, "a"), (20, "b"), (30, "c"))]
    path.write_text("".join(lines))
    with transaction(db):
        assert ledger.purge(db, datetime(2026, 11, 20, 9, tzinfo=UTC)) == 1
    assert path.read_text() == "".join(lines[1:]) and path.stat().st_mode & 0o777 == 0o600
    assert [*ledger.moments(path).values()] == [datetime(2026, 11, day, 9, tzinfo=UTC) for day in (20, 30)]


def test_nothing_is_deleted_that_the_ledger_could_not_be_told(
    app: Flask, db: Database, instance: Path, family: Dossier
) -> None:
    ledger.beside(instance / "portail.db").mkdir()
    account = accounts.by_id(db, family.account)
    assert account is not None
    with pytest.raises(OSError), transaction(db):
        retention.erase(db, account, now())
    assert accounts.by_id(db, family.account) is not None


def test_the_ledger_is_kept_as_long_as_a_copy_may_be(
    app: Flask, db: Database, instance: Path, clock: time_machine.Traveller
) -> None:
    path, settings = ledger.beside(instance / "portail.db"), app.config["PORTAIL"]
    for seal in ("aa" * 16, "bb" * 16):
        with transaction(db):
            ledger.add(db, seal, now())
        clock.shift(timedelta(days=60))
    clock.move_to(START + timedelta(days=90))
    with app.app_context():
        retention.purge(db, settings, now())
        assert ledger.read(path) == {"aa" * 16, "bb" * 16}
        retention.purge(db, settings, now() + timedelta(days=1))
    assert ledger.read(path) == {"bb" * 16}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_copy_older_than_the_ledger_is_told(restored: Callable[[], str], clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=91))
    assert "plus de 90 jours" in restored()


def test_rights_and_journal_kept_before_withdrawals_existed_are_kept_by_the_migration(tmp_path: Path) -> None:
    db = connect(tmp_path / "before.db")
    with transaction(db):
        migrations.apply(db, stop_before="m0006_withdrawals")
    family = a_family_before(db)
    answer_before(db, family.dossiers[0], "2026-03-05T09:00:00+00:00")
    agent = agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "-", now())
    agent_journal.add(db, agent, Action.LOOKED_UP, now(), "CCCCDDDD")
    rights = "SELECT contact, child, may_collect, emergency FROM contact_rights ORDER BY child"
    kept = (rights, "SELECT id, at, agent, action, reference FROM agent_journal")
    before = [db.execute(query).fetchall() for query in kept]
    assert migrate(db)[:2] == ["m0006_withdrawals", "m0007_rights_without_seals"]
    assert [db.execute(query).fetchall() for query in kept] == before
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
