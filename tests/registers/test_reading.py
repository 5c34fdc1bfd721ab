"""A register is read whole, or refused whole; its bad rows are named and stop nothing."""

from datetime import datetime
from pathlib import Path

import pytest

from casework.services.registers import sheets
from casework.services.registers.importing import sorted_rows
from casework.services.registers.letters import HEADERS, REQUIRED, Letter, Refused, clean
from casework.services.registers.sheets import BadRegister
from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import Kind
from tests.registers import sheets as made

NOW = datetime(2026, 6, 1, tzinfo=SHANGHAI)


def read(path: Path, sheet: str | None = None) -> tuple[list[Letter], list[Refused]]:
    rows = sheets.read_rows(path, HEADERS, required=REQUIRED, sheet=sheet)
    return sorted_rows(rows, now=NOW)


def test_all_ways_of_writing_a_time_are_read_as_shanghai(tmp_path: Path) -> None:
    given = [
        "2026/3/2 9:32:09",
        "2026-03-02 09:32:09",
        "2026年3月2日 9:32:09",
        datetime(2026, 3, 2, 9, 32, 9),  # noqa: DTZ001 - as Excel keeps it
    ]
    rows = [made.line(n, 留言时间=value) for n, value in enumerate(given, start=1)]
    letters, refused = read(made.workbook(tmp_path / "a.xlsx", [made.HEADERS, *rows]))
    assert not refused
    assert {x.received_at for x in letters} == {datetime(2026, 3, 2, 9, 32, 9, tzinfo=SHANGHAI)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = made.table(tmp_path / "a.csv", [made.HEADERS, made.line(17)], encoding)
    letters, refused = read(path)
    assert not refused
    assert (letters[0].number, letters[0].subject) == ("17", "路面有坑")
    assert letters[0].body == "人民路中段有一个大坑。"
    assert letters[0].kind is Kind.CONSULTATION


def test_a_number_of_excel_has_no_decimals(tmp_path: Path) -> None:
    letters, _ = read(made.workbook(tmp_path / "a.xlsx", [made.HEADERS, made.line(2549.0)]))
    assert letters[0].number == "2549"


def test_bad_rows_are_named_with_their_line_and_stop_nothing(tmp_path: Path) -> None:
    bad = [
        made.line(""),
        made.line(2, 留言详情=" "),
        made.line(3, 留言时间="昨天"),
        made.line(4, 留言时间="2030/1/1 8:00:00"),
        made.line(5, 答复时间="2026/3/1 8:00:00"),
        made.line(6, 答复时间=""),
        made.line(7, 留言主题="长" * 201),
        made.line(8),
        made.line(8),
        ["", "", "", "", "", "", ""],
        made.line(9),
    ]
    letters, refused = read(made.workbook(tmp_path / "a.xlsx", [made.HEADERS, *bad]))
    assert [letter.number for letter in letters] == ["8", "9"]
    assert [refusal.row for refusal in refused] == [2, 3, 4, 5, 6, 7, 8, 10]
    assert refused[-1].details == {"first": 9}


def test_a_letter_without_a_reply_is_a_letter(tmp_path: Path) -> None:
    path = made.workbook(
        tmp_path / "a.xlsx", [made.HEADERS, made.line(1, 答复意见="", 答复时间="")]
    )
    assert read(path)[0][0].replied_at is None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["留言编号", "留言主题"]], "留言时间, 留言详情"),
        ([], "nothing"),
        ([[*made.HEADERS, "留言编号"]], "number"),
    ],
)
def test_a_table_without_its_columns_is_refused(
    tmp_path: Path, rows: list[list[object]], words: str
) -> None:
    path = made.workbook(tmp_path / "a.xlsx", rows)
    with pytest.raises(BadRegister, match=words):
        read(path)


def test_a_wrong_sheet_a_broken_file_and_foreign_bytes_are_refused(tmp_path: Path) -> None:
    good = made.workbook(tmp_path / "a.xlsx", [made.HEADERS, made.line(1)], sheet="来信")
    with pytest.raises(BadRegister, match="来信"):
        read(good, sheet="Sheet9")
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(good.read_bytes()[:900])
    with pytest.raises(BadRegister, match="damaged"):
        read(broken)
    text = tmp_path / "c.xlsx"
    text.write_text("not a workbook")
    with pytest.raises(BadRegister, match="not an Excel file"):
        read(text)
    foreign = tmp_path / "d.csv"
    foreign.write_bytes(b"\x81\xff\xfe\x00")
    with pytest.raises(BadRegister, match="neither"):
        read(foreign)
    with pytest.raises(BadRegister, match="no sheets"):
        read(made.table(tmp_path / "e.csv", [made.HEADERS], "utf-8"), sheet="Sheet1")


def test_text_is_cleaned_of_what_cannot_be_stored() -> None:
    assert clean("\n\t\t一\x00二\r\n\r\n\r\n\r\n\t三 _x000D_") == "一二\n\n三"
