"""What the petition office fills in around publication."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from casework.services.redaction.found import WORDS
from casework.services.redaction.suggestions import Left
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
    may_stand = SelectMultipleField(
        _l("What may everybody read?"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("For example the telephone number of an office, or the name of a street."),
    )

    def offer(self, left: Iterable[Left]) -> None:
        """Let the details that still stand in the texts be ticked one by one."""
        self.may_stand.choices = [
            SelectChoice(detail.value, f"{detail.value} ({_(WORDS[detail.what])})")
            for detail in dict.fromkeys(left)
            if not detail.never
        ]


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
