"""Write french.txt.gz from the lists of @zxcvbn-ts/language-fr: `make words`, never at run time."""

import gzip
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path

from wizard.values.text import unaccented

HERE = Path(__file__).parent
LISTS = ("commonWords", "firstnames", "lastnames", "wikipedia")
NOTICES = ("LICENSE.txt", "NOTICE.md", "THIRD_PARTY_LICENSES.md")


def main(node_modules: Path) -> None:
    package = node_modules / "@zxcvbn-ts" / "language-fr"
    best: dict[str, int] = {}
    for name in LISTS:
        words = json.loads((package / "src" / f"{name}.json").read_text("utf-8"))
        for rank, word in enumerate(words, 1):
            key = unaccented(word.replace("’", "'")).lower().replace(" ", "")
            best[key] = min(rank, best.get(key, rank))
    by_rank: defaultdict[int, list[str]] = defaultdict(list)
    for word, rank in best.items():
        if len(word) > 1:
            by_rank[rank].append(word)
    lines = (" ".join(sorted(by_rank[rank])) for rank in range(1, max(by_rank) + 1))
    # No date in the file, so that the same lists give the same bytes.
    (HERE / "french.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    for notice in NOTICES:
        shutil.copyfile(package / notice, HERE / "licences" / notice)
    print(f"{len(best)} mots : french.txt.gz")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
