"""The two scanners, each run for a bounded time, and what they found."""

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# wapiti brings a hundred packages of its own, sqlmap none: it is in the tests' environment.
WAPITI = Path(__file__).parents[2] / "build" / "attack" / "bin" / "wapiti"
SQLMAP = Path(sys.executable).parent / "sqlmap"

# None of these talks to anyone but the portal: « ssrf », « xxe » and « log4shell » need a server elsewhere.
MODULES = "sql,xss,permanentxss,exec,file,redirect,crlf,csrf,http_headers,csp,cookieflags,methods"


@dataclass(frozen=True)
class Finding:
    """What a scanner says of an address."""

    scanner: str
    kind: str
    path: str
    detail: str


@dataclass(frozen=True)
class Target:
    """A request to inject into: `parameter` is which of its values; a form behind a token names where to get it."""

    url: str
    parameter: str = ""
    data: str = ""
    cookies: str = ""
    token_page: str = ""


def answered(log: str) -> Counter[tuple[str, str]]:
    """Count the answers in a portal's log, by route and status."""
    return Counter(re.findall(r"wizard\.access (?:GET|POST) ([a-z_.-]+) (\d{3})", log))


class NothingTested(Exception):
    """The scanner stopped before it had tried anything; the message is what it said."""


def wapiti(
    folder: Path,
    start: Sequence[str],
    *,
    cookies: str = "",
    avoid: Iterable[str] = (),
    scope: str = "domain",
    seconds: int = 40,
) -> list[Finding]:
    """Crawl from these addresses and attack what is found."""
    report = folder / f"wapiti-{len(list(folder.iterdir()))}.json"
    command = [
        str(WAPITI), "-u", start[0], "--scope", scope, "-m", MODULES, "-d", "2", "--tasks", "4",
        "--flush-session", "--store-session", str(folder / "sessions"), "--no-bugreport", "--max-links-per-page", "40",
        "--max-scan-time", str(seconds), "--max-attack-time", str(seconds // 2), "-t", "10",
        "--endpoint", "http://localhost:9/", "--dns-endpoint", "localhost", "-f", "json", "-o", str(report), "-v", "0",
    ]  # fmt: skip
    for url in start[1:]:
        command += ["-s", url]
    for url in avoid:
        command += ["-x", url]
    if cookies:
        command += ["-C", cookies]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds * 3)
    if not report.exists():
        raise NothingTested(done.stdout + done.stderr)
    document = json.loads(report.read_text())
    return [
        Finding("wapiti", kind, urlsplit(one["path"]).path, f"{one['method']} {one['parameter']} : {one['info']}")
        for section in ("vulnerabilities", "anomalies")
        for kind, found in document[section].items()
        for one in found
    ]


def sqlmap(folder: Path, target: Target, *, seconds: int = 20) -> list[Finding]:
    """Try to inject SQL into one request."""
    command = [
        str(SQLMAP), "-u", target.url, "--batch", "--flush-session", "--disable-coloring",
        "--dbms", "sqlite", "--level", "2", "--risk", "1", "--technique", "BEU",
        "--ignore-code", "*", "--time-limit", str(seconds), "--output-dir", tempfile.mkdtemp(dir=folder),
    ]  # fmt: skip
    for option, value in (("-p", target.parameter), ("--data", target.data), ("--cookie", target.cookies)):
        command += [option, value] if value else []
    if target.token_page:
        command += ["--csrf-token", "csrf_token", "--csrf-url", target.token_page]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds * 3)
    path = urlsplit(target.url).path
    if "identified the following injection point" in done.stdout:
        return [Finding("sqlmap", "SQL Injection", path, done.stdout.partition("---")[2].partition("---")[0].strip())]
    if "testing for SQL injection on" not in done.stdout:
        raise NothingTested(f"{target.url}\n{done.stdout[-3000:]}")
    return []
