"""The address database: one file, written once by an import, then only read."""

VERSION = "2"

# Words of the place (town, postcode) carry this mark, the town's code carries two, so that « rue de Paris »
# can be told from a street of Paris.
PLACE_MARK = "_"
COMMUNE_WORD = "__commune"  # what only communes have

SCALE = 100_000  # positions are kept to a hundred-thousandth of a degree, about a metre
NO_STEP = -32_768  # of a door too far from the middle of its street: it has no position of its own

SCHEMA = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sources (id INTEGER PRIMARY KEY, source TEXT NOT NULL, data_date TEXT NOT NULL) STRICT;
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    citycode TEXT NOT NULL, city TEXT NOT NULL, district TEXT NOT NULL,
    oldcitycode TEXT NOT NULL, oldcity TEXT NOT NULL, postcode TEXT NOT NULL,
    city_words TEXT NOT NULL,   -- words apart by spaces, forms of a word by bars: « st|saint denis »
    other_words TEXT NOT NULL,  -- former communes, postcodes, département
    population INTEGER NOT NULL
) STRICT;
-- Streets, lieux-dits and communes, in the order in which they are preferred.
CREATE TABLE streets (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, hamlets TEXT NOT NULL,
    place INTEGER NOT NULL, source INTEGER NOT NULL,
    lat INTEGER, lon INTEGER,   -- in hundred-thousandths of a degree, about a metre
    doors INTEGER NOT NULL
) STRICT;
-- The numbers of a street, « 1 2 2bis » between spaces, and for each two 16-bit steps from its middle.
CREATE TABLE doors (street INTEGER PRIMARY KEY, numbers TEXT NOT NULL, steps BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE search USING fts5(
    words, content = '', detail = none, columnsize = 0, prefix = '1 2 3 4 5 6 7',
    tokenize = "ascii tokenchars '{PLACE_MARK}'"
);
-- Small pages: a word of very many streets is read where it meets the others, not from end to end.
INSERT INTO search (search, rank) VALUES ('pgsz', 512);
-- How many streets have a word in their name, and in the name of their place.
CREATE TABLE vocabulary (
    id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, named INTEGER NOT NULL, placed INTEGER NOT NULL
) STRICT;
-- Words of the vocabulary by the keys of their spelling, as 32-bit numbers.
CREATE TABLE spellings (key INTEGER PRIMARY KEY, words BLOB NOT NULL) STRICT;
"""

STAGING = """
CREATE TEMP TABLE runs (
    street TEXT NOT NULL, place INTEGER NOT NULL, source INTEGER NOT NULL, name TEXT NOT NULL,
    hamlets TEXT NOT NULL, locality INTEGER NOT NULL, doors TEXT NOT NULL
);
CREATE TEMP TABLE staged (
    key TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, hamlets TEXT NOT NULL,
    place INTEGER NOT NULL, source INTEGER NOT NULL, lat INTEGER, lon INTEGER,
    doors INTEGER NOT NULL, numbers TEXT NOT NULL, steps BLOB NOT NULL
);
"""

SPEED = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32000;
PRAGMA temp_store = FILE;
"""


def town_word(citycode: str) -> str:
    """Return the word that all streets of a commune share, which no one types."""
    return PLACE_MARK * 2 + citycode.lower()
