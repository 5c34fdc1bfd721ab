"""A file is judged by what is in it; what is kept can harm nobody who opens it."""

import io

import pytest
from PIL import Image

from casework.errors import Invalid
from casework.language import translate
from casework.models import FileKind
from casework.services.attachments.judging import EACH, clean_name, judged
from casework.services.attachments.pictures import EDGE
from tests.files.samples import HTML, KEPT, NEST, REFUSED, moving, office, pdf, photo, picture


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_or_unreadable_file_is_refused_with_a_reason(what: str) -> None:
    name, content = REFUSED[what]
    with pytest.raises(Invalid) as refusal:
        judged(name, content)
    assert refusal.value.field == "files"
    for language in ("zh_CN", "en"):
        said = translate(language, refusal.value.message, **refusal.value.details)
        assert clean_name(name) in said


@pytest.mark.parametrize("what", KEPT)
def test_a_file_is_what_its_content_says(what: str) -> None:
    name, content, kind = KEPT[what]
    found = judged(name, content)
    assert found.kind.value == kind
    assert found.name.endswith(f".{kind}")


def test_a_file_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="10 MB"):
        judged("large.pdf", pdf() + b"\0" * EACH)


def test_nothing_but_the_picture_is_left_of_a_photo() -> None:
    found = judged("photo.jpg", photo() + HTML + NEST)
    for mark in (b"canary", b"Exif", b"script", b"PK\x03\x04"):
        assert mark in photo() + HTML + NEST
        assert mark not in found.content
    with Image.open(io.BytesIO(found.content)) as image:
        assert image.getexif() == {}
        assert "comment" not in image.info


def test_a_photo_stands_upright_as_it_was_taken() -> None:
    with Image.open(io.BytesIO(judged("photo.jpg", photo()).content)) as image:
        assert image.size == (80, 120)


def test_a_moving_picture_becomes_its_first_frame() -> None:
    found = judged("a.gif", moving())
    with Image.open(io.BytesIO(found.content)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert b"canary" not in found.content


def test_a_large_picture_is_made_smaller() -> None:
    found = judged("photo.jpg", picture(size=(5_000, 4_000)))
    with Image.open(io.BytesIO(found.content)) as image:
        assert max(image.size) == EDGE


def test_clear_places_stay_clear() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(kept, "PNG")
    found = judged("drawing.png", kept.getvalue())
    assert found.kind is FileKind.PNG
    with Image.open(io.BytesIO(found.content)) as image:
        assert image.mode == "RGBA"


def test_old_text_is_kept_in_utf_8() -> None:
    assert judged("a.txt", "路灯不亮".encode("gb18030")).content.decode() == "路灯不亮"
    assert judged("a.txt", "路灯不亮".encode("utf-16")).content.decode() == "路灯不亮"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\photo.jpg", "photo"),
        ("photo\0.jpg", "photo"),
        ("photo\u202egpj.exe", "photogpj"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie x=1"),
        ('a"; filename="evil.jpg', "a ; filename= evil"),
        ("路灯 门口.JPG", "路灯 门口"),
        (".htaccess", "htaccess"),
        ("....", "file"),
        ("", "file"),
        ("长" * 300 + ".png", "长" * 80),
        ("\u200b\u2066x\ufeff.png", "x"),
    ],
)
def test_a_name_is_only_a_name(name: str, bare: str) -> None:
    assert judged(name, picture()).name == f"{bare}.jpg"


def test_a_word_file_is_kept_as_it_came() -> None:
    assert judged("letter.docx", office()).content == office()
