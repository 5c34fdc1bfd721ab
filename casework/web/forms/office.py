"""What the petition office fills in: filters, dispatch, and the other steps of a case."""

import re
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice, enum_coerce  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, StopValidation

from casework.models import Case
from casework.queries.inbox import Filters
from casework.services.sorting import Classification
from casework.web.directory import (
    called,
    open_subjects,
    open_units,
    reason_text,
    reasons_for,
    streets,
    subjects,
    units,
)
from casework.web.forms.base import (
    CaseworkForm,
    enum_radios,
    enum_select,
    line_field,
    options,
    text_field,
)
from casework.web.forms.files import FilesForm
from casework.web.forms.picking import SubjectField, UnitField
from casework.workflow.states import Action, Channel, Kind, State, Urgency
from casework.workflow.words import CHANNELS, KINDS, STATES, URGENCIES

E = TypeVar("E", bound=StrEnum)
LONGEST_DAYS = 366
SEARCH_LIMIT = 100


class FilterForm(CaseworkForm):
    """Narrows a list. It comes in the address, so what cannot be read there is left out."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    q = line_field(_l("Words or number"), limit=SEARCH_LIMIT)
    kind = enum_select(_l("Kind"), KINDS, everything=_l("All"))
    channel = enum_select(_l("Channel"), CHANNELS, everything=_l("All"))
    state = enum_select(_l("State"), STATES, everything=_l("All"))
    street = SelectField(_l("Street"), [Optional()])
    department = SelectField(_l("Department"), [Optional()])
    category = SelectField(_l("Category"), [Optional()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        everything = SelectChoice("", _l("All"))
        self.street.choices = [everything, *options((s.id, called(s)) for s in streets())]
        self.department.choices = [everything, *options((u.id, called(u)) for u in open_units())]
        self.category.choices = [
            everything,
            *options((one.id, called(one)) for one in open_subjects() if one.level == 1),
        ]

    def filters(self) -> Filters:
        """Return what the list is narrowed to."""
        return Filters(
            kind=member(Kind, self.kind.data),
            channel=member(Channel, self.channel.data),
            state=member(State, self.state.data),
            street_id=_known(self.street),
            department_id=_known(self.department),
            category_id=_known(self.category),
        )


def member(kind: type[E], value: object) -> E | None:
    """Return the member of ``kind`` that was chosen, or None for nothing that we know."""
    return next((one for one in kind if one.value == value), None)


def _known(field: SelectField) -> int | None:
    keys = {value for value, *_ in field.iter_choices()}
    return int(field.data) if field.data and field.data in keys else None


def urgency_field() -> SelectField:
    """Return a short list of urgencies: one of them is always chosen, mostly the usual one."""
    return SelectField(
        _l("Urgency"),
        [InputRequired(_l("Choose the urgency."))],
        choices=[SelectChoice(one.value, _l(word)) for one, word in URGENCIES.items()],
        coerce=enum_coerce(Urgency),
    )


class ClassifyForm(CaseworkForm):
    """What the petitioner could not know: kind, urgency, category, street, the unit accused."""

    kind = enum_radios(_l("Kind"), KINDS, required=_l("Choose the kind."))
    urgency = urgency_field()
    category = SubjectField(_l("Category"), [Optional()])
    street = SelectField(_l("Street"), [Optional()])
    accused = UnitField(_l("Unit that it is about"), [Optional()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.street.choices = [
            SelectChoice("", _l("Not known")),
            *options((street.id, called(street)) for street in streets()),
        ]
        self.category.among = open_subjects()
        self.accused.among = open_units()

    def show(self, case: Case) -> None:
        """Fill the form with what stands on ``case``."""
        self.kind.data, self.urgency.data = case.kind, case.urgency
        self.street.data = str(case.street_id or "")
        self.category.show(subjects().get(case.category_id or 0))
        self.accused.show(units().get(case.accused_department_id or 0))

    def classification(self) -> Classification:
        """Return what was chosen, as the service asks for it."""
        return Classification(
            kind=self.kind.data,
            urgency=self.urgency.data,
            category_id=self.category.chosen_id,
            street_id=int(self.street.data) if self.street.data else None,
            accused_department_id=self.accused.chosen_id,
        )


class SendForm(CaseworkForm):
    """Chooses the lead and its co-handlers. ``likely`` are offered for one click."""

    likely = SelectField(_l("Lead department"), [Optional()], validate_choice=False)
    lead = UnitField(_l("Lead department"), [])
    co_handlers = SelectMultipleField(_l("Co-handlers"), [Optional()], coerce=int)

    def offer(self, *, but: int | None) -> None:
        """Offer every open unit save the one that the case is about."""
        self.lead.flags.required = True
        self.lead.among = open_units(but=but)
        self.co_handlers.choices = [
            SelectChoice(unit.id, called(unit)) for unit in open_units(but=but)
        ]

    def validate_lead(self, field: UnitField) -> None:
        """Take the unit that was typed, else the likely one that was ticked."""
        if field.chosen is None and self.likely.data:
            field.chosen = next((u for u in field.among if str(u.id) == self.likely.data), None)
        if field.chosen is None:
            raise StopValidation(_l("Choose the lead department."))

    @property
    def unit_ids(self) -> list[int]:
        """Return the lead first, then its co-handlers."""
        lead = self.lead.chosen.id
        return [lead, *(unit for unit in self.co_handlers.data or [] if unit != lead)]


class DispatchForm(SendForm, ClassifyForm):
    """Everything that the office decides about a new letter, on one page."""

    days = IntegerField(
        _l("Own limit in working days"),
        [
            Optional(),
            NumberRange(
                1, LONGEST_DAYS, _l("Write a number of days from 1 to %(most)s.", most=LONGEST_DAYS)
            ),
        ],
    )
    note = text_field(_l("Note to the department"))


class RedoForm(SendForm):
    """Has a completed case done again."""

    note = text_field(_l("What must be done again, and why"), required=_l("Say what must be done."))


class ReasonForm(CaseworkForm):
    """A coded reason with a note to it."""

    reason = SelectField(_l("Reason"), [DataRequired(_l("Choose a reason from the list."))])

    def offer(self, action: Action) -> None:
        """Offer the reasons that the administrator keeps for ``action``."""
        self.reason.choices = [
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(one.code, reason_text(one)) for one in reasons_for(action)),
        ]


class DeclineForm(ReasonForm):
    text = text_field(
        _l("What the petitioner will read"),
        hint=_l(
            "Say where they can turn to instead. "
            "Left empty, the petitioner reads the standard text of the reason."
        ),
    )


class RecallForm(ReasonForm):
    note = text_field(
        _l("Note to the department"), hint=_l("The department is told that the case has left it.")
    )


class MergeForm(ReasonForm):
    target = line_field(
        _l("Number of the case to merge into"),
        required=_l("Write the number of the case, or choose one below."),
        limit=24,
    )
    note = text_field(_l("Note"))

    @property
    def target_number(self) -> str:
        """Return the number of the other case as it is stored, whatever dash was typed."""
        return re.sub(r"[\s\u2010-\u2015\uff0d－_]+", "-", self.target.data or "")


class UpholdForm(CaseworkForm):
    note = text_field(
        _l("Why the case stays with the department"),
        required=_l("Say why the case stays with the department."),
    )


class ReworkForm(CaseworkForm):
    note = text_field(
        _l("What the department must change"),
        required=_l("Say what the department must change."),
    )


class ForwardForm(FilesForm):
    note = text_field(
        _l("Note for the log"), hint=_l("Colleagues read it; the petitioner does not.")
    )


class BulkForm(CaseworkForm):
    """One step for every case that was ticked in a list."""

    numbers = SelectMultipleField(_l("Cases"), validate_choice=False)
    lead = UnitField(_l("Lead department"), [Optional()])
    reason = SelectField(_l("Reason"), [Optional()], validate_choice=False)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.lead.among = open_units()
        self.reason.choices = [
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(one.code, reason_text(one)) for one in reasons_for(Action.WITHHOLD)),
        ]
