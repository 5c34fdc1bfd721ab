"""``casework import``: takes in registers of letters and category trees from Excel or CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from casework.commands._work import at_work, locale, plain_errors, say
from casework.language import N_, translate
from casework.queries.rules import rules_in_force
from casework.services.registers import categories, importing, letters, sheets
from casework.services.registers.importing import Outcome
from casework.services.registers.letters import Letter, Refused

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REPORT = click.Path(dir_okay=False, writable=True, path_type=Path)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - as Excel reads


@click.group()
def command() -> None:
    """Take in a register of letters, or a category tree, from an Excel or CSV file."""


@command.command("letters")
@click.argument("file", type=FILE)
@click.option("--department", metavar="CODE", help="Who gave the replies, or gets the letters.")
@click.option("--dry-run", is_flag=True, help="Read and check everything; keep nothing.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="HEADER=FIELD",
    help=f"A column with another header. Fields: {', '.join(letters.HEADERS.values())}.",
)
@click.option("--sheet", metavar="NAME", help="The sheet to read; default: the first.")
@click.option("--report", type=REPORT, help="Where refused rows are listed. Default: beside here.")
def import_letters(
    file: Path,
    department: str | None,
    dry_run: bool,
    mapped: Sequence[str],
    sheet: str | None,
    report: Path | None,
) -> None:
    """Take in a register of letters, with their replies, each at its own time.

    Columns: 留言编号 留言用户 留言主题 留言时间 留言详情 答复意见 答复时间 一级分类, and if you
    like 承办单位 and 件别. Letters without a kind are consultations. They count as dispatched when
    they came; registers say no more. A second run adds only what is new.
    """
    now = datetime.now(UTC)
    with plain_errors():
        headers = _headers(mapped)
        rows = sheets.read_rows(file, headers, required=letters.REQUIRED, sheet=sheet)
        good, refused = importing.sorted_rows(rows, now=now)
        with at_work() as work:
            names = importing.names_known(work.session, department)
            unknown = importing.check_owners(good, names)
            refused += unknown
            unfit = {refusal.row for refusal in unknown}
            good = [letter for letter in good if letter.row not in unfit]
            rules = rules_in_force(work.session, work.sealer)
            end = work.session.flush if dry_run else work.session.commit
            steps = importing.import_letters(
                work.session, good, names=names, at=now, rules=rules, commit=end
            )
            outcome = _with_bar(steps, good)
    outcome.refused = sorted(refused, key=lambda refusal: refusal.row)
    _tell(outcome, rows=len(rows), dry_run=dry_run)
    _write_report(outcome.refused, report or Path(f"{file.stem}-refused.csv"))


@command.command("categories")
@click.argument("file", type=FILE)
@click.option("--sheet", metavar="NAME", help="The sheet to read; default: the first.")
@click.option("--dry-run", is_flag=True, help="Read and check everything; keep nothing.")
def import_categories(file: Path, sheet: str | None, dry_run: bool) -> None:
    """Take in a category tree of three levels (columns 一级分类 二级分类 三级分类)."""
    with plain_errors():
        rows = sheets.read_rows(file, categories.HEADERS, required=categories.REQUIRED, sheet=sheet)
        with at_work() as work:
            outcome = categories.import_categories(work.session, rows)
            _end(work.session, dry_run)
    say(
        N_("Rows: %(rows)d. Added: %(added)d categories. There before: %(present)d rows."),
        rows=len(rows),
        added=outcome.added,
        present=outcome.present,
    )
    _write_report(outcome.refused, Path(f"{file.stem}-refused.csv"))


def _end(session: Session, dry_run: bool) -> None:
    if dry_run:
        session.rollback()
        say(N_("This was a trial: nothing was kept."))
    else:
        session.commit()


def _headers(mapped: Iterable[str]) -> Mapping[str, str]:
    headers = {header.casefold(): field for header, field in letters.HEADERS.items()}
    for pair in mapped:
        header, equals, field = pair.rpartition("=")
        if not equals or not header.strip() or field.strip() not in letters.HEADERS.values():
            raise click.BadParameter(
                translate(
                    locale(),
                    N_("%(pair)s names no field. Write header=field, with one of: %(fields)s."),
                    pair=pair,
                    fields=", ".join(letters.HEADERS.values()),
                ),
                param_hint="--map",
            )
        known = {name: kept for name, kept in headers.items() if kept != field.strip()}
        headers = {**known, header.strip().casefold(): field.strip()}
    return headers


def _with_bar(steps: Iterable[Outcome], good: Sequence[Letter]) -> Outcome:
    outcome = Outcome()
    with click.progressbar(length=len(good), label=file_label()) as bar:
        for outcome in steps:
            done = outcome.answered + outcome.waiting + outcome.present
            bar.update(done - bar.pos)
    return outcome


def file_label() -> str:
    """Return what stands before the progress bar."""
    return translate(locale(), N_("Letters"))


def _tell(outcome: Outcome, *, rows: int, dry_run: bool) -> None:
    say(N_("Rows in the file: %(rows)d"), rows=rows)
    say(N_("Taken in with their reply: %(num)d"), num=outcome.answered)
    say(N_("Taken in, still to be answered: %(num)d"), num=outcome.waiting)
    say(N_("There before, left alone: %(num)d"), num=outcome.present)
    say(N_("Refused: %(num)d"), num=len(outcome.refused))
    for name, count in sorted(outcome.unknown_categories.items()):
        say(
            N_("Category %(name)s is not known here: %(num)d letters came in without one."),
            name=name[:80],
            num=count,
        )
    if dry_run:
        say(N_("This was a trial: nothing was kept."))


def _write_report(refused: Sequence[Refused], path: Path) -> None:
    """List the refused rows for the office to put right; cells never become formulas."""
    if not refused:
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([translate(locale(), N_(head)) for head in ("Row", "Number", "Reason")])
        for row in refused:
            reason = translate(locale(), row.reason, **row.details)
            table.writerow([row.row, _cell(row.number), _cell(reason)])
    say(N_("Refused rows are listed, with the reason, in %(path)s"), path=path)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
