"""The French keyboard as zxcvbn reads one, which knows only English ones: neighbours of each key."""

# Each row lies half a key to the right of the one above; a key is what it types without and with shift.
ROWS = (
    ("&1", "é2", '"3', "'4", "(5", "-6", "è7", "_8", "ç9", "à0", ")°", "=+"),
    ("aA", "zZ", "eE", "rR", "tT", "yY", "uU", "iI", "oO", "pP", "^¨", "$£"),
    ("qQ", "sS", "dD", "fF", "gG", "hH", "jJ", "kK", "lL", "mM", "ù%", "*µ"),
    ("wW", "xX", "cC", "vV", "bB", "nN", ",?", ";.", ":/", "!§"),
)
# Left, upper left, upper right, right, lower right, lower left.
AROUND = ((-1, 0), (0, -1), (1, -1), (1, 0), (0, 1), (-1, 1))


def neighbours() -> dict[str, list[str | None]]:
    keys = {(x, y): key for y, row in enumerate(ROWS) for x, key in enumerate(row)}
    return {
        typed: [keys.get((x + right, y + down)) for right, down in AROUND]
        for (x, y), key in keys.items()
        for typed in key
    }
