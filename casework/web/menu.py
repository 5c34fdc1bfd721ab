"""The main menu as one table: what stands in it, for whom, and which number stands beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from casework.models import User
from casework.queries.notices import unread_of
from casework.queries.publications import to_clear_of
from casework.web.db import session
from casework.workflow.states import DEPARTMENT_ROLES, STAFF_ROLES, Role

DEPARTMENT = DEPARTMENT_ROLES
OVERSIGHT = frozenset({Role.SUPERVISOR, Role.LEADER})
OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; no role means that everybody sees it who has not signed in.

    What nobody's daily work begins at is ``aside``: it is folded away where the menu is long.
    """

    endpoint: str
    label: LazyString
    roles: frozenset[Role] = frozenset()
    counter: str = ""
    aside: bool = False


LONG = 8
"""Lines from which on a menu folds away what is aside."""

MENU: tuple[Entry, ...] = (
    Entry("home.index", _l("Home")),
    Entry("petitioner.write", _l("Write a letter")),
    Entry("petitioner.mailbox", _l("Leader's mailbox")),
    Entry("petitioner.follow", _l("Follow your case")),
    Entry("guides.index", _l("Guides")),
    Entry("public.answers", _l("Published answers")),
    Entry("matters.index", _l("Matters under way")),
    Entry("figures.overview_page", _l("Overview"), frozenset({Role.LEADER})),
    Entry("operator.call", _l("Take a call"), frozenset({Role.OPERATOR})),
    Entry("operator.calls", _l("My calls"), frozenset({Role.OPERATOR})),
    Entry(
        "follow_ups.index",
        _l("Follow-up calls"),
        frozenset({Role.OPERATOR}),
        counter="follow_ups",
    ),
    Entry("office.inbox", _l("Inbox"), OFFICE, counter="inbox"),
    Entry("office.cases", _l("All cases"), OFFICE),
    Entry("department.worklist", _l("Our cases"), DEPARTMENT, counter="worklist"),
    Entry("erasures.waiting", _l("Requests to erase"), OFFICE),
    Entry("supervision.index", _l("Time limits"), OVERSIGHT | OFFICE, counter="overdue"),
    Entry("supervision_bench.bench", _l("Supervision bench"), OVERSIGHT),
    Entry(
        "extensions.waiting",
        _l("Requests for more time"),
        OFFICE | frozenset({Role.LEADER}),
        counter="extensions",
    ),
    Entry(
        "clearing.waiting",
        _l("Public texts to approve"),
        frozenset({Role.LEADER}),
        counter="to_clear",
    ),
    Entry("reviews.index", _l("Reviews"), OFFICE | OVERSIGHT, counter="reviews"),
    Entry(
        "figures.overview_page", _l("Overview"), OFFICE | frozenset({Role.SUPERVISOR}), aside=True
    ),
    Entry("figures.index", _l("Figures"), OVERSIGHT | OFFICE | DEPARTMENT),
    Entry(
        "appeals.index",
        _l("Appeals"),
        OVERSIGHT | OFFICE | DEPARTMENT,
        counter="appeals",
        aside=True,
    ),
    Entry("unpublished.index", _l("Answered and not public"), OVERSIGHT | OFFICE, aside=True),
    Entry("circulars.index", _l("Circulars"), OVERSIGHT | OFFICE | DEPARTMENT, aside=True),
    Entry("admin.index", _l("Administration"), frozenset({Role.ADMINISTRATOR})),
    Entry("articles.index", _l("Guides and articles"), STAFF_ROLES, aside=True),
    Entry("inbox.index", _l("Notices"), STAFF_ROLES, counter="unread"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line as the page draws it."""

    label: LazyString
    href: str
    current: bool
    count: int | None = None
    folded: bool = False


Counter = Callable[[User], int | None]


def items_for(user: User | None) -> list[Item]:
    """Return the lines of the menu that this reader sees; pages that are not there are left out."""
    if user is not None and "unread" not in g.get("menu_counts", {}):
        show_counts(**_waiting(user))
    entries = list(_open_to(user))
    long = len(entries) > LONG
    return [replace(_item(entry), folded=long and entry.aside) for entry in entries]


def _waiting(user: User) -> dict[str, int]:
    """Return what waits for this reader on every page, in one statement."""
    counts = {"unread": unread_of(user)}
    if user.role is Role.LEADER:
        counts["to_clear"] = to_clear_of(user)
    row = session().execute(select(*counts.values())).one()
    return dict(zip(counts, row, strict=True))


def first_page(user: User) -> str:
    """Return the endpoint at which this person's work begins, after signing in."""
    return next((entry.endpoint for entry in _open_to(user)), "home.index")


def show_counts(**counts: int | None) -> None:
    """Put numbers beside the lines whose ``counter`` is named."""
    g.menu_counts = g.get("menu_counts", {}) | counts


def _open_to(user: User | None) -> Iterable[Entry]:
    return (
        entry
        for entry in MENU
        if (user.role in entry.roles if user else not entry.roles)
        and entry.endpoint in current_app.view_functions
    )


def _item(entry: Entry) -> Item:
    here = request.endpoint == entry.endpoint
    item = Item(entry.label, url_for(entry.endpoint), here)
    count = g.get("menu_counts", {}).get(entry.counter) if entry.counter else None
    return replace(item, count=count)
