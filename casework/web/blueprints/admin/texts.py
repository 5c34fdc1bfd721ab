"""The words of the notices: read, preview, try, change, and put back."""

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import GuardFailed, Invalid, NotFound
from casework.language import N_
from casework.models import Delivery, Medium, MessageText
from casework.notify.message import Message
from casework.notify.rendering import texts_in_force
from casework.notify.texts import DEFAULTS, STAFF_ENDS, Text, TextKey, keys_of
from casework.notify.transports import SendFailed, transports
from casework.notify.wording import IN_SUBJECTS, PLACEHOLDERS, fill, fill_line, sms_parts
from casework.queries import notices as told
from casework.services import notices
from casework.web.blueprints.admin.door import bp, saved
from casework.web.clock import now, today
from casework.web.db import session
from casework.web.forms.texts import TextForm
from casework.web.guard import me
from casework.web.language import NAMES
from casework.web.outward import MEDIA, NOTICES, house, rendering
from casework.web.saving import form_page, refusals_on, saving, text_of
from casework.workflow.notices import Notice

SAVE, TRY = "save", "try"
NO_ADDRESS = N_("There is no e-mail address in your account to send it to.")
NO_MAIL = N_("No mail server is set up, so nothing can be sent.")
NOT_SENT = N_("It could not be sent: %(code)s")
NO_CASE = N_("There is no case with this number.")

SAMPLES: dict[str, dict[str, object]] = {
    "zh_CN": {
        "unit": "区城市管理局",
        "reason": "需要现场核查。",
        "details": "2026-000123 今天到期",
    },
    "en": {
        "unit": "Urban Management Bureau",
        "reason": "An inspection on the spot is needed.",
        "details": "2026-000123 is due today",
    },
}
"""Values for a preview; those of a chosen case take the place of most of them."""


@bp.get("/texts")
def texts() -> ResponseReturnValue:
    """List every text, and say which of them are no longer those of the product."""
    in_force = texts_in_force(session(), set(Notice))
    lines = [
        (NOTICES[key.notice], key, in_force[key], in_force[key] != DEFAULTS[key])
        for notice in Notice
        for key in keys_of(notice)
    ]
    return render_template("admin/texts.html", lines=lines, media=MEDIA, languages=NAMES)


@bp.route("/texts/<notice>/<medium>/<language>", methods=["GET", "POST"])
def text(notice: str, medium: str, language: str) -> ResponseReturnValue:
    """Change a text, or look at what was typed as its receiver would."""
    key = _key(notice, medium, language)
    versions = told.text_versions(session(), key.notice, key.medium, key.language)
    kept = notices.text_of_version(key, versions[0] if versions else None)
    form = TextForm(subject=kept.subject, body=kept.body)
    if key.medium is Medium.SMS:
        del form.subject
    if form.validate_on_submit():
        do = request.form.get("do", SAVE)
        with saving(form) as db:
            notices.check_text(key, form.text)
            if do == SAVE:
                notices.write_text(db, key, form.text, seen=form.seen_version, by=me(), at=now())
                return saved(_("The text is in force."), ".text", **key._asdict())
        if do == TRY and not form.errors:
            with refusals_on(form):
                _send_to_me(key, _filled(key, form))
                flash(_("It was sent to %(address)s.", address=me().email), "success")
    return _page(key, form, versions)


@bp.post("/texts/<notice>/<medium>/<language>/reset")
def reset_text(notice: str, medium: str, language: str) -> ResponseReturnValue:
    """Put the words of the product back in force."""
    key = _key(notice, medium, language)
    form = TextForm()
    with saving(form) as db:
        notices.reset_text(db, key, seen=form.seen_version, by=me(), at=now())
        done = _("The words that came with the product are in force again.")
        return saved(done, ".text", **key._asdict())
    versions = told.text_versions(session(), key.notice, key.medium, key.language)
    kept = notices.text_of_version(key, versions[0] if versions else None)
    form.subject.data, form.body.data = kept
    if key.medium is Medium.SMS:
        del form.subject
    return _page(key, form, versions)


def _page(key: TextKey, form: TextForm, versions: Sequence[MessageText]) -> ResponseReturnValue:
    shown = Text("", "")
    with refusals_on(form):
        shown = _filled(key, form)
    newest = versions[0] if versions else None
    # After a conflict the newest version has been shown, so a second press overwrites knowingly.
    form.seen.data = str(newest.version if newest else 0)
    return form_page(
        "admin/text.html",
        form,
        key=key,
        about=(NOTICES[key.notice], MEDIA[key.medium], NAMES[key.language]),
        shown=shown,
        parts=sms_parts(shown.body) if key.medium is Medium.SMS else None,
        placeholders=PLACEHOLDERS,
        in_subjects=IN_SUBJECTS,
        versions=versions,
        own=newest is not None and bool(newest.body),
    )


def _key(notice: str, medium: str, language: str) -> TextKey:
    found = next((key for key in DEFAULTS if key == (notice, medium, language)), None)
    if found is None:
        raise NotFound()
    return found


def _filled(key: TextKey, form: TextForm) -> Text:
    """Return what was typed as its receiver reads it. Raises Invalid for an unknown case."""
    number = text_of(form.case_number)
    case = told.case_numbered(session(), number) if number else None
    if number and case is None:
        raise Invalid("case_number", NO_CASE)
    soon = (today() + timedelta(days=7)).isoformat()
    data = {**SAMPLES[key.language], "days": 10, "count": 3, "explain_by": soon}
    data["confirm"] = "123456"
    if case is None:
        data |= {"number": "2026-000123", "promised": soon, "due": soon}
    else:
        del data["unit"]
    if key.medium is not Medium.INBOX:
        data["link"] = f"{house().public_url}/follow"
    delivery = Delivery(
        notice=key.notice,
        medium=key.medium,
        language=key.language,
        case=case,
        payload={"department": case.department_id if case else None, "data": data},
    )
    values = rendering([delivery]).values(delivery)
    return Text(fill_line(form.text.subject, values), fill(form.text.body, values))


def _send_to_me(key: TextKey, words: Text) -> None:
    """Send the words to the administrator who tries them. Raises GuardFailed."""
    if not me().email:
        raise GuardFailed(NO_ADDRESS)
    way = transports(current_app.extensions["settings"]).get(Medium.MAIL)
    if way is None:
        raise GuardFailed(NO_MAIL)
    ending = STAFF_ENDS[key.language].format(link=house().public_url, district="")
    body = words.body + (ending if key.medium is Medium.INBOX else "")
    subject = words.subject or _("Text message")
    try:
        way(
            Message(
                f"try:{me().id}:{now().isoformat()}",
                Medium.MAIL,
                me().email,
                subject,
                body,
                key.language,
            )
        )
    except SendFailed as failure:
        raise GuardFailed(NOT_SENT, code=failure.reason) from failure
