"""What the component macros need of Python: who reads, what a field is, how a row is labelled."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from casework.language import translate
from casework.web.charts import axis_top, name_every
from casework.web.clock import today
from casework.web.guard import RoleBlueprint, viewer
from casework.web.language import language
from casework.web.menu import items_for
from casework.workflow import guides, states, words
from casework.workflow.clock import Nearness
from casework.workflow.follow_ups import Ground, Result
from casework.workflow.supervision import Level

SHAPES: tuple[tuple[type[Field], str], ...] = (
    (HiddenField, "hidden"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectField, "select"),
    (BooleanField, "checkbox"),
    (TextAreaField, "textarea"),
    (PasswordField, "password"),
    (FileField, "file"),
)
CLASSES = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "checkbox": "govuk-checkboxes__input",
    "file": "govuk-file-upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
}
BOOKS: dict[type, Mapping[Any, str]] = {
    states.State: words.STATES,
    states.Action: words.ACTIONS,
    states.Entry: words.ENTRIES,
    states.Role: words.ROLES,
    states.Channel: words.CHANNELS,
    Ground: words.GROUNDS,
    Result: words.RESULTS,
    states.Kind: words.KINDS,
    states.Urgency: words.URGENCIES,
    states.Sensitive: words.SENSITIVE,
    states.Clock: words.CLOCKS,
    states.Unit: words.UNITS,
    Nearness: words.NEARNESS,
    Level: words.LEVELS,
    guides.ArticleKind: guides.ARTICLE_KINDS,
    guides.Readers: guides.READERS,
    guides.ArticleState: guides.ARTICLE_STATES,
    guides.ArticleChange: guides.ARTICLE_CHANGES,
}
YELLOW_DAYS = 3
CELL = re.compile(r"<(td|th)((?:\s[^<>]*)?)>(\s*</t[dh]>)?")
OWN_CLASS = re.compile(r'\sclass="([^"]*)"')


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {
        "viewer": viewer,
        "menu": lambda: items_for(viewer()),
        "at_desk": at_desk,
        "has_page": lambda endpoint: endpoint in current_app.view_functions,
        "demo": app.config["DEMO"],
        "message_id": message_id,
        "shape": shape,
        "first_input": first_input,
        "label_class": label_class,
        "described_by": described_by,
        "control": control,
        "column": column,
        "axis_top": axis_top,
        "name_every": name_every,
        "nearness_of": nearness_of,
        "count_words": count_words,
        "password_words": password_words,
    }
    app.jinja_env.filters |= {"words": in_words, "cells": cells, "named": named}


def at_desk() -> bool:
    """Tell whether this page is a working page of staff, drawn denser than those for citizens."""
    return isinstance(current_app.blueprints.get(request.blueprint or ""), RoleBlueprint)


def in_words(value: Any) -> str:
    """Write a member of the workflow's lists, such as a state or a kind, as people call it."""
    return "–" if value is None else translate(language(), BOOKS[type(value)][value])


def named(thing: Any) -> str:
    """Write the name of a department, or the text of a reason, in the reader's language."""
    if thing is None:
        return "–"
    plain = "text" if hasattr(thing, "text_en") else "name"
    english = getattr(thing, f"{plain}_en")
    return str(english if language() == "en" and english else getattr(thing, plain))


def message_id() -> int:
    """Return a number that no other part of this page has."""
    g.message_ids = g.get("message_ids", 0) + 1
    number: int = g.message_ids
    return number


def nearness_of(due_on: date) -> str:
    """Count days as the calendar on the wall does, where no working calendar is at hand."""
    left = (due_on - today()).days
    return "red" if left < 0 else "yellow" if left <= YELLOW_DAYS else "green"


def shape(field: Field) -> str:
    """Return which kind of control draws ``field``."""
    return next((name for kind, name in SHAPES if isinstance(field, kind)), "input")


def first_input(field: Field) -> str:
    """Return the id that the error summary links to."""
    return f"{field.id}-0" if shape(field) in ("radios", "checkboxes") else str(field.id)


def label_class(size: str, block: str = "govuk-label") -> str:
    """Return the class for a label's size, led by a space; ``s`` is the plain bold one."""
    if size == "hidden":
        return " govuk-visually-hidden"
    return f" {block}--{size}" if size in ("m", "l", "xl") else ""


