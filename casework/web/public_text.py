"""What stands around a public text on the pages of those who prepare it and decide on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from casework.models import Case, Publication, PublicText
from casework.queries.attachments import pictures_of
from casework.queries.publications import prepared_text, rating_of
from casework.services import public_texts
from casework.services.petitioners import Contact
from casework.services.public_texts import version_of
from casework.services.publication import approved_reply
from casework.services.redaction import suggestions as personal
from casework.services.redaction.sensitive import signs_of
from casework.web.directory import unit_name
from casework.web.forms.publication import RedactForm
from casework.web.rules import rules
from casework.workflow.states import Sensitive

FIELDS = ("subject", "body", "reply")


def originals(db: Session, case: Case, form: RedactForm) -> dict[str, Any]:
    """Return the original texts with their personal details marked; fill a form not yet sent."""
    texts = _texts_of(db, case)
    contacts = personal.contacts_of(db, case, rules=rules())
    found = {name: personal.findings(text, contacts) for name, text in texts.items()}
    before = public_texts.draft_of(db, case) or prepared_text(db, case)
    signs = signs_of(texts.values())
    pictures = pictures_of(db, case, sealer=rules().sealer)
    if request.method == "GET":
        form.pictures.data = [str(one.id) for one in pictures if one.public]
        for name, text in texts.items():
            form[name].data = (
                getattr(before, name) if before else personal.put_out(text, found[name])
            )
        form.sensitive.data = [Sensitive(one) for one in before.sensitive] if before else [*signs]
    form.offer(left for name in texts for left in personal.left_in(form[name].data or "", contacts))
    return {
        "pieces": {name: personal.pieces(text, found[name]) for name, text in texts.items()},
        "count": sum(len(one) for one in found.values()),
        "mark": personal.MARK,
        "prepared": before is not None,
        "signs": signs,
        "pictures": pictures,
        "accusation": public_texts.is_accusation(case),
    }


def public_text(db: Session, case: Case) -> dict[str, Any]:
    """Return the public text that is being prepared, else the one that is out, and its original."""
    text: PublicText | Publication | None = public_texts.draft_of(db, case)
    text = text or prepared_text(db, case)
    contacts = personal.contacts_of(db, case, rules=rules()) if text else []
    pictures = pictures_of(db, case, sealer=rules().sealer) if text else []
    return {
        "text": text,
        "public_pictures": [one for one in pictures if one.public],
        "version": version_of(text) if text else None,
        "left": [
            detail
            for name in FIELDS
            if text is not None
            for detail in personal.left_in(getattr(text, name), contacts)
        ],
        "pieces": _marked(_texts_of(db, case), contacts) if text else {},
        "sensitive": [Sensitive(one) for one in text.sensitive] if text else [],
        "reply": approved_reply(db, case),
        "rating": rating_of(db, case),
        "unit_name": unit_name,
    }


def _texts_of(db: Session, case: Case) -> Mapping[str, str]:
    reply = approved_reply(db, case)
    return {"subject": case.subject, "body": case.body, "reply": reply.text if reply else ""}


def _marked(
    texts: Mapping[str, str], contacts: Sequence[Contact]
) -> Mapping[str, list[personal.Piece]]:
    return {
        name: personal.pieces(text, personal.findings(text, contacts))
        for name, text in texts.items()
    }
