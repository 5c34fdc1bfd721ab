"""Administration: a file for each thing that the administrator keeps."""

from casework.web.blueprints.admin import (
    calendar,
    calendar_changes,
    categories,
    deliveries,
    departments,
    district,
    jobs,
    limits,
    log,
    people,
    reasons,
    texts,
)
from casework.web.blueprints.admin.door import bp

__all__ = [
    "bp",
    "calendar",
    "calendar_changes",
    "categories",
    "deliveries",
    "departments",
    "district",
    "jobs",
    "limits",
    "log",
    "people",
    "reasons",
    "texts",
]
