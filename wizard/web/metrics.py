"""The counting behind /metrics: on when PORTAIL_METRICS_TOKEN is given, otherwise nothing of it is loaded."""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, has_app_context, request
from werkzeug.datastructures import Authorization

from wizard.events import draft_opened, step_saved
from wizard.hashing import digest
from wizard.models import DraftKind
from wizard.settings import Settings, get_settings
from wizard.web import logs

if TYPE_CHECKING:
    from wizard.web.measures import Measures

_MEASURES = "measures"
# In memory: on a disk that is full, writing in a file that the process has mapped would end it.
_MEMORY = Path("/dev/shm")  # nosec B108: what is put there has a folder of its own, by mkdtemp


def share(settings: Settings) -> None:
    """Let the processes to come count together, if the measures are wanted. Called before an application is made."""
    if settings.metrics_token is not None:
        count_together()


def count_together() -> None:
    """Have the processes to come count in files of this server's own, which no other account reads.

    What servers killed since left there is deleted: a lock says who lives.
    """
    base = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    prefix = f"portail-famille-{os.geteuid()}-"
    for left in base.glob(f"{prefix}*"):
        with suppress(OSError):  # another account's, or held
            os.close(_lock(left))
            shutil.rmtree(left)
    own = tempfile.mkdtemp(prefix=prefix, dir=base)
    _lock(Path(own))  # until the last of our processes ends
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = own


def _lock(folder: Path) -> int:
    """Return an open folder, locked. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def init_app(app: Flask) -> None:
    """Count what this application answers."""
    if get_settings(app).metrics_token is None:
        return
    from wizard.web.measures import Measures

    app.extensions[_MEASURES] = measures = Measures()

    @app.after_request
    def observe(response: Response) -> Response:
        with suppress(OSError):  # its memory is full: the answer leaves all the same
            labels = (request.endpoint or "none", logs.method(), f"{response.status_code // 100}xx")
            measures.durations.labels(*labels).observe(logs.seconds())
        return response


def opens(given: Authorization | None, token: str) -> bool:
    """Whether what a caller shows is the token of the measures."""
    shown = (given.token if given and given.type == "bearer" else None) or ""
    return compare_digest(digest(shown), digest(token))


def of(app: Flask) -> "Measures":
    """Return what an application counts."""
    measures: Measures = app.extensions[_MEASURES]
    return measures


@draft_opened.connect
def _count_a_draft(kind: DraftKind) -> None:
    if measures := _present():
        with suppress(OSError):
            measures.drafts.labels(kind.value).inc()


@step_saved.connect
def _count_a_step(kind: DraftKind, *, step: str) -> None:
    if measures := _present():
        with suppress(OSError):
            measures.steps.labels(kind.value, step).inc()


def _present() -> "Measures | None":
    found: Measures | None = current_app.extensions.get(_MEASURES) if has_app_context() else None
    return found
