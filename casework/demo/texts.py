"""The demo's own texts: letters with their replies, calls, and the places that fill them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from casework.services.petitioners import Contact
from casework.workflow.states import Kind, Urgency

DATA = Path(__file__).parent / "data"
LETTERS = ("letters_streets.toml", "letters_homes.toml")
HIDDEN = "（个人信息已隐去）"


@dataclass(frozen=True, slots=True)
class Template:
    """A letter before its places are filled in."""

    kind: Kind
    category: str
    department: str
    subject: str
    body: str
    reply: str
    accused: str | None = None
    mailbox: bool = False
    language: str = "zh_CN"
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as somebody wrote it; ``public_body`` is the same without what names them."""

    template: Template
    subject: str
    body: str
    public_body: str
    reply: str
    place: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Call:
    category: str
    subject: str
    body: str
    answer: str
    basis: str


@cache
def district() -> Mapping[str, Any]:
    """Return the made-up district as its file has it."""
    return tomllib.loads((DATA / "district.toml").read_text(encoding="utf-8"))


@cache
def templates() -> tuple[Template, ...]:
    """Return all letters of the demo."""
    rows = (
        row
        for name in LETTERS
        for row in tomllib.loads((DATA / name).read_text(encoding="utf-8"))["letters"]
    )
    return tuple(
        Template(
            **{
                **row,
                "kind": Kind(row["kind"]),
                "urgency": Urgency(row.get("urgency", "normal")),
            }
        )
        for row in rows
    )


@cache
def calls() -> tuple[Call, ...]:
    """Return the calls that are answered on the spot."""
    rows = tomllib.loads((DATA / "calls.toml").read_text(encoding="utf-8"))["calls"]
    return tuple(Call(**row) for row in rows)


def contact(random: Random) -> Contact:
    """Return somebody who does not exist; no subscriber has a number that begins with 19900000."""
    names = district()["names"]
    estate = random.choice(district()["places"]["estates"])
    writer = Contact(
        name=random.choice(names["surnames"]) + random.choice(names["given"]),
        phone=f"19900000{random.randrange(1_000):03d}",
        address=f"{estate}{random.randint(1, 30)}号楼",
        email=f"letter{random.randrange(10_000)}@example.com" if random.random() < 0.3 else "",
    )
    return replace(writer, told_by="mail" if writer.email else "sms")


def letter(template: Template, random: Random, *, street: str) -> Letter:
    """Return ``template`` with places and a writer; some tell their name within the text."""
    places = district()["places"]
    writer = contact(random)
    values = {
        "road": random.choice(places["roads"]),
        "estate": random.choice(places["estates"]),
        "school": random.choice(places["schools"]),
        "park": random.choice(places["parks"]),
        "bus": random.choice(places["buses"]),
        "market": random.choice(places["markets"]),
        "street": street,
        "n": random.randint(1, 189),
        "bus_plain": random.choice(("12", "27", "305")),
        "road_plain": random.choice(("Qingxi Road", "Wangyun Avenue", "Jinhu East Road")),
    }
    body = public = template.body.format_map(values)
    if template.language == "zh_CN" and random.random() < 0.3:
        body += f"\n\n我叫{writer.name}，住{writer.address}，电话{writer.phone}。"
        public += f"\n\n{HIDDEN}"
    return Letter(
        template=template,
        subject=template.subject.format_map(values),
        body=body,
        public_body=public,
        reply=template.reply.format_map(values),
        place=f"{values['road']}{values['n']}号" if random.random() < 0.6 else "",
        contact=writer,
    )
