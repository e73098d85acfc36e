"""The streams of a PDF, what pages draw with: each keeps what drawing needs, and its pictures nothing but pixels."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from .answers import NotConverted, Reason
from .jpegs import without_metadata
from .photos import MOST_PIXELS

MOST_DECODED = 64 * 1024 * 1024
"""Bytes of one stream once unpacked: a page of A4 takes 26 MB at 300 dots an inch."""

_KEPT = {
    "/Length", "/Filter", "/DecodeParms", "/Type", "/Subtype",
    "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode", "/Interpolate", "/Intent",
    "/ImageMask", "/Mask", "/SMask", "/SMaskInData", "/Matte",
    "/FormType", "/BBox", "/Matrix", "/Resources", "/Group",
    "/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep",
    "/ShadingType", "/Background", "/AntiAlias", "/Function", "/BitsPerCoordinate", "/BitsPerFlag", "/VerticesPerRow",
    "/FunctionType", "/Domain", "/Range", "/Size", "/BitsPerSample", "/Order", "/Encode",
    "/N", "/Alternate",
    "/Length1", "/Length2", "/Length3", "/CMapName", "/CIDSystemInfo", "/WMode", "/UseCMap",
}  # fmt: skip
_PACKED = {"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"}
# The files of pictures that a page may hold in its own text.
_INLINE = (b"/DCT", b"/JPX")


def wash(pdf: pikepdf.Pdf) -> bool:
    """Take from a new document what its pages do not draw with.

    Return whether that was possible: pictures of other kinds have metadata of their own, wherever they are.
    """
    return all(_wash(each) for each in pdf.objects if isinstance(each, Dictionary | Stream))


def _wash(each: Object) -> bool:
    resources = each.get("/Resources")
    if isinstance(resources, Dictionary) and "/Properties" in resources:
        del resources["/Properties"]  # what is said of parts of a page
    if not isinstance(each, Stream):
        return True
    for key in set(each.keys()) - _KEPT:
        del each[key]
    if each.get("/Subtype") == Name.Image and int(each.get("/Width", 0)) * int(each.get("/Height", 0)) > MOST_PIXELS:
        raise NotConverted(Reason.TOO_MANY_PIXELS)
    return _wash_data(each)


def _wash_data(stream: Stream) -> bool:
    filters = _filters(stream)
    if filters == ["/DCTDecode"]:
        washed = without_metadata(stream.read_raw_bytes())
        parameters = stream.get("/DecodeParms")
        stream.write(
            washed, filter=Name.DCTDecode, decode_parms=parameters if isinstance(parameters, Dictionary) else None
        )
        return True
    if set(filters) <= _PACKED:
        data = stream.read_bytes()
        if len(data) > MOST_DECODED:
            raise NotConverted(Reason.TOO_HEAVY)
        return not any(mark in data for mark in _INLINE)
    return filters == ["/CCITTFaxDecode"]


def _filters(stream: Stream) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(name) for name in named] if isinstance(named, Array) else [str(named)]
