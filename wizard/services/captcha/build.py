"""Rasterise the icons of nouns.toml into the committed sheet: `make icons`, never at run time."""

import io
import shutil
import sys
from pathlib import Path

import cairosvg
from PIL import Image, PngImagePlugin

from wizard.services.captcha.nouns import CELL, COLUMNS, HERE, SHEET, all_nouns, fingerprint

PACKAGES = {
    "lucide": ("lucide-static", "icons/{}.svg"),
    "tabler": ("@tabler/icons", "icons/outline/{}.svg"),
    "tabler-filled": ("@tabler/icons", "icons/filled/{}.svg"),
    "phosphor": ("@phosphor-icons/core", "assets/regular/{}.svg"),
    "phosphor-bold": ("@phosphor-icons/core", "assets/bold/{}-bold.svg"),
    "phosphor-fill": ("@phosphor-icons/core", "assets/fill/{}-fill.svg"),
    "bootstrap": ("bootstrap-icons", "icons/{}.svg"),
    "mdi": ("@mdi/svg", "svg/{}.svg"),
}
OVERSAMPLED = 4 * CELL


def main(node_modules: Path) -> None:
    sources = [source for noun in all_nouns() for source in noun.sources]
    rows = -(-len(sources) // COLUMNS)
    sheet = Image.new("1", (COLUMNS * CELL, rows * CELL))
    for cell, source in enumerate(sources):
        sheet.paste(_icon(node_modules, source), (cell % COLUMNS * CELL, cell // COLUMNS * CELL))
    info = PngImagePlugin.PngInfo()
    info.add_text("fingerprint", fingerprint())
    sheet.save(SHEET, optimize=True, pnginfo=info)
    _keep_licences(node_modules)
    print(f"{len(sources)} icônes, {SHEET.stat().st_size // 1024} Kio : {SHEET.name}")


def _icon(node_modules: Path, source: str) -> Image.Image:
    """Return an icon alone, grown to fill its cell: sets leave different margins around theirs."""
    package_set, name = source.split(":")
    package, pattern = PACKAGES[package_set]
    svg = node_modules / package / pattern.format(name)
    png = cairosvg.svg2png(url=str(svg), output_width=OVERSAMPLED, output_height=OVERSAMPLED)
    ink = Image.open(io.BytesIO(png)).getchannel("A")
    ink = ink.crop(ink.getbbox())
    scale = CELL / max(ink.size)
    size = (max(1, round(ink.width * scale)), max(1, round(ink.height * scale)))
    cell = Image.new("L", (CELL, CELL))
    cell.paste(ink.resize(size, Image.Resampling.LANCZOS), ((CELL - size[0]) // 2, (CELL - size[1]) // 2))
    return cell.point(lambda grey: 255 if grey > 127 else 0, mode="1")


def _keep_licences(node_modules: Path) -> None:
    folder = HERE / "licences"
    folder.mkdir(exist_ok=True)
    for package, _ in PACKAGES.values():
        notice = folder / f"{package.strip('@').replace('/', '-')}.txt"
        shutil.copyfile(node_modules / package / "LICENSE", notice)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
