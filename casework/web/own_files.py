"""Everything that is held about a case as files: one for machines, one for people."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from io import RawIOBase
from typing import Any

from flask import render_template

from casework.models import Case, FileKind
from casework.queries.own_data import OwnData, own_data
from casework.services.attachments import reading
from casework.web.clock import now
from casework.web.db import outliving, session
from casework.web.directory import subjects, unit_name
from casework.web.outward import NOTICES, TOLD_BY
from casework.web.rules import rules
from casework.workflow.states import Action, Entry

_UNSAFE = re.compile(r"[\\/:*?\"<>|\x00-\x1f.]+")


def archive_of(case: Case) -> Iterator[bytes]:
    """Return the pieces of a zip file, made one after the other as they are sent."""
    found = own_data(session(), case, rules().sealer)
    files = (
        ("case.json", json.dumps(_plain(found), ensure_ascii=False, indent=1)),
        ("case.html", _page(found)),
    )
    lines, sealer = [line for line in found.page.files if line.opens], rules().sealer
    attached = outliving(
        lambda db: (reading.own_content(db, line, sealer=sealer) for line in lines)
    )
    return _zipped(files, attached, now().timetuple()[:6])


def _zipped(
    files: tuple[tuple[str, str], ...],
    attached: Iterator[tuple[str, FileKind, bytes]],
    stamp: tuple[int, int, int, int, int, int],
) -> Iterator[bytes]:
    """Yield the pieces; they are sent after the request, of which nothing is asked here."""
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            with archive.open(zipfile.ZipInfo(name, stamp), "w") as entry:
                entry.write(text.encode())
            yield from out.taken()
        for place, (name, kind, content) in enumerate(attached, start=1):
            stem = _UNSAFE.sub("_", name.removesuffix(f".{kind.value}"))[:80]
            archive.writestr(
                zipfile.ZipInfo(f"files/{place:02d}-{stem}.{kind.value}", stamp), content
            )
            yield from out.taken()
    yield from out.taken()


class _Pieces(RawIOBase):
    """A file that nobody can go back in: what was written is taken and sent."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self._held.append(bytes(piece))
        return len(piece)

    def taken(self) -> list[bytes]:
        """Return what was written since the last time."""
        held, self._held = self._held, []
        return held


def _plain(found: OwnData) -> dict[str, object]:
    """Return the data as JSON has it, without what opens the case."""
    whole: dict[str, Any] = _jsonable(asdict(found))
    page = whole.pop("page")
    return whole | {
        "made_at": now().isoformat(),
        "answer": page["now"]["reply"],
        "answer_basis": page["now"]["basis"],
        "questions": page["questions"],
        "department": unit_name(found.department_id),
        "street": unit_name(found.street_id) if found.street_id else None,
    }


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float) else None


def _page(found: OwnData) -> str:
    category = subjects().get(found.category_id) if found.category_id else None
    return render_template(
        "petitioner/own_data.html",
        data=found,
        made_at=now(),
        category=category.path if category else "",
        unit_name=unit_name,
        notices=NOTICES,
        told_by=TOLD_BY,
        step=lambda what: Action(what) if what in {one.value for one in Action} else Entry(what),
    )
