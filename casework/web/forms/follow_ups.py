"""What an operator notes of a follow-up call."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from casework.web.forms.base import CaseworkForm, enum_radios, text_field
from casework.web.forms.follow import SATISFACTION
from casework.workflow import words
from casework.workflow.follow_ups import Result

YES_NO = (SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No")))


class NotReachedForm(CaseworkForm):
    """How a call ended in which nothing was said."""

    result = enum_radios(
        _l("What happened?"),
        {one: word for one, word in words.RESULTS.items() if one is not Result.REACHED},
        required=_l("Choose what happened."),
    )
    note = text_field(_l("Note for the next call"), limit=500)


class SaidForm(CaseworkForm):
    """What the petitioner said who has not rated the answer online."""

    satisfaction = RadioField(
        _l("How satisfied are you with how your matter was handled?"),
        [InputRequired(_l("Choose how satisfied they are."))],
        choices=[SelectChoice(value, label) for value, label in SATISFACTION],
        coerce=int,
    )
    solved = RadioField(
        _l("Has your problem been solved?"),
        [InputRequired(_l("Choose whether the problem has been solved."))],
        choices=YES_NO,
    )
    truthful = RadioField(
        _l("Does the answer say truthfully what was done?"),
        [Optional()],
        choices=(SelectChoice("yes", _l("Truthful")), SelectChoice("no", _l("Not truthful"))),
    )
    words = text_field(_l("What the petitioner said"), limit=2_000)
    wants_redo = BooleanField(_l("The petitioner wants it to be done again"))


class WrongForm(CaseworkForm):
    """What is wrong, by somebody who has rated the answer online already."""

    words = text_field(
        _l("What the petitioner said"),
        required=_l("Write what the petitioner said."),
        limit=2_000,
    )
    wants_redo = BooleanField(_l("The petitioner wants it to be done again"))
