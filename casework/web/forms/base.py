"""The base of all forms: text is cleaned, refused or kept as it was typed, never cut."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice, enum_coerce  # type: ignore[attr-defined]
from wtforms.i18n import get_translations
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import Select

from casework.errors import CaseworkError, Invalid
from casework.language import N_
from casework.sealing import normalise_phone
from casework.web.errors import wording
from casework.web.language import language

LINE = 200
NOTE = 5_000
LONG_TEXT = 20_000
"""The limits of the database's columns; a longer text would be refused there."""

DIRECTION_MARKS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that turn the direction of text around: on a page they could make a name read backwards."""

ALLOWED_CONTROLS = frozenset("\n\t")
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


def tidy(value: object) -> object:
    """Strip blanks at the ends, write line ends in one way, take direction marks out."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(DIRECTION_MARKS).strip()


def tidy_line(value: object) -> object:
    """Do the same for a text of one line, in which every run of blanks becomes one."""
    tidied = tidy(value)
    return re.sub(r"[\n\t\v\f ]+", " ", tidied) if isinstance(tidied, str) else tidied


def storable(_form: object, field: Field) -> None:
    """Refuse what the database cannot hold, or what was broken on its way to us."""
    text = field.data if isinstance(field.data, str) else ""
    for character in text:
        if character == "\ufffd" or unicodedata.category(character) == "Cs":
            raise StopValidation(
                _l("This text was damaged on its way. Write the marked characters again.")
            )
        if unicodedata.category(character) == "Cc" and character not in ALLOWED_CONTROLS:
            raise StopValidation(
                _l("This text has an invisible character that cannot be stored. Write it again.")
            )


def half_width(value: object) -> object:
    """Write digits and letters of full width, as Chinese keyboards make them, in the usual one."""
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value


class AtMost(Length):
    """A limit that names its field: above the form several such sentences may stand together."""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what is longer."""
        if field.data and len(field.data) > self.max:
            said = N_("%(field)s: write no more than %(limit)s characters.")
            raise StopValidation(_l(said, field=field.label.text, limit=self.max))


@cache
def _own_sentences(code: str) -> Any:
    return get_translations(["zh" if code == "zh_CN" else code])


class _PlainSelect(Select):
    """A list whose plain options are written out directly; pages have a hundred of them."""

    @classmethod
    def render_option(  # type: ignore[override]
        cls, choice: Any, **kwargs: Any
    ) -> Markup:
        if kwargs or choice.render_kw or isinstance(choice.value, bool):
            option: Markup = super().render_option(choice, **kwargs)
            return option
        chosen = "selected " if choice.selected else ""
        value, label = escape(choice.value), escape(choice.label or choice.value)
        return Markup(f'<option {chosen}value="{value}">{label}</option>')  # noqa: S704


_PLAIN_SELECT = _PlainSelect()


class CaseworkForm(FlaskForm):  # type: ignore[misc]
    """The shape of what was typed. Whether it is allowed is the workflow's to say."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            """Return the library's own sentences, kept: it would read its file in each request."""
            return _own_sentences(language())

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Field:
            """Give every text field its cleaning and its check, so that no form forgets them."""
            field: Field = super().bind_field(form, unbound, options)
            if isinstance(field, SelectField) and vars(field.widget) == {"multiple": False}:
                field.widget = _PLAIN_SELECT
            if isinstance(field, StringField) and not isinstance(field, HiddenField):
                kept_as_typed = isinstance(field, PasswordField)
                cleaning = tidy if isinstance(field, TextAreaField) else tidy_line
                field.filters = (*(() if kept_as_typed else (cleaning,)), *(field.filters or ()))
                field.validators = [storable, *field.validators]
            return field

    def refuse(self, error: CaseworkError) -> None:
        """Show a refusal of the core where it belongs: beside its field, else above the form."""
        if isinstance(error, Invalid) and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, wording(error)]
        else:
            self.form_errors.append(wording(error))


Words: TypeAlias = str | LazyString

PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,38}")
MOBILE_BEGUN, MOBILE_DIGITS = re.compile(r"1[3-9][0-9]{5}"), 11
EMAIL = re.compile(r"[^\s@<>\"(),:;]{1,64}@[\w-]+(\.[\w-]+)+")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"

PHONE_WRONG = _l("Write the phone number in digits, such as 020 8765 4321.")
EMAIL_WRONG = _l("Write the e-mail address like name@example.cn.")
ID_NUMBER_WRONG = _l("An ID number has 18 characters: digits, and perhaps an X at the end.")


def line_field(
    label: Words, *, required: Words | None = None, limit: int = LINE, hint: Words = ""
) -> StringField:
    """Return a field of one line; ``required`` is the sentence shown when it is empty."""
    return StringField(label, _rules(required, limit), description=str_or_lazy(hint))


def text_field(
    label: Words,
    *,
    required: Words | None = None,
    limit: int = NOTE,
    least: int = 0,
    hint: Words = "",
) -> TextAreaField:
    """Return a field of many lines, with a counter on the page."""
    return TextAreaField(label, _rules(required, limit, least), description=str_or_lazy(hint))


def phone_field(
    label: Words | None = None, *, required: Words | None = None, hint: Words = ""
) -> TelField:
    """Return a field for a telephone number of any country, with or without an extension."""
    return TelField(
        label or _l("Phone number"),
        [
            *_rules(required, 40),
            _pattern(PHONE, PHONE_WRONG),
            whole_mobile,
        ],
        filters=[half_width],
        description=str_or_lazy(hint),
    )


def email_field(
    label: Words | None = None, *, required: Words | None = None, hint: Words = ""
) -> EmailField:
    """Return a field for an e-mail address."""
    return EmailField(
        label or _l("E-mail address"),
        [
            *_rules(required, 254),
            _pattern(EMAIL, EMAIL_WRONG),
        ],
        filters=[half_width],
        description=str_or_lazy(hint),
    )


def id_number_field(
    label: Words | None = None, *, required: Words | None = None, hint: Words = ""
) -> StringField:
    """Return a field for the 18 characters of an identity card, whose check digit must fit."""
    return StringField(
        label or _l("ID number"),
        [*_rules(required, 18), id_number_fits],
        filters=[half_width, lambda value: value.upper().replace(" ", "") if value else value],
        description=str_or_lazy(hint),
    )


def day_field(
    label: Words, *, required: Words | None = None, hint: Words | None = None
) -> DateField:
    """Return a field for a day: the browser's own calendar, or typed as 2026-11-23."""
    return DateField(
        label,
        [InputRequired(required) if required else Optional()],
        format=DAY_FORMATS,
        description=hint if hint is not None else _l("For example 2026-11-23"),
    )


