"""Forms that change something other than a case: save, or show the same page with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from casework.errors import CaseworkError, NotFound, NotPermitted, TooMany
from casework.web.db import transaction
from casework.web.errors import REFUSALS
from casework.web.forms.base import CaseworkForm


@contextmanager
def refusals_on(form: CaseworkForm) -> Iterator[None]:
    """Put a refusal of the block on the form and go on behind it, so the page is drawn again."""
    try:
        yield
    except (NotFound, NotPermitted):
        raise
    except CaseworkError as error:
        form.refuse(error)
        g.refusal = error


@contextmanager
def saving(form: CaseworkForm) -> Iterator[Session]:
    """Commit what the block did; a refusal undoes all of it and stands on the form."""
    with refusals_on(form), transaction() as db:
        yield db


def form_page(template: str, form: CaseworkForm, **values: object) -> ResponseReturnValue:
    """Draw a page with a form: 200 when it is fresh, else what its refusal stands for."""
    refusal: CaseworkError | None = g.get("refusal")
    status = _status(refusal) if refusal else 422 if form.errors else 200
    response = make_response(render_template(template, form=form, **values), status)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def text_of(field: Field) -> str:
    """Return what was typed into a field, empty when it was left out."""
    return field.data or ""


def _status(error: CaseworkError) -> int:
    return next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)
