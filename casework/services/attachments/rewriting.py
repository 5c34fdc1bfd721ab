"""Writes a PDF anew from its pages; run as a program of its own, which papers.py starts.

What hostile bytes do to a parser they do to this process: it knows no key and no database, and its
memory and its time end. It imports nothing of casework, and reads and writes only its pipes.
"""

import io
import resource
import sys
import zlib
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

MOST_PAGES: Final = 1_000
MOST_OBJECTS: Final = 100_000
MOST_POINTS: Final = 100_000_000
"""A page of A3 that was scanned with 600 points an inch has 70 million."""

MOST_UNPACKED: Final = 500 * 1024 * 1024
MOST_PACKED: Final = 64 * 1024 * 1024
"""How far what is packed in another way than Flate may unpack; it is unpacked in memory."""

LIMITS: Final = (
    (resource.RLIMIT_AS, 1024 * 1024 * 1024),
    (resource.RLIMIT_CPU, 15),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
"""Bytes of memory, seconds of work; files and pictures of a crash are never written."""

CHUNK: Final = 1024 * 1024
DEEPEST: Final = 50

REFUSED: Final = 3
LOCKED: Final = "locked"
DAMAGED: Final = "damaged"
BOMB: Final = "bomb"
NOT_DRAWN: Final = "not drawn"
"""The words by which papers.py knows why nothing was written."""

ON_A_PAGE: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/Resources",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Rotate",
        "/Contents",
        "/Group",
        "/UserUnit",
    }
)
"""What a page needs to look as it does; notes, actions, previews and origins are not among it."""

NEVER: Final = frozenset(
    {
        "/Metadata",
        "/PieceInfo",
        "/LastModified",
        "/OPI",
        "/Ref",
        "/AF",
        "/EF",
        "/JS",
        "/XFA",
        "/OpenAction",
        "/Usage",
        "/CreatorInfo",
        "/Subtype2",
    }
)
HARMFUL_TYPES: Final = frozenset(
    {"/Action", "/Annot", "/Catalog", "/EmbeddedFile", "/F", "/Filespec", "/Metadata", "/Sig"}
)
ACTIONS: Final = frozenset(
    {
        "/GoTo",
        "/GoToR",
        "/GoToE",
        "/GoTo3DView",
        "/Hide",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Named",
        "/Rendition",
        "/ResetForm",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Sound",
        "/SubmitForm",
        "/Thread",
        "/URI",
    }
)
LIES_ELSEWHERE: Final = ("/F", "/FFilter", "/FDecodeParms")
UNPACKABLE: Final = frozenset(
    {"/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"}
)


class Refused(Exception):
    """Nothing is written; ``why`` is the word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def rewritten(content: bytes) -> bytes:
    """Return a PDF of the pages alone: programs, files, notes and origins are left behind."""
    with pikepdf.open(io.BytesIO(content)) as opened, pikepdf.new() as fresh:
        if len(opened.objects) > MOST_OBJECTS or len(opened.pages) > MOST_PAGES:
            raise Refused(BOMB)
        if not len(opened.pages):
            raise Refused(DAMAGED)
        draw_what_was_filled_in(opened)
        for page in opened.pages:
            keep_only(page.obj, ON_A_PAGE)
            fresh.pages.append(page)
        keep_layers(opened, fresh)
        for part in fresh.objects:
            clean(part)
        check_sizes(fresh)
        kept = io.BytesIO()
        fresh.save(
            kept,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )
        return kept.getvalue()


def draw_what_was_filled_in(opened: Pdf) -> None:
    """Make forms, stamps and notes a part of their page, as they were drawn.

    What somebody wrote and only a viewer would draw cannot be kept, so it is refused.
    """
    form = opened.Root.get("/AcroForm")
    stale = False
    if isinstance(form, Dictionary):
        stale = bool(form.get("/NeedAppearances", False))
        form["/NeedAppearances"] = False
        if "/XFA" in form and bool(opened.Root.get("/NeedsRendering", False)):
            raise Refused(NOT_DRAWN)
    for page in opened.pages:
        for note in page.obj.get("/Annots", []):
            if isinstance(note, Dictionary) and is_written(note) and (stale or not drawn(note)):
                raise Refused(NOT_DRAWN)
    opened.flatten_annotations(mode="all")


def is_written(note: Dictionary) -> bool:
    """Say whether a note or a field of a form holds words that somebody wrote."""
    if note.get("/Subtype") == Name.FreeText:
        return bool(str(note.get("/Contents", "")).strip())
    if note.get("/Subtype") != Name.Widget:
        return False
    field: Object | None = note
    for _ in range(DEEPEST):
        if not isinstance(field, Dictionary):
            return False
        if "/V" in field:
            return isinstance(field.V, pikepdf.String) and bool(str(field.V).strip())
        field = field.get("/Parent")
    return False


def drawn(note: Dictionary) -> bool:
    """Say whether a note brings its own drawing."""
    drawing = note.get("/AP")
    return isinstance(drawing, Dictionary) and "/N" in drawing


def keep_only(part: Object, wanted: frozenset[str]) -> None:
    """Take everything out of a part that is not wanted."""
    for key in set(part.keys()) - wanted:
        del part[key]


def keep_layers(opened: Pdf, fresh: Pdf) -> None:
    """Keep which layers are hidden; else a page would show what it never showed."""
    layers = opened.Root.get("/OCProperties")
    if isinstance(layers, Dictionary):
        fresh.Root["/OCProperties"] = fresh.copy_foreign(opened.make_indirect(layers))


def clean(part: Object) -> None:
    """Take out of a part, and of all that lies in it, what acts, what is a file, whose it was."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting += inner(list(one))
        elif isinstance(one, Dictionary | Stream):
            clean_one(one)
            waiting += inner([one[key] for key in list(one.keys())])


