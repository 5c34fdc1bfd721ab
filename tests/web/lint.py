"""What every page must be, whoever wrote it: read by the test client on each page it fetches."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from babel.messages.pofile import read_po

from tests.translations import CATALOGUE
from tests.web.page import Element

Rule = Callable[[Element], Iterator[str]]
UNTYPED = frozenset({"hidden", "submit", "button", "image", "reset"})
MARKERS = re.compile(r"%\(\w+\)[sd]|\{\{|\{%|<LazyString|\bUndefined\b")
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for")


def faults(page: Element) -> list[str]:
    """Return everything that is wrong with ``page``."""
    return [fault for rule in RULES for fault in rule(page)]


def has_a_title_and_one_heading(page: Element) -> Iterator[str]:
    if not (titles := page.all("title")) or not titles[0].text.strip(" –"):
        yield "the page has no title"
    elif titles[0].text.startswith("–"):
        yield "the title names the service only"
    if (count := len(page.all("h1"))) != 1:
        yield f"the page has {count} h1"
    if not page.one("html").attrs.get("lang"):
        yield "the page does not say its language"


def ids_are_unique_and_point_somewhere(page: Element) -> Iterator[str]:
    ids = [element.attrs["id"] for element in page.walk() if "id" in element.attrs]
    for twice in sorted({found for found in ids if ids.count(found) > 1}):
        yield f"id {twice!r} stands twice"
    for element in page.walk():
        for name in REFERENCES:
            for target in element.attrs.get(name, "").split():
                if target not in ids:
                    yield f"<{element.tag} {name}={target!r}> points nowhere"
        if element.tag == "a" and element.attrs.get("href", "").startswith("#"):
            target = element.attrs["href"][1:]
            if target not in ids:
                yield f"link to #{target} points nowhere"


def every_field_has_a_label(page: Element) -> Iterator[str]:
    labelled = {label.attrs.get("for") for label in page.all("label") if label.text}
    for control in page.walk():
        if control.tag not in ("input", "select", "textarea"):
            continue
        if control.tag == "input" and control.attrs.get("type") in UNTYPED:
            continue
        named = control.attrs.get("id") in labelled or control.attrs.get("aria-label")
        if not named and not any(above.tag == "label" for above in control.above()):
            yield f"field {control.attrs.get('name')!r} has no label"


def every_form_is_safe(page: Element) -> Iterator[str]:
    for form in page.all("form"):
        tokens = form.all("input", name="csrf_token")
        if form.attrs.get("method", "get").lower() == "post":
            if len(tokens) != 1 or not tokens[0].attrs.get("value"):
                yield f"form {form.attrs.get('action', '(here)')} posts with {len(tokens)} tokens"
        elif tokens:
            yield f"form {form.attrs.get('action')} puts the token into the address"
        if any(above.tag == "form" for above in form.above()):
            yield "a form stands in a form"


def nothing_runs_in_the_page(page: Element) -> Iterator[str]:
    for element in page.walk():
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attrs):
            yield f"inline <{element.tag}>"
        for name, value in element.attrs.items():
            if name == "style" or name.startswith("on"):
                yield f"inline {name} on <{element.tag}>"
            if value.strip().lower().startswith(("javascript:", "data:")):
                yield f"{name}={value[:30]!r}"
        named_only = element.attrs.get("rel") == "canonical"  # no browser asks for it
        if (
            element.tag in ("script", "link", "img")
            and not named_only
            and "//" in (element.attrs.get("src", "") + element.attrs.get("href", ""))
        ):
            yield f"<{element.tag}> asks another server"


def everything_has_a_name(page: Element) -> Iterator[str]:
    for element in page.walk():
        named = element.text or element.attrs.get("aria-label")
        if element.tag in ("a", "button") and not named:
            yield f"<{element.tag} {element.attrs}> says nothing"
        if element.tag == "a" and not element.attrs.get("href"):
            yield f"link {element.text!r} leads nowhere"
        if element.tag == "img" and "alt" not in element.attrs:
            yield "an image without alt"
        if element.tag == "th" and element.attrs.get("scope") not in ("col", "row"):
            yield f"heading {element.text!r} of a table has no scope"
        if element.tag == "table" and not element.all("caption"):
            yield "a table without a caption"


def headings_go_down_by_one(page: Element) -> Iterator[str]:
    before = 0
    for element in page.one("main").walk():
        if re.fullmatch("h[1-6]", element.tag):
            level = int(element.tag[1])
            if level > before + 1 and before:
                yield f"heading {element.text!r} jumps from h{before} to h{level}"
            before = level


def everything_is_translated(page: Element) -> Iterator[str]:
    chinese = page.one("html").attrs.get("lang", "").startswith("zh")
    for element in page.walk():
        if element.tag == "script" or "prose" in element.attrs.get("class", "").split():
            continue
        for part in element.parts:
            if not isinstance(part, str):
                continue
            if found := MARKERS.search(part):
                yield f"{found.group()!r} is left in {part.strip()[:60]!r}"
            if chinese and " ".join(part.split()) in _english():
                yield f"{part.strip()!r} is not translated"


@cache
def _english() -> frozenset[str]:
    """Return the sentences that must not stand on a Chinese page."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    return frozenset(
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string not in ("", message.id)
    )


RULES: tuple[Rule, ...] = (
    has_a_title_and_one_heading,
    ids_are_unique_and_point_somewhere,
    every_field_has_a_label,
    every_form_is_safe,
    nothing_runs_in_the_page,
    everything_has_a_name,
    headings_go_down_by_one,
    everything_is_translated,
)
