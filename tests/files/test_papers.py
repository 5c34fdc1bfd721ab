"""Of a PDF only its pages are kept: nothing in it acts, hides a file or tells of people."""

import io
import signal
import subprocess
from pathlib import Path

import pikepdf
import pytest

from casework.errors import Invalid
from casework.language import translate
from casework.services.attachments import papers
from casework.services.attachments.judging import judged
from casework.services.attachments.papers import pages_only
from casework.services.attachments.unfit import Unfit
from tests.files.papers import BARED, CANARY, MARK, REFUSED, is_filled_in, locked, paper
from tests.files.samples import photo

PLAIN_KEYS = {"/Type", "/Pages"}


def everything_in(content: bytes) -> bytes:
    """Return all parts of a PDF, unpacked, with texts as they read."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        parts = [repr(part) for part in opened.objects] + [repr(opened.trailer)]
        streams = [
            part.read_raw_bytes() for part in opened.objects if isinstance(part, pikepdf.Stream)
        ]
    return content + "".join(parts).encode() + b"".join(streams)


@pytest.mark.parametrize("what", BARED)
def test_nothing_but_the_pages_is_left_of_a_pdf(what: str) -> None:
    came = paper(BARED[what], pages=2)
    assert MARK.encode() in came or what == "is filled in"
    kept = pages_only(came)
    for mark in (MARK, CANARY, "JavaScript", "/JS", "/AA", "/OpenAction", "/Annot", "/EF", "/Info"):
        assert mark.encode() not in everything_in(kept), mark
    with pikepdf.open(io.BytesIO(kept)) as opened:
        assert set(opened.Root.keys()) == PLAIN_KEYS
        for number, page in enumerate(opened.pages):
            page.contents_coalesce()
            assert b"page %d" % number in page.Contents.read_bytes()


@pytest.mark.parametrize("what", REFUSED)
def test_a_pdf_that_cannot_be_kept_is_refused_with_advice(what: str) -> None:
    made, reason = REFUSED[what]
    with pytest.raises(Invalid) as refusal:
        judged("来信.pdf", made())
    assert refusal.value.field == "files"
    said = translate("en", refusal.value.message, **refusal.value.details)
    assert reason in said
    assert "photograph" in said
    assert "来信.pdf" in translate("zh_CN", refusal.value.message, **refusal.value.details)


def test_a_pdf_that_opens_without_a_password_is_kept_without_its_lock() -> None:
    with pikepdf.open(io.BytesIO(pages_only(locked("only-for-changes", "")))) as opened:
        assert not opened.is_encrypted
        assert len(opened.pages) == 1


def test_what_was_filled_in_stands_on_the_page() -> None:
    with pikepdf.open(io.BytesIO(pages_only(paper(is_filled_in)))) as opened:
        page = opened.pages[0]
        drawn = [part.read_bytes() for part in page.Resources.XObject.as_dict().values()]
        assert any(b"filled" in part for part in drawn)
        assert "/Annots" not in page.obj


def test_a_photo_on_a_page_keeps_its_points_and_loses_its_place() -> None:
    with pikepdf.open(io.BytesIO(pages_only(paper(BARED["tells of people"])))) as opened:
        assert b"Exif" in photo()
        for image in opened.pages[0].Resources.XObject.as_dict().values():
            assert b"Exif" not in image.read_raw_bytes()
            assert pikepdf.PdfImage(image).as_pil_image().size == (120, 80)


def test_hidden_layers_stay_hidden() -> None:
    def layer(made: pikepdf.Pdf) -> None:
        one = made.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.OCG,
                Name=pikepdf.String("a"),
                Usage=pikepdf.Dictionary(User=pikepdf.Dictionary(Name=pikepdf.String(MARK))),
            )
        )
        made.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([one]), D=pikepdf.Dictionary(OFF=pikepdf.Array([one]))
        )
        made.pages[0].Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=one))

    kept = pages_only(paper(layer))
    assert MARK.encode() not in everything_in(kept)
    with pikepdf.open(io.BytesIO(kept)) as opened:
        hidden = opened.Root.OCProperties.D.OFF[0]
        assert hidden.objgen == opened.pages[0].Resources.Properties.L.objgen


def test_the_same_pdf_is_kept_as_the_same_bytes_once_and_again() -> None:
    once = pages_only(paper(pages=3))
    assert pages_only(paper(pages=3)) == once
    assert pages_only(once) == pages_only(pages_only(once))


def test_earlier_versions_and_what_hangs_on_the_end_are_gone() -> None:
    came = paper() + b"\n<script>canary</script>\nPK\x03\x04canary\n%%EOF\n"
    assert b"canary" not in pages_only(came)


def test_the_program_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEYS", "canary")
    given = subprocess.run
    seen: list[dict[str, object]] = []

    def run(*command: object, **options: object) -> object:
        seen.append(options)
        return given(*command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", run)
    pages_only(paper())
    assert [options["env"] for options in seen] == [{}]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (f"import os; os.kill(os.getpid(), {signal.SIGSEGV:d})", "too large"),
        ("while True: pass", "too large"),
        ("raise SystemExit(1)", "cannot be read"),
    ],
)
def test_a_program_that_dies_or_never_ends_costs_the_file_and_nothing_else(
    program: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.py").write_text(program)
    monkeypatch.setattr(papers, "PROGRAM", tmp_path / "program.py")
    monkeypatch.setattr(papers, "SECONDS", 1)
    with pytest.raises(Unfit, match=reason):
        pages_only(paper())
