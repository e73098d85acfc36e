"""Drafts: what a journey's steps submitted, one row a step, and the tokens that open them."""

import json
import secrets
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.hashing import digest
from wizard.models import Answers, Draft, DraftKind, Receipt
from wizard.stores.answers import ASIDE, Entry, Held, entry_of

# How many revisions back a form sent again is known as a replay: what a draft takes in the file is bounded.
REMEMBERED = 50

HEAVIEST = 48 * 1024
"""Bytes of the answers of one draft: ten times those of a large family."""


def add(
    db: Database,
    kind: DraftKind,
    now: datetime,
    lifetime: timedelta,
    account: int | None = None,
    subject: str | None = None,
) -> int:
    """Open an empty draft that lives `lifetime` after its last saved step; an account has one of a kind a `subject`.

    Its number goes with the time, and chance: what is counted or drawn under that of a finished draft is not the
    next one's.
    """
    number, expires = int(now.timestamp()) << 20 | secrets.randbelow(1 << 20), stamp(now + lifetime)
    cursor = db.execute(
        "INSERT INTO drafts (id, kind, account, subject, created_at, touched_at, expires_at)"
        " VALUES ((SELECT max(coalesce(max(id) + 1, 0), ?) FROM drafts), ?, ?, ?, ?, ?, ?)",
        (number, kind, account, subject, stamp(now), stamp(now), expires),
    )
    return int(cursor.lastrowid or 0)


def add_token(db: Database, draft: int, now: datetime, lifetime: timedelta, *, signed_in: bool = False) -> str:
    """Return a new 256-bit token that opens `draft` for `lifetime`; `signed_in`, in the account's session alone."""
    token = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO draft_tokens (token_sha256, draft, expires_at, signed_in) VALUES (?, ?, ?, ?)",
        (digest(token), draft, stamp(now + lifetime), signed_in),
    )
    return token


def drop_token(db: Database, token: str) -> None:
    """Let an address open nothing any more; the draft stays."""
    db.execute("DELETE FROM draft_tokens WHERE token_sha256 = ?", (digest(token),))


def drop_tokens(db: Database, draft: int) -> None:
    """Let no address open a draft any more."""
    db.execute("DELETE FROM draft_tokens WHERE draft = ?", (draft,))


def close_to_all(db: Database, account: int) -> None:
    """Let no address open the drafts of an account, nor what came of them: what they hold waits for its sign-in.

    Nor does the code that activated it, typed again by whoever comes after to its page.
    """
    db.execute("DELETE FROM draft_tokens WHERE draft IN (SELECT id FROM drafts WHERE account = ?)", (account,))
    db.execute("DELETE FROM receipts WHERE account = ? AND kind = 'entourage'", (account,))
    db.execute("UPDATE tokens SET code_hmac = NULL WHERE account = ? AND used_at IS NOT NULL", (account,))


def opened_by(db: Database, token: str) -> str | None:
    """Return a name for what an address opens: a draft, or an account that came of one; None when it opens nothing."""
    row = db.execute(
        "SELECT 'draft ' || draft FROM draft_tokens WHERE token_sha256 = :token"
        " UNION ALL SELECT 'account ' || account FROM receipts WHERE token_sha256 = :token",
        {"token": digest(token)},
    ).fetchone()
    return str(row[0]) if row else None


