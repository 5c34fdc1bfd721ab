"""What narrows the list of published answers."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from casework.queries.directory import Subject
from casework.queries.published import Chosen
from casework.web.directory import called, open_units, streets, subjects
from casework.web.forms.base import CaseworkForm
from casework.web.language import month_name
from casework.workflow.states import Kind
from casework.workflow.words import KINDS

MONTHS = 36
TREE_LEVELS = 2


class AnswersForm(CaseworkForm):
    """The filter of the list; what an old address asks for in vain is ignored."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    q = StringField(_l("Words in letter or answer"))
    department = SelectField(_l("Department"), validate_choice=False)
    category = SelectField(_l("Subject area"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)
    street = SelectField(_l("Street"), validate_choice=False)
    month = SelectField(_l("Month of publication"), validate_choice=False)

    def offer(self, today: date) -> None:
        """Fill the lists."""
        for field in self:
            field.flags.unmarked = True  # nothing of a filter is ever required
        everything = SelectChoice("", _l("All"))
        self.department.choices = [everything] + [
            SelectChoice(str(unit.id), called(unit)) for unit in open_units()
        ]
        self.category.choices = [everything] + [
            SelectChoice(str(one.id), f"{'　' * (one.level - 1)}{called(one)}")
            for one in in_tree_order(subjects().values())
        ]
        self.kind.choices = [everything] + [
            SelectChoice(kind.value, _(words)) for kind, words in KINDS.items()
        ]
        self.street.choices = [everything] + [
            SelectChoice(str(unit.id), called(unit)) for unit in streets()
        ]
        self.month.choices = [everything] + [
            SelectChoice(f"{month:%Y-%m}", month_name(month)) for month in _months_before(today)
        ]

    def chosen(self) -> Chosen:
        """Return what the list is narrowed to."""
        category = number_of(self.category.data)
        return Chosen(
            words=(self.q.data or "").strip(),
            department_id=number_of(self.department.data),
            category_ids=with_those_below(category) if category is not None else None,
            month=_first_day(self.month.data),
            kind=next((kind for kind in Kind if kind.value == self.kind.data), None),
            street_id=number_of(self.street.data),
        )

    def given(self) -> dict[str, str]:
        """Return the choices as they stand in the address, without those left open."""
        return {field.name: field.data for field in self if field.data}


def in_tree_order(found: Iterable[Subject]) -> Iterable[Subject]:
    """Return the upper levels, each category followed by those directly below it."""
    upper = [one for one in found if one.is_open and one.level <= TREE_LEVELS]
    for root in (one for one in upper if one.level == 1):
        yield root
        yield from (one for one in upper if one.parent_id == root.id)


def with_those_below(category_id: int) -> frozenset[int]:
    """Return a category and all below it."""
    ids = {category_id}
    for one in subjects().values():
        if one.parent_id in ids:
            ids.add(one.id)
    return frozenset(ids)


def _months_before(today: date) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last, last - MONTHS, -1)]


def _first_day(month: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        return None


def number_of(text: str | None) -> int | None:
    """Return the number that was written, or None where there is none that a key can be."""
    return int(text) if text and text.isdecimal() and len(text) <= 18 else None


class OpinionForm(CaseworkForm):
    """What a reader thinks of an answer."""

    useful = RadioField(
        _l("Was this answer useful to you?"),
        [InputRequired(_l("Choose yes or no."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
