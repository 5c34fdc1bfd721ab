"""A fetched page as a tree, with nothing but the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr", "circle", "path", "rect", "line"}
)


@dataclass(eq=False)
class Element:
    """One element; ``texts`` and ``children`` stand in the order of the page."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parent: Element | None = None
    parts: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        return [part for part in self.parts if isinstance(part, Element)]

    @property
    def text(self) -> str:
        inner = (part if isinstance(part, str) else part.text for part in self.parts)
        return " ".join("".join(inner).split())

    def walk(self) -> Iterator[Element]:
        for child in self.children:
            yield child
            yield from child.walk()

    def above(self) -> Iterator[Element]:
        if self.parent is not None:
            yield self.parent
            yield from self.parent.above()

    def all(self, tag: str | None = None, **attrs: str) -> list[Element]:
        """Return the elements below with this tag and these attributes; ``class_`` is one class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            element
            for element in self.walk()
            if tag in (None, element.tag)
            and all(element._has(name, value) for name, value in wanted.items())
        ]

    def one(self, tag: str | None = None, **attrs: str) -> Element:
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} elements {tag} {attrs}"
        return found[0]

    def _has(self, name: str, value: str) -> bool:
        if name == "class":
            return value in self.attrs.get("class", "").split()
        return self.attrs.get(name) == value


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.top = Element("document")
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice: {attrs}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.top)
        self.top.parts.append(element)
        if tag not in VOID:
            self.top = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.top.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.top.tag}>")
            return
        if self.top.parent is not None:
            self.top = self.top.parent

    def handle_data(self, data: str) -> None:
        self.top.parts.append(data)


def parse(html: str) -> tuple[Element, list[str]]:
    """Return the page and what is wrong with its nesting."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    if builder.top is not builder.root:
        builder.faults.append(f"<{builder.top.tag}> is never closed")
    return builder.root, builder.faults


def fields(form: Element) -> dict[str, list[str]]:
    """Return what a browser would send for ``form`` as it stands, without its buttons."""
    sent: dict[str, list[str]] = {}
    for control in form.walk():
        name = control.attrs.get("name", "")
        if not name or "disabled" in control.attrs:
            continue
        if control.tag == "input" and control.attrs.get("type") not in ("submit", "button", "file"):
            ticked = control.attrs.get("type") not in ("radio", "checkbox")
            if ticked or "checked" in control.attrs:
                sent.setdefault(name, []).append(control.attrs.get("value", ""))
        elif control.tag == "textarea":
            typed = "".join(part for part in control.parts if isinstance(part, str))
            sent.setdefault(name, []).append(typed.replace("\r\n", "\n").removeprefix("\n"))
        elif control.tag == "select":
            chosen = [o for o in control.all("option") if "selected" in o.attrs]
            for option in chosen or control.all("option")[:1]:
                sent.setdefault(name, []).append(option.attrs.get("value", option.text))
    return sent