def described_by(field: Field, hint: object, *, counted: object = None) -> str:
    """Return the ids of the texts that explain ``field``."""
    parts = (("hint", hint), ("error", field.errors), ("info", counted))
    return " ".join(f"{field.id}-{name}" for name, there in parts if there)


def control(
    field: Field,
    kind: str,
    hint: object,
    *,
    width: object = None,
    rows: int | None = None,
    counted: object = None,
    autocomplete: str | None = None,
    inputmode: str | None = None,
    attributes: Mapping[str, object] | None = None,
) -> Markup:
    """Draw the bare control of ``field`` with its classes and the ids of what explains it.

    No ``maxlength``: a browser cuts a pasted text to it without a word.
    """
    base = CLASSES.get(kind, "govuk-input")
    block = base.partition(" ")[0]
    error = f" {block}--error" if field.errors and kind != "checkbox" else ""
    options: dict[str, object] = {
        "class": base + error + _width_class(width),
        "maxlength": False,
        "minlength": False,
        "aria-describedby": described_by(field, hint, counted=counted) or False,
        "autocomplete": autocomplete or False,
        "inputmode": inputmode or False,
        "rows": rows or False,
        **(attributes or {}),
    }
    if counted:
        options["class"] = f"{options['class']} govuk-js-character-count"
    return Markup(field(**options))  # noqa: S704 - WTForms escapes what it writes


def _width_class(width: object) -> str:
    if width is None:
        return ""
    if isinstance(width, int):
        return f" govuk-input--width-{width}"
    return {"half": " govuk-!-width-one-half", "two-thirds": " govuk-!-width-two-thirds"}[
        str(width)
    ]


def column(text: object, *, numeric: bool = False, sort: str = "none") -> dict[str, object]:
    """Describe a column of a table that is more than its heading."""
    return {"text": text, "numeric": numeric, "sort": sort}


def cells(row: Markup, headings: Sequence[object]) -> Markup:
    """Give the cells of a row their classes and the labels that a phone shows before them."""
    described = iter([_as_column(heading) for heading in headings])

    def dress(match: re.Match[str]) -> str:
        tag, rest, closed = match.groups()
        about = next(described, None) or {"text": "", "numeric": False}
        own = OWN_CLASS.search(rest)
        classes = ["govuk-table__header" if tag == "th" else "govuk-table__cell"]
        if about["numeric"]:
            classes.append("govuk-table__cell--numeric")
        if closed:
            classes.append("table-blank")
        if own:
            classes.append(own.group(1))
            rest = rest.replace(own.group(0), "")
        label = f' data-label="{escape(about["text"])}"' if about["text"] else ""
        return f'<{tag} class="{" ".join(classes)}"{label}{rest}>{closed or ""}'

    return Markup(CELL.sub(dress, row))  # noqa: S704 - the row was escaped by its template


def _as_column(heading: object) -> Mapping[str, object]:
    return heading if isinstance(heading, Mapping) else column(heading)


def count_words() -> Markup:
    """Return the sentences that the character counter shows, as attributes in our language."""
    return _attributes(
        {
            "characters-under-limit.one": _("You have %{count} character left"),
            "characters-under-limit.other": _("You have %{count} characters left"),
            "characters-at-limit": _("You have no characters left"),
            "characters-over-limit.one": _("You have %{count} character too many"),
            "characters-over-limit.other": _("You have %{count} characters too many"),
        }
    )


def password_words() -> Markup:
    """Return the words of the button that shows a password, as attributes in our language."""
    return _attributes(
        {
            "show-password": _("Show"),
            "hide-password": _("Hide"),
            "show-password-aria-label": _("Show password"),
            "hide-password-aria-label": _("Hide password"),
            "password-shown-announcement": _("Your password is visible"),
            "password-hidden-announcement": _("Your password is hidden"),
        }
    )


def _attributes(texts: Mapping[str, str]) -> Markup:
    drawn = (f'data-i18n.{name}="{escape(str(text))}"' for name, text in texts.items())
    return Markup(" " + " ".join(drawn))  # noqa: S704 - every value was escaped above
