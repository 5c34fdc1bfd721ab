"""What a citizen is told about a case, in plain words: where it stands and what has happened."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext as _

from casework.language import N_
from casework.queries.petitioner_view import OwnCase, Stage
from casework.web.directory import called, units
from casework.web.language import language
from casework.workflow.states import REVIEWS, Action, Role, State


class Plain(NamedTuple):
    """A heading and a sentence or two; ``%(unit)s`` is the department that has the case."""

    title: str
    text: str


STANDINGS: Mapping[State, Plain] = {
    State.SUBMITTED: Plain(
        N_("We have your letter"),
        N_(
            "The petition office reads it and gives it to the department that is responsible, as a "
            "rule within one working day. You need not do anything."
        ),
    ),
    State.DISPATCHED: Plain(
        N_("Your letter is with the department"),
        N_("It has gone to %(unit)s, which will begin with it, as a rule within one working day."),
    ),
    State.HANDLING: Plain(
        N_("The department is working on it"),
        N_("%(unit)s is looking into your matter and will write you an answer."),
    ),
    State.RETURNED: Plain(
        N_("The right department is being found"),
        N_(
            "%(unit)s says that the matter is not one of its duties. The petition office decides "
            "who answers you. You need not do anything."
        ),
    ),
    State.AWAITING_PETITIONER: Plain(
        N_("We need something from you"),
        N_(
            "%(unit)s has a question. Please answer it below. Until then the time limit stands "
            "still."
        ),
    ),
    State.REVIEWING: Plain(
        N_("Your answer is being checked"),
        N_("%(unit)s has written an answer. A second person there is reading it."),
    ),
    State.REPLIED: Plain(
        N_("Your answer is almost ready"),
        N_("The petition office reads the answer of %(unit)s and then sends it to you."),
    ),
    State.FORWARDED: Plain(N_("You have an answer"), N_("Read it below.")),
    State.PUBLISHED: Plain(
        N_("You have an answer"),
        N_("Read it below. It has also been published, without anything that shows who you are."),
    ),
    State.ARCHIVED: Plain(
        N_("You have an answer"), N_("Read it below. The case is closed. It is not public.")
    ),
    State.DECLINED: Plain(N_("Your letter could not be accepted"), N_("The reason stands below.")),
    State.MERGED: Plain(
        N_("Your letter was joined with another one"),
        N_("Both are about the same matter. You get the answer here as soon as it is there."),
    ),
    State.WITHDRAWN: Plain(
        N_("You have taken your letter back"), N_("The case is closed. Nobody works on it.")
    ),
}

TO_BE_RATED = Plain(
    N_("You have an answer"), N_("Read it below, and please tell us whether it helped.")
)
DONE_AGAIN = Plain(
    N_("Your matter is done again"),
    N_("%(unit)s is to begin with it again, as a rule within one working day."),
)
JOINED_AND_ANSWERED = Plain(
    N_("You have an answer"),
    N_("Your letter was joined with another one about the same matter. Read the answer below."),
)
REVIEW_ASKED = Plain(
    N_("We have your request"),
    N_(
        "The petition office gives it to a unit that had no part in the answer. You need not do "
        "anything."
    ),
)

STAGES: Mapping[Action, str] = {
    Action.SUBMIT: N_("We received it"),
    Action.ASK_REVIEW: N_("You asked for a review"),
    Action.ANSWER_NOW: N_("The operator answered at once"),
    Action.DISPATCH: N_("Given to %(unit)s"),
    Action.DECLINE: N_("Not accepted"),
    Action.RECALL: N_("Taken back, to be given to another department"),
    Action.MERGE: N_("Joined with another letter about the same matter"),
    Action.SIGN: N_("The department began with it"),
    Action.SEND_BACK: N_("The department said that it is not one of its duties"),
    Action.UPHOLD: N_("The petition office decided that this department answers"),
    Action.ASK_PETITIONER: N_("The department asked you a question"),
    Action.SUPPLY: N_("You answered the question"),
    Action.DRAFT: N_("An answer was written and is being checked"),
    Action.APPROVE: N_("The answer was approved"),
    Action.REWORK: N_("The petition office asked for a better answer"),
    Action.FORWARD: N_("The answer was sent to you"),
    Action.PUBLISH: N_("Letter and answer were published, without personal details"),
    Action.CORRECT: N_("The published text was corrected"),
    Action.WITHHOLD: N_("Closed; it is not published"),
    Action.UNPUBLISH: N_("Taken off the public pages"),
    Action.REDO: N_("It is done again by %(unit)s"),
    Action.WITHDRAW: N_("You took the letter back"),
}
ANSWERED_BY: Mapping[Role, str] = {
    Role.SYSTEM: N_("No answer came in time; the department goes on without it"),
    Role.OPERATOR: N_("You answered the question on the telephone"),
}


def standing(case: OwnCase, unit: str | None, *, may_rate: bool) -> Plain:
    """Return where a case stands, for its petitioner."""
    plain = _plain(case, may_rate)
    unit = unit or _("The department")
    return Plain(_(plain.title), _(plain.text, unit=unit))


def _plain(case: OwnCase, may_rate: bool) -> Plain:
    if case.state is State.FORWARDED and may_rate:
        return TO_BE_RATED
    if case.state is State.DISPATCHED and case.now.reply:
        return DONE_AGAIN
    if case.state is State.MERGED and case.now.answered:
        return JOINED_AND_ANSWERED
    if case.state is State.SUBMITTED and case.channel in REVIEWS:
        return REVIEW_ASKED
    return STANDINGS[case.state]


def stage(step: Stage) -> str:
    """Return what one step was, for the petitioner."""
    if step.action is Action.SUPPLY and step.by in ANSWERED_BY:
        return str(_(ANSWERED_BY[step.by]))
    unit = next((called(one) for one in units().values() if one.code == step.lead), None)
    return str(_(STAGES[step.action], unit=unit or _("the department")))


def reason(step: Stage) -> str | None:
    """Return the coded reason of a step in the language of the page."""
    return step.reason_en if language() == "en" and step.reason_en else step.reason
