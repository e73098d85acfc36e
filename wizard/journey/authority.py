"""What opens the drafts of a journey in this browser: the token in a page's address, or the session of its account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.models import Draft, DraftKind, Receipt
from wizard.services.keys import Key, Token
from wizard.stores import drafts
from wizard.web import belonging


class Authority(Protocol):
    """How a journey's drafts are opened; `token` is what the address of a page names its draft by."""

    def key(self, kind: DraftKind, token: str) -> Key:
        """Return what opens the draft."""

    def admits(self, draft: Draft, *, late: bool) -> bool:
        """Whether this browser may open it or, `late`, leave something in it. Raises NotYours."""

    def address(self, token: str) -> Mapping[str, Any]:
        """Return what the address of a page is made of, beside its step."""

    def arrived(self, kind: DraftKind, token: str) -> Response | None:
        """Answer for a draft that is finished; None when it expired."""


@dataclass(frozen=True)
class ByToken:
    """The token is a secret, and the authority; `arrive` answers for one whose draft is finished."""

    arrive: Callable[[str, Receipt], Response]

    def key(self, kind: DraftKind, token: str) -> Key:
        return Token(kind, token)

    def admits(self, draft: Draft, *, late: bool) -> bool:
        return belonging.may_leave(draft) if late else belonging.admits(draft)

    def address(self, token: str) -> Mapping[str, Any]:
        return {"token": token}

    def arrived(self, kind: DraftKind, token: str) -> Response | None:
        receipt = drafts.receipt(get_db(), token, kind, clock.now())
        return self.arrive(token, receipt) if receipt else None
