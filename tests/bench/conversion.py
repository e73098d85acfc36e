"""What a conversion costs the machine.

    .venv/bin/python -m tests.bench.conversion

The child is run as the portal does, by a small process that reads what the system counted of it. Fails above 0.6 s of
processor (the least of five times: what else the machine does adds to it), above 130 MB more than Python itself takes.
Of a HEIC, libde265 alone takes 0.45 s: there is nothing to win there.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

import pikepdf
from pikepdf import Name
from PIL import Image, ImageChops, ImageDraw, ImageFont

from tests.documents import samples
from wizard.services.documents.conversion import processing
from wizard.services.documents.conversion.child.framing import pack, unpack
from wizard.services.documents.conversion.child.work import kind_of

ROUNDS = 5
SECONDS, MEGABYTES = 0.6, 130
WATCH = """
import json, resource, subprocess, sys
answer = subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.PIPE, env={}).stdout
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]), file=sys.stderr)
sys.stdout.buffer.write(answer)
"""
NOTHING = (sys.executable, "-I", "-c", "import sys; sys.stdin.buffer.read()")
LINE = "Attestation de quotient familial, 1 rue du Port, 44521 Oudon. "


def page(width: int = 3024, height: int = 4032) -> Image.Image:
    """Return a page as a telephone photographs it: text, shadow, noise."""
    sheet = Image.linear_gradient("L").resize((width, height)).point(lambda light: 150 + light // 3).convert("RGB")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(width // 50)
    for y in range(height // 20, height - height // 20, height // 50):
        pen.text((width // 20, y), LINE, (40, 40, 60), font)
    noise = Image.effect_noise((width, height), 2.5).convert("RGB")
    return ImageChops.add(sheet, noise, scale=1, offset=-128)


def scanned(pages: int = 10) -> bytes:
    """Return a PDF of scanned pages, 150 dots an inch."""
    document = pikepdf.new()
    for _ in range(pages):
        jpeg = samples.written(page(1240, 1754), "JPEG", quality=70)
        samples.with_picture(document, jpeg, Name.DCTDecode, Width=1240, Height=1754)
    return samples.saved(document)


def cost(command: Sequence[str], request: bytes) -> tuple[float, float, list[bytes]]:
    """Return the seconds of processor and the megabytes that a process takes, and what it answers."""
    run = subprocess.run([sys.executable, "-I", "-c", WATCH, *command], input=request, capture_output=True, check=True)
    seconds, megabytes = json.loads(run.stderr)
    return seconds, megabytes, unpack(run.stdout)


def costs() -> bool:
    """Print what each kind of file costs; whether all stay within the limits."""
    photo, kept = page(), True
    files = {
        "JPEG, 12 Mpx": samples.written(photo, "JPEG", quality=92),
        "HEIC, 12 Mpx": samples.written(photo, "HEIF", quality=50),
        "PNG, 12 Mpx": samples.written(photo, "PNG", compress_level=1),
        "WebP, 12 Mpx": samples.written(photo, "WEBP", quality=80, method=0),
        "PDF, 10 pages of text": samples.pdf([LINE] * 10),
        "PDF, 10 scanned pages": scanned(),
    }
    python = cost(NOTHING, b"")[1]
    for name, content in files.items():
        kind = kind_of(content)
        assert kind
        rounds = [cost(processing.COMMAND, pack([kind.encode(), content])) for _ in range(ROUNDS)]
        seconds, megabytes = min(each[0] for each in rounds), max(each[1] for each in rounds) - python
        sizes = f"{len(content) / 1024:6.0f} KB → {len(rounds[0][2][1]) / 1024:5.0f} KB"
        print(f"{name:22} processor {seconds:.2f} s  memory + {megabytes:3.0f} MB  {sizes}", flush=True)
        kept &= seconds <= SECONDS and megabytes <= MEGABYTES
    return kept


def main() -> None:
    sys.exit(None if costs() else 1)


if __name__ == "__main__":
    main()
