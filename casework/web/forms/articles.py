"""What is typed to write a guide or article, to look for one, and to take one out of force."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from casework.models import ArticleVersion, User
from casework.queries.articles import Narrowed
from casework.queries.guides import Chosen
from casework.services.articles import Content
from casework.web.directory import called, open_subjects, open_units, subjects
from casework.web.forms.answers import in_tree_order, number_of, with_those_below
from casework.web.forms.base import (
    LONG_TEXT,
    CaseworkForm,
    day_field,
    enum_radios,
    enum_select,
    line_field,
    options,
    text_field,
)
from casework.web.forms.picking import SubjectField
from casework.web.saving import text_of
from casework.workflow.guides import ARTICLE_KINDS, READERS, ArticleKind, Readers

BETWEEN_WORDS = re.compile(r"[\s,，、;；]+")


class ArticleForm(CaseworkForm):
    """A guide or article, whole; ``seen`` is the version that the writer began from."""

    seen = HiddenField(default="0")
    kind = enum_radios(_l("What is it?"), ARTICLE_KINDS, required=_l("Choose what it is."))
    readers = enum_radios(
        _l("Who is it for?"),
        READERS,
        required=_l("Choose who it is for."),
        hints={Readers.STAFF: _l("It never stands on a public page.")},
    )
    title = line_field(
        _l("Title"),
        required=_l("Write a title."),
        hint=_l("Name the matter as people call it, for example: Apply for a residence permit"),
    )
    text = text_field(
        _l("Text"),
        required=_l("Write the text."),
        limit=LONG_TEXT,
        hint=_l("Plain text. A line break begins a new line, an empty line a new paragraph."),
    )
    keywords = line_field(
        _l("Keywords"),
        hint=_l("Other words that people use for it, with blanks between them."),
    )
    category = SubjectField(_l("Category"))
    valid_from = day_field(_l("Valid from"), required=_l("Choose the first day."))
    valid_until = day_field(
        _l("Valid until"), hint=_l("After this day nobody is shown it. Leave it empty if unknown.")
    )
    responsible = SelectField(
        _l("Person responsible"),
        [InputRequired(_l("Choose who is responsible."))],
    )

    def offer(self, people: Iterable[User]) -> None:
        """Fill the lists with today's categories and with the people of the unit."""
        self.category.among = open_subjects()
        self.category.flags.unmarked = False
        self.responsible.choices = options((one.id, one.display_name) for one in people)

    def begin(self, user: User, today: date) -> None:
        """Fill an empty form with what is most likely."""
        self.kind.data, self.readers.data = ArticleKind.GUIDE, Readers.CITIZENS
        self.valid_from.data, self.responsible.data = today, str(user.id)

    def show(self, version: ArticleVersion) -> None:
        """Fill the form with a version, to go on from it."""
        self.seen.data = str(version.version)
        self.kind.data, self.readers.data = version.kind, version.readers
        self.title.data, self.text.data = version.title, version.text
        self.keywords.data = version.keywords
        self.category.show(subjects().get(version.category_id or 0))
        self.valid_from.data, self.valid_until.data = version.valid_from, version.valid_until
        self.responsible.data = str(version.responsible_id)

    @property
    def seen_version(self) -> int:
        """Return the version that the writer began from, 0 for none."""
        return number_of(self.seen.data) or 0

    def content(self) -> Content:
        """Return what was typed."""
        return Content(
            kind=self.kind.data,
            readers=self.readers.data,
            title=text_of(self.title),
            text=text_of(self.text),
            keywords=" ".join(BETWEEN_WORDS.split(text_of(self.keywords))).strip(),
            category_id=self.category.chosen_id,
            valid_from=self.valid_from.data or date.max,  # validated: a first day is required
            valid_until=self.valid_until.data,
            responsible_id=int(self.responsible.data),
        )


class SeenForm(CaseworkForm):
    """A step with an article that asks for nothing but the version that was read."""

    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version that was read; one that cannot be read is none."""
        return number_of(self.seen.data) or 0


class WithdrawForm(SeenForm):
    """Why an article goes out of force."""

    note = line_field(_l("Reason"), required=_l("Write why it is no longer in force."))


class ArticlesForm(CaseworkForm):
    """The filter of the list of staff; what an old address asks for in vain is ignored."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    q = StringField(_l("Words"))
    readers = enum_select(_l("For whom"), READERS, everything=_l("All"))
    kind = enum_select(_l("Sort"), ARTICLE_KINDS, everything=_l("All"))

    def narrowed(self) -> Narrowed:
        """Return what the list is narrowed to."""
        return Narrowed(
            (self.q.data or "").strip(),
            next((one for one in Readers if one.value == self.readers.data), None),
            next((one for one in ArticleKind if one.value == self.kind.data), None),
        )

    def given(self) -> dict[str, str]:
        """Return the choices as they stand in the address, without those left open."""
        return {field.name: field.data for field in self if field.data}


class GuidesForm(CaseworkForm):
    """The filter of the public list; what an old address asks for in vain is ignored."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    q = StringField(_l("What is it about?"))
    readers = SelectField(_l("For whom"), validate_choice=False)
    department = SelectField(_l("Department"), validate_choice=False)
    category = SelectField(_l("Subject area"), validate_choice=False)

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        everything = SelectChoice("", _l("All"))
        for field in self:
            field.flags.unmarked = True  # nothing of a filter is ever required
        self.readers.choices = [everything] + [
            SelectChoice(one.value, _l(words))
            for one, words in READERS.items()
            if one is not Readers.STAFF
        ]
        self.department.choices = [everything] + [
            SelectChoice(str(unit.id), called(unit)) for unit in open_units()
        ]
        self.category.choices = [everything] + [
            SelectChoice(str(one.id), f"{'　' * (one.level - 1)}{called(one)}")
            for one in in_tree_order(subjects().values())
        ]

    def chosen(self) -> Chosen:
        """Return what the list is narrowed to."""
        category = number_of(self.category.data)
        return Chosen(
            words=(self.q.data or "").strip(),
            readers=next((one for one in Readers if one.value == self.readers.data), None),
            department_id=number_of(self.department.data),
            category_ids=with_those_below(category) if category is not None else None,
        )

    def given(self) -> dict[str, str]:
        """Return the choices as they stand in the address, without those left open."""
        return {field.name: field.data for field in self if field.data}


class UsefulForm(CaseworkForm):
    """What a reader thinks of a guide."""

    useful = RadioField(
        _l("Was this guide useful to you?"),
        [InputRequired(_l("Choose yes or no."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
