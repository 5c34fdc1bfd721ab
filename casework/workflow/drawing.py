"""Draws the table of steps for people: a diagram and a list, in each language."""

from casework.language import LOCALES, N_, translate
from casework.workflow import words
from casework.workflow.notices import AUDIENCE, Audience
from casework.workflow.states import RUNNING, Clock, Role, State
from casework.workflow.table import TABLE, Clocks, Row

NOTE = "<!-- Written by `casework workflow draw` from casework/workflow/table.py. -->"

AUDIENCES: dict[Audience, str] = {
    Audience.PETITIONERS: N_("petitioners"),
    Audience.OFFICE: N_("petition office"),
    Audience.LEAD_DEPARTMENT: N_("lead department"),
    Audience.FORMER_DEPARTMENT: N_("former department"),
    Audience.CO_HANDLERS: N_("co-handlers"),
    Audience.SUPERVISORS: N_("supervisors"),
}

EFFECTS: tuple[tuple[str, str], ...] = (
    ("stops", N_("stops: %(clocks)s")),
    ("cancels", N_("cancels: %(clocks)s")),
    ("reopens", N_("runs on: %(clocks)s")),
    ("pauses", N_("pauses: %(clocks)s")),
    ("resumes", N_("resumes: %(clocks)s")),
    ("starts", N_("starts: %(clocks)s")),
)

HEADINGS = (
    N_("Step"),
    N_("From the state"),
    N_("To the state"),
    N_("By whom"),
    N_("Refused with, if its condition does not hold"),
    N_("Clocks"),
    N_("Who is told"),
)

TITLE = N_("The workflow")
INTRODUCTION = N_(
    "These are all the steps that a case can take. What is not listed here is impossible, for "
    "every role. A case can be withdrawn in every running state, until it is forwarded."
)
ANY_RUNNING = N_("every running state")
ALL_CLOCKS = N_("all clocks")
NEW_CASE = N_("a new case")
UNCHANGED = N_("unchanged")
SEPARATOR = N_(", ")
CODED_REASON = N_("Choose a reason from the list.")


def document() -> str:
    """Return the page docs/workflow.md with a part for each language."""
    parts = [section(locale) for locale in LOCALES]
    return "\n\n".join([NOTE, *parts]) + "\n"


def section(locale: str) -> str:
    """Return the title, the diagram and the table in one language."""
    return "\n\n".join(
        [
            f"# {translate(locale, TITLE)}",
            translate(locale, INTRODUCTION),
            f"```mermaid\n{diagram(locale)}\n```",
            table(locale),
        ]
    )


def diagram(locale: str) -> str:
    """Return the states as a Mermaid diagram; steps between the same two share an arrow."""
    named = [f'state "{translate(locale, words.STATES[state])}" as {state}' for state in State]
    running = [f"    {line}" for line in named if line.rpartition(" ")[2] in RUNNING]
    others = [line for line in named if line.rpartition(" ")[2] not in RUNNING]
    lines = [
        f'state "{translate(locale, ANY_RUNNING)}" as running {{',
        *running,
        "}",
        *others,
        *(f"{ends}: {' / '.join(steps)}" for ends, steps in _arrows(locale).items()),
        *(f"{state} --> [*]" for state in State if not _leads_on(state)),
    ]
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in lines)])


def _arrows(locale: str) -> dict[str, list[str]]:
    arrows: dict[str, list[str]] = {}
    for row in TABLE:
        for source in _diagram_sources(row):
            arrow = f"{source} --> {row.target or source}"
            arrows.setdefault(arrow, []).append(translate(locale, words.ACTIONS[row.action]))
    return arrows


def _diagram_sources(row: Row) -> tuple[str, ...]:
    """Return where the arrows of a row begin; all running states are drawn as one."""
    if not row.sources:
        return ("[*]",)
    return ("running",) if set(row.sources) == RUNNING else row.sources


def _leads_on(state: State) -> bool:
    return any(state in row.sources for row in TABLE)


def table(locale: str) -> str:
    """Return every row of the table of steps as a line of a Markdown table."""
    heading = [translate(locale, text) for text in HEADINGS]
    lines = [heading, ["---"] * len(heading), *(_cells(row, locale) for row in TABLE)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(row: Row, locale: str) -> list[str]:
    def listed(texts: list[str]) -> str:
        return "<br>".join(translate(locale, text) for text in texts)

    return [
        f"{translate(locale, words.ACTIONS[row.action])} `{row.action}`",
        listed(_source_words(row)),
        translate(locale, words.STATES[row.target] if row.target else UNCHANGED),
        listed([words.ROLES[role] for role in Role if role in row.by]),
        listed(_refusals(row)),
        "<br>".join(_clock_words(row.clocks, locale)),
        listed([AUDIENCES[each] for notice in row.tells for each in AUDIENCE[notice]]),
    ]


def _source_words(row: Row) -> list[str]:
    if not row.sources:
        return [NEW_CASE]
    if set(row.sources) == RUNNING:
        return [ANY_RUNNING]
    return [words.STATES[source] for source in row.sources]


def _refusals(row: Row) -> list[str]:
    return [guard.explanation for guard in row.guards] + [CODED_REASON] * row.needs_reason


def _clock_words(clocks: Clocks, locale: str) -> list[str]:
    lines = []
    for effect, text in EFFECTS:
        kinds: tuple[Clock, ...] = getattr(clocks, effect)
        names = [ALL_CLOCKS] if len(kinds) == len(Clock) else [words.CLOCKS[c] for c in kinds]
        if names:
            joined = translate(locale, SEPARATOR).join(translate(locale, name) for name in names)
            lines.append(translate(locale, text, clocks=joined))
    return lines
