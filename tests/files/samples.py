"""Files for tests: such as people send, and such as only somebody hostile would."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

CANARY = "欧阳金丝雀"
"""What must come out of no photo and stand in no public place."""

SCHEMAS = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{SCHEMAS}/content-types">'
    '<Override PartName="/{part}" '
    'ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'
)
LINKS = (
    f'<?xml version="1.0"?><Relationships xmlns="{SCHEMAS}/relationships">{{links}}</Relationships>'
)
LINK = '<Relationship Id="r" Type="http://x/{}" Target="http://evil.cn/t" TargetMode="External"/>'
WORD = "wordprocessingml.document.main+xml"
EXCEL = "spreadsheetml.sheet.main+xml"
DRAWN = (120, 80)


def picture(kind: str = "JPEG", size: tuple[int, int] = DRAWN, **options: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "orange").save(kept, kind, **options)
    return kept.getvalue()


def photo() -> bytes:
    """Return a photo as a telephone takes it: lying on its side, with the place and a name."""
    image = Image.new("RGB", DRAWN, "orange")
    facts = image.getexif()
    facts[0x0112] = 6  # turned
    facts[0x010E] = CANARY.encode().decode("latin-1")
    facts[0x013B] = "canary-artist"
    place = facts.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(23), IFDRational(7), IFDRational(30))
    place[3], place[4] = "E", (IFDRational(113), IFDRational(20), IFDRational(45))
    kept = io.BytesIO()
    image.save(kept, "JPEG", exif=facts, comment=b"canary-comment")
    return kept.getvalue()


def moving() -> bytes:
    frames = [Image.new("RGB", DRAWN, colour) for colour in ("red", "blue")]
    kept = io.BytesIO()
    frames[0].save(kept, "GIF", save_all=True, append_images=frames[1:], comment=b"canary-comment")
    return kept.getvalue()


def archive(parts: dict[str, bytes | str], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", packing) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return kept.getvalue()


def office(
    more: dict[str, bytes | str] | None = None, *, main: str = WORD, links: str = ""
) -> bytes:
    part = "word/document.xml" if main == WORD else "xl/workbook.xml"
    return archive(
        {
            "[Content_Types].xml": TYPES.format(part=part, main=main),
            "_rels/.rels": LINKS.format(links=links),
            part: "<document>路灯不亮</document>",
            **(more or {}),
        }
    )


def pdf(more: bytes = b"") -> bytes:
    """Return a PDF of one empty page, in whose drawing ``more`` stands as a remark."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    made.pages[0].Contents = made.make_stream(b"0 0 10 10 re f % " + more)
    kept = io.BytesIO()
    made.save(kept, compress_streams=False, static_id=True)
    return kept.getvalue()


def pixel_bomb() -> bytes:
    """Return a PNG of 400 million points in a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack("!I", len(content)) + body + struct.pack("!I", zlib.crc32(body))

    head = struct.pack("!IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


EXE = b"MZ\x90\0\x03" + b"\0" * 300
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
NEST = archive({"inner.txt": "x"})
TEMPLATE, HYPERLINK = LINK.format("attachedTemplate"), LINK.format("hyperlink")
GIF_SCRIPT = b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1);//"
LARGE = 64 * 1024 * 1024

REFUSED: dict[str, tuple[str, bytes]] = {
    "a drawing with a script": ("drawing.svg", SVG),
    "a drawing with a script that says it is a photo": ("drawing.jpg", SVG),
    "a drawing with a script as text": ("drawing.txt", SVG),
    "a page that says it is a PDF": ("paper.pdf", HTML),
    "a page as text": ("page.txt", HTML),
    "a page": ("page.html", HTML),
    "a script": ("run.js", b"alert(1)"),
    "a program that says it is a photo": ("photo.jpg", EXE),
    "a program": ("run.exe", EXE),
    "a program for Linux": ("photo.png", b"\x7fELF" + b"\0" * 100),
    "a picture that is a script": ("a.gif", GIF_SCRIPT),
    "a picture of 400 million points": ("wall.png", pixel_bomb()),
    "a picture cut off": ("cut.jpg", picture()[:200]),
    "a picture that is only its first bytes": ("head.png", picture("PNG")[:20]),
    "an empty file": ("empty.jpg", b""),
    "an archive": ("photos.zip", NEST),
    "an archive that says it is a photo": ("photo.jpg", NEST),
    "a document that unpacks to 200 MB": (
        "bomb.docx",
        office({f"word/{n}.xml": b"\0" * 40_000_000 for n in range(5)}),
    ),
    "a document of which one part swells": ("bomb.docx", office({"word/a.xml": b"\0" * 9_000_000})),
    "a document in a document": ("nest.docx", office({"word/embeddings/a.xlsx": NEST})),
    "an archive hidden in a document": ("nest.docx", office({"word/media/image1.png": NEST})),
    "a document of 2 000 parts": (
        "many.docx",
        office({f"word/{n}": b"" for n in range(2_000)}),
    ),
    "a document with macros": ("macros.docm", office({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "a document with macros that says it has none": (
        "plain.docx",
        office(main="wordprocessingml.document.macroEnabled.main+xml " + WORD),
    ),
    "a sheet with old macros": ("m.xlsx", office({"xl/macrosheets/s.xml": "x"}, main=EXCEL)),
    "a document with a control": ("a.docx", office({"word/activeX/activeX1.xml": "x"})),
    "a document that fetches its template": (
        "t.docx",
        office({"word/_rels/settings.xml.rels": LINKS.format(links=TEMPLATE)}),
    ),
    "a document with entities of its own": (
        "e.docx",
        office({"word/_rels/a.rels": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
    ),
    "a document that leaves its folder": ("d.docx", office({"../../etc/passwd": "x"})),
    "a document from the root": ("d.docx", office({"/etc/passwd": "x"})),
    "a damaged document": ("d.docx", office()[:-30]),
    "a Word file of old": ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a photo that only some can read": ("photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 100),
    "a video": ("film.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 100),
    "a PDF cut off": ("cut.pdf", b"%PDF-1.7\n1 0 obj"),
    "text with NUL": ("nul.txt", "路灯\0不亮".encode()),
    "a sheet of formulas": ("sheet.csv", b"=cmd|' /C calc'!A0"),
}

KEPT: dict[str, tuple[str, bytes, str]] = {
    "a photo": ("photo.jpg", photo(), "jpg"),
    "a photo without an ending": ("photo", photo(), "jpg"),
    "a photo that says it is a program": ("photo.exe", photo(), "jpg"),
    "a photo with an archive on its end": ("photo.jpg", photo() + NEST, "jpg"),
    "a photo with a script on its end": ("photo.jpg", photo() + HTML, "jpg"),
    "a screen": ("screen.png", picture("PNG"), "png"),
    "a picture of the web": ("a.webp", picture("WEBP"), "jpg"),
    "a moving picture": ("a.gif", moving(), "png"),
    "a PDF": ("paper.pdf", pdf(), "pdf"),
    "a Word file": ("letter.docx", office(), "docx"),
    "a Word file with a link": ("l.docx", office(links=HYPERLINK), "docx"),
    "an Excel file": ("sheet.xlsx", office(main=EXCEL), "xlsx"),
    "a Word file that says it is a photo": ("photo.jpg", office(), "docx"),
    "text": ("text.txt", "路灯不亮".encode(), "txt"),
    "text of an old system": ("text.txt", "路灯不亮".encode("gb18030"), "txt"),
}
