"""Citizens who write letters over HTTP to a running system, many at once."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar

from tests.web.page import Element, fields, parse

LETTER = {
    "kind": "complaint",
    "text": "路灯三天不亮，请尽快修理。",
    "name": "欧阳测试",
    "phone": "13912345678",
}


@dataclass
class Answer:
    """What came back; status 0 is a connection that broke."""

    status: int
    text: str = ""
    address: str = ""

    @property
    def page(self) -> Element:
        return parse(self.text)[0]


@dataclass
class Citizen:
    """One browser of somebody who writes."""

    url: str
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.url + path.lstrip("/")))

    def post(self, path: str, form: dict[str, list[str]]) -> Answer:
        body = urllib.parse.urlencode(form, doseq=True).encode()
        return self._open(urllib.request.Request(self.url + path.lstrip("/"), body))

    def _open(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            with opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode(), answer.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), error.url)
        except (OSError, HTTPException):
            return Answer(0)

    def written(self, subject: str) -> dict[str, list[str]] | None:
        """Return the form that waits to be sent, None where the system did not answer."""
        blank = self.get("/letters/new")
        if blank.status != 200:
            return None
        typed = {name: [value] for name, value in (LETTER | {"subject": subject}).items()}
        check = self.post("/letters/check", form_of(blank.page, "/letters/check") | typed)
        return form_of(check.page, "/letters/send") if check.status == 200 else None

    def send(self, form: dict[str, list[str]]) -> str | None:
        """Send the letter and return its number, None where nobody acknowledged it."""
        answer = self.post("/letters/send", form)
        if answer.status != 200 or not answer.address.endswith("/letters/received"):
            return None
        return answer.page.all("strong", class_="receipt__key")[0].text


def form_of(page: Element, action: str) -> dict[str, list[str]]:
    """Return what the form that posts to ``action`` would send as it stands."""
    return fields(page.one("main").one("form", action=action))
