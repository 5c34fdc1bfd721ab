"""Whatever is written about a case is known to the erasure, table by table."""

from sqlalchemy import String

from casework.models import Base
from casework.services.erased_parts import GO, KEPT, TEXTS
from casework.web.blueprints.erasures import PARTS

LONG = 65
"""Columns for codes and keys are shorter; what people write is longer than this."""


def about_cases() -> set[str]:
    return {
        table.name
        for table in Base.metadata.tables.values()
        if table.name == "cases"
        or any(key.column.table.name == "cases" for key in table.foreign_keys)
    }


def test_every_table_about_a_case_says_what_an_erasure_does_with_it() -> None:
    known = {*TEXTS, *GO, *KEPT}
    assert about_cases() - known == set(), "add the table to services/erased_parts.py"


def test_every_text_of_these_tables_is_erased() -> None:
    left = {
        f"{name}.{column.name}"
        for name, columns in TEXTS.items()
        for column in Base.metadata.tables[name].columns
        if isinstance(column.type, String)
        and (column.type.length or LONG) >= LONG
        and column.name not in columns
        and not column.foreign_keys
    }
    assert left == HARMLESS


HARMLESS = {"deliveries.dedupe_key"}
"""Long columns that hold no words of anybody, with tables that are erased otherwise."""


def test_what_is_erased_is_there() -> None:
    for name, columns in TEXTS.items():
        assert set(columns) <= set(Base.metadata.tables[name].columns.keys()), name


def test_the_dry_run_has_a_name_for_all_that_it_counts() -> None:
    assert {*TEXTS, *GO, "petitioners", "case_events"} <= set(PARTS)
