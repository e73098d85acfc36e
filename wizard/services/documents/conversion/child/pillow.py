"""Pillow, with what it would otherwise look for once no file can be opened any more."""

from PIL import ExifTags, Image, ImagePalette, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

__all__ = ["ExifTags", "Image", "ImagePalette", "MpoImagePlugin", "TiffImagePlugin", "WebPImagePlugin"]

Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # judged by the child, which refuses where Pillow warns