def inner(parts: list[object]) -> list[Object]:
    """Return the parts that lie within another one, not beside it under a number of their own."""
    return [part for part in parts if isinstance(part, Array | Dictionary) and not part.is_indirect]


def clean_one(part: Dictionary | Stream) -> None:
    """Take out of one part what acts, what is a file and whose it was."""
    for key in list(part.keys()):
        if key in NEVER or is_harmful(part[key]):
            del part[key]
    if isinstance(part, Stream):
        for key in LIES_ELSEWHERE:
            if key in part:
                del part[key]
        bare_photo(part)


def bare_photo(part: Stream) -> None:
    """Take place, device and owner out of a photo that lies on a page."""
    filters = filters_of(part)
    if filters[-1:] != ["/DCTDecode"] or set(filters[:-1]) - {"/FlateDecode"}:
        return
    photo = b"".join(up_to(MOST_PACKED, unpacked(part, len(filters) - 1)))
    parms = part.get("/DecodeParms")
    if isinstance(parms, Array):
        parms = parms[len(filters) - 1] if len(parms) == len(filters) else None
    part.write(
        without_facts(photo),
        filter=Name.DCTDecode,
        decode_parms=parms if isinstance(parms, Dictionary) else None,
    )


def is_harmful(part: object) -> bool:
    """Say whether a part does something, is a file, or is a program for a printer."""
    if not isinstance(part, Dictionary | Stream):
        return False
    if isinstance(part, Stream) and part.get("/Subtype") == Name.PS:
        return True
    type_ = part.get("/Type")
    if type_ is None:
        return str(part.get("/S", "")) in ACTIONS
    return str(type_) in HARMFUL_TYPES


def without_facts(photo: bytes) -> bytes:
    """Return a JPEG without place, device, owner and comments; its points stay as they are."""
    kept, at = bytearray(photo[:2]), 2
    while photo[at : at + 1] == b"\xff" and at + 4 <= len(photo):
        mark = photo[at + 1]
        if mark == 0xDA:
            return bytes(kept) + photo[at:]
        end = at + 2 + int.from_bytes(photo[at + 2 : at + 4])
        if mark not in (0xE1, 0xED, 0xFE) and not 0xE3 <= mark <= 0xEC:
            kept += photo[at:end]
        at = end
    return photo


def check_sizes(fresh: Pdf) -> None:
    """Refuse a PDF that would fill the memory of whoever opens it."""
    left = MOST_UNPACKED
    for part in fresh.objects:
        if not isinstance(part, Stream):
            continue
        if points(part) > MOST_POINTS:
            raise Refused(BOMB)
        left -= size_of(part, left)


def points(part: Stream) -> int:
    """Return how many points a picture says that it has."""
    wide, high = part.get("/Width", 0), part.get("/Height", 0)
    return int(wide) * int(high) if isinstance(wide, int) and isinstance(high, int) else 0


def size_of(part: Stream, most: int) -> int:
    """Return how large a stream is when a viewer has unpacked it; BOMB above ``most``."""
    filters = filters_of(part)
    flat = len(list(takewhile("/FlateDecode".__eq__, filters)))
    if filters[flat:] and filters[-1] in UNPACKABLE:
        whole = part.read_bytes(pikepdf.StreamDecodeLevel.specialized)
        return sum(map(len, up_to(MOST_PACKED, iter([whole]))))
    return sum(map(len, up_to(most, unpacked(part, flat))))


def filters_of(part: Stream) -> list[str]:
    """Return how a stream is packed, the outermost way first."""
    named = part.get("/Filter")
    if named is None:
        return []
    return [str(name) for name in named] if isinstance(named, Array) else [str(named)]


def unpacked(part: Stream, times: int) -> Iterator[bytes]:
    """Yield what is in a stream, from which as many layers of Flate are taken."""
    pieces = iter([part.read_raw_bytes()])
    for _ in range(times):
        pieces = inflated(pieces)
    return pieces


def up_to(most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces, of which together there must not be more than ``most`` bytes."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise Refused(BOMB)
        yield piece


def inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack piece by piece, so that no more is unpacked than somebody asks for."""
    unpacker = zlib.decompressobj()
    try:
        for packed in pieces:
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, CHUNK)
                packed = unpacker.unconsumed_tail
    except zlib.error:  # a viewer shows what came before
        return


def written_or_refused(content: bytes) -> tuple[int, bytes]:
    """Return how the program ends, and the new PDF or the word for why there is none."""
    try:
        return 0, rewritten(content)
    except Refused as refused:
        why = refused.why
    except pikepdf.PasswordError:
        why = LOCKED
    except MemoryError:
        why = BOMB
    except Exception:  # whatever a parser says of a hostile file
        why = DAMAGED
    return REFUSED, why.encode()


def set_limits() -> None:
    """Let memory and time of this process end, and let it write no file."""
    for limit, most in LIMITS:
        _, hard = resource.getrlimit(limit)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (least, least))


def main() -> int:
    """Read a PDF and write the new one, or why there is none."""
    set_limits()
    code, said = written_or_refused(sys.stdin.buffer.read())
    sys.stdout.buffer.write(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
