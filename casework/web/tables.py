"""Tables for people who go on working with them: CSV and XLSX, never read as formulas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any
from unicodedata import east_asian_width as wide

import xlsxwriter

from casework.web.clock import SHANGHAI

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")

TEXT_WIDTH, INSTANT_WIDTH, DAY_WIDTH = 24, 17, 11
"""Letters that a column holds at least; narrower ones show days as crosses."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1; None where there was nothing to divide by."""

    value: Decimal | None


Cell = str | int | float | Decimal | date | datetime | Share | None


def harmless(cell: Cell) -> Cell:
    """Return a text that no spreadsheet takes for a formula; other cells as they are."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def in_local_time(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells with instants as people and spreadsheets read them, in the district."""
    return [
        f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell
        for cell in cells
    ]


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a CSV file as spreadsheets read it: UTF-8 with its mark, CRLF, one row at a time."""
    written = io.StringIO()
    writer = csv.writer(written)
    written.write(BYTE_ORDER_MARK)
    writer.writerow(header)
    yield _taken(written)
    for row in rows:
        writer.writerow([_written(harmless(cell)) for cell in row])
        yield _taken(written)


def _written(cell: Cell) -> Cell:
    if isinstance(cell, Share):
        return None if cell.value is None else round(cell.value, 4)
    return cell.isoformat() if isinstance(cell, date) else cell


def _taken(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> io.BytesIO:
    """Return a workbook of one sheet: typed cells, a filter, a header that stays in sight.

    Rows go to the disk one by one and are packed at the end; texts stay texts.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
            "remove_timezone": True,
        },
    )
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    formats = {
        Share: book.add_format({"num_format": "0.0%"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    sheet.freeze_panes(1, 0)
    listed = iter(rows)
    first = list(islice(listed, 1))
    for place, name in enumerate(header):
        sheet.set_column(place, place, _width(name, first[0][place] if first else None))
        sheet.write_string(0, place, name, bold)
    last = 0
    for last, row in enumerate(chain(first, listed), start=1):
        for place, cell in enumerate(row):
            _write(sheet, last, place, cell, formats.get(type(cell)))
    sheet.autofilter(0, 0, last, len(header) - 1)
    book.close()
    file.seek(0)
    return file


def _width(name: str, cell: Cell) -> int:
    """Return how wide a column is: its head with the filter's arrow, and what stands in it."""
    head = sum(2 if wide(letter) in "WF" else 1 for letter in name) + 3
    if isinstance(cell, str):
        return max(head, TEXT_WIDTH)
    return max(head, INSTANT_WIDTH if isinstance(cell, datetime) else DAY_WIDTH)


def _write(sheet: Any, row: int, place: int, cell: Cell, how: Any) -> None:
    if isinstance(cell, Share):
        cell = None if cell.value is None else float(cell.value)
    if isinstance(cell, datetime):
        cell = cell.astimezone(SHANGHAI)
    if isinstance(cell, str):
        sheet.write_string(row, place, cell)
    elif cell is not None:
        sheet.write(row, place, cell, how)
