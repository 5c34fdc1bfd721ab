"""Pictures that are drawn as part of a page."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Return ``text`` as a square picture that a telephone's camera reads."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, light="#fff")
    return Markup(drawn)  # noqa: S704 - a drawing of black squares, none of the text itself
