"""Signing in and out in a real browser."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter


def test_staff_sign_in_and_out_and_the_back_button_shows_nothing(enter: Enter) -> None:
    page: Page = enter("clerk")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.go_back()
    page.goto("/account")
    expect(page.get_by_label("User name")).to_be_visible()
