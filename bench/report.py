"""Writes the figures down; what people wrote below the line in the file is kept."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measuring import CLIENTS, EXPORTED, Measured, Size
from bench.place import WORKERS
from bench.scenarios import HELLO, SCENARIOS, YEARS, Scenario

LINE = "<!-- Everything below is written by hand and kept. -->"
HEAD = """# Benchmarks

`make bench` fills a database of its own for each number of cases (letters, logs with valid
chains, clocks, replies, publications, counts by day; 70 000 a year, three years at most),
serves the pages with gunicorn on the loopback
({workers} processes of 4 threads) and asks for them over kept connections, first one client, then
eight. Clients, server and database share the machine.

Measured on {day}, commit {commit}: {machine}. Load of the machine in the five minutes before the
end: {load:.1f}.

Times are in milliseconds, median / 95th percentile. "Bare" is a view that sends the very same
statements and commits on the same server, without forms and templates. "Hello" is a page that
only says hello, on a server without anything else; "a page for staff that only says hello" is that
word within session, rights, menu and layout. CPU is the time of the web processes for one request.
"""
MEMORY = 300 * 1024 * 1024
OF_HELLO = 10.0
EXPORT_MEMORY = 100 * 1024 * 1024


def written(path: Path, sizes: Sequence[Size]) -> str:
    """Return the whole page: the measured part, then what was written by hand."""
    kept = path.read_text(encoding="utf-8").partition(LINE)[2] if path.exists() else "\n"
    parts = [_head(sizes)]
    parts += [_table(size) for size in sizes]
    parts += [_goals(sizes)]
    return "\n".join(parts) + f"\n{LINE}{kept}"


def _head(sizes: Sequence[Size]) -> str:
    day = datetime.now(UTC).date().isoformat()
    return HEAD.format(
        workers=WORKERS, day=day, machine=_machine(), commit=_commit(), load=os.getloadavg()[1]
    )


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} cores ({model}), {memory} GB, Python {platform.python_version()}"


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _table(size: Size) -> str:
    lines = [
        f"## {_many(size.cases)} cases ({size.database // 2**20} MB)",
        "",
        "| page | 1 client | 8 clients | each second at 8 | CPU | statements | bare, 1 client | "
        "bare CPU | of bare: time | of bare: CPU |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(one, size.pages[one.key], size.bare[one.key]) for one in SCENARIOS]
    lines += [
        f"| Hello | {_times(size.hello, 1)} | {_times(size.hello, 8)} | "
        f"{size.hello.times[8].each_second:.0f} | {size.hello.cpu_ms:.1f} | 0 | | | | |",
        "",
        f"Memory of the web processes after all this: {size.memory / 2**20:.0f} MB.",
        "",
    ]
    return "\n".join(lines)


def _row(one: Scenario, page: Measured, bare: Measured) -> str:
    return (
        f"| {one.title}{_wrong(page)} | {_times(page, 1)} | {_times(page, 8)} | "
        f"{page.times[8].each_second:.0f} | {page.cpu_ms:.1f} | {page.statements} | "
        f"{_times(bare, 1)}{_wrong(bare)} | {bare.cpu_ms:.1f} | {_ratio(page, bare):.1f} | "
        f"{page.cpu_ms / bare.cpu_ms if bare.cpu_ms else 0:.1f} |"
    )


def _times(found: Measured, clients: int) -> str:
    times = found.times[clients]
    return f"{times.part(0.5):.1f} / {times.part(0.95):.1f}"


def _wrong(found: Measured) -> str:
    wrong = sum(sum(found.times[clients].wrong.values()) for clients in CLIENTS)
    return f" ({wrong} failed)" if wrong else ""


def _ratio(page: Measured, bare: Measured) -> float:
    floor = bare.times[1].part(0.5)
    return page.times[1].part(0.5) / floor if floor else 0.0


def _goals(sizes: Sequence[Size]) -> str:
    last = sizes[-1]
    lines = ["## Goals", "", "| goal | measured | met |", "|---|---|---|"]
    for one in SCENARIOS:
        ratio = _ratio(last.pages[one.key], last.bare[one.key])
        lines.append(
            f"| {one.title}: at most {one.goal:.0f} times its bare floor | {ratio:.1f} | "
            f"{_met(ratio <= one.goal)} |"
        )
    if len(sizes) > 1:
        lines += [_growth(one, sizes[0], last) for one in SCENARIOS if one.growth]
    for one in SCENARIOS:
        if one.growth == YEARS:
            lines += [_of_hello(one, last.pages[one.key], "a page", last.hello)]
            lines += [_of_hello(one, last.pages[one.key], "one for staff", last.pages[HELLO.key])]
    lines.append(
        f"| {EXPORTED:,} rows as CSV: memory grows by less than 100 MB | "
        f"{last.export[1] / 2**20:.0f} MB in {last.export[0]:.1f} s | "
        f"{_met(last.export[1] < EXPORT_MEMORY)} |"
    )
    lines.append(
        f"| web processes under 300 MB | {last.memory / 2**20:.0f} MB | "
        f"{_met(last.memory < MEMORY)} |"
    )
    return "\n".join(lines) + "\n"


def _growth(one: Scenario, small: Size, large: Size) -> str:
    before, after = (size.pages[one.key].times[1].part(0.5) for size in (small, large))
    grown = after / before if before else 0.0
    return (
        f"| {one.title}: {_many(large.cases)} cases at most {one.growth} times "
        f"{_many(small.cases)} | {grown:.2f} | {_met(grown <= one.growth)} |"
    )


def _of_hello(one: Scenario, page: Measured, which: str, hello: Measured) -> str:
    ratio = _ratio(page, hello)
    return (
        f"| {one.title}: at most {OF_HELLO:.0f} times {which} that only says hello | {ratio:.1f} | "
        f"{_met(ratio <= OF_HELLO)} |"
    )


def _many(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _met(holds: bool) -> str:
    return "yes" if holds else "**no**"
