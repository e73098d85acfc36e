"""Works done in one process: until it is told to stop, or until one of them ends, which ends them all."""

import signal
import subprocess
import sys

import pytest

from tests.support.commands import ROOT
from tests.support.waiting import PATIENCE

_BEGIN = r"""
import os, time
from wizard import works

def say(line):
    os.write(1, line + b"\n")  # in one piece: print() writes the line and its end apart, with another thread's between

def waits(stop):
    say(b"begun")
    stop.wait()
    say(b"stopped")

def fails(stop):
    raise OSError("no socket")

def never_stops(stop):
    while True:
        time.sleep(60)

works._STOP = 3
works.run_together({"waits": waits, "other": %s})
say(b"over")
"""


def begin(other: str) -> "subprocess.Popen[str]":
    """Begin a work that waits, and another."""
    words = [sys.executable, "-c", _BEGIN % other]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_they_end_when_told(told: signal.Signals) -> None:
    process = begin("waits")
    assert process.stdout
    assert process.stdout.readline() == process.stdout.readline() == "begun\n"
    process.send_signal(told)
    said, errors = process.communicate(timeout=PATIENCE)
    assert (said, errors, process.returncode) == ("stopped\nstopped\nover\n", "", 0)


def test_one_that_fails_ends_all_the_others_and_is_told() -> None:
    said, errors = (process := begin("fails")).communicate(timeout=PATIENCE)
    assert said == "begun\nstopped\n" and "OSError: no socket" in errors and process.returncode == 1


def test_one_that_does_not_stop_is_ended_with_the_process() -> None:
    process = begin("never_stops")
    assert process.stdout and process.stdout.readline() == "begun\n"
    process.terminate()
    said, errors = process.communicate(timeout=PATIENCE)
    assert said == "stopped\n" and "does not stop" in errors and process.returncode == 1
