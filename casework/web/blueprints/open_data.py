"""Published answers for machines: feeds, open data, addresses for search engines."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.language import N_, translate
from casework.queries import open_data, published
from casework.queries.directory import Subject, Unit
from casework.queries.published import Published
from casework.web.clock import now, today
from casework.web.db import outliving, session
from casework.web.directory import subjects, unit_name, units
from casework.web.feeds import SITEMAP, FeedEntry, atom, document, element
from casework.web.forms.answers import AnswersForm
from casework.web.guard import OpenBlueprint
from casework.web.language import language, month_name
from casework.web.outside import address_of, tagged
from casework.web.rules import rules
from casework.web.tables import csv_lines
from casework.workflow.words import CHANNELS, KINDS

bp = OpenBlueprint("open_data", __name__, shared=True)

Record = dict[str, str | date | None]

COLUMNS: tuple[tuple[str, str], ...] = (
    ("number", N_("Number of the case")),
    ("kind", N_("What the writer wanted: consultation, help, complaint and so on")),
    ("channel", N_("How it came in: letter, call and so on")),
    ("department", N_("The department that answered")),
    ("category", N_("The subject area, with the areas above it")),
    ("street", N_("The street that it is about; empty where none was named")),
    ("received_on", N_("The day on which it came in")),
    ("published_at", N_("When it was published, with the time zone")),
    ("corrected_at", N_("When its text was corrected; empty where it never was")),
    ("subject", N_("What it is about, without anything that shows who wrote it")),
    ("letter", N_("The letter, without anything that shows who wrote it")),
    ("answer", N_("The answer, without anything that shows who wrote the letter")),
    ("address", N_("The page on which it stands")),
)
"""The columns of the data, in their order, with what each holds."""

LOCKED = (
    *("/account", "/admin", "/appeals", "/articles", "/cases", "/circulars", "/department"),
    *("/erasures", "/extensions", "/figures", "/inbox", "/office", "/operator", "/public-texts"),
    *("/reviews", "/supervision", "/unpublished"),
)
UNREAD = (*LOCKED, "/display", "/follow", "/language", "/matters/following")
"""What search engines have no business with: locked doors, switches, and what is one person's."""


@bp.get("/open-data")
def index() -> ResponseReturnValue:
    """Describe the data and list its files, a month each."""
    months = open_data.months_with_answers(session())
    html = render_template(
        "public/open_data.html", months=months, month_name=month_name, columns=COLUMNS
    )
    return tagged(html)


@bp.get("/open-data/answers-<month>.csv")
def month_as_csv(month: str) -> ResponseReturnValue:
    rows = (list(record.values()) for record in _records_of(month))
    lines = csv_lines([name for name, _words in COLUMNS], rows)
    return _file(lines, f"answers-{month}.csv", "text/csv")


@bp.get("/open-data/answers-<month>.json")
def month_as_json(month: str) -> ResponseReturnValue:
    return _file(_json_of(_records_of(month)), f"answers-{month}.json", "application/json")


@bp.get("/answers.atom")
def feed() -> ResponseReturnValue:
    """Give the newest answers as a feed: all of them, or of one department or category."""
    form = AnswersForm(request.args)
    form.offer(today())
    chosen = form.chosen()
    newest = published.answers(
        session(),
        published.Chosen(department_id=chosen.department_id, category_ids=chosen.category_ids),
        at=now(),
    )
    given = {name: form.given()[name] for name in ("department", "category") if form[name].data}
    return tagged(_atom(newest.rows, given), mimetype="application/atom+xml")


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List the lists of addresses, a month each, so that none grows too long."""
    root = ElementTree.Element("sitemapindex", xmlns=SITEMAP)
    for month in open_data.months_with_answers(session()):
        place = ElementTree.SubElement(root, "sitemap")
        element(place, "loc", address_of("open_data.sitemap_of_month", month=f"{month:%Y-%m}"))
    place = ElementTree.SubElement(root, "sitemap")
    element(place, "loc", address_of("guides.sitemap"))
    return tagged(document(root), mimetype="application/xml")


@bp.get("/sitemap-<month>.xml")
def sitemap_of_month(month: str) -> ResponseReturnValue:
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for one in open_data.addresses_of_month(session(), _first_day(month)):
        place = ElementTree.SubElement(root, "url")
        element(place, "loc", address_of("public.answer", number=one.number))
        element(place, "lastmod", one.changed_at.isoformat())
    return tagged(document(root), mimetype="application/xml")


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in UNREAD)]
    lines.append(f"Sitemap: {address_of('open_data.sitemap')}")
    return tagged("\n".join(lines) + "\n", mimetype="text/plain")


def _first_day(month: str) -> date:
    if not re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", month, re.ASCII) or month < "1970":
        abort(404)
    return date.fromisoformat(f"{month}-01")


def _records_of(month: str) -> Iterator[Record]:
    """Yield the answers of a month under the names of COLUMNS, in Chinese, the data's language.

    Everything that the request knows is asked beforehand: the rows are read after its end.
    """
    first, named = _first_day(month), Named(units(), subjects(), address_of("public.answers"))
    answers = outliving(lambda db: open_data.answers_of_month(db, first))
    return (_record(one, named) for one in answers)


def _file(lines: Iterator[str], name: str, mimetype: str) -> Response:
    response = Response(lines, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Named(NamedTuple):
    """What the names in the data come from, and the address before a number."""

    units: Mapping[int, Unit]
    subjects: Mapping[int, Subject]
    address: str


def _record(one: Published, named: Named) -> Record:
    category = named.subjects.get(one.category_id) if one.category_id else None
    return {
        "number": one.number,
        "kind": translate("zh_CN", KINDS[one.kind]),
        "channel": translate("zh_CN", CHANNELS[one.channel]),
        "department": _chinese_name(named, one.department_id),
        "category": category.path if category else "",
        "street": _chinese_name(named, one.street_id),
        "received_on": one.received_on,
        "published_at": one.published_at,
        "corrected_at": one.corrected_at,
        "subject": one.subject,
        "letter": one.body,
        "answer": one.reply,
        "address": f"{named.address}/{one.number}",
    }


def _chinese_name(named: Named, unit_id: int | None) -> str:
    unit = named.units.get(unit_id) if unit_id is not None else None
    return unit.name if unit else ""


def _json_of(records: Iterator[Record]) -> Iterator[str]:
    yield "["
    for place, record in enumerate(records):
        written = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in record.items()
        }
        yield (",\n" if place else "\n") + json.dumps(written, ensure_ascii=False)
    yield "\n]\n"


def _atom(answers: Sequence[Published], given: dict[str, str]) -> bytes:
    entries = [
        FeedEntry(
            address_of("public.answer", number=one.number),
            one.subject,
            one.changed_at,
            unit_name(one.department_id) if one.department_id else _district(),
            f"{one.body}\n\n{_('The answer')}\n{one.reply}",
        )
        for one in answers
    ]
    return atom(
        f"{_('Published answers')} – {_district()}",
        address=address_of("open_data.feed", **given),
        page=address_of("public.answers"),
        entries=entries,
        at=now(),
    )


def _district() -> str:
    settings = rules().settings
    return settings.district_name_en if language() == "en" else settings.district_name
