"""The first page of administration, and the settings of the district."""

import json
from dataclasses import asdict
from hashlib import sha256

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.errors import Conflict
from casework.queries.rules import DistrictSettings, district_settings
from casework.services import administration
from casework.web.blueprints.admin.door import bp, saved
from casework.web.clock import now
from casework.web.db import session
from casework.web.forms.admin import SettingsForm
from casework.web.guard import me
from casework.web.saving import form_page, saving

NAMES = (
    "district_name",
    "district_name_en",
    "hotline",
    "rating_window_days",
    "warn_days",
    "remind_after",
    "order_after",
    "yellow_after",
    "red_after",
    "explain_days",
    "extension_leader_days",
    "public_figures",
    "letters_watch",
    "letters_busy",
    "retention_years",
    "follow_up_share",
    "follow_up_phone_share",
    "follow_up_after_days",
    "follow_up_tries",
)


@bp.get("")
def index() -> ResponseReturnValue:
    return redirect(url_for(".people"))


@bp.route("/district", methods=["GET", "POST"])
def district() -> ResponseReturnValue:
    now_kept = district_settings(session())
    form = SettingsForm(obj=now_kept)
    if form.validate_on_submit():
        with saving(form) as db:
            if form.seen.data != _fingerprint(district_settings(db)):
                raise Conflict()
            administration.change_settings(
                db, {name: form[name].data for name in NAMES}, by=me(), at=now()
            )
            return saved(_("The settings are saved."), ".district")
    now_kept = district_settings(session())
    form.seen.data = _fingerprint(now_kept)
    there = []
    if isinstance(g.get("refusal"), Conflict):
        there = [
            (form[name].label.text, getattr(now_kept, name))
            for name in NAMES
            if form[name].data != getattr(now_kept, name)
        ]
    return form_page("admin/district.html", form, there=there)


def _fingerprint(settings: DistrictSettings) -> str:
    return sha256(json.dumps(asdict(settings), sort_keys=True).encode()).hexdigest()[:16]