def enum_radios(
    label: Words,
    options: Mapping[Any, str],
    *,
    required: Words,
    hints: Mapping[Any, Words] | None = None,
    hint: Words = "",
) -> RadioField:
    """Return radios for members of one of the workflow's lists, with their words and hints."""
    kind: type[StrEnum] = type(next(iter(options)))
    choices = [
        SelectChoice(member.value, _l(word), _choice_hint(hints, member))
        for member, word in options.items()
    ]
    return RadioField(
        label,
        [InputRequired(required)],
        choices=choices,
        coerce=enum_coerce(kind),
        description=str_or_lazy(hint),
    )


def enum_select(
    label: Words, options: Mapping[Any, str], *, everything: Words = "–", hint: Words = ""
) -> SelectField:
    """Return a list to choose one member or, by ``everything``, none: for filters."""
    choices = [SelectChoice("", everything)]
    choices += [SelectChoice(member.value, _l(word)) for member, word in options.items()]
    return SelectField(label, [Optional()], choices=choices, description=str_or_lazy(hint))


def options(rows: Iterable[tuple[object, Words]]) -> list[SelectChoice]:
    """Return the choices of a field from pairs of key and words."""
    return [SelectChoice(str(key), words) for key, words in rows]


def whole_mobile(_form: object, field: Field) -> None:
    """Refuse a number that begins like a mobile of ours and has a digit too few or too many."""
    digits = normalise_phone(field.data or "")
    if MOBILE_BEGUN.match(digits) and len(digits) != MOBILE_DIGITS:
        raise StopValidation(_l("A mobile number has 11 digits. Count them once more."))


def id_number_fits(_form: object, field: Field) -> None:
    """Refuse an identity number that nobody can have (GB 11643)."""
    if not field.data:
        return
    if not ID_NUMBER.fullmatch(field.data):
        raise StopValidation(ID_NUMBER_WRONG)
    total = sum(int(digit) * weight for digit, weight in zip(field.data, ID_WEIGHTS, strict=False))
    if ID_CHECK[total % 11] != field.data[-1]:
        raise StopValidation(_l("This ID number has a mistake. Compare it with the card."))


def str_or_lazy(words: Words) -> Any:
    """Return ``words`` as WTForms takes them: it asks for str and lives well with lazy ones."""
    return words


def _choice_hint(hints: Mapping[Any, Words] | None, member: object) -> dict[str, Words]:
    return {"hint": hints[member]} if hints and member in hints else {}


def _rules(required: Words | None, limit: int, least: int = 0) -> list[Any]:
    rules: list[Any] = [DataRequired(required) if required else Optional()]
    if least:
        rules.append(
            Length(min=least, message=_l("Write at least %(least)s characters.", least=least))
        )
    rules.append(AtMost(max=limit))
    return rules


def _pattern(pattern: re.Pattern[str], message: Words) -> Any:
    def fits(_form: object, field: Field) -> None:
        if field.data and not pattern.fullmatch(field.data):
            raise StopValidation(message)

    return fits
