"""What is filled in when a unit is supervised by hand, and when it explains itself."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from casework.web.forms.base import NOTE, CaseworkForm, day_field, text_field


class RemindForm(CaseworkForm):
    note = text_field(_l("Message to the unit"), limit=NOTE)


class OrderForm(CaseworkForm):
    note = text_field(
        _l("What the unit is to do"),
        required=_l("Write what the unit is to do."),
        limit=NOTE,
    )
    explain_by = day_field(
        _l("Explanation wanted by"), required=_l("Choose the day of the explanation.")
    )


class ExplainForm(CaseworkForm):
    text = text_field(
        _l("Explanation"),
        required=_l("Write the explanation."),
        limit=NOTE,
        hint=_l("Why the case is late, what has been done, and when it will be finished."),
    )


class LiftForm(CaseworkForm):
    reason = text_field(_l("Reason"), required=_l("Write the reason."), limit=NOTE)


class InterviewForm(CaseworkForm):
    text = text_field(
        _l("What was agreed"),
        required=_l("Write what was agreed."),
        limit=NOTE,
        hint=_l("Who was there, on which day, and what the unit has promised."),
    )


class AnswerForm(CaseworkForm):
    text = text_field(_l("Answer to the leader"), required=_l("Write the answer."), limit=NOTE)


class SeveralForm(CaseworkForm):
    """The cases that were ticked in a list."""

    numbers = SelectMultipleField(_l("Cases"), validate_choice=False)
