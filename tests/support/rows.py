"""What the database holds, row by row and in words: for tests that write down all that a gesture leaves."""

import json
import re

from sqlite_utils import Database

# What is drawn at random, or sealed; what is worked out from the rest.
_DRAWN = {
    "message_id", "body_text", "body_html", "seal", "token_sha256", "code_hmac", "address_hmac", "token",
    "totp_secret", "password_hash", "form", "own_key", "enfance_key", "bucket", "data_hmac", "digest",
    "invitation_sha256", "code_sha256", "session_sha256", "level", "filled_at",
}  # fmt: skip
_DERIVED = (
    "likeness",
    "people_search",
    "people_to_fold",
    "family_changes",
    "last_numbers",
    "sqlite",
    "_",
    "limits",
)
# Digests, sealed texts, the numbers of drafts.
_RANDOM = re.compile(r"\b[0-9a-f]{32,}\b|[\w+/=-]{60,}|(?<=drafts: id = )\d+|(?<=draft = )\d+")


def rows_of(db: Database) -> list[str]:
    """Return each row of what is written, without what is drawn at random: « table: column = value ; … »."""
    rows = [
        f"{table}: {' ; '.join(f'{name} = {told(cell)}' for name, cell in row.items() if _is_told(name, cell))}"
        for table in sorted(db.table_names())
        if not table.startswith(_DERIVED)
        for row in db.query(f"SELECT * FROM [{table}]")
    ]
    return sorted(_RANDOM.sub("…", row) for row in rows)


def _is_told(name: str, cell: object) -> bool:
    return cell is not None and name not in _DRAWN and not isinstance(cell, bytes)


def told(cell: object) -> str:
    """Return what a cell holds; of JSON, what it says and no more."""
    if not str(cell).startswith(("{", "[")):
        return str(cell)
    said = json.loads(str(cell), object_hook=lambda one: {name: value for name, value in one.items() if value})
    return json.dumps(said, ensure_ascii=False).replace('"', "")
