"""Opening a case that somebody of staff enters: once, however often the form is sent."""

from collections.abc import Callable
from datetime import timedelta

from flask import session as browser
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.errors import CaseworkError
from casework.models import Origin
from casework.services import submission
from casework.services.actors import staff
from casework.services.submission import Receipt
from casework.web.clock import now
from casework.web.db import session, transaction
from casework.web.forms.base import CaseworkForm
from casework.web.forms.files import FilesForm
from casework.web.guard import me
from casework.web.rules import rules
from casework.web.uploads import attach_files

ENTERED = "entered"
SHOWN = timedelta(minutes=30)
"""How long the number and the code of a new case can be read again."""


def enter_once(token: str, form: CaseworkForm, open_case: Callable[[Session], Receipt]) -> Receipt:
    """Return the receipt of the case that ``open_case`` opens, or that an earlier sending opened.

    The files of ``form`` go with it. The browser keeps the token, not the code: the code is made
    from it again.
    """
    try:
        with transaction() as db:
            receipt = open_case(db)
            if isinstance(form, FilesForm):
                attach_files(db, receipt.case, form, Origin.LETTER, by=staff(me()))
    except (CaseworkError, IntegrityError):
        sent = _receipt_of(token)
        if sent is None:
            raise
        receipt = sent
    browser[ENTERED] = token
    return receipt


def entered_last() -> Receipt | None:
    """Return the receipt of the case that this person entered last, for half an hour."""
    token = browser.get(ENTERED)
    receipt = _receipt_of(token) if token else None
    if receipt is None or receipt.case.submitted_by_id != me().id:
        return None
    return receipt if now() - receipt.case.received_at <= SHOWN else None


def _receipt_of(token: str) -> Receipt | None:
    return submission.already_submitted(session(), token, sealer=rules().sealer)
