"""Tables for people who go on working with them: CSV and XLSX, never read as formulas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")

Cell = str | int | float | date | datetime | None


def harmless(cell: Cell) -> Cell:
    """Return a text that no spreadsheet takes for a formula; other cells as they are."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


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
    return cell.isoformat() if isinstance(cell, date) else cell


def _taken(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text
