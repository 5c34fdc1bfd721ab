"""Where each step of the workflow is taken, and how its button looks: one table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from casework.web.components import in_words
from casework.workflow.states import Action, Entry

Emphasis = Literal["primary", "secondary", "warning"]


@dataclass(frozen=True, slots=True)
class Way:
    """The page on which a step is taken; ``one_click`` steps have no page, only their POST.

    ``label`` replaces the word of the action where one page serves two of them.
    """

    endpoint: str
    emphasis: Emphasis = "secondary"
    one_click: bool = False
    label: LazyString | None = None


WAYS: dict[Action, Way] = {
    Action.DISPATCH: Way("office_steps.dispatch", "primary"),
    Action.DECLINE: Way("office_steps.decline"),
    Action.RECALL: Way("office_steps.recall"),
    Action.MERGE: Way("office_steps.merge"),
    Action.UPHOLD: Way("office_steps.uphold"),
    Action.FORWARD: Way("office_steps.forward", "primary"),
    Action.REWORK: Way("office_steps.rework"),
    Action.PUBLISH: Way("office_steps.publish", "primary"),
    Action.WITHHOLD: Way("office_steps.withhold"),
    Action.UNPUBLISH: Way("office_steps.unpublish", "warning"),
    Action.REDO: Way("office_steps.redo"),
    Action.SIGN: Way("department_steps.sign", "primary", one_click=True),
    Action.SEND_BACK: Way("department_steps.send_back"),
    Action.ASK_PETITIONER: Way("department_steps.ask"),
    Action.DRAFT: Way("department_steps.draft", "primary"),
    Action.APPROVE: Way("department_steps.approve", "primary", label=_l("Review the reply")),
    Action.REDRAFT: Way("department_steps.redraft", "primary", label=_l("Review the reply")),
    Action.SUPPLY: Way("operator.supply", "primary"),
    Action.INSTRUCT: Way("supervision_steps.instruct", "primary"),
    Action.CLEAR: Way("clearing.decide", "primary", label=_l("Decide on the public text")),
    Action.TURN_DOWN: Way("clearing.decide", "primary", label=_l("Decide on the public text")),
    Action.CORRECT: Way("office_steps.correct", "primary"),
}
"""Steps that staff take on a page. A petitioner's own steps stand on the petitioner's pages."""

ENDPOINTS: dict[Action, str] = {action: way.endpoint for action, way in WAYS.items()}

ENTRY_WAYS: dict[Entry, Way] = {
    Entry.REDACT: Way("office_steps.redact", "primary", label=_l("Prepare the public text")),
    Entry.DRAFT_CORRECTION: Way("office_steps.draft_correction", label=_l("Prepare a correction")),
    Entry.HOLD: Way("erasures.hold", label=_l("Legal hold")),
    Entry.CLASSIFY: Way("office_steps.classify", label=_l("Change the classification")),
    Entry.LET_FOLLOW: Way("matter_steps.let_follow", label=_l("Others with the same problem")),
    Entry.TAKE_BACK_CONSENT: Way("consent.take_back", label=_l("Take consent back")),
    Entry.GIVE_CONSENT: Way("consent.give", label=_l("Note consent to publication")),
    Entry.ADD_PART: Way("department_steps.add_part", "primary", label=_l("Add our part")),
    Entry.EXPLAIN: Way("supervision_answers.explain", "primary", label=_l("Explain the delay")),
    Entry.ASK_EXTENSION: Way("extensions.ask", label=_l("Ask for more time")),
    Entry.GRANT_EXTENSION: Way("extensions.decide", "primary", label=_l("Decide on more time")),
    Entry.APPEAL: Way("appeals.ask", label=_l("Appeal about the on-time rate")),
    Entry.REVIEW_ASKED: Way("review_asking.ask", label=_l("Enter a request for review")),
    Entry.HOLD_HEARING: Way("hearings.hearings", label=_l("Hearings")),
    Entry.REMIND: Way("supervision_levels.remind", "primary", label=_l("Remind the unit")),
    Entry.ORDER: Way("supervision_levels.order", label=_l("Write a supervision order")),
    Entry.INTERVIEW: Way("supervision_levels.interview", label=_l("Note an interview")),
}
"""Pages for what moves nothing and still stands in the log."""

SAME_PAGE: dict[Action, Action] = {
    Action.REDRAFT: Action.APPROVE,
    Action.TURN_DOWN: Action.CLEAR,
}
"""A step that is taken on the page of another one, whenever that one is open too."""


@dataclass(frozen=True, slots=True)
class Button:
    """One open step as a page draws it."""

    action: Action | Entry
    label: str
    href: str
    emphasis: Emphasis
    one_click: bool


def buttons(number: str, open_now: Iterable[Action], entries: Iterable[Entry] = ()) -> list[Button]:
    """Return the buttons for the steps that are open, primary ones first.

    Steps whose page this installation does not have are left out.
    """
    steps = list(open_now)
    ways: list[tuple[Action | Entry, Way]] = [
        (action, WAYS[action])
        for action in steps
        if action in WAYS and SAME_PAGE.get(action) not in steps
    ]
    ways += [(entry, ENTRY_WAYS[entry]) for entry in entries if entry in ENTRY_WAYS]
    found = [
        _button(number, action, way)
        for action, way in ways
        if way.endpoint in current_app.view_functions
    ]
    return sorted(found, key=lambda button: button.emphasis != "primary")


def _button(number: str, action: Action | Entry, way: Way) -> Button:
    label = str(way.label) if way.label is not None else in_words(action)
    return Button(action, label, url_for(way.endpoint, number=number), way.emphasis, way.one_click)
