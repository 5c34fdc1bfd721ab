"""What the petition office fills in around publication."""

import re
from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from casework.services.redaction.found import WORDS
from casework.services.redaction.suggestions import Left
from casework.web.forms.base import (
    LONG_TEXT,
    NOTE,
    CaseworkForm,
    line_field,
    options,
    text_field,
)
from casework.web.forms.office import ReasonForm
from casework.workflow.states import Sensitive
from casework.workflow.words import SENSITIVE

MARKED_BY_HAND = (Sensitive.MINORS, Sensitive.HEALTH)

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
    pictures = SelectMultipleField(
        _l("Which pictures may everybody see?"), choices=[], validate_choice=False
    )

    @property
    def chosen_pictures(self) -> set[UUID]:
        """Return the pictures that were ticked; what is no key of a file is none."""
        return {UUID(one) for one in self.pictures.data or () if KEY.fullmatch(one)}

    sensitive = SelectMultipleField(
        _l("Does the text concern one of these?"),
        choices=options((one.value, _l(SENSITIVE[one])) for one in MARKED_BY_HAND),
        coerce=Sensitive,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("A leader must then approve the text before it is published."),
    )

    def offer(self, left: Iterable[Left]) -> None:
        """Let the details that still stand in the texts be ticked one by one."""
        self.may_stand.choices = [
            SelectChoice(detail.value, f"{detail.value} ({_(WORDS[detail.what])})")
            for detail in dict.fromkeys(left)
            if not detail.never
        ]


class CorrectionForm(RedactForm):
    """Another text in the place of the one that is out."""

    why = text_field(
        _l("Why is it corrected?"),
        required=_l("Write why the published text is corrected."),
        limit=NOTE,
        hint=_l("For the colleague who approves it. The public reads only that it was corrected."),
    )


CLEAR, TURN_DOWN = "clear", "turn_down"


class ClearForm(CaseworkForm):
    """A leader's word on a sensitive text; ``read`` is the version that stood on the page."""

    read = HiddenField()
    decision = RadioField(
        _l("May everybody read this?"),
        [InputRequired(_l("Choose what you decide."))],
        choices=options(
            (
                (CLEAR, _l("Yes, it may be published as it stands here")),
                (TURN_DOWN, _l("No")),
            )
        ),
    )
    reason = text_field(_l("Reason, if you refuse"), limit=NOTE)

    def validate_reason(self, field: Field) -> None:
        """Ask for a reason where the text is refused."""
        if self.decision.data == TURN_DOWN and not field.data:
            raise StopValidation(_l("Write why the text may not be published."))


class PublishForm(CaseworkForm):
    """Nothing is typed; ``read`` says which version of the text stood on the page."""

    read = HiddenField()


class CleanForm(CaseworkForm):
    """The cases that were ticked."""

    numbers = SelectMultipleField(_l("Cases"), choices=[], validate_choice=False)


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