def weight(answers: Answers) -> int:
    """Return how many bytes these answers take."""
    return sum(len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")) for data in answers.values())


_DRAFT = """
SELECT drafts.id, drafts.account, drafts.revision, drafts.human_at, drafts.touched_at,
    (SELECT trim(given_name || ' ' || coalesce(usage_name, birth_name)) FROM people
        JOIN accounts ON accounts.person = people.id WHERE accounts.id = drafts.account),
    draft_tokens.signed_in, draft_answers.step, draft_answers.data
FROM draft_tokens JOIN drafts ON drafts.id = draft_tokens.draft
    LEFT JOIN draft_answers ON draft_answers.draft = drafts.id
WHERE draft_tokens.token_sha256 = :token AND drafts.kind = :kind
    AND (:late OR draft_tokens.expires_at > :now) AND drafts.expires_at > :now
ORDER BY draft_answers.position
"""


def load(db: Database, token: str, kind: DraftKind, now: datetime, *, late: bool = False) -> Draft | None:
    """Return the draft that `token` opens, with its answers in the order they were first given.

    With `late`, a token that was idle for too long will do.
    """
    values = {"token": digest(token), "kind": kind, "now": stamp(now), "late": late}
    return _draft(kind, db.execute(_DRAFT, values).fetchall())


_OWN_DRAFT = """
SELECT drafts.id, drafts.account, drafts.revision, drafts.human_at, drafts.touched_at, NULL, 1,
    draft_answers.step, draft_answers.data
FROM drafts LEFT JOIN draft_answers ON draft_answers.draft = drafts.id
WHERE drafts.account = :account AND drafts.kind = :kind AND drafts.subject = :subject AND drafts.expires_at > :now
ORDER BY draft_answers.position
"""


def load_own(db: Database, account: int, kind: DraftKind, subject: str, now: datetime) -> Draft | None:
    """Return the draft that an account has of a subject, with its answers."""
    values = {"account": account, "kind": kind, "subject": subject, "now": stamp(now)}
    return _draft(kind, db.execute(_OWN_DRAFT, values).fetchall())


def drop_own(db: Database, account: int, kind: DraftKind, subject: str) -> None:
    """Delete the draft that an account has of a subject: what it held is committed, or it expired."""
    db.execute("DELETE FROM drafts WHERE account = ? AND kind = ? AND subject = ?", (account, kind, subject))


def subjects(db: Database, account: int, kind: DraftKind, now: datetime) -> frozenset[str]:
    """Return the subjects of which an account has a draft in which something was saved."""
    query = "SELECT subject FROM drafts WHERE account = ? AND kind = ? AND revision > 0 AND expires_at > ?"
    return frozenset(subject for (subject,) in db.execute(query, (account, kind, stamp(now))).fetchall())


def _draft(kind: DraftKind, rows: list[tuple[Any, ...]]) -> Draft | None:
    if not rows:
        return None
    draft, account, revision, human_at, touched_at, holder, signed_in = rows[0][:7]
    answers: Answers = {step: json.loads(data) for *_draft, step, data in rows if step is not None}
    human = moment(human_at) if human_at else None
    return Draft(draft, kind, account, revision, human, moment(touched_at), answers, holder, bool(signed_in))


def save(db: Database, draft: int, step: str, data: dict[str, list[str]]) -> None:
    """Keep what a step submitted, in place of what it had submitted before."""
    db.execute(
        """
        INSERT INTO draft_answers (draft, step, data, position)
        VALUES (:draft, :step, :data,
            (SELECT coalesce(max(position), 0) + 1 FROM draft_answers WHERE draft = :draft))
        ON CONFLICT (draft, step) DO UPDATE SET data = excluded.data
        """,
        {"draft": draft, "step": step, "data": json.dumps(data, ensure_ascii=False)},
    )


def forget(db: Database, draft: int, step: str) -> None:
    """Keep nothing of what a step submitted."""
    db.execute("DELETE FROM draft_answers WHERE draft = ? AND step = ?", (draft, step))


def set_aside(db: Database, draft: int, step: str) -> None:
    """Take out what a step submitted, and keep it aside until another is: taken out twice, it is still there."""
    key = (draft, step)
    if db.execute("SELECT 1 FROM draft_answers WHERE draft = ? AND step = ?", key).fetchone():
        db.execute("DELETE FROM draft_answers WHERE draft = ? AND step LIKE ? || '%'", (draft, ASIDE))
        db.execute("UPDATE draft_answers SET step = ? || step WHERE draft = ? AND step = ?", (ASIDE, *key))


def put_back(db: Database, draft: int, step: str) -> None:
    """Put back what was set aside, in its place; what was submitted anew meanwhile stays."""
    db.execute("UPDATE OR IGNORE draft_answers SET step = ? WHERE draft = ? AND step = ?", (step, draft, ASIDE + step))


def touch(db: Database, draft: int, now: datetime, lifetime: timedelta) -> int | None:
    """Count one more revision and return it, and put off the expiry of the draft; None when it is no more."""
    row = db.execute(
        "UPDATE drafts SET revision = revision + 1, touched_at = ?, expires_at = ? WHERE id = ? RETURNING revision",
        (stamp(now), stamp(now + lifetime), draft),
    ).fetchone()
    return int(row[0]) if row else None


def put_off(db: Database, token: str, now: datetime, idle: timedelta) -> None:
    """Put off the expiry of the token that a draft is used by."""
    db.execute("UPDATE draft_tokens SET expires_at = ? WHERE token_sha256 = ?", (stamp(now + idle), digest(token)))


def set_human(db: Database, draft: int, now: datetime) -> None:
    """Remember that the security check was passed."""
    db.execute("UPDATE drafts SET human_at = ? WHERE id = ?", (stamp(now), draft))


def is_replay(db: Database, draft: int, step: str, revision: int, data: dict[str, list[str]]) -> bool:
    """Record what the form rendered at `revision` submitted; say whether it had just submitted the same.

    Its last content counts: a retry after a lost answer is a replay; a page restored by the Back button
    and sent with another answer is not.
    """
    changed = db.execute(
        """
        INSERT INTO draft_posts (draft, step, revision, content_sha256) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET content_sha256 = excluded.content_sha256
            WHERE content_sha256 <> excluded.content_sha256
        RETURNING 1
        """,
        (draft, step, revision, digest(json.dumps(data, sort_keys=True))),
    ).fetchone()
    if not changed:
        return True
    db.execute(
        "DELETE FROM draft_posts WHERE draft = ? AND revision < (SELECT revision FROM drafts WHERE id = draft) - ?",
        (draft, REMEMBERED),
    )
    return False


def latest_of_account(db: Database, account: int, now: datetime) -> int | None:
    """Return the entourage draft that an account left unfinished, the most recent."""
    row = db.execute(
        "SELECT id FROM drafts WHERE account = ? AND kind = 'entourage' AND expires_at > ?"
        " ORDER BY touched_at DESC, id DESC LIMIT 1",
        (account, stamp(now)),
    ).fetchone()
    return int(row[0]) if row else None


def unfinished(db: Database, account: int) -> tuple[Entry, ...]:
    """Return everyone whom an account's drafts hold otherwise than they are, set aside or not."""
    query = """
    SELECT draft, step, data FROM draft_answers JOIN drafts ON id = draft
        WHERE account = ? AND kind = 'entourage' ORDER BY draft, position
    """
    found: list[Entry | None] = []
    for _draft, rows in groupby(db.execute(query, (account,)).fetchall(), key=lambda row: row[0]):
        answers = {step: json.loads(data) for _draft, step, data in rows}
        unchanged = Held(answers).unchanged
        found += [entry_of(row, raw) for row, raw in answers.items() if row not in unchanged]
    return tuple(filter(None, found))


def finish(db: Database, draft: Draft, account: int, dossier: int | None, until: datetime) -> None:
    """Delete a draft whose content is committed; its address keeps opening what came of it."""
    for (token_sha256,) in db.execute("SELECT token_sha256 FROM draft_tokens WHERE draft = ?", (draft.id,)).fetchall():
        db.execute(
            "INSERT INTO receipts (token_sha256, kind, account, dossier, expires_at) VALUES (?, ?, ?, ?, ?)",
            (token_sha256, draft.kind, account, dossier, stamp(until)),
        )
    db.execute("DELETE FROM drafts WHERE id = ?", (draft.id,))


def receipt(db: Database, token: str, kind: DraftKind, now: datetime) -> Receipt | None:
    """Return what came of the finished draft that `token` opened."""
    row = db.execute(
        "SELECT account, dossier FROM receipts WHERE token_sha256 = ? AND kind = ? AND expires_at > ?",
        (digest(token), kind, stamp(now)),
    ).fetchone()
    return Receipt(kind, row[0], row[1]) if row else None


def exists(db: Database, draft: int) -> bool:
    """Whether a draft is still to be committed."""
    return db.execute("SELECT 1 FROM drafts WHERE id = ?", (draft,)).fetchone() is not None


def purge(db: Database, now: datetime) -> int:
    """Delete the drafts left to expire, the addresses and the receipts that open nothing any more."""
    db.execute("DELETE FROM draft_tokens WHERE expires_at <= ?", (stamp(now),))
    db.execute("DELETE FROM receipts WHERE expires_at <= ?", (stamp(now),))
    return db.execute("DELETE FROM drafts WHERE expires_at <= ?", (stamp(now),)).rowcount
