"""Draws `tests/walks/ecrans.png`, the picture of the README, from the screens that the walk took."""

from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "tests" / "screenshots" / "htmx"
PICTURE = Path(__file__).with_name("ecrans.png")
# Each screen, and how far down it is scrolled.
SHOWN = {"01-accueil": 0, "04-adresse": 0, "06-identifiants": 420, "12-entourage": 300, "17-espace-apres": 0}
PHONE = (360, 740)
GAP, CORNER, SCALE = 28, 18, 0.75
PAPER, EDGE = "#e8edf1", "#79838c"
COLOURS = 256


def framed(name: str, scrolled: int) -> Image.Image:
    """Return what a phone shows of a page, its corners round."""
    screen = Image.new("RGB", PHONE, "#ffffff")
    screen.paste(Image.open(SCREENS / f"{name}.png").convert("RGB"), (0, -scrolled))
    mask = Image.new("L", PHONE, 0)
    box = (0, 0, PHONE[0] - 1, PHONE[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, CORNER, fill=255)
    phone = Image.new("RGB", PHONE, PAPER)
    phone.paste(screen, mask=mask)
    ImageDraw.Draw(phone).rounded_rectangle(box, CORNER, outline=EDGE, width=2)
    return phone


def montage() -> Image.Image:
    """Return the screens side by side."""
    width = len(SHOWN) * (PHONE[0] + GAP) + GAP
    picture = Image.new("RGB", (width, PHONE[1] + 2 * GAP), PAPER)
    for rank, (name, scrolled) in enumerate(SHOWN.items()):
        picture.paste(framed(name, scrolled), (GAP + rank * (PHONE[0] + GAP), GAP))
    return picture.resize((round(picture.width * SCALE), round(picture.height * SCALE)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    montage().quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE} ({PICTURE.stat().st_size // 1024} Ko)")
