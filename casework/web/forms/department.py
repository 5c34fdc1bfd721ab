"""What a department fills in: filters of its list, and the steps of a case."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional

from casework.queries.worklists import Filters
from casework.web.directory import called, reason_text, reasons_for, streets
from casework.web.forms.base import (
    LONG_TEXT,
    CaseworkForm,
    enum_select,
    line_field,
    options,
    text_field,
)
from casework.web.forms.files import FilesForm
from casework.workflow.states import Action, Kind
from casework.workflow.words import KINDS

SEARCH_LIMIT = 100


class WorklistForm(CaseworkForm):
    """Narrows a list. It comes in the address, so what cannot be read there is left out."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    q = line_field(_l("Words or number"), limit=SEARCH_LIMIT)
    kind = enum_select(_l("Kind"), KINDS, everything=_l("All"))
    street = SelectField(_l("Street"), [Optional()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.street.choices = [
            SelectChoice("", _l("All")),
            *options((street.id, called(street)) for street in streets()),
        ]

    def filters(self) -> Filters:
        """Return what the list is narrowed to."""
        known = {str(street.id) for street in streets()}
        return Filters(
            kind=next((kind for kind in Kind if kind.value == self.kind.data), None),
            street_id=int(self.street.data) if self.street.data in known else None,
        )

    @property
    def narrows(self) -> bool:
        """Say whether anything is chosen."""
        return self.filters() != Filters() or bool(self.q.data)


class SeveralForm(CaseworkForm):
    """The cases that were ticked in a list."""

    numbers = SelectMultipleField(_l("Cases"), validate_choice=False)


class SendBackForm(CaseworkForm):
    reason = SelectField(_l("Reason"), [DataRequired(_l("Choose a reason from the list."))])
    note = text_field(
        _l("Why it is not your matter"),
        required=_l("Say why it is not your matter, and whose it is."),
        hint=_l("Name the department that should handle it, and the rule that says so."),
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.reason.choices = [
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(one.code, reason_text(one)) for one in reasons_for(Action.SEND_BACK)),
        ]


class AskForm(CaseworkForm):
    question = text_field(
        _l("What you need to know"),
        required=_l("Write the question."),
        hint=_l("The petitioner reads exactly this. Ask for everything at once, in plain words."),
    )


class DraftForm(FilesForm):
    """``seen`` is the newest version that the author had on the page."""

    seen = HiddenField()
    text = text_field(
        _l("The reply to the petitioner"), required=_l("Write the reply."), limit=LONG_TEXT
    )

    @property
    def seen_version(self) -> int:
        """Return the version that was on the page, 0 for none."""
        digits = str(self.seen.data or "")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


class ApproveForm(CaseworkForm):
    note = text_field(
        _l("Note for the log"), hint=_l("Colleagues read it; the petitioner does not.")
    )


class RedraftForm(CaseworkForm):
    note = text_field(
        _l("What must change"),
        required=_l("Say what must change."),
        hint=_l("The author sees it above the draft."),
    )


class PartForm(CaseworkForm):
    text = text_field(
        _l("Our part of the reply"),
        required=_l("Write your part."),
        limit=LONG_TEXT,
        hint=_l("The lead department sees it beside its draft. A later part replaces this one."),
    )
