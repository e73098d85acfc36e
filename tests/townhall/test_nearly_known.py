"""« Peut-être »: households that may be a family known, which an agent ties or puts off."""

from collections.abc import Callable

from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from tests.townhall.family_files import PAGE, told
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Dossier
from wizard.services import families as service
from wizard.services import nearly_known
from wizard.stores import accounts, families, journal
from wizard.stores.families import KnownFamily

PERHAPS = f"{PAGE}/peut-etre"
Browsers = Callable[..., Browser]


def a_parent(db: Database, email: str, name: str, given_name: str) -> Dossier:
    """A household whose address is proved and which was compared with the families known."""
    dossier = a_family(db, name, given_name)
    with transaction(db):
        accounts.set_email(db, dossier.account, email)
        account = accounts.by_id(db, dossier.account)
        assert account is not None
        service.match(db, account)
    return dossier


NEAR = [
    (("Lefèvre", "Anne", None), ("LEFEVRE", "anne", "a@exemple.fr"), "mêmes nom et prénom"),
    (("Lefebvre", "Anne", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Le Goff-Noël", "Anne", None), ("Le Goff", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Lefèvre", "Anne-Marie", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Anne", "Lefèvre", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom inversés"),
    (("Autre", "Paul", "lou@gmial.com"), ("Lefèvre", "Anne", "lou@gmail.com"), "courriel presque le même"),
    (("Autre", "Paul", "lou@orange.fr"), ("Lefèvre", "Anne", "lou@orange.fr"), "même courriel"),
    (
        ("Lefevre", "Anna", "zoe@gmial.com"),
        ("Lefèvre", "Anne", "zoe@gmail.com"),
        "courriel presque le même, nom et prénom presque les mêmes",
    ),
    (("Durand", "Anne", None), ("Lefèvre", "Anne", "a@exemple.fr"), ""),
    (("Lefèvre", "Paul", "x@exemple.fr"), ("Lefèvre", "Anne", "a@exemple.fr"), ""),
    (("Roy", "Léo", None), ("Ray", "Léo", "a@exemple.fr"), ""),
    (("Autre", "Paul", "lou@orange.fr"), ("Lefèvre", "Anne", "lou@laposte.net"), ""),
]


def test_a_household_is_perhaps_a_family_whose_names_or_mailbox_are_nearly_its_own(
    db: Database, signed_in: Browsers
) -> None:
    browser = signed_in()
    for number, (family, (name, given_name, email), why) in enumerate(NEAR):
        dossier = a_parent(db, email.replace("a@", f"a{number}@"), name, given_name)
        families.save(db, KnownFamily("77", *family), now())
        lines = told(browser) if browser.get(PERHAPS).status_code == 200 else ["?"]
        assert [why in line and dossier.reference[:4] in line for line in lines] == ([True] if why else []), family
        found, _more = nearly_known.search(db, 2**62)
        assert [(key.enfance_key, told) for one in found for key, told in one.families] == [("77", why)] * bool(why)
        db.execute("DELETE FROM known_families")
        db.execute("UPDATE households SET recognition = 'set_aside' WHERE id = ?", (dossier.household,))


def test_an_agent_ties_a_household_then_takes_it_back(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    own = families.tie(db, dossier.household).enfance_key
    assert len(browser.get(f"{PAGE}/sans-compte").get_data()) and len(told(browser)) == 1
    browser.get(PERHAPS)
    action, fields = browser.fields("C'est cette famille")
    for _click in range(2):
        browser.client.post(action, data=fields)
    tie = families.tie(db, dossier.household)
    assert (tie.enfance_key, tie.recognition) == ("0042", "agent")
    assert "rattachée par un agent" in browser.get(f"/mairie/dossiers/{dossier.reference}").get_data(as_text=True)
    assert told(browser) is not None and browser.get(f"{PAGE}/sans-compte") and told(browser) == []
    browser.get(PERHAPS)
    assert "Rattachés par un agent" in browser.text
    browser.send("Ce n'est pas cette famille")
    tie = families.tie(db, dossier.household)
    assert (tie.enfance_key, tie.recognition) == (own, "set_aside") and told(browser) == []
    actions = [entry.action for entry in journal.of_dossier(db, dossier.id)]
    assert (actions.count("tied"), actions.count("set_aside")) == (1, 1)


def test_a_household_put_off_is_not_proposed_again_and_keeps_its_key(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    own = families.tie(db, dossier.household).enfance_key
    browser.get(PERHAPS)
    tying = browser.fields("C'est cette famille")
    action, fields = browser.fields("Ce n'est pas cette famille")
    for _click in range(2):
        browser.client.post(action, data=fields)
    browser.client.post(tying[0], data=tying[1])  # from a page opened before
    assert browser.get(PERHAPS) and told(browser) == []
    assert families.tie(db, dossier.household).enfance_key == own
    told_of = [(one.action, one.agent) for one in journal.of_dossier(db, dossier.id) if one.action != "read"]
    assert [one for one in told_of if one[0] in ("tied", "set_aside")] == [("set_aside", "claire@oudon.example")]


def test_a_household_is_tied_to_nothing_that_was_not_proposed(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    families.save(db, KnownFamily("0043", "Durand", "Paul", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    browser.get(PERHAPS)
    action, fields = browser.fields("C'est cette famille")
    for other in ("0043", "nothing"):
        browser.client.post(action, data=fields | {"key": other})
    browser.client.post(f"{PERHAPS}/{2**70}", data=fields)
    db.execute("UPDATE accounts SET activated_at = NULL")
    browser.client.post(action, data=fields)
    assert families.tie(db, dossier.household).recognition is None
    assert browser.get(PERHAPS) and told(browser) == []


def test_no_plan_of_these_pages_reads_a_whole_table_of_families(db: Database) -> None:
    seen: list[str] = []
    a_parent(db, "a@exemple.fr", "Lefevre", "Anne")
    db.conn.set_trace_callback(seen.append)
    nearly_known.search(db, 2**62)
    db.conn.set_trace_callback(None)
    plans = [
        row[3]
        for query in seen
        if query.lstrip().startswith("SELECT")
        for row in db.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
    assert plans and not [plan for plan in plans if plan.startswith("SCAN") and "known" in plan], plans
