"""How long a step of the sign-up takes while fifty phones send photos, against when none does."""

import random
import statistics
import threading
import time

from tests.bench.steps import Browser, ask, open_draft
from tests.net.link import SLOW_3G
from tests.net.sender import FIRST, LARGEST, Sender
from tests.net.test_uploads import phones
from tests.support.portal import Portal
from tests.walks.town import Town

PHONES, STEPS, PAUSE = 50, 300, 0.05
SIZE = 300_000


def crowd(portal: Portal, town: Town) -> None:
    """Alternate: quiet, crowded, quiet, crowded; the 95th centile of each."""
    over, sending = threading.Event(), threading.Event()
    with phones(town, portal.port, PHONES) as senders:
        threads = [threading.Thread(target=_send, args=(one, seed, sending, over)) for seed, one in enumerate(senders)]
        for thread in threads:
            thread.start()
        seen: dict[bool, list[float]] = {False: [], True: []}
        for crowded in (False, True) * 2:
            sending.set() if crowded else sending.clear()
            time.sleep(3.0)  # parts under way end, or begin
            seen[crowded] += _steps(portal.port)
        over.set()
        sending.set()
        for thread in threads:
            thread.join()
    p95 = {crowded: statistics.quantiles(times, n=20)[-1] for crowded, times in seen.items()}
    quiet, then = 1000 * p95[False], 1000 * p95[True]
    print(f"\n{PHONES} phones sending at {SLOW_3G.up} kbit/s each", flush=True)
    print(f"a step, 95th centile: {quiet:.0f} ms quiet, {then:.0f} ms then, x {then / quiet:.2f}", flush=True)


def _steps(port: int) -> list[float]:
    browser, times = Browser("127.0.0.1", port), []
    step = open_draft(browser)
    for number in range(STEPS):
        began = time.perf_counter()
        name = "Camille" + "x" * (number % 70)
        status, _body = ask(browser, step, f"revision=0&title=madame&birth_name=Martin&given_name={name}")
        times.append(time.perf_counter() - began)
        assert status in {200, 429}, status
        time.sleep(PAUSE)
        if number % 100 == 99:
            step = open_draft(browser)
    browser.close()
    return times


def _send(sender: Sender, seed: int, sending: threading.Event, over: threading.Event) -> None:
    """Send photos one after the other, each part as long as its link takes."""
    rng, page = random.Random(seed), 0
    while not over.is_set():
        content, page = rng.randbytes(SIZE), page % 10 + 1
        path, offset = sender.begin(content, page)
        part = FIRST
        while offset < SIZE and not over.is_set():
            sending.wait()
            time.sleep(part / (SLOW_3G.up * 125) + SLOW_3G.rtt / 1000)
            offset = sender.patch(path, content, offset, part)
            part = min(2 * part, LARGEST // 4)
