"""What machines read: feeds in Atom and the lists of addresses for search engines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed."""

    page: str
    title: str
    at: datetime
    author: str
    content: str


def atom(
    title: str, *, address: str, page: str, entries: Sequence[FeedEntry], at: datetime
) -> bytes:
    """Return a feed that stands at ``address`` and belongs to a list at ``page``."""
    root = ElementTree.Element("feed", xmlns=ATOM)
    element(root, "id", address)
    element(root, "title", title)
    element(root, "updated", (entries[0].at if entries else at).isoformat())
    ElementTree.SubElement(root, "link", rel="self", href=address)
    ElementTree.SubElement(root, "link", rel="alternate", href=page)
    for one in entries:
        entry = ElementTree.SubElement(root, "entry")
        element(entry, "id", one.page)
        element(entry, "title", one.title)
        element(entry, "updated", one.at.isoformat())
        element(ElementTree.SubElement(entry, "author"), "name", one.author)
        ElementTree.SubElement(entry, "link", rel="alternate", href=one.page)
        element(entry, "content", one.content)
    return document(root)


def element(parent: ElementTree.Element, name: str, text: str) -> None:
    """Add an element with a text, without the characters that XML does not know."""
    ElementTree.SubElement(parent, name).text = NOT_IN_XML.sub("", text)


def document(root: ElementTree.Element) -> bytes:
    """Return a document as it is sent."""
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body
