"""Callers who send a byte now and then keep nobody waiting: what tests/bench/dribbling.py measures, once."""

from tests.bench.dribbling import REQUESTS, answered, dribbled
from tests.serving.served import Served


def test_two_hundred_who_dribble_keep_nobody_waiting(served: Served) -> None:
    port = served.port
    with dribbled(port):
        assert len(answered(port)) == REQUESTS
