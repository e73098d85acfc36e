"""What is kept of a photo or of a PDF: what one sees, and nothing else of the file."""

import ast
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Name
from PIL import Image, ImageOps

from tests.documents import samples
from tests.documents.samples import SECRET, drawn, photo, says_nothing, written
from wizard.services.documents import conversion
from wizard.services.documents.conversion import Converted, Reason, Unreadable, assemble, convert
from wizard.services.documents.conversion.child import framing, photos, work

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def near(one: object, other: tuple[int, ...]) -> bool:
    return isinstance(one, tuple) and all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def seen(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg))
    image.load()
    assert image.format == "JPEG" and image.mode == "RGB"
    return image


def words(content: bytes) -> list[str]:
    """Return what one reads on each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range().strip() for page in document]


def refused(content: bytes) -> Reason:
    with pytest.raises(Unreadable) as caught:
        convert(content)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_comes_out_upright_and_says_nothing_of_itself(kind: str) -> None:
    raw = photo(kind, drawn((2400, 1200)), orientation=6)
    assert SECRET in raw
    kept = convert(raw)
    assert (kept.media_type, kept.pages, kept.analysed) == ("image/jpeg", 1, False)
    assert says_nothing(kept.content) and all(says_nothing(preview) for preview in kept.previews)
    picture, (preview,) = seen(kept.content), map(seen, kept.previews)
    assert (picture.size, preview.size) == ((1000, 2000), (1000, 2000))
    assert near(picture.getpixel((990, 10)), RED) and near(picture.getpixel((10, 10)), BLUE)


def test_however_the_telephone_was_held_the_photo_is_upright() -> None:
    for orientation in range(1, 9):
        raw = photo("JPEG", orientation=orientation)
        _type, kept, _preview = photos.convert(work.Work.JPEG, raw)
        expected = ImageOps.exif_transpose(Image.open(BytesIO(raw)))
        assert seen(kept).size == expected.size
        for corner in ((5, 5), (expected.width - 5, 5), (5, expected.height - 5)):
            assert near(seen(kept).getpixel(corner), expected.getpixel(corner)), (orientation, corner)
    nonsense = written(drawn(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
    assert seen(convert(nonsense).content).size == (120, 160)


def test_pictures_of_any_mode_are_seen_as_they_were() -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    half = Image.new("I;16", (40, 40), 32768)
    moving = {"save_all": True, "append_images": [Image.new("RGB", (40, 40), BLUE)]}
    red = Image.new("RGB", (40, 40), RED)
    cases = [
        ("JPEG", written(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG"), RED),
        ("JPEG", written(Image.new("L", (40, 40), 128), "JPEG"), (128, 128, 128)),
        ("PNG", written(half, "PNG"), (128, 128, 128)),
        ("PNG", written(clear, "PNG"), WHITE),
        ("PNG", written(clear.convert("LA"), "PNG"), WHITE),
        ("PNG", written(red.quantize(4), "PNG"), RED),
        ("PNG", written(red.quantize(4), "PNG", transparency=0), WHITE),
        ("PNG", written(Image.new("1", (40, 40), 1), "PNG"), WHITE),
        ("PNG", written(red, "PNG", **moving), RED),
        ("WEBP", written(red, "WEBP", **moving), RED),
        ("WEBP", written(clear, "WEBP"), WHITE),
        ("PNG", written(Image.new("RGB", (1, 1), RED), "PNG"), RED),
        ("PNG", written(Image.new("RGB", (9000, 1), RED), "PNG"), RED),
    ]
    for number, (kind, raw, colour) in enumerate(cases):
        assert work.kind_of(raw) == kind.lower()
        _type, kept, preview = photos.convert(work.Work(kind.lower()), raw)
        assert near(seen(kept).getpixel((0, 0)), colour) and says_nothing(kept), number
        assert seen(kept).width <= 2000 and seen(preview).width <= 1000


def test_a_pdf_keeps_its_pages_and_nothing_that_acts() -> None:
    raw = samples.acting()
    assert SECRET in samples.texts(raw)
    kept = convert(raw)
    assert (kept.media_type, kept.pages, words(kept.content)) == ("application/pdf", 1, ["Attestation"])
    assert seen(kept.previews[0]).width == 1000 and says_nothing(kept.previews[0])
    inside = samples.texts(kept.content)
    acts = (SECRET, b"/JS", b"JavaScript", b"/AA", b"OpenAction", b"Annots", b"/AF", b"Launch", b"URI", b"EmbeddedFile")
    assert not [word for word in (*acts, b"Metadata", b"PieceInfo", b"/Info", b"Names") if word in inside]


def test_what_was_typed_in_the_form_of_a_pdf_stays_on_its_page() -> None:
    kept = convert(samples.form("MARTIN"))
    assert words(kept.content) == ["MARTIN"]
    assert b"AcroForm" not in samples.texts(kept.content)


def test_pages_keep_what_they_inherit_and_the_order_they_had() -> None:
    document = samples.pages([f"Page {number}" for number in range(10)])
    font = document.pages[0].obj.Resources
    for page in document.pages:
        del page.obj["/Resources"]
    document.Root.Pages.Resources = font
    document.Root.Pages.Rotate = 90
    kept = convert(samples.saved(document))
    assert words(kept.content) == [f"Page {number}" for number in range(10)]
    assert kept.pages == 10 and seen(kept.previews[0]).width > seen(kept.previews[0]).height


def test_the_photos_inside_a_pdf_say_nothing_either() -> None:
    """Neither as they are, nor packed once more, nor of other kinds, nor in the text of the page: those are redrawn."""
    jpeg = photo("JPEG", drawn((120, 160)))
    cut = jpeg[:2] + jpeg[-2:]
    packed = pikepdf.Array([Name.ASCIIHexDecode, Name.DCTDecode])
    other = written(drawn(), "JPEG2000", comment=SECRET.decode())
    inline = b"300 0 0 400 0 0 cm BI /W 120 /H 160 /CS /RGB /BPC 8 /F /DCT ID " + jpeg + b"\nEI"
    for data, kind in ((jpeg, Name.DCTDecode), (jpeg.hex().encode() + b">", packed), (other, Name.JPXDecode)):
        document = pikepdf.new()
        samples.with_picture(document, data, kind)
        check_picture(samples.saved(document))
    document = samples.pages([""])
    document.pages[0].obj.MediaBox = [0, 0, 300, 400]
    document.pages[0].obj.Contents = document.make_stream(inline)
    check_picture(samples.saved(document))
    document = pikepdf.new()
    samples.with_picture(document, cut, Name.DCTDecode)
    assert SECRET not in samples.texts(convert(samples.saved(document)).content)


def check_picture(raw: bytes) -> None:
    kept = convert(raw)
    assert SECRET not in samples.texts(kept.content)
    assert [says_nothing(picture) for picture in samples.pictures(kept.content)] == [True]
    preview = seen(kept.previews[0])
    assert near(preview.getpixel((10, 10)), RED) and near(preview.getpixel((990, 1000)), BLUE)


def test_a_heavy_pdf_becomes_the_pictures_of_its_pages() -> None:
    document = pikepdf.new()
    noise = written(Image.effect_noise((2600, 2600), 90).convert("RGB"), "JPEG", quality=92)
    samples.with_picture(document, noise, Name.DCTDecode, Width=2600, Height=2600)
    raw = samples.saved(document)
    kept = convert(raw)
    assert len(raw) > 3 << 20 > len(kept.content)
    (picture,) = samples.pictures(kept.content)
    assert max(seen(picture).size) == 2000


def test_what_follows_a_photo_is_not_kept() -> None:
    program, page = b"MZ" + SECRET * 9, samples.pdf(["caché"])
    kept = convert(photo("JPEG") + page + program)
    assert kept.media_type == "image/jpeg" and says_nothing(kept.content)
    document = convert(samples.pdf(["visible"]) + b"\n" + program)
    assert words(document.content) == ["visible"] and SECRET not in samples.texts(document.content)


def test_a_pdf_that_opens_without_a_password_is_read_and_any_other_is_not() -> None:
    for revision in (2, 4, 6):
        lock = pikepdf.Encryption(owner="o", user="", R=revision, metadata=False, aes=revision > 2)
        assert words(convert(samples.pdf(["libre"], encryption=lock)).content) == ["libre"]
    assert refused(samples.pdf(["secret"], encryption=pikepdf.Encryption(owner="o", user="u"))) == Reason.ENCRYPTED


def test_several_photos_and_pdfs_make_one_document_in_their_order() -> None:
    parts = [convert(samples.pdf(["un", "deux"])), convert(photo("PNG")), convert(samples.pdf(["quatre"]))]
    whole = assemble(parts)
    assert (whole.media_type, whole.pages) == ("application/pdf", 4)
    assert words(whole.content) == ["un", "deux", "", "quatre"]
    assert whole.previews == tuple(preview for part in parts for preview in part.previews)
    assert not whole.analysed and assemble([replace(part, analysed=True) for part in parts]).analysed
    (picture,) = samples.pictures(whole.content)
    assert picture == parts[1].content


def test_a_document_has_ten_pages_at_most() -> None:
    assert refused(samples.pdf(["page"] * 11)) == Reason.TOO_MANY_PAGES
    five = convert(samples.pdf(["page"] * 5))
    assert assemble([five, five]).pages == 10
    for parts, reason in (([five, five, five], Reason.TOO_MANY_PAGES), ([], Reason.EMPTY)):
        with pytest.raises(Unreadable) as caught:
            assemble(parts)
        assert caught.value.reason == reason


def test_every_refusal_says_in_french_what_to_do(app: Flask) -> None:
    with app.test_request_context():
        for reason in Reason:
            sentence = str(Unreadable(reason).sentence)
            assert sentence.endswith(".") and "\u00a0: " in sentence, reason
    assert Unreadable(Reason.BUSY).status == 503 and Unreadable(Reason.EMPTY).status == 422


@given(st.lists(st.binary(max_size=40)))
def test_what_the_two_processes_say_is_understood_whole_or_not_at_all(parts: list[bytes]) -> None:
    packed = framing.pack(parts)
    assert framing.unpack(packed) == parts
    if parts:
        with pytest.raises(ValueError, match="cut"):
            framing.unpack(packed[:-1])


def test_the_child_knows_nothing_of_the_portal() -> None:
    """It is loaded by itself: what it would import of the portal is not there, or would take a second to load."""
    folder = Path(conversion.__file__).parent / "child"
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path.name
                names = [node.module or ""] if not node.level else []
            assert not [name for name in names if name.split(".")[0] == "wizard"], path.name


def test_what_is_kept_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Converted("image/jpeg", b"", (), 0, False).analysed = True  # type: ignore[misc]
