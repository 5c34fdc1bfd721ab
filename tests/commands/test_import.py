"""A register is taken in from the command line; what is refused stands in a report."""

from pathlib import Path

from sqlalchemy import Engine

from casework.commands import demo, import_
from tests.commands.conftest import Run, count
from tests.registers import sheets as made


def test_a_register_is_imported_once_and_the_bad_rows_are_listed(
    run: Run, owner: Engine, tmp_path: Path
) -> None:
    run(demo.command, "fill", "--cases", "40")
    before = count(owner, "cases")
    path = made.workbook(
        tmp_path / "letters.xlsx",
        [made.HEADERS, made.line(1), made.line(2, 留言时间="=cmd()"), made.line("@3", 留言详情="")],
    )
    report = tmp_path / "refused.csv"
    arguments = ("letters", str(path), "--department", "ROADS", "--report", str(report))

    tried = run(import_.command, *arguments, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Taken in with their reply: 1" in tried.output
    assert count(owner, "cases") == before

    first = run(import_.command, *arguments)
    assert "Refused: 2" in first.output
    assert count(owner, "cases") == before + 1
    assert "'@3" in report.read_text(encoding="utf-8-sig")

    second = run(import_.command, *arguments)
    assert "There before, left alone: 1" in second.output
    assert count(owner, "cases") == before + 1

    unknown = run(import_.command, "letters", str(path), "--department", "NOWHERE")
    assert unknown.exit_code == 1
    assert "NOWHERE" in unknown.output


def test_other_headers_are_named_by_map(run: Run, owner: Engine, tmp_path: Path) -> None:
    headers = ["编号", *made.HEADERS[1:]]
    path = made.table(tmp_path / "letters.csv", [headers, made.line(77)], "gb18030")
    refused = run(import_.command, "letters", str(path))
    assert refused.exit_code == 1
    assert "留言编号" in refused.output
    taken = run(import_.command, "letters", str(path), "--map", "编号=number")
    assert "Taken in with their reply: 1" in taken.output
