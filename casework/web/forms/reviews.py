"""What is typed to have an answer reviewed, about its hearings, and against a redo."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.web.forms.base import NOTE, CaseworkForm, day_field, text_field
from casework.web.forms.files import FilesForm


class AskReviewForm(FilesForm):
    """Why the answer is not right; the slip makes a second sending harmless."""

    slip = HiddenField()
    reason = text_field(
        _l("Why do you not agree with the answer?"),
        required=_l("Write why you do not agree with the answer."),
        hint=_l("Say what is wrong or missing in it, and what you ask for."),
        limit=NOTE,
        least=10,
    )


class AskReviewForThemForm(FilesForm):
    """The same, written down by staff for a petitioner who calls or comes."""

    slip = HiddenField()
    reason = text_field(
        _l("Why the petitioner does not agree with the answer"),
        required=_l("Write why the petitioner does not agree."),
        hint=_l("In their own words. They can read it on the page of the review."),
        limit=NOTE,
        least=10,
    )


class HearingForm(CaseworkForm):
    """The days of a hearing."""

    first = day_field(_l("First day of the hearing"), required=_l("Write the first day."))
    last = day_field(_l("Last day of the hearing"), required=_l("Write the last day."))
    note = text_field(_l("Where, and what it is about"), limit=1_000)


class CallOffForm(CaseworkForm):
    """Why a hearing is not held."""

    reason = text_field(
        _l("Why is the hearing not held?"), required=_l("Write the reason."), limit=1_000
    )


class RefuseRedoForm(CaseworkForm):
    """Why a case is not done again."""

    reason = text_field(
        _l("Why is it not done again?"),
        required=_l("Write the reason that the petitioner reads."),
        hint=_l("The petitioner reads this, and that a review can be asked for."),
        limit=NOTE,
        least=5,
    )
