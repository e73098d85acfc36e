"""Files made to harm whoever opens them, each with what should become of it."""

import struct
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.documents.samples import SECRET, acting, drawn, pages, pdf, photo, saved, with_picture, written
from wizard.services.documents.conversion import LARGEST, Reason

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

Judged = tuple[str, bytes, set[Reason | None]]
"""Its name, itself, and what may be answered: None is a document."""

SURVIVED = {Reason.BROKEN, Reason.TOO_HEAVY, None}


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG that says it is so large, whatever it holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return made


def other_things() -> Iterator[Judged]:
    """Yield what is neither a photo nor a PDF, whatever it was called."""
    yield "empty", b"", {Reason.EMPTY}
    yield "too large", bytes(LARGEST + 1), {Reason.TOO_LARGE}
    others = {
        "zeros": bytes(LARGEST),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "html": b"<!doctype html><script>alert(1)</script>%PDF-1.7",
        "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        "zip": b"PK\3\4" + bytes(40),
        "program": b"MZ" + bytes(100),
        "eicar": EICAR,
        "gif": written(drawn(), "GIF"),
        "tiff": written(drawn(), "TIFF"),
        "postscript": b"%!PS-Adobe-3.0\n(%pipe%id) (w) file",
        "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(40),
    }
    for name, content in others.items():
        yield name, content, {Reason.UNKNOWN_KIND}


def photos() -> Iterator[Judged]:
    """Yield photos that are too large once unpacked, cut, or not what they begin like."""
    jpeg = photo("JPEG")
    frame = jpeg.index(b"\xff\xc0") + 5
    yield "bomb, png", png(50_000, 50_000, (b"IDAT", zlib.compress(bytes(1 << 20)))), {Reason.TOO_MANY_PIXELS}
    yield "bomb, jpeg", jpeg[:frame] + b"\xff\xff\xff\xff" + jpeg[frame + 4 :], {Reason.TOO_MANY_PIXELS}
    yield "bomb, text", png(9, 9, (b"zTXt", b"a\0\0" + zlib.compress(bytes(8 << 20)))), {Reason.BROKEN}
    yield "bomb, profile", png(9, 9, (b"iCCP", b"a\0\0" + zlib.compress(bytes(8 << 20)))), {Reason.BROKEN}
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        whole = written(Image.effect_noise((400, 400), 50).convert("RGB"), kind)
        yield f"cut, {kind}", whole[: len(whole) * 2 // 3], {Reason.BROKEN}
    yield "jpeg of zeros", b"\xff\xd8\xff" + bytes(1 << 20), {Reason.BROKEN}
    yield "png of nothing", b"\x89PNG\r\n\x1a\n", {Reason.BROKEN}
    yield "webp of nothing", b"RIFF\xff\xff\xff\xffWEBPVP8 ", {Reason.BROKEN}
    yield "heic of nothing", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\xff" * 99, {Reason.BROKEN}


def documents() -> Iterator[Judged]:
    """Yield PDFs that never end, unpack to gigabytes, call themselves, or act."""
    lock = pikepdf.Encryption(owner="o", user="u")
    yield "encrypted", pdf(["secret"], encryption=lock), {Reason.ENCRYPTED}
    yield "thousands of pages", pdf(["page"] * 1500), {Reason.TOO_MANY_PAGES}
    whole = saved(pages(["page"] * 9), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    yield "cut", whole[: len(whole) * 2 // 3], {Reason.BROKEN}
    yield "cut, linearized", saved(pages(["page"] * 9), linearize=True)[:-300], {Reason.BROKEN}
    yield "of zeros", b"%PDF-1.7\n" + bytes(LARGEST - 9), {Reason.BROKEN}
    yield "acting", acting(), {None}
    yield "without a page", saved(pikepdf.new()), {Reason.BROKEN}
    yield "nested arrays", _with_contents(b"[" * 100_000), SURVIVED
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
    yield "nested objects", deep, {Reason.BROKEN}
    yield "deep page tree", _deep_tree(4000), SURVIVED
    yield "page tree in a circle", _circle(), {Reason.BROKEN, Reason.TOO_MANY_PAGES}
    bomb = zlib.compress(bytes(80 << 20), 1)
    yield "bomb", _with_contents(bomb, Filter=Name.FlateDecode), {Reason.TOO_HEAVY, Reason.BROKEN}
    twice = Array([Name.FlateDecode, Name.FlateDecode])
    yield "bomb in a bomb", _with_contents(zlib.compress(bomb), Filter=twice), {Reason.TOO_HEAVY, Reason.BROKEN}
    document = pikepdf.new()
    with_picture(document, zlib.compress(bytes(99)), Name.FlateDecode, Width=50_000, Height=50_000)
    yield "bomb, picture", saved(document), {Reason.TOO_MANY_PIXELS}
    yield "form that draws itself", _drawing_itself(), SURVIVED
    yield "page as wide as a sea", _as_wide_as_a_sea(), SURVIVED
    yield "page of no size", pdf([""]).replace(b"0 0 595 842", b"0 0 0   0  "), SURVIVED


def _with_contents(data: bytes, **keys: object) -> bytes:
    document = pages([""])
    document.pages[0].obj.Contents = document.make_stream(data, **keys)
    return saved(document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def _deep_tree(depth: int) -> bytes:
    objects = [f"{n} 0 obj << /Type /Pages /Count 1 /Kids [{n + 1} 0 R] >> endobj" for n in range(2, depth)]
    last = f"{depth} 0 obj << /Type /Page /MediaBox [0 0 9 9] >> endobj"
    root, end = "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj", "trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF"
    return "\n".join(["%PDF-1.7", root, *objects, last, end]).encode()


def _circle() -> bytes:
    return _deep_tree(3).replace(b"<< /Type /Page /MediaBox [0 0 9 9] >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>")


def _drawing_itself() -> bytes:
    document = pages([""])
    drawing = document.make_stream(b"/I Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    drawing.Resources = Dictionary(XObject=Dictionary(I=drawing))
    document.pages[0].obj.Resources = drawing.Resources
    document.pages[0].obj.Contents = document.make_stream(b"/I Do")
    return saved(document)


def _as_wide_as_a_sea() -> bytes:
    document = pages([SECRET.decode()[:4]])
    document.pages[0].obj.MediaBox = [0, 0, 10_000_000, 1]
    return saved(document)


def laughing(levels: int = 12) -> bytes:
    """Return a PDF whose drawings call each other until there are billions."""
    document = pages([""])
    inner = document.make_stream(b"0 0 1 1 re f " * 9, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(levels):
        resources = Dictionary(XObject=Dictionary(I=inner))
        inner = document.make_stream(b"/I Do " * 12, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        inner.Resources = resources
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=inner))
    document.pages[0].obj.Contents = document.make_stream(b"/I Do")
    return saved(document)
