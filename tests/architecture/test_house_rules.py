"""Rules of the house that a linter does not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "casework").rglob("*.py"))
TEMPLATES = sorted((ROOT / "casework" / "web" / "templates").rglob("*.html"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 45
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?)($|_)|^(handle|get)_")
NAMED_BY_A_LIBRARY = {"get_id", "get_command", "get_translations"}
CLOCK_READERS = {"now", "utcnow", "today"}
DOORS = ("web", "commands", "jobs", "installation", "app.py", "cli.py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def in_core(path: Path) -> bool:
    return path.relative_to(ROOT / "casework").parts[0] not in DOORS


def test_files_are_short() -> None:
    long = [
        place(path)
        for path in (*SOURCES, *TEMPLATES)
        if path.read_text(encoding="utf-8").count("\n") > LONGEST_FILE
    ]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for path in SOURCES
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_names_say_what_a_thing_is() -> None:
    vague = [place(path) for path in SOURCES if VAGUE.search(path.stem)]
    vague += [
        f"{place(path, node)} {node.name}"
        for path in SOURCES
        for node in functions(path)
        if VAGUE.search(node.name) and node.name not in NAMED_BY_A_LIBRARY
    ]
    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        place(path)
        for path in SOURCES
        if (text := path.read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(text)) is None
    ]
    assert silent == []


def test_every_public_use_case_and_query_has_a_docstring() -> None:
    silent = [
        f"{place(path, node)} {node.name}"
        for layer in ("services", "queries", "workflow", "notify")
        for path in sorted((ROOT / "casework" / layer).rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_the_core_never_asks_what_time_it_is() -> None:
    asking = [
        place(path, node)
        for path in SOURCES
        if in_core(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_READERS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert asking == []


def test_services_and_queries_never_commit() -> None:
    committing = [
        place(path, node)
        for layer in ("services", "queries", "notify")
        for path in sorted((ROOT / "casework" / layer).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert committing == []


def test_no_exception_is_swallowed() -> None:
    swallowed = [
        place(path, node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ]
    assert swallowed == []


def test_views_hold_no_sql() -> None:
    found = [
        place(path)
        for path in sorted((ROOT / "casework" / "web" / "blueprints").rglob("*.py"))
        if re.search(
            r"^\s*from sqlalchemy import|\bselect\(", path.read_text(encoding="utf-8"), re.M
        )
    ]
    assert found == []


def test_templates_hold_no_script_and_no_style() -> None:
    found = [
        place(path)
        for path in TEMPLATES
        if re.search(
            r"<style|<script(?![^>]*\bsrc=)| style=|\son\w+=|\|\s*safe\b",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert found == []
