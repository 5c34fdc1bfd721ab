"""What is filled in when a unit appeals, and when the appeal is decided."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from casework.web.forms.base import NOTE, CaseworkForm, options, text_field
from casework.web.forms.files import FilesForm

GRANT, REFUSE = "grant", "refuse"


class AppealForm(FilesForm):
    reason = text_field(
        _l("Why should this case not count against your unit?"),
        required=_l("Write why the case should not count."),
        limit=NOTE,
        hint=_l("For example: the matter hung on another unit or on the weather."),
    )
    evidence = text_field(
        _l("What proves it?"),
        required=_l("Write what proves it."),
        limit=NOTE,
        hint=_l(
            "Name documents, dates and people who can confirm it, or add files. No contact details."
        ),
    )


class DecideForm(CaseworkForm):
    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what you decide."))],
        choices=options(
            [(GRANT, _l("Leave the case out of the rate")), (REFUSE, _l("Let it count"))]
        ),
    )
    decision_words = text_field(
        _l("Reason"),
        required=_l("Write the reason."),
        limit=NOTE,
        hint=_l("The unit reads it."),
    )
