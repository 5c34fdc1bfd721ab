"""Many rows in one statement whose text is always the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, cast, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine


def rows_of(
    name: str, columns: Mapping[str, tuple[TypeEngine[Any], Sequence[object]]]
) -> FromClause:
    """Return lists of one length, side by side, as a table of this name.

    They travel as one array each. Statements with a parameter for every cell cost more to write
    than to run, and one statement a row costs a journey each.
    """
    arrays = [cast(list(cells), ARRAY(kind)) for kind, cells in columns.values()]
    cells = [column(each, kind) for each, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*cells, name=name).render_derived()
