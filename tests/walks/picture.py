"""Draws the pictures of the README, `ecrans.webp` and `mairie.webp`, from the screens that walks took."""

from pathlib import Path

from PIL import Image, ImageDraw

SCREENS = Path(__file__).parents[1] / "screenshots"
HERE = Path(__file__).parent
# Each screen, and how far down it is scrolled.
PARENTS = {"01-accueil": 0, "04-adresse": 0, "06-identifiants": 420, "12-entourage": 300, "17-espace-apres": 0}
AGENTS = {"claire-file": 0, "claire-dossier": 0}
PHONE, DESK = (360, 740), (1280, 800)
GAP, CORNER = 28, 18
WIDTH = 1100
PAPER, EDGE = "#e8edf1", "#79838c"
QUALITY = 38


def framed(path: Path, scrolled: int, size: tuple[int, int]) -> Image.Image:
    """Return what a screen of that size shows of a page, its corners round."""
    screen = Image.new("RGB", size, "#ffffff")
    screen.paste(Image.open(path).convert("RGB"), (0, -scrolled))
    mask = Image.new("L", size, 0)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, CORNER, fill=255)
    shown = Image.new("RGB", size, PAPER)
    shown.paste(screen, mask=mask)
    ImageDraw.Draw(shown).rounded_rectangle(box, CORNER, outline=EDGE, width=2)
    return shown


def montage(folder: Path, shown: dict[str, int], size: tuple[int, int]) -> Image.Image:
    """Return the screens side by side."""
    width = len(shown) * (size[0] + GAP) + GAP
    picture = Image.new("RGB", (width, size[1] + 2 * GAP), PAPER)
    for rank, (name, scrolled) in enumerate(shown.items()):
        picture.paste(framed(folder / f"{name}.png", scrolled, size), (GAP + rank * (size[0] + GAP), GAP))
    return picture.resize((WIDTH, round(picture.height * WIDTH / width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for name, folder, shown, size in (
        ("ecrans", SCREENS / "htmx", PARENTS, PHONE),
        ("mairie", SCREENS, AGENTS, DESK),
    ):
        picture = HERE / f"{name}.webp"
        montage(folder, shown, size).save(picture, quality=QUALITY, method=6)
        print(f"{picture} ({picture.stat().st_size // 1024} Ko)")
