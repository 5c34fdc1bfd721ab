"""Tables in files, as offices send them: Excel and CSV, with a line of headers on top."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from casework.errors import CaseworkError
from casework.language import N_

ENCODINGS = ("utf-8-sig", "gb18030")
BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
CELL_LIMIT = 1_000_000


class BadRegister(CaseworkError):
    """The file as a whole cannot be read; nothing of it was taken in."""

    message = N_("The register cannot be read.")

    def __init__(self, message: str, **details: object) -> None:
        self.message = message
        super().__init__(**details)


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the headers, by its fields; ``number`` is its line in the file."""

    number: int
    cells: Mapping[str, object]

    def text(self, field: str) -> str:
        """Return a cell as text; a whole number that Excel keeps as 2549.0 is 2549."""
        value = self.cells.get(field)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value).strip()


def read_rows(
    path: Path, headers: Mapping[str, str], *, required: Iterable[str], sheet: str | None = None
) -> list[Row]:
    """Return the rows of ``path`` with the columns that ``headers`` names a field for.

    Lines that are empty throughout are left out. Raises BadRegister for a file that is no table,
    a sheet that is not there, and a field of ``required`` without a column.
    """
    table = _table(path, sheet)
    top = next(table, None)
    if top is None:
        raise BadRegister(N_("There is nothing in this table."))
    fields = [headers.get(_header(cell)) for cell in top]
    _check_fields(fields, headers, required, top)
    return [
        Row(number, {f: cell for f, cell in zip(fields, cells, strict=False) if f is not None})
        for number, cells in enumerate(table, start=2)
        if any(str(cell).strip() for cell in cells if cell is not None)
    ]


def _header(cell: object) -> str:
    return str(cell).strip().lstrip("\ufeff").casefold()


def _check_fields(
    fields: Sequence[str | None],
    headers: Mapping[str, str],
    required: Iterable[str],
    top: Sequence[object],
) -> None:
    named = [field for field in fields if field]
    if twice := {field for field in named if named.count(field) > 1}:
        raise BadRegister(N_("Two columns hold the same: %(fields)s."), fields=", ".join(twice))
    missing = [field for field in required if field not in named]
    if missing:
        wanted = {field: header for header, field in reversed(list(headers.items()))}
        raise BadRegister(
            N_("The table lacks these columns: %(missing)s. It has: %(present)s."),
            missing=", ".join(wanted[field] for field in missing),
            present=", ".join(str(cell).strip()[:40] for cell in top if str(cell).strip()) or "–",
        )


def _table(path: Path, sheet: str | None) -> Iterator[Sequence[object]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRegister(
            N_("The file %(file)s cannot be opened: %(why)s."), file=path, why=error.strerror
        ) from error
    if content.startswith(BINARY):
        return _workbook(content, sheet)
    if path.suffix.lower() in (".xlsx", ".xls", ".ods", ".xlsb", ".xlsm"):
        raise BadRegister(N_("%(file)s is not an Excel file, or it is damaged."), file=path.name)
    if sheet is not None:
        raise BadRegister(N_("A CSV file has no sheets; leave out the name of the sheet."))
    return _csv(_decoded(content, path))


def _workbook(content: bytes, sheet: str | None) -> Iterator[Sequence[object]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = sheet if sheet is not None else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise BadRegister(
            N_("There is no sheet %(sheet)s. The file has: %(sheets)s."),
            sheet=sheet,
            sheets=", ".join(book.sheet_names),
        ) from error
    except (CalamineError, IndexError) as error:
        raise BadRegister(N_("The Excel file is damaged.")) from error
    return iter(rows)


def _decoded(content: bytes, path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadRegister(
        N_("%(file)s is neither UTF-8 nor GB18030 text, nor an Excel file."), file=path.name
    )


def _csv(text: str) -> Iterator[Sequence[object]]:
    csv.field_size_limit(CELL_LIMIT)
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise BadRegister(N_("The CSV file is damaged: %(why)s."), why=error) from error
