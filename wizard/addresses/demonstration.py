"""The made-up addresses of the demonstration: Oudon and its neighbours, as the BAN would write them.

Every line says « données inventées » where the BAN names its source, and every address found says `demo`.
"""

from pathlib import Path

DATA = Path(__file__).parent / "data"


def demonstration_files() -> list[Path]:
    """Return the files to import for the demonstration."""
    return [DATA / "demonstration-adresses.csv", DATA / "demonstration-lieux-dits.csv"]
