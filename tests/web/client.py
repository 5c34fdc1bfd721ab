"""A test client that reads every page it fetches as a strict reader would."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework.web.downloads import LOCKED_UP
from casework.web.headers import FIXED
from tests.web.lint import faults
from tests.web.page import Element, fields, parse

Typed = Mapping[str, str | list[str]]


class LintingClient(FlaskClient):
    """Every answer must carry the security headers; every page must pass the house's lint."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        response = super().open(*args, **options)
        for name, value in FIXED.items():
            allowed = (value, LOCKED_UP) if name == "Content-Security-Policy" else (value,)
            assert response.headers.get(name) in allowed, f"{response.request.path}: {name}"
        assert "Cache-Control" in response.headers
        if response.mimetype == "text/html" and "<main" in response.text:
            page, nesting = parse(response.text)
            found = nesting + faults(page)
            assert not found, f"{response.request.path}: " + "; ".join(found)
        return response

    def fetch(self, address: str, *, status: int = 200, **options: Any) -> Element:
        """Return the page at ``address``."""
        response = self.get(address, **options)
        assert response.status_code == status, f"{address}: {response.status_code}"
        return parse(response.text)[0]

    def submit(
        self,
        page: Element,
        typed: Typed | None = None,
        *,
        action: str | None = None,
        button: tuple[str, str] | None = None,
    ) -> TestResponse:
        """Send the one form of ``page`` that posts (or posts to ``action``) as a browser would.

        What the form holds already is sent with it, its token too; ``typed`` replaces fields.
        """
        forms = [
            form
            for form in page.one("main").all("form", method="post")
            if action is None or form.attrs.get("action") == action
        ]
        assert len(forms) == 1, f"{len(forms)} forms post to {action or 'anywhere'}"
        data: dict[str, str | list[str]] = {**fields(forms[0]), **(typed or {})}
        if button:
            data[button[0]] = button[1]
        return self.post(forms[0].attrs.get("action") or self.here, data=data)

    @property
    def here(self) -> str:
        """The address of the page that was fetched last."""
        return self._here

    _here = "/"

    def get(self, *args: Any, **options: Any) -> TestResponse:
        response = super().get(*args, **options)
        self._here = response.request.full_path.rstrip("?") if response.request else "/"
        return response

    def speak(self, language: str) -> None:
        """Ask for pages in ``language`` from now on."""
        self.set_cookie("language", language)
