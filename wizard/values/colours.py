"""Contrast of the town's colour (WCAG 2.2, 1.4.3)."""


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio, 1 to 21, of `#rrggbb` with white."""
    return 1.05 / (_luminance(colour) + 0.05)
