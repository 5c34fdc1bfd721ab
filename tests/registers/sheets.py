"""Registers as files, made for a test."""

import csv
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

HEADERS = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]


def line(number: object, **changes: object) -> list[object]:
    """Return a good line of a register in the order of ``HEADERS``, with some cells replaced."""
    cells: dict[str, object] = {
        "留言编号": number,
        "留言用户": "A00012345",
        "留言主题": "路面有坑",
        "留言时间": "2026/3/2 9:32:09",
        "留言详情": "\n\t\t\t人民路中段有一个大坑。\n\t\t\t",
        "答复意见": "已经修好。",
        "答复时间": "2026/3/9 14:56:53",
    }
    return list((cells | changes).values())


def workbook(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Sheet1") -> Path:
    with xlsxwriter.Workbook(str(path), {"remove_timezone": True}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if hasattr(cell, "year"):
                    page.write_datetime(place, column, cell, day)
                else:
                    page.write(place, column, cell)
    return path


def table(path: Path, rows: Sequence[Sequence[object]], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path
