"""What the petition office fills in around publication."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from casework.services.redaction_suggestions import CHECKED_BY_PEOPLE, Personal
from casework.web.forms.base import LONG_TEXT, NOTE, CaseworkForm, line_field, text_field
from casework.web.forms.office import ReasonForm


class RedactForm(CaseworkForm):
    """The text that everybody may read."""

    subject = line_field(_l("Public subject"), required=_l("Write the public subject."))
    body = text_field(
        _l("Public text of the letter"),
        required=_l("Write the public text of the letter."),
        limit=LONG_TEXT,
    )
    reply = text_field(
        _l("Public text of the reply"),
        required=_l("Write the public text of the reply."),
        limit=LONG_TEXT,
    )
    may_stand = BooleanField(
        _l("Names and addresses that still stand in it have nothing to do with the petitioner")
    )

    def standing(self) -> frozenset[Personal]:
        """Return the kinds of detail that the redactor says may stand."""
        return CHECKED_BY_PEOPLE if self.may_stand.data else frozenset()


class PublishForm(CaseworkForm):
    """Nothing is typed; ``read`` says which version of the text stood on the page."""

    read = HiddenField()


class WithholdForm(ReasonForm):
    note = text_field(_l("Note for the log"))


class UnpublishForm(ReasonForm):
    note = text_field(_l("Note for the log"))


class ConsentNoteForm(CaseworkForm):
    """How the office or an operator learned what the petitioner wants."""

    note = text_field(
        _l("How did the petitioner say so?"),
        required=_l("Write how the petitioner said so."),
        limit=NOTE,
        hint=_l("For example: by telephone today, with number and access code"),
    )
