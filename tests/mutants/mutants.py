"""`make mutants`: small faults put in the journey, the services and the stores, one at a time; do the tests see them?

mutmut writes the faults into a copy, `mutants/`, and tries each against the tests that run its function: those that
compare whole what is written, then the quickest, half a minute of them. What mypy refuses, or the reviewed list holds
for no fault, is not counted. Fails when the tests see fewer than nine in ten: of all and, unless only a sample was
tried, in each of the three.

Afterwards, `PYTHONPATH=$PWD/build/mutants .venv/bin/python -m mutmut` looks at one: « show » writes it as a patch,
« run » tries it again, « tests-for-mutant » says which tests were to see it.
"""

import argparse
import os
import random
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import accumulate
from pathlib import Path

from mutmut.__main__ import _run, collect_or_load_stats, create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData
from mutmut.mutation.diff_apply import generated_function_names, get_diff_for_mutant
from mutmut.mutation.file_mutation import filter_mutants_with_type_checker
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import save_stats, status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths, walk_mutatable_files
from mutmut.workers.isolation import get_mutant_runner

ENOUGH = 0.9
COPY = Path("mutants")
REVIEWED = Path(__file__).with_name("equivalent.toml")
SURVIVORS = COPY / "survivors.diff"
SKIPPED = 34  # mutmut's own code
_PATIENCE = 30.0  # seconds
_WHOLE = (
    "tests/services/test_what_is_written.py",
    "tests/services/test_what_else_is_written.py",
    "tests/services/test_duplicates_kept.py",
    "tests/childfile/test_copy.py",
    "tests/childfile/test_pages.py",
    "tests/childfile/test_whole_story.py",
    "tests/exports/test_word_for_word.py",
)
_SEEN, _UNSEEN = {"killed", "timeout", "segfault", "suspicious"}, {"survived", "no tests"}
_ANY_CASE = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|WHERE|AND|NULL|RETURNING|VALUES|VACUUM|BEGIN|ORDER BY)\b"
    r'|"(utf-8|ascii|latin-1|cp1252)"'
)

Change = tuple[str, str, str]
"""A file, and a line of it before and after."""


def main() -> int:
    """Try the mutants, print the score of each module, and say whether it is enough."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--sample", type=int, default=0, help="so many of them, drawn at random (0: all)")
    asked.add_argument("--seed", type=int, default=random.randrange(10_000))
    asked.add_argument("--cores", type=int, default=os.cpu_count())
    options = asked.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # for mypy
    shutil.rmtree(COPY, ignore_errors=True)
    _choose(options.sample, options.seed, options.cores)
    _map_tests()
    _run((), options.cores)
    return _report(sampled=bool(options.sample))


def _choose(sample: int, seed: int, cores: int) -> None:
    """Write the mutants, and set aside those that are no fault or not drawn."""
    set_mutant_under_test("mutant_generation")
    COPY.mkdir()
    with redirect_stdout(StringIO()):
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(cores)
    refused = filter_mutants_with_type_checker()
    config().type_check_command = []  # not a second time
    reviewed = tomllib.loads(REVIEWED.read_text("utf-8"))
    files = _files()
    faults = [
        name
        for file in files
        for name, change in _changes(file)
        if name not in refused and not _is_no_fault(change, reviewed)
    ]
    if sample:
        print(f"{min(sample, len(faults))} mutants of {len(faults)}, drawn with --seed {seed}")
        faults = random.Random(seed).sample(faults, min(sample, len(faults)))
    drawn = set(faults)
    for file in files:
        aside = {name: SKIPPED for name in file.exit_code_by_key if name not in drawn}
        file.exit_code_by_key |= aside
        file.save()


def _map_tests() -> None:
    """Run the tests once to learn which functions each runs, and keep for each function its best ones."""
    collect_or_load_stats(get_mutant_runner())
    took, tests_of = state().duration_by_test, state().tests_by_mangled_function_name
    for function, tests in tests_of.items():
        best = sorted(tests, key=lambda test: (not test.startswith(_WHOLE), took[test]))
        spent = accumulate(took[test] for test in best)
        kept = (test for test, seconds in zip(best, spent, strict=True) if seconds - took[test] < _PATIENCE)
        tests_of[function] = set(kept)
    save_stats()


def _files() -> list[SourceFileMutationData]:
    files = [SourceFileMutationData(path=path) for path in sorted(walk_mutatable_files())]
    for file in files:
        file.load()
    return files


def _changes(file: SourceFileMutationData) -> Iterator[tuple[str, Change]]:
    """Give each mutant of a file, and what it changes: what mutmut does in a minute of parsing, by comparing lines."""
    index = MutantLineSpans.load(file.path)
    lines = (COPY / file.path).read_text("utf-8").splitlines()
    for name in file.exit_code_by_key:
        original, mutant = generated_function_names(name)
        spans = [index.span_by_function_name[one] for one in (original, mutant)]
        before, after = ([line.strip() for line in lines[span.start - 1 : span.end]] for span in spans)
        after = [line.replace(f"def {mutant}(", f"def {original}(") for line in after]
        for end in (0, -1):
            while before and after and before[end] == after[end]:
                before.pop(end), after.pop(end)
        yield name, (str(file.path), "\n".join(before), "\n".join(after))


def _is_no_fault(change: Change, reviewed: dict[str, list[dict[str, str]]]) -> bool:
    """Whether it was reviewed, or writes in small or big letters what SQLite and codecs read as the same."""
    file, before, after = change
    if before.lower() == after.lower() and _ANY_CASE.search(before):
        return True
    for kind in reviewed["kind"]:
        rest = [re.sub(kind["apart_from"], "", line) for line in (before, after)]
        if kind.get("file", file) == file and rest[0] == rest[1]:
            return True
    return any((one["file"], one["line"], one["becomes"]) == change for one in reviewed["mutant"])


def _report(*, sampled: bool) -> int:
    seen, tried = Counter[str](), Counter[str]()
    with SURVIVORS.open("w", encoding="utf-8") as survivors:
        for file in _files():
            for name, code in file.exit_code_by_key.items():
                status = status_by_exit_code[code]
                seen.update(_rooms(file.path) if status in _SEEN else ())
                tried.update(_rooms(file.path) if status in _SEEN | _UNSEEN else ())
                if status in _UNSEEN:
                    print(f"# {name}: {status}", get_diff_for_mutant(name, path=file.path), sep="\n", file=survivors)
    for room in sorted(tried):
        print(f"{seen[room]:6} of {tried[room]:5}  {seen[room] / tried[room]:6.1%}  {room}")
    print(f"Those that no test sees: {SURVIVORS}")
    judged = {"wizard"} if sampled else {room for room in tried if room.count("/") < 2}
    return int(any(seen[room] < ENOUGH * tried[room] for room in judged))


def _rooms(path: Path) -> list[str]:
    """Return the folders that hold a module, the whole house first, and itself."""
    return [str(room) for room in (*reversed(path.parents), path) if room.name]


if __name__ == "__main__":
    sys.exit(main())
