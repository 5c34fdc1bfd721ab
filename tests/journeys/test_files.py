"""A citizen adds photos with and without scripts; the office opens them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Attachment
from tests.files.samples import pdf, photo
from tests.journeys.conftest import Site
from tests.journeys.people import LETTER, Person

TYPED = (("Subject", "subject"), ("Your letter", "text"), ("Your name", "name"))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "photo.jpg").write_bytes(photo())
    (tmp_path / "paper.pdf").write_bytes(pdf())
    (tmp_path / "run.exe").write_bytes(b"MZ" + b"\0" * 200)
    return [tmp_path / name for name in ("photo.jpg", "paper.pdf", "run.exe")]


def kept(site: Site) -> int:
    with Session(site.engine) as session:
        return len(session.scalars(select(Attachment).where(Attachment.basket.is_(None))).all())


def write(page: Page) -> Person:
    writer = Person(page)
    page.goto("/letters/new")
    writer.choose("Complaint")
    for label, name in (*TYPED, ("Phone number", "phone")):
        writer.fill(label, LETTER[name])
    return writer


@pytest.mark.parametrize("scripts", [True, False])
def test_a_letter_goes_with_its_photos_with_and_without_scripts(
    site: Site, browser: Browser, files: list[Path], scripts: bool
) -> None:
    context = browser.new_context(base_url=site.url, locale="en-GB", java_script_enabled=scripts)
    page, before = context.new_page(), kept(site)
    writer = write(page)
    page.locator("#files").set_input_files(files)
    if scripts:
        expect(page.locator(".file-list__item")).to_have_count(2)
    writer.press("Read it once more")
    if not scripts:
        expect(page.locator("#files-error")).to_contain_text("run.exe")
        expect(writer.field("Subject")).not_to_have_value("")
        writer.press("Read it once more")
    writer.sees("photo.jpg")
    writer.sees("paper.pdf")
    writer.does_not_see("run.exe")
    writer.press("Send the letter")
    writer.sees("We have your letter")
    assert kept(site) == before + 2
    context.close()


def test_a_file_that_was_sent_ahead_is_taken_out_in_place(
    site: Site, browser: Browser, files: list[Path]
) -> None:
    context = browser.new_context(base_url=site.url, locale="en-GB")
    page = context.new_page()
    writer = write(page)
    page.locator("#files").set_input_files(files[:2])
    expect(page.locator(".file-list__item")).to_have_count(2)
    page.get_by_role("button", name="Remove the file photo.jpg").click()
    expect(page.locator(".file-list__item")).to_have_count(1)
    expect(writer.field("Subject")).not_to_have_value("")
    context.close()
