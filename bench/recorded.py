"""The statements of one request, kept in a file for the bare views that send them again."""

from dataclasses import dataclass, field
from typing import Any

Statement = tuple[str, Any]
RECORDED = "BENCH_RECORDED"
"""The variable that names the file of recorded statements."""


@dataclass(slots=True)
class Recorded:
    """What one request asked of the database, and how often it committed."""

    statements: list[Statement] = field(default_factory=list)
    commits: int = 0
