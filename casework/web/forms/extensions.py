"""What is filled in when more time is asked for, and when it is decided."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from casework.services.extensions import LONGEST
from casework.web.forms.admin import number_field
from casework.web.forms.base import NOTE, CaseworkForm, options, text_field

GRANT, REFUSE = "grant", "refuse"


class AskForm(CaseworkForm):
    days = number_field(
        _l("How many more days are needed?"),
        least=1,
        most=LONGEST,
        required=_l("Write a number of days from 1 to 30."),
        hint=_l("Calendar days, 30 at the most. A case is extended once only."),
    )
    reason = text_field(
        _l("Why is more time needed?"), required=_l("Write why more time is needed."), limit=NOTE
    )


class DecideForm(CaseworkForm):
    decision = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose what you decide."))],
        choices=options([(GRANT, _l("Grant the days")), (REFUSE, _l("Refuse them"))]),
    )
    told = text_field(
        _l("Reason"),
        required=_l("Write the reason."),
        limit=NOTE,
        hint=_l(
            "If you grant the days, the petitioner reads it: plain words, nothing internal. "
            "If you refuse them, the department does."
        ),
    )
