"""Draws pictures anew: what is kept are the points of the picture and nothing beside them.

Place, time and device of a photo, comments, previews and whatever was hung on its end are gone.
"""

import io
import threading
from typing import Final

from PIL import Image, ImageOps

from casework.language import N_
from casework.models.attachments import FileKind
from casework.services.attachments.unfit import Unfit

READ: Final = ("JPEG", "PNG", "WEBP", "GIF")
MOST_POINTS: Final = 50_000_000
EDGE: Final = 3_000
"""Wide enough to read a page that was photographed; a larger picture is made smaller."""

QUALITY: Final = 85
LARGEST_PNG: Final = 4 * 1024 * 1024
"""A drawing or a screen stays sharp as PNG; a photo that came as PNG becomes a JPEG."""

ONE_AT_A_TIME: Final = threading.Lock()
"""A large picture takes 200 MB while it is drawn: a process draws one after the other."""

DAMAGED = N_("“%(name)s” was not taken: the picture is damaged. Take or save it once more.")
TOO_LARGE = N_(
    "“%(name)s” was not taken: the picture has more than 50 million points. Make it smaller."
)


def redrawn(content: bytes) -> tuple[FileKind, bytes]:
    """Return the first frame of a picture, upright, at most 3 000 points wide and high.

    Raises Unfit for a damaged one and for one that would fill the memory.
    """
    with ONE_AT_A_TIME:
        try:
            return _drawn(content)
        except Unfit:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unfit(TOO_LARGE) from error
        except Exception as error:  # whatever a decoder says of a hostile file
            raise Unfit(DAMAGED) from error


def _drawn(content: bytes) -> tuple[FileKind, bytes]:
    with Image.open(io.BytesIO(content), formats=READ) as opened:
        if opened.width * opened.height > MOST_POINTS:
            raise Unfit(TOO_LARGE)
        came_as = opened.format
        opened.draft("RGB", (EDGE, EDGE))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    seen_through = upright.has_transparency_data
    picture = upright.convert("RGBA" if seen_through else "RGB")
    picture.thumbnail((EDGE, EDGE))
    if came_as == "JPEG" or (came_as == "WEBP" and not seen_through):
        return FileKind.JPEG, _as_jpeg(picture)
    drawn = _written(picture, "PNG")
    if len(drawn) > LARGEST_PNG:
        return FileKind.JPEG, _as_jpeg(picture)
    return FileKind.PNG, drawn


def _as_jpeg(picture: Image.Image) -> bytes:
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return _written(flat, "JPEG", quality=QUALITY)


def _written(picture: Image.Image, kind: str, **options: int) -> bytes:
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    kept = io.BytesIO()
    fresh.save(kept, kind, **options)
    return kept.getvalue()
